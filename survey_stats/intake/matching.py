"""Which column answers which item: by the plan's map, by item code, by question text in any language."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from survey_stats.errors import CallError, nearest
from survey_stats.instrument import Instrument, Item, Option
from survey_stats.intake.column_maps import Columns, expand_columns
from survey_stats.intake.table import Column, ExportTable
from survey_stats.intake.text import normalised, question_key

SUGGESTION_BOUND = 0.8
"""Similarity from which a text is worth suggesting; only texts that are equal after normalisation are matched."""


@dataclass(frozen=True, slots=True)
class Match:
    """A column that answers an item.

    Attributes:
        column: Index of the column in the table.
        item: Id of the item.
        how: `plan`, `code` or `text`.
        option: For a multiple choice exported as one column an option: the option it stands for.
    """

    column: int
    item: str
    how: str
    option: Option | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Matching:
    """Result of the matching.

    Attributes:
        matches: The matches in the order of the columns.
        repeats: Columns that match an item that an earlier column answers already.
        how: For every column of the table: `plan`, `code`, `text`, `paradata`, `repeated` (an earlier column
            already answers the item) or `unmatched`.
    """

    matches: tuple[Match, ...]
    how: tuple[str, ...]
    repeats: tuple[Match, ...] = ()


def match_columns(
    table: ExportTable, instruments: Iterable[Instrument], columns: Mapping[str, Columns] | None = None
) -> Matching:
    """Match the columns of an export to the items of instruments.

    A code alone is believed only where the column has no question text, or the text is the item's: the column
    `shyness_1` of someone else's questionnaire is not our item.

    Args:
        table: The export.
        instruments: Instruments to look for.
        columns: The plan's map, item id (or `item.option` of a multiple choice) → column code; scale or instrument
            → pattern, run or list of columns.

    Raises:
        CallError: The map names an item, an option or a column that does not exist.
    """
    wanted = list(instruments)
    items = {item.id: item for instrument in wanted for item in instrument.all_items}
    codes = [column.code for column in table.columns]
    again = {column.text for column in table.columns if column.code.startswith(f"{column.text}.")}
    mapped = _mapped(table, items, expand_columns(columns or {}, wanted, codes, again))
    by_text = _text_index(items.values())
    reserved = {_key(match) for match in mapped.values()}
    _refuse_two_ways(reserved)
    taken: set[tuple[str, object]] = set()
    matches: list[Match] = []
    repeats: list[Match] = []
    how: list[str] = []
    for index, column in enumerate(table.columns):
        match = None if column.role else mapped.get(index) or _match(index, column, items, by_text)
        key = _key(match) if match else None
        if match is None or key is None:
            how.append("paradata" if column.role else "unmatched")
        elif _is_answered(key, taken) or (index not in mapped and _is_answered(key, reserved)):
            how.append("repeated")
            repeats.append(match)
        else:
            taken.add(key)
            matches.append(match)
            how.append(match.how)
    return Matching(tuple(matches), tuple(how), tuple(repeats))


def _key(match: Match) -> tuple[str, object]:
    return match.item, match.option.code if match.option else None


def _is_answered(key: tuple[str, object], keys: Collection[tuple[str, object]]) -> bool:
    """Whether an item, or a multiple choice in the other way (as a whole, by its options), has a column already."""
    item, option = key
    return key in keys or any(other == item and (option is None) != (one is None) for other, one in keys)


def _refuse_two_ways(mapped: Collection[tuple[str, object]]) -> None:
    """A plan says either which column holds all chosen options, or which one holds each."""
    for item, option in mapped:
        if option is not None and (item, None) in mapped:
            raise CallError(
                f"plan: columns: {item} is given as a whole and by its options ({item}.{option}). "
                f"Leave out the line of {item}, or the lines of its options."
            )


def _mapped(table: ExportTable, items: Mapping[str, Item], columns: Mapping[str, str]) -> dict[int, Match]:
    positions = {column.code: index for index, column in enumerate(table.columns)}
    mapped = {}
    for name, code in columns.items():
        item, _, choice = name.partition(".")
        if item not in items:
            raise CallError(f"plan: columns: there is no item {item!r}. {nearest(item, items)}")
        if code not in positions:
            raise CallError(f"plan: columns: {name}: the export has no column {code!r}. {nearest(code, positions)}")
        option = _option(items[item], choice) if choice else None
        mapped[positions[code]] = Match(positions[code], item, "plan", option)
    return mapped


def _option(item: Item, choice: str) -> Option:
    options = {str(option.code): option for option in item.format.options} if item.format.kind == "multiple" else {}
    if choice not in options:
        raise CallError(
            f"plan: columns: {item.id}.{choice}: {item.id} has no option {choice!r}. "
            f"Allowed: {', '.join(options) or 'the item alone, as it is no multiple choice'}."
        )
    return options[choice]


def _match(
    index: int, column: Column, items: Mapping[str, Item], by_text: Mapping[str, tuple[Item, Option | None]]
) -> Match | None:
    code = column.text if column.code.startswith(f"{column.text}.") else column.code  # a repeated name: `age.2`
    names = [name for name in (code, column.import_id) if name]
    found = next(filter(None, (by_text.get(question_key(name)) for name in (column.text, *names))), None)
    if found is not None:
        return Match(index, found[0].id, "text", found[1])
    item, option = next((found for found in (_by_code(name, items) for name in names) if found[0]), (None, None))
    if item is None:
        return None
    has_own_text = question_key(column.text) != question_key(code)
    return None if has_own_text and item.text else Match(index, item.id, "code", option)


def _by_code(code: str, items: Mapping[str, Item]) -> tuple[Item | None, Option | None]:
    """The item called `code`, or the option of a multiple choice called `item.option`, `item_option`, `item/option`."""
    name = normalised(code)
    if name in items:
        return items[name], None
    for separator in (".", "___", "_", "/"):
        stem, found, last = name.rpartition(separator)
        item = items.get(stem.rpartition("/")[2]) if found else None
        if item is not None and item.format.kind == "multiple":
            chosen = [option for option in item.format.options if normalised(str(option.code)) == last]
            if chosen:
                return item, chosen[0]
    return None, None


def _text_index(items: Iterable[Item]) -> dict[str, tuple[Item, Option | None]]:
    """Question text → item; a text that two items share belongs to neither."""
    pairs = [(key, item, option) for item in items for key, option in _item_texts(item)]
    owners = Counter(key for key, _, _ in {(key, item.id, str(option and option.code)) for key, item, option in pairs})
    return {key: (item, option) for key, item, option in pairs if owners[key] == 1}


def _item_texts(item: Item) -> Iterator[tuple[str, Option | None]]:
    """Every way a tool may print the question, stem and row together or the row alone, in every language."""
    for language, text in item.text.items():
        stem = item.stem.get(language, "")
        for shown in (text, f"{stem} [{text}]", f"{stem} - {text}", f"{stem} {text}") if stem else (text,):
            yield question_key(shown), None
            yield question_key(f"{shown} - Selected Choice"), None
            for option in item.format.options if item.format.kind == "multiple" else ():
                label = option.label.get(language, "")
                if label:
                    yield question_key(f"{shown} - {label}"), option
                    yield question_key(f"{shown} [{label}]"), option
                    yield question_key(f"{shown} - Selected Choice - {label}"), option


def header_below(table: ExportTable, instruments: Iterable[Instrument], depth: int = 3) -> tuple[int, int] | None:
    """A row among the first answers that holds question texts: its number in the sheet, and how many it holds."""
    items = [item for instrument in instruments for item in instrument.all_items]
    known = _text_index(items).keys() | {item.id for item in items}
    for row, number in enumerate(table.row_numbers[:depth]):
        found = sum(question_key(str(column.cells[row])) in known for column in table.columns)
        if found > 1:
            return number, found
    return None


def suggestions(table: ExportTable, matching: Matching, instruments: Iterable[Instrument]) -> pd.DataFrame:
    """Near matches for the columns that match nothing: columns `column`, `text`, `item`, `score`, best first."""
    texts = {key: item.id for instrument in instruments for item in instrument.all_items
             for key, option in _item_texts(item) if option is None}  # fmt: skip
    texts |= {item.id: item.id for instrument in instruments for item in instrument.all_items}
    rows = []
    for column, how in zip(table.columns, matching.how, strict=True):
        key = question_key(column.text)[:200]
        if how != "unmatched" or not key:
            continue
        for near in difflib.get_close_matches(key, texts, n=1, cutoff=SUGGESTION_BOUND):
            score = difflib.SequenceMatcher(None, key, near).ratio()
            rows.append((column.code, column.text, texts[near], score))
    frame = pd.DataFrame(rows, columns=["column", "text", "item", "score"])
    return frame.sort_values("score", ascending=False, ignore_index=True)
