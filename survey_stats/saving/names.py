"""Names of variables that a program accepts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from survey_stats.saving.text import MEASURES


@dataclass(frozen=True, slots=True)
class NameRules:
    """What a program accepts as the name of a variable.

    Attributes:
        length: Greatest length; none without a limit.
        unit: How the program counts it (`text.MEASURES`).
        refused: Characters that a name may not have.
        reserved: Names the program keeps for itself, in lower case.
    """

    length: int | None = None
    unit: str = "characters"
    refused: re.Pattern[str] | None = None
    reserved: re.Pattern[str] | None = None


FREE = NameRules()
SPSS = NameRules(
    64, "utf8", re.compile(r"[^\w.@#$]"), re.compile("all|and|by|eq|ge|gt|le|lt|ne|not|or|to|with"),
)  # fmt: skip
STATA = NameRules(
    28, "characters", re.compile(r"[^\w]"),
    re.compile(r"_all|_b|byte|_coef|_cons|double|float|if|in|int|long|_n|_pi|_pred|_rc|_skip|str\d*|strl|using|with"),
)  # fmt: skip
"""Stata takes 32 characters; pyreadstat names a set of value labels after its variable and up to four digits."""
_NUMBER = re.compile(r"[_.]?\d*$")


def valid_names(ids: Iterable[str], rules: NameRules) -> list[str]:
    """A valid name for each id, no two equal without regard to case; an id that is valid and new stays as it is.

    >>> valid_names(["platforms.x", "with", "Age", "age"], STATA)
    ['platforms_x', 'with_', 'Age', 'age_2']
    >>> valid_names(["personality_conscientiousness_1", "personality_conscientiousness_2"], STATA)
    ['personality_conscientiousn_1', 'personality_conscientiousn_2']
    """
    taken: set[str] = set()
    names = []
    for variable in ids:
        base = _cleaned(variable, rules)
        name, number = _cut(base, "", rules), 1
        while name.casefold() in taken:
            number += 1
            name = _cut(base, f"_{number}", rules)
        taken.add(name.casefold())
        names.append(name)
    return names


def _cleaned(variable: str, rules: NameRules) -> str:
    if rules.refused is None:
        return variable
    name = rules.refused.sub("_", variable).rstrip(".")
    if not name[:1].isalpha():
        name = f"v{name}"
    if rules.reserved is not None and rules.reserved.fullmatch(name.casefold()):
        name = f"{name}_"
    return name


def _cut(base: str, suffix: str, rules: NameRules) -> str:
    """A name cut to the length; the number at its end stays, for it tells the items of a scale apart."""
    if rules.length is None or MEASURES[rules.unit](base + suffix) <= rules.length:
        return base + suffix
    number = _NUMBER.search(base[-6:])
    tail = (number[0] if number else "") + suffix
    name = base[: len(base) - len(tail) + len(suffix)]
    while MEASURES[rules.unit](name + tail) > rules.length:
        name = name[:-1]
    return name.rstrip("._") + tail
