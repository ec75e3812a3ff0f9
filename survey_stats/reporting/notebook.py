"""A section in a notebook: the same words, tables and figures as in the report."""

from __future__ import annotations

from survey_stats.analysis import Section
from survey_stats.messages import SOURCE_LANGUAGE
from survey_stats.reporting.html import environment, page_values
from survey_stats.reporting.results_csv import long_tables
from survey_stats.reporting.sections import Numbering, display_section
from survey_stats.reporting.words import Labels, construct_labels


def section_html(section: Section, language: str = SOURCE_LANGUAGE) -> str:
    """HTML of one section.

    Args:
        section: The section.
        language: Language of the words.
    """
    long = long_tables([section], simulated=section.simulated)
    labels = construct_labels(language)
    labels = Labels({name: label for name, label in labels.items() if name not in section.labels})
    shown = display_section(section, long, labels, language, Numbering(language))
    template = environment().get_template("section.html.j2")
    return template.render(section=shown, simulated=section.simulated, **page_values(language))
