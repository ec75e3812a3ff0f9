"""Letters that the font of the drawings lacks: the fonts of this machine that have them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FONT = "DejaVu Sans"
"""Comes with matplotlib, so that drawings are the same on every machine: Latin, Greek, Cyrillic, Arabic."""
_NO_LETTERS = {"Emoji", "Resort"}
"""Words in the names of fonts of coloured pictures, and of one that has a box for every letter."""
_FIRST = "Noto Sans "
"""Families with one font a script, drawn to look alike."""


def use_installed_fonts(figure: Figure) -> None:
    """Let each text of a drawing fall back on installed fonts for the letters that `FONT` lacks."""
    from matplotlib.text import Text

    for shown in figure.findobj(Text):
        families = _families(_lacking(shown.get_text()))
        if families:
            shown.set_fontfamily([FONT, *families])


def letters_without_font(figure: Figure) -> str:
    """Letters of a drawing that no installed font has, in order; a picture shows boxes in their place."""
    from matplotlib.text import Text

    lacking = {letter for shown in figure.findobj(Text) for letter in _lacking(shown.get_text())}
    return "".join(sorted(lacking - {letter for name in _families(frozenset(lacking)) for letter in _letters(name)}))


def _lacking(words: str) -> frozenset[str]:
    return frozenset(letter for letter in words if letter.isprintable()) - _letters(FONT)


@cache
def _families(letters: frozenset[str]) -> tuple[str, ...]:
    """The fewest families that have most of some letters, the one that has most of them first."""
    chosen: list[str] = []
    left = set(letters)
    while left:
        best = max(_installed(), key=lambda name: len(left & _letters(name)), default="")
        if not best or not left & _letters(best):
            break
        chosen.append(best)
        left -= _letters(best)
    return tuple(chosen)


@cache
def _installed() -> tuple[str, ...]:
    """Families of upright fonts with outlines, those of `_FIRST` first, the shortest name first among equals."""
    names = {entry.name for entry in _entries() if not _NO_LETTERS & set(entry.name.split())}
    return tuple(sorted(names - {FONT}, key=lambda name: (not name.startswith(_FIRST), len(name), name)))


@cache
def _letters(family: str) -> frozenset[str]:
    """The letters of a family; none where its file cannot be read."""
    from matplotlib.font_manager import get_font

    file = next((entry.fname for entry in _entries() if entry.name == family), None)
    try:
        return frozenset(map(chr, get_font(file).get_charmap())) if file else frozenset()
    except (OSError, RuntimeError):  # a damaged font file is none
        return frozenset()


def _entries() -> Iterator[Any]:
    from matplotlib.font_manager import fontManager

    return (
        entry for entry in fontManager.ttflist
        if entry.style == "normal" and entry.weight in (400, "normal", "regular", "book")
    )  # fmt: skip
