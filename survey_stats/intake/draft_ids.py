"""Ids for drafted questions: from column codes, else from the first words of a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import takewhile

from survey_stats.intake.table import Column

LONGEST_ID = 40
WORDS_IN_ID = 5
_CODE = re.compile(r"[A-Za-z]\S{0,39}")
_MARK_OR_DIGIT = re.compile(r"[\W\d_]")
_LAST_WORD = re.compile(r"(.*[^\W_])[\W_]+[^\W_]*")


class Ids:
    """Gives out ids that begin with a letter, each once among items and once among groups."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._taken: set[tuple[str, str]] = set()

    def item(self, name: str) -> str:
        """`name`, or `name_2` where an item has it."""
        return self._new("item", name)

    def group(self, name: str) -> str:
        """`name`, or `name_2` where a group has it."""
        return self._new("group", name)

    def _new(self, kind: str, name: str) -> str:
        wanted = name if name[:1].isalpha() else f"{self._prefix}_{name}"
        number, unique = 1, wanted
        while (kind, unique) in self._taken:
            number += 1
            unique = f"{wanted}_{number}"
        self._taken.add((kind, unique))
        return unique


def identifier(text: str, fallback: str) -> str:
    """`text` as an id: lower case letters, digits and `_`, a letter first.

    >>> identifier("Größe (cm)", "survey"), identifier("2024 data", "survey")
    ('grosse_cm', 'survey_2024_data')
    """
    slug = _slug(text)
    return slug if slug[:1].isalpha() else f"{fallback}_{slug}".strip("_")


def name_of(column: Column, row: str = "") -> str:
    """From the column's code if it is one, else from the first words of its row or text, else from its place."""
    name = _slug(column.code) if _CODE.fullmatch(column.code) else _slug_of_words(row or column.text)
    return name or f"question_{column.position + 1}"


def shared_name(columns: Sequence[Column], stem: str) -> str:
    """What the codes begin with, up to a number or a mark; else the first words of the stem; else the first's name."""
    codes = [column.code for column in columns]
    shared = ""
    if all(map(_CODE.fullmatch, codes)):
        shared = "".join(letters[0] for letters in takewhile(lambda one: len(set(one)) == 1, zip(*codes, strict=False)))
        if not all(_MARK_OR_DIGIT.match(code[len(shared) :]) for code in codes):
            cut = _LAST_WORD.fullmatch(shared)
            shared = cut[1] if cut else ""
    return _slug(shared) or _slug_of_words(stem) or name_of(columns[0])


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST_ID].strip("_")


def _slug_of_words(text: str) -> str:
    return "_".join(_slug(text[:200]).split("_")[:WORDS_IN_ID])
