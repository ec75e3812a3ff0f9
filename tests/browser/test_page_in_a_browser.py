"""The page as a reader's browser shows it: valid, accessible (axe-core), without a request, no wider than the screen.

`make browser` installs what is needed, if Node.js and Chromium are there.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import survey_stats as ss
from survey_stats.fielding.demo import write_demo_export

HERE = Path(__file__).parent
VIEWS = ["desktop, light", "desktop, dark", "phone, light", "phone, dark"]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def tools() -> tuple[str, str]:
    """Node.js and the browser."""
    node = shutil.which("node")
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if node is None or browser is None or not (HERE / "node_modules" / "axe-core").is_dir():
        pytest.skip("needs Node.js, Chromium and the packages that `make browser` installs")
    return node, browser


@pytest.fixture(scope="module")
def seen(tools: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the browser found on the page of a whole report."""
    folder = tmp_path_factory.mktemp("page")
    study = ss.read_survey(write_demo_export(folder / "export.xlsx", n=60, seed=3))
    page = ss.report(study, folder / "out").files[0]
    node, browser = tools
    done = subprocess.run(
        [node, "look.js", str(page), browser], cwd=HERE, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_page_is_valid(seen: dict[str, Any]) -> None:
    assert seen["invalid"] == []


@pytest.mark.parametrize("view", range(len(VIEWS)), ids=VIEWS)
def test_the_page_is_accessible_and_fits_every_screen(seen: dict[str, Any], view: int) -> None:
    found = seen["views"][view]
    assert found["name"] == VIEWS[view]
    assert found["violations"] == []
    assert found["passed"] > 20
    assert found["requests"] == 1  # the page itself
    assert found["overflow"] <= 0
    assert not found["sideways"] or found["name"].startswith("phone")  # tables have the width of a desktop
