"""Displayed tables whole."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from survey_stats.reporting.results_csv import long_tables
from survey_stats.reporting.summary import measures_section
from survey_stats.reporting.tables import LAYOUTS, Column, layout, result_table
from survey_stats.results import Result


def shown(table):
    return [[cell.text + (f"^{cell.marks}" if cell.marks else "") for cell in row] for row in table.rows]


@pytest.fixture
def tables(section, labels):
    long = long_tables([section])
    return {
        block.id: result_table(block.result, long.ids[section.id, place], labels, "en", block.context)
        for place, block in enumerate(section.blocks)
        if block in section.tables
    }


def test_correlations(tables):
    table = tables["correlations"]
    assert table.caption == "Correlations"
    assert [cell.text for cell in table.headers] == [
        "Measures", "Method", "Estimate", "95% CI", "*p*", "*p* adjusted", "*n*",
    ]  # fmt: skip
    assert shown(table) == [
        ["Shyness × Active use", "Pearson", "−.14", "[−.25, −.03]", ".014", ".027", "300"],
        ["", "Spearman", "−.12", "[−.23, −.01]", ".037", ".074", "300"],
        ["Shyness × Number of contacts", "Pearson", "−.31", "[−.41, −.21]", "< .001", "< .001", "298"],
        ["", "Spearman^a", "−.28", "[−.39, −.17]", "< .001", "< .001", "298"],
        ["Shyness × Time on social media", "Pearson", ".03", "[−.08, .15]", ".568", ".568", "300"],
        ["Shyness × constant", "Pearson^b", "–", "–", "–", "–", "300"],
    ]
    assert [row[0].rowspan for row in table.rows] == [2, 0, 2, 0, 1, 1]
    assert table.notes == (
        "Pearson: interval by Fisher’s z transformation.",
        "Spearman: interval by Fisher’s z with the standard error of Bonett and Wright (2000).",
        "*p* adjusted within each method by Holm (1979); number of tests: Pearson 3; Spearman 2.",
        (
            "Ours and the published value stand side by side; no difference between them is tested, since samples, "
            "measures and level of correction differ."
        ),
        "a) Ties in 41% of the values.",
        "b) The values of constant are all the same.",
        "Between persons; self-report; exploratory.",
    )


def test_comparison(tables):
    table = tables["published"]
    assert [cell.text for cell in table.headers] == [
        "Measures", "Source", "Estimate", "95% CI", "*n*", "Effects", "Corrected",
    ]  # fmt: skip
    assert shown(table) == [
        ["Shyness × Active use", "This study, *r*", "−.14", "[−.25, −.03]", "300", "–", "no"],
        ["", "Author (2001), *ρ*", "−.11", "[−.20, −.03]", "7\u202f004", "15", "not known"],
        ["Shyness × Number of contacts", "This study, *r*", "−.31", "[−.41, −.21]", "298", "–", "no"],
        ["", "Author (2001), *ρ*", "−.26", "[−.34, −.17]", "6\u202f503", "19", "not known"],
    ]
    assert table.notes[0] == (
        "Author, A. (2001). A made reference. Journal of Tests, 1(2), 3–4. doi:10.1000/made. "
        "Design: random-effects meta-analysis."
    )


def test_measures(labels, study):
    section = measures_section(study.subset(study.measures["age"] < 30))
    block, rows = section.tables[0], section.tables[0].result.table
    table = result_table(block.result, long_tables([section]).ids["measures", 0], labels, "en")
    assert [cell.text for cell in table.headers] == [
        "Measure", "*n*", "*M*", "*SD*", "*Mdn*", "Range", "Skewness", "Unit",
    ]  # fmt: skip
    minutes = rows.set_index("measure").loc["minutes"]
    assert shown(table)[3] == [
        "Time on social media", f"{minutes['n']}", f"{minutes['mean']:.1f}", f"{minutes['sd']:.1f}",
        f"{minutes['median']:.1f}", f"{minutes['minimum']:.0f}–{minutes['maximum']:.0f}",
        f"{minutes['skewness']:.2f}", "minutes",
    ]  # fmt: skip
    assert table.notes == (
        "Shyness: 13 items; reversed before anything was computed: sh_3, sh_6, sh_9, sh_12.",
        "Active use: 6 items, none reversed.",
        "Between persons; self-report.",
    )


def test_measures_of_the_same_name_keep_rows_of_their_own(correlations, labels):
    named_alike = type(labels)(labels | {"active_use": "Use", "contacts": "Use"})
    table = result_table(correlations, tuple({} for _ in range(6)), named_alike, "en")
    assert [(row[0].text, row[0].rowspan) for row in table.rows][:4] == [
        ("Shyness × Use", 2), ("", 0), ("Shyness × Use", 2), ("", 0),
    ]  # fmt: skip


def test_the_confidence_level_is_in_the_header(correlations, labels):
    wide = type(correlations)(method="pearson", table=correlations.table.assign(confidence=0.9))
    ids = tuple({} for _ in range(len(wide.table)))
    assert result_table(wide, ids, labels, "en").headers[3].text == "90% CI"


def test_unadjusted_p_values_are_shown_once(correlations, labels):
    same = correlations.table.assign(p_adjusted=correlations.table["p_value"])
    table = result_table(type(correlations)(method="pearson", table=same), tuple({} for _ in range(6)), labels, "en")
    assert "*p* adjusted" not in [cell.text for cell in table.headers]


def test_the_designated_method_stands_first_with_its_own_ids(designated, labels):
    ids = tuple({"estimate": f"row {row}"} for row in range(5))
    table = result_table(designated, ids, labels, "en")
    assert shown(table) == [
        ["Shyness × Number of contacts", "Spearman", "−.11", "[−.22, −.0003]", ".0496", ".099", "298"],
        ["", "Pearson", "−.14", "[−.25, −.03]", ".014", "–", "300"],
        ["", "Pearson of log(1 + x)", "−.11", "[−.22, .004]", ".058", "–", "300"],
        ["Shyness × Active use", "Pearson", "−.20", "[−.31, −.09]", "< .001", ".001", "300"],
        ["", "Spearman", "−.19", "[−.30, −.08]", "< .001", "–", "300"],
    ]
    assert [row[2].ids for row in table.rows] == ["row 1", "row 0", "row 2", "row 3", "row 4"]
    assert table.notes == (
        "Spearman: interval by Fisher’s z with the standard error of Bonett and Wright (2000).",
        "Pearson: interval by Fisher’s z transformation.",
        "Pearson of log(1 + x): interval by Fisher’s z transformation.",
        (
            "The method that stands first for a pair is the one designated for its outcome; the others stand beside it "
            "for comparison."
        ),
        "*p* adjusted over the designated tests by Holm (1979); number of tests: 2.",
    )


def test_an_interval_without_a_method_has_no_note(correlations, labels):
    rows = correlations.table.head(1).assign(interval="none", p_adjusted=correlations.table["p_value"].head(1))
    assert result_table(type(correlations)(method="c", table=rows), ({},), labels, "en").notes == ()


def test_logistic_regression(logistic, labels):
    table = result_table(logistic, ({}, {}), labels, "en", {"level": "occasions, clustered by person"})
    assert [cell.text for cell in table.headers] == [
        "Term", "Log odds", "Standard error", "95% CI", "Odds ratio", "95% CI", "*t*", "*p*",
    ]  # fmt: skip
    assert shown(table) == [
        ["Intercept", "−1.98", "0.380", "[−2.70, −1.20]", "0.138", "[0.0672, 0.301]", "−5.21", "< .001"],
        ["Shyness", "−0.00231", "0.000900", "[−0.00410, −0.000500]", "0.998", "[0.996, 0.9995]", "−2.53", ".012"],
    ]
    assert table.notes == (
        "Logistic regression, standard errors by clusters (CR1).",
        "Outcome: active; *df*: 233; *n*: 1\u202f610; Clusters: 234.",
        "Occasions, clustered by person.",
    )


def test_linear_regression_without_clusters(linear, labels):
    table = result_table(linear, ({}, {}), labels, "en")
    assert [cell.text for cell in table.headers] == ["Term", "*b*", "Standard error", "95% CI", "*t*", "*p*"]
    assert table.notes == (
        "Linear regression, HC3 standard errors.",
        "Outcome: active; *df*: 1\u202f608; *n*: 1\u202f610.",
    )


def test_models_of_several_outcomes_keep_their_columns(logistic, labels):
    several = replace(logistic, table=logistic.table.assign(outcome=["a", "b"], n=[10, 20], df=np.nan))
    table = result_table(several, ({}, {}), labels, "en")
    assert [cell.text for cell in table.headers] == [
        "Outcome", "Term", "Log odds", "Standard error", "95% CI", "Odds ratio", "95% CI", "*z*", "*p*", "*n*",
    ]  # fmt: skip
    assert table.notes == ("Logistic regression, standard errors by clusters (CR1).", "Clusters: 234.")


def test_a_result_of_unknown_type_is_shown_by_its_own_grammar(labels):
    @dataclass(frozen=True, eq=False, slots=True, kw_only=True)
    class Own(Result):
        keys: ClassVar[tuple[str, ...]] = ("medium",)
        numbers: ClassVar[tuple[str, ...]] = ("estimate",)
        table: pd.DataFrame

    own = Own(method="own", table=pd.DataFrame({"medium": ["some_site"], "estimate": [12.344], "n": [40]}))
    assert layout(own)[0] == Column("medium", ("medium",), "label")
    table = result_table(own, ({"estimate": "x.y"},), labels, "en")
    assert shown(table) == [["some site", "12.34", "40"]]
    assert (table.rows[0][1].ids, table.rows[0][2].ids, table.rows[0][2].field) == ("x.y", "x.y", "n")


@pytest.mark.parametrize(
    ("name", "home"),
    [
        ("Correlations", "survey_stats.statistics.correlations"),
        ("Comparison", "survey_stats.literature.comparison"),
        ("Descriptives", "survey_stats.reporting.descriptives"),
        ("Reliabilities", "survey_stats.reporting.descriptives"),
        ("Regression", "survey_stats.statistics.regression"),
    ],
)
def test_layouts_name_columns_that_the_result_documents(name, home):
    from importlib import import_module

    documented = getattr(import_module(home), name).__doc__
    missing = [field for column in LAYOUTS[name] for field in column.fields if f"`{field}`" not in documented]
    assert missing == []
