"""One amount of time → minutes: the table of the forms it may have, and how each is measured."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from survey_stats.intake.duration_words import LIST_DOUBT, MINUTES, Token

Unit = Literal["minutes", "hours"]


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """What the cells of a column say together that one alone does not.

    Attributes:
        decimals: Which sign numbers with one or two decimals use; `mixed` if both, `unknown` if there are none.
        day_fractions: All number cells are whole minutes as a fraction of a day (Excel's General format).
        minutes_as_hours: All time cells are below 24 minutes: "1:30" was typed into cells of the format mm:ss.
    """

    decimals: Literal["comma", "point", "mixed", "unknown"] = "unknown"
    day_fractions: bool = False
    minutes_as_hours: bool = False


class Question(NamedTuple):
    """What is known beforehand: the unit of a bare number, the languages, the column."""

    unit: Unit | None
    languages: tuple[str, ...]
    column: ColumnReading


class Amount(NamedTuple):
    """Minutes; whether a bare number stood there; why it is doubtful."""

    minutes: float
    bare: bool = False
    doubt: str = ""


class Refused(Exception):  # noqa: N818 - no error: the text is no duration
    """The tokens fit a form, the numbers do not ("1 hour 90")."""


def is_multiple(number: float, of: float) -> bool:
    """Whether a number is a whole multiple of another, up to rounding."""
    return abs(number / of - round(number / of)) < 1e-6


QUANTITY = r"O[NA]?|[NA]&A?[FGS]|N[GS]|A?F|[GSNA]"
_Q = f"(?:{QUANTITY})"


def letters(found: Sequence[Token]) -> str:
    """The kinds of the tokens, one letter each."""
    return "".join(token.kind for token in found)


def amount_of(found: Sequence[Token], question: Question) -> Amount | None:
    """Minutes of an amount in the first form of `AMOUNTS` that fits; none if none does."""
    shape = letters(found)
    for form, measure in AMOUNTS:
        if form.fullmatch(shape):
            try:
                return measure(found, question)
            except Refused:
                return None
    return None


def _quantity(found: Sequence[Token]) -> float:
    """The number in front of a unit: "two and a half", "1½", "सवा दो". An article counts if nothing takes it up."""
    number = sum((token.value for token in found if token.kind == "N"), 0.0)
    if found[0].kind == "A" and (len(found) == 1 or found[1].kind == "&"):
        number = 1.0
    if found[0].kind == "O":
        return _offset(found)
    parts = [token.value for token in found if token.kind in "FGS"]
    if parts and not number.is_integer():
        raise Refused
    return number + sum(parts)


def _offset(found: Sequence[Token]) -> float:
    """Hindi's quarters: सवा दो = 2 + ¼, पौने दो = 2 - ¼, साढ़े तीन = 3 + ½; सवा alone is 1¼."""
    offset, *number = found
    if not number:
        if offset.alone is None:
            raise Refused
        return offset.alone
    if not number[0].value.is_integer() or number[0].value < 1:
        raise Refused
    return number[0].value + offset.value


_DECIMAL_COMMA = ("de", "nb")


def _doubt(found: Sequence[Token], question: Question) -> str:
    """The first doubt of a token; "4,5" is no list where the comma is the decimal sign."""
    comma = question.column.decimals == "comma" or question.languages[0] in _DECIMAL_COMMA
    return next((token.doubt for token in found if token.doubt and not (comma and token.doubt == LIST_DOUBT)), "")


_ALONE = {"S": "fraction_or_range", "F": "fraction_of_what", "AF": "fraction_of_what", "G": "fraction_of_what"}
"""What may not stand without a unit: "1/2" may be "1 or 2", "half a day" is no half hour."""


def _bare(found: Sequence[Token], question: Question) -> Amount:
    """A number alone counts the question's unit (0 needs none); 0.0625 may be a fraction of a day."""
    value = _quantity(found)
    doubt = _doubt(found, question) or _ALONE.get(letters(found), "")
    if not doubt and value < 1.05 and not is_multiple(value, 0.01) and question.unit != "minutes":
        doubt = "day_fraction_or_number"
    return Amount(value * (60.0 if question.unit == "hours" else 1.0), bare=True, doubt=doubt)


def _with_unit(found: Sequence[Token], question: Question) -> Amount:
    """As "2 hours", "half an hour", "one and a half hours": all but the last token is the number."""
    *number, unit = found
    while len(number) > 1 and number[-1].kind in "fA":
        number.pop()
    doubt = _doubt(found, question)
    if letters(number) == "S" and not _is_half_of(number[0], unit):
        doubt = "fraction_or_range"
    return Amount(_quantity(number) * unit.value, doubt=doubt)


def _is_half_of(slash: Token, unit: Token) -> bool:
    """Whether a slash makes a fraction: "3/4 Stunde" does; "2/3 hours" may be 2 or 3, "۱/۲ ساعت" 1.2 hours."""
    return unit.form == "one" or (slash.value == 0.5 and not unit.form and unit.text.isascii())


def _unit_and_fraction(found: Sequence[Token], question: Question) -> Amount:
    """As "an hour and a half", "دو ساعت و نیم"; without a number it is one ("hour and a half")."""
    place = next(index for index, token in enumerate(found) if token.kind == "U")
    number = _quantity(found[:place]) if place else 1.0
    if not number.is_integer() or number < 1:
        raise Refused
    return Amount((number + found[-1].value) * found[place].value, doubt=_doubt(found, question))


def _several_units(found: Sequence[Token], question: Question) -> Amount:
    """As "1 hour 30 minutes": whole numbers, each smaller than one of the unit before it; "Viertelstunde" is one."""
    parts: list[tuple[float, float]] = []
    number: list[Token] = []
    for token in found:
        if token.kind in "UW":
            parts.append((_quantity(number) if number else 1.0, token.value))
            number = []
        elif number or token.kind not in "&,":
            number.append(token)
    for (count, unit), (minor_count, minor_unit) in pairwise(parts):
        if not count.is_integer() or minor_count * minor_unit >= unit:
            raise Refused
    return Amount(sum(count * unit for count, unit in parts), doubt=_doubt(found, question))


def _hours_and_minutes(found: Sequence[Token], question: Question) -> Amount:
    """As "1h30", "1 Std. 30": after hours, a number of two digits is minutes."""
    *number, unit, minutes = found
    hours = _quantity(number)
    if unit.value != MINUTES["hour"] or not hours.is_integer() or not re.fullmatch("[0-5][0-9]", minutes.text):
        raise Refused
    return Amount(hours * 60 + minutes.value, doubt=_doubt(found, question))


def _clock(found: Sequence[Token], question: Question) -> Amount:
    """As "1:30", which is 1 h 30, also with "h" after it; where minutes were asked or named it may be 1 min 30 s."""
    clock, *unit = found
    hours_named = bool(unit) and unit[0].value == MINUTES["hour"]
    plain = not unit and (question.unit != "minutes" or clock.form == "h:mm:ss")
    return Amount(clock.value, doubt="" if hours_named or plain else "clock_or_seconds")


AMOUNTS: tuple[tuple[re.Pattern[str], Callable[[Sequence[Token], Question], Amount]], ...] = tuple(
    (re.compile(form), measure)
    for form, measure in (
        (_Q, _bare),
        (rf"{_Q}[UW]|[FGS]f?A?U|A?Ff?A?U", _with_unit),
        (rf"{_Q}?U&A?[FGS]", _unit_and_fraction),
        (rf"W|{_Q}[UW](?:[,&]{{0,2}}(?:{_Q}[UW]|W)){{1,2}}", _several_units),
        (rf"{_Q}UN", _hours_and_minutes),
        (r"CU?", _clock),
    )
)
"""Forms of an amount in the letters of `duration_words.KINDS`, and how each is measured; the first that fits counts."""
