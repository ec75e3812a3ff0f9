"""Columns and notes of the tables of regressions: header, fields of the result, kind of quantity."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.words import Labels, clean

Layout = tuple[tuple[str, tuple[str, ...], str], ...]

_RATIOS: Layout = tuple(
    column
    for ratio in ("odds_ratio", "rate_ratio", "mean_ratio")
    for column in (
        (ratio, (ratio,), "odds_ratio"),
        (f"interval_{ratio}", (f"{ratio}_ci_lower", f"{ratio}_ci_upper"), "odds_ratio"),
    )
)
_ESTIMATED: Layout = (
    ("estimate", ("estimate",), "coefficient"),
    ("standard_error", ("standard_error",), "coefficient"),
    ("interval", ("ci_lower", "ci_upper"), "coefficient"),
)
_TESTED: Layout = (
    ("statistic", ("statistic",), "statistic"),
    ("df", ("df",), "degrees_of_freedom"),
    ("p_value", ("p_value",), "p_value"),
    ("n", ("n",), "count"),
)
_JOINTLY_TESTED: Layout = (
    ("test_statistic", ("statistic",), "statistic"),
    ("df", ("df",), "degrees_of_freedom"),
    ("df_error", ("df_residual",), "degrees_of_freedom"),
    ("p_value", ("p_value",), "p_value"),
)

REGRESSION_LAYOUTS: Mapping[str, Layout] = {
    "Regression": (
        ("outcome", ("outcome",), "label"),
        ("part", ("part",), "part"),
        ("term", ("term",), "label"),
        *_ESTIMATED,
        ("beta", ("beta",), "correlation"),
        *_RATIOS,
        *_TESTED,
        ("n_clusters", ("n_clusters",), "count"),
    ),
    "ModelComparison": (
        ("model", ("model",), "count"),
        ("formula", ("formula",), "formula"),
        ("r_squared", ("r_squared",), "correlation"),
        ("r_squared_change", ("r_squared_change",), "correlation"),
        ("mcfadden", ("mcfadden",), "correlation"),
        ("mcfadden_change", ("mcfadden_change",), "correlation"),
        ("aic", ("aic",), "statistic"),
        ("bic", ("bic",), "statistic"),
        *_JOINTLY_TESTED,
        ("n", ("n",), "count"),
    ),
    "SimpleSlopes": (
        ("outcome", ("outcome",), "label"),
        ("part", ("part",), "part"),
        ("predictor", ("predictor",), "label"),
        ("moderator", ("moderator",), "label"),
        ("at_value", ("value",), "value_at"),
        *_ESTIMATED,
        *_TESTED,
    ),
    "JohnsonNeyman": (
        ("outcome", ("outcome",), "label"),
        ("part", ("part",), "part"),
        ("predictor", ("predictor",), "label"),
        ("moderator", ("moderator",), "label"),
        ("region", ("region_lower", "region_upper"), "coefficient"),
        ("slope_direction", ("direction",), "direction"),
        ("slopes", ("slope_lower", "slope_upper"), "coefficient"),
        ("share_of_rows", ("share",), "percent"),
        ("n", ("n",), "count"),
    ),
    "PredictedMeans": (
        ("outcome", ("outcome",), "label"),
        ("quantity_predicted", ("quantity",), "quantity"),
        ("of_variable", ("variable",), "label"),
        ("at_value", ("value",), "value_at"),
        *_ESTIMATED,
        ("n", ("n",), "count"),
    ),
    "MarginalEffects": (
        ("outcome", ("outcome",), "label"),
        ("quantity_predicted", ("quantity",), "quantity"),
        ("of_variable", ("variable",), "label"),
        ("marginal_effect", ("estimate",), "coefficient"),
        *_ESTIMATED[1:],
        *_TESTED,
    ),
    "ProportionalOdds": (
        ("outcome", ("outcome",), "label"),
        ("term", ("term",), "term_or_all"),
        *_JOINTLY_TESTED,
        ("n", ("n",), "count"),
    ),
}


def shown_value(value: Any, labels: Labels) -> str:
    """A value of a variable: a number rounded, a category by its name."""
    return labels[value] if isinstance(value, str) else numbers.number(float(value), "coefficient")


def _value(row: Mapping[Any, Any], labels: Labels, _language: str) -> str:
    return shown_value(row["value"], labels) if row["value"] != "" else ""


def _term(row: Mapping[Any, Any], labels: Labels, language: str) -> str:
    return labels[row["term"]] if row["term"] else text("regression.all_terms", language)


def _formula(row: Mapping[Any, Any], _labels: Labels, _language: str) -> str:
    return clean(row["formula"])


REGRESSION_CELLS: Mapping[str, Callable[[Mapping[Any, Any], Labels, str], str]] = {
    "value_at": _value, "term_or_all": _term, "formula": _formula,
}  # fmt: skip
"""Kinds of cells that only these tables have."""

_FIT = {
    "r_squared": "correlation", "adjusted_r_squared": "correlation", "residual_sd": "coefficient",
    "mcfadden": "correlation", "nagelkerke": "correlation", "r_squared_marginal": "correlation",
    "r_squared_conditional": "correlation", "icc": "correlation", "variance_between": "coefficient",
    "variance_within": "coefficient", "n_groups": "count", "dispersion": "statistic", "alpha": "coefficient",
    "aic": "statistic", "bic": "statistic",
}  # fmt: skip
"""Entry of `Regression.fit` → kind of quantity, in the order in which they are told."""


def fit_notes(fit: Mapping[str, float], language: str) -> list[str]:
    """What a model explains and the test of all its terms, in a line each."""
    told = [
        numbers.equation(text(f"regression.fit.{name}", language), fit[name], kind)
        for name, kind in _FIT.items()
        if name in fit
    ]
    lines = ["; ".join(told)] if told else []
    if "statistic" in fit:
        lines.append(text("regression.fit.all_terms", language, test=joint_test(fit)))
    return [f"{line[0].upper()}{line[1:]}." for line in lines]


def joint_test(row: Mapping[Any, Any]) -> str:
    """`*F*(4, 290) = 2.22, *p* = .067`, or χ² with its degrees of freedom."""
    df, residual = (row.get(name) for name in ("df", "df_residual"))
    freedom = numbers.number(df, "degrees_of_freedom")
    if residual is None or math.isnan(residual):
        symbol = f"χ²({freedom})"
    else:
        symbol = f"*F*({freedom}, {numbers.number(residual, 'degrees_of_freedom')})"
    statistic = numbers.equation(symbol, row["statistic"], "statistic")
    return f"{statistic}, {numbers.equation('*p*', row['p_value'], 'p_value')}"
