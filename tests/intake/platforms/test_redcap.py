"""REDCap: raw and label exports, checkboxes, repeats, and what the data dictionary adds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from survey_stats.errors import InputError
from survey_stats.intake.opening import open_export
from survey_stats.intake.platforms import recognise, redcap
from survey_stats.intake.privacy import screen
from survey_stats.intake.table import Cell, ExportTable, Grid

Found = Callable[..., dict[str, Any]]
ALL_ZERO = "all options 0 means none chosen or not answered; REDCap does not tell them apart"
DICTIONARY = [
    ["Variable / Field Name", "Form Name", "Field Type", "Field Label", "Choices, Calculations, OR Slider Labels",
     "Identifier?"],
    ["record_id", "main", "text", "Record", "", ""],
    ["race", "main", "checkbox", "Which <b>race</b>?", "1, Asian, Pacific | -99, Don't know | B2, Other", ""],
    ["mood", "main", "radio", "Mood", "1, Good | 2, Bad | -9, Refused | -1, Very bad", "y"],
    ["smokes", "main", "yesno", "Smokes?", "", ""],
    ["scan", "main", "file", "Scan", "", ""],
    ["unused", "main", "text", "Unused", "", ""],
]  # fmt: skip


def read(*rows: list[Cell]) -> ExportTable:
    return recognise(Grid("a.csv", [list(row) for row in rows]))


def described(*rows: list[Cell]) -> ExportTable:
    return redcap.describe(read(*rows), Grid("d.csv", [list(row) for row in DICTIONARY]))


# --- Real files ------------------------------------------------------------------------------------------------------


def test_checkboxes(shared: Path, found: Found) -> None:
    assert found(shared / "exports" / "redcap" / "checkboxes-1_data.csv") == {
        "tool": "redcap", "header_rows": 1, "answers": 4,
        "questions": ["desired_result"],
        "multiple": {"check one": ["one", "two", "three", "four"], "check two": ["A", "B", "C", "D", "E"]},
        "metadata": {"record_id": "response_id", "form_1_complete": "status", "form_2_complete": "status"},
        "dropped": {},
        "notes": {
            "forms": "form_1, form_2", "checkboxes": ALL_ZERO, "field_types": "1 text, 2 checkbox, 1 notes",
            "dictionary": "checkboxes-1_dictionary.csv",
        },
    }  # fmt: skip


def test_repeating_instruments(shared: Path, found: Found) -> None:
    path = shared / "exports" / "redcap" / "repeating-instruments_data.csv"
    assert found(path) == {
        "tool": "redcap", "header_rows": 1, "answers": 6,
        "questions": ["date_enrolled", "first_name", "dob", "age", "ethnicity", "race", "sex", "date_bp",
                      "bp_systolic", "bp_diastolic"],
        "multiple": {},
        "metadata": {
            "record_id": "response_id", "redcap_repeat_instrument": "metadata", "redcap_repeat_instance": "metadata",
            "demographics_complete": "status", "bp_complete": "status",
        },
        "dropped": {},
        "notes": {
            "forms": "demographics, bp", "repeats": "bp: 4 rows",
            "several_rows": "4 rows belong to a record that has a row already; each row is kept",
            "field_types": "8 text, 2 radio, 1 dropdown", "identifiers": "first_name, dob",
            "dictionary": "repeating-instruments_dictionary.csv",
        },
    }  # fmt: skip
    ethnicity = next(column for column in open_export(path).table.columns if column.code == "ethnicity")
    assert ethnicity.text == "Ethnicity"
    assert ethnicity.labels == {
        "0": "Hispanic or Latino", "1": "NOT Hispanic or Latino", "2": "Unknown / Not Reported"
    }  # fmt: skip


def test_simple(shared: Path, found: Found) -> None:
    assert found(shared / "exports" / "redcap" / "simple_data.csv") == {
        "tool": "redcap", "header_rows": 1, "answers": 5,
        "questions": ["name_first", "name_last", "address", "telephone", "email", "dob", "age", "sex", "height",
                      "weight", "bmi", "comments", "ethnicity"],
        "multiple": {
            "Race (Select all that apply)": [
                "American Indian/Alaska Native", "Asian", "Native Hawaiian or Other Pacific Islander",
                "Black or African American", "White", "Unknown / Not Reported",
            ]
        },
        "metadata": {
            "record_id": "response_id", "demographics_complete": "status", "mugshot": "metadata",
            "health_complete": "status", "race_and_ethnicity_complete": "status",
        },
        "dropped": {},
        "notes": {
            "forms": "demographics, health, race_and_ethnicity", "checkboxes": ALL_ZERO,
            "field_types": "9 text, 2 notes, 2 radio, 1 calc, 1 file, 1 checkbox",
            "identifiers": "name_first, name_last, address, telephone, email, dob",
            "dictionary": "simple_dictionary.csv",
        },
    }  # fmt: skip


def test_surveys(shared: Path, found: Found) -> None:
    assert found(shared / "exports" / "redcap" / "survey_data.csv") == {
        "tool": "redcap", "header_rows": 1, "answers": 2,
        "questions": ["dob", "email", "has_diabetes", "first_name", "last_name", "address", "telephone_1", "ethnicity",
                      "race", "sex", "height", "weight", "pmq1", "pmq2", "pmq3", "pmq4", "complete_study",
                      "withdraw_date", "withdraw_reason", "date_visit_4", "discharge_date_4", "discharge_summary_4",
                      "study_comments"],
        "multiple": {
            "By checking this box, I certify that I am at least 18 years old and that I give my consent freely to "
            "participant in this study.": ["I consent"]
        },
        "metadata": {
            "participant_id": "response_id", "redcap_survey_identifier": "metadata",
            "prescreening_survey_timestamp": "end", "prescreening_survey_complete": "status",
            "participant_info_survey_timestamp": "end", "participant_info_survey_complete": "status",
            "participant_morale_questionnaire_timestamp": "end",
            "participant_morale_questionnaire_complete": "status", "completion_data_complete": "status",
        },
        "dropped": {},
        "notes": {
            "forms": "prescreening_survey, participant_info_survey, participant_morale_questionnaire, completion_data",
            "checkboxes": ALL_ZERO, "not_completed": "participant_morale_questionnaire_timestamp: 1",
            "field_types": "11 text, 1 truefalse, 1 checkbox, 2 notes, 2 radio, 6 dropdown, 2 yesno",
            "identifiers": "email, first_name, last_name, address, telephone_1",
            "dictionary": "survey_dictionary.csv",
        },
    }  # fmt: skip


# --- Recognition -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rows",
    [
        [["id", "redcap_event_name", "x"], ["1", "baseline", "a"]],
        [["id", "mood", "main_complete"], ["1", "2", "0"], ["2", "1", "2"]],
        [["id", "race___1", "race____99"], ["1", "0", "1"]],
        [["Record ID", "Race (choice=Asian)", "Complete?"], ["1", "Checked", "Complete"]],
    ],
    ids=["own column", "state of a form", "checkbox", "labels"],
)
def test_exports_are_recognised(rows: list[list[Cell]]) -> None:
    assert read(*rows).tool == "redcap"


@pytest.mark.parametrize(
    "rows",
    [
        [["id", "is_complete"], ["1", "yes"]],
        [["id", "task_complete"], ["1", "87"]],
        [["id", "race___1"], ["1", "4.5"]],
        [["ID", "main_complete"], ["1", "2"]],
    ],
    ids=["other words", "percent", "number", "other names"],
)
def test_other_tables_are_not_taken_for_it(rows: list[list[Cell]]) -> None:
    assert read(*rows).tool == "table"


def test_a_negative_code_is_read_from_the_name() -> None:
    column = read(["id", "race____99"], ["1", "1"]).columns[1]
    assert (column.code, column.text, column.stem, column.part) == ("race____99", "race____99", "race", "-99")


def test_a_checkbox_of_a_label_export() -> None:
    column = read(["Record ID", "Which race? (choice=Asian (East))"], ["1", "Unchecked"]).columns[1]
    assert (column.text, column.stem, column.part) == ("Which race? [Asian (East)]", "Which race?", "Asian (East)")


def test_one_form_tells_whether_the_interview_is_finished() -> None:
    table = read(["id", "mood", "main_complete"], ["1", "2", "0"], ["2", "1", "2"], ["3", "1", "1"])
    state, finished = table.columns[2:]
    assert (state.role, state.labels) == ("status", {"0": "Incomplete", "2": "Complete", "1": "Unverified"})
    assert (finished.role, list(finished.cells)) == ("finished", [False, True, False])


# --- The dictionary --------------------------------------------------------------------------------------------------


def test_the_dictionary_words_questions_and_choices() -> None:
    header: list[Cell] = ["record_id", "race___1", "race____99", "race___b2", "mood", "smokes", "scan", "other"]
    table = described(header, ["1", "1", "0", "0", "-9", "1", "[document]", "x"])
    columns = {column.code: column for column in table.columns}
    assert [(column.text, column.part) for column in table.columns[1:4]] == [
        ("Which race? [Asian, Pacific]", "Asian, Pacific"), ("Which race? [Don't know]", "Don't know"),
        ("Which race? [Other]", "Other"),
    ]  # fmt: skip
    assert {column.stem for column in table.columns[1:4]} == {"Which race?"}
    assert columns["mood"].labels == {"1": "Good", "2": "Bad", "-1": "Very bad"}
    assert columns["mood"].missing == {"-9": "Refused"}
    assert columns["smokes"].labels == {"1": "Yes", "0": "No"}
    assert columns["scan"].role == "metadata"
    assert (columns["other"].text, columns["other"].labels) == ("other", {})
    assert table.notes == {
        "checkboxes": ALL_ZERO, "field_types": "1 text, 1 checkbox, 1 radio, 1 yesno, 1 file", "identifiers": "mood",
    }  # fmt: skip


def test_a_dictionary_from_the_api_has_other_headers() -> None:
    api = [["field_name", "field_type", "field_label", "select_choices_or_calculations"],
           ["mood", "dropdown", "How?", "1, Good"]]  # fmt: skip
    table = redcap.describe(read(["redcap_event_name", "mood"], ["a", "1"]), Grid("d.csv", [list(row) for row in api]))
    assert (table.columns[1].text, table.columns[1].labels) == ("How?", {"1": "Good"})


def test_a_file_that_is_no_dictionary_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        redcap.describe(read(["id", "a___1"], ["1", "1"]), Grid("d.csv", [["id", "a___1"], ["1", "1"]]))
    assert str(caught.value) == (
        "d.csv is no data dictionary of REDCap: its header lacks Variable / Field Name or field_name. "
        "Download the dictionary of the project and give that file."
    )


def test_the_dictionary_of_another_project_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        described(["id", "a___1"], ["1", "1"])
    assert str(caught.value) == (
        "d.csv describes none of the columns: its first field is 'record_id', the export's first column 'id'. "
        "Give the data dictionary of the same project."
    )


def test_older_label_exports_put_the_option_in_quotation_marks() -> None:
    rows = [["Record ID", "Race (choice='White')", "Race (choice=Black)"], ["1", "Checked", "Unchecked"]]
    columns = recognise(Grid("a.csv", rows)).columns[1:]
    assert [(column.stem, column.part) for column in columns] == [("Race", "White"), ("Race", "Black")]


def test_identifiers_of_the_dictionary_are_left_out(shared: Path) -> None:
    """A date of birth has no personal header, and "Street, City, State, ZIP" names no address in words that we know."""
    table = open_export(shared / "exports" / "redcap" / "simple_data.csv").table
    assert screen(table).left_out == dict.fromkeys(
        ("name_first", "name_last", "address", "telephone", "email", "dob"), "identifier"
    )
    assert "dob" not in screen(table, keep=["dob"]).left_out
