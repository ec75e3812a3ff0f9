"""The answer format of a question is found from its answers; free text never becomes options."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest

from survey_stats.intake.answer_evidence import Proposal, Question
from survey_stats.intake.answer_formats import find_format
from survey_stats.intake.privacy import MASKS


def found(cells: list[Any], text: str = "Question", **known: Any) -> Proposal:
    return find_format(Counter(cells), Question(text, **known))


def labels(proposal: Proposal) -> list[str]:
    return [label for option in proposal.form.options for label in option.label.values()]


def doubts(proposal: Proposal) -> set[str]:
    return {doubt.id for doubt in proposal.doubts}


def test_one_answer_is_enough_for_a_known_scale() -> None:
    proposal = found(["Agree", "Disagree", "Strongly agree"])
    assert proposal.form.kind == "single"
    assert labels(proposal) == ["Strongly disagree", "Disagree", "Agree", "Strongly agree"]
    assert proposal.ordered
    assert doubts(proposal) == {"draft.added_opposites"}
    assert str(proposal.doubts[0]) == (
        "Nobody chose “Strongly disagree”; the scale was completed by the opposites of what was chosen."
    )


def test_rare_strangers_among_a_known_scale_stay_problems() -> None:
    proposal = found(["Often"] * 30 + ["Never"] * 30 + ["Always"] * 9 + ["Han Solo"])
    assert labels(proposal) == ["Never", "Often", "Always"]
    assert proposal.form.open_option is None


def test_repeated_labels_are_options_by_frequency_and_rare_ones_stay_unnamed() -> None:
    proposal = found(["Reddit"] * 5 + ["Facebook"] * 9 + ["Twitter"] * 3 + ["my sister Ida's blog", "x"])
    assert labels(proposal) == ["Facebook", "Reddit", "Twitter", "Other"]
    assert proposal.form.open_option == 4
    assert doubts(proposal) == {"draft.order_unknown", "draft.rare_answers"}
    assert not proposal.ordered
    assert str(proposal.doubts[1]) == (
        "Answers that fewer than 3 people gave: 2. They may be free text, so they are not listed and count as “other”."
    )


def test_an_option_that_says_other_is_the_open_one() -> None:
    proposal = found(["Yes, always"] * 6 + ["Other (please specify)"] * 4 + ["on Sundays"])
    assert labels(proposal) == ["Yes, always", "Other (please specify)"]
    assert proposal.form.open_option == 2


@pytest.mark.parametrize(
    "cells",
    [
        [f"I think that {number} is right" for number in range(50)],
        ["none"] * 10 + [f"thought {number}" for number in range(40)],
        ["Anna Ek", "Ola Nordmann", "Anna Ek", "Ola Nordmann"],
        [MASKS["email"]] * 20,
        ["N/A"] * 10 + ["It is what it is", "No idea why"],
    ],
)
def test_free_text_never_becomes_options(cells: list[str]) -> None:
    assert found(cells).form.kind == "text"


def test_masked_cells_never_become_options() -> None:
    proposal = found(["Reddit"] * 9 + ["Facebook"] * 9 + [MASKS["email"]] * 4)
    assert labels(proposal) == ["Reddit", "Facebook", "Other"]


def test_whole_numbers_in_a_small_range_are_a_scale() -> None:
    proposal = found([1, 2, 2, 3, 4, 4, 6, 6, 5, 3, 1])
    assert proposal.form.range == (1, 6)
    assert proposal.ordered
    assert doubts(proposal) == {"draft.number_scale"}


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ([1, 2, 2, 3, 4, 4, 6, 6, 5, 3, 1], "How many accounts do you have?"),
        ([18, 25, 33, 47, 52, 60, 71, 20, 30, 40], "Age"),
        ([1, 2, 3], "Q1"),
        (["1,5", "2,5", "3", "1", "2", "4", "2", "3", "1", "2"], "Q1"),
    ],
)
def test_other_numbers_are_numbers(cells: list[Any], text: str) -> None:
    assert found(cells, text).form.kind == "number"


def test_numbers_far_outside_are_codes_of_missing_answers() -> None:
    proposal = found([1, 2, 3, 4, 5] * 5 + [-99, 99])
    assert proposal.form.range == (1, 5)
    assert [code.code for code in proposal.form.missing] == [-99, 99]
    assert "draft.missing_numbers" in doubts(proposal)


def test_a_99_year_old_is_no_missing_code() -> None:
    assert found([20, 35, 48, 60, 71, 82, 90, 99, 33, 41], "Age").form.missing == ()


def test_missing_words_beside_numbers() -> None:
    form = found(["20", "NA", "31", "prefer not to say", "44", "na", "52"] * 3).form
    assert form.kind == "number"
    assert [(code.reason, code.aliases) for code in form.missing] == [("other", ()), ("refused", ())]


def test_options_in_one_cell_with_commas_in_the_labels() -> None:
    chosen = ["Mail (work, private),Facebook", "Facebook", "Facebook,YouTube", "YouTube", "Mail (work, private)"] * 4
    proposal = found(chosen, separators=(",",))
    assert proposal.form.kind == "multiple"
    assert sorted(labels(proposal)) == ["Facebook", "Mail (work, private)", "YouTube"]


@pytest.mark.parametrize("joined", [", ", "; ", ";", "\n"])
def test_options_in_one_cell_by_any_separator(joined: str) -> None:
    cells = [joined.join(pair) for pair in (("News", "Music"), ("Music", "Games"), ("News", "Games"))] * 5
    proposal = found([*cells, "News", "Music", "Games"])
    assert proposal.form.kind == "multiple"
    assert sorted(labels(proposal)) == ["Games", "Music", "News"]


def test_labels_with_commas_are_no_multiple_choice() -> None:
    proposal = found(["No, not at all rude"] * 5 + ["Yes, somewhat rude"] * 4 + ["Yes, very rude"] * 3)
    assert proposal.form.kind == "single"
    assert len(proposal.form.options) == 3


def test_sentences_with_commas_are_no_multiple_choice() -> None:
    assert found([f"Well, {number}, you know, it depends" for number in range(30)]).form.kind == "text"


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("How many hours a day do you use it?", "hours"),
        ("How many minutes a day?", "minutes"),
        ("Wie viele Stunden pro Tag?", "hours"),
        ("Hvor mange timer om dagen?", "hours"),
        ("Hvor mange minutter om dagen?", "minutes"),
        ("आप कितने घंटे प्रतिदिन?", "hours"),
        ("چند ساعت در روز", "hours"),
        ("چند دقیقه در روز", "minutes"),
    ],
)
def test_the_question_gives_numbers_of_time_their_unit(text: str, unit: str) -> None:
    form = found([1, 2, 2, 3, 1, 4, 2, 1, 3, 2], text).form
    assert (form.kind, form.unit, form.per) == ("duration", unit, "day")


def test_durations_in_words_need_no_unit_and_bare_ones_ask_for_it() -> None:
    proposal = found(["2 hours", "30 min", "1 h 30", "45 minutes", "1.5 hours", "3"], "How long do you use it?")
    assert (proposal.form.kind, proposal.form.unit) == ("duration", None)
    assert doubts(proposal) == {"draft.unit_unknown"}


def test_time_cells_are_durations_and_times_of_day_are_not() -> None:
    assert found([dt.time(1, 30), dt.time(0, 45), dt.timedelta(hours=26)], "How long?").form.kind == "duration"
    day = found(["08:15", "13:20", "22:05", "17:00"], "When did you start?")
    assert day.form.kind == "text"
    assert doubts(day) == {"draft.moments"}


def test_plain_numbers_of_time_without_a_unit_stay_numbers() -> None:
    proposal = found([10, 20, 90, 120, 15, 60, 45, 30, 240, 5], "How much time do you spend on it?")
    assert proposal.form.kind == "number"
    assert doubts(proposal) == {"draft.number_of_time"}


def test_what_the_file_says_of_its_codes_is_taken_over() -> None:
    proposal = found([1.0, 5.0, 99.0], labels={1.0: "Never", 2.0: "Rarely", 5.0: "Always"}, missing={99.0: "Refused"})
    assert [(option.code, option.label["en"]) for option in proposal.form.options] == [
        (1, "Never"), (2, "Rarely"), (5, "Always"),
    ]  # fmt: skip
    assert [(code.code, code.label["en"]) for code in proposal.form.missing] == [(99, "Refused")]
    assert proposal.ordered


def test_labels_of_the_ends_only_leave_a_scale_of_numbers() -> None:
    cells = [1.0, 2.0, 3.0, 4.0, 5.0, 3.0] * 3
    form = found(cells, labels={1.0: "not at all", 5.0: "very much"}).form
    assert [(option.code, option.label) for option in form.options] == [
        (1, {"en": "not at all"}), (2, {}), (3, {}), (4, {}), (5, {"en": "very much"}),
    ]  # fmt: skip


def test_only_missing_answers() -> None:
    proposal = found(["NA"] * 9)
    assert (proposal.form.kind, doubts(proposal)) == ("text", {"draft.only_missing"})


def test_truth_values_are_false_and_true() -> None:
    proposal = found(["FALSE"] * 3 + ["TRUE"])
    assert [(option.code, option.label["en"]) for option in proposal.form.options] == [(0, "FALSE"), (1, "TRUE")]
