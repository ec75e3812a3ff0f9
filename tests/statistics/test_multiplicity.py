"""Adjusted p-values against R's p.adjust; the numbers below are its output."""

import numpy as np
import pytest

from survey_stats.statistics.multiplicity import ADJUSTMENTS, adjust_p_values

P_VALUES = [0.01, 0.04, 0.03, 0.005, 0.2]
R_P_ADJUST = {  # p.adjust(c(.01, .04, .03, .005, .2), method)
    "none": P_VALUES,
    "holm": [0.04, 0.09, 0.09, 0.025, 0.2],
    "bonferroni": [0.05, 0.2, 0.15, 0.025, 1],
    "fdr_bh": [0.025, 0.05, 0.05, 0.025, 0.2],
    "fdr_by": [0.0570833333333333, 0.114166666666667, 0.114166666666667, 0.0570833333333333, 0.456666666666667],
}


@pytest.mark.parametrize("adjust", ADJUSTMENTS)
def test_equals_r_and_skips_missing_p(adjust):
    np.testing.assert_allclose(adjust_p_values(P_VALUES, adjust), R_P_ADJUST[adjust], rtol=1e-12)
    with_gaps = adjust_p_values([np.nan, *P_VALUES, np.nan], adjust)
    np.testing.assert_allclose(with_gaps, [np.nan, *R_P_ADJUST[adjust], np.nan], rtol=1e-12)
    assert np.isnan(adjust_p_values([np.nan, np.nan], adjust)).all()
