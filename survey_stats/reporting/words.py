"""Words for ids, and text of unknown origin made safe to show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from survey_stats.analysis import Section
from survey_stats.catalogue import bundled
from survey_stats.content import in_language
from survey_stats.messages import Message, catalogue, text
from survey_stats.study import Study

LABEL_LENGTH = 80
LONGEST_TEXT = 2000
NO_BREAK = "\u00a0"
_RIGHT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_FROM_RIGHT = re.compile(f"[{_RIGHT}](?:[{_RIGHT}\u200c\u200d ]*[{_RIGHT}])?")
"""Words in Hebrew or Arabic letters, with the blanks and joiners between them."""
_HELD = re.compile(r" [=<>] (?=[−.\d])|\[[−.\d]+, [−.\d]+\]|[<>] \.\d|\(1 \+ x\)")
"""What stays on one line: a number with its sign of comparison, an interval, log(1 + x)."""
_DIRECTION = dict.fromkeys([0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_WHITE_SPACE = re.compile(r"[ \t\r\n\f\v\x85\u2028\u2029]+")
_SYMBOL = re.compile(r"\*([A-Za-zα-ω]{1,3})\*")


def clean(value: object) -> str:
    r"""Text without what could disturb its surroundings.

    Direction controls, control characters, lone surrogates and noncharacters go; white space becomes one blank.
    The joiners that Persian, Hindi and emoji need stay, and so do no-break spaces.

    >>> clean("a\x00b\u202ec\n d")
    'abc d'
    """
    whole = str(value)
    if whole.isprintable() and "  " not in whole:  # nearly all: nothing of it is a control or white space but blanks
        return whole.strip(" ")
    spaced = _WHITE_SPACE.sub(" ", whole.translate(_DIRECTION))
    return "".join(char for char in spaced if unicodedata.category(char) not in ("Cc", "Cs", "Cn")).strip(" ")


def shorten(value: object, length: int = LABEL_LENGTH) -> str:
    """Clean text of at most `length` characters, cut at a blank if there is one near.

    >>> shorten("a rather long label of a question", 16)
    'a rather long…'
    """
    whole = clean(value)
    if len(whole) <= length:
        return whole
    cut = whole[: length - 1]
    at_blank = cut.rsplit(" ", 1)[0]
    return (at_blank if len(at_blank) > length // 2 else cut).rstrip() + "…"


def word(family: str, key: object, language: str) -> str:
    """The words of an id: those of its family (`reporting.method.pearson`), else its own as a message.

    An id of two parts (`ols_hc3`: a model and its standard errors) has the words of both, if it has none of its own; an
    id without words is shown with blanks for underscores.
    """
    known = catalogue(language)
    parts = message_ids(family, key, language)
    if len(parts) == 2:
        return ", ".join(known[part] for part in parts)
    own = known.get(str(key), "").rstrip(".")
    fallback = own if own and "{" not in own else clean(str(key).replace("_", " "))
    return known.get(f"reporting.{family}.{key}", fallback)


def message_ids(family: str, key: object, language: str) -> tuple[str, ...]:
    """The messages that tell an id: its own, or those of its two parts; none if it has no words.

    >>> message_ids("method", "ols_hc3", "en")
    ('reporting.method.ols', 'reporting.method.with.hc3')
    """
    whole, (head, _, tail) = f"reporting.{family}.{key}", str(key).rpartition("_")
    if has_words(whole, language):
        return (whole,)
    parts = (f"reporting.{family}.{head}", f"reporting.{family}.with.{tail}")
    return parts if all(has_words(part, language) for part in parts) else ()


def has_words(message_id: str, language: str) -> bool:
    """Whether the catalogue has a message."""
    return message_id in catalogue(language)


def plain(sentence: str) -> str:
    """A sentence without the marks of italic symbols: `*r* = .20` → `r = .20`."""
    return _SYMBOL.sub(r"\1", sentence)


def symbol_runs(sentence: str) -> list[tuple[str, bool]]:
    """Pieces of a sentence and whether each is a symbol to be set in italics.

    >>> symbol_runs("*r* = .20")
    [('r', True), (' = .20', False)]
    """
    pieces = _SYMBOL.split(sentence)
    return [(piece, at % 2 == 1) for at, piece in enumerate(pieces) if piece]


def held_together(value: str) -> str:
    """A sentence whose numbers stay on one line with their sign of comparison or their brackets."""
    return _HELD.sub(lambda found: found[0].replace(" ", NO_BREAK), value)


def set_apart(value: str, before: str = "\u2068", after: str = "\u2069") -> str:
    """A sentence whose words from right to left do not draw what stands beside them to their side.

    Args:
        value: A sentence; of a name in Persian and `: 4 items`, the number would stand before the colon.
        before: Mark without width; that of an isolate where none is given.
        after: Its counterpart.
    """
    return _FROM_RIGHT.sub(f"{before}\\g<0>{after}", value)


def italic(escaped: str) -> str:
    """Escaped text with its marked symbols in italics, as APA 7 sets statistical symbols."""
    return _SYMBOL.sub(r"<i>\1</i>", escaped)


class Labels(dict[str, str]):
    """Id → short name of measures, constructs and items; an id without a name is shown as it is."""

    def __missing__(self, key: object) -> str:
        return shorten(str(key).replace("_", " "))


def with_section(labels: Labels, section: Section) -> Labels:
    """The names of a page and those a section brings for what only it knows; the page's come first."""
    return Labels({**section.labels, **labels})


def construct_labels(language: str) -> Labels:
    """Names of the bundled constructs."""
    entries = bundled().constructs.by_id.items()
    return Labels({name: shorten(in_language(construct.label, language)) for name, construct in entries})


def study_labels(study: Study, language: str) -> Labels:
    """Names of constructs, items and measures; a measure's name from its instrument comes first."""
    labels = construct_labels(language)
    for instrument in study.instruments.values():
        labels |= {item.id: shorten(item.name(language)) for item in instrument.all_items}
    labels |= {row["id"]: shorten(row["label"] or row["id"]) for row in study.variables.to_dict("records")}
    for instrument in study.instruments.values():
        for measure in (*instrument.scales, *instrument.time_totals):
            labels[measure.id] = shorten(in_language(measure.label, language))
    return labels


def sentence(message_id: str, values: Mapping[str, Any], labels: Labels, language: str) -> str:
    """A message with its values in words: ids as names, lists with commas, messages rendered."""
    shown = {name: _shown(value, labels, language) for name, value in values.items()}
    return text(message_id, language, **shown)


def _shown(value: Any, labels: Labels, language: str) -> Any:
    if isinstance(value, Message):
        return sentence(value.id, value.values, labels, language)
    if isinstance(value, str):
        return clean(labels.get(value, value))
    if isinstance(value, Iterable):
        return ", ".join(str(_shown(part, labels, language)) for part in value)
    return value
