"""Qualtrics: names, question texts and ImportIds in up to three header rows, each of which may be missing or edited.

Row 1 holds export tags; row 2 question texts in the account's language; row 3 `{"ImportId":"QID1"}`, in files of 2016
as Python writes a dictionary. Legacy files have `V1, V2, …` above `ResponseID, ResponseSet, …` and no third row.
Researchers rename row 1 and delete row 3, so that each row is decided by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from survey_stats.intake.platforms.layout import (
    Header,
    Layout,
    assemble,
    first_filled,
    header_text,
    plain,
    shared_stems,
)
from survey_stats.intake.table import Cell, ExportTable, Grid, Role

TOOL = "qualtrics"
TITLE = "Qualtrics"

METADATA: tuple[tuple[Role, tuple[str, ...]], ...] = (
    ("start", ("startDate", "Start Date", "Anfangsdatum", "Startdatum")),
    ("end", ("endDate", "End Date", "Enddatum")),
    ("status", ("status", "Response Type", "Antworttyp")),
    ("progress", ("progress", "Aktueller Stand", "Fortschritt")),
    ("duration_seconds", ("duration", "Duration (in seconds)", "Dauer (in Sekunden)")),
    ("finished", ("finished", "Beendet")),
    ("recorded", ("recordedDate", "Recorded Date", "Erfassungsdatum", "Aufzeichnungsdatum")),
    ("response_id", ("_recordId", "responseId", "Response ID", "Antwort-ID")),
    ("channel", ("distributionChannel", "Distribution Channel", "Verteilungskanal", "Verteilungsweg")),
    ("language", ("userLanguage", "User Language", "Benutzersprache")),
    (
        "metadata",
        (
            "ipAddress", "IP Address", "IP-Adresse", "responseSetId", "ResponseSet",
            "recipientLastName", "Recipient Last Name", "Nachname des Empfängers", "panel-RecipientLastName",
            "recipientFirstName", "Recipient First Name", "Vorname des Empfängers", "panel-RecipientFirstName",
            "recipientEmail", "Recipient Email", "E-Mail des Empfängers", "panel-RecipientEmail",
            "externalDataReference", "ExternalReference", "External Data Reference", "Externe Datenreferenz",
            "panel-ExternalDataReference", "locationLatitude", "Location Latitude", "Breitengrad des Standorts",
            "locationLongitude", "Location Longitude", "Längengrad des Standorts", "Location-LocationLatitude",
            "Location-LocationLongitude", "Location-LocationAccuracy", "LocationAccuracy",
        ),
    ),
)  # fmt: skip
"""Role → ImportIds, names and column texts (English, German) of the columns that are no questions."""
LEGACY_METADATA = ("Name", "EmailAddress")
"""Metadata in legacy files; elsewhere a question may be called so."""

IMPORT_ID = re.compile(r"""["']ImportId["']\s*:\s*["']([^"']*)["']""")
LEGACY_CODE = re.compile(r"V\d+")
OWN_EMBEDDED = re.compile(r"Q_\w+")
"""Embedded data that Qualtrics itself adds, such as `Q_RecaptchaScore`."""
DASH = re.compile(" - ")
HYPHEN = re.compile("-")
"""What stands before a statement or an option: in files of today, and in those before 2017."""
SELECTED = " - Selected Choice"
SIGNATURE = {"duration(inseconds)", "dauer(insekunden)", "recordeddate", "erfassungsdatum", "responseid", "antwort-id",
             "distributionchannel", "userlanguage", "responsetype", "antworttyp", "responseset"}  # fmt: skip
"""Keys that hardly any other tool writes: two of them in a row make it Qualtrics'."""

TEST_ANSWERS = {
    "1", "2", "survey preview", "survey test", "umfragevorschau", "umfrage-vorschau", "umfragetest", "umfrage-test",
}  # fmt: skip
"""Status of answers that are no respondent's: previews, and test answers made by Qualtrics."""


def _key(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold()


ROLES: dict[str, Role] = {_key(name): role for role, names in METADATA for name in names}


def recognises(grid: Grid) -> bool:
    """A row of ImportIds, or two names or texts of Qualtrics' own columns in one of the first two rows."""
    start = first_filled(grid)
    head = grid.rows[start : start + 3]
    return any(map(_holds_import_ids, head[1:])) or any(map(_holds_metadata, head[:2]))


def normalise(grid: Grid) -> ExportTable:
    """Takes off the header rows that are there, names what is paradata, leaves out previews and test answers."""
    start = first_filled(grid)
    names = [header_text(cell) for cell in grid.rows[start]]
    below = grid.rows[start + 1 : start + 3]
    id_row = next((place for place, row in enumerate(below) if _holds_import_ids(row)), None)
    has_texts = id_row == 1 or (id_row is None and bool(below) and _holds_metadata(below[0]))
    texts = [header_text(cell) for cell in below[0]] if has_texts else [""] * len(names)
    ids = [_import_id(cell) for cell in below[id_row]] if id_row is not None else [None] * len(names)
    first_answer = start + 1 + (id_row + 1 if id_row is not None else int(has_texts))
    is_legacy = any(map(LEGACY_CODE.fullmatch, names)) and has_texts
    headers = [
        Header(name, text, _role(name, text, import_id, is_legacy=is_legacy), import_id, *stem_and_part)
        for name, text, import_id, stem_and_part in zip(names, texts, ids, _stems(names, texts), strict=True)
    ]
    found = ["names", *["texts"] * has_texts, *["import_ids"] * (id_row is not None)]
    tests = _test_answers(grid, headers, first_answer)
    notes = {"header_rows": ", ".join(found)}
    return assemble(grid, Layout(TOOL, headers, first_answer, tests, separators=(",",), notes=notes))


def _stems(names: Sequence[str], texts: Sequence[str]) -> list[tuple[str, str]]:
    """What several columns share in their texts, and what each stands for.

    Columns of one name (`Q2_1`, `Q2_2`) belong together; where researchers renamed them, columns of one stem.
    """
    found = shared_stems(texts, DASH)
    questions: dict[str, list[int]] = {}
    for position, name in enumerate(names):
        questions.setdefault(name.rpartition("_")[0], []).append(position)
    for positions in (positions for question, positions in questions.items() if question):
        shown = [texts[position] for position in positions]
        stems = shared_stems(shown, DASH if any(map(DASH.search, shown)) else HYPHEN)
        for position, split in zip(positions, stems, strict=True):
            found[position] = split if split[0] else found[position]
    return [(plain(stem.removesuffix(SELECTED)), plain(part)) for stem, part in found]


def _holds_import_ids(row: Sequence[Cell]) -> bool:
    return any(isinstance(cell, str) and IMPORT_ID.search(cell) for cell in row)


def _holds_metadata(row: Iterable[Cell]) -> bool:
    return len(SIGNATURE.intersection(_key(cell) for cell in row if isinstance(cell, str))) >= 2


def _import_id(cell: Cell) -> str | None:
    match = IMPORT_ID.search(cell) if isinstance(cell, str) else None
    return match[1] if match else None


def _role(name: str, text: str, import_id: str | None, *, is_legacy: bool) -> Role | None:
    """By the ImportId if there is one, else by the column's text, else by its name.

    A question that researchers called `status` has a text or an id of its own.
    """
    known = import_id or (text if text.strip() else name)
    if OWN_EMBEDDED.fullmatch(known) or (is_legacy and known in LEGACY_METADATA):
        return "metadata"
    return ROLES.get(_key(known))


def _test_answers(grid: Grid, headers: Sequence[Header], first_answer: int) -> dict[int, str]:
    """Rows whose status is preview or test, by index; spam and imported answers stay, their status beside them."""
    positions = [position for position, header in enumerate(headers) if header.role == "status"]
    return {
        index: "preview"
        for index in range(first_answer, len(grid.rows))
        if any(_key_of_status(grid.rows[index][position]) in TEST_ANSWERS for position in positions)
    }


def _key_of_status(cell: Cell) -> str:
    return header_text(cell).strip().casefold()
