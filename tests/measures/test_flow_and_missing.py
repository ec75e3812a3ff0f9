"""Participant flow, dropout and missing answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from survey_stats.instrument import Instrument
from survey_stats.measures.dropout import dropout, last_answered, left_early, pages
from survey_stats.measures.flow import not_assessed, participant_flow, quality_flags
from survey_stats.measures.missing_map import missing_by_item, missing_patterns
from survey_stats.measures.quality import assess_quality
from survey_stats.measures.quality_material import Material
from survey_stats.quality_rules import ExclusionPlan
from survey_stats.study import Provenance, Study

A, B, N = "answered", "blank", "not_asked"


def pages_of(*groups: list[str]) -> Instrument:
    return Instrument.model_validate({
        "id": "demo", "version": "1", "kind": "original", "title": {"en": "Demo"},
        "source": {"citation": "made for this test", "licence": "none"},
        "responses": {"often": {"kind": "single", "minimum": 1, "maximum": 5}},
        "groups": [{"id": f"page_{at}", "responses": "often", "items": [{"id": name} for name in names]}
                   for at, names in enumerate(groups, start=1)],
    })  # fmt: skip


def material(reasons: pd.DataFrame, *instruments: Instrument, **parts: Any) -> Material:
    answers = pd.DataFrame(np.where(reasons == A, 3.0, np.nan), reasons.index, reasons.columns)
    given = {"paradata": pd.DataFrame(index=reasons.index)} | parts
    return Material(answers=answers, missing=reasons, records=pd.DataFrame(), instruments=instruments, **given)


@pytest.fixture
def left() -> pd.DataFrame:
    """Who stayed; who left on the first and on the second page; who skipped; who was not asked the end; nobody."""
    return pd.DataFrame(
        [[A, A, A, A], [A, B, B, B], [A, A, A, B], [A, B, A, A], [A, A, N, N], [B, B, B, B]], columns=list("abcd")
    )


def test_where_respondents_left(left: pd.DataFrame) -> None:
    one = material(left, pages_of(["a", "b"], ["c", "d"]))
    assert list(last_answered(one)) == [4, 1, 3, 4, 2, 0]
    assert list(left_early(one)) == [False, True, True, False, False, True]
    found = dropout(one)
    assert found.table[["first", "last", "n", "left"]].to_numpy().tolist() == [[1, 2, 5, 1], [3, 4, 3, 1]]
    assert found.table["share"].tolist() == pytest.approx([1 / 5, 1 / 3])
    by_item = found.by_item.table
    assert by_item[["item", "place", "n", "left"]].to_numpy().tolist() == [["a", 1, 5, 1], ["c", 3, 3, 1]]
    assert [page.id for page in pages(one)] == ["page.demo.page_1", "page.demo.page_2"]
    assert {page.title for page in pages(one)} == {"Demo"}


def test_who_finished_did_not_leave(left: pd.DataFrame) -> None:
    finished = pd.DataFrame({"finished": [True, False, True, True, True, False]}, index=left.index)
    one = material(left, pages_of(["a", "b"], ["c", "d"]), paradata=finished)
    assert list(left_early(one)) == [False, True, False, False, False, True]


def test_a_page_that_comes_twice_has_two_rows(left: pd.DataFrame) -> None:
    one = material(left, pages_of(["a", "c", "d"], ["b"]))
    assert [page.id for page in pages(one)] == ["page.demo.page_1", "page.demo.page_2", "page.demo.page_1.2"]


def test_missing_answers_against_r(oracle: Any) -> None:
    truth = oracle("careless/careless")
    answers = pd.DataFrame(truth["answers"]).astype("float64")
    reasons = pd.DataFrame(np.where(answers.isna(), B, A), answers.index, answers.columns)
    table = missing_by_item(reasons).table
    assert table["missing"].tolist() == truth["missing"]["by_item"]
    patterns = missing_patterns(reasons)
    assert (patterns.n_complete, patterns.n_patterns) == (truth["missing"]["complete"], truth["missing"]["patterns"])
    assert list(last_answered(material(reasons))) == truth["missing"]["last"]


def test_what_was_not_asked_is_not_missing() -> None:
    reasons = pd.DataFrame({"a": [A, A, A, A], "b": [N, B, "refused", "failed"], "c": [N, N, N, N]})
    table = missing_by_item(reasons).table.set_index("item")
    assert table.loc["b", ["n", "missing", "blank", "declined", "failed"]].tolist() == [3, 3, 1, 1, 1]
    assert np.isnan(table.loc["c", "share"])
    patterns = missing_patterns(reasons)
    assert patterns.table[["respondents", "n_items"]].to_numpy().tolist() == [[3, 1], [1, 0]]
    assert patterns.matrix.loc[1].tolist() == [False, True, False]


def test_no_answers_have_no_patterns() -> None:
    for empty in (pd.DataFrame(index=range(3)), pd.DataFrame(columns=["a"])):
        assert missing_patterns(empty).n_patterns == 0
        assert missing_by_item(empty).table["missing"].sum() == 0


def test_the_flow_counts_everybody() -> None:
    answers = pd.DataFrame({"a": [1.0, 2, 3, 4]}, index=[1, 2, 3, 4])
    flags = pd.DataFrame({"speeder": [True, True, False, False], "unfinished": [True, False, True, False]})
    flags.index = answers.index
    quality = pd.DataFrame({"flag": ["speeder", "unfinished"], "assessed": [4, 4], "flagged": [2, 2],
                            "threshold": [0.5, np.nan], "excludes": [True, False], "note": [None, None]})  # fmt: skip
    study = replace(
        Study.from_frames(answers), flags=flags, quality=quality, excluded=flags["speeder"],
        provenance=Provenance(source="x", rows_read=9, rows_kept=4, rows_dropped={"empty": 2, "preview": 3}),
    )  # fmt: skip
    assert participant_flow(study).table.to_numpy().tolist() == [
        ["read", "", 9], ["dropped", "preview", 3], ["dropped", "empty", 2], ["respondents", "", 4],
        ["flagged", "", 3], ["excluded_by", "speeder", 2], ["excluded", "", 2], ["analysed", "", 2],
    ]  # fmt: skip
    own = replace(study, flags=flags.assign(mine=True))
    assert quality_flags(own).table[["flag", "n", "flagged", "share", "excludes"]].to_numpy().tolist() == [
        ["speeder", 4, 2, 0.5, "yes"], ["unfinished", 4, 2, 0.5, "no"], ["mine", 4, 4, 1.0, "no"],
    ]  # fmt: skip


def test_checks_that_could_not_be_assessed_are_listed(left: pd.DataFrame) -> None:
    one = material(left, pages_of(["a", "b"], ["c", "d"]))
    found = assess_quality(one, ExclusionPlan(flags=("speeder",)))
    table = not_assessed(replace(Study.from_frames(one.answers), quality=found.rules)).table.set_index("flag")
    assert str(table.loc["speeder", "reason"]) == "The export does not tell how long the interviews took."
    assert table["excludes"].value_counts().to_dict() == {"no": len(table) - 1, "yes": 1}
    assert not found.excluded.any()
