"""Answers → scores. Items are reversed here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from survey_stats.content import in_language
from survey_stats.instrument import Instrument, Item, Scale
from survey_stats.measures.classes import Choices, check_choices, derived
from survey_stats.measures.keying import keying_warnings
from survey_stats.messages import Message
from survey_stats.study import VARIABLE_COLUMNS, Study, with_observed


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Scores of one set of answers.

    Attributes:
        measures: Index respondent, a float column a measure.
        variables: A row per measure, columns as in `study.VARIABLE_COLUMNS`.
        unscored: Scale → items the answers lack, for scales that could not be scored.
        warnings: Scales whose key does not seem to fit the data, with the likely mistake.
    """

    measures: pd.DataFrame
    variables: pd.DataFrame
    unscored: Mapping[str, tuple[str, ...]]
    warnings: tuple[Message, ...] = ()


def score(
    answers: pd.DataFrame, instruments: Iterable[Instrument], language: str = "en", choices: Choices | None = None
) -> Scored:
    """Score every scale whose items are all there, and take over items that are measures by themselves.

    Args:
        answers: Index respondent, a column an item.
        instruments: The instruments the items belong to.
        language: Language of the labels.
        choices: Cut-offs and norms that a plan chose; none are used where it is not given.

    Raises:
        CallError: A choice does not fit the scales.
    """
    used, chosen = list(instruments), choices or Choices()
    check_choices(chosen, used)
    columns: dict[str, pd.Series] = {}
    rows: list[dict[str, Any]] = []
    unscored: dict[str, tuple[str, ...]] = {}
    warnings: list[Message] = []
    for instrument in used:
        for scale in instrument.scales:
            absent = tuple(item for item in scale.items if item not in answers)
            if absent and len(absent) < len(scale.items):
                unscored[scale.id] = absent
            if absent:
                continue
            keyed = keyed_items(answers, scale, instrument)
            warnings += keying_warnings(keyed, scale, instrument)
            for name, values, row in _scale_measures(answers, keyed, scale, instrument, language, chosen):
                columns[name] = values
                rows.append(row)
        for item in _item_measures(instrument, answers):
            columns[item.id] = answers[item.id].astype("float64")
            rows.append(_item_row(item, instrument, language))
    measures = pd.DataFrame(columns, index=answers.index, dtype="float64")
    variables = with_observed(pd.DataFrame(rows, columns=list(VARIABLE_COLUMNS)), measures)
    return Scored(measures, variables, unscored, tuple(warnings))


def _scale_measures(
    answers: pd.DataFrame, keyed: pd.DataFrame, scale: Scale, instrument: Instrument, language: str, choices: Choices
) -> Iterator[tuple[str, pd.Series, dict[str, Any]]]:
    """The score of a scale, then what a plan derives from it; derived measures have no construct of their own."""
    value = scale_score(answers, scale, instrument)
    row = _scale_row(scale, instrument, language, keyed)
    yield scale.id, value, row
    bounds = row["minimum"], row["maximum"]
    for one in derived(value, keyed, answers, scale, instrument, bounds, choices):
        label = f"{row['label']} ({one.id.removeprefix(scale.id + '_')})"
        yield one.id, one.score, row | {"id": one.id, "label": label, "construct": ""} | one.row


def _item_measures(instrument: Instrument, answers: pd.DataFrame) -> Iterator[Item]:
    for item in instrument.all_items:
        if item.construct and item.id in answers and pd.api.types.is_numeric_dtype(answers[item.id]):
            yield item


def keyed_items(answers: pd.DataFrame, scale: Scale, instrument: Instrument) -> pd.DataFrame:
    """The answers to a scale's items with the reversed ones turned round: minimum + maximum - answer."""
    items = answers[list(scale.items)].astype("float64")
    for name in scale.reverse:
        bounds = instrument.by_id[name].format.range
        assert bounds is not None  # the instrument's own check
        items[name] = sum(bounds) - items[name]
    return items


def scale_score(answers: pd.DataFrame, scale: Scale, instrument: Instrument) -> pd.Series:
    """One score a respondent.

    Mean of the answered items; sum as that mean times the number of items, so that a person who left out one item
    is not lower for it; percent of maximum possible as 100 (mean - minimum) / (maximum - minimum) over the items'
    ranges (Cohen, Cohen, Aiken & West 1999); standardised mean as the mean of z-values (`standardised`). Missing
    where fewer than `minimum_answered` items have an answer.
    """
    items = keyed_items(answers, scale, instrument)
    answered = items.notna().sum(axis=1)
    if scale.score == "pomp":
        bounds = np.array([instrument.by_id[name].format.range for name in scale.items], dtype="float64")
        items = 100 * (items - bounds[:, 0]) / (bounds[:, 1] - bounds[:, 0])
    if scale.score == "standardised_mean":
        items = standardised(items)
    mean = items.mean(axis=1)
    # Not mean x items: the sum of 13 whole numbers is whole.
    value = items.sum(axis=1) * (len(scale.items) / answered.where(answered > 0)) if scale.score == "sum" else mean
    return value.where(answered >= (scale.minimum_answered or len(scale.items)))


def standardised(items: pd.DataFrame) -> pd.DataFrame:
    """Each item minus the sample's mean, over its standard deviation (n - 1), of all who answered it.

    An item that everyone answered alike is 0 for all: nobody differs from the mean.
    """
    deviation = items.std(ddof=1)
    return (items - items.mean()) / deviation.where(deviation != 0, 1.0)


def scale_items(study: Study, measure: str) -> pd.DataFrame | None:
    """Item answers of a scale after reversal, for reliability; standardised where the score is made of such values.

    None if the measure is no scale of the study.

    Args:
        study: The study.
        measure: Id of a measure.

    Returns:
        Index respondent, a float column an item.
    """
    for instrument in study.instruments.values():
        for scale in instrument.scales:
            if scale.id == measure and set(scale.items) <= set(study.answers.columns):
                items = keyed_items(study.answers, scale, instrument)
                return standardised(items) if scale.score == "standardised_mean" else items
    return None


_RULES = {
    "mean": "mean",
    "sum": "sum (mean × number of items)",
    "pomp": "percent of maximum possible",
    "standardised_mean": "mean of values standardised in this sample",
}
_UNITS = {"pomp": "percent", "standardised_mean": "standard deviations"}


def _scale_row(scale: Scale, instrument: Instrument, language: str, keyed: pd.DataFrame) -> dict[str, Any]:
    low, high = _score_range(scale, instrument)
    by = ""
    if scale.score == "standardised_mean":
        told = (f"{name} {keyed[name].mean():.6g}, {keyed[name].std(ddof=1):.6g}" for name in keyed)
        by = f"; mean and standard deviation: {'; '.join(told)}"
    return {
        "id": scale.id, "construct": scale.construct_id, "label": in_language(scale.label, language),
        "kind": "scale",
        "unit": scale.unit or _UNITS.get(scale.score, "points"), "minimum": low, "maximum": high,
        "reference_period": scale.reference_period or "", "measure_type": instrument.measure_type,
        "level": "between",
        "rule": f"{_RULES[scale.score]} of {len(scale.items)} items, "
                f"at least {scale.minimum_answered or len(scale.items)} answered{by}",
        "items": " ".join(scale.items), "reversed": " ".join(scale.reverse), "instrument": instrument.id,
    }  # fmt: skip


def _score_range(scale: Scale, instrument: Instrument) -> tuple[float, float]:
    ranges = [instrument.by_id[name].format.range for name in scale.items]
    if scale.score == "pomp":
        return 0.0, 100.0
    if scale.score == "standardised_mean" or any(bounds is None for bounds in ranges):
        return np.nan, np.nan
    low, high = np.array(ranges, dtype="float64").mean(axis=0)
    size = len(scale.items) if scale.score == "sum" else 1
    return float(low * size), float(high * size)


def _item_row(item: Item, instrument: Instrument, language: str) -> dict[str, Any]:
    low, high = item.format.range or (item.format.minimum, item.format.maximum)
    return {
        "id": item.id, "construct": item.construct, "label": item.name(language),
        "kind": "category" if item.format.kind == "single" else "item",
        "unit": item.format.unit or "", "minimum": low, "maximum": high, "reference_period": "",
        "measure_type": instrument.measure_type, "level": "between", "rule": "single item", "items": item.id,
        "reversed": "", "instrument": instrument.id,
    }  # fmt: skip
