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
    # file below shared/: tool, header rows, answers, dropped, columns (those of SPSS, Stata, REDCap and Kobo elsewhere)
    "exports/qualtrics/digex-survey-responses-raw.xlsx": ("qualtrics", 2, 499, {}, 55),
    "exports/qualtrics/qualtrics_like_3header.xlsx": ("qualtrics", 3, 1, {"preview": 1}, 16),
    "exports/qualtrics/qualtRics_sample_3header.csv": ("qualtrics", 3, 1, {}, 20),
    "exports/qualtrics/qualtRics_sample_legacy_2header.csv": ("qualtrics", 2, 1, {}, 15),
    "exports/qualtrics/Many_Question_Types_Insights.csv": ("qualtrics", 3, 0, {"preview": 5}, 190),
    "exports/qualtrics/Many_Question_Types_Legacy.csv": ("qualtrics", 2, 0, {"preview": 5}, 189),
    "exports/qualtrics/Multiple_Answer_Matrix_Questions_Insights.csv": ("qualtrics", 3, 0, {"preview": 5}, 75),
    "exports/qualtrics/SidebySide_Insights.csv": ("qualtrics", 3, 0, {"preview": 25}, 71),
    "exports/qualtrics/Single_Answer_Matrix_Questions_Legacy.csv": ("qualtrics", 2, 0, {"preview": 5}, 29),
    "data/mqp_qualtrics/MQPResponsesA.csv": ("qualtrics", 3, 203, {"empty": 17}, 73),
    "data/mqp_qualtrics/MQPResponsesC.csv": ("qualtrics", 3, 203, {"empty": 17}, 85),
    "data/mqp_qualtrics/MQPResponsesD.csv": ("qualtrics", 3, 204, {"empty": 17}, 97),
    "data/mqp_qualtrics/MQPResponsesS.csv": ("qualtrics", 3, 173, {"empty": 48}, 60),
    "data/mqp_qualtrics/MQPCleanData.csv": ("table", 1, 312, {}, 7),
    "exports/google_forms/dask_2019.csv.gz": ("google_forms", 1, 259, {}, 24),
    "exports/google_forms/dask_2021.csv.gz": ("google_forms", 1, 247, {}, 43),
    "exports/google_forms/jupyter_education_2016.csv": ("google_forms", 1, 125, {}, 25),
    "exports/google_forms/otel-docs-usability-survey.csv": ("google_forms", 1, 48, {}, 35),
    "exports/ms_forms/msforms_like.xlsx": ("ms_forms", 1, 2, {}, 10),
    "exports/surveymonkey/surveymonkey_like.xlsx": ("surveymonkey", 2, 2, {}, 17),
    "exports/surveymonkey/comma-survey.csv": ("surveymonkey", 1, 1129, {}, 13),
    "exports/surveymonkey/flying-etiquette.csv": ("surveymonkey", 1, 1040, {}, 27),
    "exports/surveymonkey/NFL_fandom_data-surveymonkey.csv": ("table", 1, 34, {}, 25),
    "data/starwars_538/star-wars-survey_StarWars.csv": ("surveymonkey", 2, 1186, {}, 38),
    "exports/limesurvey/rse_2017_de_public_data.csv": ("limesurvey", 1, 325, {}, 248),
    "exports/alchemer/20160115235816-SurveyExport.csv": ("alchemer", 1, 1706, {}, 38),
    "exports/excel_duration_cells.xlsx": ("table", 1, 24, {}, 2),
    "data/atus/us_time_survey_published_benchmark.csv": ("table", 1, 11, {}, 9),
    "data/es_twitter/data.csv": ("table", 1, 6218, {}, 134),
    "data/metadat/dat.cohen1981.csv": ("table", 1, 20, {}, 5),
    "data/metadat/dat.mcdaniel1994.csv": ("table", 1, 160, {}, 5),
    "data/metadat/dat.molloy2014.csv": ("table", 1, 16, {}, 10),
    "data/psych_r/bfi.adjectives.dictionary.csv": ("table", 1, 100, {}, 3),
    "data/psych_r/bfi.csv": ("table", 1, 2800, {}, 29),
    "data/psych_r/bfi.dictionary.csv": ("table", 1, 28, {}, 8),
    "data/psych_r/big5.100.adjectives.csv": ("table", 1, 554, {}, 103),
    "data/psych_r/epi.bfi.csv": ("table", 1, 231, {}, 14),
    "data/screen_umbrella/Effects.csv": ("table", 1, 910, {}, 24),
    "data/screen_umbrella/Reviews.csv": ("table", 1, 217, {}, 26),
    "data/screen_umbrella/Studies.csv": ("table", 1, 6022, {}, 20),
    "data/screen_umbrella/Supplementary File 6 - Complete Effects Data.csv": ("table", 1, 451, {}, 32),
    "data/survey_r/apiclus1.csv": ("table", 1, 183, {}, 39),
    "data/survey_r/apiclus2.csv": ("table", 1, 126, {}, 40),
    "data/survey_r/apipop.csv": ("table", 1, 6194, {}, 37),
    "data/survey_r/apisrs.csv": ("table", 1, 200, {}, 39),
    "data/survey_r/apistrat.csv": ("table", 1, 200, {}, 39),
    "data/survey_r/nhanes.csv": ("table", 1, 8591, {}, 7),
    "data/webtrackr/domain_list.csv": ("table", 1, 663, {}, 2),
    "data/webtrackr/testdt_tracking.csv.gz": ("table", 1, 49612, {}, 5),
}
TESTED_ELSEWHERE = {"redcap", "kobo"}
GRIDS = {".csv", ".gz", ".xlsx", ".xls"}


def test_no_file_is_left_out(shared: Path) -> None:
    files = [path for folder in ("exports", "data") for path in (shared / folder).rglob("*") if path.suffix in GRIDS]
    names = {path.relative_to(shared).as_posix() for path in files if path.parent.name not in TESTED_ELSEWHERE}
    assert names == REAL.keys()


@pytest.mark.parametrize(("name", "expected"), REAL.items(), ids=REAL)
def test_real_exports_are_recognised(shared: Path, name: str, expected: tuple[object, ...]) -> None:
    table = recognise(read_grid(shared / name))
    found = (table.tool, table.header_rows, len(table.row_numbers), Counter(table.dropped.values()), len(table.columns))
    assert found == expected


def test_platforms_are_modules_named_by_their_tool() -> None:
    names = [getattr(platform, "__name__", "").rpartition(".")[2] for platform in PLATFORMS]
    assert [platform.TOOL for platform in PLATFORMS] == names
    assert len({platform.TITLE for platform in PLATFORMS}) == len(names)
    assert names[-1] == "table"


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


OWN_NAMES = (
    ["Respondent ID", "Collector ID", "Start Date", "How?", "", "How? - X", "How? - Y", "<b>Why</b>"],
    ["ID", "Start time", "Completion time", "Email", "Name", "How?", "Points - How?"],
    ["id", "submitdate", "lastpage", "seed", "Q1[SQ001]", "Q1[SQ002]", "Q1[other]", "Q1Time", "Q1[SQ001]. How? [X]"],
    ["Response ID", "Date submitted", "Last page", "How? [X]", "How? [Y][1]"],
    ["CASE", "MODE", "QUESTNNR", "STARTED", "FINISHED", "AB01", "AB01_01", "AB01_02"],
    ["Response ID", "Time Started", "Date Submitted", "Status", "X:How?", "Y:How?", "Country"],
)
SIGNS = st.sampled_from(["Response", "Open-Ended Response", "X", "1", "2", "-9", "interview", "admin", "3/4/2026 1:05"])


@st.composite
def exports(draw: st.DrawFn) -> Grid:
    """A grid with a header row of names of one tool, and any cells below."""
    names = draw(st.lists(st.sampled_from(draw(st.sampled_from(OWN_NAMES))), min_size=1, max_size=9))
    row = st.lists(st.one_of(st.just(""), SIGNS, CELLS), min_size=len(names), max_size=len(names))
    return Grid("a.xlsx", [[*names], *draw(st.lists(row, max_size=6))])


@given(exports())
def test_every_row_is_accounted_for_whatever_the_tool(grid: Grid) -> None:
    if not any(any(cell != "" for cell in row) for row in grid.rows):
        return
    table = recognise(grid)
    numbers = [*range(1, table.header_rows + 1), *table.row_numbers, *table.dropped]
    assert sorted(numbers) == list(range(1, len(grid.rows) + 1))
    codes = [column.code for column in table.columns]
    assert len(set(codes)) == len(codes)
    assert all(code.strip() and column.text.strip() for code, column in zip(codes, table.columns, strict=True))
    assert all(len(column.cells) == len(table.row_numbers) for column in table.columns)
    assert all(column.part for column in table.columns if column.stem)


def test_moments_of_other_kinds_do_not_break_the_header() -> None:
    grid = Grid("a.xlsx", [[2024.0, dt.date(2025, 2, 3), dt.time(1, 30), True], [1.0, 2.0, 3.0, 4.0]])
    assert [column.code for column in recognise(grid).columns] == ["2024", "2025-02-03", "01:30:00", "True"]
