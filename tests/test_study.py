"""Frames in, frames out: studies built by hand, their subsets, and what analyses make of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from survey_stats import CallError, Study, analyze
from survey_stats.analysis import Note
from survey_stats.errors import InputError

MEASURES = pd.DataFrame(
    {"shyness": [1.0, 2, 3, 4, 5, 4], "contacts": [90, 50, 40, 20, 5, 30]}, index=pd.Index(list("abcdef"), name="who")
)
VARIABLES = pd.DataFrame({"id": ["shyness", "contacts"], "construct": ["shyness", "contacts"]})


@pytest.fixture
def study() -> Study:
    return Study.from_frames(MEASURES, VARIABLES, source="a test")


def test_from_frames_fills_in_what_is_usual(study: Study) -> None:
    row = study.variable("shyness")
    assert (row["label"], row["level"], row["measure_type"]) == ("shyness", "between", "self_report")
    assert (row["minimum"], row["maximum"]) == (1, 5)
    assert study.select("contacts") == ["contacts"]
    assert study.select("loneliness") == []
    assert repr(study) == "Study of 6 respondents from a test: 0 answers, 2 measures, 0 problems"


@pytest.mark.parametrize(
    ("measures", "variables", "sentence"),
    [
        (
            pd.DataFrame({"a": [1, 2]}, index=[7, 7]),
            None,
            (
                "measures: the index must name each respondent once; found several rows for [7]. "
                "Aggregate occasions to persons first and give the occasions as `answers`."
            ),
        ),
        (
            pd.DataFrame({"a": ["x", "y"]}),
            None,
            "measures: columns must be numbers; found text in a. Code them first.",
        ),
        (
            pd.DataFrame({"a": [1, 2]}),
            pd.DataFrame({"id": ["a", "b"], "construct": ["", ""]}),
            "variables: no column of measures is called b.",
        ),
    ],
)
def test_frames_that_do_not_fit(measures: pd.DataFrame, variables: pd.DataFrame | None, sentence: str) -> None:
    with pytest.raises(CallError) as error:
        Study.from_frames(measures, variables)
    assert str(error.value) == sentence


def test_a_subset_keeps_the_design_whole_and_everything_else_in_step(study: Study) -> None:
    flags = pd.DataFrame({"odd": [True, False] * 3}, index=MEASURES.index)
    design = pd.DataFrame({"weight": np.ones(6)}, index=MEASURES.index)
    problems = pd.DataFrame({"respondent": ["a", "b"], "rule": ["x", "y"]})
    whole = replace(study, flags=flags, design=design, problems=problems)
    part = whole.subset(~flags["odd"])
    assert list(part.measures.index) == list("bdf")
    assert list(part.flags.index) == list("bdf")
    assert list(part.problems["respondent"]) == ["b"]
    assert part.design is design


def test_a_mask_that_does_not_fit(study: Study) -> None:
    with pytest.raises(CallError) as error:
        study.subset(np.array([1, 0, 1]))
    assert str(error.value) == (
        "subset: the mask must be one True or False for each of the 6 respondents; found int64 of shape (3,). "
        "Build it from study.measures or study.flags."
    )


def test_an_unknown_measure(study: Study) -> None:
    with pytest.raises(CallError) as error:
        study.variable("mood")
    assert str(error.value) == "There is no measure 'mood' in this study. It has: shyness, contacts."


def notes(study: Study, name: str) -> list[str]:
    return [block.id for block in analyze(study, name)[0].blocks if isinstance(block, Note)]


def test_weights_are_used_or_refused(study: Study) -> None:
    weighted = replace(study, design=pd.DataFrame({"weight": np.ones(6)}, index=MEASURES.index))
    assert notes(weighted, "active_use_by_occasion") == ["analysis.weights_refused"]
    assert notes(weighted, "shyness_posting") == ["analysis.weights_unnamed"]


def test_what_the_data_lack_is_named() -> None:
    without = Study.from_frames(MEASURES[["contacts"]], VARIABLES.iloc[1:])
    section = analyze(without, "shyness_posting")[0]
    assert section.blocks == (Note("analysis.constructs_missing", {"constructs": "shyness"}),)
    assert repr(section) == "Section 'shyness_posting': not run"
    alone = Study.from_frames(MEASURES[["shyness"]], VARIABLES.iloc[:1])
    assert notes(alone, "shyness_posting") == ["analysis.constructs_missing"]


def test_an_analysis_that_does_not_exist(study: Study) -> None:
    with pytest.raises(CallError) as error:
        analyze(study, "horoscope")
    names = sorted(path.stem for path in Path(__file__).parents[1].glob("analyses/*.py"))
    assert len(names) > 3
    assert str(error.value) == f"There is no analysis 'horoscope'. Allowed: {', '.join(names)}."


def test_a_proxy_is_named_and_published_signs_are_theirs() -> None:
    measures = MEASURES.rename(columns={"shyness": "sociability"})
    variables = VARIABLES.replace({"shyness": "sociability"})
    section = analyze(Study.from_frames(measures, variables), "shyness_posting")[0]
    assert section.blocks[0] == Note("shyness_posting.proxy", {"measures": ["sociability"]})
    published = next(table.result for table in section.tables if table.id == "published").to_frame()
    assert list(published["label"]) == ["", "Appel and Gnambs (2019): shyness"]
    assert published["estimate"].iloc[1] == -0.26


@pytest.fixture
def excluding() -> Study:
    """Forty respondents, seven of whom the plan excludes."""
    random = np.random.default_rng(1)
    measures = pd.DataFrame(random.normal(size=(40, 2)), columns=["shyness", "active_use"])
    variables = pd.DataFrame({"id": list(measures), "construct": list(measures)})
    return replace(Study.from_frames(measures, variables), excluded=pd.Series(np.arange(40) < 7))


def test_every_analysis_runs_with_and_without_the_excluded(excluding: Study) -> None:
    section = analyze(excluding, "shyness_posting")[0]
    alone = analyze(excluding.subset(~excluding.excluded), "shyness_posting")[0]
    whole = analyze(replace(excluding, excluded=pd.Series(dtype=bool)), "shyness_posting")[0]
    assert [table.id for table in section.everyone] == [f"{table.id}_all_respondents" for table in section.tables]
    for own, kept, everyone, all_of_them in zip(
        section.tables, alone.tables, section.everyone, whole.tables, strict=True
    ):
        pd.testing.assert_frame_equal(own.result.to_frame(), kept.result.to_frame())
        pd.testing.assert_frame_equal(everyone.result.to_frame(), all_of_them.result.to_frame())
        assert [own.context["exclusions"], everyone.context["exclusions"]] == ["planned", "none"]
    assert [table.result.to_frame()["n"].iloc[0] for table in (*section.tables[:1], *section.everyone[:1])] == [33, 40]


def test_flags_alone_exclude_nobody(excluding: Study) -> None:
    flags = pd.DataFrame({"attention_check_failed": excluding.excluded})
    section = analyze(replace(excluding, excluded=pd.Series(dtype=bool), flags=flags), "shyness_posting")[0]
    assert section.everyone == ()
    assert section.tables[0].result.to_frame()["n"].iloc[0] == 40
    assert {table.context["exclusions"] for table in section.tables} == {"none"}


def test_a_plan_that_excludes_everybody_is_refused(excluding: Study) -> None:
    with pytest.raises(InputError) as raised:
        analyze(replace(excluding, excluded=pd.Series(data=True, index=excluding.measures.index)))
    assert str(raised.value) == (
        "The plan's section [exclusions] leaves none of the 40 respondents. "
        "Name fewer flags, raise at_least, or change the thresholds."
    )


def test_an_analysis_that_only_runs_with_the_excluded_says_so() -> None:
    """Three respondents are left: their correlation has no interval; that of all forty stands beside it."""
    random = np.random.default_rng(1)
    measures = pd.DataFrame(random.normal(size=(40, 2)), columns=["shyness", "active_use"])
    variables = pd.DataFrame({"id": list(measures), "construct": list(measures)})
    study = replace(Study.from_frames(measures, variables), excluded=pd.Series(np.arange(40) > 2))
    section = analyze(study, "shyness_posting")[0]
    assert section.tables[0].result.to_frame()["error"].ne("").all()
    assert np.isfinite(section.everyone[0].result.to_frame()["estimate"]).all()


def test_a_pair_without_an_estimate_leaves_the_rest(study: Study) -> None:
    """A blank outcome, a constant one, and three respondents: each row says why, nothing breaks."""
    variables = pd.DataFrame({"id": ["shyness", "contacts", "active_use"],
                              "construct": ["shyness", "contacts", "active_use"]})  # fmt: skip
    for outcome in (np.nan, 3.0):
        section = analyze(Study.from_frames(MEASURES.assign(active_use=outcome), variables), "shyness_posting")[0]
        table = section.tables[0].result.to_frame().set_index(["y", "method"])
        assert table.loc[("active_use", "pearson"), "error"]
        assert np.isfinite(table.loc[("contacts", "spearman"), "estimate"])
    three = analyze(study.subset(np.arange(6) < 3), "shyness_posting")[0]
    assert three.tables[0].result.to_frame()["error"].ne("").all()


def test_negative_counts_are_refused() -> None:
    study = Study.from_frames(MEASURES.assign(contacts=[-9.0, 1, 2, 3, 4, 5]), VARIABLES)
    note = analyze(study, "shyness_posting")[0].blocks[0]
    assert isinstance(note, Note)
    assert dict(note.values)["reason"] == (
        "contacts: found 1 negative values, such as -9. "
        "A count or a time is 0 or more: code missing answers as missing."
    )


def test_only_designated_tests_are_adjusted() -> None:
    variables = pd.DataFrame({"id": ["shyness", "contacts", "active_use"],
                              "construct": ["shyness", "contacts", "active_use"]})  # fmt: skip
    measures = MEASURES.assign(active_use=[1.0, 3, 2, 5, 1, 4])
    table = analyze(Study.from_frames(measures, variables), "shyness_posting")[0].tables[0].result.to_frame()
    chosen = table[table["designated"]].set_index("y")
    assert list(chosen["method"]) == ["pearson", "spearman"]
    p = chosen["p_value"]
    low, high = p.idxmin(), p.idxmax()
    assert chosen.loc[low, "p_adjusted"] == pytest.approx(2 * p[low])
    assert chosen.loc[high, "p_adjusted"] == pytest.approx(max(p[high], 2 * p[low]))
    assert table.loc[~table["designated"], "p_adjusted"].isna().all()


def test_pearson_never_stands_alone_for_counts(study: Study) -> None:
    table = analyze(study, "shyness_posting")[0].tables[0].result.to_frame()
    assert list(table["method"]) == ["spearman", "pearson", "pearson_log1p"]
    by_hand = np.corrcoef(MEASURES["shyness"], np.log1p(MEASURES["contacts"]))[0, 1]
    assert table["estimate"].iloc[2] == pytest.approx(by_hand, rel=1e-12)
