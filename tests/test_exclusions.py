"""From a plan's exclusions to the report and to results.csv."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from survey_stats import read_survey, report
from survey_stats.errors import CallError
from survey_stats.reporting.check_words import print_check
from survey_stats.reporting.checking import check
from survey_stats.saving import save_scores
from survey_stats.study import Study

ITEMS = [f"shyness_{n:02d}" for n in range(1, 11)]
POSTING = ["posting_pictures", "posting_text", "posting_video", "posting_story", "posting_comment", "posting_share",
           "posting_like"]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty respondents; numbers 1 to 6 choose the same answer everywhere, and number 7 came twice."""
    random = np.random.default_rng(11)
    trait = random.normal(size=60)
    shyness = np.clip(np.round(3 + trait[:, None] + random.normal(size=(60, 10))), 1, 5).astype(int)
    shyness[:, [1, 4, 6, 9]] = 6 - shyness[:, [1, 4, 6, 9]]
    posting = np.clip(np.round(2 - trait[:, None] + random.normal(size=(60, 7))), 0, 5).astype(int)
    shyness[:6], posting[:6] = 3, 5
    data = pd.DataFrame(np.hstack([shyness, posting]), columns=[*ITEMS, *POSTING])
    data.insert(0, "uses_social_media", 1)
    data.insert(0, "Student id", [f"S-{n:04d}" for n in range(60)])
    data.loc[59, "Student id"] = "s-0006"
    made = tmp_path_factory.mktemp("study")
    data.to_csv(made / "data.csv", index=False)
    return made


def read(folder: Path, exclusions: str = "") -> Study:
    (folder / "plan.toml").write_text(f'[data]\nfile = "data.csv"\n{exclusions}', encoding="utf-8")
    return read_survey(folder)


THRESHOLDS = "[exclusions.thresholds]\nlong_string = 0.9\n"
EXCLUDING = f'[exclusions]\nflags = ["long_string", "repeated_id"]\nrespondent_id = "Student id"\n{THRESHOLDS}'


def test_the_plan_excludes_by_flag_and_by_a_personal_id_that_is_not_kept(folder: Path) -> None:
    study = read(folder, EXCLUDING)
    assert list(study.flags.index[study.flags["long_string"]]) == [1, 2, 3, 4, 5, 6]
    assert list(study.flags.index[study.flags["repeated_id"]]) == [60]
    assert study.analysed().n == 53
    assert "Student id" not in study.answers
    assert study.provenance.rules["exclusions"] == "long_string (0.9), repeated_id; at least 1"


def test_an_unknown_column_of_ids_is_refused(folder: Path) -> None:
    with pytest.raises(CallError) as raised:
        read(folder, '[exclusions]\nrespondent_id = "Code"\n')
    shown = ", ".join(["Student id", "uses_social_media", *ITEMS][:5])
    assert str(raised.value) == (
        f"plan: exclusions: respondent_id: the export has no column 'Code'. Allowed: {shown} and "
        f"{len(ITEMS) + len(POSTING) - 3} more."
    )


def test_results_and_report_show_both(folder: Path, tmp_path: Path) -> None:
    written = report(read(folder, EXCLUDING), tmp_path / "both")
    table = pd.read_csv(tmp_path / "both" / "results.csv")
    own = table[table["analysis"] == "shyness_posting"]
    kept = own[own["exclusions"] == "planned"].set_index(["result", "variables", "method", "statistic"])
    everyone = own[own["exclusions"] == "none"].set_index(["result", "variables", "method", "statistic"])
    assert len(kept) == len(everyone) > 0
    row = ("shyness × active_use × pearson", "pearson", "estimate")
    found = kept.loc[("correlations", *row)]
    whole = everyone.loc[("correlations_all_respondents", *row)]
    assert [found["n"], whole["n"]] == [53, 60]
    assert found["value"] != pytest.approx(whole["value"], abs=1e-3)
    assert set(table.loc[table["analysis"] == "measures", "exclusions"]) == {"planned", "none"}
    assert written.headlines[0] == "53 respondents were analysed, out of 60 rows read."
    assert written.headlines[1] == (
        "7 of 60 respondents were left out of the analyses as the plan says; "
        "every result is shown with and without them."
    )
    assert written.headlines[-1] == (
        "Shyness, posting and contacts, with and without the excluded respondents: Whether and on which side the "
        "interval excludes 0 does not depend on the exclusions (estimates compared: 1)."
    )
    page = (tmp_path / "both" / "report.html").read_text(encoding="utf-8")
    assert "Correlations, with and without the planned exclusions" in page
    assert "the interval excludes 0 does not depend on the exclusions (estimates compared: 1)." in page
    assert "7 of 60 respondents are left out of the analyses; each result stands beside the one with them." in page
    rows = json.loads((tmp_path / "both" / "manifest.json").read_text(encoding="utf-8"))["rows"]
    assert rows == {"read": 60, "kept": 60, "dropped": {}, "excluded": 7}
    assert not re.search(r"[Ss]-\d{4}", page)
    assert not re.search(r"[Ss]-\d{4}", table.to_csv())


def test_without_exclusions_the_report_says_so(folder: Path, tmp_path: Path) -> None:
    report(read(folder, THRESHOLDS), tmp_path / "plain")
    table = pd.read_csv(tmp_path / "plain" / "results.csv")
    assert set(table.loc[table["analysis"] != "report", "exclusions"]) == {"none"}
    assert not table["result"].str.contains("all_respondents").any()
    page = (tmp_path / "plain" / "report.html").read_text(encoding="utf-8")
    assert "The plan excludes nobody" in page
    assert "with and without" not in page
    flagged = table[(table["analysis"] == "quality") & (table["variables"] == "long_string")].set_index("statistic")
    assert flagged.loc["flagged", ["value", "n"]].tolist() == [6, 60]


def test_a_planned_check_that_could_not_be_assessed_is_named(folder: Path, tmp_path: Path) -> None:
    study = read(folder, '[exclusions]\nflags = ["speeder", "long_string"]\nat_least = 2\n')
    report(study, tmp_path / "speed")
    page = (tmp_path / "speed" / "report.html").read_text(encoding="utf-8")
    assert (
        "The plan names a check that could not be assessed (much faster than is typical of the sample), "
        "so it excludes nobody. The export does not tell how long the interviews took."
    ) in page
    assert "That is none of the 60." in page


def test_check_tells_whom_the_plan_excludes_and_what_it_cannot_apply(folder: Path) -> None:
    study = read(folder, '[exclusions]\nflags = ["long_string", "speeder"]\nthresholds = { long_string = 0.9 }\n')
    shown = io.StringIO()
    print_check(check(study), Console(file=shown, width=200))
    assert "  The plan leaves 6 of 60 respondents out of the analyses.\n" in re.sub(" +\n", "\n", shown.getvalue())
    assert (
        "The plan names a check that could not be assessed (much faster than is typical of the sample), "
        "so it excludes nobody. The export does not tell how long the interviews took."
    ) in shown.getvalue()


def test_saved_scores_say_who_was_left_out(folder: Path, tmp_path: Path) -> None:
    study = read(folder, EXCLUDING)
    save_scores(study, tmp_path / "scores.csv")
    saved = pd.read_csv(tmp_path / "scores.csv")
    assert len(saved) == 60
    assert saved["excluded"].tolist() == study.excluded.astype(int).tolist()
    save_scores(read(folder), tmp_path / "all.csv")
    assert "excluded" not in pd.read_csv(tmp_path / "all.csv")


def test_the_same_plan_gives_the_same_files(folder: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        report(read(folder, EXCLUDING), tmp_path / name)
    assert (tmp_path / "one" / "report.html").read_bytes() == (tmp_path / "two" / "report.html").read_bytes()
