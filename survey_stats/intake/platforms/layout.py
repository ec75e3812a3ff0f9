"""What all survey tools share: header cells → unique columns, and rows that are no answers left out."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from survey_stats.intake.table import Cell, Column, Distinct, ExportTable, Grid, Role, distinct_columns

LONG_HEADER = 25
MARKUP = re.compile(r"<[^<>]{1,200}>")


@dataclass(frozen=True, slots=True)
class Header:
    """What the header rows say about a column; empty where they say nothing. The fields are those of `Column`."""

    code: str
    text: str = ""
    role: Role | None = None
    import_id: str | None = None
    stem: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How an export lies in its grid.

    Attributes:
        tool: Id of the platform module.
        headers: One for each column of the grid.
        first_answer: Index of the first row below the header rows.
        dropped: Index of a row → why it is no answer (test answers); empty rows and repeated headers are found here.
        separators: See `ExportTable`.
        notes: See `ExportTable`.
        reread: Index of a column → what a cell of it means, where the tool writes it in a code of its own.
    """

    tool: str
    headers: Sequence[Header]
    first_answer: int
    dropped: Mapping[int, str] = field(default_factory=dict)
    separators: tuple[str, ...] = (",", ";", "\n")
    notes: Mapping[str, str] = field(default_factory=dict)
    reread: Mapping[int, Callable[[Cell], Cell]] = field(default_factory=dict)


def is_blank(row: Sequence[Cell]) -> bool:
    """Whether a row holds nothing but empty cells and spaces."""
    return all(isinstance(cell, str) and not cell.strip() for cell in row)


def first_filled(grid: Grid) -> int:
    """Index of the first row that is not blank; 0 if all are."""
    return next((index for index, row in enumerate(grid.rows) if not is_blank(row)), 0)


def header_text(cell: Cell) -> str:
    """A header cell as text: exactly as written, numbers and dates as a spreadsheet shows them.

    >>> header_text(2024.0)
    '2024'
    """
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def is_true(cell: Cell) -> bool:
    """Whether a cell says TRUE, as a truth value or as text."""
    return cell is True or (isinstance(cell, str) and cell.strip().casefold() == "true")


def is_question(header: str) -> bool:
    """Whether a header is worded like a question: long, or with a question mark or a bracket."""
    return len(header) > LONG_HEADER or any(mark in header for mark in "?؟？[")


def plain(text: str) -> str:
    """A header without the markup that designers put in.

    >>> plain("How often do<br>you&nbsp;post?").split()
    ['How', 'often', 'do', 'you', 'post?']
    """
    return html.unescape(MARKUP.sub(" ", text)).strip() if "<" in text or "&" in text else text


def as_text(cell: Cell) -> Cell:
    """An id as text: a spreadsheet makes numbers of ids.

    >>> as_text(118700000001.0)
    '118700000001'
    """
    return cell if isinstance(cell, str) else header_text(cell)


def shared_stems(texts: Sequence[str], mark: re.Pattern[str]) -> list[tuple[str, str]]:
    """Stem and part of the texts that begin like a different one up to a mark.

    Where several marks stand in a text, the stem that most texts share is taken, and the longest of those.

    Args:
        texts: One for each column.
        mark: What stands between stem and part.

    >>> shared_stems(["Age", "Mood - happy - now", "Mood - sad - now"], re.compile(" - "))
    [('', ''), ('Mood', 'happy - now'), ('Mood', 'sad - now')]
    """
    found = [
        [(text[: cut.start()].strip(), text[cut.end() :].strip()) for cut in mark.finditer(text)] for text in texts
    ]
    counts = Counter(stem for stem, _ in set(chain.from_iterable(found)) if stem)
    shared = ([split for split in splits if counts[split[0]] > 1 and split[1]] for splits in found)
    return [max(splits, key=lambda split: (counts[split[0]], len(split[0])), default=("", "")) for splits in shared]


def with_finished(table: ExportTable, role: Role, is_finished: Callable[[Cell], bool]) -> ExportTable:
    """The table with a column `finished` made of the first column of a role, as some tools export none of their own.

    Args:
        table: The table.
        role: Role of the column that tells it.
        is_finished: Whether a cell of that column means that the interview was finished.
    """
    source = next((column for column in table.columns if column.role == role), None)
    if source is None:
        return table
    code = _unique("finished", {column.code for column in table.columns})
    made = Column(
        code, f"finished, by {source.code}", list(map(is_finished, source.cells)), source.position, "finished"
    )
    return replace(table, columns=(*table.columns, made), notes={**table.notes, "finished": source.code})


def assemble(grid: Grid, layout: Layout) -> ExportTable:
    """Builds the table: drops what is no answer, names the columns, cuts the grid into them."""
    heads = [row for row in grid.rows[: layout.first_answer] if not is_blank(row)]
    dropped: dict[int, str] = {}
    kept: list[int] = []
    for index in range(layout.first_answer, len(grid.rows)):
        row = grid.rows[index]
        reason = "empty" if is_blank(row) else "header_repeated" if row in heads else layout.dropped.get(index)
        if reason is None:
            kept.append(index)
        else:
            dropped[index + 1] = reason
    cells = distinct_columns([grid.rows[index] for index in kept], len(layout.headers))
    return ExportTable(
        tool=layout.tool,
        columns=tuple(_columns(layout, cells)),
        row_numbers=[index + 1 for index in kept],
        header_rows=layout.first_answer,
        dropped=dropped,
        separators=layout.separators,
        notes=layout.notes,
    )


def _columns(layout: Layout, cells: Sequence[Distinct]) -> Iterable[Column]:
    """One column for each header; a column without a name and without an answer is an empty strip of the sheet."""
    taken: set[str] = set()
    for position, (header, column) in enumerate(zip(layout.headers, cells, strict=True)):
        if not header.code.strip() and not header.text.strip() and is_blank(column.cells):
            continue
        code = _unique(header.code if header.code.strip() else f"column_{position + 1}", taken)
        taken.add(code)
        simulated = "simulated" in {header.code.strip().casefold(), header.text.strip().casefold()}
        role: Role | None = "simulated" if simulated and any(map(is_true, column.cells)) else header.role
        text = next((words for words in (header.text, header.code) if words.strip()), code)
        read = layout.reread.get(position)
        yield Column(
            code, text, list(map(read, column)) if read else column, position, role, header.import_id,
            stem=header.stem, part=header.part,
        )  # fmt: skip


def _unique(code: str, taken: set[str]) -> str:
    number, name = 1, code
    while name in taken:
        number += 1
        name = f"{code}.{number}"
    return name
