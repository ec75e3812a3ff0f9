"""Score a plain data frame in a notebook, without an export and a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from survey_stats.adapting import with_codes
from survey_stats.catalogue import load_instrument
from survey_stats.errors import CallError, InputError
from survey_stats.instrument import Instrument, Item
from survey_stats.intake.column_maps import is_short_map, scale_columns
from survey_stats.measures.classes import Choices
from survey_stats.measures.scoring import Scored, score
from survey_stats.plan import CutoffChoice, OwnNorm

WHERE = "score_frame"


def score_frame(
    data: pd.DataFrame,
    instrument: Instrument | str,
    columns: str | Sequence[str] | Mapping[str, str] | None = None,
    *,
    method: Literal["mean", "sum", "pomp"] | None = None,
    minimum_answered: int | None = None,
    codes: tuple[int, int] | None = None,
    cutoffs: Mapping[str, str | CutoffChoice] | None = None,
    norms: Mapping[str, str | OwnNorm] | None = None,
    language: str = "en",
) -> Scored:
    """Score the scales of an instrument from a data frame of numeric answers.

    Args:
        data: A row a respondent; answers are codes, NaN where there is none. It is not changed.
        instrument: An instrument, its id (`rcbs_13`), or its TOML file.
        columns: `"RCBS_{item}"`, `"RCBS_1 … RCBS_13"`, a list of columns in the order of the items, or item →
            column (scales whose items are not all named are in `unscored`); item ids where it is not given.
        method: How every scale is scored; as the instrument says where it is not given.
        minimum_answered: Fewest answered items for a score, for every scale; as the instrument says otherwise.
        codes: Lowest and highest code in the data, where they are not those of the key, for example (0, 3).
        cutoffs: Scale → the published cut-off to use, as in a plan; none by itself.
        norms: Scale → the published norm to compare with, as in a plan; none by itself.
        language: Language of the labels.

    Returns:
        `measures` (index of `data`, a column a score), `variables` (a row per measure: rule, items, reversed ones,
        possible and observed range, n), `unscored` and `warnings`.

    Raises:
        CallError: The instrument, a column, a cut-off or a norm does not exist, or an option does not fit.
        InputError: A column holds something else than the codes of the key.

    >>> import pandas as pd
    >>> answers = pd.DataFrame({"L1": [1, 3], "L2": [2, 3], "L3": [1, 3]})
    >>> score_frame(answers, "ucla_3_item", "L{item}").measures["ucla_3_item"].tolist()
    [4.0, 9.0]
    """
    used = instrument if isinstance(instrument, Instrument) else load_instrument(instrument)
    used = with_codes(used, codes) if codes is not None else used
    used = _with_rules(used, method, minimum_answered)
    placed = _columns(data, used, columns)
    answers = pd.DataFrame({item: _codes(data, column, used.by_id[item]) for item, column in placed.items()})
    answers.index = data.index
    return score(answers, [used], language, Choices(cutoffs or {}, norms or {}))


def _with_rules(instrument: Instrument, method: str | None, minimum: int | None) -> Instrument:
    if method not in (None, "mean", "sum", "pomp"):
        raise CallError(f"{WHERE}: method: found {method!r}. Allowed: mean, sum, pomp.")
    for scale in instrument.scales:
        if minimum is not None and not 1 <= minimum <= len(scale.items):
            raise CallError(
                f"{WHERE}: minimum_answered: found {minimum}; {scale.id} has {len(scale.items)} items. "
                f"Allowed: 1 to {len(scale.items)}."
            )
        unranged = [item for item in scale.items if instrument.by_id[item].format.range is None]
        if method is not None and (unranged or scale.score == "standardised_mean"):
            raise CallError(f"{WHERE}: method: {scale.id} has items of unlike units and is scored in one way only.")
    changes: dict[str, Any] = {"score": method, "minimum_answered": minimum}
    given = {name: value for name, value in changes.items() if value is not None}
    return instrument.model_copy(
        update={"scales": tuple(scale.model_copy(update=given) for scale in instrument.scales)}
    )


def _columns(
    data: pd.DataFrame, instrument: Instrument, columns: str | Sequence[str] | Mapping[str, str] | None
) -> dict[str, str]:
    """Item → column, every column there and only once."""
    names = [item.id for item in instrument.all_items]
    if columns is None:
        placed = {name: name for name in names if name in data}
        if not placed:
            raise CallError(
                f"{WHERE}: the data have none of the columns {names[0]} … {names[-1]}. "
                f'Say which columns hold the items, for example columns="{instrument.id.upper()}_{{item}}".'
            )
    elif isinstance(columns, Mapping):
        placed = dict(columns)
    else:
        if isinstance(columns, str) and not is_short_map(columns):
            columns = [columns]
        placed = scale_columns(instrument.id, columns, names, WHERE)
    _check(data, placed, names)
    return placed


def _check(data: pd.DataFrame, placed: Mapping[str, str], names: Sequence[str]) -> None:
    stray = [item for item in placed if item not in names]
    if stray:
        raise CallError(f"{WHERE}: columns: there is no item {stray[0]!r}. Allowed: {', '.join(names)}.")
    absent = [column for column in placed.values() if column not in data]
    if absent:
        shown = ", ".join(map(str, list(data)[:5])) + (" …" if data.shape[1] > 5 else "")
        raise CallError(f"{WHERE}: the data have no column {absent[0]!r}. They have: {shown}.")
    for column in placed.values():
        if (data.columns == column).sum() > 1:
            raise CallError(f"{WHERE}: two columns of the data are called {column!r}. Rename one of them.")
    twice = [column for column in placed.values() if list(placed.values()).count(column) > 1]
    if twice:
        raise CallError(f"{WHERE}: columns: {twice[0]!r} stands for two items. Each item has a column of its own.")


def _codes(data: pd.DataFrame, column: str, item: Item) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The column as numbers, every one an allowed answer."""
    found = data[column]
    if not pd.api.types.is_numeric_dtype(found) and found.notna().any():
        example = found.dropna().iloc[0]
        raise InputError(
            f"{WHERE}: column {column!r} ({item.id}) holds text, for example {str(example)[:40]!r}. "
            "Give the answers as codes; read_survey reads the labels of an export."
        )
    values = pd.to_numeric(found, errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
    wrong = ~np.isnan(values) & ~_allowed(values, item)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise InputError(
            f"{WHERE}: column {column!r} ({item.id}): found {values[row]:g} in row {data.index[row]!r}"
            f"{_and_more(int(wrong.sum()))}. Allowed: {_range(item)}. Set codes that mean no answer to missing; "
            "if the data count from another lowest code, say so with codes=(lowest, highest)."
        )
    return values


def _allowed(values: np.ndarray[Any, Any], item: Item) -> np.ndarray[Any, Any]:
    form = item.format
    if form.kind == "single":
        return np.isin(values, [option.code for option in form.options if not isinstance(option.code, str)])
    low, high = form.minimum, form.maximum
    inside = (values >= (-np.inf if low is None else low)) & (values <= (np.inf if high is None else high))
    return inside & ((values == np.round(values)) if form.integer else True)


def _range(item: Item) -> str:
    form = item.format
    if form.kind == "single":
        return ", ".join(str(option.code) for option in form.options)
    low, high = (("" if bound is None else f"{bound:g}") for bound in (form.minimum, form.maximum))
    return f"{'whole numbers ' if form.integer else ''}{f'{low} to {high}' if high else f'from {low}'}"


def _and_more(count: int) -> str:
    return f" and {count - 1} more of the kind" if count > 1 else ""
