"""One module per survey tool: does it recognise a grid? → the plain table in it.

A new tool is one module with the names of `Platform`, and its place in `PLATFORMS`.
"""

from __future__ import annotations

from typing import Protocol

from survey_stats.errors import InputError
from survey_stats.intake.platforms import (
    alchemer,
    google_forms,
    kobo,
    limesurvey,
    ms_forms,
    one_ka,
    qualtrics,
    redcap,
    sosci,
    surveymonkey,
    table,
)
from survey_stats.intake.table import ExportTable, Grid


class Platform(Protocol):
    """What a module of a survey tool offers.

    Attributes:
        TOOL: Id of the tool, as in `ExportTable.tool`.
        TITLE: Name of the tool for readers.
    """

    TOOL: str
    TITLE: str

    def recognises(self, grid: Grid) -> bool:
        """Whether the tool wrote this grid."""

    def normalise(self, grid: Grid) -> ExportTable:
        """The table in the grid, header rows taken off and rows that are no answers left out."""


PLATFORMS: tuple[Platform, ...] = (
    qualtrics, surveymonkey, ms_forms, limesurvey, sosci, alchemer, redcap, kobo, one_ka, google_forms,
    table,
)  # fmt: skip
"""Asked in this order; the last one takes every grid."""


def recognise(grid: Grid) -> ExportTable:
    """The table in a grid, read as its survey tool wrote it.

    Every row of the grid is accounted for: `header_rows`, `row_numbers` and `dropped` add up to them.

    Raises:
        InputError: The grid has no filled cell.
    """
    if not any(row.count("") < len(row) for row in grid.rows):
        raise InputError(f"{grid.source} has no filled cell. Check that the right file was exported.")
    return next(platform.normalise(grid) for platform in PLATFORMS if platform.recognises(grid))
