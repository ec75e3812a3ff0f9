"""Cross tables against R (tests/oracles/groups/crosstabs.R), and behaviour."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import CallError
from survey_stats.statistics._fisher import fisher_p
from survey_stats.statistics.crosstabs import crosstab
from survey_stats.statistics.design import Design

FOLDER = Path(__file__).parent.parent / "oracles" / "groups"
DATA = pd.DataFrame(json.loads((FOLDER / "proportions.json").read_text(encoding="utf-8"))["data"])
ORACLE: dict[str, Any] = json.loads((FOLDER / "crosstabs.json").read_text(encoding="utf-8"))
DESIGNS: dict[str, dict[str, Any]] = {"weights": {}, "clustered": {"strata": "stratum", "cluster": "cluster"}}


def rows_of(counts):
    """Data with these counts."""
    table = np.asarray(counts)
    pairs = [(i, j) for i, j in np.ndindex(table.shape) for _ in range(table[i, j])]
    return pd.DataFrame(pairs, columns=["a", "b"])


def cells(result, name):
    return result.table.pivot_table(index="row", columns="column", values=name, sort=False).to_numpy()


@pytest.mark.parametrize("name", ORACLE["tables"])
def test_tables_are_those_of_r(name):
    expected = ORACLE["tables"][name]
    result = crosstab(rows_of(expected["counts"]), "a", "b")
    for own, theirs in {"count": "counts", "row_share": "row_share", "column_share": "column_share",
                        "expected": "expected", "residual": "residual"}.items():  # fmt: skip
        np.testing.assert_allclose(cells(result, own), expected[theirs], rtol=1e-11, atol=1e-14)
    pearson = result.association.table.iloc[0]
    assert pearson["method"] == "pearson_chi2"
    for own, theirs in {"statistic": "statistic", "df": "df", "p_value": "p_value", "effect_estimate": "v"}.items():
        assert pearson[own] == pytest.approx(expected[theirs], rel=1e-11)
    limits = [pearson["effect_ci_lower"], pearson["effect_ci_upper"]]
    np.testing.assert_allclose(limits, expected["v_ci"], rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(limits, expected["effectsize_ci"], atol=0.002)  # effectsize minimises, and stops early


@pytest.mark.parametrize("name", ORACLE["tables"])
def test_fisher_is_that_of_r(name):
    expected = ORACLE["tables"][name]
    assert fisher_p(np.array(expected["counts"])) == pytest.approx(expected["fisher"], rel=1e-9)


def test_small_expected_counts_are_decided_exactly():
    table = crosstab(rows_of(ORACLE["tables"]["sparse"]["counts"]), "a", "b").association.table
    assert list(table["method"]) == ["pearson_chi2", "fisher_exact"]
    assert list(table["designated"]) == [False, True]
    assert table["p_value"].iloc[1] == pytest.approx(ORACLE["tables"]["sparse"]["fisher"], rel=1e-9)
    large = crosstab(rows_of([[20, 30], [25, 15]]), "a", "b").association.table
    assert (list(large["method"]), list(large["designated"])) == (["pearson_chi2"], [True])


def test_too_many_tables_to_count():
    counts = np.random.default_rng(3).multinomial(400, np.r_[np.full(35, 0.98 / 35), 0.02 / 1]).reshape(6, 6)
    counts[5] = [1, 0, 2, 0, 1, 1]
    (row,) = crosstab(rows_of(counts), "a", "b").association.table.to_dict("records")
    assert row["designated"]
    assert row["warning"] == (
        f"Small expected counts (the smallest is {row['smallest_expected']:.2f}) make this p doubtful, and too many "
        "tables have the same margins for an exact test. Join answers that are rare."
    )


@pytest.mark.parametrize("name", DESIGNS)
def test_a_design_is_tested_as_by_survey(name):
    expected = ORACLE[name]
    result = crosstab(DATA, "group", "use", design=Design("weight", data=DATA, **DESIGNS[name]))
    row = result.association.table.iloc[0]
    for own, theirs in {"statistic": "statistic", "df": "df", "df_error": "df_error", "p_value": "p_value",
                        "effect_estimate": "v", "n": "n"}.items():  # fmt: skip
        assert row[own] == pytest.approx(expected[theirs], rel=1e-9), own
    assert row["method"] == "rao_scott"
    np.testing.assert_allclose([row["effect_ci_lower"], row["effect_ci_upper"]], expected["v_ci"], rtol=1e-7)
    np.testing.assert_allclose(cells(result, "weighted_count") / expected["n"], expected["shares"], rtol=1e-11)
    girls_often = result.table.query("row == 'girls' and column == 'often'").iloc[0]
    assert girls_often["residual"] == pytest.approx(expected["residual"], rel=1e-9)


def test_equal_weights_give_the_design_effect_of_simple_sampling():
    """n / (n - 1) is what linearisation of a simple random sample adds."""
    data = DATA.dropna().assign(one=1.0)
    plain = crosstab(data, "group", "use").association.table.iloc[0]
    design = crosstab(data, "group", "use", design=Design("one", data=data)).association.table.iloc[0]
    assert design["effect_estimate"] == pytest.approx(plain["effect_estimate"], rel=1e-12)
    assert design["statistic"] * 2 == pytest.approx(plain["statistic"], rel=0.05)


def test_a_weighted_table_with_empty_cells_has_no_test():
    data = pd.DataFrame({"a": list("xxxyyyz"), "b": list("pqqrrrr"), "w": [1.0, 2, 1, 3, 1, 2, 1]})
    result = crosstab(data, "a", "b", design=Design("w", data=data))
    row = result.association.table.iloc[0]
    assert np.isnan(row["p_value"])
    assert row["error"] == "Empty cells leave no test of independence. Join answers that are rare."
    assert result.table["row_share"].notna().all()


def test_missing_answers_are_counted_out():
    result = crosstab(DATA, "group", "use")
    assert set(result.table["n"]) == {int((DATA["group"].notna() & DATA["use"].notna()).sum())}
    assert result.table["count"].sum() == result.table["n"].iloc[0]


def test_order_and_choice_of_answers():
    result = crosstab(DATA, "group", "use", column_order=["some", "never"])
    assert list(result.table["column"]) == ["some", "never"] * 2
    assert result.table["n"].iloc[0] == DATA.dropna()["use"].isin(["some", "never"]).sum()


ERRORS: dict[str, tuple[dict[str, Any], str]] = {
    "same": (
        {"rows": "use", "columns": "use"},
        "crosstab: rows and columns are both 'use'. Give two different columns.",
    ),
    "unknown": (
        {"rows": "use", "columns": "sex"},
        (
            "crosstab: the data have no column 'sex'. Columns of the data: 'stratum', 'cluster', 'weight', 'group', "
            "'use', 'all'."
        ),
    ),
    "single": (
        {"rows": "group", "columns": "use", "column_order": ["never"]},
        (
            "crosstab: column 'use' has the single answer 'never' in the 23 rows that have both. Give columns with at "
            "least two answers."
        ),
    ),
    "order": (
        {"rows": "group", "columns": "use", "row_order": ["women"]},
        "crosstab: row_order names 'women', which column 'group' does not hold. It holds: 'boys', 'girls'.",
    ),
    "confidence": (
        {"rows": "group", "columns": "use", "confidence": 95},
        "crosstab: confidence is 95. Give a number between 0 and 1, such as 0.95.",
    ),
}


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case):
    options, message = ERRORS[case]
    with pytest.raises(CallError) as caught:
        crosstab(DATA, **options)
    assert str(caught.value) == message
