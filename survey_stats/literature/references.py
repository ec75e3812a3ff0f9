"""References of a report: of the methods it used, the scales it scored and the findings it stands beside."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from survey_stats.content import FileModel, read_toml

_APA = re.compile(
    r"(?P<author>.+?) \((?P<year>\d{4})[a-z]?(?:, [^)]*)?\)\. (?P<title>.+?[.?!])(?: (?P<rest>.+))?", re.DOTALL
)
_JOURNAL = re.compile(
    r"(?P<journal>.+?), (?P<volume>[\w.]+)(?:\((?P<number>[^)]+)\))?(?:, (?P<pages>[\w–-]+(?: ?[–-] ?\w+)?))?\.?"
)
_INITIALS = re.compile(r"(?<=\.),? (?:& )?(?=[^\s.]+(?: [^\s.,]+)*,)")
_BEFORE_YEAR = r"[^;()\d]{0,60}?[ (]"
"""Further authors between the first one and the year."""
_SPECIAL = str.maketrans({char: f"\\{char}" for char in "&%$#_"} | {"{": "", "}": "", "\\": "", "–": "--"})


class _Reference(FileModel):
    citation: str
    doi: str | None = None
    methods: tuple[str, ...] = ()
    cited_as: str | None = None

    @property
    def name(self) -> str:
        """What stands before the year where the text names it: the first author's family name."""
        return self.cited_as or self.citation.partition(",")[0].split()[-1]


class _References(FileModel):
    references: tuple[_Reference, ...]


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """A publication.

    Attributes:
        citation: As APA 7 writes it.
        doi: Its DOI, if known.
    """

    citation: str
    doi: str = ""

    @property
    def text(self) -> str:
        """The citation with its DOI, once."""
        return self.citation if not self.doi or self.doi in self.citation else (
            f"{self.citation.rstrip('.')}. doi:{self.doi}"
        )  # fmt: skip


@cache
def _methods() -> tuple[_Reference, ...]:
    return read_toml(Path(__file__).with_name("methods.toml"), _References).references


def method_references(methods: Iterable[str]) -> list[Reference]:
    """The publications that describe methods, by their ids; a method without one is its own description."""
    used = set(methods)
    return [Reference(one.citation, one.doi or "") for one in _methods() if used & set(one.methods)]


def cited_references(words: str) -> list[Reference]:
    """The publications that a text names by author and year, as far as `methods.toml` knows them.

    >>> [one.citation[:8] for one in cited_references("with Holm's adjustment (Berger, 1982)")]
    ['Berger, ']
    """
    return [
        Reference(one.citation, one.doi or "")
        for one in _methods()
        if re.search(rf"\b{re.escape(one.name)}\b{_BEFORE_YEAR}{_year(one)}\b", words)
    ]


def _year(reference: _Reference) -> str:
    found = _APA.match(reference.citation)
    assert found is not None, reference.citation
    return found["year"]


def unique(references: Iterable[Reference]) -> list[Reference]:
    """References in alphabetical order, each once, as a list of references is printed."""
    by_text = {one.text: one for one in references}
    return sorted(by_text.values(), key=lambda one: _plain(one.citation).lower())


def bibtex(references: Iterable[Reference]) -> str:
    """A BibTeX file.

    An article where the citation has the form of one, else `@misc` with the rest of the citation as a note: nothing of
    a citation is lost.
    """
    entries, taken = [], set[str]()
    for one in references:
        fields = _fields(one)
        stem = _key(fields)
        key = next(name for name in (stem, *(f"{stem}{letter}" for letter in "bcdefghij")) if name not in taken)
        taken.add(key)
        kind = "article" if "journal" in fields else "misc"
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
        entries.append(f"@{kind}{{{key},\n{lines}}}\n")
    return "\n".join(entries)


def _fields(reference: Reference) -> dict[str, str]:
    found = _APA.fullmatch(reference.citation.strip())
    if found is None:
        return _with_doi({"title": _escaped(reference.citation.rstrip("."))}, reference)
    told = {
        "author": _escaped(" and ".join(_INITIALS.split(found["author"]))),
        "year": found["year"],
        "title": _escaped(found["title"].rstrip(".")),
    }
    journal = _JOURNAL.fullmatch(found["rest"]) if found["rest"] else None
    if journal is not None:
        told |= {name: _escaped(value) for name, value in journal.groupdict().items() if value}
    elif found["rest"]:
        told["note"] = _escaped(found["rest"].rstrip("."))
    return _with_doi(told, reference)


def _with_doi(fields: dict[str, str], reference: Reference) -> dict[str, str]:
    return fields | ({"doi": reference.doi} if reference.doi else {})


def _escaped(value: str) -> str:
    return value.translate(_SPECIAL)


def _key(fields: dict[str, str]) -> str:
    """First author's family name and year, in plain letters: `cronbach1951`."""
    family = re.split(r"[\s,]", fields.get("author", fields["title"]))[0]
    return re.sub(r"[^a-z0-9]", "", _plain(family).lower()) + fields.get("year", "")


def _plain(value: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", value) if not unicodedata.combining(char))
