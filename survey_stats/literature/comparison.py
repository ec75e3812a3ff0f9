"""Our estimate and the published one side by side. No difference is tested: the two are not measured alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from survey_stats.errors import CallError
from survey_stats.literature.findings import Finding, Publication
from survey_stats.messages import Message
from survey_stats.results import Result
from survey_stats.statistics.correlations import Correlations

COLUMNS = (
    "pair_x", "pair_y", "role", "source", "label", "measure", "method", "estimate", "ci_lower", "ci_upper", "n", "k",
    "corrected", "citation", "doi",
)  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Comparison(Result):
    """For each pair of constructs our rows, then the published findings.

    Attributes:
        table: Columns `pair_x`, `pair_y` (constructs), `role` (`ours` or `published`), `source`
            (ids of our measures, or of publication and finding), `label` (the publication;
            ours where a pair has several measures), `measure` (`r` or `rho`), `method`, `estimate`, `ci_lower`,
            `ci_upper`, `n`, `k`, `corrected`, `citation`, `doi`.
    """

    keys: ClassVar[tuple[str, ...]] = ("pair_x", "pair_y", "source")
    numbers: ClassVar[tuple[str, ...]] = ("estimate", "ci_lower", "ci_upper")

    table: pd.DataFrame


def compare_with_published(
    result: Correlations,
    findings: Iterable[tuple[Publication, Finding]] | tuple[Publication, Finding],
    *,
    constructs: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    published_as: Mapping[str, str] | None = None,
) -> Comparison:
    """Put published associations beside ours.

    Args:
        result: Our correlations.
        findings: Pairs of publication and finding, as `literature.findings.findings_about` gives them.
        constructs: Measure → construct; a measure that is not named is taken for a construct of its own name.
        labels: Measure → label; the measure's id where none is given.
        published_as: Our construct → the nearest one the literature has; the row of the finding then names it.

    Returns:
        For every pair of constructs that a finding is about: our rows, then the findings.

    Raises:
        CallError: `result` is not a table of correlations.
    """
    if not isinstance(result, Correlations):
        raise CallError(
            f"compare_with_published: the first argument must be the result of correlate; found "
            f"{type(result).__name__}."
        )
    known, names, nearest = constructs or {}, labels or {}, published_as or {}
    pairs = _listed(findings)
    ours: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in result.table.to_dict("records"):
        pair = known.get(row["x"], row["x"]), known.get(row["y"], row["y"])
        ours.setdefault(pair, []).append(_ours(row, pair, names))
    rows: list[dict[str, Any]] = []
    for pair, own in ours.items():
        sought = {nearest.get(construct, construct) for construct in pair}
        theirs = [_theirs(entry, pair) for entry in pairs if {entry[1].x, entry[1].y} == sought]
        said = "" if len({row["source"] for row in own}) == 1 else None  # one measure: the pair says it all
        told = [row | {"label": row["label"] if said is None else said} for row in own]
        rows += told + theirs if theirs else []
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return Comparison(method="side_by_side", table=table, warnings=_caveats(table))


def _listed(findings: Any) -> list[tuple[Publication, Finding]]:
    """One finding or many."""
    single = isinstance(findings, tuple) and len(findings) == 2 and isinstance(findings[0], Publication)
    return [findings] if single else list(findings)


def _ours(row: Mapping[Any, Any], pair: tuple[str, str], names: Mapping[str, str]) -> dict[str, Any]:
    told = [name for name, construct in zip((row["x"], row["y"]), pair, strict=True) if name != construct]
    label = " × ".join(names.get(name, name) for name in told or (row["x"], row["y"]))
    return {
        "pair_x": pair[0], "pair_y": pair[1], "role": "ours", "source": f"{row['x']}_{row['y']}", "label": label,
        "measure": "r",
        "method": row["method"], "estimate": row["estimate"], "ci_lower": row["ci_lower"],
        "ci_upper": row["ci_upper"], "n": row["n"], "k": None, "corrected": "no", "citation": "", "doi": "",
    }  # fmt: skip


def _theirs(entry: tuple[Publication, Finding], pair: tuple[str, str]) -> dict[str, Any]:
    publication, finding = entry
    other = {finding.x, finding.y} - set(pair)
    named = f"{publication.short}: {', '.join(other).replace('_', ' ')}" if other else publication.short
    return {
        "pair_x": pair[0], "pair_y": pair[1], "role": "published",
        "source": f"{publication.id}_{finding.id}", "label": named, "measure": finding.measure,
        "method": publication.design, "estimate": finding.estimate,
        "ci_lower": finding.ci_lower, "ci_upper": finding.ci_upper, "n": finding.n, "k": finding.k,
        "corrected": finding.corrected, "citation": publication.citation, "doi": publication.doi or "",
    }  # fmt: skip


def _caveats(table: pd.DataFrame) -> tuple[Message, ...]:
    found = table[table["role"] == "published"]
    caveats = [Message("comparison.not_tested")] if len(found) else []
    unknown = found.loc[found["corrected"] == "unknown", "label"]
    if len(unknown):
        caveats.append(Message("comparison.correction_unknown", {"sources": "; ".join(dict.fromkeys(unknown))}))
    return tuple(caveats)
