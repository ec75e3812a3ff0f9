"""`results.csv`: all numbers, full precision, safe in a spreadsheet."""

import csv

import pandas as pd
import pytest

from survey_stats.reporting.results_csv import long_tables, spreadsheet_safe, write_results
from survey_stats.results import LONG_COLUMNS


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_columns_precision_and_byte_order_mark(section, correlations, tmp_path):
    path = tmp_path / "results.csv"
    write_results(long_tables([section]).frame, path)
    rows = read(path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert tuple(rows[0]) == LONG_COLUMNS
    assert [float(row["value"]) for row in rows if row["statistic"] == "p_value" and row["value"]] == list(
        correlations.table["p_value"].dropna()
    )
    assert {row["status"] for row in rows} == {"exploratory"}


def test_ids_are_unique_and_each_table_knows_its_own(section):
    long = long_tables([section])
    assert long.frame["id"].is_unique
    first = long.ids["shyness_posting", 1][0]
    assert first["estimate"] == "shyness_posting.correlations.shyness_active_use.pearson.estimate"
    assert sorted(one for rows in long.ids.values() for row in rows for one in row.values()) == sorted(long.frame["id"])


def test_ids_follow_their_rows_when_two_rows_share_a_name(section, correlations):
    same = type(correlations)(method="pearson", table=pd.concat([correlations.table.iloc[[0, 0]]]))
    long = long_tables([type(section)("a", "a.title", (type(section.tables[0])("t", same),))])
    assert [row["estimate"] for row in long.ids["a", 0]] == [
        "a.t.shyness_active_use.pearson.estimate", "a.t.shyness_active_use.pearson.estimate.2",
    ]  # fmt: skip


def test_simulated_answers_are_labelled_in_every_row(section):
    warnings = long_tables([section], simulated=True).frame["warning"]
    assert set(warnings) == {"simulated answers", "simulated answers; Ties in 41% of the values."}


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"), ("+49", "'+49"), ("-x", "'-x"), ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"), ("\x00=1", "'=1"),
        ("plain", "plain"), ("", ""), (-0.25, -0.25), ("−.25", "−.25"),
    ],
)  # fmt: skip
def test_text_never_becomes_a_formula(cell, written):
    assert spreadsheet_safe(cell) == written


def test_hostile_text_stays_one_cell(section, hostile, tmp_path):
    frame = long_tables([section]).frame.assign(variables='=a,"b"\r\n' + hostile)
    write_results(frame, tmp_path / "r.csv")
    rows = read(tmp_path / "r.csv")
    assert len(rows) == len(frame)
    assert rows[0]["variables"].startswith('\'=a,"b" <script>')
