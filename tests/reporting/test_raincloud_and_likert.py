"""Rainclouds and Likert bars: numbers that can be counted by hand, and pictures that say what they show."""

from io import BytesIO

import numpy as np
import pandas as pd
import pytest

from survey_stats import read_survey
from survey_stats.errors import CallError
from survey_stats.fielding.demo import write_demo_export
from survey_stats.reporting.figures import FIGURES, draw
from survey_stats.reporting.likert import likert_shares
from survey_stats.reporting.raincloud import raincloud, scale_rainclouds
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
