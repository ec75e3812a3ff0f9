"""NIST Statistical Reference Datasets: digits of linear regression (tests/oracles/regression/nist.json)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import InputError
from survey_stats.statistics.regression import regress

# Digits asked for. What limits Filip is not the arithmetic: x¹⁰ rounded to double precision is another regression, of
# which the exact solution has 7.6 digits of the certified one.
DIGITS = {
    "Norris": 12, "Pontius": 12, "NoInt1": 12, "NoInt2": 12, "Longley": 12, "Wampler3": 12, "Wampler4": 11,
    "Wampler5": 9, "Filip": 7,
}  # fmt: skip


def digits(found, certified):
    """The smallest number of correct significant digits."""
    error = np.abs(np.asarray(found, dtype=float) / np.asarray(certified) - 1).max()
    return -np.log10(max(error, 1e-15))


@pytest.mark.parametrize("name", DIGITS)
def test_certified_digits(name, oracle):
    block = oracle("regression/nist")[name]
    result = regress(block["formula"], pd.DataFrame(block["data"]), standard_errors="model")
    assert digits(result.table["estimate"], block["estimate"]) >= DIGITS[name]
    assert digits(result.table["standard_error"], block["standard_error"]) >= DIGITS[name]


@pytest.mark.parametrize("name", ["Wampler1", "Wampler2"])
def test_a_perfect_fit_has_no_error_to_estimate(name, oracle):
    block = oracle("regression/nist")[name]
    with pytest.raises(InputError) as caught:
        regress(block["formula"], pd.DataFrame(block["data"]))
    assert str(caught.value) == (
        "regress: the terms reproduce the outcome 'y' up to rounding, so there is nothing to estimate. Check whether "
        "it is constant or computed from them."
    )


def test_powers_that_nearly_determine_each_other_are_told(oracle):
    blocks = oracle("regression/nist")
    filip, longley = (
        regress(blocks[name]["formula"], pd.DataFrame(blocks[name]["data"]), standard_errors="model").warnings
        for name in ("Filip", "Longley")
    )
    (told,) = filip
    assert str(told) == (
        "The terms nearly determine each other (smallest independent part 8e-10): the last digits of the data change "
        "the coefficients. Center the variables, or write poly(x, degree) instead of powers."
    )
    assert longley == ()
