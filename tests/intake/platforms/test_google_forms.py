"""Google Forms: recognised by its timestamps and questions, columns named by their question."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from survey_stats.intake.files import read_grid
from survey_stats.intake.platforms import recognise
from survey_stats.intake.table import Cell, ExportTable, Grid

STAMP = "5/16/2021 9:56:41"
QUESTION = "How many hours a day do you spend on Instagram?"


def read(*rows: list[Cell], sheet: str | None = None) -> ExportTable:
    return recognise(Grid("a.csv", [list(row) for row in rows], sheet=sheet))


@pytest.mark.parametrize(
    "header",
    ["Timestamp", "Zeitstempel", "Tidsmerke", "टाइमस्टैम्प", "Marca temporal", "Horodateur", "Carimbo de data/hora",
     "Informazioni cronologiche", "Отметка времени", "タイムスタンプ", "زمان ثبت", " timestamp "],
)  # fmt: skip
def test_the_timestamp_is_known_in_the_languages_of_forms(header: str) -> None:
    table = read([header, QUESTION], [STAMP, "2-3"])
    assert table.tool == "google_forms"
    assert table.columns[0].role == "recorded"


FOREIGN = {
    "a price table": (["Timestamp", "Open", "High", "Low"], ["2014-01-01 00:00:00", "1", "2", "3"]),
    "a number as timestamp": (["Timestamp", "What does it cost?"], ["1388534400", "1"]),
    "a date as timestamp": (["Timestamp", "What does it cost?"], ["2014-01-01", "1"]),
    "no timestamp": (["Time", QUESTION], [STAMP, "1"]),
}


@pytest.mark.parametrize("rows", FOREIGN.values(), ids=FOREIGN)
def test_other_tables_are_not_taken_for_it(rows: tuple[list[str], list[str]]) -> None:
    assert read(*rows).tool == "table"


def test_the_sheet_tells_where_headers_are_short() -> None:
    rows = (["Timestamp", "Age"], [dt.datetime.fromisoformat("2026-03-02T14:05:09"), 23.0])
    assert read(*rows, sheet="Form Responses 1").tool == "google_forms"
    assert read(*rows, sheet="Formularantworten 1").tool == "google_forms"
    assert read(*rows, sheet="Sheet1").tool == "table"


def test_columns_are_named_by_their_question_word_for_word() -> None:
    grid_row = "Common requests?  [Better docs ]"
    table = read(["Timestamp", "Email Address", "Score", QUESTION, grid_row, QUESTION], [STAMP, "", "7", "1", "2", "3"])
    assert [(column.code, column.text, column.role) for column in table.columns] == [
        ("Timestamp", "Timestamp", "recorded"),
        ("Email Address", "Email Address", "metadata"),
        ("Score", "Score", "metadata"),
        (QUESTION, QUESTION, None),
        (grid_row, grid_row, None),
        (f"{QUESTION}.2", QUESTION, None),
    ]


@pytest.mark.parametrize(
    ("name", "separators"),
    [("dask_2019.csv.gz", (";", ", ")), ("jupyter_education_2016.csv", (", ", ";")), ("dask_2021.csv.gz", (", ", ";"))],
)
def test_the_likelier_separator_comes_first(shared: Path, name: str, separators: tuple[str, ...]) -> None:
    assert recognise(read_grid(shared / "exports" / "google_forms" / name)).separators == separators


def test_answers_that_pandas_would_lose_are_kept(shared: Path) -> None:
    table = recognise(read_grid(shared / "exports" / "google_forms" / "otel-docs-usability-survey.csv"))
    assert sum(cell == "N/A" for column in table.columns for cell in column.cells) == 425


def test_a_form_without_answers_has_no_rows() -> None:
    table = read(["Timestamp", QUESTION])
    assert (table.tool, table.row_numbers, table.columns[1].cells) == ("google_forms", [], [])


def test_rows_of_a_grid_share_their_stem(shared: Path) -> None:
    table = recognise(read_grid(shared / "exports" / "google_forms" / "dask_2021.csv.gz"))
    rows = [column for column in table.columns if column.stem]
    assert {column.stem for column in rows} == {"What common feature requests do you care about most?"}
    assert (len(rows), rows[0].part) == (11, "Better Numpy/Pandas support")


def test_a_bracket_in_one_question_is_no_grid() -> None:
    table = read(["Timestamp", "How old? [years]", "Often? [X ]", "Often?  [Mail]"], [STAMP, "23", "1", "2"])
    assert [(column.stem, column.part) for column in table.columns[1:]] == [
        ("", ""),
        ("Often?", "X"),
        ("Often?", "Mail"),
    ]
