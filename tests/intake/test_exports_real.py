"""What is found in every file of ../shared/exports: tool, header rows, questions, answers, multiple choices, metadata,
rows left out. `exports.toml` says it file by file; it was compared with the files by eye.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from survey_stats.errors import InputError
from survey_stats.intake.multiple_choices import multiple_choices
from survey_stats.intake.opening import open_export
from survey_stats.intake.privacy import screen

EXPECTED = tomllib.loads(Path(__file__).with_name("exports.toml").read_text(encoding="utf-8"))
QUALTRICS = "the definition of a Qualtrics survey, which holds questions and no answers"
LIMESURVEY = "the definition of a LimeSurvey survey, which holds questions and no answers"
DEFINITIONS = {
    "limesurvey/citric_answers.lss": LIMESURVEY, "limesurvey/citric_survey.lss": LIMESURVEY,
    "limesurvey/free_text.lsq": LIMESURVEY, "limesurvey/survey-one-question-two-languages.lss": LIMESURVEY,
    "qualtrics/Many_Question_Types.qsf": QUALTRICS, "qualtrics/Multiple_Answer_Matrix_Questions.qsf": QUALTRICS,
    "qualtrics/Side-by-Side_Questions.qsf": QUALTRICS, "qualtrics/Single_Answer_Matrix_Questions.qsf": QUALTRICS,
}  # fmt: skip

pytestmark = pytest.mark.shared


def found_in(path: Path) -> dict[str, Any]:
    """The facts of one export; columns by the first 40 characters of their code."""
    table = open_export(path).table
    screened = screen(table)
    told = {
        "tool": table.tool,
        "header_rows": table.header_rows,
        "answers": len(table.row_numbers),
        "questions": sum(column.role is None for column in screened.table.columns),
        "multiple": {one.columns[0][:40]: len(one.options) for one in multiple_choices(screened.table, {}, (), "en")},
        "metadata": {column.code[:40]: column.role for column in screened.table.columns if column.role is not None},
        "left_out": {code[:40]: kind for code, kind in screened.left_out.items()},
        "dropped": dict(Counter(table.dropped.values())),
    }
    return {key: value for key, value in told.items() if value != {}}


@pytest.mark.parametrize("name", EXPECTED)
def test_what_is_found_in_an_export(shared: Path, name: str) -> None:
    assert found_in(shared / "exports" / name) == EXPECTED[name]


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_definition_is_refused_as_what_it_is(shared: Path, name: str) -> None:
    path = shared / "exports" / name
    with pytest.raises(InputError) as caught:
        open_export(path)
    assert str(caught.value).startswith(f"{path.name} is {DEFINITIONS[name]}, not a spreadsheet. Give the export as ")


def test_no_export_is_left_out(shared: Path) -> None:
    files = {path.relative_to(shared / "exports").as_posix() for path in (shared / "exports").rglob("*")
             if path.is_file() and path.suffix != ".md"}  # fmt: skip
    assert files == EXPECTED.keys() | DEFINITIONS.keys()
