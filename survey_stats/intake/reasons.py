"""Why there is no answer, in the words that files use for their missing codes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from survey_stats.intake.text import normalised

WORDS: Mapping[str, str] = {
    "refused": (
        "refus(?:ed|al|es)|declined?|prefer not to (?:say|answer|tell)|would rather not (?:say|answer)"
        r"|keine angabe|k\. ?a\.?|verweigert|verweigerung|antwort verweigert|möchte (?:ich )?nicht (?:sagen|antworten)"
        "|ønsker ikke å (?:svare|oppgi)|vil ikke (?:svare|oppgi)|nekt(?:er|et)"
        "|इनकार|उत्तर नहीं देना चाहते|जवाब नहीं देना चाहते|बताना नहीं चाहते"
        "|امتناع|ترجیح می ?دهم نگویم|ترجیح می ?دهم پاسخ ندهم|نمی ?خواهم (?:بگویم|پاسخ دهم)"
    ),
    "dont_know": (
        "don'?t know|do not know|doesn'?t know|dk|not sure|unsure|can'?t say|cannot say|undetermined"
        "|weiß (?:ich )?nicht|weiss (?:ich )?nicht|vet ikke|पता नहीं|मालूम नहीं|नहीं जानता|नहीं जानती|نمی ?دانم"
    ),
    "not_applicable": (
        "not applicable|does not apply|inapplicable|n/a|trifft nicht zu|nicht zutreffend|entfällt|ikke aktuelt"
        "|ikke relevant|लागू नहीं|मौजूद नहीं|موضوعیت ندارد|مورد ندارد|صدق نمی ?کند"
    ),
    "not_asked": (
        "not asked|skip(?:ped)?|filter(?:ed)?|skipped by (?:design|filter)|not administered|asked later"
        "|nicht (?:gefragt|erhoben)|filtersprung|ikke (?:spurt|stilt)|नहीं पूछा गया|पूछा नहीं गया|پرسیده نشده"
    ),
    "not_seen": (
        "not (?:seen|reached|shown)|broken off|drop ?out|nicht (?:gesehen|erreicht|gezeigt)|abbruch|abgebrochen"
        "|ikke (?:sett|vist)|avbrutt|नहीं देखा|देखा नहीं|دیده نشده"
    ),
    "blank": (
        "no answer|no response|not answered|unanswered|missing|blank|nicht beantwortet|unbeantwortet|fehlend|fehlt"
        "|ikke besvart|ubesvart|अनुत्तरित|उत्तर नहीं|जवाब नहीं|بی ?پاسخ|بدون پاسخ|پاسخ نداده"
    ),
}  # fmt: skip
"""Reason → how labels say it in English, German, Norwegian, Hindi and Persian, as `normalised` leaves them."""
_SAID = re.compile(
    r"(?<![^\W_])(?:"
    + "|".join(f"(?P<{reason}>{normalised(words)})" for reason, words in WORDS.items())
    + r")(?![^\W_])"
)


def reason_in(label: str) -> str:
    """The reason a label tells; `other` if it tells none or several.

    >>> [reason_in(label) for label in ("Weiß nicht", "TNZ: trifft nicht zu", "don't know/refused", "9999")]
    ['dont_know', 'not_applicable', 'other', 'other']
    """
    said = {match.lastgroup for match in _SAID.finditer(normalised(label))}
    return said.pop() or "other" if len(said) == 1 else "other"
