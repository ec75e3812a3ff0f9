"""What `check` finds and how it is printed, on an export written by hand."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from survey_stats import read_survey
from survey_stats.catalogue import bundled_instruments
from survey_stats.fielding.demo import write_demo_export
from survey_stats.instrument import Instrument
from survey_stats.reading import UnmatchedError, read_with_table
from survey_stats.reporting.check_words import print_check
from survey_stats.reporting.checking import Check, check, check_unmatched

EXPORT = """\
"How old are you, in years?",What is your gender?,time_weekday_social_media,time_weekday_news,E-mail,\
"How are you, in years?",remarks
31,Woman,20 hours,10 hours,a.ek@uio.no,1,[bold]loud[/bold]
222,Man,1-2 hours,30,b.ek@uio.no,2,write to c.ek@uio.no
\x1b[31mold\u202e,Man,2-3 hours,90,c.ek@uio.no,3,
=9+9,Prefer not to say,45,,d.ek@uio.no,4,<script>
"""
PRINTED = """\
What was recognised
  File                export.csv
  Survey tool         a plain table
  Header rows         1
  Language            English
  Question columns    6
  Rows read           4
  Respondents         4
  Choices made        How a range of time became a point: midpoint
  Encoding            utf-8
  Columns divided by  comma

What matched
  Questionnaire    Items found  Matched by     Kept  Missing  Failed
  About you        2 of 4       question text     4        1       3
  Time with media  2 of 22      code              7        1       0

Columns that answer no question: 2
  Column                  Nearest item
  How are you, in years?  age (0.91)
  remarks                 none is near

Cells that were not plain answers: 5
  a formula without a stored value: set to missing (cells: 1, columns: 1)
    row 5  age  =9+9
  no number: set to missing (cells: 1, columns: 1)
    row 4  age  ␛[31mold⟨U+202E⟩
  outside the allowed range: set to missing (cells: 1, columns: 1)
    row 3  age  222
  a range of time: kept (cells: 2, columns: 1)
    row 3  time_weekday_social_media  1-2 hours
    row 4  time_weekday_social_media  2-3 hours

Respondents whose times add up to more than 24 hours a day: 1
  Row    Kind of day  Hours
  row 2  weekday      30.0
  Media are used side by side: a sum over 24 hours is worth a look and no proof
  of an error.

Respondents flagged by other checks: 0
  No check of data quality flagged a respondent.

Columns with personal data: 2
  Column   Kind             What was done
  E-mail   e-mail address   column left out
  remarks  in single cells  cells masked: 1
"""


@pytest.fixture
def found(tmp_path: Path) -> Check:
    export = tmp_path / "export.csv"
    export.write_text(EXPORT, encoding="utf-8")
    return check(read_survey(export))


def printed(found: Check, *, width: int = 80, terminal: bool = False) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=terminal)
    print_check(found, console)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_everything_is_told_in_plain_words_of_at_most_80_columns(found: Check) -> None:
    lines = printed(found).splitlines()
    assert "\n".join(line.rstrip() for line in lines) + "\n" == PRINTED
    assert max(map(len, lines)) <= 80


def test_a_pipe_gets_no_escape_sequences_and_a_terminal_none_of_the_export(found: Check) -> None:
    assert "\x1b" not in printed(found)
    assert "\x1b[31m" not in printed(found, terminal=True)
    assert "\x1b[1m" in printed(found, terminal=True)


def test_no_personal_datum_is_printed(found: Check) -> None:
    assert "@" not in printed(found)


def test_lost_cells_come_before_kept_ones(found: Check) -> None:
    assert found.rules.to_dict("list") == {
        "rule": ["formula_without_value", "not_a_number", "out_of_range", "duration_range"],
        "action": ["missing", "missing", "missing", "kept"],
        "cells": [1, 1, 1, 2],
        "columns": [1, 1, 1, 1],
    }


def test_rows_are_those_of_the_sheet(tmp_path: Path) -> None:
    """Qualtrics has three header rows, and previews among the answers that are left out."""
    path = write_demo_export(tmp_path / "export.csv", n=60, seed=3, tool="qualtrics")
    study = read_survey(path)
    sheet = pd.read_csv(path, header=None, dtype=str, keep_default_na=False)
    responses = sheet.columns[sheet.iloc[0] == "ResponseId"][0]
    kept = [sheet.loc[row - 1, responses] for row in study.paradata["row"]]
    assert kept == study.paradata["response_id"].tolist()
    found = check(study)
    assert len(found.flagged)
    assert (found.flagged["row"] == study.paradata.loc[found.flagged["respondent"], "row"].to_numpy()).all()


def test_different_examples_are_preferred(tmp_path: Path) -> None:
    export = tmp_path / "more.csv"
    ages = ["old", "old", "old", "older", "oldest", "30", "31"]
    export.write_text("\n".join(['"How old are you, in years?"', *ages]), encoding="utf-8")
    more = check(read_survey(export))
    assert more.examples("not_a_number", "missing")["cell"].tolist() == ["old", "older", "oldest"]
    assert more.examples("not_a_number", "missing", number=4)["row"].tolist() == [2, 3, 4, 5]


CHOICES = """\
StartDate,EndDate,Status,Finished,ResponseId,UserLanguage,age,Q1,Q2_1,Q2_2,Q2_3
Start Date,End Date,Response Type,Finished,Response ID,User Language,Age,Which sites?,\
Which news? - Paper,Which news? - Radio,Which news? - Other
2026-03-02 10:00:00,2026-03-02 10:05:00,IP Address,True,R_1,EN,30,"Facebook,YouTube",Paper,,
2026-03-02 10:00:00,2026-03-02 10:05:00,IP Address,False,R_2,EN,31,"Facebook,Reddit",Paper,Radio,
2026-03-02 10:00:00,2026-03-02 10:05:00,IP Address,True,R_3,EN,32,"YouTube,Reddit",,,Other
2026-03-02 10:00:00,2026-03-02 10:05:00,IP Address,True,R_4,DE,33,"Facebook,YouTube,Reddit",,Radio,
2026-03-02 10:00:00,2026-03-02 10:05:00,Survey Preview,True,R_5,DE,34,Facebook,Paper,,
2026-03-02 10:00:00,2026-03-02 10:05:00,IP Address,True,R_6,DE,35,Facebook,Paper,Radio,
2026-03-02 10:00:00,2026-03-02 10:05:00,IP Address,True,R_7,DE,36,YouTube,,,
2026-03-02 10:00:00,2026-03-02 10:05:00,IP Address,True,R_8,DE,37,Reddit,,,
,,,,,,,,,,
"""
RECOGNISED = """\
What was recognised
  File                   wave.csv
  Survey tool            Qualtrics
  Header rows            2
  Language               English
  Question columns       5
  Columns of the tool    StartDate (start), EndDate (end), Status (kind of
                         response), Finished (whether finished), ResponseId (id
                         of the response), UserLanguage (language)
  Unfinished interviews  1
  Rows read              8
  Respondents            7
  Rows left out          test or preview answers: 1
  Encoding               utf-8
  Columns divided by     comma
  Empty rows at the end  1 rows without a filled cell, cut off
  Header rows hold       names, texts

Questions with several answers allowed: 2
  Question      Options
  Which sites?  3 options: Facebook; YouTube; Reddit
  Which news?   3 options: Paper; Radio; Other

"""


def test_multiple_choices_metadata_and_rows_left_out_are_named(tmp_path: Path) -> None:
    (tmp_path / "wave.csv").write_text(CHOICES, encoding="utf-8")
    study, table = read_with_table(tmp_path / "wave.csv")
    found = check(study, None, table)
    lines = [line.rstrip() for line in printed(found).splitlines()]
    assert "\n".join(lines[: lines.index("What matched")]) + "\n" == RECOGNISED
    assert [(one.question, one.columns) for one in found.multiple] == [
        ("Which sites?", ("Q1",)), ("Which news?", ("Q2_1", "Q2_2", "Q2_3"))
    ]  # fmt: skip


def test_multiple_choices_are_named_where_nothing_matches_and_those_of_a_questionnaire_by_its_words(
    tmp_path: Path,
) -> None:
    (tmp_path / "wave.csv").write_text(
        CHOICES.replace(",age,", ",years,").replace(",Age,", ",Years,"), encoding="utf-8"
    )
    with pytest.raises(UnmatchedError) as caught:
        read_with_table(tmp_path / "wave.csv")
    found = check_unmatched(caught.value.origin, None, caught.value.table)
    assert [one.options for one in found.multiple] == [("Facebook", "YouTube", "Reddit"), ("Paper", "Radio", "Other")]
    options = [{"code": place, "label": {"en": name}} for place, name in enumerate(("Facebook", "YouTube", "Xing"))]
    sites = Instrument.model_validate({
        "id": "sites", "version": "1", "kind": "original", "title": {"en": "Sites"},
        "responses": {"sites": {"kind": "multiple", "options": options}},
        "items": [{"id": "sites_used", "text": {"en": "Which sites?"}, "responses": "sites"}],
        "source": {"citation": "made for this test", "licence": "none"},
    })  # fmt: skip
    study, table = read_with_table(tmp_path / "wave.csv", instruments=[sites])
    known = check(study, [sites], table).multiple[0]
    assert (known.question, known.options, known.columns) == (
        "Which sites?", ("Facebook", "YouTube", "Xing"), ("Q1",)
    )  # fmt: skip


def test_an_export_without_times_and_without_trouble_says_so(tmp_path: Path) -> None:
    export = tmp_path / "calm.csv"
    export.write_text('"How old are you, in years?"\n30\n31\n', encoding="utf-8")
    told = printed(check(read_survey(export)))
    for sentence in (
        "  Every column answers a question or is metadata of the tool.\n",
        "Cells that were not plain answers: 0\n  Every cell was a plain answer or empty.\n",
        "  The export has no times of a day to add up.\n",
        "Columns with personal data: 0\n  No column was found to hold personal data.\n",
    ):
        assert sentence in told


GERMAN = ["Stimme gar nicht zu", "Stimme nicht zu", "Weder noch", "Stimme zu", "Stimme voll zu"]
ENGLISH = ["Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree"]
ADVICE = (
    "How I am with other people: 24 of 100 answers are none of the options, most often “Stimme zu”. If they are the "
    "same answers in other words or in another language, add them in shyness.toml, section [responses.agreement], "
    'beside the code they mean: aliases = ["Stimme zu"], or a label in that language. For a questionnaire of the '
    "package, put a copy of its file with the line replaces = true into the folder instruments of the study."
)


def shyness_export(folder: Path, german: int, others: str = "Agree") -> Path:
    """Ten items, ten respondents: so many of the answers in German, then one column of others."""
    cells = ["Stimme zu" if place % 2 else GERMAN[place % 5] for place in range(german)]
    cells += [ENGLISH[place % 5] for place in range(100 - german)]
    rows = [
        [f"shyness_{item:02}" for item in range(1, 11)],
        *(cells[place : place + 10] for place in range(0, 100, 10)),
    ]
    if others != "Agree":
        rows[1:] = [[*row[:9], others] for row in rows[1:]]
    file = folder / "export.csv"
    file.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    return file


def test_answers_in_another_language_are_told_where_to_add_them(tmp_path: Path) -> None:
    found = check(read_survey(shyness_export(tmp_path, 24)))
    assert [str(advice) for advice in found.unread] == [ADVICE]
    assert " ".join(ADVICE.split()) in " ".join(printed(found).split())
    (tmp_path / "instruments").mkdir()
    (tmp_path / "plan.toml").write_text('[data]\nfile = "export.csv"\n', encoding="utf-8")
    own = (bundled_instruments() / "shyness.toml").read_text(encoding="utf-8")
    for code, label in enumerate(GERMAN, start=1):
        own = re.sub(rf"(code = {code}, label = {{ en = [^}}]*) }}", rf'\1, de = "{label}" }}', own)
    (tmp_path / "instruments" / "shyness.toml").write_text(f"replaces = true\n{own}", encoding="utf-8")
    followed = check(read_survey(tmp_path))
    assert (followed.unread, len(followed.problems)) == ((), 0)


def test_few_such_answers_and_codes_that_are_no_option_get_no_advice(tmp_path: Path) -> None:
    assert check(read_survey(shyness_export(tmp_path, 19))).unread == ()
    found = check(read_survey(shyness_export(tmp_path, 19, others="77")))
    assert found.rules["cells"].sum() > 20
    assert found.unread == ()


def test_a_scale_that_was_not_scored_is_told(tmp_path: Path) -> None:
    export = tmp_path / "short.csv"
    export.write_text("shyness_01,shyness_02\n1,2\n3,4\n", encoding="utf-8")
    told = " ".join(printed(check(read_survey(export))).split())
    assert "The scale shyness was not scored: the export lacks shyness_03, shyness_04," in told


def test_long_lists_are_cut_and_say_so(tmp_path: Path) -> None:
    export = tmp_path / "wide.csv"
    strange = ",".join(f"strange {number}" for number in range(25))
    export.write_text(f"age,{strange}\n30,{','.join('1' * 25)}\n", encoding="utf-8")
    told = printed(check(read_survey(export)))
    assert "  20 of 25 are shown; --to xlsx has all of them.\n" in told


def test_made_frames_can_be_checked(study) -> None:
    """A study that was not read from a sheet has no rows: the number of the respondent stands for it."""
    found = check(study)
    assert found.flagged["row"].tolist() == found.flagged["respondent"].tolist() == [1, 2, 3]
