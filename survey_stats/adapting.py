"""An instrument as a study used it: with the researcher's wordings, or with other codes of the same answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import RootModel, ValidationError

from survey_stats.content import Words, read_toml
from survey_stats.errors import CallError, InputError
from survey_stats.instrument import Instrument

Wordings = Mapping[str, Mapping[str, str]]
"""Item id → text by language."""


class _WordingsFile(RootModel[dict[str, Words]]):
    """A table an item: `[rcbs_13_01]` with `en = "…"`."""


def read_wordings(path: Path) -> Wordings:
    """Read a researcher's wordings of a published scale: item id → text by language.

    Raises:
        InputError: The file cannot be read or does not fit; names file, key and rule.
    """
    if not path.is_file():
        raise InputError(f"plan: wordings: there is no file {path.name!r} in the plan's folder. Correct its name.")
    return read_toml(path, _WordingsFile).root


def with_wordings(instruments: Iterable[Instrument], wordings: Wordings) -> list[Instrument]:
    """The instruments with the researcher's texts, so that columns named by question text match.

    Raises:
        CallError: A wording belongs to no item of the instruments.
    """
    given = list(instruments)
    stray = [name for name in wordings if not any(name in one.by_id for one in given)]
    if stray:
        raise CallError(
            f"wordings: these are no items of the instruments in use: {', '.join(stray)}. "
            "Correct the ids; `survey-stats instruments show ID` lists them."
        )
    return [_worded(one, wordings) if set(wordings) & set(one.by_id) else one for one in given]


def _worded(instrument: Instrument, wordings: Wordings) -> Instrument:
    def change(data: dict[str, Any]) -> None:
        for entry in (*data["items"], *(entry for group in data["groups"] for entry in group["items"])):
            if entry["id"] in wordings:
                entry["text"] = dict(wordings[entry["id"]])

    return _changed(instrument, change)


def with_codes(instrument: Instrument, codes: Sequence[float]) -> Instrument:
    """The instrument with its choices coded from another lowest code, for example 0 to 3 in place of 1 to 4.

    Cut-offs and norms stay right: they are written on their own range of scores and converted.

    Args:
        instrument: The instrument.
        codes: Lowest and highest code in the data.

    Raises:
        CallError: The number of answers is not that of the instrument, or its codes are not numbers.
    """
    ranges = {form.range for form in instrument.responses.values() if form.kind == "single"}
    known = next(iter(ranges)) if len(ranges) == 1 else None
    if known is None:
        raise CallError(
            f"codes: {instrument.id} has not one set of numeric codes. Recode the data to its codes instead."
        )
    if len(codes) != 2 or codes[1] - codes[0] != known[1] - known[0]:
        raise CallError(
            f"codes: {instrument.id} has {known[1] - known[0] + 1:g} answers, coded {known[0]:g} to {known[1]:g}; "
            f"found {list(codes)}. Give the lowest and the highest code of as many answers."
        )
    shift = int(codes[0] - known[0])

    def change(data: dict[str, Any]) -> None:
        for form in data["responses"].values():
            if form["kind"] == "single":
                form["options"] = [option | {"code": option["code"] + shift} for option in form["options"]]
                form["minimum"] = form["maximum"] = None
        for rule in data["cutoffs"]:
            if rule["polythetic"]:
                rule["polythetic"]["answer"] += shift

    return _changed(instrument, change)


def _changed(instrument: Instrument, change: Callable[[dict[str, Any]], None]) -> Instrument:
    """A copy made by changing the file's content, checked anew; it keeps the hash of its file."""
    if any(group.for_each for group in instrument.groups):
        raise CallError(f"{instrument.id}: its items come from the list of media and cannot be changed. Copy its file.")
    data = instrument.model_dump()
    change(data)
    try:
        return Instrument.model_validate(data, context={"sha256": instrument.sha256})
    except ValidationError as error:
        raise CallError(f"{instrument.id}: {error.errors()[0]['msg'].removeprefix('Value error, ')}.") from error


def require_wordings(instruments: Iterable[Instrument]) -> None:
    """Refuse to make a form of items whose wording is not in the instrument.

    Raises:
        CallError: An item has no text.
    """
    for one in instruments:
        silent = [item.id for item in one.all_items if not item.text]
        if silent:
            raise CallError(
                f"{one.id}: a form cannot be made: {len(silent)} of its {len(one.all_items)} items have no wording "
                f"({', '.join(silent[:3])}{' …' if len(silent) > 3 else ''}). The wordings belong to the authors; "
                'write them into a TOML file (item id → text by language) and name it in the plan: wordings = "….toml".'
            )
