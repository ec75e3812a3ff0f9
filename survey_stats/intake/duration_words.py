"""Words of durations: a text → tokens, each with what it does in the sentence (`number`, `unit`, `about`, …).

The tables are `duration_units.toml` (unit names of Unicode's CLDR, generated) and `duration_words.toml` (by hand).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

LANGUAGES = ("en", "de", "nb", "hi", "fa")
MINUTES = {"hour": 60.0, "minute": 1.0, "second": 1 / 60}
_FOLDER = Path(__file__).parent

KINDS = {
    "number": "N", "article": "A", "fraction": "F", "fraction_glued": "G", "slash": "S", "offset": "O",
    "unit": "U", "whole": "W", "clock": "C", "and": "&", "comma": ",", "of": "f",
    "dash": "-", "to": "t", "until": "u", "until_after": "e", "from": "r", "between": "b",
    "above": ">", "above_after": "+", "below": "<", "below_after": "]",
    "at_least": "g", "at_most": "l", "about": "~", "filler": "_",
    "per_day": "d", "per_week": "w", "per_month": "m", "per_year": "y", "per_session": "s",
}  # fmt: skip
"""What a token does → its letter; the grammar in `durations.py` is written in these letters."""
PERIODS = {letter: role for role, letter in KINDS.items() if role.startswith("per_")}
LIST_DOUBT = "decimals_or_list"
WHOLE_ANSWERS = ("zero", "missing", "unclear")


class Token(NamedTuple):
    """A word or number of an answer.

    Attributes:
        kind: Its letter in `KINDS`.
        value: Of a number or fraction; of a unit its minutes; of a clock form its minutes; of an offset what it adds.
        alone: Value of an offset without a number after it; none for other kinds.
        form: Of a unit `one` or `other` where the language tells them apart; of a clock form `h:mm` or `h:mm:ss`.
        doubt: Why the token has no certain reading, as a message id; empty if it has one.
        text: The token as compared.
    """

    kind: str
    value: float = 0.0
    alone: float | None = None
    form: str = ""
    doubt: str = ""
    text: str = ""


class Vocabulary(NamedTuple):
    """What a language knows.

    Attributes:
        phrases: Words of a phrase → its token.
        answers: A whole answer → `zero`, `missing` or `unclear`.
        longest: Words in the longest phrase.
    """

    phrases: Mapping[tuple[str, ...], Token]
    answers: Mapping[str, str]
    longest: int


# ---- letters ------------------------------------------------------------------------------------------------------

_COMPATIBLE = ("<wide>", "<narrow>", "<noBreak>", "<compat>", "<isolated>", "<initial>", "<medial>", "<final>")
_LETTERS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
        **dict.fromkeys("‘’ʼ´`", "'"),
        **dict.fromkeys("∼≈≃≅˜～", "~"),
        "∶": ":", "⁄": "/", "∕": "/",
        "ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "أ": "ا", "إ": "ا",
        **dict.fromkeys((0x93C, 0x200D, 0x654, 0x640, *range(0x64B, 0x653)), None),  # nukta, joiner, Arabic marks
        "ँ": "ं", "।": ".", "۔": ".",
    }
)  # fmt: skip
_CLUSTERS = re.compile("[णन]्[\u200c\u200d]?(?=ट)")
_JOINERS = re.compile("\u200c")
_DIGIT_FAMILIES = {0x660: 0x6F0}
"""Arabic digits and their Persian forms are typed in one number; no other two scripts are."""
_FRACTIONS = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"


def _plain(character: str) -> str:
    """A character in its plain form; fractions and raised digits stay what they are ("1½" is not "11/2")."""
    if character < "\x80":
        return character
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if unicodedata.decomposition(character).startswith(_COMPATIBLE):
        return unicodedata.normalize("NFKC", character)
    if unicodedata.category(character) == "Cf" and character not in "\u200c\u200d":
        return ""
    return character


def fold(text: str) -> str:
    """`text` in the form in which words are compared: one case, ASCII digits, one form of each letter and dash."""
    plain = "".join(map(_plain, unicodedata.normalize("NFC", text)))
    return " ".join(_JOINERS.sub(" ", _CLUSTERS.sub("ं", plain).translate(_LETTERS)).casefold().split())


def mixes_digits(text: str) -> bool:
    """Whether digits of more than one script stand in `text`."""
    zeros = {ord(character) - unicodedata.decimal(character) for character in text if character.isdecimal()}
    return len({_DIGIT_FAMILIES.get(zero, zero) for zero in zeros}) > 1


# ---- tokens -------------------------------------------------------------------------------------------------------

_LETTER = r"[^\W\d_\u0964\u0965]|[\u0900-\u0963\u0970-\u097f]"
_TOKEN = re.compile(
    rf"""(?P<clock>[0-9]+(?::[0-9]+){{1,2}})
    |(?P<slash>[0-9]+\ ?/\ ?[0-9]+)
    |(?P<number>[0-9]+(?:[.,٫٬][0-9]+)*|(?<![\w.,])[.٫][0-9]+)
    |(?P<fraction_glued>[{_FRACTIONS}])
    |(?P<word>(?:{_LETTER})+(?:'(?:{_LETTER})+)*)\.?
    |(?P<symbol>[<>]=|\S)""",
    re.VERBOSE,
)


def _pieces(folded: str) -> list[tuple[str, str]]:
    """Kind and text of each piece; every character but spaces and the dot of an abbreviation is in one."""
    return [(match.lastgroup or "", match[match.lastgroup or 0]) for match in _TOKEN.finditer(folded)]


def _words(phrase: str) -> tuple[str, ...]:
    return tuple(text for _, text in _pieces(fold(phrase)))


def whole_answer(folded: str) -> str:
    """The form in which a whole answer is looked up ("K. A." and "k.a." are one)."""
    return " ".join(text for _, text in _pieces(folded))


def tokens(folded: str, vocabulary: Vocabulary) -> tuple[Token, ...] | None:
    """The tokens of a folded text, longest phrases first; none if a word is not known."""
    pieces = _pieces(folded)
    found: list[Token] = []
    place = 0
    while place < len(pieces):
        kind, text = pieces[place]
        token, length = (_NUMERIC[kind](text), 1) if kind in _NUMERIC else _phrase(pieces, place, vocabulary)
        if token is None:
            return None
        found.append(token)
        place += length
    return tuple(found)


def _phrase(pieces: Sequence[tuple[str, str]], place: int, vocabulary: Vocabulary) -> tuple[Token | None, int]:
    for length in range(min(vocabulary.longest, len(pieces) - place), 0, -1):
        token = vocabulary.phrases.get(tuple(text for _, text in pieces[place : place + length]))
        if token is not None:
            return token, length
    return None, 1


def _number(text: str) -> Token:
    """A number in digits. "1.30" may mean 1 h 30, "1,500" may be 1500, "2,3" may be "2, 3": a doubt."""
    if not _NUMBER.fullmatch(text):
        return Token("x", text=text)
    whole, _, decimals = text.replace("٬", "").translate(_POINT).partition(".")
    return Token("N", float(f"{whole or 0}.{decimals or 0}"), doubt=_decimal_doubt(whole, decimals, text), text=text)


_NUMBER = re.compile(r"[0-9]{0,9}(?:[.,٫][0-9]{1,20})?|[0-9]{1,3}(?:٬[0-9]{3}){1,2}")
_POINT = str.maketrans(",٫", "..")


def _decimal_doubt(whole: str, decimals: str, text: str) -> str:
    if len(decimals) == 3 and whole.strip("0"):
        return "decimals_or_thousands"
    if len(decimals) == 2 and 0 < int(decimals) < 60 and decimals not in ("25", "50"):
        return "decimals_or_minutes"
    if "," in text and len(decimals) == 1 and 0 < int(whole) == int(decimals) - 1:
        return LIST_DOUBT
    return ""


def _slash(text: str) -> Token:
    """A fraction typed with a slash; the grammar decides whether it is one."""
    top, bottom = (int(part[:9]) for part in text.split("/"))
    if not 0 < top < bottom <= 4:
        return Token("S", doubt="fraction_or_range", text=text)
    return Token("S", top / bottom, text=text)


def _clock(text: str) -> Token:
    """h:mm or h:mm:ss in minutes; an impossible time is no token of the grammar."""
    hours, *rest = text.split(":")
    if len(hours) > 4 or any(len(part) != 2 or int(part) > 59 for part in rest):
        return Token("x", text=text)
    seconds = int(rest[1]) if len(rest) > 1 else 0
    return Token("C", int(hours) * 60 + int(rest[0]) + seconds / 60, form="h" + ":mm:ss"[: 3 * len(rest)], text=text)


_NUMERIC: Mapping[str, Callable[[str], Token]] = {
    "number": _number,
    "slash": _slash,
    "clock": _clock,
    "fraction_glued": lambda text: Token("G", unicodedata.numeric(text), text=text),
}


# ---- tables -------------------------------------------------------------------------------------------------------


@cache
def vocabulary(language: str) -> Vocabulary:
    """What `language` knows: the shared signs and English, overridden by its own words."""
    phrases: dict[tuple[str, ...], Token] = {}
    answers: dict[str, str] = {}
    units, words = _table("duration_units.toml"), _table("duration_words.toml")
    for name in dict.fromkeys(("any", "en", language)):
        entries = [*_unit_names(units.get(name, {})), *_entries(words[name])]
        phrases |= {_words(phrase): token._replace(text=fold(phrase)) for phrase, token in entries}
        answers |= {whole_answer(fold(phrase)): role for role in WHOLE_ANSWERS for phrase in words[name].get(role, ())}
    return Vocabulary(phrases, answers, max(map(len, phrases)))


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


def _unit_names(units: Mapping[str, Any]) -> Iterator[tuple[str, Token]]:
    for unit, forms in units.items():
        if unit in MINUTES:
            for number, names in forms.items():
                yield from ((name, Token("U", MINUTES[unit], form=number.removeprefix("short"))) for name in names)
        elif unit in KINDS:
            yield from ((name, Token(KINDS[unit])) for name in forms)


def _entries(words: Mapping[str, Any]) -> Iterator[tuple[str, Token]]:
    """Phrase and token of each word of a language in `duration_words.toml`."""
    for unit, names in words.get("units", {}).items():
        yield from ((name, Token("U", MINUTES[unit])) for name in names)
    for name, minutes in words.get("doubtful", {}).items():
        yield name, Token("U", minutes, doubt="word_unclear")
    for role in ("whole", "fraction", "fraction_glued"):
        yield from ((name, Token(KINDS[role], value)) for name, value in words.get(role, {}).items())
    for name, (added, *alone) in words.get("offset", {}).items():
        yield name, Token("O", added, alone=alone[0] if alone else None)
    for role, kind in KINDS.items():
        if isinstance(words.get(role), list):
            yield from ((phrase, Token(kind, 1.0)) for phrase in words[role])
    yield from ((name, Token("N", float(value))) for name, value in _number_words(words).items())


def _number_words(words: Mapping[str, Any]) -> dict[str, float]:
    """Number words, and what the language's templates make of them: "forty-five", "fünfundvierzig", "dreieinhalb"."""
    numbers: Mapping[str, float] = words.get("numbers", {})
    templates = words.get("compounds", {})
    ones = {name: value for name, value in numbers.items() if value in range(1, 10)}
    tens = {name: value for name, value in numbers.items() if 20 <= value <= 90}
    made = {
        template.format(tens=ten, ones=one): tens[ten] + ones[one]
        for template in templates.get("tens", ()) for ten in tens for one in ones
    }  # fmt: skip
    halves = {template.format(ones=one): ones[one] + 0.5 for template in templates.get("half", ()) for one in ones}
    return made | halves | dict(numbers)
