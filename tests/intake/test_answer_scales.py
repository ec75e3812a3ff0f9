"""Answer options are put in order by known scales, by numbers they carry, or not at all."""

from __future__ import annotations

import tomllib
import unicodedata
from collections import Counter
from itertools import permutations
from pathlib import Path

import pytest

import survey_stats
from survey_stats.intake.answer_scales import Ordering, missing_reason, order_labels
from survey_stats.intake.text import normalised

TABLE = tomllib.loads((Path(survey_stats.__file__).parent / "intake" / "likert.toml").read_text(encoding="utf-8"))
SCALES = {scale["id"]: scale for scale in TABLE["scales"]}


def texts(found: Ordering | None) -> list[str]:
    assert found is not None
    return [label for _, label in found.options]


@pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES.keys())
def test_a_spelling_stands_once_in_a_scale(scale: dict) -> None:
    for language in {code for level in scale["levels"] for code in level}:
        spellings = Counter(normalised(label) for level in scale["levels"] for label in level.get(language, []))
        assert [label for label, count in spellings.items() if count > 1] == []


@pytest.mark.parametrize("scale", [one for one in SCALES.values() if one.get("bipolar")], ids=lambda one: one["id"])
def test_opposite_levels_are_spelled_in_parallel(scale: dict) -> None:
    for level, mirror in zip(scale["levels"], reversed(scale["levels"]), strict=True):
        assert {code: len(labels) for code, labels in level.items()} == {
            code: len(labels) for code, labels in mirror.items()
        }


def test_no_label_mixes_scripts() -> None:
    labels = [label for scale in SCALES.values() for level in scale["levels"] for words in level.values()
              for label in words] + [label for words in TABLE["missing"].values() for label in words]  # fmt: skip
    scripts = {label: {unicodedata.name(sign).split()[0] for sign in label if sign.isalpha()} for label in labels}
    assert [label for label, found in scripts.items() if len(found) > 1] == []


@pytest.mark.parametrize(
    ("least_to_most", "scale"),
    [
        (["Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree"], "agreement"),
        (["Never", "Very Rarely", "Rarely", "Occasionally", "Frequently", "Very Frequently"], "frequency"),
        (["Not at all", "A little", "Moderately", "Quite a bit", "Extremely"], "amount"),
        (["Not at all important", "Slightly important", "Moderately important", "Very important"], "importance"),
        (["Very unlikely", "Unlikely", "Likely", "Very likely"], "likelihood"),
        (["Very dissatisfied", "Dissatisfied", "Satisfied", "Very satisfied"], "satisfaction"),
        (["Less than high school degree", "High school degree", "Bachelor degree", "Graduate degree"], "schooling"),
        (["stimme überhaupt nicht zu", "stimme eher nicht zu", "stimme eher zu", "stimme voll und ganz zu"],
         "agreement"),
        (["aldri", "sjelden", "av og til", "ofte", "alltid"], "frequency"),
        (["कभी नहीं", "कभी-कभी", "अक्सर", "हमेशा"], "frequency"),
        (["کاملاً مخالفم", "مخالفم", "موافقم", "کاملاً موافقم"], "agreement"),
        (["Monthly", "Weekly", "Daily", "Several times a day"], "frequency_dated"),
        (["False", "True"], "true_false"),
    ],
)  # fmt: skip
def test_known_scales_are_ordered_however_they_come(least_to_most: list[str], scale: str) -> None:
    for shuffled in list(permutations(least_to_most))[:: max(1, len(least_to_most))]:
        found = order_labels(shuffled)
        assert texts(found) == least_to_most
        assert found is not None
        assert (found.rule, found.scale, found.added) == ("known_scale", scale, ())


def test_opposites_complete_a_scale_in_the_same_words() -> None:
    found = order_labels(["AGREE".title(), "Disagree strongly", "Neutral"])
    assert found is not None
    assert found.options == ((1, "Disagree strongly"), (2, "Disagree"), (3, "Neutral"), (4, "Agree"),
                             (5, "Agree strongly"))  # fmt: skip
    assert sorted(found.added) == ["Agree strongly", "Disagree"]


def test_a_scale_from_none_to_much_is_not_completed() -> None:
    found = order_labels(["Always", "Never"])
    assert found is not None
    assert (texts(found), found.added) == (["Never", "Always"], ())


def test_yes_is_one_and_no_is_zero_whatever_else_was_seen() -> None:
    assert order_labels(["Yes", "No"]).options == ((0, "No"), (1, "Yes"))
    assert order_labels(["Yes"]).options == ((1, "Yes"),)
    assert order_labels(["Yes", "Maybe", "No"]).options == ((0, "No"), (1, "Maybe"), (2, "Yes"))


def test_gender_has_no_order() -> None:
    found = order_labels(["Male", "Female"])
    assert found is not None
    assert not found.ordered


def test_labels_with_their_own_number_keep_it() -> None:
    assert order_labels(["5 - Mostly others", "2", "0 - Mostly me"]).options == (
        (0, "0 - Mostly me"), (2, "2"), (5, "5 - Mostly others"),
    )  # fmt: skip
    assert order_labels(["very much (7)", "not at all (1)"]).options == ((1, "not at all (1)"), (7, "very much (7)"))


@pytest.mark.parametrize(
    "least_to_most",
    [
        ["Under 18", "18-29", "30-44", "45-60", "> 60"],
        ["Less than $25,000", "$25,000 - $49,999", "$50,000 - $99,999", "$100,000+"],
        ["Unter 10 Stunden", "10 bis 20 Stunden", "Mehr als 20 Stunden"],
        ["Less than 1 year", "1 year", "2-5 years", "5+ years"],
    ],
)
def test_brackets_are_ordered_by_their_numbers(least_to_most: list[str]) -> None:
    found = order_labels(sorted(least_to_most))
    assert texts(found) == least_to_most
    assert found is not None
    assert found.rule == "brackets"


@pytest.mark.parametrize(
    "labels",
    [
        ["Han", "Greedo", "I do not understand"],
        ["Python 2", "R 3", "Julia 1"],
        ["Agree", "Weekly", "Good"],
        ["1 - 3 years", "3 months - 1 year", "More than 3 years"],
        ["Often", "Frequently"],
        [],
    ],
)
def test_other_labels_have_no_known_order(labels: list[str]) -> None:
    assert order_labels(labels) is None


def test_answers_that_mean_no_answer() -> None:
    said = ["N/A", "Don't know", "Keine Angabe", "vet ikke", "पता नहीं", "نمی‌دانم", "NA", "Nanna", "No"]
    assert [missing_reason(label) for label in said] == [
        "not_applicable", "dont_know", "refused", "dont_know", "dont_know", "dont_know", "other", None, None,
    ]  # fmt: skip


def test_a_single_persons_words_before_na_are_no_missing_code() -> None:
    assert missing_reason("Anna Ek (N/A)", several=False) is None
    assert missing_reason("Unfamiliar (N/A)", several=True) == "not_applicable"
