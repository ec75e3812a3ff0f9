"""Comparisons of groups and of occasions."""

from survey_stats.statistics.groups.compare import METHODS, compare_groups
from survey_stats.statistics.groups.results import (
    Assumptions,
    Contrasts,
    EffectSizes,
    GroupComparison,
    GroupMeans,
    PairwiseComparisons,
)

__all__ = [
    "METHODS",
    "Assumptions",
    "Contrasts",
    "EffectSizes",
    "GroupComparison",
    "GroupMeans",
    "PairwiseComparisons",
    "compare_groups",
]
