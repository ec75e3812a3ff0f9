"""1KA: names and texts, wrapped cells, missing codes, test answers, and the label sheet (made from its own source)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from survey_stats.instrument import AnswerFormat, Item
from survey_stats.intake.answers import REASONS, code_column
from survey_stats.intake.opening import open_export
from survey_stats.intake.platforms import recognise
from survey_stats.intake.table import Cell, ExportTable, Grid

Found = Callable[..., dict[str, Any]]
TEXT_FILE = (
    "\ufeffrecnum;status;lurker;testdata;Q1;Q2a;Q2b;Q3;t_insert;t_edit;Language;\r\n"
    "Record number;Status;Lurker;Test;Gender;Facebook;YouTube;Hours a day;Inserted;Edited;Language;\r\n"
    '="1";="6";="0";="0";="2";="1";="0";="3";="22.11.2026 10:00:00";="22.11.2026 10:05:00";="English"\r\n'
    '="2";="5";="0";="0";="-1";="-2";="-2";="-3";="22.11.2026 11:00:00";="22.11.2026 11:05:00";="English"\r\n'
    '="3";="6";="0";="1";="1";="1";="1";="9";="22.11.2026 12:00:00";="22.11.2026 12:05:00";="English"\r\n'
)


def read(*rows: list[Cell]) -> ExportTable:
    return recognise(Grid("a.csv", [list(row) for row in rows]))


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_a_text_file(tmp_path: Path, found: Found) -> None:
    path = tmp_path / "anketa1-2026-11-22.csv"
    path.write_bytes(TEXT_FILE.encode("utf-8"))
    assert found(path) == {
        "tool": "one_ka", "header_rows": 2, "answers": 2,
        "questions": ["Q1", "Q3"],
        "multiple": {"Q2": ["Facebook", "YouTube"]},
        "metadata": {
            "recnum": "response_id", "status": "status", "lurker": "metadata", "testdata": "metadata",
            "t_insert": "start", "t_edit": "end", "Language": "language",
        },
        "dropped": {"preview": 1}, "notes": {},
    }  # fmt: skip
    columns = {column.code: column for column in open_export(path).table.columns}
    assert (columns["Q1"].text, list(columns["Q1"].cells)) == ("Gender", ["2", "-1"])
    assert columns["status"].labels == {"6": "completed", "5": "partly completed"}
    assert [dict(columns[name].missing) for name in ("Q1", "Q2a", "Q3")] == [
        {"-1": "not answered"}, {"-2": "skipped"}, {"-3": "broken off"}
    ]  # fmt: skip


def test_missing_codes_have_their_reasons() -> None:
    codes: list[Cell] = ["-1", "-2", "-3", "-4", "-5", "-97", "-98", "-99", "4"]
    column = read(["recnum", "lurker", "Q1"], *(["1", "0", code] for code in codes)).columns[2]
    item = Item("q", "test", AnswerFormat(kind="number"), {}, {}, {})
    coded = code_column(column.distinct, item, labels=column.labels, missing=column.missing)
    assert [REASONS[reason] for reason in coded.reasons] == [
        "blank", "not_asked", "not_seen", "not_asked", "blank", "not_applicable", "refused", "dont_know", "answered"
    ]  # fmt: skip


LIST = [["Variable", "Text", "Value", "Label"], ["Q1", "Gender"], ["", "", 1, "Male"], ["", "", 2, "Female"],
        ["", "", -1, "Ni odgovoril"], ["Q3", "Mood", 1, "Good"]]  # fmt: skip
TABLE = [["recnum", "Q1", "Q3"], [1, "Male", "Good"], [2, "Female", -1], [3, -1, -3]]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [(LIST, [{"1": "Male", "2": "Female"}, {"1": "Good"}]), (TABLE, [{"1": "Male", "2": "Female"}, {"1": "Good"}])],
    ids=["list of variables", "same table"],
)
def test_the_label_sheet(tmp_path: Path, labels: list[list[Any]], expected: list[dict[str, str]]) -> None:
    data = [["recnum", "Q1", "Q3"], [1, 1, 1], [2, 2, -1], [3, -1, -3]]
    path = workbook(tmp_path / "a.xlsx", Data=data, Labels=labels)
    for options in ({}, {"sheet": "Data"}):
        opened = open_export(path, **options)
        assert (opened.table.tool, opened.table.header_rows, opened.sheet) == ("one_ka", 1, "Data")
        assert [dict(column.labels) for column in opened.table.columns[1:]] == expected
        assert opened.table.columns[1].missing == {-1.0: "not answered"}
        assert opened.notes["labels"] == "of 2 columns"


def test_names_and_two_missing_codes_are_enough() -> None:
    assert read(["Q1", "Q2a", "Q2b"], ["-1", "1", "0"], ["2", "-3", "-3"]).tool == "one_ka"


@pytest.mark.parametrize(
    "rows",
    [
        [["Q1", "Q2"], ["-1", "2"]],
        [["Q1", "age", "sex"], ["-1", "-2", "3"]],
        [["status", "Q1"], ["5", "2"]],
    ],
    ids=["one missing code", "other names", "a question called status"],
)
def test_other_tables_are_not_taken_for_it(rows: list[list[Cell]]) -> None:
    assert read(*rows).tool == "table"


def test_a_single_column_with_a_letter_is_no_block() -> None:
    table = read(["recnum", "lurker", "Q2a", "Q3a", "Q3b"], ["1", "0", "1", "1", "0"])
    assert [(column.code, column.stem, column.part) for column in table.columns[2:]] == [
        ("Q2a", "", ""), ("Q3a", "Q3", "Q3a"), ("Q3b", "Q3", "Q3b")
    ]  # fmt: skip
