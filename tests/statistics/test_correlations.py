"""Pearson, Spearman and Kendall against R (tests/oracles/correlations), coverage of their intervals, and behaviour."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_stats.errors import CallError, InputError
from survey_stats.statistics.correlations import correlate
from survey_stats.statistics.correlations._coefficients import COEFFICIENTS
from survey_stats.statistics.correlations._intervals import limits
from survey_stats.statistics.design import Design

METHODS = ("pearson", "spearman", "kendall")


@pytest.fixture
def expected(oracle):
    return oracle("correlations/correlations")


@pytest.fixture
def data(expected):
    return pd.DataFrame(expected["data"]).astype(float)


def only(result):
    assert len(result.table) == 1
    return result.table.iloc[0]


@pytest.mark.parametrize("method", METHODS)
def test_every_pair_equals_r(method, data, expected):
    table = correlate(data, method=method).table.set_index(["x", "y"])
    assert len(table) == len(expected["pairs"]) == 6
    for pair in expected["pairs"]:
        row = table.loc[(pair["x"], pair["y"])]
        assert row["n"] == pair["n"]
        for column, value in pair[method].items():
            assert row[column] == pytest.approx(value, rel=1e-11), (pair["x"], pair["y"], column)


def test_kendall_standard_error_agrees_with_the_jackknife(data, expected):
    """Exact for tau without ties; with ties tau-b is a ratio, and the two differ by terms of order 1 / n."""
    table = correlate(data, method="kendall").table.set_index(["x", "y"])
    for pair in expected["pairs"]:
        row = table.loc[(pair["x"], pair["y"])]
        own = row["standard_error"] * (1 - row["estimate"] ** 2)
        untied = (pair["x"], pair["y"]) == ("shyness", "posts")
        assert own == pytest.approx(pair["tau_jackknife_se"], rel=1e-4 if untied else 0.01)


@pytest.mark.parametrize("adjust", ["holm", "bonferroni", "fdr_by"])
def test_adjusted_p_equal_r(adjust, data, expected):
    table = correlate(data, method=METHODS, adjust=adjust).table
    for method in METHODS:
        own = table.loc[table["method"] == method, "p_adjusted"]
        np.testing.assert_allclose(own, expected["adjusted"][method][adjust], rtol=1e-11)
    assert (table["adjust"] == adjust).all()


def test_holm_equals_psych_and_none_leaves_p(data, expected):
    np.testing.assert_allclose(correlate(data).table["p_adjusted"], expected["psych_holm"], rtol=1e-11)
    plain = correlate(data, adjust="none").table
    pd.testing.assert_series_equal(plain["p_adjusted"], plain["p_value"], check_names=False)


def test_confidence_equals_r(data, expected):
    table = correlate(data, "shyness", "posts", method=METHODS, confidence=0.9).table.set_index("method")
    for method in METHODS:
        for limit in ("ci_lower", "ci_upper"):
            assert table.loc[method, limit] == pytest.approx(expected["confidence_90"][method][limit], rel=1e-11)


def test_four_rows(expected):
    """The least n: Fisher's standard error is 1. Kendall's is 0 here, which is a reason and no interval."""
    block = expected["small"]
    table = correlate(pd.DataFrame(block["data"]), method=METHODS).table.set_index("method")
    for method in METHODS:
        assert table.loc[method, "estimate"] == pytest.approx(block[method]["estimate"], rel=1e-11)
    for column in ("statistic", "p_value"):
        assert table.loc["pearson", column] == pytest.approx(block["pearson"][column], rel=1e-11)
    assert table.loc["spearman", "ci_upper"] == pytest.approx(block["spearman"]["ci_upper"], rel=1e-11)
    assert np.isnan(table.loc["kendall", "ci_lower"])
    assert table["warning"].to_dict() == {
        "pearson": "",
        "spearman": "",
        "kendall": "The standard error is zero in so small a sample, so there is no interval.",
    }


@pytest.mark.parametrize("place", range(8))
def test_p_of_ranks_is_exact_below_ten_rows(place, expected):
    """R's cor.test(exact = TRUE) without ties; with ties all orders of the rows written out in R."""
    case = expected["exact"][place]
    table = correlate(pd.DataFrame(case["data"]), method=["spearman", "kendall"]).table.set_index("method")
    assert len(expected["exact"]) == 8
    for method in ("spearman", "kendall"):
        for column in ("estimate", "p_value"):
            assert table.loc[method, column] == pytest.approx(case[method][column], rel=1e-11)
    assert table[["statistic", "df"]].isna().all(axis=None)


def test_p_of_ranks_by_hand():
    """Of the 4! orders one rises and one falls throughout: p = 2 / 24 for both."""
    table = correlate(pd.DataFrame({"x": [1, 2, 3, 4], "y": [2, 4, 8, 9]}), method=["spearman", "kendall"]).table
    assert table["p_value"].tolist() == [2 / 24, 2 / 24]


def test_exact_p_ends_at_ten_rows():
    x = np.arange(10.0)
    frame = pd.DataFrame({"x": x, "y": np.roll(x, 3)})
    for rows, exact in ((9, True), (10, False)):
        table = correlate(frame.iloc[:rows], method=["spearman", "kendall"]).table
        assert table["statistic"].isna().tolist() == [exact, exact]


@pytest.mark.shared
def test_experience_sampling_correlations_as_documented(shared):
    """Over people, as the data's documentation gives them (Oldemburgo de Mello, Cheung and Inzlicht 2024)."""
    prompts = pd.read_csv(shared / "data/es_twitter/data.csv", low_memory=False)
    people = prompts.groupby("random_id")[["neuroticism", "loneliness", "self_esteem"]].first()
    table = correlate(people, "loneliness").table.set_index("y")
    assert [round(table.loc[name, "estimate"], 3) for name in ("neuroticism", "self_esteem")] == [0.545, -0.602]
    assert (table["n"] == 251).all()


# Coverage: 2,000 samples of 100 a case; its Monte Carlo error is .005.

RUNS, ROWS = 2_000, 100
CUTS = [-1, -0.2, 0.5, 1.3]


def coverage(method, rho, target, cuts=None):
    random = np.random.default_rng([int(rho * 10), len(method)])
    x = random.normal(size=(RUNS, ROWS))
    y = rho * x + np.sqrt(1 - rho**2) * random.normal(size=(RUNS, ROWS))
    if cuts is not None:
        x, y = np.digitize(x, cuts).astype(float), np.digitize(y, cuts).astype(float)
    found = [COEFFICIENTS[method](a, b) for a, b in zip(x, y, strict=True)]
    columns = (np.array([getattr(one, name) for one in found]) for name in ("estimate", "standard_error", "t_df"))
    lower, upper = limits(*columns, 0.95)
    return np.mean((lower <= target) & (target <= upper))


@pytest.mark.parametrize("rho", [0.3, 0.6])
def test_coverage_of_continuous_scores(rho):
    """Population values of a bivariate normal: 6/π asin(ρ/2) and 2/π asin ρ (Kruskal 1958)."""
    assert 0.93 < coverage("spearman", rho, 6 / np.pi * np.arcsin(rho / 2)) < 0.97
    assert 0.93 < coverage("kendall", rho, 2 / np.pi * np.arcsin(rho)) < 0.97


@pytest.mark.parametrize("place", [0, 1])
def test_coverage_of_five_point_scores(place, expected):
    """Population values from R's integration of the cell probabilities."""
    population = expected["population"][place]
    assert population["cuts"] == CUTS
    for method in ("spearman", "kendall"):
        assert 0.93 < coverage(method, population["rho"], population[method], CUTS) < 0.97


# Which pairs.


def pairs_of(result):
    return list(zip(result.table["x"], result.table["y"], strict=True))


def test_pairs(data):
    frame = data.assign(name=pd.Series(["a"] * len(data)))
    assert pairs_of(correlate(data)) == [
        ("shyness", "posts"), ("shyness", "likes"), ("shyness", "views"),
        ("posts", "likes"), ("posts", "views"), ("likes", "views"),
    ]  # fmt: skip
    assert pairs_of(correlate(frame)) == pairs_of(correlate(data))
    assert pairs_of(correlate(frame, "likes")) == [("likes", "shyness"), ("likes", "posts"), ("likes", "views")]
    assert pairs_of(correlate(frame, ["posts", "likes"])) == [
        ("posts", "shyness"), ("posts", "likes"), ("posts", "views"), ("likes", "shyness"), ("likes", "views")
    ]  # fmt: skip
    assert pairs_of(correlate(frame, "shyness", ["views", "posts"])) == [("shyness", "views"), ("shyness", "posts")]
    assert pairs_of(correlate(frame, ("shyness", "posts"), ["posts", "shyness"])) == [("shyness", "posts")]


def test_methods_stand_beside_each_other(data):
    table = correlate(data, "shyness", ["posts", "views"], method=["spearman", "pearson", "spearman"]).table
    assert list(zip(table["y"], table["method"], strict=True)) == [
        ("posts", "spearman"), ("posts", "pearson"), ("views", "spearman"), ("views", "pearson")
    ]  # fmt: skip
    assert table["interval"].tolist() == ["bonett_wright", "fisher_z"] * 2


def test_family_is_all_pairs_of_one_method(data):
    alone = only(correlate(data, "shyness", "likes", adjust="bonferroni"))
    assert alone["p_adjusted"] == alone["p_value"]
    both = correlate(data, "shyness", ["likes", "posts"], method=METHODS, adjust="bonferroni").table
    np.testing.assert_allclose(both["p_adjusted"], np.minimum(2 * both["p_value"], 1), rtol=1e-15)


# Data that cannot be correlated stay in the table and say why.


def test_constant_and_nearly_empty_columns(data):
    frame = data[["shyness", "posts"]].assign(flat=3.0, rare=[1.0, 2.0, 4.0] + [np.nan] * (len(data) - 3))
    result = correlate(frame, "shyness", method=METHODS, adjust="holm")
    table = result.table.set_index(["y", "method"])
    assert (
        table.loc["flat", "error"].tolist() == ["All answers to flat are the same in the 60 rows that have both."] * 3
    )
    assert table.loc["rare", "error"].tolist() == ["Only 3 rows have both answers; at least 4 are needed."] * 3
    numbers = ["estimate", "ci_lower", "ci_upper", "statistic", "df", "p_value", "p_adjusted"]
    assert table.loc[["flat", "rare"], numbers].isna().all(axis=None)
    assert table.loc["rare", "n"].tolist() == [3] * 3
    # a pair without p is no test
    assert (table.loc["posts", "p_adjusted"] == table.loc["posts", "p_value"]).all()
    assert [str(warning) for warning in result.warnings] == ["6 of 9 rows have no estimate; the column error says why."]


def test_column_that_is_constant_where_both_are_answered():
    frame = pd.DataFrame({"x": [1, 1, 1, 1, 2.0], "y": [1, 2, 3, 4, np.nan]})
    assert only(correlate(frame))["error"] == "All answers to x are the same in the 4 rows that have both."


def test_rounding_error_is_not_variation():
    frame = pd.DataFrame({"x": [0.1 + 0.2, 0.3, 0.3, 0.1 + 0.2], "y": [1, 2, 3, 5.0]})
    assert only(correlate(frame))["error"] == (
        "The answers to x differ by less than 1e-13 of their size in the 4 rows that have both, which rounding alone "
        "can do. Subtract a constant from them first if the differences are real."
    )


def test_small_differences_of_huge_numbers():
    """They differ, so they are not called the same; less the constant they correlate."""
    steps = np.arange(0.0, 20, 2)
    frame = pd.DataFrame({"x": 1e15 + steps, "y": steps[::-1]})
    assert only(correlate(frame))["error"] == (
        "The answers to x differ by less than 1e-13 of their size in the 10 rows that have both, which rounding alone "
        "can do. Subtract a constant from them first if the differences are real."
    )
    assert only(correlate(frame.assign(x=frame["x"] - 1e15)))["estimate"] == -1


@pytest.mark.parametrize("sign", [1, -1])
def test_perfect_relation(sign):
    x = np.array([0.1, 0.7, 1.3, 2.9, 3.3])
    table = correlate(pd.DataFrame({"x": x, "y": sign * x / 3 + 5}), method=METHODS).table.set_index("method")
    assert (table["estimate"] == sign).all()
    assert table[["ci_lower", "ci_upper"]].isna().all(axis=None)
    assert np.isnan(table.loc["pearson", "p_value"])
    assert table.loc[["spearman", "kendall"], "p_value"].tolist() == [2 / 120, 2 / 120]  # of 5! orders two are perfect
    assert table["warning"].tolist() == [
        "The relation is perfect: there is no interval and no t test. Check whether the two columns hold the same."
    ] * 3  # fmt: skip


@pytest.mark.parametrize("factor", [1e300, 1e-300])
def test_huge_and_tiny_values(factor, data):
    plain, scaled = (correlate(frame, method=METHODS).table for frame in (data, data * factor))
    pd.testing.assert_frame_equal(plain, scaled, rtol=1e-9)


def test_missing_rows_are_dropped_by_pair(data):
    pair = data[["posts", "likes"]]
    more = pd.concat([pair, pd.DataFrame(np.nan, index=range(3_000), columns=pair.columns)], ignore_index=True)
    pd.testing.assert_frame_equal(correlate(pair, method=METHODS).table, correlate(more, method=METHODS).table)
    assert only(correlate(pair))["n"] == int(pair.notna().all(axis=1).sum()) == 54


def test_boolean_and_nullable_columns(data):
    frame = pd.DataFrame({"a": data["likes"].astype("Int64"), "b": data["views"] > 2})
    plain = pd.DataFrame({"a": data["likes"], "b": (data["views"] > 2).astype(float)})
    pd.testing.assert_frame_equal(correlate(frame).table, correlate(plain).table)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 100_000),
    points=st.sampled_from([3, 5, 1_000]),
    slope=st.floats(0.01, 100),
    shift=st.floats(-50, 50),
)
def test_symmetric_and_invariant_to_linear_transformations(seed, points, slope, shift):
    random = np.random.default_rng(seed)
    x = random.integers(0, points, size=30).astype(float)
    y = np.round((x + random.normal(size=30) * points) / 2)
    frame = pd.DataFrame({"x": x, "y": y, "moved": slope * x + shift, "turned": -slope * x + shift})
    numbers = ["estimate", "ci_lower", "ci_upper", "standard_error", "statistic", "p_value"]
    table = {
        pair: correlate(frame, *pair, method=METHODS).table[numbers]
        for pair in (("x", "y"), ("y", "x"), ("moved", "y"), ("turned", "y"))
    }
    np.testing.assert_allclose(table["x", "y"], table["y", "x"], rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(table["x", "y"], table["moved", "y"], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(table["x", "y"]["estimate"], -table["turned", "y"]["estimate"], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(table["x", "y"]["ci_lower"], -table["turned", "y"]["ci_upper"], rtol=1e-6, atol=1e-8)


def test_long_form(data):
    long = correlate(data, "shyness", "posts", method=METHODS).to_long(
        analysis="shyness_posting", result="correlations"
    )
    assert len(long) == 3 * 8
    assert long["id"].is_unique
    assert "shyness_posting.correlations.shyness_posts_kendall.kendall.p_adjusted" in set(long["id"])


FRAME = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [2.0, 1, 4, 3], "word": list("wxyz")})
ERRORS = {
    "list": (CallError, [1], {}, "correlate: found list as data. Give a pandas DataFrame."),
    "same_name": (
        CallError, pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"]), {},
        "correlate: more than one column is named 'a'. Give each column its own name.",
    ),
    "unknown": (
        CallError, FRAME, {"x": "a", "y": "c"},
        "correlate: the data have no column 'c'. Columns of the data: 'a', 'b', 'word'.",
    ),
    "number": (
        CallError, FRAME, {"x": 5}, "correlate: the data have no column '5'. Columns of the data: 'a', 'b', 'word'."
    ),
    "text": (
        CallError, FRAME, {"x": "a", "y": "word"},
        ("correlate: column 'word' does not hold numbers (it is str). Code the answers as numbers first, or leave the "
        "column out."),
    ),
    "infinite": (
        InputError, FRAME.assign(b=[1, 2, 3, -np.inf]), {},
        "correlate: column 'b' holds an infinite value. Set such values to missing first.",
    ),
    "y_alone": (CallError, FRAME, {"y": "a"}, "correlate: y is given without x. Give x, or neither for all pairs."),
    "itself": (
        CallError, FRAME, {"x": "a", "y": "a"},
        "correlate: there is no pair of columns to correlate. Give at least two different numeric columns.",
    ),
    "method": (
        CallError, FRAME, {"method": ["pearson", "tau"]},
        "correlate: method is 'tau'. Allowed: pearson, spearman, kendall, polychoric.",
    ),
    "no_method": (
        CallError, FRAME, {"method": []},
        "correlate: method is ''. Allowed: pearson, spearman, kendall, polychoric.",
    ),
    "adjust": (
        CallError, FRAME, {"adjust": "fdr"},
        "correlate: adjust is 'fdr'. Allowed: none, holm, bonferroni, fdr_bh, fdr_by, max_t."
    ),
    "rows": (CallError, FRAME, {"rows": "all"}, "correlate: rows is 'all'. Allowed: pairwise, complete."),
    "level": (CallError, FRAME, {"person": "a", "level": "up"}, "correlate: level is 'up'. Allowed: within, between."),
    "partial_twice": (
        CallError, FRAME, {"partial": "a", "semipartial": "b"},
        ("correlate: partial and semipartial are both given. Give one: partial takes the control variables out of x "
        "and y, semipartial out of x alone."),
    ),
    "partial_kendall": (
        CallError, FRAME, {"partial": "a", "method": "kendall"},
        ("correlate: method 'kendall' has no partial or semi-partial form here. Write method='pearson' or 'spearman', "
        "or leave the control variables out."),
    ),
    "partial_itself": (
        CallError, FRAME, {"x": "a", "partial": "a"},
        ("correlate: column 'a' is to be correlated and is a control variable or the person. A column can be one of "
        "them."),
    ),
    "partial_unknown": (
        CallError, FRAME, {"partial": "c"},
        "correlate: the data have no column 'c'. Columns of the data: 'a', 'b', 'word'.",
    ),
    "person_unknown": (
        CallError, FRAME, {"person": "c"},
        "correlate: the data have no column 'c'. Columns of the data: 'a', 'b', 'word'.",
    ),
    "within_ranks": (
        CallError, FRAME, {"person": "word", "method": "spearman"},
        ("correlate: method 'spearman' is not defined within persons. Write method='pearson' (of logarithms, where the "
        "values are skewed), or level='between'."),
    ),
    "person_design": (
        CallError, FRAME, {"person": "word", "design": Design(np.ones(4))},
        ("correlate: person is given with a design. A design whose clusters are the persons gives standard errors for "
        "rows of persons; leave one of the two out."),
    ),
    "max_t_design": (
        CallError, FRAME, {"adjust": "max_t", "design": Design(np.ones(4))},
        ("correlate: adjust='max_t' needs the joint distribution of all estimates, which is not there for a design "
        "with weights. Write adjust='bonferroni'."),
    ),
    "confidence": (
        CallError, FRAME, {"confidence": 1},
        "correlate: confidence is 1. Give a number between 0 and 1, such as 0.95.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case):
    kind, frame, options, message = ERRORS[case]
    with pytest.raises(kind) as caught:
        correlate(frame, **options)
    assert str(caught.value) == message
