"""The first real finding: sociability and active Twitter use, under every definition, against R."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from survey_stats import InputError
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
    assert list(ours["method"]) == ["pearson", "spearman"] * 5
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


BRANCHED = pd.DataFrame(
    {
        "used": [1, 1, 0, 0, np.nan, 1],
        "posted": [1, 0, np.nan, np.nan, np.nan, np.nan],
        "shared": [np.nan, 0, np.nan, np.nan, np.nan, 0],
        "replied": [0, 0, np.nan, np.nan, np.nan, 0],
    },
    index=pd.MultiIndex.from_product([[1], range(6)]),
)


def test_what_was_not_asked_because_nothing_was_used_was_not_done() -> None:
    """Known: active, inactive, unused twice; unknown: use not known, and one posting not known."""
    from survey_stats.analyses.active_use_by_occasion import shares_of_occasions

    shares = shares_of_occasions(BRANCHED).loc[1]
    assert shares["active_when_used"] == 1 / 2
    assert shares["active_at_all"] == 1 / 4
    assert shares["posted_at_all"] == 1 / 4


def test_branching_changes_nothing_on_the_real_data(twitter_study: Study, section: Any) -> None:
    asked = twitter_study.answers.copy()
    asked.loc[asked["used"] == 0, ["posted", "shared", "replied"]] = np.nan
    branched = analyze(replace(twitter_study, answers=asked), "active_use_by_occasion")[0]
    pd.testing.assert_frame_equal(branched.tables[0].result.to_frame(), section.tables[0].result.to_frame())


def test_other_codes_than_0_and_1_are_refused() -> None:
    from survey_stats.analyses.active_use_by_occasion import shares_of_occasions

    with pytest.raises(InputError) as error:
        shares_of_occasions(BRANCHED + 1)
    assert str(error.value) == (
        "Occasions: found 2 in column 'used'. "
        "used, posted, shared, replied are 1 (yes), 0 (no) or missing: recode them."
    )


def test_a_model_that_fails_leaves_the_rest(twitter_study: Study) -> None:
    quiet = twitter_study.answers.copy()
    quiet[["posted", "shared", "replied"]] = 0.0
    quiet.iloc[0, 1:] = 1.0
    measures = twitter_study.measures.rename(columns={"sociability": "Sociability (BFI-2)"})
    variables = twitter_study.variables.replace({"id": {"sociability": "Sociability (BFI-2)"}})
    study = replace(twitter_study, answers=quiet.assign(posted=0.0, shared=0.0, replied=0.0))
    section = analyze(replace(study, measures=measures, variables=variables), "active_use_by_occasion")[0]
    assert "active_use_by_occasion.model_failed" in [block.id for block in section.blocks if isinstance(block, Note)]
    assert section.tables[0].id == "definitions"


def test_a_study_without_occasions_says_what_is_needed() -> None:
    persons = pd.DataFrame({"shyness": [1.0, 2.0, 3.0]}, index=[1, 2, 3])
    study = Study.from_frames(persons, pd.DataFrame({"id": ["shyness"], "construct": ["shyness"]}))
    section = analyze(study, "active_use_by_occasion")[0]
    assert [block.id for block in section.blocks if isinstance(block, Note)] == ["active_use_by_occasion.no_occasions"]
