"""Columns → questions: which belong together, how they are answered, what they are called, and what is uncertain."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

from survey_stats.instrument import AnswerFormat, Item, Option
from survey_stats.intake.answer_evidence import Proposal, Question, label_of
from survey_stats.intake.answer_formats import find_format
from survey_stats.intake.answer_scales import missing_reason
from survey_stats.intake.answers import FAILED, code_column
from survey_stats.intake.draft_ids import Ids, name_of, shared_name
from survey_stats.intake.question_words import asks_for_several, demographic, names_identifier
from survey_stats.intake.table import Cell, Column, ExportTable
from survey_stats.intake.text import normalised, question_key
from survey_stats.messages import Message

_MARK = re.compile(r"\s+-\s+|\s*\[")
_ENDS_IN_NUMBER = re.compile(r"(.*?\D)[\d_.#]*\d")
_CHOSEN = frozenset({"1", "true", "selected", "checked", "x", "yes", "ja", "on", "✓", "✔"})
_STATES = (frozenset({"0", "1"}), frozenset({"true", "false"}), frozenset({"checked", "unchecked"}),
           frozenset({"selected", "not selected"}))  # fmt: skip
_YES_NO = frozenset({"yes", "no", "ja", "nein", "nei"})
"""Also the answers to a matrix of yes-or-no questions, so that the question must ask for several options."""


@dataclass(frozen=True, slots=True, eq=False)
class DraftItem:
    """A question of the draft.

    Attributes:
        id: Its id in the instrument.
        text: Its text; in a matrix, the row's.
        columns: Column code by what stands in the plan's map: the item, or `item.option`.
        construct: For a demographic question.
        doubts: What a person should look at.
    """

    id: str
    text: str
    columns: Mapping[str, str]
    construct: str | None = None
    doubts: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Questions answered alike: a matrix, or a single question.

    Attributes:
        id: Id of the matrix; empty for a single question.
        stem: What its questions share; may be empty.
        items: Its questions.
        proposal: How they are answered, with the doubts that hold for all of them.
    """

    id: str
    stem: str
    items: tuple[DraftItem, ...]
    proposal: Proposal


@dataclass(frozen=True, slots=True, eq=False)
class Questions:
    """What was found in an export.

    Attributes:
        blocks: The questions in the order of the columns.
        left_out: Code of a column that is no question → why.
    """

    blocks: tuple[Block, ...]
    left_out: Mapping[str, Message]


def find_questions(table: ExportTable, language: str, prefix: str) -> Questions:
    """The questions of an export.

    Args:
        table: The export without personal columns.
        language: Language of its labels.
        prefix: Put before an id that would not begin with a letter.
    """
    asked = [column for column in table.columns if column.role is None]
    identifying = {question_key(column.text) for column in asked if _is_identifier(column)}
    columns = [column for column in asked if question_key(column.text) not in identifying]
    left_out = {column.code: Message("draft.identifier") for column in asked if column not in columns}
    drafting = _Drafting(table.separators, language, prefix)
    blocks = [block for stem, run in _runs(columns) for block in drafting.blocks(stem, run, left_out)]
    return Questions(tuple(blocks), left_out)


def _is_identifier(column: Column) -> bool:
    """A header that ends in `id`, or another one of running numbers above cells that hardly repeat."""
    if not names_identifier(column.code, column.text):
        return False
    return column.code.casefold().endswith("id") or len(column.distinct.cells) > 0.9 * len(column.cells)


# ---- columns that share a stem --------------------------------------------------------------------------------------


def _runs(columns: Sequence[Column]) -> Iterator[tuple[str, list[Column]]]:
    """Neighbours that share the beginning of their text, with the longest one they share; the others without one."""
    for stem, runs in groupby(_shared_beginnings(columns), key=lambda run: run[0]):
        found = [run for _, run in runs]
        yield from ((stem, run) for run in ([list(chain(*found))] if not stem else found))


def _shared_beginnings(columns: Sequence[Column]) -> Iterator[tuple[str, list[Column]]]:
    run: list[Column] = []
    shared: list[str] = []
    for column in columns:
        stems = _stems(column)
        common = [stem for stem in shared if stem in stems]
        if run and not common:
            yield _named_run(shared, run)
            run = []
        shared = common if run else stems
        run.append(column)
    if run:
        yield _named_run(shared, run)


def _named_run(shared: Sequence[str], run: list[Column]) -> tuple[str, list[Column]]:
    return (shared[-1] if len(run) > 1 else "", run)


def _stems(column: Column) -> list[str]:
    """What may be the shared beginning of the text, shortest first."""
    if column.stem:
        return [column.stem]
    text = column.text
    cuts = [match.start() for match in _MARK.finditer(text) if "[" not in match[0] or text.rstrip().endswith("]")]
    return [text[:cut] for cut in cuts if text[:cut].strip()]


def _part(column: Column, stem: str) -> str:
    """The text without the stem: a row of a matrix, an option of a multiple choice."""
    if column.part:
        return column.part
    rest = column.text[len(stem) :].strip() if column.text.startswith(stem) else column.text
    if rest.startswith("[") and rest.endswith("]"):
        return rest[1:-1].strip() or column.text
    return rest.removeprefix("-").strip() or column.text


# ---- drafting -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    """A column with its own format, before it is put together with others."""

    column: Column
    proposal: Proposal


class _Drafting:
    """Makes blocks of columns and gives out ids, each once."""

    def __init__(self, separators: tuple[str, ...], language: str, prefix: str) -> None:
        self._separators = separators
        self._language = language
        self._ids = Ids(prefix)
        self._own: dict[int, Proposal] = {}

    def blocks(self, stem: str, run: Sequence[Column], left_out: dict[str, Message]) -> Iterator[Block]:
        """The blocks of a run: a multiple choice with one column an option, matrices, single questions."""
        rest = list(run)
        if stem:
            choices = [column for column in run if not self._is_prose(column)]
            if len(choices) > 1 and _are_indicators(choices, stem):
                yield self._multiple(stem, choices)
                rest = [column for column in run if column not in choices]
        filled = [column for column in rest if _answers_of([column])]
        left_out.update({column.code: Message("draft.empty") for column in rest if column not in filled})
        candidates = [_Candidate(column, self._own_format(column)) for column in filled]
        if candidates:
            yield from self._chunks(stem, candidates)

    def _chunks(self, stem: str, candidates: Sequence[_Candidate]) -> Iterator[Block]:
        """A matrix of all, else of neighbours that are answered alike, else each column by itself."""
        pooled = self._matrix(stem, candidates) if stem and len(candidates) > 1 else None
        if pooled is not None:
            yield pooled
            return
        for _, group in groupby(_numbered(candidates, stem), key=lambda pair: pair[0]):
            chunk = [candidate for _, candidate in group]
            matrix = self._matrix(stem, chunk) if len(chunk) > 1 else None
            if matrix is not None:
                yield matrix
            else:
                yield from (self._single(candidate) for candidate in chunk)

    def _matrix(self, stem: str, candidates: Sequence[_Candidate]) -> Block | None:
        """The columns as one matrix, if one format fits all their answers."""
        columns = [candidate.column for candidate in candidates]
        proposal = self._format(columns, stem or columns[0].text)
        form = proposal.form
        if form.kind == "text" or form.open_option is not None or any(failures(one, form) for one in columns):
            return None
        if any(candidate.proposal.form.kind not in (form.kind, "text") for candidate in candidates):
            return None
        group = self._ids.group(f"{shared_name(columns, stem)}_matrix")
        items = tuple(self._row(column, stem) for column in columns)
        return Block(group, _without_suffix(stem), items, proposal)

    def _row(self, column: Column, stem: str) -> DraftItem:
        row = _part(column, stem) if stem else column.text
        item = self._ids.item(name_of(column, row))
        return DraftItem(item, row, {item: column.code})

    def _single(self, candidate: _Candidate) -> Block:
        column, proposal = candidate.column, candidate.proposal
        item = self._ids.item(name_of(column))
        construct = demographic(column.code, column.text)
        if construct is not None and not _fits_construct(construct, proposal):
            construct = None
        found = failures(column, proposal.form)
        doubts = [Message("draft.demographic", {"construct": construct})] if construct else []
        doubts += [Message("draft.age_groups")] if construct == "age" and proposal.form.kind == "single" else []
        doubts += [Message("draft.fails", {"n": found, "kind": proposal.form.kind})] if found else []
        text = _without_suffix(column.text)
        return Block("", "", (DraftItem(item, text, {item: column.code}, construct, tuple(doubts)),), proposal)

    def _multiple(self, stem: str, columns: Sequence[Column]) -> Block:
        """One column an option; the option's code is its place, its label the part of the text that is its own."""
        item = self._ids.item(shared_name(columns, stem))
        options = []
        for code, column in enumerate(columns, 1):
            label = _part(column, stem)
            seen = [text for text in _labels_of(column) if normalised(text) not in _MARKS]
            aliases = tuple(text for text in seen if normalised(text) != normalised(label))
            options.append(Option(code=code, label={self._language: label}, aliases=aliases))
        form = AnswerFormat(kind="multiple", options=tuple(options))
        found = sum(failures(column, form, option) for column, option in zip(columns, options, strict=True))
        doubts = (Message("draft.fails", {"n": found, "kind": "multiple"}),) if found else ()
        keys = {f"{item}.{code}": column.code for code, column in enumerate(columns, 1)}
        proposal = Proposal(form, "", (Message("draft.multiple_in_columns", {"n": len(columns)}),))
        return Block("", "", (DraftItem(item, _without_suffix(stem), keys, None, doubts),), proposal)

    def _is_prose(self, column: Column) -> bool:
        return self._own_format(column).form.kind == "text" and len(_labels_of(column)) > 2

    def _own_format(self, column: Column) -> Proposal:
        """The format of a column by itself, found once."""
        if column.position not in self._own:
            self._own[column.position] = self._format([column], column.text)
        return self._own[column.position]

    def _format(self, columns: Sequence[Column], text: str) -> Proposal:
        first = columns[0]
        return find_format(
            _answers_of(columns), Question(text, self._separators, first.labels, first.missing, self._language)
        )


def _numbered(candidates: Sequence[_Candidate], stem: str) -> Iterator[tuple[int, _Candidate]]:
    """Each candidate with the number of its chunk: a new one begins where the way of answering changes."""
    number = 0
    previous: tuple[object, ...] | None = None
    for candidate in candidates:
        family = _family(candidate, stem)
        number += family is None or family != previous
        previous = family
        yield number, candidate


def _family(candidate: _Candidate, stem: str) -> tuple[object, ...] | None:
    """What neighbours must have in common to be a matrix; none for what is never part of one."""
    column, proposal = candidate.column, candidate.proposal
    form = proposal.form
    if form.kind == "text" or form.open_option is not None or (not stem and demographic(column.code, column.text)):
        return None
    match = _ENDS_IN_NUMBER.fullmatch(column.code)
    series = "" if stem else match[1] if match else ""
    if form.kind != "single":
        return (form.kind, series) if stem else None
    if proposal.name:
        return "scale", proposal.name, series
    labels = frozenset(normalised(label) for option in form.options for label in option.label.values())
    if labels:
        return "options", labels, series
    return "codes", None if series or stem else form.range, series


def _fits_construct(construct: str, proposal: Proposal) -> bool:
    kind = proposal.form.kind
    if construct == "age":
        return kind == "number" or (kind == "single" and proposal.ordered)
    return kind == "single" or (construct == "country" and kind == "text")


# ---- columns --------------------------------------------------------------------------------------------------------


def _answers_of(columns: Iterable[Column]) -> dict[Cell, int]:
    """Distinct filled cells of the columns → how often; truth values stay apart from 0 and 1."""
    counts: Counter[Cell] = Counter()
    for column in columns:
        found = column.distinct
        for cell, count in zip(found.cells, found.counts, strict=True):
            if not isinstance(cell, str) or normalised(cell):
                counts[label_of(cell) if isinstance(cell, bool) else cell] += int(count)
    return dict(counts)


def _labels_of(column: Column) -> list[str]:
    """Distinct labels of a column that are answers."""
    labels = {normalised(label_of(cell)): label_of(cell) for cell in _answers_of([column])}
    return [label for label in labels.values() if missing_reason(label) is None]


_MARKS = _CHOSEN.union(_YES_NO, *_STATES)


def _are_indicators(columns: Sequence[Column], stem: str) -> bool:
    """Whether each column says if one option was chosen: its label or a mark, or one of two states."""
    found = [(column, {normalised(label) for label in _labels_of(column)}) for column in columns]
    seen = frozenset().union(*(labels for _, labels in found))
    if not seen:
        return False
    if any(seen <= states for states in _STATES) or (seen <= _YES_NO and asks_for_several(stem)):
        return True
    return all(len(labels) < 2 and labels <= _CHOSEN | {normalised(_part(column, stem))} for column, labels in found)


def failures(column: Column, form: AnswerFormat, option: Option | None = None) -> int:
    """How many cells of a column cannot be used as answers in a format."""
    item = Item("draft", "draft", form, {}, {}, {})
    coded = code_column(column.distinct, item, option, how="plan", labels=column.labels, missing=column.missing)
    return int((coded.reasons == FAILED).sum())


def _without_suffix(text: str) -> str:
    return text.removesuffix(" - Selected Choice").strip()
