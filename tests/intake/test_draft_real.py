"""Every real export and table beside the checkout: drafted, read at once, and every failed answer announced.

`drafts.csv` holds what a draft of each file contains: a record that shows every change, and no oracle. What is held as
right is that every drafted column matches, and that every answer that fails was announced.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

import survey_stats
from survey_stats.cli import app
from survey_stats.errors import InputError
from survey_stats.intake.draft import draft

KINDS = ("single", "multiple", "number", "duration", "text")
TABLE = list(csv.DictReader(Path(__file__).with_name("drafts.csv").read_text(encoding="utf-8").splitlines()))
WITHOUT_ANSWERS = [
    "Many_Question_Types_Insights", "Many_Question_Types_Legacy", "Multiple_Answer_Matrix_Questions_Insights",
    "SidebySide_Insights", "Single_Answer_Matrix_Questions_Legacy",
]  # fmt: skip
NO_EXPORTS = {".md", ".qsf", ".lss", ".lsq", ".txt", ".parquet", ""}

pytestmark = pytest.mark.shared


def announced(notes: pd.DataFrame) -> dict[str, int]:
    """Item → number of answers that the notes say will fail."""
    fails = notes[notes["note"] == "draft.fails"]
    return {item: int(re.findall(r"\d+", sentence)[-1]) for item, sentence in zip(fails["item"], fails["sentence"],
                                                                                  strict=True)}  # fmt: skip


@pytest.mark.parametrize("line", TABLE, ids=lambda line: line["file"])
def test_every_file_is_drafted_and_read_at_once(shared: Path, tmp_path: Path, line: dict[str, str]) -> None:
    made = draft(shared / line["file"])
    kinds = Counter(made.items["kind"])
    found = {kind: kinds[kind] for kind in KINDS}
    found |= {"matrices": made.items["matrix"].replace("", None).nunique(), "notes": len(made.notes)}
    made.write(tmp_path / "mystudy")
    study = survey_stats.read_survey(tmp_path / "mystudy")
    failed = study.problems[study.problems["state"] == "failed"]
    found["failed"] = len(failed)
    assert failed.groupby("item").size().to_dict() == announced(made.notes)
    matched = study.provenance.columns.query("how == 'plan'")
    assert sorted(matched["item"].unique()) == sorted(made.items["item"])
    assert len(matched) == made.items["columns"].sum()
    assert found == {name: int(line[name]) for name in found}


def test_the_table_names_every_file(shared: Path) -> None:
    files = {
        path.relative_to(shared).as_posix()
        for folder in ("exports", "data")
        for path in (shared / folder).rglob("*")
        if path.is_file() and path.suffix not in NO_EXPORTS
    }
    assert files - {f"exports/qualtrics/{name}.csv" for name in WITHOUT_ANSWERS} == {line["file"] for line in TABLE}


@pytest.mark.parametrize("name", WITHOUT_ANSWERS)
def test_files_without_answers_say_so(shared: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"holds an answer, and a draft is made from answers\."):
        draft(shared / "exports" / "qualtrics" / f"{name}.csv")


def test_a_drafted_multiple_choice_counts_as_its_authors_did(shared: Path, tmp_path: Path) -> None:
    """Figures of ../shared/data/README.md, counted by others."""
    draft(shared / "data" / "mqp_qualtrics" / "MQPResponsesA.csv").write(tmp_path / "mystudy")
    study = survey_stats.read_survey(tmp_path / "mystudy")
    chosen = {option.label["en"]: study.answers[f"q4.{option.code}"].sum()
              for option in study.instruments["mqpresponsesa"].by_id["q4"].format.options}  # fmt: skip
    assert {name: chosen[name] for name in ("YouTube", "Instagram", "Facebook", "Reddit")} == {
        "YouTube": 162, "Instagram": 142, "Facebook": 127, "Reddit": 112,
    }  # fmt: skip


def test_the_drafted_big_five_have_the_published_alpha_once_named(shared: Path, tmp_path: Path) -> None:
    """Complete-case alpha of R's psych package for the agreeableness items, -A1: .7038, n 2709."""
    folder = tmp_path / "mystudy"
    draft(shared / "data" / "psych_r" / "bfi.csv").write(folder)
    file = folder / "instruments" / "bfi.toml"
    text = file.read_text(encoding="utf-8")
    suggested = re.search(r"(?:^# .*\n)*?^# \[\[scales\]\]\n# id = \"a_score\"(?:\n# .*)+", text, re.MULTILINE)
    assert suggested is not None
    scale = suggested[0][suggested[0].index("# [[scales]]") :].replace("# ", "")
    scale = scale.replace('construct = ""', 'construct = "agreeableness"').replace(
        '{en = ""}', '{en = "Agreeableness"}'
    )
    file.write_text(text + "\n" + scale.replace("reverse = []", 'reverse = ["a1"]') + "\n", encoding="utf-8")
    study = survey_stats.read_survey(folder)
    items = study.answers[[f"a{number}" for number in range(1, 6)]].assign(a1=7 - study.answers["a1"]).dropna()
    assert study.measures["a_score"].notna().sum() == len(items) == 2709
    assert survey_stats.reliability(items).alpha.estimate == pytest.approx(0.7038, abs=5e-5)


def named(text: str, scale: str, construct: str, label: str, reverse: str = "[]") -> str:
    """A drafted instrument with one of its suggested scales completed, as a researcher would do it."""
    block = re.search(rf"^# \[\[scales\]\]\n# id = \"{scale}\"(?:\n# .*)+", text, re.MULTILINE)
    assert block is not None, scale
    told = block[0].replace("# ", "").replace('construct = ""', f'construct = "{construct}"')
    told = told.replace('{en = ""}', f'{{en = "{label}"}}').replace("reverse = []", f"reverse = {reverse}")
    return text.replace(block[0], told)


def own_construct(file: Path, construct: str) -> None:
    """The construct in the study's file, written as its comment says."""
    text = file.read_text(encoding="utf-8")
    if construct not in text:
        block = text[text.index("# [[constructs]]") :].replace("# ", "").replace("my_construct", construct)
        file.write_text(text + "\n" + block, encoding="utf-8")


REPORTED = {
    # file: scales to be named (scale, construct, label, reversed items), and what the report must hold
    "data/psych_r/bfi.csv": (
        [("a_score", "agreeableness", "Agreeableness", '["a1"]'),
         ("e_score", "extraversion", "Extraversion", '["e1", "e2"]')],
        {"a_score": 2709, "e_score": 2713},
    ),
    "data/mqp_qualtrics/MQPResponsesA.csv": ([("a1_score", "control_of_feed", "Control of the feed", "[]")], {}),
    "exports/google_forms/otel-docs-usability-survey.csv": (None, {}),
}  # fmt: skip


@pytest.mark.parametrize("name", REPORTED)
def test_a_report_runs_on_a_draft_once_constructs_are_named(
    shared: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, (scales, counts) = tmp_path / "mystudy", REPORTED[name]
    draft(shared / name).write(folder)
    file = next(one for one in (folder / "instruments").glob("*.toml") if one.stem != "constructs")
    text = file.read_text(encoding="utf-8")
    if scales is None:  # the first scale that the draft suggests
        first = re.search(r"^# \[\[scales\]\]\n# id = \"(\w+)\"", text, re.MULTILINE)
        assert first is not None
        scales = [(first[1], "usability", "Usability", "[]")]
    for scale in scales:
        text = named(text, *scale)
    file.write_text(text, encoding="utf-8")
    own_construct(folder / "instruments" / "constructs.toml", scales[0][1])
    assert app(["report", str(folder), "--out", str(tmp_path / "report"), "--quiet"], standalone_mode=False) in (
        0,
        None,
    )
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    results = pd.read_csv(tmp_path / "report" / "results.csv")
    for scale, _, label, _ in scales:
        assert label in page
        assert results["variables"].astype("str").str.contains(scale).any()
    study = survey_stats.read_survey(folder)
    assert {scale: int(study.measures[scale].notna().sum()) for scale in counts} == counts
    assert capsys.readouterr().err == ""


def test_text_formats_of_answers_are_found_in_their_order(shared: Path) -> None:
    """This study has six answers from never to very frequently, and six of agreement without a middle."""
    made = draft(shared / "data" / "mqp_qualtrics" / "MQPResponsesD.csv")
    responses = tomllib.loads(made.instrument)["responses"]
    order = {name: [option["label"]["en"] for option in form["options"]] for name, form in responses.items()
             if name in ("frequency", "agreement")}  # fmt: skip
    assert order == {
        "frequency": ["Never", "Very Rarely", "Rarely", "Occasionally", "Frequently", "Very Frequently"],
        "agreement": ["Strongly disagree", "Disagree", "Slightly disagree", "Slightly agree", "Agree",
                      "Strongly agree"],
    }  # fmt: skip


def test_the_names_of_people_are_no_options(shared: Path) -> None:
    made = draft(shared / "exports" / "google_forms" / "jupyter_education_2016.csv")
    assert "Douglas Blank" not in made.instrument + made.plan + made.uncertain
    kinds = made.items.set_index("item")["kind"]
    assert kinds[[name for name in kinds.index if name.startswith("what_are_the_names")]].tolist() == ["text"]
