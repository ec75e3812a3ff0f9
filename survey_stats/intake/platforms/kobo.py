"""KoboToolbox and ODK: one header row of names or labels, groups before the question's name, selects both ways.

A select-multiple question is a summary column (options joined by spaces), one 0/1 column an option (`q/option`), or
both. KoboToolbox separates groups by `/`, ODK Central by `-`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from survey_stats.intake.platforms.layout import Header, Layout, assemble, first_filled, header_text
from survey_stats.intake.table import Cell, ExportTable, Grid, Role

TOOL = "kobo"
TITLE = "KoboToolbox or ODK"

KOBO_SIGNATURE = {"_id", "_uuid", "_submission_time"}
ODK_SIGNATURE = {"SubmissionDate", "meta-instanceID", "KEY"}
ROLES: Mapping[str, Role] = {
    "start": "start", "end": "end", "_submission_time": "recorded", "SubmissionDate": "recorded",
    "_uuid": "response_id", "KEY": "response_id", "_validation_status": "status", "ReviewState": "status",
}  # fmt: skip
"""Column → role; all other columns of `METADATA` are metadata."""
METADATA = {
    "_id", "_notes", "_status", "_submitted_by", "__version__", "_tags", "_index", "_attachments", "_geolocation",
    "_parent_table_name", "_parent_index", "_submission__id", "_submission__uuid", "_submission__submission_time",
    "_submission__validation_status", "_submission__notes", "_submission__status", "_submission__submitted_by",
    "_submission___version__", "_submission__tags", "meta-instanceID", "meta/instanceID", "meta-instanceName",
    "meta/instanceName", "meta/rootUuid", "formhub/uuid", "PARENT_KEY", "SubmitterID", "SubmitterName",
    "AttachmentsPresent", "AttachmentsExpected", "Status", "DeviceID", "Edits", "FormVersion", "today", "deviceid",
    "phonenumber", "simserial", "subscriberid", "username", "email", "audit",
}  # fmt: skip
PARENT = "_parent_table_name"
PARENTS = {PARENT, "_parent_index", "PARENT_KEY"}
GEOPOINT = re.compile(r"_?(.+)[_-](?i:latitude|longitude|altitude|precision|accuracy)")
INDICATORS = {"", "0", "1", "TRUE", "FALSE", "True", "False"}
NAME = re.compile(r"[A-Za-z_][\w.-]*")
KOBO_GROUPS = re.compile(r".*/")
ODK_GROUPS = re.compile(r".*[/-]")


def recognises(grid: Grid) -> bool:
    """Two of the columns that Kobo, or that ODK Central adds to every export, or Kobo's link to a parent sheet."""
    names = set(_names(grid))
    return (
        len(names & KOBO_SIGNATURE) > 1
        or PARENT in names
        or ("KEY" in names and len(names & (ODK_SIGNATURE | {"PARENT_KEY"})) > 1)
    )


def parent_sheet(grid: Grid) -> str | None:
    """The sheet that a sheet of repeats belongs to, if this is one and the workbook has the other."""
    names = _names(grid)
    if not grid.sheets or PARENT not in names:
        return None
    place, start = names.index(PARENT), first_filled(grid)
    parents = {header_text(row[place]) for row in grid.rows[start + 1 :]}
    return next((sheet for sheet in grid.sheets if sheet in parents and sheet != grid.sheet), None)


def normalise(grid: Grid) -> ExportTable:
    """Columns keep their names; of a summary and its option columns, one kind holds the answers."""
    names = _names(grid)
    start = first_filled(grid)
    below = list(zip(*grid.rows[start + 1 :], strict=True)) or [()] * len(names)
    splits = _selects(names, [_is_indicator(cells) for cells in below])
    aside = _left_aside(names, splits, below)
    roles = [_role(name, names, aside) for name in names]
    notes = _notes(grid, names, aside)
    layout = Layout(TOOL, _headers(names, splits, roles), start + 1, separators=(" ",), notes=notes)
    return assemble(grid, layout)


def _names(grid: Grid) -> list[str]:
    return [header_text(cell).strip() for cell in grid.rows[first_filled(grid)]]


def _is_indicator(cells: Collection[object]) -> bool:
    """Whether a column can be an option's: 0, 1 or nothing."""
    return {header_text(cell) for cell in set(cells)} <= INDICATORS  # type: ignore[arg-type]


def _selects(names: Sequence[str], indicators: Sequence[bool]) -> list[tuple[str, str]]:
    """For each column the question and the option it stands for, empty where it is no option.

    The question is the longest other column that the name goes on from, else what stands before the last `/` if all
    columns with that beginning hold 0 and 1; one column alone is a question in a group.
    """
    summaries = {name for name in names if name and any(other.startswith(f"{name}/") for other in names)}
    guesses = [_split(name, summaries) if is_indicator and "/" in name and name not in ROLES else ("", "")
               for name, is_indicator in zip(names, indicators, strict=True)]  # fmt: skip
    members = Counter(stem for stem, _ in guesses)
    groups = Counter(name.rpartition("/")[0] for name in names)
    return [(stem, part) if stem in summaries or members[stem] == groups[stem] > 1 else ("", "")
            for stem, part in guesses]  # fmt: skip


def _left_aside(
    names: Sequence[str], splits: Sequence[tuple[str, str]], below: Sequence[Sequence[Cell]]
) -> dict[str, str]:
    """Columns that hold another column's answers once more → the question.

    The summary, unless it is filled in rows in which no option is (answers to an older version of the form).
    """
    aside: dict[str, str] = {}
    for place, name in enumerate(names):
        options = [other for other, (stem, _) in enumerate(splits) if stem and stem == name]
        if not options:
            continue
        is_covered = all(cell == "" or any(below[option][row] != "" for option in options)
                         for row, cell in enumerate(below[place]))  # fmt: skip
        aside |= {name: name} if is_covered else {names[option]: name for option in options}
    return aside


def _split(name: str, summaries: Collection[str]) -> tuple[str, str]:
    stem = max((one for one in summaries if name.startswith(f"{one}/")), key=len, default=name.rpartition("/")[0])
    return stem, name[len(stem) + 1 :]


def _role(name: str, names: Collection[str], aside: Collection[str]) -> Role | None:
    if name in ROLES or name in METADATA:
        return ROLES.get(name, "metadata")
    point = GEOPOINT.fullmatch(name)
    belongs_to_point = point is not None and any(other.rpartition("/")[2] == point[1] for other in names)
    return "metadata" if name in aside or belongs_to_point else None


def _headers(names: Sequence[str], splits: Sequence[tuple[str, str]], roles: Sequence[Role | None]) -> list[Header]:
    """A question without its groups is the import id; a label also loses a group that other questions share."""
    pattern = ODK_GROUPS if "KEY" in names else KOBO_GROUPS
    wholes = [stem or name for name, (stem, _) in zip(names, splits, strict=True)]
    owns = [pattern.sub("", whole) for whole in wholes]
    groups = Counter(whole.removesuffix(own) for whole, own in set(zip(wholes, owns, strict=True)))
    headers = []
    for name, whole, own, (_, part), role in zip(names, wholes, owns, splits, roles, strict=True):
        question = own if groups[whole.removesuffix(own)] > 1 else whole
        text = "" if NAME.fullmatch(own) else f"{question} [{part}]" if part else question
        own_name = f"{own}/{part}" if part and whole in names else pattern.sub("", name)
        import_id = own_name if role is None and own_name != name else None
        headers.append(Header(name, text, role, import_id, stem=question if part else "", part=part))
    return headers


def _notes(grid: Grid, names: Collection[str], aside: Mapping[str, str]) -> dict[str, str]:
    summaries = [name for name, question in aside.items() if name == question]
    split = sorted({question for name, question in aside.items() if name != question})
    others = [sheet for sheet in grid.sheets if sheet != grid.sheet]
    notes = {
        "summaries": f"left aside, as each option has a column: {', '.join(summaries)}" if summaries else "",
        "options": f"left aside, as some rows have the summary only: {', '.join(split)}" if split else "",
        "repeats": f"in other sheets, not read: {', '.join(others)}" if others else "",
        "is_repeat": "each row repeats a group of questions, not a person" if PARENTS & set(names) else "",
    }
    return {key: text for key, text in notes.items() if text}
