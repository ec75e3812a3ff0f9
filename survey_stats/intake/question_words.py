"""What the words of a question tell about its answers: demographics, units of time, counts, running numbers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Literal

from survey_stats.intake.text import normalised

Unit = Literal["minutes", "hours"]
Period = Literal["day", "week"]

_NO_WORD = re.compile(r"[^\w\u0900-\u097f]|_")
_NUMBERED = re.compile(r"column_\d+")
_DEVANAGARI, _ARABIC = re.compile("[\u0900-\u097f]"), re.compile("[\u0600-\u06ff]")
_LETTER = re.compile(r"[^\W\d_]")


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("question_words.toml").read_text(encoding="utf-8"))


def words_of(text: str) -> str:
    """`text` as words between single spaces, with a space at both ends.

    >>> words_of("How old are you?")
    ' how old are you '
    """
    return f" {' '.join(_NO_WORD.sub(' ', normalised(text)).split())} "


@cache
def _phrases(*keys: str) -> tuple[str, ...]:
    entry = _tables()
    for key in keys:
        entry = entry[key]
    return tuple(words_of(phrase) for phrase in entry)


def _says(text: str, *keys: str) -> bool:
    words = words_of(text)
    return any(phrase in words for phrase in _phrases(*keys))


def demographic(code: str, text: str) -> str | None:
    """The construct of a demographic question: `age`, `gender`, `education` or `country`; none for others.

    >>> demographic("Q17", "Wie alt sind Sie?"), demographic("sex", "sex"), demographic("Q3", "Age of your phone")
    ('age', 'gender', None)
    """
    headers = {words_of(code), words_of(text), words_of(text.removesuffix(" - Selected Choice"))}
    for construct in _tables()["demographics"]:
        if headers & set(_phrases("demographics", construct, "only")):
            return str(construct)
        if _says(text, "demographics", construct, "phrases"):
            return str(construct)
    return None


def asked_unit(text: str) -> Unit | None:
    """The unit in which a question asks for time; none if it names no unit or both.

    >>> asked_unit("How many hours a day do you use it?"), asked_unit("How many posts in the last 24 hours?")
    ('hours', None)
    """
    words = words_of(text)
    units: tuple[Unit, ...] = ("hours", "minutes")
    found = [unit for unit in units if any(_is_asked(words, name) for name in _phrases("units", unit))]
    return found[0] if len(found) == 1 else None


def _is_asked(words: str, unit: str) -> bool:
    before = any(f"{phrase}{unit.lstrip()}" in words for phrase in _phrases("units_asked", "before"))
    after = any(f"{unit}{phrase.lstrip()}" in words for phrase in _phrases("units_asked", "after"))
    return before or after or words == unit


def asked_period(text: str) -> Period | None:
    """The period to which a question about time refers; none if it names none or both."""
    periods: tuple[Period, ...] = ("day", "week")
    found = [period for period in periods if _says(text, "periods", period)]
    return found[0] if len(found) == 1 else None


def asks_for_time(text: str) -> bool:
    """Whether a question asks how long."""
    return _says(text, "time", "phrases")


def asks_for_count(text: str) -> bool:
    """Whether a question asks how many, or for a rank."""
    return _says(text, "counts", "phrases")


def asks_for_several(text: str) -> bool:
    """Whether a question says that several options may be chosen."""
    return _says(text, "several", "phrases")


def names_identifier(code: str, text: str) -> bool:
    """Whether a header is that of a running number or a pseudonym."""
    names = set(_phrases("identifiers", "only"))
    return words_of(code) in names or words_of(text) in names or _NUMBERED.fullmatch(code) is not None


def guess_language(texts: Iterable[str]) -> str:
    """The language of question texts, by script and, within Latin script, by small words; English if in doubt.

    >>> guess_language(["چند سال دارید؟"]), guess_language(["Wie oft nutzen Sie das und wie lange?"])
    ('fa', 'de')
    """
    joined = " ".join(texts)
    letters = len(_LETTER.findall(joined)) or 1
    for language, script in (("hi", _DEVANAGARI), ("fa", _ARABIC)):
        if len(script.findall(joined)) > letters / 2:
            return language
    words = words_of(joined)
    counts = {
        language: [words.count(phrase) for phrase in _phrases("languages", language)] for language in ("de", "nb", "en")
    }
    best = max(counts, key=lambda language: sum(counts[language]))
    told = sum(count > 0 for count in counts[best]) >= 2 and sum(counts[best]) > 2 * sum(counts["en"])
    return best if told else "en"
