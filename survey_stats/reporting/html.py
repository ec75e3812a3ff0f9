"""The report as one HTML file: every value escaped, nothing requested from outside."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from survey_stats.content import RIGHT_TO_LEFT
from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.overview import closing, opening
from survey_stats.reporting.sections import Numbering, display_section
from survey_stats.reporting.sentences import headlines
from survey_stats.reporting.summary import MEASURES, Summary
from survey_stats.reporting.words import Labels, clean, italic, shorten

TEMPLATES = Path(__file__).parent / "templates"
LONGEST_TEXT = 2000
MANY_FAILED = 0.1
"""From this share of answers that could not be used on, the report says so first."""
NO_BREAK = "\u00a0"
_HELD = re.compile(r" [=<>] (?=[−.\d])|\[[−.\d]+, [−.\d]+\]|[<>] \.\d|\(1 \+ x\)")
"""What stays on one line: a number with its sign of comparison, an interval, log(1 + x)."""
_DOI = re.compile(r"doi:(10\.\d{4,9}/[\w.()/-]*\w)")
_DOI_LINK = r'<a href="https://doi.org/\1" rel="noreferrer">doi:\1</a>'


def render_html(summary: Summary, labels: Labels, language: str) -> str:
    """The page.

    Args:
        summary: What it says.
        labels: Names of measures and constructs.
        language: Language of the words.
    """
    numbering = Numbering(language)
    sections = [
        *opening(summary, language, numbering),
        *(display_section(section, summary.long, labels, language, numbering) for section in summary.sections),
        *closing(summary, language, numbering),
    ]
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            title=_title(summary, language),
            simulated=summary.simulated,
            headlines=report_headlines(summary, labels, language),
            sections=sections,
            **page_values(language),
        )
    )


def report_headlines(summary: Summary, labels: Labels, language: str) -> tuple[str, ...]:
    """The report in short, symbols marked: whom it is about, and what the analyses found."""
    who = text(
        "reporting.headlines.participants", language,
        kept=numbers.number(summary.participants.kept, "count"),
        read=numbers.number(summary.participants.rows_read, "count"),
    )  # fmt: skip
    found = [*_reservations(summary, language), *headlines(summary.sections, labels, language)]
    simulated = [text("reporting.headlines.simulated", language)] if summary.simulated else []
    return (*simulated, who, *found)


def _reservations(summary: Summary, language: str) -> list[str]:
    """What a reader must know first: little of the export was understood, or no analysis could be run."""
    columns = summary.reading.columns
    asked = columns[~columns["how"].isin(["paradata"])] if len(columns) else columns
    matched, failed = int((asked["item"] != "").sum()), int(asked["failed"].sum())
    counts = {"matched": matched, "columns": len(asked), "failed": failed, "cells": int(asked["cells"].sum())}
    told = {name: numbers.number(count, "count") for name, count in counts.items()}
    analyses = [section for section in summary.sections if section.id != MEASURES]
    happened = {
        "few_columns": matched < len(asked) / 2,
        "many_failed": failed > MANY_FAILED * int(asked.loc[asked["item"] != "", "cells"].sum()),
        "no_analysis": bool(analyses) and not any(section.tables for section in analyses),
    }
    return [text(f"reporting.headlines.{key}", language, **told) for key, is_so in happened.items() if is_so]


def page_values(language: str) -> dict[str, Any]:
    """What every template needs."""
    return {
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "say": lambda key, **values: text(f"reporting.{key}", language, **values),
    }


def _title(summary: Summary, language: str) -> str:
    key = "title_simulated" if summary.simulated else "title"
    return text(f"reporting.{key}", language, source=shorten(summary.reading.title or summary.reading.source))


@cache
def environment() -> Environment:
    """Jinja with escaping on, unknown names an error, and every value cleaned on its way out."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, finalize=_finalized,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    made.filters |= {"symbols": symbols}
    made.globals |= {"css": Markup((TEMPLATES / "report.css").read_text(encoding="utf-8"))}  # noqa: S704  (our own file)
    return made


def _finalized(value: Any) -> Any:
    """Values from data are cleaned and cut; what is marked as safe was made here."""
    return value if isinstance(value, Markup) else shorten(clean(value), LONGEST_TEXT)


def symbols(value: str) -> Markup:
    """A sentence with its symbols in italics, its numbers unbroken and its DOIs linked; all else is escaped."""
    held = _HELD.sub(lambda found: found[0].replace(" ", NO_BREAK), shorten(value, LONGEST_TEXT))
    return Markup(_DOI.sub(_DOI_LINK, italic(str(escape(held)))))  # noqa: S704  (escaped just here)
