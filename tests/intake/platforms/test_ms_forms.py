"""Microsoft Forms: recognised by its times in the account's language; only leading columns are metadata."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from survey_stats.intake.files import read_grid
from survey_stats.intake.platforms import recognise
from survey_stats.intake.table import Cell, ExportTable, Grid

QUESTION = "Which platforms do you use?"
START, END = dt.datetime.fromisoformat("2026-03-02T14:05:09"), dt.datetime.fromisoformat("2026-03-02T14:11:09")


def read(*rows: list[Cell]) -> ExportTable:
    return recognise(Grid("a.xlsx", [list(row) for row in rows], sheet="Sheet1"))


def test_a_whole_form(shared: Path) -> None:
    """A made file: no genuine export is at hand."""
    table = recognise(read_grid(shared / "exports" / "ms_forms" / "msforms_like.xlsx"))
    assert (table.tool, table.header_rows, table.row_numbers, table.dropped) == ("ms_forms", 1, [2, 3], {})
    assert (table.separators, table.notes) == ((";",), {"multiple_choice": QUESTION})
    assert [(column.code, column.role) for column in table.columns] == [
        ("Id", "response_id"), ("Start time", "start"), ("Completion time", "end"), ("Email", "metadata"),
        ("Name", "metadata"), ("Last modified time", "metadata"), (QUESTION, None), ("How many hours per day?", None),
        ("is talkative", None), ("tends to find fault with others", None),
    ]  # fmt: skip
    assert list(table.columns[0].cells) == ["1", "2"]
    assert list(table.columns[1].cells) == [START, START]
    assert list(table.columns[6].cells) == ["Instagram;TikTok;", "YouTube;Other: Bluesky, Mastodon;"]


LANGUAGES = {
    "es": ["ID", "Hora de inicio", "Hora de finalización", "Correo electrónico", "Nombre"],
    "ja": ["ID", "開始時刻", "完了時刻", "メール", "名前"],
    "de": ["ID", "Startzeit", "Fertigstellungszeit", "E-Mail", "Name"],
    "nb": ["ID", "Starttidspunkt", "Fullføringstidspunkt", "E-postadresse", "Navn", "Tidspunkt for siste endring"],
    "fr": ["ID", "Heure de début", "Heure de fin", "Adresse de messagerie", "Nom"],
}


@pytest.mark.parametrize("names", LANGUAGES.values(), ids=LANGUAGES)
def test_the_headers_are_known_in_other_languages(names: list[str]) -> None:
    table = read([*names, QUESTION], [1.0, START, END, *["anonymous"] * (len(names) - 3), "TikTok;"])
    roles = [column.role for column in table.columns]
    assert (table.tool, roles) == ("ms_forms", ["response_id", "start", "end", *["metadata"] * (len(names) - 3), None])


def test_a_question_called_name_is_a_question() -> None:
    names = ["Id", "Start time", "Completion time", QUESTION, "Name", "Language"]
    assert [column.role for column in read(names, [1.0, START, END, "a", "b", "c"]).columns] == [
        "response_id", "start", "end", None, None, None,
    ]  # fmt: skip


def test_the_language_of_an_answer() -> None:
    names = ["Id", "Start time", "Completion time", "Email", "Name", "Language", QUESTION]
    assert read(names, [1.0, START, END, "anonymous", "", "Deutsch", "a;"]).columns[5].role == "language"


def test_a_quiz_adds_points_and_feedback() -> None:
    names = [
        "Id", "Start time", "Completion time", "Email", "Name", "Total points", "Quiz feedback", QUESTION,
        f"Points - {QUESTION}", f"Feedback - {QUESTION}", "Points - of view",
    ]  # fmt: skip
    table = read(names, [1.0, START, END, "anonymous", "", 3.0, "", "a", 1.0, "", "b"])
    assert [column.code for column in table.columns if column.role is None] == [QUESTION, "Points - of view"]


def test_line_breaks_in_a_question_are_kept() -> None:
    names = ["Id", "Start time", "Completion time", "How many hours\nper day?\xa0"]
    assert read(names, [1.0, START, END, "2"]).columns[3].text == "How many hours\nper day?\xa0"


MULTIPLE = {
    "all end with the separator": (["a;b;", "a;", ""], {"multiple_choice": QUESTION}),
    "one does not": (["a;b;", "a"], {}),
    "no answer": (["", ""], {}),
}


@pytest.mark.parametrize(("answers", "notes"), MULTIPLE.values(), ids=MULTIPLE)
def test_multiple_choices_end_with_the_separator(answers: list[str], notes: dict[str, str]) -> None:
    rows: list[list[Cell]] = [[1.0, START, END, answer, "x"] for answer in answers]
    assert read(["Id", "Start time", "Completion time", QUESTION, "Age"], *rows).notes == notes


def test_text_files_have_times_of_the_account() -> None:
    rows: list[list[Cell]] = [["1", "02.03.2026 14:05", "02.03.2026 14:11", "anonymous", "", "a;"]]
    table = read([*LANGUAGES["de"], QUESTION], *rows)
    assert table.columns[2].cells[0] == dt.datetime.fromisoformat("2026-03-02T14:11:00")
    assert table.notes["times"] == "%d.%m.%Y %H:%M"


FOREIGN = {
    "no id": ["Nr", "Start time", "Completion time", QUESTION],
    "two languages": ["Id", "Start time", "Fertigstellungszeit", QUESTION],
    "no completion": ["Id", "Start time", "Email", QUESTION],
}


@pytest.mark.parametrize("names", FOREIGN.values(), ids=FOREIGN)
def test_other_tables_are_not_taken_for_it(names: list[str]) -> None:
    assert read([*names], [1.0, START, END, "a"]).tool == "table"
