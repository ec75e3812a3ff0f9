"""The checks of data quality, their thresholds, and the section `[exclusions]` of a plan: which of them exclude."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, model_validator

from survey_stats.content import FileModel


@dataclass(frozen=True, slots=True)
class QualityRule:
    """A check of data quality. The words for its id and its unit are in the message catalogue.

    Attributes:
        id: Name of the flag, a column of `study.flags`.
        threshold: The value from which on it flags, unless the plan names another; none for a check without one.
        unit: What the threshold counts.
        flags: Whether values below, above or from the threshold on are flagged.
        lowest, highest: Thresholds that make sense; a plan may name no other.
        source: Where index and threshold come from.
    """

    id: str
    threshold: float | None
    unit: str
    flags: Literal["below", "above", "at_least", "any"]
    lowest: float
    highest: float
    source: str


_LISTED = (
    QualityRule("attention_check_failed", 1, "checks", "at_least", 1, 20,
                "Meade and Craig (2012); one failed check flags, several are surer"),
    QualityRule("speeder", 0.5, "median_pace", "below", 0.05, 0.95,
                "Leiner (2019), doi:10.18148/srm/2019.v13i3.7403: twice as fast as is typical of the sample"),
    QualityRule("seconds_per_item", 2, "seconds", "below", 0.1, 60,
                "Huang et al. (2012), doi:10.1007/s10869-011-9231-8: under two seconds an item"),
    QualityRule("long_string", 0.5, "share_of_block", "at_least", 0.05, 1,
                "index: Johnson (2005); half of the items: Curran (2016), doi:10.1016/j.jesp.2015.07.006"),
    QualityRule("low_variability", 2.5, "deviations", "above", 0.5, 10,
                "index: Dunn et al. (2018), doi:10.1007/s10869-016-9479-0; 2.5 median absolute deviations: Leys et al. "
                "(2013), doi:10.1016/j.jesp.2013.03.013"),
    QualityRule("even_odd", 0.3, "correlation", "below", -1, 1,
                "Jackson (1976) as in Johnson (2005), doi:10.1016/j.jrp.2004.09.009"),
    QualityRule("synonyms", 0, "correlation", "below", -1, 1,
                "index: Meade and Craig (2012), items that correlate above .60; that the sign is wrong: our choice"),
    QualityRule("antonyms", 0, "correlation", "above", -1, 1,
                "index: Johnson (2005), items that correlate below -.60; that the sign is wrong: our choice"),
    QualityRule("mahalanobis", 0.001, "p_value", "below", 1e-12, 0.2,
                "index: Meade and Craig (2012); p < .001 by chi-square: Tabachnick and Fidell (2019)"),
    QualityRule("repeated_id", None, "", "any", 0, 0, "the same id was seen in an earlier row"),
    QualityRule("identical_answers", 10, "answers", "at_least", 2, 10_000,
                "all answers equal those of an earlier row; shorter ones coincide by chance: our choice"),
    QualityRule("day_over_24_hours", 24, "hours", "above", 1, 500,
                "a day has 24 hours; media used side by side count twice, so it is no proof of an error"),
    QualityRule("platforms_over_total", 1, "times_total", "above", 1, 100,
                "the parts are more than the whole that the person named: our choice"),
    QualityRule("unfinished", None, "", "any", 0, 0, "the survey tool says that the interview was not finished"),
    QualityRule("broke_off", 0.5, "share_reached", "below", 0.01, 1,
                "AAPOR (2023), Standard Definitions: under half of the questions is a break-off; here by the place of "
                "the last answer, so that skipped questions do not count"),
)  # fmt: skip
QUALITY_RULES: Mapping[str, QualityRule] = {rule.id: rule for rule in _LISTED}
"""Every check, in the order in which they are shown."""


class ExclusionPlan(FileModel):
    """Which checks of data quality exclude a respondent. Without flags nobody is excluded.

    Attributes:
        flags: Checks that count.
        at_least: How many of them a respondent must have to be excluded.
        thresholds: Check → threshold, where it is not the usual one; also for checks that only show.
        respondent_id: Column with the ids of the respondents; an id seen before is the flag `repeated_id`. It may be a
            personal column: only whether an id repeats is kept.
    """

    flags: tuple[str, ...] = ()
    at_least: int = Field(default=1, ge=1)
    thresholds: dict[str, float] = Field(default_factory=dict)
    respondent_id: str | None = None

    @model_validator(mode="after")
    def _known(self) -> ExclusionPlan:
        for name in (*self.flags, *self.thresholds):
            if name not in QUALITY_RULES:
                raise ValueError(f"there is no check {name!r}; allowed: {', '.join(QUALITY_RULES)}")
        if len(set(self.flags)) < len(self.flags):
            raise ValueError("flags names a check twice; name each once")
        if self.at_least > max(len(self.flags), 1):
            raise ValueError(f"at_least is {self.at_least}, but flags names {len(self.flags)} checks")
        for name, value in self.thresholds.items():
            _check_threshold(QUALITY_RULES[name], value)
        return self

    def threshold(self, flag: str) -> float | None:
        """The threshold of a check: the plan's, else the usual one."""
        return self.thresholds.get(flag, QUALITY_RULES[flag].threshold)


def _check_threshold(rule: QualityRule, value: float) -> None:
    if rule.threshold is None:
        raise ValueError(f"thresholds: {rule.id} has no threshold; leave it out")
    if not math.isfinite(value) or not rule.lowest <= value <= rule.highest:
        raise ValueError(
            f"thresholds: {rule.id} is {value:g}; allowed: {rule.lowest:g} to {rule.highest:g} "
            f"(usual: {rule.threshold:g})"
        )


def exclusion_rules(plan: ExclusionPlan | None) -> dict[str, str]:
    """What a plan decided about flags, for the table of choices that changed numbers and for the manifest."""
    if plan is None:
        return {}
    rules = {}
    if plan.flags:
        told = [name if (at := plan.threshold(name)) is None else f"{name} ({at:g})" for name in plan.flags]
        rules["exclusions"] = f"{', '.join(told)}; at least {plan.at_least}"
    if plan.thresholds:
        rules["thresholds"] = ", ".join(f"{name} {value:g}" for name, value in plan.thresholds.items())
    return rules
