"""Reading files: what is kept, what is found out, what is said when a file cannot be used."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest

from survey_stats.errors import CallError, InputError
from survey_stats.intake.encodings import decode, plausibility
from survey_stats.intake.files import read_grid
from survey_stats.intake.opening import open_export

READ = ".xlsx, .xlsm, .xls, .xlsb, .ods, .csv, .tsv, .txt, .sav, .zsav or .dta"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def with_part(path: Path, part: str, xml: bytes) -> Path:
    """The workbook with one member of its archive replaced."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[part] = xml
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def file(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def archive(path: Path, *members: str) -> Path:
    with zipfile.ZipFile(path, "w") as opened:
        for name in members:
            opened.writestr(name, "x")
    return path


def ods(path: Path, rows: str) -> Path:
    namespaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    media = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("mimetype", media)
        opened.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest xmlns:m="{manifest}"><m:file-entry m:full-path="/" m:media-type="{media}"/></m:manifest>',
        )
        opened.writestr(
            "content.xml",
            f'<office:document-content {namespaces}><office:body><office:spreadsheet><table:table table:name="S">'
            f"{rows}</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return path


def xlsb(path: Path, *, troubled: bool = False) -> Path:
    """A binary workbook, written record by record ([MS-XLSB] 2.1.4): text `hours` above the number 2.5.

    `troubled` adds the error #N/A, a formula with the error #DIV/0!, one with an empty text, and a merged range.
    """

    def record(number: int, body: bytes = b"") -> bytes:
        kind = bytes([number & 127 | 128, number >> 7]) if number >> 7 else bytes([number])
        return kind + bytes([len(body)]) + body

    def wide(text: str) -> bytes:
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    def row(index: int, cell: bytes) -> bytes:
        return record(0, struct.pack("<IIHBBBI", index, 0, 300, 0, 0, 0, 0)) + cell

    bundle = record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("data"))
    book = record(131) + record(143) + bundle + record(144) + record(132)
    text = record(6, struct.pack("<II", 0, 0) + wide("hours"))
    number = record(5, struct.pack("<IId", 0, 0, 2.5))
    dimensions = record(148, struct.pack("<IIII", 0, 1, 0, 0))
    rows, merged = row(0, text) + row(1, number), b""
    if troubled:
        rows += row(2, record(3, struct.pack("<IIB", 0, 0, 0x2A)))
        rows += row(3, record(11, struct.pack("<IIBHI", 0, 0, 0x07, 0, 0) + bytes(4)))
        rows += row(4, record(8, struct.pack("<III", 0, 0, 0) + bytes(10)))
        merged = record(177, struct.pack("<I", 1)) + record(176, struct.pack("<IIII", 1, 2, 0, 0)) + record(178)
    sheet = record(129) + dimensions + record(145) + rows + record(146) + merged + record(130)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("[Content_Types].xml", "<Types/>")
        opened.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{kind}/officeDocument" '
            'Target="xl/workbook.bin"/></Relationships>',
        )
        opened.writestr("xl/workbook.bin", book)
        opened.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{kind}/worksheet" '
            'Target="worksheets/sheet1.bin"/></Relationships>',
        )
        opened.writestr("xl/worksheets/sheet1.bin", sheet)
    return path


# --- Workbooks -------------------------------------------------------------------------------------------------------


def test_cells_of_a_workbook_keep_their_types(shared: Path) -> None:
    grid = read_grid(shared / "exports" / "excel_duration_cells.xlsx")
    assert {row[0]: row[1] for row in grid.rows[1:]} == {
        "1:30 -> h:mm time": dt.time(1, 30),
        "26:00 -> [h]:mm (Excel auto for >24h)": dt.timedelta(hours=26),
        "26:00 shown with h:mm": dt.datetime.fromisoformat("1900-01-01T02:00"),
        "26:30:00 [h]:mm:ss": dt.timedelta(hours=26, minutes=30),
        "24:00 -> serial 1.0 [h]:mm": dt.timedelta(days=1),
        "0:00 time": dt.time(0, 0),
        "1:30 General number": 0.0625,
        "1:30 in mm:ss format (typed 1:30 meaning 1h30, cell is mm:ss)": dt.time(0, 1, 30),
        "2-3 -> auto date (en-US, 3 Feb)": dt.date(2025, 2, 3),
        "2/3 -> auto date": dt.date(2025, 2, 3),
        "1.5 number": 1.5,
        "1.5 number with unit format": 1.5,
        "text 2-3": "2-3",
        "text 1:30": "1:30",
        "text 1,5": "1,5",
        "AM/PM: 1:30 PM": dt.time(13, 30),
        "timedelta 1500 h [h]:mm": dt.timedelta(hours=1500),
        "German 1,5 Std. text": "1,5 Std.",
        "Persian digits text": "۲",
        "number stored as text": "3",
        "text N/A": "N/A",
        "text None": "None",
        "boolean TRUE": True,
        "error": "=NA()",
    }
    assert grid.notes == {"error_cells": "1 (errors, or formulas without a value), kept as text"}


def test_source_sheet_and_hash_are_recorded(tmp_path: Path) -> None:
    path = workbook(tmp_path / "answers.xlsx", data=[["Q1"], ["0012"]])
    grid = read_grid(path)
    assert (grid.source, grid.sheet, grid.sheets) == ("answers.xlsx", "data", ("data",))
    assert grid.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert grid.rows == [["Q1"], ["0012"]]
    assert grid.notes == {}


def test_rows_keep_their_place_and_empty_margins_are_cut(tmp_path: Path) -> None:
    rows = [[], ["", "Q1", "", ""], ["", 1, "", ""], [], ["", 2, "", ""], [], []]
    grid = read_grid(workbook(tmp_path / "a.xlsx", data=rows))
    assert grid.rows == [["", ""], ["", "Q1"], ["", 1.0], ["", ""], ["", 2.0]]


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
ERROR_SHEETS = {
    "error value": (b'<row r="1"><c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>', [["#DIV/0!"]]),
    "formula never calculated": (b'<row r="1"><c r="A1"><f>A2&amp;"x"</f></c></row>', [['=A2&"x"']]),
    "formula with an empty value": (b'<row r="1"><c r="A1"><f>B1</f><v/></c></row>', [["=B1"]]),
    "formula with a value": (b'<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>', [[2.0]]),
    "shared formula": (b'<row r="1"><c r="A1"><f t="shared" si="0"/></c></row>', [["=(shared formula)"]]),
    "outside of the values": (
        b'<row r="1"><c r="A1"><v>7</v></c></row><row r="3"><c r="C3" t="e"><v>#N/A</v></c></row>',
        [[7.0, "", ""], ["", "", ""], ["", "", "#N/A"]],
    ),
    "cells without a place": (
        b'<row><c><v>1</v></c><c t="e"><v>#REF!</v></c></row><row><c t="e"><v>#NUM!</v></c></row>',
        [[1.0, "#REF!"], ["#NUM!", ""]],
    ),
}


@pytest.mark.parametrize(("xml", "rows"), ERROR_SHEETS.values(), ids=ERROR_SHEETS)
def test_errors_and_uncalculated_formulas_are_no_empty_cells(
    tmp_path: Path, xml: bytes, rows: list[list[object]]
) -> None:
    path = with_part(workbook(tmp_path / "a.xlsx", data=[[1]]), "xl/worksheets/sheet1.xml", SHEET % xml)
    assert read_grid(path).rows == rows


@pytest.mark.parametrize("content", ['t="e"><x:v>#DIV/0!</x:v>', "><x:f>1/0</x:f>"])
def test_elements_with_a_prefix_are_searched_too(tmp_path: Path, content: str) -> None:
    xml = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="1">'
        f'<x:c r="A1"><x:v>7</x:v></x:c><x:c r="B1" {content}</x:c></x:row></x:sheetData></x:worksheet>'
    )
    path = with_part(workbook(tmp_path / "a.xlsx", data=[[1]]), "xl/worksheets/sheet1.xml", xml.encode())
    assert read_grid(path).rows[0][1] in {"#DIV/0!", "=1/0"}


def test_a_formula_that_gives_an_empty_text_is_an_empty_cell(tmp_path: Path) -> None:
    xml = SHEET % b'<row r="1"><c r="A1" t="str"><f>""</f><v></v></c><c r="B1"><v>3</v></c></row>'
    path = with_part(workbook(tmp_path / "a.xlsx", data=[[1]]), "xl/worksheets/sheet1.xml", xml)
    assert read_grid(path).rows == [["", 3.0]]


def test_an_error_is_found_across_the_pieces_of_a_long_sheet(tmp_path: Path) -> None:
    row = b'<row r="%d"><c r="A%d"><v>1</v></c></row>'
    body = b"".join(row % (number, number) for number in range(1, 9000))
    body += b'<row r="9000"><c r="A9000" t="e"><v>#NAME?</v></c></row>'
    path = with_part(workbook(tmp_path / "a.xlsx", data=[[1]]), "xl/worksheets/sheet1.xml", SHEET % body)
    assert read_grid(path).rows[-1] == ["#NAME?"]


def test_the_fullest_sheet_is_taken_and_named(tmp_path: Path) -> None:
    data = [["Q1", "Q2"], [1, 2], [3, 4]]
    path = workbook(tmp_path / "a.xlsx", readme=[["About", "this"]], data=data)
    grid = read_grid(path)
    assert grid.sheet == "data"
    assert grid.sheets == ("readme", "data")
    assert grid.notes == {"sheet": "'data', the fullest of 2 sheets"}


def test_a_header_counts_twice_against_a_larger_sheet_of_numbers(tmp_path: Path) -> None:
    numbers = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    path = workbook(tmp_path / "a.xlsx", chart=numbers, data=[["Q1", "Q2"], [1, 2], [3, 4]])
    assert read_grid(path).sheet == "data"


def test_a_hidden_sheet_is_read_only_when_asked_for(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", data=[["Q1", "Q2"], [1, 2]], lists=[["a", "b"], ["c", "d"], ["e", "f"]])
    book = openpyxl.load_workbook(path)
    book["lists"].sheet_state = "hidden"
    book.save(path)
    assert read_grid(path).sheet == "data"
    assert read_grid(path, sheet="lists").rows[2] == ["e", "f"]


def test_a_wrong_sheet_name_lists_the_sheets(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", data=[["Q1"]], notes=[["x"]])
    with pytest.raises(CallError) as caught:
        read_grid(path, sheet="Data")
    assert str(caught.value) == "a.xlsx has no sheet 'Data'. Its sheets are: 'data', 'notes'."


def test_a_far_value_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "Q1"
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "far.xlsx")
    with pytest.raises(InputError) as caught:
        read_grid(tmp_path / "far.xlsx")
    assert str(caught.value) == (
        "Sheet 'Sheet' of far.xlsx reaches to cell XFD1048576: 1,048,576 rows × 16,384 columns, and at most 20,000,000 "
        "cells can be read. Delete what stands far outside the answers."
    )


def test_a_far_value_of_a_sheet_that_declares_no_size_is_refused(tmp_path: Path) -> None:
    xml = SHEET % b'<row r="1"><c r="A1"><v>1</v></c></row><row r="40000"><c r="XFD40000"><v>1</v></c></row>'
    path = with_part(workbook(tmp_path / "a.xlsx", data=[[1]]), "xl/worksheets/sheet1.xml", xml)
    with pytest.raises(InputError, match=r"^Sheet 'data' of a\.xlsx reaches to cell XFD40000: 40,000 rows × 16,384"):
        read_grid(path)


def test_a_far_cell_that_is_only_formatted_does_no_harm(tmp_path: Path) -> None:
    xml = SHEET % b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    path = with_part(workbook(tmp_path / "a.xlsx", data=[[1]]), "xl/worksheets/sheet1.xml", xml)
    assert read_grid(path).rows == [[1.0]]


def test_old_workbooks_are_read(shared: Path) -> None:
    grid = read_grid(shared / "exports" / "kobo" / "ruODK_I8n_no_lang.xls", sheet="choices")
    assert grid.rows[:2] == [["list_name", "name", "label"], ["yes_no", "yes", "Yes"]]
    assert grid.notes == {}


def test_binary_workbooks_are_read(tmp_path: Path) -> None:
    assert read_grid(xlsb(tmp_path / "a.xlsb")).rows == [["hours"], [2.5]]


def test_errors_and_merges_of_binary_workbooks_are_found(tmp_path: Path) -> None:
    grid = read_grid(xlsb(tmp_path / "a.xlsb", troubled=True))
    assert grid.rows == [["hours"], [2.5], ["#N/A"], ["#DIV/0!"]]
    assert grid.merged == ((1, 0, 2, 0),)
    assert grid.notes == {
        "error_cells": "2 (errors, or formulas without a value), kept as text",
        "empty_formulas": "1 formulas with an empty text for a result, read as empty: the file does not tell "
        "whether they were ever calculated",
        "empty_end": "1 rows without a filled cell, cut off",
    }


@pytest.mark.parametrize("name", ["merged_and_errors.xls", "merged_and_errors.ods", "merged_and_errors.xlsx"])
def test_errors_and_merges_are_found_in_files_of_libreoffice(name: str) -> None:
    grid = read_grid(Path(__file__).parent / "files" / name)
    assert [row[4] for row in grid.rows[:6]] == ["hours", "", "#DIV/0!", 2.0, "#N/A", 2.0]
    assert grid.rows[3][5] == ""  # =IF(1=1,"",1), calculated
    assert grid.merged == ((0, 0, 1, 0), (0, 1, 0, 3), (0, 4, 1, 4), (0, 5, 1, 5), (4, 1, 5, 1))
    assert grid.notes["error_cells"] == "2 (errors, or formulas without a value), kept as text"
    assert ("empty_formulas" in grid.notes) == name.endswith(".xls")


@pytest.mark.parametrize("name", ["merged_and_errors.xls", "merged_and_errors.ods", "merged_and_errors.xlsx"])
def test_a_merged_header_belongs_to_its_columns_and_a_merged_answer_is_not_guessed(name: str) -> None:
    opened = open_export(Path(__file__).parent / "files" / name)
    assert opened.table.header_rows == 2
    assert [(column.code, column.text) for column in opened.table.columns] == [
        ("id", "id"),
        ("I am shy", "How much do you agree? [I am shy]"),
        ("I talk a lot", "How much do you agree? [I talk a lot]"),
        ("I post", "How much do you agree? [I post]"),
        ("hours", "hours"),
        ("note", "note"),
    ]
    assert list(opened.table.columns[1].cells)[:4] == [3, 2, 2, ""]
    assert opened.notes["merged_headers"] == "B1:D1: the text belongs to every column of the range"
    assert opened.notes["merged_answers"] == (
        "B5:B6: the value stands in the first cell only, the others stay empty and are not guessed"
    )


def test_a_row_of_answers_below_a_merged_header_stays_a_row_of_answers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [["Mood", "", "age"], ["often", "never", 31], ["often", "often", 40]]:
        book.active.append(row)
    book.active.merge_cells("A1:B1")
    book.save(tmp_path / "a.xlsx")
    table = open_export(tmp_path / "a.xlsx").table
    assert (table.header_rows, [column.code for column in table.columns]) == (1, ["Mood", "Mood.2", "age"])
    assert table.row_numbers == [2, 3]


def test_a_far_cell_of_an_opendocument_sheet_is_refused(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="float" office:value="1"/>'
    row = (
        f'<table:table-row table:number-rows-repeated="1048575">{cell}</table:table-row>'
        f'<table:table-row><table:table-cell table:number-columns-repeated="16383"/>{cell}</table:table-row>'
    )
    with pytest.raises(InputError) as caught:
        read_grid(ods(tmp_path / "a.ods", row))
    assert str(caught.value) == (
        "Sheet 'S' of a.ods reaches to cell XFD1048576: 1,048,576 rows × 16,384 columns, and at most 20,000,000 "
        "cells can be read. Delete what stands far outside the answers."
    )


def test_opendocument_times_are_durations(tmp_path: Path) -> None:
    row = (
        '<table:table-row><table:table-cell office:value-type="string"><text:p>0012</text:p></table:table-cell>'
        '<table:table-cell office:value-type="time" office:time-value="PT26H30M00S"/>'
        '<table:table-cell office:value-type="float" office:value="1.5"/></table:table-row>'
    )
    assert read_grid(ods(tmp_path / "a.ods", row)).rows == [["0012", dt.timedelta(hours=26, minutes=30), 1.5]]


# --- Text files ------------------------------------------------------------------------------------------------------


def test_text_cells_stay_as_they_are_written(tmp_path: Path) -> None:
    path = file(tmp_path / "a.csv", 'id,a,b,c\r\n0012,None,NA,TRUE\r\n 7 ,1e5,,"x\r\ny"\r\n')
    grid = read_grid(path)
    assert grid.rows == [["id", "a", "b", "c"], ["0012", "None", "NA", "TRUE"], [" 7 ", "1e5", "", "x\r\ny"]]
    assert grid.notes == {"encoding": "utf-8", "delimiter": "comma"}
    assert (grid.sheet, grid.sheets) == (None, ())


def test_a_compressed_text_file_is_read_and_hashed_as_it_lies(tmp_path: Path) -> None:
    path = file(tmp_path / "a.csv.gz", gzip.compress(b"a,b\n1,2\n"))
    grid = read_grid(path)
    assert grid.rows == [["a", "b"], ["1", "2"]]
    assert grid.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


DELIMITED = {
    "semicolon with decimal commas": ("a;b;c\n1,5;2,5;3,5\n", "semicolon", ["1,5", "2,5", "3,5"]),
    "tab": ("a\tb\n1, 2\t3; 4\n", "tab", ["1, 2", "3; 4"]),
    "comma with options joined by semicolons": ("a,b\nx;y;z,1\nx,2\n", "comma", ["x;y;z", "1"]),
    "one column": ("minutes\n90\n", "comma", ["90"]),
    "named by Excel": ("sep=;\na;b\n1,1;2\n", "semicolon", ["1,1", "2"]),
}


@pytest.mark.parametrize(("text", "name", "row"), DELIMITED.values(), ids=DELIMITED)
def test_the_delimiter_is_found_and_stated(tmp_path: Path, text: str, name: str, row: list[str]) -> None:
    grid = read_grid(file(tmp_path / "a.csv", text))
    assert grid.notes["delimiter"] == name
    assert grid.rows[1] == row


WORDS = "Name,Wie häufig?\nJürgen,„größer“ für Übung – schön\nZoë,übers Café’s\n"
NORDIC = "Spørsmål,Svar\nBlåbærsyltetøy,på østsiden\nÅse,ærlig – så gøy\n"
CHINESE = "时间戳记,您每天使用社交媒体多长时间？\n2026,两小时\n"
ENCODED = {
    "utf-8": (WORDS, "utf-8", "utf-8"),
    "utf-8 with BOM": (WORDS, "utf-8-sig", "utf-8 with BOM"),
    "utf-16 little": ("\ufeff" + WORDS, "utf-16-le", "utf-16-le with BOM"),
    "utf-16 big": ("\ufeff" + WORDS, "utf-16-be", "utf-16-be with BOM"),
    "utf-16 little without BOM": (WORDS, "utf-16-le", "utf-16-le"),
    "utf-16 big without BOM": (WORDS, "utf-16-be", "utf-16-be"),
    "cp1252": (WORDS, "cp1252", "cp1252"),
    "Mac Roman": (WORDS, "mac_roman", "mac_roman"),
    "cp1252 nordic": (NORDIC, "cp1252", "cp1252"),
    "Mac Roman nordic": (NORDIC, "mac_roman", "mac_roman"),
    "Mac Roman, a no-break space only": ("a,b\nnever\u00a0tried,1\n", "mac_roman", "mac_roman"),
    "cp1252, an apostrophe only": ("a,b\ndon’t know,1\n", "cp1252", "cp1252"),
    "latin-1 with control characters": ("a,b\nfür\x81,größer\x8d\n", "latin-1", "latin-1"),
    "GB18030": (CHINESE, "gb18030", "gb18030"),
}


@pytest.mark.parametrize(("text", "codec", "name"), ENCODED.values(), ids=ENCODED)
def test_the_encoding_is_found_and_stated(text: str, codec: str, name: str) -> None:
    assert decode(text.encode(codec)) == (text.removeprefix("\ufeff"), name)


def test_plausibility_counts_characters_out_of_place() -> None:
    assert [plausibility(text) for text in ("donÕt", "don’t", "¿Qué?", "plain")] == [-1, 1, 2, 0]


DAMAGED = {
    "emoji as two surrogates": (b"a,b\n\xed\xa0\xbd\xed\xb8\x80,1\n", "a,b\n\U0001f600,1\n"),
    "lone surrogate": (b"a,b\n\xed\xa0\xbd,1\n", "a,b\n\ufffd,1\n"),
    "lone surrogate in UTF-16": (b"\xff\xfea\x00\x3d\xd8b\x00", "a\ufffdb"),
}


@pytest.mark.parametrize(("content", "text"), DAMAGED.values(), ids=DAMAGED)
def test_damaged_characters_are_joined_or_replaced_and_stated(content: bytes, text: str) -> None:
    decoded, name = decode(content)
    assert decoded == text
    assert name.endswith(", damaged characters replaced")


def test_a_stray_zero_byte_is_kept(tmp_path: Path) -> None:
    text = "a,b\n" + "some words,more words\n" * 20 + "x\x00y,1\n"
    assert read_grid(file(tmp_path / "a.csv", text)).rows[-1] == ["x\x00y", "1"]


def test_a_stray_quotation_mark_is_kept(tmp_path: Path) -> None:
    assert read_grid(file(tmp_path / "a.csv", 'a,b\n"6"3" tall",1\n')).rows[1] == ['63" tall"', "1"]


def test_short_rows_are_filled_up(tmp_path: Path) -> None:
    assert read_grid(file(tmp_path / "a.csv", "a,b,c\n1\n\n1,2,3\n4,5,6\n")).rows == [
        ["a", "b", "c"], ["1", "", ""], ["", "", ""], ["1", "2", "3"], ["4", "5", "6"],
    ]  # fmt: skip


def test_real_text_exports_are_decoded(shared: Path) -> None:
    starwars = read_grid(shared / "data" / "starwars_538" / "star-wars-survey_StarWars.csv")
    assert (len(starwars.rows), len(starwars.rows[0])) == (1188, 38)
    assert starwars.notes == {"encoding": "cp1252", "delimiter": "comma"}
    dask = read_grid(shared / "exports" / "google_forms" / "dask_2021.csv.gz")
    assert (len(dask.rows), len(dask.rows[0])) == (248, 43)


# --- Files that cannot be read ---------------------------------------------------------------------------------------


def truncated(path: Path) -> Path:
    content = workbook(path, data=[["Q1", "Q2"], *[[number, "x"] for number in range(50)]]).read_bytes()
    return file(path, content[: len(content) // 2])


def broken_inside(path: Path) -> Path:
    content = bytearray(workbook(path, data=[["Q1"], *[[f"text {number}"] for number in range(900)]]).read_bytes())
    start = content.index(b"xl/worksheets/sheet1.xml") + 60
    content[start : start + 200] = bytes(200)
    return file(path, bytes(content))


def compound(path: Path, stream: str) -> Path:
    return file(path, OLE + bytes(500) + stream.encode("utf-16-le") + bytes(500))


DAMAGE = "{} is damaged or incomplete. Export or download it again."
LOCK = (
    "{} is protected by a password. Open it, remove the password (in Excel: File > Info > Protect Workbook > "
    "Encrypt with Password, empty the field) and save it again."
)
FOREIGN = "{} is {}, not a spreadsheet. Give the export as " + READ + "."
EMPTY = "{} has no filled cell. Check that the right file was exported."
UNUSABLE = {
    "image": (lambda p: file(p / "a.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(90)), FOREIGN.format("a.xlsx", "a PNG image")),
    "pdf": (lambda p: file(p / "a.pdf", b"%PDF-1.7 ..."), FOREIGN.format("a.pdf", "a PDF document")),
    "web page": (lambda p: file(p / "a.xls", "\n <!DOCTYPE html><p>"), FOREIGN.format("a.xls", "a web page")),
    "Qualtrics survey": (
        lambda p: file(p / "a.qsf", '{"SurveyEntry":{"SurveyID":"SV_1"},"SurveyElements":[]}'),
        FOREIGN.format("a.qsf", "the definition of a Qualtrics survey, which holds questions and no answers"),
    ),
    "LimeSurvey survey": (
        lambda p: file(
            p / "a.lss", '<?xml version="1.0"?>\n<document>\n <LimeSurveyDocType>Survey</LimeSurveyDocType>'
        ),
        FOREIGN.format("a.lss", "the definition of a LimeSurvey survey, which holds questions and no answers"),
    ),
    "JSON": (lambda p: file(p / "a.csv", '\ufeff [{"q1": 1, "q2": "x"}]\n'), FOREIGN.format("a.csv", "a JSON file")),
    "docx": (
        lambda p: archive(p / "a.docx", "word/document.xml"),
        FOREIGN.format("a.docx", "a Word document"),
    ),
    "pages": (
        lambda p: archive(p / "a.pages", "Index/Document.iwa"),
        FOREIGN.format("a.pages", "an Apple Pages, Numbers or Keynote document"),
    ),
    "old Word": (lambda p: compound(p / "a.xls", "WordDocument"), FOREIGN.format("a.xls", "a Word document")),
    "other OLE": (lambda p: compound(p / "a.xls", "x"), FOREIGN.format("a.xls", "a file of another program")),
    "binary": (lambda p: file(p / "a.csv", bytes(range(256)) * 9), FOREIGN.format("a.csv", "a binary file")),
    "other archive": (lambda p: archive(p / "a.zip", "logo.png"), FOREIGN.format("a.zip", "a zip archive")),
    "zipped export": (
        lambda p: archive(p / "a.zip", "Excel/Sheet_1.xls", "CSV/Sheet_1.csv"),
        "a.zip is a zip archive. Unpack it and give the file in it: Excel/Sheet_1.xls or CSV/Sheet_1.csv.",
    ),
    "password": (lambda p: compound(p / "a.xlsx", "EncryptedPackage"), LOCK.format("a.xlsx")),
    "truncated": (lambda p: truncated(p / "a.xlsx"), DAMAGE.format("a.xlsx")),
    "broken inside": (lambda p: broken_inside(p / "a.xlsx"), DAMAGE.format("a.xlsx")),
    "no workbook in xls": (lambda p: compound(p / "a.xls", "Workbook"), DAMAGE.format("a.xls")),
    "broken gzip": (lambda p: file(p / "a.csv.gz", gzip.compress(b"a,b\n")[:-6]), DAMAGE.format("a.csv.gz")),
    "SPSS": (
        lambda p: file(p / "a.por", "ASCII SPSS PORT FILE"),
        (
            "a.por is a portable file of SPSS (.por), from which the reasons for missing answers cannot be read. "
            "Open it in SPSS or PSPP, save it as .sav and give that file."
        ),
    ),
    "SPSS under another name": (
        lambda p: file(p / "a.txt", "ASCII SPSS PORT FILE" + 20 * " " + "ASCII SPSS PORT FILE"),
        (
            "a.txt is a portable file of SPSS (.por), from which the reasons for missing answers cannot be read. "
            "Open it in SPSS or PSPP, save it as .sav and give that file."
        ),
    ),
    "SAS": (
        lambda p: file(p / "a.sas7bdat", "x"),
        f"a.sas7bdat is a file of SAS, which is not read. Export the answers as {READ}.",
    ),
    "empty": (lambda p: file(p / "a.csv", " \n\n"), "a.csv is empty. Export the answers again."),
    "empty cells": (lambda p: file(p / "a.csv", ",,\n,,\n"), EMPTY.format("a.csv")),
    "empty sheet": (lambda p: workbook(p / "a.xlsx", data=[]), EMPTY.format("Sheet 'data' of a.xlsx")),
    "open quotation mark": (
        lambda p: file(p / "a.csv", 'a,b\n1,2\n"3,4\n5,6\n'),
        (
            "a.csv cannot be split into cells: a quotation mark opened in or after line 3 is never closed. "
            "Close it, or export the file again."
        ),
    ),
}


@pytest.mark.parametrize(("make", "message"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_file_that_cannot_be_used_is_refused_in_plain_words(tmp_path: Path, make: object, message: str) -> None:
    path = make(tmp_path)
    with pytest.raises(InputError) as caught:
        read_grid(path)
    assert str(caught.value) == message


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_grid(tmp_path / "a.xlsx")
    assert str(caught.value) == f"There is no file {tmp_path / 'a.xlsx'}. Check its name and folder."
    (tmp_path / "study").mkdir()
    with pytest.raises(InputError) as caught:
        read_grid(tmp_path / "study")
    assert str(caught.value) == f"study is a folder. Give the export in it as {READ}."


def test_a_text_file_has_no_sheets(tmp_path: Path) -> None:
    with pytest.raises(CallError) as caught:
        read_grid(file(tmp_path / "a.csv", "a,b\n1,2\n"), sheet="Sheet1")
    assert str(caught.value) == "a.csv is a text file and has no sheets. Leave the sheet 'Sheet1' out."


def test_a_panic_in_the_reader_becomes_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """calamine's Rust code panics on some damaged files; the exception is no `Exception` and cannot be imported."""
    panic = type("PanicException", (BaseException,), {})

    def panics(_: io.BytesIO) -> None:
        raise panic("range start index 2399147438 out of range")

    path = workbook(tmp_path / "a.xlsx", data=[["Q1"]])
    monkeypatch.setattr("survey_stats.intake.workbooks.CalamineWorkbook.from_filelike", panics, raising=True)
    with pytest.raises(InputError, match=r"^a\.xlsx is damaged or incomplete\. Export or download it again\.$"):
        read_grid(path)


def test_hidden_sheets_are_named_where_the_visible_ones_are_empty(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", shown=[], answers=[["age"], [31]])
    book = openpyxl.load_workbook(path)
    book["answers"].sheet_state = "hidden"
    book.save(path)
    with pytest.raises(InputError) as error:
        read_grid(path)
    assert str(error.value) == (
        "No visible sheet of a.xlsx has a filled cell. Its hidden sheets are: 'answers'. Choose one with --sheet."
    )
    assert read_grid(path, sheet="answers").rows == [["age"], [31]]
