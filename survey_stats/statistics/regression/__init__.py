"""Regression: one formula for numbers, yes and no, ordered answers, counts, and amounts with many zeros."""

from survey_stats.statistics.regression.comparison import ModelComparison, compare_models
from survey_stats.statistics.regression.model import regress
from survey_stats.statistics.regression.results import ModelFit, Regression

__all__ = ["ModelComparison", "ModelFit", "Regression", "compare_models", "regress"]
