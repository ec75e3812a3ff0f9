"""Flags for answers that deserve a second look. Nothing is excluded here: a plan says which flags exclude."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from survey_stats.measures import careless
from survey_stats.measures.careless import NotAssessableError
from survey_stats.measures.dropout import last_answered, left_early
from survey_stats.measures.quality_material import NOT_PUT, UNANSWERED, Material, minutes_by_sector
from survey_stats.messages import Message
from survey_stats.quality_rules import QUALITY_RULES, ExclusionPlan

FEWEST_TYPICAL = 10
"""Respondents from which on the sample has a typical pace or variability."""
FEWEST_PAIRS = 10
"""Pairs from which on a correlation within a person decides. With five pairs and a true correlation of .7 one honest
respondent in six has an even-odd consistency below .30 by chance, with ten one in thirty (Fisher's z)."""
FEWEST_IN_BLOCK = 10
"""Items of a block from which on a long string is no chance."""
MAD_TO_SD = 1.4826
"""The median absolute deviation of normal values times this is their standard deviation (Leys et al. 2013)."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Quality:
    """What the checks of data quality found.

    Attributes:
        flags: Index respondent, a boolean column for each check that could be assessed.
        indices: Same index, floats; the value behind each flag on the scale of its threshold, missing where a
            respondent could not be assessed.
        rules: A row a check: `flag`, `assessed` and `flagged` (respondents), `threshold`, `excludes` (whether the plan
            says so), `note` (a `Message`: why the check could not be assessed, or none).
        excluded: Same index, boolean: who is left out of the analyses as the plan says.
    """

    flags: pd.DataFrame
    indices: pd.DataFrame
    rules: pd.DataFrame
    excluded: pd.Series


def assess_quality(material: Material, plan: ExclusionPlan | None = None) -> Quality:
    """Run every check on the answers of a questionnaire.

    Args:
        material: The answers.
        plan: Thresholds, and which flags exclude; the usual thresholds, and nobody excluded, where there is none.
    """
    chosen = plan or ExclusionPlan()
    flags, indices, rows = {}, {}, []
    for name, check in CHECKS.items():
        note = None
        try:
            values = check(material)
            flags[name] = _flagged(name, values, chosen.threshold(name))
            indices[name] = values
        except NotAssessableError as reason:
            note = reason.message
        rows.append({
            "flag": name, "assessed": int(indices[name].notna().sum()) if name in indices else 0,
            "flagged": int(flags[name].sum()) if name in flags else 0, "threshold": chosen.threshold(name),
            "excludes": name in chosen.flags, "note": note,
        })  # fmt: skip
    index = material.answers.index
    flagged = pd.DataFrame(flags, index=index).astype(np.bool_)
    counting = [name for name in chosen.flags if name in flagged]
    return Quality(
        flags=flagged,
        indices=pd.DataFrame(indices, index=index).astype("float64"),
        rules=pd.DataFrame(rows).astype({"threshold": "float64", "note": object}),
        excluded=flagged[counting].sum(axis=1) >= chosen.at_least,
    )


def _flagged(name: str, values: pd.Series, threshold: float | None) -> pd.Series:
    compare = _COMPARISONS[QUALITY_RULES[name].flags]
    return compare(values, 0.0 if threshold is None else threshold)


_COMPARISONS: Mapping[str, Callable[[pd.Series, float], pd.Series]] = {
    "below": lambda values, threshold: values < threshold,
    "above": lambda values, threshold: values > threshold,
    "at_least": lambda values, threshold: values >= threshold,
    "any": lambda values, _threshold: values > 0,
}
"""How a value is compared with the threshold. A missing value is never flagged."""


# ---- checks that were asked ---------------------------------------------------------------------------------------


def attention_checks_failed(material: Material) -> pd.Series:
    """Number of attention checks and instructed responses answered otherwise than expected; a blank one is not one."""
    checks = {name: item.expected for name, item in material.items.items() if item.expected is not None}
    if not checks:
        raise NotAssessableError(Message("quality.no_attention_check"))
    answered = material.answers[list(checks)].notna()
    wrong = pd.DataFrame({name: material.answers[name] != expected for name, expected in checks.items()}) & answered
    return wrong.sum(axis=1).astype("float64").where(answered.any(axis=1))


# ---- time ---------------------------------------------------------------------------------------------------------


def seconds_per_item(material: Material) -> pd.Series:
    """Duration of the interview divided by the number of questions answered (Huang et al. 2012)."""
    if material.seconds is None:
        raise NotAssessableError(Message("quality.no_duration"))
    answered = (~material.reasons.isin(UNANSWERED)).sum(axis=1)
    return material.seconds / answered.where(answered > 0)


def relative_pace(material: Material) -> pd.Series:
    """Time as a share of what is typical of the sample: 0.5 is twice as fast.

    By page where the tool tells page times (1 / the relative speed index of Leiner 2019), else seconds a question as a
    share of the sample's median.
    """
    if material.pages is not None and (material.pages.count() >= FEWEST_TYPICAL).any():
        known = material.pages.loc[:, material.pages.count() >= FEWEST_TYPICAL]
        return 1 / careless.relative_speed(known)
    pace = seconds_per_item(material)
    n, typical = int(pace.notna().sum()), pace.median()
    if n < FEWEST_TYPICAL or not typical > 0:
        raise NotAssessableError(Message("quality.no_typical_pace", {"n": n, "fewest": FEWEST_TYPICAL}))
    return pace / typical


# ---- answers that do not vary, or vary at random ------------------------------------------------------------------


def long_string(material: Material) -> pd.Series:
    """The longest run of the same answer as a share of its block of rating items; the highest share of all blocks."""
    blocks = [block.items for block in material.blocks if len(block.items) >= FEWEST_IN_BLOCK]
    if not blocks:
        longest = max((len(block.items) for block in material.blocks), default=0)
        raise NotAssessableError(Message("quality.short_blocks", {"fewest": FEWEST_IN_BLOCK, "items": longest}))
    shares = [careless.longest_string(material.answers[list(items)]) / len(items) for items in blocks]
    return pd.concat(shares, axis=1).max(axis=1)


def low_variability(material: Material) -> pd.Series:
    """How many median absolute deviations a person's variability lies below the sample's median (Leys et al. 2013)."""
    _needs_ratings(material, 2)
    variability = careless.individual_variability(material.ratings)
    n = int(variability.notna().sum())
    typical = variability.median()
    deviation = MAD_TO_SD * (variability - typical).abs().median()
    if n < FEWEST_TYPICAL or not deviation > 0:
        raise NotAssessableError(Message("quality.no_typical_variability", {"n": n, "fewest": FEWEST_TYPICAL}))
    return (typical - variability) / deviation


def even_odd(material: Material) -> pd.Series:
    """Even-odd consistency over the scales, on answers from 0 to 1 after reversal."""
    scales = material.scales
    if len(scales) < FEWEST_PAIRS:
        raise NotAssessableError(Message("quality.few_scales", {"scales": len(scales), "fewest": FEWEST_PAIRS}))
    found = careless.even_odd_consistency(material.keyed, scales)
    return found["value"].where(found["n_pairs"] >= FEWEST_PAIRS)


def _synonyms(material: Material, *, antonyms: bool) -> pd.Series:
    _needs_ratings(material, 2)
    pairs = careless.psychometric_pairs(material.ratings, antonyms=antonyms)
    if len(pairs) < FEWEST_PAIRS:
        which = "antonyms" if antonyms else "synonyms"
        raise NotAssessableError(Message(f"quality.few_{which}", {"pairs": len(pairs), "fewest": FEWEST_PAIRS}))
    found = careless.pair_consistency(material.ratings, pairs)
    return found["value"].where(found["n_pairs"] >= FEWEST_PAIRS)


def outlying(material: Material) -> pd.Series:
    """The p value of the Mahalanobis distance over all rating items of scales."""
    return careless.mahalanobis(material.ratings)["p_value"]


def _needs_ratings(material: Material, fewest: int) -> None:
    if material.ratings.shape[1] < fewest:
        raise NotAssessableError(Message("quality.few_ratings", {"items": material.ratings.shape[1]}))


# ---- the same respondent twice ------------------------------------------------------------------------------------


def repeated_id(material: Material) -> pd.Series:
    """Whether the id of the respondent, as the plan or the survey tool names it, was seen in an earlier row."""
    if material.repeated is None:
        raise NotAssessableError(Message("quality.no_ids"))
    return material.repeated.astype("float64")


def identical_answers(material: Material) -> pd.Series:
    """Number of answers of a respondent all of whose answers equal those of an earlier one, else 0."""
    if material.answers.shape[1] == 0:
        raise NotAssessableError(Message("quality.no_answers"))
    return material.answers.notna().sum(axis=1).where(material.answers.duplicated(), 0).astype("float64")


# ---- what cannot be ----------------------------------------------------------------------------------------------


def hours_of_days(records: pd.DataFrame) -> pd.Series:
    """Hours a person reported for each kind of day, over all media.

    A sector that was asked as a whole and its media that were asked one by one count once: the larger of the two.

    Args:
        records: Columns as in `study.RECORD_COLUMNS`.

    Returns:
        Index person and day.
    """
    return _hours(minutes_by_sector(records))


def _hours(by_sector: pd.DataFrame) -> pd.Series:
    return by_sector.max(axis=1).groupby(level=["person", "day"]).sum() / 60


def hours_of_fullest_day(material: Material) -> pd.Series:
    """Hours of the kind of day for which a respondent reported most."""
    if material.records.empty:
        raise NotAssessableError(Message("quality.no_times"))
    return _hours(material.by_sector).groupby(level="person").max().reindex(material.answers.index)


def platforms_over_total(material: Material) -> pd.Series:
    """Parts as a multiple of the total that was asked beside them; the largest such multiple.

    Times on the media of a sector are summed, by kind of day. Of numbers of contacts the largest is taken: the same
    person can be a contact on several platforms.
    """
    found = [*_time_ratios(material), *_count_ratios(material)]
    if not found:
        raise NotAssessableError(Message("quality.no_total"))
    return pd.concat(found, axis=1).max(axis=1).reindex(material.answers.index)


def _time_ratios(material: Material) -> list[pd.Series]:
    if material.records.empty:
        return []
    both = material.by_sector.dropna()
    return [_ratio(both["parts"], both["whole"]).groupby(level="person").max()] if len(both) else []


def _count_ratios(material: Material) -> list[pd.Series]:
    found = []
    for instrument in material.instruments:
        asked = [item for item in instrument.all_items if item.id in material.answers and item.format.kind == "number"]
        parts = [item.id for item in asked if item.medium is not None]
        totals = [item.id for item in asked if item.medium is None and item.construct is not None]
        if len(parts) > 1 and len(totals) == 1:
            numbers = material.answers[[*parts, *totals]].astype("float64")
            found.append(_ratio(numbers[parts].max(axis=1), numbers[totals[0]]))
    return found


def _ratio(parts: pd.Series, whole: pd.Series) -> pd.Series:
    """Parts divided by the whole; 0 of 0 is no excess, anything of 0 is."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return (parts / whole).where((parts > 0) | whole.isna() | parts.isna(), 0.0)


# ---- interviews that ended early ----------------------------------------------------------------------------------


def unfinished(material: Material) -> pd.Series:
    """Whether the survey tool says that the interview was not finished."""
    if "finished" not in material.paradata:
        raise NotAssessableError(Message("quality.no_finished"))
    return (~material.paradata["finished"].astype(bool)).astype("float64")


def share_reached(material: Material) -> pd.Series:
    """How far a respondent came: the questions put up to the last answer, as a share of all that were put.

    Questions left blank on the way count as reached: who skips is no break-off. "Don't know" and "refused" are answers.
    Who finished the interview, as the survey tool tells, came to the end.
    """
    if material.reasons.shape[1] == 0:
        raise NotAssessableError(Message("quality.no_answers"))
    put = ~material.reasons.isin(NOT_PUT).to_numpy()
    last = last_answered(material).to_numpy()
    reached = put & (np.arange(1, put.shape[1] + 1) <= last[:, None])
    n_put = put.sum(axis=1)
    share = np.where(left_early(material), reached.sum(axis=1) / np.maximum(n_put, 1), 1.0)
    return pd.Series(share, index=material.reasons.index).where(n_put > 0)


CHECKS: Mapping[str, Callable[[Material], pd.Series]] = {
    "attention_check_failed": attention_checks_failed,
    "speeder": relative_pace,
    "seconds_per_item": seconds_per_item,
    "long_string": long_string,
    "low_variability": low_variability,
    "even_odd": even_odd,
    "synonyms": lambda material: _synonyms(material, antonyms=False),
    "antonyms": lambda material: _synonyms(material, antonyms=True),
    "mahalanobis": outlying,
    "repeated_id": repeated_id,
    "identical_answers": identical_answers,
    "day_over_24_hours": hours_of_fullest_day,
    "platforms_over_total": platforms_over_total,
    "unfinished": unfinished,
    "broke_off": share_reached,
}
"""Check → the value it compares with its threshold, one a respondent; ids as in `quality_rules`."""
