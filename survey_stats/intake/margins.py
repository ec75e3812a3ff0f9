"""The margins of raking that a plan names: for each respondent the category of the target it falls into."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from survey_stats.errors import InputError
from survey_stats.instrument import Instrument, Item
from survey_stats.intake.table import ExportTable
from survey_stats.intake.text import normalised
from survey_stats.plan import RakePlan

CROSS, JOIN = " * ", " + "
_BAND = re.compile(r"(\d+(?:\.\d+)?)\s*(?:[-–]\s*(\d+(?:\.\d+)?)|(\+))?")
_PLACE = "plan.toml: design.rake.targets"


def margin_columns(
    table: ExportTable, plan: RakePlan, answers: pd.DataFrame, instruments: Sequence[Instrument]
) -> pd.DataFrame:
    """A column a margin, whose values are the categories as the plan spells them; missing where there is no answer.

    An answer that no category of the plan holds keeps its own name, so that raking can say that it has no target.

    Args:
        table: The export, for columns that no instrument asks for.
        plan: The targets: an item, or several crossed as `gender * age`, → categories. A category is a code, label or
            other spelling of an option; for numbers a value, a band `18-29` or `70+`; several joined as `1 + 2`; and
            of crossed items one of each, as `Woman * 18-29`.
        answers: Coded answers.
        instruments: The instruments in use.

    Raises:
        InputError: An item is neither asked for nor a column, or a category cannot be told.
    """
    items = {item.id: item for one in instruments for item in one.all_items}
    frame = {}
    for name, wanted in plan.targets.items():
        parts = name.split(CROSS)
        categories = [_crossed(name, category, len(parts)) for category in wanted]
        placed = [
            _Margin(name, part, _answered(table, part, answers, items)).placed(dict.fromkeys(own))
            for part, own in zip(parts, zip(*categories, strict=True), strict=True)
        ]
        frame[name.replace(CROSS, " × ")] = _joined(placed, dict(zip(categories, wanted, strict=True)))
    return pd.DataFrame(frame, index=answers.index)


def _crossed(margin: str, category: str, n_parts: int) -> tuple[str, ...]:
    parts = tuple(category.split(CROSS))
    if len(parts) != n_parts:
        raise InputError(
            f"{_PLACE}: {margin!r} has the category {category!r}. It crosses {n_parts} items, and a category names one "
            "answer of each, as in 'Woman * 18-29'."
        )
    return parts


def _joined(placed: Sequence[pd.Series], spelled: Mapping[tuple[str, ...], str]) -> list[str | None]:
    """The category of each row in the spelling of the plan; missing if a part is."""
    rows = zip(*placed, strict=True)
    return [None if any(part is None for part in row) else spelled.get(row, CROSS.join(row)) for row in rows]


@dataclass(frozen=True, eq=False, slots=True)
class _Answers:
    """Answers to what a margin is about.

    Attributes:
        given: Of each respondent; missing where there is no answer.
        item: The question, if an instrument asks it.
    """

    given: pd.Series
    item: Item | None

    def falls_into(self, categories: Sequence[str]) -> bool:
        """Answers are numbers that fall into bands: those of a question for a number, or a column read as one."""
        if self.item is not None:
            return self.item.format.kind in ("number", "duration")
        parts = [_BAND.fullmatch(part.strip()) for name in categories for part in name.split(JOIN)]
        ranges = all(parts) and any(part[2] or part[3] for part in parts if part)
        return ranges and bool(pd.to_numeric(self.given.dropna(), errors="coerce").notna().all())

    def spellings(self) -> dict[str, str]:
        """Other spelling → the name a value has here: code, labels and aliases of options."""
        options = () if self.item is None else self.item.format.options
        return {
            normalised(str(spelling)): str(option.code)
            for option in options
            for spelling in (*option.aliases, *option.label.values(), option.code)
        }

    def name(self, value: Any) -> str:
        """A value as text; options by their code."""
        return f"{value:g}" if isinstance(value, (float, np.floating)) else str(value)

    def shown(self, name: str) -> str:
        """The label of an option, for what has no target."""
        options = () if self.item is None else self.item.format.options
        return next((option.label.get("en", name) for option in options if str(option.code) == name), name)


def _answered(table: ExportTable, part: str, answers: pd.DataFrame, items: Mapping[str, Item]) -> _Answers:
    if part in answers and part in items:
        return _Answers(answers[part], items[part])
    column = next((one for one in table.columns if one.code == part), None)
    if column is None:
        known = [*(name for name in items if name in answers), *(one.code for one in table.columns)]
        raise InputError(
            f"{_PLACE}: {part!r} is neither an item of the study nor a column of the export. Items and columns: "
            f"{', '.join(known[:12])}{' …' if len(known) > 12 else ''}."
        )
    cells = [f"{cell:g}" if isinstance(cell, float) else str(cell).strip() for cell in column.cells]
    return _Answers(pd.Series([cell or None for cell in cells], index=answers.index, dtype=object), None)


@dataclass(frozen=True, eq=False, slots=True)
class _Margin:
    """One item of a margin, and its answers."""

    margin: str
    part: str
    answers: _Answers

    def placed(self, categories: Iterable[str]) -> pd.Series:
        """The category of each respondent; its own name where none holds it."""
        names, given = list(categories), self.answers.given
        return self._banded(names, given) if self.answers.falls_into(names) else self._named(names, given)

    def _named(self, names: Sequence[str], values: pd.Series) -> pd.Series:
        spellings = self.answers.spellings()
        of: dict[str, str] = {}
        for name in names:
            for part in [name] if normalised(name) in spellings else name.split(JOIN):
                code = spellings.get(normalised(part), part)
                self._check_once(of, code, name, part)
                of[code] = name
        shown = [None if pd.isna(value) else self.answers.name(value) for value in values]
        return pd.Series([None if one is None else of.get(one, self.answers.shown(one)) for one in shown],
                         index=values.index, dtype=object)  # fmt: skip

    def _check_once(self, of: Mapping[str, str], code: str, name: str, part: str) -> None:
        if code in of:
            raise InputError(
                f"{_PLACE}: {self.margin!r}: {part!r} is in the categories {of[code]!r} and {name!r}. Each answer "
                "belongs to one."
            )

    def _banded(self, names: Sequence[str], values: pd.Series) -> pd.Series:
        numbers = pd.to_numeric(values).astype("float64")
        found = pd.Series([None if pd.isna(one) else f"{one:g}" for one in numbers], index=values.index, dtype=object)
        taken = pd.Series(data=False, index=values.index)
        for name in names:
            inside = pd.Series(data=False, index=values.index)
            for part in name.split(JOIN):
                lower, upper = self._band(part, name)
                inside |= (numbers >= lower) & (numbers < upper)
            twice = inside & taken
            if twice.any():
                raise InputError(
                    f"{_PLACE}: {self.margin!r}: {numbers[twice].iloc[0]:g} is in {name!r} and in one before it. "
                    "Bands do not overlap: 18-29, 30-49, 50+."
                )
            taken |= inside
            found[inside] = name
        return found

    def _band(self, part: str, name: str) -> tuple[float, float]:
        """Lowest number of a band, and the one above it: whole ends hold what is below the next whole number."""
        matched = _BAND.fullmatch(part.strip())
        if matched is None:
            raise InputError(
                f"{_PLACE}: {self.margin!r} has the category {name!r}, and {self.part!r} is a number. Write a "
                "number, a band such as 18-29, or 70+."
            )
        lower, upper, above = matched.groups()
        last = upper or lower
        step = 1.0 if last.isdigit() else 0.0
        return float(lower), np.inf if above else np.nextafter(float(last), np.inf) if not step else float(last) + step
