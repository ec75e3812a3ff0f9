"""What stands for a respondent in a saved file: the number in the study, or a keyed hash of the tool's own id."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from survey_stats.errors import CallError, InputError
from survey_stats.study import Study

KEY_LENGTH, HASH_LENGTH = 16, 16
_WHOLE = re.compile(r"(\d+)\.0")


def respondent_ids(study: Study, kind: str = "number", key: str | None = None) -> pd.Series:
    """One id a respondent.

    Args:
        study: The study.
        kind: `number`: the respondent's number in the study. `hash`: the first 16 hexadecimal digits of HMAC-SHA256
            (RFC 2104) of the survey tool's response id under `key`: the same person has the same hash in every export
            of the same tool, and nobody without the key can compute it.
        key: The researcher's key, at least 16 characters; it is not stored.

    Returns:
        Index as in `study.measures`.

    Raises:
        CallError: There is no such kind of id, or the key is missing or too short.
        InputError: The export has no response ids, lacks some, or two of them have the same hash.
    """
    if kind not in _KINDS:
        raise CallError(f"save_scores: there are no respondent ids {kind!r}. Allowed: {', '.join(_KINDS)}.")
    return _KINDS[kind](study, key)


def _numbers(study: Study, _key: str | None) -> pd.Series:
    index = study.measures.index.to_series()
    return index.astype("float64") if pd.api.types.is_numeric_dtype(index) else index.astype("str")


def _hashes(study: Study, key: str | None) -> pd.Series:
    secret = _checked_key(key)
    ids = _response_ids(study)
    hashes = ids.map({one: keyed_hash(one, secret) for one in ids.unique()})
    if hashes.nunique() < ids.nunique():
        raise InputError(
            "save_scores: two different response ids have the same hash under this key. Save again with another key."
        )
    return hashes


_KINDS: dict[str, Callable[[Study, str | None], pd.Series]] = {"number": _numbers, "hash": _hashes}


def keyed_hash(response_id: str, key: str) -> str:
    """The first 16 hexadecimal digits of HMAC-SHA256 of an id."""
    return hmac.new(key.encode(), response_id.encode(), hashlib.sha256).hexdigest()[:HASH_LENGTH]


def read_key(path: Path) -> str:
    """The key that a file holds, white space around it left off.

    Raises:
        InputError: The file cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path.name}: the key of the hash cannot be read from this file. Name a text file that holds only the key."
        ) from error


def _checked_key(key: str | None) -> str:
    if key is None:
        raise CallError(
            f"save_scores: hashed respondent ids need a key of at least {KEY_LENGTH} characters; found none. Give one "
            "(--key-file on the command line), the same for all exports of a study, and keep it apart from the data."
        )
    if len(key) < KEY_LENGTH:
        raise CallError(
            f"save_scores: the key for respondent ids has {len(key)} characters; at least {KEY_LENGTH} are needed, so "
            "that nobody can find it by trying. Choose a longer key and keep it apart from the data."
        )
    return key


def _response_ids(study: Study) -> pd.Series:
    """Ids as the tool wrote them; a whole number is the same whether a workbook or a text file held it."""
    source = study.provenance.source
    if "response_id" not in study.paradata:
        raise InputError(
            f"save_scores: {source} has no response ids, which the hash of respondent ids is made from. Export it "
            'with the column of response ids, or save with respondent_ids="number".'
        )
    ids = study.paradata["response_id"].fillna("").astype("str").str.strip()
    empty = int((ids == "").sum())
    if empty:
        raise InputError(
            f"save_scores: {empty} of {len(ids)} respondents in {source} have no response id to make a hash from. Add "
            'the ids to the export, or save with respondent_ids="number".'
        )
    return ids.str.replace(_WHOLE, r"\1", regex=True)
