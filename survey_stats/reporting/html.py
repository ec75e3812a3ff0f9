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
from survey_stats.reporting.page import Page
from survey_stats.reporting.words import LONGEST_TEXT, clean, held_together, italic, set_apart, shorten

TEMPLATES = Path(__file__).parent / "templates"
_DOI = re.compile(r"doi:(10\.\d{4,9}/[\w.()/-]*\w)")
_DOI_LINK = r'<a href="https://doi.org/\1" rel="noreferrer">doi:\1</a>'


def render_html(page: Page) -> str:
    """The page as one HTML file."""
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            title=page.title,
            simulated=page.simulated,
            headlines=page.headlines,
            sections=page.sections,
            **page_values(page.language),
        )
    )


def page_values(language: str) -> dict[str, Any]:
    """What every template needs."""
    return {
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "say": lambda key, **values: text(f"reporting.{key}", language, **values),
    }


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
    held = set_apart(held_together(shorten(value, LONGEST_TEXT)))
    return Markup(_DOI.sub(_DOI_LINK, italic(str(escape(held)))))  # noqa: S704  (escaped just here)
