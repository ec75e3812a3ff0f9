"""Likert bars: how the answers to each item of a scale are spread over its options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from survey_stats.content import in_language
from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.svg import INK, canvas
from survey_stats.reporting.words import Labels, shorten
from survey_stats.results import Result
from survey_stats.study import Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_SCALES, MOST_OPTIONS, FEWEST_ITEMS = 8, 11, 2
_LOW, _HIGH, _MIDDLE = (0.55, 0.27, 0.07), (0.04, 0.33, 0.58), (0.88, 0.88, 0.88)
"""Colours of the two ends and of the middle; they differ in lightness from the middle, so that grey suffices."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class LikertShares(Result):
    """Answers to the items of a scale, as answered: nothing is reversed.

    Attributes:
        scale: Id of the scale.
        table: Columns `item`, `option` (code), `label`, `count`, `share` (of those who answered the item), `n`.
    """

    keys: ClassVar[tuple[str, ...]] = ("item", "option")
    numbers: ClassVar[tuple[str, ...]] = ("count", "share")

    scale: str
    table: pd.DataFrame


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


def draw_likert(results: Sequence[Result], labels: Labels, language: str) -> Figure:
    """A bar an item, to the left and right of the middle of the options."""
    result: Any = results[0]
    items = list(dict.fromkeys(result.table["item"]))
    options = list(dict.fromkeys(result.table["option"]))
    wide = result.table.pivot_table(index="item", columns="option", values="share", observed=True, sort=False)
    shares = wide.reindex(index=items, columns=options).fillna(0.0).to_numpy()
    height = 0.42 * len(items) + 0.9 + 0.22 * len(options)
    figure, axes = canvas(height)
    figure.subplots_adjust(left=0.02, right=0.98, top=0.99, bottom=(0.6 + 0.22 * len(options)) / height)
    start = -(
        shares[:, : len(options) // 2].sum(axis=1) + (shares[:, len(options) // 2] / 2 if len(options) % 2 else 0)
    )
    colours = _colours(len(options))
    for at, (option, colour) in enumerate(zip(options, colours, strict=True)):
        left = start + shares[:, :at].sum(axis=1)
        axes.barh(np.arange(len(items)) + 0.18, shares[:, at], left=left, height=0.42, facecolor=colour, edgecolor=INK,
                  linewidth=0.4, label=_label(result, option))  # fmt: skip
    for at, item in enumerate(items):
        axes.text(
            0, at - 0.2, shorten(labels[item], 60), transform=axes.get_yaxis_transform(), va="center", fontsize=9.5
        )
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_ylim(len(items) - 0.4, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(lambda value, _: numbers.number(abs(value), "percent").partition(".")[0])
    axes.set_xlabel(text("reporting.figure.likert_axis", language))
    axes.legend(loc="upper left", bbox_to_anchor=(0, -0.52 / (0.42 * len(items))), fontsize=9.5, frameon=False,
                borderaxespad=0, handlelength=1.2)  # fmt: skip
    return figure


def _colours(count: int) -> list[tuple[float, ...]]:
    """From one end over a light middle to the other."""
    middle = (count - 1) / 2
    ends = (_LOW if at < middle else _HIGH for at in range(count))
    parts = (abs(at - middle) / max(middle, 0.5) for at in range(count))
    return [
        tuple(m + part * (e - m) for m, e in zip(_MIDDLE, end, strict=True))
        for end, part in zip(ends, parts, strict=True)
    ]


def _label(result: LikertShares, option: str) -> str:
    label = str(result.table["label"].to_numpy()[result.table["option"].to_numpy() == option][0])
    return shorten(label if label == option else f"{option}  {label}", 50)


def describe_likert(results: Sequence[Result], labels: Labels, language: str) -> str:
    """For each item the most frequent answer and its share."""
    result: Any = results[0]
    told = [_described(item, rows, labels, language) for item, rows in result.table.groupby("item", sort=False)]
    return text("reporting.figure.likert_alt", language, scale=labels[result.scale], items="; ".join(told))


def _described(item: Any, rows: pd.DataFrame, labels: Labels, language: str) -> str:
    most: Mapping[Any, Any] = rows.sort_values("share", ascending=False, kind="stable").iloc[0].to_dict()
    return text(
        "reporting.figure.likert_item", language, item=labels[item], n=numbers.number(most["n"], "count"),
        answer=most["label"], share=numbers.number(most["share"], "percent"),
    )  # fmt: skip


def caption_likert(results: Sequence[Result], labels: Labels, language: str) -> str:
    """Title with the name of the scale."""
    result: Any = results[0]
    return text("reporting.figure.likert_caption", language, scale=labels[result.scale])
