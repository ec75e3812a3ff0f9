"""What reading an export found: recognised, matched, problems, times over 24 hours, personal data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from survey_stats.catalogue import bundled
from survey_stats.content import in_language
from survey_stats.instrument import Instrument
from survey_stats.intake.matching import Matching, suggestions
from survey_stats.intake.multiple_choices import MultipleChoice, multiple_choices
from survey_stats.intake.numbers import parse_number
from survey_stats.intake.paradata import paradata
from survey_stats.intake.scale_suggestions import suggest_scales
from survey_stats.intake.table import Column, ExportTable
from survey_stats.measures.quality import hours_of_days
from survey_stats.messages import Message
from survey_stats.study import PROBLEM_COLUMNS, Provenance, Study, empty

EXAMPLES = 3
OVER_24 = "day_over_24_hours"
HOURS_OF_A_DAY = 24
MANY_UNREAD = 0.2
"""From this share of answers that are none of the options, the options may lack what was answered."""
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
        multiple: The multiple choices, by the questionnaire or by the answers.
        roles: Column that the survey tool made → what it tells (`start`, `language`, …; `metadata` for the others).
        unfinished: Number of interviews that the survey tool calls unfinished; none where it does not tell.
        excluded: Number of respondents whom the plan leaves out of the analyses.
        unread: For each set of answer options that many texts are none of, where to add them.
        not_applied: Check that the plan names and that could not be assessed → why.
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
    multiple: tuple[MultipleChoice, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    unfinished: int | None = None
    excluded: int = 0
    unread: tuple[Message, ...] = ()
    not_applied: Mapping[str, Message] = field(default_factory=dict)

    def examples(self, rule: str, action: str, number: int = EXAMPLES) -> pd.DataFrame:
        """The first problems of a rule, one a different cell as far as there are any."""
        found = self.problems[(self.problems["rule"] == rule) & (self.problems["action"] == action)]
        different = found.drop_duplicates("cell").head(number)
        return different if len(different) == number else found.head(number)


def check(study: Study, instruments: Iterable[Instrument] | None = None, table: ExportTable | None = None) -> Check:
    """Put together what reading an export found.

    Args:
        study: The study as read.
        instruments: Instruments among which the nearest items of unmatched columns are looked for; the bundled ones
            where none are given.
        table: The export's table, in which multiple choices are looked for.
    """
    known = list(bundled().instruments.values() if instruments is None else instruments)
    columns = study.provenance.columns
    matched = columns[columns["item"] != ""]
    items: dict[str, str] = dict(zip(matched["column"], matched["item"], strict=True))
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
        multiple=_multiple(table, items, study.instruments.values(), study.provenance.language),
        roles=_roles(table),
        unfinished=_unfinished(study.paradata),
        excluded=int(study.excluded.sum()),
        unread=tuple(_unread(study)),
        not_applied={
            row["flag"]: row["note"] for row in study.quality.to_dict("records") if row["excludes"] and row["note"]
        },
    )


def check_unmatched(
    origin: Provenance, instruments: Iterable[Instrument] | None = None, table: ExportTable | None = None
) -> Check:
    """What was recognised in an export of which no column answers an item.

    Args:
        origin: What `UnmatchedError` carries.
        instruments: Instruments among which the nearest items are looked for; the bundled ones where none are given.
        table: The export's table, in which multiple choices are looked for.
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
        multiple=_multiple(table, {}, (), origin.language),
        roles=_roles(table),
        unfinished=None if table is None else _unfinished(paradata(table, pd.RangeIndex(len(table.row_numbers)))),
    )


def _unfinished(told: pd.DataFrame) -> int | None:
    return int((~told["finished"].astype(bool)).sum()) if "finished" in told else None


def _multiple(
    table: ExportTable | None, items: Mapping[str, str], instruments: Iterable[Instrument], language: str
) -> tuple[MultipleChoice, ...]:
    return () if table is None else multiple_choices(table, items, instruments, language)


def _roles(table: ExportTable | None) -> dict[str, str]:
    return {} if table is None else {column.code: column.role for column in table.columns if column.role is not None}


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


def _unread(study: Study) -> Iterator[Message]:
    """Options in another language, or worded otherwise, than the questionnaire has them."""
    columns, problems = study.provenance.columns, study.problems
    strange = problems[problems["rule"] == "not_an_option"]
    strange = strange[strange["cell"].map(lambda cell: isinstance(parse_number(cell), str)).astype(bool)]
    for one in study.instruments.values():
        for name, form in one.responses.items():
            items = [item.id for item in one.all_items if item.format == form]
            told = columns[columns["item"].isin(items)]
            answers, found = int(told[["kept", "failed"]].to_numpy().sum()), strange[strange["item"].isin(items)]
            if len(found) and len(found) >= MANY_UNREAD * answers:
                yield Message("checking.unread", {
                    "title": in_language(one.title, study.provenance.language), "count": len(found), "answers": answers,
                    "file": f"{one.id}.toml", "responses": name, "cell": found["cell"].value_counts().index[0],
                })  # fmt: skip


def _over_24(study: Study) -> pd.DataFrame:
    hours = hours_of_days(study.records)
    limit = study.quality.set_index("flag")["threshold"].get(OVER_24, HOURS_OF_A_DAY)
    over = hours[hours > limit].rename("hours").reset_index()
    return pd.DataFrame(
        {
            "row": over["person"].map(_sheet_rows(study)),
            "respondent": over["person"],
            "day": over["day"],
            "hours": over["hours"],
        }
    )


def _sheet_rows(study: Study) -> pd.Series:
    """Respondent → row of the sheet; the number of the respondent where there is no sheet."""
    return study.paradata["row"] if "row" in study.paradata else study.measures.index.to_series()


def _flagged(study: Study) -> pd.DataFrame:
    rows = _sheet_rows(study)
    found = [(rows[person], person, name) for name in study.flags for person in study.flags.index[study.flags[name]]]
    return pd.DataFrame(found, columns=["row", "respondent", "flag"])
