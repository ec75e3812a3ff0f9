"""Who the users of media are: reach and time in groups of persons, and what the audience is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from survey_stats.results import Result
from survey_stats.statistics.design import Design
from survey_stats.time_use.audience import audience

_FIGURES = {"reach": "reach", "time_per_user": "time"}
FEWEST = 10


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Profiles(Result):
    """Reach and time of entries in groups of persons.

    Attributes:
        table: A row an entry, variable and category: `share_of_persons` (weighted, of persons whose category and
            minutes are known), `composition` (of the entry's users), `index` (composition / share of persons × 100: 150
            where the group is half as common again among users), `reach`, `reach_ci_lower`, `reach_ci_upper`,
            `time_per_user`, `time_ci_lower`, `time_ci_upper`, `n` (persons), `n_users`, `warning`, `confidence`.
    """

    keys: ClassVar[tuple[str, ...]] = ("entry", "variable", "category")
    numbers: ClassVar[tuple[str, ...]] = (
        "share_of_persons", "composition", "index", "reach", "reach_ci_lower", "reach_ci_upper", "time_per_user",
        "time_ci_lower", "time_ci_upper",
    )  # fmt: skip

    table: pd.DataFrame


def profiles(
    records: Any, groups: pd.DataFrame, design: Design, entries: Sequence[str], *, by: str = "sector",
    minimum_n: int = 30, confidence: float = 0.95,
) -> Profiles:  # fmt: skip
    """Who uses the entries.

    Args:
        records: As for `audience`.
        groups: Index person, a column a variable: categories, missing where not known.
        design: Design of these persons.
        entries: Which entries; all others still count for whether a person's minutes are known.
        by: As for `audience`.
        minimum_n: Fewest persons (users, for time) for an interval; groups of fewer than ten have no row.
        confidence: Level of the intervals.
    """
    rows = [
        row
        for variable in map(str, groups.columns)
        for row in _rows(records, groups, variable, design, entries, by, minimum_n, confidence)
    ]
    return Profiles(method="profiles", table=pd.DataFrame(rows))


def _rows(
    records: Any, groups: pd.DataFrame, variable: str, design: Design, entries: Sequence[str], by: str,
    minimum_n: int, confidence: float,
) -> list[dict[str, Any]]:  # fmt: skip
    found = audience(
        records, persons=groups, weights=design, by=by, group=variable, quantities=tuple(_FIGURES),
        minimum_n=minimum_n, confidence=confidence,
    )  # fmt: skip
    category = groups[variable].to_numpy()
    rows = []
    for entry in entries:
        if entry not in found.time.entries:
            continue
        place = found.time.entries.index(entry)
        weights = design.weights
        known = found.time.known[:, place] & groups[variable].notna().to_numpy() & (weights > 0)
        users = found.time.users[:, place] & known
        for value in sorted(groups[variable].dropna().unique(), key=_order(groups[variable])):
            inside = category == value
            if (known & inside).sum() < FEWEST:
                continue
            share = weights[known & inside].sum() / weights[known].sum()
            part = weights[users & inside].sum() / weights[users].sum() if users.any() else np.nan
            figures = found.table[(found.table["group"] == f"{variable} = {value}") & (found.table["entry"] == entry)]
            rows.append(
                {"entry": entry, "variable": variable, "category": str(value), "share_of_persons": share,
                 "composition": part, "index": 100 * part / share, **_figures(figures), "confidence": confidence}
            )  # fmt: skip
    return rows


def _order(column: pd.Series) -> Any:
    """Categories in their own order where they have one."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return list(column.cat.categories).index
    return str


def _figures(rows: pd.DataFrame) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in rows.to_dict("records"):
        short = _FIGURES[row["quantity"]]
        found |= {row["quantity"]: row["estimate"], f"{short}_ci_lower": row["ci_lower"],
                  f"{short}_ci_upper": row["ci_upper"]}  # fmt: skip
        if row["quantity"] == "reach":
            found |= {"n": row["n"], "n_users": row["n_users"]}
        found["warning"] = found.get("warning") or row["warning"]
    return found
