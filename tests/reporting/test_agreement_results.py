"""Self-reports against logs as a reader sees them: table, sentences and figure."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from survey_stats.analysis import Figure, Section, Table
from survey_stats.reporting.figures import display_figure
from survey_stats.reporting.results_csv import long_tables
from survey_stats.reporting.sentences import result_sentences
from survey_stats.reporting.tables import result_table
from survey_stats.reporting.words import Labels
from survey_stats.statistics.agreement import agreement
from survey_stats.statistics.attenuation import attenuation

ORACLE = json.loads(
    (Path(__file__).parent.parent / "oracles" / "agreement" / "agreement.json").read_text(encoding="utf-8")
)
LABELS = Labels({"said": "Reported time", "logged": "Logged time"})
CONTEXT = {"level": "between"}


@pytest.fixture(scope="module")
def result():
    return agreement(pd.DataFrame(ORACLE["data"], dtype=float), "said", "logged", unit="minutes per day")


def displayed(part):
    long = long_tables([Section("s", "s.title", (Table("t", part, CONTEXT),))])
    return result_table(part, long.ids["s", 0], LABELS, "en", CONTEXT)


def sentences(part):
    return result_sentences(Table("t", part, CONTEXT), LABELS, "en")


def test_the_table(result):
    table = displayed(result)
    assert table.caption == "Self-report against log"
    assert [cell.text for cell in table.headers] == ["Quantity", "Estimate", "95% CI", "*n*"]
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["Mean difference", "34.6", "[10.9, 58.4]", "58"],
        ["Lower limit of agreement", "−142.6", "[−190.1, −107.9]", "58"],
        ["Upper limit of agreement", "211.8", "[177.2, 259.4]", "58"],
        ["Slope of the difference on the mean", "0.61", "[0.26, 0.97]", "58"],
        ["Ratio of means", "1.39", "[1.18, 1.65]", "58"],
        ["Geometric mean of the ratios", "1.24", "[1.10, 1.40]", "55"],
        ["Lower limit of the ratios", "0.52", "[0.41, 0.62]", "55"],
        ["Upper limit of the ratios", "2.93", "[2.47, 3.72]", "55"],
        ["Pearson’s correlation", "0.87", "[0.78, 0.92]", "58"],
        ["Spearman’s correlation", "0.86", "[0.75, 0.92]", "58"],
        ["Lin’s concordance", "0.71", "[0.50, 0.84]", "58"],
        ["Within 5% of the log, % of persons", "12.1", "[6.0, 22.9]", "58"],
        ["Within 25% of the log, % of persons", "44.8", "[32.7, 57.5]", "58"],
        ["Reported more, % of persons", "60.3", "[47.5, 71.9]", "58"],
        ["Reported less, % of persons", "27.6", "[17.8, 40.2]", "58"],
    ]
    assert table.notes[0] == (
        "Differences are Reported time minus Logged time (minutes per day); ratios are the first over the second."
    )


def test_the_sentences(result):
    assert sentences(result) == [
        (
            "Reported time exceeded Logged time on average (mean difference 34.6 minutes per day, 95% CI [10.9, 58.4], "
            "ratio of means 1.39, 95% CI [1.18, 1.65], *n* = 58; between persons)."
        ),
        (
            "For single persons the difference lay between −142.6 and 211.8 (limits of agreement). It was larger where "
            "there was more of both (slope 0.61, 95% CI [0.26, 0.97])."
        ),
        (
            "12.1% of the persons came within 5% of the log; 44.8% of the persons came within 25% of the log; beyond "
            "the narrowest of these, 60.3% reported more and 27.6% less (*r* = .87 [.78, .92], *r*ₛ = .86 [.75, .92], "
            "concordance = .71 [.50, .84])."
        ),
    ]
    turned = agreement(pd.DataFrame(ORACLE["data"], dtype=float), "logged", "said")
    assert sentences(turned)[0].startswith(
        "Logged time fell short of Reported time on average (mean difference −34.63, "
    )
    meters = agreement(pd.DataFrame({name: ORACLE["meters"][name] for name in ("large", "mini")}), "large", "mini")
    assert sentences(meters)[0].startswith(
        "The data do not settle whether large is above or below mini on average (mean difference −2.12, 95% CI "
    )


def test_attenuation():
    table = displayed(attenuation(0.15, 0.4, n=300))
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["Found", ".15", "[.04, .26]", "300"],
        ["If errors have nothing to do with the other variable", ".37", "[.09, .65]", "300"],
        ["Whatever the errors", "–", "[−.90, .99]", "300"],
        ["If the correlation found were the true one, it would appear as", ".06", "[.01, .10]", "300"],
    ]
    assert sentences(attenuation(0.15, 0.4, n=300)) == [
        (
            "With a validity of .40, the correlation with the true measure behind *r* = .15 is .37 [.09, .65] if "
            "errors have nothing to do with the other variable, and between −.90 and .99 whatever they have to do "
            "with it."
        ),
    ]
    assert sentences(attenuation(0.6, (0.4, 0.5))) == [
        (
            "With a validity of .40–.50, *r* = .60 cannot stand if errors have nothing to do with the other variable; "
            "the correlation with the true measure is between −.49 and .99 whatever they have to do with it."
        ),
    ]
    assert sentences(attenuation(0.45, (0.3, 0.5), interval=(0.2, 0.6))) == [
        (
            "With a validity of .30–.50, *r* = .45 is larger than errors that have nothing to do with the other "
            "variable allow; within its interval they allow a correlation with the true measure of [.40, 1.00]. "
            "Whatever the errors, it is between −.87 and 1.00."
        ),
    ]


def test_the_figure(result):
    drawn = display_figure(Figure("bland_altman", (result,)), LABELS, "en", prefix="b")
    assert drawn.caption == (
        "Reported time minus Logged time, by the mean of the two: mean difference and limits of agreement with 95% "
        "intervals"
    )
    root = ET.fromstring(drawn.svg)
    assert root.get("aria-label") == (
        "Difference of Reported time and Logged time by their mean, 58 of 58 persons: mean difference 34.6, limits of "
        "agreement −142.6 and 211.8."
    )
    written = [element.text for element in root.iter("text")]
    assert {"34.6", "−142.6", "211.8", "Mean of the two (minutes per day)", "Difference (minutes per day)"} <= set(
        written
    )
    assert len(list(root.iter("use"))) >= 58


def test_many_points_are_thinned_out():
    many = pd.concat([pd.DataFrame(ORACLE["data"], dtype=float)] * 40, ignore_index=True)
    drawn = display_figure(Figure("bland_altman", (agreement(many, "said", "logged"),)), LABELS, "en", prefix="b")
    assert "1\u202f000 of 2\u202f320 persons" in drawn.svg
    assert len(drawn.svg) < 200_000
