"""Results with and without exclusions, side by side, and the figures of data quality."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from survey_stats.analysis import Figure, Section, Table
from survey_stats.measures.flow import ParticipantFlow
from survey_stats.measures.missing_map import missing_by_item, missing_patterns
from survey_stats.reporting.beside import beside, paired
from survey_stats.reporting.figures import display_figure
from survey_stats.reporting.results_csv import long_tables
from survey_stats.reporting.words import Labels

LABELS = Labels({"shyness": "Shyness", "active_use": "Active use", "contacts": "Contacts", "minutes": "Minutes"})


@pytest.fixture
def with_everyone(correlations):
    """Without the excluded, shyness and contacts go together; with them the interval holds 0."""
    wider = correlations.table.copy()
    pair = wider["y"] == "contacts"
    wider.loc[pair, ["estimate", "ci_lower", "ci_upper"]] = [-0.05, -0.2, 0.1]
    wider["n"] += 12
    everyone = replace(correlations, table=wider)
    return Section("s", "s.title", (Table("correlations", correlations, {"exclusions": "planned"}),),
                   everyone=(Table("correlations_all_respondents", everyone, {"exclusions": "none"}),))  # fmt: skip


def test_rows_of_both_samples_stand_below_each_other(with_everyone):
    shown = list(beside(with_everyone, long_tables([with_everyone]), LABELS, "en"))
    assert len(shown) == 1
    assert shown[0].headline
    table = shown[0].table
    assert table.caption == "Correlations, with and without the planned exclusions"
    assert [header.text for header in table.headers][:4] == ["Measures", "Method", "Sample", "Estimate"]
    samples = [row[2].text for row in table.rows]
    assert samples == ["without the excluded", "all"] * 6
    counts = [row[-1].text for row in table.rows]
    assert counts[:2] == ["300", "312"]
    assert table.rows[0][3].ids == "s.correlations.shyness_active_use.pearson.estimate"
    assert table.rows[1][3].ids == "s.correlations_all_respondents.shyness_active_use.pearson.estimate"


def test_what_the_exclusions_change_is_said(with_everyone):
    """Two of five estimates: the sixth could not be computed."""
    shown = next(beside(with_everyone, long_tables([with_everyone]), LABELS, "en"))
    assert shown.words == (
        "Whether or on which side the interval excludes 0 depends on the exclusions for 2 of 5 estimates: "
        "Shyness × Contacts (*r*); Shyness × Contacts (*r*ₛ)."
    )


def test_that_they_change_nothing_is_said_too(with_everyone, correlations):
    same = replace(with_everyone, everyone=(replace(with_everyone.everyone[0], result=correlations),))
    shown = next(beside(same, long_tables([same]), LABELS, "en"))
    assert shown.words == (
        "Whether and on which side the interval excludes 0 does not depend on the exclusions (estimates compared: 5)."
    )


def test_a_row_or_a_table_that_one_sample_lacks(correlations):
    table = correlations.table
    fewer = replace(correlations, table=table.iloc[[1, 0]].reset_index(drop=True))
    both, ids = paired((fewer, ({"estimate": "a"}, {"estimate": "b"})), (correlations, tuple({} for _ in range(6))))
    assert list(both.table["sample"]) == ["planned", "none", "planned", "none", "none", "none", "none", "none"]
    assert [entry.get("estimate") for entry in ids[:4]] == ["a", None, "b", None]
    alone, _ = paired(None, (correlations, tuple({} for _ in range(6))))
    assert set(alone.table["sample"]) == {"none"}


def test_the_flow_in_words():
    rows = [("read", "", 1312), ("dropped", "preview", 12), ("respondents", "", 1300), ("flagged", "", 90),
            ("excluded_by", "speeder", 40), ("excluded_by", "unfinished", 5), ("excluded", "", 43),
            ("analysed", "", 1257)]  # fmt: skip
    flow = ParticipantFlow(method="participant_flow",
                           table=pd.DataFrame(rows, columns=["step", "detail", "respondents"]))  # fmt: skip
    drawn = display_figure(Figure("exclusion_flow", (flow,)), LABELS, "en", prefix="a")
    told = re.search('aria-label="([^"]*)"', drawn.svg)[1]
    assert told.replace("\u202f", " ") == (
        "Participant flow. Rows read: 1 312. Left out when read: 12 (test or preview answers: 12). "
        "Respondents: 1 300 (flagged by a check: 90). Excluded as planned: 43 "
        "(much faster than is typical of the sample: 40; the interview was not finished: 5). Analysed: 1 257."
    )
    assert "Rows read" in drawn.svg


def test_missing_answers_in_words():
    reasons = pd.DataFrame({"shyness": ["answered"] * 10, "minutes": ["answered"] * 7 + ["blank"] * 3,
                            "contacts": ["answered"] * 8 + ["blank", "refused"]})  # fmt: skip
    results = (missing_patterns(reasons), missing_by_item(reasons))
    drawn = display_figure(Figure("missing_map", results), LABELS, "en", prefix="a")
    told = re.search('aria-label="([^"]*)"', drawn.svg)[1]
    assert told == (
        "Missing answers by question and by pattern. Most frequent patterns: questions missing: 0 (respondents: 7); "
        "questions missing: 2 (respondents: 2); questions missing: 1 (respondents: 1). "
        "The question missing most often is Minutes (30.0%)."
    )
    assert drawn.caption == (
        "Missing answers: above, percent missing of each question; below, the 3 most frequent of 3 patterns, "
        "missing questions filled"
    )


def test_a_map_of_one_question_and_of_many():
    for width in (1, 400):
        reasons = pd.DataFrame(
            np.where(np.eye(40, width), "blank", "answered"), columns=[f"q{n}" for n in range(width)]
        )
        drawn = display_figure(Figure("missing_map", (missing_patterns(reasons), missing_by_item(reasons))),
                               LABELS, "en", prefix="a")  # fmt: skip
        assert len(drawn.svg) < 300_000
