"""The figures of an audience: what is divided by what, and how sure each is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from survey_stats.messages import Message
from survey_stats.statistics._resampling import Resamples
from survey_stats.statistics.design import Design, Estimated
from survey_stats.time_use.person_time import PersonTime

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A ratio of weighted totals over persons, or a total where there is no denominator.

    Attributes:
        numerator, denominator: Minutes → persons × entries.
        bounded: Between 0 and 1.
        of_persons: A share of persons, whose interval is exact where it is that of none or of all.
        of_users: Its interval rests on the users, not on all persons.
    """

    numerator: Callable[[Domain], Floats]
    denominator: Callable[[Domain], Floats] | None
    unit: Callable[[PersonTime], str]
    bounded: bool = False
    of_persons: bool = False
    of_users: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Domain:
    """The persons a figure is about, and only they.

    Attributes:
        time: Their minutes.
        inside: Which of all persons they are.
    """

    time: PersonTime
    inside: Booleans

    @classmethod
    def of(cls, time: PersonTime, inside: Booleans) -> Domain:
        """These persons out of all."""
        return cls(time if inside.all() else time.only(inside), inside)

    def lifted(self, values: Floats) -> Floats:
        """Values of these persons among those of all, who have 0."""
        if len(values) == len(self.inside):
            return values
        among = np.zeros((len(self.inside), values.shape[1]))
        among[self.inside] = values
        return among

    @property
    def known(self) -> Floats:
        """1 where minutes are known."""
        return self.time.known.astype(float)

    @property
    def users(self) -> Floats:
        """1 where the person is a user."""
        return self.time.users.astype(float)

    @property
    def minutes(self) -> Floats:
        """Known minutes."""
        return self.time.minutes * self.time.known

    @property
    def sessions(self) -> Floats:
        """Sessions, where minutes are known."""
        assert self.time.sessions is not None
        return self.time.sessions * self.time.known

    @property
    def whole(self) -> Booleans:
        """Persons for whom every entry is known."""
        return np.asarray(self.time.known.all(axis=1))

    @property
    def whole_minutes(self) -> Floats:
        """Minutes of persons for whom every entry is known."""
        return self.time.minutes * self.whole[:, None]

    @property
    def spenders(self) -> Booleans:
        """Persons for whom every entry is known, with more than 0 minutes in all: those a share of time rests on."""
        return np.asarray(self.whole_minutes.sum(axis=1) > 0)

    @property
    def all_minutes(self) -> Floats:
        """Their minutes with all entries together."""
        return np.broadcast_to(self.whole_minutes.sum(axis=1)[:, None], self.time.minutes.shape)


def _minutes(time: PersonTime) -> str:
    return time.unit


def _sessions(time: PersonTime) -> str:
    return time.unit.replace("minutes", "sessions")


QUANTITIES: dict[str, Quantity] = {
    "audience": Quantity(lambda d: d.users, None, lambda _: "persons"),
    "reach": Quantity(lambda d: d.users, lambda d: d.known, lambda _: "share", bounded=True, of_persons=True),
    "time_total": Quantity(lambda d: d.minutes, None, _minutes),
    "time_per_capita": Quantity(lambda d: d.minutes, lambda d: d.known, _minutes),
    "time_per_user": Quantity(lambda d: d.minutes, lambda d: d.users, _minutes, of_users=True),
    "share_of_time": Quantity(lambda d: d.whole_minutes, lambda d: d.all_minutes, lambda _: "share", bounded=True),
    "sessions_per_user": Quantity(lambda d: d.sessions, lambda d: d.users, _sessions, of_users=True),
    "time_per_session": Quantity(lambda d: d.minutes, lambda d: d.sessions, lambda _: "minutes", of_users=True),
}
OF_SESSIONS = ("sessions_per_user", "time_per_session")


@dataclass(frozen=True, eq=False, slots=True)
class Rule:
    """Of whom figures are, and where their intervals come from.

    Attributes:
        denominator: Words of whom they are of.
        minimum_n: Fewest persons (users, for figures of users) for an interval.
        confidence: Level of the intervals.
        design: The design of the persons.
        interval: `design`, `bootstrap` or `none`.
        resamples: The samples drawn again, for `bootstrap`.
        quantities: Which figures.
        weights: Those of the design.
    """

    denominator: str
    minimum_n: int
    confidence: float
    design: Design
    interval: str = "design"
    resamples: Resamples | None = None
    quantities: tuple[str, ...] = ()
    weights: Floats = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", self.design.weights)


@dataclass(frozen=True, eq=False, slots=True)
class Figures:
    """Estimates of all entries and their standard errors.

    Attributes:
        bounds: Their limits, where a bootstrap gave them.
        effective: Kish's effective number of the persons that a share of persons is of.
    """

    estimate: Floats
    error: Floats
    bounds: Floats | None = None
    effective: Floats | None = None


def figures(domain: Domain, quantity: Quantity, rule: Rule) -> Figures:
    """Estimates of a quantity; NaN where the denominator is 0."""
    above = quantity.numerator(domain)
    below = None if quantity.denominator is None else quantity.denominator(domain)
    weights = rule.weights[domain.inside]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = weights @ above / (1.0 if below is None else weights @ below)
    nothing = np.full(len(found), np.nan)
    if rule.interval == "none":
        return Figures(found, nothing)
    effective = effective_number(weights, below) if quantity.of_persons and below is not None else None
    above, below = domain.lifted(above), None if below is None else domain.lifted(below)
    if rule.resamples is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn = rule.resamples.totals(above) / (1.0 if below is None else rule.resamples.totals(below))
        return replace(_of_draws(found, drawn, rule.confidence), effective=effective)
    defined = np.isfinite(found)
    if defined.any():
        nothing[defined] = _design_errors(above[:, defined], None if below is None else below[:, defined], rule.design)
    return Figures(found, nothing, effective=effective)


def _design_errors(above: Floats, below: Floats | None, design: Design) -> Floats:
    covariance = design.covariance(lambda weights: ratio(weights, above, below), undefined=True)
    return np.asarray(np.sqrt(np.clip(np.diag(covariance), 0, None)))


def ratio(weights: Floats, above: Floats, below: Floats | None) -> Estimated:
    """Ratio of weighted totals, or the total where nothing divides it, with the influence of each person.

    Args:
        weights: Shape (n,).
        above: Shape (n, k).
        below: Shape (n, k).
    """
    total = weights @ above
    if below is None:
        return Estimated(total, above)
    size = weights @ below
    with np.errstate(divide="ignore", invalid="ignore"):
        value = total / size
        return Estimated(value, (above - np.nan_to_num(value) * below) / np.where(size > 0, size, np.nan))


def _of_draws(found: Floats, drawn: Floats, confidence: float) -> Figures:
    """Percentile limits; a draw without any user has no figure of users and does not count."""
    error, bounds = np.full(len(found), np.nan), np.full((2, len(found)), np.nan)
    for place in np.flatnonzero(np.isfinite(found)):
        draws = drawn[np.isfinite(drawn[:, place]), place]
        if len(draws) > 1:
            error[place] = draws.std(ddof=1)
            bounds[:, place] = np.quantile(draws, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Figures(found, error, bounds)


_NO_LIMITS = {"ci_lower": np.nan, "ci_upper": np.nan, "interval": "none", "warning": "", "error": ""}


def limits(found: Figures, place: int, df: float, base: int, quantity: Quantity, rule: Rule) -> dict[str, Any]:
    """Limits of an interval, or why there is none."""
    estimate = float(found.estimate[place])
    if not np.isfinite(estimate):
        return _NO_LIMITS | {"error": str(Message("audience.no_persons"))}
    if rule.interval == "none":
        return dict(_NO_LIMITS)
    if base < rule.minimum_n:
        return _NO_LIMITS | {"warning": str(Message("audience.too_few", {"n": base, "needed": rule.minimum_n}))}
    exact = quantity.of_persons and estimate in (0.0, 1.0)
    if np.isnan(found.error[place]):
        return _NO_LIMITS | {"warning": str(Message("audience.undefined_replicates"))}
    if not exact and not varies(found.error[place], estimate):
        return _NO_LIMITS | {"warning": str(Message("audience.no_variation"))}
    lower, upper, kind = _bounds(found, place, df, exact, quantity, rule)
    return _NO_LIMITS | {"ci_lower": float(lower), "ci_upper": float(upper), "interval": kind}


def varies(error: Any, estimate: Any) -> Any:
    """Whether a figure differs between persons by more than the last digits of its sum."""
    return np.asarray(error) > 1e-12 * np.abs(estimate)


def _bounds(
    found: Figures, place: int, df: float, exact: bool, quantity: Quantity, rule: Rule
) -> tuple[float, float, str]:
    estimate, error = float(found.estimate[place]), float(found.error[place])
    if exact and found.effective is not None:
        return (*clopper_pearson(estimate, found.effective[place], rule.confidence), "clopper_pearson")
    if found.bounds is not None:
        return found.bounds[0, place], found.bounds[1, place], "bootstrap_percentile"
    quantile = stats.t.ppf((1 + rule.confidence) / 2, df)
    if quantity.bounded:
        centre, half = special.logit(estimate), quantile * error / (estimate * (1 - estimate))
        return special.expit(centre - half), special.expit(centre + half), "logit_t"
    return max(estimate - quantile * error, 0.0), estimate + quantile * error, "t"  # nothing here is below 0


def effective_number(weights: Floats, known: Floats) -> Floats:
    """Kish's effective number of persons of each column, (Σw)² / Σw², over those with a 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((weights @ known) ** 2 / (weights**2 @ known))


def clopper_pearson(estimate: float, effective: float, confidence: float) -> tuple[float, float]:
    """Limits of a share of exactly 0 or 1 among an effective number of persons."""
    far = 1 - ((1 - confidence) / 2) ** (1 / effective)
    return (0.0, float(far)) if estimate == 0 else (float(1 - far), 1.0)
