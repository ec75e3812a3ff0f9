"""The commands `check` and `score`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from survey_stats.cli import main
from survey_stats.fielding.demo import write_demo_export

Run = Callable[..., int]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the command line in a folder with an export; returns the exit code."""
    write_demo_export(tmp_path / "export.csv", n=40, seed=2, tool="qualtrics")
    monkeypatch.chdir(tmp_path)

    def command(*words: str) -> int:
        monkeypatch.setattr(sys, "argv", ["survey-stats", *words])
        with pytest.raises(SystemExit) as stopped:
            main()
        return int(stopped.value.code or 0)

    return command


def test_check_prints_and_writes_a_workbook(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "export.csv", "--to", "xlsx") == 0
    told = capsys.readouterr().out
    assert told.startswith("What was recognised\n  File                   export.csv")
    assert told.endswith("\nexport_check.xlsx\n")
    assert (tmp_path / "export_check.xlsx").is_file()


def test_check_does_not_overwrite_a_workbook(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "export.csv", "--to", "cells.xlsx", "--quiet") == 0
    assert run("check", "export.csv", "--to", "cells.xlsx", "--quiet") == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == (
        "survey-stats: check: cells.xlsx is there already and may hold corrections, so it is not overwritten. "
        "Move it away or name another file.\n"
    )


def test_score_writes_the_data_and_the_codebook(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("score", "export.csv", "--to", "out/scores.csv") == 0
    assert capsys.readouterr().out == f"{Path('out/scores.csv.codebook.csv')}\n{Path('out/scores.csv')}\n"
    assert len(pd.read_csv("out/scores.csv")) == 40


def test_score_hashes_respondents_with_the_key_of_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text("0123456789abcdef\n", encoding="utf-8")
    words = ("score", "export.csv", "--respondent-ids", "hash", "--key-file", "key.txt", "--quiet")
    assert run(*words, "--to", "one.csv") == run(*words, "--to", "two.sav") == 0
    assert pd.read_csv("one.csv")["respondent"].str.fullmatch("[0-9a-f]{16}").all()
    files = [file for file in tmp_path.iterdir() if file.name != "key.txt"]
    assert not any(b"0123456789abcdef" in file.read_bytes() for file in files)


def test_score_does_not_overwrite_the_export(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (tmp_path / "export.csv").read_bytes()
    assert run("score", "export.csv", "--to", "export.csv", "--quiet") == 2
    assert capsys.readouterr().err == (
        "survey-stats: save_scores: export.csv is the export itself, which is not overwritten. Name another file.\n"
    )
    assert (tmp_path / "export.csv").read_bytes() == before
