"""Self-reported against logged minutes, on made records and measures."""

from __future__ import annotations

import importlib

import numpy as np
import pandas as pd
import pytest

from survey_stats.analysis import Figure, Note, analyze
from survey_stats.reporting.html import render_html
from survey_stats.reporting.page import compose
from survey_stats.reporting.summary import summarize
from survey_stats.reporting.words import study_labels
from survey_stats.study import Study

NAME = "self_report_against_log"
analysis = importlib.import_module(f"survey_stats.analyses.{NAME}")
PERSONS = pd.RangeIndex(40, name="person")


@pytest.fixture(scope="module")
def minutes():
    """Logged minutes of two media, and reports that are half as much again."""
    random = np.random.default_rng(8)
    logged = pd.DataFrame(random.gamma(2, [40, 20], size=(40, 2)), index=PERSONS, columns=["instagram", "tiktok"])
    return logged, 1.5 * logged * np.exp(random.normal(0, 0.2, size=(40, 2)))


def records(frame, **more):
    long = frame.rename_axis(index="person", columns="medium").stack().rename("minutes").reset_index()  # noqa: PD013
    return long.assign(lower=long["minutes"], upper=long["minutes"], status="exact", **more)


def self_reports(frame):
    return records(frame, day="typical", measure_type="self_report", reference_period="habitual day")


def logs(frame):
    """Three days: a third of the time on the first, two thirds on the second, none on the third but for tiktok."""
    days = [
        records(frame * share, day=day, measure_type="log", reference_period="three days of log")
        for day, share in {"2024-05-01": 1.0, "2024-05-02": 1.5, "2024-05-03": 0.5}.items()
    ]
    return pd.concat(days, ignore_index=True)


def study_of(said, logged, **measures):
    frame = pd.DataFrame({"age": np.linspace(20, 60, 40), **measures}, index=PERSONS)
    variables = pd.DataFrame({"id": list(frame), "construct": list(frame)})
    return Study.from_frames(frame, variables, records=pd.concat([said, logged], ignore_index=True))


def test_pairs_are_minutes_of_an_average_day(minutes):
    logged, said = minutes
    pairs = analysis.media_pairs(study_of(self_reports(said), logs(logged)).records)
    assert list(pairs) == ["all_media", "instagram", "tiktok"]
    np.testing.assert_allclose(pairs["instagram"]["instagram_log"], logged["instagram"])
    np.testing.assert_allclose(pairs["all_media"]["all_media_self_report"], said.sum(axis=1))


def test_who_has_a_log_without_a_medium_spent_no_time_with_it(minutes):
    logged, said = minutes
    some = logs(logged)
    some = some[~((some["person"] == 3) & (some["medium"] == "tiktok"))]
    quiet = self_reports(said).query("not (person == 5 and medium == 'tiktok')")
    pairs = analysis.media_pairs(study_of(quiet, some).records)
    assert pairs["tiktok"].loc[3, "tiktok_log"] == 0
    assert np.isnan(pairs["tiktok"].loc[5, "tiktok_self_report"])
    assert np.isnan(pairs["all_media"].loc[5, "all_media_self_report"])


def test_a_log_of_unknown_length_has_no_minutes_a_day(minutes):
    logged, said = minutes
    whole = records(logged, day=None, measure_type="log", reference_period="some weeks")
    assert analysis.media_pairs(study_of(self_reports(said), whole).records) == {}
    known = whole.assign(days=4)
    pairs = analysis.media_pairs(study_of(self_reports(said), known).records)
    np.testing.assert_allclose(pairs["instagram"]["instagram_log"], logged["instagram"] / 4)


def test_the_section_tells_all_of_it(minutes):
    logged, said = minutes
    shyness = pd.Series(np.tile([1.0, 2, 3, 4, 2.5], 8), index=PERSONS)
    study = study_of(self_reports(said), logs(logged), shyness=shyness)
    (section,) = analyze(study, NAME)
    assert [table.id for table in section.tables] == [
        "agreement_all_media", "agreement_instagram", "agreement_tiktok", "attenuation_shyness",
    ]  # fmt: skip
    table = section.tables[0].result.table.set_index("quantity")
    assert table.loc["bias", "estimate"] == pytest.approx((said.sum(axis=1) - logged.sum(axis=1)).mean())
    assert sum(isinstance(block, Figure) for block in section.blocks) == 3
    page = render_html(compose(summarize(study, [section]), study_labels(study, "en"), "en"))
    assert "All media, self-report exceeded All media, log on average (mean difference " in page
    assert "Instagram, self-report minus Instagram, log, by the mean of the two" in page
    assert "leaves open about its correlation with logged time" in page


def test_measures_of_a_construct_are_compared_too(minutes):
    logged, said = minutes
    measures = pd.DataFrame({"said": said.sum(axis=1), "logged": logged.sum(axis=1), "hours": logged.sum(axis=1) / 60})
    variables = pd.DataFrame({
        "id": list(measures), "construct": "time_on_social_media", "measure_type": ["self_report", "log", "log"],
        "unit": ["minutes per week", "minutes per week", "hours"],
    })  # fmt: skip
    (section,) = analyze(Study.from_frames(measures, variables), NAME)
    (table,) = section.tables
    assert table.id == "agreement_time_on_social_media"
    assert table.result.table["unit"].iloc[0] == "minutes per week"


def test_without_pairs_it_says_why(minutes):
    (section,) = analyze(study_of(self_reports(minutes[1]), self_reports(minutes[1]).iloc[:0]), NAME)
    assert section.blocks == (Note(f"{NAME}.no_pairs"),)


def test_a_pair_that_cannot_be_compared_leaves_the_others_standing(minutes):
    logged, said = minutes
    few = self_reports(said).query("medium == 'instagram' or person < 3")
    (section,) = analyze(study_of(few, logs(logged)), NAME)
    assert [table.id for table in section.tables] == ["agreement_instagram"]
    failed = [block for block in section.blocks if isinstance(block, Note) and block.id == f"{NAME}.failed"]
    reason = "agreement: only 3 persons have both tiktok_self_report and tiktok_log; at least 5 are needed."
    assert failed[1] == Note(f"{NAME}.failed", {"name": "tiktok", "reason": reason})
    assert len(failed) == 2


def test_a_log_without_minutes_is_missing_and_not_zero(minutes):
    """Blank and negative minutes of a log; a log of zero days."""
    logged, said = minutes
    rows = records(logged, day=None, measure_type="log", reference_period="four days").assign(days=4)
    at = {name: rows.index[(rows["person"] == name) & (rows["medium"] == "tiktok")][0] for name in (1, 2)}
    rows.loc[at[1], "minutes"], rows.loc[at[2], "minutes"] = np.nan, -30.0
    rows.loc[rows["person"] == 6, "days"] = 0
    pairs = analysis.media_pairs(study_of(self_reports(said), rows).records)
    assert pairs["tiktok"].loc[[1, 2, 6], "tiktok_log"].isna().all()
    assert pairs["instagram"].loc[1, "instagram_log"] == pytest.approx(logged.loc[1, "instagram"] / 4)
    assert pairs["all_media"].loc[[1, 2, 6], "all_media_log"].isna().all()


def test_a_log_of_kinds_of_day_has_zeros_where_it_shows_none(minutes):
    """Weekday 70, nothing on the weekend that was logged too: 50 a day. Without any weekend logged: nobody knows."""
    _, said = minutes
    rows = pd.DataFrame(
        [(1, "instagram", "weekday", 70.0), (1, "tiktok", "weekend", 35.0), (2, "instagram", "weekday", 70.0),
         (2, "tiktok", "weekday", 7.0), (3, "instagram", "typical", 20.0)],
        columns=["person", "medium", "day", "minutes"],
    ).assign(measure_type="log", reference_period="diary day")  # fmt: skip
    found = analysis.media_pairs(study_of(self_reports(said), rows).records)
    assert found["instagram"]["instagram_log"].dropna().to_dict() == {1: 50, 3: 20}
    assert found["tiktok"]["tiktok_log"].dropna().to_dict() == {1: 10, 3: 0}
