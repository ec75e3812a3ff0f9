"""Which answers are missing: by item with the reasons, and in which patterns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from survey_stats.measures.quality_material import NOT_PUT
from survey_stats.results import Result

DECLINED = ("refused", "dont_know", "not_applicable", "other")
"""Answers that mean there is none."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class MissingByItem(Result):
    """Missing answers of each question.

    Attributes:
        table: A row a question in the order of the export: `item`, `n` (to how many it was put), `missing`, `share`
            (of those), and of the missing `blank`, `declined` (refused, does not know, does not apply), `failed` (could
            not be read).
    """

    keys: ClassVar[tuple[str, ...]] = ("item",)
    numbers: ClassVar[tuple[str, ...]] = ("missing", "share", "blank", "declined", "failed")

    table: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class MissingPatterns(Result):
    """Respondents with the same questions unanswered, most frequent pattern first.

    Attributes:
        table: A row a pattern: `pattern` (number), `respondents`, `share`, `n_items` (questions missing).
        matrix: Index pattern, a boolean column a question: whether it is missing.
        n_patterns: Number of patterns, also those that are not in the table.
        n_complete: Respondents without a missing answer.
    """

    keys: ClassVar[tuple[str, ...]] = ("pattern",)
    numbers: ClassVar[tuple[str, ...]] = ("respondents", "share", "n_items")

    table: pd.DataFrame
    matrix: pd.DataFrame
    n_patterns: int
    n_complete: int


def is_missing(reasons: pd.DataFrame) -> pd.DataFrame:
    """Whether a question was put and has no value. What was not asked is not missing."""
    return ~reasons.isin(("answered", *NOT_PUT))


def missing_by_item(reasons: pd.DataFrame) -> MissingByItem:
    """Count the missing answers of each question.

    Args:
        reasons: Index respondent, a column a question; why a cell has no value, or `answered`.
    """
    put = (~reasons.isin(NOT_PUT)).sum()
    missing = is_missing(reasons).sum()
    table = pd.DataFrame({
        "item": [str(name) for name in reasons],
        "n": put.to_numpy(),
        "missing": missing.to_numpy(),
        "share": (missing / put.where(put > 0)).to_numpy(dtype="float64"),
        "blank": (reasons == "blank").sum().to_numpy(),
        "declined": reasons.isin(DECLINED).sum().to_numpy(),
        "failed": (reasons == "failed").sum().to_numpy(),
    })  # fmt: skip
    return MissingByItem(method="missing_by_item", table=table)


def missing_patterns(reasons: pd.DataFrame, most: int = 12) -> MissingPatterns:
    """The patterns of missing answers.

    Args:
        reasons: As for `missing_by_item`.
        most: How many patterns are kept; of equally frequent ones those with fewer missing answers come first.
    """
    missing = is_missing(reasons).to_numpy(dtype=bool)
    patterns, counts = np.unique(missing, axis=0, return_counts=True)
    if missing.shape[1] == 0 or missing.shape[0] == 0:
        patterns, counts = missing[:0], counts[:0]
    n_items = patterns.sum(axis=1)
    order = np.lexsort((np.arange(len(counts)), n_items, -counts))[:most]
    table = pd.DataFrame({
        "pattern": np.arange(1, len(order) + 1), "respondents": counts[order],
        "share": counts[order] / max(len(reasons), 1), "n_items": n_items[order], "n": len(reasons),
    })  # fmt: skip
    return MissingPatterns(
        method="missing_patterns",
        table=table,
        matrix=pd.DataFrame(patterns[order], index=table["pattern"], columns=reasons.columns),
        n_patterns=len(counts),
        n_complete=int(counts[n_items == 0].sum()),
    )
