"""A frozen plan says when it was frozen and what changed since."""

import json
from datetime import UTC, datetime

import pytest

from survey_stats.errors import CallError, InputError
from survey_stats.freezing import freeze, frozen

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
PLAN = """
title = "Wave 1"
[data]
file = "export.xlsx"
[[hypotheses]]
id = "h1"
x = "shyness"
y = "active_use"
direction = "negative"
smallest_effect = 0.1
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    return tmp_path


def test_a_plan_that_was_never_frozen(folder):
    assert frozen(folder) is None


def test_nothing_changed(folder):
    freeze(folder, now=NOW)
    held = frozen(folder)
    assert (held.at, held.times, held.with_data, held.changed) == ("2026-03-01 12:30 UTC", 1, False, {})
    assert held.data_changed is False
    assert len(held.sha256) == 64


def test_what_changed_is_named_by_its_key(folder):
    freeze(folder, now=NOW)
    changed = PLAN.replace("0.1", "0.05").replace('title = "Wave 1"\n', "") + '[[hypotheses]]\nid = "h2"\n' + (
        'x = "shyness"\ny = "contacts"\ndirection = "negative"\n'
    )  # fmt: skip
    (folder / "plan.toml").write_text(changed, encoding="utf-8")
    assert frozen(folder).changed == {
        "hypotheses.h1.smallest_effect": ("0.1", "0.05"),
        "hypotheses.h2.direction": ("", '"negative"'),
        "hypotheses.h2.id": ("", '"h2"'),
        "hypotheses.h2.x": ("", '"shyness"'),
        "hypotheses.h2.y": ("", '"contacts"'),
        "title": ('"Wave 1"', ""),
    }
    assert frozen(folder).hypotheses_changed == ("h1", "h2")


def test_another_statement_is_no_other_hypothesis(folder):
    freeze(folder, now=NOW)
    (folder / "plan.toml").write_text(PLAN + 'statement = "The shyer, the fewer."\n', encoding="utf-8")
    held = frozen(folder)
    assert (list(held.changed), held.hypotheses_changed) == (["hypotheses.h1.statement"], ())


def test_a_comment_or_the_order_of_keys_is_no_change(folder):
    freeze(folder, now=NOW)
    (folder / "plan.toml").write_text("# a comment\n" + PLAN, encoding="utf-8")
    assert frozen(folder).changed == {}


def test_data_that_were_there_or_were_exchanged(folder):
    (folder / "export.xlsx").write_bytes(b"first")
    freeze(folder, now=NOW)
    assert (frozen(folder).with_data, frozen(folder).data_changed) == (True, False)
    (folder / "export.xlsx").write_bytes(b"second")
    assert frozen(folder).data_changed is True


def test_a_frozen_plan_is_frozen_again_only_on_request(folder):
    freeze(folder, now=NOW)
    with pytest.raises(CallError) as error:
        freeze(folder)
    assert str(error.value) == (
        f"plan freeze: {folder.name}/plan.toml was frozen at 2026-03-01 12:30 UTC. Say --again to freeze it once "
        "more; a report then says how often it was frozen."
    )
    freeze(folder, again=True, now=NOW.replace(month=4))
    assert (frozen(folder).times, frozen(folder).at) == (2, "2026-04-01 12:30 UTC")


@pytest.mark.parametrize("content", ["{", "[]", '[{"at": "yesterday"}]', json.dumps({"at": 1}), "[" * 5000, "[1]"])
def test_a_damaged_record(folder, content):
    (folder / "plan.frozen.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as error:
        frozen(folder)
    assert str(error.value) == (
        "plan.frozen.json was changed: it no longer holds what `survey-stats plan freeze` wrote. Restore it, or delete "
        "it and freeze the plan anew."
    )


@pytest.mark.parametrize(
    "edit",
    [("2026-03-01", "2025-03-01"), ('"smallest_effect": 0.1', '"smallest_effect": 0.3'), ('"seal": "', '"seal": "0')],
)
@pytest.mark.parametrize("times", [1, 2])
def test_a_record_edited_by_hand(folder, edit, times):
    for month in range(3, 3 + times):
        freeze(folder, again=True, now=NOW.replace(month=month))
    file = folder / "plan.frozen.json"
    written = file.read_text(encoding="utf-8")
    assert edit[0] in written
    file.write_text(written.replace(*edit, 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"^plan\.frozen\.json was changed"):
        frozen(folder)


def test_a_freeze_taken_out_of_the_record(folder):
    freeze(folder, now=NOW)
    freeze(folder, again=True, now=NOW.replace(month=4))
    file = folder / "plan.frozen.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8"))[1:]), encoding="utf-8")
    with pytest.raises(InputError, match=r"^plan\.frozen\.json was changed"):
        frozen(folder)


def test_a_folder_without_a_plan(tmp_path):
    with pytest.raises(InputError, match=r"is no study folder: it holds no plan\.toml"):
        freeze(tmp_path)
