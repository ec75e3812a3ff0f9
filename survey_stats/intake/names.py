"""Whether a short text may be the name of a person: then a list of problems shows its shape only."""

from __future__ import annotations

import re
import unicodedata

HANDLE = re.compile(r"@[\w.]+(?![\w.(])")
PAIR = re.compile(r"\b([^\W\d_a-z])[^\W\d_]+[ -](?=([^\W\d_a-z])[^\W\d_])")
PARTICLES = frozenset({"von", "van", "de", "der", "den", "da", "di", "du", "la", "bin", "al", "af", "av", "zu"})
PART_OF_A_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[.'’-])*")
FEWEST, MOST, MOST_CASELESS = 2, 5, 3


def may_name_somebody(text: str, *, caseless: bool = True) -> bool:
    """Whether a text holds a handle or two words with a capital, or is nothing but a name.

    Args:
        text: The cell as found.
        caseless: Take two or three words of a script without capitals for a name: nothing tells them apart from other
            words, so this is for questions that are not answered by an amount.

    >>> [may_name_somebody(text) for text in ("Anna Geheim", "Geheim, Anna M.", "about 2 hours", "سارا احمدی")]
    [True, True, False, True]
    >>> may_name_somebody("نیم ساعت", caseless=False)
    False
    """
    if HANDLE.search(text) or any(first.isupper() and second.isupper() for first, second in PAIR.findall(text)):
        return True
    words = text.replace(",", " ").split()
    if not FEWEST <= len(words) <= MOST:
        return False
    return _is_capitalised(words) or (caseless and len(words) <= MOST_CASELESS and all(map(_is_caseless, words)))


def _is_capitalised(words: list[str]) -> bool:
    """`A. von der Ek`: every word but the particles begins with a capital."""
    names = [word for word in words if word not in PARTICLES]
    return len(names) >= FEWEST and all(word[0].isupper() and PART_OF_A_NAME.fullmatch(word) for word in names)


def _is_caseless(word: str) -> bool:
    """Only letters and vowel signs of a script without capitals, as Devanagari and Arabic."""
    kinds = {unicodedata.category(character) for character in word}
    return kinds <= {"Lo", "Mn", "Mc", "Cf"} and "Lo" in kinds
