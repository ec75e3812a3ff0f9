"""The multiple choices of an export: those of a questionnaire, and those that the answers show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from survey_stats.content import in_language
from survey_stats.instrument import Instrument, Item
from survey_stats.intake.draft_questions import find_questions
from survey_stats.intake.table import ExportTable


@dataclass(frozen=True, slots=True)
class MultipleChoice:
    """A question of which several options may be chosen.

    Attributes:
        question: Its text.
        options: Labels of its options.
        columns: Codes of its columns: one that holds all chosen options, or one an option.
    """

    question: str
    options: tuple[str, ...]
    columns: tuple[str, ...]


def multiple_choices(
    table: ExportTable, items: Mapping[str, str], instruments: Iterable[Instrument], language: str
) -> tuple[MultipleChoice, ...]:
    """Multiple choices in the order of the columns.

    Args:
        table: The export without personal columns.
        items: Code of a column → id of the item it answers, for the columns that match.
        instruments: The instruments of these items.
        language: Language of the labels.
    """
    known = {item.id: item for one in instruments for item in one.all_items if item.format.kind == "multiple"}
    rest = replace(table, columns=tuple(column for column in table.columns if column.code not in items))
    found = [*_matched(items, known, language), *_shown_by_answers(rest, language)]
    place = {column.code: column.position for column in table.columns}
    return tuple(sorted(found, key=lambda one: place[one.columns[0]]))


def _matched(items: Mapping[str, str], known: Mapping[str, Item], language: str) -> Iterator[MultipleChoice]:
    for name, item in known.items():
        columns = tuple(code for code, matched in items.items() if matched == name)
        if columns:
            labels = tuple(in_language(one.label, language) or str(one.code) for one in item.format.options)
            yield MultipleChoice(in_language(item.text, language) or name, labels, columns)


def _shown_by_answers(table: ExportTable, language: str) -> Iterator[MultipleChoice]:
    for block in find_questions(table, language, "question").blocks:
        form = block.proposal.form
        if form.kind == "multiple":
            labels = tuple(in_language(one.label, language) or str(one.code) for one in form.options)
            for item in block.items:
                yield MultipleChoice(item.text, labels, tuple(item.columns.values()))
