"""Files as they come and as nobody expects them: a right reading, or a sentence that says what is wrong."""

import gzip
import io
import struct
import zipfile
import zlib

import pandas as pd
import pyreadstat
import pytest

from survey_stats.errors import InputError
from survey_stats.intake.files import read_grid
from survey_stats.intake.labelled import read_labelled
from survey_stats.intake.unpacking import zsav_size

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


def zsav(tmp_path, frame):
    path = tmp_path / "export.zsav"
    pyreadstat.write_sav(frame, path, compress=True)
    return path, path.read_bytes()


def dictionary_end(content):
    return content.index(struct.pack("<ii", 999, 0)) + 8


def with_blocks(content, blocks, size=0x3FF000):
    """The same dictionary, and one block of zeros that the table of blocks names so many times."""
    start = dictionary_end(content)
    block = zlib.compress(bytes(size))
    first, table = start + 24, start + 24 + len(block)
    entries = b"".join(struct.pack("<qqii", first + at * size, first, size, len(block)) for at in range(blocks))
    header = struct.pack("<qqq", start, table, 24 + len(entries))
    return content[:start] + header + block + struct.pack("<qqii", -100, 0, size, blocks) + entries


def test_a_packed_spss_file_that_would_unpack_without_end(tmp_path):
    path, content = zsav(tmp_path, pd.DataFrame({"x": [1.0, 2.0]}))
    path.write_bytes(with_blocks(content, 40))
    with pytest.raises(InputError) as error:
        read_labelled(path)
    assert str(error.value) == (
        "export.zsav would unpack to 160 MiB, from 0.0 MiB. Allowed are 1,024 MiB, and above 16 MiB no more than 100 "
        "times the file. Save it as .sav in SPSS or PSPP, or export it as CSV."
    )


def test_a_decoy_does_not_hide_the_blocks_of_a_packed_spss_file(tmp_path):
    """A label that looks like the end of the dictionary, before the real one."""
    _, content = zsav(tmp_path, pd.DataFrame({"x": [1.0, 2.0]}))
    packed = with_blocks(content, 40)
    decoy = struct.pack("<iiqqq", 999, 0, 0, 100, 24)
    assert zsav_size(packed) == 40 * 0x3FF000
    assert zsav_size(packed[:80] + decoy + packed[80 + len(decoy) :]) == 40 * 0x3FF000


@pytest.mark.parametrize(("rows", "blocks"), [(9, 1), (600_000, 2)])
def test_a_packed_spss_file_tells_what_it_unpacks_to(tmp_path, rows, blocks):
    path, content = zsav(tmp_path, pd.DataFrame({"x": [1.0, 2.0, 3.5] * (rows // 3)}))
    rest, unpacked = content[dictionary_end(content) + 24 :], []
    while rest.startswith(zlib.compress(b"")[:1]):
        block = zlib.decompressobj()
        unpacked.append(len(block.decompress(rest)))
        rest = block.unused_data
    assert len(unpacked) == blocks
    assert zsav_size(content) == sum(unpacked)
    assert len(read_labelled(path)[0].row_numbers) == rows


@pytest.mark.parametrize("broken", [slice(0, 200), slice(0, -30), slice(0, -100)])
def test_a_packed_spss_file_that_breaks_off_is_damaged(tmp_path, broken):
    path, content = zsav(tmp_path, pd.DataFrame({"x": [1.0, 2.0]}))
    path.write_bytes(content[broken])
    with pytest.raises(InputError, match="damaged or no SPSS file"):
        read_labelled(path)


def test_a_stata_file_that_claims_more_rows_than_it_has_takes_no_memory(tmp_path):
    path = tmp_path / "export.dta"
    pyreadstat.write_dta(pd.DataFrame({"x": [1.0, 2.0]}), path)
    content = path.read_bytes()
    place = content.index(b"<N>") + 3
    path.write_bytes(content[:place] + struct.pack("<Q", 2**31 - 1) + content[place + 8 :])
    with pytest.raises(InputError) as error:
        read_labelled(path)
    assert str(error.value) == (
        "export.dta is damaged or no Stata file. Open it in Stata, save it again and give the new file."
    )
