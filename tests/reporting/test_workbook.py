"""The workbook says what the page says: numbers are numbers at full precision, text is text."""

import math
from dataclasses import replace
from itertools import chain

import pandas as pd
import pytest
from openpyxl import load_workbook

from survey_stats.analysis import Note, Section
from survey_stats.reporting.page import compose
from survey_stats.reporting.row_sheets import row_sheets
from survey_stats.reporting.summary import summarize
from survey_stats.reporting.words import plain, shorten, study_labels, word
from survey_stats.reporting.workbook import write_report_workbook


@pytest.fixture
def page(study, section, labels):
    return compose(summarize(study, [section]), labels, "en")


@pytest.fixture
def book(page, tmp_path):
    write_report_workbook(page, tmp_path / "report.xlsx")
    return load_workbook(tmp_path / "report.xlsx")


def blocks(page):
    return list(chain.from_iterable(section.blocks for section in page.sections))


def table_sheets(book):
    return [sheet for sheet in book.worksheets if sheet.title.startswith("Table ")]


def test_a_sheet_a_table_and_a_figure_and_a_contents_that_leads_to_each(page, book):
    shown = [block for block in blocks(page) if block.table or block.figure]
    assert [sheet.title.rsplit(" ")[0] for sheet in book.worksheets[2:-2]] == [b.number.split()[0] for b in shown]
    assert book.sheetnames[:2] == ["Contents", "Text"]
    links = [row[0].hyperlink.location for row in book["Contents"].iter_rows(min_row=4) if row[0].hyperlink]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[1:]]


def test_every_number_of_a_table_is_the_one_in_results_csv(page, book):
    values = page.numbers.set_index("id")
    checked = 0
    for sheet in table_sheets(book):
        rows = list(sheet.iter_rows(min_row=3, values_only=True))
        width = rows[0].index("id in results.csv")
        for row in rows[1:]:
            ids = (row[width] or "").split()
            if not ids:
                continue
            found = [cell for cell in row[:width] if isinstance(cell, (int, float))]
            of_ids = [values.loc[one, "value"] for one in ids] + [values.loc[one, "n"] for one in ids]
            for number in found:
                assert any(math.isclose(number, one, rel_tol=1e-15) for one in of_ids), (sheet.title, row)
                checked += 1
    assert checked > 60


def test_numbers_have_the_format_of_their_kind(book):
    sheet = next(sheet for sheet in table_sheets(book) if sheet["B3"].value == "Method")
    headers = [cell.value for cell in sheet[3]]
    assert headers == [
        "Measures", "Method", "Estimate", "95% CI, lower", "95% CI, upper", "*p*".strip("*"), "p adjusted", "n",
        "notes", "id in results.csv",
    ]  # fmt: skip
    row = sheet[4]
    assert [cell.value for cell in row[:8]] == [
        "Shyness × Active use", "Pearson", -0.1423, -0.2512, -0.0296, 0.01364, 0.02728, 300
    ]  # fmt: skip
    assert [row[at].number_format for at in (2, 5, 7)] == ["0.00", '[<0.001]"< .001";.000', "#,##0"]
    assert sheet["A5"].value == "Shyness × Active use"  # a head that spans rows stands in each, for filters


def test_every_sentence_stands_on_the_text_sheet(page, book):
    told = {row[1] for row in book["Text"].iter_rows(values_only=True)}
    expected = {plain(shorten(line, 2000)) for block in blocks(page) for line in block.paragraphs}
    assert expected | {plain(line) for line in page.headlines} <= told


def test_no_text_becomes_a_formula(study, hostile, tmp_path):
    label = "=cmd|'/c calc'!A1"
    ours = replace(study, variables=study.variables.assign(label=label))
    section = Section("a", hostile, (Note("analysis.cannot_run", {"reason": hostile}), Note("=1+1")))
    write_report_workbook(compose(summarize(ours, [section]), study_labels(ours, "en"), "en"), tmp_path / "report.xlsx")
    book = load_workbook(tmp_path / "report.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    began = [cell for cell in cells if str(cell.value).startswith("=")]
    assert {cell.value for cell in began} >= {label, "=1+1"}
    assert all(cell.quotePrefix for cell in began)
    assert max(len(str(cell.value)) for cell in cells) <= 2000


def rows_of(sheet):
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(min_row=3, values_only=True)]


def test_problems_are_listed_by_row_of_the_export_and_never_with_their_content(study, section, labels, tmp_path):
    write_report_workbook(compose(summarize(study, [section]), labels, "en"), tmp_path / "report.xlsx")
    book = load_workbook(tmp_path / "report.xlsx")
    header, *rows = rows_of(book["Problems, cell by cell"])
    assert header == ["Row of the export", "Column", "Item", "Rule", "Outcome", "State"]
    assert [row[0] for row in rows] == [*range(7), 9]
    assert rows[0][1:] == ["Q2", "minutes", "no duration that can be read", "set to missing", "could not be used"]
    assert not any("SECRET" in str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    assert book["Problems, cell by cell"].auto_filter.ref == "A3:F11"
    row = book["Problems, cell by cell"]["A4"]
    assert (row.alignment.horizontal, row.alignment.wrap_text) == ("left", None)
    assert book["Respondents excluded"]["A1"].value == "Respondents excluded. There are none."


def test_excluded_respondents_are_listed_with_the_flags_that_excluded_them(study, section, labels, tmp_path):
    flags = study.flags.assign(speeder=study.flags["identical_answers"].shift(1, fill_value=True), broke_off=True)
    quality = pd.DataFrame({
        "flag": ["identical_answers", "speeder", "broke_off"], "assessed": 300, "flagged": [3, 4, 300],
        "threshold": [None, 0.5, None], "excludes": [True, True, False], "note": None,
    })  # fmt: skip
    chosen = flags[["identical_answers", "speeder"]].any(axis=1)
    places = study.paradata.assign(row=study.measures.index + 2)
    ours = replace(study, flags=flags, quality=quality, excluded=chosen, paradata=places)
    write_report_workbook(compose(summarize(ours, [section]), labels, "en"), tmp_path / "report.xlsx")
    header, *rows = rows_of(load_workbook(tmp_path / "report.xlsx")["Respondents excluded"])
    assert header == ["Row of the export", "Excluded by"]
    assert [row[0] for row in rows] == [3, 4, 5, 6]
    both = "; ".join(word("flag", name, "en") for name in ("identical_answers", "speeder"))
    assert [row[1] for row in rows] == [both, both, both, word("flag", "speeder", "en")]


def test_a_sheet_of_rows_that_grows_too_long_says_how_many_there_are(study, section, monkeypatch):
    monkeypatch.setattr("survey_stats.reporting.row_sheets.MOST_ROWS", 6)
    listed, _ = row_sheets(summarize(study, [section]), "en")
    assert len(listed.rows) == 6
    assert listed.notes == ("The first 6 of 8 are listed; `survey-stats check EXPORT --to cells.xlsx` lists all.",)


def test_simulated_answers_are_marked(study, section, labels, tmp_path):
    simulated = replace(study, provenance=replace(study.provenance, simulated=True))
    write_report_workbook(compose(summarize(simulated, [section]), labels, "en"), tmp_path / "report.xlsx")
    book = load_workbook(tmp_path / "report.xlsx")
    assert book["Contents"]["A2"].value.startswith("These answers are simulated.")
    assert sum("(Simulated answers)" in sheet["A1"].value for sheet in table_sheets(book)) >= 6
