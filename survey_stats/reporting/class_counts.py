"""Measures that are classes (below or above a cut-off, above the mean of a norm): counted, for a mean says nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from survey_stats.results import Result
from survey_stats.statistics.design import Design
from survey_stats.study import Study

CLASS = "class"
"""Unit of a measure whose numbers are the codes of classes."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class ClassCounts(Result):
    """How many fall into each class, one row a measure and class.

    Attributes:
        table: Columns `measure`, `label` of the class, `code`, `count`, `share` (of those with the measure, weighted
            where there is a design), `n` (who have it), `rule`, `items`, `reversed`, `level`, `measure_type`, `method`,
            `warning`.
    """

    keys: ClassVar[tuple[str, ...]] = ("measure", "label")
    numbers: ClassVar[tuple[str, ...]] = ("count", "share")

    table: pd.DataFrame


def are_classes(variables: pd.DataFrame) -> pd.Series:
    """Which measures are classes: a boolean for each row of `Study.variables`."""
    return variables["unit"].eq(CLASS) & variables["kind"].eq("category")


def count_classes(study: Study, design: Design | None = None) -> ClassCounts | None:
    """Counts of every measure that is a class, also of classes nobody is in; none for a study without such measures.

    Args:
        study: The study.
        design: Its design, if shares are to be those of its population.
    """
    variables = study.variables[are_classes(study.variables)]
    rows = [row for one in variables.to_dict("records") for row in _counted(one, study, design)]
    return ClassCounts(method=_METHODS[design is not None], table=pd.DataFrame(rows)) if rows else None


_METHODS = {False: "class_counts", True: "design_class_counts"}


def _counted(variable: Mapping[Any, Any], study: Study, design: Design | None) -> Iterable[dict[str, Any]]:
    measured = study.measures[variable["id"]]
    values = measured.dropna()
    weights = pd.Series(1.0 if design is None else design.weights, index=measured.index)[measured.notna()]
    told = {name: variable[name] for name in ("rule", "items", "reversed", "level", "measure_type")}
    for code, label in enumerate(_labels(variable, study)):
        count = int((values == code).sum())
        yield {
            "measure": variable["id"], "label": label, "code": code, "count": count,
            "share": weights[values == code].sum() / weights.sum() if weights.sum() > 0 else np.nan,
            "n": len(values), **told, "method": _METHODS[design is not None], "warning": "",
        }  # fmt: skip


def _labels(variable: Mapping[Any, Any], study: Study) -> tuple[str, ...]:
    """Labels of the classes, by code: those of the cut-off, else of a comparison with a mean."""
    for instrument in study.instruments.values():
        for rule in instrument.cutoffs:
            if variable["id"] == f"{rule.scale}_{rule.id}":
                return tuple(rule.labels)
    highest = int(variable["maximum"]) if pd.notna(variable["maximum"]) else 1
    if highest == 1 and str(variable["id"]).endswith("_above_norm"):
        return ("not_above", "above")
    return tuple(f"class {code}" for code in range(highest + 1))
