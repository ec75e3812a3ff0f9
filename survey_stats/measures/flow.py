"""The participant flow, and the checks of data quality as results that a report can show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from survey_stats.quality_rules import QUALITY_RULES
from survey_stats.results import Result
from survey_stats.study import Study


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class ParticipantFlow(Result):
    """From the rows of the export to the respondents analysed.

    Attributes:
        table: Columns `step` (`read`, `dropped`, `respondents`, `flagged`, `excluded_by`, `excluded`, `analysed`),
            `detail` (reason for dropping, or check), `respondents` (a count of rows or respondents). Checks overlap:
            the counts of `excluded_by` can add up to more than `excluded`.
    """

    keys: ClassVar[tuple[str, ...]] = ("step", "detail")
    numbers: ClassVar[tuple[str, ...]] = ("respondents",)

    table: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class QualityFlags(Result):
    """How many respondents each check of data quality flagged.

    Attributes:
        table: Columns `flag`, `n` (respondents assessed), `flagged`, `share` (of those assessed), `threshold`,
            `source` (of index and threshold), `excludes` (`yes` or `no`).
    """

    keys: ClassVar[tuple[str, ...]] = ("flag",)
    numbers: ClassVar[tuple[str, ...]] = ("flagged", "share", "threshold")

    table: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class QualityNotAssessed(Result):
    """Checks that these data do not allow.

    Attributes:
        table: Columns `flag`, `reason` (a `Message`), `excludes` (whether the plan names it).
    """

    keys: ClassVar[tuple[str, ...]] = ("flag",)
    numbers: ClassVar[tuple[str, ...]] = ()

    table: pd.DataFrame


def participant_flow(study: Study) -> ParticipantFlow:
    """Count who came how far.

    Args:
        study: The study as read, with those whom the plan excludes.
    """
    return ParticipantFlow(
        method="participant_flow",
        table=pd.DataFrame(list(_steps(study)), columns=["step", "detail", "respondents"]),
    )


def _steps(study: Study) -> Iterator[tuple[str, str, int]]:
    origin = study.provenance
    yield "read", "", origin.rows_read
    for reason, count in sorted(origin.rows_dropped.items(), key=lambda one: (-one[1], one[0])):
        yield "dropped", reason, count
    yield "respondents", "", study.n
    yield "flagged", "", int(study.flags.any(axis=1).sum()) if len(study.flags.columns) else 0
    excluded = int(study.excluded.sum())
    for name in _excluding(study):
        yield "excluded_by", name, int((study.flags[name] & study.excluded).sum())
    yield "excluded", "", excluded
    yield "analysed", "", study.n - excluded


def _excluding(study: Study) -> list[str]:
    rules = study.quality  # a check that could not be assessed has no flag
    return [str(name) for name in rules.loc[rules["excludes"].astype(bool), "flag"] if name in study.flags]


def quality_flags(study: Study) -> QualityFlags:
    """Counts of every check that could be assessed; flags that the caller made count for all respondents."""
    known = study.quality[study.quality["flag"].isin(study.flags.columns)]
    own = [name for name in study.flags if name not in set(known["flag"])]
    rows = [_flag_row(row) for row in known.to_dict("records")]
    rows += [
        _flag_row({"flag": name, "assessed": study.n, "flagged": int(study.flags[name].sum()), "threshold": None,
                   "excludes": False})
        for name in own
    ]  # fmt: skip
    columns = ["flag", "n", "flagged", "share", "threshold", "source", "excludes"]
    return QualityFlags(method="quality_flags", table=pd.DataFrame(rows, columns=columns))


def _flag_row(row: dict[Any, Any]) -> dict[str, Any]:
    rule = QUALITY_RULES.get(row["flag"])
    assessed = int(row["assessed"])
    return {
        "flag": row["flag"], "n": assessed, "flagged": int(row["flagged"]),
        "share": row["flagged"] / assessed if assessed else float("nan"),
        "threshold": float("nan") if row["threshold"] is None else float(row["threshold"]),
        "source": "" if rule is None else rule.source, "excludes": "yes" if row["excludes"] else "no",
    }  # fmt: skip


def not_assessed(study: Study) -> QualityNotAssessed:
    """The checks that could not be assessed, and why."""
    rows = study.quality[study.quality["note"].notna()] if len(study.quality) else study.quality
    table = pd.DataFrame({
        "flag": list(rows["flag"]), "reason": list(rows["note"]),
        "excludes": ["yes" if one else "no" for one in rows["excludes"]],
    })  # fmt: skip
    return QualityNotAssessed(method="quality_flags", table=table)
