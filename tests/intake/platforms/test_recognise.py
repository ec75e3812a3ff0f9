"""Which tool wrote a grid, and that every row of it is accounted for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_stats.errors import InputError
from survey_stats.intake.files import read_grid
from survey_stats.intake.platforms import PLATFORMS, recognise
from survey_stats.intake.platforms.layout import is_blank
from survey_stats.intake.table import Grid

REAL = {
    # file below shared/: tool, header rows, answers, dropped, columns
    "exports/qualtrics/digex-survey-responses-raw.xlsx": ("qualtrics", 2, 499, {}, 55),
    "exports/qualtrics/qualtrics_like_3header.xlsx": ("qualtrics", 3, 1, {"preview": 1}, 16),
    "exports/qualtrics/qualtRics_sample_3header.csv": ("qualtrics", 3, 1, {}, 20),
    "exports/qualtrics/qualtRics_sample_legacy_2header.csv": ("qualtrics", 2, 1, {}, 15),
    "exports/qualtrics/Many_Question_Types_Insights.csv": ("qualtrics", 3, 0, {"preview": 5}, 190),
    "exports/qualtrics/Many_Question_Types_Legacy.csv": ("qualtrics", 2, 0, {"preview": 5}, 189),
    "exports/qualtrics/SidebySide_Insights.csv": ("qualtrics", 3, 0, {"preview": 25}, 71),
    "data/mqp_qualtrics/MQPResponsesA.csv": ("qualtrics", 3, 203, {"empty": 17}, 73),
    "data/mqp_qualtrics/MQPResponsesC.csv": ("qualtrics", 3, 203, {"empty": 17}, 85),
    "data/mqp_qualtrics/MQPResponsesD.csv": ("qualtrics", 3, 204, {"empty": 17}, 97),
    "data/mqp_qualtrics/MQPResponsesS.csv": ("qualtrics", 3, 173, {"empty": 48}, 60),
    "data/mqp_qualtrics/MQPCleanData.csv": ("table", 1, 312, {}, 7),
    "exports/google_forms/dask_2019.csv.gz": ("google_forms", 1, 259, {}, 24),
    "exports/google_forms/dask_2021.csv.gz": ("google_forms", 1, 247, {}, 43),
    "exports/google_forms/jupyter_education_2016.csv": ("google_forms", 1, 125, {}, 25),
    "exports/google_forms/otel-docs-usability-survey.csv": ("google_forms", 1, 48, {}, 35),
    "exports/ms_forms/msforms_like.xlsx": ("table", 1, 2, {}, 10),
    "exports/surveymonkey/surveymonkey_like.xlsx": ("table", 1, 3, {}, 17),
    "data/starwars_538/star-wars-survey_StarWars.csv": ("table", 1, 1187, {}, 38),
    "exports/limesurvey/rse_2017_de_public_data.csv": ("table", 1, 325, {}, 248),
    "exports/kobo/formpack_grouped_translated_names_both.xlsx": ("table", 1, 3, {}, 19),
    "exports/redcap/survey_data.csv": ("table", 1, 2, {}, 33),
    "exports/alchemer/20160115235816-SurveyExport.csv": ("table", 1, 1706, {}, 37),
    "data/es_twitter/data.csv": ("table", 1, 6218, {}, 134),
    "exports/excel_duration_cells.xlsx": ("table", 1, 24, {}, 2),
}


@pytest.mark.parametrize(("name", "expected"), REAL.items(), ids=REAL)
def test_real_exports_are_recognised(shared: Path, name: str, expected: tuple[object, ...]) -> None:
    table = recognise(read_grid(shared / name))
    found = (table.tool, table.header_rows, len(table.row_numbers), Counter(table.dropped.values()), len(table.columns))
    assert found == expected


def test_platforms_are_modules_with_the_same_names() -> None:
    assert [(platform.TOOL, platform.TITLE) for platform in PLATFORMS] == [
        ("qualtrics", "Qualtrics"), ("google_forms", "Google Forms"), ("table", "Table"),
    ]  # fmt: skip


def test_a_grid_without_a_filled_cell_is_refused() -> None:
    with pytest.raises(InputError, match=r"^a\.csv has no filled cell\. Check that the right file was exported\.$"):
        recognise(Grid("a.csv", [["", ""]]))


CELLS = st.one_of(
    st.sampled_from(
        ["", "", " ", "Timestamp", "StartDate", "RecordedDate", "Status", '{"ImportId":"QID1"}', "V1", "1"]
    ),
    st.sampled_from(
        ["Zeitstempel", "How do you feel today?", "SIMULATED", "TRUE", "ResponseID", "ResponseSet", "2", "a"]
    ),
    st.text(max_size=8),
    st.floats(),
    st.booleans(),
    st.integers(-9, 9),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    width = draw(st.integers(1, 5))
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8))
    return Grid("a.xlsx", rows, sheet=draw(st.sampled_from([None, "Sheet1", "Form Responses 1"])))


def _same(kept: object, found: object) -> bool:
    """Equal, and a truth value only where one was found: a column keeps each distinct cell once."""
    return (kept is found or kept == found) and isinstance(kept, bool) == isinstance(found, bool)


@given(grids())
def test_every_row_and_every_answer_is_accounted_for(grid: Grid) -> None:
    try:
        table = recognise(grid)
    except InputError:
        assert all(row == [""] * len(row) for row in grid.rows)
        return
    numbers = [*range(1, table.header_rows + 1), *table.row_numbers, *table.dropped]
    assert sorted(numbers) == list(range(1, len(grid.rows) + 1))
    assert set(table.dropped.values()) <= {"preview", "empty", "header_repeated"}
    assert all(is_blank(grid.rows[row - 1]) for row, reason in table.dropped.items() if reason == "empty")
    codes = [column.code for column in table.columns]
    assert len(set(codes)) == len(codes)
    for column in table.columns:
        assert column.code.strip()
        assert column.text.strip()
        assert all(
            _same(cell, grid.rows[row - 1][column.position])
            for cell, row in zip(column.cells, table.row_numbers, strict=True)
        )
    shown = {column.position for column in table.columns}
    answers = [grid.rows[row - 1] for row in table.row_numbers]
    for position in set(range(len(grid.rows[0]))) - shown:
        assert is_blank([row[position] for row in answers])


def test_moments_of_other_kinds_do_not_break_the_header() -> None:
    grid = Grid("a.xlsx", [[2024.0, dt.date(2025, 2, 3), dt.time(1, 30), True], [1.0, 2.0, 3.0, 4.0]])
    assert [column.code for column in recognise(grid).columns] == ["2024", "2025-02-03", "01:30:00", "True"]
