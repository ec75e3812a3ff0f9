"""A made study with every kind of variable and every reason for a missing value."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from survey_stats import read_survey
from survey_stats.fielding.demo import write_demo_export
from survey_stats.instrument import Instrument
from survey_stats.study import VARIABLE_COLUMNS, Provenance, Study

HOSTILE = (
    "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "\u202egnp.exe", "nul\x00bel\x07", "x" * 40_000,
    "+49 30", "@SUM(A1)", "-1", "#N/A", "سلام\u200cها",
)  # fmt: skip
REASONS = (
    "answered", "answered", "blank", "not_asked", "refused", "dont_know", "not_applicable", "not_seen", "other",
    "failed",
)  # fmt: skip
INSTRUMENT = {
    "id": "made", "version": "1.0", "kind": "original", "title": {"en": "Made"},
    "responses": {
        "agree": {"kind": "single", "options": [{"code": code, "label": {"en": label}} for code, label in
                                                ((1, "No"), (2, "Perhaps"), (3, "Yes: ü, हाँ, بله"))]},
        "letter": {"kind": "single", "options": [{"code": "a", "label": {"en": "First"}}, {"code": "b"}]},
        "many": {"kind": "multiple", "options": [{"code": "x", "label": {"en": "The X"}}, {"code": "with"}]},
        "degrees": {"kind": "number", "minimum": -120, "maximum": 60, "unit": "°C"},
        "time": {"kind": "duration", "unit": "hours", "per": "day", "maximum": 1440},
        "open": {"kind": "text"},
    },
    "groups": [{"id": "block", "stem": {"en": "How much do you agree?"}, "responses": "agree", "items": [
        {"id": "agree_1", "text": {"en": "I like this " + "very much " * 12 + "indeed."}},
        {"id": "a_very_long_name_of_an_item_that_no_program_but_spss_accepts_2", "text": {"en": "I do not."}},
    ]}],
    "items": [
        {"id": "letter", "responses": "letter", "text": {"en": "Which letter?"}},
        {"id": "many", "responses": "many", "text": {"en": "Which of these?"}},
        {"id": "degrees", "responses": "degrees", "text": {"en": "How cold?"}},
        {"id": "double", "responses": "time", "text": {"en": "How long?"}},
        {"id": "note", "responses": "open", "text": {"en": "Anything else?"}},
    ],
    "scales": [{"id": "liking", "construct": "liking", "label": {"en": "Liking"},
                "items": ["agree_1", "a_very_long_name_of_an_item_that_no_program_but_spss_accepts_2"],
                "reverse": ["a_very_long_name_of_an_item_that_no_program_but_spss_accepts_2"]}],
    "source": {"citation": "Made for this test.", "licence": "none"},
}  # fmt: skip
LONG = "a_very_long_name_of_an_item_that_no_program_but_spss_accepts_2"


def with_reasons(*first: object) -> list[object]:
    """Two answers, then a missing value for each reason."""
    return [*first, *[None] * 8]


@pytest.fixture
def made() -> Study:
    index = pd.RangeIndex(1, 11, name="respondent")
    numbers = {"agree_1": (1.0, 3.0), LONG: (2.0, 2.0), "degrees": (-120.0, 21.5), "double": (90.0, 0.0),
               "many.x": (1.0, 0.0), "many.with": (0.0, 1.0)}  # fmt: skip
    answers = pd.DataFrame(
        {name: pd.Series(with_reasons(*first), index=index, dtype="float64") for name, first in numbers.items()}
        | {"letter": pd.Series(with_reasons("a", "b"), index=index, dtype=object)}
        | {"note": pd.Series([*HOSTILE[:2], *[None] * 8], index=index, dtype=object)}
    )
    missing = pd.DataFrame({name: pd.Categorical(REASONS) for name in answers}, index=index)
    liking = pd.Series([1.5, 2.5, *[np.nan] * 8], index=index)
    row = dict.fromkeys(VARIABLE_COLUMNS, "") | {
        "id": "liking", "construct": "liking", "label": "Liking", "kind": "scale", "unit": "points", "minimum": 1.0,
        "maximum": 3.0, "rule": "mean of 2 items", "items": f"agree_1 {LONG}", "reversed": LONG, "instrument": "made",
    }  # fmt: skip
    return Study(
        answers=answers, measures=pd.DataFrame({"liking": liking}), variables=pd.DataFrame([row]), missing=missing,
        flags=pd.DataFrame({"identical_answers": np.arange(10) == 4}, index=index),
        paradata=pd.DataFrame({"row": range(2, 12), "response_id": [f"R_{n}" for n in range(10)]}, index=index),
        instruments={"made": Instrument.model_validate(INSTRUMENT)},
        provenance=Provenance(source="made.csv", tool="table", rows_read=10, rows_kept=10, data_sha256="ab" * 32),
    )  # fmt: skip


@pytest.fixture
def hostile(made: Study) -> Study:
    """The made study with a text that tries everything in each row."""
    note = pd.Series(list(HOSTILE), index=made.answers.index, dtype=object)
    return replace(
        made,
        answers=made.answers.assign(note=note),
        missing=made.missing.assign(note=pd.Categorical(["answered"] * 10)),
    )


@pytest.fixture
def refusals(tmp_path: Path) -> Study:
    """A .sav file, drafted and read, in which -8 and -9 are both labelled "Refused"."""
    import pyreadstat

    from survey_stats.intake.draft import draft

    answers = pd.DataFrame({"mood": [1.0, 2, -8, -9, -9, np.nan, -7, 1, 2, 3], "number": range(1, 11)})
    labels = {1: "Bad", 2: "Fair", 3: "Good", -7: "Don't know", -8: "Refused", -9: "Refused"}
    pyreadstat.write_sav(
        answers, tmp_path / "wave.sav", column_labels={"mood": "How are you?"}, variable_value_labels={"mood": labels},
        missing_ranges={"mood": [{"lo": -9, "hi": -7}]},
    )  # fmt: skip
    draft(tmp_path / "wave.sav").write(tmp_path / "mystudy")
    return read_survey(tmp_path / "mystudy")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Study:
    path = write_demo_export(tmp_path_factory.mktemp("demo") / "export.csv", n=80, seed=5, tool="qualtrics")
    return read_survey(path)


@pytest.fixture
def texts() -> tuple[str, ...]:
    return HOSTILE


@pytest.fixture
def long_name() -> str:
    return LONG


@pytest.fixture
def reasons() -> tuple[str, ...]:
    return REASONS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "saved"
