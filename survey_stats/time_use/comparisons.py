"""Media beside each other and over time: common users, ranks, and change between waves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special, stats

from survey_stats.errors import CallError, InputError
from survey_stats.messages import Message
from survey_stats.results import Result
from survey_stats.statistics._columns import check_confidence
from survey_stats.statistics.design import Design, Estimated
from survey_stats.statistics.multiplicity import adjust_p_values
from survey_stats.time_use.person_time import PersonTime
from survey_stats.time_use.quantities import (
    OF_SESSIONS,
    QUANTITIES,
    Domain,
    Figures,
    Quantity,
    Rule,
    clopper_pearson,
    effective_number,
    limits,
    ratio,
    varies,
)

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
CHANGES = ("audience", "reach", "time_total", "time_per_capita", "time_per_user", "share_of_time")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Duplication(Result):
    """How many users of a medium also use another.

    Attributes:
        table: A row an ordered pair: `entry`, `other`, `estimate` (share of the users of `entry` who use `other` too,
            among persons for whom both are known), `ci_lower`, `ci_upper`, `standard_error`, `df`, `n` (users of
            `entry`), `n_both`, `reach_of_other`, `ratio` (estimate / reach of the other: above 1 where its users are
            more common among those of `entry` than among all), `warning`, `confidence`.
    """

    keys: ClassVar[tuple[str, ...]] = ("entry", "other")
    numbers: ClassVar[tuple[str, ...]] = ("estimate", "ci_lower", "ci_upper", "ratio")

    table: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Ranking(Result):
    """Entries in order, with the places that each may have.

    Attributes:
        table: `entry`, `quantity`, `rank` (1: the most), `rank_lower`, `rank_upper`, `estimate`, `ci_lower`,
            `ci_upper`, `standard_error`, `df`, `n` (persons, or users for figures of users), `unit`, `confidence`,
            `warning`, largest first.
    """

    keys: ClassVar[tuple[str, ...]] = ("entry", "quantity")
    numbers: ClassVar[tuple[str, ...]] = ("rank", "rank_lower", "rank_upper", "estimate", "ci_lower", "ci_upper")

    table: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Change(Result):
    """Figures of two waves, countries or other groups of persons, and how they differ.

    Attributes:
        table: `entry`, `quantity`, `before`, `after`, `estimate` (after - before), `ci_lower`, `ci_upper`,
            `standard_error`, `df`, `p_value`, `relative` (after / before - 1), `relative_lower`, `relative_upper`,
            `n_before`, `n_after` (persons, or users for figures of users), `unit`, `warning`, `confidence`. Nothing is
            relative to 0, and what is the same for everyone has no interval.
        before, after: The two groups.
    """

    keys: ClassVar[tuple[str, ...]] = ("entry", "quantity")
    numbers: ClassVar[tuple[str, ...]] = (
        "before", "after", "estimate", "ci_lower", "ci_upper", "p_value", "relative", "relative_lower",
        "relative_upper",
    )  # fmt: skip

    table: pd.DataFrame
    before: Any
    after: Any


def duplication(time: PersonTime, design: Design, *, minimum_n: int = 30, confidence: float = 0.95) -> Duplication:
    """The users that two media have in common, for every ordered pair.

    Args:
        time: Minutes of persons.
        design: Design of the persons.
        minimum_n: Fewest users for an interval.
        confidence: Level of the intervals: t on the logit; Clopper and Pearson's with Kish's effective number of users
            where all of them or none use the other.

    Raises:
        CallError: There is one entry only; the confidence is no share.
    """
    check_confidence("duplication", confidence)
    if len(time.entries) < 2:
        raise CallError(f"duplication: two entries are needed; found {', '.join(time.entries)}.")
    pairs = [(a, b) for a in range(len(time.entries)) for b in range(len(time.entries)) if a != b]
    first, second = (np.array(side) for side in zip(*pairs, strict=True))
    both_known = time.known[:, first] & time.known[:, second] & (design.weights > 0)[:, None]
    users, others = time.users[:, first] & both_known, time.users[:, second] & both_known
    above, below = (users & others).astype(float), users.astype(float)
    found = ratio(design.weights, above, below).estimate
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = (design.weights @ others) / (design.weights @ both_known)
    defined = np.isfinite(found)
    error = np.full(len(found), np.nan)
    if defined.any():
        part = design.covariance(lambda weights: ratio(weights, above[:, defined], below[:, defined]), undefined=True)
        error[defined] = np.sqrt(np.clip(np.diag(part), 0, None))
    df = design.df()
    n = users.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        half = stats.t.ppf((1 + confidence) / 2, df) * error / (found * (1 - found))
        centre = np.log(found / (1 - found))
        lower, upper = special.expit(centre - half), special.expit(centre + half)
        times = found / reach
    effective = effective_number(design.weights, below)
    for place in np.flatnonzero(np.isin(found, (0.0, 1.0))):
        lower[place], upper[place] = clopper_pearson(found[place], effective[place], confidence)
    few = n < minimum_n
    table = pd.DataFrame(
        {
            "entry": np.array(time.entries)[first], "other": np.array(time.entries)[second], "estimate": found,
            "ci_lower": np.where(few, np.nan, lower), "ci_upper": np.where(few, np.nan, upper),
            "standard_error": error, "df": df, "n": n, "n_both": (users & others).sum(axis=0),
            "reach_of_other": reach, "ratio": times, "warning": _too_few(n, minimum_n), "confidence": confidence,
        }
    )  # fmt: skip
    return Duplication(method="duplication", table=table)


def _too_few(n: NDArray[np.int64], minimum_n: int) -> list[str]:
    return [
        str(Message("audience.too_few", {"n": int(count), "needed": minimum_n})) if count < minimum_n else ""
        for count in n
    ]


def ranking(
    time: PersonTime,
    design: Design,
    *,
    quantity: str = "time_per_capita",
    minimum_n: int = 30,
    confidence: float = 0.95,
) -> Ranking:
    """Entries by a quantity, with an interval of the rank that holds for all of them at once.

    Every pair is compared within persons for whom all entries are known, by t from the design, adjusted by Holm over
    the pairs. An entry comes after as many others as are above it for sure, and before as many as are below (Mohamad,
    Goeman & van Zwet 2022, Biometrics 78, 1028-1042, with Holm in place of Tukey's differences). Nothing is sure of an
    entry that rests on too few persons. Intervals of estimates are those of `audience`.

    Args:
        time: Minutes of persons.
        design: Design of the persons.
        quantity: `reach`, `time_per_capita`, `time_per_user`, `share_of_time` or a total.
        minimum_n: Fewest persons (users, for figures of users; persons with any minutes, for shares) for intervals.
        confidence: Level of the intervals, of ranks jointly, of estimates singly.

    Raises:
        CallError: The quantity is none of these, there are fewer than two entries, or the confidence is no share.
        InputError: Nobody's minutes are known with all entries.
    """
    check_confidence("ranking", confidence)
    if quantity not in CHANGES:
        raise CallError(f"ranking: quantity is {quantity!r}. Allowed: {', '.join(CHANGES)}.")
    if len(time.entries) < 2:
        raise CallError(f"ranking: two entries are needed; found {', '.join(time.entries)}.")
    whole: Booleans = np.asarray(time.known.all(axis=1) & (design.weights > 0))
    n = int(whole.sum())
    if not n:
        raise InputError(
            f"ranking: no person has known minutes with all of {', '.join(time.entries)}. Leave out an entry that few "
            "were asked about."
        )
    one = QUANTITIES[quantity]
    domain = Domain.of(time, whole)
    above, below = _parts([domain], one)
    defined = np.isfinite(ratio(design.weights, above, below).estimate)
    above, below = above[:, defined], None if below is None else below[:, defined]
    value = ratio(design.weights, above, below).estimate
    covariance = design.covariance(lambda weights: ratio(weights, above, below), undefined=True)
    df = design.df(whole)
    base = _base(domain, one, quantity)[defined]
    enough = base >= minimum_n
    first, last = _places(value, covariance, df, 1 - confidence, enough)
    error = np.sqrt(np.clip(np.diag(covariance), 0, None))
    effective = None if below is None else effective_number(design.weights, below)
    found, rule = Figures(value, error, effective=effective), Rule("all", minimum_n, confidence, design)
    bounds = pd.DataFrame([limits(found, place, df, int(base[place]), one, rule) for place in range(len(value))])
    table = pd.DataFrame(
        {
            "entry": np.array(time.entries)[defined], "quantity": quantity,
            "rank": stats.rankdata(-value, method="min").astype(int), "rank_lower": np.where(enough, first, np.nan),
            "rank_upper": np.where(enough, last, np.nan), "estimate": value,
            "ci_lower": bounds["ci_lower"], "ci_upper": bounds["ci_upper"], "standard_error": error, "df": df,
            "n": base, "unit": one.unit(time), "confidence": confidence, "warning": bounds["warning"],
        }
    ).sort_values("estimate", ascending=False, kind="stable", ignore_index=True)  # fmt: skip
    return Ranking(method="ranking", table=table)


def _places(value: Floats, covariance: Floats, df: float, level: float, enough: Booleans) -> tuple[Floats, Floats]:
    """Lowest and highest rank of each entry."""
    rows, columns = np.triu_indices(len(value), 1)
    difference = value[rows] - value[columns]
    variance = covariance[rows, rows] + covariance[columns, columns] - 2 * covariance[rows, columns]
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = difference / np.sqrt(np.clip(variance, 0, None))
    tested = enough[rows] & enough[columns] & (difference != 0)
    p_value = np.where(tested, 2 * stats.t.sf(np.abs(statistic), df), 1.0)
    sure = adjust_p_values(p_value, "holm") < level
    above, below = np.zeros(len(value)), np.zeros(len(value))
    for row, column, gap in zip(rows[sure], columns[sure], difference[sure], strict=True):
        larger, smaller = (row, column) if gap > 0 else (column, row)
        above[smaller] += 1
        below[larger] += 1
    return 1 + above, len(value) - below


def change(
    time: PersonTime,
    design: Design,
    waves: pd.Series,
    before: Any,
    after: Any,
    *,
    quantities: Sequence[str] = CHANGES,
    minimum_n: int = 30,
    confidence: float = 0.95,
) -> Change:
    """What changed between two waves, absolutely and relatively, for totals, means and shares.

    The design holds all waves: persons who take part in several are rows of one cluster, which the standard error of
    the difference needs to know. Relative change has an interval from the logarithm of the ratio.

    Args:
        time: Minutes of persons of both waves.
        design: Design of all rows.
        waves: The wave (country, group) of each row of `time.persons`.
        before: The wave to compare with.
        after: The other wave.
        quantities: Which figures.
        minimum_n: Fewest persons in each wave (users, for figures of users; persons with any minutes, for shares) for
            an interval.
        confidence: Level of the intervals.

    Raises:
        CallError: A quantity is unknown, a wave has no persons, or the confidence is no share.
    """
    check_confidence("change", confidence)
    unknown = set(quantities) - set(QUANTITIES)
    if unknown or (time.sessions is None and set(quantities) & set(OF_SESSIONS)):
        raise CallError(f"change: quantities are {', '.join(quantities)}. Allowed: {', '.join(CHANGES)}.")
    inside = [np.asarray(waves == wave) & (design.weights > 0) for wave in (before, after)]
    for wave, rows in zip((before, after), inside, strict=True):
        if not rows.any():
            values = ", ".join(map(str, sorted(waves.dropna().unique(), key=str)))
            raise CallError(f"change: no person has the wave {wave!r}. Found: {values}.")
    domains = [Domain.of(time, rows) for rows in inside]
    tables = [_changes(domains, QUANTITIES[name], name, design, minimum_n, confidence) for name in quantities]
    return Change(method="change", table=pd.concat(tables, ignore_index=True), before=before, after=after)


def _changes(
    domains: Sequence[Domain], quantity: Quantity, name: str, design: Design, minimum_n: int, confidence: float
) -> pd.DataFrame:
    time = domains[0].time
    k = len(time.entries)
    above, below = _parts(domains, quantity)
    value = ratio(design.weights, above, below).estimate
    usable: Booleans = np.asarray(np.isfinite(value).reshape(2, k).all(axis=0))
    error, log_error = _errors(above, below, value, usable, design)
    df = design.df(np.asarray(domains[0].inside | domains[1].inside))
    counts = [_base(domain, quantity, name) for domain in domains]
    enough = np.minimum(*counts) >= minimum_n
    first, second = value[:k], value[k:]
    quantile = stats.t.ppf((1 + confidence) / 2, df)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_ratio = np.log(second / np.where(first > 0, first, np.nan))
        p_value = 2 * stats.t.sf(np.abs((second - first) / error), df)
    same = np.isfinite(error) & ~varies(error, first)
    shown = np.where(enough & ~same, 1.0, np.nan)
    none = np.where(
        same, "audience.no_variation", np.where(usable & np.isnan(error), "audience.undefined_replicates", "")
    )
    few = _too_few(np.minimum(*counts), minimum_n)
    return pd.DataFrame(
        {
            "entry": list(time.entries), "quantity": name, "before": first, "after": second,
            "estimate": second - first, "ci_lower": (second - first - quantile * error) * shown,
            "ci_upper": (second - first + quantile * error) * shown, "standard_error": error, "df": df,
            "p_value": p_value * shown, "relative": np.expm1(log_ratio),
            "relative_lower": np.expm1(log_ratio - quantile * log_error) * shown,
            "relative_upper": np.expm1(log_ratio + quantile * log_error) * shown, "n_before": counts[0],
            "n_after": counts[1], "unit": quantity.unit(time), "confidence": confidence,
            "warning": [
                warning or (str(Message(reason)) if reason else "")
                for warning, reason in zip(few, map(str, none), strict=True)
            ],
        }
    )  # fmt: skip


def _parts(domains: Sequence[Domain], quantity: Quantity) -> tuple[Floats, Floats | None]:
    """What is divided by what, among all persons, the domains side by side."""
    above = np.hstack([domain.lifted(quantity.numerator(domain)) for domain in domains])
    if quantity.denominator is None:
        return above, None
    return above, np.hstack([domain.lifted(quantity.denominator(domain)) for domain in domains])


def _base(domain: Domain, quantity: Quantity, name: str) -> NDArray[np.int64]:
    """How many persons a figure rests on."""
    if name == "share_of_time":
        return np.full(domain.known.shape[1], domain.spenders.sum())
    return np.asarray((domain.users if quantity.of_users else domain.known).sum(axis=0)).astype(np.int64)


def _errors(
    above: Floats, below: Floats | None, value: Floats, usable: Booleans, design: Design
) -> tuple[Floats, Floats]:
    """Standard errors of the difference, and of the logarithm of the ratio."""
    k = len(usable)
    places = np.flatnonzero(usable)
    error, log_error = np.full(k, np.nan), np.full(k, np.nan)
    if not len(places):
        return error, log_error
    both = np.append(places, places + k)

    def estimator(weights: Floats) -> Estimated:
        found = ratio(weights, above[:, both], None if below is None else below[:, both])
        size = np.where(found.estimate > 0, found.estimate, np.nan)
        influence = np.hstack([found.influence, found.influence / np.nan_to_num(size, nan=np.inf)])
        return Estimated(np.append(found.estimate, np.log(size)), influence)

    covariance = design.covariance(estimator, undefined=True)
    m = len(places)
    error[places] = _of_difference(covariance[: 2 * m, : 2 * m])
    log_error[places] = _of_difference(covariance[2 * m :, 2 * m :])
    log_error[(value[:k] <= 0) | (value[k:] <= 0)] = np.nan
    return error, log_error


def _of_difference(covariance: Floats) -> Floats:
    """Standard errors of the second half of the estimates minus the first."""
    m = len(covariance) // 2
    variance = np.diag(covariance)
    return np.asarray(np.sqrt(np.clip(variance[:m] + variance[m:] - 2 * np.diag(covariance[:m, m:]), 0, None)))
