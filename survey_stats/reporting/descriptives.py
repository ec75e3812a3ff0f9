"""What the report computes itself about measures: location and spread, reliability, distributions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from survey_stats.reporting.weighted_moments import weighted_moments
from survey_stats.results import Result
from survey_stats.statistics.design import Design
from survey_stats.study import Study

SKEWED = 1.0
"""A measure whose skewness is beyond this gets a picture of its distribution."""
MAXIMUM_BINS = 30
MOST_PICTURES = 8
NOMINAL = frozenset({"gender", "country"})
"""Constructs whose codes have no order: they are counted, a mean of them says nothing."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Descriptives(Result):
    """Location and spread of measures, one row a measure.

    Attributes:
        table: Columns `measure`, `construct`, `n`, `mean`, `sd` (n - 1), `median`, `minimum`, `maximum`, `skewness`
            (adjusted Fisher-Pearson), `unit`, `items`, `reversed`, `level`, `measure_type`, `rule` (of classes and
            norm-referenced scores, else empty), `method`, `warning`. Of a weighted sample they are estimates for its
            population, with `standard_error`, `ci_lower`, `ci_upper` of the mean: see `weighted_moments`.
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
        table: Columns `measure`, `method` (`alpha`, `omega_total`), `estimate`, `ci_lower`, `ci_upper`, `interval`,
            `n` (complete rows), `n_items`, `warning`, `error`.
    """

    keys: ClassVar[tuple[str, ...]] = ("measure",)

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
    """Location and spread of every measure whose values have an order; none for a study without such measures."""
    ordered = study.variables[~study.variables["construct"].isin(NOMINAL)]
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
    # Only a class or a norm-referenced score needs its rule beside it; a scale is described by its items.
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
            rows.extend(_reliability_rows(measure, items, design))
    return Reliabilities(method="reliability", table=pd.DataFrame(rows)) if rows else None


def _reliability_rows(measure: str, items: pd.DataFrame, design: Design | None) -> list[dict[str, Any]]:
    """One row a coefficient; a scale whose reliability cannot be computed says why."""
    from survey_stats.errors import SurveyError
    from survey_stats.statistics.reliability import reliability

    try:
        found = reliability(items, design=design)
    except SurveyError as error:
        return [{"measure": measure, "method": "alpha", "estimate": np.nan, "n_items": items.shape[1],
                 "warning": "", "error": str(error)}]  # fmt: skip
    coefficients = {name: getattr(found, name) for name in ("alpha", "omega_total")}
    fields = ("estimate", "ci_lower", "ci_upper", "n", "n_items", "interval")
    return [
        {"measure": measure, "method": name}
        | {field: getattr(coefficient, field, None) for field in fields}
        | {"warning": "; ".join(str(message) for message in coefficient.warnings), "error": ""}
        for name, coefficient in coefficients.items()
        if coefficient is not None
    ]


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
