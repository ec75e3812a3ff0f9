"""Does one kind of site take more time than every other? An intersection-union claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from survey_stats.errors import CallError, InputError
from survey_stats.results import Result
from survey_stats.statistics._columns import check_confidence
from survey_stats.statistics.design import Design, Estimated
from survey_stats.statistics.multiplicity import adjust_p_values
from survey_stats.time_use.person_time import PersonTime
from survey_stats.time_use.quantities import varies

Floats = NDArray[np.float64]
FEWEST_PERSONS = 10
QUANTITIES = ("time_per_capita", "share_of_time")
_CARRIED = ("entry", "first", "second", "estimate", "ci_lower", "ci_upper", "claim_p_value", "n", "unit")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Lead(Result):
    """One entry against each of the others, over the persons for whom all of them are known.

    Attributes:
        table: A row a comparison: `entry`, `other`, `quantity`, `first`, `second` (the two figures), `estimate` (their
            difference), `ci_lower`, `ci_upper`, `standard_error`, `statistic`, `df`, `p_value` (one-sided: no more time
            than the other), `p_adjusted` (Holm over the comparisons of a quantity), `claim_p_value` (the largest p of
            the comparisons: that of the claim to take more time than every other), `n`, `unit`, `confidence`.
    """

    keys: ClassVar[tuple[str, ...]] = ("entry", "other", "quantity")
    numbers: ClassVar[tuple[str, ...]] = (
        "first", "second", "estimate", "ci_lower", "ci_upper", "statistic", "df", "p_value", "p_adjusted",
        "claim_p_value",
    )  # fmt: skip

    table: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class PairLead(Lead):
    """One entry against a single other one."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class CommunicationLead(Lead):
    """One kind of communication against each of the others."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class LeadByTaxonomy(Result):
    """The same claim under several taxonomies, one row a taxonomy.

    Attributes:
        table: `taxonomy`, `entry`, `leader` (the entry with the most time), `runner_up` (the strongest other one),
            `first`, `second`, `estimate` (entry minus runner-up), `ci_lower`, `ci_upper`, `claim_p_value`, `entries`
            (how many are compared), `n`, `unit`.
    """

    keys: ClassVar[tuple[str, ...]] = ("taxonomy", "entry", "runner_up")
    numbers: ClassVar[tuple[str, ...]] = ("first", "second", "estimate", "ci_lower", "ci_upper", "claim_p_value")

    table: pd.DataFrame


def lead(time: PersonTime, design: Design, entry: str, *, confidence: float = 0.95) -> Lead:
    """Compare one entry with each of the others in minutes per capita and in share of all minutes.

    The claim that the entry takes more time than every other is the intersection of the single comparisons: it holds at
    level α if each of them does, so its p is the largest of theirs, without adjustment (Berger 1982, Technometrics 24,
    295-300). Each comparison by itself stands beside it with Holm's adjustment. Differences are within persons; their
    standard errors come from the design.

    Args:
        time: Minutes of persons; every entry takes part.
        design: Design of the persons.
        entry: The entry of the claim.
        confidence: Level of the intervals, which are two-sided and not adjusted.

    Raises:
        CallError: There is no such entry, or no other one; the confidence is no share.
        InputError: Too few persons have known minutes with every entry, or have spent any.
    """
    check_confidence("lead", confidence)
    if entry not in time.entries or len(time.entries) < 2:
        raise CallError(
            f"lead: entry is {entry!r}. It must be one of at least two entries; found: {', '.join(time.entries)}."
        )
    whole: NDArray[np.bool_] = np.asarray(time.known.all(axis=1) & (design.weights > 0))
    n = int(whole.sum())
    if n < FEWEST_PERSONS:
        raise InputError(
            f"lead: {n} persons have known minutes with all of {', '.join(time.entries)}; {FEWEST_PERSONS} are needed. "
            "Leave out an entry that few were asked about."
        )
    minutes = time.minutes * whole[:, None]
    spenders = int((minutes > 0).any(axis=1).sum())
    if not spenders:
        raise InputError("lead: nobody has spent a minute with any of the entries, so none of them leads.")
    if spenders < FEWEST_PERSONS:
        raise InputError(
            f"lead: {spenders} of {n} persons have spent a minute with any of {', '.join(time.entries)}; "
            f"{FEWEST_PERSONS} are needed to say how sure it is which of them leads."
        )
    denominators = {"time_per_capita": whole.astype(float), "share_of_time": minutes.sum(axis=1)}
    tables = [
        _comparisons(time, design, entry, minutes, denominators[quantity], quantity, n, confidence)
        for quantity in QUANTITIES
    ]
    return Lead(method="lead", table=pd.concat(tables, ignore_index=True))


def _comparisons(
    time: PersonTime, design: Design, entry: str, above: Floats, below: Floats, quantity: str, n: int, confidence: float
) -> pd.DataFrame:
    def ratios(weights: Floats) -> Estimated:
        size = weights @ below
        value = weights @ above / size
        return Estimated(value, (above - value * below[:, None]) / size)

    others = [place for place, name in enumerate(time.entries) if name != entry]
    own = time.entries.index(entry)
    contrast = np.zeros((len(others), len(time.entries)))
    contrast[:, own] = 1.0
    contrast[np.arange(len(others)), others] -= 1.0
    value = ratios(design.weights).estimate
    difference = contrast @ value
    covariance = contrast @ design.covariance(ratios) @ contrast.T
    error = np.sqrt(np.clip(np.diag(covariance), 0, None))
    df = design.df(np.asarray(time.known.all(axis=1), dtype=bool))
    error = np.where(varies(error, difference), error, np.nan)
    statistic = difference / error
    p_value = stats.t.sf(statistic, df)
    half = stats.t.ppf((1 + confidence) / 2, df) * error
    return pd.DataFrame(
        {
            "entry": entry, "other": [time.entries[place] for place in others], "quantity": quantity,
            "first": value[own], "second": value[others], "estimate": difference, "ci_lower": difference - half,
            "ci_upper": difference + half, "standard_error": error, "statistic": statistic, "df": df,
            "p_value": p_value, "p_adjusted": adjust_p_values(p_value, "holm"),
            "claim_p_value": np.nan if np.isnan(p_value).any() else p_value.max(), "n": n,
            "unit": time.unit if quantity == "time_per_capita" else "share", "confidence": confidence,
        }
    )  # fmt: skip


def lead_by_taxonomy(
    time: PersonTime, design: Design, entry: str, taxonomies: Mapping[str, Mapping[str, Sequence[str]]]
) -> LeadByTaxonomy:
    """The claim in minutes per capita under other taxonomies: what counts as one kind of site decides who leads.

    Args:
        time: Minutes of persons.
        design: Design of the persons.
        entry: The entry of the claim.
        taxonomies: Name → new entry → entries that it holds. Entries the time lacks are passed over; a taxonomy that
            would change nothing, or leave the entry alone, is left out.
    """
    rows: list[dict[str, Any]] = []
    seen: set[tuple[tuple[str, ...], ...]] = set()
    for name, groups in taxonomies.items():
        present = {group: tuple(one for one in members if one in time.entries) for group, members in groups.items()}
        several = {group: members for group, members in present.items() if len(members) > 1}
        merged = time.merged(several)
        signature = tuple(sorted(several.values()))
        if signature in seen or entry not in merged.entries or len(merged.entries) < 2:
            continue
        seen.add(signature)
        table = lead(merged, design, entry).select(quantity="time_per_capita").table
        strongest = table.iloc[int(table["second"].to_numpy().argmax())]
        rows.append(
            {
                "taxonomy": name, "leader": entry if strongest["estimate"] > 0 else strongest["other"],
                "entries": len(merged.entries), "runner_up": strongest["other"],
                **{str(column): strongest[column] for column in _CARRIED},
            }
        )  # fmt: skip
    return LeadByTaxonomy(method="lead", table=pd.DataFrame(rows))
