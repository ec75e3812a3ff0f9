"""Limits of noncentralities where the distributions can no longer be computed."""

from __future__ import annotations

import numpy as np
import pytest

from survey_stats.statistics import _noncentral
from survey_stats.statistics._noncentral import chi2_limits, f_limits, t_limits


@pytest.mark.parametrize("df", [1, 7, 400])
def test_huge_statistics_go_on_where_the_distribution_ends(df, monkeypatch):
    """On both sides of the threshold the same limits, relative to the statistic."""
    t, f = 9.99e3, 9.99e7 / 3
    exact = t_limits(t, df, 0.95), f_limits(f, 3, df, 0.95)
    monkeypatch.setattr(_noncentral, "_LARGE_T", 1)
    monkeypatch.setattr(_noncentral, "_LARGE_F", 1)
    np.testing.assert_allclose(t_limits(t, df, 0.95), exact[0], rtol=1e-6)
    np.testing.assert_allclose(f_limits(f, 3, df, 0.95), exact[1], rtol=1e-4)
    assert t_limits(-t, df, 0.95) == tuple(-limit for limit in t_limits(t, df, 0.95)[::-1])


def test_limits_hold_what_they_are_limits_of():
    assert t_limits(1e8, 5, 0.95)[0] < 1e8 < t_limits(1e8, 5, 0.95)[1]
    assert f_limits(1e9, 2, 5, 0.95)[0] < 2e9 < f_limits(1e9, 2, 5, 0.95)[1]
    assert f_limits(0.001, 2, 5, 0.95) == (0.0, 0.0)
    assert chi2_limits(0.0, 4, 0.95) == (0.0, 0.0)
