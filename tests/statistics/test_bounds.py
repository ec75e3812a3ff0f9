"""Bounds on means and correlations of ranges against R: all corners, and optim from many starts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats.analysis import Table
from survey_stats.errors import CallError, InputError
from survey_stats.intake.durations import parse_duration
from survey_stats.reporting.sentences import result_sentences
from survey_stats.reporting.tables import result_table
from survey_stats.reporting.words import Labels
from survey_stats.statistics import _ranged
from survey_stats.statistics._ranged import Ranges, largest_correlation
from survey_stats.statistics.bounds import correlation_bounds, mean_bounds
from survey_stats.statistics.design import Design


@pytest.fixture(scope="module")
def expected(oracle):
    return oracle("correlations/bounds")


@pytest.mark.parametrize("place", range(19))
def test_one_ranged_variable_equals_r(place, expected):
    case = expected["one"][place]
    assert len(expected["one"]) == 19
    found = correlation_bounds((case["x_lower"], case["x_upper"]), case["y"])
    assert [found.lower, found.upper] == pytest.approx([case["lower"], case["upper"]], abs=1e-8)
    assert (found.lower_by, found.upper_by) == ("exact", "exact")
    turned = correlation_bounds(case["y"], (case["x_lower"], case["x_upper"]))
    assert [turned.lower, turned.upper] == pytest.approx([found.lower, found.upper], abs=1e-12)


@pytest.mark.parametrize("place", range(4))
def test_two_ranged_variables_equal_r(place, expected):
    case = expected["two"][place]
    found = correlation_bounds((case["x_lower"], case["x_upper"]), (case["y_lower"], case["y_upper"]))
    assert [found.lower, found.upper] == pytest.approx([case["lower"], case["upper"]], abs=1e-8)
    assert (found.lower_by, found.upper_by) == ("search", "search")


def test_the_search_of_corners_finds_what_trying_all_finds(monkeypatch):
    random = np.random.default_rng(11)
    edges = np.array([0, 1, 2, 4, 6, 10.0])
    compared = 0
    for _ in range(60):
        y = random.normal(size=20)
        at = np.clip(np.round(2 - 1.5 * y + random.normal(size=20) / 3), 0, 4).astype(int)
        ranges, fixed = Ranges(edges[at], edges[at + 1]), Ranges(y, y)
        monkeypatch.setattr(_ranged, "_FEW_CORNERS", 200_000)
        all_tried = largest_correlation(ranges, fixed, random)
        monkeypatch.setattr(_ranged, "_FEW_CORNERS", 0)
        searched = largest_correlation(ranges, fixed, random)
        assert all_tried.exact
        assert searched.r == pytest.approx(all_tried.r, abs=1e-12)
        compared += all_tried.r < 0
        assert searched.exact == (all_tried.r > 0)
    assert compared > 20


def test_numbers_within_the_ranges_stay_within_the_bounds():
    random = np.random.default_rng(12)
    for slope in (0, 1, -2):
        y = random.normal(size=200)
        lower = np.floor(slope * y + random.normal(size=200))
        found = correlation_bounds((lower, lower + 1), y)
        drawn = lower + random.random((500, 200))
        r = np.array([np.corrcoef(one, y)[0, 1] for one in drawn])
        assert found.lower < r.min() < r.max() < found.upper
        assert found.lower < found.midpoint < found.upper


def test_answers_without_ranges_are_a_plain_correlation():
    random = np.random.default_rng(13)
    x, y = random.normal(size=(2, 40))
    found = correlation_bounds(x, (y, y))
    r = np.corrcoef(x, y)[0, 1]
    assert [found.lower, found.upper, found.midpoint] == pytest.approx([r] * 3, abs=1e-12)
    half = 1.959963984540054 / np.sqrt(37)
    assert [found.ci_lower, found.ci_upper] == pytest.approx(np.tanh([np.arctanh(r) - half, np.arctanh(r) + half]))
    assert found.n_ranged == 0


def test_ranges_with_a_common_number_allow_anything():
    found = correlation_bounds(([0, 0, 0, 0, 0], [9, 5, 6, 7, 8]), [1, 2, 3, 4, 6])
    assert [found.lower, found.upper] == pytest.approx([-1, 1], abs=1e-9)
    assert np.isnan(correlation_bounds(([0] * 5, [2] * 5), [1, 2, 3, 4, 6]).midpoint)


def test_rows_without_an_answer_are_dropped():
    x, lower, upper = [1, 2, 3, 4, 5, np.nan], [0, 2, 1, np.nan, 3, 4], [1, 2, 2, 5, 5, 9]
    found = correlation_bounds(x, (lower, upper))
    assert (found.n, found.n_ranged) == (4, 3)
    whole = correlation_bounds([1, 2, 3, 5], ([0, 2, 1, 3], [1, 2, 2, 5]))
    assert (found.lower, found.upper) == (whole.lower, whole.upper)


def test_mean_bounds_equal_r(expected):
    case = expected["mean"]
    upper = [float(end) for end in case["upper"]]
    found = mean_bounds(case["lower"], upper, maximum=case["maximum"])
    assert [found.lower, found.upper, found.midpoint] == pytest.approx(
        [case["mean_lower"], case["mean_upper"], case["midpoint"]], rel=1e-12
    )
    assert [found.ci_lower, found.ci_upper] == pytest.approx(case["ci"], rel=1e-8)
    plain = mean_bounds(case["lower"], case["lower"])
    assert [plain.ci_lower, plain.ci_upper] == pytest.approx(case["plain"], rel=1e-10)
    assert (plain.n_ranged, plain.lower) == (0, plain.upper)


def test_weighted_mean_bounds():
    lower, upper = np.array([0, 30, 60, 0, 10.0]), np.array([30, 60, 60, 10, np.nan])
    weights = np.array([1, 2, 1, 4, 3.0])
    found = mean_bounds(lower, upper, design=Design(weights))
    assert (found.lower, found.upper, found.n) == (120 / 8, 250 / 8, 4)
    alone = mean_bounds(lower, lower, design=Design(np.ones(5)))
    assert (alone.ci_lower, alone.ci_upper) == pytest.approx(
        (mean_bounds(lower, lower).ci_lower, mean_bounds(lower, lower).ci_upper)
    )
    assert mean_bounds(lower, lower, design=Design(weights)).ci_upper != pytest.approx(alone.ci_upper)


def test_durations_as_people_type_them():
    said = [parse_duration(cell, unit="hours") for cell in ("1-2 hours", "30 min", "2 to 3 hours", "90 minutes", "1 h")]
    found = mean_bounds([one.lower for one in said], [one.upper for one in said], unit="minutes")
    assert (found.lower, found.upper, found.n_ranged) == (
        (60 + 30 + 120 + 90 + 60) / 5,
        (120 + 30 + 180 + 90 + 60) / 5,
        2,
    )


def test_bounds_in_words():
    labels = Labels({"x": "Shyness", "y": "Time on social media"})
    shyness = np.arange(60) / 10
    lower = np.repeat([0.0, 60, 120], 20)
    found = correlation_bounds(shyness, (lower, lower + 60))
    (line,) = result_sentences(Table("t", found, {"level": "between"}), labels, "en")
    assert line == (
        "Shyness × Time on social media: 60 of 60 answers are ranges. Wherever in them the answers lie, the "
        "correlation is positive, between .60 and 1.00 (at the midpoints .94; 95% CI [.40, 1.00] for ranges and "
        "sampling together; between persons)."
    )
    mean = mean_bounds(lower, lower + 60, name="y", unit="minutes")
    (line,) = result_sentences(Table("t", mean, {}), labels, "en")
    assert line == (
        "Time on social media: 60 of 60 answers are ranges. Depending on where in them the answers lie, the mean is "
        "between 60.0 and 120.0 minutes (at the midpoints 90.0; 95% CI [49.3, 130.7] for ranges and sampling together)."
    )
    turned = correlation_bounds(-shyness, (lower, lower + 300))
    (line,) = result_sentences(Table("t", turned, {}), labels, "en")
    assert line.endswith(", which leaves its direction open.")
    shown = result_table(found, [{}], labels, "en")
    assert [header.text for header in shown.headers] == [
        "Measures", "Bounds", "At the midpoints", "95% CI, ranges and sampling", "*n*", "Ranges",
    ]  # fmt: skip
    assert shown.notes[0].startswith(
        "Bounds: the smallest and the largest correlation over all numbers within the ranges"
    )


ERRORS = {
    "open": (
        InputError, lambda: mean_bounds([0, 60, 300, 0], [60, 120, np.inf, 60]),
        ("mean_bounds: 1 answers to the variable have no finite end (“more than …”). Give maximum, the most that can "
        "be meant, such as 1440 minutes a day."),
    ),
    "crossed": (
        InputError, lambda: correlation_bounds([1, 2, 3, 4], ([0, 3, 0, 0], [1, 2, 1, 1])),
        ("correlation_bounds: row 1 of y runs from 3 to 2. The lower end must not be above the upper one, nor above "
        "maximum."),
    ),
    "few": (
        CallError, lambda: correlation_bounds([1, 2, 3], [1, 2, 3]),
        "correlation_bounds: 3 rows have both answers. At least 4 are needed.",
    ),
    "few_mean": (
        CallError, lambda: mean_bounds([1, 2, np.nan], [1, 2, 3]),
        "mean_bounds: 2 rows have an answer. At least 4 are needed.",
    ),
    "length": (
        CallError, lambda: correlation_bounds([1, 2, 3, 4], [1, 2, 3, 4, 5]),
        "correlation_bounds: x has 4 rows and y has 5. Give as many of both.",
    ),
    "ends": (
        CallError, lambda: mean_bounds([1, 2, 3, 4], [1, 2, 3]),
        "mean_bounds: the variable has 4 lower and 3 upper ends. Give as many of both.",
    ),
    "flat": (
        CallError, lambda: correlation_bounds([2, 2, 2, 2], ([1, 2, 3, 4], [2, 3, 4, 5])),
        "correlation_bounds: all answers to 'x' are the same. There is nothing to correlate.",
    ),
    "parts": (
        CallError, lambda: correlation_bounds([1, 2, 3, 4], ([1, 2], [1, 2], [1, 2])),
        "correlation_bounds: y has 3 parts. Give numbers, or a pair of lower and upper ends.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case):
    kind, call, message = ERRORS[case]
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message


def test_a_column_of_a_frame_keeps_its_rows():
    frame = pd.DataFrame({"x": [1.0, 2, 4, 3], "low": [0, 1, 2, 3], "high": [1, 2, 3, 4]}, index=list("abcd"))
    found = correlation_bounds(frame["x"], (frame["low"], frame["high"]), names=("shyness", "time"))
    assert (found.x, found.y, found.n) == ("shyness", "time", 4)
