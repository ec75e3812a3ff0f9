"""Simulated exports look like the tool's own, hold the answers they were given, and say that they are simulated."""

from __future__ import annotations

import csv
import datetime as dt
import ipaddress
import json
import re
import time
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from survey_stats.catalogue import load_instrument
from survey_stats.errors import CallError
from survey_stats.fielding import google_forms, qualtrics
from survey_stats.fielding.demo import INSTRUMENTS, write_demo_export
from survey_stats.instrument import Instrument
from survey_stats.simulation import simulate

EXPORTS = {"google_forms": google_forms.export, "qualtrics": qualtrics.export}
HEADERS = {"google_forms": 1, "qualtrics": 3}
N = 120


@pytest.fixture(scope="module")
def instruments() -> list[Instrument]:
    return [load_instrument(name) for name in INSTRUMENTS]


@pytest.fixture(scope="module")
def answers(instruments) -> pd.DataFrame:
    return simulate(instruments, N, seed=3)


def sheet(path: Path) -> list[list]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def rows_of_csv(path: Path, encoding: str = "utf-8") -> list[list[str]]:
    with path.open(encoding=encoding, newline="") as stream:
        return list(csv.reader(stream))


@pytest.fixture(scope="module")
def written(tmp_path_factory, instruments, answers):
    """Rows of an export by tool and tidiness, written once."""
    folder = tmp_path_factory.mktemp("exports")
    made: dict[tuple[str, bool], list[list]] = {}

    def rows(tool: str, *, mess: bool) -> list[list]:
        if (tool, mess) not in made:
            path = EXPORTS[tool](instruments, answers, folder / f"{tool}_{mess}.xlsx", seed=4, mess=mess)
            made[tool, mess] = sheet(path)
        return made[tool, mess]

    return rows


def column(rows: list[list], header: str, headers: int = 1) -> list:
    return [row[rows[0].index(header)] for row in rows[headers:]]


def expected_cells(instrument: str, item: str, answers: pd.DataFrame) -> list:
    by_code = {option.code: option.label["en"] for option in load_instrument(instrument).by_id[item].format.options}
    return ["" if pd.isna(answer) else by_code.get(answer, answer) for answer in answers[item]]


@pytest.mark.parametrize("tool", EXPORTS)
@pytest.mark.parametrize("mess", [True, False])
def test_every_row_says_that_it_is_simulated(tool, mess, written):
    rows = written(tool, mess=mess)
    marks = [row[-1] for row in rows[HEADERS[tool] :] if any(cell != "" for cell in row)]
    assert rows[0][-1] == "SIMULATED"
    assert set(marks) == {True}
    assert len(marks) >= N


@pytest.mark.parametrize("tool", EXPORTS)
def test_the_workbooks_title_says_so_too(tool, instruments, answers, tmp_path):
    path = EXPORTS[tool](instruments, answers.iloc[:3], tmp_path / "export.xlsx", seed=1)
    assert openpyxl.load_workbook(path).properties.title == "Simulated answers, not collected from people"


@pytest.mark.parametrize("tool", EXPORTS)
def test_a_tidy_export_holds_the_answers(tool, written, answers):
    rows = written(tool, mess=False)
    names = {
        "google_forms": {
            "gender": "What is your gender?",
            "posting_text": "In the past three months, how often did you do each of the following on social media?"
            "  [Post a text of my own]",
            "contacts": load_instrument("contacts").by_id["contacts"].text["en"],
            "time_weekend_email": load_instrument("time_use").by_id["time_weekend_email"].text["en"],
            "country": "In which country do you live?",
        },
        "qualtrics": {item: item for item in ("gender", "posting_text", "contacts", "time_weekend_email", "country")},
    }[tool]
    home = ("demographics", "posting_activity", "contacts", "time_use", "demographics")
    for instrument, (item, header) in zip(home, names.items(), strict=True):
        assert column(rows, header, HEADERS[tool]) == expected_cells(instrument, item, answers)


def test_google_forms_headers(written):
    tidy, messy = (written("google_forms", mess=mess)[0] for mess in (False, True))
    assert tidy[:3] == [
        "Timestamp",
        "Have you used any social media in the past three months?",
        "Which of these platforms have you used in the past three months?",
    ]
    assert len(tidy) == 75 + 2
    assert messy == [tidy[0], "Email Address", *tidy[1:]]
    assert "How far do you agree that this is true of you?  [I wait for others to greet me first.]" in tidy


def test_google_forms_sheet_times_and_joined_options(written, instruments, answers, tmp_path):
    rows = written("google_forms", mess=False)
    times = column(rows, "Timestamp")
    assert times == sorted(times)
    assert all(isinstance(cell, dt.datetime) for cell in times)
    first = next(cell for cell in answers["platforms_used"].dropna() if "x" in cell and len(cell) > 1)
    joined = column(rows, "Which of these platforms have you used in the past three months?")
    words = dict(zip(("facebook", "x", "reddit"), ("Facebook", "X (Twitter)", "Reddit"), strict=True))
    position = list(answers["platforms_used"]).index(first)
    assert joined[position].count(", ") == len(first) - 1
    assert all(words[code] in joined[position] for code in first if code in words)
    path = google_forms.export(instruments, answers, tmp_path / "export.csv", seed=4, mess=False)
    assert openpyxl.load_workbook(google_forms.export(instruments, answers, tmp_path / "a.xlsx")).sheetnames == [
        "Form Responses 1"
    ]
    downloaded = rows_of_csv(path)
    assert downloaded[position + 1][2] == joined[position].replace(", ", ";")
    assert re.fullmatch(r"2024/03/\d\d \d{1,2}:\d\d:\d\d (AM|PM) EST", downloaded[1][0])
    assert downloaded[1][-1] == "TRUE"


def test_google_forms_mess(written):
    rows = written("google_forms", mess=True)
    filled = [row for row in rows[1:] if row[0] != ""]
    assert len(filled) == N + 1, "one submission comes twice"
    addresses = [row[1] for row in filled]
    (twice,) = {address for address in addresses if addresses.count(address) == 2}
    first, second = (row for row in filled if row[1] == twice)
    assert first[2:] == second[2:]
    assert second[0] - first[0] == dt.timedelta(seconds=20)
    assert all(address.endswith("@example.org") for address in addresses)
    assert 1 <= column(rows, "How old are you, in years?").count(222) <= 2
    assert 1 <= column(rows, "In which country do you live?").count("None") <= 2


def test_google_forms_ends_in_empty_rows(instruments, answers, tmp_path):
    lines = rows_of_csv(google_forms.export(instruments, answers, tmp_path / "export.csv", seed=4))
    assert [set(line) for line in lines[-5:]] == [{""}] * 5
    assert set(lines[-6]) != {""}


MINUTES = (
    (r"(?:about )?(\d+) min(?:utes)?", lambda found: int(found[1])),
    (r"(\d+)h (\d\d)", lambda found: 60 * int(found[1]) + int(found[2])),
    (r"(\d+):(\d\d)", lambda found: 60 * int(found[1]) + int(found[2])),
    (r"(?:about )?([\d.]+) hours?", lambda found: 60 * float(found[1])),
    (r"(\d+)-(\d+) hours", lambda found: 30 * (int(found[1]) + int(found[2]))),
)


def minutes_meant(cell: object) -> float | None:
    """What a person understands: minutes, or no answer."""
    if isinstance(cell, dt.time):
        return 60 * cell.hour + cell.minute
    if isinstance(cell, dt.timedelta):
        return cell.total_seconds() / 60
    if isinstance(cell, (int, float)):
        return float(cell)
    for pattern, value in MINUTES:
        if found := re.fullmatch(pattern, str(cell)):
            return float(value(found))
    assert cell in ("", "-", "don't know", "Don't know", "N/A"), cell
    return None


def test_typed_durations_are_many_and_mean_what_was_answered(written, answers):
    rows, headers = written("qualtrics", mess=True), 3 + qualtrics.PREVIEWS
    whole = [position for position, state in enumerate(column(rows, "Finished", headers)) if state == "True"]
    kinds = set()
    for item in answers.filter(like="time_week"):
        cells = column(rows, item, headers)
        for position in whole:
            truth = answers[item].iloc[position]
            meant = minutes_meant(cells[position])
            assert meant == (None if np.isnan(truth) else truth)
            kinds.add(re.sub(r"[\d.]+", "9", str(cells[position])))
    assert {
        "9",
        "9 min",
        "about 9 minutes",
        "9h 9",
        "9:9",
        "9 hours",
        "about 9 hours",
        "9-9 hours",
        "1 hour",
    } - kinds <= {"1 hour"}
    assert {"9 hour", "-", "don't know", "9:9:9", ""} <= kinds


def test_untidy_labels_are_few_and_still_the_labels(written):
    rows = written("google_forms", mess=True)
    labels = {option.label["en"] for option in load_instrument("shyness").by_id["shyness_01"].format.options}
    stem = "How far do you agree that this is true of you?  ["
    cells = [cell for header in rows[0] if header.startswith(stem) for cell in column(rows, header) if cell]
    untidy = [cell for cell in cells if cell not in labels]
    assert 0.005 < len(untidy) / len(cells) < 0.04
    assert {" ".join(cell.split()).casefold() for cell in untidy} <= {label.casefold() for label in labels}


def test_qualtrics_headers(written):
    names, texts, ids = written("qualtrics", mess=False)[:3]
    assert names[:3] == ["StartDate", "EndDate", "Status"]
    assert names[16] == "UserLanguage"
    parsed = dict(zip(names, map(json.loads, ids), strict=True))
    assert parsed["StartDate"] == {"ImportId": "startDate", "timeZone": "Europe/Berlin"}
    assert parsed["ResponseId"] == {"ImportId": "_recordId"}
    assert parsed["platforms_used_3"] == {"ImportId": "QID2", "choiceId": "3"}
    assert parsed["posting_text"] == {"ImportId": "QID3_2"}
    assert parsed["posting_read_posts"] == {"ImportId": "QID4_1"}
    assert parsed["contacts_facebook"] == {"ImportId": "QID5_TEXT"}
    shown = dict(zip(names, texts, strict=True))
    assert shown["posting_text"].endswith("on social media? - Post a text of my own")
    assert shown["platforms_used_3"].endswith("three months? - Selected Choice - X (Twitter)")
    assert shown["platforms_used_11_TEXT"].endswith("three months? - Another platform - Text")
    assert shown["gender"] == "What is your gender? - Selected Choice"
    assert len(set(names)) == len(names)
    assert len({json.dumps(entry) for entry in parsed.values()}) == len(names)


def test_qualtrics_multiple_choices_are_a_column_each(written, answers):
    rows = written("qualtrics", mess=False)
    chosen = column(rows, "platforms_used_2", 3)
    assert set(chosen) == {"", "Instagram"}
    assert chosen.count("Instagram") == sum("instagram" in cell for cell in answers["platforms_used"].dropna())


def test_qualtrics_metadata(written):
    rows = written("qualtrics", mess=True)
    status = column(rows, "Status", 3)
    assert status == ["Survey Preview"] * 2 + ["IP Address"] * N
    assert column(rows, "DistributionChannel", 3) == ["preview"] * 2 + ["anonymous"] * N
    reserved = [ipaddress.ip_network(f"{network}.0/24") for network in ("192.0.2", "198.51.100", "203.0.113")]
    for address in column(rows, "IPAddress", 3):
        assert any(ipaddress.ip_address(address) in network for network in reserved)
    assert all(re.fullmatch(r"R_[0-9A-Za-z]{15}", name) for name in column(rows, "ResponseId", 3))
    for start, end, seconds in zip(
        *(column(rows, name, 3) for name in ("StartDate", "EndDate", "Duration (in seconds)")), strict=True
    ):
        assert (end - start).total_seconds() == seconds


def test_qualtrics_interviews_that_broke_off_end_in_the_middle(written):
    rows = written("qualtrics", mess=True)
    finished, progress = column(rows, "Finished", 3), column(rows, "Progress", 3)
    assert [p for f, p in zip(finished, progress, strict=True) if f == "False"] == [50, 50, 50]
    assert finished.count("True") == N + 2 - 3
    for row, state in zip(rows[3:], finished, strict=True):
        if state == "False":
            assert set(row[-10:-1]) == {""}


def test_a_tidy_qualtrics_export_has_respondents_only(written):
    rows = written("qualtrics", mess=False)
    assert len(rows) == 3 + N
    assert set(column(rows, "Finished", 3)) == {"True"}
    assert set(column(rows, "LocationLatitude", 3)) == {""}


def test_qualtrics_csv_begins_with_a_byte_order_mark(instruments, answers, tmp_path):
    path = qualtrics.export(instruments, answers, tmp_path / "export.csv", seed=4, mess=False)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = rows_of_csv(path, "utf-8-sig")
    assert len({len(row) for row in rows}) == 1
    assert re.fullmatch(r"2024-03-\d\d \d\d:\d\d:\d\d", rows[3][0])
    assert (rows[3][6], rows[3][-1]) == ("True", "TRUE")


@pytest.mark.parametrize("tool", EXPORTS)
def test_the_seed_decides(tool, instruments, answers, tmp_path):
    first, again, other = (
        sheet(EXPORTS[tool](instruments, answers, tmp_path / f"{number}.xlsx", seed=seed))
        for number, seed in enumerate((1, 1, 2))
    )
    assert first == again
    assert first != other


OWN = {
    "id": "own", "version": "1", "kind": "published", "title": {"en": "Own"},
    "responses": {
        "free": {"kind": "text"},
        "level": {"kind": "single", "minimum": 1, "maximum": 3, "missing": [{"code": -9, "reason": "refused"}]},
        "amount": {"kind": "number"},
    },
    "groups": [{"id": "g", "responses": "level", "items": [{"id": "level_1"}, {"id": "level_2"}]}],
    "items": [{"id": "free", "responses": "free"}, {"id": "amount", "responses": "amount"}],
    "source": {"citation": "-", "licence": "-"},
}  # fmt: skip


@pytest.fixture
def own() -> Instrument:
    return Instrument.model_validate(OWN)


@pytest.mark.parametrize("tool", EXPORTS)
def test_text_never_becomes_a_formula_or_an_error(tool, own, tmp_path):
    texts = ["=1+1", "#N/A", "+1", "@x", "a\x00b", "None"]
    path = EXPORTS[tool](own, pd.DataFrame({"free": texts}), tmp_path / "export.xlsx", seed=1, mess=False)
    page = openpyxl.load_workbook(path).active
    at = [cell.value for cell in page[1]].index("free") + 1
    cells = [page.cell(row, at) for row in range(HEADERS[tool] + 1, page.max_row + 1)]
    assert [(cell.value, cell.data_type) for cell in cells] == [
        ("=1+1", "s"), ("#N/A", "s"), ("+1", "s"), ("@x", "s"), ("ab", "s"), ("None", "s"),
    ]  # fmt: skip
    with zipfile.ZipFile(path) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("tool", EXPORTS)
def test_items_without_wording_go_by_id_and_code(tool, own, tmp_path):
    answers = pd.DataFrame({"level_1": [1, 3, -9], "level_2": [np.nan, 2, 2], "amount": [0.5, 2.0, np.nan]})
    rows = sheet(EXPORTS[tool](own, answers, tmp_path / "export.xlsx", seed=1, mess=False))
    assert column(rows, "level_1", HEADERS[tool]) == ["1", "3", "-9"]
    assert column(rows, "level_2", HEADERS[tool]) == ["", "2", "2"]
    assert column(rows, "amount", HEADERS[tool]) == [0.5, 2, ""]


@pytest.mark.parametrize("tool", EXPORTS)
def test_wrong_calls_are_refused_in_a_sentence(tool, own, tmp_path):
    def refusal(answers: pd.DataFrame, name: str = "export.xlsx") -> str:
        with pytest.raises(CallError) as error:
            EXPORTS[tool](own, answers, tmp_path / name)
        return str(error.value)

    assert refusal(pd.DataFrame({"level_1": [4]})) == (
        "export: level_1: found the answer 4, which is no code of the item. Allowed: 1, 2, 3."
    )
    assert refusal(pd.DataFrame({"level_1": [1], "height": [2]})) == (
        "export: these columns are no items of the instruments given: height. "
        "Drop them, or name the instrument they belong to."
    )
    assert refusal(pd.DataFrame(index=[1])) == ("export: the answers have no column. Give one column for each item.")
    assert refusal(pd.DataFrame({"level_1": [1]}), "export.ods") == (
        "export: found a file name ending in '.ods'; allowed: .xlsx, .csv."
    )


@pytest.mark.parametrize("tool", EXPORTS)
@pytest.mark.parametrize("n", [1, 2])
def test_a_single_respondent_is_enough(tool, n, instruments, tmp_path):
    path = EXPORTS[tool](instruments, simulate(instruments, n, seed=1), tmp_path / "export.xlsx", seed=1)
    assert len(sheet(path)) >= n + HEADERS[tool]


@pytest.mark.parametrize("tool", EXPORTS)
def test_the_demo_is_written_in_two_seconds(tool, tmp_path):
    write_demo_export(tmp_path / "warm.csv", n=2, tool=tool)
    begin = time.process_time()
    path = write_demo_export(tmp_path / "demo.xlsx", tool=tool)
    assert time.process_time() - begin < 2
    assert len(sheet(path)) == {"google_forms": 1 + 300 + 1, "qualtrics": 3 + 2 + 300}[tool]


def test_the_demo_knows_its_tools(tmp_path):
    with pytest.raises(CallError) as error:
        write_demo_export(tmp_path / "demo.xlsx", tool="paper")
    assert str(error.value) == "demo: there is no survey tool 'paper'. Allowed: google_forms, qualtrics."
