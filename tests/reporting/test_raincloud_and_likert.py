"""Rainclouds and Likert bars: numbers that can be counted by hand, and pictures that say what they show."""

from io import BytesIO

import numpy as np
import pandas as pd
import pytest

from survey_stats import read_survey
from survey_stats.errors import CallError
from survey_stats.fielding.demo import write_demo_export
from survey_stats.reporting.figures import FIGURES, draw
from survey_stats.reporting.likert import LikertShares, likert_shares, on_pages, same_options
from survey_stats.reporting.raincloud import raincloud, scale_rainclouds
from survey_stats.reporting.summary import summarize
from survey_stats.reporting.svg import TALLEST
from survey_stats.reporting.words import Labels, study_labels


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return read_survey(write_demo_export(tmp_path_factory.mktemp("demo") / "export.xlsx", n=60, seed=8))


def test_quartiles_of_a_raincloud():
    data = pd.DataFrame({"a": [1.0, 2, 3, 4, 5, np.nan], "few": [1.0, 2, np.nan, np.nan, np.nan, np.nan]})
    found = raincloud(data, ["a", "few"])
    assert found.table.to_dict("records") == [
        {"measure": "a", "group": "", "n": 5, "lowest": 1, "lower_quartile": 2, "median": 3, "upper_quartile": 4,
         "highest": 5}
    ]  # fmt: skip
    assert found.values[0].tolist() == [1, 2, 3, 4, 5]  # noqa: PD011


def test_a_raincloud_by_group():
    data = pd.DataFrame({"a": np.arange(12.0), "g": list("yx") * 6})
    found = raincloud(data, ["a"], group="g")
    assert found.table[["group", "n", "median"]].to_numpy().tolist() == [["x", 6, 6.0], ["y", 6, 5.0]]


def test_scales_of_one_range_stand_together(study):
    found = scale_rainclouds(study)
    assert [list(one.table["measure"]) for one in found] == [
        ["extraversion", "agreeableness", "conscientiousness", "neuroticism", "openness", "shyness"],
        ["active_use", "passive_use"],
    ]


def test_likert_shares_count_the_answers_as_given(study):
    shyness = next(one for one in likert_shares(study) if one.scale == "shyness")
    answers = study.answers["shyness_02"]  # a reversed item: its answers are not turned round here
    rows = shyness.table[shyness.table["item"] == "shyness_02"]
    assert rows["option"].tolist() == ["1", "2", "3", "4", "5"]
    assert rows["count"].tolist() == [int((answers == code).sum()) for code in range(1, 6)]
    assert rows["share"].tolist() == pytest.approx(
        [(answers == code).sum() / answers.notna().sum() for code in range(1, 6)]
    )
    assert rows["label"].iloc[0] == "Strongly disagree"


def of_items(scale, count, options=5):
    rows = [
        {"item": f"{scale}_{item}", "option": str(code), "label": f"answer {code}", "count": 1, "share": 1 / options,
         "n": options} for item in range(count) for code in range(options)
    ]  # fmt: skip
    return LikertShares(method="shares", scale=scale, table=pd.DataFrame(rows))


def words_of(figure):
    return [one.get_text() for one in figure.axes[0].texts]


def test_scales_with_the_same_options_share_a_figure_and_keep_their_tables(study):
    blocks = [block for section in summarize(study, []).sections for block in section.blocks]
    figures = [block for block in blocks if getattr(block, "name", "") == "likert"]
    assert [[one.scale for one in figure.results] for figure in figures] == [
        ["extraversion", "agreeableness", "conscientiousness", "neuroticism", "openness"], ["shyness"],
        ["active_use", "passive_use"],
    ]  # fmt: skip
    tables = [block.id for block in blocks if getattr(block, "id", "").startswith("likert_")]
    assert tables == [f"likert_{one.scale}" for figure in figures for one in figure.results]
    shown = words_of(draw("likert", *figures[2].results, labels=study_labels(study, "en")))
    assert (shown[0], shown[8]) == ("Active social media use", "Passive social media use")


def test_other_labels_of_the_same_codes_are_other_options():
    agree, often = of_items("a", 2), of_items("b", 2)
    often.table["label"] = [f"{label} times" for label in often.table["label"]]
    assert same_options([agree, often, agree]) == [[agree, agree], [often]]


@pytest.mark.parametrize("options", [2, 5, 11])
@pytest.mark.parametrize("counts", [(3, 3, 3, 3, 3, 10), (70,), (19, 2, 45, 2), (2,)])
def test_no_figure_is_taller_than_a_page_and_every_item_is_drawn_once(counts, options):
    scales = [of_items(f"scale{at}", count, options) for at, count in enumerate(counts)]
    pages = on_pages(scales)
    drawn = [draw("likert", *page) for page in pages]
    assert max(figure.get_size_inches()[1] for figure in drawn) <= TALLEST
    assert [item for page in pages for one in page for item in one.items] == [i for one in scales for i in one.items]
    shown = [words for figure in drawn for words in words_of(figure)]
    assert {Labels()[item] for one in scales for item in one.items} <= set(shown)


def test_a_scale_that_no_page_holds_says_which_part_a_figure_shows():
    first, second = on_pages([of_items("long", 30)])
    assert [len(one.items) for one in (*first, *second)] == [15, 15]
    assert FIGURES["likert"].caption(second, Labels(), "en") == "long, part 2 of 2: answers to each item, as answered"
    assert words_of(draw("likert", *second))[:2] == ["long, part 2 of 2", "long 15"]


def test_the_alternative_text_tells_each_scale_of_a_figure():
    said = FIGURES["likert"].describe([of_items("a", 2), of_items("b", 2)], Labels(), "en")
    assert said == " ".join(
        f"Answers to the items of {scale}, as answered. Most frequent: {scale} 0, “answer 0” 20.0% of 5; "
        f"{scale} 1, “answer 0” 20.0% of 5." for scale in "ab"
    )  # fmt: skip


@pytest.mark.parametrize("name", ["raincloud", "likert"])
def test_pictures_say_what_they_show(study, name):
    labels = study_labels(study, "en")
    result = {"raincloud": scale_rainclouds(study)[0], "likert": likert_shares(study)[0]}[name]
    said = FIGURES[name].describe([result], labels, "en")
    assert "Extraversion" in said
    if name == "raincloud":
        row = result.table.iloc[0]
        assert f"Extraversion (n = {row['n']}): median {row['median']:.2f}" in said
    else:
        most = result.table[result.table["item"] == result.table["item"].iloc[0]].sort_values("share").iloc[-1]
        assert f"{100 * most['share']:.1f}% of {most['n']}" in said


@pytest.mark.parametrize("suffix", ["svg", "pdf", "png"])
def test_a_figure_can_be_saved(study, suffix):
    target = BytesIO()
    draw("raincloud", scale_rainclouds(study)[0], labels=Labels({"shyness": "کم‌رویی"})).savefig(target, format=suffix)
    assert target.getvalue()[:8].startswith({"svg": b"<?xml", "pdf": b"%PDF", "png": b"\x89PNG"}[suffix])


def test_constant_values_make_no_density():
    found = raincloud(pd.DataFrame({"a": [2.0] * 9}), ["a"])
    assert draw("raincloud", found).axes[0].get_xlim()[0] < 2


def test_an_unknown_figure():
    with pytest.raises(CallError, match=r"There is no figure 'pie'\. Allowed: forest, "):
        draw("pie")
