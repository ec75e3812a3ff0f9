"""An unknown export → a draft instrument and a draft plan, and a note of everything that is uncertain."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from survey_stats.catalogue import bundled
from survey_stats.errors import CallError, InputError
from survey_stats.intake.draft_files import constructs_toml, instrument_toml, plan_toml, uncertain_markdown, with_file
from survey_stats.intake.draft_ids import identifier
from survey_stats.intake.draft_questions import Block, Questions, find_questions
from survey_stats.intake.opening import open_export
from survey_stats.intake.privacy import Screened, screen
from survey_stats.intake.question_words import guess_language
from survey_stats.intake.scale_suggestions import suggest_scales
from survey_stats.intake.table import ExportTable
from survey_stats.messages import Message

NOTE_FILE = "uncertain.md"
NO_INSTRUMENTS = frozenset({"constructs", "media"})
"""Names of files in an instruments folder that are no instrument."""
Note = tuple[str, str, Message]
"""Column (empty: the whole export), item (may be empty), what is uncertain."""


@dataclass(frozen=True, eq=False)
class Draft:
    """A study to be completed by the researcher.

    Attributes:
        instrument_id: Id of the drafted instrument.
        instrument: Text of the instrument file (TOML).
        constructs: Text of the file for constructs of the study's own (TOML); it lists those that are known.
        plan: Text of the plan (TOML); `write` makes its path to the export relative to the folder.
        items: A row an item: `item`, `kind` of its answers, `matrix` it belongs to, number of `options`, `construct`,
            number of `columns`, first `column`.
        notes: What is uncertain: `column` (empty: the whole export), `item`, `note` (message id), `sentence`.
        uncertain: The same as text to read (Markdown).
        source: The export.
    """

    instrument_id: str
    instrument: str
    constructs: str
    plan: str
    items: pd.DataFrame
    notes: pd.DataFrame
    uncertain: str
    source: Path

    def write(self, folder: str | Path) -> list[Path]:
        """Write `plan.toml`, `instruments/<id>.toml`, `instruments/constructs.toml` and `uncertain.md`, all or nothing.

        Args:
            folder: The study's folder; made if it does not exist.

        Returns:
            The files.

        Raises:
            CallError: The folder holds something already.
        """
        target = Path(folder)
        _refuse_occupied(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        names = {
            "plan.toml": with_file(self.plan, _path_from(target, self.source)),
            f"instruments/{self.instrument_id}.toml": self.instrument,
            "instruments/constructs.toml": self.constructs,
            NOTE_FILE: self.uncertain,
        }
        with TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as unfinished:
            made = Path(unfinished) / "study"
            for name, content in names.items():
                (made / name).parent.mkdir(parents=True, exist_ok=True)
                (made / name).write_text(content, encoding="utf-8")
            if target.is_dir():
                target.rmdir()
            made.rename(target)
        return [target / name for name in names]

    def __repr__(self) -> str:
        return f"Draft of {self.source.name}\n{self.items.to_string(index=False)}\n{len(self.notes)} notes"

    def _repr_html_(self) -> str:
        tables = (self.items, self.notes[["column", "item", "sentence"]])
        return "".join(table.to_html(index=False, border=0) for table in tables)


def draft(path: str | Path, *, sheet: str | None = None) -> Draft:
    """Draft an instrument and a plan from an export whose questionnaire is not known.

    Nothing is invented: question texts and options are those of the export, scales and their constructs are left to
    the researcher, and everything that was guessed is noted. Personal data are left out before anything is read.

    Args:
        path: The export.
        sheet: Sheet of a workbook; the one with the data where it is not given.

    Raises:
        InputError: The file cannot be read, or holds no answer.
        CallError: The workbook has no such sheet.

    >>> import survey_stats as ss
    >>> ss.draft("export.xlsx").write("mystudy")  # doctest: +SKIP
    """
    file = Path(path)
    opened = open_export(file, sheet=sheet)
    screened = screen(opened.table)
    questions = [column for column in screened.table.columns if column.role is None]
    language = guess_language(column.text for column in questions)
    instrument_id = _instrument_id(file)
    found = find_questions(screened.table, language, instrument_id)
    if not found.blocks:
        raise InputError(
            f"{file.name}: none of its {len(questions)} question columns holds an answer, and a draft is made from "
            "answers. Export it again when somebody has answered."
        )
    definition = opened.notes.get("definition", "")
    notes: list[Note] = [("", "", Message("draft.definition", {"what": definition}))] if definition else []
    notes += _notes(opened.table, screened, found, language)
    scales = [one.message for one in suggest_scales((one.code for one in questions), bundled().instruments.values())]
    notes += [("", "", scale) for scale in scales]
    plan = plan_toml(
        instrument_id, found.blocks, title=file.name, file=file.resolve().as_posix(), sheet=sheet, scales=scales
    )
    return Draft(
        instrument_id=instrument_id,
        instrument=instrument_toml(instrument_id, found.blocks, source=file.name, language=language),
        constructs=constructs_toml(language),
        plan=plan,
        items=_items(found.blocks),
        notes=pd.DataFrame(
            [(column, item, message.id, str(message)) for column, item, message in notes],
            columns=["column", "item", "note", "sentence"],
        ),
        uncertain=uncertain_markdown(notes, file.name),
        source=file,
    )


def _instrument_id(file: Path) -> str:
    """From the file's name; no id that a bundled instrument has."""
    name = identifier(file.name.split(".")[0], "survey")
    taken = NO_INSTRUMENTS | set(bundled().instruments)
    return f"{name}_draft" if name in taken else name


def _items(blocks: Sequence[Block]) -> pd.DataFrame:
    rows = [
        (item.id, block.proposal.form.kind, block.id, len(block.proposal.form.options), item.construct or "",
         len(item.columns), next(iter(item.columns.values())))
        for block in blocks for item in block.items
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["item", "kind", "matrix", "options", "construct", "columns", "column"])


def _notes(table: ExportTable, screened: Screened, found: Questions, language: str) -> Iterator[Note]:
    yield "", "", Message("draft.language", {"language": language})
    yield "", "", Message("draft.tool", {"tool": table.tool, "n": len(table.row_numbers)})
    for code, kind in screened.left_out.items():
        yield code, "", Message("draft.personal", {"kind": kind})
    for code, count in Counter(code for code, _, _ in screened.masked).items():
        yield code, "", Message("draft.masked", {"n": count})
    for code, message in found.left_out.items():
        yield code, "", message
    for block in found.blocks:
        yield from _block_notes(block)


def _block_notes(block: Block) -> Iterator[Note]:
    first = next(iter(block.items[0].columns.values()))
    shared = [*block.proposal.doubts, *([Message("draft.matrix", {"n": len(block.items)})] if block.id else [])]
    for doubt in shared:
        yield first, block.id or block.items[0].id, doubt
    for item in block.items:
        for doubt in item.doubts:
            yield next(iter(item.columns.values())), item.id, doubt


def _refuse_occupied(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if folder.exists():
        raise CallError(
            f"{folder} is there already and not empty. A draft overwrites nothing; name another folder with --out, "
            "or remove this one first."
        )


def _path_from(folder: Path, export: Path) -> str:
    """The export as seen from the folder; its full path where they lie on different drives."""
    try:
        return Path(os.path.relpath(export.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return export.resolve().as_posix()
