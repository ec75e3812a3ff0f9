"""Qualtrics: each header row decided by itself, metadata by ImportId, text or name, test answers left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_stats.intake.files import read_grid
from survey_stats.intake.platforms import recognise
from survey_stats.intake.table import Cell, ExportTable, Grid

NAMES = ["StartDate", "Status", "Duration (in seconds)", "ResponseId", "status", "Q1"]
TEXTS = [
    "Start Date",
    "Response Type",
    "Duration (in seconds)",
    "Response ID",
    "What is your marital status?",
    "How much?",
]
IDS = [f'{{"ImportId":"{name}"}}' for name in ("startDate", "status", "duration", "_recordId", "QID7", "QID1")]
ANSWER = ["2026-03-02 14:05:09", "IP Address", "372", "R_1aBcDeFgHiJkLmN", "married", "-99"]


def read(*rows: list[Cell]) -> ExportTable:
    return recognise(Grid("a.csv", [list(row) for row in rows]))


def roles(table: ExportTable) -> dict[str, str | None]:
    return {column.code: column.role for column in table.columns}


HEADS = {
    "all three": ((NAMES, TEXTS, IDS), "names, texts, import_ids"),
    "names and texts": ((NAMES, TEXTS), "names, texts"),
    "names and ids": ((NAMES, IDS), "names, import_ids"),
}


@pytest.mark.parametrize(("heads", "note"), HEADS.values(), ids=HEADS)
def test_header_rows_are_decided_one_by_one(heads: tuple[list[str], ...], note: str) -> None:
    table = read(*heads, ANSWER)
    assert table.tool == "qualtrics"
    assert table.header_rows == len(heads)
    assert table.notes == {"header_rows": note}
    assert table.row_numbers == [len(heads) + 1]
    assert roles(table) == {
        "StartDate": "start", "Status": "status", "Duration (in seconds)": "duration_seconds",
        "ResponseId": "response_id", "status": None, "Q1": None,
    }  # fmt: skip
    assert table.columns[5].cells == ["-99"]
    assert table.separators == (",",)


def test_names_alone_are_enough() -> None:
    table = read(["ResponseId", "RecordedDate", "Q1"], ["R_1", "2026-03-02", "x"])
    assert table.header_rows == 1
    assert roles(table) == {"ResponseId": "response_id", "RecordedDate": "recorded", "Q1": None}


def test_question_texts_and_ids_stand_beside_the_names() -> None:
    question = read(NAMES, TEXTS, IDS, ANSWER).columns[5]
    assert (question.code, question.text, question.import_id, question.position) == ("Q1", "How much?", "QID1", 5)


def test_ids_written_by_python_are_read() -> None:
    table = read(["Q2_1"], ["Fruit-Oranges"], ["{'ImportId': 'QID2-1'}"], ["1"])
    assert table.columns[0].import_id == "QID2-1"
    assert table.header_rows == 3


def test_german_texts_name_the_metadata(shared: Path) -> None:
    grid = read_grid(shared / "exports" / "qualtrics" / "qualtRics_sample_3header.csv")
    by_text = Grid("a.csv", [[f"c{position}" for position in range(20)], grid.rows[1], grid.rows[3]])
    with_ids, without = recognise(grid), recognise(by_text)
    assert [column.role for column in without.columns] == [column.role for column in with_ids.columns]
    assert roles(with_ids) == {
        "StartDate": "start", "EndDate": "end", "Status": "status", "IPAddress": "metadata", "Progress": "progress",
        "Duration (in seconds)": "duration_seconds", "Finished": "finished", "RecordedDate": "recorded",
        "ResponseId": "response_id", "RecipientLastName": "metadata", "RecipientFirstName": "metadata",
        "RecipientEmail": "metadata", "ExternalReference": "metadata", "LocationLatitude": "metadata",
        "LocationLongitude": "metadata", "DistributionChannel": "channel", "UserLanguage": "language",
        **{column.code: None for column in with_ids.columns[17:]},
    }  # fmt: skip


def test_edited_headers_of_a_real_study(shared: Path) -> None:
    """Its folder's README says 498 answers; the sheet has 501 rows, 2 of names and texts, and 499 complete answers."""
    table = recognise(read_grid(shared / "exports" / "qualtrics" / "digex-survey-responses-raw.xlsx"))
    assert table.row_numbers == list(range(3, 502))
    assert table.dropped == {}
    assert {code: role for code, role in roles(table).items() if role} == {
        "start_date": "start", "end_date": "end", "status": "status", "progress": "progress", "finished": "finished",
        "duration_sec": "duration_seconds", "date": "recorded", "q_recaptcha_scor": "metadata",
    }  # fmt: skip
    columns = {column.code: column for column in table.columns}
    assert set(columns["status"].cells) == {"IP Address"}
    assert columns["age"].text == "Age"
    assert columns["duration_sec"].cells[0] == 912.0


def test_legacy_files(shared: Path) -> None:
    table = recognise(read_grid(shared / "exports" / "qualtrics" / "qualtRics_sample_legacy_2header.csv"))
    assert roles(table) == {
        "V1": "response_id", "V2": "metadata", "V3": "metadata", "V4": "metadata", "V5": "metadata", "V6": "metadata",
        "V7": "status", "V8": "start", "V9": "end", "V10": "finished", "LocationLatitude": "metadata",
        "LocationLongitude": "metadata", **{column.code: None for column in table.columns[10:12]},
        "LocationAccuracy": "metadata",
    }  # fmt: skip
    assert (table.columns[2].text, table.columns[10].cells) == ("Name", ["2"])


def test_no_metadata_at_all(shared: Path) -> None:
    """Published figures of this data set: 203 people answered Q4; 162 of them named YouTube, 142 Instagram."""
    table = recognise(read_grid(shared / "data" / "mqp_qualtrics" / "MQPResponsesA.csv"))
    first = table.columns[0]
    answers = [str(cell).split(",") for cell in first.cells if cell != ""]
    assert (first.code, first.import_id, first.role) == ("Q4", "QID18", None)
    assert len(answers) == 203
    assert [sum(name in answer for answer in answers) for name in ("YouTube", "Instagram", "Facebook", "Reddit")] == [
        162, 142, 127, 112,
    ]  # fmt: skip


STATUS = {
    "IP Address": False, "Survey Preview": True, "Survey Test": True, "Spam": False, "Imported": False, "0": False,
    "1": True, "2": True, "8": False, 0.0: False, 1.0: True, 2: True, " survey preview ": True,
}  # fmt: skip


@pytest.mark.parametrize(("status", "is_dropped"), STATUS.items(), ids=map(repr, STATUS))
def test_previews_and_test_answers_are_left_out(status: Cell, is_dropped: bool) -> None:
    answer: list[Cell] = [*ANSWER]
    answer[1] = status
    table = read(NAMES, TEXTS, IDS, ANSWER, answer)
    assert table.dropped == ({5: "preview"} if is_dropped else {})
    assert len(table.row_numbers) == (1 if is_dropped else 2)


def test_a_question_called_status_drops_nobody() -> None:
    answer = [*ANSWER]
    answer[4] = "1"
    assert read(NAMES, TEXTS, IDS, answer).dropped == {}


def test_a_header_pasted_in_again_is_left_out() -> None:
    table = read(NAMES, TEXTS, IDS, ANSWER, NAMES, TEXTS, IDS, [""] * 6, ANSWER)
    assert table.dropped == {5: "header_repeated", 6: "header_repeated", 7: "header_repeated", 8: "empty"}
    assert table.row_numbers == [4, 9]


def test_columns_of_one_question_share_their_stem() -> None:
    names = ["ResponseId", "Q1_1", "Q1_2", "Q2_1_1", "Q2_1_2", "Q2_2_1", "Q2_2_2", "Q3"]
    texts = [
        "Response ID", "Sites? - Selected Choice - X", "Sites? - Selected Choice - Mail", "How - often? - X - Now",
        "How - often? - X - Then", "How - often? - Mail - Now", "How - often? - Mail - Then", "Age - in years",
    ]  # fmt: skip
    table = read(names, texts, [f'{{"ImportId":"{name}"}}' for name in ("_recordId", *names[1:])], ["R_1", *"1234567"])
    assert [(column.stem, column.part) for column in table.columns] == [
        ("", ""), ("Sites?", "X"), ("Sites?", "Mail"), ("How - often? - X", "Now"), ("How - often? - X", "Then"),
        ("How - often? - Mail", "Now"), ("How - often? - Mail", "Then"), ("", ""),
    ]  # fmt: skip


def test_files_before_2017_put_a_hyphen_between_stem_and_statement(shared: Path) -> None:
    table = recognise(read_grid(shared / "exports" / "qualtrics" / "Single_Answer_Matrix_Questions_Legacy.csv"))
    columns = {column.code: column for column in table.columns}
    assert [(columns[code].stem, columns[code].part) for code in ("Q2_1", "Q2_3")] == [
        ("Click to write the question text", "Click to write Statement 1"),
        ("Click to write the question text", "Click to write Statement 3"),
    ]


def test_renamed_columns_share_their_stem_too(shared: Path) -> None:
    table = recognise(read_grid(shared / "exports" / "qualtrics" / "digex-survey-responses-raw.xlsx"))
    ranks = [column for column in table.columns if column.code.startswith("rank_") and "add_fac" not in column.code]
    assert (len(ranks), len({column.stem for column in ranks})) == (7, 1)
    assert ranks[1].part.startswith("Respect for participants via informed consent")
    design = {column.stem for column in table.columns if column.code.startswith("design_")} - {""}
    assert len(design) == 1
