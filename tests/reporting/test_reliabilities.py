"""Reliability of the scales and counts of classes in the report: which coefficients, which words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from survey_stats.analysis import Table
from survey_stats.catalogue import load_instrument
from survey_stats.measures.classes import Choices
from survey_stats.measures.scoring import score
from survey_stats.reporting.class_counts import count_classes
from survey_stats.reporting.descriptives import Reliabilities, describe, reliabilities
from survey_stats.reporting.sentences import result_sentences
from survey_stats.reporting.summary import measures_section
from survey_stats.reporting.tables import result_table
from survey_stats.reporting.words import Labels, study_labels
from survey_stats.simulation import simulate
from survey_stats.statistics.design import Design
from survey_stats.statistics.reliability import reliability
from survey_stats.study import Study

LABELS = Labels({"shyness": "Shyness"})


def of(name, n=200, choices=None, seed=3):
    instrument = load_instrument(name)
    answers = simulate([instrument], n, seed=seed)
    scored = score(answers, [instrument], choices=choices)
    return Study(answers=answers, measures=scored.measures, variables=scored.variables, instruments={name: instrument})


@pytest.fixture(scope="module")
def shyness():
    return of("shyness")


def test_few_ordered_answers_have_categorical_omega_beside(shyness):
    table = reliabilities(shyness).table
    assert table["method"].tolist() == ["alpha", "omega_total", "omega_categorical"]
    from survey_stats.measures.scoring import scale_items

    found = reliability(scale_items(shyness, "shyness"), categorical=True)
    for row in table.to_dict("records"):
        one = getattr(found, row["method"])
        assert (row["estimate"], row["ci_lower"], row["n"], row["n_items"]) == (
            one.estimate, one.ci_lower, one.n, one.n_items,
        )  # fmt: skip


def test_error_of_measurement_is_in_the_unit_of_the_score(shyness):
    table = reliabilities(shyness).table
    complete = shyness.answers[list(shyness.instruments["shyness"].scales[0].items)].notna().all(axis=1)
    spread = shyness.measures["shyness"][complete].std()
    np.testing.assert_allclose(table["measurement_error"], spread * np.sqrt(1 - table["estimate"]), rtol=1e-12)


def test_error_of_a_sum_is_that_of_the_sum():
    """A sum of six items: its error is six times that of their mean."""
    study = of("bsmas")
    from survey_stats.measures.scoring import scale_items

    measure = study.variables["id"].iloc[0]
    found = reliability(scale_items(study, measure))
    row = reliabilities(study).table.iloc[0]
    assert study.variables["rule"].iloc[0].startswith("sum (mean × number of items) of 6 items")
    assert row["measurement_error"] == pytest.approx(6 * found.sem_alpha.estimate, rel=1e-9)


def test_two_items_have_spearman_brown_and_no_empty_omega():
    table = reliabilities(of("tipi")).table
    assert set(table["method"]) == {"alpha", "split_half"}
    assert table["estimate"].notna().all()


FRAME = pd.DataFrame({
    "measure": ["shyness"] * 3, "method": ["alpha", "omega_total", "omega_categorical"],
    "estimate": [0.871, 0.88, 0.892], "ci_lower": [0.84, 0.85, np.nan], "ci_upper": [0.9, 0.91, np.nan],
    "interval": ["adf", "adf", "none"], "confidence": 0.95, "measurement_error": [0.31, 0.3, 0.28], "n_items": 13,
    "n": 1200, "warning": "", "error": "",
})  # fmt: skip


def test_sentence():
    table = Table("reliability", Reliabilities(method="reliability", table=FRAME), {})
    assert result_sentences(table, LABELS, "en") == [
        (
            "Reliability of Shyness in this sample: *α* = .87, 95% CI [.84, .90]; *ω* = .88, 95% CI [.85, .91]; "
            "categorical *ω* = .89 (13 items, *n* = 1\u202f200)."
        )
    ]


def test_a_scale_without_coefficient_has_no_sentence():
    failed = FRAME.assign(estimate=np.nan)
    assert result_sentences(Table("r", Reliabilities(method="reliability", table=failed), {}), LABELS, "en") == []


def test_table_and_notes():
    result = Reliabilities(method="reliability", table=FRAME)
    shown = result_table(result, tuple({} for _ in range(3)), LABELS, "en")
    assert [cell.text for cell in shown.headers] == [
        "Measure", "Coefficient", "Estimate", "95% CI", "SEM", "Items", "*n*",
    ]  # fmt: skip
    assert [cell.text for cell in shown.rows[0]] == [
        "Shyness", "Cronbach’s alpha", ".87", "[.84, .90]", "0.31", "13", "1\u202f200",
    ]  # fmt: skip
    assert shown.notes == (
        "Cronbach’s alpha: interval by a distribution-free standard error (Maydeu-Olivares et al., 2007).",
        "Omega total: interval by a distribution-free standard error (Maydeu-Olivares et al., 2007).",
        (
            "SEM: standard error of measurement, the standard deviation of the score × √(1 − coefficient), in the unit "
            "of the score."
        ),
    )


@pytest.fixture(scope="module")
def classified():
    return of("bsmas", choices=Choices(cutoffs={"bsmas": "banyai_2017"}))


def test_classes_are_counted_and_not_averaged(classified):
    (measure,) = classified.variables["id"][classified.variables["unit"] == "class"]
    assert measure not in describe(classified).table["measure"].tolist()
    found = count_classes(classified).table
    values = classified.measures[measure]
    assert found["count"].tolist() == [int((values == code).sum()) for code in found["code"]]
    assert found["count"].sum() == found["n"].iloc[0] == values.count()
    assert found["share"].sum() == pytest.approx(1)
    (rule,) = [one for one in classified.instruments["bsmas"].cutoffs if one.id == "banyai_2017"]
    assert found["label"].tolist() == list(rule.labels)


def test_the_table_of_classes(classified):
    result = count_classes(classified)
    shown = result_table(result, tuple({} for _ in result.table.index), study_labels(classified, "en"), "en")
    assert shown.caption == "Classes by cut-offs and norms"
    assert [cell.text for cell in shown.headers] == ["Measure", "Class", "Count", "%", "*n*"]
    rule = classified.variables.loc[classified.variables["unit"] == "class", "rule"].iloc[0]
    assert any(rule.rstrip(".") in note for note in shown.notes)


def test_the_section_has_the_classes_after_the_descriptives(classified):
    assert [block.id for block in measures_section(classified).tables][:3] == ["descriptives", "classes", "reliability"]


def test_above_the_mean_of_a_norm_is_counted():
    study = of("bsmas")
    values = pd.Series(np.where(np.arange(200) < 50, 1.0, 0.0), index=study.measures.index)
    row = study.variables.iloc[0].to_dict() | {
        "id": "bsmas_above_norm", "kind": "category", "unit": "class", "maximum": 1.0, "construct": "", "rule": "r"
    }  # fmt: skip
    more = Study(
        answers=study.answers, measures=study.measures.assign(bsmas_above_norm=values),
        variables=pd.concat([study.variables, pd.DataFrame([row])], ignore_index=True), instruments=study.instruments,
    )  # fmt: skip
    found = count_classes(more)
    assert found.table["count"].tolist() == [150, 50]
    shown = result_table(found, ({}, {}), Labels(), "en")
    assert [row[1].text for row in shown.rows] == ["not above", "above"]


def test_shares_of_classes_are_weighted_where_there_is_a_design(classified):
    (measure,) = classified.variables["id"][classified.variables["unit"] == "class"]
    weights = np.where(np.arange(200) < 60, 3.0, 1.0)
    found = count_classes(classified, Design(weights))
    values = classified.measures[measure].to_numpy()
    expected = [weights[values == code].sum() / weights[np.isfinite(values)].sum() for code in found.table["code"]]
    np.testing.assert_allclose(found.table["share"], expected, rtol=1e-12)
    assert found.method == "design_class_counts"
    assert found.table["count"].tolist() == count_classes(classified).table["count"].tolist()


def test_a_study_without_classes_has_no_table(shyness):
    assert count_classes(shyness) is None


def test_a_scale_that_all_answered_alike_has_no_reliability_and_no_warning():
    study = of("shyness", n=80)
    alike = study.answers.assign(**dict.fromkeys(study.answers, 3.0))
    scored = score(alike, list(study.instruments.values()))
    found = reliabilities(replace(study, answers=alike, measures=scored.measures))
    assert found.table[["estimate", "measurement_error"]].isna().all(axis=None)
    assert all("there are 0" in told for told in found.table["warning"])
