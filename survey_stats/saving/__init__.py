"""Answers and scores as files of other programs: SPSS, Stata, Excel, CSV, Parquet, each with a codebook."""

from survey_stats.saving.scores import save_scores

__all__ = ["save_scores"]
