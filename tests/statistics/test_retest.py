"""Intraclass correlations and test-retest reliability against psych (tests/oracles/reliability/retest)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import CallError, InputError
from survey_stats.statistics.retest import METHODS, intraclass_correlations, retest_reliability

# psych's order, and ours
ORDER = ["icc_1_1", "icc_2_1", "icc_3_1", "icc_1_k", "icc_2_k", "icc_3_k"]


@pytest.fixture
def expected(oracle):
    return oracle("reliability/retest")


@pytest.fixture
def made(expected):
    return {name: pd.DataFrame(expected[name]["data"]).astype(float) for name in ("judges", "three", "weak")}


@pytest.mark.parametrize(
    ("name", "data", "confidence"),
    [("judges", "judges", 0.95), ("three", "three", 0.95), ("three_90", "three", 0.9), ("weak", "weak", 0.95)],
)
def test_all_six_equal_psych(name, data, confidence, made, expected):
    table = intraclass_correlations(made[data], confidence=confidence).table
    assert table["method"].tolist() == ORDER
    block = expected[name]
    for column in ("estimate", "ci_lower", "ci_upper", "statistic", "df_1", "df_2", "p_value"):
        np.testing.assert_allclose(table[column], block[column], rtol=1e-9, err_msg=column)
    assert set(table["n"]) == {block["n"]}
    assert set(table["n_ratings"]) == {made[data].shape[1]}


def test_shrout_and_fleiss_as_published(made):
    """Table 4 of Shrout and Fleiss (1979): six targets, four judges."""
    result = intraclass_correlations(made["judges"])
    assert result.table["estimate"].round(2).tolist() == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    assert result.table["label"].tolist() == ["ICC(1)", "ICC(A,1)", "ICC(C,1)", "ICC(k)", "ICC(A,k)", "ICC(C,k)"]


def test_rows_with_a_missing_rating_do_not_count(made):
    more = pd.concat([made["three"], pd.DataFrame({"x": [1.0] * 3_000})], ignore_index=True)
    pd.testing.assert_frame_equal(intraclass_correlations(more).table, intraclass_correlations(made["three"]).table)


def test_consistency_of_the_mean_is_alpha(made):
    """Hoyt (1941): ICC(C,k) is coefficient alpha of the ratings taken as items."""
    from survey_stats.statistics.reliability import reliability

    table = intraclass_correlations(made["three"]).table.set_index("method")
    assert table.loc["icc_3_k", "estimate"] == pytest.approx(reliability(made["three"]).alpha.estimate, rel=1e-12)


def test_two_occasions_equal_r(made, expected):
    data, block = made["three"], expected["two"]
    table = retest_reliability(data["x"], data["y"]).table.set_index("method")
    assert table.index.tolist() == ["icc_2_1", "icc_3_1", *METHODS[6:]]
    limits = table[["ci_lower", "ci_upper"]]
    for method, place in (("icc_2_1", 1), ("icc_3_1", 2)):
        assert table.loc[method, "estimate"] == pytest.approx(block["estimate"][place], rel=1e-10)
        assert limits.loc[method].tolist() == pytest.approx([block["ci_lower"][place], block["ci_upper"][place]])
    for method, name in (("retest_pearson", "r"), ("retest_difference", "difference"), ("retest_sem", "sem")):
        assert table.loc[method, "estimate"] == pytest.approx(block[name], rel=1e-10)
        assert limits.loc[method].tolist() == pytest.approx(block[f"{name}_ci"], rel=1e-9)
    assert table.loc["retest_sem", "estimate"] == pytest.approx(block["sem_by_anova"], rel=1e-10)
    assert table.loc["smallest_detectable_change", "estimate"] == pytest.approx(block["change"], rel=1e-10)
    assert set(table["n"]) == {60}


def test_persons_are_matched_by_index(made):
    first, second = made["three"]["x"], made["three"]["y"]
    mixed = pd.concat([second.sample(frac=1, random_state=1), pd.Series([3.0], index=[999])])
    expected = retest_reliability(first.drop([4, 7]), second.drop([4, 7])).table
    pd.testing.assert_frame_equal(retest_reliability(first.drop([4, 7]), mixed).table, expected, rtol=1e-12)
    assert set(expected["n"]) == {58}


def test_confidence_has_effect(made):
    wide, narrow = (
        retest_reliability(made["three"]["x"], made["three"]["y"], confidence=level).table for level in (0.99, 0.8)
    )
    assert (wide["ci_lower"] < narrow["ci_lower"])[:5].all()
    assert (wide["ci_upper"] > narrow["ci_upper"])[:5].all()
    # the change that a difference must exceed is itself a matter of the level
    assert wide["estimate"].iloc[5] > narrow["estimate"].iloc[5]


def test_perfect_agreement_has_no_interval():
    ratings = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [2.0, 3, 4, 5]})
    result = intraclass_correlations(ratings)
    consistency = result.table.set_index("method").loc["icc_3_1"]
    assert consistency["estimate"] == 1
    assert np.isnan(consistency["ci_lower"])
    assert [str(one) for one in result.warnings] == [
        "The ratings differ by a constant at most: consistency is perfect and has no interval and no test."
    ]
    assert retest_reliability(ratings["a"], ratings["b"]).table["warning"].iloc[0] == str(result.warnings[0])


def test_targets_that_do_not_differ_have_no_coefficient():
    result = intraclass_correlations(pd.DataFrame({"a": [1.0, 2, 3, 2], "b": [3.0, 2, 1, 2]}))
    assert result.table["estimate"].isna().all()
    assert [str(one) for one in result.warnings] == [
        "The means of the 4 rows do not differ: there is nothing to tell apart, and no coefficient."
    ]


def test_long_form_and_repr(made):
    result = intraclass_correlations(made["judges"])
    long = result.to_long(analysis="retest", result="icc")
    assert long["id"].is_unique
    assert len(long) == 30
    assert "IntraclassCorrelations\n" in repr(result)
    assert retest_reliability(made["three"]["x"], made["three"]["y"]).to_long(analysis="a", result="b")["id"].is_unique


SERIES = pd.Series([1.0, 2, 4])
ERRORS = {
    "one_column": (
        CallError, lambda: intraclass_correlations(pd.DataFrame({"a": [1.0, 2, 3]})),
        "intraclass_correlations: found 1 column. Give at least two ratings of the same persons.",
    ),
    "two_rows": (
        CallError, lambda: intraclass_correlations(pd.DataFrame({"a": [1.0, 2, np.nan], "b": [1.0, 2, 3]})),
        "intraclass_correlations: found 2 complete rows. Give at least 3.",
    ),
    "infinite": (
        InputError, lambda: intraclass_correlations(pd.DataFrame({"a": [1.0, 2, np.inf], "b": [1.0, 2, 3]})),
        "intraclass_correlations: column 'a' holds an infinite value. Set such values to missing first.",
    ),
    "list": (
        CallError, lambda: retest_reliability([1, 2], SERIES),
        "retest_reliability: found list. Give two pandas Series with the person as index.",
    ),
    "twice": (
        CallError, lambda: retest_reliability(SERIES.set_axis(["p", "p", "q"]), SERIES),
        "retest_reliability: 'p' occurs more than once in an index. Give each person one score.",
    ),
    "nobody_in_common": (
        CallError, lambda: retest_reliability(SERIES, SERIES.set_axis([7, 8, 9])),
        "retest_reliability: found 0 complete rows. Give at least 3.",
    ),
    "confidence": (
        CallError, lambda: intraclass_correlations(pd.DataFrame({"a": [1.0, 2, 3]}), confidence=95),
        "intraclass_correlations: confidence is 95. Give a number between 0 and 1, such as 0.95.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ERRORS)
def test_errors_say_what_to_do(name):
    kind, call, sentence = ERRORS[name]
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == sentence
