"""A section → what a page shows: words, tables and figures in reading order, numbered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from survey_stats.analysis import Figure, Section, Table
from survey_stats.messages import text
from survey_stats.reporting.beside import beside
from survey_stats.reporting.figures import DisplayFigure, display_figure
from survey_stats.reporting.quality_layouts import FOLDED
from survey_stats.reporting.results_csv import CellIds, LongTables
from survey_stats.reporting.sentences import result_sentences
from survey_stats.reporting.tables import DisplayTable, result_table
from survey_stats.reporting.words import Labels, sentence, shorten, with_section


@dataclass(frozen=True, slots=True)
class DisplayBlock:
    """One piece of a page: paragraphs, facts (name and value), a table or a figure.

    Attributes:
        paragraphs, facts, table, figure: One of them is filled.
        number: `Table 1`, `Figure 1`, `Table S1`: tables, figures and folded tables are counted apart.
        folded: The table is long and not for every reader: a page opens it on request, a Word document leaves it out.
        long: Rows of `results.csv` for numbers in its words, where no table has them.
    """

    paragraphs: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    table: DisplayTable | None = None
    figure: DisplayFigure | None = None
    number: str = ""
    folded: bool = False
    long: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class DisplaySection:
    """A section as shown; `id` is its anchor in the page."""

    id: str
    title: str
    blocks: tuple[DisplayBlock, ...]


@dataclass(slots=True)
class Numbering:
    """Running numbers of the tables and figures of one page."""

    language: str
    tables: Iterator[int] = field(default_factory=lambda: count(1))
    figures: Iterator[int] = field(default_factory=lambda: count(1))
    supplement: Iterator[int] = field(default_factory=lambda: count(1))

    def table(self, *, folded: bool = False) -> str:
        """The next of `Table 1`, `Table 2`, …; of folded tables, of `Table S1`, `Table S2`, …."""
        number = f"S{next(self.supplement)}" if folded else next(self.tables)
        return text("reporting.number.table", self.language, number=number)

    def figure(self) -> str:
        """The next of `Figure 1`, `Figure 2`, …."""
        return text("reporting.number.figure", self.language, number=next(self.figures))


def table_block(table: DisplayTable, numbering: Numbering, *, folded: bool = False) -> DisplayBlock:
    """A numbered table."""
    return DisplayBlock(table=table, number=numbering.table(folded=folded), folded=folded)


def words_block(paragraphs: Iterable[str]) -> DisplayBlock:
    """Paragraphs."""
    return DisplayBlock(paragraphs=tuple(paragraphs))


def display_section(
    section: Section, long: LongTables, labels: Labels, language: str, numbering: Numbering
) -> DisplaySection:
    """A section of an analysis as shown.

    Args:
        section: The section.
        long: Ids of its numbers.
        labels: Names of measures and constructs.
        language: Language of the words.
        numbering: Running numbers of the page.
    """
    labels = with_section(labels, section)
    blocks: list[DisplayBlock] = []
    for position, block in enumerate(section.blocks):
        if isinstance(block, Table):
            blocks += _table_blocks(block, long.ids[section.id, position], labels, language, numbering)
        elif isinstance(block, Figure):
            prefix = f"{section.id}-{position}"
            drawn = display_figure(block, labels, language, prefix=prefix)
            blocks.append(DisplayBlock(figure=drawn, number=numbering.figure()))
        else:
            blocks.append(words_block([sentence(block.id, block.values, labels, language)]))
    blocks += _beside_blocks(section, long, labels, language, numbering)
    return DisplaySection(f"section-{section.id}", shorten(text(section.title, language), 120), tuple(blocks))


def _table_blocks(
    block: Table, ids: CellIds, labels: Labels, language: str, numbering: Numbering
) -> list[DisplayBlock]:
    """What the result says, then the table."""
    lines = result_sentences(block, labels, language)
    table = result_table(block.result, ids, labels, language, block.context)
    folded = type(block.result).__name__ in FOLDED
    return [*([words_block(lines)] if lines else []), table_block(table, numbering, folded=folded)]


def _beside_blocks(
    section: Section, long: LongTables, labels: Labels, language: str, numbering: Numbering
) -> list[DisplayBlock]:
    """Every result with and without the planned exclusions; the headline open, the others on request."""
    blocks: list[DisplayBlock] = []
    for both in beside(section, long, labels, language):
        if both.headline:
            blocks.append(words_block([text("reporting.beside.text", language), *([both.words] if both.words else [])]))
        blocks.append(table_block(both.table, numbering, folded=not both.headline))
    return blocks
