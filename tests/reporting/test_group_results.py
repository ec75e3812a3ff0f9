"""Comparisons of groups as a reader sees them: tables and sentences whole."""

import numpy as np
import pandas as pd
import pytest

from survey_stats import compare_groups
from survey_stats.analysis import Section, Table
from survey_stats.reporting.results_csv import long_tables
from survey_stats.reporting.sentences import result_sentences
from survey_stats.reporting.tables import result_table
from survey_stats.reporting.words import Labels
from survey_stats.statistics.crosstabs import crosstab
from survey_stats.statistics.design import Design
from survey_stats.statistics.proportions import compare_proportions, proportions

LABELS = Labels({"posts": "Posts", "school": "School"})
CONTEXT = {"level": "between", "measure_type": "self_report"}


def displayed(result):
    table = Table("t", result, CONTEXT)
    long = long_tables([Section("s", "s.title", (table,))])
    return result_table(result, long.ids["s", 0], LABELS, "en", CONTEXT)


def shown(table):
    headers = [cell.text for cell in table.headers]
    return [headers, *([cell.text + (f"^{cell.marks}" if cell.marks else "") for cell in row] for row in table.rows)]


def sentences(result):
    return result_sentences(Table("t", result, CONTEXT), LABELS, "en")


@pytest.fixture
def schools():
    """56 of 70 and 48 of 80, the example of Newcombe (1998)."""
    return pd.DataFrame({"posts": ["yes"] * 56 + ["no"] * 14 + ["yes"] * 48 + ["no"] * 32,
                         "school": ["a"] * 70 + ["b"] * 80})  # fmt: skip


def test_shares(schools):
    table = displayed(proportions(schools, "posts", by="school"))
    assert table.caption == "Shares of answers"
    assert shown(table) == [
        ["Question", "Group", "Answer", "%", "95% CI", "Count", "*n*"],
        ["Posts", "a", "no", "20.0", "[12.3, 30.8]", "14", "70"],
        ["", "a", "yes", "80.0", "[69.2, 87.7]", "56", "70"],
        ["", "b", "no", "40.0", "[30.0, 51.0]", "32", "80"],
        ["", "b", "yes", "60.0", "[49.0, 70.0]", "48", "80"],
    ]
    assert table.notes == ("Intervals by the method of Wilson (1927).", "Between persons; self-report.")


def test_difference_of_shares(schools):
    result = compare_proportions(schools, "posts", "school")
    table = displayed(result)
    assert shown(table) == [
        ["Question", "Answer", "Groups", "First, %", "Second, %", "Difference, points", "95% CI", "*z*", "*p*", "*n*"],
        ["Posts", "yes", "a − b", "80.0", "60.0", "20.0", "[5.2, 33.4]", "2.65", ".008", "150"],
    ]
    assert table.notes == ("Intervals by the hybrid score method of Newcombe (1998).", "Between persons; self-report.")
    assert sentences(result) == [
        (
            "Posts: yes was more frequent in a (80.0%) than in b (60.0%; difference 20.0 points, 95% CI [5.2, 33.4], "
            "*z* = 2.65, *p* = .008, *n* = 150; between persons, self-report)."
        )
    ]
    turned = compare_proportions(schools, "posts", "school", groups=["b", "a"])
    assert sentences(turned)[0].startswith(
        "Posts: yes was less frequent in b (60.0%) than in a (80.0%; difference −20.0"
    )
    few = schools.groupby("school").head(10).assign(posts=["yes"] * 9 + ["no"] + ["yes"] * 7 + ["no"] * 3)
    assert sentences(compare_proportions(few, "posts", "school"))[0].startswith(
        "Posts: the data do not settle whether yes is more frequent in a (90.0%) or in b (70.0%; "
    )


def test_a_difference_that_cannot_be_tested(schools):
    result = compare_proportions(schools.assign(posts=np.where(schools["school"] == "c", "no", "yes")), "posts",
                                 "school", category="yes")  # fmt: skip
    assert sentences(result) == [
        (
            "Posts, yes: 100.0% in a and 100.0% in b. Everyone or no one in both groups gave this answer: the "
            "difference is 0 and cannot be tested."
        )
    ]


def test_cross_table(schools):
    table = displayed(crosstab(schools, "school", "posts"))
    assert shown(table) == [
        ["Row", "Column", "Count", "% of row", "% of column", "Expected", "Residual"],
        ["a", "no", "14", "20.0", "30.4", "21.47", "−2.65"],
        ["", "yes", "56", "80.0", "53.8", "48.53", "2.65"],
        ["b", "no", "32", "40.0", "69.6", "24.53", "2.65"],
        ["", "yes", "48", "60.0", "46.2", "55.47", "−2.65"],
    ]
    assert table.notes == (
        "Rows: School; columns: Posts; *n* = 150.",
        (
            "Adjusted residuals: about standard normal where rows and columns are independent, so that cells beyond ±2 "
            "stand out; of many cells some do so by chance."
        ),
        "Between persons; self-report.",
    )


def test_association(schools):
    result = crosstab(schools, "school", "posts").association
    table = displayed(result)
    assert shown(table) == [
        ["Measures", "Method", "Statistic", "*df*", "*p*", "Cramér’s *V*", "95% CI", "*n*"],
        ["School × Posts", "Pearson’s chi-square", "7.02", "1", ".008", ".22", "[.06, .38]", "150"],
    ]
    assert table.notes[0] == "Interval of *V* from the noncentral chi-square distribution."
    assert sentences(result) == [
        (
            "School × Posts: the answers to the two go together (*χ*²(1) = 7.02, *p* = .008, *V* = .22, 95% CI "
            "[.06, .38], *n* = 150; between persons, self-report)."
        )
    ]


def test_association_in_a_small_and_in_a_weighted_sample(schools):
    few = schools.groupby("school").head(8).assign(posts=["yes"] * 7 + ["no"] + ["yes"] * 4 + ["no"] * 4)
    table = displayed(crosstab(few, "school", "posts").association)
    assert [row[1].text for row in table.rows] == ["Pearson’s chi-square", "Fisher’s exact test"]
    assert table.notes[1] == "Where expected counts are small, Fisher’s exact test decides."
    (line,) = sentences(crosstab(few, "school", "posts").association)
    assert line.startswith(
        "School × Posts: the data do not settle whether the answers to the two go together (Fisher’s exact test, "
        "*p* = .282, *V* = .40, 95% CI ["
    )
    weighted = crosstab(schools, "school", "posts", design=Design([1.0, 3] * 75, data=schools)).association
    table = displayed(weighted)
    assert [cell.text for cell in table.headers][2:5] == ["Statistic", "*df*", "*df* of error"]
    assert table.rows[0][1].text == "Rao and Scott’s second-order test"
    (line,) = sentences(weighted)
    assert line.startswith("School × Posts: the answers to the two go together (*F*(1, 149) = ")


@pytest.fixture
def minutes():
    """Three groups whose means are 30, 60 and 61, and a covariate."""
    away = np.array([-8, -5, -2, 0, 1, 3, 4, 7])
    return pd.DataFrame({
        "minutes": np.concatenate([mean + spread * away for mean, spread in ((30, 1), (60, 2), (61, 3))]),
        "use": np.repeat(["lurking", "posting", "both"], 8), "age": np.tile([20, 31, 25, 44, 38, 29, 33, 40], 3),
    })  # fmt: skip


def test_two_groups(minutes):
    result = compare_groups(minutes, "minutes", "use", groups=["lurking", "posting"])
    table = displayed(result)
    assert shown(table) == [
        ["Outcome", "Groups by", "Groups", "Method", "Difference", "95% CI", "Statistic", "*df*", "*p*", "Effect size",
         "95% CI", "*n*"],
        ["minutes", "use", "lurking − posting", "Welch’s *t* test", "−30.0", "[−38.6, −21.4]", "−7.75", "10.29",
         "< .001", "−3.87", "[−5.77, −1.93]", "16"],
    ]  # fmt: skip
    assert table.notes == (
        "Differences are first minus second.",
        "Effect size: Cohen’s *d* over the average variance, √((*s*₁² + *s*₂²) / 2).",
        "Between persons; self-report.",
    )
    assert sentences(result) == [
        (
            "minutes: the mean was lower for lurking than for posting (difference −30.0, 95% CI [−38.6, −21.4], "
            "*t*(10.29) = −7.75, *p* < .001, *d* = −3.87, 95% CI [−5.77, −1.93], *n* = 16; between persons, "
            "self-report)."
        )
    ]
    turned = compare_groups(minutes, "minutes", "use", groups=["posting", "lurking"])
    assert sentences(turned)[0].startswith(
        "minutes: the mean was higher for posting than for lurking (difference 30.0, "
    )
    alike = compare_groups(minutes, "minutes", "use", groups=["posting", "both"])
    assert sentences(alike)[0].startswith(
        "minutes: the data do not settle whether the mean is higher for posting or for both (difference −1.00, "
    )
    assert shown(displayed(result.means)) == [
        ["Outcome", "Group", "*M*", "95% CI", "*SD*", "*Mdn*", "*n*"],
        ["minutes", "lurking", "30.00", "[25.90, 34.10]", "4.90", "30.50", "8"],
        ["", "posting", "60.00", "[51.81, 68.19]", "9.80", "61.00", "8"],
    ]
    effects = displayed(result.effects)
    assert [row[2].text for row in effects.rows] == [
        "Cohen’s *d* over the average variance, √((*s*₁² + *s*₂²) / 2)",
        "Hedges’ *g* over the average variance, √((*s*₁² + *s*₂²) / 2)",
        "Glass’s Δ over the standard deviation of the second group",
    ]
    assert effects.notes[:2] == (
        "Differences are first minus second.", "Intervals by the noncentral *t* distribution.",
    )  # fmt: skip


def test_more_groups_and_their_pairs(minutes):
    result = compare_groups(
        minutes, "minutes", "use", contrasts={"both": {"both": 1, "lurking": -0.5, "posting": -0.5}}
    )
    (line,) = sentences(result)
    assert line.startswith("minutes: the means of both, lurking, posting are not all the same (*F*(2, 11.81) = ")
    pairs = displayed(result.pairs)
    assert [[cell.text for cell in row[:2]] for row in pairs.rows] == [
        ["minutes", "both − lurking"], ["", "both − posting"], ["", "lurking − posting"],
    ]  # fmt: skip
    assert pairs.notes[:3] == (
        "Differences are first minus second.",
        "Intervals of the differences by the studentized range, for all pairs at once.",
        "*p* adjusted for all pairs by Games and Howell.",
    )
    contrasts = displayed(result.contrasts)
    assert contrasts.rows[0][2].text == "both − 0.5 lurking − 0.5 posting"
    assert contrasts.notes[0] == (
        "Planned contrasts are weighted sums of means; their *p* and intervals are not adjusted."
    )
    holm = displayed(compare_groups(minutes, "minutes", "use", post_hoc="pairwise").pairs)
    assert holm.notes[1:3] == (
        "Intervals of the differences by *t* with Bonferroni’s level, for all pairs at once.",
        "*p* adjusted by Holm (1979) over 3 tests each.",
    )


def test_covariates_occasions_and_ranks(minutes):
    covariance = compare_groups(minutes, "minutes", "use", covariates=["age"])
    assert sentences(covariance)[0].startswith(
        "minutes: the means of both, lurking, posting are not all the same, at equal values of age (*F*(2, 20) = "
    )
    assert [cell.text for cell in displayed(covariance.means).headers][6:8] == ["Adjusted mean", "95% CI"]
    assert displayed(covariance.assumptions).rows[0][1].text == "equal slopes of the covariates in all groups"
    wide = minutes.assign(person=np.tile(np.arange(8), 3)).pivot_table(index="person", columns="use", values="minutes")
    wide = wide.assign(both=wide["both"] * 0.9 + [3, -1, 2, 0, 4, -2, 1, 5])
    occasions = compare_groups(wide, ["lurking", "posting", "both"], paired=True)
    table = displayed(occasions)
    assert [row[2].text for row in table.rows] == [
        "repeated measures, sphericity assumed", "repeated measures, Greenhouse and Geisser",
        "repeated measures, Huynh and Feldt",
    ]  # fmt: skip
    assert table.notes[0] == (
        "Of the tests “repeated measures, Greenhouse and Geisser” decides; the others stand beside it."
    )
    assert not [note for note in table.notes if "adjusted" in note]
    ranks = compare_groups(minutes, "minutes", "use", groups=["lurking", "posting"], method="mann_whitney")
    assert sentences(ranks) == [
        (
            "minutes: values tended to be lower for lurking than for posting (*U* = 0.00, *p* < .001, rank-biserial "
            "*r* = −1.00, *n* = 16; between persons, self-report)."
        )
    ]
    several = compare_groups(minutes, "minutes", "use", method="kruskal_wallis")
    assert sentences(several)[0].startswith(
        "minutes: values do not lie equally high in both, lurking, posting (*H*(2) = "
    )


def test_a_comparison_that_failed(minutes):
    result = compare_groups(minutes.assign(same=1), ["same", "minutes"], "use")
    assert sentences(result)[0] == (
        "same: the groups could not be compared: All values of same are the same in both, lurking, posting, and "
        "Welch’s F divides by the variance of each group. Join groups, or take method='anova'."
    )
    assert displayed(result).notes[-2:] == (
        (
            "a) All values of same are the same in both, lurking, posting, and Welch’s F divides by the variance of "
            "each group. Join groups, or take method='anova'."
        ),
        "Between persons; self-report.",
    )


def test_no_sentence_about_groups_claims_a_cause(minutes):
    found = compare_groups(minutes, "minutes", "use"), compare_groups(minutes, "minutes", "use", covariates=["age"])
    text = " ".join(line for result in found for line in sentences(result)).lower()
    assert not [word for word in ("cause", "effect", "leads to", "because", "influence", "impact") if word in text]


def test_an_association_that_could_not_be_tested():
    data = pd.DataFrame({"a": list("xxxyyyz"), "b": list("pqqrrrr"), "w": [1.0, 2, 1, 3, 1, 2, 1]})
    result = crosstab(data, "a", "b", design=Design("w", data=data)).association
    assert sentences(result) == [
        (
            "a × b: whether the answers go together could not be tested: Empty cells leave no test of independence. "
            "Join answers that are rare."
        )
    ]
