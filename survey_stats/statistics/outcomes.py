"""What a correlation says about a hypothesis that was written down before: supported, contradicted, or neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from survey_stats.results import Result
from survey_stats.statistics.multiplicity import adjust_p_values

OUTCOMES = ("supported", "direction_only", "trivial", "contradicted", "undecided", "not_tested")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Outcomes(Result):
    """Planned hypotheses, one row a hypothesis and pair of measures.

    Attributes:
        table: Columns `hypothesis`, `statement`, `direction` (`positive`, `negative`, `either`, `negligible`) and
            `outcome`, beside those of `Correlations`. `p_adjusted` is over all rows of the table that were tested.

    Outcomes:
        `supported`: on the side expected, by interval and adjusted p; where a smallest effect of interest was stated,
        also at least that large (`meaningful`) or, for `negligible`, smaller (`trivial`).
        `direction_only`: on the side expected, but whether it is large enough is open.
        `trivial`: smaller than what was stated to be of interest.
        `contradicted`: on the other side of 0, or not negligible.
        `undecided`: the data do not settle it.
        `not_tested`: `error` says why.
    """

    keys: ClassVar[tuple[str, ...]] = ("hypothesis", "x", "y")
    numbers: ClassVar[tuple[str, ...]] = (
        "estimate", "ci_lower", "ci_upper", "statistic", "df", "p_value", "p_adjusted", "verdict_ci_lower",
        "verdict_ci_upper", "equivalence_p_value", "minimum_effect_p_value", "sesoi_lower", "sesoi_upper",
    )  # fmt: skip

    table: pd.DataFrame


def judge(rows: pd.DataFrame, *, adjust: str = "holm") -> Outcomes:
    """Adjust p over the planned tests and say what came of each hypothesis.

    Args:
        rows: Rows of `Correlations` with `hypothesis`, `statement`, `direction` beside them; `error` where a pair
            could not be tested.
        adjust: How p is adjusted; Holm's method (1979) holds the family-wise level.
    """
    table = rows.reset_index(drop=True)
    table["p_adjusted"] = adjust_p_values(table["p_value"].to_numpy(dtype=float), adjust)
    table["adjust"] = np.where(table["p_value"].notna(), adjust, "none")
    table["outcome"] = [_outcome(row) for row in table.to_dict("records")]
    return Outcomes(method="planned_hypotheses", table=table)


def _outcome(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["estimate"]) or pd.isna(row["ci_lower"]):
        return "not_tested"
    side = _side(row)
    verdict = row.get("verdict")
    verdict = verdict if isinstance(verdict, str) else ""
    if row["direction"] == "negligible":
        return {"trivial": "supported", "meaningful": "contradicted"}.get(verdict, "undecided")
    if side and row["direction"] not in (side, "either"):
        return "contradicted"
    if verdict == "trivial":
        return "trivial"
    if not side:
        return "undecided"
    return "supported" if verdict in ("", "meaningful") else "direction_only"


def _side(row: Mapping[Any, Any]) -> str:
    """The side of 0 on which interval and adjusted p agree; empty where they leave it open."""
    level = round(1 - row["confidence"], 9)
    if not row["p_adjusted"] < level:
        return ""
    return "positive" if row["ci_lower"] > 0 else "negative" if row["ci_upper"] < 0 else ""
