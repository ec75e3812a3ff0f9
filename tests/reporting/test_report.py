"""What is written, and what is not when something is wrong."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from survey_stats.errors import CallError, InputError
from survey_stats.messages import LOCALE, catalogue
from survey_stats.reporting import report as module
from survey_stats.reporting.report import report

NAMES = ["report.html", "results.csv", "references.bib", "manifest.json"]


def test_files_and_headlines(study, section, tmp_path):
    steps = []
    made = report(study, tmp_path / "deep" / "out", sections=[section], progress=steps.append)
    assert [path.name for path in made.files] == NAMES
    assert sorted(path.name for path in made.folder.iterdir()) == sorted(NAMES)
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]
    assert made.headlines[0] == "300 respondents were analysed, out of 1\u202f312 rows read."
    assert made.headlines[2].startswith("Shyness × Number of contacts: higher values of one went with lower values")
    assert "*" not in "".join(made.headlines)
    assert steps == ["analyzing", "summarizing", "rendering", "writing"]
    assert all(f"step.{step}" in catalogue("en") for step in steps)


def test_two_runs_write_the_same_bytes(study, section, tmp_path):
    for name in ("a", "b"):
        report(study, tmp_path / name, sections=[section])
    for name in NAMES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_manifest(simulated, section, tmp_path):
    made = report(simulated, tmp_path / "out", sections=[section])
    told = json.loads((made.folder / "manifest.json").read_text(encoding="utf-8"))
    assert told.pop("versions")["survey_stats"]
    assert told == {
        "simulated": True,
        "language": "en",
        "source": "survey_2024.xlsx",
        "data_sha256": "cd" * 32,
        "instruments": {"shyness": {"version": "1.0", "sha256": "ab" * 32}},
        "analyses": ["shyness_posting"],
        "seed": None,
        "rules": {"time_range": "midpoint"},
        "rows": {"read": 1312, "kept": 300, "dropped": {"no consent": 1000, "preview": 12}, "excluded": 0},
        "files": {
            name: hashlib.sha256((made.folder / name).read_bytes()).hexdigest()
            for name in ("report.html", "results.csv", "references.bib")
        },
    }


def test_other_files_in_the_folder_stay(study, section, tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "report.html").write_text("old", encoding="utf-8")
    report(study, tmp_path, sections=[section])
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_file_that_cannot_be_moved_leaves_the_folder_as_it_was(study, section, tmp_path, monkeypatch):
    for name in NAMES:
        (tmp_path / name).write_text(f"old {name}", encoding="utf-8")
    replace = Path.replace

    def locked(self, target):
        if Path(target) == tmp_path / "results.csv" and self.parent.name != "earlier":
            raise PermissionError(13, "Permission denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", locked)
    with pytest.raises(InputError) as error:
        report(study, tmp_path, sections=[section])
    assert str(error.value) == (
        f"report: {tmp_path} cannot be written (Permission denied). Close the files that other programs have open, or "
        "name another folder."
    )
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {
        name: f"old {name}" for name in NAMES
    }
    assert [path.name for path in tmp_path.parent.iterdir() if path.name.startswith(f".{tmp_path.name}-")] == []


def test_an_unknown_format(study, tmp_path):
    with pytest.raises(CallError) as error:
        report(study, tmp_path, to=("html", "odt"))
    assert str(error.value) == "report: there is no format 'odt'. Allowed: html, docx, xlsx."


def test_one_format_may_be_given_as_text(study, section, tmp_path):
    assert [path.name for path in report(study, tmp_path, to="html", sections=[section]).files] == NAMES


def test_an_unknown_language(study, tmp_path):
    known = ", ".join(sorted(path.name for path in LOCALE.iterdir() if path.is_dir()))
    with pytest.raises(CallError) as error:
        report(study, tmp_path, language="tlh")
    assert str(error.value) == f"report: there is no report in the language 'tlh'. Allowed: {known}."


def test_the_folder_is_a_file(study, tmp_path):
    path = tmp_path / "out"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(CallError) as error:
        report(study, path)
    assert str(error.value) == f"report: {path} is a file. Name a folder for the report, new or existing."
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_folder_stands_where_a_file_has_to_go(study, tmp_path):
    (tmp_path / "results.csv").mkdir()
    with pytest.raises(CallError) as error:
        report(study, tmp_path)
    assert str(error.value) == (
        f"report: {tmp_path / 'results.csv'} is a folder, where a file has to go. Name another folder."
    )


def test_the_export_is_never_overwritten(study, section, tmp_path):
    """Whoever calls it `results.csv` and lets the report be written beside it keeps it."""
    export = tmp_path / "results.csv"
    export.write_text("the only copy", encoding="utf-8")
    sha256 = hashlib.sha256(export.read_bytes()).hexdigest()
    own = replace(study, provenance=replace(study.provenance, data_sha256=sha256))
    with pytest.raises(CallError) as error:
        report(own, tmp_path, sections=[section])
    assert str(error.value) == f"report: {export} is the export itself, which is not overwritten. Name another folder."
    assert export.read_text(encoding="utf-8") == "the only copy"
    assert list(tmp_path.iterdir()) == [export]


def test_a_path_below_a_file(study, section, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError) as error:
        report(study, tmp_path / "file" / "out", sections=[section])
    assert str(error.value).startswith(f"report: {tmp_path / 'file' / 'out'} cannot be written (")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_a_fault_of_ours_leaves_nothing_behind(study, section, tmp_path, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setitem(module.FORMATS, "html", broken)
    with pytest.raises(ZeroDivisionError):
        report(study, tmp_path / "out", sections=[section])
    assert list(tmp_path.iterdir()) == []
