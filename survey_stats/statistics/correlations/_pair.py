"""One pair: its rows, taken within or between persons, without control variables, to its coefficient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey_stats.messages import Message
from survey_stats.statistics._weighted_correlation import weighted_correlation
from survey_stats.statistics.correlations._coefficients import (
    COEFFICIENTS,
    INTERVALS,
    partial,
    ranks,
    semipartial,
    spearman_of_ranks,
)
from survey_stats.statistics.correlations._columns import Columns, Pair
from survey_stats.statistics.correlations._found import (
    FEWEST_ROWS,
    Bools,
    Floats,
    Found,
    Ints,
    is_rounding,
    is_same,
    unit,
)
from survey_stats.statistics.correlations._latent import latent

_NOTHING_LEFT = 1e-10  # of the spread; what persons or controls leave below that is rounding error


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of each pair.

    Attributes:
        method: `pearson`, `spearman`, `kendall`, `polychoric`.
        level: `within` or `between` persons; empty where persons are not told apart.
        kind: `partial`, `semipartial`, or empty without control variables.
    """

    method: str
    level: str = ""
    kind: str = ""

    @property
    def id(self) -> str:
        """Id of the coefficient."""
        return f"{self.method}_{self.kind}" if self.kind else self.method


@dataclass(frozen=True, slots=True)
class Values:
    """A pair ready for its coefficient.

    Attributes:
        x, y: Values or their ranks, around their mean; shape (units,).
        controls: The same of the control variables, units × controls.
        lost: Degrees of freedom that persons take, beyond the mean.
        n_persons: Persons the rows come from.
        persons: Code of the person of each row, within persons.
    """

    x: Floats
    y: Floats
    controls: Floats
    lost: int = 0
    n_persons: int = 0
    persons: Ints | None = None


def estimate(columns: Columns, pair: Pair, question: Question) -> Found:
    """The coefficient of a pair, or the reason why there is none."""
    used = columns.used(pair)
    if columns.design is not None:
        return _weighted(columns, pair, question, used)
    nothing = Found(question.id, interval_of(question), int(used.sum()))
    reason = reason_against(columns, pair, used)
    if reason is not None:
        return nothing._replace(error=reason)
    if question.method == "polychoric":
        return latent(columns, pair, used)
    if question == Question("spearman"):
        return spearman_of_ranks(*(columns.ranks(name, used) for name in pair))
    values = ready(columns, pair, question, used)
    if isinstance(values, Message):
        return nothing._replace(error=values)
    return coefficient(values, pair, question)


def interval_of(question: Question) -> str:
    """Id of how the interval of a coefficient is made."""
    return "semipartial_delta" if question.kind == "semipartial" else INTERVALS[question.method]


def reason_against(columns: Columns, pair: Pair, used: Bools) -> Message | None:
    """Why a pair has no coefficient."""
    n, controls = int(used.sum()), columns.controls.shape[1]
    needed = FEWEST_ROWS + controls
    if n < needed:
        few = "statistics.too_few_rows_controls" if controls else "statistics.too_few_rows"
        return Message(few, {"n": n, "needed": needed})
    reasons = {"statistics.column_constant": is_same, "statistics.column_rounding": is_rounding}
    for message, holds in reasons.items():
        found = [str(name) for name in pair if holds(columns.of(name)[used])]
        if found:
            return Message(message, {"columns": ", ".join(found), "n": n})
    return None


def ready(columns: Columns, pair: Pair, question: Question, used: Bools) -> Values | Message:
    """Values of the rows used at the level asked for, as ranks where the coefficient is of ranks."""
    x, y = (unit(columns.of(name)[used]) for name in pair)
    nothing = [np.empty((len(x), 0))]
    controls = np.column_stack([_unit_or_zero(column) for column in columns.controls[used].T] or nothing)
    values: Values | Message = Values(x, y, controls)
    if question.level:
        assert columns.persons is not None
        values = _AT_LEVEL[question.level](x, y, controls, columns.persons[used], pair)
    if isinstance(values, Message) or question.method != "spearman":
        return values
    ranked = np.column_stack([ranks(column) for column in values.controls.T] or [values.controls])
    return Values(ranks(values.x), ranks(values.y), ranked, values.lost, values.n_persons)


def _unit_or_zero(values: Floats) -> Floats:
    return np.zeros(len(values)) if is_same(values) or is_rounding(values) else unit(values)


def _within(x: Floats, y: Floats, controls: Floats, persons: Ints, pair: Pair) -> Values | Message:
    """Deviations from the means of persons: rows - persons - 1 degrees of freedom (Bland and Altman 1995)."""
    _, code, counts = np.unique(persons, return_inverse=True, return_counts=True)
    n, n_persons = len(x), len(counts)
    df = n - n_persons - 1 - controls.shape[1]
    if df < 2:
        return Message("statistics.too_few_within", {"n": n, "persons": n_persons, "df": df})

    def centred(values: Floats) -> Floats:
        return np.asarray(values - (np.bincount(code, values) / counts)[code])

    left = [centred(values) for values in (x, y)]
    reason = _nothing_left(pair, (x, y), left, "statistics.column_constant_within", n)
    if reason is not None:
        return reason
    inside = np.column_stack([centred(column) for column in controls.T] or [controls])
    return Values(left[0], left[1], inside, n_persons - 1, n_persons, code)


def _between(x: Floats, y: Floats, controls: Floats, persons: Ints, pair: Pair) -> Values | Message:
    """Means of persons; each person counts once, whatever the number of rows."""
    _, code, counts = np.unique(persons, return_inverse=True, return_counts=True)
    needed = FEWEST_ROWS + controls.shape[1]
    if len(counts) < needed:
        return Message("statistics.too_few_persons", {"n": len(counts), "needed": needed})

    def means(values: Floats) -> Floats:
        of_persons = np.bincount(code, values) / counts
        return np.asarray(of_persons - of_persons.mean())

    left = [means(values) for values in (x, y)]
    reason = _nothing_left(pair, (x, y), left, "statistics.column_constant_between", len(counts))
    if reason is not None:
        return reason
    between = np.column_stack([means(column) for column in controls.T] or [np.empty((len(counts), 0))])
    return Values(left[0], left[1], between, 0, len(counts))


_AT_LEVEL = {"within": _within, "between": _between}


def coefficient(values: Values, pair: Pair, question: Question) -> Found:
    """The coefficient of values made ready."""
    if not question.kind:
        found = COEFFICIENTS[question.method](values.x, values.y)
        if values.lost:
            plain = partial(values.x, values.y, question.method, values.lost)
            found = plain._replace(method=question.method)
        return found._replace(n_persons=values.n_persons)
    (x, y), rank = residuals((values.x, values.y), values.controls)
    n, lost = len(x), values.lost + rank
    reason = _nothing_left(pair, (values.x, values.y), (x, y), "statistics.column_determined", n)
    if reason is not None:
        return Found(question.id, interval_of(question), n, n_persons=values.n_persons, error=reason)
    if question.kind == "partial":
        found = partial(x, y, question.method, lost)
    else:
        found = semipartial(x, values.y, y, question.method, lost)
    return found._replace(n_persons=values.n_persons)


def residuals(columns: Sequence[Floats], controls: Floats) -> tuple[list[Floats], int]:
    """Centred columns without what centred controls explain, and the rank of the controls."""
    left, scale, _ = np.linalg.svd(controls, full_matrices=False)
    kept = left[:, scale > _NOTHING_LEFT * scale.max(initial=0.0)]
    return [np.asarray(column - kept @ (kept.T @ column)) for column in columns], kept.shape[1]


def _nothing_left(
    pair: Pair, before: Sequence[Floats], after: Sequence[Floats], message: str, n: int
) -> Message | None:
    gone = [
        str(name)
        for name, old, new in zip(pair, before, after, strict=True)
        if np.sqrt((new @ new) / len(new)) <= _NOTHING_LEFT * np.sqrt((old @ old) / len(old))
    ]
    return Message(message, {"columns": ", ".join(gone), "n": n}) if gone else None


def _weighted(columns: Columns, pair: Pair, question: Question, used: Bools) -> Found:
    """The coefficient of weighted moments of a sample with a design."""
    design = columns.design
    assert design is not None
    nothing = Found(question.id, "design_fisher_z", int(used.sum()))
    reason = reason_against(columns, pair, used)
    if reason is not None:
        return nothing._replace(error=reason)
    x, y = (_placed(unit(columns.of(name)[used]), used) for name in pair)
    controls = np.column_stack(
        [_placed(_unit_or_zero(column[used]), used) for column in columns.controls.T] or [np.empty((len(used), 0))]
    )
    found = weighted_correlation(x, y, used, design, controls=controls, whole_y=question.kind == "semipartial")
    if found is None:
        both = ", ".join(map(str, pair))
        return nothing._replace(error=Message("statistics.column_determined", {"columns": both, "n": nothing.n}))
    return nothing._replace(
        estimate=found.estimate, standard_error=found.standard_error, statistic=found.statistic, df=found.df,
        p_value=found.p_value, t_df=found.df,
    )  # fmt: skip


def _placed(values: Floats, where: Bools) -> Floats:
    """Values of the rows used at their places among all rows."""
    whole = np.zeros(len(where))
    whole[where] = values
    return whole
