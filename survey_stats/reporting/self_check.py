"""Reads a finished report as a stranger would: is each number in results.csv, and does each p follow from its test?

Recomputing p from a printed statistic and its degrees of freedom is the idea of statcheck (Nuijten et al. 2016);
both are taken as rounded, so that only what no rounding can explain is a mismatch.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
from scipy import stats

from survey_stats.errors import InputError
from survey_stats.messages import catalogue

_NUMBER = re.compile(r"(?<![\w.])−?(?:\d{1,3}(?:\u202f\d{3})+|\d+)?(?:\.\d+)?(?<=\d)(?!\w)")
_TEST = re.compile(
    r"(?P<symbol>rₛ|r|t|F|χ²|z)(?:\((?P<df>\d[\d\u202f]*(?:\.\d+)?)(?:, (?P<df2>\d[\d\u202f]*(?:\.\d+)?))?\))?"
    r" = (?P<value>−?\d*[\d\u202f]*\.?\d+)(?P<between>[^;()]{0,90}?), p (?P<sign>[=<>]) (?P<p>\.\d+)"
)
_BEYOND = re.compile(r"p (?P<sign>[<>]) (?P<number>\.\d+)")
"""A p value of which only a bound is told."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_NO_RESULT = re.compile(r"\d+(?:\.\d+)?% CI|\d{4}-\d\d-\d\d(?: \d\d:\d\d UTC)?")
"""Levels of intervals, dates and times."""
_UNSEEN = {0xA0: " ", 0x2068: None, 0x2069: None}
"""No-break spaces and marks of direction."""
_TEXT_TAGS = ("p", "li", "dd")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Something in a report that its numbers do not bear out.

    Attributes:
        kind: `cell` (a cell shows another value than its row of results.csv), `id` (a cell names no row), `p_value`
            (p does not follow from statistic and degrees of freedom), `number` (a sentence has a number that
            results.csv does not have).
        where: Id of the section.
        found: What the report shows.
        expected: What it should have shown.
    """

    kind: str
    where: str
    found: str
    expected: str


@dataclass(slots=True)
class _Piece:
    """A cell or a paragraph: where it stands, what it is, its text, the ids and the column of results.csv it names."""

    section: str
    tag: str
    ids: tuple[str, ...]
    field: str
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.pieces: list[_Piece] = []
        self._section = ""
        self._open: list[_Piece] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "section" and "id" in told:
            self._section = told["id"]
        if tag in (*_TEXT_TAGS, "td", "th", "caption", "figcaption"):
            kind = "note" if tag == "p" and "notes" in self._classes else tag
            piece = _Piece(self._section, kind, tuple(told.get("data-id", "").split()), told.get("data-field", "value"))
            self.pieces.append(piece)
            self._open.append(piece)
        if tag == "div":
            self._classes = [*self._classes, told.get("class", "")]

    _classes: list[str] = []  # noqa: RUF012  (replaced, never changed)

    def handle_endtag(self, tag: str) -> None:
        if tag in (*_TEXT_TAGS, "td", "th", "caption", "figcaption") and self._open:
            self._open.pop()
        if tag == "div":
            self._classes = self._classes[:-1]

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].text += data.translate(_UNSEEN)


def self_check(folder: str | Path) -> list[Mismatch]:
    """Check a report that was written with `report`.

    Args:
        folder: It holds `report.html` and `results.csv`.

    Returns:
        What does not agree; empty for a report whose every number is borne out.

    Raises:
        InputError: A file is missing, or not as it was written.
    """
    place = Path(folder)
    page, table = place / "report.html", place / "results.csv"
    for file in (page, table):
        if not file.is_file():
            raise InputError(
                f"verify: {place.name} holds no {file.name}. Name the folder of a report with html among its formats."
            )
    try:
        results = pd.read_csv(table, encoding="utf-8-sig", keep_default_na=False, na_values={"value": [""], "n": [""]},
                              dtype={"value": float, "n": float})  # fmt: skip
        source = page.read_text(encoding="utf-8")
    except ValueError as error:
        raise _changed(place, str(error)) from error
    lacking = [name for name in ("id", "analysis", "value", "n") if name not in results]
    if lacking:
        raise _changed(place, f"there is no column {lacking[0]!r}")
    return check_page(source, results)


def _changed(place: Path, what: str) -> InputError:
    return InputError(
        f"verify: report.html and results.csv in {place.name} are not as a report was written: {what}. Another program "
        "may have saved them: write the report again."
    )


def check_page(source: str, results: pd.DataFrame) -> list[Mismatch]:
    """Check the text of a page against its numbers.

    Args:
        source: HTML of the report.
        results: Columns of `results.csv`.
    """
    pieces = _Reader(source).pieces
    rows = _Rows(results)
    known = _Known(results, pieces)
    found: list[Mismatch] = []
    for piece in pieces:
        if piece.ids:
            found += _check_cell(piece, rows)
        elif piece.tag in _TEXT_TAGS:
            found += _check_tests(piece)
            found += _check_numbers(piece, known)
    return found


# ---- cells ------------------------------------------------------------------------------------------------------


class _Rows:
    """Id → its values, for each column that cells name; a page has thousands of cells, so each column is read once."""

    def __init__(self, results: pd.DataFrame) -> None:
        self.results = results
        self.columns: dict[str, dict[str, list[Any]]] = {}

    def __getitem__(self, field: str) -> dict[str, list[Any]]:
        if field not in self.columns:
            self.columns[field] = {}
            for name, value in zip(self.results["id"], self.results.get(field, []), strict=False):
                self.columns[field].setdefault(name, []).append(value)
        return self.columns[field]


def _check_cell(piece: _Piece, rows: _Rows) -> Iterator[Mismatch]:
    known = rows[piece.field]
    absent = [name for name in piece.ids if name not in rows["id"]] or [piece.field] * (not known)
    if absent:
        yield Mismatch("id", piece.section, piece.text.strip(), absent[0])
        return
    values = [float(value) for name in piece.ids for value in known[name]]
    shown = _numbers_in(piece.text)
    sign = next((mark for mark in "<>" if mark in piece.text), "=")
    for text, value in zip(shown, [value for value in values if not pd.isna(value)], strict=False):
        if not any(_agrees(text, scaled, sign) for scaled in (value, 100 * value)):
            yield Mismatch("cell", piece.section, piece.text.strip(), repr(value))


def _numbers_in(text: str) -> list[str]:
    return [token for token in _NUMBER.findall(text.replace("–", " ")) if token]


def _value(token: str) -> float:
    return float(token.replace("−", "-").replace("\u202f", ""))


def _half(token: str) -> float:
    """Half a unit of the last digit shown."""
    return 0.5 * 10.0 ** -len(token.partition(".")[2]) * (1 + 1e-9)


def _agrees(token: str, value: float, sign: str = "=") -> bool:
    shown = _value(token)
    if sign == "<":
        return value < shown
    if sign == ">":
        return value > shown
    return abs(shown - value) <= max(_half(token), 1e-9 * abs(value))


# ---- p values ---------------------------------------------------------------------------------------------------


def _check_tests(piece: _Piece) -> Iterator[Mismatch]:
    for match in _TEST.finditer(piece.text):
        told = match.groupdict()
        bounds = _p_bounds(told)
        if bounds is None:
            continue
        low, high = bounds
        shown, half = float(told["p"]), _half(told["p"])
        fits = {
            "=": low - half <= shown <= high + half,
            "<": low < shown,
            ">": high > shown,
        }[told["sign"]]
        if not fits:
            yield Mismatch("p_value", piece.section, match[0], f"p between {low:.4g} and {high:.4g}")


def _p_bounds(told: Mapping[str, str]) -> tuple[float, float] | None:
    """The p values that the statistic, as rounded, can have; none where the sentence does not tell enough."""
    value, half = abs(_value(told["value"])), _half(told["value"])
    ends = [max(value - half, 0.0), value + half]
    df = None if told["df"] is None else _value(told["df"])
    df2 = None if told["df2"] is None else _value(told["df2"])
    if told["symbol"] in ("r", "rₛ") and df is not None:
        ends = [end * (df / max(1 - min(end, 0.999999) ** 2, 1e-12)) ** 0.5 for end in ends]
        tails = [2 * stats.t.sf(end, df) for end in ends]
    elif told["symbol"] == "t" and df is not None:
        tails = [2 * stats.t.sf(end, df) for end in ends]
    elif told["symbol"] == "z":
        tails = [2 * stats.norm.sf(end) for end in ends]
    elif told["symbol"] == "F" and df is not None and df2 is not None:
        tails = [stats.f.sf(end, df, df2) for end in ends]
    elif told["symbol"] == "χ²" and df is not None:
        tails = [stats.chi2.sf(end, df) for end in ends]
    else:
        return None
    return float(min(tails)), float(max(tails))


# ---- numbers in sentences ---------------------------------------------------------------------------------------


class _Known:
    """Numbers that a sentence may have: those of its section in results.csv, and those in words that are no results.

    Only the sentences in short and those of the report itself may have the numbers of every section: among thousands of
    numbers nearly any three digits occur somewhere.
    """

    def __init__(self, results: pd.DataFrame, pieces: list[_Piece]) -> None:
        self.by_section = {f"section-{name}": _sorted_values(rows) for name, rows in results.groupby("analysis")}
        self.all = _sorted_values(results)
        words = [piece.text for piece in pieces if not piece.ids and piece.tag not in _TEXT_TAGS]
        templates = [re.sub(r"{[^}]*}", " ", template) for template in catalogue("en").values()]
        self.words = {token for text in (*words, *templates) for token in _numbers_in(text)}

    def has(self, token: str, section: str) -> bool:
        """The number is a result as rounded, or stands in names, titles, notes or the fixed words of a sentence."""
        if token in self.words or token.lstrip("−") in self.words or _YEAR.fullmatch(token):
            return True
        return any(_agrees(token, value) or _agrees(token, -value) for value in self._near(token, section))

    def has_beyond(self, token: str, sign: str, section: str) -> bool:
        """Some result can be the p of which the sentence tells a bound."""
        values = self._values(section)
        low, high = bisect_left(values, 0.0), bisect_right(values, 1.0)
        return any(_agrees(token, value, sign) for value in values[low:high])

    def _values(self, section: str) -> list[float]:
        return self.by_section.get(section, self.all)

    def _near(self, token: str, section: str) -> list[float]:
        values = self._values(section)
        shown, half = abs(_value(token)), _half(token)
        near: list[float] = []
        for sign in (1, -1):
            low, high = sorted((sign * (shown - half), sign * (shown + half)))
            near += values[bisect_left(values, low - 1e-9) : bisect_right(values, high + 1e-9)]
        return near


def _sorted_values(rows: pd.DataFrame) -> list[float]:
    """Values and counts, and values as percent."""
    values = pd.concat([rows["value"], rows["n"]]).dropna()
    return sorted(set(values) | {100 * value for value in values})


def _check_numbers(piece: _Piece, known: _Known) -> Iterator[Mismatch]:
    text = _NO_RESULT.sub(" ", piece.text)
    if piece.section in ("reading", "reproducibility", "references", "methods"):  # names of files, versions, titles
        return
    for bound in _BEYOND.finditer(text):
        if not known.has_beyond(bound["number"], bound["sign"], piece.section):
            yield Mismatch("number", piece.section, piece.text.strip(), bound["number"])
    for token in _numbers_in(_BEYOND.sub(" ", text)):
        if not known.has(token, piece.section):
            yield Mismatch("number", piece.section, piece.text.strip(), token)
