"""The error family. A message says what, where, what was found, what is allowed, and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_SHOWN = 5
"""Names told where none is like the one that was given."""


class SurveyError(Exception):
    """Base of every error this package raises on purpose.

    Attributes:
        exit_code: What the command line returns when this error reaches it.
    """

    exit_code: int = 1


class InputError(SurveyError):
    """The input (an export, a data frame, a plan) cannot be used."""

    exit_code = 1


class InstrumentError(InputError):
    """A questionnaire, construct, taxonomy or finding file is written wrongly."""


class CallError(SurveyError):
    """A function or the command line was called with wrong arguments."""

    exit_code = 2


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of a message about a name that is not known: those like it, else the first few.

    >>> nearest("shynes", ["shyness", "age"])
    'Nearest: shyness.'
    >>> nearest("Code", ["Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7"])
    'Allowed: Q1, Q2, Q3, Q4, Q5 and 2 more.'
    """
    names = list(known)
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    if close or not names:
        return f"Nearest: {', '.join(close)}." if close else "There is none."
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"Allowed: {', '.join(names[:_SHOWN])}{more}."
