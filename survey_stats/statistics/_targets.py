"""Targets of raking: what a caller says about the population → margins, or a sentence that says what is wrong."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from survey_stats.errors import CallError, InputError
from survey_stats.messages import Message
from survey_stats.statistics._columns import check_known, listed
from survey_stats.statistics._design_input import Floats, Ints

FUNCTION = "rake"
SAMPLE = "sample"
"""A target that keeps the share a category has in the sample."""
MISSING = "(missing)"
_ROUNDED = 0.01  # published shares are rounded; their sum may differ from 1 by this
_EXACT = 1e-9


@dataclass(frozen=True, eq=False, slots=True)
class Margin:
    """Categories of the rows, and how much weight each is to have.

    Attributes:
        columns: The columns that are crossed; usually one.
        labels: Names of the categories, shape (k,).
        codes: Category of each row, shape (n,); -1 where a column is missing.
        totals: Weight each category is to have, shape (k,).
        kind: What the caller gave: `shares`, `percent` or `totals`.
    """

    columns: tuple[str, ...]
    labels: tuple[str, ...]
    codes: Ints
    totals: Floats
    kind: str

    @property
    def name(self) -> str:
        """`sex`, or `sex × age`."""
        return " × ".join(self.columns)

    @property
    def shares(self) -> Floats:
        """`totals` as shares of their sum."""
        return np.asarray(self.totals / self.totals.sum())


def read_targets(
    data: pd.DataFrame, targets: Mapping[Any, Any], base: Floats, missing: str
) -> tuple[tuple[Margin, ...], tuple[Message, ...]]:
    """The margins of all targets, with totals of one sum, and what a reader has to know about them.

    Args:
        data: The sample.
        targets: Column, or tuple of columns to be crossed → category → share, percentage, total or `sample`.
        base: Weights before raking, shape (n,).
        missing: `refuse` or `category`.
    """
    if not isinstance(targets, Mapping) or not targets:
        raise CallError(
            f"{FUNCTION}: found {type(targets).__name__} as targets. Give a mapping of columns to their categories, "
            "such as {'sex': {'f': 0.51, 'm': 0.49}}."
        )
    found = [_margin(data, columns, given, missing, base) for columns, given in targets.items()]
    margins, notes = [margin for margin, _ in found], [note for _, told in found for note in told]
    total = _common_total(margins, float(base.sum()))
    return tuple(replace(margin, totals=margin.shares * total) for margin in margins), tuple(notes)


def _margin(data: pd.DataFrame, columns: Any, given: Any, missing: str, base: Floats) -> tuple[Margin, list[Message]]:
    names = tuple(columns) if isinstance(columns, tuple) else (columns,)
    check_known(names, data, FUNCTION)
    told = tuple(map(str, names))
    wanted = _wanted(given, " × ".join(told), len(names))
    codes, labels = _categories(data, names)
    margin = Margin(told, labels, codes, np.zeros(len(labels)), "shares")
    margin, notes = _with_missing(margin, missing)
    kind, amounts = _amounts(wanted, margin.name)
    if margin.labels[-1:] == (MISSING,) and MISSING not in wanted:
        wanted = wanted | {MISSING: SAMPLE}
    _check_categories(margin, wanted, base)
    if kind != "totals" and abs(sum(amounts.values()) - 1) > 1e-6:
        notes.append(Message("raking.rounded", {"margin": margin.name, "sum": f"{sum(amounts.values()):.4g}"}))
    return replace(margin, totals=_totals(margin, wanted, amounts, base), kind=kind), notes


def label_of(value: Any) -> str:
    """The name of a category: 1.0 is the same as 1, as files of answers have both.

    >>> label_of(1.0), label_of("f"), label_of(2.5)
    ('1', 'f', '2.5')
    """
    return f"{value:g}" if isinstance(value, (float, np.floating)) else str(value)


def _wanted(given: Any, margin: str, n_columns: int) -> dict[str, float | str]:
    """Label → target."""
    pairs = given.items() if isinstance(given, (Mapping, pd.Series)) else None
    if pairs is None or len(given) == 0:
        raise CallError(
            f"{FUNCTION}: found {type(given).__name__} as targets of {margin!r}. Give a share, percentage or total for "
            "each category, such as {'f': 0.51, 'm': 0.49}."
        )
    wanted: dict[str, float | str] = {}
    for category, amount in pairs:
        parts = category if isinstance(category, tuple) else (category,)
        if len(parts) != n_columns:
            raise CallError(
                f"{FUNCTION}: targets of {margin!r} have the category {category!r}. Each is of {n_columns} values, one "
                "for each column."
            )
        wanted[" × ".join(map(label_of, parts))] = _amount(amount, margin, category)
    return wanted


def _amount(amount: Any, margin: str, category: Any) -> float | str:
    if isinstance(amount, str) and amount == SAMPLE:
        return SAMPLE
    number = amount if isinstance(amount, (int, float, np.integer, np.floating)) else np.nan
    if isinstance(amount, bool) or not np.isfinite(number) or number < 0:
        raise CallError(
            f"{FUNCTION}: the target of {margin!r}, category {category!r}, is {amount!r}. Give a share, percentage or "
            "total of 0 or more, or 'sample' to keep its share of the sample."
        )
    return float(number)


def _categories(data: pd.DataFrame, names: Sequence[Hashable]) -> tuple[Ints, tuple[str, ...]]:
    """Category of each row, and the names of the categories found; -1 where one of the columns is missing."""
    parts = [pd.factorize(data[name], sort=False) for name in names]
    codes, labels = parts[0][0].astype(np.int64), [label_of(value) for value in parts[0][1]]
    for place, values in parts[1:]:
        absent = (codes < 0) | (place < 0)
        codes = np.where(absent, -1, codes * len(values) + place)
        labels = [f"{label} × {label_of(value)}" for label in labels for value in values]
    present = np.flatnonzero(np.bincount(codes[codes >= 0], minlength=len(labels)))
    order = sorted(present, key=lambda code: labels[code])
    rank = np.full(len(labels) + 1, -1, dtype=np.int64)  # the last place is of -1
    rank[order] = np.arange(len(order))
    return np.asarray(rank[codes]), tuple(labels[code] for code in order)


def _with_missing(margin: Margin, missing: str) -> tuple[Margin, list[Message]]:
    """Rows without a category refused, or made one of their own."""
    absent = margin.codes < 0
    n = int(absent.sum())
    if not n:
        return margin, []
    if missing == "refuse":
        raise InputError(
            f"{FUNCTION}: {margin.name!r} is missing in {n} of {len(absent)} rows, the first is row "
            f"{int(absent.argmax()) + 1}. Complete them, leave those rows out, or say missing='category': they then "
            "are a category of their own that keeps its share of the sample."
        )
    codes = np.where(absent, len(margin.labels), margin.codes)
    note = Message("raking.missing", {"margin": margin.name, "n": n})
    return replace(margin, labels=(*margin.labels, MISSING), codes=codes, totals=np.zeros(len(margin.labels) + 1)), [
        note
    ]


def _amounts(wanted: Mapping[str, float | str], margin: str) -> tuple[str, dict[str, float]]:
    """What kind of numbers the targets are, and the numbers; percentages as shares."""
    numbers = {label: float(amount) for label, amount in wanted.items() if amount != SAMPLE}
    total = sum(numbers.values())
    if total <= 0:
        raise CallError(f"{FUNCTION}: the targets of {margin!r} are all 0 or 'sample'. Give at least one a share.")
    if abs(total - 1) <= _ROUNDED:
        return "shares", numbers
    if abs(total - 100) <= 100 * _ROUNDED:
        return "percent", {label: amount / 100 for label, amount in numbers.items()}
    if max(numbers.values()) <= 1:
        raise CallError(
            f"{FUNCTION}: the shares of {margin!r} sum to {total:g}, and shares sum to 1. Give each category its "
            "share, and those whose share is not known 'sample'."
        )
    return "totals", numbers


def _check_categories(margin: Margin, wanted: Mapping[str, float | str], base: Floats) -> None:
    """Raise `InputError` if a category has no target, or a target no row with a weight."""
    counts = np.bincount(margin.codes, minlength=len(margin.labels))
    for label, count in zip(margin.labels, counts, strict=True):
        if label not in wanted:
            raise InputError(
                f"{FUNCTION}: {margin.name!r} has the category {label!r} ({count} rows), and targets are for "
                f"{listed(wanted)}. Give it a target, write 'sample' to keep its share of the sample, or join it with "
                "another category."
            )
    weight = dict(zip(margin.labels, np.bincount(margin.codes, base, minlength=len(margin.labels)), strict=True))
    for label, amount in wanted.items():
        if amount not in (0, SAMPLE) and weight.get(label, 0.0) <= 0:
            raise InputError(
                f"{FUNCTION}: {margin.name!r} has the target {amount:g} for {label!r}, and no row of the sample with a "
                "weight above 0 is in that category. Nobody can stand for it: join it with another category."
            )


def _totals(margin: Margin, wanted: Mapping[str, float | str], amounts: Mapping[str, float], base: Floats) -> Floats:
    """Targets of the categories found, on the scale of `amounts`; those that keep their share take it first."""
    weight = np.bincount(margin.codes, base, minlength=len(margin.labels)) / base.sum()
    total = sum(amounts.values())
    keeps = np.array([wanted[label] == SAMPLE for label in margin.labels])
    given = np.array([amounts.get(label, 0.0) for label in margin.labels])
    return np.asarray(np.where(keeps, weight * total, given * (1 - weight[keeps].sum())))


def _common_total(margins: Sequence[Margin], of_base: float) -> float:
    """The sum of all weights: that of the totals, or that of the weights before where all targets are shares."""
    sums = {margin.name: float(margin.totals.sum()) for margin in margins if margin.kind == "totals"}
    if not sums:
        return of_base
    first, total = next(iter(sums.items()))
    for name, other in sums.items():
        if abs(other - total) > _EXACT * total:
            raise InputError(
                f"{FUNCTION}: the totals of {first!r} sum to {total:.10g} and those of {name!r} to {other:.10g}. One "
                "population has one size: give totals of the same population, or shares."
            )
    return total
