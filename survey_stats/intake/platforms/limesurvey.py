"""LimeSurvey: one header row in one of four styles, codes in brackets for the rows of a question.

Headings are codes (`Q1[SQ001]`, or `Q1_SQ001`), codes and texts (`Q1[SQ001]. Stem [row]`), or texts (`Stem [row]`),
which may be cut short. `submitdate` is blank where an interview was not finished; surveys without time stamps write the
first second of 1980 there. A cell `-oth-` means that the open option was chosen, `N/A` that there is no answer.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from survey_stats.intake.platforms.layout import (
    Header,
    Layout,
    as_text,
    assemble,
    first_filled,
    header_text,
    shared_stems,
    with_finished,
)
from survey_stats.intake.platforms.moments import with_moments
from survey_stats.intake.table import Cell, Column, ExportTable, Grid, Role
from survey_stats.intake.text import normalised

TOOL = "limesurvey"
TITLE = "LimeSurvey"

METADATA: tuple[tuple[Role, tuple[str, ...]], ...] = (
    ("response_id", ("id", "response id", "antwort id")),
    ("end", ("submitdate", "date submitted", "datum abgeschickt")),
    ("language", ("startlanguage", "start language", "start-sprache")),
    ("start", ("startdate", "date started", "datum gestartet")),
    ("recorded", ("datestamp", "date last action", "datum letzte aktivität")),
    ("duration_seconds", ("interviewtime", "total time", "gesamtzeit")),
    (
        "metadata",
        (
            "lastpage", "last page", "letzte seite", "seed", "zufallsstartwert", "zufallsgeneratorstartwert",
            "token", "access code", "zugangscode", "zugangsschlüssel", "ipaddr", "ip address", "ip-adresse",
            "refurl", "referrer url", "weiterleitungs-url",
        ),
    ),
)  # fmt: skip
"""Role → code, English and German text of the columns that are no questions."""
ROLES: dict[str, Role] = {name: role for role, names in METADATA for name in names}
OWN_CODES = {"id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp"}
OWN_TEXTS = ({"response id", "date submitted", "last page"}, {"antwort id", "datum abgeschickt", "letzte seite"})

CODE = re.compile(r"[A-Za-z]\w*(?:\[[^\[\]]*\])*", re.ASCII)
ROW_CODE = re.compile(r"[A-Za-z]\w*\[[A-Za-z]\w*\]", re.ASCII)
CODE_AND_TEXT = re.compile(r"([A-Za-z]\w*(?:\[[^\[\]]*\])*)\. (.*)", re.ASCII | re.DOTALL)
TIMING = re.compile(r"grouptime\d+|\d+x\d+x\d+\w*time|(?:group|question) time: .*")
BEFORE_ROW_CODE = re.compile(r"\[|_(?=SQ\d+$)")
BEFORE_ROW = re.compile(r"\s*\[(?=[^\[\]]+\](?:\[[^\[\]]*\])?\s*$)")
EMPTY_ROW = re.compile(r"\s*\[\s*\]\s*$")
ROW_ALONE = re.compile(r"\s*\[(.*)\]\s*", re.DOTALL)

UNDATED = dt.date(1980, 1, 1)
NO_ANSWER = "N/A"
OTHER = "-oth-"


def recognises(grid: Grid) -> bool:
    """Three of LimeSurvey's own columns, or three rows of questions by code."""
    names = [header_text(cell) for cell in grid.rows[first_filled(grid)]]
    split = [CODE_AND_TEXT.fullmatch(name) for name in names]
    codes = {normalised(match[1] if match else name) for name, match in zip(names, split, strict=True)}
    rows = sum("[" in match[1] if match else bool(ROW_CODE.fullmatch(name))
               for name, match in zip(names, split, strict=True))  # fmt: skip
    return len(OWN_CODES & codes) >= 3 or any(own <= codes for own in OWN_TEXTS) or rows >= 3


def normalise(grid: Grid) -> ExportTable:
    """Keeps unfinished interviews and says which they are; takes times without a date for what they are."""
    start = first_filled(grid)
    names = [header_text(cell) for cell in grid.rows[start]]
    style = _style(names)
    headers = list(_HEADERS[style](names))
    ids = {position: as_text for position, header in enumerate(headers) if header.role == "response_id"}
    table = assemble(grid, Layout(TOOL, headers, start + 1, notes={"headings": style}, reread=ids))
    told = with_finished(table, "end", lambda cell: cell != "")
    return with_moments(replace(told, columns=tuple(map(_read, told.columns))))


# --- Headings --------------------------------------------------------------------------------------------------------


def _style(names: Sequence[str]) -> str:
    """`codes and texts` or `codes` where most headers are such, else `texts`."""
    if 2 * sum(CODE_AND_TEXT.fullmatch(name) is not None for name in names) >= len(names):
        return "codes and texts"
    return "codes" if 2 * sum(CODE.fullmatch(name) is not None for name in names) > len(names) else "texts"


def _by_code(names: Sequence[str]) -> Iterator[Header]:
    known = set(names)
    for name, (stem, part) in zip(names, shared_stems(names, BEFORE_ROW_CODE), strict=True):
        is_timing = TIMING.fullmatch(normalised(name)) or (name.endswith("Time") and name.removesuffix("Time") in known)
        role: Role | None = "metadata" if is_timing else ROLES.get(normalised(name))
        yield Header(name, role=role, stem=stem, part=_row(part))


def _by_text(names: Sequence[str]) -> Iterator[Header]:
    for name, (stem, part) in zip(names, shared_stems(names, BEFORE_ROW), strict=True):
        role: Role | None = "metadata" if TIMING.fullmatch(normalised(name)) else ROLES.get(normalised(name))
        yield Header(name, role=role, stem=stem, part=_row(part))


def _by_code_and_text(names: Sequence[str]) -> Iterator[Header]:
    """The code tells which columns belong together, the text what they say."""
    split = [match.groups() if (match := CODE_AND_TEXT.fullmatch(name)) else (name, "") for name in names]
    coded = _by_code([code for code, _ in split])
    for head, (_, text) in zip(coded, split, strict=True):
        if head.part:
            stem, row = _stem_and_row(text)
            shown = f"{stem} [{row}]" if stem and row else row or stem
            yield replace(head, text=shown, stem=stem or head.stem, part=row or head.part)
        else:
            yield replace(head, text=EMPTY_ROW.sub("", text))


def _stem_and_row(text: str) -> tuple[str, str]:
    """`Stem [row]` → stem and row; a question without a stem is `[row]`, and the row may hold brackets."""
    if alone := ROW_ALONE.fullmatch(text):
        return "", alone[1].strip()
    stem, bracket, row = text.partition(" [")
    return (stem.strip(), row.rstrip().removesuffix("]").strip()) if bracket else (text.strip(), "")


def _row(part: str) -> str:
    """`SQ001][0]` of a double scale → `SQ001 0`."""
    return part.rstrip().removesuffix("]").replace("][", " ")


_HEADERS = {"codes": _by_code, "codes and texts": _by_code_and_text, "texts": _by_text}


# --- Cells -----------------------------------------------------------------------------------------------------------


def _read(column: Column) -> Column:
    if column.role in {"start", "end", "recorded"}:
        return replace(column, cells=["" if _is_undated(cell) else cell for cell in column.cells])
    if column.role is not None:
        return column
    found = set(column.distinct.cells)
    missing: dict[Cell, str] = {NO_ANSWER: NO_ANSWER} if NO_ANSWER in found else {}
    return replace(column, missing=missing, labels={OTHER: "Other"} if OTHER in found else {})


def _is_undated(cell: Cell) -> bool:
    return header_text(cell).startswith(UNDATED.isoformat())
