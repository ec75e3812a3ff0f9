"""A cell becomes a coded answer, a reason why not, or a problem; nothing else."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_stats.instrument import AnswerFormat, Item
from survey_stats.intake.answers import ANSWERED, REASONS, code_column, split_choices
from survey_stats.intake.numbers import parse_number
from survey_stats.intake.table import distinct

AGREEMENT = AnswerFormat(
    kind="single",
    options=[
        {"code": 1, "label": {"en": "Strongly disagree", "de": "Stimme gar nicht zu"}},
        {"code": 2, "label": {"en": "Disagree", "fa": "مخالفم"}},
        {"code": 3, "label": {"en": "Neither – nor"}},
        {"code": 4, "label": {"en": "Don't agree fully", "hi": "सहमत"}, "aliases": ["Mostly agree"]},
    ],
    missing=[
        {"code": -9, "label": {"en": "Prefer not to say"}, "reason": "refused"},
        {"code": -8, "label": {"en": "Don't know"}, "reason": "dont_know"},
    ],
)
PLATFORMS = AnswerFormat(
    kind="multiple",
    options=[
        {"code": "mail", "label": {"en": "Mail (work, private)"}},
        {"code": "facebook", "label": {"en": "Facebook"}},
        {"code": "none", "label": {"en": "None of these"}},
    ],
    exclusive=["none"],
)
WITH_OTHER = AnswerFormat(
    kind="multiple",
    options=[{"code": "facebook", "label": {"en": "Facebook"}}, {"code": "other", "label": {"en": "Other"}}],
    open_option="other",
)
CONTACTS = AnswerFormat(kind="number", minimum=0, maximum=5000, integer=True)


def item(form: AnswerFormat) -> Item:
    return Item(id="q", instrument="test", format=form, stem={}, text={}, label={})


def outcome(form: AnswerFormat, *cells: object) -> list[object]:
    """For each cell its value, or its reason and rule."""
    coded = code_column(distinct(list(cells)), item(form))
    shown: list[object] = []
    for position in coded.positions:
        reading = coded.readings[position]
        if reading.rule:
            shown.append((reading.value, REASONS[reading.reason], reading.rule))
        elif reading.reason == ANSWERED:
            shown.append(set(reading.value) if isinstance(reading.value, frozenset) else reading.value)
        else:
            shown.append(REASONS[reading.reason])
    return shown


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Strongly disagree", 1), ("  strongly\u00a0DISAGREE ", 1), ("Stimme gar nicht zu", 1), ("مخالفم", 2),
        ("Neither — nor", 3), ("Neither - nor", 3), ("Don’t agree fully", 4), ("सहमत", 4), ("mostly agree", 4),
        (4, 4), (4.0, 4), ("4", 4), ("4.0", 4), ("۴", 4), ("४", 4), ("2 - Disagree", 2), ("(2) Disagree", 2),
        ("2. disagree", 2), ("Disagree (2)", 2), ("2: Disagree", 2), ("Disagree\u200e", 2),
        ("Prefer not to say", "refused"), (-9, "refused"), ("-8", "dont_know"), ("don't know", "dont_know"),
        ("", "blank"), ("   ", "blank"), ("\u200b", "blank"), ("-99", "blank"), (-99.0, "blank"),
        ("Agree", (None, "failed", "not_an_option")), (5, (None, "failed", "not_an_option")),
        (2.5, (None, "failed", "not_an_option")), (True, (None, "failed", "not_an_option")),
        ("None", (None, "failed", "not_an_option")), ("NA", (None, "failed", "not_an_option")),
        (dt.date(2026, 1, 2), (None, "failed", "not_an_option")),
        ("#DIV/0!", (None, "failed", "error_cell")), ("=A1+1", (None, "failed", "formula_without_value")),
    ],
)  # fmt: skip
def test_single_choice(cell: object, expected: object) -> None:
    assert outcome(AGREEMENT, cell) == [expected]


def test_true_and_one_are_different_cells() -> None:
    assert outcome(AGREEMENT, *[1, True, 1.0]) == [1, (None, "failed", "not_an_option"), 1]


COUNTS = AnswerFormat(
    kind="single",
    options=[{"code": 1, "label": {"en": "0"}}, {"code": 2, "label": {"en": "1"}}, {"code": 3, "label": {"en": "2"}}],
)


@pytest.mark.parametrize("cell", ["<b>Disagree</b>", "<none>", "<img src=x>", "<100>"])
def test_a_cell_with_markup_is_neither_blank_nor_changed(cell: str) -> None:
    assert outcome(AGREEMENT, cell) == [(None, "failed", "not_an_option")]
    assert outcome(CONTACTS, cell) == [(None, "failed", "not_a_number")]


def test_a_column_coded_by_another_key_fails_as_a_whole() -> None:
    """Codes 0 to 3 on a scale of 1 to 4: 1, 2 and 3 are legal and would all be one too low."""
    cells = [0, 1, 2, 3] * 10 + ["Disagree", ""]
    found = outcome(AGREEMENT, *cells)
    assert found[:4] == [(None, "failed", "codes_outside_scale")] * 4
    assert found[-2:] == [2, "blank"], "labels are believed, and a blank is a blank"
    assert outcome(AGREEMENT, *[1, 2, 3, 4] * 10, 7)[:4] == [1, 2, 3, 4], "one slip is a slip"


GENDER = AnswerFormat(
    kind="single",
    options=[
        {"code": 1, "label": {"en": "Woman"}},
        {"code": 2, "label": {"en": "Man"}},
        {"code": 3, "label": {"en": "Another gender"}},
    ],
    open_option=3,
)


def test_a_language_not_known_is_no_other_answer() -> None:
    assert outcome(GENDER, *["Woman"] * 9, "agender") == [*[1] * 9, (3, "answered", "other_text")]
    assert outcome(GENDER, "weiblich", "männlich", "Man") == [
        (None, "failed", "not_an_option"), (None, "failed", "not_an_option"), 2
    ]  # fmt: skip
    assert outcome(GENDER, *["Woman"] * 9, "1989")[-1] == (None, "failed", "not_an_option")


def test_codes_of_a_column_that_is_only_called_like_an_item_are_not_believed() -> None:
    gender = Item(id="gender", instrument="test", format=GENDER, stem={}, text={"en": "Your gender?"}, label={})
    cells = distinct([1, 2, "Man"])
    assert [reading.rule for reading in code_column(cells, gender, how="code").readings] == [
        "code_of_unknown_key", "code_of_unknown_key", None
    ]  # fmt: skip
    assert [reading.value for reading in code_column(cells, gender, how="plan").readings] == [1, 2, 2]


def test_labels_that_are_codes_of_others_are_decided_by_the_column() -> None:
    assert outcome(COUNTS, "0", "1", "2") == [1, 2, 3], "0 is no code, so the column holds labels"
    assert outcome(COUNTS, 1, 3) == [1, 3], "3 is no label, so the column holds codes"
    assert outcome(COUNTS, "1", "2") == [(None, "failed", "code_or_label")] * 2, "could be either: refused"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Facebook", {"facebook"}),
        ("Mail (work, private),Facebook", {"mail", "facebook"}),
        ("Facebook, Mail (work, private)", {"mail", "facebook"}),
        ("facebook; mail (WORK, private);", {"mail", "facebook"}),
        ("Facebook\nNone of these", (frozenset({"facebook", "none"}), "answered", "exclusive_with_others")),
        ("Facebook, Orkut", (frozenset({"facebook"}), "answered", "part_not_an_option")),
        ("Orkut", (None, "failed", "not_an_option")),
        ("", "blank"),
        ("-99", "blank"),
    ],
)
def test_multiple_choice_in_one_cell(cell: str, expected: object) -> None:
    assert outcome(PLATFORMS, cell) == [expected]


def test_multiple_choice_keeps_other_text_as_the_open_option() -> None:
    assert outcome(WITH_OTHER, "Facebook, my own forum") == [
        (frozenset({"facebook", "other"}), "answered", "other_text")
    ]
    assert outcome(WITH_OTHER, "my own forum") == [(frozenset({"other"}), "answered", "other_text")]


def test_multiple_choice_one_column_an_option() -> None:
    option = PLATFORMS.options[1]
    cells = ["1", "0", "Facebook", "Selected", "", True, False, 1.0, "perhaps"]
    coded = code_column(distinct(cells), item(PLATFORMS), option)
    np.testing.assert_array_equal(coded.coded, [1, 0, 1, 1, math.nan, 1, 0, 1, math.nan])
    assert [reading.rule for reading in coded.readings if reading.rule] == ["not_an_indicator"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (12, 12.0), ("12", 12.0), (" 12 ", 12.0), ("۱۲", 12.0), ("1,5", 1.5), ("1.25", 1.25), ("-3", -3.0),
        ("−3", -3.0), ("1,500", "ambiguous_number"), ("0,500", 0.5), ("1,234,567", 1234567.0), ("1.234.567", 1234567.0),
        ("1 500", 1500.0), ("1'500", 1500.0), ("about 50", "not_a_number"), ("50+", "not_a_number"),
        ("None", "not_a_number"), ("1e5", "not_a_number"), (True, "not_a_number"), (float("inf"), "not_a_number"),
        (dt.time(1, 30), "not_a_number"), ("9" * 400, "not_a_number"), ("5²", "not_a_number"), ("½", "not_a_number"),
        ("<100, >50", "not_a_number"),
    ],
)  # fmt: skip
def test_parse_number(cell: object, expected: object) -> None:
    assert parse_number(cell) == expected  # type: ignore[arg-type]


def test_a_whole_number_cannot_be_a_decimal_so_groups_are_read() -> None:
    assert parse_number("1,500", integer=True) == 1500.0
    assert parse_number("1,5", integer=True) == 1.5


def test_number_outside_range_or_not_whole_is_a_problem_not_a_number() -> None:
    assert outcome(CONTACTS, 250, -1, 9999, "1,5", "1,200") == [
        250.0,
        (None, "failed", "out_of_range"),
        (None, "failed", "out_of_range"),
        (None, "failed", "not_whole"),
        1200.0,
    ]


def test_split_choices_prefers_the_longest_option() -> None:
    known = {"news": 1, "news, politics": 2, "politics": 3}
    assert split_choices("News, politics, news", known) == (["news, politics", "news"], [])


CELLS = st.one_of(
    st.text(), st.integers(), st.floats(), st.booleans(), st.datetimes(), st.times(), st.timedeltas(), st.dates()
)


@given(st.lists(CELLS, max_size=8))
def test_every_cell_has_a_value_or_a_reason(cells: list[object]) -> None:
    for form in (AGREEMENT, PLATFORMS, WITH_OTHER, CONTACTS):
        coded = code_column(distinct(cells), item(form))  # type: ignore[arg-type]
        assert len(coded.positions) == len(cells)
        for reading in coded.readings:
            assert (reading.value is not None) == (reading.reason == ANSWERED)
            assert reading.reason != REASONS.index("failed") or reading.rule, "a failure names its rule"


def duration_item(**form: object) -> AnswerFormat:
    return AnswerFormat.model_validate({"kind": "duration", "unit": "minutes", "per": "day", "maximum": 1440} | form)


@pytest.mark.parametrize(
    ("form", "cell", "expected"),
    [
        ({}, "90", 90.0),
        ({}, 45, 45.0),
        ({}, "1.5 hours", 90.0),
        ({}, "۲ ساعت", 120.0),
        ({}, "1:30", (90.0, "answered", "duration_clock")),
        ({}, dt.time(1, 30), (90.0, "answered", "duration_clock")),
        ({"per": "session"}, "1:30", (None, "failed", "duration.clock_or_seconds")),
        ({}, "2-3 hours", (150.0, "answered", "duration_range")),
        ({}, "more than 5 hours", (300.0, "answered", "duration_open")),
        ({}, "3 hours a day", 180.0),
        ({}, "10 hours a week", (None, "failed", "duration.per_week")),
        ({"per": "week", "maximum": 10080}, "10 hours a week", 600.0),
        ({"per": "week", "maximum": 10080}, "3 hours a day", (None, "failed", "duration.per_day")),
        ({}, "30 hours", (None, "failed", "out_of_range")),
        ({}, "a lot", (None, "failed", "duration.not_understood")),
        ({}, "-", "other"),
    ],
)
def test_duration_in_the_light_of_its_question(form: dict[str, object], cell: object, expected: object) -> None:
    assert outcome(duration_item(**form), cell) == [expected]


def test_time_rules_differ_where_the_answer_is_a_range() -> None:
    def value(cell: str, rule: str) -> object:
        return code_column(distinct([cell]), item(duration_item()), time_rule=rule).readings[0].value

    assert [value("2-3 hours", rule) for rule in ("midpoint", "lower", "missing")] == [150.0, 120.0, None]
    assert [value("more than 5 hours", rule) for rule in ("midpoint", "lower", "missing")] == [300.0, 300.0, None]
    assert {value("2 hours", rule) for rule in ("midpoint", "lower", "missing")} == {120.0}
