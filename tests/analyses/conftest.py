"""Studies built from real data beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from survey_stats.study import Study

TRAITS = ("sociability", "extraversion", "neuroticism", "loneliness", "self_esteem")
OCCASIONS = {"used_tt": "used", "w_tweeted": "posted", "w_rt": "shared", "w_commented": "replied"}


@pytest.fixture(scope="session")
def twitter_study(shared: Path) -> Study:
    """252 persons and 6,218 prompts of Oldemburgo de Mello, Cheung & Inzlicht (2024), as a study from frames."""
    data = pd.read_csv(shared / "data" / "es_twitter" / "data.csv", usecols=["random_id", "obs", *TRAITS, *OCCASIONS])
    persons = data.groupby("random_id", sort=False)[list(TRAITS)].first()
    occasions = data.set_index(["random_id", "obs"])[list(OCCASIONS)].rename(columns=OCCASIONS).astype("float64")
    variables = pd.DataFrame(
        {"id": TRAITS, "construct": TRAITS, "label": [t.replace("_", "-").title() for t in TRAITS]}
    )
    return Study.from_frames(
        persons, variables, answers=occasions, source="Oldemburgo de Mello, Cheung & Inzlicht (2024)"
    )
