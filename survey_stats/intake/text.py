"""One way to compare texts: case, spaces, dashes, quotes, Unicode forms and invisible marks do not matter."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_FOLDED = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
        **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        "ي": "ی", "ى": "ی", "ك": "ک",  # Arabic keyboards type these for the Persian letters
        "…": "...",
    }
)  # fmt: skip
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c\ufeff\u00ad]")
_SPACES = re.compile(r"\s+")
_MARKUP = re.compile(r"<[^<>]{1,80}>")


@lru_cache(maxsize=65536)
def normalised(text: str) -> str:
    r"""`text` in the form in which texts are compared.

    >>> normalised("  Strongly\u00a0Agree – “really” ") == normalised('strongly agree - "really"')
    True
    """
    folded = unicodedata.normalize("NFKC", text.translate(_FOLDED)).translate(_FOLDED)
    return _SPACES.sub(" ", _INVISIBLE.sub("", folded)).strip().casefold()


@lru_cache(maxsize=65536)
def question_key(text: str) -> str:
    """`text` in the form in which question texts are compared: also without markup and closing punctuation.

    >>> question_key("How old are you?*") == question_key("How old are you")
    True
    """
    return normalised(_MARKUP.sub(" ", text)).strip(" .:?!*…_")
