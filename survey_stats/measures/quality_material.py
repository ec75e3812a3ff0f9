"""What the checks of data quality look at, put together once from the answers of a questionnaire."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np
import pandas as pd

from survey_stats.catalogue import bundled
from survey_stats.instrument import Instrument, Item
from survey_stats.study import Study
from survey_stats.taxonomy import Medium

NOT_PUT = ("not_asked", "not_seen")
"""Reasons for which a question was never put to the respondent."""
UNANSWERED = ("blank", *NOT_PUT)
WRITTEN = "_text"
"""Ends the name of a column with what was written beside an open option; it is no question of its own."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Block:
    """Rating items that stand one after the other with the same answers to choose from.

    Attributes:
        items: Their ids, in order.
        minimum, maximum: Lowest and highest code.
    """

    items: tuple[str, ...]
    minimum: float
    maximum: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Material:
    """The answers of one questionnaire.

    Attributes:
        answers: Index respondent; a column an item, or `item.option` for each option of a multiple choice.
        missing: Same shape; why a cell has no value.
        records: Time-use records of the same respondents.
        paradata: Same index; times, duration, whether finished, as far as the tool tells them.
        instruments: The instruments in use.
        pages: Seconds on each page, same index; none where the tool does not tell them.
        repeated: Whether the respondent's id was seen before; none where the data have no ids.
    """

    answers: pd.DataFrame
    missing: pd.DataFrame
    records: pd.DataFrame
    paradata: pd.DataFrame
    instruments: Sequence[Instrument]
    pages: pd.DataFrame | None = None
    repeated: pd.Series | None = None

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """Items that have a column, in the order of the columns."""
        known = {item.id: item for instrument in self.instruments for item in instrument.all_items}
        columns = (str(name).partition(".")[0] for name in self.answers)
        return {name: known[name] for name in dict.fromkeys(columns) if name in known}

    @cached_property
    def reasons(self) -> pd.DataFrame:
        """Why an item has no value, a column an item in the order of the columns; options of a choice are one item."""
        columns: dict[str, list[str]] = {}
        for name in map(str, self.missing):
            columns.setdefault(name.partition(".")[0], []).append(name)
        merged = {
            item: self.missing[names[0]].astype("object") if len(names) == 1 else _first_answered(self.missing[names])
            for item, names in columns.items()
            if not (item.endswith(WRITTEN) and item.removesuffix(WRITTEN) in columns)
        }
        return pd.DataFrame(merged, index=self.missing.index)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Blocks of rating items, instrument by instrument, in the order of the questionnaire."""
        return tuple(block for instrument in self.instruments for block in self._blocks_of(instrument))

    @cached_property
    def ratings(self) -> pd.DataFrame:
        """Answers to all rating items of scales, each from 0 (lowest answer) to 1 (highest), not reversed."""
        in_scales = {
            name for instrument in self.instruments for scale in instrument.scales
            if len(scale.items) > 1 for name in scale.items
        }  # fmt: skip
        columns = {
            name: (self.answers[name].astype("float64") - block.minimum) / (block.maximum - block.minimum)
            for block in self.blocks
            for name in block.items
            if name in in_scales
        }
        return pd.DataFrame(columns, index=self.answers.index)

    @cached_property
    def keyed(self) -> pd.DataFrame:
        """`ratings` with the reversed items turned."""
        reversed_ = {name for one in self.instruments for scale in one.scales for name in scale.reverse}
        return self.ratings.assign(**{name: 1 - self.ratings[name] for name in self.ratings if name in reversed_})

    @cached_property
    def scales(self) -> list[list[str]]:
        """The rating items of each scale, at least two; an item that belongs to several counts for the first."""
        taken: set[str] = set()
        found = []
        for scale in (scale for instrument in self.instruments for scale in instrument.scales):
            own = [name for name in scale.items if name in self.ratings and name not in taken]
            if len(own) > 1:
                found.append(own)
                taken |= set(own)
        return found

    @cached_property
    def by_sector(self) -> pd.DataFrame:
        """Minutes by person, kind of day and sector."""
        return minutes_by_sector(self.records)

    @cached_property
    def seconds(self) -> pd.Series | None:
        """Duration of each interview; none where the tool tells neither it nor start and end."""
        if "duration_seconds" in self.paradata:
            seconds = pd.to_numeric(self.paradata["duration_seconds"])
        elif {"start", "end"} <= set(self.paradata):
            start, end = (pd.to_datetime(self.paradata[name], errors="coerce") for name in ("start", "end"))
            seconds = (end - start).dt.total_seconds()
        else:
            return None
        return seconds.where(seconds >= 0) if seconds.notna().any() else None

    def _blocks_of(self, instrument: Instrument) -> Iterator[Block]:
        rated = [item for item in instrument.all_items if item.id in self.answers and _is_rating(item)]
        for _, group in groupby(rated, key=lambda item: (item.group, item.format)):
            items = list(group)
            bounds = items[0].format.range
            assert bounds is not None
            yield Block(items=tuple(item.id for item in items), minimum=bounds[0], maximum=bounds[1])


def minutes_by_sector(records: pd.DataFrame) -> pd.DataFrame:
    """Minutes by person, day and sector: columns `whole` (the sector as asked) and `parts` (its media summed)."""
    known = bundled().taxonomy.by_id
    which, media = pd.factorize(records["medium"])
    entries = [known.get(name) for name in media]
    named = zip(entries, media, strict=True)
    sectors = np.array([one.sector if isinstance(one, Medium) else name for one, name in named], dtype=object)
    is_part = np.array([isinstance(one, Medium) for one in entries], dtype=bool)[which]
    minutes = records["minutes"].to_numpy(dtype="float64")
    told = pd.DataFrame({
        "person": records["person"].to_numpy(), "day": pd.Categorical(records["day"]),
        "sector": pd.Categorical(sectors[which]),
        "whole": np.where(is_part, np.nan, minutes), "parts": np.where(is_part, minutes, np.nan),
    })  # fmt: skip
    return told.groupby(["person", "day", "sector"], observed=True)[["whole", "parts"]].sum(min_count=1)


def material_of(study: Study) -> Material:
    """What the checks look at, of a study that was read before."""
    return Material(
        answers=study.answers, missing=study.missing, records=study.records, paradata=study.paradata,
        instruments=tuple(study.instruments.values()),
    )  # fmt: skip


def _is_rating(item: Item) -> bool:
    """A choice among ordered answers that is no attention check."""
    choices = len(item.format.options)
    return item.format.kind == "single" and choices > 2 and item.format.range is not None and item.expected is None


def _first_answered(options: pd.DataFrame) -> pd.Series:
    """`answered` where any option is, else the reason of the first option."""
    answered = (options == "answered").any(axis=1)
    return options.iloc[:, 0].astype("object").where(~answered, "answered")
