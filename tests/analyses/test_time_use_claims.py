"""Social media against news, platforms in order, kinds of communication, profiles: on frames and simulated answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from survey_stats import load_instrument, simulate
from survey_stats.analysis import Note, Section, analyze
from survey_stats.messages import text
from survey_stats.reporting.sentences import WRITERS
from survey_stats.reporting.words import Labels
from survey_stats.study import Study

MEDIA = {"facebook": 40, "reddit": 15, "wikipedia": 8, "news": 12, "television": 70, "email": 20}


def made(minutes, media=None, **more) -> Study:
    names = list(media or MEDIA)
    records = pd.DataFrame(minutes, columns=names).rename_axis("person").reset_index()
    records = records.melt("person", var_name="medium", value_name="minutes").dropna(subset="minutes")
    records = records.assign(measure_type="self_report", reference_period="habitual day", day="typical")
    measures = more.pop("measures", pd.DataFrame({"age": np.resize([20.0, 35, 50, 70], len(minutes))}))
    return Study.from_frames(measures, records=records, **more)


@pytest.fixture(scope="module")
def minutes() -> np.ndarray:
    random = np.random.default_rng(11)
    spent = random.gamma(2, np.array(list(MEDIA.values())) / 2, size=(90, len(MEDIA)))
    return np.where(random.random(spent.shape) < 0.2, 0, spent)


@pytest.fixture(scope="module")
def study(minutes) -> Study:
    return made(minutes)


def section(study: Study, name: str) -> Section:
    return analyze(study, name)[0]


def tables(study: Study, name: str) -> dict:
    return {table.id: table for table in section(study, name).tables}


def said(table, labels=None) -> list[str]:
    names = [base.__name__ for base in type(table.result).__mro__]
    write = next(WRITERS[name] for name in names if name in WRITERS)
    return write(table, Labels(labels or {}), "en", short=False)


def test_social_media_against_news(study, minutes):
    found = tables(study, "social_against_news")
    social, news = minutes[:, :2].sum(axis=1), minutes[:, 3]
    row = found["claim"].result.table.query("quantity == 'time_per_capita'").iloc[0]
    assert (row["entry"], row["other"]) == ("social_media", "news")
    assert row["estimate"] == pytest.approx((social - news).mean())
    assert row["p_value"] == row["p_adjusted"] == row["claim_p_value"]  # one comparison: nothing is adjusted
    share = found["claim"].result.table.query("quantity == 'share_of_time'").iloc[0]
    assert share["first"] + share["second"] == pytest.approx(1)  # of the time with both
    common = found["common_users"].result.table.set_index("entry")
    assert common.loc["news", "estimate"] == pytest.approx(((social > 0) & (news > 0)).sum() / (news > 0).sum())
    labels = section(study, "social_against_news").labels
    first, second = said(found["claim"], labels)
    assert first == (
        f"Social media took more time than News sites: {row['first']:.1f} minutes a person against "
        f"{row['second']:.1f} (difference {row['estimate']:.1f}, 95% CI [{row['ci_lower']:.1f}, "
        f"{row['ci_upper']:.1f}]; one-sided *p* < .001; *n* = 90; self-report)."
    )
    assert second.startswith("Of the minutes with both, ")


@pytest.mark.parametrize(
    ("factor", "opening"), [(0.01, "social media did not take more time"), (0.24, "social media had more")]
)
def test_a_difference_that_is_none_is_not_claimed(minutes, factor, opening):
    changed = minutes.copy()
    changed[:, :2] *= factor
    assert said(tables(made(changed), "social_against_news")["claim"])[0].startswith(opening)


def test_platforms_are_ranked_apart_as_social_media_and_as_network_sites():
    random = np.random.default_rng(2)
    media = ("facebook", "linkedin", "reddit", "wikipedia", "youtube")
    spent = random.gamma(2, [30, 20, 11, 2, 40], size=(120, 5))
    found = tables(made(spent, media), "platform_ranking")
    assert set(found) == {
        "social_media_time_per_capita", "social_network_site_time_per_capita", "concentration", "users"
    }  # fmt: skip
    classes = found["users"].result.table
    assert classes.groupby("entry")["share_of_time"].sum().tolist() == pytest.approx([1] * 5)
    social = found["social_media_time_per_capita"].result.table
    network = found["social_network_site_time_per_capita"].result.table
    assert social["entry"].tolist() == ["youtube", "facebook", "linkedin", "reddit", "wikipedia"]
    assert "wikipedia" not in set(network["entry"])
    assert "facebook" in set(network["entry"])
    assert said(found["social_media_time_per_capita"])[0].startswith("By minutes per person, youtube comes first: ")
    assert set(found["concentration"].result.table["statistic"]) == {"gini", "share_of_top_fifth"}


def test_a_multiple_choice_of_platforms_is_ranked_by_reach():
    instrument = load_instrument("posting_activity")
    chosen = simulate("posting_activity", 200, seed=3)["platforms_used"]
    codes = [option.code for option in instrument.by_id["platforms_used"].format.options]
    answers = pd.DataFrame(
        {f"platforms_used.{code}": [float(code in cell) if isinstance(cell, tuple) else np.nan for cell in chosen]
         for code in codes}, index=chosen.index,
    )  # fmt: skip
    study = replace(
        Study.from_frames(pd.DataFrame({"age": np.full(200, 30.0)}, index=answers.index), answers=answers),
        instruments={"posting_activity": instrument},
    )
    found = tables(study, "platform_ranking")
    ranks = found["social_media_reach"].result.table
    column = answers["platforms_used.facebook"]
    assert ranks.set_index("entry").loc["facebook", "estimate"] == pytest.approx(column.dropna().mean())
    assert {"facebook", "youtube", "x"} <= set(ranks["entry"])
    assert "other" not in set(ranks["entry"])


def test_kinds_of_communication(study, minutes):
    found = tables(study, "communication_kinds")
    many = minutes[:, :3].sum(axis=1)
    claim = found["claim"].result.table.query("quantity == 'time_per_capita'").set_index("other")
    assert set(claim.index) == {"one_to_many", "one_to_one"}
    assert claim.loc["one_to_one", "estimate"] == pytest.approx((many - minutes[:, 5]).mean())
    assert claim.loc["one_to_many", "second"] == pytest.approx((minutes[:, 3] + minutes[:, 4]).mean())
    labels = section(study, "communication_kinds").labels
    assert said(found["claim"], labels)[0].startswith("Many-to-many did not take the most time: ")


def test_media_without_a_kind_are_named_and_left_out(minutes):
    unknown = made(minutes, ["facebook", "a.example", "b.example", "news", "television", "email"])
    blocks = section(unknown, "communication_kinds").blocks
    assert blocks[0] == Note("communication_kinds.left_out", {"left_out": "a.example, b.example"})
    assert text(blocks[0].id, **blocks[0].values) == (
        "The taxonomy does not know these media, so their time is left out: a.example, b.example."
    )


def test_profiles_by_age_gender_interest_and_activity(minutes):
    n = len(minutes)
    measures = pd.DataFrame({"age": np.resize([20.0, 35, 50, 70], n), "gender": np.resize([1.0, 2], n),
                             "posts": np.arange(n, dtype=float)})  # fmt: skip
    variables = pd.DataFrame({"id": list(measures), "construct": ["age", "gender", "active_use"],
                              "label": ["Age", "Gender", "Posts"]})  # fmt: skip
    study = made(minutes, measures=measures, variables=variables)
    profile = tables(study, "audience_profiles")["profiles"]
    table = profile.result.table.set_index(["entry", "variable", "category"])
    news = minutes[:, 3]
    young = measures["age"] == 20
    row = table.loc[("news", "age", "age_18_to_29")]
    assert row["reach"] == pytest.approx((news[young] > 0).mean())
    assert row["time_per_user"] == pytest.approx(news[young & (news > 0)].mean())
    assert row["composition"] == pytest.approx((young & (news > 0)).sum() / (news > 0).sum())
    assert row["index"] == pytest.approx(100 * row["reach"] / (news > 0).mean())
    assert row["warning"].startswith("Too few persons for an interval: ")
    thirds = table.xs("posts", level="variable").xs("news").index.tolist()
    assert thirds == ["lowest_third", "middle_third", "highest_third"]
    assert {"1", "2"} == set(table.xs("gender", level="variable").xs("news").index)
    assert Note("audience_profiles.thirds") in section(study, "audience_profiles").blocks
    sentences = said(profile, {"news": "News sites", "gender": "Gender"})
    assert any(line.startswith("News sites by Gender: reach from ") for line in sentences)


@pytest.mark.parametrize(
    ("name", "note"),
    [("social_against_news", "not_both"), ("platform_ranking", "too_few"), ("communication_kinds", "no_kinds"),
     ("audience_profiles", "no_records")],
)  # fmt: skip
def test_what_cannot_run_says_why(minutes, name, note):
    study = made(minutes[:, :1], ["television"])
    assert section(study, name).blocks[0].id == f"{name}.{note}"


def test_profiles_by_interests_count_those_who_chose_and_those_who_did_not(minutes):
    """Each option of the multiple choice is a variable of its own; who did not answer is in no group."""
    instrument = load_instrument("interests")
    item = instrument.by_id["interests_topics"]
    chosen = pd.DataFrame(
        {f"{item.id}.{option.code}": np.nan for option in item.format.options}, index=range(len(minutes))
    )
    chosen.loc[:79] = 0.0
    chosen.loc[:39, f"{item.id}.music"] = 1.0
    study = replace(made(minutes, answers=chosen), instruments={"interests": instrument})
    table = tables(study, "audience_profiles")["profiles"].result.table
    music = table[(table["variable"] == "Music") & (table["entry"] == "social_media")].set_index("category")
    social = minutes[:, :2].sum(axis=1)
    assert music["n"].to_dict() == {"yes": 40, "no": 40}
    for category, rows in {"yes": slice(0, 40), "no": slice(40, 80)}.items():
        assert music.loc[category, "reach"] == pytest.approx((social[rows] > 0).mean())
        used = social[rows][social[rows] > 0]
        assert music.loc[category, "time_per_user"] == pytest.approx(used.mean())
    assert "None of these" not in set(table["variable"])  # it excludes all others


def test_kinds_with_equal_minutes_lead_neither_way_and_what_has_no_interval_shows_none():
    same = made(np.full((90, 2), 30.0), ["facebook", "news"])
    claim = tables(same, "social_against_news")["claim"]
    assert said(claim)[0].startswith(
        "social media did not take more time than news: 30.0 minutes a person against 30.0"
    )
    ranks = tables(made(np.full((90, 2), 30.0), ["facebook", "reddit"]), "platform_ranking")
    assert said(ranks["social_media_time_per_capita"])[0] == (
        "By minutes per person, facebook comes first with 30.0 (*n* = 90), but these cannot be told apart from "
        "it: reddit."
    )
