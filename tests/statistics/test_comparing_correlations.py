"""Comparisons of correlations and corrections for unreliability against R (tests/oracles/correlations/comparing)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats.analysis import Table
from survey_stats.errors import CallError
from survey_stats.reporting.sentences import result_sentences
from survey_stats.reporting.tables import result_table
from survey_stats.reporting.words import Labels
from survey_stats.statistics.correlations import correlate
from survey_stats.statistics.correlations.comparing import (
    compare_correlations,
    independent,
    nonoverlapping,
    overlapping,
)
from survey_stats.statistics.correlations.unreliability import correct_by_items, correct_for_unreliability
from survey_stats.statistics.reliability import reliability


@pytest.fixture(scope="module")
def expected(oracle):
    return oracle("correlations/comparing")


@pytest.fixture(scope="module")
def data(expected):
    return pd.DataFrame(expected["data"]).astype(dict.fromkeys("abcd", float))


def interval(found):
    return [found.ci_lower, found.ci_upper]


@pytest.mark.parametrize("place", range(4))
def test_overlapping_equals_r(place, expected):
    case = expected["overlapping"][place]
    given = (case["r12"], case["r13"], case["r23"], case["n"])
    for test in ("williams", "steiger", "meng"):
        found = overlapping(*given, test=test)
        assert found.statistic == pytest.approx(case[test]["statistic"], rel=1e-7), test
        np.testing.assert_allclose(interval(found), case["ci"], rtol=1e-7, atol=1e-9)
    williams = overlapping(*given)
    assert (williams.p_value, williams.df) == (pytest.approx(case["williams"]["p"], rel=1e-9), case["n"] - 3)
    turned = overlapping(case["r13"], case["r12"], *given[2:])
    np.testing.assert_allclose(interval(turned), [-end for end in interval(williams)[::-1]], rtol=1e-12)


@pytest.mark.parametrize("place", range(2))
def test_nonoverlapping_equals_psych(place, expected):
    case = expected["nonoverlapping"][place]
    found = nonoverlapping(*case["r"], case["n"])
    assert found.statistic == pytest.approx(case["statistic"], rel=1e-9)
    assert found.p_value == pytest.approx(case["p"], rel=1e-9)
    np.testing.assert_allclose(interval(found), case["ci"], rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("place", range(2))
def test_independent_equals_psych(place, expected):
    case = expected["independent"][place]
    given = (case["r1"], case["n1"], case["r2"], case["n2"])
    found = independent(*given)
    assert abs(found.statistic) == pytest.approx(case["statistic"], rel=1e-10)
    assert np.sign(found.statistic) == np.sign(case["r1"] - case["r2"])
    assert found.p_value == pytest.approx(case["p"], rel=1e-9)
    np.testing.assert_allclose(interval(found), case["ci"], rtol=1e-10)
    np.testing.assert_allclose(interval(independent(*given, confidence=0.9)), case["ci_90"], rtol=1e-10)


def test_pairs_of_the_data(data, expected):
    """Rows complete for the columns of both pairs; the common column may stand anywhere."""
    r, n = np.array(expected["r"]), expected["rows"]
    three = data[["a", "b", "c"]].dropna().corr().to_numpy()
    for first, second in ((("a", "b"), ("a", "c")), (("b", "a"), ("c", "a")), (("a", "b"), ("c", "a"))):
        row = compare_correlations(data, first, second).table.iloc[0]
        found = overlapping(three[0, 1], three[0, 2], three[1, 2], 88)
        assert row["statistic"] == pytest.approx(found.statistic, rel=1e-12)
        assert (row["n"], row["method"], row["df"]) == (88, "williams", 85)
    row = compare_correlations(data, ("a", "b"), ("c", "d"), confidence=0.9).table.iloc[0]
    case = expected["nonoverlapping"][1]
    assert row["statistic"] == pytest.approx(case["statistic"], rel=1e-10)
    assert (row["n"], row["method"], row["confidence"]) == (n, "steiger", 0.9)
    assert row[["estimate_first", "estimate_second"]].tolist() == pytest.approx([r[0, 1], r[2, 3]], rel=1e-10)
    meng = compare_correlations(data, ("a", "b"), ("a", "c"), test="meng").table.iloc[0]
    assert meng["statistic"] == pytest.approx(overlapping(three[0, 1], three[0, 2], three[1, 2], 88, test="meng")[3])


def test_groups_of_the_data(data, expected):
    result = compare_correlations(data, ("a", "b"), group="group", adjust="bonferroni")
    groups = expected["groups"]
    assert result.table["group"].tolist() == ["f - m", "f - x", "m - x"]
    for row in result.table.to_dict("records"):
        one, other = (groups[name] for name in row["group"].split(" - "))
        found = independent(one["r"], one["n"], other["r"], other["n"])
        assert (row["n"], row["n_second"]) == (one["n"], other["n"])
        assert row["statistic"] == pytest.approx(found.statistic, rel=1e-9)
        assert row["p_adjusted"] == pytest.approx(min(3 * found.p_value, 1), rel=1e-9)
    block = expected["homogeneity"]
    assert result.homogeneity == pytest.approx((block["q"], block["df"], block["p"]), rel=1e-9)


def test_groups_that_cannot_be_compared_keep_their_reason(data):
    frame = data.assign(group=["tiny"] * 3 + ["big"] * 87)
    result = compare_correlations(frame, ("a", "c"), group="group")
    assert result.table["error"].tolist() == ["Only 3 rows have both answers; at least 4 are needed."]
    assert result.homogeneity is None
    flat = compare_correlations(data.assign(d=2.0), ("a", "b"), ("a", "d"))
    assert flat.table["error"].tolist() == ["All answers to d are the same in the 88 rows that have both."]
    same = compare_correlations(data.assign(d=-data["a"]), ("a", "b"), ("a", "d"))
    assert same.table["error"].tolist() == [
        "The relation is perfect: there is no interval and no t test. Check whether the two columns hold the same."
    ]


def test_zou_covers():
    """2,000 samples of 60 with correlations .5, .3 and .4; Monte Carlo error .005."""
    random = np.random.default_rng(5)
    root = np.linalg.cholesky([[1, 0.5, 0.3], [0.5, 1, 0.4], [0.3, 0.4, 1]])
    inside = 0
    for _ in range(2_000):
        r = np.corrcoef(root @ random.normal(size=(3, 60)))
        found = overlapping(r[0, 1], r[0, 2], r[1, 2], 60)
        inside += found.ci_lower <= 0.2 <= found.ci_upper
    assert 0.935 < inside / 2_000 < 0.965


# Unreliability.


@pytest.mark.parametrize("place", range(3))
def test_correction_equals_numerical_derivatives(place, expected):
    case = expected["delta"][place]
    found = correct_for_unreliability(case["r"], case["n"], x=(case["x"], case["sx"]), y=(case["y"], case["sy"]))
    assert found.estimate == pytest.approx(case["estimate"], rel=1e-9)
    assert found.standard_error == pytest.approx(case["standard_error"], rel=1e-8)
    half = 1.959963984540054 * case["standard_error"]
    np.testing.assert_allclose(interval(found), [found.estimate - half, found.estimate + half], rtol=1e-7)


def test_monte_carlo_agrees_with_r(expected):
    given = {"x": (0.8, 0.05), "y": (0.7, 0.04)}
    found = correct_for_unreliability(0.3, 200, **given, interval="monte_carlo", n_draws=400_000)
    np.testing.assert_allclose(interval(found), expected["drawn"], atol=0.002)
    again = correct_for_unreliability(0.3, 200, **given, interval="monte_carlo", n_draws=400_000)
    assert interval(found) == interval(again)
    assert found.estimate == pytest.approx(expected["correct"], rel=1e-12)  # psych::correct.cor


def test_uncertain_reliability_widens_the_interval():
    known, uncertain = (correct_for_unreliability(0.5, 200, x=x) for x in (0.6, (0.6, 0.08)))
    assert known.estimate == uncertain.estimate
    assert uncertain.ci_upper - uncertain.ci_lower > 1.15 * (known.ci_upper - known.ci_lower)
    beyond = correct_for_unreliability(0.7, 50, x=0.4)
    assert [str(warning) for warning in beyond.warnings] == [
        "The corrected correlation is larger than 1 in size: chance, or a reliability that is too low for these data."
    ]


def test_correction_by_items_equals_lavaan(expected):
    """lavaan's robust standard error of a defined parameter, times √(n / (n - 1)); its optimiser stops at 1e-6."""
    items = pd.DataFrame(expected["items"])
    found = correct_by_items(items, ["x1", "x2", "x3"], ["y1", "y2"])
    block, factor = expected["of_items"], np.sqrt(150 / 149)
    assert found.estimate == pytest.approx(block["corrected"]["estimate"], rel=1e-5)
    assert found.standard_error == pytest.approx(block["corrected"]["se"] * factor, rel=1e-4)
    assert found.observed == pytest.approx(block["r"]["estimate"], rel=1e-5)
    for end, name in (("x", "alpha_x"), ("y", "alpha_y")):
        assert getattr(found, f"reliability_{end}") == pytest.approx(block[name]["estimate"], rel=1e-5)
        assert getattr(found, f"reliability_{end}_error") == pytest.approx(block[name]["se"] * factor, rel=1e-4)
    assert found.n == 150
    alone = correct_by_items(items.assign(x1=items["x1"].where(items.index > 9)), ["x1", "x2", "x3"], ["y1"])
    assert (alone.n, alone.reliability_y, alone.reliability_y_error) == (140, 1, 0)


def test_reliabilities_of_a_table(expected):
    items = pd.DataFrame(expected["items"])
    alpha = reliability(items[["x1", "x2", "x3"]]).alpha
    frame = pd.DataFrame({"x": items[["x1", "x2", "x3"]].sum(axis=1), "y": items["y1"], "z": items["y2"]})
    table = correlate(frame, reliabilities={"x": alpha, "y": (0.7, 0.05)}, method=["pearson", "spearman"]).table
    table = table.set_index(["x", "y", "method"])
    row = table.loc[("x", "y", "pearson")]
    found = correct_for_unreliability(row["estimate"], 150, x=alpha, y=(0.7, 0.05))
    assert row[["corrected", "corrected_ci_lower", "corrected_ci_upper"]].tolist() == pytest.approx(
        [found.estimate, *interval(found)], rel=1e-12
    )
    assert table.loc[("x", "z", "pearson"), ["reliability_x", "reliability_y"]].tolist() == [alpha.estimate, 1]
    assert table.xs("spearman", level="method")["corrected"].isna().all()
    none = correlate(frame, "y", "z", reliabilities={"x": 0.8}).table
    assert none["corrected"].isna().all()


# Words.


def test_differences_in_words(data):
    labels = Labels({"a": "Shyness", "b": "Posts", "c": "Contacts"})
    lines = [
        *result_sentences(
            Table("t", compare_correlations(data, ("a", "b"), ("a", "c")), {"level": "between"}), labels, "en"
        ),
        *result_sentences(Table("t", compare_correlations(data, ("a", "b"), group="group"), {}), labels, "en")[:1],
    ]
    assert lines == SAID


SAID = [
    (
        "The correlation of Shyness × Posts (*r* = .18) is lower than that of Shyness × Contacts (*r* = .41): "
        "difference −.23 (95% CI [−.43, −.02], *t*(85) = −2.21, *p* = .030, *n* = 88; between persons)."
    ),
    (
        "Whether the correlations of Shyness × Posts, f (*r* = .33) and of Shyness × Posts, m (*r* = .30) differ is "
        "open: difference .04 (95% CI [−.43, .48], *z* = 0.16, *p* = .872, *n* = 27 + 38)."
    ),
]


def test_tables_of_differences_and_corrections(data):
    result = compare_correlations(data, ("a", "b"), group="group")
    ids = [{name: name for name in result.numbers}] * 3
    shown = result_table(result, ids, Labels(), "en")
    assert [header.text for header in shown.headers] == [
        "First", "Second", "Groups", "*r* of the first", "*r* of the second", "Difference", "95% CI", "Test",
        "*z* or *t*", "*p*", "*p* adjusted", "*n*", "*n* of the second",
    ]  # fmt: skip
    assert shown.notes == (
        "Intervals of differences by Zou (2007).",
        "*p* adjusted by Holm (1979); number of tests: 3.",
    )
    found = correct_for_unreliability(0.3, 200, x=(0.8, 0.02), y=0.9)
    (line,) = result_sentences(Table("t", found, {}), Labels(), "en")
    assert line == (
        "Corrected for unreliability (reliability .80, .90), the observed correlation of .30 becomes .35 (95% CI "
        "[.20, .50], *n* = 200)."
    )
    assert result_table(found, [{}], Labels(), "en").notes == (
        "Interval by the delta method; the standard errors of the reliabilities are part of it.",
    )


ERRORS = {
    "both": (
        lambda d: compare_correlations(d, ("a", "b"), ("a", "c"), group="group"),
        "compare_correlations: give either second, another pair, or group, a column of groups.",
    ),
    "neither": (
        lambda d: compare_correlations(d, ("a", "b")),
        "compare_correlations: give either second, another pair, or group, a column of groups.",
    ),
    "pair": (
        lambda d: compare_correlations(d, "a", ("a", "b")),
        "compare_correlations: a pair is 'a'. Give two different columns, such as ('shyness', 'posts').",
    ),
    "same": (
        lambda d: compare_correlations(d, ("a", "b"), ("b", "a")),
        "compare_correlations: both pairs are ('a', 'b'). Give two different pairs.",
    ),
    "test": (
        lambda d: compare_correlations(d, ("a", "b"), ("a", "c"), test="zou"),
        "compare_correlations: test is 'zou'. Allowed: williams, steiger, meng.",
    ),
    "one_group": (
        lambda d: compare_correlations(d.assign(group=1), ("a", "b"), group="group"),
        "compare_correlations: column 'group' has 1 group. Give at least two.",
    ),
    "reliability": (
        lambda d: correlate(d, "a", "c", reliabilities={"a": 1.2}),
        ("correlate: the reliability of 'a' is 1.2 with standard error 0. Give a number above 0 and at most 1, with a "
        "standard error of 0 or more."),
    ),
    "reliability_unknown": (
        lambda d: correlate(d, "a", "c", reliabilities={"e": 0.8}),
        "correlate: the data have no column 'e'. Columns of the data: 'a', 'b', 'c', 'd', 'group'.",
    ),
    "no_reliability": (
        lambda d: correct_for_unreliability(0.3, 50),  # noqa: ARG005
        "correct_for_unreliability: neither x nor y is given. Give the reliability of at least one variable.",
    ),
    "perfect": (
        lambda d: correct_for_unreliability(1, 50, x=0.8),  # noqa: ARG005
        ("correct_for_unreliability: r is 1 and n is 50. Give a correlation between -1 and 1 of 4 rows or more."),
    ),
    "common_item": (
        lambda d: correct_by_items(d, ["a", "b"], ["b", "c"]),
        ("correct_by_items: found 2 and 2 items, 1 of them in both scales. Give two scales without a common item, at "
        "least one of them with two items or more."),
    ),
    "few_rows": (
        lambda d: correct_by_items(d.iloc[:9], ["a", "d"], ["c"]),
        "correct_by_items: found 9 complete rows. Give at least 10.",
    ),
    "alpha": (
        lambda d: correct_by_items(d.iloc[:12].assign(a=[1.0, -1] * 6, b=[-1.0, 0] * 6), ["a", "b"], "c"),
        ("correct_by_items: Cronbach's alpha is -8.000. Nothing can be corrected by a reliability that is not above 0: "
        "check whether items have to be reversed."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case, data):
    call, message = ERRORS[case]
    with pytest.raises(CallError) as caught:
        call(data)
    assert str(caught.value) == message
