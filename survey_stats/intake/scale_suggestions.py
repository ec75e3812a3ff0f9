"""Columns that look like a published scale: suggested, never taken, because BFI_1 may belong to several inventories."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from survey_stats.instrument import Instrument
from survey_stats.messages import Message

_NUMBERED = re.compile(r"^(.*?)(\d+)$")


@dataclass(frozen=True, slots=True)
class ScaleSuggestion:
    """A run of columns and the instruments whose key it may follow.

    Attributes:
        columns: The columns in order.
        instruments: Ids of the published instruments with a stem of this name and as many items.
    """

    columns: tuple[str, ...]
    instruments: tuple[str, ...]

    @property
    def run(self) -> str:
        """For example `RCBS_1 … RCBS_13`."""
        return f"{self.columns[0]} … {self.columns[-1]}"

    @property
    def entry(self) -> str:
        """The line of the plan's section `[columns]`, with the first of the instruments."""
        return f'{self.instruments[0]} = "{self.run}"'

    @property
    def message(self) -> Message:
        """What to tell the researcher."""
        key = "scales.suggestion" if len(self.instruments) == 1 else "scales.suggestion_several"
        values = {"run": self.run, "instruments": ", ".join(self.instruments), "entry": self.entry}
        return Message(key, values)


def suggest_scales(names: Iterable[str], instruments: Iterable[Instrument]) -> list[ScaleSuggestion]:
    """Runs of columns NAME1, NAME2, … that have the name and the number of items of published instruments.

    Args:
        names: Columns that no question took.
        instruments: Instruments in reach; only published ones with `column_names` are suggested.
    """
    known = [one for one in instruments if one.kind == "published"]
    found = []
    for stem, columns in _runs(list(names)).items():
        fitting = tuple(
            one.id for one in known if len(columns) == len(one.all_items) and _plain(stem) in map(_plain, _stems(one))
        )
        if fitting:
            found.append(ScaleSuggestion(tuple(columns), fitting))
    return found


def _stems(instrument: Instrument) -> Sequence[str]:
    return (*instrument.column_names, instrument.id)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()


def _runs(names: Sequence[str]) -> dict[str, list[str]]:
    """Stem → its columns in order, for stems whose numbers run from 1 without a gap or a repetition."""
    numbered: dict[str, list[tuple[int, str]]] = {}
    for name in names:
        found = _NUMBERED.match(name.strip())
        if found:
            numbered.setdefault(found[1], []).append((int(found[2]), name))
    ordered = {stem: sorted(places) for stem, places in numbered.items()}
    return {
        stem: [name for _, name in places]
        for stem, places in ordered.items()
        if [number for number, _ in places] == list(range(1, len(places) + 1))
    }
