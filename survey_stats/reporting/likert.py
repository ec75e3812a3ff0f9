"""Likert bars: how the answers to each item are spread over the options, scales with the same options together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from survey_stats.content import in_language
from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.svg import INK, TALLEST, WIDTH, canvas, width_of
from survey_stats.reporting.words import Labels, shorten
from survey_stats.results import Result
from survey_stats.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_SCALES, MOST_OPTIONS, FEWEST_ITEMS = 8, 11, 2
_LOW, _HIGH, _MIDDLE = (0.55, 0.27, 0.07), (0.04, 0.33, 0.58), (0.88, 0.88, 0.88)
"""Colours of the two ends and of the middle; they differ in lightness from the middle, so that grey suffices."""
_LINE, _LEGEND_LINE, _AXIS, _TYPE = 0.37, 0.2, 0.62, 9.5
"""Inches of an item or a heading, of a line of the legend, and of the axis with its label; points of the type."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class LikertShares(Result):
    """Answers to the items of a scale, as answered: nothing is reversed.

    Attributes:
        scale: Id of the scale.
        table: Columns `item`, `option` (code), `label`, `count`, `share` (of those who answered the item), `n`.
        part: Which part of the items, of how many parts, where a figure cannot hold them all.
    """

    keys: ClassVar[tuple[str, ...]] = ("item", "option")
    numbers: ClassVar[tuple[str, ...]] = ("count", "share")

    scale: str
    table: pd.DataFrame
    part: tuple[int, int] = (1, 1)

    @property
    def items(self) -> list[str]:
        """Ids of the items."""
        return list(dict.fromkeys(self.table["item"]))

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """Code and label of each option."""
        return tuple(dict.fromkeys(zip(self.table["option"], self.table["label"], strict=True)))


def likert_shares(study: Study, language: str = "en") -> list[LikertShares]:
    """Shares of the options of every item, for scales whose items are single choices.

    Args:
        study: The respondents who are analysed.
        language: Language of the labels.
    """
    found = []
    for instrument in study.instruments.values():
        for scale in instrument.scales:
            items = [instrument.by_id[name] for name in scale.items if name in study.answers]
            formats = {tuple(option.code for option in item.format.options) for item in items if item.format.options}
            numeric = all(item.format.kind == "single" for item in items)
            if len(items) >= FEWEST_ITEMS and numeric and len(formats) <= 1:
                rows = [row for item in items for row in _rows(item, study.answers[item.id], language)]
                table = pd.DataFrame(rows)
                if len(table) and table["option"].nunique() <= MOST_OPTIONS:
                    found.append(LikertShares(method="shares", scale=scale.id, table=table))
    return found[:MOST_SCALES]


def _rows(item: Any, answers: pd.Series, language: str) -> list[dict[str, Any]]:
    labels = {option.code: in_language(option.label, language) for option in item.format.options}
    given = pd.to_numeric(answers, errors="coerce").dropna()
    codes = list(labels) or _codes(item, given)
    counts = [int((given == code).sum()) for code in codes]
    n = max(sum(counts), 1)
    return [
        {"item": item.id, "option": f"{code:g}", "label": labels.get(code, f"{code:g}"), "count": count,
         "share": count / n, "n": sum(counts)}
        for code, count in zip(codes, counts, strict=True)
    ]  # fmt: skip


def _codes(item: Any, given: pd.Series) -> list[float]:
    """The codes between the ends of a format without labels; those found where it has no ends."""
    low, high = item.format.minimum, item.format.maximum
    return list(range(int(low), int(high) + 1)) if low is not None and high is not None else sorted(given.unique())


# ---- which scales stand in one figure ---------------------------------------------------------------------------


def same_options(found: Iterable[LikertShares]) -> list[list[LikertShares]]:
    """Scales with the same answer options together, in the order of the first of each."""
    together: dict[tuple[tuple[str, str], ...], list[LikertShares]] = {}
    for one in found:
        together.setdefault(one.options, []).append(one)
    return list(together.values())


def on_pages(together: Sequence[LikertShares]) -> list[tuple[LikertShares, ...]]:
    """What each figure of scales with the same options holds: as many scales as fit on a page.

    A scale is divided only where a page cannot hold it alone.
    """
    most = math.floor((TALLEST - _below(together[0])) / _LINE)
    pages: list[list[LikertShares]] = []
    for part in (part for one in together for part in _parts(one, most - 1)):
        if not pages or _lines([*pages[-1], part]) > most:
            pages.append([])
        pages[-1].append(part)
    return [tuple(page) for page in pages]


def _parts(one: LikertShares, most: int) -> list[LikertShares]:
    """A scale in parts of nearly as many items, each of at most `most`."""
    parts = math.ceil(len(one.items) / most)
    shares = [one.items[len(one.items) * at // parts : len(one.items) * (at + 1) // parts] for at in range(parts)]
    return [
        replace(one, table=one.table[one.table["item"].isin(items)], part=(at, parts))
        for at, items in enumerate(shares, start=1)
    ]


def _lines(page: Sequence[LikertShares]) -> int:
    """Lines of a figure: its items, and a heading a scale."""
    return sum(len(one.items) + 1 for one in page)


# ---- the figure -------------------------------------------------------------------------------------------------


def draw_likert(results: Sequence[Result], labels: Labels, language: str) -> Figure:
    """A bar an item, to the left and right of the middle of the options, under the name of its scale."""
    page: Any = results
    lines, below = _lines(page), _below(page[0])
    height = _LINE * lines + below
    figure, axes = canvas(height)
    figure.subplots_adjust(left=0.02, right=0.98, top=1, bottom=below / height)
    firsts = accumulate((len(one.items) + 1 for one in page[:-1]), initial=0)
    for one, at in zip(page, firsts, strict=True):
        _words(axes, at + 0.2, shorten(_name(one, labels, language), 60), weight="bold")
        _bars(axes, at + 1, one, labels)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_ylim(lines - 0.4, -0.4)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(lambda value, _: numbers.number(abs(value), "percent").partition(".")[0])
    axes.set_xlabel(text("reporting.figure.likert_axis", language))
    _legend(axes, page[0], lines)
    return figure


def _bars(axes: Axes, first: int, one: LikertShares, labels: Labels) -> None:
    """The items of a scale, each with its name above its bar."""
    codes = [code for code, _ in one.options]
    wide = one.table.pivot_table(index="item", columns="option", values="share", observed=True, sort=False)
    shares = wide.reindex(index=one.items, columns=codes).fillna(0.0).to_numpy()
    half = len(codes) // 2
    start = -(shares[:, :half].sum(axis=1) + (shares[:, half] / 2 if len(codes) % 2 else 0))
    places = first + np.arange(len(one.items))
    for at, colour in enumerate(_colours(len(codes))):
        left = start + shares[:, :at].sum(axis=1)
        axes.barh(places + 0.2, shares[:, at], left=left, height=0.42, facecolor=colour, edgecolor=INK, linewidth=0.4)
    for item, place in zip(one.items, places, strict=True):
        _words(axes, place - 0.21, shorten(labels[item], 60))


def _words(axes: Axes, at: float, words: str, *, weight: str = "normal") -> None:
    axes.text(0, at, words, transform=axes.get_yaxis_transform(), va="center", fontsize=_TYPE, weight=weight)


def _legend(axes: Axes, one: LikertShares, lines: int) -> None:
    from matplotlib.patches import Patch

    shown = [
        Patch(facecolor=colour, edgecolor=INK, linewidth=0.4, label=label)
        for colour, label in zip(_colours(len(one.options)), _option_labels(one), strict=True)
    ]
    axes.legend(handles=shown, loc="upper left", bbox_to_anchor=(0, -(_AXIS - 0.04) / (_LINE * lines)), fontsize=_TYPE,
                ncols=_columns(one), frameon=False, borderaxespad=0, handlelength=1.2, labelspacing=0.4)  # fmt: skip


def _below(one: LikertShares) -> float:
    """Inches of the axis and of the legend."""
    return _AXIS + _LEGEND_LINE * math.ceil(len(one.options) / _columns(one)) + 0.06


def _columns(one: LikertShares) -> int:
    """Columns of the legend: two where the longest label leaves room for another."""
    return 2 if width_of(_option_labels(one), points=_TYPE) < WIDTH / 2 - 0.5 else 1


def _option_labels(one: LikertShares) -> list[str]:
    return [shorten(label if label == code else f"{code}: {label}", 50) for code, label in one.options]


def _colours(count: int) -> list[str]:
    """From one end over a light middle to the other."""
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    answers = LinearSegmentedColormap.from_list("answers", [_LOW, _MIDDLE, _HIGH], N=1025)
    return [to_hex(answers(place)) for place in np.linspace(0, 1, count)]


def describe_likert(results: Sequence[Result], labels: Labels, language: str) -> str:
    """For each item the most frequent answer and its share."""
    page: Any = results
    return " ".join(
        text(
            "reporting.figure.likert_alt", language, scale=_name(one, labels, language),
            items="; ".join(_described(item, rows, labels, language)
                            for item, rows in one.table.groupby("item", sort=False)),
        )
        for one in page
    )  # fmt: skip


def _described(item: Any, rows: pd.DataFrame, labels: Labels, language: str) -> str:
    most: Mapping[Any, Any] = rows.sort_values("share", ascending=False, kind="stable").iloc[0].to_dict()
    return text(
        "reporting.figure.likert_item", language, item=labels[item], n=numbers.number(most["n"], "count"),
        answer=most["label"], share=numbers.number(most["share"], "percent"),
    )  # fmt: skip


def _name(one: LikertShares, labels: Labels, language: str) -> str:
    """The scale; of a scale that no page can hold, also which part."""
    part, parts = one.part
    if parts == 1:
        return labels[one.scale]
    return text("reporting.figure.likert_part", language, scale=labels[one.scale], part=part, parts=parts)


def caption_likert(results: Sequence[Result], labels: Labels, language: str) -> str:
    """Title with the names of the scales."""
    page: Any = results
    names = ", ".join(_name(one, labels, language) for one in page)
    return text("reporting.figure.likert_caption", language, scale=names)
