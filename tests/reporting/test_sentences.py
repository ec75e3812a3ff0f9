"""Sentences whole, as a reader sees them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from survey_stats.analysis import Table
from survey_stats.reporting.sentences import MOST_SENTENCES, headlines, result_sentences
from survey_stats.results import Result

CONTEXT = {"level": "between", "measure_type": "self_report"}


def test_correlations(correlations, labels):
    assert result_sentences(Table("correlations", correlations, CONTEXT), labels, "en") == [
        (
            "Shyness × Active use: the coefficients do not agree on whether and in which direction they go together "
            "(*r*(298) = −.14, 95% CI [−.25, −.03], *p* = .014 (adjusted *p* = .027), *n* = 300; "
            "*r*ₛ = −.12 [−.23, −.01]; between persons, self-report)."
        ),
        (
            "Shyness × Number of contacts: higher values of one went with lower values of the other "
            "(*r*(296) = −.31, 95% CI [−.41, −.21], *p* < .001 (adjusted *p* < .001), *n* = 298; "
            "*r*ₛ = −.28 [−.39, −.17]; between persons, self-report)."
        ),
        (
            "Shyness × Time on social media: the data do not settle whether and in which direction they go together "
            "(*r*(298) = .03, 95% CI [−.08, .15], *p* = .568, *n* = 300; between persons, self-report)."
        ),
        "Shyness × constant: the correlation could not be computed: The values of constant are all the same.",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "higher values of one went with lower values of the other"),
        ({"estimate": 0.14, "ci_lower": 0.03, "ci_upper": 0.25}, "higher values of one went with higher values"),
        ({"ci_upper": 0.01}, "the data do not settle whether"),
        ({"p_adjusted": 0.051}, "the data do not settle whether"),
        ({"p_adjusted": 0.051, "confidence": 0.9}, "higher values of one went with lower values of the other"),
        ({"p_adjusted": np.nan}, "higher values of one went with lower values of the other"),
        (
            {"ci_lower": np.nan, "ci_upper": np.nan},
            "no interval could be computed, so nothing is said about a direction",
        ),
    ],
)
def test_direction_needs_interval_and_adjusted_p(correlations, labels, change, words):
    one = type(correlations)(method="pearson", table=correlations.table.head(1).assign(**change))
    (line,) = result_sentences(Table("correlations", one, CONTEXT), labels, "en")
    assert line.startswith(f"Shyness × Active use: {words}")


def test_no_sentence_claims_a_cause(correlations, designated, comparison, logistic, labels):
    results = correlations, designated, comparison, logistic
    tables = [Table("a", result, CONTEXT) for result in results]
    text = " ".join(line for table in tables for line in result_sentences(table, labels, "en")).lower()
    assert not [word for word in ("cause", "effect", "leads to", "because", "influence", "impact") if word in text]


def test_comparison(comparison, labels):
    assert result_sentences(Table("published", comparison), labels, "en") == [
        "Shyness × Active use: this study *r* = −.14 [−.25, −.03]; published *ρ* = −.11 [−.20, −.03], Author (2001).",
        (
            "Shyness × Number of contacts: this study *r* = −.31 [−.41, −.21]; "
            "published *ρ* = −.26 [−.34, −.17], Author (2001)."
        ),
    ]


def test_the_designated_method_comes_first_and_alone_decides(designated, labels):
    assert result_sentences(Table("correlations", designated, CONTEXT), labels, "en") == [
        (
            "Shyness × Number of contacts: the data do not settle whether and in which direction they go together "
            "(*r*ₛ(296) = −.11, 95% CI [−.22, −.0003], *p* = .0496 (adjusted *p* = .099), *n* = 298; "
            "for comparison *r* = −.14 [−.25, −.03]; *r* of log(1 + x) = −.11 [−.22, .004]; "
            "between persons, self-report); by *r* without adjustment of *p*, higher values of one went with lower "
            "values of the other."
        ),
        (
            "Shyness × Active use: higher values of one went with lower values of the other "
            "(*r*(298) = −.20, 95% CI [−.31, −.09], *p* < .001 (adjusted *p* = .001), *n* = 300; "
            "for comparison *r*ₛ = −.19 [−.30, −.08]; between persons, self-report)."
        ),
    ]


def test_a_method_beside_the_designated_one_does_not_stand_in_for_it(designated, labels):
    rows = designated.table.copy()
    rows.loc[1, ["estimate", "ci_lower", "ci_upper", "p_value", "p_adjusted"]] = np.nan
    rows.loc[1, "error"] = "Fewer than 4 rows."
    lines = result_sentences(Table("correlations", type(designated)(method="c", table=rows)), labels, "en")
    assert lines[0] == "Shyness × Number of contacts: the correlation could not be computed: Fewer than 4 rows."


@pytest.mark.parametrize(
    ("p", "verdict", "shown"),
    [
        (0.0496, "higher values of one went with lower values of the other", ".0496"),
        (0.05, "the data do not settle whether and in which direction they go together", ".050"),
        (0.0504, "the data do not settle whether and in which direction they go together", ".0504"),
    ],
)
def test_the_reader_can_see_what_the_verdict_rests_on(correlations, labels, p, verdict, shown):
    change = {"estimate": -0.113, "ci_lower": -0.22, "ci_upper": -0.0003, "p_value": p, "p_adjusted": p}
    one = type(correlations)(method="pearson", table=correlations.table.head(1).assign(**change))
    assert result_sentences(Table("c", one), labels, "en") == [
        f"Shyness × Active use: {verdict} (*r*(298) = −.11, 95% CI [−.22, −.0003], *p* = {shown}, *n* = 300)."
    ]


def test_odds_of_occasions(logistic, labels):
    context = {"level": "occasions, clustered by person", "measure_type": "experience_sampling"}
    assert result_sentences(Table("occasions", logistic, context), labels, "en") == [
        (
            "active × Shyness: the odds were lower with higher values of Shyness (odds ratio per unit = 0.998, "
            "95% CI [0.996, 0.9995], *t*(233) = −2.53, *p* = .012, 1\u202f610 occasions of 234 persons; "
            "occasions, clustered by person, experience sampling)."
        )
    ]


@pytest.mark.parametrize(
    ("change", "context", "shown"),
    [
        (
            {"ci_lower": -0.01, "ci_upper": 0.005, "odds_ratio_ci_lower": 0.99, "odds_ratio_ci_upper": 1.005,
             "p_value": 0.43},
            {},
            (
                "active × Shyness: the data do not settle whether and in which direction the odds go with Shyness "
                "(odds ratio per unit = 0.998, 95% CI [0.990, 1.005], *t*(233) = −2.53, *p* = .430, "
                "*n* = 1\u202f610 in 234 clusters)."
            ),
        ),
        (
            {"n_clusters": 0, "df": np.nan},
            {"level": "between"},
            (
                "active × Shyness: the odds were lower with higher values of Shyness (odds ratio per unit = 0.998, "
                "95% CI [0.996, 0.9995], *z* = −2.53, *p* = .012, *n* = 1\u202f610; between persons)."
            ),
        ),
        (
            dict.fromkeys(("ci_lower", "ci_upper", "odds_ratio_ci_lower", "odds_ratio_ci_upper", "statistic", "df",
                           "p_value"), np.nan),
            {},
            (
                "active × Shyness: no interval could be computed, so nothing is said about a direction "
                "(odds ratio per unit = 0.998, *n* = 1\u202f610 in 234 clusters)."
            ),
        ),
    ],
)  # fmt: skip
def test_odds_of_a_model(logistic, labels, change, context, shown):
    model = replace(logistic, table=logistic.table.assign(**change))
    assert result_sentences(Table("m", model, context), labels, "en") == [shown]


def test_odds_with_several_terms_name_what_is_held_equal(logistic, labels):
    more = logistic.table.iloc[[0, 1, 1]].assign(term=["Intercept", "shyness", "age"])
    lines = result_sentences(Table("m", replace(logistic, table=more)), labels, "en")
    assert [line.split(" (odds")[0] for line in lines] == [
        "active × Shyness: the odds were lower with higher values of Shyness, the other terms of the model being equal",
        "active × Age: the odds were lower with higher values of Age, the other terms of the model being equal",
    ]


def test_a_linear_regression_has_its_coefficients(linear, labels):
    assert result_sentences(Table("m", linear), labels, "en") == [
        (
            "active × Shyness: values were lower with higher values of Shyness (*b* = −0.00231, 95% CI [−0.00410, "
            "−0.000500], *t*(1\u202f608) = −2.53, *p* = .012, *n* = 1\u202f610)."
        )
    ]


def test_headlines_leave_out_what_could_not_be_computed(section, labels):
    assert headlines([section], labels, "en")[1:] == [
        (
            "Shyness × Number of contacts: higher values of one went with lower values of the other "
            "(*r*(296) = −.31, 95% CI [−.41, −.21], *p* < .001 (adjusted *p* < .001), *n* = 298; "
            "*r*ₛ = −.28 [−.39, −.17]; between persons, self-report)."
        ),
        (
            "Shyness × Time on social media: the data do not settle whether and in which direction they go together "
            "(*r*(298) = .03, 95% CI [−.08, .15], *p* = .568, *n* = 300; between persons, self-report)."
        ),
    ]


def test_comparison_names_our_measures_where_a_pair_has_several(comparison, labels):
    ours = comparison.table.head(1)
    rows = pd.concat([ours.assign(label="minutes"), ours.assign(label="age", method="spearman"),
                      comparison.table.iloc[[1]]])  # fmt: skip
    several = type(comparison)(method="side_by_side", table=rows)
    assert result_sentences(Table("published", several), labels, "en") == [
        (
            "Shyness × Active use: this study Time on social media *r* = −.14 [−.25, −.03]; "
            "Age *r*ₛ = −.14 [−.25, −.03]; published *ρ* = −.11 [−.20, −.03], Author (2001)."
        )
    ]
    many = type(comparison)(method="side_by_side", table=comparison.table.iloc[[0] * (MOST_SENTENCES + 1)])
    assert result_sentences(Table("published", many), labels, "en") == []


def test_a_long_table_speaks_for_itself(correlations, labels):
    rows = correlations.table.iloc[[0] * (MOST_SENTENCES + 1)].assign(y=[f"y{i}" for i in range(MOST_SENTENCES + 1)])
    long = type(correlations)(method="pearson", table=rows)
    assert result_sentences(Table("correlations", long), labels, "en") == []


def test_a_result_without_words_has_no_sentences(labels):
    assert result_sentences(Table("other", Result(method="other")), labels, "en") == []
