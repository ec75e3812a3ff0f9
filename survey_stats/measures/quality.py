"""Flags for answers that deserve a second look. Nothing is excluded here."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from survey_stats.instrument import Instrument

HOURS_OF_A_DAY = 24


def attention_check_failed(answers: pd.DataFrame, _records: pd.DataFrame, items: dict[str, object]) -> pd.Series:
    """An attention check was answered, and not as expected. A blank one is not a failed one."""
    wrong = pd.Series(data=False, index=answers.index)
    for name, expected in items.items():
        if name in answers:
            wrong |= answers[name].notna() & (answers[name] != expected)
    return wrong


def day_over_24_hours(answers: pd.DataFrame, records: pd.DataFrame, _items: dict[str, object]) -> pd.Series:
    """The minutes of one kind of day add up to more than 24 hours.

    Media are used side by side, so this is a flag and no proof of an error.
    """
    flagged = pd.Series(data=False, index=answers.index)
    if len(records):
        totals = records.groupby(["person", "day"])["minutes"].sum()
        over = totals[totals > HOURS_OF_A_DAY * 60].index.get_level_values("person")
        flagged[flagged.index.isin(over)] = True
    return flagged


def identical_answers(answers: pd.DataFrame, _records: pd.DataFrame, _items: dict[str, object]) -> pd.Series:
    """All answers equal those of an earlier respondent: most likely one submission sent twice.

    Respondents with fewer than ten answers are not compared: short answers coincide by chance.
    """
    enough = answers.notna().sum(axis=1) >= 10
    return answers.duplicated() & enough


FLAGS: dict[str, Callable[[pd.DataFrame, pd.DataFrame, dict[str, object]], pd.Series]] = {
    "attention_check_failed": attention_check_failed,
    "day_over_24_hours": day_over_24_hours,
    "identical_answers": identical_answers,
}


def flag(answers: pd.DataFrame, records: pd.DataFrame, instruments: Iterable[Instrument]) -> pd.DataFrame:
    """Every check of data quality that applies.

    Args:
        answers: Index respondent, a column an item.
        records: Time-use records of the same respondents.
        instruments: The instruments in use.

    Returns:
        Same index, a boolean column a check; checks that cannot apply are left out.
    """
    checks = {item.id: item.expected for instrument in instruments for item in instrument.all_items
              if item.expected is not None and item.id in answers}  # fmt: skip
    applies = {
        "attention_check_failed": bool(checks),
        "day_over_24_hours": len(records) > 0,
        "identical_answers": answers.shape[1] >= 10,
    }
    columns = {name: check(answers, records, dict(checks)) for name, check in FLAGS.items() if applies[name]}
    return pd.DataFrame(columns, index=answers.index).astype(np.bool_)
