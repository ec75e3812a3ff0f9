"""REDCap: variable names (raw) or field labels in one header row; questions and choices lie in the data dictionary.

A checkbox is one column an option: `race___1`, in label exports `Race (choice=Asian)`, in older ones
`Race (choice='Asian')`; its cells say 0 and 1, or Checked and Unchecked. In the column's name the code is lower-case
and a minus is `_`, so that `race____99` is the option -99.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from survey_stats.errors import InputError
from survey_stats.intake.platforms.layout import Header, Layout, assemble, first_filled, header_text, with_finished
from survey_stats.intake.reasons import reason_in
from survey_stats.intake.table import Cell, Column, ExportTable, Grid, Role

TOOL = "redcap"
TITLE = "REDCap"

OWN = {
    "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance", "redcap_data_access_group",
    "redcap_survey_identifier", "Event Name", "Repeat Instrument", "Repeat Instance", "Data Access Group",
    "Survey Identifier",
}  # fmt: skip
"""REDCap's own columns, in raw and in label exports."""
INSTRUMENT_OF_REPEAT = ("redcap_repeat_instrument", "Repeat Instrument")
NAME = re.compile(r"[a-z][a-z0-9_]*")
CHECKBOX = re.compile(r"(?P<stem>[a-z][a-z0-9_]*?)___(?P<part>\w+)")
LABELLED_CHECKBOX = re.compile(r"(?P<stem>.*\S)\s*\(choice=(?P<quote>'?)(?P<part>.*)(?P=quote)\)", re.DOTALL)
COMPLETE = "_complete"
COMPLETED = {"": "", "0": "Incomplete", "1": "Unverified", "2": "Complete"}
NOT_COMPLETED = "[not completed]"
INDICATORS = {"", "0", "1"}


# --- The data --------------------------------------------------------------------------------------------------------


def recognises(grid: Grid) -> bool:
    """A column of REDCap's own, a form's state, or checkboxes among names that REDCap allows."""
    names = _names(grid)
    if any(name.startswith("redcap_") and name in OWN for name in names):
        return True
    if any(LABELLED_CHECKBOX.fullmatch(name) for name in names):
        return True
    if not all(NAME.fullmatch(name) for name in names):
        return False
    checkboxes = (place for place, name in enumerate(names) if CHECKBOX.fullmatch(name))
    return any(_holds(grid, place, INDICATORS) for place in checkboxes) or bool(_forms(grid, names))


def normalise(grid: Grid) -> ExportTable:
    """One header row; record id, events, repeats, time stamps and states of forms are no questions."""
    names = _names(grid)
    forms = _forms(grid, names)
    roles = _roles(names, forms)
    headers = [_header(name, roles.get(name)) for name in names]
    table = assemble(grid, Layout(TOOL, headers, first_filled(grid) + 1))
    notes = {key: text for key, text in _notes(table, forms).items() if text}
    labelled = [replace(column, labels=_states(column)) for column in table.columns]
    table = replace(table, columns=tuple(labelled), notes=notes)
    return with_finished(table, "status", lambda cell: _text(cell) in ("2", "Complete")) if len(forms) == 1 else table


def _names(grid: Grid) -> list[str]:
    return [header_text(cell).strip() for cell in grid.rows[first_filled(grid)]]


def _text(cell: Cell) -> str:
    return header_text(cell).strip()


def _holds(grid: Grid, place: int, allowed: Collection[str]) -> bool:
    """Whether a column holds some of `allowed`, and nothing else."""
    cells = {_text(cell) for cell in {row[place] for row in grid.rows[first_filled(grid) + 1 :]}}
    return any(cells) and cells <= set(allowed)


def _forms(grid: Grid, names: Sequence[str]) -> list[str]:
    """Names of the forms: each has a column of its state."""
    allowed = {*COMPLETED, *COMPLETED.values()}
    return [name.removesuffix(COMPLETE) for place, name in enumerate(names)
            if name.endswith(COMPLETE) and _holds(grid, place, allowed)]  # fmt: skip


def _roles(names: Sequence[str], forms: Sequence[str]) -> dict[str, Role]:
    roles: dict[str, Role] = dict.fromkeys(OWN, "metadata")
    roles |= {f"{form}{COMPLETE}": "status" for form in forms}
    roles |= {f"{form}_timestamp": "end" for form in forms}
    return roles | {names[0]: "response_id"}


def _header(name: str, role: Role | None) -> Header:
    checkbox = CHECKBOX.fullmatch(name) or LABELLED_CHECKBOX.fullmatch(name)
    if checkbox is None:
        return Header(name, role=role)
    stem, part = checkbox["stem"], checkbox["part"]
    if checkbox.re is CHECKBOX:
        return Header(name, stem=stem, part=re.sub(r"^_(?=\w)", "-", part))
    return Header(name, f"{stem} [{part}]", stem=stem, part=part)


def _states(column: Column) -> Mapping[Cell, str]:
    if column.role != "status":
        return column.labels
    return {cell: COMPLETED[_text(cell)] for cell in column.distinct.cells if COMPLETED.get(_text(cell))}


def _notes(table: ExportTable, forms: Sequence[str]) -> dict[str, str]:
    by_code = {column.code: column for column in table.columns}
    repeats = Counter(
        str(cell) for name in INSTRUMENT_OF_REPEAT if name in by_code for cell in by_code[name].cells if cell
    )
    records = next((column for column in table.columns if column.role == "response_id"), None)
    rows = len(records.cells) - len(records.distinct.cells) if records else 0
    unfinished = [f"{column.code}: {count}" for column in table.columns if column.role == "end"
                  and (count := column.cells.count(NOT_COMPLETED))]  # fmt: skip
    return {
        "forms": ", ".join(forms),
        "checkboxes": "all options 0 means none chosen or not answered; REDCap does not tell them apart"
        if any(column.stem for column in table.columns) else "",
        "repeats": ", ".join(f"{name}: {count} rows" for name, count in repeats.items()),
        "several_rows": f"{rows} rows belong to a record that has a row already; each row is kept" if rows else "",
        "not_completed": ", ".join(unfinished),
    }  # fmt: skip


# --- The data dictionary ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Field:
    """A row of the data dictionary.

    Attributes:
        kind: `text`, `notes`, `radio`, `dropdown`, `checkbox`, `yesno`, `truefalse`, `calc`, `slider`, `file`, …
        label: The question.
        choices: Code → label.
        identifier: Whether the researchers marked it as telling who answers.
    """

    kind: str
    label: str
    choices: Mapping[str, str]
    identifier: bool


FIELD_COLUMNS = {
    "name": ("Variable / Field Name", "field_name"),
    "kind": ("Field Type", "field_type"),
    "label": ("Field Label", "field_label"),
    "choices": ("Choices, Calculations, OR Slider Labels", "select_choices_or_calculations"),
    "identifier": ("Identifier?", "identifier"),
}
"""What is read → header in the dictionary that REDCap's pages and its API give."""
FIXED_CHOICES = {"yesno": {"1": "Yes", "0": "No"}, "truefalse": {"1": "True", "0": "False"}}
CHOICE_KINDS = {"radio", "dropdown", "checkbox"}
NO_QUESTIONS = {"file", "descriptive", "signature"}
MARKUP = re.compile(r"<[^<>]+>")


def describe(table: ExportTable, dictionary: Grid) -> ExportTable:
    """The table with question texts, choices and missing codes of the data dictionary.

    A choice with a negative code whose label tells why there is no answer is a missing code.

    Raises:
        InputError: The file is no data dictionary, or describes none of the columns.
    """
    fields = _fields(dictionary)
    columns = tuple(_described(column, fields) for column in table.columns)
    known = [fields[name] for column in table.columns if (name := column.stem or column.code) in fields]
    if not known:
        raise InputError(
            f"{dictionary.source} describes none of the columns: its first field is {next(iter(fields))!r}, "
            f"the export's first column {table.columns[0].code!r}. Give the data dictionary of the same project."
        )
    names = {column.stem or column.code for column in table.columns}
    kinds = Counter(field.kind for name, field in fields.items() if name in names)
    notes = {
        "field_types": ", ".join(f"{count} {kind}" for kind, count in kinds.items()),
        "identifiers": ", ".join(name for name, field in fields.items() if field.identifier and name in names),
    }
    return replace(table, columns=columns, notes={**table.notes, **{key: text for key, text in notes.items() if text}})


def _fields(dictionary: Grid) -> dict[str, Field]:
    start = first_filled(dictionary)
    header = [header_text(cell).strip() for cell in dictionary.rows[start]]
    places = {key: next((header.index(name) for name in names if name in header), None)
              for key, names in FIELD_COLUMNS.items()}  # fmt: skip
    if None in (places["name"], places["kind"], places["label"]):
        raise InputError(
            f"{dictionary.source} is no data dictionary of REDCap: its header lacks "
            f"{' or '.join(FIELD_COLUMNS['name'])}. Download the dictionary of the project and give that file."
        )
    rows = [{key: _text(row[place]) if place is not None else "" for key, place in places.items()}
            for row in dictionary.rows[start + 1 :]]  # fmt: skip
    return {row["name"]: _field(row) for row in rows if row["name"]}


def _field(row: Mapping[str, str]) -> Field:
    choices = _choices(row["choices"]) if row["kind"] in CHOICE_KINDS else FIXED_CHOICES.get(row["kind"], {})
    return Field(row["kind"], MARKUP.sub("", row["label"]).strip(), choices, row["identifier"].casefold() == "y")


def _choices(text: str) -> dict[str, str]:
    """Choices as the dictionary writes them.

    >>> _choices("1, Yes, often | -99, Don't know")
    {'1': 'Yes, often', '-99': "Don't know"}
    """
    pairs = (choice.partition(",") for choice in text.split("|"))
    return {code.strip(): MARKUP.sub("", label).strip() for code, _, label in pairs if code.strip()}


def _described(column: Column, fields: Mapping[str, Field]) -> Column:
    field = fields.get(column.stem or column.code)
    if field is None or column.role is not None:
        return column
    if field.kind == "checkbox" and column.stem:
        part = {_as_in_names(code): label for code, label in field.choices.items()}.get(column.part, column.part)
        stem = field.label or column.stem
        return replace(column, text=f"{stem} [{part}]", stem=stem, part=part, identifying=field.identifier)
    missing: dict[Cell, str] = {code: label for code, label in field.choices.items() if _means_missing(code, label)}
    labels: dict[Cell, str] = {code: label for code, label in field.choices.items() if code not in missing}
    role: Role | None = "metadata" if field.kind in NO_QUESTIONS else None
    return replace(
        column, text=field.label or column.text, role=role, labels=labels, missing=missing, identifying=field.identifier
    )


def _as_in_names(code: str) -> str:
    """A code as the names of checkbox columns hold it: lower-case, other characters as `_`, a leading minus kept."""
    return code[:1] + re.sub(r"\W", "_", code[1:]).lower() if code.startswith("-") else re.sub(r"\W", "_", code).lower()


def _means_missing(code: str, label: str) -> bool:
    return code.startswith("-") and reason_in(label) != "other"
