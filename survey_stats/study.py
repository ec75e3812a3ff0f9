"""The data of one study, as frames: what every analysis receives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from survey_stats.catalogue import bundled
from survey_stats.errors import CallError, InputError, SurveyError
from survey_stats.hypotheses import Hypothesis
from survey_stats.messages import Message
from survey_stats.statistics.design import Design
from survey_stats.statistics.raking import Weights, rake

MARGIN = "rake: "
"""How the columns of `Study.design` begin that hold a margin of raking."""
VARIABLE_COLUMNS = (
    "id", "construct", "label", "kind", "unit", "minimum", "maximum", "reference_period", "measure_type", "level",
    "rule", "items", "reversed", "instrument", "observed_minimum", "observed_maximum", "n",
)  # fmt: skip
PROBLEM_COLUMNS = ("row", "respondent", "column", "item", "cell", "rule", "action", "state")
QUALITY_COLUMNS = ("flag", "assessed", "flagged", "threshold", "excludes", "note")
RECORD_COLUMNS = ("person", "medium", "day", "minutes", "lower", "upper", "status", "measure_type", "reference_period")


def empty(columns: tuple[str, ...]) -> pd.DataFrame:
    """A frame without rows that has `columns`."""
    return pd.DataFrame({column: pd.Series(dtype=object) for column in columns})


def with_observed(variables: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """`variables` with the lowest and the highest value found in each measure, and how many values there are."""
    named = [str(name) for name in variables["id"]]
    found = measures[named].astype("float64")
    return variables.assign(
        observed_minimum=found.min().to_numpy(), observed_maximum=found.max().to_numpy(), n=found.count().to_numpy()
    ).loc[:, list(VARIABLE_COLUMNS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a study's data come from and what was done on the way.

    Attributes:
        source: Name of the file, without its folder, or what the frames were built from.
        sheet: Sheet of a workbook.
        tool: Id of the survey tool recognised (`google_forms`, `qualtrics`, `table`, `frames`).
        header_rows: Rows above the first answer.
        rows_read, rows_kept: Rows below the header in the file, and respondents in the study.
        rows_dropped: Number of rows left out, by reason.
        columns: A row per column of the export: `column` (its code), `text`, `item`, `how` (`plan`, `code`,
            `text`, `paradata`, `repeated`, `unmatched`), `cells`, and how many of them were `kept`, `missing`,
            `failed`. Personal columns are in `left_out` instead.
        left_out: Columns with personal data that were left out, column → kind of personal data.
        masked: Columns that were kept, in which single cells held personal data → number of cells masked.
        instruments: Instrument id → version and hash.
        unscored: Scale → the items the export lacks, for scales that could not be scored.
        warnings: What scoring found doubtful, for example a key that does not fit the data.
        data_sha256: Hash of the file's bytes.
        simulated: The answers are simulated, not collected.
        language: Language of the questionnaire as matched.
        title: Title of the report, if the plan gives one.
        analyses: Analyses the plan names; none for all.
        own_analyses: Analyses the plan names that lie in the study's folder → their file.
        frozen: When the plan was frozen and what changed since (`at`, `times`, `with_data`, `sha256`, `changed`,
            `hypotheses_changed`, `data_changed`); empty for a plan that never was.
        rules: Choices that changed numbers, for example how a range of time became a point.
        notes: What was decided when the file was read (encoding, delimiter, sheet, error cells, merged cells).
    """

    source: str
    sheet: str | None = None
    tool: str = "frames"
    header_rows: int = 0
    rows_read: int = 0
    rows_kept: int = 0
    rows_dropped: Mapping[str, int] = field(default_factory=dict)
    columns: pd.DataFrame = field(
        default_factory=lambda: empty(("column", "text", "item", "how", "cells", "kept", "missing", "failed"))
    )
    left_out: Mapping[str, str] = field(default_factory=dict)
    masked: Mapping[str, int] = field(default_factory=dict)
    instruments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unscored: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    warnings: tuple[Message, ...] = ()
    data_sha256: str = ""
    simulated: bool = False
    language: str = "en"
    title: str = ""
    analyses: tuple[str, ...] = ()
    own_analyses: Mapping[str, str] = field(default_factory=dict)
    frozen: Mapping[str, Any] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, kw_only=True)
class Study:
    """The data of one study.

    Attributes:
        answers: Index `respondent` (or respondent and occasion); a column an item, choices as codes, multiple
            choices as one 0/1 column an option named `item.option`, durations as minutes; text written
            beside an open option in a column named `item_text`.
        missing: Same shape as `answers`; why a cell has no value: `answered`, `blank`, `not_asked`, `refused`,
            `dont_know`, `not_applicable`, `not_seen`, `other`, `failed`.
        missing_codes: Same index, only the columns in which several codes of the export have one reason: those codes,
            so that "refused" (-8) and "refused by telephone" (-9) stay apart.
        measures: Same index; a column a score or other measure, floats only.
        variables: A row per column of `measures`, columns as in `VARIABLE_COLUMNS`.
        records: Time use: person, medium, day (`weekday`, `weekend`, `typical`), minutes and more (`RECORD_COLUMNS`).
        design: Columns `weights`, `strata`, `cluster`, `fpc`, `replicate_1`, … of all respondents, also those that
            `subset` left out, and the margins of raking (`rake: gender`); none for an unweighted study.
        sampling: Options of the design; none where weights were only found and nobody said that they are to be used.
        paradata: Same index; `row` of the sheet, and start, end, duration_seconds, finished, language as far as the
            tool tells them.
        problems: A row per cell that could not be used as it is (`PROBLEM_COLUMNS`).
        flags: Boolean, same index; a column a check of data quality.
        indices: Same index; the number behind each flag, on the scale of its threshold.
        quality: A row a check of data quality over the respondents as read (`QUALITY_COLUMNS`).
        excluded: Boolean, same index; who is left out of the analyses, as the plan says. Empty where the plan excludes
            nobody.
        exclusion_flags: How many of the flags that exclude a respondent must have.
        provenance: Where the data come from.
        instruments: The instruments in use, by id.
        hypotheses: What the plan expected.
    """

    answers: pd.DataFrame
    measures: pd.DataFrame
    variables: pd.DataFrame = field(default_factory=lambda: empty(VARIABLE_COLUMNS))
    missing: pd.DataFrame = field(default_factory=pd.DataFrame)
    missing_codes: pd.DataFrame = field(default_factory=pd.DataFrame)
    records: pd.DataFrame = field(default_factory=lambda: empty(RECORD_COLUMNS))
    design: pd.DataFrame | None = None
    sampling: Mapping[str, Any] | None = None
    paradata: pd.DataFrame = field(default_factory=pd.DataFrame)
    problems: pd.DataFrame = field(default_factory=lambda: empty(PROBLEM_COLUMNS))
    flags: pd.DataFrame = field(default_factory=pd.DataFrame)
    indices: pd.DataFrame = field(default_factory=pd.DataFrame)
    quality: pd.DataFrame = field(default_factory=lambda: empty(QUALITY_COLUMNS))
    excluded: pd.Series = field(default_factory=lambda: pd.Series(dtype=bool))
    exclusion_flags: int = 1
    provenance: Provenance = field(default_factory=lambda: Provenance(source="frames"))
    instruments: Mapping[str, Any] = field(default_factory=dict)
    hypotheses: tuple[Hypothesis, ...] = ()

    @classmethod
    def from_frames(
        cls,
        measures: pd.DataFrame,
        variables: pd.DataFrame | None = None,
        *,
        answers: pd.DataFrame | None = None,
        records: pd.DataFrame | None = None,
        design: pd.DataFrame | None = None,
        sampling: Mapping[str, Any] | None = None,
        hypotheses: Iterable[Hypothesis] = (),
        source: str = "frames",
        simulated: bool = False,
    ) -> Study:
        """A study from data that are already scored: diaries, logs, other people's data.

        Args:
            measures: Index respondent, a numeric column a measure.
            variables: A row per measure with at least `id` and `construct`; other columns of `VARIABLE_COLUMNS`
                are filled with what is usual for self-reports of persons.
            answers: Item or occasion data, if any; its first index level is the respondent.
            records: Time-use records, if any.
            design: Columns `weights`, `strata`, `cluster`, `fpc`, `replicate_1`, …, index as measures, if any.
            sampling: Options of the design (`method`, `nest`, `lonely`), if any.
            hypotheses: What was expected before the data were looked at, if anything.
            source: What the frames are, for the report.
            simulated: The data are simulated.

        Raises:
            CallError: A measure is not numeric, a variable has no column, or the index repeats a respondent.
        """
        numbers = _numeric(measures)
        described = _described(numbers, variables)
        return cls(
            answers=numbers.iloc[:, :0] if answers is None else answers,
            measures=numbers,
            variables=described,
            records=empty(RECORD_COLUMNS) if records is None else records,
            design=_aligned(design, numbers.index),
            sampling=None if design is None else dict(sampling or {}),
            hypotheses=tuple(hypotheses),
            provenance=Provenance(source=source, rows_read=len(numbers), rows_kept=len(numbers), simulated=simulated),
        )

    @property
    def n(self) -> int:
        """Number of respondents."""
        return len(self.measures)

    def subset(self, mask: pd.Series | np.ndarray) -> Study:
        """The study of the respondents for whom `mask` is true. The design is kept whole, for domain estimates.

        Args:
            mask: Boolean, one value a respondent, in the order of `measures` or with its index.

        Raises:
            CallError: The mask is not boolean or does not fit the respondents.
        """
        chosen = np.asarray(mask.reindex(self.measures.index) if isinstance(mask, pd.Series) else mask)
        if chosen.dtype != bool or chosen.shape != (self.n,):
            raise CallError(
                f"subset: the mask must be one True or False for each of the {self.n} respondents; "
                f"found {chosen.dtype} of shape {chosen.shape}. Build it from study.measures or study.flags."
            )
        kept = self.measures.index[chosen]
        return replace(
            self,
            measures=self.measures.loc[kept],
            answers=_rows(self.answers, kept),
            missing=_rows(self.missing, kept),
            missing_codes=_rows(self.missing_codes, kept),
            paradata=_rows(self.paradata, kept),
            flags=_rows(self.flags, kept),
            indices=_rows(self.indices, kept),
            excluded=self.excluded[self.excluded.index.isin(kept)],
            records=self.records[self.records["person"].isin(kept)],
            problems=self.problems[self.problems["respondent"].isin(kept)],
        )

    def analysed(self) -> Study:
        """The study without the respondents that the plan excludes; the study itself where it excludes nobody.

        Raises:
            InputError: Nobody would be left.
        """
        if not self.excluded.any():
            return self
        if self.excluded.all():
            raise InputError(
                f"The plan's section [exclusions] leaves none of the {self.n} respondents. "
                "Name fewer flags, raise at_least, or change the thresholds."
            )
        return self.subset(~self.excluded)

    def survey_design(self) -> Design | None:
        """The design of the respondents in `measures`, for any statistic; none where everyone counts once.

        Weights that the plan rakes are raked, over all respondents.

        Raises:
            InputError: Weights were found in the export and the plan does not say what they are; or they are faulty,
                or cannot be raked.
        """
        whole = self.whole_design()
        if whole is None or self.design is None:
            return None
        return whole.subset(self.design.index.isin(self.measures.index))

    def whole_design(self) -> Design | None:
        """The design of all respondents, also of those that `subset` left out; see `survey_design`."""
        if self.design is None:
            return None
        raked = self.raked()
        return self._sampled() if raked is None else self._of_raked(raked)

    def raked(self) -> Weights | None:
        """The raked weights of all respondents, as the plan's section `[design.rake]` says; none without it.

        Raises:
            InputError: The weights cannot be raked to the targets.
        """
        chosen = dict((self.sampling or {}).get("rake") or {})
        if self.design is None or not chosen:
            return None
        margins = [str(name) for name in self.design if str(name).startswith(MARGIN)]
        frame = self.design[margins].rename(columns=lambda name: str(name).removeprefix(MARGIN))
        targets = dict(zip(frame, chosen["targets"].values(), strict=True))
        trim = chosen.get("trim")
        try:
            return rake(frame, targets, base_weights=self._sampled(), trim=trim, missing=chosen["missing"])
        except SurveyError as error:
            raise InputError(str(error).replace("rake: ", "plan.toml: design.rake: ", 1)) from error

    def _of_raked(self, weights: Weights) -> Design:
        chosen = (self.sampling or {})["rake"]
        options = {name: chosen[name] for name in ("n_replicates", "seed") if name in chosen}
        return weights.design(replicates=chosen.get("replicates"), **options)

    def _sampled(self) -> Design:
        """The design of all respondents, as it was drawn."""
        assert self.design is not None
        if self.sampling is None:
            raise InputError(
                f"The data hold survey weights ({', '.join(map(str, self.design))}), and the plan does not say what "
                'they are. Name the column in the section [design] of the plan (weights = "…"), or write '
                'weights = "ignore" in the section [data].'
            )
        parts = ("weights", "strata", "cluster", "fpc")
        named: dict[str, Any] = {name: name for name in parts if name in self.design}
        replicates = [name for name in self.design if str(name).startswith("replicate_")]
        named |= {"replicates": replicates} if replicates else {}
        options = {name: value for name, value in self.sampling.items() if name != "rake"}
        return Design(named.pop("weights", None), data=self.design, **named, **options)

    def select(self, construct: str) -> list[str]:
        """Ids of all measures of a construct, in the order of `variables`; empty if there are none."""
        return list(self.variables.loc[self.variables["construct"] == construct, "id"])

    def measures_of(self, construct: str) -> tuple[list[str], bool]:
        """Measures of a construct, or of its proxies where it has none, and whether they are proxies.

        Which construct may stand in for which is a matter of `instruments/constructs.toml`.
        """
        measures = self.select(construct)
        if measures:
            return measures, False
        known = bundled().constructs.by_id
        proxies = known[construct].proxies if construct in known else {}
        return [name for proxy in proxies for name in self.select(proxy)], True

    def variable(self, measure: str) -> pd.Series:
        """The row of `variables` for one measure.

        Raises:
            CallError: The study has no such measure.
        """
        rows = self.variables[self.variables["id"] == measure]
        if rows.empty:
            raise CallError(
                f"There is no measure {measure!r} in this study. It has: {', '.join(self.variables['id']) or 'none'}."
            )
        return rows.iloc[0]

    def _repr_html_(self) -> str:
        frame = self.variables[["id", "construct", "kind", "unit"]].copy()
        frame["n"] = [int(self.measures[name].notna().sum()) for name in frame["id"]]
        return f"<p>{self!r}</p>" + frame.to_html(index=False, na_rep="", border=0)

    def __repr__(self) -> str:
        simulated = " (simulated answers)" if self.provenance.simulated else ""
        return (
            f"Study of {self.n} respondents from {self.provenance.source}{simulated}: "
            f"{self.answers.shape[1]} answers, {self.measures.shape[1]} measures, {len(self.problems)} problems"
        )


def _rows(frame: pd.DataFrame, kept: pd.Index) -> pd.DataFrame:
    """Rows of the kept respondents; in a diary the respondent is the first index level."""
    if frame.empty and len(frame.columns) == 0:
        return frame
    return frame[frame.index.get_level_values(0).isin(kept)]


def _numeric(measures: pd.DataFrame) -> pd.DataFrame:
    if measures.index.has_duplicates:
        twice = list(dict.fromkeys(measures.index[measures.index.duplicated()]))[:3]
        raise CallError(
            f"measures: the index must name each respondent once; found several rows for {twice}. "
            "Aggregate occasions to persons first and give the occasions as `answers`."
        )
    text = [str(name) for name in measures if not pd.api.types.is_numeric_dtype(measures[name])]
    if text:
        raise CallError(f"measures: columns must be numbers; found text in {', '.join(text)}. Code them first.")
    return measures.astype("float64").rename_axis(index="respondent")


def _aligned(design: pd.DataFrame | None, respondents: pd.Index) -> pd.DataFrame | None:
    if design is not None and not design.index.equals(respondents):
        raise CallError("design: the index is not that of measures. Take both from the same frame.")
    return design


def _described(measures: pd.DataFrame, variables: pd.DataFrame | None) -> pd.DataFrame:
    given = pd.DataFrame({"id": list(measures)}) if variables is None else variables.copy()
    stray = [name for name in given["id"] if name not in measures]
    if stray:
        raise CallError(f"variables: no column of measures is called {', '.join(map(str, stray))}.")
    defaults = {"construct": "", "label": "", "kind": "measure", "unit": "", "measure_type": "self_report",
                "level": "between", "reference_period": "", "rule": "", "items": "", "reversed": "",
                "instrument": ""}  # fmt: skip
    for column, value in defaults.items():
        given[column] = given[column].fillna(value) if column in given else value
    for column, series in (("minimum", measures.min()), ("maximum", measures.max())):
        if column not in given:
            given[column] = given["id"].map(series)
    given["label"] = given["label"].where(given["label"] != "", given["id"])
    return with_observed(given, measures)
