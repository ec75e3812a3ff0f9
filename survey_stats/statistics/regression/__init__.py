"""Regression: one formula for numbers, yes and no, ordered answers, counts, and amounts with many zeros."""

from survey_stats.statistics.regression.comparison import ModelComparison, compare_models
from survey_stats.statistics.regression.margins import (
    MarginalEffects,
    PredictedMeans,
    marginal_effects,
    predicted_means,
)
from survey_stats.statistics.regression.model import regress
from survey_stats.statistics.regression.moderation import JohnsonNeyman, SimpleSlopes, johnson_neyman, simple_slopes
from survey_stats.statistics.regression.proportional_odds import ProportionalOdds, proportional_odds
from survey_stats.statistics.regression.results import ModelFit, Regression

__all__ = [
    "JohnsonNeyman",
    "MarginalEffects",
    "ModelComparison",
    "ModelFit",
    "PredictedMeans",
    "ProportionalOdds",
    "Regression",
    "SimpleSlopes",
    "compare_models",
    "johnson_neyman",
    "marginal_effects",
    "predicted_means",
    "proportional_odds",
    "regress",
    "simple_slopes",
]
