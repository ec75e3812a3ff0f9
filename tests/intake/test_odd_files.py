"""Files as they come and as nobody expects them: a right reading, or a sentence that says what is wrong."""

import gzip
import io
import zipfile

import pytest

from survey_stats.errors import InputError
from survey_stats.intake.files import read_grid

HINDI = "उत्तर,समय,नाम\nहाँ,२ घंटे,राम\nनहीं,१ घंटा,सीता\n"
PERSIAN = "پاسخ;زمان\nبله;۲ ساعت\nخیر;۱ ساعت\n"


def grid(tmp_path, content, name="export.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return read_grid(path)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [HINDI, PERSIAN, "a,b\n1,2\n"])
def test_utf16_without_a_mark_in_any_alphabet(tmp_path, text, encoding):
    found = grid(tmp_path, text.encode(encoding))
    separator = ";" if ";" in text else ","
    assert found.rows == [line.split(separator) for line in text.splitlines()]
    assert found.notes["encoding"] == encoding


def test_binary_zeros_in_a_text_file_do_not_make_it_utf16(tmp_path):
    """They are kept, for nothing is altered, and told."""
    rows = [["x", "y", "z"], *([f"a{at}\0", "an answer of some length", f"c{at}"] for at in range(10, 40))]
    found = grid(tmp_path, "".join(f"{','.join(row)}\n" for row in rows).encode())
    assert found.rows == rows
    assert found.notes["encoding"] == "utf-8, with 30 binary zeros among the letters"


def test_columns_separated_by_vertical_bars(tmp_path):
    found = grid(tmp_path, b"name|hours, a day|why\nA|1,5|x; y\nB|2|z\n")
    assert found.rows == [["name", "hours, a day", "why"], ["A", "1,5", "x; y"], ["B", "2", "z"]]
    assert found.notes["delimiter"] == "vertical bar"


def test_a_cell_that_never_ends(tmp_path):
    with pytest.raises(InputError) as error:
        grid(tmp_path, b'a,b\n1,2\n"' + b"x" * 140_000 + b'",3\n')
    assert str(error.value) == (
        "export.csv cannot be split into cells: a cell in or after line 3 has more than 131072 characters, which no "
        "answer has. A quotation mark before it is probably never closed: close it, shorten the cell, or export the "
        "file again."
    )


def test_a_workbook_that_would_unpack_without_end_is_refused_before_it_is_unpacked(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (160 * 2**20))
    with pytest.raises(InputError) as error:
        grid(tmp_path, packed.getvalue(), "export.xlsx")
    assert str(error.value) == (
        "export.xlsx would unpack to 160 MiB, from 0.2 MiB. Allowed are 1,024 MiB, and above 128 MiB no more than 100 "
        "times the file. Delete empty rows and columns with formats, or export as CSV."
    )


def test_a_packed_text_that_would_unpack_without_end(tmp_path):
    content = gzip.compress(b"a,b\n" + b"1,2\n" * (40 * 2**20))
    with pytest.raises(InputError, match="would unpack to 160 MiB"):
        grid(tmp_path, content, "export.csv")
