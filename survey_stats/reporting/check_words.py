"""What `check` found, in words: printed in a terminal, and the facts that its workbook shares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from survey_stats.messages import text
from survey_stats.reporting.checking import OVER_24, Check
from survey_stats.reporting.words import shorten, word
from survey_stats.saving.text import visible
from survey_stats.study import Provenance

if TYPE_CHECKING:
    from rich.console import Console

MOST_ROWS = 20
MOST_OPTIONS = 5


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
    dropped = ", ".join(f"{word('drop_reason', why, language)}: {count}" for why, count in origin.rows_dropped.items())
    told = {
        "file": origin.source,
        "sheet": origin.sheet or "",
        "tool": word("tool", origin.tool, language),
        "header_rows": str(origin.header_rows),
        "language": "" if found.matched.empty else word("language", origin.language, language),
        "questions": str(int((~origin.columns["how"].isin(["paradata"])).sum())),
        "metadata": ", ".join(_role_words(found, language)),
        "unfinished": str(found.unfinished or ""),
        "rows_read": str(origin.rows_read),
        "respondents": str(found.n),
        "rows_dropped": dropped,
        "rules": "; ".join(f"{word('choice', key, language)}: {value}" for key, value in origin.rules.items()),
        "simulated": text("checking.simulated", language) if origin.simulated else "",
    }
    named = [(text(f"checking.fact.{key}", language), value) for key, value in told.items() if value]
    return named + [(word("note", key, language), value) for key, value in origin.notes.items()]


def _role_words(found: Check, language: str) -> Iterator[str]:
    """Columns that the survey tool made, with what they tell where that is known."""
    columns = found.origin.columns
    for name in columns.loc[columns["how"] == "paradata", "column"]:
        role = found.roles.get(name, "metadata")
        yield name if role == "metadata" else f"{name} ({word('role', role, language)})"


def how_words(how: Mapping[str, int], language: str) -> str:
    """Ways of matching with their numbers of columns, the number only where there are several ways."""
    if len(how) == 1:
        return word("how", next(iter(how)), language)
    return ", ".join(f"{word('how', key, language)} {count}" for key, count in how.items())


def _recognised(found: Check, language: str) -> Iterator[Any]:
    yield _heading("recognised", language)
    yield _table(None, facts(found, language), language)


def _multiples(found: Check, language: str) -> Iterator[Any]:
    if not found.multiple:
        return
    yield _heading("multiple", language, count=len(found.multiple))
    rows = [(shorten(visible(one.question), 40), _options(one.options, language)) for one in found.multiple[:MOST_ROWS]]
    yield _table(("question", "options"), rows, language)
    yield from _more(len(found.multiple), language)


def _options(options: Sequence[str], language: str) -> str:
    """How many options, and the first of them."""
    shown = "; ".join(shorten(visible(option), 24) for option in options[:MOST_OPTIONS])
    rest = "; …" if len(options) > MOST_OPTIONS else ""
    return text("checking.options", language, count=len(options), options=shown + rest)


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
    for advice in found.unread:
        yield _plain(advice.render(language))


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
    if found.excluded:
        yield _plain(text("checking.excluded", language, excluded=found.excluded, n=found.n))
    for name, reason in found.not_applied.items():
        values = {"flag": word("flag", name, language), "reason": reason.render(language)}
        yield _plain(text("reporting.quality.not_applied", language, **values))


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


_SECTIONS = (_recognised, _multiples, _matches, _leftovers, _problems, _times, _flags, _personal)


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
