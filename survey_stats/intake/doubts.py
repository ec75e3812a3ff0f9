"""What a column as a whole says against its cells: codes of another key, codes off by one, a language not known.

A single cell cannot tell: 2 is a legal code whoever wrote it. A wrong reading is worse than one refused, so all
doubtful cells of such a column fail, and the researcher says in the plan or the instrument what they mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from survey_stats.instrument import Item
from survey_stats.intake.table import Cell, Distinct

SHARE_OUTSIDE = 0.05
"""From this share of codes outside the scale on, the column was coded by another key (0 to 4 instead of 1 to 5)."""
SHARE_OTHER = 0.2
"""From this share of texts that are no option on, they are no "other" but a language or wording not known."""

Keys = Mapping[str, int]
"""How often each answer occurs, by the text under which it is looked up."""


def doubts(column: Distinct, item: Item, how: str, key_of: Callable[[Cell], str], known: set[str]) -> dict[str, str]:
    """The answers of a column that must not be believed.

    Args:
        column: The column's distinct cells.
        item: The item it answers.
        how: How it was matched (`plan`, `code`, `text`).
        key_of: Cell → the text under which it is looked up.
        known: Those texts that are an option, a code or a missing code of the item.

    Returns:
        Text of the answer → id of the rule it breaks.
    """
    if item.format.kind != "single":
        return {}
    counts: dict[str, int] = {}
    for cell, count in zip(column.cells, column.counts.tolist(), strict=True):
        if not (isinstance(cell, str) and not cell.strip()):
            counts[key_of(cell)] = counts.get(key_of(cell), 0) + count
    return _foreign_key(counts, item, how) | _outside_scale(counts, known) | _unknown_texts(counts, item, known)


def _is_number(key: str) -> bool:
    return key.lstrip("-").replace(".", "", 1).isdigit()


def _foreign_key(counts: Keys, item: Item, how: str) -> dict[str, str]:
    """A column that is only called `gender` may hold anyone's codes; labels can be believed, and a plan can say so."""
    if how != "code" or "_" in item.id or not any(option.label for option in item.format.options):
        return {}
    return dict.fromkeys(filter(_is_number, counts), "code_of_unknown_key")


def _outside_scale(counts: Keys, known: set[str]) -> dict[str, str]:
    numbers = {key: count for key, count in counts.items() if _is_number(key)}
    beyond = sum(count for key, count in numbers.items() if key not in known and key != "-99")
    if beyond < 2 or beyond < SHARE_OUTSIDE * sum(numbers.values()):
        return {}
    return dict.fromkeys(numbers, "codes_outside_scale")


def _unknown_texts(counts: Keys, item: Item, known: set[str]) -> dict[str, str]:
    """Texts beside an open option are "other" answers if they are few; a number never is one."""
    if item.format.open_option is None:
        return {}
    unknown = {key: count for key, count in counts.items() if key not in known and key != "-99"}
    if sum(unknown.values()) > max(SHARE_OTHER * sum(counts.values()), 1):
        return dict.fromkeys(unknown, "not_an_option")
    return dict.fromkeys(filter(_is_number, unknown), "not_an_option")
