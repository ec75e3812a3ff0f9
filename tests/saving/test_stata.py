"""A .dta file, read back by pyreadstat and, as an independent reader, by pandas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat

from survey_stats.saving import save_scores
from survey_stats.study import Study


def test_reasons_are_extended_missing_values(made: Study, folder: Path) -> None:
    save_scores(made, folder / "scores.dta")
    frame = pd.read_stata(folder / "scores.dta", convert_missing=True, convert_categoricals=False)
    shown = [str(value) for value in frame["degrees"]]
    assert shown == ["-120.0", "21.5", ".", ".a", ".b", ".c", ".d", ".e", ".f", ".g"]
    assert [str(value) for value in frame["liking"]] == ["1.5", "2.5", *["."] * 8]


def test_values_and_labels_come_back(made: Study, folder: Path) -> None:
    save_scores(made, folder / "scores.dta")
    frame, told = pyreadstat.read_dta(folder / "scores.dta")
    for name in ("agree_1", "degrees"):
        np.testing.assert_array_equal(frame[name], made.answers[name])
    assert frame["letter"].tolist() == ["a", "b", *[""] * 8]
    assert told.variable_value_labels["agree_1"] == {
        1: "No", 2: "Perhaps", 3: "Yes: ü, हाँ, بله", "a": "not asked", "b": "refused", "c": "does not know",
        "d": "does not apply", "e": "not seen", "f": "another answer that means none", "g": "could not be used",
    }  # fmt: skip
    _, told = pyreadstat.read_dta(folder / "scores.dta", user_missing=True)
    assert sorted(told.missing_user_values["agree_1"]) == list("abcdefg")
    label = told.column_names_to_labels["agree_1"]
    assert len(label) == 80
    assert label.endswith("…")
    assert told.column_names_to_labels["many_x"] == "The X – Which of these?"


def test_codes_with_one_reason_are_kept_apart(refusals: Study, folder: Path) -> None:
    save_scores(refusals, folder / "scores.dta")
    frame = pd.read_stata(folder / "scores.dta", convert_missing=True, convert_categoricals=False)
    shown = [str(value) for value in frame["mood"]]
    assert shown[2:7] == [".h", ".i", ".i", ".", ".c"]
    _, told = pyreadstat.read_dta(folder / "scores.dta", user_missing=True)
    labels = told.variable_value_labels["mood"]
    assert [labels[letter.lstrip(".")] for letter in (shown[2], shown[3], shown[6])] == [
        "Refused (-8)", "Refused (-9)", "does not know",
    ]  # fmt: skip


def test_names_that_stata_refuses_are_changed_and_the_codebook_keeps_both(
    made: Study, folder: Path, long_name: str
) -> None:
    book, data = save_scores(made, folder / "scores.dta")
    names = pd.read_csv(book).set_index("id")["name"]
    assert names[long_name] == "a_very_long_name_of_an_ite_2"
    assert names["double"] == "double_"
    assert names["many.with"] == "many_with"
    assert list(names) == list(pd.read_stata(data, convert_categoricals=False))


def test_long_and_hostile_text_comes_back(hostile: Study, folder: Path, texts: tuple[str, ...]) -> None:
    save_scores(hostile, folder / "scores.dta")
    frame = pd.read_stata(folder / "scores.dta", convert_categoricals=False)
    assert frame["note"].tolist() == [*texts[:2], "⟨U+202E⟩gnp.exe", "nul␀bel␇", *texts[4:]]


def test_a_real_export_comes_back(demo: Study, folder: Path) -> None:
    save_scores(demo, folder / "scores.dta")
    frame = pd.read_stata(folder / "scores.dta", convert_categoricals=False)
    for name in ("shyness", "active_use", "age", "time_weekday_email"):
        ours = demo.answers[name] if name in demo.answers else demo.measures[name]
        np.testing.assert_array_equal(frame[name].astype("float64"), ours)
    assert (frame["SIMULATED"] == 1).all()
