"""The workbook of `check`: a person works in it, so nothing in it may run, hide or be lost."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from survey_stats import CallError, read_survey
from survey_stats.fielding.demo import write_demo_export
from survey_stats.intake.multiple_choices import MultipleChoice
from survey_stats.reporting.check_workbook import write_check_workbook
from survey_stats.reporting.checking import Check, check
from survey_stats.study import PROBLEM_COLUMNS, Provenance, empty

HOSTILE = ("=cmd|' /C calc'!A0", "<script>alert(1)</script>", "nul\x01\u202egnp", "@SUM(1)", "-1+1", "#REF!x")
LONG = "=HYPERLINK(" + "z" * 32_767


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Check:
    """A simulated export with hostile cells in the column of ages, and two columns nobody asked for."""
    path = write_demo_export(tmp_path_factory.mktemp("export") / "export.csv", n=60, seed=3)
    with path.open(newline="", encoding="utf-8-sig") as file:
        heading, *rows = csv.reader(file)
    age = heading.index("How old are you, in years?")
    for row, cell in zip(rows, HOSTILE, strict=False):
        row[age] = cell
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([[*heading, LONG, "How are you, in years?"], *([*row, "1", "2"] for row in rows)])
    return check(read_survey(path))


@pytest.fixture(scope="module")
def book(found: Check, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return openpyxl.load_workbook(write_check_workbook(found, tmp_path_factory.mktemp("book") / "check.xlsx"))


def column(page: Any, heading: str) -> list[Any]:
    place = next(cell.column for cell in page[1] if cell.value == heading)
    return [page.cell(row, place) for row in range(2, page.max_row + 1)]


def test_there_is_a_sheet_for_each_question(book: Any) -> None:
    assert book.sheetnames == [
        "Overview",
        "Columns",
        "Multiple choices",
        "Problems",
        "Flags",
        "Suggestions",
        "Left out",
    ]
    for page in book:
        assert page.freeze_panes == "A2"
        assert page.auto_filter.ref == page.dimensions
        assert page.data_validations.count == 0
        assert page.row_dimensions[1].height is None
        assert all(8 <= page.column_dimensions[cell.column_letter].width <= 80 for cell in page[1])


def test_each_option_of_a_multiple_choice_has_a_row(tmp_path: Path) -> None:
    near = pd.DataFrame(columns=["column", "text", "how", "nearest", "score"])
    found = Check(
        origin=Provenance(source="a.csv"), n=0, matched=pd.DataFrame(), unmatched=near, over_24=None,
        problems=empty(PROBLEM_COLUMNS), rules=pd.DataFrame(),
        flagged=pd.DataFrame(columns=["row", "respondent", "flag"]),
        multiple=(MultipleChoice("Sites?", ("A", "=B"), ("Q1",)), MultipleChoice("News?", ("P", "R"), ("Q2", "Q3"))),
    )  # fmt: skip
    page = openpyxl.load_workbook(write_check_workbook(found, tmp_path / "check.xlsx"))["Multiple choices"]
    assert [[cell.value for cell in row] for row in page] == [
        ["Question", "Option", "Column"], ["Sites?", "A", "Q1"], ["Sites?", "=B", "Q1"], ["News?", "P", "Q2"],
        ["News?", "R", "Q3"],
    ]  # fmt: skip
    assert page["B3"].data_type == "s"


def test_every_problem_has_a_row_with_room_for_a_correction(book: Any, found: Check) -> None:
    page = book["Problems"]
    assert [cell.value for cell in page[1]] == [
        "Row", "Respondent", "Column", "Item", "Cell as found", "Rule", "What was done", "State", "Correct value",
        "Comment",
    ]  # fmt: skip
    assert [cell.value for cell in column(page, "Row")] == found.problems["row"].tolist()
    assert [cell.value for cell in column(page, "Item")] == found.problems["item"].tolist()
    for heading in ("Correct value", "Comment"):
        assert {cell.value for cell in column(page, heading)} == {None}
        assert {cell.number_format for cell in column(page, heading)} == {"@"}


def test_rules_and_outcomes_are_in_words(book: Any) -> None:
    rules = {cell.value for cell in column(book["Problems"], "Rule")}
    assert {"no number", "a formula without a stored value"} <= rules
    assert {cell.value for cell in column(book["Problems"], "What was done")} == {"kept", "set to missing"}


def test_no_text_is_a_formula_and_nothing_is_hidden(book: Any) -> None:
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.quotePrefix for cell in cells if str(cell.value).startswith(("=", "@")))
    shown = [cell.value for cell in column(book["Problems"], "Cell as found")]
    for text in (HOSTILE[0], HOSTILE[1], "nul␁⟨U+202E⟩gnp", HOSTILE[3], HOSTILE[4]):
        assert text in shown


def test_long_text_is_cut_at_the_limit_of_a_cell(book: Any) -> None:
    longest = max((str(cell.value) for cell in column(book["Columns"], "Column")), key=len)
    assert len(longest) == 32_767
    assert longest.endswith("…")


def test_suggestions_and_what_was_left_out_are_told(book: Any) -> None:
    suggested = [[cell.value for cell in row] for row in book["Suggestions"].iter_rows(min_row=2)]
    assert suggested == [["How are you, in years?", "How are you, in years?", "age", 0.91, None]]
    left = [[cell.value for cell in row] for row in book["Left out"].iter_rows(min_row=2)]
    assert left == [["Personal data", "Email Address", "e-mail address", "column left out"]]


def test_flags_name_rows_and_hours(book: Any, found: Check) -> None:
    page = book["Flags"]
    assert len(column(page, "Row")) == len(found.flagged)
    told = {(row.value, detail.value) for row, detail in zip(column(page, "Row"), column(page, "Detail"), strict=True)}
    assert found.over_24 is not None
    for row, hours in zip(found.over_24["row"], found.over_24["hours"], strict=True):
        assert any(place == row and f"{hours:.1f} hours" in (detail or "") for place, detail in told)


def test_a_workbook_that_is_there_is_not_overwritten(found: Check, tmp_path: Path) -> None:
    file = tmp_path / "check.xlsx"
    file.write_bytes(b"a day of work")
    with pytest.raises(CallError) as raised:
        write_check_workbook(found, file)
    assert str(raised.value) == (
        "check: check.xlsx is there already and may hold corrections, so it is not overwritten. "
        "Move it away or name another file."
    )
    assert file.read_bytes() == b"a day of work"


def test_another_ending_is_refused(found: Check, tmp_path: Path) -> None:
    with pytest.raises(CallError) as raised:
        write_check_workbook(found, tmp_path / "check.ods")
    assert str(raised.value) == "check: 'check.ods' ends in '.ods'. A workbook ends in .xlsx."
