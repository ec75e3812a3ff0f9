"""A formula and a data frame → outcome and matrix of terms, of the rows that have all of its variables."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_stats.errors import CallError, InputError
from survey_stats.statistics._columns import listed

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ALLOWED_FUNCTIONS = ("C", "I", "log", "log10", "log1p", "exp", "sqrt", "center", "scale", "poly")
_FUNCTIONS = {"log1p": np.log1p, "sqrt": np.sqrt}  # beside those of the formula language
_ALLOWED_NODES = (
    ast.Expression, ast.Name, ast.Call, ast.Constant, ast.BinOp, ast.UnaryOp, ast.Compare,
    ast.operator, ast.unaryop, ast.cmpop, ast.expr_context,
)  # fmt: skip
_SHOWN_TEXTS = 3


@dataclass(frozen=True, eq=False, slots=True)
class Formula:
    """A formula that can be read.

    Attributes:
        text: As given.
        parsed: formulaic's reading of it, with one outcome.
        outcome_variables, variables: Columns the left side and the whole formula use, in alphabetical order.
        categories: Columns that stand in `C()`.
    """

    text: str
    parsed: Any
    outcome_variables: tuple[str, ...]
    variables: tuple[str, ...]
    categories: frozenset[str]


@dataclass(frozen=True, eq=False, slots=True)
class ModelFrame:
    """What a formula makes of the rows that are used.

    Attributes:
        formula: The formula.
        used: Which rows of the data are used, shape (rows of the data,).
        plain: The variables in those rows, numbers as float64 and the rest as categories.
        outcome: Name of the outcome.
        y: Values of the outcome, shape (n,); of an outcome with ordered categories their places from 0.
        levels: Names of the categories of such an outcome; none otherwise.
        terms: Names of the columns of `x`.
        x: Terms, shape (n, k).
        spec: formulaic's recipe of `x`, for other rows.
    """

    formula: Formula
    used: Bools
    plain: pd.DataFrame
    outcome: str
    y: Floats
    levels: tuple[str, ...]
    terms: tuple[str, ...]
    x: Floats
    spec: Any

    @property
    def has_intercept(self) -> bool:
        return bool((self.x[:, 0] == 1).all())

    def matrix(self, rows: pd.DataFrame) -> Floats:
        """The terms at other values of the variables, shape (rows, k)."""
        with np.errstate(all="ignore"):
            return np.asarray(self.spec.get_model_matrix(rows, context=_FUNCTIONS), dtype=np.float64)


def read_formula(text: object, function: str) -> Formula:
    """A formula with one outcome and at least one term; functions other than the allowed ones are refused.

    Raises:
        CallError: It cannot be read, or holds what is not allowed.
    """
    from formulaic import Formula as Parsed
    from formulaic.errors import FormulaicError

    fault = CallError(f"{function}: the formula {text!r} cannot be read. Write it as 'outcome ~ term + term'.")
    if not isinstance(text, str):
        raise fault
    try:
        parsed = Parsed(text)
    except (FormulaicError, SyntaxError) as error:
        raise fault from error
    one_outcome = hasattr(parsed, "lhs") and not isinstance(parsed.rhs, tuple) and len(parsed.lhs) == 1
    if not one_outcome or not len(parsed.rhs):
        raise fault
    outcome, terms = _variables(parsed.lhs, function), _variables(parsed.rhs, function)
    return Formula(
        text, parsed, tuple(sorted(outcome[0])), tuple(sorted(outcome[0] | terms[0])),
        frozenset(outcome[1] | terms[1]),
    )  # fmt: skip


def _variables(side: Any, function: str) -> tuple[set[str], set[str]]:
    """Names of columns on one side of a formula, and those that stand in `C()`."""
    found: set[str] = set()
    categories: set[str] = set()
    for factor in (factor for term in side for factor in term.factors):
        kind = factor.eval_method.value
        if kind == "lookup":
            found.add(factor.expr)
        elif kind == "python":
            names = _names_in(factor.expr, function)
            found |= names
            categories |= names if factor.expr.startswith("C(") else set()
    return found, categories


def _names_in(expression: str, function: str) -> set[str]:
    """Names an expression of the formula uses, outside the names of its functions."""
    nodes = list(ast.walk(ast.parse(expression, mode="eval")))
    functions = [node.func for node in nodes if isinstance(node, ast.Call)]
    known = all(isinstance(node, ast.Name) and node.id in ALLOWED_FUNCTIONS for node in functions)
    if not known or not all(isinstance(node, _ALLOWED_NODES) for node in nodes):
        raise CallError(
            f"{function}: the formula holds {expression!r}, which is not allowed there. "
            f"Allowed functions: {', '.join(ALLOWED_FUNCTIONS)}."
        )
    return {node.id for node in nodes if isinstance(node, ast.Name) and node not in functions}


def check_columns(names: Iterable[str], data: pd.DataFrame, function: str) -> None:
    """Raise `CallError` if a name is not a column of `data`; says which columns are spelt much like it."""
    unknown = [name for name in names if name not in data.columns]
    if not unknown:
        return
    columns = [str(column) for column in data.columns]
    close = list(dict.fromkeys(near for name in unknown for near in get_close_matches(name, columns, n=2, cutoff=0.7)))
    suggestion = f"Did you mean {' or '.join(repr(near) for near in close)}? " if close else ""
    raise CallError(
        f"{function}: the data have no column {listed(unknown)}. {suggestion}Columns of the data: "
        f"{listed(data.columns)}."
    )


def complete_rows(data: pd.DataFrame, columns: Iterable[str], function: str) -> Bools:
    """Rows that have all of the columns.

    Raises:
        InputError: There are none.
    """
    wanted = list(dict.fromkeys(columns))
    complete = data[wanted].notna().to_numpy().all(axis=1)
    if not complete.any():
        raise InputError(
            f"{function}: no row has all of {listed(wanted)}. Leave out a variable that is mostly missing."
        )
    return np.asarray(complete)


def model_frame(formula: Formula, data: pd.DataFrame, used: Bools, function: str, *, ordered: bool) -> ModelFrame:
    """Outcome and terms of the rows `used`.

    Args:
        formula: The formula, its variables all in the data.
        data: The data.
        used: Rows without missing values in those variables.
        function: Name of the public function, for messages.
        ordered: The outcome has ordered categories, not numbers.
    """
    kept = data.loc[used, list(formula.variables)]
    _check_numbers_as_text(formula, kept, function, ordered=ordered)
    plain = pd.DataFrame({name: _plain(kept[name]) for name in formula.variables})
    outcome, y, levels = _categories(formula, kept, function) if ordered else _numbers(formula, plain, function)
    terms = _evaluated(formula, formula.parsed.rhs, plain, function)
    return ModelFrame(
        formula, used, plain, outcome, y, levels, tuple(map(str, terms.columns)),
        terms.to_numpy(dtype=np.float64), terms.model_spec,
    )  # fmt: skip


def _evaluated(formula: Formula, side: Any, plain: pd.DataFrame, function: str) -> Any:
    from formulaic.errors import FormulaicError

    try:
        with np.errstate(all="ignore"):
            matrix = side.get_model_matrix(plain, context=_FUNCTIONS, na_action="ignore")
    except FormulaicError as error:
        raise CallError(f"{function}: the formula {formula.text!r} cannot be computed: {error}") from error
    bad = [name for name in matrix.columns if not np.isfinite(matrix[name].to_numpy(dtype=np.float64)).all()]
    if bad:
        raise InputError(
            f"{function}: {listed(bad)} has values that are not finite, such as the logarithm of 0. "
            "Use log1p, or set those answers to missing."
        )
    return matrix


def _numbers(formula: Formula, plain: pd.DataFrame, function: str) -> tuple[str, Floats, tuple[str, ...]]:
    y = _evaluated(formula, formula.parsed.lhs, plain, function)
    if y.shape[1] != 1:
        raise CallError(
            f"{function}: the outcome {str(formula.parsed.lhs)!r} does not hold numbers. Code it as numbers, such as 0 "
            "and 1."
        )
    return str(y.columns[0]), y.to_numpy(dtype=np.float64)[:, 0], ()


def _categories(formula: Formula, kept: pd.DataFrame, function: str) -> tuple[str, Floats, tuple[str, ...]]:
    """Places of the answers in the order of the categories: of an ordered column its own, of numbers their size."""
    name = formula.outcome_variables[0] if formula.outcome_variables else ""
    if str(formula.parsed.lhs) not in (name, f"`{name}`"):
        raise CallError(
            f"{function}: the outcome of family 'ordinal' is {str(formula.parsed.lhs)!r}. Give the name of a column."
        )
    column = kept[name]
    if isinstance(column.dtype, pd.CategoricalDtype) and column.dtype.ordered:
        column = column.cat.remove_unused_categories()
        return name, np.asarray(column.cat.codes, dtype=np.float64), tuple(map(str, column.cat.categories))
    if not pd.api.types.is_numeric_dtype(column):
        raise CallError(
            f"{function}: the categories of the outcome {name!r} have no order (it is {column.dtype}). Give numbers, "
            "or pd.Categorical(column, categories=[lowest, …, highest], ordered=True)."
        )
    values, places = np.unique(column.to_numpy(dtype=np.float64), return_inverse=True)
    return name, np.asarray(places, dtype=np.float64), tuple(f"{value:g}" for value in values)


def _check_numbers_as_text(formula: Formula, kept: pd.DataFrame, function: str, *, ordered: bool) -> None:
    """Refuse numbers that are stored as text, which would become a category each."""
    for name in formula.variables:
        column = kept[name]
        of_outcome = ordered and name in formula.outcome_variables
        if name in formula.categories or of_outcome or not pd.api.types.is_string_dtype(column):
            continue
        texts = column.astype(str).drop_duplicates()
        if pd.to_numeric(texts.str.replace(",", "."), errors="coerce").notna().mean() >= 0.5:
            raise CallError(
                f"{function}: column {name!r} holds numbers as text ({listed(texts.head(_SHOWN_TEXTS))}). Make it "
                f"numbers with pd.to_numeric, or write C({name}) if they are names of categories."
            )


def _plain(column: pd.Series) -> pd.Series:
    """Numbers as float64 and everything else as categories that occur: what the formula language reads rightly."""
    if pd.api.types.is_numeric_dtype(column):
        return column.astype("float64")
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.remove_unused_categories()
    return column.astype("category")
