"""What the answers to a question are, before anybody says how it was answered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, cast, get_args

from survey_stats.instrument import AnswerFormat, Code, MissingCode, Option, Reason
from survey_stats.intake.answer_scales import missing_reason
from survey_stats.intake.privacy import MASKS
from survey_stats.intake.reasons import reason_in
from survey_stats.intake.table import Cell
from survey_stats.intake.text import normalised
from survey_stats.messages import Message

SEVERAL = 3
"""A label that is no common answer becomes an option if at least so many cells hold it: rarer ones may be free text."""
MOST_OPTIONS = 40
LONGEST_LABEL = 300
MOSTLY_OPTIONS = 0.8
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u2060\ufeff\u00ad]")
_OTHER = re.compile(r"(?:other|something else|sonstiges?|andere[rs]?|annet|andre|अन्य|سایر|دیگر)\b")


class Question(NamedTuple):
    """What is known of a question besides its answers.

    Attributes:
        text: As exported.
        separators: What joins the options of a multiple choice, likeliest first.
        labels: Code → label, where the file itself says it.
        missing: Codes that mean no answer → their label, where the file itself says it.
        language: Language of the labels.
    """

    text: str
    separators: tuple[str, ...] = (",", ";", "\n")
    labels: Mapping[Cell, str] = {}
    missing: Mapping[Cell, str] = {}
    language: str = "en"


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """An answer format that fits the answers.

    Attributes:
        form: The format.
        name: What its id in the instrument may be.
        doubts: What a person should look at.
        ordered: Whether higher codes mean more of something.
    """

    form: AnswerFormat
    name: str
    doubts: tuple[Message, ...] = ()
    ordered: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """The filled cells of one or more columns, answers that mean no answer taken off.

    Attributes:
        cells: Distinct cell → how often.
        labels: Label in its most frequent spelling → how often; spellings that compare equal are one.
        missing: The answers that mean no answer.
    """

    cells: Mapping[Cell, int]
    labels: Mapping[str, int]
    missing: tuple[MissingCode, ...]

    @property
    def n(self) -> int:
        """Number of answers."""
        return sum(self.cells.values())


def label_of(cell: Cell) -> str:
    """A cell as an option's label: as written, without invisible marks; truth values as spreadsheets show them."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return _INVISIBLE.sub("", str(cell)).strip()


def collect(counts: Mapping[Cell, int], question: Question) -> Answers:
    """Sort distinct cells (cell → how often) into answers and what means that there is none."""
    kept: dict[Cell, int] = {}
    absent: dict[Reason, Counter[str]] = {}
    for cell, count in counts.items():
        label = label_of(cell)
        reason = missing_reason(label, several=count >= SEVERAL) if isinstance(cell, str) else None
        if not label or not normalised(label) or cell in question.missing:
            continue
        if reason is None:
            kept[cell] = count
        else:
            absent.setdefault(reason, Counter())[label] += count
    return Answers(kept, _merged(kept), _missing_codes(absent, question))


def _merged(cells: Mapping[Cell, int]) -> dict[str, int]:
    spellings: dict[str, Counter[str]] = {}
    for cell, count in cells.items():
        if cell not in MASKS.values():
            label = label_of(cell)
            spellings.setdefault(normalised(label), Counter())[label] += count
    return {found.most_common(1)[0][0]: found.total() for found in spellings.values()}


def _missing_codes(absent: Mapping[Reason, Counter[str]], question: Question) -> tuple[MissingCode, ...]:
    found = []
    for reason, labels in absent.items():
        first, *others = {normalised(label): label for label in labels}.values()
        found.append(MissingCode(code=reason, label={question.language: first}, aliases=tuple(others), reason=reason))
    said = [
        MissingCode(code=code_of(code), label={question.language: label} if label.strip() else {},
                    reason=missing_reason(label) or _reason_told(label))
        for code, label in question.missing.items()
    ]  # fmt: skip
    return (*found, *said)


def _reason_told(label: str) -> Reason:
    """The reason in the words of a label that stands for no answer, as far as a questionnaire can offer it."""
    reason = reason_in(label)
    return cast("Reason", reason) if reason in get_args(Reason) else "other"


def code_of(cell: Cell) -> Code:
    """A cell as an option's code: whole numbers without decimals, everything but numbers as text."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell if isinstance(cell, (int, float)) and not isinstance(cell, bool) else str(cell)


def open_option_of(options: list[Option], language: str) -> tuple[Code, bool]:
    """The option that says "other", added if there is none; its code, and whether it was added."""
    for option in options:
        if any(_OTHER.match(normalised(label)) for label in option.label.values()):
            return option.code, False
    code = max(int(option.code) for option in options) + 1
    options.append(Option(code=code, label={language: "Other"}))
    return code, True
