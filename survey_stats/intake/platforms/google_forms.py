"""Google Forms: one header row, a timestamp in the language of the form, then the questions word for word."""

from __future__ import annotations

import datetime as dt
import re
from itertools import chain

from survey_stats.intake.platforms.layout import (
    Header,
    Layout,
    assemble,
    first_filled,
    header_text,
    is_question,
    shared_stems,
)
from survey_stats.intake.table import Cell, ExportTable, Grid, Role
from survey_stats.intake.text import normalised

TOOL = "google_forms"
TITLE = "Google Forms"

TIMESTAMP = {
    "timestamp", "zeitstempel", "tidsmerke", "tidsstempel", "tidstempel", "marca temporal", "horodateur", "tijdstempel",
    "carimbo de data/hora", "informazioni cronologiche", "отметка времени", "sygnatura czasowa", "aikaleima",
    "タイムスタンプ", "时间戳记", "타임스탬프", "टाइमस्टैम्प", "समय मोहर", "مهر زمان", "زمان ثبت", "زمان", "طابع زمني",
}  # fmt: skip
SHEETS = (
    "form responses", "formularantworten", "skjemasvar", "respuestas de formulario", "réponses au formulaire",
    "respostas ao formulário", "risposte del modulo", "फ़ॉर्म की प्रतिक्रियाएँ", "फ़ॉर्म के जवाब", "پاسخ های فرم",
)  # fmt: skip
METADATA = {
    "email address", "username", "score", "e-mail-adresse", "nutzername", "benutzername", "punktzahl", "e-postadresse",
    "brukernavn", "poengsum", "ईमेल पता", "उपयोगकर्ता नाम", "स्कोर", "نشانی ایمیل", "آدرس ایمیل", "نام کاربری", "امتیاز",
}  # fmt: skip
DATE_AND_TIME = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\.?[\sT,]+\d{1,2}[:.]\d{2}")
GRID_ROW = re.compile(r"\s*\[(?=[^\[\]]+\]\s*$)")
TIGHT_SEMICOLON = re.compile(r"[^\s;];[^\s;]")


def recognises(grid: Grid) -> bool:
    """A column of timestamps comes first, and the sheet or another header tells that questions follow.

    A price table also begins with `Timestamp`; its other headers are short names.
    """
    start = first_filled(grid)
    header = [header_text(cell) for cell in grid.rows[start]]
    if normalised(header[0]) not in {normalised(name) for name in TIMESTAMP}:
        return False
    stamps = [row[0] for row in grid.rows[start + 1 :] if row[0] != ""]
    if sum(map(_is_moment, stamps)) < 0.8 * len(stamps):
        return False
    return _is_named_by_google(grid.sheet) or any(map(is_question, header[1:]))


def normalise(grid: Grid) -> ExportTable:
    """Columns are named by their question, as there are no codes; grid rows stay `Stem  [Row]`."""
    start = first_filled(grid)
    metadata = {normalised(name) for name in METADATA}
    texts = [header_text(cell) for cell in grid.rows[start]]
    headers = [
        Header(text, role=_role(position, text, metadata), stem=stem, part=part.strip("] "))
        for position, (text, (stem, part)) in enumerate(zip(texts, shared_stems(texts, GRID_ROW), strict=True))
    ]
    return assemble(grid, Layout(TOOL, headers, start + 1, separators=_separators(grid)))


def _role(position: int, text: str, metadata: set[str]) -> Role | None:
    if position == 0:
        return "recorded"
    return "metadata" if normalised(text) in metadata else None


def _is_moment(cell: Cell) -> bool:
    return isinstance(cell, dt.datetime) or (isinstance(cell, str) and DATE_AND_TIME.match(cell.strip()) is not None)


def _is_named_by_google(sheet: str | None) -> bool:
    return sheet is not None and normalised(sheet).startswith(tuple(map(normalised, SHEETS)))


def _separators(grid: Grid) -> tuple[str, ...]:
    """`A;B` in the direct download, `A, B` in the linked sheet; prose has commas, but no semicolon without a space."""
    texts = [cell for cell in chain.from_iterable(grid.rows) if isinstance(cell, str) and (";" in cell or ", " in cell)]
    semicolons = sum(TIGHT_SEMICOLON.search(text) is not None for text in texts)
    return (";", ", ") if semicolons > len(texts) / 20 else (", ", ";")
