"""Regression: one formula for numbers, yes and no, ordered answers, counts, and amounts with many zeros."""

from survey_stats.statistics.regression.comparison import ModelComparison, compare_models
from survey_stats.statistics.regression.model import regress
from survey_stats.statistics.regression.moderation import JohnsonNeyman, SimpleSlopes, johnson_neyman, simple_slopes
from survey_stats.statistics.regression.results import ModelFit, Regression

__all__ = [
    "JohnsonNeyman",
    "ModelComparison",
    "ModelFit",
    "Regression",
    "SimpleSlopes",
    "compare_models",
    "johnson_neyman",
    "regress",
    "simple_slopes",
]
