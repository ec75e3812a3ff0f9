"""Regression: linear with HC3 standard errors, logistic, and both with cluster-robust ones."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, stats

from survey_stats.errors import CallError, InputError
from survey_stats.messages import Message
from survey_stats.results import Result
from survey_stats.statistics._columns import check_choice, check_confidence, check_frame, check_known, listed

Floats = NDArray[np.float64]

_FUNCTION = "regress"
_FAMILIES = ("gaussian", "binomial")
_FUNCTIONS = {"log1p": np.log1p, "sqrt": np.sqrt}  # beside those of the formula language
_ALLOWED_FUNCTIONS = ("C", "I", "log", "log10", "log1p", "exp", "sqrt", "center", "scale", "poly")
_ALLOWED_NODES = (
    ast.Expression, ast.Name, ast.Call, ast.Constant, ast.BinOp, ast.UnaryOp, ast.Compare,
    ast.operator, ast.unaryop, ast.cmpop, ast.expr_context,
)  # fmt: skip
_FEW_CLUSTERS = 20
_ALONE = 1e-9  # a share of a direction that lies in one cluster is 1 if it differs by less
_LOADS = 1e-6  # cosine of a term with such a direction from which on it counts as loading on it
_ROUNDING = 1e-13  # what differs by less, relative to the largest value, differs by rounding


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Regression(Result):
    """A regression, one row a term.

    Attributes:
        formula: As given.
        family: `gaussian` or `binomial`.
        confidence: Level of the intervals.
        n: Rows used: those without a missing value in any variable of the formula or in the clusters.
        n_clusters: Clusters among them; 0 without clusters.
        table: Columns `outcome`, `term`, `estimate` (a log odds for `binomial`), `ci_lower`, `ci_upper`,
            `standard_error`, `statistic`, `df` (NaN: normal), `p_value`, `n`, `n_clusters`, `method`, and for
            `binomial` `odds_ratio`, `odds_ratio_ci_lower`, `odds_ratio_ci_upper`. `method` names the standard error:
            `ols_hc3`, `logit_ml`, `ols_cr1`, `logit_cr1`. `warning` says why a term has an estimate and no more.
    """

    keys: ClassVar[tuple[str, ...]] = ("outcome", "term")
    numbers: ClassVar[tuple[str, ...]] = (
        "estimate", "ci_lower", "ci_upper", "standard_error", "statistic", "df", "p_value",
        "odds_ratio", "odds_ratio_ci_lower", "odds_ratio_ci_upper",
    )  # fmt: skip

    formula: str
    family: str
    confidence: float
    n: int
    n_clusters: int
    table: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True)
class _Design:
    """Outcome, matrix of terms and clusters of the rows used.

    Attributes:
        outcome: Name of the outcome.
        terms: Names of the columns.
        y: Outcome, shape (n,).
        x: Terms, shape (n, k), centred where there is an intercept, so that the size of the numbers costs no digits.
        back: Coefficients of the terms as named = back @ coefficients of `x`, shape (k, k).
        clusters: Place of each row's cluster.
    """

    outcome: str
    terms: tuple[str, ...]
    y: Floats
    x: Floats
    back: Floats
    clusters: NDArray[np.int64] | None

    @property
    def n_clusters(self) -> int:
        return 0 if self.clusters is None else int(self.clusters.max()) + 1


def regress(
    formula: str,
    data: pd.DataFrame,
    *,
    family: Literal["gaussian", "binomial"] = "gaussian",
    cluster: str | None = None,
    confidence: float = 0.95,
) -> Regression:
    """Linear or logistic regression with standard errors that fit survey data.

    Without clusters, the linear model has HC3 standard errors (MacKinnon and White 1985) and t with n - k degrees of
    freedom; the logistic model has those of maximum likelihood and z.
    With `cluster`, both have the sandwich over clusters with the factor G / (G - 1) × (n - 1) / (n - k) (CR1, as in
    statsmodels and R's sandwich with type HC1; Stata's logit leaves the second part out) and t with G - 1 degrees of
    freedom. A term of which one cluster alone determines a part (a country's dummy with the countries as clusters)
    keeps its estimate and has neither standard error nor p: the residuals of that cluster cancel out in the term's
    score whatever the errors were, so the sandwich would report a spurious zero, or leave the cluster's share out.

    Args:
        formula: Such as `"posts ~ shyness + C(country)"`; a name with blanks stands in backticks. Functions:
            C, I, log, log10, log1p, exp, sqrt, center, scale, poly.
        data: One row an observation. Text columns are categories, the first in order is the reference.
        family: `gaussian`, or `binomial` for an outcome of 0 and 1.
        cluster: Column that says which rows belong together (person, school).
        confidence: Level of the intervals.

    Raises:
        CallError: An argument or the formula is wrong, or a variable is not in the data.
        InputError: The data cannot give an answer: too few rows or clusters, terms that cannot be told apart, an
            outcome that is not 0 and 1, perfect separation.

    >>> data = pd.DataFrame({"posts": [1.0, 3, 2, 5, 4, 6], "shyness": [6, 5, 3, 4, 2, 1]})
    >>> regress("posts ~ shyness", data).table[["term", "estimate"]].round(4)
            term  estimate
    0  Intercept    6.0000
    1    shyness   -0.7143
    """
    frame = check_frame(data, _FUNCTION)
    check_choice(_FUNCTION, "family", family, _FAMILIES)
    check_confidence(_FUNCTION, confidence)
    design = _design(formula, frame, cluster)
    _check_rank(design)
    if family == "binomial":
        _check_binary(design)
        _check_separation(design)
    else:
        _check_residuals(design)
    fit = _fit(design, family)
    few = 0 < design.n_clusters < _FEW_CLUSTERS
    note = Message("statistics.few_clusters", {"n": design.n_clusters, "needed": _FEW_CLUSTERS})
    return Regression(
        method=fit.method, formula=formula, family=family, confidence=confidence, n=len(design.y),
        n_clusters=design.n_clusters, table=_table(design, fit, confidence),
        warnings=(note,) if few else (),
    )  # fmt: skip


def _design(formula: str, data: pd.DataFrame, cluster: str | None) -> _Design:
    """Matrices of the rows without missing values."""
    from formulaic import model_matrix
    from formulaic.errors import FormulaicError

    parsed = _parsed(formula)
    names = sorted(_variables(parsed), key=str)
    check_known([*names, *([] if cluster is None else [cluster])], data, _FUNCTION)
    used = data[list(dict.fromkeys([*names, *([] if cluster is None else [cluster])]))].dropna()
    if used.empty:
        raise InputError(
            f"{_FUNCTION}: no row has all of {listed(used.columns)}. Leave out a variable that is mostly missing."
        )
    plain = pd.DataFrame({name: _plain(used[name]) for name in names})
    try:
        with np.errstate(all="ignore"):
            matrices = model_matrix(parsed, plain, context=_FUNCTIONS, na_action="ignore")
    except FormulaicError as error:
        raise CallError(f"{_FUNCTION}: the formula {formula!r} cannot be computed: {error}") from error
    y, x = matrices.lhs, matrices.rhs
    if y.shape[1] != 1:
        raise CallError(
            f"{_FUNCTION}: the outcome {str(parsed.lhs)!r} does not hold numbers. Code it as numbers, such as 0 and 1."
        )
    bad = [name for part in (y, x) for name in part.columns if not np.isfinite(part[name].to_numpy(dtype=float)).all()]
    if bad:
        raise InputError(
            f"{_FUNCTION}: {listed(bad)} has values that are not finite, such as the logarithm of 0. "
            "Use log1p, or set those answers to missing."
        )
    terms, back = _centred(x.to_numpy(dtype=float))
    return _Design(
        str(y.columns[0]), tuple(map(str, x.columns)), y.to_numpy(dtype=float)[:, 0], terms, back,
        None if cluster is None else pd.factorize(used[cluster])[0],
    )  # fmt: skip


def _centred(x: Floats) -> tuple[Floats, Floats]:
    """Columns minus their means if the first is the intercept, and the matrix that takes their coefficients back.

    A column that differs from its mean by rounding only becomes zero.
    """
    back = np.eye(x.shape[1])
    if not (x[:, 0] == 1).all():
        return x, back
    mean = np.where(np.arange(x.shape[1]) > 0, x.mean(axis=0), 0.0)
    centred = x - mean
    rounding = np.abs(centred).max(axis=0) <= _ROUNDING * np.abs(x).max(axis=0)
    back[0] -= mean
    return np.where(rounding, 0.0, centred), back


def _plain(column: pd.Series) -> pd.Series:
    """Numbers as float64 and everything else as categories that occur: what the formula language reads rightly."""
    if pd.api.types.is_numeric_dtype(column):
        return column.astype("float64")
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.remove_unused_categories()
    return column.astype("category")


def _parsed(formula: str) -> Any:
    from formulaic import Formula
    from formulaic.errors import FormulaicError

    fault = CallError(f"{_FUNCTION}: the formula {formula!r} cannot be read. Write it as 'outcome ~ term + term'.")
    if not isinstance(formula, str):
        raise fault
    try:
        parsed = Formula(formula)
    except (FormulaicError, SyntaxError) as error:
        raise fault from error
    one_outcome = hasattr(parsed, "lhs") and not isinstance(parsed.rhs, tuple) and len(parsed.lhs) == 1
    if not one_outcome or not len(parsed.rhs):
        raise fault
    return parsed


def _variables(parsed: Any) -> set[str]:
    """Names of columns in a formula; functions other than the allowed ones are refused, so that no other code runs."""
    found: set[str] = set()
    for factor in (factor for side in (parsed.lhs, parsed.rhs) for term in side for factor in term.factors):
        kind = factor.eval_method.value
        if kind == "lookup":
            found.add(factor.expr)
        elif kind == "python":
            found |= _names_in(factor.expr)
    return found


def _names_in(expression: str) -> set[str]:
    """Names an expression of the formula uses, outside the names of its functions."""
    nodes = list(ast.walk(ast.parse(expression, mode="eval")))
    functions = [node.func for node in nodes if isinstance(node, ast.Call)]
    known = all(isinstance(node, ast.Name) and node.id in _ALLOWED_FUNCTIONS for node in functions)
    if not known or not all(isinstance(node, _ALLOWED_NODES) for node in nodes):
        raise CallError(
            f"{_FUNCTION}: the formula holds {expression!r}, which is not allowed there. "
            f"Allowed functions: {', '.join(_ALLOWED_FUNCTIONS)}."
        )
    return {node.id for node in nodes if isinstance(node, ast.Name) and node not in functions}


def _check_rank(design: _Design) -> None:
    n, k = design.x.shape
    if n <= k:
        raise InputError(
            f"{_FUNCTION}: {n} rows without missing values are too few for {k} coefficients. Use fewer terms."
        )
    if design.clusters is not None and design.n_clusters < 2:
        raise InputError(f"{_FUNCTION}: all rows belong to one cluster. Give a column with at least two clusters.")
    length = np.linalg.norm(design.x, axis=0)
    _, triangle = np.linalg.qr(design.x / np.where(length > 0, length, 1))
    ranks = [0, *(np.linalg.matrix_rank(triangle[:, : end + 1], tol=1e-9) for end in range(k))]
    determined = [
        term for term, before, after in zip(design.terms, ranks[:-1], ranks[1:], strict=True) if after == before
    ]
    if determined:
        raise InputError(
            f"{_FUNCTION}: {listed(determined)} is determined by the terms before it, up to rounding, and has no "
            "coefficient. Leave it out."
        )


def _check_residuals(design: _Design) -> None:
    residual = design.y - design.x @ np.linalg.lstsq(design.x, design.y)[0]
    if np.abs(residual).max() <= 1e-12 * np.abs(design.y).max():
        raise InputError(
            f"{_FUNCTION}: the terms reproduce the outcome {design.outcome!r} up to rounding, so there is nothing to "
            "estimate. Check whether it is constant or computed from them."
        )


def _check_binary(design: _Design) -> None:
    values = np.unique(design.y)
    if not np.array_equal(values, [0, 1]):
        raise InputError(
            f"{_FUNCTION}: the outcome {design.outcome!r} has the values {listed(f'{value:g}' for value in values)}. "
            "Family 'binomial' needs both 0 and 1, and nothing else."
        )


def _check_separation(design: _Design) -> None:
    """Refuse data with a direction b where (2y - 1) x'b ≥ 0 in all rows and > 0 in some (Konis 2007)."""
    orthonormal, _ = np.linalg.qr(design.x)
    signed = (2 * design.y - 1)[:, None] * orthonormal * np.sqrt(len(design.y))
    best = optimize.linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=(-1, 1))
    if -float(best.fun or 0) > 1e-4:
        raise InputError(
            f"{_FUNCTION}: the terms predict some or all answers to {design.outcome!r} perfectly (separation), so the "
            "coefficients have no finite estimate. Leave out a term, or join categories that hold only one outcome."
        )


@dataclass(frozen=True, eq=False, slots=True)
class _Fit:
    """Estimates, their standard errors (NaN: none), degrees of freedom of t (NaN: normal), and the method's id."""

    estimate: Floats
    standard_error: Floats
    df: float
    method: str


def _fit(design: _Design, family: str) -> _Fit:
    import statsmodels.api as sm

    n, k = design.x.shape
    kind = {"gaussian": "ols", "binomial": "logit"}[family]
    model = sm.OLS(design.y, design.x) if family == "gaussian" else sm.GLM(design.y, design.x, sm.families.Binomial())
    options: dict[str, Any] = {} if family == "gaussian" else {"tol": 1e-12}
    if design.clusters is not None:
        options |= {"cov_type": "cluster", "cov_kwds": {"groups": design.clusters, "use_correction": True}}
        df, method = design.n_clusters - 1.0, f"{kind}_cr1"
    elif family == "gaussian":
        _check_leverage(design)
        options |= {"cov_type": "HC3"}
        df, method = float(n - k), "ols_hc3"
    else:
        df, method = np.nan, "logit_ml"
    fit = model.fit(**options)
    variance = np.diag(design.back @ fit.cov_params() @ design.back.T)
    weight = np.ones(n) if family == "gaussian" else fit.fittedvalues * (1 - fit.fittedvalues)
    error = np.where(_rests_on_one_cluster(design, weight), np.nan, np.sqrt(np.clip(variance, 0, None)))
    return _Fit(design.back @ fit.params, error, df, method)


def _rests_on_one_cluster(design: _Design, weight: Floats) -> NDArray[np.bool_]:
    """Which terms have a part that one cluster alone determines.

    With Q R the weighted matrix of terms, a coefficient is an estimate's weights Q r times the weighted outcome, with
    r' its row of R⁻¹. A direction v with |Q_g v|² = |v|² lies wholly in the rows of cluster g (the block H_gg of the
    hat matrix then has the eigenvalue 1), so the residuals there are orthogonal to Q_g v whatever the errors are. If r
    has a part along v, the term's cluster score Q_g r ' e_g has lost it, and with it the variance it stands for.
    A term with r orthogonal to all such v (x beside a dummy for each cluster) loses nothing.

    Args:
        design: The design.
        weight: Weights of the rows in the information matrix, shape (n,).

    Returns:
        Shape (terms,); all False without clusters.
    """
    orthonormal, triangle = np.linalg.qr(np.sqrt(weight)[:, None] * design.x)
    rows = design.back @ np.linalg.inv(triangle)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    lost = np.zeros(len(rows), dtype=bool)
    if design.clusters is None:
        return lost
    trace = np.bincount(design.clusters, (orthonormal**2).sum(axis=1))
    for cluster in np.flatnonzero(trace > 1 - _ALONE):  # traces sum to k, so these are k clusters at most
        block = orthonormal[design.clusters == cluster]
        shares, directions = np.linalg.eigh(block.T @ block)
        lost |= (np.abs(rows @ directions[:, shares > 1 - _ALONE]) > _LOADS).any(axis=1)
    return lost


def _check_leverage(design: _Design) -> None:
    """HC3 divides by 1 - leverage."""
    orthonormal, _ = np.linalg.qr(design.x)
    alone = int((1 - (orthonormal**2).sum(axis=1) < 1e-9).sum())
    if alone:
        raise InputError(
            f"{_FUNCTION}: {alone} rows each determine a coefficient alone (a category with one row), so HC3 standard "
            "errors do not exist. Join small categories or leave the term out."
        )


def _table(design: _Design, fit: _Fit, confidence: float) -> pd.DataFrame:
    distribution = stats.norm() if np.isnan(fit.df) else stats.t(fit.df)
    error = fit.standard_error
    half = distribution.ppf((1 + confidence) / 2) * error
    none = np.isnan(error)
    table = pd.DataFrame(
        {
            "outcome": design.outcome, "term": design.terms, "estimate": fit.estimate, "ci_lower": fit.estimate - half,
            "ci_upper": fit.estimate + half, "standard_error": error, "statistic": fit.estimate / error,
            "df": np.where(none, np.nan, fit.df), "p_value": 2 * distribution.sf(np.abs(fit.estimate / error)),
            "n": len(design.y), "n_clusters": design.n_clusters, "method": fit.method,
            "warning": np.where(none, str(Message("statistics.term_of_clusters")), ""),
        }
    )  # fmt: skip
    if fit.method.startswith("logit"):
        for source, suffix in {"estimate": "", "ci_lower": "_ci_lower", "ci_upper": "_ci_upper"}.items():
            table[f"odds_ratio{suffix}"] = np.exp(table[source])
    return table
