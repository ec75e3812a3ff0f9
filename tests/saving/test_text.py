"""Text and names that another program accepts, whatever the input."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from survey_stats.saving.names import SPSS, STATA, valid_names
from survey_stats.saving.text import FORMULA_STARTS, MEASURES, csv_safe, fit, visible

TEXTS = st.text(st.characters(), max_size=60)


@given(TEXTS, st.integers(4, 40), st.sampled_from(sorted(MEASURES)))
def test_a_text_fits_and_a_cut_can_be_seen(text: str, length: int, unit: str) -> None:
    shown = visible(text)
    cut = fit(shown, length, unit)
    assert MEASURES[unit](cut) <= length
    assert cut == shown or (cut.endswith("…") and shown.startswith(cut[:-1]))


def test_the_longest_part_that_fits_is_kept() -> None:
    assert fit("🙂🙂🙂🙂", 7, "utf16") == "🙂🙂🙂…"
    assert fit("हाँ ठीक", 12, "utf8") == "हाँ…"
    assert fit("exact", 5) == "exact"


@given(TEXTS)
def test_nothing_hidden_and_no_formula_is_left(text: str) -> None:
    safe = csv_safe(text)
    assert not safe.startswith(FORMULA_STARTS)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", safe)


@given(st.lists(TEXTS, max_size=8))
def test_names_are_valid_and_unique(ids: list[str]) -> None:
    spss, stata = valid_names(ids, SPSS), valid_names(ids, STATA)
    for names in (spss, stata):
        assert len({name.casefold() for name in names}) == len(ids)
    for name in spss:
        assert re.fullmatch(r"[^\W\d_][\w.@#$]*", name)
        assert len(name.encode()) <= 64
        assert not name.endswith(".")
        assert name.upper() not in {"ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"}
    for name in stata:
        assert re.fullmatch(r"[^\W\d_]\w*", name)
        assert len(name) <= 32


def test_names_that_are_valid_stay() -> None:
    ids = ["shyness", "platforms_used.facebook", "time_weekday_social_media"]
    assert valid_names(ids, SPSS) == ids
    assert valid_names(["with", "x.", "1st", "ALL"], SPSS) == ["with_", "x", "v1st", "ALL_"]
    assert valid_names(["int", "str5", "_n", "a b"], STATA) == ["int_", "str5_", "v_n", "a_b"]
