"""`manifest.json`: from what, with what and into what a report was made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from survey_stats.reporting.summary import OWN_SECTIONS, Summary
from survey_stats.reporting.words import clean


def manifest(summary: Summary, files: Iterable[Path], language: str) -> dict[str, Any]:
    """Everything needed to tell whether two reports are of the same data by the same means.

    Args:
        summary: What the report says.
        files: The files written.
        language: Language of the report.
    """
    people = summary.participants
    return {
        "simulated": summary.simulated,
        "language": language,
        "source": clean(summary.reading.source),
        "data_sha256": summary.data_sha256,
        "instruments": {name: dict(told) for name, told in summary.instruments.items()},
        "analyses": [section.id for section in summary.sections if section.id not in OWN_SECTIONS],
        "seed": summary.rules.get("seed"),
        "rules": dict(summary.rules),
        "rows": {
            "read": people.rows_read,
            "kept": people.kept,
            "dropped": dict(people.dropped),
            "excluded": people.excluded,
        },
        "versions": dict(summary.versions),
        "files": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
    }


def write_manifest(content: dict[str, Any], path: Path) -> None:
    """Write it with sorted keys, one a line."""
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
