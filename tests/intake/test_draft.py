"""A draft of an unknown export reads that export at once, says what is uncertain and repeats nothing personal."""

from __future__ import annotations

import csv
import re
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

import survey_stats
from survey_stats.catalogue import Catalogue
from survey_stats.cli import main
from survey_stats.errors import CallError, InputError
from survey_stats.intake.draft import Draft, draft

MATRIX = "How much do you agree?"
HEADER = [
    "Timestamp", "E-mail address", "What is your name?", "How old are you?", "What is your gender?",
    f"{MATRIX} [I like company]", f"{MATRIX} [I keep to myself]", "Which sites do you use?",
    "How many minutes a day do you spend there?", "Anything else?", "Empty question?",
]  # fmt: skip
AGREE = ["Agree", "Disagree", "Strongly agree", "Neither agree nor disagree"]
SITES = ["Facebook, YouTube", "YouTube", "Facebook", "Mastodon, Facebook", "Mastodon", "Facebook, Mastodon, YouTube"]
THOUGHTS = ["cousin Sigrid wrote {n} times", "call me on +47 912 34 567, day {n}", "{n} things", "{n} are fine", ""]


def rows(n: int = 24) -> list[list[str]]:
    return [
        [
            f"2026/03/{1 + number % 28:02d} 10:15:00 AM GMT+1", f"person{number}@example.org", f"Person {number}",
            str(18 + number * 2), ("Woman", "Man", "Prefer not to say")[number % 3], AGREE[number % 4],
            AGREE[(number // 2) % 3], SITES[number % 6], ("30", "1 h", "45 min", "2 hours")[number % 4],
            THOUGHTS[number % 5].format(n=number), "",
        ]
        for number in range(n)
    ]  # fmt: skip


@pytest.fixture
def export(tmp_path: Path) -> Path:
    file = tmp_path / "exports" / "answers.csv"
    file.parent.mkdir()
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *rows()])
    return file


@pytest.fixture
def drafted(export: Path) -> Draft:
    return draft(export)


def sentences(made: Draft, item: str) -> list[str]:
    return made.notes.loc[made.notes["item"] == item, "sentence"].tolist()


def test_every_question_is_drafted_with_its_kind(drafted: Draft) -> None:
    found = drafted.items.set_index("item")
    assert found["kind"].to_dict() == {
        "how_old_are_you": "number", "what_is_your_gender": "single", "i_like_company": "single",
        "i_keep_to_myself": "single", "which_sites_do_you_use": "multiple", "how_many_minutes_a_day": "duration",
        "anything_else": "text",
    }  # fmt: skip
    assert found["construct"].loc[["how_old_are_you", "what_is_your_gender"]].tolist() == ["age", "gender"]
    assert set(found["matrix"].loc[["i_like_company", "i_keep_to_myself"]]) == {"how_much_do_you_agree_matrix"}


def test_a_written_draft_reads_its_export_without_a_failed_answer(drafted: Draft, tmp_path: Path) -> None:
    drafted.write(tmp_path / "mystudy")
    study = survey_stats.read_survey(tmp_path / "mystudy", strict=True)
    assert (study.problems["state"] == "failed").sum() == 0
    how = study.provenance.columns.set_index("column")["how"]
    assert how[drafted.items["column"]].eq("plan").all()
    assert study.measures["how_old_are_you"].tolist() == [18.0 + 2 * number for number in range(24)]
    assert study.answers["i_like_company"].tolist() == [{"Agree": 4, "Disagree": 2, "Strongly agree": 5}.get(
        AGREE[number % 4], 3) for number in range(24)]  # fmt: skip
    assert study.answers["how_many_minutes_a_day"].head(4).tolist() == [30, 60, 45, 120]
    facebook = [float("Facebook" in SITES[number % 6]) for number in range(24)]
    labels = {option.label["en"]: option.code
              for option in study.instruments["answers"].by_id["which_sites_do_you_use"].format.options}  # fmt: skip
    assert study.answers[f"which_sites_do_you_use.{labels['Facebook']}"].tolist() == facebook


def test_nothing_personal_is_repeated(drafted: Draft, tmp_path: Path) -> None:
    written = drafted.write(tmp_path / "mystudy")
    content = "".join(file.read_text(encoding="utf-8") for file in written)
    assert [word for word in ("person1", "Person 1", "Sigrid", "912 34", "+47", "cousin") if word in content] == []
    said = drafted.notes.set_index("column")["sentence"]
    assert said["E-mail address"] == "The column was left out because it holds personal data (email)."
    assert said["What is your name?"] == "The column was left out because it holds personal data (name)."
    assert said["Anything else?"] == "Cells with an e-mail address or a telephone number, which were masked: 5."


def test_what_is_uncertain_is_said_column_by_column(drafted: Draft) -> None:
    assert drafted.notes["sentence"].head(2).tolist() == [
        "The language of the questions was taken to be `en`, by their script and small words.",
        "The file was read as an export of the kind `google_forms`; number of answers: 24.",
    ]
    assert drafted.notes.set_index("column")["sentence"]["Empty question?"] == (
        "The column was left out: nobody answered it."
    )
    assert sentences(drafted, "how_old_are_you") == ["The question was taken to ask for the construct `age`."]
    assert sentences(drafted, "which_sites_do_you_use") == [
        "Several of 3 options were chosen in one cell; check that no option is torn apart or missing, and their order."
    ]
    assert sentences(drafted, "how_much_do_you_agree_matrix") == [
        "Nobody chose “Strongly disagree”; the scale was completed by the opposites of what was chosen.",
        "2 columns with the same answers were taken as one matrix.",
    ]
    assert "## `Empty question?`\n- The column was left out: nobody answered it." in drafted.uncertain


def test_scales_are_suggested_and_not_invented(drafted: Draft) -> None:
    read = tomllib.loads(drafted.instrument)
    assert "scales" not in read
    assert drafted.instrument.rstrip().endswith(
        '# [[scales]]\n# id = "how_much_do_you_agree_score"\n# construct = ""\n# label = {en = ""}\n'
        '# items = ["i_like_company", "i_keep_to_myself"]\n# reverse = []\n# score = "mean"'
    )


def test_a_scale_works_once_the_researcher_has_named_it(drafted: Draft, tmp_path: Path) -> None:
    folder = tmp_path / "mystudy"
    drafted.write(folder)
    file = folder / "instruments" / "answers.toml"
    head, marker, scale = file.read_text(encoding="utf-8").partition("# [[scales]]")
    named = (
        (marker + scale)
        .replace("# ", "")
        .replace('construct = ""', 'construct = "sociability"')
        .replace('{en = ""}', '{en = "Sociability"}')
        .replace("reverse = []", 'reverse = ["i_keep_to_myself"]')
    )
    file.write_text(head + named, encoding="utf-8")
    study = survey_stats.read_survey(folder)
    expected = (study.answers["i_like_company"] + 6 - study.answers["i_keep_to_myself"]) / 2
    pd.testing.assert_series_equal(study.measures["how_much_do_you_agree_score"], expected, check_names=False)


def test_the_plan_names_the_export_from_where_it_stands(drafted: Draft, tmp_path: Path) -> None:
    drafted.write(tmp_path / "deep" / "mystudy")
    plan = tomllib.loads((tmp_path / "deep" / "mystudy" / "plan.toml").read_text(encoding="utf-8"))
    assert plan["data"] == {"file": "../../exports/answers.csv"}
    assert plan["instruments"] == ["answers"]


def test_a_draft_overwrites_nothing_and_leaves_nothing_half_written(drafted: Draft, tmp_path: Path) -> None:
    folder = tmp_path / "mystudy"
    folder.mkdir()
    assert [file.relative_to(folder).as_posix() for file in drafted.write(folder)] == [
        "plan.toml", "instruments/answers.toml", "instruments/constructs.toml", "uncertain.md",
    ]  # fmt: skip
    with pytest.raises(CallError) as refused:
        drafted.write(folder)
    assert str(refused.value) == (
        f"{folder} is there already and not empty. A draft overwrites nothing; name another folder with --out, "
        "or remove this one first."
    )
    assert {path.name for path in tmp_path.iterdir()} == {"exports", "mystudy"}


def test_a_draft_that_cannot_be_written_leaves_no_trace(
    drafted: Draft, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="no space left"):
        drafted.write(tmp_path / "mystudy")
    assert {path.name for path in tmp_path.iterdir()} == {"exports"}


def test_an_export_without_answers_cannot_be_drafted(tmp_path: Path) -> None:
    file = tmp_path / "empty.csv"
    file.write_text("shy1,shy2\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        draft(file)
    assert str(refused.value) == (
        "empty.csv: none of its 2 question columns holds an answer, and a draft is made from answers. "
        "Export it again when somebody has answered."
    )


def test_an_id_of_a_bundled_instrument_is_not_taken(tmp_path: Path) -> None:
    file = tmp_path / "Shyness.csv"
    file.write_text("a1,a2\n" + "1,5\n2,4\n3,3\n4,2\n5,1\n" * 3, encoding="utf-8")
    made = draft(file)
    assert made.instrument_id == "shyness_draft"
    made.write(tmp_path / "mystudy")
    assert "shyness_draft" in Catalogue(tmp_path / "mystudy").instruments


@pytest.fixture
def one_column_an_option(tmp_path: Path) -> Path:
    file = tmp_path / "sites.csv"
    header = ["Which sites? [Facebook]", "Which sites? [YouTube]", "Which sites? [Orkut]", "Mood"]
    with file.open("w", encoding="utf-8", newline="") as stream:
        chosen = [["Facebook", "", "", "Good"], ["", "YouTube", "", "Bad"], ["Facebook", "YouTube", "", "Good"]]
        csv.writer(stream).writerows([header, *chosen * 4, ["", "", "", "Good"]])
    return file


def test_columns_of_one_multiple_choice_become_one_item(one_column_an_option: Path, tmp_path: Path) -> None:
    made = draft(one_column_an_option)
    assert made.items[["item", "kind", "columns"]].to_numpy().tolist() == [
        ["which_sites", "multiple", 3], ["mood", "single", 1],
    ]  # fmt: skip
    made.write(tmp_path / "mystudy")
    answers = survey_stats.read_survey(tmp_path / "mystudy").answers
    assert answers.filter(like="which_sites").sum().to_dict() == {
        "which_sites.1": 8.0, "which_sites.2": 8.0, "which_sites.3": 0.0,
    }  # fmt: skip
    assert answers["which_sites.1"].isna().sum() == 1


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            '"which_sites.9" = "Mood"',
            "plan: columns: which_sites.9: which_sites has no option '9'. Allowed: 1, 2, 3.",
        ),
        (
            '"mood.1" = "Mood"',
            "plan: columns: mood.1: mood has no option '1'. Allowed: the item alone, as it is no multiple choice.",
        ),
    ],
)
def test_a_plan_that_names_an_option_wrongly(
    one_column_an_option: Path, tmp_path: Path, line: str, sentence: str
) -> None:
    draft(one_column_an_option).write(tmp_path / "mystudy")
    plan = tmp_path / "mystudy" / "plan.toml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace('mood = "Mood"', line), encoding="utf-8")
    with pytest.raises(CallError) as refused:
        survey_stats.read_survey(tmp_path / "mystudy")
    assert str(refused.value) == sentence


def test_what_the_plan_maps_is_not_taken_by_an_earlier_column_with_the_same_text(tmp_path: Path) -> None:
    file = tmp_path / "twice.csv"
    file.write_text("Mood,Mood,x\n" + ",Good,1\n,Bad,2\n" * 6, encoding="utf-8")
    made = draft(file)
    assert made.items["column"].tolist()[0] == "Mood.2"
    made.write(tmp_path / "mystudy")
    study = survey_stats.read_survey(tmp_path / "mystudy")
    assert study.answers[made.items["item"][0]].notna().sum() == 12


def test_a_named_sheet_stays_in_the_plan(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "notes"
    book.active.append(["nothing", "here"])
    sheet = book.create_sheet("data")
    for row in (["mood", "n"], *[["Good", 1], ["Bad", 2]] * 9):
        sheet.append(row)
    book.save(tmp_path / "book.xlsx")
    made = draft(tmp_path / "book.xlsx", sheet="data")
    assert tomllib.loads(made.plan)["data"]["sheet"] == "data"
    made.write(tmp_path / "mystudy")
    assert len(survey_stats.read_survey(tmp_path / "mystudy").answers) == 18


@pytest.mark.parametrize(
    ("header", "cells", "language"),
    [
        ("Wie oft schreiben Sie, und wie lange?", ["nie", "selten", "oft", "immer"], "de"),
        ("आप कितनी बार लिखते हैं?", ["कभी नहीं", "कभी-कभी", "अक्सर", "हमेशा"], "hi"),
        ("چند بار می‌نویسید؟", ["هرگز", "گاهی", "اغلب", "همیشه"], "fa"),
    ],
)
def test_other_languages_keep_texts_and_order(tmp_path: Path, header: str, cells: list[str], language: str) -> None:
    file = tmp_path / "export.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([[header, "x"], *[[cell, "1"] for cell in reversed(cells)]])
    made = draft(file)
    item = tomllib.loads(made.instrument)["items"][0]
    assert item["text"] == {language: header}
    form = tomllib.loads(made.instrument)["responses"][item["responses"]]
    assert [option["label"] for option in form["options"]] == [{language: cell} for cell in cells]


def test_a_draft_shows_itself(drafted: Draft) -> None:
    assert repr(drafted).startswith("Draft of answers.csv\n")
    page = drafted._repr_html_()
    assert "<td>how_old_are_you</td>" in page
    assert "nobody answered it" in page


def test_the_command_says_what_it_made_and_what_comes_next(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "mystudy"
    monkeypatch.setattr("sys.argv", ["survey-stats", "draft", str(export), "--out", str(folder)])
    with pytest.raises(SystemExit) as done:
        main()
    said = capsys.readouterr()
    assert done.value.code == 0
    assert said.out == (
        "Questions drafted: 7; points to check: 11.\n"
        "Read uncertain.md, name scales and their constructs in the instrument, then run: "
        f"survey-stats report {folder}\n"
        f"{folder}/plan.toml\n{folder}/instruments/answers.toml\n{folder}/instruments/constructs.toml\n"
        f"{folder}/uncertain.md\n"
    )
    assert said.err == "Drafting an instrument and a plan\n"


def test_a_drafted_study_has_a_report_before_anything_is_named(drafted: Draft, tmp_path: Path) -> None:
    drafted.write(tmp_path / "mystudy")
    study = survey_stats.read_survey(tmp_path / "mystudy")
    written = survey_stats.report(study, tmp_path / "report")
    assert any(file.name == "report.html" for file in written.files)


CELLS = st.one_of(
    st.sampled_from(["Agree", "Disagree", "Neutral", "Never", "Often", "Yes", "No", "TRUE", "Woman", "Other"]),
    st.sampled_from(["N/A", "NA", "Don't know", "-99", "99", "0", "1", "2", "3", "4", "5", "1,5", "1,500", "2024"]),
    st.sampled_from(["2 hours", "30 min", "1:30", "08:15", "2-3 hours", "2026-03-01", "half an hour", "24.12.2025"]),
    st.sampled_from(["News, Music", "News", "Music", "News;Games", "Mail (work, private), News", "#N/A", "=1+1", ""]),
    st.sampled_from(["1 - not at all", "5 - very", "18-29", "30-44", "> 60", "कभी नहीं", "هرگز", "oft", "a@b.example"]),
    st.text(alphabet="ab ,;:-–.'\"()[]0123٣४\u200fäنक", max_size=12),
)
HEADERS = st.sampled_from(
    ["Q1", "Q2", "Q1_1", "Q1_2", "Which? [News]", "Which? [Music]", "Do you agree? - A", "Do you agree? - B", "Age",
     "How many hours a day?", "How much time?", "id", "123", "آیا؟", "-", "Gender", "How many friends?"]
)  # fmt: skip


@st.composite
def tables(draw: Any) -> list[list[str]]:
    n = draw(st.integers(1, 25))
    columns = draw(st.lists(st.tuples(HEADERS, st.lists(CELLS, min_size=1, max_size=6)), min_size=2, max_size=6))
    picks = [draw(st.lists(st.sampled_from(cells), min_size=n, max_size=n)) for _, cells in columns]
    return [[header for header, _ in columns], *map(list, zip(*picks, strict=True))]


@given(tables())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_the_export_holds_the_draft_reads_it_and_announces_what_fails(table: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "any.csv"
        with file.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(table)
        try:
            made = draft(file)
        except InputError as error:
            assert "holds an answer" in str(error) or "has no filled cell" in str(error)  # noqa: PT017
            return
        made.write(Path(folder) / "mystudy")
        study = survey_stats.read_survey(Path(folder) / "mystudy")
    said = made.notes.loc[made.notes["note"] == "draft.fails", "sentence"]
    failed = study.problems["state"].eq("failed").sum()
    assert failed == sum(int(re.findall(r"\d+", sentence)[-1]) for sentence in said)
    assert study.provenance.columns["how"].eq("plan").sum() == made.items["columns"].sum()
