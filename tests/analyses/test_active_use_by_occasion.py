"""The first real finding: sociability and active Twitter use, under every definition, against R."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from survey_stats.analysis import Note, analyze
from survey_stats.study import Study


@pytest.fixture(scope="module")
def section(twitter_study: Study) -> Any:
    return analyze(twitter_study, "active_use_by_occasion")[0]


def test_the_data_are_what_was_published(twitter_study: Study, oracle: Any) -> None:
    published = oracle("analyses/es_twitter")["published_checks"]
    persons = twitter_study.measures
    assert (len(persons), len(twitter_study.answers)) == (252, 6218)
    assert round(persons["neuroticism"].corr(persons["loneliness"]), 3) == 0.545
    assert round(persons["self_esteem"].corr(persons["loneliness"]), 3) == -0.602
    assert published["neuroticism_loneliness"]["n"] == 251


def test_each_definition_against_r(section: Any, oracle: Any) -> None:
    table = section.tables[0].result.table.set_index(["y", "method"])
    expected = oracle("analyses/es_twitter")["definitions"]
    assert len(expected) * 2 == len(table)
    for row in expected:
        pearson, spearman = table.loc[(row["name"], "pearson")], table.loc[(row["name"], "spearman")]
        assert pearson["n"] == spearman["n"] == row["n"]
        np.testing.assert_allclose(
            pearson[["estimate", "ci_lower", "ci_upper", "p_value"]].astype(float),
            [row["pearson"], row["pearson_lower"], row["pearson_upper"], row["pearson_p"]],
            rtol=1e-9,
        )
        np.testing.assert_allclose(spearman["estimate"], row["spearman"], rtol=1e-9)


def test_occasions_by_logistic_regression_with_clustered_errors(section: Any, oracle: Any) -> None:
    expected = oracle("analyses/es_twitter")["logistic"]
    model = next(table.result for table in section.tables if table.id == "occasions_sociability")
    frame = model.to_frame()
    np.testing.assert_allclose(frame["estimate"], expected["coefficients"], rtol=1e-7)
    np.testing.assert_allclose(frame["standard_error"], expected["se_cr1"], rtol=1e-6)
    assert set(frame["n"]) == {expected["n"]}
    assert set(frame["n_clusters"]) == {expected["clusters"]}


def test_sociability_is_named_a_proxy(section: Any) -> None:
    assert section.blocks[0] == Note("shyness_posting.proxy", {"measures": ["sociability"]})


def test_published_values_keep_their_signs(section: Any) -> None:
    comparison = next(table.result for table in section.tables if table.id == "published").table
    ours = comparison[comparison["role"] == "ours"]
    theirs = comparison[(comparison["role"] == "published") & (comparison["measure"] == "rho")]
    assert len(ours) == 5
    assert (ours["estimate"] > 0).all()
    assert list(theirs["estimate"]) == [-0.11]


def test_people_without_use_count_where_all_occasions_count() -> None:
    index = pd.MultiIndex.from_tuples([(1, 1), (1, 2), (2, 1), (2, 2)], names=["respondent", "occasion"])
    occasions = pd.DataFrame(
        {"used": [1, 0, 0, 0], "posted": [0, 0, 0, 0], "shared": [1, 0, 0, 0], "replied": [0, 0, 0, 0]}, index=index
    )
    from survey_stats.analyses.active_use_by_occasion import shares_of_occasions

    shares = shares_of_occasions(occasions)
    np.testing.assert_array_equal(shares["active_when_used"], [1, np.nan])
    np.testing.assert_array_equal(shares["active_at_all"], [0.5, 0])
    np.testing.assert_array_equal(shares["active_when_used_often"], [np.nan, np.nan])
    np.testing.assert_array_equal(shares["posted_when_used"], [0, np.nan])


def test_a_study_without_occasions_says_what_is_needed() -> None:
    persons = pd.DataFrame({"shyness": [1.0, 2.0, 3.0]}, index=[1, 2, 3])
    study = Study.from_frames(persons, pd.DataFrame({"id": ["shyness"], "construct": ["shyness"]}))
    section = analyze(study, "active_use_by_occasion")[0]
    assert [block.id for block in section.blocks if isinstance(block, Note)] == ["active_use_by_occasion.no_occasions"]
