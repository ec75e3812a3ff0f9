"""Any grid of cells goes in: only our own errors come out, and every cell is kept, missing or dropped with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pandas as pd
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from survey_stats import read_survey
from survey_stats.errors import CallError, SurveyError
from survey_stats.instrument import Instrument
from survey_stats.intake import opening
from survey_stats.intake.answers import REASONS
from survey_stats.intake.table import Cell, Grid
from survey_stats.plan import Plan
from survey_stats.reading import UnmatchedError
from survey_stats.study import Provenance, Study

OFTEN = {"options": [{"code": code, "label": {"en": label, "de": german}} for code, label, german in
                     ((1, "Never", "Nie"), (2, "Sometimes", "Manchmal"), (3, "Often", "Oft"))],
         "missing": [{"code": -8, "label": {"en": "Don't know"}, "reason": "dont_know"},
                     {"code": -9, "label": {"en": "Rather not"}, "reason": "refused"}]}  # fmt: skip
SITES = {"options": [{"code": code, "label": {"en": label}} for code, label in
                     ((1, "News, print"), (2, "Music"), (3, "None of these"), (4, "Other"))],
         "exclusive": [3], "open_option": 4}  # fmt: skip
INSTRUMENT = Instrument.model_validate({
    "id": "all", "version": "1", "kind": "original", "title": {"en": "All"},
    "responses": {
        "often": {"kind": "single", **OFTEN}, "sites": {"kind": "multiple", **SITES},
        "count": {"kind": "number", "minimum": 0, "maximum": 100, "integer": True},
        "time": {"kind": "duration", "unit": "hours", "per": "day", "maximum": 1440}, "open": {"kind": "text"},
        "own": {"kind": "single", "options": OFTEN["options"], "open_option": 3},
    },
    "items": [
        {"id": "uses", "text": {"en": "How often do you post?"}, "responses": "often"},
        {"id": "where", "text": {"en": "Which sites?"}, "responses": "sites",
         "relevant_if": {"item": "uses", "answers": [2, 3]}},
        {"id": "friends", "text": {"en": "How many friends?"}, "responses": "count"},
        {"id": "spent", "text": {"en": "How long a day?"}, "responses": "time"},
        {"id": "remark", "text": {"en": "Anything else?"}, "responses": "open"},
        {"id": "mood", "text": {"en": "How are you?"}, "responses": "own"},
    ],
    "source": {"citation": "made for this test", "licence": "none"},
})  # fmt: skip
HEADERS = st.sampled_from([
    "uses", "How often do you post?", "where", "where.1", "where___2", "Which sites? [Music]", "Which sites?",
    "friends", "How many friends?", "spent", "How long a day?", "remark", "mood", "E-mail", "Name",
    "ResponseId", "StartDate",
    "Status", "Finished", "Timestamp", "ID", "weight", "something else", "", "a [b]", "SIMULATED",
])  # fmt: skip
WORDS = st.sampled_from([
    "", "", " ", "Never", "often", "2", "3 - Often", "Oft", "-8", "Rather not", "Music", "News, print,Music", "1;2",
    "None of these, Music", "Other: Xing", "1", "0", "Selected", "12", "1,5", "101", "abc", "2 hours", "1:30", "2-3 h",
    "25 hours", "a week", "#DIV/0!", "=A1", "-99", "anna@uio.no", "Anna Geheim", "192.168.1.20", "Survey Preview",
    "TRUE", "N/A", "nan", "inf", "\u200b", "۲ ساعت", "२ घंटे", "\x00", "٣", "1e400", "2026-03-02 10:00:00",
])  # fmt: skip
CELLS: st.SearchStrategy[Cell] = st.one_of(
    WORDS, WORDS, st.text(max_size=6), st.floats(), st.booleans(), st.integers(-10, 10), st.integers(), st.datetimes(),
    st.dates(), st.times(), st.timedeltas(),
)  # fmt: skip


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """A header of names that match, repeat, are personal, belong to a tool or to nothing, above any cells."""
    width = draw(st.integers(1, 7))
    header = draw(st.lists(HEADERS, min_size=width, max_size=width))
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=7))
    return Grid("a.xlsx", [[*header], *rows])


def read(grid: Grid) -> Study:
    with patch.object(opening, "read_grid", return_value=grid):
        return read_survey("a.xlsx", instruments=[INSTRUMENT])


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The file is looked at before it is read, to see whether it is a labelled one."""
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(tmp_path_factory.mktemp("grids"))
        Path("a.xlsx").write_bytes(b"")
        yield


@settings(max_examples=150, deadline=None)
@given(grids())
def test_every_cell_is_kept_missing_or_dropped_with_a_reason(grid: Grid) -> None:
    try:
        study = read(grid)
    except UnmatchedError as error:
        event("nothing matches")
        columns_are_accounted_for(grid, error.origin)
        return
    except SurveyError:
        event("refused")
        return
    event("read")
    columns_are_accounted_for(grid, study.provenance)
    cells_of_items_are_accounted_for(study)


def columns_are_accounted_for(grid: Grid, origin: Provenance) -> None:
    """Rows: header, dropped with a reason, kept. Columns: listed with what became of them, left out, or empty."""
    assert origin.header_rows + sum(origin.rows_dropped.values()) + origin.rows_kept == len(grid.rows)
    assert set(origin.rows_dropped) <= {"preview", "empty", "header_repeated"}
    columns = origin.columns
    assert set(columns["how"]) <= {"code", "text", "plan", "paradata", "repeated", "unmatched"}
    assert (columns["cells"] == origin.rows_kept).all()
    made = sum(column.startswith("finished") for column in columns["column"])  # some tools get a column of our own
    width = len(grid.rows[0])
    blank = sum(all(not str(row[place]).strip() for row in grid.rows) for place in range(width))
    assert width - blank <= len(columns) + len(origin.left_out) <= width + made


def cells_of_items_are_accounted_for(study: Study) -> None:
    columns = study.provenance.columns
    matched = columns[columns["item"] != ""]
    counts = matched[["kept", "missing", "failed"]]
    assert (counts.sum(axis=1) == matched["cells"]).all()
    assert study.missing.shape == study.answers.shape
    for name in study.answers:
        reasons, values = study.missing[name], study.answers[name]
        assert set(reasons) <= set(REASONS)
        assert (values.notna() == (reasons == "answered")).all(), name
    failed = study.problems[study.problems["state"] == "failed"]
    own = failed[failed["action"] == "missing"]
    assert len(own) == matched["failed"].sum()
    assert (own["rule"] != "").all()
    assert set(own["row"]) <= set(study.paradata["row"])
    for column, item in zip(matched["column"], matched["item"], strict=True):
        name = next((one for one in study.answers if one == item), None)
        if name is not None and (matched["item"] == item).sum() == 1:
            people = study.missing.index[study.missing[name] == "failed"]
            assert sorted(own.loc[own["column"] == column, "respondent"]) == list(people)


def test_the_account_notices_a_cell_that_vanished() -> None:
    """The test above can fail: a study from which an answer was lost does not pass."""
    study = read(Grid("a.xlsx", [["uses", "friends"], ["Often", 3.0], ["Never", "many"]]))
    cells_of_items_are_accounted_for(study)
    study.answers.loc[1, "uses"] = float("nan")
    with pytest.raises(AssertionError):
        cells_of_items_are_accounted_for(study)


def test_nothing_is_lost_between_the_grid_and_the_answers() -> None:
    grid = Grid(
        "a.xlsx", [["uses", "friends", "spent"], ["Often", 3.0, "2 h"], ["", "many", ""], ["Rather not", "", "1:30"]]
    )
    study = read(grid)
    expected = pd.DataFrame({"uses": ["answered", "blank", "refused"], "friends": ["answered", "failed", "blank"],
                             "spent": ["answered", "blank", "answered"]})  # fmt: skip
    assert study.missing.astype("str").reset_index(drop=True).equals(expected.astype("str"))


TWO_WAYS = {
    "as a whole first": (["where", "where.1", "where.2"], [["Music", "0", "1"], ["Music", "1", ""], ["", "", ""]],
                         [(3, "where.1", "1")]),
    "by options first": (["where.1", "where.2", "where"], [["0", "1", "Music"], ["1", "", "Music"], ["", "", ""]],
                         [(3, "where", "Music")]),
}  # fmt: skip


@pytest.mark.parametrize(("header", "rows", "differ"), TWO_WAYS.values(), ids=TWO_WAYS)
def test_a_multiple_choice_given_as_a_whole_and_by_its_options_is_read_once_and_compared(
    header: list[str], rows: list[list[Cell]], differ: list[tuple[int, str, str]]
) -> None:
    study = read(Grid("a.xlsx", [[*header], *rows, ["", "", "x"]]))
    how = study.provenance.columns.set_index("column")["how"]
    assert how[header[0]] == "code"
    assert how[header[2]] == "repeated"
    told = study.problems[study.problems["rule"] == "repeated_column"]
    assert [*told[["row", "column", "cell"]].itertuples(index=False, name=None)][: len(differ)] == differ
    assert set(told["action"]) == {"dropped"}


def test_a_plan_that_gives_a_multiple_choice_in_both_ways_is_refused() -> None:
    grid = Grid("a.xlsx", [["a", "b"], ["Music", "1"]])
    plan = Plan(columns={"where": "a", "where.2": "b"})
    with patch.object(opening, "read_grid", return_value=grid), pytest.raises(CallError) as caught:
        read_survey("a.xlsx", instruments=[INSTRUMENT], plan=plan)
    assert str(caught.value) == (
        "plan: columns: where is given as a whole and by its options (where.2). Leave out the line of where, or the "
        "lines of its options."
    )
