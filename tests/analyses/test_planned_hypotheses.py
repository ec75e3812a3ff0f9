"""Planned hypotheses: one method decides, every pair is reported, and what cannot be tested says why."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from survey_stats import analyze
from survey_stats.analysis import Note
from survey_stats.hypotheses import Hypothesis
from survey_stats.reporting.sentences import headlines, result_sentences
from survey_stats.reporting.words import Labels, sentence
from survey_stats.study import Study


def made(r, n=400, seed=1):
    """Two measures whose sample correlation is r exactly."""
    x, noise = np.random.default_rng(seed).normal(size=(2, n))
    x = (x - x.mean()) / x.std()
    noise = noise - noise.mean() - (noise @ x) / (x @ x) * x
    return x, r * x + np.sqrt(1 - r**2) * noise / noise.std()


def study_of(r, hypotheses, n=400):
    x, y = made(r, n)
    measures = pd.DataFrame({"shy": x, "posts": y, "same": np.ones(n)})
    variables = pd.DataFrame(
        {"id": measures.columns, "construct": ["shyness", "active_use", "contacts"], "label": measures.columns}
    )
    return Study.from_frames(measures, variables, hypotheses=hypotheses)


def hypothesis(**more):
    return Hypothesis(**({"id": "h1", "x": "shyness", "y": "active_use", "direction": "negative"} | more))


def outcomes(study):
    section = analyze(study, "planned_hypotheses")[0]
    return section.tables[0].result.table


@pytest.mark.parametrize(
    ("r", "more", "outcome"),
    [
        (-0.30, {}, "supported"),
        (-0.30, {"smallest_effect": 0.1}, "supported"),
        (-0.15, {"smallest_effect": 0.1}, "direction_only"),
        (-0.11, {"smallest_effect": 0.3}, "trivial"),  # significant and yet too small
        (0.02, {"smallest_effect": 0.3}, "trivial"),
        (0.30, {}, "contradicted"),
        (0.30, {"smallest_effect": 0.1}, "contradicted"),
        (0.02, {}, "undecided"),
        (-0.05, {"smallest_effect": 0.1}, "undecided"),
        (0.30, {"direction": "either"}, "supported"),
        (0.02, {"direction": "negligible", "smallest_effect": 0.2}, "supported"),
        (0.40, {"direction": "negligible", "smallest_effect": 0.2}, "contradicted"),
        (0.18, {"direction": "negligible", "smallest_effect": 0.2}, "undecided"),
    ],
)
def test_outcomes(r, more, outcome):
    found = outcomes(study_of(r, [hypothesis(**more)]))
    assert found["outcome"].tolist() == [outcome]
    assert found["estimate"].tolist() == pytest.approx([r])


def test_p_is_adjusted_over_all_planned_tests():
    study = study_of(-0.12, [hypothesis(), hypothesis(id="h2", method="spearman")])
    found = outcomes(study)
    plain = [stats.pearsonr(study.measures["shy"], study.measures["posts"]).pvalue]
    assert found["p_value"].iloc[0] == pytest.approx(plain[0])
    smallest, largest = sorted(found["p_value"])
    assert sorted(found["p_adjusted"]) == pytest.approx([min(2 * smallest, 1), max(2 * smallest, largest)])


def test_a_construct_stands_for_all_its_measures_and_a_measure_for_itself():
    measures = study_of(-0.3, []).measures
    variables = pd.DataFrame({"id": measures.columns, "construct": ["shyness", "active_use", "active_use"]})
    by_construct = Study.from_frames(measures, variables, hypotheses=[hypothesis()])
    by_measure = Study.from_frames(measures, variables, hypotheses=[hypothesis(y="posts")])
    assert outcomes(by_construct)["y"].tolist() == ["posts", "same"]
    assert outcomes(by_measure)["y"].tolist() == ["posts"]


def test_what_cannot_be_tested_stays_in_the_table_with_its_reason():
    found = outcomes(study_of(-0.3, [hypothesis(), hypothesis(id="h2", y="loneliness"), hypothesis(id="h3", y="same")]))
    assert found["outcome"].tolist() == ["supported", "not_tested", "not_tested"]
    assert found["error"].iloc[1] == (
        "'loneliness' is neither a measure nor a construct of these data. "
        "Allowed: shyness, active_use, contacts, shy, posts, same."
    )
    assert found["p_adjusted"].iloc[0] == found["p_value"].iloc[0]


def test_log1p_is_of_the_outcome():
    x, _ = made(0.0)
    counts = np.round(np.exp(0.5 * x + 2))
    measures = pd.DataFrame({"shy": x, "posts": counts})
    variables = pd.DataFrame({"id": measures.columns, "construct": ["shyness", "active_use"]})
    study = Study.from_frames(measures, variables, hypotheses=[hypothesis(method="pearson_log1p", direction="either")])
    assert outcomes(study)["estimate"].iloc[0] == pytest.approx(stats.pearsonr(x, np.log1p(counts)).statistic)
    below = Study.from_frames(
        measures.assign(posts=counts - 50), variables, hypotheses=[hypothesis(method="pearson_log1p")]
    )
    assert outcomes(below)["error"].iloc[0] == (
        "active_use: found negative values, of which log(1 + x) cannot be taken. Code them as missing."
    )


def test_results_are_confirmatory_and_all_others_exploratory():
    sections = {section.id: section for section in analyze(study_of(-0.3, [hypothesis()]))}
    assert sections["planned_hypotheses"].tables[0].context["status"] == "confirmatory"
    others = [table for name, section in sections.items() if name != "planned_hypotheses" for table in section.tables]
    assert {table.context["status"] for table in others} == {"exploratory"}


def test_what_was_changed_after_the_plan_was_frozen_is_exploratory_and_adjusted_apart():
    study = study_of(-0.12, [hypothesis(), hypothesis(id="h2", direction="either")])
    held = {"at": "2026-03-01", "hypotheses_changed": ("h2",)}
    study = replace(study, provenance=replace(study.provenance, frozen=held))
    section = analyze(study, "planned_hypotheses")[0]
    first, second = section.tables
    assert [first.context["status"], second.context["status"]] == ["confirmatory", "exploratory"]
    assert [one.result.table["hypothesis"].tolist() for one in (first, second)] == [["h1"], ["h2"]]
    assert first.result.table["p_adjusted"].tolist() == first.result.table["p_value"].tolist()
    told = [sentence(one.id, one.values, Labels(), "en") for one in section.blocks if isinstance(one, Note)]
    assert told[:2] == [
        (
            "The plan was frozen at 2026-03-01. Results of the hypotheses that stood in it then are confirmatory, all "
            "others are exploratory."
        ),
        "Changed or added after the plan was frozen: H2. The results below are exploratory.",
    ]


@pytest.mark.parametrize("later", [("h2",), ("h1", "h2"), ()])
def test_in_short_a_hypothesis_that_was_changed_says_that_it_is_exploratory(later):
    study = study_of(-0.3, [hypothesis(), hypothesis(id="h2", direction="either")])
    held = {"at": "2026-03-01", "hypotheses_changed": later}
    study = replace(study, provenance=replace(study.provenance, frozen=held))
    lines = headlines(analyze(study, "planned_hypotheses"), Labels(), "en")
    said = " This is exploratory: the hypothesis was changed or added after the plan was frozen."
    assert [line[:2] for line in lines] == ["H1", "H2"]
    assert [line.endswith(said) for line in lines] == [name in later for name in ("h1", "h2")]


def test_without_hypotheses_the_section_says_so():
    section = analyze(study_of(-0.3, []), "planned_hypotheses")[0]
    assert [block.id for block in section.blocks] == ["planned_hypotheses.none"]


def test_sentences_name_what_was_expected_and_on_what_the_outcome_rests():
    statement = "The shyer, the fewer posts."
    study = study_of(-0.15, [hypothesis(statement=statement, smallest_effect=0.1), hypothesis(id="h2", y="loneliness")])
    section = analyze(study, "planned_hypotheses")[0]
    labels = Labels({"shy": "Shyness", "posts": "Posts"})
    first, second = result_sentences(section.tables[0], labels, "en")
    assert first == (
        "H1 (The shyer, the fewer posts) is supported in direction by Shyness × Posts: a negative association was "
        "expected and found, but whether it is as large as the smallest effect of interest is open (*r*(398) = −.15, "
        "95% CI [−.24, −.05], *p* = .003, *n* = 400; 90% CI [−.23, −.07] against a smallest effect of interest of .10; "
        "between persons)."
    )
    assert second.startswith("H2 was not tested with shyness × loneliness: 'loneliness' is neither a measure nor")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"direction": "negligible"}, 'direction = "negligible" needs smallest_effect'),
        ({"y": "shyness"}, "x and y are the same"),
        ({"smallest_effect": 1.5}, "less than 1"),
    ],
)
def test_faulty_hypotheses(more, sentence):
    with pytest.raises(ValueError, match=sentence):
        hypothesis(**more)
