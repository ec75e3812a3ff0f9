"""Saving: which files, which rows and columns, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import CallError, InputError
from survey_stats.saving import save_scores, spss
from survey_stats.saving.missing import CODED, REASONS, spss_codes
from survey_stats.study import Study


@pytest.mark.parametrize("ending", [".sav", ".dta", ".xlsx", ".csv", ".parquet", ".CSV"])
def test_the_data_and_the_codebook_are_written_and_nothing_else(made: Study, folder: Path, ending: str) -> None:
    files = save_scores(made, folder / f"scores{ending}")
    assert [file.name for file in files] == [f"scores{ending}.codebook.csv", f"scores{ending}"]
    assert sorted(folder.iterdir()) == sorted(files)


def test_reasons_are_those_of_the_coding() -> None:
    from survey_stats.intake import answers

    assert ("answered", *REASONS) == answers.REASONS
    assert REASONS[1:] == CODED


@pytest.mark.parametrize("lowest", [5.0, -90.0, -91.0, -97.0, -990.0, -1e6, float("nan")])
def test_codes_are_below_every_value(lowest: float) -> None:
    codes = spss_codes([lowest, 3.0])
    assert len(set(codes.values())) == len(CODED)
    assert not max(codes.values()) >= lowest


def test_frames_without_reasons_are_saved(folder: Path) -> None:
    measures = pd.DataFrame({"score": [1.5, np.nan], "all": [1.0, 2.0]}, index=["anna", "ben"])
    save_scores(Study.from_frames(measures), folder / "scores.sav")
    from pyreadstat import read_sav

    frame, _ = read_sav(folder / "scores.sav")
    assert frame["respondent"].tolist() == ["anna", "ben"]
    assert frame["all_"].tolist() == [1.0, 2.0]
    np.testing.assert_array_equal(frame["score"], [1.5, np.nan])


def test_occasions_have_a_row_each_and_the_measures_of_their_person(folder: Path) -> None:
    index = pd.MultiIndex.from_tuples([(1, "mon"), (1, "tue"), (2, "mon")], names=["respondent", "day"])
    answers = pd.DataFrame({"mood": [1.0, 2.0, 3.0]}, index=index)
    measures = pd.DataFrame({"shyness": [2.5, 3.5, 4.5]}, index=[1, 2, 3])
    save_scores(Study.from_frames(measures, answers=answers), folder / "scores.csv")
    frame = pd.read_csv(folder / "scores.csv")
    assert frame["respondent"].tolist() == [1, 1, 2, 3]
    assert frame["day"].fillna("").tolist() == ["mon", "tue", "mon", ""]
    assert frame["mood"].fillna(-1).tolist() == [1, 2, 3, -1]
    assert frame["shyness"].tolist() == [2.5, 2.5, 3.5, 4.5]


def test_a_subset_is_saved_as_a_subset(made: Study, folder: Path) -> None:
    save_scores(made.subset(np.arange(10) < 2), folder / "scores.csv")
    assert pd.read_csv(folder / "scores.csv")["respondent"].tolist() == [1, 2]


def test_an_unknown_ending_is_told(made: Study, folder: Path) -> None:
    with pytest.raises(CallError) as raised:
        save_scores(made, folder / "scores.rds")
    assert str(raised.value) == (
        "save_scores: 'scores.rds' ends in '.rds', which is no format. "
        "Allowed endings: .sav, .dta, .xlsx, .csv, .parquet."
    )


def test_a_folder_that_cannot_be_written_is_told(made: Study, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        save_scores(made, tmp_path / "file" / "scores.csv")
    assert str(raised.value) == (
        f"scores.csv cannot be written in {tmp_path / 'file'} (File exists). Close the file where it is open in "
        "another program, or name another folder."
    )


def test_the_export_itself_is_never_overwritten(made: Study, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_bytes(b"raw data")
    study = replace(made, provenance=replace(made.provenance, data_sha256=sha256(b"raw data").hexdigest()))
    with pytest.raises(CallError) as raised:
        save_scores(study, export)
    assert str(raised.value) == (
        "save_scores: export.csv is the export itself, which is not overwritten. Name another file."
    )
    assert export.read_bytes() == b"raw data"


def test_a_write_that_fails_leaves_the_earlier_file(made: Study, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book, data = save_scores(made, folder / "scores.sav")
    earlier = data.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spss, "missing_ranges", full)
    with pytest.raises(InputError, match="No space left on device"):
        save_scores(made, folder / "scores.sav")
    assert data.read_bytes() == earlier
    assert sorted(folder.iterdir()) == sorted([book, data])
