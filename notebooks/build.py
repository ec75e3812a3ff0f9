"""Make the notebooks from their scripts, executed; `--check` fails where a notebook and its script differ.

The scripts are the source. A notebook is compared by its cells' source: outputs hold times and versions.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent


def executed(script: Path) -> nbformat.NotebookNode:
    """The notebook of a script, run in an empty folder."""
    notebook = jupytext.read(script)
    notebook.metadata.pop("jupytext", None)
    with tempfile.TemporaryDirectory() as folder:
        NotebookClient(notebook, timeout=300, resources={"metadata": {"path": folder}}).execute()
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number:02}"
        cell["metadata"] = {}
    return notebook


def sources(notebook: nbformat.NotebookNode) -> list[tuple[str, str]]:
    """What is compared: kind and source of each cell."""
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


def main(check: bool) -> int:
    """Build all notebooks, or check that those in the folder belong to their scripts."""
    stale = []
    for script in sorted(FOLDER.glob("[0-9]*.py")):
        target = script.with_suffix(".ipynb")
        if not check:
            nbformat.write(executed(script), target)
        elif not target.is_file() or sources(nbformat.read(target, 4)) != sources(jupytext.read(script)):
            stale.append(target.name)
    if stale:
        print(f"Not made from their scripts: {', '.join(stale)}. Run `make notebooks` and commit the result.")
    return len(stale)


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
