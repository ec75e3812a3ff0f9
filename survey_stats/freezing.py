"""A frozen plan: its hash with the time, so that a report can say what was decided before and what changed since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from survey_stats.content import parse_toml
from survey_stats.errors import CallError, InputError
from survey_stats.plan import Plan, read_plan

FROZEN = "plan.frozen.json"


@dataclass(frozen=True, slots=True)
class Frozen:
    """How a plan stands to what was frozen.

    Attributes:
        at: Time of the last freeze, as people read it (`2026-03-01 12:30 UTC`).
        times: How often the plan was frozen.
        with_data: The export lay in the folder already when the plan was frozen.
        sha256: Hash of the plan as frozen.
        changed: Key of the plan that was changed, added or removed since, as `data.file` → its value as frozen and as
            now, as JSON writes it; empty where there was or is none.
        hypotheses_changed: Ids of the hypotheses that were added since, or changed in more than their statement.
        data_changed: The export is another file than the one that was there.
    """

    at: str
    times: int
    with_data: bool
    sha256: str
    changed: Mapping[str, tuple[str, str]]
    hypotheses_changed: tuple[str, ...]
    data_changed: bool


def freeze(folder: Path, *, again: bool = False, now: datetime | None = None) -> Path:
    """Write the hash of `plan.toml` with the time, and what the plan said.

    Args:
        folder: A study folder.
        again: Freeze a plan that was frozen before; the earlier times stay on record.
        now: The time; that of the clock where none is given.

    Returns:
        The file written.

    Raises:
        InputError: There is no plan, or it does not fit.
        CallError: The plan was frozen before and `again` was not said.
    """
    plan, file = read_plan(folder), folder / FROZEN
    history = _history(file)
    if history and not again:
        raise CallError(
            f"plan freeze: {folder.resolve().name}/plan.toml was frozen at {_told_time(history[-1]['at'])}. Say "
            "--again to freeze it once more; a report then says how often it was frozen."
        )
    data = _data_file(folder, plan)
    entry: dict[str, Any] = {
        "at": (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds"),
        "sha256": _sha256(folder / "plan.toml"),
        "data_sha256": _sha256(data) if data is not None else "",
        "plan": _read(folder),
    }
    entry["seal"] = _seal(entry, history)
    file.write_text(json.dumps([*history, entry], ensure_ascii=False, indent=2, default=str) + "\n", encoding="utf-8")
    return file


def frozen(folder: Path) -> Frozen | None:
    """What was frozen in a study folder, and what changed since; none where nothing was frozen.

    Raises:
        InputError: The file of the freeze was damaged.
    """
    history = _history(folder / FROZEN)
    if not history:
        return None
    last = history[-1]
    before, after = _flat(last["plan"]), _flat(_read(folder))
    changed = {key: (_told(before, key), _told(after, key)) for key in sorted(before | after)}
    changed = {key: (was, now) for key, (was, now) in changed.items() if was != now}
    data = _data_file(folder, read_plan(folder))
    return Frozen(
        at=_told_time(last["at"]),
        times=len(history),
        with_data=bool(last["data_sha256"]),
        sha256=last["sha256"],
        changed=changed,
        hypotheses_changed=tuple(
            one.id
            for one in read_plan(folder).hypotheses
            if any(key.startswith(f"hypotheses.{one.id}.") and not key.endswith(".statement") for key in changed)
        ),
        data_changed=bool(last["data_sha256"]) and data is not None and _sha256(data) != last["data_sha256"],
    )


def _history(file: Path) -> list[dict[str, Any]]:
    if not file.is_file():
        return []
    try:
        history: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
        kept = bool(history) and all(one["seal"] == _seal(one, history[:at]) for at, one in enumerate(history))
    except (ValueError, TypeError, KeyError, RecursionError):
        kept = False
    if not kept:
        raise InputError(
            f"{file.name} was changed: it no longer holds what `survey-stats plan freeze` wrote. Restore it, or delete "
            "it and freeze the plan anew."
        )
    return history


def _seal(entry: Mapping[str, Any], before: Sequence[Mapping[str, Any]]) -> str:
    """Hash of an entry and of the seal before it: who edits the file by hand is found out, a forger is not."""
    sealed = [entry[key] for key in ("at", "sha256", "data_sha256", "plan")] + [one["seal"] for one in before[-1:]]
    return hashlib.sha256(json.dumps(sealed, sort_keys=True).encode()).hexdigest()


def _read(folder: Path) -> dict[str, Any]:
    """The plan as written, dates as text, so that it compares with what JSON kept."""
    told: dict[str, Any] = json.loads(json.dumps(parse_toml(folder / "plan.toml"), default=str))
    return told


def _flat(plan: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """`{"data": {"file": …}}` → `{"data.file": …}`; hypotheses by their id."""
    flat: dict[str, Any] = {}
    for key, value in plan.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{name}.")
        elif isinstance(value, list) and value and all(isinstance(one, Mapping) and "id" in one for one in value):
            flat |= _flat({one["id"]: one for one in value}, f"{name}.")
        else:
            flat[name] = value
    return flat


def _told_time(at: str) -> str:
    """`2026-03-01T12:30:00+00:00` → `2026-03-01 12:30 UTC`; the file keeps the seconds."""
    return f"{datetime.fromisoformat(at):%Y-%m-%d %H:%M} UTC"


def _told(flat: Mapping[str, Any], key: str) -> str:
    return json.dumps(flat[key], ensure_ascii=False) if key in flat else ""


def _data_file(folder: Path, plan: Plan) -> Path | None:
    file = None if plan.data is None else folder / plan.data.file
    return file if file is not None and file.is_file() else None


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
