"""Published findings: read from `analyses/published/*.toml`, each with its source and how far it was verified."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field, model_validator

from survey_stats.catalogue import Catalogue, bundled
from survey_stats.content import FileModel, Identifier, Words, read_toml


class Finding(FileModel):
    """One published association.

    Attributes:
        id: Id within its publication.
        x, y: The two constructs.
        measure: `r` (as observed) or `rho` (as the authors print it).
        estimate, ci_lower, ci_upper: As printed; the signs are the authors'.
        k, n: Effects and people behind this number, if printed.
        label: What it is, in a few words, by language.
        corrected: Whether it is corrected for unreliability.
    """

    id: Identifier
    x: Identifier
    y: Identifier
    measure: Literal["r", "rho"]
    estimate: float = Field(ge=-1, le=1)
    ci_lower: float | None = Field(default=None, ge=-1, le=1)
    ci_upper: float | None = Field(default=None, ge=-1, le=1)
    k: int | None = Field(default=None, ge=1)
    n: int | None = Field(default=None, ge=1)
    label: Words
    corrected: Literal["yes", "no", "unknown"]

    @model_validator(mode="after")
    def _interval_holds_estimate(self) -> Finding:
        low, high = self.ci_lower, self.ci_upper
        if (low is None) != (high is None):
            raise ValueError("ci_lower and ci_upper are given together or not at all")
        if low is not None and high is not None and not low <= self.estimate <= high:
            raise ValueError(f"the interval [{low}, {high}] does not hold the estimate {self.estimate}")
        return self


class Publication(FileModel):
    """A publication and the findings taken from it.

    Attributes:
        id: Id; the file's stem.
        short: How the text names it, for example `Appel and Gnambs (2019)`.
        citation, doi, year: The source.
        design: For example `three-level random-effects meta-analysis`.
        k, n_total: Effects and people in all.
        status: How far the numbers were verified: `V` in the source's own text, `V2` in a secondary source.
        note: What a reader has to know before comparing.
        findings: The findings.
    """

    id: Identifier
    short: str
    citation: str
    doi: str | None = None
    year: int
    design: str
    k: int | None = None
    n_total: int | None = None
    status: Literal["V", "V2"]
    note: str = ""
    findings: tuple[Finding, ...] = Field(min_length=1)


def publications(catalogue: Catalogue | None = None) -> dict[str, Publication]:
    """All publications in reach, by id.

    Raises:
        InstrumentError: A file is faulty; names file, key, value and rule.
    """
    files = (catalogue or bundled()).finding_files
    read = [read_toml(path, Publication) for path in reversed(files)]
    return {publication.id: publication for publication in read}


def findings_about(
    x: str, outcomes: Iterable[str], catalogue: Catalogue | None = None
) -> list[tuple[Publication, Finding]]:
    """Findings on the association of construct `x` with any of `outcomes`, pooled ones first.

    Args:
        x: A construct.
        outcomes: Constructs on the other side.
        catalogue: Where to look; the bundled findings where none is given.
    """
    wanted = set(outcomes)
    pairs = [
        (publication, finding)
        for publication in publications(catalogue).values()
        for finding in publication.findings
        if (finding.x == x and finding.y in wanted) or (finding.y == x and finding.x in wanted)
    ]
    return sorted(pairs, key=lambda pair: -(pair[0].k or 0))
