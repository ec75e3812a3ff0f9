"""Words for ids, and text of unknown origin."""

import pytest

from survey_stats.messages import Message
from survey_stats.reporting.words import Labels, clean, italic, plain, sentence, shorten, word


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        ("a\x00b", "ab"),
        ("a\u202eb\u2066c\u200f", "abc"),
        (" a \r\n\t b ", "a b"),
        ("a\ud800b", "ab"),
        ("\ufffe\uffff", ""),
        ("12\u202f345\u00a0min", "12\u202f345\u00a0min"),
        ("می\u200cروم", "می\u200cروم"),
        ("👩\u200d🔬 🙂", "👩\u200d🔬 🙂"),
        (3, "3"),
    ],
)
def test_clean(found, shown):
    assert clean(found) == shown


def test_shorten_cuts_at_a_blank_or_where_it_must():
    assert shorten("a rather long label of a question", 16) == "a rather long…"
    assert shorten("x" * 32_767, 10) == "xxxxxxxxx…"
    assert shorten("short", 10) == "short"


def test_an_id_without_words_is_shown_with_blanks():
    assert word("method", "pearson", "en") == "Pearson"
    assert word("method", "my_own_method", "en") == "my own method"
    assert word("rule", "duration.negative", "en") == "The duration is negative"
    assert "{" not in word("rule", "duration.date", "en")
    assert Labels()["my_own_measure"] == "my own measure"


def test_symbols():
    assert plain("*r*(298) = .20, *p* < .001") == "r(298) = .20, p < .001"
    assert italic("*r* = .20; 2*3*4 * 5") == "<i>r</i> = .20; 2*3*4 * 5"


def test_values_of_a_sentence_become_names():
    labels = Labels({"shyness": "Shyness", "contacts": "Number of contacts"})
    values = {"constructs": ["shyness", "contacts"]}
    assert sentence("analysis.constructs_missing", values, labels, "en") == (
        "This analysis was not run: the data have no measure of Shyness, Number of contacts."
    )
    assert sentence("analysis.cannot_run", {"reason": Message("Too few rows.")}, labels, "en") == (
        "This analysis could not be run. Too few rows."
    )
