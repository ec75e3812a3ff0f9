"""A model that ran out of iterations has no estimate and says so; the other coefficients stay."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats.statistics import _minres, _oblimin, _one_factor, _weighted_one_factor
from survey_stats.statistics.reliability import reliability

CASES = {
    "omega_total": (_one_factor, "No omega: the one-factor model did not converge."),
    "omega_categorical": (_weighted_one_factor, "No omega_categorical: the one-factor model did not converge."),
    "omega_hierarchical": (
        _minres,
        "No omega hierarchical: the factor analysis did not converge. Try another number of group factors.",
    ),
    "omega_total_minres": (
        _oblimin,
        "No omega hierarchical: the oblimin rotation did not converge. Try another number of group factors.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_no_estimate_and_a_sentence(name, monkeypatch, oracle):
    module, sentence = CASES[name]
    items = pd.DataFrame(oracle("reliability/hierarchical")["three"]["data"]).astype(float)
    monkeypatch.setattr(module, "_ITERATIONS", 1)
    result = reliability(items, categorical=True, group_factors=3)
    assert np.isnan(getattr(result, name).estimate)
    assert [str(one) for one in getattr(result, name).warnings] == [sentence]
    assert np.isfinite(result.alpha.estimate)
