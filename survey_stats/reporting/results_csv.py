"""`results.csv`: every number of a report in one long table, with ids that the report's cells carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from survey_stats.analysis import Section, Table
from survey_stats.messages import text
from survey_stats.reporting.words import clean
from survey_stats.results import concat_long

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
CellIds = tuple[Mapping[str, str], ...]
"""For each row of a result: column of the result → id in `results.csv`."""


@dataclass(frozen=True, eq=False, slots=True)
class LongTables:
    """All numbers of the sections.

    Attributes:
        frame: Columns `LONG_COLUMNS`, one row a number, full precision.
        ids: Ids of the numbers of each table, by section id and position of the block; those of the tables over
            everyone follow behind the blocks.
    """

    frame: pd.DataFrame
    ids: Mapping[tuple[str, int], CellIds]


def long_tables(sections: Iterable[Section], *, simulated: bool = False) -> LongTables:
    """Put the numbers of all tables into one frame.

    Args:
        sections: Sections with unique ids.
        simulated: Say in the column `warning` of each row that the answers are simulated.
    """
    places = [
        (section.id, position, block)
        for section in sections
        for position, block in enumerate((*section.blocks, *section.everyone))
        if isinstance(block, Table)
    ]
    parts = [_long(name, table, simulated) for name, _, table in places]
    frame = concat_long(parts)
    frame["n"] = pd.to_numeric(frame["n"]).astype("Int64")
    ids, start = {}, 0
    for (name, position, table), part in zip(places, parts, strict=True):
        ids[name, position] = _by_row(table, list(frame["id"].iloc[start : start + len(part)]))
        start += len(part)
    return LongTables(frame, ids)


def _long(analysis: str, table: Table, simulated: bool) -> pd.DataFrame:
    part = table.result.to_long(analysis=analysis, result=table.id, context=table.context)
    if simulated and table.result.of_answers:
        part["warning"] = [labelled_simulated(warning) for warning in part["warning"]]
    return part


def labelled_simulated(warning: str) -> str:
    """The warning of a number, with the mark of simulated answers before it."""
    return "; ".join(part for part in (text("reporting.simulated.mark").lower(), warning) if part)


def _by_row(table: Table, ids: list[str]) -> CellIds:
    """`to_long` goes through the rows and, in each, through the columns of numbers that are there.

    Numbers of the whole result, such as a coefficient of determination, come after the rows.
    """
    frame = table.result.to_frame()
    present = [name for name in table.result.numbers if name in frame.columns]
    step = len(present)
    return tuple(dict(zip(present, ids[at * step : (at + 1) * step], strict=True)) for at in range(len(frame)))


def spreadsheet_safe(value: object) -> object:
    """A text cell that a spreadsheet would run as a formula gets an apostrophe before it; numbers stay numbers."""
    if not isinstance(value, str):
        return value
    cell = clean(value)
    return "'" + cell if cell.startswith(_FORMULA) else cell


def write_results(table: pd.DataFrame, path: Path) -> None:
    """Write the long table as UTF-8 with a byte order mark, without which Excel on Windows misreads the text."""
    table.map(spreadsheet_safe).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")
