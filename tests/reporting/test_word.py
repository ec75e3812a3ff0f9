"""The Word document says what the page says, in native parts that a paper can take."""

from dataclasses import replace
from itertools import chain

import pandas as pd
import pytest
from docx import Document
from docx.oxml.ns import qn

from survey_stats.analysis import Note, Section
from survey_stats.reporting.page import Page, compose
from survey_stats.reporting.sections import DisplayBlock, DisplaySection, words_block
from survey_stats.reporting.summary import summarize
from survey_stats.reporting.svg import canvas
from survey_stats.reporting.tables import Cell, DisplayTable
from survey_stats.reporting.word import write_word
from survey_stats.reporting.words import Labels, plain, shorten, study_labels


@pytest.fixture
def page(study, section, labels):
    return compose(summarize(study, [section]), labels, "en")


@pytest.fixture
def document(page, tmp_path):
    write_word(page, tmp_path / "report.docx")
    return Document(str(tmp_path / "report.docx"))


def blocks(page):
    """In the order of the document: what is folded in the page comes last."""
    every = chain.from_iterable(section.blocks for section in page.sections)
    return sorted(every, key=lambda block: block.folded)


def said(text):
    return plain(shorten(text, 2000)).replace("\u00a0", " ")


def test_every_sentence_of_the_page_stands_in_the_document(page, document):
    told = {paragraph.text.replace("\u00a0", " ") for paragraph in document.paragraphs}
    expected = {said(line) for line in page.headlines}
    for block in blocks(page):
        expected |= {said(line) for line in block.paragraphs}
        expected |= {said(f"{name}: {value}") for name, value in block.facts}
        expected |= {said(note) for note in block.table.notes} if block.table else set()
    assert expected <= told
    assert len(expected) > 20


def test_tables_have_all_cells_and_repeat_their_headers(page, document):
    shown = [block.table for block in blocks(page) if block.table]
    assert len(document.tables) == len(shown) > 5
    for table, ours in zip(document.tables, shown, strict=True):
        rows = [[cell.text.replace("\u00a0", " ") for cell in row.cells] for row in table.rows]
        assert rows[0] == [said(header.text) for header in ours.headers]
        assert len(rows) == len(ours.rows) + 1
        for row, cells in zip(rows[1:], ours.rows, strict=True):
            for text, cell in zip(row, cells, strict=True):
                if cell.rowspan:
                    assert text == f"{said(cell.text)} {cell.marks}".rstrip()
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table.rows[1]._tr.trPr.find(qn("w:tblHeader")) is None


def test_a_row_head_spans_its_rows(document):
    correlations = next(table for table in document.tables if table.rows[0].cells[1].text == "Method")
    first, second = (correlations.rows[at].cells[0] for at in (1, 2))
    assert first.text == "Shyness × Active use"
    assert first._tc is second._tc


def test_single_numbers_stand_on_a_decimal_tab(document):
    correlations = next(table for table in document.tables if table.rows[0].cells[1].text == "Method")
    estimate, interval = correlations.rows[1].cells[2:4]
    assert [stop.alignment for stop in estimate.paragraphs[0].paragraph_format.tab_stops] == [3]  # DECIMAL
    assert not list(interval.paragraphs[0].paragraph_format.tab_stops)
    assert estimate.text == "−.14"


def test_numbers_of_thousands_stand_on_the_right(page, tmp_path):
    """A word processor takes the blank between thousands for a number's end, and sets the rest over the border."""
    told = {"12\u202f345.5": 12345.5, "7.5": 7.5}
    rows = [(Cell(shown, numeric=True, values=(value,)),) for shown, value in told.items()]
    block = DisplayBlock(table=DisplayTable("A", (Cell("n", numeric=True),), tuple(rows), ()), number="Table 1")
    page = replace(page, sections=(DisplaySection("a", "A", (block,)),), numbers=pd.DataFrame())
    write_word(page, tmp_path / "thousands.docx")
    cells = [row.cells[0].paragraphs[0] for row in Document(str(tmp_path / "thousands.docx")).tables[0].rows[1:]]
    assert [cell.alignment for cell in cells] == [2, 2]  # RIGHT
    assert len({cell.paragraph_format.right_indent for cell in cells}) == 1
    assert not any(list(cell.paragraph_format.tab_stops) for cell in cells)


def test_symbols_are_in_italics(document):
    sentence = next(p for p in document.paragraphs if "p\u00a0=\u00a0.014" in p.text)
    assert {run.text for run in sentence.runs if run.italic} >= {"r", "p", "n"}


def test_captions_are_counted_by_word_and_headings_are_native(page, document):
    captions = [p for p in document.paragraphs if p.style.name == "Caption"]
    assert len(captions) == sum(bool(block.table or block.figure) for block in blocks(page))
    codes = [p._p.find(qn("w:fldSimple")).get(qn("w:instr")) for p in captions]
    assert {code.split()[1] for code in codes} == {"Table", "Supplement", "Figure"}
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    shown = [section.title for section in page.sections if not all(block.folded for block in section.blocks)]
    assert headings == ["In short", *shown, "Supplementary tables"]
    assert len(shown) == len(page.sections) - 1  # all of the columns of the export is folded


def test_folded_tables_come_last_and_are_counted_apart(page, document):
    told = [p.text.replace("\u00a0", " ") for p in document.paragraphs]
    tables = [block for block in blocks(page) if block.table]
    after = told[told.index("Supplementary tables") :]
    folded = [block for block in tables if block.folded]
    assert [block.number for block in folded] == [f"Table S{at}" for at, _ in enumerate(folded, start=1)]
    assert all(any(said(block.table.caption) in line for line in after) for block in folded)
    shown = [block.number for block in tables if not block.folded]
    assert shown == [f"Table {at}" for at, _ in enumerate(shown, start=1)]
    assert len(folded) >= 1
    captions = [
        "".join(text.text for text in p._p.iter(qn("w:t"))) for p in document.paragraphs if p.style.name == "Caption"
    ]
    assert any(line.startswith("Table S1") for line in captions)


def test_a_table_that_stands_across_takes_its_heading_along(page, tmp_path):
    wide = DisplayTable("Wide", tuple(Cell("w" * 12) for _ in range(12)), (tuple(Cell("1") for _ in range(12)),), ())
    first = DisplaySection("a", "First", (words_block(["Text."]),))
    across = DisplaySection("b", "Across", tuple(DisplayBlock(table=wide, number=f"Table {at}") for at in (1, 2)))
    write_word(replace(page, sections=(first, across, first)), tmp_path / "wide.docx")
    document = Document(str(tmp_path / "wide.docx"))
    assert [part.orientation for part in document.sections] == [0, 1, 0]
    inside = [p.text for part in document.sections[1:2] for p in part.iter_inner_content() if hasattr(p, "text")]
    assert inside[0] == "Across"


def test_pictures_say_what_they_show(page, document):
    described = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert described == [block.figure.description for block in blocks(page) if block.figure]
    assert len(described) == 6


def test_hostile_text_is_harmless(study, hostile, tmp_path):
    ours = replace(study, variables=study.variables.assign(label=hostile))
    section = Section("a", hostile, (Note("analysis.cannot_run", {"reason": hostile}),))
    page = compose(summarize(ours, [section]), study_labels(ours, "en"), "en")
    write_word(page, tmp_path / "report.docx")
    text = "\n".join(p.text for p in Document(str(tmp_path / "report.docx")).paragraphs)
    assert "<script>alert(1)</script> =1+1 🙂 xxx" in text
    assert not {"\u202e", "\x00"} & set(text)
    assert max(map(len, text.split("\n"))) <= 2000 + len("This analysis was not run: ")


def test_simulated_answers_are_marked(study, section, labels, tmp_path):
    simulated = replace(study, provenance=replace(study.provenance, simulated=True))
    write_word(compose(summarize(simulated, [section]), labels, "en"), tmp_path / "report.docx")
    document = Document(str(tmp_path / "report.docx"))
    assert document.core_properties.comments == "Simulated answers"
    captions = [p.text for p in document.paragraphs if p.style.name == "Caption"]
    assert sum("(Simulated answers)" in caption for caption in captions) >= 6


def test_a_language_from_right_to_left(study, section, labels, tmp_path):
    write_word(compose(summarize(study, [section]), labels, "fa"), tmp_path / "report.docx")
    document = Document(str(tmp_path / "report.docx"))
    assert all(table._tbl.tblPr.find(qn("w:bidiVisual")) is not None for table in document.tables)
    assert document.paragraphs[0]._p.pPr.find(qn("w:bidi")) is not None


def test_a_name_from_right_to_left_leaves_its_neighbours_in_place(study, section, tmp_path):
    write_word(compose(summarize(study, [section]), Labels({"shyness": "کم‌رویی"}), "en"), tmp_path / "report.docx")
    text = "\n".join(p.text for p in Document(str(tmp_path / "report.docx")).paragraphs)
    assert "کم‌رویی\u200e ×" in text


def one_table(headers, rows, tmp_path, *more):
    """The document of a page with one table, and what follows it."""
    block = DisplayBlock(table=DisplayTable("T", tuple(headers), tuple(map(tuple, rows)), ()), number="Table 1")
    page = Page(title="t", language="en", simulated=False, headlines=(), references=(), row_sheets=(),
                sections=(DisplaySection("a", "A", (block, *more)),), numbers=pd.DataFrame())  # fmt: skip
    write_word(page, tmp_path / "one.docx")
    return Document(str(tmp_path / "one.docx"))


def number(words):
    return Cell(words, numeric=True, values=(1.0,))


DIGIT, POINT, MARGINS = 0.182, 0.085, 0.38
"""Centimetres in Noto Sans at 9 points, and what Word keeps free at both sides of a cell."""


def test_numbers_of_neighbouring_columns_do_not_touch(tmp_path):
    """A decimal tab in the middle of a narrow column pushes `150` to its left edge and `.004` to its right one."""
    headers = (Cell("p", numeric=True), Cell("n", numeric=True))
    cells = one_table(headers, [(number(".004"), number("150"))], tmp_path).tables[0].rows[1].cells
    p, n = (next(stop.position.cm for stop in cell.paragraphs[0].paragraph_format.tab_stops) for cell in cells)
    assert p + POINT + 3 * DIGIT <= cells[0].width.cm - MARGINS + 0.01  # `.004` ends within its cell
    assert n >= 3 * DIGIT - 0.01  # `150` begins within its cell


@pytest.mark.parametrize(
    ("word", "ems"), [("Spearman", 4.82), ("Bachelor's", 4.87), ("Conscientiousness", 8.72), ("−.36", 2.02)]
)
def test_a_word_fits_its_column_in_a_wider_font_than_calibri(word, ems, tmp_path):
    """Widths in Noto Sans, as its file gives them; with less, `Spearman` broke before its last letter."""
    headers = [Cell(word), *(Cell("w" * 30) for _ in range(2))]
    width = one_table(headers, [[Cell("1")] * 3], tmp_path).tables[0].rows[0].cells[0].width.cm
    assert width >= ems * 9 * 2.54 / 72 + MARGINS


def size_and_orientation(columns, tmp_path):
    document = one_table([Cell("w" * 6)] * columns, [[Cell("1")] * columns], tmp_path)
    size = document.tables[0].rows[0].cells[0].paragraphs[0].runs[0].font.size.pt
    return size, document.sections[-1].orientation


def test_a_table_is_set_smaller_before_its_page_is_turned(tmp_path):
    found = [size_and_orientation(columns, tmp_path) for columns in (7, 8, 9, 12, 13, 20)]
    assert found == [(9, 0), (8, 0), (9, 1), (8.5, 1), (7.5, 1), (7.5, 1)]


def test_a_figure_stands_before_the_table_that_turns_its_page(page, tmp_path):
    """After it, the figure would leave the rest of the turned page empty, and so would the table that of the page."""
    figure = next(block for block in blocks(page) if block.figure)
    document = one_table([Cell("w" * 12)] * 12, [[Cell("1")] * 12], tmp_path, figure, words_block(["Text."]))
    assert [part.orientation for part in document.sections] == [0, 1, 0]
    upright = [p for p in document.sections[0].iter_inner_content() if p._p.find(".//" + qn("w:drawing")) is not None]
    assert len(upright) == 1


def test_a_picture_is_no_taller_than_a_page(page, tmp_path):
    found = next(block for block in blocks(page) if block.figure)
    tall = replace(found, figure=replace(found.figure, name="forest", drawing=canvas(20)[0]))
    shape = one_table([Cell("w")], [[Cell("1")]], tmp_path, tall).inline_shapes[0]
    assert (shape.height.inches, shape.width.inches) == (pytest.approx(8.8, abs=0.01), pytest.approx(2.2, abs=0.01))
