"""The parts of a report that are not analyses: who took part, what was read, how it was computed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from survey_stats.literature.references import Reference
from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.plain_tables import counted, plain_table
from survey_stats.reporting.sample import COLUMNS
from survey_stats.reporting.sections import DisplayBlock, DisplaySection, Numbering, table_block, words_block
from survey_stats.reporting.summary import Participants, Reading, Summary
from survey_stats.reporting.words import message_ids, shorten, word

MOST_COLUMNS = 500
MOST_NAMES = 3
LONGEST_NOTE = 300
_MATCHED = ("code", "text", "plan")


def opening(summary: Summary, language: str, numbering: Numbering) -> list[DisplaySection]:
    """What comes before the measures: participants, what was read, what was a problem."""
    return [
        _section(
            "participants",
            [*_participants(summary.participants, language, numbering), *_sample(summary, language, numbering)],
            language,
        ),
        _section("reading", _reading(summary.reading, language), language),
        _section("problems", _problems(summary.reading, language, numbering), language),
    ]


def closing(summary: Summary, language: str, numbering: Numbering) -> list[DisplaySection]:
    """What comes after the analyses: limitations, decisions, methods, versions."""
    return [
        _section("limitations", _limitations(summary, language), language),
        _section("decisions", _decisions(summary, language, numbering), language),
        _section("methods", _methods(summary, language, numbering), language),
        _section("reproducibility", _reproducibility(summary, language, numbering), language),
    ]


def ending(
    reading: Reading, references: Sequence[Reference], language: str, numbering: Numbering
) -> list[DisplaySection]:
    """What comes last: references, and all columns of the export."""
    sections = []
    if references:
        sections.append(_section("references", [words_block([one.text for one in references])], language))
    if len(reading.columns):
        sections.append(_section("columns", _columns(reading, language, numbering), language))
    return sections


def _section(name: str, blocks: Sequence[DisplayBlock], language: str) -> DisplaySection:
    return DisplaySection(name, text(f"reporting.{name}.title", language), tuple(blocks))


# ---- participants -----------------------------------------------------------------------------------------------


def _participants(people: Participants, language: str, numbering: Numbering) -> list[DisplayBlock]:
    facts = {
        "read": numbers.number(people.rows_read, "count"),
        "kept": numbers.number(people.kept - people.excluded, "count"),
        "excluded": numbers.number(people.excluded, "count") if people.excluded else "",
        "dropped": numbers.number(sum(people.dropped.values()), "count"),
        "age": _age(people, language),
        "duration": _duration(people, language),
        "period": _period(people, language),
    }
    told = tuple((text(f"reporting.participants.{key}", language), value) for key, value in facts.items() if value)
    blocks = [DisplayBlock(facts=told, long=tuple(_counted_people(people)))]
    if people.dropped:
        rows = sorted(people.dropped.items(), key=lambda item: -item[1])
        table = plain_table("dropped", ("reason", "rows"), rows, language, ("drop_reason", "count"))
        blocks.append(table_block(table, numbering))
    return blocks


def _sample(summary: Summary, language: str, numbering: Numbering) -> list[DisplayBlock]:
    """Table 1: unweighted, for it describes who answered."""
    if summary.sample.empty:
        return []
    words = {name: text(f"reporting.sample.{name}", language) for name in ("no_answer", "others")}
    shown = summary.sample.assign(category=summary.sample["category"].map(lambda name: words.get(name, name)))
    ends = summary.sample[["minimum", "maximum"]].dropna().to_numpy()
    of_ends = "count" if (ends == ends.round()).all() else "score"
    kinds = ("text", "text", "count", "percent", "score", "score", of_ends, of_ends)
    kept = [at for at, name in enumerate(COLUMNS) if shown[name].notna().any()]
    rows = [[row[at] for at in kept] for row in shown.itertuples(index=False)]
    table = plain_table("sample", [COLUMNS[at] for at in kept], rows, language, [kinds[at] for at in kept])
    return [table_block(table, numbering)]


def _limitations(summary: Summary, language: str) -> list[DisplayBlock]:
    """A sentence each; the numbers in them are in results.csv."""
    blocks = []
    for note in summary.limitations:
        shown = {name: _shown(value) for name, value in note.values.items()}
        numeric = {name: value for name, value in note.values.items() if isinstance(value, (int, float))}
        long = tuple(counted(note.id.replace(".", "_"), name, value) for name, value in numeric.items())
        blocks.append(DisplayBlock(paragraphs=(text(note.id, language, **shown),), long=long))
    return blocks


def _shown(value: object) -> str:
    if isinstance(value, float):
        return numbers.number(value, "correlation")
    if isinstance(value, int):
        return numbers.number(value, "count")
    return ", ".join(map(shorten, value)) if isinstance(value, (list, tuple)) else shorten(value)


def _decisions(summary: Summary, language: str, numbering: Numbering) -> list[DisplayBlock]:
    if summary.decisions.empty:
        return [words_block([text("reporting.decisions.none", language)])]
    rows = [
        (word("decision", row["decision"], language), _rule(row["rule"], row["family"], language), row["count"])
        for row in summary.decisions.to_dict("records")
    ]
    table = plain_table("decisions", ("decision", "rule", "cases"), rows, language, ("text", "text", "count"))
    return [words_block([text("reporting.decisions.text", language)]), table_block(table, numbering)]


def _rule(rule: str, family: str, language: str) -> str:
    if family == "choice":
        name, _, taken = rule.partition(": ")
        return f"{word('choice', name, language)}: {shorten(taken)}"
    if family == "personal":
        return text(f"checking.kind.{rule}", language)
    return shorten(rule) if family == "text" else word(family, rule, language)


def _counted_people(people: Participants) -> Iterator[Mapping[str, Any]]:
    """The numbers of the facts, for results.csv."""
    told: dict[str, float] = {
        "read": people.rows_read, "kept": people.kept - people.excluded, "excluded": people.excluded,
        "dropped": sum(people.dropped.values()),
    }  # fmt: skip
    told |= {f"age_{name}": value for name, value in (people.age or {}).items()}
    told |= {} if people.median_minutes is None else {"median_minutes": people.median_minutes}
    yield from (counted("participants", name, value) for name, value in told.items())


def _age(people: Participants, language: str) -> str:
    if people.age is None:
        return ""
    values = {name: numbers.number(value, "count") for name, value in people.age.items()}
    return text("reporting.participants.age_value", language, **values)


def _duration(people: Participants, language: str) -> str:
    if people.median_minutes is None:
        return ""
    minutes = numbers.number(people.median_minutes, "minutes")
    return text("reporting.participants.duration_value", language, minutes=minutes)


def _period(people: Participants, language: str) -> str:
    if people.period is None:
        return ""
    return text("reporting.participants.period_value", language, first=people.period[0], last=people.period[1])


# ---- what was read ----------------------------------------------------------------------------------------------


def _reading(reading: Reading, language: str) -> list[DisplayBlock]:
    if reading.tool == "frames":
        return [words_block([text("reporting.reading.text_frames", language, source=shorten(reading.source))])]
    told = [_origin(reading, language), _matched(reading, language), _left_out(reading, language)]
    blocks = [
        words_block([*told, *_masked(reading, language), *_unscored(reading, language), *_warned(reading, language)])
    ]
    notes = tuple((word("note", key, language), shorten(value, LONGEST_NOTE)) for key, value in reading.notes.items())
    return [*blocks, DisplayBlock(facts=notes)] if notes else blocks


def _masked(reading: Reading, language: str) -> list[str]:
    if not reading.masked:
        return []
    cells = numbers.number(sum(reading.masked.values()), "count")
    return [text("reporting.reading.masked", language, cells=cells, columns=_names(reading.masked))]


def _unscored(reading: Reading, language: str) -> list[str]:
    """Scales that are not in the report because the export lacks some of their items."""
    return [
        text("reporting.reading.unscored", language, scale=shorten(scale), items=_names(items, MOST_COLUMNS))
        for scale, items in reading.unscored.items()
    ]


def _warned(reading: Reading, language: str) -> list[str]:
    """Scales whose key does not seem to fit the data."""
    return [warning.render(language) for warning in reading.warnings]


def _origin(reading: Reading, language: str) -> str:
    sheet = "" if reading.sheet is None else text("reporting.reading.sheet", language, sheet=shorten(reading.sheet))
    key = "one_header_row" if reading.header_rows == 1 else "text"
    return text(
        f"reporting.reading.{key}", language, source=shorten(reading.source), sheet=sheet,
        tool=word("tool", reading.tool, language), header_rows=reading.header_rows,
        columns=numbers.number(len(reading.columns), "count"), language=word("language", reading.language, language),
    )  # fmt: skip


def _matched(reading: Reading, language: str) -> str:
    matched = int(reading.columns["how"].isin(_MATCHED).sum())
    other = len(reading.columns) - matched
    return text(
        "reporting.reading.matched", language,
        matched=numbers.number(matched, "count"), other=numbers.number(other, "count"),
    )  # fmt: skip


def _left_out(reading: Reading, language: str) -> str:
    if not reading.left_out:
        return text("reporting.reading.no_left_out", language)
    return text("reporting.reading.left_out", language, columns=_names(reading.left_out, MOST_COLUMNS))


def _names(names: Iterable[str], most: int = MOST_NAMES) -> str:
    """Names with commas; after `most` of them a count of the rest."""
    found = [shorten(name, 40) for name in names]
    rest = len(found) - most
    return ", ".join(found[:most]) + (f" … +{rest}" if rest > 0 else "")


def _columns(reading: Reading, language: str, numbering: Numbering) -> list[DisplayBlock]:
    """Every column and what became of it; question texts only where the export has codes beside them."""
    shown = reading.columns.head(MOST_COLUMNS)
    kinds = {"column": "text", "text": "text", "item": "text", "how": "how"}
    kinds |= dict.fromkeys(("kept", "missing", "failed"), "count")
    if (shown["text"] == shown["column"]).all():
        del kinds["text"]
    rows = [
        [shorten(value, 120) if isinstance(value, str) else value for value in row]
        for row in shown[list(kinds)].itertuples(index=False)
    ]
    table = plain_table("columns", tuple(kinds), rows, language, tuple(kinds.values()))
    blocks = [table_block(table, numbering, folded=True)]
    if len(reading.columns) > MOST_COLUMNS:
        cut = text("reporting.truncated", language, shown=MOST_COLUMNS, total=len(reading.columns))
        blocks.append(words_block([cut]))
    return blocks


# ---- problems ---------------------------------------------------------------------------------------------------


def _problems(reading: Reading, language: str, numbering: Numbering) -> list[DisplayBlock]:
    """Counts and names of columns; the cells themselves are for the check workbook."""
    return [
        *_problem_table(reading, language, numbering),
        *_missing_table(reading, language, numbering),
    ]


def _problem_table(reading: Reading, language: str, numbering: Numbering) -> list[DisplayBlock]:
    if reading.problems.empty:
        return [words_block([text("reporting.problems.none", language)])]
    failed = reading.problems.loc[reading.problems["action"] != "kept", "cells"].sum()
    counts = {"cells": reading.problems["cells"].sum(), "failed": failed}
    told = {name: numbers.number(count, "count") for name, count in counts.items()}
    rows = [
        (row["rule"], row["cells"], row["action"], row["state"], _names(row["columns"]))
        for row in reading.problems.to_dict("records")
    ]
    table = plain_table(
        "problems", ("rule", "cells", "action", "state", "columns"), rows, language,
        ("rule", "count", "action", "state", "text"),
    )  # fmt: skip
    long = tuple(counted("problems_total", name, float(count)) for name, count in counts.items())
    said = DisplayBlock(paragraphs=(text("reporting.problems.text", language, **told),), long=long)
    return [said, table_block(table, numbering)]


def _missing_table(reading: Reading, language: str, numbering: Numbering) -> list[DisplayBlock]:
    if not reading.cells:
        return []
    if reading.missing.empty:
        return [words_block([text("reporting.missing.none", language)])]
    rows = reading.missing.itertuples(index=False)
    table = plain_table("missing", ("reason", "cells", "share"), rows, language, ("reason", "count", "percent"))
    return [table_block(table, numbering)]


# ---- methods, versions ------------------------------------------------------------------------------------------


def _methods(summary: Summary, language: str, numbering: Numbering) -> list[DisplayBlock]:
    statements = (each for name in summary.methods for each in message_ids("statement", name, language))
    told = [text(statement, language) for statement in dict.fromkeys(statements)]
    fixed = [text(f"reporting.methods.{name}", language) for name in ("correlational", "exact")]
    blocks = [words_block([*told, *fixed])]
    if summary.rules:
        table = plain_table(
            "rules", ("choice", "value"), summary.rules.items(), language, ("choice", "text"), of_answers=False
        )
        blocks.append(table_block(table, numbering))
    return blocks


def _reproducibility(summary: Summary, language: str, numbering: Numbering) -> list[DisplayBlock]:
    versions = plain_table(
        "versions", ("program", "version"), summary.versions.items(), language, ("text", "text"), of_answers=False
    )
    blocks = [words_block([text("reporting.reproducibility.text", language)]), table_block(versions, numbering)]
    hashed = [(summary.reading.source, "", summary.data_sha256)] if summary.data_sha256 else []
    hashed += [(name, told.get("version", ""), told.get("sha256", "")) for name, told in summary.instruments.items()]
    if hashed:
        rows = [(shorten(name), version, sha256) for name, version, sha256 in hashed]
        table = plain_table(
            "hashes", ("file", "version", "sha256"), rows, language, ("text", "text", "text"), of_answers=False
        )
        blocks.append(table_block(table, numbering))
    return blocks
