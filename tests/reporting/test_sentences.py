"""Sentences whole, as a reader sees them."""

import numpy as np
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


def test_no_sentence_claims_a_cause(correlations, comparison, labels):
    tables = Table("a", correlations, CONTEXT), Table("b", comparison)
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


def test_headlines_are_short_and_leave_out_what_could_not_be_computed(section, labels):
    assert headlines([section], labels, "en")[1:] == [
        (
            "Shyness × Number of contacts: higher values of one went with lower values of the other "
            "(*r* = −.31, 95% CI [−.41, −.21], *n* = 298; *r*ₛ = −.28 [−.39, −.17]; between persons, self-report)."
        ),
        (
            "Shyness × Time on social media: the data do not settle whether and in which direction they go together "
            "(*r* = .03, 95% CI [−.08, .15], *n* = 300; between persons, self-report)."
        ),
    ]


def test_a_long_table_speaks_for_itself(correlations, labels):
    rows = correlations.table.iloc[[0] * (MOST_SENTENCES + 1)].assign(y=[f"y{i}" for i in range(MOST_SENTENCES + 1)])
    long = type(correlations)(method="pearson", table=rows)
    assert result_sentences(Table("correlations", long), labels, "en") == []


def test_a_result_without_words_has_no_sentences(labels):
    assert result_sentences(Table("other", Result(method="other")), labels, "en") == []
