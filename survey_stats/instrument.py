"""What was asked: a questionnaire module read from TOML, with groups expanded to items."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PrivateAttr, ValidationInfo, model_validator

from survey_stats.content import FileModel, Identifier, Words, in_language, read_toml
from survey_stats.key_facts import Cutoff, Fact, Norm, OtherKey
from survey_stats.taxonomy import Taxonomy

Code = int | float | str
Reason = Literal["refused", "dont_know", "not_applicable", "not_seen", "other"]


class Option(FileModel):
    """One answer option.

    Attributes:
        code: What is stored when it is chosen.
        label: What the respondent read, by language; absent for published scales whose wording is not ours.
        aliases: Other spellings that exports of this question contain.
    """

    code: Code
    label: dict[str, str] = Field(default_factory=dict)
    aliases: tuple[str, ...] = ()


class MissingCode(Option):
    """An answer that means there is no answer, with its reason."""

    reason: Reason


class AnswerFormat(FileModel):
    """How a question is answered.

    Attributes:
        kind: `single` choice, `multiple` choice, `number`, `duration` or `text`.
        options: The options in their order. For `single` they may be left out when `minimum` and `maximum` give
            whole codes (a scale whose labels are not ours).
        missing: Answers that mean no answer.
        exclusive: Codes of options that exclude all others ("none of these").
        open_option: Code of the option that comes with a text field ("other: …").
        minimum, maximum: Range of a number; of a duration in minutes.
        integer: Whether a number must be whole.
        unit: What a number counts; for a duration the unit of a bare number (`minutes` or `hours`).
        per: Period a duration refers to.
        day: Kind of day a duration refers to.
    """

    kind: Literal["single", "multiple", "number", "duration", "text"]
    options: tuple[Option, ...] = ()
    missing: tuple[MissingCode, ...] = ()
    exclusive: tuple[Code, ...] = ()
    open_option: Code | None = None
    minimum: float | None = None
    maximum: float | None = None
    integer: bool = False
    unit: str | None = None
    per: Literal["day", "week", "session"] | None = None
    day: Literal["weekday", "weekend"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _codes_from_range(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("kind") == "single" and not data.get("options"):
            low, high = data.get("minimum"), data.get("maximum")
            if isinstance(low, int) and isinstance(high, int) and low < high:
                return data | {"options": [{"code": code} for code in range(low, high + 1)]}
        return data

    @model_validator(mode="after")
    def _consistent(self) -> AnswerFormat:
        if self.kind in ("single", "multiple") and not self.options:
            raise ValueError(f"a {self.kind} choice needs options, or whole numbers as minimum and maximum")
        codes = [option.code for option in (*self.options, *self.missing)]
        twice = sorted({str(code) for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"codes must be unique; these stand twice: {', '.join(twice)}")
        unknown = {*self.exclusive, *([] if self.open_option is None else [self.open_option])} - set(codes)
        if unknown:
            raise ValueError(f"exclusive and open_option name codes that no option has: {sorted(map(str, unknown))}")
        if self.kind == "duration" and self.unit not in ("minutes", "hours", None):
            raise ValueError("the unit of a duration is minutes or hours")
        return self

    @property
    def range(self) -> tuple[float, float] | None:
        """Lowest and highest numeric value, if both are known; reversal needs them."""
        if self.kind == "single":
            codes = [float(option.code) for option in self.options if not isinstance(option.code, str)]
            return (min(codes), max(codes)) if len(codes) == len(self.options) else None
        if self.minimum is None or self.maximum is None:
            return None
        return self.minimum, self.maximum


class Relevance(FileModel):
    """A question is asked only if another one has one of these answers; otherwise it is not asked, not missing."""

    item: Identifier
    answers: tuple[Code, ...]


class ItemEntry(FileModel):
    """An item as it stands in the file; `responses` may come from its group."""

    id: Identifier
    text: Words | None = None
    label: Words | None = None
    responses: Identifier | None = None
    medium: Identifier | None = None
    activity: Literal["active", "passive"] | None = None
    construct_id: Identifier | None = Field(default=None, alias="construct")
    relevant_if: Relevance | None = None
    expected: Code | None = None


class ForEach(FileModel):
    """Sectors or media of the taxonomy, each of which becomes an item."""

    sectors: tuple[Identifier, ...] = ()
    media: tuple[Identifier, ...] = ()


class Group(FileModel):
    """A stem and an answer format shared by items: a matrix.

    With `for_each`, one item a medium: `item_id` and `text` contain `{medium}`, which is the id in the first and
    the label in the second.
    """

    id: Identifier
    stem: Words | None = None
    responses: Identifier
    items: tuple[ItemEntry, ...] = ()
    for_each: ForEach | None = None
    item_id: str | None = None
    text: Words | None = None
    activity: Literal["active", "passive"] | None = None
    relevant_if: Relevance | None = None

    @model_validator(mode="after")
    def _items_or_for_each(self) -> Group:
        if bool(self.items) == (self.for_each is not None):
            raise ValueError("a group has either items or for_each")
        if self.for_each is not None and (self.item_id is None or "{medium}" not in self.item_id):
            raise ValueError("for_each needs item_id with the placeholder {medium}, for example 'minutes_{medium}'")
        return self


class Scale(FileModel):
    """How items become one score.

    Attributes:
        id: The score's id: the column of `study.measures`.
        construct_id: What it measures; the key in the file is `construct`.
        label: Its name by language.
        items: Ids of its items.
        reverse: Ids of the items that are reversed before anything is computed.
        score: Mean, sum, percent of maximum possible (POMP, 0 to 100; Cohen et al. 1999), or the mean of items that
            were first standardised with the sample's own mean and standard deviation (for items of unlike units).
        minimum_answered: Fewest answered items for a score; all items where it is not given.
        unit, reference_period: What the score counts, and over which time.
    """

    id: Identifier
    construct_id: Identifier = Field(alias="construct")
    label: Words
    items: tuple[Identifier, ...] = Field(min_length=1)
    reverse: tuple[Identifier, ...] = ()
    score: Literal["mean", "sum", "pomp", "standardised_mean"] = "mean"
    minimum_answered: int | None = Field(default=None, ge=1)
    unit: str | None = None
    reference_period: str | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Scale:
        if len(set(self.items)) < len(self.items):
            raise ValueError("an item stands twice in the scale")
        stray = [item for item in self.reverse if item not in self.items]
        if stray:
            raise ValueError(f"reverse names items that are not in the scale: {', '.join(stray)}")
        if self.minimum_answered is not None and self.minimum_answered > len(self.items):
            raise ValueError(f"minimum_answered is {self.minimum_answered}, the scale has {len(self.items)} items")
        return self


class TimeTotal(FileModel):
    """Minutes a day summed over media, weekday and weekend day combined 5:2 within the person.

    Attributes:
        id: The measure's id.
        construct_id: What it measures; the key in the file is `construct`.
        label: Its name by language.
        media: Sectors or media that are summed.
        reference_period: For example `habitual day`.
    """

    id: Identifier
    construct_id: Identifier = Field(alias="construct")
    label: Words
    media: tuple[Identifier, ...] = Field(min_length=1)
    reference_period: str = "habitual day"


class Source(FileModel):
    """Where an instrument comes from and under which terms."""

    citation: str
    doi: str | None = None
    licence: str
    status: Literal["original", "V", "V2", "D", "M"] = "original"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One question as it was asked, group and taxonomy resolved.

    Attributes:
        id: Its id, unique over all instruments of a study.
        instrument: Id of the instrument.
        format: How it is answered.
        stem, text: What was asked, by language; empty where the wording is not ours.
        label: A short content label by language.
        medium: Sector or medium it is about.
        activity: Active or passive use.
        construct: Set when the item by itself is a measure.
        relevant_if: When it is asked.
        expected: The right answer of an attention check.
        group: Id of its group.
    """

    id: str
    instrument: str
    format: AnswerFormat
    stem: dict[str, str]
    text: dict[str, str]
    label: dict[str, str]
    medium: str | None = None
    activity: str | None = None
    construct: str | None = None
    relevant_if: Relevance | None = None
    expected: Code | None = None
    group: str | None = None

    def name(self, language: str = "en") -> str:
        """A short name to show: label, else text, else id."""
        return in_language(self.label, language) or in_language(self.text, language) or self.id


class Instrument(FileModel):
    """A questionnaire module.

    Attributes:
        id, version, kind, construct_id, title, instructions: As in the file.
        responses: Answer formats by id.
        groups, items: The questions in the file's order, groups first.
        scales, time_totals: The measures it gives.
        source, norms: Where it comes from, and what others found with it.
        facts: Status and source of single facts of a published scale.
        cutoffs: Published rules that turn a score into classes; used only when a plan chooses one.
        other_keys: Keys of the same scale for other item orders; they only make a warning more precise.
        column_names: Stems that exports often give its columns (`rcbs` for RCBS_1, RCBS_2, …); for suggestions only.
        replaces: A study's instrument says so when it takes the place of the bundled one of the same id.
    """

    id: Identifier
    version: str
    kind: Literal["original", "published"]
    construct_id: Identifier | None = Field(default=None, alias="construct")
    title: Words
    instructions: Words | None = None
    measure_type: Literal["self_report", "diary", "log"] = "self_report"
    responses: dict[Identifier, AnswerFormat]
    groups: tuple[Group, ...] = ()
    items: tuple[ItemEntry, ...] = ()
    scales: tuple[Scale, ...] = ()
    time_totals: tuple[TimeTotal, ...] = ()
    source: Source
    norms: tuple[Norm, ...] = ()
    facts: tuple[Fact, ...] = ()
    cutoffs: tuple[Cutoff, ...] = ()
    other_keys: tuple[OtherKey, ...] = ()
    column_names: tuple[str, ...] = ()
    replaces: bool = False
    _items: tuple[Item, ...] = PrivateAttr(default=())
    _sha256: str = PrivateAttr(default="")

    @model_validator(mode="after")
    def _resolve(self, info: ValidationInfo) -> Instrument:
        context = info.context or {}
        self._items = tuple(self._expand(context.get("taxonomy")))
        self._sha256 = context.get("sha256", "")
        self._check_items()
        self._check_measures()
        return self

    @property
    def all_items(self) -> tuple[Item, ...]:
        """Every item, groups and `for_each` expanded, groups first."""
        return self._items

    @property
    def measures(self) -> list[Scale | TimeTotal]:
        """Scales, then time totals."""
        return [*self.scales, *self.time_totals]

    @property
    def sha256(self) -> str:
        """Hash of the file it was read from; empty when made in code."""
        return self._sha256

    @cached_property
    def by_id(self) -> dict[str, Item]:
        """Items by id."""
        return {item.id: item for item in self.all_items}

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages in which every item has a text, in the order of the first item."""
        spoken = [set(item.text) for item in self.all_items]
        first = self.all_items[0].text if self.all_items else {}
        return tuple(code for code in first if all(code in words for words in spoken))

    def _expand(self, taxonomy: Taxonomy | None) -> Iterator[Item]:
        for group in self.groups:
            for entry in _entries(group, taxonomy):
                yield self._item(entry, group)
        for entry in self.items:
            yield self._item(entry, None)

    def _item(self, entry: ItemEntry, group: Group | None) -> Item:
        responses = entry.responses or (group.responses if group else None)
        if responses not in self.responses:
            raise ValueError(
                f"item {entry.id} is answered by {responses!r}, which [responses] lacks; "
                f"allowed: {', '.join(self.responses)}"
            )
        return Item(
            id=entry.id, instrument=self.id, format=self.responses[responses],
            stem=dict(group.stem or {}) if group else {}, text=dict(entry.text or {}), label=dict(entry.label or {}),
            medium=entry.medium, activity=entry.activity or (group.activity if group else None),
            construct=entry.construct_id, expected=entry.expected, group=group.id if group else None,
            relevant_if=entry.relevant_if or (group.relevant_if if group else None),
        )  # fmt: skip

    def _check_items(self) -> None:
        ids = [item.id for item in self.all_items]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"item ids must be unique; these stand twice: {', '.join(twice)}")
        for item in self.all_items:
            if item.relevant_if is not None and item.relevant_if.item not in ids:
                raise ValueError(f"item {item.id} is asked if {item.relevant_if.item!r} …, which is no item here")
            codes = [option.code for option in item.format.options]
            if item.expected is not None and item.expected not in codes:
                raise ValueError(f"item {item.id} expects {item.expected!r}, which is no code of its answers")

    def _check_measures(self) -> None:
        names = [measure.id for measure in self.measures]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"ids of scales and time totals must be unique; these stand twice: {', '.join(twice)}")
        for scale in self.scales:
            unknown = [name for name in scale.items if name not in self.by_id]
            if unknown:
                raise ValueError(f"scale {scale.id} names items that do not exist: {', '.join(unknown)}")
            needs_range = scale.items if scale.score == "pomp" else scale.reverse
            rangeless = [name for name in needs_range if self.by_id[name].format.range is None]
            if rangeless:
                raise ValueError(f"scale {scale.id} needs the answer range of: {', '.join(rangeless)}")
        self._check_facts()

    def _check_facts(self) -> None:
        """Norms, cut-offs and other keys belong to scales and items of this file, and a plan can name them."""
        scales = {scale.id for scale in self.scales}
        for kind, entries in (("norms", self.norms), ("cutoffs", self.cutoffs), ("other_keys", self.other_keys)):
            for entry in entries:
                if entry.scale not in scales:
                    raise ValueError(f"{kind} name the scale {entry.scale!r}, which is no scale of this file")
            names = [entry.id for entry in entries if entry.id]
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"ids of {kind} must be unique; these stand twice: {', '.join(twice)}")
        stray = [name for key in self.other_keys for name in key.reverse if name not in self.by_id]
        if stray:
            raise ValueError(f"other_keys name items that do not exist: {', '.join(stray)}")


def _entries(group: Group, taxonomy: Taxonomy | None) -> Iterator[ItemEntry]:
    if group.for_each is None:
        yield from group.items
        return
    if taxonomy is None:
        raise ValueError(f"group {group.id} uses for_each; read it with load_instrument, which knows the taxonomy")
    assert group.item_id is not None
    for medium in taxonomy.find((*group.for_each.sectors, *group.for_each.media), f"group {group.id}"):
        text = {
            language: template.replace("{medium}", in_language(medium.label, language))
            for language, template in (group.text or {}).items()
        }
        yield ItemEntry(
            id=group.item_id.replace("{medium}", medium.id),
            text=text or None,
            label=medium.label,
            medium=medium.id,
        )


def read_instrument(path: Path, taxonomy: Taxonomy) -> Instrument:
    """Read an instrument file.

    Args:
        path: The TOML file; its stem is the instrument's id.
        taxonomy: Media for `for_each`.

    Raises:
        InstrumentError: The file does not fit the model; names file, key, value and rule.
    """
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    return read_toml(path, Instrument, taxonomy=taxonomy, sha256=sha256)
