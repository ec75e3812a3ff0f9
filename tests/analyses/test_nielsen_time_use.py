"""The claim that social media take most time, on simulated answers and on frames."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from survey_stats.analysis import Note, analyze
from survey_stats.messages import text
from survey_stats.reporting.lead_sentences import lead_sentences, taxonomy_sentences
from survey_stats.reporting.page import compose
from survey_stats.reporting.summary import summarize
from survey_stats.reporting.words import Labels, study_labels
from survey_stats.study import Study

SITES = ("social_media", "video", "news", "television")


@pytest.fixture(scope="module")
def study() -> Study:
    random = np.random.default_rng(5)
    minutes = random.gamma(2, [60, 20, 10, 70], size=(80, 4))
    records = pd.DataFrame(minutes, columns=list(SITES)).rename_axis("person").reset_index()
    records = records.melt("person", var_name="medium", value_name="minutes")
    records = records.assign(measure_type="self_report", reference_period="habitual day", day="typical")
    return Study.from_frames(pd.DataFrame({"age": random.integers(18, 70, 80)}), records=records)


def blocks(study: Study) -> dict:
    return {table.id: table for table in analyze(study, "nielsen_time_use")[0].tables}


def test_only_time_online_is_compared_and_shares_sum_to_one(study):
    tables = blocks(study)
    assert set(tables["claim"].result.table["other"]) == {"video", "news"}
    shares = tables["audience"].result.table.query("quantity == 'share_of_time'")
    assert shares["estimate"].sum() == pytest.approx(1)
    assert shares["entry"].tolist() == ["social_media", "video", "news"]  # most time first


def test_the_sentences_say_what_was_found(study):
    tables = blocks(study)
    labels = Labels(social_media="Social media", video="Online video", news="News sites")
    claim = tables["claim"]
    row = claim.result.table.query("other == 'video' and quantity == 'time_per_capita'").iloc[0]
    first = lead_sentences(claim, labels, "en", short=True)
    assert first == [
        (
            f"Social media took more time than every other kind of site: {row['first']:.1f} minutes a person against "
            f"{row['second']:.1f} for Online video, the next (difference {row['estimate']:.1f}, 95% CI "
            f"[{row['ci_lower']:.1f}, {row['ci_upper']:.1f}]; largest one-sided *p* < .001 of 2 comparisons; *n* = 80; "
            "self-report)."
        )
    ]
    assert len(lead_sentences(claim, labels, "en", short=False)) == 2
    assert taxonomy_sentences(tables["taxonomies"], labels, "en", short=False) == [
        (
            "Under all 3 divisions Social media had the most minutes; the claim to exceed every other kind of site "
            "holds under 3 of them."
        )
    ]  # as asked; video counted to social media; the two others as one


CLAIMS = [
    (0.05, "Social media did not take the most time: "),
    (0.29, "Social media had the most minutes, but that they take more time "),
]


@pytest.mark.parametrize(("factor", "opening"), CLAIMS)
def test_a_claim_that_does_not_hold_is_not_made(study, factor, opening):
    records = study.records.copy()
    social = records["medium"] == "social_media"
    records.loc[social, "minutes"] *= factor
    claim = blocks(replace(study, records=records))["claim"]
    assert lead_sentences(claim, Labels(), "en", short=True)[0].lower().startswith(opening.lower())


def test_weights_change_the_figures_and_are_refused_when_nobody_said_what_they_are(study):
    weights = pd.DataFrame({"weights": np.linspace(0.2, 3, 80)}, index=study.measures.index)
    weighted = replace(study, design=weights, sampling={})
    plain, other = (blocks(one)["claim"].result.table for one in (study, weighted))
    assert not np.allclose(plain["estimate"], other["estimate"])
    minutes = study.records.query("medium == 'video'").set_index("person")["minutes"]
    by_hand = np.average(minutes, weights=weights["weights"])
    assert other.query("other == 'video'")["second"].iloc[0] == pytest.approx(by_hand, rel=1e-12)
    section = analyze(replace(study, design=weights), "nielsen_time_use")[0]
    assert section.blocks == (Note("analysis.weights_unnamed", {"columns": ["weights"]}),)
    assert text("analysis.weights_unnamed", columns="weights") == (
        "This analysis was not run: the data carry what look like survey weights (weights), and nobody said what they "
        'are. Name the column in the section [design] of the plan, for example weights = "weight"; or write '
        'weights = "ignore" in the section [data].'
    )


@pytest.mark.parametrize(("media", "note"), [((), "no_records"), (("television",), "no_records"),
                                             (("news",), "too_few_sectors")])  # fmt: skip
def test_what_cannot_be_compared_is_said(study, media, note):
    records = study.records[study.records["medium"].isin(media)]
    section = analyze(replace(study, records=records), "nielsen_time_use")[0]
    assert section.blocks == (Note(f"nielsen_time_use.{note}"),)


def test_what_nielsen_published_stands_beside_it_recomputed(study):
    published = blocks(study)["published_minutes"].result.table.set_index(["published", "entry"])
    assert published.loc[("nielsen_2009_countries", "united_states"), "thousand_millions"] == pytest.approx(
        52.448, abs=5e-4
    )
    firsts = published.xs("nielsen_2009_brands")
    places = ["rank_audience", "rank_time_total", "rank_time_per_user"]
    assert [firsts[place].idxmin() for place in places] == ["google", "facebook", "blizzard"]


def test_what_others_published_is_not_labelled_simulated(study):
    simulated = replace(study, provenance=replace(study.provenance, simulated=True))
    page = compose(summarize(simulated, analyze(simulated, "nielsen_time_use")), study_labels(simulated, "en"), "en")
    marked = page.numbers["warning"].str.startswith("simulated answers")
    assert set(page.numbers.loc[~marked, "id"].str.rsplit(".", n=1).str[0].str.contains("published_minutes")) == {True}
    tables = [block.table for section in page.sections for block in section.blocks if block.table]
    published = [table.caption for table in tables if not table.of_answers]
    assert "Audiences and minutes that Nielsen published, with what follows from them" in published
    assert "Shares of time here and as published" not in published
