"""The section `[exclusions]` of a plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_stats.errors import InputError
from survey_stats.plan import read_plan
from survey_stats.quality_rules import QUALITY_RULES, exclusion_rules

ALLOWED = ", ".join(QUALITY_RULES)


def plan(folder: Path, text: str):
    (folder / "plan.toml").write_text(f"[exclusions]\n{text}", encoding="utf-8")
    return read_plan(folder)


def test_flags_thresholds_and_their_number(tmp_path: Path) -> None:
    read = plan(tmp_path, 'flags = ["speeder", "repeated_id"]\nat_least = 2\nthresholds = { speeder = 0.3 }').exclusions
    assert read.threshold("speeder") == 0.3
    assert read.threshold("long_string") == QUALITY_RULES["long_string"].threshold
    told = {"exclusions": "speeder (0.3), repeated_id; at least 2", "thresholds": "speeder 0.3"}
    assert exclusion_rules(read) == told


NONE = "there is no check {!r}; allowed: " + ALLOWED
WRONG = {
    'flags = ["speed"]': f"exclusions: {NONE.format('speed')}.",
    'flags = ["speeder", "speeder"]': "exclusions: flags names a check twice; name each once.",
    'flags = ["speeder"]\nat_least = 2': "exclusions: at_least is 2, but flags names 1 checks.",
    "at_least = 0": "exclusions.at_least: found 0. Input should be greater than or equal to 1.",
    "thresholds.speeder = 2": "exclusions: thresholds: speeder is 2; allowed: 0.05 to 0.95 (usual: 0.5).",
    "thresholds.long_string = nan": "exclusions: thresholds: long_string is nan; allowed: 0.05 to 1 (usual: 0.5).",
    "thresholds.repeated_id = 1": "exclusions: thresholds: repeated_id has no threshold; leave it out.",
    "thresholds.pace = 1": f"exclusions: {NONE.format('pace')}.",
    'flag = ["speeder"]': "exclusions.flag: there is no such key. Remove it or correct its spelling. Nearest: flags.",
}


@pytest.mark.parametrize(("text", "sentence"), WRONG.items())
def test_a_wrong_section_is_said(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(InputError) as raised:
        plan(tmp_path, text)
    assert str(raised.value) == f"plan.toml: {sentence}"
