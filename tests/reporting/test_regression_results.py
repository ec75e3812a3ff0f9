"""Regressions as a reader sees them: tables, notes and sentences whole."""

import numpy as np
import pandas as pd
import pytest

from survey_stats.analysis import Figure, Section, Table
from survey_stats.messages import catalogue
from survey_stats.reporting import numbers
from survey_stats.reporting.figures import display_figure
from survey_stats.reporting.results_csv import long_tables
from survey_stats.reporting.sentences import result_sentences
from survey_stats.reporting.tables import LAYOUTS, result_table
from survey_stats.reporting.words import Labels
from survey_stats.statistics.regression import (
    compare_models,
    johnson_neyman,
    marginal_effects,
    predicted_means,
    proportional_odds,
    regress,
    simple_slopes,
)

LABELS = Labels({"posts": "Posts", "shy": "Shyness", "age": "Age", "minutes": "Minutes", "often": "How often"})
CONTEXT = {"level": "between", "measure_type": "self_report"}


@pytest.fixture(scope="module")
def data():
    """Numbers from a rule, so that they stay what they are on every machine."""
    place = np.arange(1, 61)
    shy, age = place * 7 % 11 / 2, 18 + place * 5 % 40
    noise = place * 13 % 17 - 8
    return pd.DataFrame({
        "shy": shy, "age": age, "score": np.round(10 - shy + 0.1 * shy * (age - 30) + noise / 4, 2),
        "posts": np.maximum(0, np.round(8 - shy + noise / 3)), "minutes": np.maximum(0, 40 - 6 * shy + 3.0 * noise),
        "often": 1 + (noise > -3 + shy - 2.5) + (noise > 4), "sex": np.where(place % 3 == 0, "m", "f"),
    })  # fmt: skip


def displayed(result):
    long = long_tables([Section("s", "s.title", (Table("t", result, CONTEXT),))])
    assert long.frame["id"].is_unique
    return result_table(result, long.ids["s", 0], LABELS, "en", CONTEXT)


def shown(table):
    return [[cell.text for cell in table.headers], *([cell.text for cell in row] for row in table.rows)]


def sentences(result):
    return result_sentences(Table("t", result, CONTEXT), LABELS, "en")


def test_every_table_has_its_layout(data):
    linear = regress("score ~ shy * age", data)
    ordinal = regress("often ~ shy", data, family="ordinal")
    results = [
        linear, compare_models(["score ~ shy", "score ~ shy + age"], data), simple_slopes(linear, "shy", "age"),
        johnson_neyman(linear, "shy", "age"), predicted_means(linear), marginal_effects(linear),
        proportional_odds(ordinal),
    ]  # fmt: skip
    for result in results:
        name = type(result).__name__
        documented = type(result).__doc__
        missing = [field for column in LAYOUTS[name] for field in column.fields if f"`{field}`" not in documented]
        assert missing == [], name
        table = displayed(result)
        assert f"reporting.caption.{name}" in catalogue()
        assert all(cell.text for cell in table.headers)


def test_a_linear_model(data):
    result = regress("score ~ shy + age", data)
    table = displayed(result)
    assert shown(table)[0] == ["Term", "*b*", "Standard error", "95% CI", "*β*", "*t*", "*p*"]
    assert table.notes[0] == "Linear regression, HC3 standard errors."
    assert table.notes[1] == "Outcome: score; *df*: 57; *n*: 60."
    fit = result.fit
    assert table.notes[2].startswith("*R*² = .")
    assert "adjusted *R*² = ." in table.notes[2]
    assert table.notes[3].startswith("All terms together: *F*(2, 57) = ")
    assert fit["df_residual"] == 57
    lines = sentences(result)
    assert len(lines) == 2
    assert lines[0].startswith("score × Shyness: the data do not settle whether and in which direction values go with")
    assert "the other terms of the model being equal (*b* = " in lines[0]
    assert ", *β* = " in lines[0]


def test_numbers_of_the_whole_model_are_in_the_results(data):
    result = regress("score ~ shy", data)
    long = long_tables([Section("s", "s.title", (Table("t", result, CONTEXT),))]).frame.set_index("id")
    assert long.loc["s.t.score.ols_hc3.r_squared", "value"] == result.fit["r_squared"]
    assert long.loc["s.t.score.ols_hc3.r_squared", "level"] == "between"


def test_counts_have_rate_ratios(data):
    result = regress("posts ~ shy", data, family="poisson")
    table = displayed(result)
    assert shown(table)[0] == [
        "Term", "Log ratio", "Standard error", "95% CI", "Rate ratio", "95% CI", "*z*", "*p*",
    ]  # fmt: skip
    assert any("dispersion (1 for Poisson counts) = " in note for note in table.notes)
    assert sentences(result)[0].startswith(
        "Posts × Shyness: the rate was lower with higher values of Shyness (rate ratio per unit = 0."
    )


def test_both_parts_of_time_are_told(data):
    result = regress("minutes ~ shy", data, family="two_part")
    table = displayed(result)
    assert [row[0] for row in shown(table)[1:]] == ["any amount", "", "amount above 0", ""]
    assert [line.split(" (")[0] for line in sentences(result)] == [
        "Minutes × Shyness: the odds were lower with higher values of Shyness",
        "Minutes × Shyness: amounts were lower with higher values of Shyness",
    ]


def test_nested_models(data):
    table = displayed(compare_models(["score ~ shy", "score ~ shy + age", "score ~ shy * age"], data))
    assert shown(table)[0] == [
        "Model", "Formula", "*R*²", "Change of *R*²", "AIC", "BIC", "Statistic", "*df*", "*df* of error", "*p*", "*n*",
    ]  # fmt: skip
    assert [row[1] for row in shown(table)[1:]] == ["score ~ shy", "score ~ shy + age", "score ~ shy * age"]
    lines = sentences(compare_models(["score ~ shy", "score ~ shy + age"], data))
    assert lines[0].startswith("score: model 2 explains more than model 1 (Δ*R*² = .")
    assert "*F*(1, 57) = " in lines[0]


def test_slopes_and_regions(data):
    model = regress("score ~ shy * age", data)
    slopes = simple_slopes(model, "shy", "age", at=[20, 55])
    assert shown(displayed(slopes))[0][:5] == ["Outcome", "Predictor", "Moderator", "At", "Estimate"]
    assert [line.split(" (")[0] for line in sentences(slopes)] == [
        "score: where Age is 20.0, values were lower with higher values of Shyness",
        "score: where Age is 55.0, values were higher with higher values of Shyness",
    ]
    regions = johnson_neyman(model, "shy", "age")
    lines = sentences(regions)
    assert [line.split(" where")[0] for line in lines] == [
        "score: the slope of Shyness is below zero", "score: the slope of Shyness does not differ from zero",
        "score: the slope of Shyness is above zero",
    ]  # fmt: skip
    rows = shown(displayed(regions))
    assert rows[0] == ["Outcome", "Predictor", "Moderator", "Region", "Slope", "Slopes at its ends", "Rows, %", "*n*"]
    assert [row[4] for row in rows[1:]] == ["negative", "not settled", "positive"]


def test_predictions_and_effects(data):
    model = regress("minutes ~ shy + sex", data, family="two_part")
    means = shown(displayed(predicted_means(model, "sex")))
    assert [row[1:4] for row in means[1:]] == [
        ["mean", "sex", "f"], ["share with any", "sex", "f"], ["mean of those with any", "sex", "f"],
        ["mean", "sex", "m"], ["share with any", "sex", "m"], ["mean of those with any", "sex", "m"],
    ]  # fmt: skip
    effects = shown(displayed(marginal_effects(model, ["sex"])))
    assert effects[0][:4] == ["Outcome", "Quantity", "Variable", "Effect"]
    assert effects[1][2] == "sex: m - f"


def test_proportional_odds_in_words(data):
    result = proportional_odds(regress("often ~ shy", data, family="ordinal"))
    assert [row[1] for row in shown(displayed(result))[1:]] == ["All terms together", "Shyness"]
    assert sentences(result)[0].split(" (")[0] in (
        "How often: the data do not contradict proportional odds",
        "How often: the odds are not proportional, so a single coefficient a term does not describe all thresholds",
    )


def test_the_figure_says_what_it_shows(data):
    """Ratios on their own scale, linear models in standard deviations; intercept and dispersion are not drawn."""
    linear = regress("score ~ shy + age", data)
    drawn = display_figure(Figure("coefficients", (linear,)), LABELS, "en", prefix="a")
    beta = linear.table.set_index("term")["beta"]
    assert drawn.description.startswith(
        f"β (standard deviations), interval: score × Shyness = {numbers.number(beta['shy'], 'correlation')} ["
    )
    assert "Intercept" not in drawn.description
    counts = regress("posts ~ shy", data, family="poisson")
    rates = display_figure(Figure("coefficients", (counts,)), LABELS, "en", prefix="b")
    ratio = counts.table["rate_ratio"][1]
    assert rates.description.startswith(
        f"Rate ratio, interval: Posts × Shyness = {numbers.number(ratio, 'odds_ratio')} ["
    )
    assert rates.svg.count("<svg") == 1
    assert drawn.caption == "Terms of the model with their intervals; the line marks no difference"
