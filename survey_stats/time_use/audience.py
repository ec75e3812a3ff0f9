"""Who spends how long on what: reach, time and shares of media, with their uncertainty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_stats.errors import CallError, InputError
from survey_stats.messages import Message
from survey_stats.results import Result
from survey_stats.statistics._columns import check_confidence
from survey_stats.statistics.design import Design
from survey_stats.taxonomy import Taxonomy
from survey_stats.time_use.person_time import PersonTime, person_time
from survey_stats.time_use.quantities import OF_SESSIONS, QUANTITIES, Domain, Rule, figures, limits

Booleans = NDArray[np.bool_]

DENOMINATORS = ("all", "internet_users")
INTERVALS = ("design", "bootstrap", "none")
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


def audience(
    records: Any,
    *,
    persons: pd.DataFrame | None = None,
    weights: pd.Series | Design | None = None,
    by: str = "medium",
    group: str | None = None,
    denominator: str = "all",
    taxonomy: Taxonomy | None = None,
    minimum_n: int = 30,
    quantities: Sequence[str] | None = None,
    interval: str = "design",
    n_bootstrap: int = 1000,
    seed: int | None = None,
    confidence: float = 0.95,
    mixed_periods: bool = False,
) -> Audience:
    """Audience, reach, time and share of time of each medium, with intervals.

    All figures are ratios of weighted totals over persons (or totals); their standard errors come from the design by
    linearisation or replicates (weights alone: as R survey's `svydesign(ids = ~1)`), the intervals are t with the
    design's degrees of freedom: on the logit for reach and share of time, as they are and not below 0 for the others.
    Where everyone or no one is a user, the interval of reach is Clopper and Pearson's with Kish's effective number of
    persons; another figure that is the same for everyone has none. Persons with weight 0 are in no figure and no
    count. With `interval="bootstrap"` persons (their clusters, within strata) are drawn again from the table of
    persons and media, never from the records, and limits are percentiles.

    Args:
        records: Person, medium, minutes and more: see `person_time`, which also says when a person has zero minutes. A
            frame of pandas, DuckDB or PySpark; the latter two are summed by their engine.
        persons: Index person; groups (age, sex, country, wave) and what `person_time` reads. The weights refer to it.
        weights: A weight a person in the order of `persons` (a Series with its index), or a `Design`.
        by: `medium`, `sector`, `class` or `communication`.
        group: Column of `persons`; figures then are of each group, the design kept whole.
        denominator: `all` persons, or `internet_users`: those with more than 0 minutes online.
        taxonomy: Which medium belongs where; the bundled one where it is not given.
        minimum_n: Fewest persons (users, for figures of users; persons with any minutes, for shares of time) for an
            interval.
        quantities: Which figures; all that the records allow where it is not given. Records of use without time
            (`use_records`) have `audience` and `reach` only.
        interval: `design`, `bootstrap` or `none`.
        n_bootstrap: Samples drawn again.
        seed: Of the bootstrap.
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
    for name, value, allowed in (("denominator", denominator, DENOMINATORS), ("interval", interval, INTERVALS)):
        if value not in allowed:
            raise CallError(f"audience: {name} is {value!r}. Allowed: {', '.join(allowed)}.")
    check_confidence("audience", confidence)
    wanted = tuple(QUANTITIES if quantities is None else quantities)
    if not wanted or set(wanted) - set(QUANTITIES):
        raise CallError(f"audience: quantities are {', '.join(wanted) or 'none'}. Allowed: {', '.join(QUANTITIES)}.")
    if group is not None and (persons is None or group not in persons):
        columns = "none" if persons is None else ", ".join(map(str, persons.columns)) or "none"
        raise CallError(f"audience: group is {group!r}, which is no column of persons. Columns of persons: {columns}.")
    time = person_time(records, persons=persons, by=by, taxonomy=taxonomy, mixed_periods=mixed_periods)
    design = person_design(weights, time.persons)
    inside = _denominator(time, denominator) & (design.weights > 0)
    resamples = design.resamples(n_bootstrap, seed) if interval == "bootstrap" else None
    rule = Rule(denominator, minimum_n, confidence, design, interval, resamples, wanted)
    rows = [row for name, mask in _groups(persons, group, inside) for row in _rows(Domain.of(time, mask), name, rule)]
    table = pd.DataFrame(rows, columns=_COLUMNS)
    return Audience(method="audience", table=table, time=time, problems=time.problems, warnings=_warnings(time, inside))


def by_entry(found: Audience, quantities: Sequence[str]) -> Audience:
    """These figures, those of an entry together, the entry with most minutes a person first."""
    table = found.table[found.table["quantity"].isin(quantities)]
    minutes = found.table[found.table["quantity"] == "time_per_capita"].set_index("entry")["estimate"]
    order = (table["quantity"].map(list(quantities).index), -table["entry"].map(minutes))
    return replace(found, table=table.iloc[np.lexsort(order)].reset_index(drop=True))


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
        return Design(np.ones(len(persons)), lonely="certainty")
    if not weights.index.equals(persons):
        raise CallError("audience: the index of weights is not that of persons. Take weights from the same frame.")
    return Design(weights.to_numpy(dtype=float))


def _denominator(time: PersonTime, denominator: str) -> Booleans:
    if denominator == "all":
        return np.ones(len(time.persons), dtype=bool)
    if not time.internet_users.any():
        raise InputError("audience: no person has time with anything online, so there are no internet users.")
    return time.internet_users


def _groups(persons: pd.DataFrame | None, group: str | None, inside: Booleans) -> Iterator[tuple[str, Booleans]]:
    if persons is None or group is None:
        yield "", inside
        return
    column = persons[group]
    for value in sorted(column.dropna().unique(), key=None if pd.api.types.is_numeric_dtype(column) else str):
        yield f"{group} = {value}", np.asarray((column == value).to_numpy(dtype=bool) & inside)


def _rows(domain: Domain, group: str, rule: Rule) -> Iterator[dict[str, Any]]:
    """A row an entry and quantity."""
    time = domain.time
    persons, whole, spenders = len(time.persons), int(domain.whole.sum()), int(domain.spenders.sum())
    known, users = time.known.sum(axis=0), time.users.sum(axis=0)
    counts = {"n": known, "n_users": users, "n_zero": known - users, "n_missing": persons - known}
    users = time.users[domain.whole].sum(axis=0)
    of_whole = {"n": np.full(len(users), whole), "n_users": users, "n_zero": whole - users,
                "n_missing": np.full(len(users), persons - whole)}  # fmt: skip
    df = np.nan if rule.interval == "none" else rule.design.df(domain.inside)
    for name, quantity in QUANTITIES.items():
        if name not in rule.quantities or (name in OF_SESSIONS and time.sessions is None):
            continue
        found = figures(domain, quantity, rule)
        for place, entry in enumerate(time.entries):
            used = of_whole if name == "share_of_time" else counts
            numbers = {key: int(value[place]) for key, value in used.items()}
            base = numbers["n_users"] if quantity.of_users else numbers["n"]
            base = spenders if name == "share_of_time" else base
            yield {
                "entry": entry, "group": group, "quantity": name, "estimate": found.estimate[place],
                "standard_error": found.error[place], "df": df, **numbers,
                **limits(found, place, df, base, quantity, rule), "unit": quantity.unit(time),
                "denominator": rule.denominator, "reference_period": time.reference_period,
                "measure_type": time.measure_type, "confidence": rule.confidence,
            }  # fmt: skip


def _warnings(time: PersonTime, inside: Booleans) -> tuple[Message, ...]:
    counts = time.problems.groupby("rule")["records"].sum()
    notes = [Message("audience.problem", {"rule": Message(str(rule)), "n": int(n)}) for rule, n in counts.items()]
    if time.without_records:
        notes.append(Message("audience.persons_without_records", {"n": time.without_records}))
    missing = int((~time.known[inside]).sum())
    if missing:
        share = missing / time.known[inside].size
        notes.append(Message("audience.missing", {"n": missing, "share": f"{share:.0%}"}))
    return tuple(notes)
