"""What `check` found as a workbook in which a person can work through the cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from survey_stats.errors import CallError
from survey_stats.messages import text
from survey_stats.reporting.check_words import facts, how_words, personal_columns
from survey_stats.reporting.checking import OVER_24, Check
from survey_stats.reporting.words import word
from survey_stats.saving.files import write_whole
from survey_stats.saving.worksheets import Sheet, write_workbook

Row = Sequence[Any]


def write_check_workbook(found: Check, path: str | Path, language: str = "en") -> Path:
    """Write the sheets Overview, Columns, Multiple choices, Problems, Flags, Suggestions and Left out.

    In Problems the columns "Correct value" and "Comment" are empty, for a person to fill in.

    Args:
        found: What `check` returned.
        path: The file, ending in `.xlsx`; one that is there is never overwritten, for it may hold a person's work.
        language: Language of the words.

    Returns:
        The file.

    Raises:
        CallError: The file has another ending or exists.
        InputError: The file cannot be written.
    """
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise CallError(f"check: {target.name!r} ends in {target.suffix!r}. A workbook ends in .xlsx.")
    if target.exists():
        raise CallError(
            f"check: {target.name} is there already and may hold corrections, so it is not overwritten. "
            "Move it away or name another file."
        )
    title = text("checking.workbook", language, source=found.origin.source)
    sheets = [make(found, language) for make in _SHEETS]
    return write_whole(target.parent, {target.name: lambda place: write_workbook(sheets, place, title=title)})[0]


def workbook_path(to: str, source: str) -> Path:
    """The file that `--to` names; `xlsx` alone stands for a name made from the export's, in the working folder.

    >>> workbook_path("xlsx", "wave 1.csv").name, workbook_path("cells.xlsx", "wave 1.csv").name
    ('wave 1_check.xlsx', 'cells.xlsx')
    """
    return Path(f"{Path(source).stem}_check.xlsx" if to.lower() == "xlsx" else to)


def _sheet(name: str, columns: Sequence[str], rows: Sequence[Row], language: str, **layout: Any) -> Sheet:
    headings = [text(f"checking.column.{column}", language) for column in columns]
    widths = {number: _WIDTHS[column] for number, column in enumerate(columns) if column in _WIDTHS}
    wrapped = frozenset(number for number, column in enumerate(columns) if column in _WRAPPED)
    return Sheet(text(f"checking.sheet.{name}", language), headings, rows, widths, wrapped, **layout)


_WIDTHS = {"fact": 44, "value": 70, "column": 48, "text": 56, "item": 32, "nearest": 32, "how": 18, "cell": 30,
           "rule": 36, "action": 18, "state": 18, "correct": 24, "comment": 40, "flag": 44, "detail": 30, "kind": 26,
           "what": 30, "name": 44, "question": 56, "option": 44}  # fmt: skip
_WRAPPED = frozenset({"fact", "text", "column", "value", "rule", "flag", "name", "question", "option"})


def _overview(found: Check, language: str) -> Sheet:
    counts = {
        "columns": len(found.origin.columns),
        "unmatched": len(found.unmatched),
        "problems": len(found.problems),
        "failed": int((found.problems["state"] == "failed").sum()),
        "flagged": found.flagged["respondent"].nunique(),
        "personal": len(found.origin.left_out) + len(found.origin.masked),
    }
    rows: list[Row] = [
        *facts(found, language),
        *((text(f"checking.count.{name}", language), str(count)) for name, count in counts.items()),
        *(_matched_row(one, language) for one in found.matched.to_dict("records")),
        *(
            (text("checking.count.rule", language, rule=word("rule", one.rule, language)),
             text("checking.rule_value", language, cells=one.cells, action=word("action", one.action, language)))
            for one in found.rules.itertuples()
        ),
        *((text("checking.count.unread", language), advice.render(language)) for advice in found.unread),
        (text("checking.count.explain", language), text("checking.explain", language)),
    ]  # fmt: skip
    return _sheet("overview", ("fact", "value"), rows, language)


def _matched_row(one: Any, language: str) -> Row:
    part = text("checking.of", language, part=one["matched"], whole=one["items"])
    return text("checking.count.matched", language, title=one["title"]), f"{part} ({how_words(one['how'], language)})"


def _columns(found: Check, language: str) -> Sheet:
    names = ("column", "text", "item", "how", "cells", "kept", "missing", "failed")
    columns = found.origin.columns
    told = columns.assign(
        text=columns["text"].where(columns["text"] != columns["column"], ""),
        how=[word("how", how, language) for how in columns["how"]],
    )
    rows = list(told[list(names)].itertuples(index=False))
    return _sheet("columns", names, rows, language)


def _multiple(found: Check, language: str) -> Sheet:
    """A row an option, with the column that holds it: one for all options of a question, or one each."""
    rows = [
        (one.question, option, column)
        for one in found.multiple
        for option, column in zip(one.options, _columns_of(one.options, one.columns), strict=False)
    ]
    return _sheet("multiple", ("question", "option", "column"), rows, language)


def _columns_of(options: Sequence[str], columns: Sequence[str]) -> Sequence[str]:
    return columns if len(columns) > 1 else [*columns] * len(options)


def _problems(found: Check, language: str) -> Sheet:
    rows = [
        (one.row, one.respondent, one.column, one.item, str(one.cell), word("rule", one.rule, language),
         word("action", one.action, language), word("state", one.state, language), None, None)
        for one in found.problems.itertuples()
    ]  # fmt: skip
    names = ("row", "respondent", "column", "item", "cell", "rule", "action", "state", "correct", "comment")
    return _sheet("problems", names, rows, language, to_fill=frozenset({8, 9}))


def _flags(found: Check, language: str) -> Sheet:
    hours = {} if found.over_24 is None else _hours(found, language)
    rows = [
        (one.row, one.respondent, word("flag", one.flag, language),
         hours.get(one.respondent, "") if one.flag == OVER_24 else "", None)
        for one in found.flagged.itertuples()
    ]  # fmt: skip
    return _sheet("flags", ("row", "respondent", "flag", "detail", "comment"), rows, language, to_fill=frozenset({4}))


def _hours(found: Check, language: str) -> dict[Any, str]:
    """Respondent → kinds of day with their hours."""
    assert found.over_24 is not None
    told: dict[Any, list[str]] = {}
    for one in found.over_24.itertuples():
        day = text(f"checking.day.{one.day}", language)
        told.setdefault(one.respondent, []).append(text("checking.hours", language, day=day, hours=f"{one.hours:.1f}"))
    return {person: "; ".join(days) for person, days in told.items()}


def _suggestions(found: Check, language: str) -> Sheet:
    near = found.unmatched[found.unmatched["nearest"] != ""].sort_values("score", ascending=False)
    names = ("column", "text", "nearest", "score", "comment")
    rows = [(*row, None) for row in near.round({"score": 2})[list(names[:-1])].itertuples(index=False)]
    return _sheet("suggestions", names, rows, language, to_fill=frozenset({4}))


def _left_out(found: Check, language: str) -> Sheet:
    origin = found.origin
    rows: list[Row] = [
        *((text("checking.what.personal", language), column, kind, action)
          for column, (kind, action) in personal_columns(origin, language)),
        *((text("checking.what.rows", language), word("drop_reason", why, language), "",
           text("checking.rows_left_out", language, count=count)) for why, count in origin.rows_dropped.items()),
        *((text("checking.what.scale", language), scale, ", ".join(absent), text("checking.not_scored", language))
          for scale, absent in origin.unscored.items()),
        *((text("checking.what.scale", language), one.values["scale"], one.render(language), "")
          for one in origin.warnings),
    ]  # fmt: skip
    return _sheet("left_out", ("what", "name", "kind", "action"), rows, language)


_SHEETS: tuple[Callable[[Check, str], Sheet], ...] = (
    _overview, _columns, _multiple, _problems, _flags, _suggestions, _left_out,
)  # fmt: skip
