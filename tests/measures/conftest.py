"""The bfi of the psych package and its key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from survey_stats.instrument import Instrument

REVERSED = {"A1", "C4", "C5", "E1", "E2", "O2", "O5"}
TRAITS = {"A": "agreeableness", "C": "conscientiousness", "E": "extraversion", "N": "neuroticism", "O": "openness"}


def _bfi_key(reverse: set[str] = REVERSED, **scale: Any) -> Instrument:
    """The 25 bfi items; their ids are the columns in lower case."""
    return Instrument.model_validate({
        "id": "bfi_25", "version": "1", "kind": "published", "title": {"en": "bfi"},
        "source": {"citation": "psych::bfi", "licence": "none"},
        "responses": {"answer": {"kind": "single", "minimum": 1, "maximum": 6}},
        "items": [{"id": f"{letter}{n}".lower(), "responses": "answer"} for letter in TRAITS for n in range(1, 6)],
        "scales": [
            {"id": letter.lower(), "construct": trait, "label": {"en": trait},
             "items": [f"{letter}{n}".lower() for n in range(1, 6)],
             "reverse": [f"{letter}{n}".lower() for n in range(1, 6) if f"{letter}{n}" in reverse]} | scale
            for letter, trait in TRAITS.items()
        ],
    })  # fmt: skip


@pytest.fixture(scope="module")
def bfi(shared: Any) -> pd.DataFrame:
    return pd.read_csv(shared / "data/psych_r/bfi.csv", index_col=0).iloc[:, :25].rename(columns=str.lower)


@pytest.fixture(scope="session")
def bfi_key() -> Callable[..., Instrument]:
    return _bfi_key


@pytest.fixture(scope="module")
def turned(bfi: pd.DataFrame) -> pd.DataFrame:
    """bfi as some files come: reversed already."""
    return bfi.assign(**{name.lower(): 7 - bfi[name.lower()] for name in REVERSED})
