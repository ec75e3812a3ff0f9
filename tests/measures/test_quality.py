"""Flags mark and never exclude; a plan does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from survey_stats.instrument import Instrument
from survey_stats.measures.quality import CHECKS, Quality, assess_quality, hours_of_days
from survey_stats.measures.quality_material import Material
from survey_stats.quality_rules import QUALITY_RULES, ExclusionPlan


def instrument(**parts: Any) -> Instrument:
    return Instrument.model_validate({
        "id": "demo", "version": "1", "kind": "original", "title": {"en": "Demo"},
        "source": {"citation": "made for this test", "licence": "none"},
        "responses": {"often": {"kind": "single", "minimum": 1, "maximum": 5}, "people": {"kind": "number"}},
    } | parts)  # fmt: skip


def items(names: list[str], **more: Any) -> list[dict[str, Any]]:
    return [{"id": name, "responses": "often"} | more for name in names]


def material(answers: pd.DataFrame, *instruments: Instrument, **parts: Any) -> Material:
    reasons = pd.DataFrame(np.where(answers.isna(), "blank", "answered"), answers.index, answers.columns)
    given = {"missing": reasons, "records": pd.DataFrame(), "paradata": pd.DataFrame(index=answers.index)} | parts
    return Material(answers=answers, instruments=instruments, **given)


def index_of(found: Quality, name: str) -> list[float]:
    return found.indices[name].tolist()


def note(found: Quality, name: str) -> str:
    return str(found.rules.set_index("flag").loc[name, "note"])


@pytest.fixture(scope="module")
def truth(oracle: Any) -> Any:
    return oracle("careless/careless")


@pytest.fixture(scope="module")
def rated(truth: Any) -> Material:
    """Twelve scales of four items, the last reversed: the sample of the oracle."""
    answers = pd.DataFrame(truth["answers"]).astype("float64")
    answers.index = pd.RangeIndex(1, len(answers) + 1)
    scales = [
        {"id": f"scale_{s}", "construct": f"trait_{s}", "label": {"en": "Scale"}, "reverse": [f"s{s:02d}_4"],
         "items": [f"s{s:02d}_{i}" for i in range(1, 5)]}
        for s in range(1, 13)
    ]  # fmt: skip
    return material(answers, instrument(items=items(list(answers)), scales=scales))


# ---- against R ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "place"),
    [("even_odd", ("even_odd", "value")), ("synonyms", ("synonyms", "value")), ("antonyms", ("antonyms", "value")),
     ("low_variability", ("deviations",))],
)  # fmt: skip
def test_the_index_behind_a_flag_is_that_of_r(rated: Material, truth: Any, check: str, place: tuple[str, ...]) -> None:
    expected = truth
    for key in place:
        expected = expected[key]
    few = np.array(truth[check]["n_pairs"]) < 10 if check in truth else np.zeros(80, dtype=bool)
    values = np.where(few, np.nan, np.array(expected, dtype=float))
    np.testing.assert_allclose(CHECKS[check](rated), values, rtol=1e-9, atol=1e-12)
    rule = QUALITY_RULES[check]
    beyond = {"below": values < rule.threshold, "above": values > rule.threshold}[rule.flags]
    flags = assess_quality(rated).flags[check]
    assert 0 < beyond.sum() < 40
    np.testing.assert_array_equal(flags, beyond)


def test_a_long_string_is_a_share_of_its_block(rated: Material, truth: Any) -> None:
    longest = np.array(truth["longest"], dtype=float)
    np.testing.assert_allclose(CHECKS["long_string"](rated), longest / 48)
    flagged = assess_quality(rated).flags["long_string"]
    assert list(flagged[flagged].index) == [1, 4]


# ---- each check by hand -------------------------------------------------------------------------------------------


def test_a_blank_attention_check_is_not_a_failed_one() -> None:
    answers = pd.DataFrame({"check": [2, 3, np.nan]}, index=[1, 2, 3])
    found = assess_quality(material(answers, instrument(items=items(["check"], expected=2))))
    assert list(found.flags["attention_check_failed"]) == [False, True, False]
    assert index_of(found, "attention_check_failed")[:2] == [0, 1]
    assert found.rules.set_index("flag").loc["attention_check_failed", ["assessed", "flagged"]].tolist() == [2, 1]


def test_two_of_three_attention_checks_can_be_asked_for() -> None:
    answers = pd.DataFrame([[2, 2, 2], [1, 2, 2], [1, 1, 2]], columns=["a", "b", "c"], dtype=float)
    plan = ExclusionPlan(thresholds={"attention_check_failed": 2})
    found = assess_quality(material(answers, instrument(items=items(["a", "b", "c"], expected=2))), plan)
    assert list(found.flags["attention_check_failed"]) == [False, False, True]


def timed(seconds: list[float], blanks: int = 0, **more: Any) -> Material:
    answers = pd.DataFrame(3.0, index=range(len(seconds)), columns=[f"q{n}" for n in range(10)])
    answers.iloc[0, :blanks] = np.nan
    return material(answers, instrument(items=items(list(answers))),
                    paradata=pd.DataFrame({"duration_seconds": seconds}, index=answers.index), **more)  # fmt: skip


def test_pace_is_seconds_by_answer_and_relative_to_the_sample() -> None:
    """Who leaves five of ten questions blank and takes 30 seconds answers one in six seconds."""
    found = assess_quality(timed([30.0, 15.0, 49.0, 50.0, *[100.0] * 7], blanks=5))
    assert index_of(found, "seconds_per_item")[:4] == [6, 1.5, 4.9, 5]
    assert index_of(found, "speeder")[:4] == pytest.approx([0.6, 0.15, 0.49, 0.5])
    assert list(found.flags["speeder"])[:5] == [False, True, True, False, False]
    assert found.flags["seconds_per_item"].sum() == 1


def test_page_times_come_before_the_duration() -> None:
    """The second person is fast on both pages and took a break of an hour on the last; the third saw one page."""
    pages = pd.DataFrame({"first": [10.0] * 11 + [4.0], "second": [20.0] * 11 + [5.0], "rare": [9.0, *[np.nan] * 11]})
    pages.loc[1] = [4.0, 3600.0, np.nan]
    pages.loc[2] = [3.0, np.nan, np.nan]
    found = assess_quality(timed([100.0] * 12, pages=pages))
    assert index_of(found, "speeder")[:3] == pytest.approx([1, 2 / (10 / 4 + 20 / 3600), 1 / 3])
    assert list(found.flags["speeder"]) == [False, False, True, *[False] * 8, True]


def test_the_duration_may_come_from_start_and_end() -> None:
    times = pd.DataFrame({"start": pd.Timestamp("2026-03-01 10:00"), "end": pd.Timestamp("2026-03-01 10:01")}, [1, 2])
    times.loc[2, "end"] = pd.Timestamp("2026-03-01 09:00")  # a clock set back is no time
    answers = pd.DataFrame({"a": [1.0, 1.0]}, index=[1, 2])
    found = assess_quality(material(answers, instrument(items=items(["a"])), paradata=times))
    assert index_of(found, "seconds_per_item")[0] == 60
    assert found.rules.set_index("flag").loc["seconds_per_item", "assessed"] == 1


def test_more_than_24_hours_on_one_kind_of_day() -> None:
    records = pd.DataFrame({"person": [1, 1, 2, 2], "medium": ["news", "games"] * 2,
                            "day": ["weekday", "weekday", "weekday", "weekend"],
                            "minutes": [1000.0, 441.0, 1000.0, 441.0]})  # fmt: skip
    found = assess_quality(material(pd.DataFrame(index=[1, 2, 3]), records=records))
    assert list(found.flags["day_over_24_hours"]) == [True, False, False]
    assert index_of(found, "day_over_24_hours")[0] == pytest.approx(1441 / 60)


def test_a_whole_and_its_parts_count_once_and_are_compared() -> None:
    records = pd.DataFrame({
        "person": [1, 1, 1, 2, 2, 3, 3], "day": "typical",
        "medium": ["social_media", "facebook", "instagram", "social_media", "facebook", "social_media", "facebook"],
        "minutes": [60.0, 50, 40, 0, 0, 0, 10],
    })  # fmt: skip
    assert hours_of_days(records).tolist() == pytest.approx([1.5, 0, 1 / 6])
    found = assess_quality(material(pd.DataFrame(index=[1, 2, 3]), records=records))
    assert index_of(found, "platforms_over_total") == [1.5, 0, np.inf]
    assert list(found.flags["platforms_over_total"]) == [True, False, True]


def test_no_platform_has_more_contacts_than_all_together() -> None:
    """Two platforms with 8 and 5 contacts may have 8 persons in all."""
    entries = [
        {"id": "on_facebook", "responses": "people", "medium": "facebook"},
        {"id": "on_x", "responses": "people", "medium": "x"},
        {"id": "in_all", "responses": "people", "construct": "contacts"},
    ]
    answers = pd.DataFrame({"on_facebook": [8.0, 9, np.nan], "on_x": [5.0, 1, 1], "in_all": [8.0, 8, np.nan]})
    found = assess_quality(material(answers, instrument(items=entries)))
    assert index_of(found, "platforms_over_total")[:2] == [1, 9 / 8]
    assert list(found.flags["platforms_over_total"]) == [False, True, False]


def test_a_submission_sent_twice_is_flagged_once_and_short_ones_are_not_compared() -> None:
    answers = pd.DataFrame(np.arange(33.0).reshape(3, 11) % 5, [1, 2, 3], list("abcdefghijk"))
    answers.loc[3] = answers.loc[1]
    answers.loc[4] = np.nan
    answers.loc[5] = np.nan
    assert list(assess_quality(material(answers)).flags["identical_answers"]) == [False, False, True, False, False]
    strict = ExclusionPlan(thresholds={"identical_answers": 12})
    assert not assess_quality(material(answers), strict).flags["identical_answers"].any()


def test_an_interview_that_broke_off() -> None:
    """What was not asked does not count, "refused" is an answer, and who skips and goes on did not break off."""
    answers = pd.DataFrame(1.0, index=range(5), columns=list("abcd"))
    reasons = pd.DataFrame("answered", answers.index, answers.columns)
    reasons.loc[0] = ["answered", "blank", "blank", "blank"]
    reasons.loc[1] = ["answered", "not_asked", "not_asked", "blank"]
    reasons.loc[2] = ["answered", "refused", "refused", "blank"]
    reasons.loc[3] = ["blank", "blank", "blank", "answered"]
    reasons.loc[4] = ["blank", "blank", "blank", "blank"]
    demo = instrument(items=items(list("abcd")))
    found = assess_quality(material(answers, demo, missing=reasons))
    assert index_of(found, "broke_off") == [0.25, 0.5, 0.75, 1, 0]
    assert list(found.flags["broke_off"]) == [True, False, False, False, True]
    ended = pd.DataFrame({"finished": [True, False, False, False, True]})
    found = assess_quality(material(answers, demo, missing=reasons, paradata=ended))
    assert index_of(found, "broke_off") == [1, 0.5, 0.75, 1, 1]
    assert index_of(found, "unfinished") == [0, 1, 1, 1, 0]


def test_options_of_a_multiple_choice_are_one_question() -> None:
    several = instrument(
        responses={"often": {"kind": "multiple", "options": [{"code": code} for code in (1, 2, 3)]}},
        items=items(["which"]),
    )
    answers = pd.DataFrame({"which.1": [1.0, np.nan], "which.2": [0.0, np.nan], "which.3": [0.0, np.nan]})
    assert list(material(answers, several).reasons["which"]) == ["answered", "blank"]


# ---- what cannot be assessed is said ------------------------------------------------------------------------------


def test_what_cannot_be_assessed_is_said() -> None:
    found = assess_quality(timed([100.0] * 9))
    assert list(found.flags) == ["seconds_per_item", "long_string", "identical_answers", "broke_off"]
    assert note(found, "speeder") == "A typical pace needs 10 respondents with a time above 0; found 9."
    assert (
        note(found, "attention_check_failed") == "The questionnaire has no attention check (an item with `expected`)."
    )
    assert note(found, "even_odd") == (
        "Even-odd consistency needs 10 scales of two items or more, so that chance does not decide; found 0."
    )
    assert note(found, "low_variability") == "Too few rating items of scales: at least 2 are needed, found 0."
    assert note(found, "mahalanobis") == "Mahalanobis distance needs two items with different answers; found 0."
    assert note(found, "day_over_24_hours") == "The questionnaire asks for no time of a day."


def test_one_item_and_constant_answers() -> None:
    answers = pd.DataFrame({"only": [3.0] * 20})
    scale = {"id": "s", "construct": "c", "label": {"en": "S"}, "items": ["only"]}
    found = assess_quality(material(answers, instrument(items=items(["only"]), scales=[scale])))
    assert list(found.flags) == ["identical_answers", "broke_off"]
    assert note(found, "seconds_per_item") == "The export does not tell how long the interviews took."
    assert note(found, "long_string") == (
        "Long strings are looked for in blocks of at least 10 rating items with the same answers; "
        "the longest block has 1."
    )
    assert note(found, "repeated_id") == (
        "The export has no ids of respondents, and the plan names no column with them (`respondent_id`)."
    )


def test_answers_that_are_all_alike_have_no_typical_variability() -> None:
    names = [f"q{n}" for n in range(12)]
    scale = {"id": "s", "construct": "c", "label": {"en": "S"}, "items": names}
    answers = pd.DataFrame(3.0, index=range(20), columns=names)
    found = assess_quality(material(answers, instrument(items=items(names), scales=[scale])))
    assert found.flags["long_string"].all()
    assert note(found, "low_variability") == (
        "A typical variability needs 10 respondents whose answers vary unlike; found 20 respondents, "
        "or variabilities that are all alike."
    )
    assert note(found, "synonyms") == (
        "Psychometric synonyms need 10 pairs of items that correlate above .60, "
        "so that chance does not decide; found 0."
    )


def test_nobody_at_all() -> None:
    found = assess_quality(material(pd.DataFrame(index=pd.RangeIndex(0)), instrument(items=items(["a"]))))
    assert len(found.excluded) == 0
    assert found.rules["flagged"].sum() == 0


# ---- exclusions ---------------------------------------------------------------------------------------------------


def test_without_flags_in_the_plan_nobody_is_excluded(rated: Material) -> None:
    assert not assess_quality(rated).excluded.any()
    assert not assess_quality(rated, ExclusionPlan(thresholds={"long_string": 0.2})).excluded.any()


def test_the_plan_says_which_flags_exclude_and_how_many_it_takes(rated: Material) -> None:
    either = assess_quality(rated, ExclusionPlan(flags=("long_string", "even_odd")))
    both = assess_quality(rated, ExclusionPlan(flags=("long_string", "synonyms"), at_least=2))
    flags = either.flags
    np.testing.assert_array_equal(either.excluded, flags["long_string"] | flags["even_odd"])
    np.testing.assert_array_equal(both.excluded, flags["long_string"] & flags["synonyms"])
    assert either.rules.set_index("flag")["excludes"].sum() == 2


def test_every_check_has_a_rule_and_words() -> None:
    from survey_stats.messages import catalogue

    assert list(CHECKS) == list(QUALITY_RULES)
    assert [name for name in CHECKS if f"reporting.flag.{name}" not in catalogue()] == []
