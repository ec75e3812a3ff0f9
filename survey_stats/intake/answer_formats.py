"""How a question was answered, found from its answers: options and their order, numbers, durations, or free text.

Finders are asked one after another; the first that recognises the answers names the format. A label becomes an option
only if it is a common answer (`likert.toml`) or several people gave it: free text never does.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from survey_stats.instrument import AnswerFormat, MissingCode, Option
from survey_stats.intake.answer_evidence import (
    LONGEST_LABEL,
    MOST_OPTIONS,
    MOSTLY_OPTIONS,
    SEVERAL,
    Answers,
    Proposal,
    Question,
    code_of,
    collect,
    open_option_of,
)
from survey_stats.intake.answer_lists import joined_choices
from survey_stats.intake.answer_scales import Ordering, order_labels
from survey_stats.intake.numbers import parse_number
from survey_stats.intake.question_words import asked_period, asked_unit, asks_for_count, asks_for_time
from survey_stats.intake.table import Cell
from survey_stats.messages import Message

MOSTLY_NUMBERS = 0.9
FEWEST_SCALE_ANSWERS = 10
WIDEST_SCALE = 10
"""Whole numbers up to this far apart may be an answer scale (0 to 10)."""
SAMPLE = 500
"""So many distinct cells tell whether a column holds durations."""
LONGEST_DURATION = 40
UNREAD = frozenset({"unparsed", "suspect", "missing"})
"""Statuses of a duration without a reading that can be used."""
MISSING_NUMBERS = frozenset({-999, -998, -99, -98, -97, -88, -77, -9, -8, -7, 77, 88, 97, 98, 99, 888, 998, 999})
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ].*)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}(?:[ ,].*)?")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?")


def find_format(counts: Mapping[Cell, int], question: Question) -> Proposal:
    """The answer format of a question.

    Args:
        counts: Distinct cell → how often; of several columns together for a matrix.
        question: What else is known of it.
    """
    answers = collect(counts, question)
    return next(filter(None, (find(answers, question) for find in FINDERS)))


# ---- finders ------------------------------------------------------------------------------------------------------


def _none_seen(answers: Answers, question: Question) -> Proposal | None:
    if answers.cells or question.labels:
        return None
    return Proposal(AnswerFormat(kind="text"), "text", (Message("draft.only_missing"),))


def _labelled(answers: Answers, question: Question) -> Proposal | None:
    """The file itself says what the codes mean."""
    labels = {code_of(code): label for code, label in question.labels.items() if code not in question.missing}
    if not labels or not {code_of(cell) for cell in answers.cells} <= set(labels):
        return None
    options = tuple(
        Option(code=code, label={question.language: label} if label.strip() else {}) for code, label in labels.items()
    )
    ordering = order_labels([label for label in labels.values() if label.strip()])
    form = AnswerFormat(kind="single", options=options, missing=answers.missing)
    return Proposal(form, ordering.scale if ordering else "", (), ordering is not None and ordering.ordered)


def _moments(answers: Answers, question: Question) -> Proposal | None:
    """Dates, and times of day."""
    dates = sum(count for cell, count in answers.cells.items() if _is_date(cell))
    if dates <= answers.n / 2 and not _are_times_of_day(answers, question):
        return None
    return Proposal(AnswerFormat(kind="text"), "text", (Message("draft.moments"),))


def _are_times_of_day(answers: Answers, question: Question) -> bool:
    """Clock times of which some lie after noon, where the question does not ask how long."""
    if asks_for_time(question.text) or asked_unit(question.text):
        return False
    found = [(match, count) for cell, count in answers.cells.items() if (match := _CLOCK.fullmatch(str(cell).strip()))]
    return sum(count for _, count in found) > answers.n / 2 and max(int(match[1]) for match, _ in found) > 12


def _is_date(cell: Cell) -> bool:
    if isinstance(cell, str):
        return _DATE.fullmatch(cell.strip()) is not None
    return isinstance(cell, dt.date) and cell.year > 1900  # spreadsheets show a duration as a date of 1900


def _known_choice(answers: Answers, question: Question) -> Proposal | None:
    """All labels, or all but a few rare ones, are those of one known scale."""
    if any(not isinstance(cell, (str, bool)) for cell in answers.cells) or all(map(_is_number, answers.labels)):
        return None
    ordering = order_labels(list(answers.labels))
    if ordering is None or ordering.rule != "known_scale":
        common = [label for label, count in answers.labels.items() if count >= SEVERAL]
        ordering = order_labels(common) if _share(answers, common) >= MOSTLY_NUMBERS else None
    return _ordered_choice(ordering, answers, question) if ordering and ordering.rule == "known_scale" else None


def _numbered_choice(answers: Answers, question: Question) -> Proposal | None:
    """All labels carry their number, or all are brackets of numbers that several people chose."""
    if all(map(_is_number, answers.labels)):
        return None
    ordering = order_labels(list(answers.labels))
    if ordering is None or (ordering.rule == "brackets" and min(answers.labels.values()) < SEVERAL):
        return None
    return _ordered_choice(ordering, answers, question)


def _ordered_choice(ordering: Ordering, answers: Answers, question: Question) -> Proposal:
    options = tuple(Option(code=code, label={question.language: label}) for code, label in ordering.options)
    form = AnswerFormat(kind="single", options=options, missing=answers.missing)
    return Proposal(form, ordering.scale, tuple(_ordering_doubts(ordering)), ordering.ordered)


def _is_number(label: str) -> bool:
    return not isinstance(parse_number(label, integer=True), str)


def _ordering_doubts(ordering: Ordering) -> Iterable[Message]:
    if ordering.rule == "brackets":
        yield Message("draft.order_by_numbers")
    if ordering.added:
        yield Message("draft.added_opposites", {"labels": _quoted(ordering.added)})
    if ordering.scale and ordering.ordered and len(ordering.options) < 4 and ordering.options[0][0] == 1:
        yield Message("draft.few_options_seen", {"labels": _quoted([label for _, label in ordering.options])})


def _quoted(labels: Iterable[str]) -> str:
    return ", ".join(f"“{label}”" for label in labels)


def _share(answers: Answers, labels: Iterable[str]) -> float:
    return sum(answers.labels[label] for label in labels) / max(sum(answers.labels.values()), 1)


def _duration(answers: Answers, question: Question) -> Proposal | None:
    """Most cells are durations by their own words, or numbers where the question names the unit."""
    from survey_stats.intake.durations import parse_durations

    unit = asked_unit(question.text)
    cells = list(answers.cells)[:SAMPLE]
    if not _may_be_durations(cells, unit):
        return None
    told = [status not in UNREAD for status in parse_durations(cells)["status"]]
    read = [status not in UNREAD for status in parse_durations(cells, unit=unit)["status"]] if unit else told
    counts = [answers.cells[cell] for cell in cells]
    by_words = sum(count for count, good in zip(counts, told, strict=True) if good)
    in_all = sum(count for count, good in zip(counts, read, strict=True) if good)
    if in_all <= sum(counts) / 2 or (unit is None and by_words <= sum(counts) / 2):
        return None
    closed = len(cells) <= 12 and answers.n >= SEVERAL * len(cells)
    if closed and not all(read):
        return None
    doubts = [Message("draft.unit_unknown")] if unit is None and not all(told) else []
    if unit is None and not asks_for_time(question.text):
        doubts.append(Message("draft.duration_not_asked"))
    form = AnswerFormat(kind="duration", unit=unit, per=asked_period(question.text), missing=answers.missing)
    return Proposal(form, "duration", tuple(doubts))


def _may_be_durations(cells: Sequence[Cell], unit: str | None) -> bool:
    """A quick look at some cells: prose and bare numbers are no durations."""
    if any(isinstance(cell, (dt.time, dt.timedelta)) for cell in cells):
        return True
    shown = [str(cell) for cell in cells]
    short = [text for text in shown if len(text) <= LONGEST_DURATION]
    bare = [text for text in shown if _is_number(text)]
    return len(short) > len(shown) / 2 and (unit is not None or len(bare) <= len(shown) / 2)


def _numbers(answers: Answers, question: Question) -> Proposal | None:
    values = {cell: parse_number(cell, integer=True) for cell in answers.cells}
    numbers = Counter[float]()
    for cell, value in values.items():
        if not isinstance(value, str):
            numbers[value] += answers.cells[cell]
    if numbers.total() < MOSTLY_NUMBERS * answers.n:
        return None
    special = _special_codes(numbers)
    missing = (*answers.missing, *(MissingCode(code=code, reason="other") for code in special))
    doubts = [Message("draft.missing_numbers", {"codes": ", ".join(map(str, special))})] if special else []
    plain = {int(value): count for value, count in numbers.items() if value not in special and value.is_integer()}
    whole = len(plain) == len(numbers) - len(special)
    if whole and numbers.total() == answers.n and _is_scale(plain, question):
        return _number_scale(plain, missing, doubts, question)
    if asks_for_time(question.text) and asked_unit(question.text) is None:
        doubts.append(Message("draft.number_of_time"))
    return Proposal(AnswerFormat(kind="number", integer=whole, missing=missing), "number", tuple(doubts))


def _special_codes(numbers: Mapping[float, int]) -> list[int]:
    """Codes that stand for missing answers: far below or far above the other numbers."""
    others = [value for value in numbers if value not in MISSING_NUMBERS]
    if not others:
        return []
    low, high = min(others), max(others)
    return sorted(
        int(value) for value in numbers
        if value in MISSING_NUMBERS and ((value < 0 <= low) or (value > 0 and high <= value / 7))
    )  # fmt: skip


def _is_scale(plain: Mapping[int, int], question: Question) -> bool:
    low, high = min(plain, default=0), max(plain, default=0)
    starts = low in (0, 1, 2) or low == -high
    spread = 1 <= high - low <= WIDEST_SCALE and len(plain) > (high - low) / 2
    return starts and spread and sum(plain.values()) >= FEWEST_SCALE_ANSWERS and not asks_for_count(question.text)


def _number_scale(
    plain: Mapping[int, int], missing: tuple[MissingCode, ...], doubts: list[Message], question: Question
) -> Proposal:
    low, high = min(plain), max(plain)
    low = 1 if low == 2 else low  # nobody chose the lowest answer
    labels = {code_of(code): label for code, label in question.labels.items()}
    options = tuple(
        Option(code=code, label={question.language: labels[code]} if labels.get(code) else {})
        for code in range(low, high + 1)
    )
    doubts.append(Message("draft.number_scale", {"low": low, "high": high}))
    return Proposal(AnswerFormat(kind="single", options=options, missing=missing), "", tuple(doubts), ordered=True)


def _repeated_choice(answers: Answers, question: Question) -> Proposal | None:
    """A few labels, each given by several people; the rest is the text of an open option."""
    common = {label: count for label, count in answers.labels.items()
              if count >= SEVERAL and len(label) <= LONGEST_LABEL}  # fmt: skip
    if not common or len(common) > MOST_OPTIONS or _share(answers, common) < MOSTLY_OPTIONS:
        return None
    ordering = order_labels(list(common))
    if ordering is not None:
        labels: Sequence[tuple[int, str]] = ordering.options
        doubts = list(_ordering_doubts(ordering))
    else:
        labels = list(enumerate(sorted(common, key=common.__getitem__, reverse=True), 1))
        doubts = [Message("draft.order_unknown")] if len(labels) > 2 else []
    options = [Option(code=code, label={question.language: label}) for code, label in labels]
    if len(labels) == 1:
        doubts.append(Message("draft.one_option"))
    rare = sum(answers.cells.values()) - sum(common.values())
    open_option, is_new = open_option_of(options, question.language) if rare else (None, False)
    if rare:
        doubts.append(Message("draft.rare_answers", {"n": rare, "fewest": SEVERAL}))
    form = AnswerFormat(kind="single", options=tuple(options), missing=answers.missing, open_option=open_option)
    is_ordered = ordering is not None and ordering.ordered and not is_new
    return Proposal(form, ordering.scale if ordering else "", tuple(doubts), is_ordered)


def _free_text(answers: Answers, _question: Question) -> Proposal:
    doubts = (Message("draft.few_answers", {"n": answers.n}),) if answers.n < FEWEST_SCALE_ANSWERS else ()
    return Proposal(AnswerFormat(kind="text"), "text", doubts)


FINDERS: tuple[Callable[[Answers, Question], Proposal | None], ...] = (
    _none_seen, _labelled, _moments, _known_choice, joined_choices, _duration, _numbered_choice, _numbers,
    _repeated_choice, _free_text,
)  # fmt: skip
"""Asked in this order; the last one takes everything."""
