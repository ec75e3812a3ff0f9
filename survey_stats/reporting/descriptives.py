"""What the report computes itself about measures: location and spread, reliability, distributions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from survey_stats.reporting.class_counts import are_classes
from survey_stats.reporting.weighted_moments import weighted_moments
from survey_stats.results import Result
from survey_stats.statistics.design import Design
from survey_stats.study import Study

SKEWED = 1.0
"""A measure whose skewness is beyond this gets a picture of its distribution."""
MAXIMUM_BINS = 30
MOST_PICTURES = 8
MOST_ORDERED = 5
"""Up to so many answer categories categorical omega stands beside omega: it takes answers as ordered only."""
NOMINAL = frozenset({"gender", "country"})
"""Constructs whose codes have no order: they are counted, a mean of them says nothing."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Descriptives(Result):
    """Location and spread of measures, one row a measure.

    Attributes:
        table: Columns `measure`, `construct`, `n`, `mean`, `sd` (n - 1), `median`, `minimum`, `maximum`, `skewness`
            (adjusted Fisher-Pearson), `unit`, `items`, `reversed`, `level`, `measure_type`, `rule` (of norm-referenced
            scores, else empty), `method`, `warning`. Of a weighted sample they are estimates for its population, with
            `standard_error`, `ci_lower`, `ci_upper` of the mean: see `weighted_moments`.
    """

    keys: ClassVar[tuple[str, ...]] = ("measure",)
    numbers: ClassVar[tuple[str, ...]] = (
        "mean",
        "standard_error",
        "ci_lower",
        "ci_upper",
        "sd",
        "median",
        "minimum",
        "maximum",
        "skewness",
    )

    table: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Reliabilities(Result):
    """Reliability of scales, one row a scale and coefficient.

    Attributes:
        table: Columns `measure`, `method` (`alpha`, `omega_total`, with few answer categories `omega_categorical`; of
            two items `alpha`, `split_half`), `estimate`, `ci_lower`, `ci_upper`, `interval`, `confidence`,
            `measurement_error` (standard deviation of the score in complete rows × √(1 - estimate), in its unit), `n`
            (complete rows), `n_items`, `warning`, `error`.
    """

    keys: ClassVar[tuple[str, ...]] = ("measure",)
    numbers: ClassVar[tuple[str, ...]] = ("estimate", "ci_lower", "ci_upper", "measurement_error")

    table: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Distribution(Result):
    """Counts of one measure by class.

    Attributes:
        measure: Id of the measure.
        unit: What it counts.
        median: Its median.
        table: Columns `lower`, `upper` (bounds of the class, the last one closed above) and `count`.
    """

    keys: ClassVar[tuple[str, ...]] = ("lower", "upper")
    numbers: ClassVar[tuple[str, ...]] = ("count",)

    measure: str
    unit: str
    median: float
    table: pd.DataFrame


def describe(study: Study) -> Descriptives | None:
    """Location and spread of every measure whose values have an order; none for a study without such measures.

    Classes by a cut-off or a norm are counted instead (`class_counts`).
    """
    variables = study.variables
    ordered = variables[~variables["construct"].isin(NOMINAL) & ~are_classes(variables)]
    if ordered.empty:
        return None
    design = used_design(study)
    method = "descriptives" if design is None else "design_descriptives"
    rows = [_described(row, study.measures[row["id"]], design) | {"method": method}
            for row in ordered.to_dict("records")]  # fmt: skip
    return Descriptives(method=method, table=pd.DataFrame(rows))


def used_design(study: Study) -> Design | None:
    """The design of the study; none where everyone counts once, or nobody said what its weights are."""
    return None if study.sampling is None else study.survey_design()


def _described(variable: Mapping[Any, Any], column: pd.Series, design: Design | None) -> dict[str, Any]:
    moments = _moments(column.dropna()) if design is None else weighted_moments(column, design)
    told = {name: variable[name] for name in ("construct", "unit", "items", "reversed", "level", "measure_type")}
    # Only a norm-referenced score needs its rule beside it; a scale is described by its items.
    told["rule"] = variable["rule"] if not variable["construct"] and variable["items"] else ""
    return {"measure": variable["id"], **moments, **told}


def _moments(values: pd.Series) -> dict[str, Any]:
    return {
        "n": len(values), "mean": values.mean(), "sd": values.std(), "median": values.median(),
        "minimum": values.min(), "maximum": values.max(), "skewness": values.skew(), "warning": "",
    }  # fmt: skip


def reliabilities(study: Study) -> Reliabilities | None:
    """Alpha and omega of every scale with at least two items; none where the study has no scale."""
    if not study.instruments:
        return None
    from survey_stats.measures.scoring import scale_items

    rows: list[dict[str, Any]] = []
    design = used_design(study)
    for measure in study.variables["id"]:
        items = scale_items(study, measure)
        if items is not None and items.shape[1] > 1:
            rows.extend(_reliability_rows(study.measures[measure], items, design))
    return Reliabilities(method="reliability", table=pd.DataFrame(rows)) if rows else None


def _reliability_rows(score: pd.Series, items: pd.DataFrame, design: Design | None) -> list[dict[str, Any]]:
    """One row a coefficient; a scale whose reliability cannot be computed says why."""
    from survey_stats.errors import SurveyError
    from survey_stats.statistics.reliability import reliability

    measure = str(score.name)
    few = design is None and int(items.nunique().max()) <= MOST_ORDERED  # weights have no polychoric correlations
    try:
        found = reliability(items, categorical=few, design=design)
    except SurveyError as error:
        return [{"measure": measure, "method": "alpha", "estimate": np.nan, "n_items": items.shape[1],
                 "measurement_error": np.nan, "warning": "", "error": str(error)}]  # fmt: skip
    names = ("alpha", "split_half") if items.shape[1] == 2 else ("alpha", "omega_total", "omega_categorical")
    spread = _spread(score, items, found.alpha.estimate, found.sem_alpha.estimate)
    fields = ("estimate", "ci_lower", "ci_upper", "n", "n_items", "interval", "confidence")
    return [
        {"measure": measure, "method": one.method}
        | {field: getattr(one, field) for field in fields}
        | {"measurement_error": spread * np.sqrt(1 - one.estimate) if one.estimate <= 1 else np.nan}
        | {"warning": "; ".join(str(message) for message in one.warnings), "error": ""}
        for one in (getattr(found, name) for name in names)
        if one is not None
    ]


def _spread(score: pd.Series, items: pd.DataFrame, alpha: float, error: float) -> float:
    """Standard deviation of the score in complete rows, weighted where alpha is: from the error of the items' mean."""
    if not alpha < 1:
        return np.nan
    complete = items.notna().all(axis=1)
    factor = score[complete].std() / items[complete].mean(axis=1).std()
    return float(factor * error / np.sqrt(1 - alpha))


def distributions(study: Study, described: Descriptives | None) -> list[Distribution]:
    """Distributions of the measures that are skewed."""
    if described is None:
        return []
    skewed = described.table[described.table["skewness"].abs() >= SKEWED]
    return [distribution(study.measures[row["measure"]], row["unit"]) for row in skewed.to_dict("records")]


def distribution(column: pd.Series, unit: str = "") -> Distribution:
    """Counts of a measure by class; classes of one unit for whole numbers, else by Freedman-Diaconis, at most 30."""
    values = column.dropna().to_numpy(dtype=float)
    counts, edges = np.histogram(values, bins=_edges(values))
    table = pd.DataFrame({"lower": edges[:-1], "upper": edges[1:], "count": counts})
    return Distribution(
        method="histogram", measure=str(column.name), unit=unit, median=float(np.median(values)), table=table
    )


def _edges(values: np.ndarray) -> np.ndarray:
    low, high = values.min(), values.max()
    if np.all(values == np.round(values)) and high - low < MAXIMUM_BINS:
        return np.arange(low - 0.5, high + 1.0)
    edges = np.histogram_bin_edges(values, bins="fd") if np.ptp(np.quantile(values, [0.25, 0.75])) else values[:0]
    return edges if 2 <= len(edges) <= MAXIMUM_BINS + 1 else np.linspace(low, high, MAXIMUM_BINS + 1)
