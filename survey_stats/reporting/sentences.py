"""A result in words. No sentence claims a cause; each names the level and the type of measure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from survey_stats.analysis import PLANNED, Section, Table
from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.agreement_words import AGREEMENT_WRITERS
from survey_stats.reporting.correlation_sentences import CORRELATION_WRITERS, verdict_sentence
from survey_stats.reporting.design_sentences import DESIGN_WRITERS
from survey_stats.reporting.designation import in_reading_order, is_designated
from survey_stats.reporting.group_sentences import GROUP_WRITERS
from survey_stats.reporting.lead_sentences import lead_sentences, taxonomy_sentences
from survey_stats.reporting.outcome_words import OUTCOME_WRITERS
from survey_stats.reporting.phrases import correlation_statistics, setting
from survey_stats.reporting.regression_sentences import REGRESSION_WRITERS
from survey_stats.reporting.reliability_words import RELIABILITY_WRITERS
from survey_stats.reporting.time_use_layouts import TIME_USE_WRITERS
from survey_stats.reporting.words import Labels, clean, with_section, word

Row = Mapping[Any, Any]
MOST_SENTENCES = 6
"""A longer table speaks for itself."""


def result_sentences(table: Table, labels: Labels, language: str) -> list[str]:
    """The sentences of a result; none for a type that has no words, or too many rows for words.

    Symbols to be set in italics are marked `*r*`.
    """
    sentences = _written(table, labels, language, short=False)
    return sentences if len(sentences) <= MOST_SENTENCES else []


def headlines(sections: Iterable[Section], labels: Labels, language: str) -> list[str]:
    """What the analyses found, in short: the first result of each that can be said, and not more than fits."""
    return [line for section in sections for line in _in_short(section, labels, language)[:MOST_SENTENCES]]


def _in_short(section: Section, labels: Labels, language: str) -> list[str]:
    """The first result that can be said; of planned hypotheses all, so that none is passed over for being changed."""
    named = with_section(labels, section)
    told = [lines for table in section.tables if (lines := _written(table, named, language, short=True))]
    return [line for lines in (told if section.id == PLANNED else told[:1]) for line in lines]


def _written(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:
    names = (base.__name__ for base in type(table.result).__mro__)
    write = next((WRITERS[name] for name in names if name in WRITERS), None)
    return [] if write is None else write(table, labels, language, short=short)


def _correlations(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:
    """A sentence a pair, with all its coefficients; in short, without pairs that have none."""
    frame = in_reading_order(table.result.to_frame())
    apart = ["x", "y", *(["level"] if "level" in frame else [])]
    pairs = [_split(rows) for _, rows in frame.groupby(apart, sort=False)]
    return [
        _correlation(deciding, others, table.context, labels, language)
        for deciding, others in pairs
        if not (short and _failed(deciding[0]))
    ]


def _split(rows: pd.DataFrame) -> tuple[Sequence[Row], Sequence[Row]]:
    """The rows of a pair that decide about the direction, and those beside them for comparison.

    Those of the designated method decide; where none is designated, all that have an estimate.
    """
    designated, found = is_designated(rows), rows["estimate"].notna()
    decides = designated if designated.any() else found if found.any() else ~found
    return rows[decides].to_dict("records"), rows[~decides & found].to_dict("records")


def _failed(row: Row) -> bool:
    return bool(pd.isna(row["estimate"]))


def _correlation(
    deciding: Sequence[Row], others: Sequence[Row], context: Mapping[str, str], labels: Labels, language: str
) -> str:
    """One pair: what decides with its test, the rest beside it, and a clause where that points elsewhere."""
    first, equals = deciding[0], deciding[1:]
    pair = {"x": labels[first["x"]], "y": labels[first["y"]]}
    if _failed(first):
        reason = first.get("error") or first.get("warning") or text("reporting.no_reason", language)
        return text("reporting.correlation.failed", language, reason=clean(reason).rstrip("."), **pair)
    statistics = [correlation_statistics(first, language), *(_estimate(row, language) for row in equals)]
    if others:
        beside = "; ".join(_estimate(row, language) for row in others)
        statistics.append(text("reporting.for_comparison", language, estimates=beside))
    directions = {direction_of(row) for row in deciding}
    direction = directions.pop() if len(directions) == 1 else "mixed"
    values = pair | {"statistics": "; ".join(statistics), "setting": setting(first, context, language)}
    otherwise = _otherwise(direction, first, others, language)
    said = text(f"reporting.correlation.{direction}", language, **values, otherwise=otherwise)
    return said + verdict_sentence(first, language)


def _otherwise(direction: str, first: Row, others: Sequence[Row], language: str) -> str:
    """A clause for each other direction that a method beside the designated one points to.

    Where only designated tests are adjusted, the clause says that the other one is not.
    """
    pointing: dict[str, list[str]] = {}
    for row in others:
        pointing.setdefault(direction_of(row), []).append(word("symbol", row["method"], language))
    plain = pd.notna(first.get("p_adjusted")) and all(pd.isna(row.get("p_adjusted")) for row in others)
    unadjusted = text("reporting.unadjusted", language) if plain else ""
    return "".join(
        text(f"reporting.otherwise.{other}", language, symbols=", ".join(symbols), unadjusted=unadjusted)
        for other, symbols in pointing.items()
        if other not in (direction, "without_interval")
    )


def direction_of(row: Row) -> str:
    """`positive` or `negative` where the interval excludes 0 and the adjusted p value agrees, else `unclear`."""
    if pd.isna(row["ci_lower"]) or pd.isna(row["ci_upper"]):
        return "without_interval"
    given = (row.get(name) for name in ("p_adjusted", "p_value"))
    p_value = next((one for one in given if one is not None and pd.notna(one)), 0.0)
    kept = p_value < round(1 - row.get("confidence", 0.95), 9)
    if kept and row["ci_lower"] > 0:
        return "positive"
    return "negative" if kept and row["ci_upper"] < 0 else "unclear"


def _estimate(row: Row, language: str) -> str:
    """`*r*ₛ = −.12 [−.23, −.01]`: another coefficient of the same pair."""
    bounds = numbers.interval(row["ci_lower"], row["ci_upper"], "correlation")
    shown = numbers.equation(word("symbol", row["method"], language), row["estimate"], "correlation")
    return shown if bounds == numbers.MISSING else f"{shown} {bounds}"


def _comparisons(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:  # noqa: ARG001
    """A sentence a pair: ours by each method, then every published value; none where ours alone fill a paragraph."""
    frame = in_reading_order(table.result.to_frame())
    lines = []
    for pair, rows in frame.groupby(["pair_x", "pair_y"], sort=False):
        if (rows["role"] == "ours").sum() > MOST_SENTENCES:
            continue
        x, y = (labels[str(name)] for name in pair)
        said = {role: _estimates(rows[rows["role"] == role], labels, language) for role in ("ours", "published")}
        lines.append(text("reporting.comparison", language, x=x, y=y, **said))
    return lines


def _estimates(rows: pd.DataFrame, labels: Labels, language: str) -> str:
    """Estimates with their intervals; ours with their measure if there are several, published with their source."""
    told = rows.to_dict("records")
    ours = [f"{labels[row['label']]} {_estimate(row, language)}" if row["label"] else _estimate(row, language)
            for row in told if row["role"] == "ours"]  # fmt: skip
    theirs = [f"{_estimate({**row, 'method': row['measure']}, language)}, {labels[row['label']]}"
              for row in told if row["role"] != "ours"]  # fmt: skip
    return "; ".join([*ours, *theirs])


WRITERS: Mapping[str, Callable[..., list[str]]] = {
    "Correlations": _correlations,
    "Comparison": _comparisons,
    "Lead": lead_sentences,
    "LeadByTaxonomy": taxonomy_sentences,
    **GROUP_WRITERS,
    **AGREEMENT_WRITERS,
    **OUTCOME_WRITERS,
    **DESIGN_WRITERS,
    **RELIABILITY_WRITERS,
    **CORRELATION_WRITERS,
    **REGRESSION_WRITERS,
    **TIME_USE_WRITERS,
}
"""Type of result → what writes sentences about its rows."""
