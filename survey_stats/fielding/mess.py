"""What people and spreadsheets do to answers: the part of a real export that a form does not foresee.

Nothing here changes an answer except `out_of_range` and `stray_none`: a duration written as "1.5 hours" is still 90
minutes, an untidy label is still the label, and "don't know" stands only where there was no answer. "1:30" is meant as
hours and minutes; a reader who cannot know that should say so and not guess.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from survey_stats.fielding.rendering import Cell
from survey_stats.instrument import Item

SHARE_TYPED = 0.25
"""Share of durations that are typed as anything else than a number of minutes."""
SHARE_UNTIDY = 0.02
"""Share of labels with odd spaces or case."""
NON_ANSWERS = ("-", "don't know", "Don't know", "N/A")
IMPOSSIBLE = 222


def _hours(minutes: int) -> str:
    return f"{minutes / 60:g}"


_WAYS: Sequence[tuple[Callable[[int], bool], Callable[[int], Cell]]] = (
    (lambda minutes: minutes > 0, lambda minutes: f"{minutes} min"),
    (lambda minutes: minutes > 0, lambda minutes: f"about {minutes} minutes"),
    (lambda minutes: minutes > 60 and minutes % 60 > 0, lambda minutes: f"{minutes // 60}h {minutes % 60:02d}"),
    (lambda minutes: minutes >= 60, lambda minutes: f"{minutes // 60}:{minutes % 60:02d}"),
    (lambda minutes: 60 <= minutes < 1440, lambda minutes: dt.time(minutes // 60, minutes % 60)),
    (lambda minutes: minutes > 60 and minutes % 30 == 0, lambda minutes: f"{_hours(minutes)} hours"),
    (lambda minutes: minutes > 60 and minutes % 60 == 0, lambda minutes: f"about {minutes // 60} hours"),
    (lambda minutes: minutes > 60 and minutes % 60 == 30, lambda minutes: f"{minutes // 60}-{minutes // 60 + 1} hours"),
    (lambda minutes: minutes == 60, lambda _: "1 hour"),
    (lambda minutes: minutes == 0, lambda _: "0 min"),
)
"""Ways to write minutes: for which numbers, and how. The middle of a range is the answer."""


def typed_duration(cell: Cell, generator: np.random.Generator) -> Cell:
    """A number of minutes as someone may type it; a missing answer at times as "-" or "don't know"."""
    if generator.random() >= SHARE_TYPED:
        return cell
    if cell is None:
        return NON_ANSWERS[generator.integers(len(NON_ANSWERS))]
    if not isinstance(cell, int):
        return cell
    ways = [write for fits, write in _WAYS if fits(cell)]
    return ways[generator.integers(len(ways))](cell) if ways else cell


_SLIPS: Sequence[Callable[[str], str]] = (
    str.upper,
    str.lower,
    lambda text: f" {text}",
    lambda text: f"{text} ",
    lambda text: text.replace(" ", "\u00a0"),
    lambda text: text.replace(" ", "  "),
)


def untidy_label(cell: Cell, generator: np.random.Generator) -> Cell:
    """A label, at times with odd spaces or case."""
    if not isinstance(cell, str) or generator.random() >= SHARE_UNTIDY:
        return cell
    return _SLIPS[int(generator.integers(len(_SLIPS)))](cell)


def messy_column(item: Item, cells: Sequence[Cell], generator: np.random.Generator) -> list[Cell]:
    """The cells of one item as people and spreadsheets leave them."""
    change = {"duration": typed_duration, "single": untidy_label}.get(item.format.kind)
    return [*map(partial(change, generator=generator), cells)] if change else list(cells)


def out_of_range(items: Sequence[Item], columns: Sequence[list[Cell]], generator: np.random.Generator) -> None:
    """Put one impossible number into the first number column that has a maximum, in place (an age of 222)."""
    for item, cells in zip(items, columns, strict=True):
        if item.format.kind == "number" and item.format.maximum and item.format.maximum < IMPOSSIBLE:
            cells[generator.integers(len(cells))] = IMPOSSIBLE
            return


def stray_none(items: Sequence[Item], columns: Sequence[list[Cell]], generator: np.random.Generator) -> None:
    """Put the word "None" into the first text column, in place: readers must not take it for an empty cell."""
    for item, cells in zip(items, columns, strict=True):
        if item.format.kind == "text":
            cells[generator.integers(len(cells))] = "None"
            return
