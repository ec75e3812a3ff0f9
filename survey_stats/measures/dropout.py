"""Where respondents left the questionnaire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

import numpy as np
import pandas as pd

from survey_stats.content import in_language
from survey_stats.instrument import Item
from survey_stats.measures.quality_material import UNANSWERED, Material
from survey_stats.results import Result


@dataclass(frozen=True, slots=True)
class Page:
    """Questions that stand together: a group of items of one instrument.

    Attributes:
        id: Id of the instrument, or of instrument and group.
        items: Ids of its items.
        first, last: Places of its first and last item in the questionnaire, counted from 1.
        title: Title of the instrument.
        instrument, group: Ids of both; empty for a question of no instrument.
    """

    id: str
    items: tuple[str, ...]
    first: int
    last: int
    title: str
    instrument: str
    group: str


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class DropoutByItem(Result):
    """The questions that were the last ones answered by someone who left.

    Attributes:
        table: Columns `item`, `place`, `n` (who answered it or one behind it), `left`, `share` (of those).
    """

    keys: ClassVar[tuple[str, ...]] = ("item",)
    numbers: ClassVar[tuple[str, ...]] = ("left", "share")

    table: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Dropout(Result):
    """How many respondents reached each page, and on which they left.

    Attributes:
        table: A row a page in the order of the export: `page`, `first`, `last` (places of its questions), `n` (who
            reached it: answered on it or behind it), `left` (whose last answer is on it, with questions still to come),
            `share` (of those who reached it).
        by_item: The same for the questions after which someone left.
    """

    keys: ClassVar[tuple[str, ...]] = ("page",)
    numbers: ClassVar[tuple[str, ...]] = ("left", "share")

    table: pd.DataFrame
    by_item: DropoutByItem


def pages(material: Material, language: str = "en") -> list[Page]:
    """The pages of a questionnaire in the order of the export's columns."""
    titles = {one.id: in_language(one.title, language) for one in material.instruments}
    found: list[Page] = []
    start = 1
    for (instrument, group), run in groupby(material.reasons, key=lambda name: _belongs(material.items.get(str(name)))):
        items = tuple(str(name) for name in run)
        name = ".".join(filter(None, (instrument, group))) or items[0]
        twice = sum((page.instrument, page.group) == (instrument, group) for page in found)
        last = start + len(items) - 1
        title = titles.get(instrument, instrument)
        found.append(
            Page(f"page.{name}" + (f".{twice + 1}" if twice else ""), items, start, last, title, instrument, group)
        )
        start = last + 1
    return found


def _belongs(item: Item | None) -> tuple[str, str]:
    return ("", "") if item is None else (item.instrument, item.group or "")


def last_answered(material: Material) -> pd.Series:
    """Place of each respondent's last answer, counted from 1; 0 for who answered nothing."""
    answered = ~material.reasons.isin(UNANSWERED).to_numpy()
    places = np.arange(1, answered.shape[1] + 1)
    return pd.Series((answered * places).max(axis=1, initial=0), index=material.reasons.index)


def left_early(material: Material) -> pd.Series:
    """Whether questions that were put are blank behind a respondent's last answer.

    Who finished the interview, as the survey tool tells, did not leave: the last questions were skipped.
    """
    blank = (material.reasons == "blank").to_numpy()
    behind = np.arange(1, blank.shape[1] + 1) > last_answered(material).to_numpy()[:, None]
    left = pd.Series((blank & behind).any(axis=1), index=material.reasons.index)
    if "finished" in material.paradata:
        left &= ~material.paradata["finished"].astype(bool)
    return left


def dropout(material: Material, language: str = "en") -> Dropout:
    """Count who reached and who left each page and question.

    Args:
        material: The answers.
        language: Language of the titles.
    """
    last, left = last_answered(material), left_early(material)
    shown = pages(material, language)
    table = _counted([(page.id, page.first, page.last) for page in shown], last, left)
    places = sorted(set(last[left & (last > 0)]))
    names = list(material.reasons)
    by_item = _counted([(str(names[place - 1]), place, place) for place in places], last, left)
    return Dropout(
        method="dropout",
        table=table.rename(columns={"name": "page"}),
        by_item=DropoutByItem(
            method="dropout", table=by_item.rename(columns={"name": "item", "first": "place"}).drop(columns="last")
        ),
    )


def _counted(places: Sequence[tuple[str, int, int]], last: pd.Series, left: pd.Series) -> pd.DataFrame:
    rows = []
    for name, first, end in places:
        reached = int((last >= first).sum())
        gone = int((left & last.between(first, end)).sum())
        rows.append((name, first, end, reached, gone, gone / reached if reached else float("nan")))
    return pd.DataFrame(rows, columns=["name", "first", "last", "n", "left", "share"])
