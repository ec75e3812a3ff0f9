"""The words of a question tell its unit, its period and whether it is demographic."""

from __future__ import annotations

import pytest

from survey_stats.intake.question_words import (
    asked_period,
    asked_unit,
    asks_for_several,
    demographic,
    guess_language,
    names_identifier,
)


@pytest.mark.parametrize(
    ("code", "text", "construct"),
    [
        ("Q1", "How old are you?", "age"),
        ("alter", "alter", "age"),
        ("Q2", "Hvor gammel er du?", "age"),
        ("q", "आपकी आयु क्या है?", "age"),
        ("q", "چند سال دارید؟", "age"),
        ("sex", "sex", "gender"),
        ("Q3", "Welches Geschlecht haben Sie? Ihr Geschlecht", "gender"),
        ("q", "جنسیت", "gender"),
        ("Q4", "What is the highest level of education that you have completed?", "education"),
        ("Q5", "In welchem Land leben Sie?", "country"),
        ("Q6", "Hvilket land bor du i?", "country"),
        ("Q7", "Do you like countryside walks?", None),
        ("Q8", "At what age did you get your first phone?", None),
        ("Q9", "What level of education is your course?", None),
    ],
)
def test_demographic_questions(code: str, text: str, construct: str | None) -> None:
    if text.startswith("What level of education is your course"):
        assert demographic(code, text) is None
    assert demographic(code, text) == construct


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("How many hours and minutes a day?", None),
        ("In the last 24 hours, how many posts did you write?", None),
        ("Minutes", "minutes"),
        ("Time on Facebook (minutes per day)", "minutes"),
        ("Do you browse the web in the small hours?", None),
    ],
)
def test_a_unit_counts_only_where_time_is_asked_for(text: str, unit: str | None) -> None:
    assert asked_unit(text) == unit


def test_periods() -> None:
    texts = ("minutes a day", "Stunden pro Woche", "timer om dagen", "hours a day, or a week", "minutes")
    assert [asked_period(text) for text in texts] == ["day", "week", "day", None, None]


def test_questions_for_several_options() -> None:
    assert asks_for_several("Where do you post? (Select all that apply)")
    assert not asks_for_several("Do you post?")


def test_identifiers() -> None:
    assert names_identifier("ResponseId", "ResponseId")
    assert names_identifier("column_1", "column_1")
    assert not names_identifier("Q1", "How often do you change your id?")


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (["How often do you use it?"], "en"),
        (["Wie oft nutzen Sie das?", "Wie lange und mit welchen Geräten?"], "de"),
        (["Hvor ofte bruker du det?", "Hva gjør du der, og med hvem?"], "nb"),
        (["आप कितनी बार लिखते हैं?"], "hi"),
        (["چند بار در روز می‌نویسید؟"], "fa"),
        (["A1", "A2", "sum"], "en"),
        (["Die", "Q2"], "en"),
    ],
)
def test_language_is_english_unless_shown_otherwise(texts: list[str], language: str) -> None:
    assert guess_language(texts) == language
