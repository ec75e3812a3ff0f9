"""TOML content files: read, checked against a pydantic model, and refused in one sentence that names the place."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from survey_stats.errors import InstrumentError

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


def _needs_a_text(value: dict[str, str]) -> dict[str, str]:
    if not value or not all(text.strip() for text in value.values()):
        raise ValueError("needs at least one language with a text that is not empty")
    return value


Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(_[A-Za-z]+)?$")]
Words = Annotated[dict[Language, str], AfterValidator(_needs_a_text)]
"""A text by language code, for example `{"en": "Shyness", "de": "Schüchternheit"}`."""

RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "he", "ps", "ur"})


class FileModel(BaseModel):
    """Base of everything read from a file: immutable, and a misspelt key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True)


Model = TypeVar("Model", bound=BaseModel)


def in_language(words: dict[str, str], language: str) -> str:
    """The text in `language`, else in English, else in the first language there is."""
    return words.get(language) or words.get("en") or next(iter(words.values()), "")


def read_toml(path: Path, model: type[Model], **context: Any) -> Model:
    """Read a TOML file into `model`.

    Args:
        path: The file.
        model: The pydantic model it must fit.
        **context: Values for the model's validators.

    Raises:
        InstrumentError: The file cannot be read, is not TOML, or does not fit; names file, key, value and rule.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InstrumentError(f"{path.name}: the file cannot be read ({error}).") from error
    except tomllib.TOMLDecodeError as error:
        raise InstrumentError(f"{path.name}: not a valid TOML file: {error}.") from error
    try:
        return model.model_validate(data, context=context)
    except ValidationError as error:
        raise InstrumentError(_sentences(path.name, error)) from error


def _sentences(name: str, error: ValidationError) -> str:
    """One sentence per fault, at most five; a list that is too short for its faulty entries is no fault of its own."""
    found = error.errors(include_url=False)
    inside = {fault["loc"][:depth] for fault in found for depth in range(len(fault["loc"]))}
    faults = [fault for fault in found if fault["type"] != "too_short" or fault["loc"] not in inside]
    lines = [_sentence(name, fault) for fault in faults[:5]]
    if len(faults) > 5:
        lines.append(f"{name}: {len(faults) - 5} more faults.")
    return "\n".join(lines)


def _sentence(name: str, fault: Any) -> str:
    place = ".".join(str(part) for part in fault["loc"]) or "file"
    if fault["type"] == "extra_forbidden":
        return f"{name}: {place}: there is no such key. Remove it or correct its spelling."
    if fault["type"] == "missing":
        return f"{name}: {place}: this key is required and missing. Add it."
    rule = fault["msg"].removeprefix("Value error, ").rstrip(".")
    if isinstance(fault["input"], (str, int, float, bool)):
        return f"{name}: {place}: found {fault['input']!r}. {rule}."
    return f"{name}: {place}: {rule}."
