"""Answers to any instrument, drawn with known correlations between what the instruments measure.

For demonstrations, tests and power planning. The model, for each simulated respondent:

1. Construct scores are drawn from a multivariate normal distribution with the correlations asked for.
2. Every item has a latent answer, loading × construct score + noise, with variance 1. The loading is .7 for items of a
   scale (negative where the scale reverses the item), .9 for the durations of a time total, 1 for an item that is a
   measure by itself, and .7 for the other items of an instrument that has a construct. Items of no construct are
   independent of everything.
3. The latent answer becomes the answer through its normal rank (a Gaussian copula; Nelsen 2006): choices by thresholds,
   counts and durations as a share of zeros and a log-normal distribution above it. Durations are rounded as people
   round them: to 5, 15, 30, later 60 minutes.
4. What no one could answer is made to fit. Who says to use no social media spends no minutes on them and has no
   contacts there, in all or on a platform. The contacts on one platform are no more than those over all platforms
   (larger counts are cut to the total, so that the total is at least the largest of them). Ages lie between 14 and 90:
   the distribution is cut there and not heaped. The correlations asked for therefore hold among users; over everyone,
   those with time on social media and with contacts are weaker, since who uses none is drawn at random.
5. Answers go missing at random; questions whose condition is not met are not asked.

The correlation of two scale scores is therefore smaller than that of their constructs: r × √(reliability of one ×
reliability of the other) (Spearman 1904).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from survey_stats.catalogue import load_instrument
from survey_stats.errors import CallError
from survey_stats.instrument import Code, Instrument, Item, Option

Numbers = NDArray[np.float64]
Pair = tuple[str, str]

DEFAULT_CORRELATIONS: Mapping[Pair, float] = MappingProxyType(
    {
        # Pooled values of Appel and Gnambs (2019) for shyness and social media use.
        ("shyness", "time_on_social_media"): 0.07,
        ("shyness", "active_use"): -0.11,
        ("shyness", "passive_use"): 0.07,
        ("shyness", "contacts"): -0.26,
        # Assumptions of ours in a plausible direction; no study stands behind their size.
        ("shyness", "extraversion"): -0.45,
        ("shyness", "neuroticism"): 0.35,
        ("extraversion", "neuroticism"): -0.25,
        ("extraversion", "active_use"): 0.20,
        ("extraversion", "contacts"): 0.25,
        ("agreeableness", "conscientiousness"): 0.20,
        ("conscientiousness", "neuroticism"): -0.20,
        ("active_use", "passive_use"): 0.45,
        ("active_use", "contacts"): 0.25,
        ("active_use", "time_on_social_media"): 0.35,
        ("passive_use", "time_on_social_media"): 0.40,
        ("time_on_messaging", "time_on_social_media"): 0.25,
        ("age", "time_on_social_media"): -0.30,
        ("age", "active_use"): -0.15,
        ("age", "time_on_television"): 0.30,
        ("age", "time_on_newspapers"): 0.30,
    }
)
"""Correlations of constructs where the caller names none."""

SCALE_LOADING, DURATION_LOADING, OTHER_LOADING = 0.7, 0.9, 0.7
RIGHT_CHECKS = 0.95
"""Share of attention checks that are answered as expected."""
FILTER_SHARE = 0.92
"""Share of respondents who give an answer that opens the questions behind a filter."""
HEAPS = np.array([0, 5, 10, 15, 20, 30, 45, 60, 90, 120, 150, *range(180, 7 * 1440 + 1, 60)], dtype=float)
"""Minutes people report: the further from zero, the coarser."""


@dataclass(frozen=True, slots=True)
class Margin:
    """Distribution of a count or duration: zeros, and a log-normal distribution above them.

    Attributes:
        zeros: Share of zeros.
        median: Median of the others (before they are cut).
        sigma: Standard deviation of their logarithm.
        lowest, highest: Where their distribution is cut.
    """

    zeros: float
    median: float
    sigma: float
    lowest: float = 0.0
    highest: float = np.inf

    def quantile(self, rank: Numbers) -> Numbers:
        """Value at each rank (between 0 and 1)."""
        with np.errstate(divide="ignore"):
            low, high = ndtr(np.log(np.array([self.lowest, self.highest]) / self.median) / self.sigma)
        above = np.clip((rank - self.zeros) / (1 - self.zeros), 1e-12, 1 - 1e-12)
        return np.where(rank < self.zeros, 0.0, self.median * np.exp(self.sigma * ndtri(low + above * (high - low))))


MINUTES = {
    "social_media": Margin(0.08, 75, 0.8), "news": Margin(0.30, 20, 0.7), "search": Margin(0.20, 15, 0.7),
    "email": Margin(0.25, 20, 0.9), "games": Margin(0.55, 60, 0.9), "shopping": Margin(0.50, 20, 0.7),
    "video": Margin(0.15, 60, 0.8), "messaging": Margin(0.08, 45, 0.8), "television": Margin(0.25, 90, 0.7),
    "radio": Margin(0.45, 45, 0.8), "newspapers": Margin(0.70, 20, 0.6),
}  # fmt: skip
"""Minutes a day by sector; assumptions, not estimates of any population."""
OTHER_MINUTES = Margin(0.40, 30, 0.8)
WEEKEND_FACTOR = 1.2
COUNTS = {"contacts": Margin(0.02, 150, 0.9), "age": Margin(0.0, 29, 0.35, lowest=14, highest=90)}
OTHER_COUNT = Margin(0.35, 40, 0.9)
SHARES = {"gender": (0.53, 0.45, 0.02), "education": (0.005, 0.02, 0.075, 0.30, 0.15, 0.27, 0.15, 0.03)}
TEXTS = {"country": ("Germany", "Norway", "India", "Iran", "United Kingdom")}
"""Answers to open questions, equally likely; `COUNTS`, `SHARES` and `TEXTS` go by an item's construct or id."""
OTHER_TEXTS = ("Simulated answer",)
USES_SOCIAL_MEDIA, NO = "uses_social_media", 0
"""The question whether someone uses social media at all, and the answer of who does not."""
NONE_WITHOUT_USE = frozenset({"contacts", "time_on_social_media"})
"""Constructs whose counts and minutes are 0 for who uses no social media."""


@dataclass(frozen=True, slots=True)
class _Role:
    """What an item's latent answer depends on, and how far its thresholds are shifted (items differ in difficulty)."""

    construct: str | None = None
    loading: float = 0.0
    shift: float = 0.0


@dataclass(frozen=True, slots=True)
class _Draw:
    """An item with the latent answers to it, shape (n,), and the answers that open a filter, if it is one."""

    item: Item
    role: _Role
    latent: Numbers
    opening: frozenset[Code]
    generator: np.random.Generator

    @property
    def key(self) -> str:
        return self.item.construct or self.item.id


def simulate(
    instruments: Instrument | str | Iterable[Instrument | str],
    n: int,
    *,
    correlations: Mapping[Pair, float] | None = None,
    seed: int | None = None,
    missing: float = 0.02,
) -> pd.DataFrame:
    """Draw coded answers of `n` respondents.

    Args:
        instruments: Instruments, or ids of bundled ones.
        n: Number of respondents.
        correlations: Correlation of constructs by pair, for example `{("shyness", "contacts"): -0.3}`; pairs not named
            are 0. Without it `DEFAULT_CORRELATIONS`.
        seed: The same seed gives the same answers.
        missing: Share of asked questions left unanswered, at random.

    Returns:
        Index `respondent` from 1, a column an item in the order of the questionnaire: codes for single choices, a
        tuple of codes for multiple ones, numbers, minutes, text. A question that was not asked or not answered is
        missing. `attrs["simulated"]` is True.

    Raises:
        CallError: An argument is out of range, instruments share an item, a construct is not measured, or no
            population can have the correlations.

    >>> simulate("shyness", 3, seed=1).shape
    (3, 10)
    """
    chosen = _instruments(instruments)
    _check_numbers(n, missing)
    items = _unique_items(chosen)
    roles = {item.id: _role(item, instrument) for instrument in chosen for item in instrument.all_items}
    generator = np.random.default_rng(seed)
    latent = _latent_answers(roles, n, correlations, generator)
    opening = _opening_answers(items)
    index = pd.RangeIndex(1, n + 1, name="respondent")
    answers, gaps = {}, {}
    for item in items:
        draw = _Draw(item, roles[item.id], latent[item.id], opening.get(item.id, frozenset()), generator)
        answers[item.id] = pd.Series(_ANSWER[item.format.kind](draw), index=index)
        gaps[item.id] = generator.random(n) < missing
    possible = _possible(items, roles, answers)
    given = {name: column.mask(gaps[name]) for name, column in possible.items()}
    frame = pd.DataFrame(_asked_only(items, given), index=index)
    frame.attrs["simulated"] = True
    return frame


def _instruments(instruments: Instrument | str | Iterable[Instrument | str]) -> list[Instrument]:
    several = [instruments] if isinstance(instruments, (Instrument, str)) else list(instruments)
    if not several:
        raise CallError("simulate: no instrument was given. Name at least one, for example 'shyness'.")
    return [entry if isinstance(entry, Instrument) else load_instrument(entry) for entry in several]


def _check_numbers(n: int, missing: float) -> None:
    if n < 1:
        raise CallError(f"simulate: n is the number of respondents, 1 or more; found {n}.")
    if not 0 <= missing < 1:
        raise CallError(f"simulate: missing is a share from 0 to below 1; found {missing}.")


def _unique_items(instruments: list[Instrument]) -> list[Item]:
    items = [item for instrument in instruments for item in instrument.all_items]
    ids = [item.id for item in items]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise CallError(
            f"simulate: items must be unique over all instruments; these stand twice: {', '.join(twice)}. "
            "Leave out one of the instruments, or rename its items."
        )
    return items


def _role(item: Item, instrument: Instrument) -> _Role:
    """What the item measures: by itself, in a scale, in a time total, or as part of its instrument."""
    if item.construct:
        return _Role(item.construct, 1.0)
    for scale in instrument.scales:
        if item.id in scale.items:
            sign = -1 if item.id in scale.reverse else 1
            position = scale.items.index(item.id) / max(len(scale.items) - 1, 1)
            return _Role(scale.construct_id, sign * SCALE_LOADING, 0.8 * position - 0.4)
    for total in instrument.time_totals:
        if item.medium in total.media and item.format.kind == "duration":
            return _Role(total.construct_id, DURATION_LOADING)
    return _Role(instrument.construct_id, OTHER_LOADING) if instrument.construct_id else _Role()


def _latent_answers(
    roles: Mapping[str, _Role],
    n: int,
    correlations: Mapping[Pair, float] | None,
    generator: np.random.Generator,
) -> dict[str, Numbers]:
    """Standard normal latent answers, one array of shape (n,) an item."""
    constructs = list(dict.fromkeys(role.construct for role in roles.values() if role.construct))
    root = _root(constructs, correlations)
    scores = dict(zip(constructs, root @ generator.standard_normal((len(constructs), n)), strict=True))
    return {
        item: role.loading * (scores[role.construct] if role.construct else 0.0)
        + np.sqrt(1 - role.loading**2) * generator.standard_normal(n)
        for item, role in roles.items()
    }


def _root(constructs: list[str], correlations: Mapping[Pair, float] | None) -> Numbers:
    """Cholesky root of the constructs' correlation matrix, shape (constructs, constructs)."""
    matrix = np.eye(len(constructs))
    for (first, second), value in _pairs(constructs, correlations):
        matrix[constructs.index(first), constructs.index(second)] = value
        matrix[constructs.index(second), constructs.index(first)] = value
    try:
        return np.linalg.cholesky(matrix).astype(np.float64)
    except np.linalg.LinAlgError as error:
        smallest = np.linalg.eigvalsh(matrix)[0]
        raise CallError(
            "simulate: correlations: no population can have all of these at once (their matrix is not positive "
            f"definite, its smallest eigenvalue is {smallest:.3f}). Bring the largest ones closer to 0."
        ) from error


def _pairs(constructs: list[str], correlations: Mapping[Pair, float] | None) -> Iterator[tuple[Pair, float]]:
    if correlations is None:
        yield from ((pair, value) for pair, value in DEFAULT_CORRELATIONS.items() if set(pair) <= set(constructs))
        return
    seen: set[frozenset[str]] = set()
    for pair, value in correlations.items():
        _check_pair(pair, value, constructs)
        if frozenset(pair) in seen:
            raise CallError(f"simulate: correlations: the pair {pair[0]} × {pair[1]} is given twice. Give it once.")
        seen.add(frozenset(pair))
        yield pair, value


def _check_pair(pair: Pair, value: float, constructs: list[str]) -> None:
    if not isinstance(pair, tuple) or len(pair) != 2 or pair[0] == pair[1]:
        raise CallError(
            f"simulate: correlations: found the key {pair!r}; a key is a pair of two different constructs, "
            "for example ('shyness', 'contacts')."
        )
    unknown = [name for name in pair if name not in constructs]
    if unknown:
        raise CallError(
            f"simulate: correlations: these instruments do not measure {' and '.join(map(repr, unknown))}. "
            f"They measure: {', '.join(sorted(constructs)) or 'no construct'}."
        )
    if not -1 < value < 1:
        raise CallError(f"simulate: correlations: {pair[0]} × {pair[1]} must lie between -1 and 1; found {value}.")


def _opening_answers(items: Iterable[Item]) -> dict[str, frozenset[Code]]:
    """Filter item → the answers that open questions behind it."""
    opening: dict[str, frozenset[Code]] = {}
    for item in items:
        if item.relevant_if:
            known = opening.get(item.relevant_if.item, frozenset())
            opening[item.relevant_if.item] = known | frozenset(item.relevant_if.answers)
    return opening


def _single(draw: _Draw) -> list[Code]:
    options = _ranked(draw.item.format.options)
    chosen = np.searchsorted(ndtri(np.cumsum(_shares(draw, options))[:-1]), draw.latent)
    if draw.item.expected is not None:
        right = draw.generator.random(len(chosen)) < RIGHT_CHECKS
        expected = [option.code for option in options].index(draw.item.expected)
        chosen = np.where(right, expected, draw.generator.integers(len(options), size=len(chosen)))
    return [options[position].code for position in chosen]


def _ranked(options: tuple[Option, ...]) -> list[Option]:
    """Options from the lowest to the highest code; in the file's order if codes are words."""
    if any(isinstance(option.code, str) for option in options):
        return list(options)
    return sorted(options, key=lambda option: float(option.code))


def _shares(draw: _Draw, options: list[Option]) -> Numbers:
    """Share of each option: known ones, a filter's, those between evenly spaced thresholds, else equal ones."""
    count = len(options)
    known = SHARES.get(draw.key, ())
    if len(known) == count:
        return np.array(known) / sum(known)
    if draw.opening:
        opens = [option.code in draw.opening for option in options]
        open_share, shut_share = FILTER_SHARE / max(sum(opens), 1), (1 - FILTER_SHARE) / max(count - sum(opens), 1)
        return np.where(opens, open_share, shut_share)
    if draw.role.construct:
        thresholds = (np.arange(1, count) - count / 2) * 4 / count + draw.role.shift
        between: Numbers = np.diff(ndtr(np.array([-np.inf, *thresholds, np.inf])))
        return between
    return np.full(count, 1 / count)


def _multiple(draw: _Draw) -> list[tuple[Code, ...]]:
    """Each option by itself; the first ones are the most popular. Who chooses none says so if that is an option."""
    answer = draw.item.format
    codes = [option.code for option in answer.options if option.code not in answer.exclusive]
    shares = np.linspace(0.75, 0.15, len(codes))
    if answer.open_option in codes:
        shares[codes.index(answer.open_option)] = 0.04
    chosen = draw.generator.random((len(draw.latent), len(codes))) < shares
    return [tuple(code for code, yes in zip(codes, row, strict=True) if yes) or answer.exclusive[:1] for row in chosen]


def _number(draw: _Draw) -> Numbers:
    values = COUNTS.get(draw.key, OTHER_COUNT).quantile(ndtr(draw.latent))
    return _within(np.rint(values) if draw.item.format.integer else values, draw.item)


def _duration(draw: _Draw) -> Numbers:
    days = 7 if draw.item.format.per == "week" else 1
    factor = WEEKEND_FACTOR if draw.item.format.day == "weekend" else 1.0
    a_day = MINUTES.get(draw.item.medium or "", OTHER_MINUTES).quantile(ndtr(draw.latent)) * factor
    between = (HEAPS[1:] + HEAPS[:-1]) / 2
    return _within(HEAPS[np.searchsorted(between, np.minimum(a_day, 1440) * days)], draw.item)


def _within(values: Numbers, item: Item) -> Numbers:
    low, high = item.format.minimum, item.format.maximum
    bounded: Numbers = np.clip(values, -np.inf if low is None else low, np.inf if high is None else high)
    return bounded


def _text(draw: _Draw) -> list[str]:
    texts = TEXTS.get(draw.key, OTHER_TEXTS)
    return [texts[position] for position in draw.generator.integers(len(texts), size=len(draw.latent))]


_ANSWER: Mapping[str, Callable[[_Draw], object]] = {
    "single": _single, "multiple": _multiple, "number": _number, "duration": _duration, "text": _text,
}  # fmt: skip


def _possible(
    items: Iterable[Item], roles: Mapping[str, _Role], answers: Mapping[str, pd.Series]
) -> dict[str, pd.Series]:
    """Answers that one person can give together: see step 4 above."""
    possible = dict(answers)
    counts = [item for item in items if item.format.kind in ("number", "duration")]
    totals = {(item.instrument, item.construct or ""): item.id for item in counts if item.construct in NONE_WITHOUT_USE}
    for item in counts:
        construct = roles[item.id].construct or ""
        total = totals.get((item.instrument, construct), item.id)
        column = possible[item.id].clip(upper=answers[total])
        if construct in NONE_WITHOUT_USE and USES_SOCIAL_MEDIA in answers:
            column = column.mask(answers[USES_SOCIAL_MEDIA].eq(NO), 0.0)
        possible[item.id] = column
    return possible


def _asked_only(items: Iterable[Item], answers: dict[str, pd.Series]) -> dict[str, pd.Series]:
    """Answers to the questions whose condition is met; a filter that was not asked closes what follows."""
    by_id = {item.id: item for item in items}

    def asked(item: Item) -> pd.Series:
        if item.relevant_if is None:
            return pd.Series(data=True, index=answers[item.id].index)
        opened = answers[item.relevant_if.item].map(lambda cell: _gives(cell, item), na_action="ignore")
        return opened.eq(other=True) & asked(by_id[item.relevant_if.item])

    return {name: column.where(asked(by_id[name])) for name, column in answers.items()}


def _gives(cell: object, item: Item) -> bool:
    """Whether an answer to the filter is one of those that open `item`."""
    assert item.relevant_if is not None
    return any(code in item.relevant_if.answers for code in (cell if isinstance(cell, tuple) else (cell,)))
