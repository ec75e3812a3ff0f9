"""LimeSurvey: four styles of headings, unfinished interviews, times without a date."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from survey_stats.intake.files import read_grid
from survey_stats.intake.platforms import recognise
from survey_stats.intake.table import Cell, ExportTable, Grid

OWN = ["id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "ipaddr", "refurl"]
ENGLISH = ["Response ID", "Date submitted", "Last page", "Start language", "Seed", "Date started", "Date last action",
           "IP address", "Referrer URL"]  # fmt: skip
GERMAN = ["Antwort ID", "Datum Abgeschickt", "Letzte Seite", "Start-Sprache", "Zufallsstartwert", "Datum gestartet",
          "Datum letzte Aktivität", "IP-Adresse", "Weiterleitungs-URL"]  # fmt: skip
ROLES = ["response_id", "end", "metadata", "language", "metadata", "start", "recorded", "metadata", "metadata"]
DONE = ["1", "2026-03-02 14:11:09", "3", "de", "12345", "2026-03-02 14:05:09", "2026-03-02 14:11:09", "", ""]
BROKEN_OFF = ["2", "", "1", "de", "54321", "2026-03-02 15:00:00", "2026-03-02 15:01:00", "", ""]


def read(*rows: list[Cell]) -> ExportTable:
    return recognise(Grid("a.csv", [list(row) for row in rows]))


def questions(table: ExportTable) -> list[tuple[str, str, str, str]]:
    return [(column.code, column.text, column.stem, column.part) for column in table.columns if column.role is None]


def test_a_real_export(shared: Path) -> None:
    """Published without LimeSurvey's own columns; counts are those of the raw file."""
    table = recognise(read_grid(shared / "exports" / "limesurvey" / "rse_2017_de_public_data.csv"))
    assert (table.tool, table.header_rows, table.row_numbers) == ("limesurvey", 1, list(range(2, 327)))
    assert (table.dropped, table.notes) == ({}, {"headings": "codes and texts"})
    assert [column.code for column in table.columns if column.role] == []
    columns = {column.code: column for column in table.columns}
    assert len(columns) == 248
    assert columns["socio1"].text == "In which country do you work?"
    assert (columns["rse3[SQ001]"].text, columns["rse3[SQ001]"].stem) == ("Who uses the code that you write?", "")
    stems = Counter(column.stem for column in table.columns)
    assert [(stem[:12], count) for stem, count in stems.items()] == [
        ("", 48), ("likert0", 5), ("In which dis", 65), ("Rank the fol", 5), ("In general, ", 4), ("Which of the", 16),
        ("Which of the", 16), ("Which of the", 16), ("likert1", 11), ("likert2", 20), ("likert3", 2),
        ("What program", 36), ("How do you m", 4),
    ]  # fmt: skip
    python = columns["tool4can[25]"]
    assert (python.stem, python.part) == (
        "What programming languages do you use at work? (Select as many as apply)", "Python",
    )  # fmt: skip
    assert python.text == f"{python.stem} [Python]"
    assert Counter(python.cells) == {"Yes": 175, "No": 90, "": 60}
    work = columns["likert0[time2can]"]
    assert (work.text, work.stem) == ("In an average month, how much time do you spend on Research", "likert0")
    assert work.text == work.part


STYLES = {
    "codes": (
        [*OWN, "G1Q1[SQ001]", "G1Q1[SQ002]", "G1Q1[other]", "G1Q2"],
        [("G1Q1[SQ001]", "G1Q1[SQ001]", "G1Q1", "SQ001"), ("G1Q1[SQ002]", "G1Q1[SQ002]", "G1Q1", "SQ002"),
         ("G1Q1[other]", "G1Q1[other]", "G1Q1", "other"), ("G1Q2", "G1Q2", "", "")],
    ),
    "codes joined by underscores": (
        [*OWN, "F10_SQ001", "F10_SQ002", "my_own_name"],
        [("F10_SQ001", "F10_SQ001", "F10", "SQ001"), ("F10_SQ002", "F10_SQ002", "F10", "SQ002"),
         ("my_own_name", "my_own_name", "", "")],
    ),
    "double scale": (
        [*OWN, "Q[SQ1][0]", "Q[SQ1][1]", "Q[SQ2][0]"],
        [("Q[SQ1][0]", "Q[SQ1][0]", "Q", "SQ1 0"), ("Q[SQ1][1]", "Q[SQ1][1]", "Q", "SQ1 1"),
         ("Q[SQ2][0]", "Q[SQ2][0]", "Q", "SQ2 0")],
    ),
    "codes and texts": (
        [*(f"{code}. {text}" for code, text in zip(OWN, ENGLISH, strict=True)), "Q1[a]. How often? [X]",
         "Q1[b]. How often? [Mail [work]]", "Q2[1]. [I am shy]", "Q2[2]. [I am not]", "Q3. How old?"],
        [("Q1[a]", "How often? [X]", "How often?", "X"),
         ("Q1[b]", "How often? [Mail [work]]", "How often?", "Mail [work]"),
         ("Q2[1]", "I am shy", "Q2", "I am shy"), ("Q2[2]", "I am not", "Q2", "I am not"),
         ("Q3", "How old?", "", "")],
    ),
    "English texts": (
        [*ENGLISH, "How often? [X]", "How often? [Mail]", "How old? [years]"],
        [("How often? [X]", "How often? [X]", "How often?", "X"),
         ("How often? [Mail]", "How often? [Mail]", "How often?", "Mail"),
         ("How old? [years]", "How old? [years]", "", "")],
    ),
    "German texts": (
        [*GERMAN, "Wie oft? [X][Rang 1]", "Wie oft? [X][Rang 2]"],
        [("Wie oft? [X][Rang 1]", "Wie oft? [X][Rang 1]", "Wie oft? [X]", "Rang 1"),
         ("Wie oft? [X][Rang 2]", "Wie oft? [X][Rang 2]", "Wie oft? [X]", "Rang 2")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("names", "expected"), STYLES.values(), ids=STYLES)
def test_styles_of_headings(names: list[str], expected: list[tuple[str, str, str, str]]) -> None:
    table = read([*names], [*DONE, *["a"] * len(expected)])
    assert table.tool == "limesurvey"
    assert [column.role for column in table.columns] == [*ROLES, *[None] * len(expected), "finished"]
    assert questions(table) == expected


def test_unfinished_interviews_are_kept_and_marked() -> None:
    table = read([*OWN, "Q1"], [*DONE, "a"], [*BROKEN_OFF, "b"])
    assert (table.row_numbers, table.dropped) == ([2, 3], {})
    finished = table.columns[-1]
    assert (finished.code, finished.role, list(finished.cells)) == ("finished", "finished", [True, False])
    assert table.notes == {"headings": "codes", "finished": "submitdate"}


def test_a_question_called_finished_keeps_its_name() -> None:
    table = read([*OWN, "finished"], [*DONE, "a"])
    assert [(column.code, column.role) for column in table.columns[-2:]] == [
        ("finished", None), ("finished.2", "finished"),
    ]  # fmt: skip


def test_the_first_second_of_1980_is_no_date() -> None:
    undated = [*DONE]
    undated[1] = "1980-01-01 00:00:00"
    table = read([*OWN, "Q1"], [*undated, "1980-01-01 00:00:00"], [*BROKEN_OFF, "b"])
    assert list(table.columns[1].cells) == ["", ""]
    assert list(table.columns[-1].cells) == [True, False]
    assert table.columns[-2].cells[0] == "1980-01-01 00:00:00"


def test_timings_are_paradata() -> None:
    names = ["interviewtime", "groupTime12", "38612X105X3011Time", "Q1Time", "screenTime"]
    table = read([*OWN, "Q1", *names], [*DONE, "a", "372.5", "100", "20", "7", "90"])
    assert {column.code: column.role for column in table.columns[9:-1]} == {
        "Q1": None, "interviewtime": "duration_seconds", "groupTime12": "metadata", "38612X105X3011Time": "metadata",
        "Q1Time": "metadata", "screenTime": None,
    }  # fmt: skip
    english = read([*ENGLISH, "Total time", "Group time: Media", "Age"], [*DONE, "372.5", "100", "23"])
    assert [column.role for column in english.columns[9:]] == ["duration_seconds", "metadata", None, "finished"]


def test_no_answer_and_the_open_option_are_named() -> None:
    table = read([*OWN, "Q1", "Q1[other]"], [*DONE, "-oth-", "Orkut"], [*BROKEN_OFF, "N/A", ""])
    first, other = table.columns[9:11]
    assert (first.labels, first.missing, list(first.cells)) == ({"-oth-": "Other"}, {"N/A": "N/A"}, ["-oth-", "N/A"])
    assert (other.labels, other.missing) == ({}, {})


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_files_of_any_delimiter_with_a_mark_of_the_encoding(tmp_path: Path, delimiter: str) -> None:
    rows = [[*OWN, "Q1"], [*DONE, "a, b; c"], [*BROKEN_OFF, ""]]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    (tmp_path / "results-survey123.csv").write_text(f"\ufeff{text}\r\n", encoding="utf-8", newline="")
    table = recognise(read_grid(tmp_path / "results-survey123.csv"))
    assert (table.tool, table.row_numbers, list(table.columns[9].cells)) == ("limesurvey", [2, 3], ["a, b; c", ""])


def test_ids_of_a_workbook_are_text() -> None:
    assert read([*OWN, "Q1"], [1.0, *DONE[1:], "a"]).columns[0].cells[0] == "1"


FOREIGN = {
    "draws of a model": ["theta[1]", "theta[2]", "theta[3]", "theta[1,2]"],
    "two of its names": ["id", "seed", "score"],
    "a grid of another tool": ["How often? [X]", "How often? [Mail]", "How often? [Y]"],
}


@pytest.mark.parametrize("names", FOREIGN.values(), ids=FOREIGN)
def test_other_tables_are_not_taken_for_it(names: list[str]) -> None:
    assert read([*names], ["1"] * len(names)).tool == "table"
