"""Numbers as APA 7 writes them (sections 6.36 and 6.44 of the manual)."""

import math

import pytest

from survey_stats.reporting.numbers import KINDS, equation, interval, number, span


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (-0.1142, "correlation", "−.11"),
        (0.996, "correlation", "1.00"),
        (1.0, "correlation", "1.00"),
        (-0.001, "correlation", ".00"),
        (0.8049, "reliability", ".80"),
        (0.01364, "p_value", ".014"),
        (0.000999, "p_value", "< .001"),
        (0.001, "p_value", ".001"),
        (0.0, "p_value", "< .001"),
        (0.9996, "p_value", "> .999"),
        (1.0, "p_value", "> .999"),
        (12345, "count", "12\u202f345"),
        (0, "count", "0"),
        (298.0, "degrees_of_freedom", "298"),
        (17.253, "degrees_of_freedom", "17.25"),
        (-2.4567, "statistic", "−2.46"),
        (1234.5678, "score", "1\u202f234.57"),
        (95.26, "minutes", "95.3"),
        (0.0234, "percent", "2.3"),
        (math.nan, "correlation", "–"),
        (None, "count", "–"),
        (math.inf, "score", "∞"),
        (-math.inf, "score", "−∞"),
    ],
)
def test_number(value, kind, shown):
    assert number(value, kind) == shown


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_shows_missing_as_a_dash(kind):
    assert number(math.nan, kind) == "–"


def test_interval():
    assert interval(-0.2, -0.034, "correlation") == "[−.20, −.03]"
    assert interval(math.nan, None, "correlation") == "–"
    assert interval(math.nan, 0.5, "correlation") == "[–, .50]"


def test_a_range_of_whole_numbers_is_whole():
    assert span(0.0, 596.0, "minutes") == "0–596"
    assert span(0.5, 596.0, "minutes") == "0.5–596.0"
    assert span(math.nan, 3.0, "score") == "–"


def test_equation_takes_over_the_sign_of_comparison():
    assert equation("*p*", 0.0136, "p_value") == "*p* = .014"
    assert equation("*p*", 1e-9, "p_value") == "*p* < .001"
