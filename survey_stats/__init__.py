"""From the questionnaire to the published table, for research on social media use and personality.

The public names are loaded when they are first used, so that `import survey_stats` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from survey_stats.analysis import Section, analyze
    from survey_stats.catalogue import load_instrument
    from survey_stats.errors import CallError, InputError, InstrumentError, SurveyError
    from survey_stats.instrument import Instrument
    from survey_stats.intake.draft import draft
    from survey_stats.intake.durations import parse_duration
    from survey_stats.literature.comparison import compare_with_published
    from survey_stats.measures.frame import score_frame
    from survey_stats.reading import read_survey
    from survey_stats.reporting.report import report
    from survey_stats.simulation import simulate
    from survey_stats.statistics.correlations import correlate
    from survey_stats.statistics.design import Design
    from survey_stats.statistics.estimation import estimate
    from survey_stats.statistics.groups.compare import compare_groups
    from survey_stats.statistics.raking import rake
    from survey_stats.statistics.regression.model import regress
    from survey_stats.statistics.reliability import reliability
    from survey_stats.study import Study
    from survey_stats.time_use.audience import audience
    from survey_stats.time_use.sessions import sessions

__version__ = "0.1.0"

_HOME = {
    "CallError": "errors",
    "Design": "statistics.design",
    "InputError": "errors",
    "Instrument": "instrument",
    "InstrumentError": "errors",
    "Section": "analysis",
    "Study": "study",
    "SurveyError": "errors",
    "analyze": "analysis",
    "audience": "time_use.audience",
    "compare_groups": "statistics.groups.compare",
    "compare_with_published": "literature.comparison",
    "correlate": "statistics.correlations",
    "draft": "intake.draft",
    "estimate": "statistics.estimation",
    "load_instrument": "catalogue",
    "parse_duration": "intake.durations",
    "rake": "statistics.raking",
    "read_survey": "reading",
    "regress": "statistics.regression.model",
    "reliability": "statistics.reliability",
    "report": "reporting.report",
    "score_frame": "measures.frame",
    "sessions": "time_use.sessions",
    "simulate": "simulation",
}

__all__ = [
    "CallError",
    "Design",
    "InputError",
    "Instrument",
    "InstrumentError",
    "Section",
    "Study",
    "SurveyError",
    "analyze",
    "audience",
    "compare_groups",
    "compare_with_published",
    "correlate",
    "draft",
    "estimate",
    "load_instrument",
    "parse_duration",
    "rake",
    "read_survey",
    "regress",
    "reliability",
    "report",
    "score_frame",
    "sessions",
    "simulate",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'survey_stats' has no attribute {name!r}")
    value = getattr(import_module(f"survey_stats.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
