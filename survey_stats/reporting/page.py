"""A summary in words, tables and figures in reading order: what every format of the report writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from survey_stats.content import RIGHT_TO_LEFT
from survey_stats.literature.references import Reference, cited_references, unique
from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.beside import beside
from survey_stats.reporting.overview import closing, ending, opening
from survey_stats.reporting.results_csv import labelled_simulated
from survey_stats.reporting.row_sheets import RowSheet, row_sheets
from survey_stats.reporting.sections import DisplaySection, Numbering, display_section
from survey_stats.reporting.sentences import headlines
from survey_stats.reporting.summary import OWN_SECTIONS, Participants, Summary
from survey_stats.reporting.words import Labels, shorten, with_section
from survey_stats.results import concat_long

MANY_FAILED = 0.1
"""From this share of answers that could not be used on, the report says so first."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Page:
    """A report before it has a format. Symbols in its words are marked `*r*`.

    Attributes:
        title: Its title.
        language: Language of its words.
        simulated: The answers are simulated, and every format says so.
        headlines: The report in short.
        sections: Its sections.
        references: Publications of methods, scales and findings, and those that its words name, in alphabetical order.
        numbers: Every number of its tables in the columns of `results.csv`.
        row_sheets: Lists of rows of the export, for the workbook alone: they are too long to be read.
    """

    title: str
    language: str
    simulated: bool
    headlines: tuple[str, ...]
    sections: tuple[DisplaySection, ...]
    references: tuple[Reference, ...]
    numbers: pd.DataFrame
    row_sheets: tuple[RowSheet, ...]

    @property
    def right_to_left(self) -> bool:
        """The language is written from right to left."""
        return self.language in RIGHT_TO_LEFT


def compose(summary: Summary, labels: Labels, language: str) -> Page:
    """Put a report into words.

    Args:
        summary: What it says.
        labels: Names of measures and constructs.
        language: Language of the words.
    """
    numbering = Numbering(language)
    told = (
        *opening(summary, language, numbering),
        *(display_section(section, summary.long, labels, language, numbering) for section in summary.sections),
        *closing(summary, language, numbering),
    )
    references = tuple(unique([*summary.references, *cited_references(_words(told))]))
    sections = (*told, *ending(summary.reading, references, language, numbering))
    return Page(
        title=_title(summary, language),
        language=language,
        simulated=summary.simulated,
        headlines=report_headlines(summary, labels, language),
        sections=sections,
        references=references,
        numbers=_numbers(summary, sections),
        row_sheets=row_sheets(summary, language),
    )


def _words(sections: Iterable[DisplaySection]) -> str:
    """Sentences and notes of a report, and the cells of its tables, a line each."""
    blocks = [block for section in sections for block in section.blocks]
    tables = [block.table for block in blocks if block.table is not None]
    cells = (cell.text for table in tables for row in table.rows for cell in row)
    return "\n".join((*(line for block in blocks for line in block.paragraphs),
                      *(note for table in tables for note in table.notes), *cells))  # fmt: skip


def _numbers(summary: Summary, sections: tuple[DisplaySection, ...]) -> pd.DataFrame:
    """Numbers of the analyses, then those of the tables that the report itself made."""
    rows = [
        _marked(row, summary.simulated and (block.table is None or block.table.of_answers))
        for section in sections for block in section.blocks
        for row in (*block.long, *(block.table.long if block.table else ()))
    ]  # fmt: skip
    return concat_long([summary.long.frame, pd.DataFrame(rows).drop_duplicates()])  # a result is shown twice


def _marked(row: Mapping[str, Any], simulated: bool) -> Mapping[str, Any]:
    return {**row, "warning": labelled_simulated(row["warning"])} if simulated else row


def report_headlines(summary: Summary, labels: Labels, language: str) -> tuple[str, ...]:
    """The report in short, symbols marked: whom it is about, and what the analyses found."""
    who = text(
        "reporting.headlines.participants", language,
        kept=numbers.number(summary.participants.kept - summary.participants.excluded, "count"),
        read=numbers.number(summary.participants.rows_read, "count"),
    )  # fmt: skip
    found = [
        *_excluded(summary.participants, language), *_reservations(summary, language),
        *headlines(summary.sections, labels, language), *_beside(summary, labels, language),
    ]  # fmt: skip
    simulated = [text("reporting.headlines.simulated", language)] if summary.simulated else []
    return (*simulated, who, *found)


def _excluded(people: Participants, language: str) -> list[str]:
    """How many the plan leaves out; nothing where it excludes nobody."""
    if not people.excluded:
        return []
    counts = {"excluded": numbers.number(people.excluded, "count"), "n": numbers.number(people.kept, "count")}
    return [text("reporting.headlines.excluded", language, **counts)]


def _beside(summary: Summary, labels: Labels, language: str) -> list[str]:
    """What counting the excluded respondents in would change, an analysis a line."""
    found = []
    for section in summary.sections:
        named = with_section(labels, section)
        words = [both.words for both in beside(section, summary.long, named, language) if both.headline and both.words]
        if section.id not in OWN_SECTIONS and words:
            told = {"section": text(section.title, language), "words": words[0]}
            found.append(text("reporting.headlines.beside", language, **told))
    return found


def _reservations(summary: Summary, language: str) -> list[str]:
    """What a reader must know first: little of the export was understood, or no analysis could be run."""
    columns = summary.reading.columns
    asked = columns[~columns["how"].isin(["paradata"])] if len(columns) else columns
    matched, failed = int((asked["item"] != "").sum()), int(asked["failed"].sum())
    counts = {"matched": matched, "columns": len(asked), "failed": failed, "cells": int(asked["cells"].sum())}
    told = {name: numbers.number(count, "count") for name, count in counts.items()}
    analyses = [section for section in summary.sections if section.id not in OWN_SECTIONS]
    happened = {
        "few_columns": matched < len(asked) / 2,
        "many_failed": failed > MANY_FAILED * int(asked.loc[asked["item"] != "", "cells"].sum()),
        "no_analysis": bool(analyses) and not any(section.tables for section in analyses),
    }
    return [text(f"reporting.headlines.{key}", language, **told) for key, is_so in happened.items() if is_so]


def _title(summary: Summary, language: str) -> str:
    key = "title_simulated" if summary.simulated else "title"
    return text(f"reporting.{key}", language, source=shorten(summary.reading.title or summary.reading.source))
