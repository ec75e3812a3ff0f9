"""Scores compared with published rules and norms, where a plan chooses one: classes, z, T, above the norm's mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from survey_stats.errors import CallError
from survey_stats.instrument import Instrument, Scale
from survey_stats.key_facts import Bands, Cutoff, Norm, Range
from survey_stats.plan import CutoffChoice, OwnNorm

DECIMALS = 9
"""Scores are rounded so far before they meet a bound: 3.769… x 13 is 49, not a little more."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a plan chose for its scales.

    Attributes:
        cutoffs: Scale → id of its cut-off, or the choice with the item that tells the groups.
        norms: Scale → id of a norm, or a norm of the researcher's own.
    """

    cutoffs: Mapping[str, str | CutoffChoice] = field(default_factory=dict)
    norms: Mapping[str, str | OwnNorm] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Derived:
    """A measure derived from a score: its id, its values and what `variables` says of it."""

    id: str
    score: pd.Series
    row: dict[str, Any]


def check_choices(choices: Choices, instruments: Iterable[Instrument]) -> None:
    """Refuse a choice for a scale that is not in use.

    Raises:
        CallError: The plan names an unknown scale.
    """
    scales = [scale.id for one in instruments for scale in one.scales]
    for kind, chosen in (("cutoffs", choices.cutoffs), ("norms", choices.norms)):
        for name in chosen:
            if name not in scales:
                raise CallError(
                    f"plan: {kind}: there is no scale {name!r} among the instruments in use. "
                    f"Allowed: {', '.join(scales) or 'none, as no scale was found'}."
                )


def derived(
    score: pd.Series, keyed: pd.DataFrame, answers: pd.DataFrame, scale: Scale, instrument: Instrument,
    own_range: Range, choices: Choices,
) -> Iterator[Derived]:  # fmt: skip
    """The classes and norm-referenced scores that the plan chose for one scale.

    Args:
        score: The scale's score.
        keyed: Its items after reversal.
        answers: All answers, for the item that tells the groups.
        scale: The scale.
        instrument: The instrument it belongs to, with its cut-offs and norms.
        own_range: Lowest and highest possible score.
        choices: What the plan chose.

    Raises:
        CallError: The chosen cut-off or norm does not exist, or needs groups that the plan does not tell.
    """
    if scale.id in choices.cutoffs:
        given = choices.cutoffs[scale.id]
        choice = CutoffChoice(id=given) if isinstance(given, str) else given
        rule = _named(choice.id, instrument.cutoffs, scale, "cutoffs")
        yield _classes(score, keyed, answers, scale, rule, choice, own_range)
    if scale.id in choices.norms:
        chosen = choices.norms[scale.id]
        if isinstance(chosen, str):
            yield from _normed(score, scale, _named(chosen, instrument.norms, scale, "norms"), own_range)
        else:
            norm = Norm(**chosen.model_dump(), scale=scale.id, status="V")
            yield from _normed(score, scale, norm, own_range, told=f"{norm.source}, given in the plan")


def _named(name: str, known: Iterable[Any], scale: Scale, kind: str) -> Any:
    own = {entry.id: entry for entry in known if entry.scale == scale.id and entry.id}
    if name not in own:
        raise CallError(f"plan: {kind}: {scale.id} has no {name!r}. Allowed: {', '.join(own) or 'none'}.")
    return own[name]


def _converted(score: pd.Series, own: Range, target: Range | None) -> pd.Series:
    """The score on the range on which a bound or a norm is written: a linear change, exact for mean, sum and POMP."""
    if target is None or target == own:
        return score.round(DECIMALS)
    return (target[0] + (score - own[0]) / (own[1] - own[0]) * (target[1] - target[0])).round(DECIMALS)


def _classes(
    score: pd.Series, keyed: pd.DataFrame, answers: pd.DataFrame, scale: Scale, rule: Cutoff, choice: CutoffChoice,
    own_range: Range,
) -> Derived:  # fmt: skip
    if rule.polythetic is not None:
        values = _polythetic(keyed, rule.polythetic.answer, rule.polythetic.items)
    elif rule.bands:
        values = _band(_converted(score, own_range, rule.range), rule.bands)
    else:
        groups = _groups(answers, scale, rule, choice)
        converted = _converted(score, own_range, rule.range)
        values = pd.Series(np.nan, index=score.index)
        for name, bands in rule.groups.items():
            values = values.mask(groups == name, _band(converted, bands))
    codes = ", ".join(f"{code} = {label}" for code, label in enumerate(rule.labels))
    on = f", on scores from {rule.range[0]:g} to {rule.range[1]:g}" if rule.range else ""
    told = f"{codes} ({rule.words}{on}); {rule.source}, status {rule.status}"
    row = {"kind": "category", "unit": "class", "minimum": 0.0, "maximum": float(len(rule.labels) - 1), "rule": told}
    return Derived(f"{scale.id}_{rule.id}", values, row)


def _band(score: pd.Series, bands: Bands) -> pd.Series:
    """Number of the band: how many lower bounds the score has reached."""
    reached = [score >= band.at_least if band.at_least is not None else score > band.above for band in bands[1:]]
    return pd.Series(np.sum(reached, axis=0, dtype="float64"), index=score.index).where(score.notna())


def _polythetic(keyed: pd.DataFrame, answer: float, needed: int) -> pd.Series:
    """Met, not met, or missing where unanswered items could still decide it."""
    high = (keyed >= answer).sum(axis=1)
    possible = high + keyed.isna().sum(axis=1)
    met = (high >= needed).astype("float64")
    return met.where((high >= needed) | (possible < needed))


def _groups(answers: pd.DataFrame, scale: Scale, rule: Cutoff, choice: CutoffChoice) -> pd.Series:
    names = ", ".join(rule.groups)
    if choice.by is None or set(choice.groups.values()) - set(rule.groups) or not choice.groups:
        raise CallError(
            f"plan: cutoffs: {scale.id}: {rule.id} has bounds of its own for {names}. Say which item tells them and "
            f'what its codes mean: {scale.id} = {{ id = "{rule.id}", by = "gender", groups = {{ "1" = "…" }} }}, '
            f"where the groups are {names}."
        )
    if choice.by not in answers:
        raise CallError(
            f"plan: cutoffs: {scale.id}: {rule.id} needs the item {choice.by!r}, which the data do not have. "
            "Name an item that was matched."
        )
    told = answers[choice.by]
    codes = told.map(lambda code: f"{code:g}" if isinstance(code, (int, float)) else str(code), na_action="ignore")
    return codes.map(choice.groups)


def _normed(score: pd.Series, scale: Scale, norm: Norm, own_range: Range, told: str = "") -> Iterator[Derived]:
    if norm.mean is None:
        raise CallError(f"plan: norms: {scale.id}: {norm.id} has no mean, so nothing can be compared with it.")
    value = _converted(score, own_range, norm.range)
    origin = (
        f"norm: {norm.sample}{f', n {norm.n}' if norm.n else ''} ({told or f'{norm.source}, status {norm.status}'})"
    )
    if norm.sd is not None:
        z = (value - norm.mean) / norm.sd
        by = f"mean {norm.mean:g}, standard deviation {norm.sd:g}; {origin}"
        unbounded = {"kind": "norm", "minimum": np.nan, "maximum": np.nan}
        yield Derived(
            f"{scale.id}_z", z, unbounded | {"unit": "z", "rule": f"(score - mean) / standard deviation; {by}"}
        )
        yield Derived(f"{scale.id}_t", 50 + 10 * z, unbounded | {"unit": "T", "rule": f"50 + 10 z; {by}"})
    n = int(value.notna().sum())
    above, below = (100 * float(part.sum()) / n if n else np.nan for part in (value > norm.mean, value < norm.mean))
    rule = f"1 = above the mean {norm.mean:g}: {above:.1f} % above, {below:.1f} % below of {n}; {origin}"
    flag = (value > norm.mean).astype("float64").where(value.notna())
    bounds = {"kind": "category", "unit": "class", "minimum": 0.0, "maximum": 1.0}
    yield Derived(f"{scale.id}_above_norm", flag, bounds | {"rule": rule})
