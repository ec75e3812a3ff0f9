"""Excel, CSV and Parquet."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from survey_stats.errors import InputError
from survey_stats.saving import save_scores, worksheets
from survey_stats.study import Study

REASONS = [None, None, None, "not_asked", "refused", "dont_know", "not_applicable", "not_seen", "other", "failed"]


def read_sheet(file: Path) -> pd.DataFrame:
    heading, *rows = openpyxl.load_workbook(file)["Data"].iter_rows(values_only=True)
    return pd.DataFrame(rows, columns=heading)


def test_excel_holds_the_data_and_the_codebook(made: Study, folder: Path) -> None:
    save_scores(made, folder / "scores.xlsx")
    book = openpyxl.load_workbook(folder / "scores.xlsx")
    assert book.sheetnames == ["Data", "Codebook"]
    heading, *rows = [list(row) for row in book["Data"].iter_rows(values_only=True)]
    assert heading[:4] == ["respondent", "agree_1", "agree_1_missing", heading[3]]
    assert [row[1] for row in rows] == [1, 3, *[None] * 8]
    assert [row[2] for row in rows] == REASONS
    assert book["Data"].freeze_panes == "A2"
    assert book["Data"].auto_filter.ref.startswith("A1:")
    assert [cell.value for cell in book["Codebook"][1]][:3] == ["name", "id", "label"]
    assert book["Codebook"].max_row == len(heading) + 1


def test_no_text_is_a_formula_in_excel(hostile: Study, folder: Path, texts: tuple[str, ...]) -> None:
    save_scores(hostile, folder / "scores.xlsx")
    page = openpyxl.load_workbook(folder / "scores.xlsx")["Data"]
    column = next(cell.column for cell in page[1] if cell.value == "note")
    cells = [page.cell(row, column) for row in range(2, 12)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert cells[0].quotePrefix
    assert [cell.value for cell in cells][:4] == [*texts[:2], "⟨U+202E⟩gnp.exe", "nul␀bel␇"]
    assert cells[4].value == "x" * 32_766 + "…"
    assert [cell.value for cell in cells][5:] == list(texts[5:])


def test_csv_is_safe_to_open_and_whole_numbers_stay_whole(hostile: Study, folder: Path) -> None:
    save_scores(hostile, folder / "scores.csv")
    written = (folder / "scores.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    frame = pd.read_csv(folder / "scores.csv", dtype=str, keep_default_na=False)
    assert frame["note"].tolist()[:4] == [
        "'=cmd|' /C calc'!A0", "<script>alert(1)</script>", "⟨U+202E⟩gnp.exe", "nul␀bel␇",
    ]  # fmt: skip
    assert frame["note"].tolist()[5:] == ["'+49 30", "'@SUM(A1)", "'-1", "#N/A", "سلام\u200cها"]
    assert frame["agree_1"].tolist() == ["1", "3", *[""] * 8]
    assert frame["degrees"].tolist()[:2] == ["-120.0", "21.5"]
    assert frame["agree_1_missing"].tolist()[3:] == REASONS[3:]


def test_options_of_a_multiple_choice_share_their_reasons_while_these_are_equal(made: Study, folder: Path) -> None:
    save_scores(made, folder / "scores.csv")
    assert [name for name in pd.read_csv(folder / "scores.csv") if name.startswith("many")] == [
        "many.x", "many_missing", "many.with",
    ]  # fmt: skip
    other = made.missing.assign(**{"many.with": pd.Categorical(["answered"] * 2 + ["failed"] * 8)})
    save_scores(replace(made, missing=other), folder / "scores.csv")
    frame = pd.read_csv(folder / "scores.csv")
    assert frame["many.with_missing"].tolist()[2:] == ["failed"] * 8
    assert frame["many_missing"].tolist()[3:] == REASONS[3:]


def test_parquet_keeps_labels_in_its_metadata(made: Study, folder: Path) -> None:
    save_scores(made, folder / "scores.parquet")
    table = pq.read_table(folder / "scores.parquet")
    told = table.schema.field("agree_1").metadata
    assert json.loads(told[b"value_labels"]) == {"1": "No", "2": "Perhaps", "3": "Yes: ü, हाँ, بله"}
    assert told[b"question"].decode().startswith("How much do you agree? I like this very much")
    assert table.schema.field("liking").metadata[b"reversed"].decode().endswith("accepts_2")
    assert json.loads(table.schema.metadata[b"survey_stats"])["simulated"] is False
    frame = pd.read_parquet(folder / "scores.parquet")
    np.testing.assert_array_equal(frame["degrees"], made.answers["degrees"])
    assert frame["agree_1"].dtype == "Int64"
    assert frame["letter"].tolist()[:2] == ["a", "b"]


def test_a_file_name_that_is_no_unicode_is_told_in_parquet(made: Study, folder: Path) -> None:
    """Bytes of another encoding in a name become lone surrogates, which no file can hold."""
    named = replace(made, provenance=replace(made.provenance, source="gr\udcf6sse.csv"))
    save_scores(named, folder / "scores.parquet")
    told = json.loads(pq.read_schema(folder / "scores.parquet").metadata[b"survey_stats"])
    assert told["source"] == "gr⟨U+DCF6⟩sse.csv"


def test_simulated_answers_say_so_in_every_file(demo: Study, folder: Path) -> None:
    for ending, reader in ((".csv", pd.read_csv), (".parquet", pd.read_parquet), (".xlsx", read_sheet)):
        book, data = save_scores(demo, folder / f"scores{ending}")
        assert (reader(data)["SIMULATED"] == 1).all()
        assert "SIMULATED" in set(pd.read_csv(book)["name"])
    assert json.loads(pq.read_schema(folder / "scores.parquet").metadata[b"survey_stats"])["simulated"] is True


def test_a_sheet_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worksheets, "MOST_ROWS", 2)
    sheet = worksheets.Sheet("Data", ["a"], [[1], [2]])
    with pytest.raises(InputError) as raised:
        worksheets.write_workbook([sheet], tmp_path / "x.xlsx", title="")
    assert str(raised.value) == (
        "Sheet Data would have 3 rows and 1 columns; a worksheet has at most 2 rows and 16384 columns. "
        "Save to .csv or .parquet instead."
    )
