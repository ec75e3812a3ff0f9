"""Regression: one formula for numbers, yes and no, ordered answers, counts, and amounts with many zeros."""

from survey_stats.statistics.regression.model import regress
from survey_stats.statistics.regression.results import Regression

__all__ = ["Regression", "regress"]
