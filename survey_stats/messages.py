"""Words live in `locale/<language>/*.po`; code and results carry message ids with their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from survey_stats.errors import CallError

LOCALE = Path(__file__).parent / "locale"
SOURCE_LANGUAGE = "en"


@cache
def catalogue(language: str = SOURCE_LANGUAGE) -> dict[str, str]:
    """All messages of a language, id → text; ids without a translation keep the English text."""
    from babel.messages.pofile import read_po

    messages = {} if language == SOURCE_LANGUAGE else dict(catalogue(SOURCE_LANGUAGE))
    for path in sorted((LOCALE / language).glob("*.po")):
        with path.open("rb") as file:
            entries = read_po(file, locale=language)
        for entry in entries:
            if entry.id and entry.string:
                messages[str(entry.id)] = str(entry.string)
    return messages


def require_language(function: str, language: str) -> None:
    """Raises for a language that has no words.

    Raises:
        CallError: Names the function, the language and those that there are.
    """
    known = sorted(path.name for path in LOCALE.iterdir() if path.is_dir())
    if language not in known:
        raise CallError(f"{function}: there is no report in the language {language!r}. Allowed: {', '.join(known)}.")


def text(message_id: str, language: str = SOURCE_LANGUAGE, /, **values: Any) -> str:
    """The text of a message with its values filled in.

    An id that no catalogue knows is returned as it is: a researcher's own analysis may pass a plain sentence.
    """
    template = catalogue(language).get(message_id)
    try:
        return message_id if template is None else template.format(**values)
    except KeyError as error:
        raise CallError(f"The message {message_id!r} needs the value {error}. Give it with the message.") from error


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence to be: an id of the message catalogue and the values it needs.

    Attributes:
        id: Key in `locale/<language>/*.po`.
        values: Values for the placeholders of the text.
    """

    id: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.id, *sorted(map(str, self.values.items()))))

    def __str__(self) -> str:
        return self.render()

    def render(self, language: str = SOURCE_LANGUAGE) -> str:
        """The sentence in `language`."""
        return text(self.id, language, **self.values)
