"""What Qualtrics exports: three header rows (names, texts, import ids), metadata first, choice texts as answers."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from survey_stats.content import in_language
from survey_stats.fielding.mess import messy_column, out_of_range, stray_none
from survey_stats.fielding.rendering import (
    SIMULATED,
    Cell,
    in_grid,
    is_empty,
    items_with_answers,
    label,
    question,
    rendered,
    submissions,
    write,
)
from survey_stats.instrument import Instrument, Item, Option

SHEET = "Sheet0"
TIME_ZONE = "Europe/Berlin"
PREVIEWS = 2
UNFINISHED = 3

METADATA = (
    ("StartDate", "Start Date", "startDate"),
    ("EndDate", "End Date", "endDate"),
    ("Status", "Response Type", "status"),
    ("IPAddress", "IP Address", "ipAddress"),
    ("Progress", "Progress", "progress"),
    ("Duration (in seconds)", "Duration (in seconds)", "duration"),
    ("Finished", "Finished", "finished"),
    ("RecordedDate", "Recorded Date", "recordedDate"),
    ("ResponseId", "Response ID", "_recordId"),
    ("RecipientLastName", "Recipient Last Name", "recipientLastName"),
    ("RecipientFirstName", "Recipient First Name", "recipientFirstName"),
    ("RecipientEmail", "Recipient Email", "recipientEmail"),
    ("ExternalReference", "External Data Reference", "externalDataReference"),
    ("LocationLatitude", "Location Latitude", "locationLatitude"),
    ("LocationLongitude", "Location Longitude", "locationLongitude"),
    ("DistributionChannel", "Distribution Channel", "distributionChannel"),
    ("UserLanguage", "User Language", "userLanguage"),
)
"""Name, text and import id of the columns before the questions."""
DATES = {"startDate", "endDate", "recordedDate"}
DOCUMENTATION_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")
"""Internet addresses reserved for examples (RFC 5737)."""
ALPHABET = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"))


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of questions: three headers and the cells."""

    name: str
    text: str
    import_id: dict[str, str]
    cells: list[Cell]


def export(
    instruments: Instrument | Iterable[Instrument],
    answers: pd.DataFrame,
    path: str | Path,
    *,
    seed: int | None = None,
    mess: bool = True,
) -> Path:
    """Write the export that Qualtrics would make of these answers (choice text, one column a chosen option).

    Args:
        instruments: The questionnaire; items are exported under their ids.
        answers: Coded answers as `simulate` returns them, one row a respondent.
        path: File to write, ending in .xlsx or .csv.
        seed: The same seed writes the same cells.
        mess: Also what real exports have: answers of survey previews, interviews broken off, durations typed in words
            and as clock times, untidy labels, an impossible number, the text "None", rounded coordinates.

    Returns:
        The file. Its last column, `SIMULATED`, is TRUE in every row below the headers.

    Raises:
        CallError: An answer is no code of its item, a column is no item, or the file has another ending.
    """
    generator = np.random.default_rng(seed)
    items = items_with_answers(instruments, answers)
    single = {item.id: [_cell(item, answer) for answer in answers[item.id]] for item in items}
    if mess:
        single = {item.id: messy_column(item, single[item.id], generator) for item in items}
        out_of_range(items, list(single.values()), generator)
        stray_none(items, list(single.values()), generator)
    columns = list(_columns(items, answers, single))
    about = _metadata(len(answers), generator, located=mess)
    body = [list(row) for row in zip(*(column.cells for column in columns), strict=True)]
    if mess:
        about, body = _with_incomplete(about, body, generator)
        about, body = _with_previews(about, body, generator)
    rows = [[*meta.values(), *cells, True] for meta, cells in zip(about, body, strict=True)]
    return write([*_headers(columns), *rows], path, sheet=SHEET, byte_order_mark=True)


def _cell(item: Item, answer: Any) -> Cell:
    return None if item.format.kind == "multiple" else rendered(item, answer)


def _columns(items: Sequence[Item], answers: pd.DataFrame, single: dict[str, list[Cell]]) -> Iterator[_Column]:
    """Columns of all items; the rows of a grid share a question number."""
    number, row, grid = 0, 0, None
    for item in items:
        row = row + 1 if in_grid(item) and item.group == grid else 1
        number += row == 1
        grid = item.group if in_grid(item) else None
        question_id = f"QID{number}_{row}" if in_grid(item) else f"QID{number}"
        if item.format.kind == "multiple":
            yield from _one_per_option(item, question_id, answers[item.id])
        else:
            suffix = "" if item.format.kind == "single" else "_TEXT"
            yield _Column(item.id, _text(item), {"ImportId": question_id + suffix}, single[item.id])
        if item.format.open_option is not None:
            yield _open_text(item, question_id, len(answers))


def _text(item: Item) -> str:
    """Question text of the second header row: `stem - statement` in a grid."""
    text = question(item)
    if in_grid(item):
        text = f"{in_language(item.stem, 'en')} - {in_language(item.text, 'en')}"
    chosen = item.format.kind == "multiple" or item.format.open_option is not None
    return f"{text} - Selected Choice" if chosen else text


def _one_per_option(item: Item, question_id: str, answers: pd.Series) -> Iterator[_Column]:
    """A column an option; its cell repeats the label if the option was chosen."""
    for position, option in enumerate(item.format.options, start=1):
        words = label(item, option.code)
        cells: list[Cell] = [words if not is_empty(answer) and option.code in answer else None for answer in answers]
        ids = {"ImportId": question_id, "choiceId": str(position)}
        yield _Column(f"{item.id}_{position}", f"{_text(item)} - {words}", ids, cells)


def _open_text(item: Item, question_id: str, n: int) -> _Column:
    """The text field beside an open option; nobody filled it in."""
    position, option = _open_option(item)
    return _Column(
        f"{item.id}_{position}_TEXT",
        f"{question(item)} - {label(item, option.code)} - Text",
        {"ImportId": f"{question_id}_{position}_TEXT"},
        [None] * n,
    )


def _open_option(item: Item) -> tuple[int, Option]:
    return next(
        (position, option)
        for position, option in enumerate(item.format.options, start=1)
        if option.code == item.format.open_option
    )


def _headers(columns: Sequence[_Column]) -> list[list[Cell]]:
    ids = [{"ImportId": name} | ({"timeZone": TIME_ZONE} if name in DATES else {}) for _, _, name in METADATA]
    ids += [*(column.import_id for column in columns), {"ImportId": SIMULATED}]
    return [
        [*(name for name, _, _ in METADATA), *(column.name for column in columns), SIMULATED],
        [*(text for _, text, _ in METADATA), *(column.text for column in columns), SIMULATED],
        [json.dumps(entry, separators=(",", ":")) for entry in ids],
    ]


def _metadata(n: int, generator: np.random.Generator, *, located: bool) -> list[dict[str, Cell]]:
    """What Qualtrics records about each interview, in the order of `METADATA`."""
    seconds = np.rint(np.exp(generator.normal(np.log(600), 0.35, size=n))).astype(int)
    ends = submissions(n, generator)
    entries = []
    for end, duration in zip(ends, seconds.tolist(), strict=True):
        network = DOCUMENTATION_NETWORKS[generator.integers(3)]
        latitude, longitude = generator.uniform((47.5, 6.0), (54.5, 14.5)).round(4).tolist()
        values: dict[str, Cell] = dict.fromkeys((name for name, _, _ in METADATA))
        values |= {
            "StartDate": end - dt.timedelta(seconds=duration), "EndDate": end, "RecordedDate": end,
            "Status": "IP Address", "IPAddress": f"{network}.{generator.integers(1, 255)}", "Progress": 100,
            "Duration (in seconds)": duration, "Finished": "True",
            "ResponseId": "R_" + "".join(generator.choice(ALPHABET, size=15)),
            "DistributionChannel": "anonymous", "UserLanguage": "EN",
        }  # fmt: skip
        if located:
            values |= {"LocationLatitude": latitude, "LocationLongitude": longitude}
        entries.append(values)
    return entries


Rows = tuple[list[dict[str, Cell]], list[list[Cell]]]


def _with_incomplete(about: list[dict[str, Cell]], body: list[list[Cell]], generator: np.random.Generator) -> Rows:
    """Some respondents broke off: nothing is answered after the middle of the questionnaire."""
    for position in generator.choice(len(body), size=min(UNFINISHED, len(body) // 10), replace=False):
        half = len(body[position]) // 2
        body[position] = [*body[position][:half], *[None] * (len(body[position]) - half)]
        about[position] |= {"Progress": 50, "Finished": "False"}
    return about, body


def _with_previews(about: list[dict[str, Cell]], body: list[list[Cell]], generator: np.random.Generator) -> Rows:
    """The researcher tried the form first: rows that are no respondents."""
    tried = generator.integers(len(body), size=PREVIEWS)
    day_before = dt.datetime(2024, 3, 3, 17, 0)  # noqa: DTZ001  the zone stands in the third header row
    previews = []
    for number, position in enumerate(tried.tolist()):
        start = day_before + dt.timedelta(minutes=10 * number)
        previews.append(
            about[position]
            | {"StartDate": start, "EndDate": start + dt.timedelta(minutes=2),
               "RecordedDate": start + dt.timedelta(minutes=2), "Status": "Survey Preview",
               "Duration (in seconds)": 120, "ResponseId": f"R_preview{number + 1:08d}",
               "DistributionChannel": "preview"}
        )  # fmt: skip
    return [*previews, *about], [*(body[position] for position in tried), *body]
