"""What reading an export found: recognised, matched, problems, times over 24 hours, personal data; and its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from survey_stats.catalogue import bundled
from survey_stats.content import in_language
from survey_stats.instrument import Instrument
from survey_stats.intake.matching import Matching, suggestions
from survey_stats.intake.scale_suggestions import suggest_scales
from survey_stats.intake.table import Column, ExportTable
from survey_stats.messages import Message, text
from survey_stats.reporting.words import shorten, word
from survey_stats.saving.text import visible
from survey_stats.study import PROBLEM_COLUMNS, Provenance, Study, empty

if TYPE_CHECKING:
    from rich.console import Console

EXAMPLES = 3
MOST_ROWS = 20
OVER_24 = "day_over_24_hours"
MINUTES_OF_A_DAY = 24 * 60
_MATCHED = ("title", "items", "matched", "how", "kept", "missing", "failed")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Check:
    """What `survey-stats check` tells, as frames.

    Attributes:
        origin: Where the data come from and what was done on the way.
        n: Number of respondents.
        matched: A row per instrument: `title`, `items`, `matched` (number of its items found), `how` (way of matching
            → number of columns), `kept`, `missing`, `failed` (cells).
        unmatched: A row per column that answers no question: `column`, `text`, `how` (`unmatched` or `repeated`),
            `nearest` (item, empty if none is near), `score` (similarity from 0 to 1, NaN if none).
        problems: As `study.problems`.
        rules: A row per rule and outcome, lost cells before kept ones, then most cells first: `rule`, `action`,
            `cells`, `columns` (their number).
        over_24: A row per respondent and kind of day with more than 24 hours: `row`, `respondent`, `day`, `hours`;
            none if the export has no times.
        flagged: A row per respondent and check that flagged: `row`, `respondent`, `flag`.
        scales: Runs of columns that look like a published scale, which is used only where the plan names it.
    """

    origin: Provenance
    n: int
    matched: pd.DataFrame
    unmatched: pd.DataFrame
    problems: pd.DataFrame
    rules: pd.DataFrame
    over_24: pd.DataFrame | None
    flagged: pd.DataFrame
    scales: tuple[Message, ...] = ()

    def examples(self, rule: str, action: str, number: int = EXAMPLES) -> pd.DataFrame:
        """The first problems of a rule, one a different cell as far as there are any."""
        found = self.problems[(self.problems["rule"] == rule) & (self.problems["action"] == action)]
        different = found.drop_duplicates("cell").head(number)
        return different if len(different) == number else found.head(number)


def check(study: Study, instruments: Iterable[Instrument] | None = None) -> Check:
    """Put together what reading an export found.

    Args:
        study: The study as read.
        instruments: Instruments among which the nearest items of unmatched columns are looked for; the bundled ones
            where none are given.
    """
    known = list(bundled().instruments.values() if instruments is None else instruments)
    columns = study.provenance.columns
    return Check(
        origin=study.provenance,
        n=study.n,
        matched=_matched(study),
        unmatched=_unmatched(columns, known),
        problems=study.problems,
        rules=_rules(study.problems),
        over_24=_over_24(study) if OVER_24 in study.flags else None,
        flagged=_flagged(study),
        scales=tuple(
            one.message for one in suggest_scales(columns.loc[columns["how"] == "unmatched", "column"], known)
        ),
    )


def check_unmatched(origin: Provenance, instruments: Iterable[Instrument] | None = None) -> Check:
    """What was recognised in an export of which no column answers an item.

    Args:
        origin: What `UnmatchedError` carries.
        instruments: Instruments among which the nearest items are looked for; the bundled ones where none are given.
    """
    known = list(bundled().instruments.values() if instruments is None else instruments)
    problems = empty(PROBLEM_COLUMNS)
    return Check(
        origin=origin,
        n=origin.rows_kept,
        matched=pd.DataFrame(columns=list(_MATCHED)),
        unmatched=_unmatched(origin.columns, known),
        problems=problems,
        rules=_rules(problems),
        over_24=None,
        flagged=pd.DataFrame(columns=["row", "respondent", "flag"]),
    )


def _matched(study: Study) -> pd.DataFrame:
    columns = study.provenance.columns
    rows = []
    for one in study.instruments.values():
        own = columns[columns["item"].isin(one.by_id)]
        counts = {name: int(own[name].sum()) for name in ("kept", "missing", "failed")}
        rows.append(
            {
                "title": in_language(one.title, study.provenance.language),
                "items": len(one.all_items),
                "matched": own["item"].nunique(),
                "how": own["how"].value_counts().to_dict(),
                **counts,
            }
        )
    return pd.DataFrame(rows, columns=list(_MATCHED))


def _unmatched(columns: pd.DataFrame, instruments: Sequence[Instrument]) -> pd.DataFrame:
    left = columns[columns["how"].isin(["unmatched", "repeated"])][["column", "text", "how"]]
    # A published scale is suggested as a whole: its items are known by their numbers, and numbers are near each other.
    own = [one for one in instruments if one.kind != "published"]
    near = suggestions(_names_only(columns), Matching((), tuple(columns["how"])), own)
    best = {row["column"]: row for row in near.to_dict("records")}
    return left.assign(
        nearest=[best[code]["item"] if code in best else "" for code in left["column"]],
        score=[best[code]["score"] if code in best else float("nan") for code in left["column"]],
    ).reset_index(drop=True)


def _names_only(columns: pd.DataFrame) -> ExportTable:
    """The columns without their cells: a name is all that a suggestion looks at."""
    named = zip(columns["column"], columns["text"], strict=True)
    return ExportTable(
        tool="", columns=tuple(Column(code, words, [], place) for place, (code, words) in enumerate(named)),
        row_numbers=[], header_rows=0,
    )  # fmt: skip


def _rules(problems: pd.DataFrame) -> pd.DataFrame:
    grouped = problems.groupby(["rule", "action"], sort=True)["column"]
    counted = grouped.agg(cells="size", columns="nunique").reset_index()
    order = counted.assign(kept=counted["action"] == "kept").sort_values(
        ["kept", "cells", "rule"], ascending=[True, False, True]
    )
    return order.drop(columns="kept").reset_index(drop=True)


def _over_24(study: Study) -> pd.DataFrame:
    minutes = study.records.groupby(["person", "day"])["minutes"].sum()
    over = minutes[minutes > MINUTES_OF_A_DAY].reset_index()
    return pd.DataFrame(
        {
            "row": over["person"].map(_sheet_rows(study)),
            "respondent": over["person"],
            "day": over["day"],
            "hours": over["minutes"] / 60,
        }
    )


def _sheet_rows(study: Study) -> pd.Series:
    """Respondent → row of the sheet; the number of the respondent where there is no sheet."""
    return study.paradata["row"] if "row" in study.paradata else study.measures.index.to_series()


def _flagged(study: Study) -> pd.DataFrame:
    rows = _sheet_rows(study)
    found = [(rows[person], person, name) for name in study.flags for person in study.flags.index[study.flags[name]]]
    return pd.DataFrame(found, columns=["row", "respondent", "flag"])


# ---- words for the terminal -----------------------------------------------------------------------------------------


def print_check(found: Check, console: Console, language: str = "en") -> None:
    """Print what was found; readable at 80 columns, without boxes, colour only in a terminal.

    Args:
        found: What `check` returned.
        console: Where to print.
        language: Language of the words.
    """
    sections = [list(section(found, language)) for section in _SECTIONS]
    for number, parts in enumerate(filter(None, sections)):
        if number:
            console.print()
        for part in parts:
            console.print(part, highlight=False)


def facts(found: Check, language: str) -> list[tuple[str, str]]:
    """What was recognised: names of facts with their values."""
    origin = found.origin
    dropped = ", ".join(f"{count} {word('drop_reason', why, language)}" for why, count in origin.rows_dropped.items())
    told = {
        "file": origin.source,
        "sheet": origin.sheet or "",
        "tool": word("tool", origin.tool, language),
        "header_rows": str(origin.header_rows),
        "language": word("language", origin.language, language),
        "questions": str(int((~origin.columns["how"].isin(["paradata"])).sum())),
        "metadata": ", ".join(origin.columns.loc[origin.columns["how"] == "paradata", "column"]),
        "rows_read": str(origin.rows_read),
        "respondents": str(found.n),
        "rows_dropped": dropped,
        "rules": "; ".join(f"{word('choice', key, language)}: {value}" for key, value in origin.rules.items()),
        "simulated": text("checking.simulated", language) if origin.simulated else "",
    }
    named = [(text(f"checking.fact.{key}", language), value) for key, value in told.items() if value]
    return named + [(word("note", key, language), value) for key, value in origin.notes.items()]


def how_words(how: Mapping[str, int], language: str) -> str:
    """Ways of matching with their numbers of columns, the number only where there are several ways."""
    if len(how) == 1:
        return word("how", next(iter(how)), language)
    return ", ".join(f"{word('how', key, language)} {count}" for key, count in how.items())


def _recognised(found: Check, language: str) -> Iterator[Any]:
    yield _heading("recognised", language)
    yield _table(None, facts(found, language), language)


def _matches(found: Check, language: str) -> Iterator[Any]:
    yield _heading("matched", language)
    if found.matched.empty:
        yield _plain(text("checking.none_matched", language))
        return
    names = ("instrument", "items", "how", "kept", "missing", "failed")
    rows = [
        (one["title"], text("checking.of", language, part=one["matched"], whole=one["items"]),
         how_words(one["how"], language), one["kept"], one["missing"], one["failed"])
        for one in found.matched.to_dict("records")
    ]  # fmt: skip
    yield _table(names, rows, language)
    for scale, absent in found.origin.unscored.items():
        yield _plain(text("checking.unscored", language, scale=scale, items=", ".join(absent)))
    for warning in found.origin.warnings:
        yield _plain(warning.render(language))


def _leftovers(found: Check, language: str) -> Iterator[Any]:
    yield _heading("unmatched", language, count=len(found.unmatched))
    if found.unmatched.empty:
        yield _plain(text("checking.none_unmatched", language))
        return
    rows = [(_shown_column(one), _nearest(one, language)) for one in found.unmatched.head(MOST_ROWS).itertuples()]
    yield _table(("column", "nearest"), rows, language)
    yield from _more(len(found.unmatched), language)
    for suggestion in found.scales:
        yield _plain(suggestion.render(language))


def _shown_column(one: Any) -> str:
    """A column by its code and question, once where they are the same."""
    return shorten(visible(one.text if one.text == one.column else f"{one.column}: {one.text}"), 44)


def _nearest(one: Any, language: str) -> str:
    if one.nearest:
        return text("checking.nearest", language, item=one.nearest, score=f"{one.score:.2f}")
    return text(f"checking.{one.how}", language)


def _problems(found: Check, language: str) -> Iterator[Any]:
    if found.matched.empty:
        return  # nothing was coded, so nothing can be said of the cells
    yield _heading("problems", language, count=len(found.problems))
    if found.problems.empty:
        yield _plain(text("checking.no_problems", language))
    for one in found.rules.to_dict("records"):
        rule, action = word("rule", one["rule"], language), word("action", one["action"], language)
        values = {"cells": one["cells"], "columns": one["columns"], "rule": rule, "action": action}
        yield _plain(text("checking.rule", language, **values))
        examples = [
            (text("checking.row", language, row=example["row"]), shorten(example["item"], 34),
             shorten(visible(example["cell"]), 30))
            for example in found.examples(one["rule"], one["action"]).to_dict("records")
        ]  # fmt: skip
        yield _table(None, examples, language, indent=4)


def _times(found: Check, language: str) -> Iterator[Any]:
    if found.matched.empty:
        return
    if found.over_24 is None:
        yield _heading("times", language, count=0)
        yield _plain(text("checking.no_times", language))
        return
    yield _heading("times", language, count=found.over_24["respondent"].nunique())
    if found.over_24.empty:
        yield _plain(text("checking.none_over", language))
        return
    rows = [
        (text("checking.row", language, row=one.row), text(f"checking.day.{one.day}", language), f"{one.hours:.1f}")
        for one in found.over_24.head(MOST_ROWS).itertuples()
    ]
    yield _table(("row", "day", "hours"), rows, language)
    yield from _more(len(found.over_24), language)
    yield _plain(text("checking.side_by_side", language))


def _flags(found: Check, language: str) -> Iterator[Any]:
    if found.matched.empty:
        return
    others = found.flagged[found.flagged["flag"] != OVER_24]
    yield _heading("flags", language, count=others["respondent"].nunique())
    if others.empty:
        yield _plain(text("reporting.flags.none", language))
    for name, rows in others.groupby("flag")["row"]:
        listed = ", ".join(map(str, rows.head(MOST_ROWS))) + (" …" if len(rows) > MOST_ROWS else "")
        words = word("flag", name, language)
        yield _plain(text("checking.flag", language, flag=words, count=len(rows), rows=listed))


def _personal(found: Check, language: str) -> Iterator[Any]:
    origin = found.origin
    yield _heading("personal", language, count=len(origin.left_out) + len(origin.masked))
    if not origin.left_out and not origin.masked:
        yield _plain(text("checking.no_personal", language))
        return
    rows = [(shorten(visible(column), 44), *kind) for column, kind in personal_columns(origin, language)]
    yield _table(("column", "kind", "action"), rows, language)


def personal_columns(origin: Provenance, language: str) -> list[tuple[str, tuple[str, str]]]:
    """Columns with personal data, the kind, and what was done."""
    left_out = text("checking.left_out", language)
    found = [(column, (text(f"checking.kind.{kind}", language), left_out)) for column, kind in origin.left_out.items()]
    return found + [
        (column, (text("checking.kind.in_cells", language), text("checking.masked", language, count=count)))
        for column, count in origin.masked.items()
    ]


_SECTIONS = (_recognised, _matches, _leftovers, _problems, _times, _flags, _personal)


def _heading(name: str, language: str, **values: Any) -> Any:
    from rich.text import Text

    return Text(text(f"checking.heading.{name}", language, **values), style="bold")


def _plain(sentence: str) -> Any:
    """A sentence indented under its heading; text of a file is never taken for markup."""
    from rich.padding import Padding
    from rich.text import Text

    return Padding(Text(visible(sentence)), (0, 0, 0, 2), expand=False)


def _more(total: int, language: str) -> Iterator[Any]:
    if total > MOST_ROWS:
        yield _plain(text("checking.more", language, shown=MOST_ROWS, total=total))


def _table(names: Sequence[str] | None, rows: Sequence[Sequence[Any]], language: str, indent: int = 2) -> Any:
    """A table without lines; numbers stand to the right."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=names is not None, header_style="dim")
    width = len(rows[0]) if rows else len(names or ())
    for number in range(width):
        right = bool(rows) and not isinstance(rows[0][number], str)
        heading = text(f"checking.column.{names[number]}", language) if names else ""
        table.add_column(heading, justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(visible(value)) for value in row))
    return Padding(table, (0, 0, 0, indent), expand=False)
