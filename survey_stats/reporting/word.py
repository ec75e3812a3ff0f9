"""The report as a Word document: native headings, captions and tables, so that a paper can take them as they are."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Inches, Pt, RGBColor

from survey_stats.messages import text
from survey_stats.reporting.figures import DisplayFigure
from survey_stats.reporting.numbers import NARROW_SPACE
from survey_stats.reporting.page import Page
from survey_stats.reporting.sections import DisplayBlock
from survey_stats.reporting.svg import TALLEST, WIDTH
from survey_stats.reporting.tables import Cell, DisplayTable
from survey_stats.reporting.words import LONGEST_TEXT, NO_BREAK, clean, held_together, set_apart, shorten, symbol_runs

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

FONT, NOTE_POINTS = "Calibri", 9
MARGIN, TEXT_WIDTH, TURNED_WIDTH = 2.0, 17.0, 25.7
"""Centimetres, on A4."""
LEFT_TO_RIGHT = "\u200e"
"""A mark that word processors know longer than isolates."""
LAYOUTS = tuple((turned, points) for turned in (False, True) for points in (9.0, 8.5, 8.0, 7.5))
"""Whether the page is turned, and the size of the type: a table has the first in which no word of it is broken."""
WIDEST = 22.0
"""Ems of text that a column is made wide for: some forty characters."""
WIDTHS = {"distribution": 3.4}
"""Inches of drawings that come in numbers; the others have their own width, for their type is as large as the text."""
EMS = {**dict.fromkeys(" .,:;'|()[]/", 0.33), **dict.fromkeys("fijlrtI-", 0.4), **dict.fromkeys("0123456789–", 0.58),
       **dict.fromkeys("−<=×", 0.84), **dict.fromkeys("mwMW%@", 0.95)}  # fmt: skip
"""Widths of characters, the others 0.62: those of Noto Sans, its signs those of DejaVu Sans. Where Calibri is not
installed such wider fonts stand in for it, and words of columns made for Calibri break in two."""
CENTIMETRES = 2.54 / 72
"""Of a point."""
PADDING = 0.42
"""Centimetres that a cell keeps free at its sides."""
Stop = tuple[Literal["decimal", "right"], float]
"""What numbers stand on: a decimal tab, or so many centimetres from the right side of the cell."""
LINE = {"val": "single", "sz": "8", "space": "0", "color": "000000"}
"""A rule of a table as APA 7 sets them: above, below the headers, and at the end; none between columns."""


def write_word(page: Page, path: Path) -> None:
    """Write the report as `.docx`.

    Args:
        page: The report in words.
        path: The file.
    """
    document = Document()
    _set_up(document, page)
    _paragraph(document, page.title, page, style="Title")
    if page.simulated:
        _paragraph(document, text("reporting.simulated.banner", page.language), page, style="Intense Quote")
    document.add_heading(text("reporting.headlines.title", page.language), level=1)
    for line in page.headlines:
        _paragraph(document, line, page, style="List Bullet")
    for section in page.sections:
        shown = list(_figures_first(block for block in section.blocks if not block.folded))
        if shown:
            _orient(document, landscape=_stands_across(shown[0]))
            _paragraph(document, section.title, page, style="Heading 1")
        for block in shown:
            _block(document, block, page)
    _supplement(document, page)
    if page.right_to_left:
        for paragraph in document.element.body.iter(qn("w:pPr")):
            _switch(paragraph, "w:bidi")
    document.save(str(path))


# ---- the document -----------------------------------------------------------------------------------------------


def _set_up(document: WordDocument, page: Page) -> None:
    """Page, fonts and properties; headings are black, as journals want them."""
    document.core_properties.title = shorten(page.title, 255)
    document.core_properties.author = "survey_stats"
    document.core_properties.comments = text("reporting.simulated.mark", page.language) if page.simulated else ""
    document.core_properties.language = page.language
    for part in document.sections:
        part.page_width, part.page_height = Cm(21), Cm(29.7)
        part.left_margin = part.right_margin = Cm(MARGIN)
        part.top_margin = part.bottom_margin = Cm(2.2)
    styles: Any = document.styles
    for name, points in (("Normal", 11), ("Title", 20), ("Heading 1", 14), ("Caption", 10)):
        font = styles[name].font
        font.name, font.size, font.color.rgb = FONT, Pt(points), RGBColor(0, 0, 0)
        fonts = styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(script), FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
    styles["Caption"].font.bold = False
    styles["Caption"].paragraph_format.keep_with_next = True
    styles["Normal"].paragraph_format.space_after = Pt(6)


def _paragraph(place: Any, words: str, page: Page, *, style: str | None = None) -> Paragraph:
    paragraph: Paragraph = place.add_paragraph(style=style)
    _write(paragraph, words, page)
    return paragraph


def _write(paragraph: Paragraph, words: str, page: Page, *, points: float | None = None, **look: bool) -> None:
    """A sentence with its symbols in italics and its numbers unbroken."""
    for piece, is_symbol in symbol_runs(held_together(shorten(words, LONGEST_TEXT))):
        shown = clean_keeping_ends(piece)
        run = paragraph.add_run(shown if page.right_to_left else set_apart(shown, "", LEFT_TO_RIGHT))
        run.italic = True if is_symbol else look.get("italic")
        run.bold = look.get("bold")
        if points:
            run.font.size = Pt(points)
        if page.right_to_left:
            _switch(run._r.get_or_add_rPr(), "w:rtl")  # noqa: SLF001  (python-docx has no other way in)


def clean_keeping_ends(piece: str) -> str:
    """Clean text that keeps the blank it begins or ends with, for it stands between other pieces.

    >>> clean_keeping_ends(" = .20 ")
    ' = .20 '
    """
    inner = clean(piece)
    head = " " if piece[:1] == " " and inner else ""
    tail = " " if piece[-1:] == " " and inner else ""
    return f"{head}{inner}{tail}" if inner else " "


def _switch(properties: Any, name: str) -> None:
    properties.append(OxmlElement(name))


def _supplement(document: WordDocument, page: Page) -> None:
    """The tables that the page folds, after everything that is to be read: long counts to look something up in."""
    folded = [block for section in page.sections for block in section.blocks if block.folded]
    if folded:
        _orient(document, landscape=False)
        _paragraph(document, text("reporting.supplement.title", page.language), page, style="Heading 1")
        _paragraph(document, text("reporting.supplement.text", page.language), page)
    for block in folded:
        _block(document, block, page)


def _block(document: WordDocument, block: DisplayBlock, page: Page) -> None:
    _orient(document, landscape=_stands_across(block))
    for name, value in block.facts:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        _write(paragraph, f"{name}: ", page, bold=True)
        paragraph.add_run(" ")
        _write(paragraph, value, page)
    for line in block.paragraphs:
        _paragraph(document, line, page)
    if block.table is not None:
        title = _title(block.table.caption, page, of_answers=block.table.of_answers)
        _caption(document, block.number, "Supplement" if block.folded else "Table", title, page)
        _table(document, block.table, page)
        for note in block.table.notes:
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(2)
            _write(paragraph, note, page, points=NOTE_POINTS)
        document.add_paragraph()
    if block.figure is not None:
        _caption(document, block.number, "Figure", _title(block.figure.caption, page, of_answers=True), page)
        _picture(document, block.figure, page)


def _picture(document: WordDocument, figure: DisplayFigure, page: Page) -> None:
    wide, high = figure.drawing.get_size_inches()
    width = min(WIDTHS.get(figure.name, WIDTH), wide * TALLEST / high)
    picture = document.add_picture(io.BytesIO(figure.png), width=Inches(width))
    picture._inline.docPr.set("descr", shorten(figure.description, LONGEST_TEXT))  # noqa: SLF001
    picture._inline.docPr.set("title", shorten(figure.caption))  # noqa: SLF001
    if figure.without_font:
        _write(document.add_paragraph(), figure.without_font, page, points=NOTE_POINTS)


def _figures_first(blocks: Iterable[DisplayBlock]) -> Iterator[DisplayBlock]:
    """Figures before the table that stands across just before them, so that they fill the page that it leaves."""
    waiting: list[DisplayBlock] = []
    for block in blocks:
        if _stands_across(block):
            waiting.append(block)
        elif block.figure is not None:
            yield block
        else:
            yield from (*waiting, block)
            waiting.clear()
    yield from waiting


def _stands_across(block: DisplayBlock) -> bool:
    return block.table is not None and _layout(block.table).turned


def _orient(document: WordDocument, *, landscape: bool) -> None:
    """Go on on a new page where the last one stands the other way: a table too wide for a page stands across."""
    orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    if document.sections[-1].orientation == orientation:
        return
    part = document.add_section(WD_SECTION.NEW_PAGE)
    part.orientation = orientation
    part.page_width, part.page_height = (Cm(29.7), Cm(21)) if landscape else (Cm(21), Cm(29.7))


def _title(caption: str, page: Page, *, of_answers: bool) -> str:
    marked = page.simulated and of_answers
    return f"{caption} ({text('reporting.simulated.mark', page.language)})" if marked else caption


def _caption(document: WordDocument, number: str, sequence: str, title: str, page: Page) -> None:
    """`Table 1` or `Table S1` in bold as a field that Word counts, the title in italics below it (APA 7, 7.8)."""
    paragraph = document.add_paragraph(style="Caption")
    label = number.rstrip("0123456789")
    digits = number.removeprefix(label)
    paragraph.add_run(clean(label) + (NO_BREAK if label.endswith(" ") else "")).bold = True
    _field(paragraph, f"SEQ {sequence} \\* ARABIC", digits)
    paragraph.add_run().add_break()
    _write(paragraph, title, page, italic=True)


def _field(paragraph: Paragraph, code: str, shown: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = paragraph.add_run(shown)
    run.bold = True
    field.append(run._r)  # noqa: SLF001
    paragraph._p.append(field)  # noqa: SLF001


# ---- tables -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a table is set: the page turned or not, the size of its type, and centimetres of each column."""

    turned: bool
    points: float
    widths: tuple[float, ...]


def _table(document: WordDocument, shown: DisplayTable, page: Page) -> None:
    table = document.add_table(rows=0, cols=len(shown.headers))
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    table.autofit = False
    layout = _layout(shown)
    if page.right_to_left:
        _switch(table._tbl.tblPr, "w:bidiVisual")  # noqa: SLF001
    for column, width in zip(table.columns, layout.widths, strict=True):
        column.width = Cm(width)
    stops = [_stop(at, shown, layout) for at in range(len(shown.headers))]
    for cells in (shown.headers, *shown.rows):
        _row(table, cells, shown, layout, stops, page)
    _repeat_header(table)
    _span_rows(table, shown.rows)
    _rules(table)


def _layout(shown: DisplayTable) -> _Layout:
    """The first of `LAYOUTS` with room for every word and number; the last one gives each column less."""
    extents = _extents(shown)
    for turned, points in LAYOUTS:
        width = TURNED_WIDTH if turned else TEXT_WIDTH
        least, wanted = ([ems * points * CENTIMETRES + PADDING for ems in column] for column in extents)
        if sum(least) <= width:
            break
    return _Layout(turned, points, tuple(_shared(width, least, wanted)))


def _shared(width: float, least: Sequence[float], wanted: Sequence[float]) -> list[float]:
    """Centimetres of each column: numbers as wide as they are, words share the rest but none is broken in two."""
    room, extra = width - sum(least), sum(wanted) - sum(least)
    share = 1.0 if extra <= max(room, 0.0) else max(room, 0.0) / extra
    scale = min(width / sum(least), 1.0)
    return [scale * (low + share * (much - low)) for low, much in zip(least, wanted, strict=True)]


def _extents(shown: DisplayTable) -> tuple[list[float], list[float]]:
    """The least and the wanted width of each column in ems."""
    texts = [[header.text] for header in shown.headers]
    for row in shown.rows:
        for column, cell in zip(texts, row, strict=True):
            # Of a number above its interval the interval is the wider.
            wide = cell.text.partition(" ")[2] if len(cell.values) == 3 else cell.text
            column.append(f"{wide} {cell.marks}".strip())
    least, wanted = zip(*map(_extent, texts, [header.numeric for header in shown.headers]), strict=True)
    return list(least), list(wanted)


def _extent(texts: Sequence[str], numeric: bool) -> tuple[float, float]:
    """The least and the wanted width of a column in ems; a number is never broken, a header takes two lines."""
    word = max(_ems(part) for cell in texts for part in cell.split(" "))
    least = min(max(word, *map(_ems, texts[1:]), 0) if numeric and len(texts) > 1 else word, WIDEST)
    wanted = 0.6 * _ems(texts[0]) if numeric else min(max(map(_ems, texts)), WIDEST)
    return least, max(wanted, least)


def _ems(words: str) -> float:
    return sum(EMS.get(character, 0.62) for character in words)


def _stop(at: int, shown: DisplayTable, layout: _Layout) -> Stop:
    """Where the numbers of a column stand, so that the column as a whole is in the middle of its cells.

    A decimal tab takes the narrow blank between thousands for a number's end; a column with one stands on the right.
    """
    texts = [row[at].text for row in shown.rows if len(row[at].values) == 1]
    parts = [text.partition(".") for text in texts]
    left, right = (
        layout.points * CENTIMETRES * max(map(_ems, side), default=0.0)
        for side in ([before for before, _, _ in parts], [point + after for _, point, after in parts])
    )
    free = max((layout.widths[at] - PADDING - left - right) / 2, 0)
    return ("right", free) if any(NARROW_SPACE in text for text in texts) else ("decimal", free + left)


def _row(
    table: Table, cells: Sequence[Cell], shown: DisplayTable, layout: _Layout, stops: Sequence[Stop], page: Page
) -> None:
    is_header = cells is shown.headers
    row = table.add_row()  # type: ignore[no-untyped-call]
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001
    for place, cell, width, stop, head in zip(row.cells, cells, layout.widths, stops, shown.headers, strict=True):
        place.width = Cm(width)
        paragraph = _fill(place, cell, page, layout.points)
        if head.numeric:
            _align(paragraph, stop, is_centred=is_header or len(cell.values) != 1)


def _fill(place: _Cell, cell: Cell, page: Page, points: float) -> Paragraph:
    paragraph: Paragraph = place.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(1)
    _write(paragraph, cell.text, page, points=points)
    if cell.marks:
        marks = paragraph.add_run(f" {cell.marks}").font
        marks.superscript, marks.size = True, Pt(points)
    return paragraph


def _align(paragraph: Paragraph, stop: Stop, *, is_centred: bool) -> None:
    """Single numbers stand so that their points align; intervals and headers are centred."""
    kind, centimetres = stop
    if is_centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif kind == "decimal":
        paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(centimetres), WD_TAB_ALIGNMENT.DECIMAL)
    else:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = Cm(centimetres)


def _repeat_header(table: Table) -> None:
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(header)  # noqa: SLF001


def _span_rows(table: Table, rows: Sequence[Sequence[Cell]]) -> None:
    """A row head that heads several rows is one cell."""
    body = list(table.rows)[1:]
    for at, cells in enumerate(rows):
        if cells and cells[0].rowspan > 1:
            merged = body[at].cells[0].merge(body[at + cells[0].rowspan - 1].cells[0])
            for extra in merged.paragraphs[1:]:
                extra._p.getparent().remove(extra._p)  # noqa: SLF001


def _rules(table: Table) -> None:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom"):
        borders.append(_rule(side))
    table._tbl.tblPr.append(borders)  # noqa: SLF001
    for cell in table.rows[0].cells:
        under = OxmlElement("w:tcBorders")
        under.append(_rule("bottom"))
        cell._tc.get_or_add_tcPr().append(under)  # noqa: SLF001


def _rule(side: str) -> Any:
    rule = OxmlElement(f"w:{side}")
    for name, value in LINE.items():
        rule.set(qn(f"w:{name}"), value)
    return rule
