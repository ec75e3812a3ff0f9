"""Files that are there whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from survey_stats.errors import InputError


def write_whole(folder: Path, writers: Mapping[str, Callable[[Path], None]]) -> tuple[Path, ...]:
    """Write files into a temporary folder beside their place, then move them there, the last one last.

    Args:
        folder: Where the files go; it is made if it is not there.
        writers: Name of a file → what writes it.

    Returns:
        The files.

    Raises:
        InputError: The folder or a file in it cannot be written.
    """
    staged: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=".survey-stats-", dir=folder))
        for name, write in writers.items():
            write(staged / name)
        for name in writers:
            (staged / name).replace(folder / name)
    except OSError as error:
        last = list(writers)[-1]
        raise InputError(
            f"{last} cannot be written in {folder} ({error.strerror or error}). Close the file where it is open in "
            "another program, or name another folder."
        ) from error
    finally:
        if staged is not None:
            shutil.rmtree(staged, ignore_errors=True)
    return tuple(folder / name for name in writers)
