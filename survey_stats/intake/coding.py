"""A matched table → frames of coded answers, reasons for missing ones, time intervals, and problems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from survey_stats.instrument import Instrument, Item
from survey_stats.intake.answers import ANSWERED, BLANK, FAILED, NOT_ASKED, REASONS, Coded, code_column
from survey_stats.intake.matching import Match, Matching
from survey_stats.intake.names import may_name_somebody
from survey_stats.intake.privacy import shape_of
from survey_stats.intake.table import Cell, Column, ExportTable
from survey_stats.intake.text import normalised
from survey_stats.study import PROBLEM_COLUMNS, empty

AMOUNTS = frozenset({"duration", "number"})
"""Kinds of items that nobody answers with a name; what cannot be read there is shown."""
SHOWN_LENGTH = 60
"""Longer text is shown by its shape only: a long answer to a question that expects none may tell about a person."""


@dataclass(frozen=True, slots=True, eq=False)
class CodedTable:
    """Answers of one export.

    Attributes:
        answers: Index respondent; a column an item, or `item.option` for each option of a multiple choice; what
            was written beside an open option in `item_text`.
        reasons: Same shape; index into `REASONS`.
        missing_codes: Same index, only the columns in which several codes have one reason: those codes.
        intervals: Index respondent; for duration items `item` × (`lower`, `upper`, `status`).
        problems: A row per cell that could not be used as it is.
        counts: A row per matched column: `cells`, `kept`, `missing`, `failed`.
    """

    answers: pd.DataFrame
    reasons: pd.DataFrame
    missing_codes: pd.DataFrame
    intervals: dict[str, pd.DataFrame]
    problems: pd.DataFrame
    counts: pd.DataFrame


def code_table(
    table: ExportTable, matching: Matching, instruments: Iterable[Instrument], *, time_rule: str = ""
) -> CodedTable:
    """Code every matched column.

    Args:
        table: The export without personal columns.
        matching: Which column answers which item.
        instruments: The instruments the items belong to.
        time_rule: How a range of time becomes a point (`answers.TIME_RULES`).
    """
    items = {item.id: item for instrument in instruments for item in instrument.all_items}
    index = pd.RangeIndex(1, len(table.row_numbers) + 1, name="respondent")
    coded = [
        (match, _coded(table.columns[match.column], items[match.item], match, time_rule)) for match in matching.matches
    ]
    columns: dict[str, np.ndarray[Any, Any]] = {}
    reasons: dict[str, np.ndarray[Any, Any]] = {}
    apart: dict[str, np.ndarray[Any, Any]] = {}
    for match, column in coded:
        codes = column.missing_codes
        for name, values in _columns(match, items[match.item], column):
            columns[name] = values
            unsaid = pd.isna(values) & (column.reasons == ANSWERED)  # an option was chosen, and nothing written
            reasons[name] = np.where(unsaid, BLANK, column.reasons).astype("int8")
            if codes is not None:
                apart[name] = codes
    _blank_indicators(matching.matches, columns, reasons)
    _not_asked(items, columns, reasons)
    return CodedTable(
        answers=pd.DataFrame(columns, index=index),
        reasons=pd.DataFrame(reasons, index=index),
        missing_codes=pd.DataFrame(apart, index=index),
        intervals={match.item: _interval(column, index) for match, column in coded
                   if items[match.item].format.kind == "duration"},
        problems=_problems(table, coded, items, _repeated(table, matching, coded, items)),
        counts=_counts(coded, reasons, items),
    )  # fmt: skip


def _coded(column: Column, item: Item, match: Match, time_rule: str) -> Coded:
    return code_column(
        column.distinct, item, match.option,
        how=match.how, time_rule=time_rule, labels=column.labels, missing=column.missing,
    )  # fmt: skip


def _columns(match: Match, item: Item, column: Coded) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    if match.option is not None:
        yield f"{item.id}.{match.option.code}", column.coded
    elif item.format.kind == "multiple":
        for option in item.format.options:
            chosen = [_chosen(reading.value, option.code) for reading in column.readings]
            yield f"{item.id}.{option.code}", np.array(chosen, dtype="float64")[column.positions]
    else:
        yield item.id, column.coded
    if any(reading.text for reading in column.readings):
        written = np.array([reading.text or None for reading in column.readings], dtype=object)
        yield f"{item.id}_text", written[column.positions]


def _chosen(value: Any, code: Any) -> float:
    return np.nan if value is None else float(code in value)


def _blank_indicators(
    matches: Iterable[Match], columns: dict[str, np.ndarray[Any, Any]], reasons: dict[str, np.ndarray[Any, Any]]
) -> None:
    """In one-column-an-option exports blank means not chosen, if the person chose any option of the question."""
    blocks: dict[str, list[str]] = {}
    for match in matches:
        if match.option is not None:
            blocks.setdefault(match.item, []).append(f"{match.item}.{match.option.code}")
    for names in blocks.values():
        answered = np.any([columns[name] == 1 for name in names], axis=0)
        for name in names:
            unchosen = answered & (reasons[name] == BLANK)
            columns[name] = np.where(unchosen, 0.0, columns[name])
            reasons[name] = np.where(unchosen, ANSWERED, reasons[name]).astype("int8")


def _not_asked(
    items: Mapping[str, Item], columns: Mapping[str, np.ndarray[Any, Any]], reasons: dict[str, np.ndarray[Any, Any]]
) -> None:
    """A question that a filter skipped was not asked, which is not the same as not answered."""
    for name in list(columns):
        stem = name.partition(".")[0]
        item = items.get(stem) or items[stem.removesuffix("_text")]
        rule = item.relevant_if
        if rule is None or rule.item not in columns:
            continue
        filter_answered = reasons[rule.item] == ANSWERED
        relevant = np.isin(columns[rule.item], list(rule.answers))
        skipped = filter_answered & ~relevant & (reasons[name] == BLANK)
        reasons[name] = np.where(skipped, NOT_ASKED, reasons[name]).astype("int8")


def _interval(column: Coded, index: pd.Index) -> pd.DataFrame:
    return pd.DataFrame({name: column.field(name) for name in ("lower", "upper", "status")}, index=index)


def _answered(match: Match) -> tuple[str, object]:
    return match.item, match.option.code if match.option else None


def _repeated(
    table: ExportTable, matching: Matching, coded: Sequence[tuple[Match, Coded]], items: Mapping[str, Item]
) -> list[pd.DataFrame]:
    """Answers in a column that repeats another one, where the two do not say the same."""
    first = {_answered(match): match.column for match, _ in coded if match.how != "plan"}
    chosen = {match.item for match, _ in coded if match.how == "plan"}
    frames = []
    for match in matching.repeats:
        column = table.columns[match.column]
        if _answered(match) in first:
            kept = table.columns[first[_answered(match)]]
            pairs = enumerate(zip(map(str, column.cells), map(str, kept.cells), strict=True))
            differ = [row for row, (cell, other) in pairs if cell.strip() and normalised(cell) != normalised(other)]
        elif match.item in chosen:
            continue  # the plan has chosen between the two
        else:
            differ = _other_way(match, column, items[match.item], coded)
        rows = {"row": [table.row_numbers[row] for row in differ], "respondent": [row + 1 for row in differ],
                "cell": [shown(column.cells[row]) for row in differ]}  # fmt: skip
        frames.append(pd.DataFrame(rows).assign(column=column.code, item=match.item, rule="repeated_column",
                                                action="dropped", state="failed"))  # fmt: skip
    return [frame for frame in frames if len(frame)]


def _other_way(match: Match, column: Column, item: Item, coded: Sequence[tuple[Match, Coded]]) -> list[int]:
    """Rows in which a multiple choice says something else as a whole than by the columns of its options."""
    read = _coded(column, item, match, "")
    told = read.reasons != BLANK
    kept = [(found.option, one) for found, one in coded if found.item == match.item]
    if match.option is not None:
        whole = kept[0][1]
        known = np.array([_chosen(reading.value, match.option.code) for reading in whole.readings])[whole.positions]
        return np.flatnonzero(told & (read.coded != np.nan_to_num(known))).tolist()
    sets = [{option.code for option, one in kept if option and one.coded[row] == 1} for row in range(len(told))]
    values = [read.readings[position].value for position in read.positions]
    return [row for row in range(len(told)) if told[row] and values[row] != sets[row]]


def _problems(
    table: ExportTable,
    coded: Sequence[tuple[Match, Coded]],
    items: Mapping[str, Item],
    others: Sequence[pd.DataFrame],
) -> pd.DataFrame:
    """A row per troubled cell; what is said is put together once per distinct cell of a column."""
    described: list[dict[str, str]] = []
    which, where = [np.empty(0, "intp")], [np.empty(0, "intp")]
    for match, column in coded:
        troubled = [number for number, reading in enumerate(column.readings) if reading.rule]
        told = np.full(len(column.readings), -1)
        told[troubled] = np.arange(len(troubled)) + len(described)
        numbers = told[column.positions]
        where.append(np.flatnonzero(numbers >= 0))
        which.append(numbers[where[-1]])
        names = {"column": table.columns[match.column].code, "item": match.item}
        asked = items[match.item].format.kind
        described += [_described(column, number, asked) | names for number in troubled]
    numbers, places = np.concatenate(which), np.concatenate(where)
    rank = {name: place for place, name in enumerate(sorted({one["column"] for one in described}))}
    ranks = np.array([rank[one["column"]] for one in described], "intp")
    order = np.lexsort((ranks[numbers], places))  # of integers, before the texts are written out: that is far faster
    frames = [*others]
    if len(places):
        frame = pd.DataFrame(described).take(numbers[order])
        frames.append(frame.assign(row=np.asarray(table.row_numbers)[places[order]], respondent=places[order] + 1))
    if not frames:
        return empty(PROBLEM_COLUMNS)
    problems = pd.concat(frames, ignore_index=True)[list(PROBLEM_COLUMNS)]
    if not others:
        return problems
    return problems.sort_values(["row", "column"], ignore_index=True, kind="stable")


def _described(column: Coded, number: int, asked: str) -> dict[str, str]:
    """What is said of every cell with the same value."""
    reading = column.readings[number]
    failed = reading.reason == FAILED
    return {
        "cell": shown(column.cells[number], asked),
        "rule": reading.rule or "",
        "action": "missing" if failed else "kept",
        "state": "failed" if failed else "noted",
    }


def shown(cell: Cell, asked: str = "text") -> str:
    """A cell as a problem shows it: short values as found, long ones and what may name a person by their shape.

    Args:
        cell: The cell.
        asked: Kind of the item's answers.
    """
    text = str(cell)
    is_personal = len(text) > SHOWN_LENGTH or may_name_somebody(text, caseless=asked not in AMOUNTS)
    return shape_of(text) if is_personal else text


def _counts(
    coded: Sequence[tuple[Match, Coded]], reasons: Mapping[str, np.ndarray[Any, Any]], items: Mapping[str, Item]
) -> pd.DataFrame:
    rows = []
    for match, column in coded:
        name, _ = next(_columns(match, items[match.item], column))
        found = reasons[name]
        rows.append(
            {
                "column": match.column,
                "cells": len(found),
                "kept": int((found == ANSWERED).sum()),
                "missing": int(((found != ANSWERED) & (found != FAILED)).sum()),
                "failed": int((found == FAILED).sum()),
            }
        )
    return pd.DataFrame(rows, columns=["column", "cells", "kept", "missing", "failed"])


def reason_names(reasons: pd.DataFrame) -> pd.DataFrame:
    """The frame of reasons with their names, as categories."""
    names = pd.CategoricalDtype(list(REASONS))
    return pd.DataFrame(
        {name: pd.Categorical.from_codes(reasons[name].to_numpy(), dtype=names) for name in reasons},
        index=reasons.index,
    )
