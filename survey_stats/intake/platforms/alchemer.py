"""Alchemer (SurveyGizmo before): one header row, times and status first, parts of a question as `part:question`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import takewhile

from survey_stats.intake.platforms.layout import (
    Header,
    Layout,
    as_text,
    assemble,
    first_filled,
    header_text,
    with_finished,
)
from survey_stats.intake.platforms.moments import with_moments
from survey_stats.intake.table import Cell, ExportTable, Grid, Role
from survey_stats.intake.text import normalised

TOOL = "alchemer"
TITLE = "Alchemer"

ROLES: dict[str, Role] = {
    "response id": "response_id", "time started": "start", "date submitted": "end", "status": "status",
    "language": "language",
    **dict.fromkeys(
        (
            "contact id", "legacy comments", "comments", "referer", "extended referer", "sessionid", "user agent",
            "extended user agent", "longitude", "latitude", "country", "city", "state/region", "postal", "ip address",
            "tags", "link name", "url redirect", "email",
        ),
        "metadata",
    ),
}  # fmt: skip
SIGNATURE = {"time started", "date submitted", "status"}
URL_VARIABLE = "url variable:"
COMPLETE = "complete"
"""Status of a finished interview; others are `Partial` and `Disqualified`."""


def recognises(grid: Grid) -> bool:
    """Alchemer's names of the times and the status in one header row."""
    return {normalised(header_text(cell)) for cell in grid.rows[first_filled(grid)]} >= SIGNATURE


def normalise(grid: Grid) -> ExportTable:
    """Columns keep their header as code; `part:question` is told as `question - part`, as other tools have it."""
    start = first_filled(grid)
    codes = [header_text(cell) for cell in grid.rows[start]]
    roles = list(_roles(codes))
    stems = _stems([code if role is None else "" for code, role in zip(codes, roles, strict=True)])
    headers = [
        Header(code, f"{stem} - {part}" if part else code, role, stem=stem, part=part)
        for code, role, (stem, part) in zip(codes, roles, stems, strict=True)
    ]
    ids = {position: as_text for position, role in enumerate(roles) if role == "response_id"}
    table = assemble(grid, Layout(TOOL, headers, start + 1, separators=(";", ",", "\n"), reread=ids))
    return with_moments(with_finished(table, "status", _is_complete))


def _roles(codes: Sequence[str]) -> Iterator[Role | None]:
    """Role of each column; a question called `City` comes after another question and is none."""
    known = [_role(normalised(code)) for code in codes]
    leading = sum(1 for _ in takewhile(lambda role: role is not None, known))
    yield from (*known[:leading], *[None] * (len(known) - leading))


def _role(name: str) -> Role | None:
    return "metadata" if name.startswith(URL_VARIABLE) else ROLES.get(name)


def _stems(codes: Sequence[str]) -> list[tuple[str, str]]:
    """Question and part of each `part:question` whose question stands in several columns; the longest such question."""
    found = [
        [(code[cut.end() :].strip(), code[: cut.start()].strip()) for cut in re.finditer(":", code)] for code in codes
    ]
    counts = Counter(stem for splits in found for stem, _ in splits if stem)
    return [next((split for split in splits if counts[split[0]] > 1 and split[1]), ("", "")) for splits in found]


def _is_complete(status: Cell) -> bool:
    return normalised(header_text(status)) == COMPLETE
