from __future__ import annotations

import csv
import datetime as dt
import itertools
import math
import re
import time
import tomllib
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import babel.core
import numpy as np
import openpyxl
import pandas as pd
import pytest
from babel import Locale
from hypothesis import example, given, settings
from hypothesis import strategies as st

from survey_stats.errors import CallError
from survey_stats.intake import duration_amounts, duration_words, durations
from survey_stats.intake.durations import ColumnReading, Duration, column_reading, parse_duration, parse_durations
from survey_stats.messages import Message, catalogue

LANGUAGES = ("en", "de", "nb", "hi", "fa")
NUMBER = ("exact", "approximate", "range", "open")
NAN = math.nan


def _same(found: float, wanted: float) -> bool:
    return found == wanted or (math.isnan(found) and math.isnan(wanted))


def _moment(*parts: int) -> dt.datetime:
    return dt.datetime(*parts)  # noqa: DTZ001 - a spreadsheet's cell knows no zone


def _consistent(reading: Duration) -> bool:
    """The status says what the bounds are."""
    low, high = reading.lower, reading.upper
    rules = {
        "exact": low == high,
        "approximate": low == high,
        "range": 0 <= low < high < math.inf,
        "open": 0 <= low < high == math.inf,
        "missing": math.isnan(low) and math.isnan(high),
        "unparsed": math.isnan(low) and math.isnan(high) and reading.note is not None,
        "suspect": reading.note is not None and (low <= high or (math.isnan(low) and math.isnan(high))),
    }
    return rules[reading.status] and _same(reading.minutes, low if reading.status in ("exact", "approximate") else NAN)


# ---- the corpus ---------------------------------------------------------------------------------------------------
# built: strings the parser was made with (40 answers that were used to compare parsers, the category labels of a real
# export, every rule of the grammar). holdout: written before the parser, but the word lists were written after it, so
# its share flatters. blind: written when parser and words stood and run once (of 202 strings 192 right, 8 refused, 2
# wrong; the 2 were mended, the refused were not worked on; 8 that stand in another set too are left out here). One
# person wrote all of them.


class Entry(NamedTuple):
    set: str
    language: str
    unit: str
    text: str
    lower: float
    upper: float
    status: str


def _entries() -> list[Entry]:
    path = Path(__file__).parent / "duration_corpus.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Entry(
                row["set"], row["language"], row["unit"],
                re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), row["text"]),
                float(row["lower"] or NAN), float(row["upper"] or NAN), row["status"],
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


CORPUS = _entries()


def _verdict(entry: Entry, language: str | None) -> str:
    reading = parse_duration(entry.text, unit=entry.unit or None, language=language)
    assert _consistent(reading), (entry, reading)
    if reading.status in NUMBER:
        right = entry.status in NUMBER and (reading.lower, reading.upper) == (entry.lower, entry.upper)
        return "right" if right else "wrong"
    if entry.status in NUMBER:
        return "refused"
    return "right" if (reading.status == "missing") == (entry.status == "missing") else "refused"


@pytest.mark.parametrize("told", [True, False], ids=["language told", "all languages"])
def test_no_answer_of_the_corpus_is_read_wrongly(told):
    wrong = [entry for entry in CORPUS if _verdict(entry, (entry.language or None) if told else None) == "wrong"]

    assert wrong == []


@pytest.mark.parametrize(
    ("part", "told", "least"),
    [
        ("built", True, 1.0), ("built", False, 0.99), ("holdout", True, 0.99), ("holdout", False, 0.98),
        ("blind", True, 0.95), ("blind", False, 0.95),
    ],
)  # fmt: skip
def test_share_of_the_corpus_that_is_read_right(part, told, least):
    verdicts = Counter(
        _verdict(entry, (entry.language or None) if told else None) for entry in CORPUS if entry.set == part
    )
    print(part, "language told" if told else "all languages", dict(verdicts))

    assert verdicts["right"] / verdicts.total() >= least


def test_status_of_each_built_answer():
    odd = [
        (entry.text, entry.status, found.status)
        for entry in CORPUS
        if entry.set == "built"
        and (found := parse_duration(entry.text, unit=entry.unit or None, language=entry.language or None)).status
        != entry.status
    ]

    assert odd == []


def test_corpus_is_large_enough_and_says_nothing_twice():
    held_out = Counter(entry.language for entry in CORPUS if entry.set != "built")

    assert len(CORPUS) >= 350
    assert min(held_out[language] for language in LANGUAGES) >= 40
    assert len({entry[1:4] for entry in CORPUS}) == len(CORPUS)


@pytest.mark.shared
def test_session_lengths_of_a_real_export(shared):
    with (shared / "data/mqp_qualtrics/MQPResponsesD.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    columns = [place for place, name in enumerate(header) if re.fullmatch(r"D2_\d+", name)]
    cells = [row[place] for row in rows[2:] for place in columns]

    parsed = parse_durations(cells, language="en")

    # counts of the labels in the file: 365, 171, 91 and 79 of 706 answers
    counts = parsed.loc[parsed["status"] != "missing"].value_counts(["lower", "upper", "status"]).to_dict()
    assert counts == {
        (0.0, 10.0, "range"): 365,
        (30.0, 30.0, "approximate"): 171,
        (60.0, 60.0, "approximate"): 91,
        (60.0, math.inf, "open"): 79,
    }
    assert set(parsed["status"]) == {"range", "approximate", "open", "missing"}


# ---- cells that are no text ---------------------------------------------------------------------------------------

EXCEL = [  # what Excel was told, lower = upper in minutes or the note's id; the item asks hours
    ("1:30 -> h:mm time", 90), ("26:00 -> [h]:mm (Excel auto for >24h)", 1560), ("26:00 shown with h:mm", 1560),
    ("26:30:00 [h]:mm:ss", 1590), ("24:00 -> serial 1.0 [h]:mm", 1440), ("0:00 time", 0),
    ("1:30 General number", "day_fraction_or_number"),
    ("1:30 in mm:ss format (typed 1:30 meaning 1h30, cell is mm:ss)", "minutes_or_hours"),
    ("2-3 -> auto date (en-US, 3 Feb)", "date"), ("2/3 -> auto date", "date"), ("1.5 number", 90),
    ("1.5 number with unit format", 90), ("text 1:30", 90), ("text 1,5", 90), ("AM/PM: 1:30 PM", 810),
    ("timedelta 1500 h [h]:mm", 90000), ("German 1,5 Std. text", 90), ("Persian digits text", 120),
    ("number stored as text", 180), ("text None", "zero_or_missing"),
]  # fmt: skip


@pytest.mark.shared
def test_cells_of_a_real_workbook(shared):
    sheet = openpyxl.load_workbook(shared / "exports/excel_duration_cells.xlsx").active
    cells = {str(row[0].value).strip(): row[1].value for row in sheet.iter_rows() if row[0].value is not None}
    wanted = {label: value for label, value in EXCEL if label in cells}
    assert len(wanted) == len(EXCEL), (sorted(cells), [label for label, _ in EXCEL if label not in cells])

    for label, value in wanted.items():
        reading = parse_duration(cells[label], unit="hours")
        found = reading.minutes if isinstance(value, int) else reading.note.id.removeprefix("duration.")
        assert found == value, label


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        (dt.time(1, 30), 90), (dt.time(13, 30), 810), (dt.time(0, 0), 0), (dt.timedelta(days=1, hours=2), 1560),
        (dt.timedelta(hours=1500), 90000), (_moment(1900, 1, 1, 2, 0), 1560),
        (_moment(1899, 12, 31, 1, 30), 90),
        (_moment(1899, 12, 30, 1, 30), 90), (_moment(1900, 3, 2, 12, 0), 90000), (pd.Timedelta("90min"), 90),
        (pd.Timestamp(1900, 1, 1, 2), 1560), (dt.date(1900, 1, 1), 1440), (2, 120), (1.5, 90), (0, 0), (0.0, 0),
        (0.1, 6), (np.int64(2), 120), (np.float64(1.5), 90), (Decimal("1.5"), 90), (24, 1440),
    ],
)  # fmt: skip
def test_cells_that_are_durations(cell, minutes):
    reading = parse_duration(cell, unit="hours")

    assert (reading.lower, reading.upper, reading.minutes) == (minutes, minutes, minutes)
    assert reading.status == "exact"
    assert reading.text == str(cell)


@pytest.mark.parametrize("cell", [None, "", "  ", NAN, np.nan, pd.NA, pd.NaT, Decimal("NaN"), True, False, np.True_])
def test_cells_without_an_answer_are_missing(cell):
    assert parse_duration(cell, unit="hours").status == "missing"


@pytest.mark.parametrize(
    ("cell", "unit", "status", "note", "lower"),
    [
        (30, "hours", "suspect", "hours_above_day", 1800), (30, None, "suspect", "unit_unknown", NAN),
        (1.15, "hours", "suspect", "decimals_or_minutes", NAN), (-1.5, "hours", "suspect", "negative", NAN),
        (1 / 48, "hours", "suspect", "day_fraction_or_number", NAN),
        (0.0208, "hours", "suspect", "day_fraction_or_number", NAN),
        (1.5, "minutes", "suspect", "fraction_of_minute", 1.5), (math.inf, "hours", "unparsed", "not_understood", NAN),
        (1e300, "hours", "unparsed", "too_long", NAN), (dt.timedelta(hours=-1), "hours", "suspect", "negative", NAN),
        (dt.time(0, 1, 30), "hours", "suspect", "minutes_or_hours", 1.5),
        (dt.time(5, 30), "minutes", "suspect", "clock_or_seconds", 330),
        (_moment(2025, 2, 3), "hours", "suspect", "date", NAN), (dt.date(2025, 2, 3), "hours", "suspect", "date", NAN),
        (_moment(1850, 1, 1), "hours", "suspect", "negative", NAN), ([2, 3], "hours", "unparsed", "cell_kind", NAN),
        (b"2 h", "hours", "unparsed", "cell_kind", NAN),
    ],
)  # fmt: skip
def test_cells_that_a_person_must_see(cell, unit, status, note, lower):
    reading = parse_duration(cell, unit=unit)

    assert (reading.status, reading.note.id) == (status, f"duration.{note}")
    assert _same(reading.lower, lower)
    assert math.isnan(reading.minutes)


def test_date_made_of_a_range_shows_both_readings():
    reading = parse_duration(_moment(2025, 2, 3), unit="hours")

    assert str(reading.note) == "The spreadsheet made a date of the answer; it was 2-3 or 3-2."


# ---- what options do ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unit", "wanted"),
    [
        ("90", "minutes", 90.0), ("90", "hours", NAN), ("2", "hours", 120.0), ("2", None, NAN),
        ("90 min", "hours", 90.0),
        ("2 h", "minutes", 120.0), ("1:30", "hours", 90.0), ("1:30", "minutes", NAN), ("1:30", None, 90.0),
        ("0", None, 0.0),
    ],
)  # fmt: skip
def test_the_unit_is_that_of_a_bare_number_only(text, unit, wanted):
    assert _same(parse_duration(text, unit=unit).minutes, wanted)


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("1 time", "nb", 60.0), ("1 time", "en", NAN), ("1 time", None, NAN), ("1 time", ("en", "nb"), NAN),
        ("2 Std.", "de", 120.0), ("2 Std.", "en", NAN), ("2 hours", "fa", 120.0), ("2 घंटे", "fa", NAN),
        ("null", "de", 0.0), ("null", "en", NAN), ("null", None, NAN), ("2,3 h", "de", 138.0), ("2,3 h", "en", NAN),
        ("2,3 h", None, NAN),
    ],
)  # fmt: skip
def test_the_language_decides_what_words_mean(text, language, wanted):
    assert _same(parse_duration(text, language=language).minutes, wanted)


@pytest.mark.parametrize(
    ("text", "status", "note", "lower", "upper"),
    [
        ("3 hours a day", "exact", "per_day", 180, 180), ("10 hours a week", "suspect", "per_week", 600, 600),
        ("5-6 Stunden pro Woche", "suspect", "per_week", 300, 360),
        ("2 timer i måneden", "suspect", "per_month", 120, 120),
        ("10 घंटे हर साल", "suspect", "per_year", 600, 600), ("20 min per session", "suspect", "per_session", 20, 20),
    ],
)  # fmt: skip
def test_a_period_is_told_and_never_converted(text, status, note, lower, upper):
    reading = parse_duration(text)

    assert reading == Duration(lower, upper, status, Message(f"duration.{note}"), text)


def test_unknown_unit_is_refused():
    with pytest.raises(CallError) as caught:
        parse_duration("2", unit="days")
    assert str(caught.value) == "parse_duration: unit is 'days'. Allowed: 'minutes', 'hours' or None."


def test_unknown_language_is_refused():
    with pytest.raises(CallError) as caught:
        parse_durations(["2"], language=("en", "tr"))
    assert str(caught.value) == (
        "parse_duration: language is 'tr'. Allowed: en, de, nb, hi, fa, several of these, or None."
    )


MODULES = (durations, duration_amounts, duration_words)


def test_every_note_has_words_and_every_word_is_a_note():
    source = "".join(Path(module.__file__).read_text(encoding="utf-8") for module in MODULES)
    words = {key.removeprefix("duration.") for key in catalogue() if key.startswith("duration.")}
    entries = [(entry.text, entry.unit) for entry in CORPUS]
    seen = {
        reading.note.id.removeprefix("duration.")
        for text, unit in entries
        if (reading := parse_duration(text, unit=unit or None)).note is not None
    }

    assert seen <= words
    assert {word for word in words if f'"{word}"' not in source} == set()


@pytest.mark.parametrize(
    ("language", "none", "nothing_at_all", "never", "no"),
    [
        ("en", "none", "not at all", "never", "no"), ("de", "keine", "gar nicht", "nie", "nein"),
        ("nb", "ingen", "ikke i det hele tatt", "aldri", "nei"), ("hi", "कोई नहीं", "बिल्कुल नहीं", "कभी नहीं", "नहीं"),
        ("fa", "هیچ", "به هیچ وجه", "هرگز", "نه"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("told", [True, False], ids=["language told", "all languages"])
def test_none_is_no_time_in_every_language_and_never_is_not_sure(language, none, nothing_at_all, never, no, told):
    def reading(text):
        found = parse_duration(text, unit="minutes", language=language if told else None)
        return found.status, found.lower, found.note.id if found.note else ""

    assert {reading(none), reading(nothing_at_all)} == {("exact", 0.0, "")}
    assert [reading(text)[0::2] for text in (never, no)] == [("suspect", "duration.zero_or_missing")] * 2


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("none", "exact"), ("NONE", "exact"), ("none.", "exact"), ("None", "suspect"), (" None ", "suspect"),
        ("NaN", "missing"), ("nan", "missing"), ("NaT", "missing"), ("<NA>", "missing"), ("N/A", "missing"),
    ],
)  # fmt: skip
def test_only_the_empty_cell_as_python_writes_it_is_not_sure(text, status):
    assert parse_duration(text, unit="minutes").status == status


# ---- columns ------------------------------------------------------------------------------------------------------


def test_a_column_of_day_fractions_is_read_as_such():
    cells = [0.0625, 1 / 48, 0.5, 1, "2 h", dt.time(1, 30)]

    parsed = parse_durations(cells, unit="hours")

    assert column_reading(cells).day_fractions
    assert parsed["lower"].tolist() == [90, 30, 720, 1440, 120, 90]
    assert parsed["note"].tolist() == ["duration.day_fraction"] * 4 + ["", ""]


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param([0.0625, 0.5], id="one telling number is not enough"),
        pytest.param([0.0625, 1 / 48, 1.5], id="a number above a day"),
        pytest.param([0.0625, 1 / 48, 0.33], id="no whole minute"),
        pytest.param([0.5, 0.25, 1], id="plain decimals"),
        pytest.param(["0.0625", "0.03125"], id="texts"),
    ],
)
def test_what_the_column_does_not_settle_stays_suspect(cells):
    parsed = parse_durations(cells, unit="hours")

    assert not column_reading(cells).day_fractions
    assert parsed["status"].tolist() == [parse_duration(cell, unit="hours").status for cell in cells]
    assert parsed["lower"].dropna().tolist() == [cell * 60 for cell in map(float, cells) if cell in (0.5, 0.25, 1, 1.5)]


def test_times_that_lost_their_hours_are_suspect_as_a_column():
    lost, mixed = [dt.time(0, 1, 30), dt.time(0, 2)], [dt.time(0, 20), dt.time(2)]

    assert column_reading(lost) == ColumnReading(minutes_as_hours=True)
    assert parse_durations(lost, unit="hours")["status"].tolist() == ["suspect", "suspect"]
    assert parse_durations(mixed, unit="hours")["lower"].tolist() == [20, 120]
    assert set(parse_durations(mixed, unit="hours")["status"]) == {"exact"}


@pytest.mark.parametrize(
    ("cells", "sign"),
    [
        (["1,5", "2 h"], "comma"), (["1.5 hours", ""], "point"), (["1,5", "1.5"], "mixed"), (["2,3"], "unknown"),
        (["2", None], "unknown"), (["1.500", "1,500"], "unknown"), (["۲٫۵"], "unknown"), ([1.5], "unknown"),
    ],
)  # fmt: skip
def test_decimal_sign_of_a_column(cells, sign):
    assert column_reading(cells).decimals == sign


def test_a_comma_is_a_decimal_sign_if_the_column_shows_it():
    shown, hidden = parse_durations(["1,5", "2,3"], unit="hours"), parse_durations(["2,3"], unit="hours")

    assert shown["lower"].tolist() == [90, 138]
    assert hidden["status"].tolist() == ["suspect"]


def test_a_column_keeps_its_rows_and_index():
    cells = pd.Series(["2 h", 2, None, "2 h", True], index=list("abcde"), dtype=object)

    parsed = parse_durations(cells, unit="minutes")

    assert parsed.index.tolist() == list("abcde")
    assert parsed["lower"].fillna(-1).tolist() == [120, 2, -1, 120, -1]
    assert parsed["status"].tolist() == ["exact", "exact", "missing", "exact", "missing"]
    assert parse_durations([]).columns.tolist() == ["lower", "upper", "status", "note"]
    assert len(parse_durations([])) == 0


def test_a_large_column_is_read_fast():
    values = [f"{hours} hours {minutes} min" for hours, minutes in itertools.product(range(12), range(0, 60, 12))]
    cells = [values[place % len(values)] for place in range(10_000)]
    parse_durations(values)
    took = []
    for _ in range(5):
        start = time.perf_counter()
        parsed = parse_durations(cells, unit="hours")
        took.append(time.perf_counter() - start)

    assert parsed["lower"].notna().all()
    assert min(took) < 0.020


# ---- properties ---------------------------------------------------------------------------------------------------

DIGITS = {"en": "0123456789", "de": "0123456789", "nb": "0123456789", "hi": "०१२३४५६७८९", "fa": "۰۱۲۳۴۵۶۷۸۹"}
JOINS = ("unit", "unit-short", "unit-narrow", "standard")


def _cldr_pattern(locale: Locale, unit: str, width: str, number: int) -> str:
    patterns = locale._data["unit_patterns"][f"duration-{unit}"]
    forms = patterns.get(width) or patterns["short"]
    return forms.get(locale.plural_form(number)) or forms["other"]


@settings(deadline=None, max_examples=500)
@given(
    language=st.sampled_from(LANGUAGES), width=st.sampled_from(["long", "short", "narrow"]),
    join=st.sampled_from(JOINS),
    hours=st.integers(0, 168), minutes=st.integers(0, 59), native=st.booleans(), told=st.booleans(),
)  # fmt: skip
def test_what_cldr_writes_is_read_back(*, language, width, join, hours, minutes, native, told):
    locale = Locale.parse(language)
    parts = [_cldr_pattern(locale, "hour", width, hours), _cldr_pattern(locale, "minute", width, minutes)]
    lists = locale.list_patterns
    two = (lists.get(join) or lists["standard"]).get("2") or lists["standard"]["2"]
    text = two.format(parts[0].format(hours), parts[1].format(minutes))
    if native:
        text = text.translate(str.maketrans(DIGITS["en"], DIGITS[language]))

    reading = parse_duration(text, unit="hours", language=language if told else None)

    assert reading == Duration(hours * 60 + minutes, hours * 60 + minutes, "exact", None, text)


@settings(deadline=None, max_examples=200)
@given(language=st.sampled_from(LANGUAGES), low=st.integers(0, 30), width=st.integers(1, 30), native=st.booleans())
def test_ranges_in_cldr_units_are_read_back(language, low, width, native):
    pattern = _cldr_pattern(Locale.parse(language), "minute", "long", 2)
    text = pattern.format(f"{low}–{low + width}")
    text = text.translate(str.maketrans(DIGITS["en"], DIGITS[language])) if native else text

    reading = parse_duration(text, unit="hours")

    assert (reading.lower, reading.upper, reading.status) == (low, low + width, "range")


_WORDS = sorted({" ".join(phrase) for code in LANGUAGES for phrase in duration_words.vocabulary(code).phrases})
_PIECES = st.one_of(
    st.sampled_from(_WORDS),
    st.sampled_from(
        ["0", "1", "2", "30", "1.5", "1,30", "1:30", "1/2", "½", "२", "۳", "-", ".", ",", "(", "\u200c", "\x00"]
    ),
    st.text(max_size=3),
)


@settings(deadline=None, max_examples=1000)
@given(
    text=st.one_of(st.text(max_size=40), *(st.lists(_PIECES, max_size=8).map(glue.join) for glue in ("", " "))),
    unit=st.sampled_from([None, "minutes", "hours"]), language=st.sampled_from([None, *LANGUAGES]),
)  # fmt: skip
@example(text="1" * 150, unit="hours", language=None)
@example(text="1/" + "9" * 100, unit="hours", language=None)
@example(text="1" * 150 + " / 2 h", unit="hours", language=None)
@example(text="9999999999:59", unit="hours", language=None)
@example(text="⅓ ² ③ ໓", unit=None, language=None)
def test_any_text_gives_a_consistent_reading(text, unit, language):
    reading = parse_duration(text, unit=unit, language=language)

    assert _consistent(reading), reading
    assert reading.text == text


@settings(deadline=None, max_examples=200)
@given(
    cell=st.one_of(st.floats(), st.integers(-(10**12), 10**12), st.times(), st.timedeltas(), st.datetimes(),
                   st.dates()),
    unit=st.sampled_from([None, "minutes", "hours"]),
)  # fmt: skip
def test_any_cell_gives_a_consistent_reading(cell, unit):
    assert _consistent(parse_duration(cell, unit=unit))


@pytest.mark.parametrize(
    "piece", ["2 hours ", "1", "1,", "1:", "1/", "-", "a", "½", "a and ", "2 to ", "ह", "\x00", "("]
)
def test_long_texts_take_no_time(piece):
    start = time.perf_counter()
    reading = parse_duration(piece * 10_000, unit="hours")

    assert reading.status == "unparsed"
    assert reading.note == Message("duration.too_long")
    assert time.perf_counter() - start < 0.05


# ---- tables -------------------------------------------------------------------------------------------------------

UNITS = ("hour", "minute", "second")


def _cldr_table() -> dict[str, dict[str, object]]:
    """What duration_units.toml must hold, from Babel."""
    tables = {code: _language_table(Locale.parse(code)._data["unit_patterns"]) for code in LANGUAGES}
    meanings: dict[str, set[str]] = {}
    for table, unit in itertools.product(tables.values(), UNITS):
        for name in itertools.chain(*table[unit].values()):
            meanings.setdefault(name.casefold(), set()).add(unit)
    for table, unit in itertools.product(tables.values(), UNITS):
        certain = {
            form: [name for name in names if len(meanings[name.casefold()]) == 1] for form, names in table[unit].items()
        }
        table[unit] = {form: names for form, names in certain.items() if names}
    return tables


def _language_table(patterns):
    table = {unit: _unit_forms(patterns[f"duration-{unit}"]) for unit in UNITS}
    for period in ("day", "week", "month", "year"):
        widths = patterns[f"duration-{period}"].values()
        table[f"per_{period}"] = sorted({_name(forms["per"]) for forms in widths if "per" in forms})
    return table


def _unit_forms(widths):
    """one and other if the long names differ by plural, all else short."""
    long = {plural: _name(pattern) for plural, pattern in widths.get("long", {}).items() if plural in ("one", "other")}
    apart = len(set(long.values())) > 1
    forms = {plural: [name] for plural, name in long.items()} if apart else {}
    names = {_name(form[plural]) for form in widths.values() for plural in ("one", "other") if plural in form}
    return forms | {"short": sorted(names - set(itertools.chain(*forms.values())))}


def _name(pattern: str) -> str:
    return pattern.replace("{0}", "").strip()


def test_unit_names_are_those_of_cldr():
    text = (Path(duration_words.__file__).parent / "duration_units.toml").read_text(encoding="utf-8")
    frozen = tomllib.loads(text)
    version = frozen.pop("cldr")
    if version != babel.core.get_cldr_version():
        pytest.skip(f"the table is of CLDR {version}, this Babel has {babel.core.get_cldr_version()}")

    assert frozen == _cldr_table()


def test_every_key_of_the_word_list_is_known():
    words = tomllib.loads((Path(duration_words.__file__).parent / "duration_words.toml").read_text(encoding="utf-8"))
    known = {*duration_words.KINDS, *duration_words.WHOLE_ANSWERS, "units", "doubtful", "numbers", "compounds"}

    assert list(words) == ["any", *LANGUAGES]
    assert {key for table in words.values() for key in table} <= known


@pytest.mark.parametrize("language", LANGUAGES)
def test_number_words_are_read_with_a_unit(language):
    words = tomllib.loads((Path(duration_words.__file__).parent / "duration_words.toml").read_text(encoding="utf-8"))
    minute = {"en": "minutes", "de": "Minuten", "nb": "minutter", "hi": "मिनट", "fa": "دقیقه"}[language]

    read = {word: parse_duration(f"{word} {minute}", language=language).minutes for word in words[language]["numbers"]}

    assert read == words[language]["numbers"]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("डेढ़", "डेढ"), ("ڪتاب", "ڪتاب"), ("كي", "کی"), ("نمی\u200cدانم", "نمی دانم"), ("１½ Ｈ", "1½ h"), ("2²", "2²"),
        ("تقریباً", "تقریبا"), ("पाँच", "पांच"), ("घण्टा", "घंटा"), ("Weiß", "weiss"), ("a\u00a0\u2009b", "a b"),
    ],
)  # fmt: skip
def test_fold(text, folded):
    assert duration_words.fold(text) == folded
