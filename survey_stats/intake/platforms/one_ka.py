"""1KA: names, then question texts above the answers; negative codes say why there is no answer.

Its text files wrap each answer as `="1"`, so that Excel leaves it alone. A workbook may hold the labels in a second
sheet: a list of variables with their codes, or the same table with labels for codes. Which of the two 1KA writes is not
verified on a file of its own (its manual says only that labels can be exported), so both are read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from survey_stats.intake.platforms.layout import Header, Layout, assemble, first_filled, header_text
from survey_stats.intake.table import Cell, Column, ExportTable, Grid, Role

TOOL = "one_ka"
TITLE = "1KA"

ROLES: Mapping[str, Role] = {
    "recnum": "response_id", "status": "status", "t_insert": "start", "t_edit": "end", "itime": "recorded",
    "Language": "language", "uid": "metadata", "relevance": "metadata", "invitation": "metadata",
    "lurker": "metadata", "unx_ins_date": "metadata", "code": "metadata", "testdata": "metadata",
    "usr_from_cms": "metadata", "IP": "metadata", "Browser": "metadata", "BrowserVersion": "metadata",
    "OS": "metadata", "Device": "metadata", "Referer": "metadata", "Unsubscribed": "metadata",
    "Usability": "metadata",
}  # fmt: skip
PAGE_TIME = re.compile(r"date_\d+|random_\d+")
SIGNATURE = {"recnum", "relevance", "invitation", "lurker", "unx_ins_date", "testdata", "t_insert", "t_edit",
             "BrowserVersion", "Unsubscribed"}  # fmt: skip
STATUS = {
    "0": "e-mail not sent", "1": "e-mail, no response", "2": "e-mail, error", "3": "introduction only",
    "4": "first page only", "5": "partly completed", "6": "completed",
}  # fmt: skip
MISSING = {
    "-1": "not answered", "-2": "skipped", "-3": "broken off", "-4": "asked later", "-5": "no response",
    "-97": "not applicable", "-98": "refused", "-99": "don't know",
}  # fmt: skip
"""Code → what it says, in words of which `reasons` knows the reason."""
ITEM_NONRESPONSE = {"-1", "-2", "-3", "-4", "-5"}
QUESTION = re.compile(r"(Q\d+)([a-z]*)(_\w+)?")
WRAPPED = re.compile(r'="(.*)"', re.DOTALL)
CODE = re.compile(r"-?\d+(\.0)?")


def recognises(grid: Grid) -> bool:
    """Two of its own columns; without them names like `Q1`, `Q2a` and two kinds of its missing codes."""
    start = first_filled(grid)
    names = [name for cell in grid.rows[start] if (name := header_text(cell).strip())]
    if len(SIGNATURE & set(names)) > 1:
        return True
    questions = [name for name in names if name not in ROLES]
    if sum(QUESTION.fullmatch(name) is not None for name in questions) < max(2, 0.8 * len(questions)):
        return False
    return len({_text(cell) for row in grid.rows[start + 1 :] for cell in row} & ITEM_NONRESPONSE) > 1


def normalise(grid: Grid) -> ExportTable:
    """Takes off one or two header rows, leaves out test answers, and declares what the negative codes mean."""
    start = first_filled(grid)
    names = [header_text(cell).strip() for cell in grid.rows[start]]
    texts = _texts(grid, start, names)
    first_answer = start + (2 if any(texts) else 1)
    headers = [_header(name, text, stem) for name, text, stem in zip(names, texts, _stems(names), strict=True)]
    unwrapped = dict.fromkeys(range(len(names)), _unwrapped)
    tests = _test_answers(grid, names, first_answer)
    table = assemble(grid, Layout(TOOL, headers, first_answer, tests, separators=(",",), reread=unwrapped))
    labels = _labels(grid, names, first_answer)
    columns = tuple(_declared(column, labels.get(names[column.position], {})) for column in table.columns)
    return replace(table, columns=columns, notes={"labels": f"of {len(labels)} columns"} if labels else {})


def _unwrapped(cell: Cell) -> Cell:
    match = WRAPPED.fullmatch(cell) if isinstance(cell, str) else None
    return match[1] if match else cell


def _text(cell: Cell) -> str:
    """A code as text, from a wrapped cell and from a number too."""
    return header_text(_unwrapped(cell)).strip()


def _texts(grid: Grid, start: int, names: Sequence[str]) -> list[str]:
    """The question texts, if the row below the names holds texts and not codes."""
    below = [_text(cell) for cell in grid.rows[start + 1]] if len(grid.rows) > start + 1 else []
    filled = [text for text in below if text]
    codes = sum(CODE.fullmatch(text) is not None for text in filled)
    is_text = bool(filled) and 2 * codes < len(filled) and not any(map(_is_wrapped, grid.rows[start + 1]))
    return below if is_text else [""] * len(names)


def _is_wrapped(cell: Cell) -> bool:
    return isinstance(cell, str) and WRAPPED.fullmatch(cell) is not None


def _stems(names: Sequence[str]) -> list[str]:
    """`Q2` for `Q2a`, `Q2b`, …: the rows of a table, the options of a multiple choice."""
    matches = [QUESTION.fullmatch(name) for name in names]
    counts = Counter(match[1] for match in matches if match and match[2])
    return [match[1] if match and match[2] and counts[match[1]] > 1 else "" for match in matches]


def _header(name: str, text: str, stem: str) -> Header:
    role: Role | None = "metadata" if PAGE_TIME.fullmatch(name) else ROLES.get(name)
    return Header(name, text, role, stem=stem, part=(text or name) if stem else "")


def _test_answers(grid: Grid, names: Sequence[str], first_answer: int) -> dict[int, str]:
    if "testdata" not in names:
        return {}
    place = names.index("testdata")
    return {index: "preview" for index in range(first_answer, len(grid.rows)) if _text(grid.rows[index][place]) == "1"}


def _declared(column: Column, labels: Mapping[str, str]) -> Column:
    """The column with the labels of its codes; missing are those of 1KA's codes that occur in a question."""
    if column.role == "status":
        return replace(column, labels={cell: STATUS[_text(cell)] for cell in column.distinct.cells
                                       if _text(cell) in STATUS})  # fmt: skip
    if column.role is not None:
        return column
    missing = {cell: MISSING[_text(cell)] for cell in column.distinct.cells if _text(cell) in MISSING}
    return replace(
        column, missing=missing, labels={code: label for code, label in labels.items() if code not in MISSING}
    )


# --- The label sheet -------------------------------------------------------------------------------------------------


def _labels(grid: Grid, names: Sequence[str], first_answer: int) -> dict[str, dict[str, str]]:
    """Name of the column → code → label, from the other sheets of the workbook."""
    found: dict[str, dict[str, str]] = {}
    for rows in grid.others().values():
        header = next(([header_text(cell).strip() for cell in row] for row in rows if any(row)), [])
        is_same_table = header[: len(names)] == list(names)
        pairs = _by_place(grid.rows, rows, names, first_answer) if is_same_table else _by_list(rows, set(names))
        for name, code, label in pairs:
            found.setdefault(name, {})[code] = label
    return found


def _by_place(
    answers: Sequence[Sequence[Cell]], labels: Sequence[Sequence[Cell]], names: Sequence[str], first_answer: int
) -> set[tuple[str, str, str]]:
    """The label sheet repeats the table: what stands at the place of a code is its label."""
    return {
        (name, _text(code), _text(label))
        for codes, texts in zip(answers[first_answer:], labels[first_answer:], strict=False)
        for name, code, label in zip(names, codes, texts, strict=False)
        if CODE.fullmatch(_text(code)) and _text(label) and not CODE.fullmatch(_text(label))
    }


def _by_list(rows: Sequence[Sequence[Cell]], names: set[str]) -> list[tuple[str, str, str]]:
    """The label sheet lists variables: a name, then in its row or in rows below it each code and its label."""
    found = []
    current = ""
    for row in rows:
        cells = [text for cell in row if (text := _text(cell))]
        current = next((text for text in cells[:1] if text in names), current)
        pairs = ((code, label) for code, label in pairwise(cells) if CODE.fullmatch(code))
        code, label = next(pairs, ("", ""))
        if current and code:
            found.append((current, code.removesuffix(".0"), label))
    return found
