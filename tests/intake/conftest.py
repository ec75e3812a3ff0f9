"""What a test says of an export that was opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from survey_stats.intake.opening import open_export


@pytest.fixture
def found() -> Callable[..., dict[str, Any]]:
    """Opens a file and tells all that was found in it: `found(path)`."""

    def tell(path: Path, **options: Any) -> dict[str, Any]:
        opened = open_export(path, **options)
        table = opened.table
        multiple: dict[str, list[str]] = {}
        for column in table.columns:
            if column.stem and column.role is None:
                multiple.setdefault(column.stem, []).append(column.part)
        return {
            "tool": table.tool,
            "header_rows": table.header_rows,
            "answers": len(table.row_numbers),
            "questions": [column.code for column in table.columns if column.role is None and not column.stem],
            "multiple": multiple,
            "metadata": {column.code: column.role for column in table.columns if column.role is not None},
            "dropped": dict(Counter(table.dropped.values())),
            "notes": {key: text for key, text in opened.notes.items() if key not in ("encoding", "delimiter")},
        }

    return tell
