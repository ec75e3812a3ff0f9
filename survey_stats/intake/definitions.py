"""Files that hold a questionnaire and no answers, but are tables: an XLSForm, a REDCap data dictionary."""

from __future__ import annotations

from survey_stats.intake.platforms.layout import first_filled, header_text
from survey_stats.intake.table import Grid
from survey_stats.intake.text import normalised

XLSFORM_SHEETS = ({"survey", "choices"}, {"survey", "settings"})
XLSFORM_TYPES = {"text", "integer", "decimal", "date", "note", "calculate", "begin group", "begin_group", "end group"}
LIST_NAMES = {"list_name", "list name"}
"""Header of the sheet of choices, which may be the fullest."""
SELECTS = ("select_one ", "select_multiple ", "select one ", "select multiple ")
DICTIONARIES = (
    {"variable / field name", "form name", "field type"},
    {"field_name", "form_name", "field_type"},
)
"""Headers of a REDCap data dictionary, from its pages and from its programming interface."""


def definition_of(grid: Grid) -> str:
    """Which tool's questionnaire a table holds, in words; empty if it holds answers."""
    names = {normalised(header_text(cell)) for cell in grid.rows[first_filled(grid)]}
    if any(header <= names for header in DICTIONARIES):
        return "a REDCap data dictionary, which holds questions and no answers"
    sheets = {name.casefold() for name in grid.sheets}
    is_form = ("type" in names and _has_question_types(grid)) or not names.isdisjoint(LIST_NAMES)
    if is_form and any(wanted <= sheets for wanted in XLSFORM_SHEETS):
        return "an XLSForm (KoboToolbox, ODK), which holds questions and no answers"
    return ""


def _has_question_types(grid: Grid) -> bool:
    cells = {normalised(cell) for row in grid.rows for cell in row if isinstance(cell, str)}
    return bool(cells & XLSFORM_TYPES) or any(cell.startswith(SELECTS) for cell in cells)
