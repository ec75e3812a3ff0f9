"""How long? "1 Std. 30", "2-3 hours", "۲ ساعت", a time cell → an interval of minutes, or the reason why there is none.

A text is folded and cut into tokens (`duration_words.py`), one letter a token: "about 2 hours a day" is `~NUd`.
Modifiers are taken off both ends, what remains is one amount or two with something between them; the forms of an
amount stand in a table (`duration_amounts.py`). What fits no form is refused: a wrong number is worse than none.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from numbers import Real
from typing import TYPE_CHECKING, Any, Literal

from survey_stats.errors import CallError
from survey_stats.intake.duration_amounts import (
    QUANTITY,
    Amount,
    ColumnReading,
    Question,
    Unit,
    amount_of,
    is_multiple,
    letters,
)
from survey_stats.intake.duration_words import (
    LANGUAGES,
    PERIODS,
    Token,
    fold,
    mixes_digits,
    tokens,
    vocabulary,
    whole_answer,
)  # fmt: skip
from survey_stats.messages import Message

if TYPE_CHECKING:
    import pandas as pd

Status = Literal["exact", "approximate", "range", "open", "missing", "unparsed", "suspect"]
NAN = math.nan
_LONGEST_TEXT = 200
"""A longer answer is prose, and no duration."""
_MOST_TOKENS = 24
_FEW = 12
"""A number above it is hardly hours if its unit must be taken from "an hour or …"."""
_PYTHON_NOTHING = "None"
"""Python writes an empty cell so, and a telephone's keyboard the answer "none": no time, or no answer. Any other
spelling was typed by a person and is no time; "NaN" and "null" are no words of an answer, and missing."""


@dataclass(frozen=True, slots=True)
class Duration:
    """What a cell says about how long.

    Attributes:
        lower, upper: Bounds in minutes; `upper` is infinite for "more than 5 hours", `lower` is 0 for "up to 2
            hours". NaN where there is no reading. A suspect answer keeps them only where the words have one
            literal reading that a person may confirm ("10 hours a week", "30" where hours were asked).
        status: `exact` and `approximate` have lower = upper; `range` two finite bounds; `open` no upper bound;
            `missing` says that there is no answer; `unparsed` is not understood; `suspect` has more than one reading.
        note: Why it is suspect or unparsed; for a reading, what was taken off (`duration.per_day`).
        text: The cell as found.
    """

    lower: float
    upper: float
    status: Status
    note: Message | None = field(default=None, hash=False)
    text: str = ""

    @property
    def minutes(self) -> float:
        """The minutes if the answer is a point (`exact`, `approximate`), else NaN."""
        return self.lower if self.status in ("exact", "approximate") else NAN


# ---- public -------------------------------------------------------------------------------------------------------


def parse_duration(cell: Any, *, unit: Unit | None = None, language: str | Sequence[str] | None = None) -> Duration:
    """Read one answer to "how long?".

    Args:
        cell: A text, number, time, timedelta or datetime, or nothing.
        unit: What a bare number counts in this question; without it, bare numbers are suspect.
        language: Language or languages of the answer (`en`, `de`, `nb`, `hi`, `fa`); all five by default. English
            is understood beside each. Where languages disagree ("1 time") the answer is suspect.

    Returns:
        Bounds in minutes with a status. A period in the answer is not converted: "a day" is taken off and noted
        as `duration.per_day`; any other period is suspect and noted, with the stated amount as bounds.

    Raises:
        CallError: The unit or language is not known.

    >>> parse_duration("1 Std. 30").minutes
    90.0
    >>> reading = parse_duration("2-3 hours a day")
    >>> reading.lower, reading.upper, reading.status
    (120.0, 180.0, 'range')
    """
    return _read(cell, _question(unit, language, ColumnReading()))


def parse_durations(
    cells: Sequence[Any], *, unit: Unit | None = None, language: str | Sequence[str] | None = None
) -> pd.DataFrame:
    """Read a column of answers, each distinct value once, after a look at the column as a whole.

    Args:
        cells: The column; a Series keeps its index.
        unit: As for `parse_duration`.
        language: As for `parse_duration`.

    Returns:
        A row a cell: `lower`, `upper` (minutes), `status`, `note` (message id, empty where there is none).

    Raises:
        CallError: The unit or language is not known.
    """
    import numpy as np
    import pandas as pd

    values = cells.tolist() if isinstance(cells, pd.Series) else list(cells)
    places: dict[tuple[type, Any], int] = {}
    order = np.array([places.setdefault(_key(cell), len(places)) for cell in values], dtype=np.intp)
    readings = read_distinct([value for _, value in places], unit=unit, language=language)
    columns: dict[str, Any] = {
        "lower": np.array([reading.lower for reading in readings], dtype=float),
        "upper": np.array([reading.upper for reading in readings], dtype=float),
        "status": np.array([reading.status for reading in readings], dtype=object),
        "note": np.array([reading.note.id if reading.note else "" for reading in readings], dtype=object),
    }
    frame = pd.DataFrame({name: column[order] for name, column in columns.items()})
    frame = frame.astype({"status": "str", "note": "str"})
    return frame.set_axis(cells.index, axis="index") if isinstance(cells, pd.Series) else frame


def read_distinct(
    cells: Sequence[Any], *, unit: Unit | None = None, language: str | Sequence[str] | None = None
) -> list[Duration]:
    """As `parse_durations`, for a caller that has the distinct cells of the column already: a reading for each."""
    question = _question(unit, language, column_reading(cells))
    return [_read(cell, question) for cell in cells]


def column_reading(cells: Iterable[Any]) -> ColumnReading:
    """Look at a column as a whole: decimal sign, day fractions, times that lost their hours.

    Args:
        cells: All cells of the column.
    """
    distinct = {_key(cell): cell for cell in cells}.values()
    texts = [fold(cell) for cell in distinct if isinstance(cell, str) and len(cell) <= _LONGEST_TEXT]
    numbers = [float(cell) for cell in distinct if _is_number(cell)]
    times = [cell for cell in distinct if isinstance(cell, dt.time)]
    return ColumnReading(
        decimals=_decimal_sign(texts),
        day_fractions=_are_day_fractions(numbers),
        minutes_as_hours=bool(times) and all(time.hour == 0 and time.minute < 24 for time in times),
    )


# ---- cells --------------------------------------------------------------------------------------------------------


def _question(unit: Unit | None, language: str | Sequence[str] | None, column: ColumnReading) -> Question:
    if unit not in ("minutes", "hours", None):
        raise CallError(f"parse_duration: unit is {unit!r}. Allowed: 'minutes', 'hours' or None.")
    asked = (language,) if isinstance(language, str) else tuple(language or LANGUAGES)
    for code in asked:
        if code not in LANGUAGES:
            raise CallError(
                f"parse_duration: language is {code!r}. Allowed: {', '.join(LANGUAGES)}, several of these, or None."
            )
    return Question(unit, asked, column)


def _key(cell: Any) -> tuple[type, Any]:
    """Equal keys have equal readings: True is not 1, and every NaN is the same."""
    if type(cell) is str:
        return str, cell
    if _is_nothing(cell):
        return type(None), None
    try:
        hash(cell)
    except TypeError:
        return object, str(cell)
    return type(cell), cell


def _is_nothing(cell: Any) -> bool:
    """None, and the several things pandas puts into an empty cell."""
    not_a_number = isinstance(cell, (Real, Decimal)) and math.isnan(cell)
    return cell is None or not_a_number or type(cell).__name__ in ("NaTType", "NAType")


def _is_number(cell: Any) -> bool:
    return isinstance(cell, (Real, Decimal)) and not isinstance(cell, bool) and math.isfinite(cell)


def _read(cell: Any, question: Question) -> Duration:
    """Dispatch on the kind of cell; the raw text is kept in every case."""
    if _is_nothing(cell) or type(cell).__name__ == "bool":  # numpy's has the same name
        return Duration(NAN, NAN, "missing", text="" if cell is None else str(cell))
    for kinds, read in _READERS:
        if isinstance(cell, kinds):
            return replace(read(cell, question), text=str(cell))
    return replace(_unparsed("cell_kind"), text=str(cell))


def _exact(minutes: float, note: str = "") -> Duration:
    minutes = round(minutes, 6)
    return Duration(minutes, minutes, "exact", Message(f"duration.{note}") if note else None)


def _suspect(note: str, lower: float = NAN, upper: float = NAN, **values: str) -> Duration:
    return Duration(lower, upper, "suspect", Message(f"duration.{note}", values))


def _unparsed(note: str = "not_understood") -> Duration:
    return Duration(NAN, NAN, "unparsed", Message(f"duration.{note}"))


def _read_timedelta(cell: dt.timedelta, _question: Question) -> Duration:
    minutes = cell.total_seconds() / 60
    return _suspect("negative") if minutes < 0 else _exact(minutes)


def _read_time(cell: dt.time, question: Question) -> Duration:
    """A time cell is a duration, but "1:30" typed into a spreadsheet may become 1 h 30 or 1 min 30 by its format."""
    minutes = cell.hour * 60 + cell.minute + (cell.second + cell.microsecond / 1e6) / 60
    if question.unit == "minutes":
        doubt = "clock_or_seconds" if not cell.second else ""
    else:
        lost_hours = question.column.minutes_as_hours or (cell.hour == 0 and cell.second > 0)
        doubt = "minutes_or_hours" if lost_hours else ""
    return _suspect(doubt, minutes, minutes) if doubt and minutes > 0 else _exact(minutes)


_SERIAL_0, _SERIAL_0_FROM_MARCH = dt.datetime(1899, 12, 31), dt.datetime(1899, 12, 30)  # noqa: DTZ001


def _read_datetime(cell: dt.date, _question: Question) -> Duration:
    """A date up to 1900 is a spreadsheet's way to show a duration; a later one was made from "2-3" by the program.

    Spreadsheets count a 29 February 1900 that never was, so the day 0 differs before and after it.
    """
    if cell.year > 1900:
        return _suspect("date", first=f"{cell.month}-{cell.day}", second=f"{cell.day}-{cell.month}")
    moment = cell.replace(tzinfo=None) if isinstance(cell, dt.datetime) else dt.datetime(*cell.timetuple()[:3])  # noqa: DTZ001
    before_march = _SERIAL_0 <= moment < dt.datetime(1900, 3, 1)  # noqa: DTZ001
    return _read_timedelta(moment - (_SERIAL_0 if before_march else _SERIAL_0_FROM_MARCH), _question)


def _read_number(cell: Any, question: Question) -> Duration:
    """A number cell is a bare number, unless the column shows that its numbers are fractions of a day."""
    number = float(cell)
    if not math.isfinite(number):
        return _unparsed()
    if number < 0:
        return _suspect("negative")
    if question.column.day_fractions:
        return _exact(round(number * 1440), "day_fraction")
    return _read_text(format(Decimal(repr(number)).normalize(), "f"), question)


@lru_cache(maxsize=4096)
def _read_text(text: str, question: Question) -> Duration:
    """A text in each of the languages; where they disagree, it is suspect. Columns share their answers."""
    stripped = text.strip()
    if len(stripped) > _LONGEST_TEXT:
        return _unparsed("too_long")
    moment = _as_moment(stripped)
    if moment is not None:
        return _read_datetime(moment, question)
    if stripped == _PYTHON_NOTHING:
        return _ANSWERS["unclear"]
    if mixes_digits(stripped):
        return _unparsed("mixed_digits")
    folded = fold(stripped)
    readings = (_read_in(folded, question._replace(languages=(code,))) for code in question.languages)
    found = set(filter(None, readings))
    if not found:
        return _unparsed()
    return found.pop() if len(found) == 1 else _suspect("language_ambiguous")


def _as_moment(text: str) -> dt.datetime | None:
    """A datetime cell that was read as text ("1899-12-31 01:30:00")."""
    if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None


_READERS: tuple[tuple[Any, Callable[[Any, Question], Duration]], ...] = (
    (str, _read_text),
    (dt.timedelta, _read_timedelta),
    (dt.time, _read_time),
    (dt.date, _read_datetime),
    ((Real, Decimal), _read_number),
)


# ---- sentences ----------------------------------------------------------------------------------------------------

_ANSWERS = {
    "": Duration(NAN, NAN, "missing"),
    "missing": Duration(NAN, NAN, "missing"),
    "zero": _exact(0.0),
    "unclear": _suspect("zero_or_missing"),
}
_BEFORE = frozenset("~_><glbrudwmys")
_AFTER = frozenset("~_+]glbedwmys")
_BOUNDS = {
    **dict.fromkeys(">+g", "above"),
    **dict.fromkeys("<]lu", "below"),
    **dict.fromkeys("br", "range"),
}
"""What a modifier asks of the rest: one amount that is the lower bound, one that is the upper, or two amounts."""


def _read_in(folded: str, question: Question) -> Duration | None:
    """The reading of a folded text in the first language; none if it is not understood."""
    words = vocabulary(question.languages[0])
    folded = folded.rstrip(" .!")
    answer = words.answers.get(whole_answer(folded), None if folded else "")
    if answer is not None:
        return _ANSWERS[answer]
    found = tokens(folded, words)
    if not found or len(found) > _MOST_TOKENS:
        return None
    if found[0].kind == "-":
        return _suspect("negative") if _statement(found[1:], question) else None
    return _statement(found, question)


def _statement(found: tuple[Token, ...], question: Question) -> Duration | None:
    """Modifiers, then one amount or a range of two."""
    core, modifiers = _take_modifiers(list(found))
    bounds = {_BOUNDS[kind] for kind in modifiers if kind in _BOUNDS}
    if len(bounds) > 1 or not core:
        return None
    bound = next(iter(bounds), "")
    ends = _range(core, question, between="b" in modifiers) if bound in ("", "range") else None
    if ends is not None:
        return _judged(*ends, "range", modifiers, question)
    amount = None if bound == "range" else amount_of(core, question)
    if amount is None or (bound == "below" and amount.minutes <= 0):
        return None
    bound = bound or ("below" if "e" in modifiers else "")
    return _judged(amount, amount, bound or ("about" if "~" in modifiers else "exact"), modifiers, question)


def _take_modifiers(rest: list[Token]) -> tuple[list[Token], str]:
    """What is left, and the letters of what was taken off: "5+ hours a day" → "5 hours", `d+`."""
    taken = ""
    while rest:
        if rest[0].kind in _BEFORE:
            taken += rest.pop(0).kind
        elif rest[-1].kind in _AFTER:
            taken += rest.pop().kind
        elif len(rest) > 2 and rest[-1].kind == "U" and rest[-2].kind in "~+]":
            taken += rest.pop(-2).kind
        else:
            break
    return rest, taken


_STATUS: dict[str, Callable[[float, float], tuple[float, float, Status]]] = {
    "exact": lambda lower, upper: (lower, upper, "exact"),
    "about": lambda lower, upper: (lower, upper, "approximate"),
    "above": lambda lower, _upper: (lower, math.inf, "open"),
    "below": lambda _lower, upper: (0.0, upper, "range"),
    "range": lambda lower, upper: (lower, upper, "range" if lower < upper else "exact"),
}


def _judged(low: Amount, high: Amount, bound: str, modifiers: str, question: Question) -> Duration | None:
    """The reading, or the doubt that stands against it."""
    doubt = low.doubt or high.doubt
    bare = (low.bare or high.bare) and high.minutes > 0
    if bare:
        doubt = doubt or _bare_doubt(modifiers, question)
    if doubt:
        return _suspect(doubt)
    if low.minutes > high.minutes:
        return _suspect("reversed")
    lower, upper, status = _STATUS[bound](round(low.minutes, 6), round(high.minutes, 6))
    if bare and question.unit == "hours" and high.minutes > 24 * 60:
        return _suspect("hours_above_day", lower, upper)
    if bare and question.unit == "minutes" and not all(amount.minutes.is_integer() for amount in (low, high)):
        return _suspect("fraction_of_minute", lower, upper)
    return _with_period(Duration(lower, upper, status), modifiers)


def _bare_doubt(modifiers: str, question: Question) -> str:
    """A number without a unit: "from 8 to 10" and "bis 10" may be times of day."""
    if question.unit is None:
        return "unit_unknown"
    return "clock_times" if {"r", "u"} & set(modifiers) else ""


def _with_period(reading: Duration, modifiers: str) -> Duration | None:
    """Per day is noted; another period is suspect, since the question decides what is asked for; two are refused."""
    periods = {PERIODS[kind] for kind in modifiers if kind in PERIODS}
    if not periods:
        return reading
    if len(periods) > 1:
        return None
    period = periods.pop()
    note = Message(f"duration.{period}")
    return replace(reading, note=note, status=reading.status if period == "per_day" else "suspect")


def _range(core: list[Token], question: Question, *, between: bool) -> tuple[Amount, Amount] | None:
    """The two ends, if there is exactly one way to cut."""
    found = []
    for place in range(1, len(core) - 1):
        if core[place].kind in ("-tu&" if between else "-tu"):
            left, right = _share_unit(core[:place], core[place].kind, core[place + 1 :])
            low, high = amount_of(left, question), amount_of(right, question)
            if low is not None and high is not None and (low.bare or not high.bare):
                found.append((low, high))
    if len(found) != 1:
        return None
    low, high = found[0]
    clocks = any(token.kind == "C" for token in core)
    return (low._replace(doubt="clock_times"), high) if clocks else (low, high)


def _share_unit(left: list[Token], between: str, right: list[Token]) -> tuple[list[Token], list[Token]]:
    """An end without a unit takes the other's: "2-3 hours", "an hour or two"; "1h-15" is not read so."""
    if _is_quantity(left):
        return [*left, *[token for token in right if token.kind == "U"][:1]], right
    if between == "t" and left[-1].kind == "U" and _is_quantity(right) and right[0].value <= _FEW:
        return left, [*right, left[-1]]
    return left, right


def _is_quantity(found: Sequence[Token]) -> bool:
    return re.fullmatch(QUANTITY, letters(found)) is not None


# ---- columns ------------------------------------------------------------------------------------------------------


_DECIMAL = re.compile(r"(?<![0-9.,])([0-9]{1,3})([.,])([0-9]{1,2})(?![0-9.,])")


def _decimal_sign(texts: Iterable[str]) -> Literal["comma", "point", "mixed", "unknown"]:
    """The sign in "1,5" or "1.5"; "2,3" tells nothing, it may be a list."""
    numbers = [number for text in texts for number in _DECIMAL.findall(text)]
    signs = {
        sign for whole, sign, part in numbers if sign == "." or len(part) > 1 or not 0 < int(whole) == int(part) - 1
    }
    if len(signs) > 1:
        return "mixed"
    return {",": "comma", ".": "point"}[signs.pop()] if signs else "unknown"  # type: ignore[return-value]


def _are_day_fractions(numbers: Sequence[float]) -> bool:
    """All are whole minutes of a day (24:00 is 1), and at least two are not plain decimals such as 0.5 or 0.25."""
    minutes = all(0 <= number < 1.05 and is_multiple(number, 1 / 1440) for number in numbers)
    return minutes and sum(not is_multiple(number, 0.05) for number in numbers) >= 2
