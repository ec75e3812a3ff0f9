"""`plan.toml`: which data, which instruments, which column answers which item, and what to run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, FiniteFloat, StringConstraints, model_validator

from survey_stats.content import FileModel, FileName, Identifier, read_toml
from survey_stats.errors import InputError
from survey_stats.hypotheses import Hypothesis
from survey_stats.quality_rules import ExclusionPlan

ItemOrOption = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[^.]+)?$")]
"""An item's id, or `item.option` for an option of a multiple choice."""


def _target(value: object) -> object:
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0
    if not number and value != "sample":
        raise ValueError("write a share, percentage or total of 0 or more, or 'sample' to keep the share of the sample")
    return value


Target = Annotated[float | str, BeforeValidator(_target)]
"""A share, percentage or total of the population, or `sample`."""


class Data(FileModel):
    """The export of a study.

    Attributes:
        file: The export, relative to the folder of the plan.
        sheet: Sheet of a workbook; found where it is not given.
        dictionary: REDCap's data dictionary, relative to the folder of the plan; `X_dictionary.csv` beside `X_data.csv`
            is found without it.
        keep: Columns with personal data that are kept all the same, by name.
        time_range: How a range of time becomes a point: `midpoint`, `lower` or `missing`.
        weights: `refuse` to analyse a sample with weights that no analysis can use yet, or `ignore` them knowingly.
    """

    file: FileName
    sheet: str | None = None
    dictionary: FileName | None = None
    keep: tuple[str, ...] = ()
    time_range: Literal["midpoint", "lower", "missing"] = "midpoint"
    weights: Literal["refuse", "ignore"] = "refuse"


class RakePlan(FileModel):
    """How the weights are made to agree with known margins of the population.

    Attributes:
        targets: Item or column, or several crossed (`gender * age`) → category → share, percentage, total, or `sample`
            for one that keeps the share it has in the sample. See `intake.margins` for how a category is written.
        trim: Bounds of the ratio of a weight to the mean weight; one number is the upper bound.
        missing: Respondents without an answer in a margin: `refuse` the study, or give them a `category` of their own.
        replicates: Standard errors by raked replicates, `bootstrap` or `jackknife`, instead of residuals.
        n_replicates, seed: Of the bootstrap.
    """

    targets: dict[str, dict[str, Target]] = Field(min_length=1)
    trim: float | tuple[float, float] | None = None
    missing: Literal["refuse", "category"] = "refuse"
    replicates: Literal["bootstrap", "jackknife"] | None = None
    n_replicates: int = Field(default=200, ge=2)
    seed: int = 1


class SamplingPlan(FileModel):
    """How the respondents were sampled: which columns of the export say so, and how they are read.

    Attributes:
        weights: Column of the weights; every respondent counts once where none is named.
        strata, cluster: Columns of the strata and clusters.
        fpc: Column of the clusters in the population of each stratum, or of the fraction drawn.
        replicates: Replicate weights, as a pattern of column names (`RWT_*`); they need `method`.
        method: How the replicates were made.
        rscales, rho: What the method `jkn` or `fay` needs.
        nest: Cluster names start again in each stratum.
        lonely: What a stratum with one cluster adds.
        rake: Margins of the population that the weights are raked to.
    """

    weights: str | None = None
    strata: str | None = None
    cluster: str | None = None
    fpc: str | None = None
    replicates: str | None = None
    method: Literal["bootstrap", "jk1", "jk2", "jkn", "brr", "fay", "successive_difference"] | None = None
    rscales: tuple[float, ...] | None = None
    rho: float | None = None
    nest: bool = False
    lonely: Literal["fail", "remove", "certainty", "adjust", "average"] = "fail"
    rake: RakePlan | None = None

    @model_validator(mode="after")
    def _names_something(self) -> SamplingPlan:
        if not self.columns and self.rake is None:
            raise ValueError("the section names no column: write weights, strata, cluster or replicates, or rake")
        if (self.replicates is None) != (self.method is None):
            raise ValueError("replicates and method are given together: the method says how the replicates were made")
        return self

    @property
    def columns(self) -> dict[str, str]:
        """Part of the design → column."""
        named = {part: getattr(self, part) for part in ("weights", "strata", "cluster", "fpc", "replicates")}
        return {part: column for part, column in named.items() if column is not None}

    @property
    def options(self) -> dict[str, object]:
        """Options of `Design` that are not columns."""
        return self.model_dump(include={"method", "rscales", "rho", "nest", "lonely", "rake"}, exclude_none=True)


class CutoffChoice(FileModel):
    """A published cut-off with bounds of its own for groups, and how the groups are told.

    Attributes:
        id: Id of the cut-off.
        by: Item whose answer tells the group.
        groups: Code of that item → group of the cut-off.
    """

    id: Identifier
    by: Identifier | None = None
    groups: dict[str, Identifier] = Field(default_factory=dict)


class OwnNorm(FileModel):
    """A norm that the researcher brings; without `range` its mean is on the range of the scale's own score."""

    sample: str
    mean: FiniteFloat
    sd: FiniteFloat | None = Field(default=None, gt=0)
    n: int | None = Field(default=None, ge=1)
    range: tuple[FiniteFloat, FiniteFloat] | None = None
    source: str


class Outputs(FileModel):
    """What the report is written as.

    Attributes:
        formats: Formats of the report.
        language: Language of the report.
    """

    formats: tuple[Literal["html", "docx", "xlsx"], ...] = ("html",)
    language: str = "en"


class Plan(FileModel):
    """What a researcher decided before the analysis.

    Attributes:
        title: Title of the report.
        data: The export.
        design: How the respondents were sampled.
        instruments: Ids or files of the instruments; where none is named, our own and those of the study's folder.
        columns: Item id → column of the export, for columns that do not match by themselves; `item.option` for the
            columns of a multiple choice that has one column an option. A scale or an instrument → `"RCBS_{item}"`,
            `"RCBS_1 … RCBS_13"`, or a list of columns in the order of its items.
        wordings: File with the wordings of published items (item id → text by language), in the plan's folder.
        codes: Instrument → lowest and highest code in the data, where they are not those of its key.
        cutoffs: Scale → the published cut-off to use; none is used by itself.
        norms: Scale → the published norm to compare with, or a norm of the researcher's own.
        hypotheses: What was expected; their results are confirmatory, all others exploratory.
        exclusions: Which checks of data quality exclude a respondent; none where the section is left out.
        analyses: Ids of the analyses to run, bundled or in the study's folder; all bundled ones whose constructs are
            there where none is named.
        outputs: Formats and language of the report.
    """

    title: str | None = None
    data: Data | None = None
    design: SamplingPlan | None = None
    instruments: tuple[str, ...] = ()
    columns: dict[ItemOrOption, str | tuple[str, ...]] = Field(default_factory=dict)
    wordings: FileName | None = None
    codes: dict[Identifier, tuple[int, int]] = Field(default_factory=dict)
    cutoffs: dict[Identifier, Identifier | CutoffChoice] = Field(default_factory=dict)
    norms: dict[Identifier, Identifier | OwnNorm] = Field(default_factory=dict)
    hypotheses: tuple[Hypothesis, ...] = ()
    exclusions: ExclusionPlan | None = None
    analyses: tuple[Identifier, ...] = ()
    outputs: Outputs = Outputs()

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Plan:
        ids = [one.id for one in self.hypotheses]
        twice = next((name for name in ids if ids.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"two hypotheses have the id {twice!r}: give each its own")
        return self

    @property
    def time_range(self) -> str:
        """How a range of time becomes a point."""
        return self.data.time_range if self.data else "midpoint"


def read_plan(path: Path) -> Plan:
    """Read `plan.toml`, or the one in a folder.

    Raises:
        InputError: There is no plan, or it does not fit; the message names file, key, value and rule.
    """
    file = path / "plan.toml" if path.is_dir() else path
    if not file.is_file():
        raise InputError(
            f"{path.resolve().name} is no study folder: it holds no plan.toml. Give an export, or a folder with a plan."
        )
    return read_toml(file, Plan)
