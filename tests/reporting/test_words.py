"""Words for ids, and text of unknown origin."""

from typing import get_args, get_type_hints

import pandas as pd
import pytest

from survey_stats.analysis import analyze
from survey_stats.literature.findings import Finding
from survey_stats.messages import Message
from survey_stats.reporting.words import Labels, clean, italic, message_ids, plain, sentence, set_apart, shorten, word
from survey_stats.statistics import _categorical, _hierarchical, reliability, retest
from survey_stats.statistics.correlations._verdicts import VERDICTS
from survey_stats.statistics.correlations.comparing import OVERLAPPING_TESTS
from survey_stats.statistics.correlations.result import INTERVAL_IDS, METHOD_IDS, SIMULTANEOUS_IDS
from survey_stats.statistics.multiplicity import ADJUSTMENTS
from survey_stats.statistics.regression._families import ERRORS_OF_CLUSTERS, ERRORS_OF_ROWS, FAMILIES, method_id


def without_words(families, ids):
    """Families and ids that have no words; every family is asked for every id."""
    found = list(ids)
    assert found
    named = [(family, one) for family in families.split() for one in found]
    return [f"{family}.{one}" for family, one in named if not message_ids(family, one, "en")]


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


def test_every_method_of_a_correlation_has_its_words():
    assert without_words("method symbol statement", METHOD_IDS) == []
    assert without_words("interval statement", INTERVAL_IDS) == []


def test_every_verdict_has_its_words():
    assert without_words("verdict verdict_sentence", VERDICTS) == []
    assert without_words("expected note.verdict", ["positive", "negative", "either"]) == []


def test_every_adjustment_has_its_words():
    assert without_words("adjust", [*ADJUSTMENTS, "max_t"]) == []
    assert without_words("note.simultaneous", SIMULTANEOUS_IDS) == []
    assert without_words("statement", SIMULTANEOUS_IDS) == []
    assert without_words("statement", (name for name in ADJUSTMENTS if name != "none")) == []


def test_every_coefficient_of_reliability_has_its_words():
    names = [name for family in reliability.FAMILIES for name in family.names]
    names += [*_categorical.NAMES, *_hierarchical.NAMES, *retest.METHODS]
    assert without_words("method statement", names) == []
    assert without_words("interval statement", reliability.INTERVALS) == []
    assert without_words("interval", ["none"]) == []


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("errors", [*ERRORS_OF_ROWS, *ERRORS_OF_CLUSTERS, "linearized", "replicates"])
def test_every_method_of_a_regression_has_its_words(family, errors):
    method = method_id(FAMILIES[family].model, errors)
    assert len(message_ids("method", method, "en")) == 2
    assert len(message_ids("statement", method, "en")) == 2


def test_random_intercepts_have_their_words():
    assert without_words("method statement", ["random_intercept_reml"]) == []


def test_an_id_of_two_parts_has_the_words_of_both():
    assert word("method", "ols_hc3", "en") == "linear regression, HC3 standard errors"
    assert word("method", "ols_own", "en") == "ols own"


def test_what_is_published_has_its_words():
    kinds = get_type_hints(Finding)
    assert without_words("symbol", get_args(kinds["measure"])) == []
    assert without_words("corrected", get_args(kinds["corrected"])) == []


def test_whatever_the_bundled_analyses_emit_has_its_words(study):
    frames = [table.result.to_frame() for section in analyze(study) for table in section.tables]
    rows = pd.concat([frame[frame["role"] == "ours"] if "role" in frame else frame for frame in frames])
    assert {"pearson", "spearman", "pearson_log1p"} <= set(rows["method"])
    assert without_words("method symbol statement", rows["method"].unique()) == []
    assert without_words("interval statement", rows["interval"].dropna().unique()) == []
    assert without_words("adjust", rows["adjust"].dropna().unique()) == []


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


def test_every_comparison_of_correlations_has_its_words():
    assert without_words("method statement", ["fisher_independent", *OVERLAPPING_TESTS]) == []
    assert without_words("note.corrected_by", ["delta", "monte_carlo", "delta_joint"]) == []


def test_words_from_right_to_left_are_set_apart():
    name = "کم\u200cرویی من"
    assert set_apart(f"{name}: 4 items") == f"\u2068{name}\u2069: 4 items"
    assert set_apart(f"{name} × {name}, n = 3") == f"\u2068{name}\u2069 × \u2068{name}\u2069, n = 3"
    assert set_apart(f"of {name}, ", "", "\u200e") == f"of {name}\u200e, "
    assert set_apart("Shyness: 4 items") == "Shyness: 4 items"
