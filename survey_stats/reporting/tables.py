"""A result → the table a reader sees: chosen columns, words for ids, rounded numbers that know their full value."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from string import ascii_lowercase
from typing import Any

import pandas as pd

from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.agreement_words import AGREEMENT_LAYOUTS, AGREEMENT_NOTES
from survey_stats.reporting.correlation_layouts import CORRELATION_LAYOUTS, CORRELATION_NOTES, correlation_notes
from survey_stats.reporting.design_layouts import DESIGN_LAYOUTS, DESIGN_NOTES
from survey_stats.reporting.designation import is_designated, reading_order
from survey_stats.reporting.group_layouts import GROUP_LAYOUTS, GROUP_NOTES
from survey_stats.reporting.likert import LikertShares
from survey_stats.reporting.matrix import CorrelationMatrix, matrix_table
from survey_stats.reporting.outcome_words import OUTCOME_LAYOUTS, OUTCOME_NOTES
from survey_stats.reporting.quality_layouts import QUALITY_CELLS, QUALITY_LAYOUTS, QUALITY_NOTES
from survey_stats.reporting.regression_layouts import REGRESSION_CELLS, REGRESSION_LAYOUTS, fit_notes
from survey_stats.reporting.reliability_words import RELIABILITY_LAYOUTS, class_notes, error_notes
from survey_stats.reporting.results_csv import CellIds
from survey_stats.reporting.time_use_layouts import TIME_USE_LAYOUTS, TIME_USE_NOTES
from survey_stats.reporting.words import Labels, clean, has_words, sentence, word
from survey_stats.results import LONG_COLUMNS, Result

Row = Mapping[Any, Any]
SAMPLE = "sample"
"""Column of a result that holds rows over several samples: `planned` or `none` for the exclusions."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as shown.

    Attributes:
        text: What the reader sees.
        numeric: It holds a number, and is aligned as one.
        ids: Ids in `results.csv` of its numbers, apart by blanks.
        field: Column of `results.csv` that holds its number.
        rowspan: Rows it heads; 0 for a cell that the one above covers.
        marks: Letters of the notes about its row.
        values: Its numbers at full precision, in the unit of `kind`.
        kind: Kind of quantity of its numbers.
    """

    text: str
    numeric: bool = False
    ids: str = ""
    field: str = "value"
    rowspan: int = 1
    marks: str = ""
    values: tuple[float, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class DisplayTable:
    """A table as shown.

    Attributes:
        caption: Its title.
        headers: Titles of its columns.
        rows: Its cells; the first of each row is the header of the row.
        notes: Sentences below it.
        of_answers: Its content comes from the answers, so that simulated ones must be labelled.
        long: Rows of `results.csv` for its numbers, where no result has them.
    """

    caption: str
    headers: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    of_answers: bool = True
    long: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a displayed result.

    Attributes:
        header: Name of the column in the message catalogue.
        fields: Columns of the result it shows; two numbers are an interval.
        kind: Kind of quantity (`numbers.KINDS`), `value` or `span` for a quantity or a range in the unit of its
            row, `label`, `pair` or `source` for names, or a family of words.
    """

    header: str
    fields: tuple[str, ...]
    kind: str


LAYOUTS: Mapping[str, tuple[Column, ...]] = {
    "Raincloud": (
        Column("measure", ("measure",), "label"),
        Column("group", ("group",), "label"),
        Column("n", ("n",), "count"),
        Column("median", ("median",), "score"),
        Column("quartiles", ("lower_quartile", "upper_quartile"), "score"),
        Column("range", ("lowest", "highest"), "score"),
    ),
    "PublishedReliability": (
        Column("measure", ("measure",), "label"),
        Column("published_sample", ("sample",), "text"),
        Column("published_alpha", ("published",), "reliability"),
        Column("published_n", ("published_n",), "count"),
        Column("alpha_here", ("estimate",), "reliability"),
        Column("interval", ("ci_lower", "ci_upper"), "reliability"),
        Column("n", ("n",), "count"),
        Column("seen_at", ("source",), "text"),
    ),
    "LikertShares": (
        Column("item", ("item",), "label"),
        Column("option", ("label",), "label"),
        Column("count", ("count",), "count"),
        Column("percent", ("share",), "percent"),
        Column("n", ("n",), "count"),
    ),
    "Comparison": (
        Column("pair", ("pair_x", "pair_y"), "pair"),
        Column("label", ("role", "label", "method", "measure"), "source"),
        Column("estimate", ("estimate",), "correlation"),
        Column("interval", ("ci_lower", "ci_upper"), "correlation"),
        Column("n", ("n",), "count"),
        Column("k", ("k",), "count"),
        Column("corrected", ("corrected",), "corrected"),
    ),
    "Descriptives": (
        Column("measure", ("measure",), "label"),
        Column("n", ("n",), "count"),
        Column("mean", ("mean",), "value"),
        Column("interval_mean", ("ci_lower", "ci_upper"), "value"),
        Column("sd", ("sd",), "value"),
        Column("median", ("median",), "value"),
        Column("range", ("minimum", "maximum"), "span"),
        Column("skewness", ("skewness",), "score"),
        Column("unit", ("unit",), "unit"),
    ),
    "Lead": (
        Column("quantity", ("quantity",), "quantity"),
        Column("other", ("other",), "label"),
        Column("second", ("second",), "value"),
        Column("difference", ("estimate",), "value"),
        Column("interval", ("ci_lower", "ci_upper"), "value"),
        Column("p_one_sided", ("p_value",), "p_value"),
        Column("p_adjusted", ("p_adjusted",), "p_value"),
    ),
    "LeadByTaxonomy": (
        Column("taxonomy", ("taxonomy",), "taxonomy"),
        Column("first", ("first",), "value"),
        Column("runner_up", ("runner_up",), "label"),
        Column("second", ("second",), "value"),
        Column("difference", ("estimate",), "value"),
        Column("interval", ("ci_lower", "ci_upper"), "value"),
        Column("claim_p_value", ("claim_p_value",), "p_value"),
    ),
    "Audience": (
        Column("entry", ("entry",), "label"),
        Column("quantity", ("quantity",), "quantity"),
        Column("estimate", ("estimate",), "value"),
        Column("interval", ("ci_lower", "ci_upper"), "value"),
        Column("n", ("n",), "count"),
        Column("n_users", ("n_users",), "count"),
        Column("n_zero", ("n_zero",), "count"),
        Column("n_missing", ("n_missing",), "count"),
    ),
    "SharesBeside": (
        Column("entry", ("entry",), "label"),
        Column("source", ("role", "source"), "publication"),
        Column("share_of_time", ("estimate",), "percent"),
        Column("interval", ("ci_lower", "ci_upper"), "percent"),
        Column("n", ("n",), "count"),
    ),
    **{name: tuple(Column(*column) for column in columns) for name, columns in GROUP_LAYOUTS.items()},
    **{name: tuple(Column(*column) for column in columns) for name, columns in AGREEMENT_LAYOUTS.items()},
    **{name: tuple(Column(*column) for column in columns) for name, columns in OUTCOME_LAYOUTS.items()},
    **{name: tuple(Column(*column) for column in columns) for name, columns in RELIABILITY_LAYOUTS.items()},
    **{name: tuple(Column(*column) for column in columns) for name, columns in DESIGN_LAYOUTS.items()},
    **{name: tuple(Column(*column) for column in columns) for name, columns in CORRELATION_LAYOUTS.items()},
    **{name: tuple(Column(*column) for column in columns) for name, columns in REGRESSION_LAYOUTS.items()},
    **{name: tuple(Column(*column) for column in columns) for name, columns in QUALITY_LAYOUTS.items()},
    **{name: tuple(Column(*column) for column in columns) for name, columns in TIME_USE_LAYOUTS.items()},
}
"""Type of result → its columns. A column without any value is left out."""


def value_kind(unit: object) -> str:
    """Kind of a quantity by its unit: minutes (of any period), a share, persons, or a score."""
    return "minutes" if str(unit).startswith("minutes") else _KIND_OF_UNIT.get(str(unit), "score")


_KIND_OF_UNIT = {"share": "percent", "persons": "count"}


def layout(result: Result) -> tuple[Column, ...]:
    """The columns of a result; those it names itself where its type has no layout."""
    known = next((LAYOUTS[base.__name__] for base in type(result).__mro__ if base.__name__ in LAYOUTS), None)
    if known is not None:
        return known
    heads = tuple(Column(key, (key,), "label") for key in result.keys)
    return (*heads, *(Column(name, (name,), "score") for name in result.numbers), Column("n", ("n",), "count"))


def result_table(
    result: Result, ids: CellIds, labels: Labels, language: str, context: Mapping[str, str] | None = None
) -> DisplayTable:
    """The table of a result.

    Args:
        result: The result.
        ids: Ids of its numbers in `results.csv`.
        labels: Names of measures and constructs.
        language: Language of the words.
        context: What its rows have in common (`Table.context`).
    """
    if isinstance(result, CorrelationMatrix):
        drawn = matrix_table(result, ids, labels, language)
        return replace(drawn, long=tuple({**row, **_said_of({}, context or {})} for row in drawn.long))
    frame = result.to_frame()
    order = reading_order(frame)
    frame, ids = frame.iloc[order], tuple(ids[at] for at in order)
    rows = frame.to_dict("records")
    below = _told_below(result, frame)
    known, extra = _all_ids(result, rows, ids, context or {})
    possible = _with_sample(layout(result), frame)
    columns = [column for column in possible if _is_shown(column, frame) and column.header not in below]
    marks, remarks = _remarks(rows)
    heads = [tuple(row[name] for name in columns[0].fields) for row in rows]
    body = [
        tuple(_cell(column, row, named, labels, language) for column in columns)
        for row, named in zip(rows, known, strict=True)
    ]
    return DisplayTable(
        caption=_caption(result, labels, language),
        headers=tuple(Cell(_header(column, result, frame, language), _is_numeric(column)) for column in columns),
        rows=tuple(merged_heads(_marked(body, marks), heads)),
        notes=(*_notes(result, frame, labels, language), *remarks, *_context(frame, context or {}, language)),
        long=tuple(extra),
        of_answers=result.of_answers,
    )


def _all_ids(
    result: Result, rows: Sequence[Row], ids: CellIds, context: Mapping[str, str]
) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    """Ids of all numbers a row shows, and rows of `results.csv` for those that the result does not count as its own."""
    shown = {name for column in layout(result) if _is_numeric(column) for name in column.fields} - {"n"}
    every, extra = [], []
    for row, known in zip(rows, ids, strict=True):
        missing = [name for name in row if name in shown and name not in known and known and pd.notna(row[name])]
        base = next(iter(known.values()), "").rpartition(".")[0]
        added = {name: f"{base}.{name}" for name in missing}
        extra += [_extra_row(result, row, name, cell_id) | _said_of(row, context) for name, cell_id in added.items()]
        every.append({**known, **added})
    return every, extra


def _extra_row(result: Result, row: Row, name: str, cell_id: str) -> dict[str, Any]:
    analysis, of_result = cell_id.split(".")[:2]
    told = {"id": cell_id, "analysis": analysis, "result": of_result, "statistic": name, "value": float(row[name]),
            "variables": " × ".join(str(row[key]) for key in result.keys if row.get(key)), "n": row.get("n", math.nan),
            "method": row.get("method", result.method)}  # fmt: skip
    return {column: told.get(column, "") for column in LONG_COLUMNS}


def _said_of(row: Row, context: Mapping[str, str]) -> dict[str, str]:
    """What holds for all numbers of a row: the context of its table, and the sample where there are several."""
    told = {name: value for name, value in context.items() if name in LONG_COLUMNS}
    return told | ({"exclusions": row[SAMPLE]} if SAMPLE in row else {})


def _with_sample(columns: Sequence[Column], frame: pd.DataFrame) -> list[Column]:
    """The columns, and behind the names that of the sample where rows over several stand in one result."""
    if SAMPLE not in frame:
        return list(columns)
    place = next((at for at, column in enumerate(columns) if _is_numeric(column)), len(columns))
    return [*columns[:place], Column(SAMPLE, (SAMPLE,), SAMPLE), *columns[place:]]


def _caption(result: Result, labels: Labels, language: str) -> str:
    if isinstance(result, LikertShares):
        return text("reporting.caption.LikertShares", language, scale=labels[result.scale])
    return word("caption", type(result).__name__, language)


def _is_shown(column: Column, frame: pd.DataFrame) -> bool:
    """A column is shown if it says anything: adjusted p only where it differs from the plain, clusters if any."""
    if not set(column.fields) <= set(frame.columns):
        return False
    values = frame[list(column.fields)]
    if column.header == "p_adjusted" and not _differs(values["p_adjusted"], frame["p_value"]):
        return False
    if column.header == "n_clusters" and not values["n_clusters"].fillna(0).any():
        return False
    return bool(values.notna().to_numpy().any() and (values != "").to_numpy().any())


def _told_below(result: Result, frame: pd.DataFrame) -> list[str]:
    """Columns of a regression that a line below tells once."""
    return _common(frame) if type(result).__name__ == "Regression" else []


def _common(frame: pd.DataFrame) -> list[str]:
    """Columns of a regression that say the same in every row."""
    return [name for name in ("outcome", "df", "n", "n_clusters") if len(frame[name].drop_duplicates()) == 1]


def _differs(adjusted: pd.Series, plain: pd.Series) -> bool:
    return bool((adjusted.notna() & adjusted.ne(plain)).any())


def _is_numeric(column: Column) -> bool:
    return column.kind in numbers.KINDS or column.kind in ("value", "span")


_LEVELS = {"interval_verdict": "verdict_confidence"}
"""Interval → the field of its level, where that is not `confidence`."""


def _header(column: Column, result: Result, frame: pd.DataFrame, language: str) -> str:
    """The title of a column, by family of a regression; that of an interval names its level, of rows or result."""
    level = _LEVELS.get(column.header, "confidence")
    stated = frame[level].dropna() if level in frame else pd.Series(dtype=float)
    confidence = stated.iloc[0] if len(stated) else getattr(result, "confidence", 0.95)
    if column.header == "statistic":
        return "*z*" if frame["df"].isna().all() else "*t*"
    of_family = f"{column.header}_{getattr(result, 'family', '')}"
    name = of_family if has_words(f"reporting.column.{of_family}", language) else column.header
    return word("column", name, language).replace("{confidence}", f"{100 * confidence:g}")


def _cell(column: Column, row: Row, ids: Mapping[str, str], labels: Labels, language: str) -> Cell:
    values = [row[name] for name in column.fields]
    if not _is_numeric(column):
        return Cell(_words(column, row, labels, language))
    kind = column.kind if column.kind in numbers.KINDS else value_kind(row.get("unit"))
    several = numbers.span if column.kind == "span" else numbers.interval
    shown = numbers.number(values[0], kind) if len(values) == 1 else several(values[0], values[1], kind)
    full = tuple(math.nan if value is None else float(value) for value in values)
    if column.fields == ("n",):
        return Cell(shown, numeric=True, ids=next(iter(ids.values()), ""), field="n", values=full, kind=kind)
    known = " ".join(ids[name] for name in column.fields if name in ids)
    return Cell(shown, numeric=True, ids=known, values=full, kind=kind)


_CELLS = {**QUALITY_CELLS, **REGRESSION_CELLS}
"""Kinds of cells that only some tables have."""


def _words(column: Column, row: Row, labels: Labels, language: str) -> str:
    values = [row[name] for name in column.fields]
    if column.kind in _CELLS:
        return _CELLS[column.kind](row, labels, language)
    if column.kind == "pair":
        return text("reporting.pair", language, x=labels[values[0]], y=labels[values[1]])
    if column.kind == "label":
        return labels[values[0]]
    if column.kind == "source":
        return source(row, labels, language)
    if column.kind == "publication":
        return clean(row["source"]) or text("reporting.ours", language)
    return word(column.kind, values[0], language) if isinstance(values[0], str) and values[0] else numbers.MISSING


def source(row: Row, labels: Labels, language: str) -> str:
    """Where an estimate comes from: this study and its coefficient, or a publication and its own."""
    ours = row.get("role", "ours") == "ours"
    who = labels[row["label"]] if row.get("label") else text("reporting.ours", language)
    symbol = word("symbol", row["method"] if ours else row["measure"], language)
    return text("reporting.source", language, who=who, symbol=symbol)


def _remarks(rows: Sequence[Row]) -> tuple[list[str], list[str]]:
    """For each row the letters of its warnings and errors, and the notes themselves, each once."""
    said = [[clean(row[name]) for name in ("warning", "error") if row.get(name)] for row in rows]
    letters = dict(zip(dict.fromkeys(note for notes in said for note in notes), _letters(), strict=False))
    return [" ".join(letters[note] for note in notes) for notes in said], [
        f"{letter}) {note}" for note, letter in letters.items()
    ]


def _letters() -> Iterable[str]:
    yield from ascii_lowercase
    yield from (first + second for first in ascii_lowercase for second in ascii_lowercase)


def _marked(body: Iterable[tuple[Cell, ...]], marks: Iterable[str]) -> list[tuple[Cell, ...]]:
    """Rows with the letters of their notes at the last cell before the first number."""
    return [_with_mark(row, mark) if mark else row for row, mark in zip(body, marks, strict=True)]


def _with_mark(row: tuple[Cell, ...], mark: str) -> tuple[Cell, ...]:
    place = next((at for at, cell in enumerate(row) if cell.numeric), len(row)) - 1
    return (*row[:place], replace(row[place], marks=mark), *row[place + 1 :])


def merged_heads(body: Iterable[tuple[Cell, ...]], heads: Sequence[object]) -> Iterable[tuple[Cell, ...]]:
    """Row headers of the same measures that follow each other become one that spans their rows."""
    for _, group in groupby(zip(heads, body, strict=True), key=lambda pair: (pair[0], pair[1][0].marks)):
        rows = [row for _, row in group]
        yield (replace(rows[0][0], rowspan=len(rows)), *rows[0][1:])
        yield from ((Cell("", rowspan=0), *row[1:]) for row in rows[1:])


def _notes(result: Result, frame: pd.DataFrame, labels: Labels, language: str) -> list[str]:
    own = NOTES.get(type(result).__name__)
    told = [sentence(message.id, message.values, labels, language) for message in result.warnings]
    explained = fit_notes(getattr(result, "fit", {}), language)
    return ([] if own is None else own(frame, labels, language)) + explained + told


def _interval_notes(frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    """How the interval of each method was made, which method decides, and how p values were adjusted."""
    named = [name for name in ("method", "interval") if name in frame]
    used = frame.loc[frame["estimate"].notna(), named].drop_duplicates()
    notes = [
        text("reporting.note.interval", language, method=word("method", row["method"], language),
             interval=word("interval", row["interval"], language))
        for row in used.to_dict("records")
        if isinstance(row.get("interval"), str) and row["interval"] not in ("", "none")
    ]  # fmt: skip
    designated = is_designated(frame)
    if designated.any() and not designated.all():
        notes.append(text("reporting.note.designated", language))
    return notes + _adjustment_notes(frame, language)


def _correlation_notes(frame: pd.DataFrame, labels: Labels, language: str) -> list[str]:
    return [*_interval_notes(frame, labels, language), *correlation_notes(frame, labels, language)]


def _adjustment_notes(frame: pd.DataFrame, language: str) -> list[str]:
    """Over which tests p was adjusted, and how: those designated, or all of a method."""
    if not _is_shown(Column("p_adjusted", ("p_adjusted",), "p_value"), frame):
        return []
    adjusted = frame[frame["p_adjusted"].notna()]
    adjust = word("adjust", adjusted["adjust"].iloc[0], language)
    if is_designated(adjusted).all():
        return [text("reporting.note.adjusted_designated", language, adjust=adjust, tests=len(adjusted))]
    tests = adjusted.groupby("method", sort=False).size()
    told = "; ".join(f"{word('method', method, language)} {count}" for method, count in tests.items())
    return [text("reporting.note.adjusted", language, adjust=adjust, tests=told)]


def _model_notes(frame: pd.DataFrame, labels: Labels, language: str) -> list[str]:
    """How the model was fitted, then what all its rows have in common."""
    methods = [word("method", method, language) for method in frame["method"].drop_duplicates()]
    row = frame.iloc[0].to_dict()
    common = [
        f"{word('column', column.header, language)}: {_cell(column, row, {}, labels, language).text}"
        for column in LAYOUTS["Regression"]
        if column.header in _common(frame) and _is_shown(column, frame)
    ]
    return [f"{line[0].upper()}{line[1:]}." for line in (*methods, "; ".join(common)) if line]


def _reliability_notes(frame: pd.DataFrame, labels: Labels, language: str) -> list[str]:
    """How the intervals were made, and what the error of measurement is."""
    return _interval_notes(frame, labels, language) + error_notes(frame, language)


def _item_notes(frame: pd.DataFrame, labels: Labels, language: str) -> list[str]:
    """Of how many items each scale consists, and which of them were reversed before anything was computed."""
    notes = []
    for row in frame.to_dict("records"):
        items, reversed_ = str(row["items"]).split(), str(row["reversed"]).split()
        if row.get("rule"):
            notes.append(f"{labels[row['measure']]}: {clean(row['rule'])}.")
        elif len(items) > 1:
            told = {"measure": labels[row["measure"]], "items": len(items), "reversed": clean(", ".join(reversed_))}
            notes.append(text(f"reporting.note.items_{'reversed' if reversed_ else 'plain'}", language, **told))
    return notes


def _citation_notes(frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    """The full reference of each published finding and its design, once."""
    published = frame[frame["role"] == "published"][["citation", "doi", "method"]].drop_duplicates()
    return [
        text(
            "reporting.note.citation", language, citation=_with_doi(row), design=word("method", row["method"], language)
        )
        for row in published.to_dict("records")
    ]


def _with_doi(row: Row) -> str:
    """The reference, with the DOI where it is known and the reference does not have it."""
    citation, doi = clean(row["citation"]), clean(row["doi"])
    return citation if not doi or doi in citation else f"{citation.rstrip('.')}. doi:{doi}."


def _lead_notes(frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    """The p of the claim, and how those of the single comparisons were adjusted."""
    claims = frame.drop_duplicates("quantity")
    told = "; ".join(
        f"{word('quantity', row['quantity'], language)}: {numbers.equation('*p*', row['claim_p_value'], 'p_value')}"
        for row in claims.to_dict("records")
    )
    return [text("lead.note", language, claims=told, adjust=word("adjust", "holm", language))]


NOTES: Mapping[str, Callable[[pd.DataFrame, Labels, str], list[str]]] = {
    "Correlations": _correlation_notes,
    "Reliabilities": _reliability_notes,
    "ClassCounts": class_notes,
    "Descriptives": _item_notes,
    "Comparison": _citation_notes,
    "Regression": _model_notes,
    "Lead": _lead_notes,
    "CommunicationLead": _lead_notes,
    **GROUP_NOTES,
    **AGREEMENT_NOTES,
    **OUTCOME_NOTES,
    **DESIGN_NOTES,
    **QUALITY_NOTES,
    **CORRELATION_NOTES,
    **TIME_USE_NOTES,
}


def _context(frame: pd.DataFrame, context: Mapping[str, str], language: str) -> list[str]:
    """Level, measure type and status of the rows, in one line."""
    parts = [
        word(family, value, language)
        for family in ("level", "measure_type", "status", "design", "exclusions")
        for value in dict.fromkeys([context[family]] if family in context else frame.get(family, ()))
        if isinstance(value, str) and value and (family, value) != ("exclusions", "none")
    ]
    if not parts:
        return []
    line = "; ".join(parts)
    return [f"{line[0].upper()}{line[1:]}."]
