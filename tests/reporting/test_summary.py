"""The summary: counts and names, never the content of a cell."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from survey_stats.analysis import Figure, Table
from survey_stats.messages import Message
from survey_stats.reporting.descriptives import describe
from survey_stats.reporting.html import render_html
from survey_stats.reporting.page import compose
from survey_stats.reporting.summary import PACKAGES, summarize
from survey_stats.reporting.words import study_labels
from survey_stats.statistics.design import Design
from survey_stats.statistics.estimation import estimate
from survey_stats.study import Study


@pytest.fixture
def summary(study, section):
    return summarize(study, [section])


def test_participants(summary, study):
    people = summary.participants
    assert (people.rows_read, people.kept, people.dropped) == (1312, 300, {"no consent": 1000, "preview": 12})
    assert people.period == ("2024-03-04", "2024-03-16")
    assert people.median_minutes == pytest.approx(550 / 60)
    age = study.measures["age"]
    assert people.age == {"n": 300, "median": age.median(), "minimum": age.min(), "maximum": age.max()}


def test_problems_are_counted_by_rule_without_their_cells(summary):
    problems = summary.reading.problems
    assert list(problems.columns) == ["rule", "action", "state", "cells", "columns"]
    assert problems[["rule", "cells"]].to_numpy().tolist() == [["duration_unparsed", 7], ["out_of_range", 1]]


def test_missing_by_reason(summary):
    missing = summary.reading.missing
    assert missing[["reason", "cells"]].to_numpy().tolist() == [["blank", 12], ["failed", 7], ["refused", 2]]
    assert missing["share"].to_numpy() == pytest.approx(np.array([12, 7, 2]) / 600)


def measures(summary):
    return next(section for section in summary.sections if section.id == "measures")


def test_measures(summary, study):
    table = measures(summary).tables[0].result.table.set_index("measure")
    contacts = study.measures["contacts"].to_numpy()
    assert table.loc["contacts", "mean"] == pytest.approx(contacts.sum() / 300)
    assert table.loc["contacts", "sd"] == pytest.approx(np.sqrt(((contacts - contacts.mean()) ** 2).sum() / 299))
    moment = ((contacts - contacts.mean()) ** 3).mean() / contacts.std() ** 3
    assert table.loc["contacts", "skewness"] == pytest.approx(moment * np.sqrt(300 * 299) / 298)


def test_measures_of_weighted_data_are_called_unweighted(study):
    weighted = replace(study, design=pd.DataFrame({"weight": 1.5}, index=study.measures.index))
    found = summarize(weighted, [])
    assert str(Message(measures(found).blocks[0].id)) == (
        "The data carry survey weights. The numbers of this section do not use them: they are unweighted descriptions "
        "of the sample, not estimates for a population."
    )
    assert set(found.long.frame["design"]) == {"unweighted"}
    assert "Between persons; self-report; unweighted." in render_html(
        compose(found, study_labels(weighted, "en"), "en")
    )


def test_measures_of_a_planned_design_are_estimates_for_the_population(study):
    """Weighted by hand: mean, sd with n / (n - 1), skewness, median."""
    weights = pd.Series(np.linspace(0.5, 2, study.n), index=study.measures.index)
    weighted = replace(study, design=weights.to_frame("weights"), sampling={})
    found = summarize(weighted, [])
    sections = {section.id: section for section in found.sections}
    assert [name for name in sections if name in ("weights", "measures")] == ["weights", "measures"]
    assert str(Message(sections["measures"].blocks[0].id)).startswith(
        "Means, standard deviations, medians and reliability are estimates for the population of this weighted sample."
    )
    table = sections["measures"].tables[0].result.table.set_index("measure")
    contacts = study.measures["contacts"].dropna()
    share = weights[contacts.index] / weights[contacts.index].sum()
    mean = (share * contacts).sum()
    variance = (share * (contacts - mean) ** 2).sum()
    assert table.loc["contacts", "mean"] == pytest.approx(mean)
    assert table.loc["contacts", "sd"] == pytest.approx(np.sqrt(variance * len(contacts) / (len(contacts) - 1)))
    assert table.loc["contacts", "skewness"] == pytest.approx((share * (contacts - mean) ** 3).sum() / variance**1.5)
    at = contacts.sort_values(kind="stable")
    assert table.loc["contacts", "median"] == at[share[at.index].cumsum() >= 0.5].iloc[0]
    design = Design(weights, data=study.measures)
    expected = estimate(study.measures, "contacts", design).table.iloc[0]
    for name in ("standard_error", "ci_lower", "ci_upper", "n"):
        assert table.loc["contacts", name] == pytest.approx(expected[name])
    matrix = next(one.result for one in sections["measures"].tables if one.id == "correlation_matrix")
    assert matrix.moments.loc["contacts"].tolist() == table.loc["contacts", ["mean", "sd", "n"]].tolist()
    assert set(found.long.frame.query("analysis == 'measures'")["design"]) == {"weighted"}


def test_a_measure_that_no_replicate_can_estimate_says_so(study):
    copies = np.ones((study.n, 4))
    copies[:, 0] = np.arange(study.n) == 0
    frame = pd.DataFrame(copies, index=study.measures.index, columns=[f"replicate_{n}" for n in range(1, 5)])
    measures = study.measures.assign(contacts=study.measures["contacts"].where(np.arange(study.n) > 0))
    weighted = replace(study, measures=measures, design=frame, sampling={"method": "bootstrap"})
    row = describe(weighted).table.set_index("measure").loc["contacts"]
    assert np.isnan(row["mean"])
    assert row["warning"].startswith("Design: replicate 1 of 4 has no estimate: its weights leave out all rows")


def test_measures_of_data_without_weights_are_not_called_anything(summary):
    assert {type(block) for block in measures(summary).blocks} == {Table, Figure}
    assert set(summary.long.frame.query("analysis == 'measures'")["design"]) == {""}


def test_n_is_counted_after_missing_values(study):
    scores = study.measures.copy()
    scores.loc[scores.index[:40], "contacts"] = np.nan
    table = measures(summarize(replace(study, measures=scores), [])).tables[0].result.table.set_index("measure")
    assert table["n"].to_dict() == {"shyness": 300, "active_use": 300, "contacts": 260, "minutes": 300, "age": 300}


def test_only_skewed_measures_are_drawn(summary):
    drawn = [block.results[0].measure for block in summary.sections[-1].blocks if hasattr(block, "results")]
    assert drawn == ["contacts", "minutes"]


def test_methods_in_the_order_of_their_use_and_only_ours(summary):
    assert summary.methods == ("descriptives", "pearson", "fisher_z", "spearman", "bonett_wright", "holm")


def test_versions(summary):
    assert list(summary.versions) == ["survey_stats", "python", *PACKAGES]


def test_reliability_of_scales_comes_from_the_items():
    from survey_stats.catalogue import load_instrument
    from survey_stats.measures.scoring import score
    from survey_stats.simulation import simulate
    from survey_stats.statistics.reliability import reliability

    instrument = load_instrument("shyness")
    answers = simulate([instrument], 80, seed=5)
    scored = score(answers, [instrument])
    study = Study(
        answers=answers, measures=scored.measures, variables=scored.variables, instruments={"shyness": instrument}
    )
    block = next(block for block in summarize(study, []).sections[0].tables if block.id == "reliability")
    row = block.result.table.iloc[0]
    scale = instrument.scales[0]
    items = answers[list(scale.items)].astype(float)
    low, high = instrument.by_id[scale.items[0]].format.range
    items[list(scale.reverse)] = low + high - items[list(scale.reverse)]
    assert (row["measure"], row["method"], row["n"], row["n_items"]) == (
        scale.id, "alpha", len(items.dropna()), len(scale.items),
    )  # fmt: skip
    assert row["estimate"] == pytest.approx(reliability(items).alpha.estimate)


def test_a_study_without_measures_has_no_table_of_them():
    nothing = Study(answers=pd.DataFrame(index=range(3)), measures=pd.DataFrame(index=range(3)))
    assert summarize(nothing, []).sections[0].blocks == ()
