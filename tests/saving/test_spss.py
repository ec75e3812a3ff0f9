"""A .sav file, read back by pyreadstat and, as an independent reader, by PSPP."""

from __future__ import annotations

import csv
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pyreadstat
import pytest

from survey_stats.saving import save_scores
from survey_stats.study import Study


def read(study: Study, folder: Path, **options: Any) -> tuple[Any, Any]:
    save_scores(study, folder / "scores.sav")
    return pyreadstat.read_sav(folder / "scores.sav", **options)


def test_reasons_are_codes_below_every_value(made: Study, folder: Path) -> None:
    frame, told = read(made, folder, user_missing=True)
    assert frame["agree_1"].tolist()[:2] == [1.0, 3.0]
    assert np.isnan(frame["agree_1"][2])
    assert frame["agree_1"].tolist()[3:] == [-91, -92, -93, -94, -95, -96, -97]
    assert told.missing_ranges["agree_1"] == [{"lo": -97.0, "hi": -91.0}]
    assert frame["degrees"].tolist()[3:] == [-991, -992, -993, -994, -995, -996, -997]
    assert told.missing_ranges["degrees"] == [{"lo": -997.0, "hi": -991.0}]
    assert frame["degrees"][0] == -120


def test_labels_are_those_of_the_instrument(made: Study, folder: Path) -> None:
    _, told = read(made, folder, user_missing=True)
    assert told.variable_value_labels["agree_1"] == {
        1: "No", 2: "Perhaps", 3: "Yes: ü, हाँ, بله", -91: "not asked", -92: "refused", -93: "does not know",
        -94: "does not apply", -95: "not seen", -96: "another answer that means none", -97: "could not be used",
    }  # fmt: skip
    assert told.variable_value_labels["many.x"][1] == "chosen"
    assert told.column_names_to_labels["many.x"] == "The X – Which of these?"
    assert told.column_names_to_labels["liking"] == "Liking"
    assert told.variable_measure == {
        "respondent": "nominal", "agree_1": "ordinal", "letter": "nominal", "letter_missing": "nominal",
        "many.x": "nominal", "many.with": "nominal", "degrees": "scale", "double": "scale", "note": "nominal",
        "note_missing": "nominal", "liking": "scale", "flag_identical_answers": "nominal",
        "a_very_long_name_of_an_item_that_no_program_but_spss_accepts_2": "ordinal",
    }  # fmt: skip
    assert told.file_label == "Answers and scores from made.csv"


def test_without_codes_the_values_are_ours(made: Study, folder: Path) -> None:
    frame, _ = read(made, folder)
    for name in ("agree_1", "degrees", "double", "many.x"):
        np.testing.assert_array_equal(frame[name], made.answers[name])
    np.testing.assert_array_equal(frame["liking"], made.measures["liking"])
    assert frame["flag_identical_answers"].tolist() == made.flags["identical_answers"].tolist()


def test_codes_with_one_reason_are_kept_apart(refusals: Study, folder: Path) -> None:
    assert refusals.missing["mood"].tolist()[2:7] == ["refused", "refused", "refused", "blank", "dont_know"]
    assert refusals.missing_codes["mood"].dropna().to_dict() == {3: -8, 4: -9, 5: -9}
    frame, told = read(refusals, folder, user_missing=True)
    codes = {label: code for code, label in told.variable_value_labels["mood"].items()}
    first, second, unknown = codes["Refused (-8)"], codes["Refused (-9)"], codes["does not know"]
    assert frame["mood"].tolist()[:5] == [1, 2, first, second, second]
    assert frame["mood"][6] == unknown
    (declared,) = told.missing_ranges["mood"]
    assert all(declared["lo"] <= code <= declared["hi"] < 0 for code in (first, second, unknown))
    rows = pspp(folder / "scores.sav", "FREQUENCIES VARIABLES=mood.")["How are you?"][0]
    assert [row[:3] for row in rows[4:-1]] == [
        ["Missing", ".", "1"], ["", "Refused (-9)", "2"], ["", "Refused (-8)", "1"], ["", "does not know", "1"],
    ]  # fmt: skip


def test_text_keeps_its_reasons_in_a_variable_beside_it(made: Study, folder: Path) -> None:
    frame, told = read(made, folder, user_missing=True)
    assert frame["letter"].fillna("").tolist() == ["a", "b", *[""] * 8]
    assert frame["letter_missing"].fillna("").tolist() == [
        "", "", "", "not_asked", "refused", "dont_know", "not_applicable", "not_seen", "other", "failed",
    ]  # fmt: skip
    assert told.column_names_to_labels["letter_missing"] == "Why there is no value: Which letter?"


def test_hidden_characters_are_shown_and_too_long_text_is_cut_where_it_can_be_seen(
    hostile: Study, folder: Path, texts: tuple[str, ...]
) -> None:
    frame, _ = read(hostile, folder)
    saved = frame["note"].tolist()
    assert saved[:4] == [texts[0], texts[1], "⟨U+202E⟩gnp.exe", "nul␀bel␇"]
    assert len(saved[4].encode()) == 32_767
    assert saved[4].endswith("x…")
    assert saved[5:] == list(texts[5:])


def test_simulated_answers_say_so(demo: Study, folder: Path) -> None:
    frame, told = read(demo, folder)
    assert (frame["SIMULATED"] == 1).all()
    assert told.variable_value_labels["SIMULATED"] == {1.0: "simulated"}
    assert told.file_label == "SIMULATED answers, from export.csv"


# ---- PSPP -----------------------------------------------------------------------------------------------------------


def pspp(file: Path, commands: str) -> dict[str, list[list[list[str]]]]:
    """Output of PSPP: title → tables with this title, each a list of rows."""
    if shutil.which("pspp") is None:
        pytest.skip("needs PSPP (apt-get install pspp), which is not installed")
    syntax, output = file.with_suffix(".sps"), file.with_suffix(".out.csv")
    syntax.write_text(f"GET FILE='{file}'.\n{commands}\n", encoding="utf-8")
    subprocess.run(["pspp", "-O", "format=csv", "-o", output, syntax], check=True, timeout=120)
    tables: dict[str, list[list[list[str]]]] = {}
    current: list[list[str]] = []
    with output.open(newline="", encoding="utf-8") as lines:
        for row in csv.reader(lines):
            if row and row[0].startswith("Table: "):
                current = []
                tables.setdefault(row[0].removeprefix("Table: "), []).append(current)
            elif row:
                current.append(row)
    return tables


def test_pspp_counts_the_same_valid_and_missing_values(demo: Study, folder: Path) -> None:
    file = save_scores(demo, folder / "scores.sav")[-1]
    names = [*demo.answers.select_dtypes("number"), *(name for name in demo.measures if name not in demo.answers)]
    commands = "\n".join(f"FREQUENCIES VARIABLES={name} /FORMAT=NOTABLE." for name in names)
    counted = [
        {row[0] or row[1]: row for row in table if row[0] == "N" or row[1] == "Missing"}
        for table in pspp(file, commands)["Statistics"]
    ]
    assert len(counted) == len(names)
    for name, rows in zip(names, counted, strict=True):
        ours = demo.answers[name] if name in demo.answers else demo.measures[name]
        assert int(rows["N"][-1]) == ours.notna().sum(), name
        assert int(rows["Missing"][-1]) == ours.isna().sum(), name


def test_pspp_finds_the_same_means(demo: Study, folder: Path) -> None:
    file = save_scores(demo, folder / "scores.sav")[-1]
    names = ["shyness", "active_use", "age", "time_on_social_media"]
    means = "".join(f" /mean{number}=MEAN({name})" for number, name in enumerate(names))
    listed = "FORMATS mean0 TO mean3 (F20.12).\nLIST."
    heading, row = pspp(file, f"AGGREGATE OUTFILE=* /BREAK=SIMULATED{means}.\n{listed}")["Data List"][0]
    assert heading == ["SIMULATED", "mean0", "mean1", "mean2", "mean3"]
    ours = [demo.measures[name].mean() for name in names]
    assert [float(value) for value in row[1:]] == pytest.approx(ours, abs=1e-10)


def test_pspp_shows_labels_and_missing_ranges(made: Study, folder: Path) -> None:
    file = save_scores(made, folder / "scores.sav")[-1]
    tables = pspp(file, "DISPLAY DICTIONARY.")
    heading, *rows = tables["Variables"][0]
    told = {row[0]: dict(zip(heading, row, strict=True)) for row in rows}
    assert told["agree_1"]["Missing Values"] == "-97 THRU -91"
    assert told["degrees"]["Missing Values"] == "-997 THRU -991"
    assert told["liking"]["Missing Values"] == ""
    assert told["agree_1"]["Measurement Level"] == "Ordinal"
    assert told["double"]["Label"] == "How long?"
    labels = {tuple(row) for row in tables["Value Labels"][0]}
    assert {("", "3", "Yes: ü, हाँ, بله"), ("", "-92[a]", "refused")} <= labels


def test_pspp_takes_text_without_an_answer_as_missing(made: Study, folder: Path) -> None:
    file = save_scores(made, folder / "scores.sav")[-1]
    rows = pspp(file, "FREQUENCIES VARIABLES=letter.")["Which letter?"][0]
    assert [row[:3] for row in rows[1:]] == [
        ["Valid", "a", "1"], ["", "b", "1"], ["Missing", "", "8"], ["Total", "", "10"],
    ]  # fmt: skip
