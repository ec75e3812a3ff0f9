"""The plan's short ways to say which columns answer a scale: a pattern, a run of names, a list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from survey_stats.errors import CallError, nearest
from survey_stats.instrument import Instrument

Columns = str | Sequence[str]
"""`RCBS_{item}`, `RCBS_{item:02}`, `RCBS_1 … RCBS_13` (or three dots), or column names in item order."""

_PLACE = re.compile(r"\{item(?::0?(\d))?\}")
_RUN = re.compile(r"^(.*?)(\d{1,9})(\D*?)\s*(?:…|\.\.\.)\s*(.*?)(\d{1,9})(\D*)$")
_NUMBER = re.compile(r"(\d+)$")


def is_short_map(columns: Columns) -> bool:
    """Whether this names the columns of several items."""
    return not isinstance(columns, str) or bool(_PLACE.search(columns) or _RUN.match(columns))


def scale_columns(name: str, columns: Columns, items: Sequence[str], where: str) -> dict[str, str]:
    """Item → column for the items of a scale, in their order.

    Args:
        name: The scale or instrument, for messages.
        columns: The pattern, run or list.
        items: Ids of the items in order; `{item}` is the number an id ends with.
        where: Begin of messages, for example `plan: columns`.

    Raises:
        CallError: The number of columns is not that of the items, a pattern has no `{item}`, a column stands twice.
    """
    if not isinstance(columns, str):
        names = list(columns)
    elif _PLACE.search(columns):
        names = [_filled(columns, item) for item in items]
    else:
        names = _run(name, columns, len(items), where)
    _require_one_each(name, len(names), len(items), where)
    twice = [column for column, count in Counter(names).items() if count > 1]
    if twice:
        raise CallError(f"{where}: {name}: the column {twice[0]!r} stands twice. Each item has a column of its own.")
    return dict(zip(items, names, strict=True))


def _require_one_each(name: str, columns: int, items: int, where: str) -> None:
    if columns != items:
        raise CallError(
            f"{where}: {name}: found {columns} columns, but {name} has {items} items. "
            "Name one column for each item, in the order of the key."
        )


def _filled(pattern: str, item: str) -> str:
    """The pattern with the number that the item's id ends with."""
    number = _NUMBER.search(item)
    if number is None:
        raise CallError(f"columns: the item {item} has no number to put into {{item}}. List the columns instead.")
    return _PLACE.sub(lambda found: str(int(number[1])).zfill(int(found[1] or 1)), pattern)


def _run(name: str, columns: str, items: int, where: str) -> list[str]:
    """`RCBS_1 … RCBS_13` → its names, which are counted before they are made; zeros in front are kept."""
    found = _RUN.match(columns)
    if found is None:
        raise CallError(
            f"{where}: {name}: found {columns!r}, which names one column for several items. Write a pattern "
            '("RCBS_{item}"), a run ("RCBS_1 … RCBS_13"), or a list of columns in the order of the items.'
        )
    head, first, tail, other, last, end = found.groups()
    if (head, tail.strip()) != (other, end.strip()) or int(first) > int(last):
        raise CallError(
            f"{where}: {name}: found {columns!r}. A run goes up from the first to the last column of the same name "
            'with another number, for example "RCBS_1 … RCBS_13".'
        )
    numbers = range(int(first), int(last) + 1)
    _require_one_each(name, len(numbers), items, where)
    width = len(first) if first.startswith("0") else 1
    return [f"{head}{str(number).zfill(width)}{tail.strip()}" for number in numbers]


def expand_columns(
    columns: Mapping[str, Columns], instruments: Iterable[Instrument], names: Sequence[str], repeated: Collection[str]
) -> dict[str, str]:
    """The plan's map with every scale or instrument replaced by its items.

    Args:
        columns: Item, `item.option`, scale or instrument → column or columns.
        instruments: The instruments in use.
        names: Columns of the export.
        repeated: Names that several columns of the export bear.

    Raises:
        CallError: A map does not fit, names a column that is not there or that several bear, or two items share one.
    """
    several = {scale.id: list(scale.items) for one in instruments for scale in one.scales}
    several |= {one.id: [item.id for item in one.all_items] for one in instruments}
    items = {item.id for one in instruments for item in one.all_items}
    expanded: dict[str, str] = {}
    for name, given in columns.items():
        if isinstance(given, str) and (name in items or name not in several):
            found = {name: given}
        elif name in several:
            found = scale_columns(name, given, several[name], "plan: columns")
            _check_columns(name, found, names, repeated)
        else:
            raise CallError(f"plan: columns: there is no scale or instrument {name!r}. {nearest(name, several)}")
        expanded |= found
    owners: dict[str, str] = {}
    for item, column in expanded.items():
        if column in owners:
            raise CallError(
                f"plan: columns: the column {column!r} is given to both {owners[column]} and {item}. "
                "A column answers one item; correct one of the two."
            )
        owners[column] = item
    return expanded


def _check_columns(name: str, found: Mapping[str, str], names: Sequence[str], repeated: Collection[str]) -> None:
    for item, column in found.items():
        if column in repeated:
            raise CallError(
                f"plan: columns: {name}: {item} is answered by {column!r}, a name that two columns of the export bear. "
                "Rename one of them in the export, or list the columns one by one."
            )
        if column not in names:
            raise CallError(
                f"plan: columns: {name}: {item} is answered by {column!r}, and the export has no such column. "
                f"{nearest(column, names)}"
            )


def mentioned(
    names: Iterable[str], wanted: Iterable[Instrument], instruments: Iterable[Instrument]
) -> list[Instrument]:
    """Published instruments that a plan's map or wordings name by id, by a scale or by an item.

    A name that an instrument in use knows belongs to it: the item `gender` of a draft is not ours.

    Args:
        names: Keys of the map and of the wordings.
        wanted: Instruments in use.
        instruments: Instruments in reach.
    """
    used = list(wanted)
    known = {name for one in used for name in (one.id, *(scale.id for scale in one.scales), *one.by_id)}
    keys = {name.partition(".")[0] for name in names} - known
    return [
        one for one in instruments
        if one.kind == "published" and keys & {one.id, *(scale.id for scale in one.scales), *one.by_id}
    ]  # fmt: skip
