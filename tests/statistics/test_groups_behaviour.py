"""What compare_groups counts, refuses and says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from survey_stats import compare_groups
from survey_stats.errors import CallError, InputError
from survey_stats.statistics.design import Design
from survey_stats.statistics.groups.pairs import range_quantile
from survey_stats.statistics.groups.ranks import _exact_sum

DATA = pd.DataFrame({
    "minutes": [30.0, 60, 45, np.nan, 80, 95, 70, 20, 10, 40],
    "posts": [1, 4, 2, 3, 5, 9, 6, 2, 1, 3],
    "same": 3.0,
    "age": [20.0, 30, 25, 40, 33, 41, 29, 50, 38, np.nan],
    "twice_age": [40.0, 60, 50, 80, 66, 82, 58, 100, 76, np.nan],
    "sex": ["f", "f", "f", "f", "m", "m", "m", "x", "x", "x"],
    "word": ["a"] * 10,
})  # fmt: skip


def error_of(*arguments, **options):
    (row,) = compare_groups(*arguments, **options).table.query("designated").to_dict("records")
    assert np.isnan(row["p_value"])
    return row["error"]


def test_n_is_counted_after_rows_are_left_out():
    row = compare_groups(DATA, "minutes", "sex", groups=["f", "m"]).table.iloc[0]
    assert (row["n"], row["n_missing"]) == (6, 4)
    covariate = compare_groups(DATA, "posts", "sex", covariates=["age"]).table
    assert list(covariate["n"]) == [9, 9]


def test_several_outcomes_are_adjusted_together():
    result = compare_groups(DATA, ["minutes", "posts"], "sex", groups=["f", "m"])
    p = result.table["p_value"]
    assert list(result.table["n"]) == [6, 7]
    assert result.table["p_adjusted"].min() == pytest.approx(2 * p.min())
    assert compare_groups(DATA, ["minutes"], "sex").table["p_adjusted"].iloc[0] == pytest.approx(
        compare_groups(DATA, "minutes", "sex").table["p_value"].iloc[0]
    )


def test_an_outcome_that_cannot_be_compared_leaves_the_others_standing():
    result = compare_groups(DATA, ["same", "minutes"], "sex", groups=["f", "m"])
    assert result.table["error"].iloc[0] == (
        "All values of same are the same within each group (f, m): there is no spread to compare against."
    )
    assert np.isfinite(result.table["p_value"].iloc[1])
    assert [str(message) for message in result.warnings] == [
        "1 of 2 outcomes could not be compared; the column error says why."
    ]
    assert set(result.means.table["outcome"]) == {"minutes"}


def test_groups_have_the_order_of_their_categories():
    ordered = DATA.assign(sex=pd.Categorical(DATA["sex"], ["x", "m", "f"]))
    assert list(compare_groups(ordered, "minutes", "sex").means.table["group"]) == ["x", "m", "f"]
    assert list(compare_groups(DATA.assign(sex=[0.0] * 5 + [1.0] * 5), "minutes", "sex").means.table["group"]) == [
        "0",
        "1",
    ]


def test_a_group_without_answers_is_left_out():
    data = DATA.assign(minutes=np.where(DATA["sex"] == "x", np.nan, DATA["minutes"]))
    row = compare_groups(data, "minutes", "sex").table.iloc[0]
    assert (row["group"], row["method"]) == ("f − m", "welch_t")


def test_the_confidence_level_widens_every_interval():
    narrow, wide = (
        compare_groups(DATA, "minutes", "sex", confidence=level, post_hoc="pairwise") for level in (0.8, 0.99)
    )
    for part in ("means", "effects", "pairs"):
        one, other = (result.parts[part].table for result in (narrow, wide))
        assert ((other["ci_upper"] - other["ci_lower"]) > (one["ci_upper"] - one["ci_lower"])).all(), part


def test_post_hoc_none_and_two_groups_have_no_pairs():
    assert compare_groups(DATA, "minutes", "sex", post_hoc="none").pairs is None
    assert compare_groups(DATA, "minutes", "sex", groups=["f", "m"]).pairs is None


def test_equal_weights_give_means_of_the_plain_sample():
    weighted = compare_groups(DATA, "minutes", "sex", design=Design(np.full(10, 2.0)))
    plain = compare_groups(DATA, "minutes", "sex")
    np.testing.assert_allclose(weighted.means.table["estimate"], plain.means.table["estimate"])
    assert set(weighted.pairs.table["df"]) == {9}


def test_a_row_with_weight_zero_does_not_count():
    weights = np.ones(10)
    weights[0] = 0
    row = compare_groups(DATA, "minutes", "sex", groups=["f", "m"], design=Design(weights)).table.iloc[0]
    assert row["n"] == 5


def test_the_studentized_range_of_two_groups_is_t():
    from scipy import stats

    assert range_quantile(2, 12.0, 0.95) == pytest.approx(np.sqrt(2) * stats.t.ppf(0.975, 12), rel=1e-12)
    assert range_quantile(4, 12.0, 0.95) == pytest.approx(4.199, abs=5e-4)  # table of Pearson and Hartley (1976)


def test_the_exact_rank_sum_counts_all_choices():
    """Ranks 1 to 6, three and three: the sums 6 and 15 are 2 of 20."""
    assert _exact_sum(2 * np.array([1, 2, 3, 4, 5, 6]), 3) == pytest.approx(2 / 20)


def test_groups_that_do_not_overlap_have_no_interval_of_the_rank_biserial():
    data = pd.DataFrame({"y": [1, 2, 3, 7, 8, 9], "g": list("aaabbb")})
    row = compare_groups(data, "y", "g", method="mann_whitney").table.iloc[0]
    assert (row["effect_estimate"], row["p_value"]) == (-1, pytest.approx(0.1))
    assert np.isnan(row["effect_ci_lower"])


ROWS = pd.DataFrame({"who": [1, 1, 2, 2, 3], "wave": ["t1", "t2", "t1", "t2", "t1"], "y": [1.0, 2, 4, 3, 5]})
SENTENCES: dict[str, tuple[Any, dict[str, Any], str]] = {
    "too_small": (
        (DATA.head(5), "posts", "sex"), {},
        "The group m has 1 rows with posts; at least 2 are needed.",
    ),
    "constant_group": (
        (DATA.assign(posts=np.where(DATA["sex"] == "f", 1, DATA["posts"])), "posts", "sex"), {},
        ("All values of posts are the same in f, and Welch’s F divides by the variance of each group. Join groups, or "
        "take method='anova'."),
    ),
    "one_group_left": (
        (DATA.assign(posts=np.where(DATA["sex"] == "f", DATA["posts"], np.nan)), "posts", "sex"), {},
        "Of the 4 rows with posts the only group is 'f'; a comparison needs two.",
    ),
    "constant_ranks": (
        (DATA, "same", "sex"), {"method": "kruskal_wallis"},
        "All 10 values of same are the same: there is nothing to compare.",
    ),
    "persons": (
        (DATA.head(1), ["minutes", "posts"]), {"paired": True},
        "Only 1 persons have all occasions of minutes, posts; at least 2 are needed.",
    ),
    "differences": (
        (DATA.assign(later=DATA["posts"] + 1), ["posts", "later"]), {"paired": True},
        ("All persons change by the same amount in posts, later: the differences have no spread, and there is nothing "
        "to test against."),
    ),
    "never_differs": (
        (DATA.assign(later=DATA["posts"]), ["posts", "later"]), {"paired": True, "method": "wilcoxon"},
        "posts and later are the same for every person: there is no difference to rank.",
    ),
    "subject_twice": (
        (pd.concat([ROWS, ROWS.head(1)]), "y", "wave"), {"paired": True, "subject": "who"},
        "1 has several rows of the occasion t1: average them first, or name the occasions apart.",
    ),
    "covariate_constant": (
        (DATA, "posts", "sex"), {"covariates": ["same"]},
        "All values of same are the same in the 10 rows used: it cannot be a covariate.",
    ),
    "covariates_repeat": (
        (DATA, "posts", "sex"), {"covariates": ["age", "twice_age"]},
        "The covariates (age, twice_age) or a group are determined by the others: leave one of them out.",
    ),
    "ancova_too_few": (
        (DATA.iloc[[0, 1, 4, 5]], "posts", "sex"), {"covariates": ["age", "minutes"]},
        "4 rows are too few for 4 coefficients of groups and covariates.",
    ),
    "ancova_explained": (
        (DATA.assign(posts=DATA["age"] * 2), "posts", "sex"), {"covariates": ["age"]},
        "Groups and covariates reproduce posts up to rounding: check whether it is computed from them.",
    ),
    "design_constant": (
        (DATA, "same", "sex"), {"design": Design(np.ones(10))},
        "All values of same are the same within each group (f, m, x): there is no spread to compare against.",
    ),
    "design_too_small": (
        (DATA, "posts", "sex"), {"design": Design(np.ones(10), cluster=[1, 2] * 5)},
        "1 degrees of freedom of the design are too few to compare 2 differences at once. Compare fewer groups.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SENTENCES)
def test_what_cannot_be_compared_says_why(case):
    arguments, options, sentence = SENTENCES[case]
    assert error_of(*arguments, **options) == sentence


def test_sphericity_needs_persons():
    data = pd.DataFrame(np.random.default_rng(1).normal(size=(3, 4)), columns=list("abcd"))
    result = compare_groups(data, list("abcd"), paired=True)
    assert result.assumptions is None
    assert str(result.warnings[0]) == "Sphericity is not tested: 3 persons are too few for 4 occasions."


CALLS: dict[str, tuple[dict[str, Any], str]] = {
    "text": (
        {"outcome": "word"},
        ("compare_groups: column 'word' does not hold numbers (it is str). Code the answers as numbers first, or leave "
        "the column out."),
    ),
    "unknown": (
        {"group": "gender"},
        ("compare_groups: the data have no column 'gender'. Columns of the data: 'minutes', 'posts', 'same', 'age', "
        "'twice_age', 'sex', 'word'."),
    ),
    "one_group": (
        {"group": "word"},
        "compare_groups: column 'word' holds only the group 'a', and a comparison needs two.",
    ),
    "no_group": (
        {"group": None},
        ("compare_groups: there is no group. Name the column of the groups, or say paired=True and give the columns of "
        "the occasions as outcome."),
    ),
    "absent_group": (
        {"groups": ["f", "w"]},
        "compare_groups: groups names 'w', which column 'sex' does not hold. It holds: 'f', 'm', 'x'.",
    ),
    "group_is_outcome": (
        {"group": "minutes"},
        "compare_groups: 'minutes' is the outcome and the group. Give two different columns.",
    ),
    "covariate_is_group": (
        {"covariates": ["minutes"]},
        "compare_groups: 'minutes' is a covariate and the outcome or group. Name it once.",
    ),
    "no_outcome": ({"outcome": []}, "compare_groups: outcome is empty. Name at least one column."),
    "paired_single": (
        {"paired": True, "group": None},
        ("compare_groups: paired=True needs the columns of at least two occasions as outcome, or a column of occasions "
        "as group and subject=; found the single column 'minutes'."),
    ),
    "paired_without_subject": (
        {"paired": True},
        ("compare_groups: paired=True with the column 'sex' of occasions needs subject=, the column that says which "
        "rows are of the same person."),
    ),
    "paired_missing": (
        {"paired": True, "group": None, "outcome": ["minutes", "later"]},
        ("compare_groups: the data have no column 'later'. Columns of the data: 'minutes', 'posts', 'same', 'age', "
        "'twice_age', 'sex', 'word'."),
    ),
    "subject_unpaired": (
        {"subject": "age"},
        "compare_groups: subject is given and paired is not. Say paired=True, or leave subject out.",
    ),
    "paired_covariates": (
        {"paired": True, "group": None, "outcome": ["minutes", "posts"], "covariates": ["age"]},
        ("compare_groups: covariates are not used with paired=True. Compare groups with the first occasion as a "
        "covariate, or leave them out."),
    ),
    "method": (
        {"method": "t"},
        ("compare_groups: method is 't'. Allowed: welch, student, anova, ancova, mann_whitney, kruskal_wallis, "
        "paired_t, repeated_measures, wilcoxon, friedman, design."),
    ),
    "method_of_two": (
        {"method": "student"},
        "compare_groups: method 'student' cannot compare 3 groups. Allowed: welch, anova, kruskal_wallis.",
    ),
    "method_of_pairs": (
        {"method": "paired_t", "groups": ["f", "m"]},
        ("compare_groups: method 'paired_t' cannot compare 2 groups. Allowed: welch, student, anova, mann_whitney, "
        "kruskal_wallis."),
    ),
    "friedman_of_two": (
        {"paired": True, "group": None, "outcome": ["minutes", "posts"], "method": "friedman"},
        (
            "compare_groups: method 'friedman' cannot compare 2 occasions of the same persons. Allowed: paired_t, "
            "repeated_measures, wilcoxon."
        ),
    ),
    "weights_and_ranks": (
        {"method": "mann_whitney", "design": Design(np.ones(10))},
        "compare_groups: method 'mann_whitney' cannot compare 3 groups with a design. Allowed: design.",
    ),
    "weights_and_covariates": (
        {"covariates": ["age"], "design": Design(np.ones(10))},
        ("compare_groups: an analysis of covariance does not use a design here. Take regress with the design, or leave "
        "the covariates out."),
    ),
    "weights_and_rows_of_occasions": (
        {"paired": True, "subject": "age", "design": Design(np.ones(10))},
        ("compare_groups: with a design, occasions have to be columns, one row a person. Give them as outcome, without "
        "group and subject."),
    ),
    "design_of_other_rows": (
        {"design": Design(np.ones(9))},
        ("compare_groups: the design has 9 rows and the data have 10. Make the design from these data, or take "
        "design.subset(mask) for the rows that were kept."),
    ),
    "post_hoc": (
        {"post_hoc": "tukey"},
        "compare_groups: post_hoc is 'tukey', which method 'welch' has not. Allowed: games_howell, pairwise, none.",
    ),
    "contrast_group": (
        {"contrasts": {"a": {"f": 1, "w": -1}}},
        "compare_groups: contrast 'a' names the group 'w'. The groups are: f, m, x.",
    ),
    "contrast_sum": (
        {"contrasts": {"a": {"f": 1, "m": -0.5}}},
        ("compare_groups: the weights of contrast 'a' add up to 0.5. They have to add up to 0, and not all be 0, such "
        "as 1 and -0.5 and -0.5."),
    ),
    "contrast_of_ranks": (
        {"method": "kruskal_wallis", "contrasts": {"a": {"f": 1, "m": -1}}},
        "compare_groups: contrasts are of means, and method 'kruskal_wallis' compares ranks. Leave one out.",
    ),
    "adjust": (
        {"adjust": "tukey"}, "compare_groups: adjust is 'tukey'. Allowed: none, holm, bonferroni, fdr_bh, fdr_by.",
    ),
    "confidence": (
        {"confidence": 95}, "compare_groups: confidence is 95. Give a number between 0 and 1, such as 0.95.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CALLS)
def test_calls_that_do_not_fit(case):
    options, sentence = CALLS[case]
    with pytest.raises(CallError) as caught:
        compare_groups(DATA, **{"outcome": "minutes", "group": "sex"} | options)
    assert str(caught.value) == sentence


def test_values_without_digits_are_refused():
    for factor, shown in ((1e90, "9.5e+91"), (1e-90, "9.5e-89")):
        with pytest.raises(InputError) as caught:
            compare_groups(DATA.assign(minutes=DATA["minutes"] * factor), "minutes", "sex")
        assert str(caught.value) == (
            f"compare_groups: the largest value of column 'minutes' is {shown}, which leaves no digits to compute "
            "with. Give it in another unit."
        )


def test_a_pair_that_never_changes_leaves_the_others_standing():
    data = pd.DataFrame({"a": [1.0, 4, 2, 6, 3], "b": [2.0, 5, 3, 7, 4], "c": [5.0, 1, 3, 3, 9]})
    result = compare_groups(data, list("abc"), paired=True, contrasts={"same": {"a": 1, "b": -1}})
    reason = (
        "This difference has no spread to be tested against: it is the same for every person, or its groups do not "
        "vary."
    )
    assert list(result.pairs.table["error"]) == [reason, "", ""]
    assert result.pairs.table["p_adjusted"].notna().tolist() == [False, True, True]
    assert result.contrasts.table["error"].tolist() == [reason]


def test_infinite_values_are_refused():
    with pytest.raises(InputError) as caught:
        compare_groups(DATA.replace({"minutes": {95: np.inf}}), "minutes", "sex")
    assert str(caught.value) == (
        "compare_groups: column 'minutes' holds an infinite value. Set such values to missing first."
    )
