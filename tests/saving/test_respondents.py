"""Respondent ids replaced by a keyed hash."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from survey_stats.errors import CallError, InputError
from survey_stats.saving import respondents, save_scores
from survey_stats.study import Study

KEY = "correct horse battery staple"


def saved(study: Study, folder: Path, key: str | None = KEY) -> pd.DataFrame:
    return pd.read_csv(save_scores(study, folder / "scores.csv", respondent_ids="hash", key=key)[-1], dtype=str)


def test_the_hash_is_hmac_sha256(made: Study, folder: Path) -> None:
    # printf '%s' R_0 | openssl dgst -sha256 -hmac 'correct horse battery staple'
    assert saved(made, folder)["respondent"][0] == "64eb0f4411661b8f"
    assert saved(made, folder)["respondent"].is_unique


def test_a_whole_number_is_the_same_id_from_a_workbook_and_from_a_text_file(made: Study, folder: Path) -> None:
    def hashed(ids: list[str]) -> list[str]:
        return list(saved(replace(made, paradata=made.paradata.assign(response_id=ids)), folder)["respondent"])

    numbers = [str(number) for number in range(100, 110)]
    assert hashed(numbers) == hashed([f"{number}.0 " for number in numbers])


def test_neither_id_nor_key_is_in_any_file(made: Study, folder: Path) -> None:
    for ending in (".sav", ".dta", ".csv", ".parquet"):
        for file in save_scores(made, folder / f"scores{ending}", respondent_ids="hash", key=KEY):
            assert KEY.encode() not in file.read_bytes()
            assert b"R_0" not in file.read_bytes()


NO_KEY = (
    "save_scores: hashed respondent ids need a key of at least 16 characters; found none. Give one (--key-file on the "
    "command line), the same for all exports of a study, and keep it apart from the data."
)
SHORT_KEY = (
    "save_scores: the key for respondent ids has 9 characters; at least 16 are needed, so that nobody can find it by "
    "trying. Choose a longer key and keep it apart from the data."
)


@pytest.mark.parametrize(
    ("kind", "key", "sentence"),
    [
        ("name", None, "save_scores: there are no respondent ids 'name'. Allowed: number, hash."),
        ("hash", None, NO_KEY),
        ("hash", "too short", SHORT_KEY),
    ],
)
def test_a_wrong_call_is_told(made: Study, folder: Path, kind: str, key: str | None, sentence: str) -> None:
    with pytest.raises(CallError) as raised:
        save_scores(made, folder / "scores.csv", respondent_ids=kind, key=key)
    assert str(raised.value) == sentence
    assert not folder.exists()


def test_an_export_without_response_ids_is_told(made: Study, folder: Path) -> None:
    with pytest.raises(InputError) as raised:
        saved(replace(made, paradata=made.paradata[["row"]]), folder)
    assert str(raised.value) == (
        "save_scores: made.csv has no response ids, which the hash of respondent ids is made from. Export it with the "
        'column of response ids, or save with respondent_ids="number".'
    )


def test_a_respondent_without_an_id_is_told(made: Study, folder: Path) -> None:
    ids = ["", " ", *made.paradata["response_id"][2:]]
    with pytest.raises(InputError) as raised:
        saved(replace(made, paradata=made.paradata.assign(response_id=ids)), folder)
    assert str(raised.value) == (
        "save_scores: 2 of 10 respondents in made.csv have no response id to make a hash from. Add the ids to the "
        'export, or save with respondent_ids="number".'
    )


def test_two_ids_with_one_hash_are_told(made: Study, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(respondents, "HASH_LENGTH", 0)
    with pytest.raises(InputError) as raised:
        saved(made, folder)
    assert str(raised.value) == (
        "save_scores: two different response ids have the same hash under this key. Save again with another key."
    )


def test_a_key_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text(f"{KEY}\n", encoding="utf-8")
    assert respondents.read_key(tmp_path / "key.txt") == KEY
    with pytest.raises(InputError) as raised:
        respondents.read_key(tmp_path / "none.txt")
    assert str(raised.value) == (
        "none.txt: the key of the hash cannot be read from this file. Name a text file that holds only the key."
    )
