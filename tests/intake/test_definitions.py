"""Questionnaires that are handed in as if they were answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from survey_stats.intake.draft import draft
from survey_stats.intake.opening import open_export

XLSFORM = "an XLSForm (KoboToolbox, ODK), which holds questions and no answers"
DICTIONARY = "a REDCap data dictionary, which holds questions and no answers"


def workbook(path: Path, **sheets: list[list[str]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


SURVEY = [["type", "name", "label"], ["select_one yes_no", "uses", "Do you?"], ["integer", "age", "How old?"]]
CHOICES = [["list_name", "name", "label"], ["yes_no", "yes", "Yes"]]


def test_an_xlsform_is_called_what_it_is(tmp_path: Path) -> None:
    path = workbook(tmp_path / "form.xlsx", survey=SURVEY, choices=CHOICES)
    assert open_export(path).notes["definition"] == XLSFORM
    assert draft(path).notes.iloc[0]["sentence"] == (
        f"The file is {XLSFORM}: give the export of the answers, unless this is what you want to study."
    )


def test_answers_with_a_column_called_type_are_answers(tmp_path: Path) -> None:
    rows = [["type", "name", "label"], ["a", "b", "c"], ["a", "d", "e"]]
    assert "definition" not in open_export(workbook(tmp_path / "a.xlsx", survey=rows, choices=CHOICES)).notes
    assert "definition" not in open_export(workbook(tmp_path / "b.xlsx", Data=SURVEY)).notes


@pytest.mark.parametrize("header", ["Variable / Field Name,Form Name,Section Header,Field Type",
                                    "field_name,form_name,section_header,field_type"])  # fmt: skip
def test_a_data_dictionary_is_called_what_it_is(tmp_path: Path, header: str) -> None:
    path = tmp_path / "dictionary.csv"
    path.write_text(f"{header}\nrecord_id,start,,text\nage,start,,text\n", encoding="utf-8")
    assert open_export(path).notes["definition"] == DICTIONARY


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("kobo/xlsform_social_media_en_fa.xlsx", XLSFORM),
        ("kobo/formpack_xlsform_library-locking-example.xlsx", XLSFORM),
        ("kobo/ruODK_I8n_label_lang.xls", XLSFORM), ("kobo/ruODK_I8n_no_lang.xls", XLSFORM),
        ("redcap/simple_dictionary.csv", DICTIONARY), ("redcap/survey_dictionary.csv", DICTIONARY),
        ("redcap/checkboxes-1_dictionary.csv", DICTIONARY), ("redcap/repeating-instruments_dictionary.csv", DICTIONARY),
    ],
)  # fmt: skip
def test_real_ones(shared: Path, name: str, expected: str) -> None:
    assert open_export(shared / "exports" / name).notes["definition"] == expected
