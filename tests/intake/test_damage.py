"""Damaged files: whatever bytes are cut off or changed, the outcome is a table or one of our own errors."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest

from survey_stats.errors import InputError, SurveyError
from survey_stats.intake import trial
from survey_stats.intake.opening import open_export

FILES = Path(__file__).parent / "files"
FRAME = pd.DataFrame({"shy": [1.0, 2.0, None, 4.0], "said": ["often", "never", "", "often"]})


def labelled(path: Path) -> Path:
    labels = {"shy": {1.0: "never", 4.0: "often"}}
    if path.suffix == ".dta":
        pyreadstat.write_dta(FRAME, path, variable_value_labels={"shy": {1: "never", 4: "often"}})
    else:
        pyreadstat.write_sav(FRAME, path, variable_value_labels=labels, compress=path.suffix == ".zsav")
    return path


def text(path: Path) -> Path:
    path.write_text("age,said\n31,often\n40,“never”\n", encoding="utf-8")
    return path


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in (["age", "said"], [31, "often"], [40, "never"]):
        book.active.append(row)
    book.save(path)
    return path


def committed(path: Path) -> Path:
    path.write_bytes((FILES / f"merged_and_errors{path.suffix}").read_bytes())
    return path


MADE: dict[str, tuple[Callable[[Path], Path], int]] = {
    ".csv": (text, 120), ".xlsx": (workbook, 60), ".ods": (committed, 40), ".xls": (committed, 12),
    ".sav": (labelled, 5), ".zsav": (labelled, 5), ".dta": (labelled, 5),
}  # fmt: skip
"""Ending → how the file is made, and how many damaged copies are read (each of the last four starts a child)."""


def broken(content: bytes, draw: random.Random) -> bytes:
    if draw.random() < 0.25:
        return content[: draw.randrange(1, len(content))]
    changed = bytearray(content)
    for _ in range(draw.choice((1, 2, 8))):
        changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


@pytest.mark.parametrize("ending", MADE)
def test_any_damage_ends_in_a_table_or_a_sentence(tmp_path: Path, ending: str) -> None:
    make, copies = MADE[ending]
    content = make(tmp_path / f"whole{ending}").read_bytes()
    draw = random.Random(ending)
    path = tmp_path / f"damaged{ending}"
    outcomes = set()
    for _ in range(copies):
        path.write_bytes(broken(content, draw))
        try:
            open_export(path)
            outcomes.add("table")
        except SurveyError as error:
            outcomes.add("sentence" if path.name in str(error) else str(error))
    assert outcomes <= {"table", "sentence"}
    assert "sentence" in outcomes or ending == ".csv"


@pytest.mark.parametrize(
    ("ending", "sentence"),
    [
        (".xls", "damaged.xls is damaged or incomplete. Export or download it again."),
        (
            ".sav",
            (
                "damaged.sav is encrypted, damaged or no SPSS file. Open it in SPSS, save it without a password and "
                "give the new file."
            ),
        ),
        (
            ".dta",
            "damaged.dta is damaged or no Stata file. Open it in Stata, save it again and give the new file.",
        ),
    ],
)
def test_a_crash_of_the_reading_library_becomes_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, sentence: str
) -> None:
    """The child really dies here, of the signal of a segmentation fault; this process goes on."""
    make, _ = MADE[ending]
    path = make(tmp_path / f"damaged{ending}")
    dies = ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",)
    monkeypatch.setattr(trial, "TRIALS", dict.fromkeys(trial.TRIALS, dies))
    with pytest.raises(InputError) as caught:
        open_export(path)
    assert str(caught.value) == sentence


def test_a_file_is_read_where_no_child_can_be_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise PermissionError(13, "not allowed here")

    monkeypatch.setattr(subprocess, "run", refuses)
    assert len(open_export(labelled(tmp_path / "a.sav")).table.row_numbers) == 3
