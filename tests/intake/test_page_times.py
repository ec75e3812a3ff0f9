"""Times by page, and ids that repeat, as survey tools write them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import CallError
from survey_stats.intake.page_times import page_seconds
from survey_stats.intake.repeated_ids import repeated_ids
from survey_stats.intake.table import Column, ExportTable

INDEX = pd.RangeIndex(1, 4)


def table(*columns: Column) -> ExportTable:
    return ExportTable(tool="table", columns=columns, row_numbers=[2, 3, 4], header_rows=1)


@pytest.mark.parametrize(
    ("code", "text"),
    [("TIME001", "TIME001"), ("groupTime12", "groupTime12"), ("q", "Group time: About you"),
     ("Q3_Page Submit", "Timing - Page Submit"), ("Q3_3", "Timing - Page Submit")],
)  # fmt: skip
def test_page_times_of_survey_tools(code: str, text: str) -> None:
    found = page_seconds(table(Column(code, text, [12.5, "7", ""], 0)), INDEX)
    assert found is not None
    np.testing.assert_array_equal(found[code], [12.5, 7, np.nan])


def test_other_columns_are_no_page_times() -> None:
    others = [
        Column(name, name, [1, 2, 3], at) for at, name in enumerate(("TIME_SUM", "Q3_First Click", "time_weekday"))
    ]
    assert page_seconds(table(*others), INDEX) is None


def test_nothing_and_words_are_no_time() -> None:
    found = page_seconds(table(Column("TIME001", "", [0, "fast", -3], 0)), INDEX)
    assert found is not None
    assert found["TIME001"].isna().all()


def test_an_id_repeats_whatever_its_case_and_a_blank_is_no_id() -> None:
    ids = Column("Code", "Your code", ["Ab 1", "ab 1 ", ""], 0)
    assert list(repeated_ids(table(ids), "Code", INDEX)) == [False, True, False]
    assert list(repeated_ids(table(ids), "Your code", INDEX)) == [False, True, False]
    blank = Column("Code", "Your code", ["", "", "x"], 0)
    assert not repeated_ids(table(blank), "Code", INDEX).any()


def test_the_ids_of_the_tool_are_used_where_the_plan_names_none() -> None:
    own = Column("ResponseId", "Response ID", ["R_1", "R_2", "R_1"], 0, role="response_id")
    assert list(repeated_ids(table(own), None, INDEX)) == [False, False, True]
    assert repeated_ids(table(Column("a", "a", [1, 1, 1], 0)), None, INDEX) is None
    with pytest.raises(CallError) as raised:
        repeated_ids(table(own), "Code", INDEX)
    assert str(raised.value) == (
        "plan: exclusions: respondent_id: the export has no column 'Code'. Allowed: ResponseId."
    )
