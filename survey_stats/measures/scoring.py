"""Answers → scores. Items are reversed here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from survey_stats.content import in_language
from survey_stats.instrument import Instrument, Item, Scale
from survey_stats.study import VARIABLE_COLUMNS, Study


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Scores of one set of answers.

    Attributes:
        measures: Index respondent, a float column a measure.
        variables: A row per measure, columns as in `study.VARIABLE_COLUMNS`.
        unscored: Scale → items the answers lack, for scales that could not be scored.
    """

    measures: pd.DataFrame
    variables: pd.DataFrame
    unscored: Mapping[str, tuple[str, ...]]


def score(answers: pd.DataFrame, instruments: Iterable[Instrument], language: str = "en") -> Scored:
    """Score every scale whose items are all there, and take over items that are measures by themselves.

    Args:
        answers: Index respondent, a column an item.
        instruments: The instruments the items belong to.
        language: Language of the labels.
    """
    columns: dict[str, pd.Series] = {}
    rows: list[dict[str, Any]] = []
    unscored: dict[str, tuple[str, ...]] = {}
    for instrument in instruments:
        for scale in instrument.scales:
            absent = tuple(item for item in scale.items if item not in answers)
            if len(absent) == len(scale.items):
                continue
            if absent:
                unscored[scale.id] = absent
                continue
            columns[scale.id] = scale_score(answers, scale, instrument)
            rows.append(_scale_row(scale, instrument, language))
        for item in _item_measures(instrument, answers):
            columns[item.id] = answers[item.id].astype("float64")
            rows.append(_item_row(item, instrument, language))
    measures = pd.DataFrame(columns, index=answers.index, dtype="float64")
    return Scored(measures, pd.DataFrame(rows, columns=list(VARIABLE_COLUMNS)), unscored)


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
    ranges (Cohen, Cohen, Aiken & West 1999). Missing where fewer than `minimum_answered` items have an answer.
    """
    items = keyed_items(answers, scale, instrument)
    answered = items.notna().sum(axis=1)
    if scale.score == "pomp":
        bounds = np.array([instrument.by_id[name].format.range for name in scale.items], dtype="float64")
        items = 100 * (items - bounds[:, 0]) / (bounds[:, 1] - bounds[:, 0])
    mean = items.mean(axis=1)
    value = mean * len(scale.items) if scale.score == "sum" else mean
    return value.where(answered >= (scale.minimum_answered or len(scale.items)))


def scale_items(study: Study, measure: str) -> pd.DataFrame | None:
    """Item answers of a scale after reversal, for reliability; none if the measure is no scale of the study.

    Args:
        study: The study.
        measure: Id of a measure.

    Returns:
        Index respondent, a float column an item.
    """
    for instrument in study.instruments.values():
        for scale in instrument.scales:
            if scale.id == measure and set(scale.items) <= set(study.answers.columns):
                return keyed_items(study.answers, scale, instrument)
    return None


_RULES = {"mean": "mean", "sum": "sum (mean × number of items)", "pomp": "percent of maximum possible"}


def _scale_row(scale: Scale, instrument: Instrument, language: str) -> dict[str, Any]:
    low, high = _score_range(scale, instrument)
    return {
        "id": scale.id, "construct": scale.construct_id, "label": in_language(scale.label, language),
        "kind": "scale",
        "unit": scale.unit or ("percent" if scale.score == "pomp" else "points"), "minimum": low, "maximum": high,
        "reference_period": scale.reference_period or "", "measure_type": instrument.measure_type,
        "level": "between",
        "rule": f"{_RULES[scale.score]} of {len(scale.items)} items, "
                f"at least {scale.minimum_answered or len(scale.items)} answered",
        "items": " ".join(scale.items), "reversed": " ".join(scale.reverse), "instrument": instrument.id,
    }  # fmt: skip


def _score_range(scale: Scale, instrument: Instrument) -> tuple[float, float]:
    ranges = [instrument.by_id[name].format.range for name in scale.items]
    if scale.score == "pomp":
        return 0.0, 100.0
    if any(bounds is None for bounds in ranges):
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
