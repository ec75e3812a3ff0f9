"""What the builders of records have in common: records, the persons they are of, and what was found wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from survey_stats.errors import CallError

FAULT_COLUMNS = ("person", "day", "rule", "found", "action")
OBSERVED_COLUMNS = ("person", "medium", "minutes", "sessions", "measure_type", "reference_period")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Observed:
    """Records of a diary, a log or sheets, with the persons who were observed; both go into `audience`.

    Attributes:
        records: `person`, `medium`, `minutes`, `sessions`, `measure_type`, `reference_period`; diaries also `activity`
            (`main`, `side`) and `day` where weekday and weekend day are told apart.
        persons: Index person; `days` (days that count) and `complete` (whether what is not recorded did not happen).
        problems: `person`, `day`, `rule`, `found`, `action`; a row a fault.
    """

    records: pd.DataFrame
    persons: pd.DataFrame
    problems: pd.DataFrame


def need(frame: pd.DataFrame, columns: Sequence[str], function: str, what: str) -> None:
    """Raise `CallError` if columns are missing."""
    absent = [column for column in columns if column not in frame]
    if absent:
        raise CallError(
            f"{function}: {what} needs the columns {', '.join(columns)}; these are missing: {', '.join(absent)}. "
            f"Found: {', '.join(map(str, frame.columns))}."
        )


def faults(rows: pd.DataFrame, rule: str, action: str, found: pd.Series | str = "") -> pd.DataFrame:
    """Rows of problems for these rows of a diary or sheet."""
    day = rows["day"] if "day" in rows else pd.Series("", index=rows.index)
    return pd.DataFrame(
        {"person": rows["person"], "day": day, "rule": rule, "found": found, "action": action}, index=rows.index
    ).loc[:, list(FAULT_COLUMNS)]


def together(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Faults put together."""
    present = [frame.astype(object) for frame in frames if len(frame)]
    return pd.concat(present, ignore_index=True) if present else pd.DataFrame(columns=list(FAULT_COLUMNS))
