"""Microsoft Forms: one header row, `ID`, start and completion time in the language of the account, then the questions.

A multiple choice ends with its separator (`TikTok;YouTube;`); the rows of a matrix lose their common stem. Anonymous
forms say `anonymous` for the address and nothing for the name. A quiz adds points and feedback beside its questions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from survey_stats.intake.platforms.layout import Header, Layout, as_text, assemble, first_filled, header_text
from survey_stats.intake.platforms.moments import with_moments
from survey_stats.intake.table import ExportTable, Grid, Role
from survey_stats.intake.text import normalised

TOOL = "ms_forms"
TITLE = "Microsoft Forms"

TIMES = {
    "start time": "completion time",
    "hora de inicio": "hora de finalización",
    "開始時刻": "完了時刻",
    "startzeit": "fertigstellungszeit",
    "starttidspunkt": "fullføringstidspunkt",
    "heure de début": "heure de fin",
}
"""Header of the start → header of the completion; the French one is from memory, the others stand in public files."""
METADATA = (
    "email", "name", "last modified time", "grade posted time", "total points", "quiz feedback",
    "correo electrónico", "nombre", "hora de la última modificación", "メール", "名前", "最終変更時刻", "e-mail",
    "letzte änderung", "uhrzeit der letzten änderung", "e-postadresse", "navn", "tidspunkt for siste endring",
    "adresse de messagerie", "nom", "heure de la dernière modification",
)  # fmt: skip
"""Headers that stand between the times and the first question, the last ones in quizzes."""
ROLES: dict[str, Role] = {
    "id": "response_id",
    "language": "language",
    **dict.fromkeys(TIMES, "start"),
    **dict.fromkeys(TIMES.values(), "end"),
    **dict.fromkeys(METADATA, "metadata"),
}
QUIZ = ("points - ", "feedback - ")
"""What a quiz adds to each question, before the question's text."""
SEPARATOR = ";"


def recognises(grid: Grid) -> bool:
    """`ID`, then start and completion time in one language."""
    names = [normalised(header_text(cell)) for cell in grid.rows[first_filled(grid)]]
    return names[0] == "id" and any(start in names and end in names for start, end in TIMES.items())


def normalise(grid: Grid) -> ExportTable:
    """Columns are named by their question; points and feedback of a quiz are paradata."""
    start = first_filled(grid)
    texts = [header_text(cell) for cell in grid.rows[start]]
    headers = [Header(text, role=role) for text, role in zip(texts, _roles(texts), strict=True)]
    notes = {"multiple_choice": names} if (names := "; ".join(_multiple(grid, headers, start + 1))) else {}
    layout = Layout(TOOL, headers, start + 1, separators=(SEPARATOR,), notes=notes, reread={0: as_text})
    return with_moments(assemble(grid, layout))


def _roles(texts: Sequence[str]) -> Iterator[Role | None]:
    """Role of each column; a question called `Name` comes after another question and is none."""
    names = list(map(normalised, texts))
    leading = len(list(takewhile(ROLES.__contains__, names)))
    of_quiz = {f"{added}{question}" for added in QUIZ for question in names[leading:]}
    for position, name in enumerate(names):
        yield ROLES[name] if position < leading else "metadata" if name in of_quiz else None


def _multiple(grid: Grid, headers: Sequence[Header], first_answer: int) -> Iterator[str]:
    """Names of the questions whose every answer ends with the separator."""
    for position, header in enumerate(headers):
        answers = [row[position] for row in grid.rows[first_answer:] if row[position] != ""]
        ends = [isinstance(answer, str) and answer.rstrip().endswith(SEPARATOR) for answer in answers]
        if header.role is None and ends and all(ends):
            yield header.code
