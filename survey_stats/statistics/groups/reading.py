"""Columns of a data frame → groups or occasions, with what is missing left out and counted."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from survey_stats.errors import CallError, InputError
from survey_stats.messages import Message
from survey_stats.statistics._categories import Categories, categories, category_name
from survey_stats.statistics._columns import check_known, listed, moderate, numeric_columns
from survey_stats.statistics.groups._found import FUNCTION, Bools, Floats, Occasions, Samples


def as_names(given: Hashable | Sequence[Hashable], data: pd.DataFrame) -> list[Hashable]:
    """One name or several."""
    if isinstance(given, (list, tuple)) and not (isinstance(given, tuple) and given in data.columns):
        return list(given)
    return [given]


def read_groups(data: pd.DataFrame, group: Hashable, only: Sequence[Any] | None) -> Categories:
    """The groups.

    Raises:
        CallError: There are not two.
    """
    found = categories(data, group, FUNCTION, only=only)
    if len(found.levels) < 2:
        held = f"only the group {found.names[0]!r}" if found.levels else "no group"
        raise CallError(f"{FUNCTION}: column {found.name!r} holds {held}, and a comparison needs two.")
    return found


def samples_of(
    columns: pd.DataFrame, outcome: Hashable, groups: Categories, covariates: Sequence[Hashable]
) -> tuple[Samples, int]:
    """The outcome in each group of the rows that have it and the covariates, and how many rows were left out.

    Raises:
        InputError: Fewer than two groups have such rows.
    """
    complete = columns[[outcome, *covariates]].notna().all(axis=1).to_numpy() & groups.known
    present = groups.present(complete)
    _check_two(present.names, outcome, int(complete.sum()))
    rows = [np.flatnonzero(present.members(place)) for place in range(len(present.levels))]
    order = np.concatenate(rows)
    values = columns[outcome].to_numpy()
    sample = Samples(
        str(outcome), groups.name, present.names, tuple(values[one] for one in rows),
        columns[list(covariates)].to_numpy()[order], tuple(map(str, covariates)),
    )  # fmt: skip
    return sample, len(columns) - len(order)


def _check_two(names: Sequence[str], outcome: Hashable, n: int) -> None:
    if len(names) < 2:
        held = f"'{names[0]}'" if names else "none"
        raise InputError(str(Message("statistics.one_group_left", {"outcome": str(outcome), "group": held, "n": n})))


def wide_occasions(columns: pd.DataFrame, names: Sequence[Hashable]) -> tuple[Occasions, int]:
    """Columns as occasions, and how many persons were left out because one of them is missing."""
    table = columns[list(names)].to_numpy()
    complete = np.isfinite(table).all(axis=1)
    told = tuple(map(str, names))
    return Occasions(", ".join(told), "", told, table[complete]), int((~complete).sum())


def long_occasions(
    data: pd.DataFrame, columns: pd.DataFrame, outcome: Hashable, groups: Categories, subject: Hashable
) -> tuple[Occasions, int]:
    """Rows as occasions of subjects, and how many subjects were left out because one is missing.

    Raises:
        InputError: A subject has several rows of an occasion.
    """
    who = data[subject]
    kept = groups.known & who.notna().to_numpy()
    values = columns[outcome].to_numpy()[kept]
    frame = pd.DataFrame({"who": who.to_numpy()[kept], "at": groups.codes[kept], "value": values})
    twice = frame.duplicated(["who", "at"])
    if twice.any():
        who_first, at_first = frame.loc[twice, "who"].iloc[0], int(frame.loc[twice, "at"].iloc[0])
        raise InputError(str(Message("statistics.subject_twice", {
            "subject": category_name(who_first), "occasion": groups.names[at_first]})))  # fmt: skip
    wide = frame.pivot_table(index="who", columns="at", values="value", dropna=False, sort=True)
    table = wide.reindex(columns=range(len(groups.levels))).to_numpy()
    complete = np.isfinite(table).all(axis=1)
    missing = frame["who"].nunique() - int(complete.sum())
    return Occasions(str(outcome), groups.name, groups.names, table[complete]), missing


def designed_groups(
    columns: pd.DataFrame, outcome: Hashable, groups: Categories, counted: Bools
) -> tuple[Floats, Bools, tuple[str, ...]]:
    """Values and membership, a column a group, of all rows."""
    values = columns[outcome].to_numpy()
    used = np.isfinite(values) & groups.known & counted
    present = groups.present(used)
    _check_two(present.names, outcome, int(used.sum()))
    inside = present.codes[:, None] == np.arange(len(present.levels))
    return np.repeat(values[:, None], len(present.levels), axis=1), inside, present.names


def designed_occasions(columns: pd.DataFrame, names: Sequence[Hashable], counted: Bools) -> tuple[Floats, Bools]:
    """Values and complete rows, a column an occasion, of all rows."""
    values = columns[list(names)].to_numpy()
    complete = np.isfinite(values).all(axis=1) & counted
    return values, np.repeat(complete[:, None], values.shape[1], axis=1)


def check_roles(
    data: pd.DataFrame,
    outcomes: Sequence[Hashable],
    group: Hashable | None,
    paired: bool,
    subject: Hashable | None,
    covariates: Sequence[Hashable],
) -> None:
    """Raise `CallError` where names do not fit together."""
    check_known([*outcomes, *covariates, *(name for name in (group, subject) if name is not None)], data, FUNCTION)
    if not outcomes:
        raise CallError(f"{FUNCTION}: outcome is empty. Name at least one column.")
    twice = [name for name in covariates if name in outcomes or name == group]
    if twice:
        raise CallError(f"{FUNCTION}: {listed(twice[:1])} is a covariate and the outcome or group. Name it once.")
    (_check_paired if paired else _check_unpaired)(outcomes, group, subject, covariates)


def _check_unpaired(
    outcomes: Sequence[Hashable], group: Hashable | None, subject: Hashable | None, _covariates: Sequence[Hashable]
) -> None:
    if group is None:
        raise CallError(
            f"{FUNCTION}: there is no group. Name the column of the groups, or say paired=True and give the columns of "
            "the occasions as outcome."
        )
    if group in outcomes:
        raise CallError(f"{FUNCTION}: {str(group)!r} is the outcome and the group. Give two different columns.")
    if subject is not None:
        raise CallError(f"{FUNCTION}: subject is given and paired is not. Say paired=True, or leave subject out.")


def _check_paired(
    outcomes: Sequence[Hashable], group: Hashable | None, subject: Hashable | None, covariates: Sequence[Hashable]
) -> None:
    if covariates:
        raise CallError(
            f"{FUNCTION}: covariates are not used with paired=True. Compare groups with the first occasion as a "
            "covariate, or leave them out."
        )
    if group is None and len(outcomes) < 2:
        raise CallError(
            f"{FUNCTION}: paired=True needs the columns of at least two occasions as outcome, or a column of occasions "
            f"as group and subject=; found the single column {str(outcomes[0])!r}."
        )
    if group is not None and subject is None:
        raise CallError(
            f"{FUNCTION}: paired=True with the column {str(group)!r} of occasions needs subject=, the column that says "
            "which rows are of the same person."
        )


def numbers_of(data: pd.DataFrame, names: Sequence[Hashable]) -> pd.DataFrame:
    """The columns as numbers whose squares are finite and not 0."""
    return moderate(numeric_columns(data, list(dict.fromkeys(names)), FUNCTION), FUNCTION)
