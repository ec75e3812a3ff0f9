"""The correlation matrix: every pair once, with its interval and its rows, and no stars."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from survey_stats.analysis import Section, Table
from survey_stats.reporting.matrix import MOST_MEASURES, correlation_matrix
from survey_stats.reporting.results_csv import long_tables
from survey_stats.reporting.tables import result_table
from survey_stats.reporting.words import Labels
from survey_stats.study import Study


@pytest.fixture
def study():
    rng = np.random.default_rng(5)
    values = pd.DataFrame(rng.normal(size=(80, 3)) + rng.normal(size=(80, 1)), columns=["a", "b", "c"])
    values.loc[:9, "c"] = np.nan
    return Study.from_frames(values.assign(constant=1.0))


def shown(study):
    result = correlation_matrix(study)
    long = long_tables([Section("measures", "t", (Table("correlation_matrix", result),))])
    return result, result_table(result, long.ids["measures", 0], Labels({"a": "Alpha"}), "en"), long


def test_each_pair_has_scipys_r_on_its_own_rows(study):
    result, _, _ = shown(study)
    assert result.table[["x", "y"]].to_numpy().tolist() == [["a", "b"], ["a", "c"], ["b", "c"]]
    assert result.table["n"].tolist() == [80, 70, 70]
    rest = study.measures.dropna()
    assert result.table["estimate"].iloc[1] == pytest.approx(stats.pearsonr(rest["a"], rest["c"]).statistic)


def test_the_table_is_the_lower_triangle(study):
    result, table, long = shown(study)
    assert [header.text for header in table.headers] == ["Measure", "*n*", "*M*", "*SD*", "1", "2"]
    assert [row[0].text for row in table.rows] == ["1. Alpha", "2. b", "3. c"]
    assert [[bool(cell.text) for cell in row[4:]] for row in table.rows] == [
        [False, False],
        [True, False],
        [True, True],
    ]
    first = result.table.iloc[0]
    assert table.rows[1][4].values == (first["estimate"], first["ci_lower"], first["ci_upper"])  # noqa: PD011
    known = set(long.frame["id"]) | {row["id"] for row in table.long}
    assert {one for row in table.rows for cell in row for one in cell.ids.split()} <= known
    assert table.notes == (
        (
            "Pearson’s *r* with its 95% interval by Fisher’s *z*, each on the 70 to 80 rows complete for the pair. "
            "Intervals are not adjusted, and nothing is starred: the matrix describes."
        ),
    )


def test_moments_are_of_all_values_of_the_measure(study):
    _, table, _ = shown(study)
    assert table.rows[2][1].values == (70,)  # noqa: PD011
    assert table.rows[2][2].values == (pytest.approx(study.measures["c"].mean()),)  # noqa: PD011
    assert table.rows[2][3].values == (pytest.approx(study.measures["c"].std()),)  # noqa: PD011


def test_too_many_measures_are_named_below():
    names = [f"m{at:02}" for at in range(MOST_MEASURES + 2)]
    values = pd.DataFrame(np.random.default_rng(1).normal(size=(30, len(names))), columns=names)
    result, table, _ = shown(Study.from_frames(values))
    assert result.left_out == ("m12", "m13")
    assert table.notes[-1] == "Not shown, for want of room: m12, m13."


def test_fewer_than_two_measures_make_no_matrix():
    assert correlation_matrix(Study.from_frames(pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": 1.0}))) is None
