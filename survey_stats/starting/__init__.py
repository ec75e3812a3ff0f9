"""`survey-stats init`: a folder for a study, with a plan to fill in."""

from __future__ import annotations

import json
from pathlib import Path

from survey_stats.errors import CallError, InputError

_FILES = Path(__file__).parent / "files"
PLACES = {
    "plan.toml": "plan.toml",
    "README.md": "README.md",
    "instruments_README.md": "instruments/README.md",
    "my_question.py": "analyses/my_question.py",
    "notebook.txt": "study.ipynb",
}
"""File of the package → its place in a new study."""


def start_study(folder: Path) -> list[Path]:
    """Make a study folder.

    Args:
        folder: A folder that does not exist yet or is empty.

    Returns:
        The files written.

    Raises:
        CallError: The folder holds something, or is a file.
        InputError: The folder cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CallError(
            f"init: {folder} is there already and is not an empty folder. Name a new folder: nothing is overwritten."
        )
    written = []
    try:
        for source, place in PLACES.items():
            target = folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            content = (_FILES / source).read_text(encoding="utf-8")
            target.write_text(_notebook(content) if source == "notebook.txt" else content, encoding="utf-8")
            written.append(target)
    except OSError as error:
        raise InputError(f"init: {folder} cannot be written ({error.strerror}). Name another folder.") from error
    return written


def _notebook(content: str) -> str:
    """Cells headed `[markdown]` or `[code]` → a notebook."""
    cells: list[dict[str, object]] = []
    for part in content.split("\n[") if content.startswith("[") else []:
        kind, source = part.removeprefix("[").split("]\n", 1)
        cell = {"cell_type": kind, "id": f"cell-{len(cells)}", "metadata": {}, "source": source.strip("\n")}
        cells.append(cell | ({"execution_count": None, "outputs": []} if kind == "code" else {}))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    book = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, ensure_ascii=False, indent=1) + "\n"
