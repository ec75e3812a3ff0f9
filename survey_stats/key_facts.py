"""What is known about a published scale besides its items: facts, norms, cut-offs, other keys; each with its status."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from survey_stats.content import FileModel, Identifier

Status = Literal["V", "V2", "D", "M"]
"""V: seen at the source; V2: seen at a second-hand source; D: derived from such facts; M: from memory (not bundled)."""


def _ascending(bounds: tuple[float, float]) -> tuple[float, float]:
    if not bounds[0] < bounds[1]:
        raise ValueError("a range is two numbers, the lower one first")
    return bounds


Range = Annotated[tuple[float, float], AfterValidator(_ascending)]


class Fact(FileModel):
    """One fact of a scale with its source.

    Attributes:
        about: What it is about.
        status: How far it was verified.
        source: Where it was seen.
        note: What a user must know.
    """

    about: Literal["format", "key", "item_order", "subscales", "scoring", "licence"]
    status: Status
    source: str
    note: str = ""


class Norm(FileModel):
    """A published mean or reliability of a scale with its sample.

    Attributes:
        id: Name by which a plan chooses it; unique within the instrument.
        scale: The scale it belongs to.
        sample: Who was asked.
        n, mean, sd, alpha, retest: As published.
        retest_interval: Time between the two occasions.
        range: Lowest and highest score of the published mean, so that it fits means, sums and POMP alike.
        source, status: Where it was seen and how far it was verified.
    """

    id: Identifier | None = None
    scale: Identifier
    sample: str
    n: int | None = Field(default=None, ge=1)
    mean: float | None = None
    sd: float | None = Field(default=None, gt=0)
    alpha: float | None = None
    retest: float | None = None
    retest_interval: str = ""
    range: Range | None = None
    source: str
    status: Status

    @model_validator(mode="after")
    def _consistent(self) -> Norm:
        if self.mean is not None and self.id is not None and self.range is None:
            raise ValueError(
                "a norm with id and mean needs range: the lowest and the highest score of the published mean"
            )
        if self.range is not None and self.mean is not None and not self.range[0] <= self.mean <= self.range[1]:
            raise ValueError(f"the mean {self.mean:g} lies outside range {self.range[0]:g} to {self.range[1]:g}")
        return self


class Band(FileModel):
    """A class of scores, from a bound up to the next band.

    Attributes:
        label: Its name.
        at_least, above: Its lower bound, included or not; the lowest band has neither.
    """

    label: str
    at_least: float | None = None
    above: float | None = None

    @property
    def bound(self) -> float | None:
        """The lower bound."""
        return self.at_least if self.above is None else self.above

    @property
    def words(self) -> str:
        """For example `very shy: above 49`."""
        bound = f": at least {self.at_least:g}" if self.at_least is not None else ""
        return f"{self.label}{f': above {self.above:g}' if self.above is not None else bound}"


Bands = tuple[Band, ...]


class Polythetic(FileModel):
    """Met by those who give at least `answer` to at least `items` of the scale's items."""

    answer: float
    items: int = Field(ge=1)


class Cutoff(FileModel):
    """A published rule that turns a score into classes. None is used unless a plan chooses it.

    Attributes:
        id: Name by which a plan chooses it; unique within the instrument.
        scale: The scale.
        range: Lowest and highest score on which the bands are written.
        bands: The classes, lowest first.
        groups: Bands by group (for example by sex) instead of `bands`.
        polythetic: A number of high answers instead of a score; then there are no bands.
        source, status, note: Where it was seen, how far it was verified, what a user must know.
    """

    id: Identifier
    scale: Identifier
    range: Range | None = None
    bands: Bands = ()
    groups: dict[Identifier, Bands] = Field(default_factory=dict)
    polythetic: Polythetic | None = None
    source: str
    status: Status
    note: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> Cutoff:
        if sum(map(bool, (self.bands, self.groups, self.polythetic))) != 1:
            raise ValueError("a cut-off has exactly one of bands, groups and polythetic")
        if self.polythetic is None and self.range is None:
            raise ValueError("bands need range: the lowest and the highest score on which they are written")
        every = [self.bands] if self.bands else list(self.groups.values())
        for bands in every:
            self._check(bands)
        if any([band.label for band in bands] != [band.label for band in every[0]] for bands in every):
            raise ValueError("all groups have bands of the same labels in the same order")
        return self

    def _check(self, bands: Bands) -> None:
        if len(bands) < 2 or bands[0].bound is not None:
            raise ValueError("there are at least two bands, and the first has no lower bound")
        bounds = [band.bound for band in bands[1:]]
        if any((band.at_least is None) == (band.above is None) for band in bands[1:]):
            raise ValueError("each band after the first has exactly one of at_least and above")
        known = [bound for bound in bounds if bound is not None]
        if known != sorted(set(known)):
            raise ValueError("bands stand in ascending order")

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes, lowest first; their codes count from 0."""
        if self.polythetic is not None:
            return "not met", "met"
        return tuple(band.label for band in (self.bands or next(iter(self.groups.values()))))

    @property
    def words(self) -> str:
        """The rule as a line of text."""
        if self.polythetic is not None:
            return f"{self.polythetic.answer:g} or more on at least {self.polythetic.items} items"
        if self.bands:
            return "; ".join(band.words for band in self.bands)
        return " | ".join(f"{name}: {'; '.join(band.words for band in bands)}" for name, bands in self.groups.items())


class OtherKey(FileModel):
    """A key of the same scale for another order of its items: data keyed by it are recognised and named in a warning.

    Attributes:
        id: Its name, the id of the instrument of that order if there is one.
        scale: The scale of this instrument.
        reverse: Items of this instrument that the other key reverses, by their place in that order.
        source, status: Where it was seen and how far it was verified.
    """

    id: str
    scale: Identifier
    reverse: tuple[Identifier, ...]
    source: str
    status: Status
