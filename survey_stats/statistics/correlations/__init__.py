"""Correlations of pairs of columns, with intervals, tests and what may be concluded from them."""

from survey_stats.statistics.correlations.result import Correlations
from survey_stats.statistics.correlations.table import correlate

__all__ = ["Correlations", "correlate"]
