"""The one way in: which reader, which sheet, which dictionary."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
from openpyxl import Workbook

from survey_stats import InputError, read_survey
from survey_stats.errors import CallError
from survey_stats.instrument import Instrument
from survey_stats.intake.opening import open_export

DICTIONARY = (
    "field_name,form_name,field_type,field_label,select_choices_or_calculations\n"
    'record_id,main,text,Record,\nmood,main,radio,How do you feel?,"1, Good | 2, Bad | -9, Refused"\n'
)
DATA = "record_id,mood,main_complete\n1,1,2\n2,-9,0\n3,2,2\n"
INSTRUMENT = Instrument.model_validate(
    {
        "id": "demo", "version": "1", "kind": "original", "title": {"en": "Demo"},
        "source": {"citation": "made for this test", "licence": "none"},
        "responses": {
            "mood": {"kind": "single", "options": [{"code": 1, "label": {"en": "Good"}},
                                                   {"code": 2, "label": {"en": "Bad"}}]},
            "hours": {"kind": "number", "minimum": 0, "maximum": 24},
        },
        "items": [{"id": "feeling", "text": {"en": "How do you feel?"}, "responses": "mood"},
                  {"id": "sleep", "text": {"en": "Hours of sleep"}, "responses": "hours"}],
    }
)  # fmt: skip


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_text_file_is_read_and_recognised(tmp_path: Path) -> None:
    opened = open_export(written(tmp_path / "a.csv", "age;city\n30;Oslo\n"))
    assert (opened.source, opened.sheet, opened.table.tool) == ("a.csv", None, "table")
    assert opened.sha256 == hashlib.sha256(b"age;city\n30;Oslo\n").hexdigest()
    assert opened.notes == {"encoding": "utf-8", "delimiter": "semicolon"}


def test_a_sheet_can_be_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", one=[["a", "b"], [1, 2]], two=[["c", "d"], [3, 4]])
    opened = open_export(path, sheet="two")
    assert (opened.sheet, [column.code for column in opened.table.columns]) == ("two", ["c", "d"])


def test_a_labelled_file_is_known_by_its_bytes(tmp_path: Path) -> None:
    pyreadstat.write_sav(pd.DataFrame({"x": [1.0, 2.0]}), tmp_path / "a.sav")
    path = (tmp_path / "a.sav").rename(tmp_path / "a.csv")
    opened = open_export(path)
    assert (opened.source, opened.table.tool) == ("a.csv", "spss")
    assert opened.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(("option", "value"), [("sheet", "Sheet1"), ("dictionary", Path("d.csv"))])
def test_a_labelled_file_has_neither_sheet_nor_dictionary(tmp_path: Path, option: str, value: object) -> None:
    pyreadstat.write_sav(pd.DataFrame({"x": [1.0]}), tmp_path / "a.sav")
    with pytest.raises(CallError) as caught:
        open_export(tmp_path / "a.sav", **{option: value})
    assert str(caught.value) == f"a.sav is a labelled file and needs no {option}. Leave {str(value)!r} out."


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        open_export(tmp_path / "a.sav")
    assert str(caught.value) == f"There is no file {tmp_path / 'a.sav'}. Check its name and folder."


# --- The sheet with the answers --------------------------------------------------------------------------------------


def test_a_sheet_of_repeats_is_not_taken_for_the_answers(tmp_path: Path) -> None:
    main = [["q", "_id", "_uuid"], ["1", 1, "a"]]
    repeats = [["pet", "_index", "_parent_table_name", "_parent_index"], *([f"p{n}", n, "main", 1] for n in range(9))]
    path = workbook(tmp_path / "a.xlsx", main=main, pets=repeats)
    opened = open_export(path)
    assert (opened.sheet, opened.notes["repeats"]) == ("main", "in other sheets, not read: pets")
    assert open_export(path, sheet="pets").sheet == "pets", "unless it is asked for"


def test_a_sheet_that_a_tool_wrote_goes_before_a_fuller_one(tmp_path: Path) -> None:
    notes = [["what", "why", "who"], *(["a", "b", "c"] for _ in range(20))]
    path = workbook(tmp_path / "a.xlsx", notes=notes, export=[["q", "_id", "_uuid"], ["1", 1, "a"]])
    assert (open_export(path).sheet, open_export(path).table.tool) == ("export", "kobo")
    plain = workbook(tmp_path / "b.xlsx", notes=notes, other=[["a", "b"], [1, 2]])
    assert (open_export(plain).sheet, open_export(plain).notes) == (
        "notes", {"sheet": "'notes', the fullest of 2 sheets"}
    )  # fmt: skip


# --- The dictionary --------------------------------------------------------------------------------------------------


def test_the_dictionary_beside_the_export_is_taken(tmp_path: Path) -> None:
    written(tmp_path / "study_dictionary.csv", DICTIONARY)
    opened = open_export(written(tmp_path / "study_data.csv", DATA))
    assert opened.notes == {
        "encoding": "utf-8", "delimiter": "comma", "forms": "main", "finished": "main_complete",
        "field_types": "1 text, 1 radio", "dictionary": "study_dictionary.csv",
    }  # fmt: skip
    mood = opened.table.columns[1]
    assert (mood.text, mood.labels, mood.missing) == (
        "How do you feel?", {"1": "Good", "2": "Bad"}, {"-9": "Refused"}
    )  # fmt: skip


def test_without_a_dictionary_the_names_are_all_there_is(tmp_path: Path) -> None:
    opened = open_export(written(tmp_path / "study_data.csv", DATA))
    assert (opened.table.columns[1].text, opened.table.columns[1].labels) == ("mood", {})
    assert "dictionary" not in opened.notes


def test_a_dictionary_can_be_named(tmp_path: Path) -> None:
    dictionary = written(tmp_path / "other.csv", DICTIONARY)
    opened = open_export(written(tmp_path / "export.csv", DATA), dictionary=dictionary)
    assert (opened.table.columns[1].text, opened.notes["dictionary"]) == ("How do you feel?", "other.csv")


def test_only_exports_of_redcap_have_a_dictionary(tmp_path: Path) -> None:
    dictionary = written(tmp_path / "other.csv", DICTIONARY)
    with pytest.raises(CallError) as caught:
        open_export(written(tmp_path / "a.csv", "age,city\n30,Oslo\n"), dictionary=dictionary)
    assert str(caught.value) == (
        "a.csv is no export of redcap, and only those have a dictionary. Leave 'other.csv' out."
    )


# --- From a file to a study ------------------------------------------------------------------------------------------


def test_a_study_of_redcap_with_the_dictionary_of_the_plan(tmp_path: Path) -> None:
    written(tmp_path / "export.csv", DATA)
    written(tmp_path / "words.csv", DICTIONARY)
    written(tmp_path / "plan.toml", '[data]\nfile = "export.csv"\ndictionary = "words.csv"\n')
    study = read_survey(tmp_path, instruments=[INSTRUMENT])
    assert study.provenance.tool == "redcap"
    assert study.answers["feeling"].fillna(0).tolist() == [1, 0, 2]
    assert study.missing["feeling"].tolist() == ["answered", "refused", "answered"]
    assert study.paradata["finished"].tolist() == [True, False, True]


def test_a_study_of_spss_with_reasons_and_a_contradiction(tmp_path: Path) -> None:
    frame = pd.DataFrame({"v1": [1.0, 2.0, 3.0, 9.0], "v2": [8.0, 7.5, -99.0, None]})
    pyreadstat.write_sav(
        frame, tmp_path / "a.sav", column_labels=["How do you feel?", "Hours of sleep"],
        variable_value_labels={"v1": {1: "Good", 2: "Good", 3: "Bad", 9: "Refused"}, "v2": {-99: "Don't know"}},
        missing_ranges={"v1": [9], "v2": [{"lo": -99, "hi": -90}]},
    )  # fmt: skip
    study = read_survey(tmp_path / "a.sav", instruments=[INSTRUMENT])
    assert study.answers["feeling"].fillna(0).tolist() == [1, 0, 2, 0], "3 is no code of the item, its label is"
    assert study.missing["feeling"].tolist() == ["answered", "failed", "answered", "refused"]
    assert study.answers["sleep"].fillna(0).tolist() == [8, 7.5, 0, 0]
    assert study.missing["sleep"].tolist() == ["answered", "answered", "dont_know", "blank"]
    assert study.problems[["row", "column", "cell", "rule", "state"]].to_numpy().tolist() == [
        [2, "v1", "2.0", "code_and_label_disagree", "failed"]
    ]
