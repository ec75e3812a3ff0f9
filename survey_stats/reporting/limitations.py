"""Limitations that follow from the data at hand: each is said only where it holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from survey_stats.analysis import Note, Section
from survey_stats.messages import Message
from survey_stats.study import Study

LOW_RELIABILITY = 0.7
"""Nunnally's (1978) bound for early stages of research; a convention, not a test."""
MUCH_MISSING = 0.1
DESIRED_POWER = 0.8


def limitations(study: Study, sections: tuple[Section, ...]) -> list[Note]:
    """What a reader must keep in mind about these data.

    Args:
        study: The respondents who are analysed.
        sections: What the report shows.
    """
    return [
        *_sampling(study),
        *_measurement(study, sections),
        *_missing(study),
        *_precision(study),
        *_planning(study),
    ]


def _sampling(study: Study) -> Iterator[Note]:
    if study.provenance.simulated:
        yield Note("limitations.simulated")
    if study.sampling is None:
        yield Note("limitations.no_design")
    if (study.variables["level"] == "between").any():
        yield Note("limitations.one_time")
    languages = int(study.paradata["language"].nunique()) if "language" in study.paradata else 1
    if languages > 1:
        yield Note("limitations.languages", {"count": languages})


def _measurement(study: Study, sections: tuple[Section, ...]) -> Iterator[Note]:
    kinds = set(study.variables["measure_type"])
    if kinds <= {"self_report"}:
        yield Note("limitations.self_report")
    low = sorted({row["measure"] for row in _reliability(sections) if row["estimate"] < LOW_RELIABILITY})
    if low:
        yield Note("limitations.reliability", {"measures": low, "bound": f"{LOW_RELIABILITY:g}".lstrip("0") + "0"})
    if study.provenance.unscored:
        yield Note("limitations.unscored", {"scales": list(study.provenance.unscored)})
    if study.provenance.warnings:
        yield Note("limitations.keys")


def _reliability(sections: tuple[Section, ...]) -> Iterator[Any]:
    """Rows of coefficients of internal consistency with an estimate."""
    for section in sections:
        for table in section.tables:
            if table.id == "reliability":
                frame = table.result.to_frame()
                yield from frame[frame["method"].eq("alpha") & frame["estimate"].notna()].to_dict("records")


def _missing(study: Study) -> Iterator[Note]:
    if study.missing.empty:
        return
    asked = (study.missing != "not_asked").sum()
    unanswered = (~study.missing.isin(["answered", "not_asked"])).sum()
    share = (unanswered / asked.where(asked > 0)).dropna()
    many = int((share > MUCH_MISSING).sum())
    if many:
        yield Note("limitations.missing", {"items": many, "all": len(share), "share": f"{100 * MUCH_MISSING:g}"})


def _precision(study: Study) -> Iterator[Note]:
    """The smallest correlation that this many respondents show with a power of .80."""
    from survey_stats.statistics.correlations.power import smallest_detectable

    if study.n >= 10:
        found = float(smallest_detectable(study.n, power=DESIRED_POWER))
        yield Note("limitations.precision", {"n": study.n, "r": found})


def _planning(study: Study) -> Iterator[Note]:
    held = study.provenance.frozen
    if not study.hypotheses:
        yield Note("limitations.exploratory")
    elif not held:
        yield Note("limitations.not_frozen")
    else:
        if held["times"] > 1:
            yield Note("limitations.frozen_again", {"times": held["times"], "at": held["at"]})
        if held["with_data"]:
            yield Note("limitations.frozen_with_data", {"at": held["at"]})
        if held["changed"]:
            changes = [_changed(key, *values) for key, values in held["changed"].items()]
            yield Note("limitations.plan_changed", {"at": held["at"], "changes": changes})
        if held["data_changed"]:
            yield Note("limitations.data_changed", {"at": held["at"]})


def _changed(key: str, was: str, now: str) -> Message:
    kind = "added" if not was else "removed" if not now else "other_value"
    return Message(f"limitations.plan_changed.{kind}", {"key": key, "was": was, "now": now})
