"""The command line as a researcher meets it: what it prints, writes and returns."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from survey_stats import cli
from survey_stats.fielding.demo import write_demo_export


class Run:
    """What a call of the command line printed and returned."""

    def __init__(self, capsys: pytest.CaptureFixture[str], code: int) -> None:
        printed = capsys.readouterr()
        self.out, self.err, self.code = printed.out, printed.err, code


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    def call(*arguments: object) -> Run:
        monkeypatch.setattr("sys.argv", ["survey-stats", *map(str, arguments)])
        try:
            cli.main()
        except SystemExit as stop:
            return Run(capsys, int(stop.code or 0))
        return Run(capsys, 0)

    return call


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo_export(tmp_path_factory.mktemp("export") / "export.xlsx", n=80, seed=2)


def test_report_writes_its_files_and_says_where(run: Any, export: Path, tmp_path: Path) -> None:
    done = run("report", export, "--out", tmp_path / "out")
    assert done.code == 0
    files = [tmp_path / "out" / name for name in ("report.html", "results.csv", "references.bib", "manifest.json")]
    assert all(file.is_file() for file in files)
    assert done.out.splitlines()[-4:] == [str(file) for file in files]
    assert "The answers are simulated" in done.out
    assert "Shyness × Active social media use:" in done.out
    for step in ("Reading the export", "Taking out personal data", "Matching columns to items", "Coding the answers",
                 "Scoring"):  # fmt: skip
        assert step in done.err
    manifest = json.loads(files[3].read_text(encoding="utf-8"))
    assert manifest["simulated"] is True
    with files[1].open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["id"] for row in rows}) == len(rows) > 100


def test_quiet_says_nothing(run: Any, export: Path, tmp_path: Path) -> None:
    done = run("report", export, "--out", tmp_path / "out", "--quiet")
    assert (done.code, done.out, done.err) == (0, "", "")


def test_demo_reports_on_what_it_simulates(run: Any, tmp_path: Path) -> None:
    done = run("demo", "--out", tmp_path / "demo", "--n", 60)
    assert done.out.splitlines()[-1] == str(tmp_path / "demo" / "simulated_export.xlsx")
    assert done.code == 0
    page = (tmp_path / "demo" / "report.html").read_text(encoding="utf-8")
    assert "<title>Simulated answers: report on simulated_export.xlsx</title>" in page
    assert (tmp_path / "demo" / "simulated_export.xlsx").is_file()
    assert json.loads((tmp_path / "demo" / "manifest.json").read_text(encoding="utf-8"))["seed"] == "1"


def test_demo_does_not_write_over_a_file(run: Any, tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("a file", encoding="utf-8")
    done = run("demo", "--out", tmp_path / "demo", "--quiet")
    assert done.code == 1
    assert (
        done.err
        == f"survey-stats: {tmp_path / 'demo'} cannot be made a folder (File exists). Choose another with --out.\n"
    )


def test_lists(run: Any) -> None:
    listed = run("instruments").out
    for name in ("contacts", "demographics", "personality", "posting_activity", "shyness", "time_use"):
        assert name in listed
    assert "shyness_posting    needs shyness: Do shy people post less" in run("analyses").out
    assert run("--version").out.startswith("survey-stats 0.")


# ---- bad input: a sentence or two on standard error, exit code 1, nothing written ---------------------------------


def not_a_spreadsheet(folder: Path) -> Path:
    path = folder / "holiday.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)
    return path


def encrypted(folder: Path) -> Path:
    path = folder / "secret.xlsx"
    stream = "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + stream + b"\0" * 3000)
    return path


def truncated(folder: Path) -> Path:
    whole = write_demo_export(folder / "whole.xlsx", n=20, seed=1).read_bytes()
    path = folder / "half.xlsx"
    path.write_bytes(whole[: len(whole) // 2])
    return path


def empty_sheet(folder: Path) -> Path:
    path = folder / "empty.xlsx"
    Workbook().save(path)
    return path


def a_zip(folder: Path) -> Path:
    path = folder / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("answers.csv", "a,b\n1,2\n")
    return path


def absent(folder: Path) -> Path:
    return folder / "not_there.xlsx"


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            not_a_spreadsheet,
            (
                "holiday.xlsx is a PNG image, not a spreadsheet. "
                "Give the export as .xlsx, .xlsm, .xls, .xlsb, .ods, .csv, .tsv, .txt, .sav, .zsav or .dta."
            ),
        ),
        (
            encrypted,
            (
                "secret.xlsx is protected by a password. Open it, remove the password (in Excel: File > Info > "
                "Protect Workbook > Encrypt with Password, empty the field) and save it again."
            ),
        ),
        (truncated, "half.xlsx is damaged or incomplete. Export or download it again."),
        (empty_sheet, "Sheet 'Sheet' of empty.xlsx has no filled cell. Check that the right file was exported."),
        (a_zip, "export.zip is a zip archive. Unpack it and give the file in it: answers.csv."),
        (absent, "There is no file {folder}/not_there.xlsx. Check its name and folder."),
    ],
)
def test_bad_input(make: Any, sentence: str, run: Any, tmp_path: Path) -> None:
    done = run("report", make(tmp_path), "--out", tmp_path / "out", "--quiet")
    assert done.code == 1
    assert done.out == ""
    assert done.err == f"survey-stats: {sentence.format(folder=tmp_path)}\n"
    assert not (tmp_path / "out").exists()


def test_no_instrument_matches(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("colour,size\nred,3\n", encoding="utf-8")
    done = run("report", path, "--out", tmp_path / "out", "--quiet")
    assert done.code == 1
    assert done.err.startswith(
        "survey-stats: other.csv: none of its 2 question columns matches an instrument; found 'colour', 'size'. "
    )
    assert done.err.endswith(
        f"`survey-stats draft {path} --out mystudy` makes an instrument and a plan from this export.\n"
    )
    assert not (tmp_path / "out").exists()


def test_check_shows_what_was_recognised_where_nothing_matches(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("colour;E-mail;How are you, in years?\nred;a.ek@uio.no;31\nblue;b.ek@uio.no;40\n", encoding="utf-8")
    done = run("check", path, "--to", tmp_path / "cells.xlsx")
    assert done.code == 1
    assert [line.rstrip() for line in done.out.splitlines()] == [
        "What was recognised",
        "  File                other.csv",
        "  Survey tool         a plain table",
        "  Header rows         1",
        "  Question columns    2",
        "  Rows read           2",
        "  Respondents         2",
        "  Encoding            utf-8",
        "  Columns divided by  semicolon",
        "",
        "What matched",
        "  No column answers an item of a questionnaire, so no cell was coded.",
        "",
        "Columns that answer no question: 2",
        "  Column                  Nearest item",
        "  colour                  none is near",
        "  How are you, in years?  age (0.91)",
        "",
        "Columns with personal data: 1",
        "  Column  Kind            What was done",
        "  E-mail  e-mail address  column left out",
        f"{tmp_path / 'cells.xlsx'}",
    ]
    assert done.err.splitlines()[-1] == (
        "survey-stats: other.csv: none of its 2 question columns matches an instrument; found 'colour', "
        "'How are you, in years?'. Nearest: 'How are you, in years?' ~ age (0.91). "
        f"`survey-stats draft {path} --out mystudy` makes an instrument and a plan from this export."
    )
    assert (tmp_path / "cells.xlsx").is_file()


def test_an_output_folder_that_cannot_be(run: Any, export: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    done = run("report", export, "--out", tmp_path / "out", "--quiet")
    assert done.code in (1, 2)
    assert done.err.startswith("survey-stats: ")
    assert (tmp_path / "out").read_text(encoding="utf-8") == "a file"


@pytest.mark.parametrize("arguments", [["report"], ["nothing"], ["demo", "--n", "3"], ["report", "x", "--colour"]])
def test_wrong_calls_return_2(arguments: list[str], run: Any) -> None:
    assert run(*arguments).code == 2


def test_a_report_on_little_says_so_first(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("age,colour,size\n200,red,3\n31,blue,4\n", encoding="utf-8")
    done = run("report", path, "--out", tmp_path / "out", "--quiet")
    assert done.code == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for sentence in (
        "Only 1 of 3 question columns matched an item of a questionnaire; the others were not analysed.",
        "1 answers could not be used as they stand: look at them before you use any number below.",
        "No analysis could be run; the sections below say why.",
    ):
        assert sentence in page


def test_a_study_from_its_folder_to_a_verified_report(run: Any, export: Path, tmp_path: Path) -> None:
    study = tmp_path / "mystudy"
    started = run("init", study)
    assert started.code == 0
    assert started.out.splitlines()[-1].endswith(f"then: survey-stats check {study}")
    first = run("plan", "freeze", study)
    assert "before the export was there" in first.out
    again = run("plan", "freeze", study)
    assert (again.code, "Say --again" in again.err) == (2, True)
    (study / "export.xlsx").write_bytes(export.read_bytes())
    assert "the export was there already" in run("plan", "freeze", study, "--again").out
    done = run("report", study, "--out", tmp_path / "out", "--quiet")
    assert done.code == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "report.html", "report.docx", "report.xlsx", "results.csv", "references.bib", "manifest.json"
    }  # fmt: skip
    verified = run("verify", tmp_path / "out")
    assert verified.out == (
        f"Every number of {tmp_path / 'out'} agrees with results.csv, and every p value with its test.\n"
    )


def test_verify_says_which_numbers_do_not_agree(run: Any, export: Path, tmp_path: Path) -> None:
    run("report", export, "--out", tmp_path / "out", "--quiet")
    table = tmp_path / "out" / "results.csv"
    lines = table.read_text(encoding="utf-8-sig").splitlines()
    kept = [line for line in lines if not line.startswith("measures.reliability")]
    table.write_text("\n".join(kept), encoding="utf-8-sig")
    found = run("verify", tmp_path / "out")
    assert found.code == 1
    assert "which results.csv does not have." in found.out
    assert "do not agree with results.csv or with their tests: " in found.err


def test_an_unknown_format_is_refused(run: Any, export: Path, tmp_path: Path) -> None:
    found = run("report", export, "--out", tmp_path / "out", "--to", "html,pdf")
    assert (found.code, found.err.splitlines()[-1]) == (
        2, "survey-stats: report: there is no format 'pdf'. Allowed: html, docx, xlsx."
    )  # fmt: skip


def test_a_message_does_not_steer_the_terminal(run: Any, tmp_path: Path) -> None:
    """The names that a file holds are told with their control characters made visible."""
    (tmp_path / "plan.toml").write_text('"\\u001b[31m\\u202Ekey" = 1\n', encoding="utf-8")
    done = run("check", tmp_path)
    assert done.code == 1
    assert "plan.toml: ␛[31m⟨U+202E⟩key: there is no such key." in done.err


@pytest.mark.parametrize("command", ["report", "check", "draft"])
def test_what_the_system_refuses_is_a_sentence(run: Any, command: str) -> None:
    name = "x" * 5000
    done = run(command, name, "-q")
    assert done.code == 1
    assert done.err == (
        f"survey-stats: The system does not open or write {name} (File name too long). Check its name, its folder, "
        "their permissions and the free space.\n"
    )


def test_a_language_without_words(run: Any, export: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(f"[data]\nfile = '{export}'\n[outputs]\nlanguage = \"tlh\"\n", encoding="utf-8")
    sentence = ": there is no report in the language 'tlh'. Allowed: "
    for arguments in (["report", tmp_path, "--out", tmp_path / "out"], ["check", export, "--language", "tlh"]):
        done = run(*arguments, "-q")
        assert done.code == 2
        assert done.err.startswith(f"survey-stats: {arguments[0]}{sentence}")
    assert not (tmp_path / "out").exists()
