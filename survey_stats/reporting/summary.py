"""One summary of everything a report says, at full precision: rendering only chooses words and rounds."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any

import pandas as pd

from survey_stats import __version__
from survey_stats.analysis import (
    ALL_RESPONDENTS,
    AS_PLANNED,
    PLANNED,
    Block,
    Figure,
    Note,
    Section,
    Table,
    with_and_without,
)
from survey_stats.literature.references import Reference, method_references, unique
from survey_stats.messages import Message
from survey_stats.reporting import descriptives
from survey_stats.reporting.class_counts import count_classes
from survey_stats.reporting.decisions import decisions
from survey_stats.reporting.likert import likert_shares, on_pages, same_options
from survey_stats.reporting.limitations import limitations
from survey_stats.reporting.matrix import MOST_DRAWN, correlation_matrix
from survey_stats.reporting.published_reliability import published_reliability
from survey_stats.reporting.quality_section import QUALITY, quality_section
from survey_stats.reporting.raincloud import scale_rainclouds
from survey_stats.reporting.results_csv import LongTables, long_tables
from survey_stats.reporting.row_sheets import excluded_rows, problem_rows
from survey_stats.reporting.sample import sample_rows
from survey_stats.reporting.weighting import WEIGHTS, weights_section
from survey_stats.reporting.words import clean
from survey_stats.results import Result
from survey_stats.study import Study

MEASURES, DISTRIBUTIONS = "measures", "distributions"
OWN_SECTIONS = frozenset({QUALITY, WEIGHTS, MEASURES, DISTRIBUTIONS})
"""Sections that the report makes itself, beside those of the analyses."""
_MEASURES_SAY = {"weighted": "reporting.measures.weighted", "unweighted": "reporting.measures.unweighted"}
PACKAGES = ("numpy", "pandas", "scipy", "statsmodels", "pingouin", "matplotlib", "pydantic", "jinja2")
ANSWERED = "answered"


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Participants:
    """Who is in the data.

    Attributes:
        rows_read: Rows of answers in the file.
        kept: Respondents in the study.
        dropped: Number of rows left out, by reason.
        excluded: Respondents whom the plan excludes from the analyses.
        age: Count, median, minimum and maximum of age in years; none without such a measure.
        median_minutes: Median duration of the interview; none where the tool does not tell it.
        period: First and last day of answering, ISO dates; none where the tool does not tell it.
    """

    rows_read: int
    kept: int
    dropped: Mapping[str, int]
    excluded: int
    age: Mapping[str, float] | None
    median_minutes: float | None
    period: tuple[str, str] | None


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Reading:
    """What was read, and what was a problem: counts and names of columns, never the content of a cell.

    Attributes:
        source, sheet, tool, header_rows, language: As in the study's provenance.
        columns: A row per column of the export, columns as in `Provenance.columns`.
        left_out: Columns with personal data → kind of personal data.
        problems: A row per rule: `rule`, `action`, `state`, `cells`, `columns` (their names).
        missing: A row per reason an answer is missing: `reason`, `cells`, `share` of all cells.
        cells: Number of cells, answered and missing.
        title: Title from the plan.
        unscored: Scale → the items the export lacks.
        warnings: What scoring found doubtful.
        masked: Column → number of cells in which personal data were masked.
        notes: What was decided when the file was read: encoding, sheet, merged cells, error cells, …
    """

    source: str
    sheet: str | None
    tool: str
    header_rows: int
    language: str
    columns: pd.DataFrame
    left_out: Mapping[str, str]
    problems: pd.DataFrame
    missing: pd.DataFrame
    cells: int
    title: str = ""
    unscored: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    masked: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[Message, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Summary:
    """Everything a report says.

    Attributes:
        simulated: The answers are simulated.
        participants: Who is in the data.
        reading: What was read.
        sections: The sections on data quality and on measures, then those of the analyses.
        long: All numbers of all tables, with the ids of their cells.
        methods: Ids of the methods used, in the order of their first use.
        versions: Program → version.
        rules: Choices that changed numbers.
        data_sha256: Hash of the data file.
        instruments: Instrument → version and hash.
        sample: Rows of Table 1 (`sample.COLUMNS`).
        limitations: Messages about these data.
        decisions: What was done to the answers (`decisions.decisions`).
        references: Publications of methods, scales and findings, in alphabetical order.
        problem_rows: Where each problem lies (`row_sheets.PROBLEM_ROW_COLUMNS`).
        excluded_rows: Whom the plan excludes, by the row of the export (`row_sheets.EXCLUDED_ROW_COLUMNS`).
    """

    simulated: bool
    participants: Participants
    reading: Reading
    sections: tuple[Section, ...]
    long: LongTables
    methods: tuple[str, ...]
    versions: Mapping[str, str]
    rules: Mapping[str, str]
    data_sha256: str
    instruments: Mapping[str, Mapping[str, str]]
    sample: pd.DataFrame
    limitations: tuple[Note, ...]
    decisions: pd.DataFrame
    references: tuple[Reference, ...]
    problem_rows: pd.DataFrame
    excluded_rows: pd.DataFrame


def summarize(study: Study, sections: Iterable[Section]) -> Summary:
    """Put together what a report says about a study and its analyses.

    Args:
        study: The data.
        sections: What `analyze` returned.
    """
    ran_first = sorted(sections, key=lambda section: (not section.tables, section.id != PLANNED))
    before = [section for section in (quality_section(study), weights_section(study)) if section is not None]
    told = (*before, with_and_without(measures_section, study), *ran_first, *_distributions(study))
    origin = study.provenance
    return Summary(
        simulated=origin.simulated,
        participants=_participants(study, study.analysed()),
        reading=_reading(study),
        sections=told,
        long=long_tables(told, simulated=origin.simulated),
        methods=_methods(told),
        versions=versions(),
        rules=dict(origin.rules),
        data_sha256=origin.data_sha256,
        instruments=dict(origin.instruments),
        sample=sample_rows(study.analysed()),
        limitations=tuple(limitations(study.analysed(), told)),
        decisions=decisions(study),
        references=tuple(_references(study, told)),
        problem_rows=problem_rows(study),
        excluded_rows=excluded_rows(study),
    )


def _references(study: Study, sections: Iterable[Section]) -> list[Reference]:
    """Of the methods used, the published scales scored, and the findings that stand beside ours."""
    told = list(sections)
    frames = [table.result.to_frame() for section in told for table in section.tables]
    methods = [*_methods(told), *(["smallest_effect"] if any("verdict" in frame for frame in frames) else [])]
    scales = [
        Reference(one.source.citation, one.source.doi or "")
        for one in study.instruments.values()
        if one.kind == "published"
    ]
    cited = [frame[frame["role"] == "published"] for frame in frames if {"role", "citation", "doi"} <= set(frame)]
    found = [
        Reference(clean(row["citation"]), clean(row["doi"] or "")) for rows in cited for row in rows.to_dict("records")
    ]
    return unique([*method_references(methods), *scales, *found])


def measures_section(study: Study) -> Section:
    """Location, spread, reliability and correlations of the measures."""
    weighted = "" if study.design is None else "unweighted" if study.sampling is None else "weighted"
    blocks: list[Block] = [Note(_MEASURES_SAY[weighted])] if weighted else []
    reliable = descriptives.reliabilities(study)
    found = {
        "descriptives": descriptives.describe(study),
        "classes": count_classes(study, descriptives.used_design(study)),
        "reliability": reliable,
        "published_reliability": published_reliability(study, reliable),
    }
    context = {"design": weighted} if weighted else {}
    blocks += [Table(name, result, context) for name, result in found.items() if result is not None]
    matrix = correlation_matrix(study)
    if matrix is not None:
        blocks.append(Table("correlation_matrix", matrix, context))
        if len(matrix.moments) <= MOST_DRAWN:
            blocks.append(Figure("correlation_matrix", (matrix,)))
    return Section(MEASURES, "reporting.measures.title", tuple(blocks))


def _distributions(study: Study) -> list[Section]:
    """For the end of the report, pictures of the measures that are skewed."""
    kept = study.analysed()
    context = {"exclusions": ALL_RESPONDENTS if kept is study else AS_PLANNED}
    study = kept
    drawn = descriptives.distributions(study, descriptives.describe(study))
    pictures: list[Block] = [block for one in scale_rainclouds(study) for block in _shown("raincloud", one, context)]
    for together in same_options(likert_shares(study)):
        pictures += [Figure("likert", page) for page in on_pages(together)]
        pictures += [_numbers("likert", one, context) for one in together]
    pictures += [Figure("distribution", (one,)) for one in drawn[: descriptives.MOST_PICTURES]]
    if len(drawn) > descriptives.MOST_PICTURES:
        values = {"drawn": descriptives.MOST_PICTURES, "skewed": len(drawn)}
        pictures.append(Note("reporting.measures.not_drawn", values))
    return [Section(DISTRIBUTIONS, "reporting.distributions.title", tuple(pictures))] if pictures else []


def _shown(figure: str, result: Result, context: Mapping[str, str]) -> tuple[Block, Block]:
    """A picture and the numbers it is drawn from."""
    return Figure(figure, (result,)), _numbers(figure, result, context)


def _numbers(figure: str, result: Result, context: Mapping[str, str]) -> Table:
    """The numbers a picture is drawn from."""
    measure = getattr(result, "scale", None) or result.to_frame()["measure"].iloc[0]
    return Table(f"{figure}_{measure}", result, context)


def versions() -> dict[str, str]:
    """Versions of everything that computes or draws a number."""
    return {
        "survey_stats": __version__,
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in PACKAGES},
    }


def _participants(study: Study, analysed: Study) -> Participants:
    """Counts of everyone, and what those analysed are like."""
    origin = study.provenance
    return Participants(
        rows_read=origin.rows_read,
        kept=study.n,
        dropped=dict(origin.rows_dropped),
        excluded=study.n - analysed.n,
        age=_age(analysed),
        median_minutes=_median_minutes(analysed.paradata),
        period=_period(analysed.paradata),
    )


def _age(study: Study) -> dict[str, float] | None:
    measure = next(iter(study.select("age")), None)
    values = None if measure is None else study.measures[measure].dropna()
    if values is None or values.empty:
        return None
    return {"n": len(values), "median": values.median(), "minimum": values.min(), "maximum": values.max()}


def _median_minutes(paradata: pd.DataFrame) -> float | None:
    if "duration_seconds" not in paradata:
        return None
    seconds = pd.to_numeric(paradata["duration_seconds"]).dropna()
    return float(seconds.median()) / 60 if len(seconds) else None


def _period(paradata: pd.DataFrame) -> tuple[str, str] | None:
    column = next((name for name in ("start", "end") if name in paradata), None)
    if column is None:
        return None
    times = pd.to_datetime(paradata[column], errors="coerce").dropna()
    return (f"{times.min():%Y-%m-%d}", f"{times.max():%Y-%m-%d}") if len(times) else None


def _reading(study: Study) -> Reading:
    origin = study.provenance
    return Reading(
        source=origin.source,
        sheet=origin.sheet,
        tool=origin.tool,
        header_rows=origin.header_rows,
        language=origin.language,
        columns=origin.columns,
        left_out=dict(origin.left_out),
        problems=_problems(study.problems),
        missing=_missing(study.missing),
        cells=study.missing.size,
        title=origin.title,
        unscored=dict(origin.unscored),
        masked=dict(origin.masked),
        warnings=origin.warnings,
        notes=dict(origin.notes),
    )


def _problems(problems: pd.DataFrame) -> pd.DataFrame:
    rows: list[dict[str, Any]] = [
        {"rule": rule, "action": action, "state": state, "cells": len(found),
         "columns": list(dict.fromkeys(found["column"].astype(str)))}
        for (rule, action, state), found in problems.groupby(["rule", "action", "state"], sort=True)
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["rule", "action", "state", "cells", "columns"])
    return table.sort_values("cells", ascending=False, kind="stable", ignore_index=True)


def _missing(reasons: pd.DataFrame) -> pd.DataFrame:
    counts = pd.Series(reasons.to_numpy().ravel(), dtype=object).value_counts().drop(ANSWERED, errors="ignore")
    counts = counts.sort_index(kind="stable").sort_values(ascending=False, kind="stable")
    return pd.DataFrame({
        "reason": list(counts.index), "cells": counts.to_numpy(dtype=int),
        "share": counts.to_numpy(dtype=float) / max(reasons.size, 1),
    })  # fmt: skip


def _methods(sections: Iterable[Section]) -> tuple[str, ...]:
    """Methods of all tables; the way an interval was made counts as one."""
    used: dict[str, None] = {}
    for section in sections:
        for block in section.tables:
            frame = block.result.to_frame()
            if "role" in frame:
                frame = frame[frame["role"] == "ours"]
            for column in ("method", "interval", "adjust"):
                named = (value for value in frame.get(column, ()) if isinstance(value, str))
                used |= dict.fromkeys(value for value in named if value not in ("", "none"))
    return tuple(used)
