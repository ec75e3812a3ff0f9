"""Fixtures for all tests."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data and real exports beside the checkout; tests that need it are skipped without it."""
    folder = Path(os.environ.get("SURVEY_STATS_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("needs the real data beside the checkout (../shared), which is not here")
    return folder


@pytest.fixture(scope="session")
def oracle() -> Any:
    """Reads an oracle's output: `oracle("reliability/alpha")`."""

    def read(name: str) -> Any:
        return json.loads((ROOT / "tests" / "oracles" / f"{name}.json").read_text(encoding="utf-8"))

    return read
