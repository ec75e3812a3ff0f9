"""SoSci Survey: made from its documentation, as no export is at hand. Tests left out, codes of choices read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from survey_stats.intake.files import read_grid
from survey_stats.intake.platforms import recognise
from survey_stats.intake.table import Cell, ExportTable, Grid

BEFORE = {
    "CASE": "Interview number (ongoing)", "SERIAL": "Serial number (if provided)", "REF": "Reference",
    "QUESTNNR": "Questionnaire", "MODE": "Interview mode", "STARTED": "Time the interview has started",
}  # fmt: skip
AFTER = {
    "TIME001": "Time spent on page 1", "TIME_SUM": "Time spent overall (except outliers)", "MAILSENT": "Mailing",
    "LASTDATA": "Time when the data was most recently updated", "FINISHED": "Has the interview been finished?",
    "Q_VIEWER": "Did the respondent only view?", "LASTPAGE": "Last page", "MAXPAGE": "Hindmost page",
    "MISSING": "Missing answers in percent", "MISSREL": "Missing answers (weighted)", "TIME_RSI": "Speed index",
    "DEG_TIME": "Degradation points",
}  # fmt: skip
ASKED = {"AB01": "Sites: Number of options selected", "AB01_01": "Sites: X", "AB01_02": "Sites: Mail",
         "AB01_02a": "Sites: Mail (free text)", "AB02_01": "Shyness: I am shy", "AB02_02": "Shyness: I am quiet",
         "AB03": "Gender"}  # fmt: skip
NAMES = [*BEFORE, *ASKED, *AFTER]
LABELS = [*BEFORE.values(), *ASKED.values(), *AFTER.values()]


def answer(case: str, *asked: str, mode: str = "interview", finished: str = "T") -> list[Cell]:
    return [case, "", "", "main", mode, "2026-03-02 14:05:09", *asked, "60", "372", "", "2026-03-02 14:11:21", finished,
            "F", "7", "7", "0", "0", "1.02", "3"]  # fmt: skip


SHY = answer("124", "1", "1", "2", "work", "4", "-9", "1")
BOLD = answer("125", "2", "2", "2", "", "1", "2", "-9", finished="F")
NEITHER = answer("131", "0", "1", "1", "", "2", "2", "2")


def read(*rows: list[Cell]) -> ExportTable:
    return recognise(Grid("rdata.csv", [list(row) for row in rows]))


HEADS = {"names": ([NAMES], "names"), "names and labels": ([NAMES, LABELS], "names, labels")}


@pytest.mark.parametrize(("heads", "note"), HEADS.values(), ids=HEADS)
def test_a_whole_file(tmp_path: Path, heads: list[list[str]], note: str) -> None:
    rows = [*heads, SHY, answer("126", *["1"] * 7, mode="admin"), BOLD, NEITHER]
    text = "\r\n".join("\t".join(f'"{cell}"' for cell in row) for row in rows)
    (tmp_path / "rdata_media_2026-03-03.csv").write_text(text, encoding="utf-8", newline="")
    table = recognise(read_grid(tmp_path / "rdata_media_2026-03-03.csv"))
    first = len(heads) + 1
    assert (table.tool, table.header_rows, table.row_numbers) == ("sosci", len(heads), [first, first + 2, first + 3])
    assert table.dropped == {first + 1: "preview"}
    assert table.notes == {"header_rows": note, "chosen_is_2": "AB01"}
    roles = {column.code: column.role for column in table.columns}
    assert {code: role for code, role in roles.items() if role not in {None, "metadata"}} == {
        "CASE": "response_id", "MODE": "status", "STARTED": "start", "TIME_SUM": "duration_seconds",
        "LASTDATA": "end", "FINISHED": "finished",
    }  # fmt: skip
    assert [code for code, role in roles.items() if role is None] == [*ASKED][1:]
    columns = {column.code: column for column in table.columns}
    assert list(columns["AB01_01"].cells) == [False, True, False]
    assert list(columns["AB01_02"].cells) == [True, True, False]
    assert list(columns["AB02_01"].cells) == ["4", "1", "2"]
    assert list(columns["FINISHED"].cells) == [True, False, True]
    assert (columns["AB02_02"].missing, columns["AB02_01"].missing) == ({"-9": "not answered"}, {})


def test_labels_tell_stem_and_part() -> None:
    """The text of a statement is what respondents saw; an option alone would say too little."""
    columns = {column.code: column for column in read(NAMES, LABELS, SHY, BOLD).columns}
    assert [(code, columns[code].text, columns[code].stem, columns[code].part) for code in [*ASKED][1:]] == [
        ("AB01_01", "Sites - X", "Sites", "X"),
        ("AB01_02", "Sites - Mail", "Sites", "Mail"),
        ("AB01_02a", "Sites: Mail (free text)", "", ""),
        ("AB02_01", "I am shy", "Shyness", "I am shy"),
        ("AB02_02", "I am quiet", "Shyness", "I am quiet"),
        ("AB03", "Gender", "", ""),
    ]


def test_names_tell_them_without_labels() -> None:
    columns = {column.code: column for column in read(NAMES, SHY, BOLD).columns}
    assert [(columns[code].stem, columns[code].part) for code in ("AB01_01", "AB02_02", "AB03")] == [
        ("AB01", "01"), ("AB02", "02"), ("", ""),
    ]  # fmt: skip


UNREAD = {
    "no count beside the options": (["AB02_01", "AB02_02", "AB03"], ["1", "2", "1"], "AB02"),
    "a wrong count": (["AB02", "AB02_01", "AB02_02"], ["2", "1", "2"], "AB02"),
    "a count below zero only": (["AB02", "AB02_01", "AB02_02"], ["-1", "1", "2"], "AB02"),
    "one column": (["AB02_01", "AB03"], ["1", "2"], None),
    "another code": (["AB02", "AB02_01", "AB02_02"], ["1", "3", "2"], None),
    "no answer": (["AB02", "AB02_01", "AB02_02"], ["0", "", ""], None),
}


@pytest.mark.parametrize(("asked", "cells", "unread"), UNREAD.values(), ids=UNREAD)
def test_codes_stay_as_they_are_where_the_file_does_not_prove_a_multiple_choice(
    asked: list[str], cells: list[Cell], unread: str | None
) -> None:
    own = ["CASE", "QUESTNNR", "MODE", "STARTED"]
    table = read([*own, *asked], ["1", "main", "interview", "2026-03-02 14:05:09", *cells])
    assert [column.cells[0] for column in table.columns[4:]] == cells
    assert table.notes == {"header_rows": "names"} | ({"unread_1_2": unread} if unread else {})


def test_a_negative_code_in_the_count_does_not_speak_against_it() -> None:
    table = read(NAMES, SHY, answer("132", "-1", "1", "1", "", "1", "1", "1"))
    assert table.notes["chosen_is_2"] == "AB01"


MODES = {"interview": False, "Interview": False, "": False, "admin": True, "pretest": True, "debug": True}


@pytest.mark.parametrize(("mode", "is_dropped"), MODES.items(), ids=map(repr, MODES))
def test_tests_of_the_staff_are_left_out(mode: str, is_dropped: bool) -> None:
    table = read(NAMES, SHY, answer("125", *["1"] * 7, mode=mode))
    assert table.dropped == ({3: "preview"} if is_dropped else {})


def test_workbooks_hold_numbers_and_moments() -> None:
    row: list[Cell] = [float(cell) if str(cell).removeprefix("-").isdecimal() else cell for cell in SHY]
    row[5] = dt.datetime.fromisoformat("2026-03-02T14:05:09")
    columns = {column.code: column for column in read(NAMES, LABELS, row).columns}
    assert columns["CASE"].cells[0] == "124"
    assert (columns["AB01_01"].cells[0], columns["AB01_02"].cells[0]) == (False, True)
    assert columns["AB02_02"].missing == {-9.0: "not answered"}


def test_times_as_spss_writes_them() -> None:
    row = [*SHY]
    row[5], row[16] = "24-02-2015 09:27:46", "24-02-2015 09:29:13"
    table = read(NAMES, row)
    assert [str(column.cells[0]) for column in table.columns if column.role in {"start", "end"}] == [
        "2015-02-24 09:27:46", "2015-02-24 09:29:13",
    ]  # fmt: skip


def test_open_answers_have_no_missing_code() -> None:
    own = ["CASE", "QUESTNNR", "MODE", "STARTED"]
    table = read([*own, "AB05_01"], ["1", "main", "interview", "x", "-9"], ["2", "main", "interview", "x", "1.5"])
    assert table.columns[4].missing == {}


FOREIGN = {
    "three of its names": ["CASE", "MODE", "STARTED", "AB01"],
    "in small letters": ["case", "questnnr", "mode", "started", "finished"],
}


@pytest.mark.parametrize("names", FOREIGN.values(), ids=FOREIGN)
def test_other_tables_are_not_taken_for_it(names: list[str]) -> None:
    assert read([*names], ["1"] * len(names)).tool == "table"


def test_a_file_without_answers() -> None:
    assert (read(NAMES).row_numbers, read(NAMES, LABELS).header_rows) == ([], 2)
