"""A multiple choice whose chosen options stand in one cell: `News, Music` → its options."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from survey_stats.instrument import AnswerFormat, MissingCode, Option
from survey_stats.intake.answer_evidence import (
    LONGEST_LABEL,
    MOST_OPTIONS,
    MOSTLY_OPTIONS,
    SEVERAL,
    Answers,
    Proposal,
    Question,
    label_of,
    open_option_of,
)
from survey_stats.intake.answer_scales import missing_reason
from survey_stats.intake.table import Cell
from survey_stats.messages import Message


def joined_choices(answers: Answers, question: Question) -> Proposal | None:
    """Cells are lists of pieces that recur, and the pieces are fewer than the lists or stand alone elsewhere."""
    if any(not isinstance(cell, str) or (cell.startswith("[") and cell.endswith("]")) for cell in answers.cells):
        return None  # `[1, 2]` is a list of a program; its brackets would become part of the options
    for separator in _separator_patterns(question.separators):
        lists = {cell: _pieces(str(cell), separator) for cell in answers.cells}
        if sum(answers.cells[cell] for cell, pieces in lists.items() if len(pieces) > 1) < SEVERAL:
            continue
        lists = _rejoined(lists, answers.cells, separator)
        common = _recurring(lists, answers)
        if common:
            return _multiple_form(common, lists, answers, question)
    return None


def _separator_patterns(separators: Iterable[str]) -> list[re.Pattern[str]]:
    """A comma without a space after it first: tools that join so keep the spaces of labels."""
    patterns = []
    for separator in dict.fromkeys(one.strip(" ") for one in separators):
        if separator == ",":
            patterns.append(re.compile(r",(?=\S)"))
        patterns.append(re.compile(rf"[ ]*{re.escape(separator)}\s*"))
    return patterns


def _pieces(cell: str, separator: re.Pattern[str]) -> list[str]:
    return [piece for piece in (label_of(part) for part in separator.split(cell)) if piece]


def _rejoined(
    lists: dict[Cell, list[str]], counts: Mapping[Cell, int], separator: re.Pattern[str]
) -> dict[Cell, list[str]]:
    """Pieces that never occur without each other, in this order, are one label that holds the separator."""
    mark = next((sign for sign in (", ", "; ", "\n") if separator.fullmatch(sign)), ", ")
    for _ in range(4):
        single, paired = Counter[str](), Counter[tuple[str, str]]()
        for cell, pieces in lists.items():
            for piece in pieces:
                single[piece] += counts[cell]
            for pair in pairwise(pieces):
                paired[pair] += counts[cell]
        joined = {pair for pair, count in paired.items()
                  if count == single[pair[0]] == single[pair[1]] and (count >= SEVERAL or _is_torn(*pair))}  # fmt: skip
        if not joined:
            return lists
        lists = {cell: _join(pieces, joined, mark) for cell, pieces in lists.items()}
    return lists


def _is_torn(first: str, second: str) -> bool:
    return first.count("(") > first.count(")") and second.count(")") > second.count("(")


def _join(pieces: Sequence[str], joined: set[tuple[str, str]], mark: str) -> list[str]:
    result: list[str] = []
    previous = ""
    for piece in pieces:
        if result and (previous, piece) in joined:
            result[-1] = f"{result[-1]}{mark}{piece}"
        else:
            result.append(piece)
        previous = piece
    return result


def _recurring(lists: Mapping[Cell, list[str]], answers: Answers) -> dict[str, int]:
    """The pieces that several people chose, if the cells are lists of them; empty if they are not."""
    pieces = Counter[str]()
    for cell, found in lists.items():
        for piece in dict.fromkeys(found):
            pieces[piece] += answers.cells[cell]
    common = {piece: count for piece, count in pieces.items() if count >= SEVERAL and len(piece) <= LONGEST_LABEL}
    if not 2 <= len(common) <= MOST_OPTIONS or sum(common.values()) < MOSTLY_OPTIONS * pieces.total():
        return {}
    alone = {found[0] for found in lists.values() if len(found) == 1}
    combined = [found for found in lists.values() if len(found) > 1 and set(found) <= common.keys()]
    proven = any(set(found) <= alone for found in combined) or len(lists) >= 2 * len(common)
    return common if combined and proven else {}


def _multiple_form(
    common: Mapping[str, int], lists: Mapping[Cell, list[str]], answers: Answers, question: Question
) -> Proposal | None:
    answered, absent = [], list(answers.missing)
    for label in sorted(common, key=common.__getitem__, reverse=True):
        reason = missing_reason(label)
        if reason is None:
            answered.append(label)
        elif all(reason != one.reason for one in absent):
            absent.append(MissingCode(code=reason, label={question.language: label}, reason=reason))
    options = [Option(code=code, label={question.language: label}) for code, label in enumerate(answered, 1)]
    rare = sum(answers.cells[cell] for cell, found in lists.items() if not set(found) <= common.keys())
    doubts = [Message("draft.multiple_in_one_cell", {"n": len(options)})]
    open_option = None
    if rare:
        open_option, _ = open_option_of(options, question.language)
        doubts.append(Message("draft.rare_answers", {"n": rare, "fewest": SEVERAL}))
    form = AnswerFormat(kind="multiple", options=tuple(options), missing=tuple(absent), open_option=open_option)
    return Proposal(form, "", tuple(doubts))
