"""Every message that code names has words, and every word is used."""

from __future__ import annotations

import re
import string
from collections import Counter
from pathlib import Path

import pytest

import survey_stats
from survey_stats.errors import CallError
from survey_stats.messages import Message, catalogue, text

PACKAGE = Path(survey_stats.__file__).parent
SOURCES = [*PACKAGE.rglob("*.py"), *(PACKAGE.parent / "analyses").glob("*.py")]


def test_messages_named_in_code_have_words() -> None:
    named = {
        found
        for path in SOURCES
        for found in re.findall(r"""(?:Note|Message|text)\(\s*"([a-z_]+\.[a-z_.]+)\"""", path.read_text("utf-8"))
    }
    assert len(named) > 50
    assert sorted(named - catalogue().keys()) == []


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_placeholders_are_names(name: str) -> None:
    fields = [field for _, field, _, _ in string.Formatter().parse(catalogue()[name]) if field is not None]
    assert all(field.isidentifier() for field in fields), catalogue()[name]


def test_each_message_is_defined_once() -> None:
    """A second definition in another file would win or lose by the order of the files."""
    files = sorted((PACKAGE / "locale" / "en").glob("*.po"))
    defined = Counter(one for file in files for one in re.findall(r'(?m)^msgid "(.+)"$', file.read_text("utf-8")))
    assert {name for name, count in defined.items() if count > 1} == set()


def test_a_message_renders_with_its_values() -> None:
    message = Message("analysis.constructs_missing", {"constructs": "shyness"})
    assert str(message) == "This analysis was not run: the data have no measure of shyness."


def test_a_plain_sentence_stays_as_it_is() -> None:
    assert text("My own title") == "My own title"


def test_a_language_without_words_keeps_the_english_ones() -> None:
    assert catalogue("nb")["step.reading"] == "Reading the export"


def test_every_rule_of_the_intake_has_words() -> None:
    sources = [
        (PACKAGE / "intake" / f"{name}.py").read_text("utf-8") for name in ("answers", "coding", "doubts", "numbers")
    ]
    patterns = (r'FAILED, "([a-z_]+)"', r'ANSWERED, "([a-z_]+)"', r'rule="([a-z_]+)"', r'"([a-z_]+)" if rest',
                r'counts\), "([a-z_]+)"', r'(?:numbers|unknown), "([a-z_]+)"', r'return "([a-z_]+)"',
                r'": "(duration_[a-z_]+)"', r'else "(not_a_number)"')  # fmt: skip
    rules = {found for source in sources for pattern in patterns for found in re.findall(pattern, source)}
    assert len(rules) >= 17
    assert {rule for rule in rules if f"reporting.rule.{rule}" not in catalogue()} == set()


def test_a_message_without_one_of_its_values() -> None:
    with pytest.raises(CallError) as error:
        text("analysis.constructs_missing")
    assert str(error.value) == (
        "The message 'analysis.constructs_missing' needs the value 'constructs'. Give it with the message."
    )
