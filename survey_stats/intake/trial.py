"""A file is read in a child process first, where the library that reads it is known to crash on damaged files.

readstat (.sav, .zsav, .dta) and calamine's reader of .xls end the whole process on some damaged files: no exception can
be caught. The child reads the file and throws the result away; only whether it lived matters. It costs a tenth of a
second for a workbook and three tenths for a labelled file, and the time of reading the file once more.
"""

from __future__ import annotations

import subprocess
import sys

SPREADSHEET_TRIAL = """
import io, sys
from python_calamine import CalamineWorkbook
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, resource.getrlimit(resource.RLIMIT_AS)[1]))
except (ImportError, ValueError, OSError):
    pass
book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
for name in book.sheet_names:
    book.get_sheet_by_name(name).to_python(skip_empty_area=False)
"""
LABELLED_TRIAL = """
import io, sys
import pyreadstat
read = getattr(pyreadstat, sys.argv[1])
content = sys.stdin.buffer.read()
for encoding in (None, "UTF-8", "WINDOWS-1252"):
    try:
        told = read(io.BytesIO(content), encoding=encoding, metadataonly=True)[1]
        if sys.argv[1] == "read_dta" and (told.number_rows or 0) * told.number_columns > len(content):
            sys.exit(2)  # more cells than bytes: their memory would be taken before the first is read
        read(io.BytesIO(content), encoding=encoding, user_missing=True, output_format="dict",
             disable_datetime_conversion=True)
        break
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError):
        pass
"""
TRIALS = {
    "xls": (SPREADSHEET_TRIAL,),
    "spss": (LABELLED_TRIAL, "read_sav"),
    "stata": (LABELLED_TRIAL, "read_dta"),
}
"""Kind of file → what the child runs."""
MOST_SECONDS = 600
ENDED_BY_ITSELF = (0, 1)
"""Exit codes of a child that read the file or raised an exception; the parent will meet the same exception."""


def survives(kind: str, content: bytes) -> bool:
    """Whether a process that reads the file lives to its end.

    Args:
        kind: `xls`, `spss` or `stata`.
        content: The bytes of the file.
    """
    if not sys.executable:  # an interpreter inside another program cannot start a child
        return True
    try:
        child = subprocess.run(  # noqa: S603 - our own code, the file's bytes on its standard input
            [sys.executable, "-P", "-c", *TRIALS[kind]], input=content, timeout=MOST_SECONDS, check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False
    except OSError:  # no child can be started here; a crash is rarer than that
        return True
    return child.returncode in ENDED_BY_ITSELF
