"""Who spends how long on what: reach, time and shares of media, with their uncertainty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special, stats

from survey_stats.errors import CallError, InputError
from survey_stats.messages import Message
from survey_stats.results import Result
from survey_stats.statistics.design import Design, Estimated
from survey_stats.taxonomy import Taxonomy
from survey_stats.time_use.person_time import PersonTime, internet_users, person_time

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

DENOMINATORS = ("all", "internet_users")
_COLUMNS = [
    "entry", "group", "quantity", "estimate", "ci_lower", "ci_upper", "standard_error", "df", "n", "n_users", "n_zero",
    "n_missing", "unit", "denominator", "reference_period", "measure_type", "interval", "confidence", "warning",
    "error",
]  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Audience(Result):
    """Figures of audience measurement, one row an entry, group and quantity.

    With the persons whose minutes are known, weighted: `audience` is the number of users, `reach` their share,
    `time_total` all minutes, `time_per_capita` minutes a person, users or not, `time_per_user` minutes a user (what
    Nielsen calls time per person), `share_of_time` an entry's minutes as a share of those of all entries (a ratio of
    totals, over persons for whom every entry is known), `sessions_per_user` and `time_per_session` where sessions are
    counted. time_per_capita = reach × time_per_user.

    Attributes:
        table: Columns `entry` (medium, sector, …), `group`, `quantity`, `estimate`, `ci_lower`, `ci_upper`,
            `standard_error`, `df`; `n` persons whose minutes are known, `n_users`, `n_zero` and `n_missing` among the
            denominator; `unit`, `denominator`, `reference_period`, `measure_type`, `interval`, `confidence`,
            `warning`, `error`.
        time: The minutes of the persons the figures are of.
        problems: Records that could not be used as they are.
    """

    keys: ClassVar[tuple[str, ...]] = ("entry", "quantity")

    table: pd.DataFrame
    time: PersonTime
    problems: pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Quantity:
    """A ratio of weighted totals over persons, or a total where there is no denominator.

    Attributes:
        numerator, denominator: Minutes → persons × entries.
        bounded: Between 0 and 1.
        of_users: Its interval rests on the users, not on all persons.
    """

    numerator: Callable[[_Domain], Floats]
    denominator: Callable[[_Domain], Floats] | None
    unit: Callable[[PersonTime], str]
    bounded: bool = False
    of_users: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class _Domain:
    """The persons a figure is about, as arrays that are 0 for everyone else."""

    time: PersonTime
    inside: Booleans

    @property
    def known(self) -> Floats:
        return (self.time.known & self.inside[:, None]).astype(float)

    @property
    def users(self) -> Floats:
        return (self.time.users & self.inside[:, None]).astype(float)

    @property
    def minutes(self) -> Floats:
        return self.time.minutes * self.known

    @property
    def sessions(self) -> Floats:
        assert self.time.sessions is not None
        return self.time.sessions * self.known

    @property
    def whole(self) -> Booleans:
        """Persons for whom every entry is known."""
        return np.asarray(self.time.known.all(axis=1) & self.inside)

    @property
    def whole_minutes(self) -> Floats:
        return self.time.minutes * self.whole[:, None]

    @property
    def all_minutes(self) -> Floats:
        return np.broadcast_to(self.whole_minutes.sum(axis=1)[:, None], self.time.minutes.shape)


def _minutes(time: PersonTime) -> str:
    return time.unit


QUANTITIES: dict[str, _Quantity] = {
    "audience": _Quantity(lambda d: d.users, None, lambda _: "persons"),
    "reach": _Quantity(lambda d: d.users, lambda d: d.known, lambda _: "share", bounded=True),
    "time_total": _Quantity(lambda d: d.minutes, None, _minutes),
    "time_per_capita": _Quantity(lambda d: d.minutes, lambda d: d.known, _minutes),
    "time_per_user": _Quantity(lambda d: d.minutes, lambda d: d.users, _minutes, of_users=True),
    "share_of_time": _Quantity(lambda d: d.whole_minutes, lambda d: d.all_minutes, lambda _: "share", bounded=True),
    "sessions_per_user": _Quantity(lambda d: d.sessions, lambda d: d.users, lambda _: "sessions", of_users=True),
    "time_per_session": _Quantity(lambda d: d.minutes, lambda d: d.sessions, _minutes, of_users=True),
}
_OF_SESSIONS = ("sessions_per_user", "time_per_session")


def audience(
    records: pd.DataFrame,
    *,
    persons: pd.DataFrame | None = None,
    weights: pd.Series | Design | None = None,
    by: str = "medium",
    group: str | None = None,
    denominator: str = "all",
    taxonomy: Taxonomy | None = None,
    minimum_n: int = 30,
    confidence: float = 0.95,
    mixed_periods: bool = False,
) -> Audience:
    """Audience, reach, time and share of time of each medium, with intervals.

    All figures are ratios of weighted totals over persons (or totals); their standard errors come from the design by
    linearisation or replicates (weights alone: as R survey's `svydesign(ids = ~1)`), the intervals are t with the
    design's degrees of freedom: on the logit for reach and share of time, as they are for the others. Where everyone
    or no one is a user, the interval of reach is Clopper and Pearson's with Kish's effective number of persons.

    Args:
        records: Person, medium, minutes and more: see `person_time`, which also says when a person has zero minutes.
        persons: Index person; groups (age, sex, country, wave) and what `person_time` reads. The weights refer to it.
        weights: A weight a person in the order of `persons` (a Series with its index), or a `Design`.
        by: `medium`, `sector`, `class` or `communication`.
        group: Column of `persons`; figures then are of each group, the design kept whole.
        denominator: `all` persons, or `internet_users`: those with more than 0 minutes online.
        taxonomy: Which medium belongs where; the bundled one where it is not given.
        minimum_n: Fewest persons (users, for figures of users) for an interval.
        confidence: Level of the intervals.
        mixed_periods: See `person_time`.

    Raises:
        CallError: An argument is wrong.
        InputError: The records cannot be used together; no person is left.

    >>> records = pd.DataFrame({"person": [1, 1, 2, 2], "medium": ["news", "games", "news", "games"],
    ...                         "minutes": [30, 0, 10, 20.0], "measure_type": "self_report",
    ...                         "reference_period": "habitual day"})
    >>> table = audience(records).table.set_index(["entry", "quantity"])["estimate"]
    >>> float(table["news", "time_per_capita"]), float(table["games", "time_per_user"])
    (20.0, 20.0)
    """
    if denominator not in DENOMINATORS:
        raise CallError(f"audience: denominator is {denominator!r}. Allowed: {', '.join(DENOMINATORS)}.")
    if group is not None and (persons is None or group not in persons):
        columns = "none" if persons is None else ", ".join(map(str, persons.columns)) or "none"
        raise CallError(f"audience: group is {group!r}, which is no column of persons. Columns of persons: {columns}.")
    time = person_time(records, persons=persons, by=by, taxonomy=taxonomy, mixed_periods=mixed_periods)
    design = person_design(weights, time.persons)
    inside = _denominator(time, denominator)
    rule = _Rule(denominator, minimum_n, confidence)
    rows = [
        row for name, mask in _groups(persons, group, inside) for row in _rows(_Domain(time, mask), design, name, rule)
    ]
    table = pd.DataFrame(rows)[_COLUMNS]
    return Audience(method="audience", table=table, time=time, problems=time.problems, warnings=_warnings(time, inside))


@dataclass(frozen=True, slots=True)
class _Rule:
    denominator: str
    minimum_n: int
    confidence: float


def person_design(weights: pd.Series | Design | None, persons: pd.Index) -> Design:
    """The design of the persons; without weights everyone counts once."""
    if isinstance(weights, Design):
        if len(weights.weights) != len(persons):
            raise CallError(
                f"audience: the design has {len(weights.weights)} rows for {len(persons)} persons. "
                "Make it from the same frame as persons, a row a person."
            )
        return weights
    if weights is None:
        return Design(np.ones(len(persons)))
    if not weights.index.equals(persons):
        raise CallError("audience: the index of weights is not that of persons. Take weights from the same frame.")
    return Design(weights.to_numpy(dtype=float))


def _denominator(time: PersonTime, denominator: str) -> Booleans:
    if denominator == "all":
        return np.ones(len(time.persons), dtype=bool)
    inside = internet_users(time).known.any(axis=1)
    if not inside.any():
        raise InputError("audience: no person has time with anything online, so there are no internet users.")
    return np.asarray(inside)


def _groups(persons: pd.DataFrame | None, group: str | None, inside: Booleans) -> Iterator[tuple[str, Booleans]]:
    if persons is None or group is None:
        yield "", inside
        return
    column = persons[group]
    for value in sorted(column.dropna().unique(), key=str):
        yield f"{group} = {value}", np.asarray((column == value).to_numpy(dtype=bool) & inside)


def _rows(domain: _Domain, design: Design, group: str, rule: _Rule) -> Iterator[dict[str, Any]]:
    """A row an entry and quantity."""
    time = domain.time
    counts = {
        "n": domain.known.sum(axis=0), "n_users": domain.users.sum(axis=0),
        "n_missing": domain.inside.sum() - domain.known.sum(axis=0),
    }  # fmt: skip
    counts["n_zero"] = counts["n"] - counts["n_users"]
    for name, quantity in QUANTITIES.items():
        if name in _OF_SESSIONS and time.sessions is None:
            continue
        estimate, error = _estimates(domain, quantity, design)
        whole = int(domain.whole.sum())
        df = design.df(domain.inside)
        for place, entry in enumerate(time.entries):
            numbers = {key: int(value[place]) for key, value in counts.items()}
            if name == "share_of_time":
                users = int((domain.users[:, place] * domain.whole).sum())
                numbers = {"n": whole, "n_users": users, "n_zero": whole - users,
                           "n_missing": int(domain.inside.sum()) - whole}  # fmt: skip
            base = numbers["n_users"] if quantity.of_users else numbers["n"]
            limits = _limits(estimate[place], error[place], df, base, quantity, rule, design)
            yield {
                "entry": entry, "group": group, "quantity": name, "estimate": estimate[place],
                "standard_error": error[place], "df": df, **numbers, **limits, "unit": quantity.unit(time),
                "denominator": rule.denominator, "reference_period": time.reference_period,
                "measure_type": time.measure_type, "confidence": rule.confidence,
            }  # fmt: skip


def _estimates(domain: _Domain, quantity: _Quantity, design: Design) -> tuple[Floats, Floats]:
    """Estimates and their standard errors; NaN where the denominator is 0."""
    above = quantity.numerator(domain)
    below = None if quantity.denominator is None else quantity.denominator(domain)

    def ratio(weights: Floats) -> Estimated:
        total = weights @ above
        if below is None:
            return Estimated(total, above)
        size = weights @ below
        with np.errstate(divide="ignore", invalid="ignore"):
            value = total / size
            return Estimated(value, (above - np.nan_to_num(value) * below) / np.where(size > 0, size, np.nan))

    found = ratio(design.weights).estimate
    defined = np.isfinite(found)
    error = np.full(len(found), np.nan)
    if defined.any():
        part = lambda weights: Estimated(ratio(weights).estimate[defined], ratio(weights).influence[:, defined])  # noqa: E731
        error[defined] = np.sqrt(np.clip(np.diag(design.covariance(part)), 0, None))
    return found, error


def _limits(
    estimate: float, error: float, df: float, base: int, quantity: _Quantity, rule: _Rule, design: Design
) -> dict[str, Any]:
    """Limits of an interval, or why there is none."""
    none = {"ci_lower": np.nan, "ci_upper": np.nan, "interval": "none", "warning": "", "error": ""}
    if not np.isfinite(estimate):
        return none | {"error": str(Message("audience.no_persons"))}
    if base < rule.minimum_n:
        return none | {"warning": str(Message("audience.too_few", {"n": base, "needed": rule.minimum_n}))}
    if quantity.bounded and estimate in (0.0, 1.0):
        lower, upper = _clopper_pearson(estimate, base, rule.confidence, design)
        return none | {"ci_lower": lower, "ci_upper": upper, "interval": "clopper_pearson"}
    quantile = stats.t.ppf((1 + rule.confidence) / 2, df)
    if quantity.bounded:
        centre, half = special.logit(estimate), quantile * error / (estimate * (1 - estimate))
        return none | {"ci_lower": float(special.expit(centre - half)), "ci_upper": float(special.expit(centre + half)),
                       "interval": "logit_t"}  # fmt: skip
    return none | {"ci_lower": float(estimate - quantile * error), "ci_upper": float(estimate + quantile * error),
                   "interval": "t"}  # fmt: skip


def _clopper_pearson(estimate: float, n: int, confidence: float, design: Design) -> tuple[float, float]:
    """Limits of a share of exactly 0 or 1, n reduced by Kish's effect of the weights."""
    weights = design.weights
    effective = n * weights.sum() ** 2 / (len(weights) * (weights**2).sum())
    far = 1 - ((1 - confidence) / 2) ** (1 / effective)
    return (0.0, float(far)) if estimate == 0 else (float(1 - far), 1.0)


def _warnings(time: PersonTime, inside: Booleans) -> tuple[Message, ...]:
    counts = time.problems.groupby("rule")["records"].sum()
    notes = [Message("audience.problem", {"rule": str(rule), "n": int(n)}) for rule, n in counts.items()]
    missing = int((~time.known[inside]).sum())
    if missing:
        share = missing / time.known[inside].size
        notes.append(Message("audience.missing", {"n": missing, "share": f"{share:.0%}"}))
    return tuple(notes)
