"""Columns find their items by plan, code or text, and never by likeness alone."""

from __future__ import annotations

import pytest

from survey_stats.errors import CallError
from survey_stats.instrument import Instrument
from survey_stats.intake.matching import match_columns, suggestions
from survey_stats.intake.table import Column, ExportTable

INSTRUMENT = Instrument.model_validate(
    {
        "id": "demo",
        "version": "1",
        "kind": "original",
        "title": {"en": "Demo"},
        "source": {"citation": "made for this test", "licence": "none"},
        "responses": {
            "often": {"kind": "single", "minimum": 1, "maximum": 5},
            "sites": {
                "kind": "multiple",
                "options": [
                    {"code": "facebook", "label": {"en": "Facebook"}},
                    {"code": "youtube", "label": {"en": "YouTube"}},
                ],
            },
        },
        "groups": [
            {
                "id": "weekday",
                "stem": {"en": "How often on a weekday?", "de": "Wie oft an einem Werktag?"},
                "responses": "often",
                "items": [
                    {"id": "weekday_news", "text": {"en": "News", "de": "Nachrichten"}},
                    {"id": "weekday_games", "text": {"en": "Games", "de": "Spiele"}},
                ],
            },
            {
                "id": "weekend",
                "stem": {"en": "How often on a Sunday?", "de": "Wie oft an einem Sonntag?"},
                "responses": "often",
                "items": [{"id": "weekend_news", "text": {"en": "News", "de": "Nachrichten"}}],
            },
        ],
        "items": [
            {"id": "demo_sites", "text": {"en": "Which sites do you use?"}, "responses": "sites"},
            {"id": "demo_01", "text": {"en": "I often feel at ease."}, "responses": "often"},
            {"id": "demo_02", "responses": "often"},
        ],
    }
)


def table(*columns: tuple[str, str] | str) -> ExportTable:
    pairs = [(entry, entry) if isinstance(entry, str) else entry for entry in columns]
    return ExportTable(
        tool="table",
        columns=tuple(Column(code, text, [], position) for position, (code, text) in enumerate(pairs)),
        row_numbers=[],
        header_rows=1,
    )


@pytest.mark.parametrize(
    ("column", "item", "how"),
    [
        ("demo_01", "demo_01", "code"),
        ("DEMO_01", "demo_01", "code"),
        ("I often feel at ease", "demo_01", "text"),
        ("  i often FEEL at ease.* ", "demo_01", "text"),
        (("Q7", "I often feel at ease."), "demo_01", "text"),
        ("How often on a weekday?  [News]", "weekday_news", "text"),
        (("Q1_1", "How often on a weekday? - News"), "weekday_news", "text"),
        ("Wie oft an einem Sonntag? [Nachrichten]", "weekend_news", "text"),
        ("Games", "weekday_games", "text"),
        (("demo_02", "a text of someone else"), "demo_02", "code"),
    ],
)
def test_a_column_finds_its_item(column: tuple[str, str] | str, item: str, how: str) -> None:
    matching = match_columns(table(column), [INSTRUMENT])
    assert [(match.item, match.how) for match in matching.matches] == [(item, how)]


@pytest.mark.parametrize(
    "column",
    [
        "News",  # a row of two matrices: could be either
        "I often feel at eas",  # near, but not equal
        ("demo_01", "I am often sad."),  # the code is ours, the question is not
        "Which sites do you use? - Orkut",
    ],
)
def test_what_is_not_sure_is_not_matched(column: tuple[str, str] | str) -> None:
    matching = match_columns(table(column), [INSTRUMENT])
    assert matching.matches == ()
    assert matching.how == ("unmatched",)


def test_near_texts_are_suggested_with_their_score() -> None:
    export = table("I often feel at eas", "Something else altogether")
    near = suggestions(export, match_columns(export, [INSTRUMENT]), [INSTRUMENT])
    assert list(near["item"]) == ["demo_01"]
    assert 0.95 < near["score"].iloc[0] < 1


def test_options_of_a_multiple_choice_have_columns_of_their_own() -> None:
    export = table("Which sites do you use? - Facebook", "demo_sites_youtube")
    matches = match_columns(export, [INSTRUMENT]).matches
    assert [(match.item, match.option and match.option.code) for match in matches] == [
        ("demo_sites", "facebook"),
        ("demo_sites", "youtube"),
    ]


def test_an_item_is_answered_by_one_column() -> None:
    matching = match_columns(table("demo_01", "I often feel at ease."), [INSTRUMENT])
    assert matching.how == ("code", "repeated")


def test_the_plan_comes_first() -> None:
    matching = match_columns(table("v12", "demo_01"), [INSTRUMENT], {"demo_01": "v12"})
    assert [(match.column, match.how) for match in matching.matches] == [(0, "plan")]
    assert matching.how == ("plan", "repeated")


def test_a_plan_that_names_what_is_not_there() -> None:
    with pytest.raises(CallError) as error:
        match_columns(table("v12"), [INSTRUMENT], {"demo_1": "v12"})
    assert str(error.value) == "plan: columns: there is no item 'demo_1'. Nearest: demo_01, demo_02, demo_sites."
    with pytest.raises(CallError) as error:
        match_columns(table("v12"), [INSTRUMENT], {"demo_01": "v13"})
    assert str(error.value) == "plan: columns: demo_01: the export has no column 'v13'. Nearest: v12."
