"""A simulated export of the bundled questionnaire: what `survey-stats demo` reads."""

from __future__ import annotations

from pathlib import Path

from survey_stats.catalogue import load_instrument
from survey_stats.errors import CallError
from survey_stats.fielding import google_forms, qualtrics
from survey_stats.simulation import simulate

INSTRUMENTS = ("posting_activity", "contacts", "time_use", "shyness", "personality", "demographics")
"""The bundled questionnaire, in the order in which it is asked."""
DEMO_SEED = 1
"""One seed for the command and the notebooks, so that both show the same numbers."""
TOOLS = {"google_forms": google_forms.export, "qualtrics": qualtrics.export}


def write_demo_export(path: str | Path, *, n: int = 300, seed: int = DEMO_SEED, tool: str = "google_forms") -> Path:
    """Simulate `n` respondents and write the export a survey tool would make of their answers.

    Args:
        path: File to write, ending in .xlsx or .csv.
        n: Number of respondents.
        seed: The same seed gives the same answers.
        tool: `google_forms` or `qualtrics`.

    Returns:
        The file; every row says that it is simulated.

    Raises:
        CallError: There is no such tool, the file has another ending, or n is below 1.
    """
    if tool not in TOOLS:
        raise CallError(f"demo: there is no survey tool {tool!r}. Allowed: {', '.join(sorted(TOOLS))}.")
    instruments = [load_instrument(name) for name in INSTRUMENTS]
    return TOOLS[tool](instruments, simulate(instruments, n, seed=seed), path, seed=seed)
