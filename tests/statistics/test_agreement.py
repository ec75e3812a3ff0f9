"""Self-reports against logs, and attenuation, against R (tests/oracles/agreement)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import CallError, InputError
from survey_stats.statistics.agreement import agreement
from survey_stats.statistics.attenuation import attenuation

ORACLE: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "oracles" / "agreement" / "agreement.json").read_text(encoding="utf-8")
)
DATA = pd.DataFrame(ORACLE["data"], dtype=float)
SHOWN = ["estimate", "ci_lower", "ci_upper"]
SAME = {
    "bias": "bias", "proportional_bias": "slope", "ratio_of_means": "ratio", "geometric_ratio": "geometric",
    "pearson": "pearson", "concordance": "concordance", "within_5": "within_5", "within_25": "within_25",
    "over_reporters": "over", "under_reporters": "under",
}  # fmt: skip


def close(found, expected, rtol=1e-10):
    np.testing.assert_allclose(np.asarray(found, dtype=float), np.asarray(expected, dtype=float), rtol=rtol, atol=1e-13)


def rows(result):
    return result.table.set_index("quantity")


@pytest.mark.parametrize(("name", "options"), [("figures", {}), ("narrow", {"confidence": 0.9, "coverage": 0.8})])
def test_agreement_is_that_of_r(name, options):
    expected = ORACLE[name]
    table = rows(agreement(DATA, "said", "logged", **options))
    for own, theirs in SAME.items():
        close(table.loc[own, SHOWN], expected[theirs], 1e-8 if own == "concordance" else 1e-10)
    close(table.loc["bias", ["standard_error", "p_value"]], [expected["bias_se"], expected["bias_p"]])
    close(table.loc["proportional_bias", "p_value"], expected["slope_p"])
    for side in ("lower", "upper"):
        close(table.loc[f"limit_{side}", SHOWN], expected["limits"][side], 1e-7)
        close(table.loc[f"ratio_limit_{side}", SHOWN], expected["ratio_limits"][side], 1e-7)
    assert table.loc["bias", "n"] == expected["n"]
    assert table.loc["geometric_ratio", "n"] == expected["n_positive"]


def test_two_flow_meters_as_published():
    """Bland and Altman (1986, Lancet 327, 307-310): bias -2.1 l/min, SD 38.8, interval of the bias -22.0 to 17.8."""
    data = pd.DataFrame({name: ORACLE["meters"][name] for name in ("large", "mini")})
    result = agreement(data, "large", "mini")
    table = rows(result)
    assert [round(value, 1) for value in table.loc["bias", SHOWN]] == [-2.1, -22.0, 17.8]
    assert round(float(result.points["difference"].std()), 1) == 38.8
    close(table.loc["concordance", SHOWN], ORACLE["meters"]["concordance"], 1e-8)


def test_shares_add_up():
    table = rows(agreement(DATA, "said", "logged", within=[0.1]))
    assert table.loc[["within_10", "over_reporters", "under_reporters"], "estimate"].sum() == pytest.approx(1)
    assert "within_5" not in table.index


def test_turned_round_the_sign_changes():
    table, turned = rows(agreement(DATA, "said", "logged")), rows(agreement(DATA, "logged", "said"))
    close(turned.loc["bias", "estimate"], -table.loc["bias", "estimate"])
    close(turned.loc["ratio_of_means", "estimate"], 1 / table.loc["ratio_of_means", "estimate"])
    close(turned.loc["concordance", SHOWN], table.loc["concordance", SHOWN])


def test_what_has_no_number_says_why():
    zeros = pd.DataFrame({"a": [0.0, 0, 0, 0, 0, 0], "b": [0.0, 10, 20, 5, 0, 40]})
    table = rows(agreement(zeros, "a", "b"))
    assert table.loc["ratio_of_means", "error"] == "One of the two is 0 for every person: there is no ratio."
    assert table.loc["geometric_ratio", "error"] == (
        "Too few persons have more than 0 in both, or all have the same ratio."
    )
    assert table.loc["pearson", "error"] == "All answers to a are the same in the 6 rows that have both."
    assert table.loc["proportional_bias", "error"] == "All persons lie on one line: there is no standard error."
    assert table.loc["within_5", "estimate"] == pytest.approx(2 / 6)
    assert table.loc["under_reporters", "estimate"] == pytest.approx(4 / 6)


PAIRS = pd.DataFrame({"a": [1.0, 2, 3, 4, 5, 6], "b": [2.0, 2, 5, 3, 8, 6], "word": ["x"] * 6})
ERRORS: dict[str, tuple[Any, pd.DataFrame, dict[str, Any], str]] = {
    "few": (
        InputError, PAIRS.head(4), {},
        "agreement: only 4 persons have both a and b; at least 5 are needed.",
    ),
    "negative": (
        InputError, PAIRS.assign(a=PAIRS["a"] - 2), {},
        ("agreement: 1 persons have a negative value in a or b. Time and counts are 0 or more: set such values to "
        "missing first."),
    ),
    "computed": (
        InputError, PAIRS.assign(b=PAIRS["a"] + 3), {},
        ("agreement: a and b differ by the same amount for every person: there is no spread to measure agreement by. "
        "Check whether one is computed from the other."),
    ),
    "text": (
        CallError, PAIRS, {"log": "word"},
        ("agreement: column 'word' does not hold numbers (it is str). Code the answers as numbers first, or leave the "
        "column out."),
    ),
    "unknown": (
        CallError, PAIRS, {"log": "c"},
        "agreement: the data have no column 'c'. Columns of the data: 'a', 'b', 'word'.",
    ),
    "same": (
        CallError, PAIRS, {"log": "a"},
        "agreement: self_report and log are both 'a'. Give two different columns.",
    ),
    "within": (
        CallError, PAIRS, {"within": (0, 25)},
        "agreement: within is (0, 25). Give shares above 0, such as 0.05 for 5 %.",
    ),
    "coverage": (
        CallError, PAIRS, {"coverage": 95},
        "agreement: coverage is 95. Give a number between 0 and 1, such as 0.95.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case):
    kind, data, options, message = ERRORS[case]
    with pytest.raises(kind) as caught:
        agreement(data, **{"self_report": "a", "log": "b"} | options)
    assert str(caught.value) == message


# ---- attenuation ------------------------------------------------------------------------------------------------


def test_bounds_are_those_of_a_possible_correlation_matrix():
    for case in ORACLE["attenuation"]:
        table = rows(attenuation(case["r"], case["v"]))
        close(table.loc["without_assumption", SHOWN[1:]], [case["lower"], case["upper"]], 1e-6)
        close(table.loc["as_attenuated", "estimate"], case["r"] * case["v"])


def test_bounds_over_ranges():
    table = rows(attenuation(0.15, (0.3, 0.5), interval=(0.05, 0.25)))
    expected = ORACLE["range"]
    close(table.loc["without_assumption", SHOWN[1:]], [expected["lower"], expected["upper"]], 1e-6)
    close(table.loc["with_unrelated_errors", SHOWN[1:]], expected["unrelated"], 1e-9)
    close(table.loc["with_unrelated_errors", "estimate"], 0.15 / 0.4)
    one = rows(attenuation(0.35, (0.3, 0.5)))  # r lies within the range of validity: the bound reaches 1
    assert one.loc["without_assumption", "ci_upper"] == 1


def test_the_interval_is_that_of_fisher():
    from scipy import stats

    table = rows(attenuation(0.15, 0.4, n=300, confidence=0.9))
    half = stats.norm.ppf(0.95) / np.sqrt(297)
    close(table.loc["observed", SHOWN], [0.15, np.tanh(np.arctanh(0.15) - half), np.tanh(np.arctanh(0.15) + half)])
    assert table["n"].tolist() == [300] * 4


def test_a_correlation_beyond_the_validity_says_so():
    table = rows(attenuation(-0.6, 0.5))
    row = table.loc["with_unrelated_errors"]
    assert np.isnan(row["estimate"])
    assert row["warning"] == (
        "The correlation is larger than the validity: errors that have nothing to do with the other variable would "
        "need a validity of at least 0.60."
    )


ATTENUATION_ERRORS = {
    "correlation": ((1.2, 0.4), {}, "attenuation: correlation is 1.2. Give a number between -1 and 1."),
    "validity": (
        (0.2, 0), {},
        "attenuation: validity is 0. Give a number above 0 and at most 1, or two, the lower first.",
    ),
    "order": (
        (0.2, (0.5, 0.3)), {},
        "attenuation: validity is 0.5 to 0.3. Give a number above 0 and at most 1, or two, the lower first.",
    ),
    "both": (
        (0.2, 0.5), {"n": 100, "interval": (0.1, 0.3)},
        "attenuation: n and an interval are given. Give n, or the interval that is known otherwise.",
    ),
    "n": ((0.2, 0.5), {"n": 3}, "attenuation: n is 3. Fisher's interval needs at least 4 persons."),
    "interval": (
        (0.2, 0.5), {"interval": (0.3, 0.4)},
        ("attenuation: the interval (0.3, 0.4) does not hold the correlation 0.2. Give the lower and the upper limit "
        "of the same correlation."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ATTENUATION_ERRORS)
def test_attenuation_errors(case):
    arguments, options, message = ATTENUATION_ERRORS[case]
    with pytest.raises(CallError) as caught:
        attenuation(*arguments, **options)
    assert str(caught.value) == message
