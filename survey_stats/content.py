"""TOML content files: read, checked against a pydantic model, and refused in one sentence that names the place."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from survey_stats.errors import InstrumentError, nearest

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


def _needs_a_text(value: dict[str, str]) -> dict[str, str]:
    if not value or not all(text.strip() for text in value.values()):
        raise ValueError("needs at least one language with a text that is not empty")
    return value


Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(_[A-Za-z]+)?$")]
Words = Annotated[dict[Language, str], AfterValidator(_needs_a_text)]
"""A text by language code, for example `{"en": "Shyness", "de": "Schüchternheit"}`."""


def _file_name(value: str) -> str:
    if not value or "\0" in value:
        raise ValueError("write the name of a file")
    return value


FileName = Annotated[str, AfterValidator(_file_name)]
"""A file, relative to the folder of the one that names it."""

RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "he", "ps", "ur"})


class FileModel(BaseModel):
    """Base of everything read from a file: immutable, and a misspelt key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True)


Model = TypeVar("Model", bound=BaseModel)
_RULES = {
    "string_type": "Write a text in quotation marks",
    "tuple_type": 'Write a list in square brackets, such as ["a", "b"]',
    "dict_type": "Write a section, or a table in braces, such as { a = 1 }",
    "model_type": "Write a section, or a table in braces, such as { a = 1 }",
    "finite_number": "Write a finite number",
}
"""Kind of fault → the rule in the words of the file, where pydantic speaks of Python."""
_FOUND_LENGTH = 80


def in_language(words: dict[str, str], language: str) -> str:
    """The text in `language`, else in English, else in the first language there is."""
    return words.get(language) or words.get("en") or next(iter(words.values()), "")


def parse_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file as it is; a byte order mark, which some editors put first, does no harm.

    Raises:
        InstrumentError: The file cannot be read or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise InstrumentError(f"{path.name}: there is no such file: {path}. Check its name and folder.") from error
    except OSError as error:
        raise InstrumentError(
            f"{path.name}: the file cannot be opened ({error.strerror}). Check its permissions."
        ) from error
    except UnicodeDecodeError as error:
        raise InstrumentError(f"{path.name}: the file is not text in UTF-8. Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise InstrumentError(f"{path.name}: not a valid TOML file: {error}.") from error
    except RecursionError as error:
        raise InstrumentError(f"{path.name}: brackets stand in brackets too often. Write it flatter.") from error
    except ValueError as error:
        raise InstrumentError(f"{path.name}: a number in it has too many digits. Shorten it.") from error


def read_toml(path: Path, model: type[Model], **context: Any) -> Model:
    """Read a TOML file into `model`.

    Args:
        path: The file.
        model: The pydantic model it must fit.
        **context: Values for the model's validators.

    Raises:
        InstrumentError: The file cannot be read, is not TOML, or does not fit; names file, key, value and rule.
    """
    data = parse_toml(path)
    try:
        return model.model_validate(data, context=context)
    except ValidationError as error:
        raise InstrumentError(_sentences(path.name, error, model)) from error


def _sentences(name: str, error: ValidationError, model: type[BaseModel]) -> str:
    """One sentence per fault, at most five; a list that is too short for its faulty entries is no fault of its own."""
    found = error.errors(include_url=False)
    inside = {fault["loc"][:depth] for fault in found for depth in range(len(fault["loc"]))}
    faults = [fault for fault in found if fault["type"] != "too_short" or fault["loc"] not in inside]
    lines = [_sentence(name, fault, model) for fault in faults[:5]]
    if len(faults) > 5:
        lines.append(f"{name}: {len(faults) - 5} more faults.")
    return "\n".join(lines)


def _sentence(name: str, fault: Any, model: type[BaseModel]) -> str:
    place = ".".join(str(part) for part in fault["loc"]) or "file"
    if fault["type"] == "extra_forbidden":
        *parents, key = fault["loc"]
        allowed = nearest(str(key), _keys_at(model, parents))
        return f"{name}: {place}: there is no such key. Remove it or correct its spelling. {allowed}"
    if fault["type"] == "missing":
        return f"{name}: {place}: this key is required and missing. Add it."
    rule = _RULES.get(fault["type"], fault["msg"].removeprefix("Value error, ").rstrip("."))
    if fault["type"] in _RULES or isinstance(fault["input"], (str, int, float, bool)):
        return f"{name}: {place}: found {_shortened(fault['input'])}. {rule}."
    return f"{name}: {place}: {rule}."


def _shortened(value: object) -> str:
    shown = repr(value) if isinstance(value, (str, int, float, list, dict)) else str(value)
    return shown if len(shown) <= _FOUND_LENGTH else f"{shown[:_FOUND_LENGTH]}…"


def _keys_at(annotation: Any, place: Sequence[Any]) -> list[str]:
    """Keys that a model has at a place within it, which goes through lists, tables and alternatives."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = {field.alias or name: field.annotation for name, field in annotation.model_fields.items()}
        inside = place[1:] if place and place[0] == annotation.__name__ else place
        return _keys_at(fields.get(inside[0]), inside[1:]) if inside else list(fields)
    below = place[1:] if get_origin(annotation) in (tuple, dict) else place
    return next((keys for part in get_args(annotation) if (keys := _keys_at(part, below))), [])
