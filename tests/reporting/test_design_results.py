"""Estimates with a sampling design as a reader sees them: tables and sentences whole."""

import numpy as np
import pandas as pd
import pytest

from survey_stats.analysis import Section, Table
from survey_stats.reporting.results_csv import long_tables
from survey_stats.reporting.sentences import result_sentences
from survey_stats.reporting.tables import result_table
from survey_stats.reporting.words import Labels
from survey_stats.statistics.design import Design
from survey_stats.statistics.estimation import estimate
from survey_stats.statistics.raking import rake

LABELS = Labels({"posts": "Posts", "sex": "Sex", "minutes": "Minutes", "weight": "Weight"})
CONTEXT = {"level": "between", "measure_type": "self_report"}


def displayed(result):
    table = Table("t", result, CONTEXT)
    long = long_tables([Section("s", "s.title", (table,))])
    assert long.frame["id"].is_unique
    return result_table(result, long.ids["s", 0], LABELS, "en", CONTEXT)


def shown(table):
    headers = [cell.text for cell in table.headers]
    return [headers, *([cell.text + (f"^{cell.marks}" if cell.marks else "") for cell in row] for row in table.rows)]


def sentences(result):
    return result_sentences(Table("t", result, CONTEXT), LABELS, "en")


@pytest.fixture
def data():
    rng = np.random.default_rng(1)
    return pd.DataFrame({
        "minutes": [*range(20, 60), *range(50, 90)], "posts": rng.choice(["yes", "no"], 80),
        "sex": ["f"] * 40 + ["m"] * 40, "weight": [1.0, 2.0] * 40,
    })  # fmt: skip


@pytest.fixture
def design(data):
    return Design("weight", data=data)


def test_means_of_groups(data, design):
    result = estimate(data, "minutes", design, by="sex")
    table = displayed(result)
    assert table.caption == "Estimates of the population"
    assert shown(table) == [
        ["Question", "Group", "Estimate", "Standard error", "95% CI", "Design effect", "Effective *n*", "*n*"],
        ["Minutes", "sex = f", "39.67", "1.94", "[35.81, 43.52]", "1.10", "36", "40"],
        ["", "sex = m", "69.67", "1.94", "[65.81, 73.52]", "1.10", "36", "40"],
    ]
    assert table.notes == ("Mean: interval by *t* distribution; *df* = 79.", "Between persons; self-report.")
    assert sentences(result)[0] == (
        "Mean of Minutes (sex = f): 39.67 (95% CI [35.81, 43.52], *n* = 40; between persons, self-report)."
    )


def test_a_difference_of_groups(data, design):
    result = estimate(data, "minutes", design, by="sex").differences()
    table = displayed(result)
    assert table.caption == "Differences of estimates of the population"
    assert shown(table) == [
        ["Question", "First", "Second", "Difference", "95% CI", "*t*", "*df*", "*p*"],
        ["Minutes", "sex = f", "sex = m", "−30.00", "[−35.45, −24.55]", "−10.96", "79", "< .001"],
    ]
    assert table.notes[0] == (
        "First minus second; standard errors from the sampling design, with the covariance of the two."
    )
    assert sentences(result) == [
        (
            "Minutes: lower for sex = f than for sex = m (difference −30.00, 95% CI [−35.45, −24.55], "
            "*t*(79) = −10.96, *p* < .001; between persons, self-report)."
        )
    ]
    same = estimate(data.assign(minutes=1.0), "minutes", design, by="sex").differences()
    assert sentences(same) == ["Minutes: the difference of sex = f and sex = m cannot be tested."]
    unclear = estimate(data, "weight", design, by="posts").differences()
    assert sentences(unclear)[0].startswith(
        "Weight: the data do not settle whether posts = no or posts = yes is higher"
    )


def test_proportions_and_quantiles(data, design):
    proportion = estimate(data, "posts", design, statistic="proportion")
    shares = displayed(proportion)
    assert [cell.text for cell in shares.headers][:2] == ["Question", "Answer"]
    assert shares.notes[0] == "Shares in percent."
    assert shares.notes[1].startswith("Proportion: interval by logit transformation, with the standard error")
    assert sentences(proportion)[1].startswith("Proportion of Posts (yes): ")
    halves = estimate(data, "minutes", design, statistic="quantile", quantiles=(0.25, 0.5))
    assert [row[1].text for row in displayed(halves).rows] == ["25.0", "50.0"]
    assert sentences(halves)[1].startswith("Quantile of Minutes (50.0%): 55.00 (95% CI [")
    ratio = estimate(data, "minutes", design, statistic="ratio", denominator="weight")
    assert shown(displayed(ratio))[1][:2] == ["Minutes", "Weight"]


def test_what_has_no_estimate_says_why(data, design):
    lost = data.assign(minutes=data["minutes"].where(data["sex"] == "f"))
    result = estimate(lost, "minutes", design, by="sex")
    assert shown(displayed(result))[2][:4] == ["", "sex = m^a", "–", "–"]
    assert "a) no row with an answer and a weight above 0" in displayed(result).notes
    assert sentences(result)[1] == (
        "Mean of Minutes (sex = m): no estimate, no row with an answer and a weight above 0."
    )


def test_weights_and_balance(data):
    found = rake(data, {"sex": {"f": 0.7, "m": 0.3}, "posts": {"yes": 0.6, "no": 0.4}}, trim=(0.2, 3))
    table = displayed(found)
    assert table.caption == "Weights"
    assert [cell.text for cell in table.headers] == [
        "Method", "Smallest", "Largest", "Effect of weighting", "Effective *n*", "At a bound", "Without weight", "*n*",
    ]  # fmt: skip
    assert table.rows[0][0].text == "Raking"
    assert table.notes[0].startswith("Smallest and largest weight as a ratio to the mean weight; the margins hold to ")
    assert table.notes[1] == "Weights are kept between 0.2 and 3 times their mean."
    row = found.to_frame().iloc[0]
    assert sentences(found) == [
        (
            f"Weights range from {row['minimum']:.2f} to {row['maximum']:.2f} times their mean. Weighting multiplies "
            f"variances by about {row['kish_effect']:.2f}: the 80 respondents are worth {row['effective_size']:.0f} "
            "(Kish’s effective size)."
        )
    ]
    balance = displayed(found.balance)
    assert balance.caption == "Sample and population, before and after weighting"
    assert shown(balance)[:2] == [
        ["Question", "Answer", "Before", "After", "Population", "Difference before", "Difference after", "*n*"],
        ["Sex", "f", "50.0", "70.0", "70.0", "−0.44", "0.00", "40"],
    ]
    assert balance.notes[0] == "Shares in percent."
    assert balance.notes[1] == "Standardized differences: from the population, over its standard deviation."
    for trim, note in {(None, 3): "at or below 3", (0.2, None): "at or above 0.2"}.items():
        one = displayed(rake(data, {"sex": {"f": 0.7, "m": 0.3}}, trim=trim))
        assert one.notes[1] == f"Weights are kept {note} times their mean."
    assert displayed(found.compare("minutes")).rows[0][1].text == "54.50"
