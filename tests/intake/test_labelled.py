"""SPSS and Stata files: what is found in real ones, what wrong ones are told, and how declared codes are coded."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from survey_stats.errors import InputError
from survey_stats.instrument import AnswerFormat, Item, Option
from survey_stats.intake.answers import REASONS, code_column
from survey_stats.intake.labelled import _counted_labels, read_labelled
from survey_stats.intake.opening import open_export
from survey_stats.intake.reasons import reason_in
from survey_stats.intake.table import Cell, Column, ExportTable, distinct

Found = Callable[..., dict[str, Any]]
NAN = float("nan")


def table_of(path: Path) -> ExportTable:
    return read_labelled(path)[0]


def saved(path: Path, frame: pd.DataFrame, **options: Any) -> Path:
    (pyreadstat.write_dta if path.suffix == ".dta" else pyreadstat.write_sav)(frame, path, **options)
    return path


def told(column: Column) -> tuple[Any, ...]:
    """Text, cells, labels, missing."""
    return column.text, list(column.cells), dict(column.labels), dict(column.missing)


def plain(tool: str, answers: int, questions: list[str]) -> dict[str, Any]:
    return {"tool": tool, "header_rows": 0, "answers": answers, "questions": questions, "multiple": {},
            "metadata": {}, "dropped": {}, "notes": {}}  # fmt: skip


# --- Real files ------------------------------------------------------------------------------------------------------

SAMPLE = ["mychar", "mynum", "mydate", "dtime", "mylabl", "myord", "mytime"]
REAL = {
    "spss/haven_labelled-num-na.sav": plain("spss", 2, ["VAR00002"]),
    "spss/haven_labelled-num.sav": plain("spss", 1, ["VAR00002"]),
    "spss/haven_labelled-str.sav": plain("spss", 2, ["gender"]),
    "spss/haven_umlauts.sav": plain("spss", 4, ["var1"]),
    "spss/pyreadstat_mrset_simple_alltypes.sav": plain("spss", 6, ["x", "y", "z", "str", "date", "quarter"])
    | {
        "multiple": {
            "My multiple response set": ["Response #1", "Response #2", "Response #3"],
            "categorical_array": ["ca_subvar_1", "ca_subvar_2", "ca_subvar_3"],
        },
        "notes": {
            "multiple_response_sets": "categorical_array: ca_subvar_1, ca_subvar_2, ca_subvar_3 (categories); "
            "mymrset: bool1, bool2, bool3 (chosen: 1)"
        },
    },
    "spss/pyreadstat_ordered_category.sav": plain("spss", 4, ["Col1"]),
    "spss/pyreadstat_sample.sav": plain("spss", 5, SAMPLE),
    "spss/pyreadstat_sample.zsav": plain("spss", 5, SAMPLE),
    "spss/pyreadstat_sample_missing.sav": plain("spss", 7, SAMPLE),
    "stata/haven_tagged-na-double.dta": plain("stata", 8, ["x"]),
    "stata/haven_types.dta": plain(
        "stata", 2, ["vfloat", "vdouble", "vlong", "vint", "vbyte", "vstr", "vdate", "vdatetime"]
    ),
    "stata/pyreadstat_missing_test.dta": plain("stata", 1, [f"var{number}" for number in range(1, 10)]),
    "stata/pyreadstat_sample.dta": plain("stata", 5, SAMPLE),
}


@pytest.mark.parametrize(("name", "expected"), REAL.items(), ids=REAL)
def test_real_files(shared: Path, found: Found, name: str, expected: dict[str, Any]) -> None:
    assert found(shared / "exports" / name) == expected


COLUMNS = {
    ("spss/haven_labelled-num-na.sav", "VAR00002"): ("Only one value", [1.0, 9.0], {1.0: "This is one"}, {9.0: ""}),
    ("spss/haven_labelled-num.sav", "VAR00002"): ("VAR00002", [1.0], {1.0: "This is one"}, {}),
    ("spss/haven_labelled-str.sav", "gender"): ("gender", ["M", "F"], {"F": "Female", "M": "Male"}, {}),
    ("spss/haven_umlauts.sav", "var1"): (
        "This is an ä-umlaut", [1.0, 2.0, 1.0, 3.0],
        {1.0: "the ä umlaut", 2.0: "the ü umlaut", 3.0: "the ö umlaut"}, {},
    ),
    ("spss/pyreadstat_mrset_simple_alltypes.sav", "x"): (
        "Numeric variable with value labels", [1.0, 2.0, 3.0, 4.0, 8.0, 9.0],
        {1.0: "red", 2.0: "green", 3.0: "blue"}, {7.0: "", 8.0: "", 99.0: ""},
    ),
    ("spss/pyreadstat_mrset_simple_alltypes.sav", "z"): (
        "Numberic variable with missing value range", [-9.0, "", 1.234, 999.0, 3.14159, ""], {},
        {-9.0: "", 999.0: "skipped"},
    ),
    ("spss/pyreadstat_mrset_simple_alltypes.sav", "str"): (
        "40 character string", ["red", "green", "reg-green-blue-whatever", "NA", "", "MORE JUNK"], {}, {},
    ),
    ("spss/pyreadstat_mrset_simple_alltypes.sav", "bool2"): (
        "Response #2", [1.0, 0.0, 1.0, 0.0, 1.0, 1.0], {1.0: "chosen", 0.0: "not chosen"}, {},
    ),
    ("spss/pyreadstat_mrset_simple_alltypes.sav", "quarter"): (
        "quarter", [*[dt.date(2014, 10, 1)] * 4, *[dt.date(2015, 1, 1)] * 2], {}, {},
    ),
    ("spss/pyreadstat_ordered_category.sav", "Col1"): (
        "Col1", [1.0, 2.0, 3.0, 2.0], {1.0: "high", 2.0: "low", 3.0: "medium"}, {},
    ),
    ("spss/pyreadstat_sample.zsav", "mydate"): (
        "date", [dt.date(2018, 5, 6), dt.date(1880, 5, 6), dt.date(1960, 1, 1), dt.date(1583, 1, 1), ""], {}, {},
    ),
    ("spss/pyreadstat_sample.sav", "mytime"): (
        "time", [dt.time(10, 10, 10), dt.time(23, 10, 10), dt.time(0, 0), dt.time(16, 10, 10), ""], {}, {},
    ),
    ("spss/pyreadstat_sample_missing.sav", "mynum"): (
        "numeric", [1.1, 1.2, -1000.3, -1.4, 1000.3, -1.0, 2500.0], {}, {2500.0: "", -1.0: ""},
    ),
    ("spss/pyreadstat_sample_missing.sav", "myord"): (
        "ordinal", [1.0, 2.0, 3.0, 1.0, 1.0, -1.0, -3.0], {1.0: "low", 2.0: "medium", 3.0: "high"},
        {-1.0: "missing", -2.0: "", -3.0: ""},
    ),
    ("stata/haven_tagged-na-double.dta", "x"): (
        "x", [1.0, 2.0, 3.0, 4.0, 5.0, ".a", ".h", ".z"], {}, {".a": "apple", ".h": "", ".z": ".zebra"},
    ),
    ("stata/haven_types.dta", "vdatetime"): (
        "vdatetime", [dt.datetime(2015, 12, 1, 3, 14, 15), dt.datetime(1960, 1, 1)], {}, {},  # noqa: DTZ001
    ),
    ("stata/haven_types.dta", "vstr"): ("vstr", ["2", "Hello, World!"], {}, {}),
    ("stata/pyreadstat_missing_test.dta", "var1"): ("var1", [".a"], {}, {".a": "missing"}),
    ("stata/pyreadstat_missing_test.dta", "var7"): ("var7", [""], {}, {}),
    ("stata/pyreadstat_sample.dta", "mylabl"): ("labeled", [1, 2, 1, 2, 1], {1: "Male", 2: "Female"}, {}),
}  # fmt: skip


@pytest.mark.parametrize(("place", "expected"), COLUMNS.items(), ids=[" ".join(place) for place in COLUMNS])
def test_columns_of_real_files(shared: Path, place: tuple[str, str], expected: tuple[Any, ...]) -> None:
    file, code = place
    assert told(next(one for one in table_of(shared / "exports" / file).columns if one.code == code)) == expected


def test_declared_encodings_of_real_files(shared: Path) -> None:
    notes = {name: open_export(shared / "exports" / name).notes.get("encoding") for name in REAL}
    assert {notes[name] for name in REAL if "sample" in name and "spss" in name} == {"windows-1252"}
    assert notes["spss/haven_umlauts.sav"] == "UTF-8"
    assert notes["stata/haven_types.dta"] is None, "Stata files from version 14 on are always UTF-8"


# --- Made files ------------------------------------------------------------------------------------------------------


def test_only_padding_is_taken_off(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.sav", pd.DataFrame({"x": [" a\t", "b  ", "   ", None]}))
    assert list(table_of(path).columns[0].cells) == [" a\t", "b"], "rows that hold nothing are left out"


def test_empty_cases_are_left_out_and_numbered(tmp_path: Path) -> None:
    table = table_of(saved(tmp_path / "a.sav", pd.DataFrame({"x": [1.0, NAN, 3.0], "y": [NAN, NAN, 2.0]})))
    assert (table.row_numbers, table.dropped) == ([1, 3], {2: "empty"})
    assert [list(column.cells) for column in table.columns] == [[1.0, 3.0], ["", 2.0]]


def test_a_range_declares_the_values_that_occur(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "a.sav", pd.DataFrame({"x": [1.0, -8.0, -9.5, 997.0]}),
        variable_value_labels={"x": {-8.0: "Don't know", -7.0: "Refused", 1.0: "Yes"}},
        missing_ranges={"x": [{"lo": -99, "hi": -1}, 997]},
    )  # fmt: skip
    assert told(table_of(path).columns[0]) == (
        "x", [1.0, -8.0, -9.5, 997.0], {1.0: "Yes", -7.0: "Refused"}, {-8.0: "Don't know", -9.5: "", 997.0: ""}
    )  # fmt: skip


def test_dates_beyond_the_year_9999_do_not_end_the_reading(tmp_path: Path) -> None:
    """readstat raises OverflowError for the whole file; the other dates stay dates."""
    frame = pd.DataFrame({"far": [1e12, 0.0], "near": [13.6e9, 13.6e9], "x": [1.0, 2.0]})
    path = saved(tmp_path / "a.sav", frame, variable_format={"far": "DATETIME20", "near": "DATETIME20"})
    table = table_of(path)
    near = dt.datetime(1582, 10, 14) + dt.timedelta(seconds=13.6e9)  # noqa: DTZ001
    assert [list(column.cells) for column in table.columns] == [[1e12, 0.0], [near, near], [1.0, 2.0]]
    assert table.notes["dates"] == "left as numbers, as some lie beyond the year 9999: far"


def test_columns_of_the_survey_tool_are_paradata(tmp_path: Path) -> None:
    names = ["StartDate", "EndDate", "Status", "Duration__in_seconds_", "Finished", "ResponseId", "Q1"]
    labels = ["Start Date", "End Date", "Response Type", "Duration (in seconds)", "Finished", "Response ID", "How old?"]
    path = saved(tmp_path / "a.sav", pd.DataFrame({name: ["1"] for name in names}), column_labels=labels)
    assert [column.role for column in table_of(path).columns] == [
        "start", "end", "status", "duration_seconds", "finished", "response_id", None
    ]  # fmt: skip


def with_encoding(path: Path, declared: str, old: bytes, new: bytes) -> Path:
    """Writes another encoding into the file's own record of it, and changes a text of the same length."""
    content = path.read_bytes()
    record = struct.pack("<4i", 7, 20, 1, 5) + b"UTF-8"
    assert content.count(record) == 1
    assert old in content
    name = declared.encode()
    content = content.replace(record, struct.pack("<4i", 7, 20, 1, len(name)) + name).replace(old, new)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("declared", "new", "encoding"),
    [
        ("UTF-8", "für  ä".encode(), "UTF-8"),
        ("windows-1252", "für  ä".encode(), "UTF-8, not as declared"),
        ("UTF-8", "für  ä ".encode("windows-1252"), "WINDOWS-1252, not as declared"),
    ],
    ids=["right", "UTF-8 declared as Windows-1252", "Windows-1252 declared as UTF-8"],
)
def test_a_wrongly_declared_encoding(tmp_path: Path, declared: str, new: bytes, encoding: str) -> None:
    old = "für  ä".encode()
    path = saved(tmp_path / "a.sav", pd.DataFrame({"x": ["für  ä"]}))
    table = table_of(with_encoding(path, declared, old, new.ljust(len(old))[: len(old)]))
    assert list(table.columns[0].cells) == ["für  ä"]
    assert table.notes["encoding"] == encoding


SPSS = "{} is encrypted, damaged or no SPSS file. Open it in SPSS, save it without a password and give the new file."
STATA = "{} is damaged or no Stata file. Open it in Stata, save it again and give the new file."


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.sav", b"ENCRYPTEDSAV" + bytes(100), SPSS),
        ("a.zsav", b"$FL3" + bytes(50), SPSS),
        ("a.sav", b"age,city\n30,Oslo\n", SPSS),
        ("a.sav", b"", SPSS),
        ("a.dta", b"<stata_dta><header>", STATA),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        open_export(path)
    assert str(caught.value) == message.format(name)


def test_a_file_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.sav", pd.DataFrame({"x": [1.0] * 200}))
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError) as caught:
        open_export(path)
    assert str(caught.value) == SPSS.format("a.sav")


def test_a_file_without_answers_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.sav", pd.DataFrame({"x": [NAN, NAN]}))
    with pytest.raises(InputError) as caught:
        open_export(path)
    assert str(caught.value) == "a.sav has no filled cell. Check that the right file was exported."


# --- Coding what the file declares -----------------------------------------------------------------------------------

MOOD = AnswerFormat(
    kind="single",
    options=[{"code": 1, "label": {"en": "Good", "de": "Gut"}}, {"code": 2, "label": {"en": "Bad"}}],
    missing=[{"code": -7, "label": {"en": "Rather not"}, "reason": "refused"}],
)
DIET = AnswerFormat(kind="multiple", options=[{"code": "vegan", "label": {"en": "Vegan"}}])


def outcome(
    form: AnswerFormat, *cells: Cell, option: Option | None = None, **declared: dict[Any, str]
) -> list[tuple[Any, str, str | None]]:
    item = Item("q", "test", form, {}, {}, {})
    coded = code_column(distinct(cells), item, option, **declared)  # type: ignore[arg-type]
    readings = [coded.readings[position] for position in coded.positions]
    return [(one.value, REASONS[one.reason], one.rule) for one in readings]


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("Rather not", "refused"), ("Refused", "refused"), ("Weiß nicht", "dont_know"), ("Vet ikke", "dont_know"),
        ("پاسخ نداده", "blank"), ("पता नहीं", "dont_know"), ("Trifft nicht zu", "not_applicable"), ("", "other"),
        ("Don't know / refused", "other"), ("Good", "other"),
    ],
)  # fmt: skip
def test_a_declared_missing_code_has_the_reason_of_its_label(label: str, reason: str) -> None:
    assert outcome(MOOD, 99.0, 1.0, missing={99.0: label}) == [(None, reason, None), (1, "answered", None)]


def test_a_declared_missing_code_may_be_one_of_the_item() -> None:
    assert outcome(MOOD, "-7", missing={"-7": "999"}) == [(None, "refused", None)]


@pytest.mark.parametrize("form", [MOOD, DIET, AnswerFormat(kind="number"), AnswerFormat(kind="duration"),
                                  AnswerFormat(kind="text")])  # fmt: skip
def test_missing_codes_are_missing_whatever_is_asked(form: AnswerFormat) -> None:
    assert outcome(form, ".r", missing={".r": "refused"}) == [(None, "refused", None)]
    assert outcome(form, -8, missing={-8.0: "don't know"}) == [(None, "dont_know", None)]


def test_a_label_says_what_a_code_means_that_the_item_lacks() -> None:
    assert outcome(MOOD, 10.0, 20.0, 30.0, labels={10.0: "Gut", 20.0: "2 - Bad", 30.0: "Ugly"}) == [
        (1, "answered", None), (2, "answered", None), (None, "failed", "not_an_option")
    ]  # fmt: skip


def test_a_code_of_the_item_with_a_label_it_does_not_know_stays_the_code() -> None:
    assert outcome(MOOD, 1, 2, labels={1: "Bon", 2: "Bad"}) == [(1, "answered", None), (2, "answered", None)]


def test_a_code_and_a_label_that_point_to_different_options_are_a_problem() -> None:
    assert outcome(MOOD, 1, 2, labels={1: "Bad", 2: "Good"}) == [(None, "failed", "code_and_label_disagree")] * 2
    assert outcome(MOOD, 1, labels={1: "Rather not"}) == [(None, "failed", "code_and_label_disagree")]


def test_labels_of_other_kinds_of_answers() -> None:
    number = AnswerFormat(kind="number", missing=[{"code": -1, "label": {"en": "No idea"}, "reason": "dont_know"}])
    assert outcome(number, 5.0, 999.0, labels={999.0: "No idea", 0.0: "Never"}) == [
        (5.0, "answered", None), (None, "dont_know", None)
    ]  # fmt: skip
    assert outcome(AnswerFormat(kind="text"), 1.0, "Oslo", labels={1.0: "Bergen"}) == [
        ("Bergen", "answered", None), ("Oslo", "answered", None)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({1.0: "not checked", 2.0: "checked"}, [0, 1]),
        ({1.0: "Yes", 2.0: "No"}, [1, 0]),
        ({2.0: "chosen", 1.0: "not chosen"}, [0, 1]),
        ({1.0: "Nicht gewählt", 2.0: "Vegan"}, [0, 1]),
    ],
)
def test_an_option_with_a_column_of_its_own_is_chosen_where_the_label_says_so(
    labels: dict[Any, str], expected: list[int]
) -> None:
    found = outcome(DIET, 1.0, 2.0, option=DIET.options[0], labels=labels)
    assert [value for value, _, _ in found] == expected


def test_a_set_that_counts_another_value() -> None:
    """SPSS may count 2 as chosen; the file then has no labels for 1 and 2."""
    counted = {"is_dichotomy": True, "counted_value": 2, "variable_list": ["a"], "label": ""}
    meta = SimpleNamespace(mr_sets={"diets": counted})
    assert _counted_labels("a", [1.0, 2.0, ""], meta) == {1.0: "not chosen", 2.0: "chosen"}
    assert _counted_labels("b", [1.0, 2.0], meta) == {}


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("don’t know", "dont_know"), ("DK", "dont_know"), ("k.A.", "refused"), ("Keine Angabe", "refused"),
        ("ønsker ikke å svare", "refused"), ("उत्तर नहीं देना चाहते", "refused"), ("نمی‌دانم", "dont_know"),
        ("ترجیح می‌دهم نگویم", "refused"), ("लागू नहीं", "not_applicable"),
        ("N/A", "not_applicable"), ("Skipped by filter", "not_asked"), ("Ubesvart", "blank"), ("Abbruch", "not_seen"),
        ("Kahn", "other"), ("Dknown", "other"),
    ],
)  # fmt: skip
def test_reasons_in_five_languages(label: str, reason: str) -> None:
    assert reason_in(label) == reason
