"""The order of answer options: known answer scales, labels that carry their number, brackets of numbers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from survey_stats.instrument import Reason
from survey_stats.intake.text import normalised

MOST_LABELS = 40
"""No choice offers more options in an order."""
_LEADING = re.compile(r"^[(\[]?(-?\d{1,2})(?:[)\]]|\b)\s*(?:[-.:=]\s*)?(.*)$", re.DOTALL)
_TRAILING = re.compile(r"^(.*\S)\s*[(\[](-?\d{1,2})[)\]]$", re.DOTALL)
_NUMBER = re.compile(r"\d+(?:[.,  ]\d{3})*(?:[.,]\d+)?")
_BELOW = re.compile(r"<|≤|\b(?:under|below|less than|fewer than|up to|younger than|unter|weniger als|bis"
                    r"|mindre enn|opptil|yngre enn)\b|से कम|کمتر از|زیر")  # fmt: skip
_ABOVE = re.compile(r">|≥|\+|\b(?:over|above|more than|older than|or more|or older|and over|and above|über|mehr als"
                    r"|und mehr|oder mehr|mer enn|eldre enn|eller mer)\b|से अधिक|से ज़्यादा|بیش از|بالای")  # fmt: skip
_EXPLAINED = re.compile(r"\s*\([^()\d]*\)$")
_WORD = re.compile(r"[^\W\d_]+")
_SMALL_WORDS = frozenset({"to", "and", "or", "bis", "und", "til", "og", "se", "ता", "تا"})


@dataclass(frozen=True, slots=True)
class Ordering:
    """Labels in their order.

    Attributes:
        rule: How the order was found: `known_scale`, `numbered` (labels carry their number) or `brackets`.
        scale: Id of the known scale; empty for the other rules.
        options: Code and label, from least to most.
        added: Labels nobody chose, added because the scale is symmetric and their opposite was chosen.
        ordered: Whether the options have an order; gender has none.
    """

    rule: str
    scale: str
    options: tuple[tuple[int, str], ...]
    added: tuple[str, ...] = ()
    ordered: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class _Scale:
    """A scale of `likert.toml` in one language: its spellings level by level."""

    id: str
    levels: tuple[tuple[str, ...], ...]
    position: Mapping[str, tuple[int, int]]
    bipolar: bool
    nominal: bool
    first_code: int


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("likert.toml").read_text(encoding="utf-8"))


@cache
def _scales() -> tuple[_Scale, ...]:
    """Every scale in every language, in the order of the file."""
    return tuple(
        _scale(entry, language)
        for entry in _table()["scales"]
        for language in dict.fromkeys(code for level in entry["levels"] for code in level)
    )


def _scale(entry: Mapping[str, Any], language: str) -> _Scale:
    levels = tuple(tuple(level.get(language, ())) for level in entry["levels"])
    position = {
        normalised(label): (place, spelling)
        for place, labels in enumerate(levels)
        for spelling, label in enumerate(labels)
    }
    return _Scale(
        entry["id"], levels, position, entry.get("bipolar", False), entry.get("nominal", False),
        entry.get("first_code", 1),
    )  # fmt: skip


@cache
def _missing() -> dict[str, Reason]:
    reasons = _table()["missing"]
    return {normalised(label): cast("Reason", reason) for reason, labels in reasons.items() for label in labels}


def missing_reason(label: str, *, several: bool = True) -> Reason | None:
    """Why a label means no answer; none if it is an answer.

    Args:
        label: As found.
        several: Whether several people gave it; only then a label that ends in "(n/a)" is believed to be one.

    >>> missing_reason("Prefer not to say"), missing_reason("Unfamiliar (N/A)"), missing_reason("Often")
    ('refused', 'not_applicable', None)
    """
    key = normalised(label)
    for reason, suffix in _table()["missing_suffix"].items():
        if several and key.endswith(suffix):
            return cast("Reason", reason)
    return _missing().get(key) or _missing().get(key.rstrip("."))


def order_labels(labels: Sequence[str]) -> Ordering | None:
    """Put the labels of a choice in order; none if no rule knows one.

    >>> order_labels(["Agree", "Strongly disagree", "Neutral", "Strongly agree", "Disagree"]).options[0]
    (1, 'Strongly disagree')
    >>> [label for _, label in order_labels(["45-60", "18-29", "> 60", "30-44"]).options]
    ['18-29', '30-44', '45-60', '> 60']
    """
    if not 0 < len(labels) <= MOST_LABELS:
        return None
    return _by_known_scale(labels) or _by_own_number(labels) or _by_brackets(labels)


# ---- known scales -------------------------------------------------------------------------------------------------


def _by_known_scale(labels: Sequence[str]) -> Ordering | None:
    for scale in _scales():
        places = [_place(scale, label) for label in labels]
        if None not in places:
            levels = {place[0]: label for place, label in zip(places, labels, strict=True) if place is not None}
            if len(levels) == len(labels):
                return _known(scale, levels)
    return None


def _place(scale: _Scale, label: str) -> tuple[int, int] | None:
    """Level and spelling of a label, also if an explanation in brackets follows it."""
    key = normalised(label)
    return scale.position.get(key) or scale.position.get(_EXPLAINED.sub("", key))


def _known(scale: _Scale, seen: Mapping[int, str]) -> Ordering:
    added = _mirrored(scale, seen) if scale.bipolar else {}
    levels = dict(sorted({**seen, **added}.items()))
    options = tuple(enumerate(levels.values(), scale.first_code)) if scale.first_code else _fixed_codes(scale, levels)
    return Ordering("known_scale", scale.id, options, tuple(added.values()), ordered=not scale.nominal)


def _fixed_codes(scale: _Scale, levels: Mapping[int, str]) -> tuple[tuple[int, str], ...]:
    """No is 0 and yes is 1; with something between them, 0, 1 and 2. A column of nothing but "yes" is all 1."""
    middle = any(0 < level < len(scale.levels) - 1 for level in levels)
    last = len(scale.levels) - 1
    return tuple((level if middle else int(level == last), label) for level, label in levels.items())


def _mirrored(scale: _Scale, seen: Mapping[int, str]) -> dict[int, str]:
    """The opposites of the labels that were seen, in the same wording and capitals."""
    added = {}
    for level, label in seen.items():
        opposite = len(scale.levels) - 1 - level
        place = _place(scale, label)
        if opposite not in seen and place is not None:
            added[opposite] = _capitals_of(label, scale.levels[opposite][place[1]])
    return added


def _capitals_of(model: str, word: str) -> str:
    if model.istitle():
        return word.title()
    return word[:1].upper() + word[1:] if model[:1].isupper() else word


# ---- numbers in the labels ----------------------------------------------------------------------------------------


def _by_own_number(labels: Sequence[str]) -> Ordering | None:
    """`1 (not at all)`, `2`, …, `5 - very`, also with the number at the end."""
    if len(labels) < 2:
        return None
    for pattern, place in ((_LEADING, 1), (_TRAILING, 2)):
        matches = [pattern.match(normalised(label)) for label in labels]
        found = [int(match[place]) for match in matches if match]
        if len(found) == len(labels) == len(set(found)) and _are_scale_points(found, labels):
            return Ordering("numbered", "", tuple(sorted(zip(found, labels, strict=True))))
    return None


def _are_scale_points(numbers: Sequence[int], labels: Sequence[str]) -> bool:
    """Points of a scale lie close together, and no further number follows ("18-29" is a bracket)."""
    return max(numbers) - min(numbers) <= 10 and all(len(_NUMBER.findall(label)) == 1 for label in labels)


def _by_brackets(labels: Sequence[str]) -> Ordering | None:
    """Labels that all hold a number of the same thing: ages, incomes, sizes."""
    if len(labels) < 3 or not all(_NUMBER.search(label) for label in labels):
        return None
    if len({_unit_words(label) for label in labels} - {frozenset()}) > 1:
        return None
    keys = [_bracket_key(label) for label in labels]
    if len(set(keys)) < len(keys):
        return None
    ranked = [label for _, label in sorted(zip(keys, labels, strict=True))]
    return Ordering("brackets", "", tuple(enumerate(ranked, 1)))


def _unit_words(label: str) -> frozenset[str]:
    rest = _ABOVE.sub(" ", _BELOW.sub(" ", normalised(label)))
    return frozenset(word.rstrip("s") for word in _WORD.findall(rest) if word not in _SMALL_WORDS)


def _bracket_key(label: str) -> tuple[float, int, float]:
    key = normalised(label)
    numbers = [_value(number) for number in _NUMBER.findall(key)]
    side = -1 if _BELOW.search(key) else 1 if _ABOVE.search(key) else 0
    return numbers[0], side, numbers[-1]


def _value(text: str) -> float:
    grouped = re.sub(r"[.,  ](?=\d{3}(?:\D|$))", "", text)
    return float(grouped.replace(",", "."))
