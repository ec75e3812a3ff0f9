"""A cell → a coded answer. Each distinct value of a column is read once; nothing is changed in silence."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from survey_stats.instrument import AnswerFormat, Code, Item, Option
from survey_stats.intake.doubts import doubts
from survey_stats.intake.numbers import parse_number
from survey_stats.intake.reasons import reason_in
from survey_stats.intake.table import Cell, Distinct
from survey_stats.intake.text import normalised

if TYPE_CHECKING:
    from survey_stats.intake.durations import Duration

Array = np.ndarray[Any, Any]
Integers = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]

REASONS = (
    "answered", "blank", "not_asked", "refused", "dont_know", "not_applicable", "not_seen", "other", "failed",
)  # fmt: skip
ANSWERED, BLANK, NOT_ASKED, OTHER, FAILED = (
    REASONS.index(name) for name in ("answered", "blank", "not_asked", "other", "failed")
)
_SEEN_BUT_UNANSWERED = frozenset({"-99"})
"""What Qualtrics writes for a question that was shown and left empty, if asked to."""


class Reading(NamedTuple):
    """What one distinct cell value means.

    Attributes:
        value: The coded answer; `None` where there is none.
        reason: Index into `REASONS`.
        rule: Id of the rule that makes it a problem, or none.
        lower, upper: Bounds of a duration in minutes.
        status: Status of a duration.
        text: What was written beside an open option ("other: …").
        code: Code that says why there is no answer, where one was found.
    """

    value: Any
    reason: int
    rule: str | None = None
    lower: float = math.nan
    upper: float = math.nan
    status: str = ""
    text: str = ""
    code: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A column after coding, one entry a row.

    Attributes:
        readings: What each distinct value means.
        positions: For each row the index of its reading.
        cells: The distinct cells, in the order of `readings`.
    """

    readings: list[Reading]
    positions: Integers
    cells: list[Cell]

    @property
    def coded(self) -> Array:
        """The coded answers, missing as NaN (numbers) or None (text and sets)."""
        values = [reading.value for reading in self.readings]
        if all(value is None or isinstance(value, (int, float)) for value in values):
            return np.array([math.nan if value is None else value for value in values])[self.positions].astype(float)
        return _objects(values)[self.positions]

    @property
    def reasons(self) -> Integers:
        """Index into `REASONS` for each row."""
        return np.array([reading.reason for reading in self.readings], dtype="int8")[self.positions]

    @property
    def missing_codes(self) -> Array | None:
        """Where several codes have one reason the code, for each row; none if the reasons tell the codes apart."""
        found = {(reading.reason, reading.code) for reading in self.readings if reading.code is not None}
        shared = {reason for reason, count in Counter(reason for reason, _ in found).items() if count > 1}
        if not shared:
            return None
        codes = [reading.code if reading.reason in shared else None for reading in self.readings]
        return _objects(codes)[self.positions]

    def field(self, name: str) -> Array:
        """One field of the readings for each row."""
        return np.array([getattr(reading, name) for reading in self.readings])[self.positions]


def _objects(values: Sequence[Any]) -> Array:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def code_column(
    column: Distinct,
    item: Item,
    option: Option | None = None,
    *,
    how: str = "text",
    time_rule: str = "",
    labels: Mapping[Cell, str] = MappingProxyType({}),
    missing: Mapping[Cell, str] = MappingProxyType({}),
) -> Coded:
    """Code a column of cells as answers to `item`.

    Args:
        column: The column's distinct cells.
        item: The item it answers.
        option: For a multiple choice exported as one column an option, that option.
        how: How the column was matched (`plan`, `code`, `text`).
        time_rule: How a range of time becomes a point (`TIME_RULES`); the default rule where it is empty.
        labels: Code → label, where the file itself says it.
        missing: Codes that mean no answer → their label, where the file itself says it.

    Returns:
        The coded column: every row has a value or a reason why not.
    """
    if option is not None:
        read = _indicator_reader(option)
    else:
        read = _READERS[item.format.kind](item, column.cells, time_rule)
        read = _with_doubts(read, column, item, how, declared={*map(_as_key, labels), *map(_as_key, missing)})
    if labels:
        read = _with_labels(read, item.format, option, labels)
    if missing:
        read = _with_missing(read, item.format, missing)
    return Coded([_read(cell, read) for cell in column.cells], column.positions, column.cells)


Reader = Callable[[Cell], Reading]


def _read(cell: Cell, read: Reader) -> Reading:
    if isinstance(cell, str):
        if not cell.strip() or normalised(cell) == "":
            return Reading(None, BLANK)
        if cell.startswith("#") and cell in _ERROR_CELLS:
            return Reading(None, FAILED, "error_cell")
        if cell.startswith("=") and len(cell) > 1:
            return Reading(None, FAILED, "formula_without_value")
    return read(cell)


def _with_doubts(read: Reader, column: Distinct, item: Item, how: str, declared: set[str]) -> Reader:
    """What the column as a whole says against its cells comes first, but for codes that the file itself explains."""
    known = declared | set(_choice_index(item.format, column.cells))
    doubted = doubts(column, item, how, _as_key, known)
    if not doubted:
        return read
    return lambda cell: Reading(None, FAILED, doubted[_as_key(cell)]) if _as_key(cell) in doubted else read(cell)


# ---- what the file declares ---------------------------------------------------------------------------------------


def _with_missing(read: Reader, form: AnswerFormat, missing: Mapping[Cell, str]) -> Reader:
    """Codes that the file declares missing, with the reason of the item's missing code or of the label's words."""
    own = _missing_index(form)
    declared = {}
    for code, label in missing.items():
        known = own.get(_as_key(label)) or own.get(_as_key(code))
        told = REASONS.index(reason_in(label))
        reason = told if known is None or known.reason == OTHER else known.reason  # words tell more than "other"
        declared[_as_key(code)] = Reading(None, reason, code=_plain_code(code))
    return lambda cell: declared.get(_as_key(cell)) or read(cell)


def _plain_code(code: Cell) -> Cell:
    return int(code) if isinstance(code, float) and code.is_integer() else code


def _with_labels(read: Reader, form: AnswerFormat, option: Option | None, labels: Mapping[Cell, str]) -> Reader:
    """Codes that the file labels: the label says what a code means that the item lacks, and must not contradict it."""
    known = _label_readings(form, option)
    found = {code: known[_as_key(label)] for code, label in labels.items() if _as_key(label) in known}
    told = {_as_key(code): one if one.code is None else one._replace(code=_plain_code(code))
            for code, one in found.items()}  # fmt: skip
    if form.kind == "text":
        told = {_as_key(code): Reading(label, ANSWERED) for code, label in labels.items() if label}
    codes = (
        {} if option else {_as_key(str(code.code)): _option_reading(code) for code in (*form.options, *form.missing)}
    )

    def labelled(cell: Cell) -> Reading:
        key = _as_key(cell)
        if key not in told:
            return read(cell)
        if key in codes and codes[key][:2] != told[key][:2]:
            return Reading(None, FAILED, "code_and_label_disagree")
        return told[key]

    return labelled


def _label_readings(form: AnswerFormat, option: Option | None) -> dict[str, Reading]:
    """Every spelling of a label that a code of such a column may have → what it means."""
    if option is not None:
        chosen = dict.fromkeys(_CHOSEN | _labels(option), Reading(1.0, ANSWERED))
        return chosen | dict.fromkeys(_NOT_CHOSEN, Reading(0.0, ANSWERED))
    if form.kind == "multiple":
        return {}
    choices = (*form.options, *form.missing)
    return {key: _option_reading(one) for one in choices for key in _spellings(one)}


_ERROR_CELLS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA"})


# ---- choices ------------------------------------------------------------------------------------------------------


def _number_text(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _as_key(cell: Cell) -> str:
    """The text under which a cell is looked up: 4, 4.0 and "4" are one."""
    if isinstance(cell, bool):
        return str(cell).casefold()
    if isinstance(cell, (int, float)):
        return _number_text(cell) if math.isfinite(cell) else str(cell)
    return _text_as_key(str(cell))


@lru_cache(maxsize=1 << 14)
def _text_as_key(text: str) -> str:
    """The same few answers stand in many columns."""
    key = normalised(text)
    try:
        number = float(key)  # also reads the digits of other scripts
    except ValueError:
        return key
    return _number_text(number) if math.isfinite(number) and "_" not in key else key


def _labels(option: Option) -> set[str]:
    """Spellings of an option's label, in all languages."""
    return {_as_key(text) for text in (*option.label.values(), *option.aliases) if text}


def _spellings(option: Option) -> frozenset[str]:
    """A label in all its spellings, alone and with the code beside it."""
    return _label_and_code(_as_key(str(option.code)), frozenset(_labels(option)))


@lru_cache(maxsize=1 << 12)
def _label_and_code(code: str, labels: frozenset[str]) -> frozenset[str]:
    shapes = ("{c} - {l}", "{c}-{l}", "{c}: {l}", "{c}. {l}", "{c} {l}", "({c}) {l}", "{c}) {l}", "{l} ({c})",
              "{c} = {l}", "{l} - {c}")  # fmt: skip
    return labels | {shape.format(c=code, l=label) for label in labels for shape in shapes}


def _choice_index(form: AnswerFormat, seen: Sequence[Cell]) -> Mapping[str, Reading]:
    """Every accepted spelling of an option or missing code → what it means.

    Where a label of one option is the code of another (labels 0, 1, 2 with codes 1, 2, 3), the column decides: if
    its values can only all be labels they are labels, if they can only all be codes they are codes, and otherwise
    such a value fails.
    """
    meant = [(option, _option_reading(option)) for option in (*form.options, *form.missing)]
    by_label = {key: reading for option, reading in meant for key in _spellings(option)}
    by_code = {_as_key(str(option.code)): reading for option, reading in meant}
    clash = {key for key in by_label.keys() & by_code.keys() if by_label[key].value != by_code[key].value}
    keys = {_as_key(cell) for cell in seen if normalised(str(cell))} if clash else set()
    all_labels, all_codes = keys <= by_label.keys(), keys <= by_code.keys()
    if all_labels != all_codes:
        return by_code | by_label if all_labels else by_label | by_code
    return by_code | by_label | dict.fromkeys(clash, Reading(None, FAILED, "code_or_label"))


def _option_reading(option: Option) -> Reading:
    reason = getattr(option, "reason", None)
    return Reading(option.code, ANSWERED) if reason is None else Reading(None, REASONS.index(reason), code=option.code)


def _missing_index(form: AnswerFormat) -> dict[str, Reading]:
    """Spellings of the missing codes only, for formats that have no options."""
    return {key: _option_reading(code) for code in form.missing for key in {_as_key(str(code.code))} | _spellings(code)}


def _single_reader(item: Item, seen: Sequence[Cell], _: str) -> Reader:
    index = _choice_index(item.format, seen)
    open_option = item.format.open_option

    def read(cell: Cell) -> Reading:
        key = _as_key(cell)
        if key in index:
            return index[key]
        if key in _SEEN_BUT_UNANSWERED:
            return Reading(None, BLANK)
        if open_option is not None and isinstance(cell, str):
            return Reading(open_option, ANSWERED, "other_text", text=cell.strip())
        return Reading(None, FAILED, "not_an_option")

    return read


def _multiple_reader(item: Item, seen: Sequence[Cell], _: str) -> Reader:
    index = _choice_index(item.format, seen)

    def read(cell: Cell) -> Reading:
        if not isinstance(cell, str):
            found = index.get(_as_key(cell))
            return Reading(None, FAILED, "not_an_option") if found is None else _as_set([found], [])
        parts, rest = split_choices(cell, index)
        if rest:
            spaced, unknown = split_choices(cell, index, _SPACES)  # as KoboToolbox joins them
            parts, rest = (parts, rest) if unknown else (spaced, [])
        if not parts:
            if _as_key(cell) in _SEEN_BUT_UNANSWERED:
                return Reading(None, BLANK)
            if item.format.open_option is None:
                return Reading(None, FAILED, "not_an_option")
        found = _as_set([index[part] for part in parts], rest, item.format.open_option)
        alone = not found.value or len(found.value) == 1 or not found.value & set(item.format.exclusive)
        return found if alone else found._replace(rule="exclusive_with_others")

    return read


def _as_set(found: Sequence[Reading], rest: Sequence[str], open_option: Code | None = None) -> Reading:
    codes = {reading.value for reading in found if reading.value is not None}
    if rest and open_option is not None:
        return Reading(frozenset(codes | {open_option}), ANSWERED, "other_text", text="; ".join(rest))
    if not codes and found:
        return found[0]  # only "prefer not to say"
    return Reading(frozenset(codes), ANSWERED, "part_not_an_option" if rest else None)


_SEPARATOR = re.compile(r"\s*[,;\n|]\s*")
_SPACES = re.compile(r"\s+")


def split_choices(
    cell: str, known: Mapping[str, Any], separator: re.Pattern[str] = _SEPARATOR
) -> tuple[list[str], list[str]]:
    """Split the chosen options of one cell, also where an option's label holds the separator.

    Walks from the left and takes the longest run of pieces that is a known option.

    Args:
        cell: For example `Facebook,Mail (work, private),YouTube`.
        known: Known spellings, normalised.
        separator: What stands between two options.

    Returns:
        The known spellings found, and the pieces that are no option.

    >>> split_choices("Mail (work, private), Facebook, Orkut", {"facebook": 1, "mail (work, private)": 2})
    (['mail (work, private)', 'facebook'], ['Orkut'])
    """
    ends = [match.span() for match in separator.finditer(cell)]
    starts = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(cell)]
    longest = max((len(separator.findall(key)) for key in known), default=0) + 1
    found: list[str] = []
    rest: list[str] = []
    first = 0
    while first < len(starts):
        for last in range(min(first + longest, len(stops)) - 1, first - 1, -1):
            key = _as_key(cell[starts[first] : stops[last]])
            if key in known:
                found.append(key)
                first = last
                break
        else:
            piece = cell[starts[first] : stops[first]].strip()
            rest += [piece] if piece else []
        first += 1
    return found, rest


_CHOSEN = frozenset(
    {"1", "true", "yes", "selected", "checked", "x", "ja", "on", "✓", "✔", "chosen", "mentioned", "ausgewählt",
     "gewählt", "genannt"}
)  # fmt: skip
_NOT_CHOSEN = frozenset(
    {"0", "false", "no", "unchecked", "not selected", "nein", "nei", "off", "not checked", "not chosen",
     "not mentioned", "nicht ausgewählt", "nicht gewählt", "nicht genannt"}
)  # fmt: skip


def _indicator_reader(option: Option) -> Reader:
    """One column an option: 1, Selected, Checked or the label; 0 or nothing where it was not chosen."""
    chosen = _CHOSEN | _labels(option) | {_as_key(str(option.code))}

    def read(cell: Cell) -> Reading:
        key = _as_key(cell)
        if key in chosen - {"0"}:
            return Reading(1.0, ANSWERED)
        if key in _NOT_CHOSEN:
            return Reading(0.0, ANSWERED)
        if key in _SEEN_BUT_UNANSWERED:
            return Reading(None, BLANK)
        return Reading(None, FAILED, "not_an_indicator")

    return read


# ---- numbers ------------------------------------------------------------------------------------------------------


def _number_reader(item: Item, _seen: Sequence[Cell], _: str) -> Reader:
    form, missing = item.format, _missing_index(item.format)

    def read(cell: Cell) -> Reading:
        if missing and _as_key(cell) in missing:
            return missing[_as_key(cell)]
        number = parse_number(cell, integer=form.integer)
        if isinstance(number, str):
            return Reading(None, FAILED, number)
        rule = _outside(number, form)
        return Reading(None, FAILED, rule) if rule else Reading(number, ANSWERED)

    return read


def _outside(number: float, form: AnswerFormat) -> str | None:
    if form.integer and not number.is_integer():
        return "not_whole"
    below = form.minimum is not None and number < form.minimum
    above = form.maximum is not None and number > form.maximum
    return "out_of_range" if below or above else None


# ---- durations ----------------------------------------------------------------------------------------------------

TIME_RULES: Mapping[str, Callable[[float, float], float | None]] = {
    "midpoint": lambda lower, upper: (lower + upper) / 2 if math.isfinite(upper) else lower,
    "lower": lambda lower, _upper: lower,
    "missing": lambda lower, upper: lower if lower == upper else None,
}
"""How an interval of minutes becomes a point: the middle of a range and the stated bound of an open end ("more than
5 hours" → 5 hours); always the lower bound; or missing unless exact. The report names the rule."""
DEFAULT_TIME_RULE = "midpoint"


def _duration_reader(item: Item, seen: Sequence[Cell], time_rule: str) -> Reader:
    from survey_stats.intake.durations import read_distinct

    form, missing = item.format, _missing_index(item.format)
    point = TIME_RULES[time_rule or DEFAULT_TIME_RULE]
    parsed = read_distinct(seen, unit=form.unit)  # type: ignore[arg-type]
    readings = {(cell.__class__, cell): _interval(found) for cell, found in zip(seen, parsed, strict=True)}

    def read(cell: Cell) -> Reading:
        if _as_key(cell) in missing:
            return missing[_as_key(cell)]
        row = _in_context(cell, readings[cell.__class__, cell], form)
        if row.status == "missing":
            return Reading(None, BLANK if _as_key(cell) in _SEEN_BUT_UNANSWERED else REASONS.index("other"))
        if row.status in ("unparsed", "suspect"):
            return Reading(None, FAILED, row.note or f"duration_{row.status}")
        if form.maximum is not None and row.lower > form.maximum:
            return Reading(None, FAILED, "out_of_range")
        value = point(row.lower, row.upper)
        reason = FAILED if value is None else ANSWERED
        rule = f"duration_{row.status}" if row.status in ("range", "open") else _NOTED.get(row.note)
        return Reading(value, reason, rule, row.lower, row.upper, row.status)

    return read


_NOTED = {"duration.clock": "duration_clock", "duration.day_fraction": "duration_day_fraction"}
"""Notes of readings that are kept, and listed so that a person can look."""


class _Interval(NamedTuple):
    """What the parser says of one cell."""

    lower: float
    upper: float
    status: str
    note: str


def _interval(duration: Duration) -> _Interval:
    return _Interval(duration.lower, duration.upper, duration.status, duration.note.id if duration.note else "")


def _in_context(cell: Cell, found: _Interval, form: AnswerFormat) -> _Interval:
    """What the question settles that the cell alone leaves open: the period, and whether 1:30 is hours and minutes."""
    from survey_stats.intake.durations import parse_duration

    period = found.note.removeprefix("duration.per_") if found.note.startswith("duration.per_") else ""
    if period and form.per and period != form.per:
        return found._replace(status="suspect")
    if period and period == form.per and math.isfinite(found.lower) and found.status == "suspect":
        return found._replace(status="exact" if found.lower == found.upper else "range", note="")
    if found.note == "duration.clock_or_seconds" and form.per in ("day", "week"):
        hours = parse_duration(cell, unit="hours")  # nobody tells the seconds of a habitual day
        return _interval(hours)._replace(note="duration.clock")
    return found


def _text_reader(_item: Item, _seen: Sequence[Cell], _: str) -> Reader:
    return lambda cell: Reading(str(cell), ANSWERED)


_READERS: Mapping[str, Callable[[Item, Sequence[Cell], str], Reader]] = {
    "single": _single_reader,
    "multiple": _multiple_reader,
    "number": _number_reader,
    "duration": _duration_reader,
    "text": _text_reader,
}
