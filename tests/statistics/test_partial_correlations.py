"""Partial, semi-partial, within and between persons, and adjusted intervals against R (tests/oracles/correlations)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats.statistics.correlations import correlate
from survey_stats.statistics.correlations._block import _products
from survey_stats.statistics.correlations._columns import read_columns
from survey_stats.statistics.correlations._influence import influence
from survey_stats.statistics.correlations._pair import Question
from survey_stats.statistics.correlations._pair import estimate as estimate_pair
from survey_stats.statistics.design import Design

CONTROLS = ["age", "mood"]
PAIR = ("shyness", "minutes")


@pytest.fixture(scope="module")
def expected(oracle):
    return oracle("correlations/partial")


@pytest.fixture(scope="module")
def data(expected):
    person = expected["data"].pop("person", None) or expected["person"]
    expected["person"] = person
    return pd.DataFrame(expected["data"]).astype(float).assign(person=person)


def only(result):
    assert len(result.table) == 1
    return result.table.iloc[0]


def same(row, block, rel=1e-10):
    for column, value in block.items():
        assert row[column] == pytest.approx(value, rel=rel), column


@pytest.mark.parametrize("method", ["pearson", "spearman"])
@pytest.mark.parametrize("kind", ["partial", "semipartial"])
def test_control_variables_equal_r(method, kind, data, expected):
    row = only(correlate(data, *PAIR, method=method, **{kind: CONTROLS}))
    same(row, expected[method][kind])
    assert (row["n"], row["method"], row["controls"]) == (expected[method]["n"], f"{method}_{kind}", "age, mood")


def test_partial_equals_psych(data, expected):
    row = only(correlate(data.dropna(), *PAIR, partial=CONTROLS))
    assert row["estimate"] == pytest.approx(expected["psych_partial"], rel=1e-10)


def test_semipartial_squared_is_what_x_adds(data):
    """R² of y on the controls and x, less that of y on the controls."""
    whole = data.dropna()

    def explained(columns):
        matrix = np.column_stack([np.ones(len(whole)), whole[columns]])
        left = whole["minutes"] - matrix @ np.linalg.lstsq(matrix, whole["minutes"], rcond=None)[0]
        return 1 - left.var() / whole["minutes"].var()

    row = only(correlate(data, *PAIR, semipartial=CONTROLS))
    assert row["estimate"] ** 2 == pytest.approx(explained([*CONTROLS, "shyness"]) - explained(CONTROLS), rel=1e-9)


def test_controls_that_explain_nothing_give_the_plain_correlation():
    """A constant and a repeated control take no degree of freedom."""
    random = np.random.default_rng(3)
    frame = pd.DataFrame(random.normal(size=(40, 3)), columns=["x", "y", "z"])
    frame = frame.assign(flat=2.0, again=3 * frame["z"] - 1)
    one = only(correlate(frame, "x", "y", partial="z"))
    more = only(correlate(frame, "x", "y", partial=["z", "flat", "again"]))
    for column in ("estimate", "df", "p_value", "ci_lower"):
        assert more[column] == pytest.approx(one[column], rel=1e-10)
    assert one["df"] == 37
    plain, flat = (only(correlate(frame, "x", "y", **given)) for given in ({}, {"semipartial": "flat"}))
    assert flat["estimate"] == pytest.approx(plain["estimate"], rel=1e-12)


def test_what_controls_determine_stays_in_the_table_with_its_reason():
    frame = pd.DataFrame({"x": [1.0, 2, 4, 7, 3, 9], "y": [2.0, 1, 5, 3, 6, 4]}).assign(z=lambda d: 1 - d["x"] / 3)
    assert only(correlate(frame, "x", "y", partial="z"))["error"] == (
        "The control variables determine x completely in the 6 rows that have all answers: nothing is left to "
        "correlate."
    )
    assert only(correlate(frame.iloc[:4], "x", "y", partial="z"))["error"] == (
        "Only 4 rows have both answers and all control variables; at least 5 are needed."
    )


@pytest.mark.parametrize(("block", "given"), [("persons", {}), ("persons_partial", {"partial": "mood"})])
def test_within_and_between_persons_equal_r(block, given, data, expected):
    block = expected[block]
    table = correlate(data, *PAIR, person="person", **given).table.set_index("level")
    same(table.loc["within"], block["within"])
    assert table.loc["within", ["n", "n_persons"]].tolist() == [block["n"], block["persons"]]
    assert table.loc["between", ["n", "n_persons"]].tolist() == [block["persons"], block["persons"]]
    if not given:
        same(table.loc["between"], block["between"], rel=1e-9)
        np.testing.assert_allclose(table.loc["within", ["ci_lower", "ci_upper"]].tolist(), block["psych_ci"], rtol=1e-9)
        row = only(correlate(data, *PAIR, person="person", level="between", method="spearman"))
        assert row["estimate"] == pytest.approx(block["between_spearman"], rel=1e-12)


def test_levels_can_have_opposite_signs():
    """Three persons: those higher on x are lower on y, and each rises in both: the levels must not be mixed up."""
    frame = pd.DataFrame(
        [(who, base + step, -2 * base + step + 0.1 * step**2) for who, base in enumerate([0, 5, 10, 17]) for step in
         range(4)], columns=["who", "x", "y"],
    )  # fmt: skip
    table = correlate(frame, "x", "y", person="who").table.set_index("level")
    assert table.loc["within", "estimate"] > 0.99
    assert table.loc["between", "estimate"] == pytest.approx(-1)


def test_persons_who_cannot_be_used_have_a_reason():
    frame = pd.DataFrame({"who": ["a", "a", "b", "b", "c"], "x": [1.0, 2, 1, 3, 2], "y": [1.0, 2, 2, 1, 5]})
    table = correlate(frame, "x", "y", person="who").table.set_index("level")
    assert table["error"].to_dict() == {
        "within": "5 rows of 3 persons leave 1 degrees of freedom within persons; at least 2 are needed.",
        "between": "Only 3 persons have both answers; at least 4 are needed.",
    }
    more = pd.concat([frame.assign(x=1.0 * (frame["who"] == name), who=frame["who"] + name) for name in "abc"])
    assert correlate(more, "x", "y", person="who", level="within").table["error"].tolist() == [
        "No person varies in x over the 15 rows that have both."
    ]
    turned = pd.DataFrame({"who": list("aabbccdd"), "x": [1.0, 3] * 4, "y": [1.0, 2, 2, 1, 5, 0, 3, 3]})
    assert only(correlate(turned, "x", "y", person="who", level="between"))["error"] == (
        "The means of x are the same for all 4 persons."
    )


def test_rows_without_a_person_are_not_used(data):
    blank = data.assign(person=data["person"].where(data["person"] != "p03"))
    left = data[data["person"] != "p03"]
    pd.testing.assert_frame_equal(
        correlate(blank, *PAIR, person="person").table, correlate(left, *PAIR, person="person").table
    )


@pytest.mark.parametrize("kind", ["partial", "semipartial"])
def test_weighted_control_variables_equal_r(kind, data, expected):
    """Linearisation against R's numerical derivative of the estimate by each weight; jackknife against R survey."""
    block = expected["design"][kind]
    rows = np.array(expected["design"]["rows"]) - 1
    used, weight = data.iloc[rows].reset_index(drop=True), np.array(expected["weight"])[rows]
    row = only(correlate(used, "shyness", "posts", design=Design(weight, cluster=used["person"].to_numpy()),
                         **{kind: CONTROLS}))  # fmt: skip
    assert row["estimate"] == pytest.approx(block["estimate"], rel=1e-10)
    assert row["standard_error"] == pytest.approx(block["standard_error"], rel=1e-7)
    assert row["df"] == block["df"]
    people = used["person"].to_numpy()
    names = np.unique(people)
    factor = len(names) / (len(names) - 1)
    copies = np.column_stack([weight * factor * (people != name) for name in names])
    jackknife = Design(weight, replicates=copies, method="jk1")
    row = only(correlate(used, "shyness", "posts", design=jackknife, **{kind: CONTROLS}))
    assert row["standard_error"] == pytest.approx(block["jackknife_standard_error"], rel=1e-9)


@pytest.mark.parametrize("adjust", ["bonferroni", "fdr_bh", "fdr_by"])
def test_simultaneous_intervals_equal_r(adjust, data, expected):
    block = expected["families"][adjust]
    table = correlate(data[["shyness", "minutes", "posts", "age", "mood"]], adjust=adjust).table
    order = [("shyness", "minutes"), ("shyness", "posts"), ("shyness", "age"), ("shyness", "mood"),
             ("minutes", "posts"), ("minutes", "age"), ("minutes", "mood"), ("posts", "age"), ("posts", "mood"),
             ("age", "mood")]  # fmt: skip
    assert list(zip(table["x"], table["y"], strict=True)) == order
    np.testing.assert_allclose(table["p_adjusted"], block["p"], rtol=1e-10)
    limits = np.array(block["ci"], dtype=float)
    limits = limits if limits.shape[0] == 2 else limits.T
    np.testing.assert_allclose(table["simultaneous_ci_lower"], limits[0], rtol=1e-10)
    np.testing.assert_allclose(table["simultaneous_ci_upper"], limits[1], rtol=1e-10)
    assert set(table["simultaneous"]) == {adjust}


@pytest.mark.parametrize("adjust", ["none", "holm"])
def test_other_adjustments_have_no_simultaneous_intervals(adjust, data):
    assert "simultaneous_ci_lower" not in correlate(data[["shyness", "age", "mood"]], adjust=adjust).table


def test_max_t_lies_between_none_and_bonferroni():
    """Of one pair it is the plain test; of equal columns it counts one test; of independent ones Šidák's."""
    random = np.random.default_rng(8)
    x = random.normal(size=(4_000, 1))
    alike = pd.DataFrame(np.hstack([x, random.normal(size=(4_000, 1)) + 1e-3 * random.normal(size=(4_000, 6))]))
    table = correlate(alike, 0, adjust="max_t").table
    np.testing.assert_allclose(table["simultaneous_ci_upper"], table["ci_upper"], atol=5e-4)
    apart = pd.DataFrame(np.hstack([x, random.normal(size=(4_000, 9))]))
    table = correlate(apart, 0, adjust="max_t").table
    sidak = correlate(apart, 0, confidence=0.95 ** (1 / 9)).table
    np.testing.assert_allclose(table["simultaneous_ci_upper"], sidak["ci_upper"], atol=5e-4)
    np.testing.assert_allclose(table["p_adjusted"], 1 - (1 - table["p_value"]) ** 9, atol=0.01)
    again = correlate(apart, 0, adjust="max_t").table
    pd.testing.assert_frame_equal(table, again)
    assert not correlate(apart, 0, adjust="max_t", seed=5).table["p_adjusted"].equals(table["p_adjusted"])


QUESTIONS = [
    Question("pearson"), Question("spearman"), Question("kendall"), Question("pearson", kind="partial"),
    Question("pearson", kind="semipartial"), Question("pearson", "within"), Question("spearman", "between"),
]  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
@pytest.mark.parametrize("points", [None, 5])
def test_influence_agrees_with_the_jackknife(question, points):
    """Leaving row i out changes the estimate by about -influence / n; to first order, so above .99."""
    random = np.random.default_rng(12)
    frame = pd.DataFrame(random.normal(size=(150, 3)), columns=["x", "y", "z"])
    frame["x"] += 0.6 * frame["y"] + 0.5 * frame["z"]
    frame["y"] += 0.8 * frame["z"]
    frame = frame if points is None else frame.apply(lambda column: pd.qcut(column, points, labels=False)).astype(float)
    frame["who"] = np.arange(150) if question.level == "between" else np.repeat(np.arange(50), 3)
    controls = ["z"] if question.kind else []

    def columns(rows):
        return read_columns(frame.loc[rows], ["x", "y"], controls=controls, person="who" if question.level else None)

    own = influence(columns(frame.index), ("x", "y"), question)
    left_out = np.array([estimate_pair(columns(frame.index != at), ("x", "y"), question).estimate for at in range(150)])
    pseudo = -(left_out - left_out.mean())
    assert np.corrcoef(own, pseudo)[0, 1] > 0.99
    # within persons a row left out moves the mean of its person too: by 3 / 2 for persons of three rows
    pseudo = pseudo / (1.5 if question.level == "within" else 1)
    assert np.sqrt((own**2).mean() / 150) == pytest.approx(np.sqrt(149 / 150 * (pseudo**2).sum()), rel=0.08)


def test_complete_rows_drop_what_pairwise_rows_keep(data):
    frame = data[["shyness", "minutes", "age"]]
    pairwise, complete = (correlate(frame, rows=rows).table for rows in ("pairwise", "complete"))
    pd.testing.assert_frame_equal(complete.assign(rows="pairwise"), correlate(frame.dropna()).table)
    assert set(pairwise["rows"]) == {"pairwise"}
    assert set(complete["n"]) == {int(frame.notna().all(axis=1).sum())}
    assert set(pairwise["n"]) != set(complete["n"])


@pytest.mark.parametrize(("rows", "width"), [(5, 3), (27_777, 3), (7_001, 50), (130, 140)])
def test_products_in_blocks(rows, width):
    left, right = np.random.default_rng(9).normal(size=(2, rows, width))
    np.testing.assert_allclose(_products(left, right), left.T @ right, rtol=1e-9, atol=1e-9)


def test_at_once_and_one_by_one_agree():
    """The table of all pairs from matrix products, against each pair alone, with missing answers and huge values."""
    random = np.random.default_rng(4)
    frame = pd.DataFrame(random.normal(size=(300, 8)) + random.normal(size=(300, 1)))
    frame = frame.mask(random.random((300, 8)) < 0.1)
    frame[2] = frame[2] * 1e200
    frame[3] = frame[3] + 1e6
    frame.loc[7, 4] = 1e9
    table = correlate(frame, method="pearson").table
    columns = read_columns(frame, list(frame.columns))
    for row in table.itertuples():
        alone = estimate_pair(columns, (row.x, row.y), Question("pearson"))
        assert (row.estimate, row.n) == (pytest.approx(alone.estimate, rel=1e-9, abs=1e-12), alone.n)
        assert row.p_value == pytest.approx(alone.p_value, rel=1e-9)
