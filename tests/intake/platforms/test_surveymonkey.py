"""SurveyMonkey: one or two header rows, blocks of options, single answers spread over columns."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from survey_stats.intake.files import read_grid
from survey_stats.intake.platforms import recognise
from survey_stats.intake.table import Cell, ExportTable, Grid

IDS = ["Respondent ID", "Collector ID", "Start Date", "End Date"]
FIRST = ["118700000001", "433000001", "03/02/2026 02:05:09 PM", "03/02/2026 02:11:19 PM"]
SECOND = ["118700000002", "433000001", "03/14/2026 09:00:00 AM", "03/14/2026 09:04:00 AM"]
BLANK = [""] * 4
USE = "How often do you post?"


def read(*rows: list[Cell]) -> ExportTable:
    return recognise(Grid("a.csv", [list(row) for row in rows]))


def codes(table: ExportTable) -> list[str]:
    return [column.code for column in table.columns if column.role is None]


def test_star_wars(shared: Path) -> None:
    """The publisher reports 1,186 respondents, 835 of whom saw a film; counts a film are those of the raw file."""
    table = recognise(read_grid(shared / "data" / "starwars_538" / "star-wars-survey_StarWars.csv"))
    assert (table.tool, table.header_rows, table.row_numbers) == ("surveymonkey", 2, list(range(3, 1189)))
    assert (table.dropped, table.notes) == ({}, {"header_rows": "questions, options"})
    assert {column.code: column.role for column in table.columns if column.role} == {"RespondentID": "response_id"}
    stems = Counter(column.stem for column in table.columns[1:])
    assert [(stem[:38], columns) for stem, columns in stems.items()] == [
        ("", 11), ("Which of the following Star Wars films", 6), ("Please rank the Star Wars films in ord", 6),
        ("Please state whether you view the foll", 14),
    ]  # fmt: skip
    seen = [column for column in table.columns if column.stem.startswith("Which")]
    assert [column.part for column in seen[3:]] == [
        "Star Wars: Episode IV  A New Hope", "Star Wars: Episode V The Empire Strikes Back",
        "Star Wars: Episode VI Return of the Jedi",
    ]  # fmt: skip
    assert [sum(cell != "" for cell in column.cells) for column in seen] == [673, 571, 550, 607, 758, 738]
    assert sum(any(row) for row in zip(*(column.cells for column in seen), strict=True)) == 835
    ranks = [column for column in table.columns if column.stem.startswith("Please rank")]
    assert set(ranks[0].cells) == {"", "1", "2", "3", "4", "5", "6"}
    assert table.columns[33].code == "Gender"


def test_exports_with_one_header_row(shared: Path) -> None:
    """The publisher reports 1,129 answers, 57 % for the serial comma; 1,040 answers, 874 of them by people who fly."""
    comma = recognise(read_grid(shared / "exports" / "surveymonkey" / "comma-survey.csv"))
    assert (comma.tool, comma.header_rows, comma.row_numbers) == ("surveymonkey", 1, list(range(2, 1131)))
    assert (comma.dropped, comma.notes) == ({}, {"header_rows": "questions"})
    assert len(codes(comma)) == 12
    assert round(100 * sum("kind, and" in str(cell) for cell in comma.columns[1].cells) / 1129) == 57
    flying = recognise(read_grid(shared / "exports" / "surveymonkey" / "flying-etiquette.csv"))
    assert (flying.tool, flying.header_rows, flying.row_numbers) == ("surveymonkey", 1, list(range(2, 1042)))
    assert (flying.dropped, flying.notes) == ({}, {"header_rows": "questions"})
    assert len(codes(flying)) == 26
    assert sum(cell != "Never" for cell in flying.columns[1].cells) == 874
    assert not any(column.stem for column in (*comma.columns, *flying.columns))


def test_a_table_of_results_is_no_export(shared: Path) -> None:
    table = recognise(read_grid(shared / "exports" / "surveymonkey" / "NFL_fandom_data-surveymonkey.csv"))
    assert (table.tool, table.header_rows, table.row_numbers, table.dropped) == ("table", 1, list(range(2, 36)), {})
    assert codes(table)[:5] == ["column_1", "column_2", "Democrat", "column_4", "column_5"]


def test_the_full_form(shared: Path) -> None:
    table = recognise(read_grid(shared / "exports" / "surveymonkey" / "surveymonkey_like.xlsx"))
    assert (table.tool, table.header_rows, table.row_numbers, table.dropped) == ("surveymonkey", 2, [3, 4], {})
    assert table.notes == {"header_rows": "questions, options"}
    assert {column.code: column.role for column in table.columns if column.role} == {
        "Respondent ID": "response_id", "Collector ID": "metadata", "Start Date": "start", "End Date": "end",
        "IP Address": "metadata", "Email Address": "metadata", "First Name": "metadata", "Last Name": "metadata",
        "Custom Data 1": "metadata",
    }  # fmt: skip
    assert list(table.columns[0].cells) == ["118700000001", "118700000002"]
    platforms, persons = "Which platforms do you use? (tick all)", "I see myself as someone who..."
    assert [(column.text, column.stem, column.part) for column in table.columns if column.role is None] == [
        ("Do you use social media?", "", ""),
        (f"{platforms} - Instagram", platforms, "Instagram"),
        (f"{platforms} - TikTok", platforms, "TikTok"),
        (f"{platforms} - None of the above", platforms, "None of the above"),
        (f"{platforms} - Other (please specify)", platforms, "Other (please specify)"),
        ("How many hours per day?", "", ""),
        (f"{persons} - is talkative", persons, "is talkative"),
        (f"{persons} - tends to find fault with others", persons, "tends to find fault with others"),
    ]


SPREAD = [
    [*IDS, USE, "", "", "", "Age"],
    [*BLANK, "Daily", "Weekly", "Never", "Other (please specify)", "Response"],
    [*FIRST, "", "weekly", "", "", "23"],
    [*SECOND, "Daily", "", "", "", "31"],
    [*SECOND, "", "", "", "in spring", "40"],
]


def test_a_single_answer_spread_over_columns_is_joined() -> None:
    table = read(*SPREAD)
    assert codes(table) == [USE, f"{USE} - Other (please specify)", "Age"]
    assert table.notes == {
        "header_rows": "questions, options", "joined": USE, "times": "%m/%d/%Y %I:%M:%S %p",
    }  # fmt: skip
    joined, other = table.columns[4:6]
    assert (list(joined.cells), joined.position, joined.stem) == (["weekly", "Daily", ""], 4, "")
    assert (list(other.cells), other.position, other.stem) == (["", "", "in spring"], 7, USE)


NOT_JOINED = {
    "two options chosen": ["Daily", "Weekly", "", ""],
    "a rank instead of the label": ["1", "", "", ""],
    "another label": ["Weekly", "", "", ""],
}


@pytest.mark.parametrize("cells", NOT_JOINED.values(), ids=NOT_JOINED)
def test_a_block_with_other_cells_stays_apart(cells: list[str]) -> None:
    table = read(*SPREAD, [*SECOND, *cells, ""])
    assert codes(table) == [
        *(f"{USE} - {part}" for part in ("Daily", "Weekly", "Never", "Other (please specify)")),
        "Age",
    ]
    assert "joined" not in table.notes


def test_a_block_without_answers_stays_apart() -> None:
    assert len(codes(read(*SPREAD[:2], [*FIRST, "", "", "", "", "23"]))) == 5


def test_repeated_headers_do_not_hinder_the_joining() -> None:
    table = read(*SPREAD, *SPREAD[:2])
    assert table.dropped == {6: "header_repeated", 7: "header_repeated"}
    assert codes(table) == [USE, f"{USE} - Other (please specify)", "Age"]


def test_one_row_with_stem_and_option() -> None:
    names = ["respondent_id", "collector_id", "date_created", f"{USE} - on X", f"{USE} - by mail - at work", "Age"]
    table = read(names, ["1", "2", "2026-03-02T14:05:09", "on X", "by mail - at work", "23"])
    assert [(column.code, column.stem, column.part, column.role) for column in table.columns] == [
        ("respondent_id", "", "", "response_id"),
        ("collector_id", "", "", "metadata"),
        ("date_created", "", "", "start"),
        (f"{USE} - on X", USE, "on X", None),
        (f"{USE} - by mail - at work", USE, "by mail - at work", None),
        ("Age", "", "", None),
    ]
    assert (table.header_rows, table.notes) == (1, {"header_rows": "questions"})


def test_markup_in_headers_is_taken_off() -> None:
    head = [*IDS, "How <b>often</b>&nbsp;?", ""], [*BLANK, "<em>X</em>", "Mail &amp; chat"]
    apart = read(*head, [*FIRST, "X", "Mail & chat"])
    assert [(column.stem.split(), column.part) for column in apart.columns[4:]] == [
        (["How", "often", "?"], "X"), (["How", "often", "?"], "Mail & chat"),
    ]  # fmt: skip
    joined = read(*head, [*FIRST, "<em>X</em>", ""], [*SECOND, "", "mail &amp; chat"])
    assert [column.code.split() for column in joined.columns[4:]] == [["How", "often", "?"]]


def test_no_respondents_named() -> None:
    table = read([USE, "Age", "What else?", ""], ["Response", "Response", "X", "Mail"], ["Daily", "23", "X", "Mail"])
    assert (table.tool, table.header_rows, codes(table)[2:]) == (
        "surveymonkey",
        2,
        ["What else? - X", "What else? - Mail"],
    )


def test_a_question_is_no_metadata() -> None:
    table = read([*IDS, "First Name", "Q?"], [*BLANK, "Open-Ended Response", "Response"], [*FIRST, "A", "b"])
    assert [column.role for column in table.columns] == ["response_id", "metadata", "start", "end", None, None]


FOREIGN = {
    "ids before names": (["respondent_id", "age"], ["1", "23"]),
    "answers called response": (["Group", "Type"], ["a", "Response"]),
    "another id": (["id", USE], ["1", "Daily"]),
}


@pytest.mark.parametrize("rows", FOREIGN.values(), ids=FOREIGN)
def test_other_tables_are_not_taken_for_it(rows: tuple[list[str], list[str]]) -> None:
    assert read(*rows).tool == "table"


def test_a_form_without_answers_has_no_rows() -> None:
    assert read([*IDS, USE]).row_numbers == []
    assert read([*IDS, USE], [*BLANK, "Response"]).header_rows == 2


TIMES = {
    "the day tells the order": (["7/10/14 18:37", "7/14/14 9:05"], [(2014, 7, 10, 18, 37), (2014, 7, 14, 9, 5)]),
    "day first": (["31/01/2026 09:00:00", "01/02/2026 10:00:00"], [(2026, 1, 31, 9, 0), (2026, 2, 1, 10, 0)]),
}


@pytest.mark.parametrize(("stamps", "moments"), TIMES.values(), ids=TIMES)
def test_times_are_read_where_the_file_tells_their_order(
    stamps: list[str], moments: list[tuple[int, int, int, int, int]]
) -> None:
    table = read([*IDS, USE], [*BLANK, "Response"], *(["1", "2", stamp, stamp, "Daily"] for stamp in stamps))
    assert list(table.columns[3].cells) == [dt.datetime(*moment) for moment in moments]  # noqa: DTZ001


def test_times_that_can_be_read_in_two_ways_stay_text() -> None:
    table = read([*IDS, USE], [*BLANK, "Response"], ["1", "2", "3/4/2026 18:37", "3/4/2026 18:40", "Daily"])
    assert (table.columns[2].cells[0], table.notes["times"]) == ("3/4/2026 18:37", "ambiguous")
    mixed = read([*IDS, USE], [*BLANK, "Response"], ["1", "2", "3/14/2026 18:37", "yesterday", "Daily"])
    assert (mixed.columns[2].cells[0], "times" in mixed.notes) == ("3/14/2026 18:37", False)
