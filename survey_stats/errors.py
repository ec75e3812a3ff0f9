"""The error family. A message says what, where, what was found, what is allowed, and what to do."""

from __future__ import annotations


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
