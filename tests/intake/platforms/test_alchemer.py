"""Alchemer: leading metadata, parts of questions before a colon, unfinished answers kept."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from survey_stats.intake.files import read_grid
from survey_stats.intake.platforms import recognise
from survey_stats.intake.table import Cell, ExportTable, Grid

OWN = ["Response ID", "Time Started", "Date Submitted", "Status", "Contact ID", "Legacy Comments", "Comments",
       "Language", "Referer", "SessionID", "User Agent", "Longitude", "Latitude", "Country", "City", "State/Region",
       "Postal", "URL Variable: source"]  # fmt: skip
USE = "Which sites do you use?"


def read(*rows: list[Cell]) -> ExportTable:
    return recognise(Grid("a.csv", [list(row) for row in rows]))


def answer(*cells: Cell, status: str = "Complete") -> list[Cell]:
    return [1.0, "2026-01-02 10:00:00", "2026-01-02 10:05:00", status, *[""] * (len(OWN) - 4), *cells]


def test_a_real_export(shared: Path) -> None:
    """Counts are those of the raw file: 779 complete and 927 partial answers, 360 times "intuitive"."""
    table = recognise(read_grid(shared / "exports" / "alchemer" / "20160115235816-SurveyExport.csv"))
    assert (table.tool, table.header_rows, table.row_numbers) == ("alchemer", 1, list(range(2, 1708)))
    assert (table.dropped, table.notes, table.separators[0]) == ({}, {"finished": "Status"}, ";")
    assert {column.code: column.role for column in table.columns if column.role} == {
        "Time Started": "start", "Date Submitted": "end", "Status": "status", "finished": "finished",
    }  # fmt: skip
    assert Counter(table.columns[-1].cells) == {True: 779, False: 927}
    questions = [column for column in table.columns if column.role is None]
    assert (len(questions), sum(not column.stem for column in questions)) == (34, 10)
    stems = Counter(column.stem for column in questions if column.stem)
    assert (len(stems), set(stems.values())) == (8, {3})
    needs = [column for column in questions if column.part == "Workflow Need #2"]
    assert [column.text for column in needs] == [
        "What needs in your workflow does Jupyter Notebook address? - Workflow Need #2",
        "What needs in your workflow does Jupyter Notebook not address? - Workflow Need #2",
    ]
    assert needs[0].code == "Workflow Need #2:What needs in your workflow does Jupyter Notebook address?"
    words = next(column for column in questions if column.code.startswith("Select all the words"))
    assert sum("intuitive" in str(cell).split(";") for cell in words.cells) == 360


def test_all_of_its_metadata() -> None:
    table = read([*OWN, USE], answer("X"))
    roles = {column.code: column.role for column in table.columns}
    known = {
        "Response ID": "response_id", "Time Started": "start", "Date Submitted": "end", "Status": "status",
        "Language": "language", USE: None, "finished": "finished",
    }  # fmt: skip
    assert roles == {code: known.get(code, "metadata") for code in [*OWN, USE, "finished"]}
    assert table.columns[0].cells[0] == "1"


def test_a_question_called_city_is_a_question() -> None:
    table = read([*OWN, USE, "City"], answer("X", "Oslo"))
    assert (table.columns[-2].code, table.columns[-2].role) == ("City.2", None)


def test_one_column_an_option() -> None:
    table = read([*OWN, f"X:{USE}", f"Mail: at work:{USE}", "Note: one more"], answer("X", "", "n"))
    assert [(column.code, column.text, column.stem, column.part) for column in table.columns[-4:-1]] == [
        (f"X:{USE}", f"{USE} - X", USE, "X"),
        (f"Mail: at work:{USE}", f"{USE} - Mail: at work", USE, "Mail: at work"),
        ("Note: one more", "Note: one more", "", ""),
    ]


def test_a_question_with_a_colon_is_kept_whole() -> None:
    question = "Choose: which colour?"
    table = read([*OWN, f"Red:{question}", f"Blue:{question}"], answer("Red", ""))
    assert [(column.stem, column.part) for column in table.columns[-3:-1]] == [(question, "Red"), (question, "Blue")]


STATUS = {"Complete": True, "complete": True, "Partial": False, "Disqualified": False, "": False}


@pytest.mark.parametrize(("status", "finished"), STATUS.items(), ids=map(repr, STATUS))
def test_unfinished_answers_are_kept_and_marked(status: str, finished: bool) -> None:
    table = read([*OWN, USE], answer("X", status=status))
    assert (table.row_numbers, list(table.columns[-1].cells)) == ([2], [finished])


def test_older_times() -> None:
    row = answer("X")
    row[1:3] = ["Jan 15, 2016 11:58:16 pm", "Jan 16, 2016 12:03:00 am"]
    table = read([*OWN, USE], row)
    assert [str(table.columns[place].cells[0]) for place in (1, 2)] == ["2016-01-15 23:58:16", "2016-01-16 00:03:00"]


def test_other_tables_are_not_taken_for_it() -> None:
    assert read(["Response ID", "Date Submitted", "Status", USE], ["1", "2", "3", "4"]).tool == "table"
