"""Make the pictures of the README: the report of the demo and its time use, and the first finding on real data.

Needs headless Chromium and the experience-sampling data: `python docs/make_pictures.py PATH/TO/es_twitter/data.csv`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

import survey_stats as ss
from survey_stats.analysis import Figure
from survey_stats.fielding.demo import write_demo_export
from survey_stats.reporting.figures import display_figure, draw
from survey_stats.reporting.words import Labels, construct_labels

DOCS = Path(__file__).parent
OCCASIONS = {"used_tt": "used", "w_tweeted": "posted", "w_rt": "shared", "w_commented": "replied"}
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 24px; background: white; color: #101010; font-family: "Noto Sans", sans-serif; --accent: #0b5394 }}
svg {{ width: 560px }}</style>{}"""


def screenshot(page: Path, picture: Path, width: int, height: int) -> None:
    """A picture of a page at twice the resolution."""
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--disable-background-networking", "--force-device-scale-factor=1.5", f"--user-data-dir={profile}",
             f"--window-size={width},{height}", f"--screenshot={picture}", page.as_uri()],
            check=True, capture_output=True,
        )  # fmt: skip


def twitter_study(path: Path) -> ss.Study:
    """252 persons and 6,218 prompts, as a study from frames."""
    data = pd.read_csv(path, usecols=["random_id", "obs", "sociability", *OCCASIONS])
    occasions = data.set_index(["random_id", "obs"])[list(OCCASIONS)].rename(columns=OCCASIONS).astype("float64")
    return ss.Study.from_frames(
        data.groupby("random_id")[["sociability"]].first(),
        pd.DataFrame({"id": ["sociability"], "construct": ["sociability"], "label": ["Sociability"]}),
        answers=occasions,
        source="Oldemburgo de Mello, Cheung & Inzlicht (2024)",
    )


def main(data: Path) -> None:
    """All pictures."""
    with tempfile.TemporaryDirectory() as folder:
        export = write_demo_export(Path(folder) / "simulated_export.xlsx", n=300, seed=1)
        study = ss.read_survey(export)
        ss.report(study, Path(folder) / "report")
        section = ss.analyze(study, "nielsen_time_use")[0]
        shown = next(one for one in section.blocks if isinstance(one, Figure) and one.name == "reach_and_time")
        drawing = draw("reach_and_time", *shown.results, labels=Labels(section.labels))
        drawing.savefig(DOCS / "reach_and_time.png", dpi=130)
        screenshot(Path(folder) / "report" / "report.html", DOCS / "report.png", 1160, 1150)
        section = ss.analyze(twitter_study(data), "active_use_by_occasion")[0]
        block = next(block for block in section.blocks if isinstance(block, Figure))
        labels = Labels({**construct_labels("en"), **section.labels})
        page = Path(folder) / "figure.html"
        page.write_text(PAGE.format(display_figure(block, labels, "en", prefix="finding").svg), encoding="utf-8")
        screenshot(page, DOCS / "sociability_and_active_twitter_use.png", 610, 680)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
