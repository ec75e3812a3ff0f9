"""Table 1, limitations, decisions and references: each follows from the data at hand."""

import calendar
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from survey_stats import analyze, load_instrument, read_survey
from survey_stats.fielding.demo import write_demo_export
from survey_stats.hypotheses import Hypothesis
from survey_stats.measures.frame import score_frame
from survey_stats.reporting.decisions import decisions
from survey_stats.reporting.limitations import limitations
from survey_stats.reporting.page import compose
from survey_stats.reporting.sample import MOST_CATEGORIES, sample_rows
from survey_stats.reporting.summary import summarize
from survey_stats.reporting.words import Labels, sentence, study_labels
from survey_stats.study import Study

NAMED = re.compile(r"\b([A-Z][\w-]+)(?: (?:and|&) [A-Z]\w+|, [A-Z]\w+ & \w+| et al\.)?,? \(?((?:19|20)\d\d)\b")
MONTHS = set(calendar.month_name)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    return read_survey(write_demo_export(tmp_path_factory.mktemp("demo") / "export.xlsx", n=120, seed=3))


@pytest.fixture(scope="module")
def summary(demo):
    return summarize(demo, analyze(demo))


def named(notes):
    return {note.id.removeprefix("limitations."): dict(note.values) for note in notes}


# ---- Table 1 ----------------------------------------------------------------------------------------------------


def test_choices_are_counted_with_the_share_of_those_who_answered(demo):
    table = sample_rows(demo)
    gender = table[table["characteristic"] == "Gender"].set_index("category")
    answers = demo.answers["gender"]
    assert gender.loc["Woman", "n"] == (answers == 1).sum()
    assert gender.loc["Woman", "percent"] == pytest.approx((answers == 1).sum() / answers.notna().sum())
    assert gender["n"].get("no_answer", 0) == answers.isna().sum()
    assert gender["n"].sum() == demo.n
    assert gender["percent"].sum() == pytest.approx(1)


def test_age_has_its_moments_and_range(demo):
    age = sample_rows(demo).iloc[0]
    values = demo.answers["age"].dropna().astype(float)
    assert (age["characteristic"], age["n"]) == ("Age", len(values))
    assert [age[name] for name in ("mean", "sd", "minimum", "maximum")] == pytest.approx(
        [values.mean(), values.std(), values.min(), values.max()]
    )


def test_a_text_with_many_answers_is_cut(demo):
    countries = [f"Country {at:02}" for at in range(MOST_CATEGORIES + 5)]
    given = pd.Series(np.resize(countries, demo.n), index=demo.answers.index, dtype=object)
    answers = demo.answers.assign(country=given)
    table = sample_rows(replace(demo, answers=answers))
    rows = table[table["characteristic"] == "Country"]
    assert len(rows) == MOST_CATEGORIES + 1
    assert rows["category"].iloc[-1] == "others"
    assert rows["n"].sum() == demo.n


def test_without_demographics_there_is_no_table():
    assert sample_rows(Study.from_frames(pd.DataFrame({"a": [1.0, 2.0]}))).empty


# ---- limitations ------------------------------------------------------------------------------------------------


def test_limitations_of_the_demo(demo, summary):
    found = named(summary.limitations)
    assert {"simulated", "no_design", "one_time", "self_report", "precision", "exploratory"} <= set(found)
    assert not {"languages", "plan_changed", "unscored"} & set(found)
    assert found["precision"]["n"] == demo.n


def test_precision_is_the_correlation_found_with_a_power_of_80_percent(demo):
    from survey_stats.statistics.correlations.power import power

    r = named(limitations(demo, ()))["precision"]["r"]
    assert float(power(r, demo.n)) == pytest.approx(0.8, abs=1e-6)


def test_low_reliability_is_named_where_it_is_low(summary):
    table = summary.long.frame.query("result == 'reliability' and statistic == 'estimate' and method == 'alpha'")
    low = {name for name, value in zip(table["variables"], table["value"], strict=True) if value < 0.7}
    assert set(named(summary.limitations).get("reliability", {"measures": []})["measures"]) == low


def test_what_a_frozen_plan_adds(demo):
    held = {"at": "2026-03-01", "times": 2, "with_data": True, "sha256": ""}
    held |= {"changed": {"data.file": ('"a.csv"', '"b.csv"'), "title": ("", '"T"'), "design.weights": ('"w"', "")}}
    held |= {"hypotheses_changed": (), "data_changed": True}
    planned = [Hypothesis(id="h1", x="shyness", y="active_use", direction="negative")]
    study = replace(demo, hypotheses=tuple(planned), provenance=replace(demo.provenance, frozen=held))
    found = named(limitations(study, ()))
    assert found["frozen_with_data"] == {"at": "2026-03-01"}
    told = sentence("limitations.plan_changed", found["plan_changed"], Labels(), "en")
    assert told == (
        'Changed in the plan since it was frozen (2026-03-01): data.file from "a.csv" to "b.csv", title added as "T", '
        'design.weights removed, was "w".'
    )
    assert found["frozen_again"] == {"times": 2, "at": "2026-03-01"}
    assert "data_changed" in found
    unfrozen = named(limitations(replace(demo, hypotheses=tuple(planned)), ()))
    assert "not_frozen" in unfrozen
    assert not {"plan_changed", "exploratory"} & set(unfrozen)


def test_much_missing_and_several_languages(demo):
    missing = demo.missing.copy()
    missing.iloc[:60, :5] = "blank"
    paradata = demo.paradata.assign(language=np.resize(["en", "de"], demo.n))
    found = named(limitations(replace(demo, missing=missing, paradata=paradata), ()))
    assert found["missing"]["items"] >= 5
    assert found["languages"] == {"count": 2}


# ---- decisions --------------------------------------------------------------------------------------------------


def test_decisions_account_for_every_problem_cell_and_column_left_out(demo):
    table = decisions(demo)
    cells = table[table["decision"].str.startswith("cells_") & (table["family"] == "rule")]
    assert cells["count"].sum() == len(demo.problems)
    assert table.loc[table["decision"] == "columns_left_out", "count"].sum() == len(demo.provenance.left_out)
    reversed_ = table[table["decision"] == "items_reversed"].set_index("rule")["count"]
    assert reversed_["Shyness"] == 4


# ---- references -------------------------------------------------------------------------------------------------


def test_references_of_methods_and_findings(summary):
    told = [one.citation for one in summary.references]
    assert told == sorted(told, key=str.lower)
    assert any(one.startswith("Appel, M., & Gnambs, T. (2019)") for one in told)
    assert any(one.startswith("Holm, S. (1979)") for one in told)


def test_every_work_that_the_report_names_is_among_its_references(demo, summary):
    page = compose(summary, study_labels(demo, "en"), "en")
    blocks = [block for section in page.sections if section.id != "references" for block in section.blocks]
    tables = [block.table for block in blocks if block.table]
    words = " ".join([*(line for block in blocks for line in block.paragraphs), *(n for t in tables for n in t.notes)])
    named = {(name, year) for name, year in NAMED.findall(words) if name not in MONTHS}
    listed = " ".join(one.citation for one in page.references)
    assert len(named) > 15
    assert {name for name, year in named if not re.search(rf"{name}\b.*?\({year}", listed)} == {"AAPOR"}
    assert "Standard definitions: Final dispositions" in listed
    assert "Nielsen (2010). What Americans do online" in listed


def test_references_of_a_published_scale():
    scale = load_instrument("rosenberg_a")
    items = [item.id for item in scale.all_items]
    frame = pd.DataFrame(np.random.default_rng(1).integers(1, 5, size=(40, len(items))), columns=items)
    study = replace(Study.from_frames(score_frame(frame, scale).measures), instruments={scale.id: scale})
    assert scale.source.citation in [one.citation for one in summarize(study, []).references]


def test_numbers_in_the_words_of_the_report_are_in_results_csv(demo, summary):
    table = compose(summary, study_labels(demo, "en"), "en").numbers.set_index("id")["value"]
    assert table["report.participants.kept"] == demo.n
    assert table["report.limitations_precision.n"] == demo.n
    assert 0.2 < table["report.limitations_precision.r"] < 0.3
    assert table.index.is_unique


# ---- published reliability --------------------------------------------------------------------------------------


def test_published_alphas_stand_beside_ours(tmp_path):
    scale = load_instrument("mini_ipip")
    items = [item.id for item in scale.all_items]
    rng = np.random.default_rng(3)
    answers = pd.DataFrame(rng.integers(1, 6, size=(80, len(items))), columns=items)
    answers.to_csv(tmp_path / "export.csv", index=False)
    study = read_survey(tmp_path / "export.csv", instruments=["mini_ipip"])
    section = next(one for one in summarize(study, []).sections if one.id == "measures")
    table = next(one for one in section.tables if one.id == "published_reliability").result.table
    ours = next(one for one in section.tables if one.id == "reliability").result.table
    alphas = ours[ours["method"] == "alpha"].set_index("measure")["estimate"]
    assert dict(zip(table["measure"], table["published"], strict=True)) == {
        norm.scale: norm.alpha for norm in scale.norms if norm.alpha is not None
    }
    assert table["estimate"].tolist() == [alphas[name] for name in table["measure"]]
    assert table["n"].tolist() == [80] * len(table)


def test_no_word_of_the_program_stands_in_the_report(demo, summary):
    page = compose(summary, study_labels(demo, "en"), "en")
    shown = [block for section in page.sections for block in section.blocks if not block.folded]
    cells = {cell.text for block in shown if block.table for row in block.table.rows for cell in row}
    notes = " ".join(note for block in shown if block.table for note in block.table.notes)
    assert {"e-mail address", "How a range of time became a point: midpoint"} <= cells
    assert "day_over_24_hours" not in notes
