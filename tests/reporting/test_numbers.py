"""Numbers as APA 7 writes them (sections 6.36 and 6.44 of the manual)."""

import math

import pytest

from survey_stats.reporting.numbers import KINDS, equation, interval, number, span


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (-0.1142, "correlation", "−.11"),
        (0.994, "correlation", ".99"),
        (0.996, "correlation", ".996"),
        (0.9996, "correlation", ".9996"),
        (-0.9999999, "correlation", "−.99999"),
        (1.0, "correlation", "1.00"),
        (-1.0, "correlation", "−1.00"),
        (-0.001, "correlation", "−.001"),
        (-0.0003, "correlation", "−.0003"),
        (-1e-8, "correlation", "−.00001"),
        (0.0, "correlation", ".00"),
        (-1e-17, "correlation", ".00"),
        (-10.5, "reliability", "−10.50"),
        (0.8049, "reliability", ".80"),
        (0.01364, "p_value", ".014"),
        (0.000999, "p_value", "< .001"),
        (0.001, "p_value", ".001"),
        (0.0, "p_value", "< .001"),
        (0.0494, "p_value", ".049"),
        (0.0496, "p_value", ".0496"),
        (0.05, "p_value", ".050"),
        (0.0504, "p_value", ".0504"),
        (0.0506, "p_value", ".051"),
        (0.049_999_9, "p_value", ".04999"),
        (0.050_000_1, "p_value", ".05001"),
        (0.9994, "p_value", ".999"),
        (0.9995, "p_value", "> .999"),
        (0.9996, "p_value", "> .999"),
        (1.0, "p_value", "> .999"),
        (12345, "count", "12\u202f345"),
        (0, "count", "0"),
        (298.0, "degrees_of_freedom", "298"),
        (17.253, "degrees_of_freedom", "17.25"),
        (-2.4567, "statistic", "−2.46"),
        (1234.5678, "score", "1\u202f234.57"),
        (-0.001, "score", "−0.001"),
        (-0.002304, "coefficient", "−0.00230"),
        (12.345, "coefficient", "12.3"),
        (9.9999, "coefficient", "10.0"),
        (12345.6, "coefficient", "12\u202f346"),
        (0.0, "coefficient", "0"),
        (1.25e-9, "coefficient", "1.25\u202f×\u202f10⁻⁹"),
        (-3.2e12, "coefficient", "−3.20\u202f×\u202f10¹²"),
        (1.0, "odds_ratio", "1.00"),
        (0.9996, "odds_ratio", "0.9996"),
        (1.0004, "odds_ratio", "1.0004"),
        (0.06572, "odds_ratio", "0.0657"),
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
    assert interval(-0.22, -0.0003, "correlation") == "[−.22, −.0003]"
    assert interval(-0.0041, 0.0005, "coefficient") == "[−0.00410, 0.000500]"
    assert interval(math.nan, None, "correlation") == "–"
    assert interval(math.nan, 0.5, "correlation") == "[–, .50]"


def test_a_range_of_whole_numbers_is_whole():
    assert span(0.0, 596.0, "minutes") == "0–596"
    assert span(0.5, 596.0, "minutes") == "0.5–596.0"
    assert span(math.nan, 3.0, "score") == "–"


def test_equation_takes_over_the_sign_of_comparison():
    assert equation("*p*", 0.0136, "p_value") == "*p* = .014"
    assert equation("*p*", 1e-9, "p_value") == "*p* < .001"
