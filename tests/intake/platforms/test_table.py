"""A plain table: where its header is, what its columns are called, which rows are no answers."""

from __future__ import annotations

import pytest

from survey_stats.intake.platforms import recognise
from survey_stats.intake.table import Cell, ExportTable, Grid


def read(*rows: list[Cell]) -> ExportTable:
    return recognise(Grid("a.csv", [list(row) for row in rows]))


def codes(table: ExportTable) -> list[str]:
    return [column.code for column in table.columns]


def test_the_first_filled_row_is_the_header() -> None:
    table = read(["", ""], ["a", "b"], ["1", "2"])
    assert (table.tool, table.header_rows, table.row_numbers, codes(table)) == ("table", 2, [3], ["a", "b"])
    assert table.notes == {}


def test_titles_above_the_header_are_skipped_and_noted() -> None:
    table = read(["Survey on shyness", ""], ["", ""], ["Spring 2026", ""], ["a", "b"], ["1", "2"])
    assert (table.header_rows, table.row_numbers, codes(table)) == (4, [5], ["a", "b"])
    assert table.notes == {"title_rows": "1, 3"}


def test_a_single_column_has_no_title() -> None:
    table = read(["minutes"], ["90"], ["60"])
    assert (table.header_rows, codes(table), table.columns[0].cells) == (1, ["minutes"], ["90", "60"])


def test_blank_and_repeated_names_become_unique() -> None:
    table = read(["a", "", "a", "a.2", "a", " "], ["1", "2", "3", "4", "5", "6"])
    assert codes(table) == ["a", "column_2", "a.2", "a.2.2", "a.3", "column_6"]
    assert [column.text for column in table.columns] == ["a", "column_2", "a", "a.2", "a", "column_6"]


def test_an_empty_strip_between_columns_is_no_column() -> None:
    table = read(["a", "", "b"], ["1", "", "2"], ["3", " ", "4"])
    assert [(column.code, column.position) for column in table.columns] == [("a", 0), ("b", 2)]


def test_rows_that_are_no_answers_are_counted_with_their_reason() -> None:
    table = read(["a", "b"], ["1", "2"], ["", " "], ["a", "b"], ["0", ""])
    assert table.row_numbers == [2, 5]
    assert table.dropped == {3: "empty", 4: "header_repeated"}


@pytest.mark.parametrize(("name", "cell", "role"), [
    ("SIMULATED", "TRUE", "simulated"), ("Simulated", True, "simulated"), ("simulated", "FALSE", None),
    ("simulated hours", "TRUE", None),
])  # fmt: skip
def test_simulated_answers_are_marked(name: str, cell: Cell, role: str | None) -> None:
    assert read(["a", name], ["1", cell]).columns[1].role == role


def test_zero_false_and_midnight_are_answers() -> None:
    assert read(["a", "b"], [0.0, ""], [False, ""]).row_numbers == [2, 3]
