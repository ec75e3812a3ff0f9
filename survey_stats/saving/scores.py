"""A study → a file of answers and scores with labels, and its codebook."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from survey_stats.errors import CallError
from survey_stats.saving import flat, spss, stata
from survey_stats.saving.codebook import Codes, codebook
from survey_stats.saving.files import write_whole
from survey_stats.saving.frames import Variable, study_variables
from survey_stats.saving.names import FREE, SPSS, STATA, NameRules
from survey_stats.saving.respondents import respondent_ids as ids_of
from survey_stats.saving.table import SavedTable, saved_table
from survey_stats.study import Study


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file.

    Attributes:
        write: Writes a table into a file.
        names: What it accepts as the name of a variable.
        holds_reasons: Whether it can keep the reasons of a variable in its values.
        codes_of: How it codes them, reason → code.
    """

    write: Callable[[SavedTable, Path], None]
    names: NameRules = FREE
    holds_reasons: Callable[[Variable], bool] = lambda _: False
    codes_of: Codes = lambda _: {}


FORMATS: dict[str, Format] = {
    ".sav": Format(spss.write_sav, SPSS, lambda one: one.numeric, spss.codes_of),
    ".dta": Format(stata.write_dta, STATA, lambda one: one.numeric, stata.shown_codes),
    ".xlsx": Format(flat.write_xlsx),
    ".csv": Format(flat.write_csv),
    ".parquet": Format(flat.write_parquet),
}
"""Ending of the file → format."""


def save_scores(
    study: Study, path: str | Path, *, respondent_ids: str = "number", key: str | None = None
) -> tuple[Path, ...]:
    """Save answers, scores and flags with their labels, and a codebook beside them.

    Args:
        study: The study.
        path: The file; its ending says the format: `.sav`, `.dta`, `.xlsx`, `.csv`, `.parquet`. The codebook has the
            same name with `.codebook.csv` after it.
        respondent_ids: `number` in the study, or `hash`: a keyed hash of the survey tool's response id.
        key: The key of the hash, at least 16 characters; it is not stored anywhere.

    Returns:
        The files, the data last.

    Raises:
        CallError: The ending is unknown, the key is missing or too short, or the file is the export itself.
        InputError: The export has no response ids, or the folder cannot be written.
    """
    target = Path(path)
    form = FORMATS.get(target.suffix.lower())
    if form is None:
        raise CallError(
            f"save_scores: {target.name!r} ends in {target.suffix!r}, which is no format. "
            f"Allowed endings: {', '.join(FORMATS)}."
        )
    _not_the_export(study, target)
    variables = study_variables(study, ids_of(study, respondent_ids, key))
    table = saved_table(variables, study.provenance, names=form.names, holds_reasons=form.holds_reasons)
    book = codebook(table, form.codes_of)
    return write_whole(
        target.parent,
        {
            f"{target.name}.codebook.csv": lambda place: flat.write_csv_frame(book, place),
            target.name: lambda place: form.write(table, place),
        },
    )


def _not_the_export(study: Study, target: Path) -> None:
    """Raw data are never overwritten."""
    if target.is_file() and hashlib.sha256(target.read_bytes()).hexdigest() == study.provenance.data_sha256:
        raise CallError(
            f"save_scores: {target.name} is the export itself, which is not overwritten. Name another file."
        )
