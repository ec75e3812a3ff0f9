"""Ids of results: stable, readable, and different for different numbers."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from survey_stats.results import slug


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (
            ("shyness_posting", "correlations", "shyness × active_use", "", "pearson", "estimate"),
            "shyness_posting.correlations.shyness_active_use.pearson.estimate",
        ),
        (("a", "schüchternheit", "स्थिति"), "a.schüchternheit.स्थिति"),
    ],
)
def test_names_stay_as_they_are(parts, expected):
    assert slug(*parts) == expected


# The hashes are the first six digits that `printf '%s' 'I(a ** 2)' | sha256sum` prints.
REWRITTEN = {
    "I(a ** 2)": "i_a_pow_2_fe2499",
    "I(a * 2)": "i_a_times_2_013acc",
    "C(k)[T.-1]": "c_k_t_minus_1_ff552f",
    "C(k)[T.1]": "c_k_t_1_c2e1ec",
    "x:y": "x_by_y_1274e2",
    "😀": "f0443a",
}


@pytest.mark.parametrize("part", REWRITTEN)
def test_signs_are_spelled_and_told_apart(part):
    assert slug(part) == REWRITTEN[part]


ALIKE = [
    "x_y", "x:y", "x y", "x-y", "x/y", "x*y", "x ** y", "x + y", "x.y", "x_by_y", "X_y", "_x_y", "I(a ** 2)",
    "I(a * 2)", "C(k)[T.-1]", "C(k)[T.1]", "😀", "😃", "👍🏽", "👍", "स्थिति", "स्थित", "सथत", "é", "e\u0301", "e",
    "<18", ">18", "18",
]  # fmt: skip


def test_parts_that_look_alike_have_different_ids():
    assert [(one, other) for one, other in itertools.combinations(ALIKE, 2) if slug(one) == slug(other)] == []


@given(st.text(min_size=1), st.text(min_size=1))
def test_different_parts_have_different_ids(one, other):
    """× is the one sign that is not told apart from `_`: it joins names."""
    assume(one != other and "×" not in one + other)
    assert slug(one) != slug(other)


@given(st.text(min_size=1))
def test_ids_hold_no_blanks_and_no_signs(part):
    assume("×" not in part)
    found = slug(part)
    assert found
    assert not any(sign.isspace() or sign in "./\\:*?\"<>|=+-()[]{}'" for sign in found)
    assert slug(part) == found == slug("", part)
