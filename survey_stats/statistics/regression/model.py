"""`regress`: one formula, several kinds of outcome, standard errors that fit how the rows came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_stats.errors import CallError, InputError
from survey_stats.messages import Message
from survey_stats.statistics._columns import check_choice, check_confidence, check_frame
from survey_stats.statistics.design import Design
from survey_stats.statistics.regression._checks import (
    OUTCOME_CHECKS,
    check_maximum,
    check_overdispersion,
    check_rank,
    independent_share,
)
from survey_stats.statistics.regression._covariance import ESTIMATORS, Sampled, of_design, without_exact
from survey_stats.statistics.regression._families import (
    ERRORS_OF_CLUSTERS,
    ERRORS_OF_ROWS,
    FAMILIES,
    method_id,
)
from survey_stats.statistics.regression._fit import Fitted, all_terms, as_fit, explained
from survey_stats.statistics.regression._formula import (
    Formula,
    ModelFrame,
    check_columns,
    complete_rows,
    model_frame,
    read_formula,
)
from survey_stats.statistics.regression._likelihood import Maximum, maximize
from survey_stats.statistics.regression._problems import PROBLEMS, Named
from survey_stats.statistics.regression._random_intercept import explained as of_random_intercept
from survey_stats.statistics.regression._random_intercept import random_intercept as random_intercept_model
from survey_stats.statistics.regression._refinement import refined
from survey_stats.statistics.regression._table import add_ratios, coefficient_table, standardized
from survey_stats.statistics.regression.results import Regression

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
FamilyName = Literal[
    "gaussian", "binomial", "ordinal", "poisson", "negative_binomial", "two_part", "two_part_lognormal"
]
ErrorsName = Literal["model", "HC0", "HC1", "HC3", "CR1", "CR2", "CR3"]

_FUNCTION = "regress"
_FEW_CLUSTERS = 20
_NEARLY_DETERMINED = 1e-6


def regress(
    formula: str,
    data: pd.DataFrame,
    *,
    family: FamilyName = "gaussian",
    design: Design | None = None,
    cluster: str | None = None,
    standard_errors: ErrorsName | None = None,
    exposure: str | None = None,
    random_intercept: str | None = None,
    confidence: float = 0.95,
) -> Regression:
    """A regression with standard errors that fit survey data.

    Families: `gaussian` (linear), `binomial` (logistic), `ordinal` (proportional odds: the log odds of at most category
    j are threshold_j - η, so that a positive coefficient means higher categories; McCullagh 1980), `poisson`,
    `negative_binomial` (variance m + α m²), `two_part` (a logit for any amount at all and a gamma model with a log link
    for amounts above 0: time with many zeros) and `two_part_lognormal` (a linear model of the logarithm instead).

    Standard errors: `HC3` (MacKinnon and White 1985), `HC1`, `HC0`; `model`, those of the model itself; with `cluster`
    `CR1` (the sandwich over clusters with the factor G / (G - 1) × (n - 1) / (n - p), as in statsmodels and R's
    sandwich with HC1; Stata's logit leaves the second part out), `CR2` (bias-reduced, degrees of freedom of each
    term by Satterthwaite; linear models only; the best with few clusters) or `CR3` (the jackknife over clusters). A
    design brings its own, linearised or from replicates. If none is named: with a design the design's; with `cluster`
    CR1; else HC3 for linear and two-part models and Poisson counts, and the model's own for the other families.
    With `random_intercept` the model is linear with a normal intercept for each person (or other group), by restricted
    maximum likelihood, for days within persons; its standard errors are the model's, with degrees of freedom of each
    term by Satterthwaite. A slope mixes what goes together within and between persons: to tell them apart put the
    person's mean and the deviation from it into the formula.
    Tests are t: with n - p degrees of freedom in linear models, G - 1 with CR1 and CR3, those of the design with one;
    and normal otherwise.

    A term of which one cluster alone determines a part (a country's dummy with the countries as clusters) keeps its
    estimate and has neither standard error nor p: the residuals of that cluster cancel out in the term's score whatever
    the errors were, so the sandwich would report a spurious zero, or leave the cluster's share out.

    Args:
        formula: Such as `"posts ~ shyness + C(country)"`; a name with blanks stands in backticks. Functions:
            C, I, log, log10, log1p, exp, sqrt, center, scale, poly.
        data: One row an observation. Text columns are categories, the first in order is the reference.
        family: Kind of the outcome: numbers, 0 and 1, ordered categories (an ordered pandas category, or numbers by
            size), counts, amounts with zeros.
        design: The design of all rows of the data; weights belong here.
        cluster: Column that says which rows belong together (person, school), where there is no design.
        standard_errors: See above.
        exposure: For counts: column with the time or number each count is out of, above 0; its logarithm is added with
            the coefficient 1, and ratios are of rates.
        random_intercept: For linear models: column of the persons who have several rows.
        confidence: Level of the intervals.

    Raises:
        CallError: An argument or the formula is wrong, or a variable is not in the data.
        InputError: The data cannot give an answer: too few rows or clusters, terms that cannot be told apart, an
            outcome that does not fit the family, perfect separation, a likelihood without a maximum.

    >>> data = pd.DataFrame({"posts": [1.0, 3, 2, 5, 4, 6], "shyness": [6, 5, 3, 4, 2, 1]})
    >>> regress("posts ~ shyness", data).table[["term", "estimate"]].round(4)
            term  estimate
    0  Intercept    6.0000
    1    shyness   -0.7143
    """
    return fit_formulas(
        [read_formula(formula, _FUNCTION)], data, family=family, design=design, cluster=cluster,
        standard_errors=standard_errors, exposure=exposure, random_intercept=random_intercept, confidence=confidence,
        function=_FUNCTION,
    )[0]  # fmt: skip


def fit_formulas(
    formulas: Sequence[Formula],
    data: pd.DataFrame,
    *,
    family: str,
    design: Design | None,
    cluster: str | None,
    standard_errors: str | None,
    exposure: str | None,
    random_intercept: str | None = None,
    confidence: float,
    function: str,
) -> list[Regression]:
    """Models of the rows that have the variables of all formulas; see `regress`."""
    frame = check_frame(data, function)
    check_choice(function, "family", family, FAMILIES)
    check_confidence(function, confidence)
    extra = [name for name in (cluster, exposure, random_intercept) if name is not None]
    names = [*sorted({name for formula in formulas for name in formula.variables}), *extra]
    check_columns(names, frame, function)
    if random_intercept is None:
        errors = _errors(family, design, cluster, standard_errors, function)
    else:
        errors = _errors_within_groups(family, design, cluster, standard_errors, function)
    if exposure is not None and not FAMILIES[family].exposure:
        raise CallError(f"{function}: exposure belongs to counts, and family is {family!r}. Leave it out.")
    if design is not None:
        design.check(frame, function)
    used = complete_rows(frame, names, function)
    if design is not None and not design.n_replicates:
        used &= design.weights > 0
    return [
        _fit_rows(
            formula, frame, used, family=family, design=design, errors=errors, exposure=exposure,
            groups=cluster if random_intercept is None else random_intercept, confidence=confidence, function=function,
        )
        for formula in formulas
    ]  # fmt: skip


def _fit_rows(
    formula: Formula,
    data: pd.DataFrame,
    used: Bools,
    *,
    family: str,
    design: Design | None,
    groups: str | None,
    errors: str,
    exposure: str | None,
    confidence: float,
    function: str,
) -> Regression:
    """The model of given rows, which have all variables; see `regress` for the rest."""
    kind = FAMILIES[family]
    rows = model_frame(formula, data, used, function, ordered=kind.ordered)
    weights = np.ones(len(rows.y)) if design is None else design.weights[used] / design.weights[used].mean()
    clusters = None if groups is None else pd.factorize(data.loc[used, groups])[0]
    offset = _offset(data, used, exposure, function)
    named, maximum = maximum_of(rows, family, offset, weights, clusters, function)
    if errors == "REML":
        return _with_random_intercept(rows, named, maximum, clusters, confidence, function)
    sampled = Sampled(
        maximum, _dispersion(rows, family, maximum),
        float(len(rows.y) - len(named.terms)) if family == "gaussian" else np.nan, clusters, function,
    )  # fmt: skip
    found = ESTIMATORS[errors](sampled) if design is None else of_design(sampled, design, used)
    uncertainty = without_exact(found, sampled)
    whole = Fitted(
        family, kind.problem, rows, offset, weights, named, maximum, uncertainty, errors, clusters, design
    )  # fmt: skip
    return _result(whole, method_id(kind.model, errors), confidence, explained(whole))


def _with_random_intercept(
    rows: ModelFrame, named: Named, maximum: Maximum, groups: NDArray[np.int64] | None, confidence: float, function: str
) -> Regression:
    """The linear model with an intercept for each group, in place of that of least squares."""
    assert groups is not None
    found = random_intercept_model(maximum.problem.rows[:, 0], rows.y, groups, maximum.problem.back, function)
    whole = Fitted(
        "gaussian", "gaussian", rows, maximum.problem.offset[:, 0], maximum.weights, named,
        replace(maximum, refined=found.coefficients), found.uncertainty, "REML", groups, None,
    )  # fmt: skip
    share = all_terms(whole)
    told = of_random_intercept(found, rows.x @ found.coefficients, int(groups.max()) + 1)
    result = _result(whole, "random_intercept_reml", confidence, told | as_fit(share))
    if found.between > 0:
        return result
    return replace(result, warnings=(*result.warnings, Message("statistics.no_variance_between")))


def _result(fitted: Fitted, method: str, confidence: float, fit: dict[str, float]) -> Regression:
    """What `regress` returns of a fitted model."""
    rows, named = fitted.rows, fitted.named
    n, n_clusters = len(rows.y), 0 if fitted.clusters is None else int(fitted.clusters.max()) + 1
    table = coefficient_table(
        rows.outcome, named.parts, named.terms, fitted.maximum.parameters, fitted.uncertainty, confidence
    ).assign(n=n, n_clusters=n_clusters, method=method)
    add_ratios(table, named.ratios)
    if fitted.family == "gaussian":
        table["beta"] = standardized(fitted.maximum.parameters, rows.terms, rows.x, rows.y, fitted.weights)
    names = pd.MultiIndex.from_arrays([named.parts, named.terms], names=["part", "term"])
    return Regression(
        method=method, formula=rows.formula.text, family=fitted.family, standard_errors=fitted.errors,
        confidence=confidence, n=n, n_clusters=n_clusters, table=table,
        covariance=pd.DataFrame(fitted.uncertainty.covariance, index=names, columns=names), fit=fit,
        fitted=fitted, warnings=_warnings(rows, n_clusters, fitted.errors),
    )  # fmt: skip


def maximum_of(
    rows: ModelFrame, family: str, offset: Floats, weights: Floats, clusters: NDArray[np.int64] | None, function: str
) -> tuple[Named, Maximum]:
    """The model with the greatest likelihood, or a sentence why there is none."""
    kind = FAMILIES[family]
    n_extra = {"ordinal": len(rows.levels) - 2, "negative_binomial": 1}.get(family, 0)
    check_rank(rows, rows.x.shape[1] + n_extra, function)
    if clusters is not None and clusters.max() < 1:
        raise InputError(f"{function}: all rows belong to one cluster. Give a column with at least two clusters.")
    if family in OUTCOME_CHECKS:
        OUTCOME_CHECKS[family](rows, function)
    if family == "negative_binomial":
        _check_dispersion(rows, offset, weights, function)
    named = PROBLEMS[kind.problem](rows, offset)
    maximum = maximize(named.problem, weights)
    check_maximum(maximum, rows, family, function)
    if family == "gaussian":
        maximum = replace(maximum, refined=refined(maximum, rows.x, rows.y))
    return named, maximum


def _check_dispersion(rows: ModelFrame, offset: Floats, weights: Floats, function: str) -> None:
    poisson = maximize(PROBLEMS["poisson"](rows, offset).problem, weights)
    check_maximum(poisson, rows, "poisson", function)
    check_overdispersion(rows, rows.y - poisson.local.gradient[:, 0], weights, function)


def _errors(family: str, design: Design | None, cluster: str | None, given: str | None, function: str) -> str:
    """The standard errors asked for, if they exist with these arguments."""
    if design is not None:
        if cluster is not None:
            raise CallError(f"{function}: found design and cluster. The design has the clusters: leave cluster out.")
        if given is not None:
            raise CallError(
                f"{function}: found design and standard_errors={given!r}. A design has its own: leave it out."
            )
        return "linearized" if design.method == "linearized" else "replicates"
    allowed = ERRORS_OF_ROWS if cluster is None else ERRORS_OF_CLUSTERS
    if given is None:
        return FAMILIES[family].errors if cluster is None else "CR1"
    check_choice(function, "standard_errors", given, (*ERRORS_OF_ROWS, *ERRORS_OF_CLUSTERS))
    if given not in allowed:
        fault = "needs cluster, a column" if cluster is None else f"is of single rows, and cluster is {cluster!r}"
        raise CallError(f"{function}: standard_errors {given!r} {fault}. Allowed here: {', '.join(allowed)}.")
    if given == "CR2" and family != "gaussian":
        raise CallError(f"{function}: CR2 is for family 'gaussian', not {family!r}. Allowed here: CR1, CR3.")
    return given


def _errors_within_groups(
    family: str, design: Design | None, cluster: str | None, given: str | None, function: str
) -> str:
    """A random intercept has the standard errors of its likelihood, and no design."""
    if family != "gaussian":
        raise CallError(
            f"{function}: random_intercept is for family 'gaussian', not {family!r}. Take cluster, which has standard "
            "errors for persons with several rows in every family."
        )
    for name, value in {"design": design, "cluster": cluster, "standard_errors": given}.items():
        if value is not None:
            raise CallError(
                f"{function}: found random_intercept and {name}. The random intercept has its own standard errors: "
                "leave one of the two out."
            )
    return "REML"


def _offset(data: pd.DataFrame, used: Bools, exposure: str | None, function: str) -> Floats:
    if exposure is None:
        return np.zeros(int(used.sum()))
    column = data.loc[used, exposure]
    if not pd.api.types.is_numeric_dtype(column):
        raise CallError(f"{function}: the exposure {exposure!r} does not hold numbers (it is {column.dtype}).")
    values = column.to_numpy(dtype=np.float64)
    bad = ~(np.isfinite(values) & (values > 0))
    if bad.any():
        raise InputError(
            f"{function}: the exposure {exposure!r} is 0, negative or infinite in {int(bad.sum())} of {len(values)} "
            "rows. Leave those rows out: a count out of nothing has no rate."
        )
    return np.asarray(np.log(values))


def _dispersion(rows: ModelFrame, family: str, maximum: Maximum) -> Floats:
    """Factor of the model's own variance of each parameter: σ², of amounts their squared coefficient of variation."""
    n, k, p = len(rows.y), rows.x.shape[1], len(maximum.theta)
    gradient = maximum.local.gradient
    if family == "gaussian":
        return np.full(p, maximum.weights @ gradient[:, 0] ** 2 / (n - k))
    if family.startswith("two_part"):
        above = (rows.y > 0).sum()
        return np.repeat([1.0, float(maximum.weights @ gradient[:, 1] ** 2 / (above - k))], k)
    return np.ones(p)


def _warnings(rows: ModelFrame, n_clusters: int, errors: str) -> tuple[Message, ...]:
    told = []
    if errors not in ("CR2", "REML") and 0 < n_clusters < _FEW_CLUSTERS:
        told.append(Message("statistics.few_clusters", {"n": n_clusters, "needed": _FEW_CLUSTERS}))
    share = independent_share(rows.x)
    if share < _NEARLY_DETERMINED:
        told.append(Message("statistics.nearly_determined", {"share": f"{share:.0e}"}))
    return tuple(told)
