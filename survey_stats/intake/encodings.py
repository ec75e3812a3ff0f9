"""Bytes of a text file → text, and the name of the encoding that was found.

A ladder of strict decodes decides: byte order marks, UTF-16 by its zero bytes, UTF-8, then GB18030 against the one-byte
encodings of Western Europe. Where the bytes above 127 stand (inside words, between words) tells cp1252 from Mac Roman.
"""

from __future__ import annotations

import codecs
import re

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8 with BOM"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le with BOM"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be with BOM"),
)
ONE_BYTE = ("cp1252", "mac_roman", "latin-1")
"""Encodings in which nearly any byte is valid, likeliest first: equal plausibility goes to the first."""

HIGH_BYTES = re.compile(rb"[\x00-\x7f]?[\x80-\xff]+[\x00-\x7f]?")
SAMPLE = 5000
PUNCTUATION = set("\u00a0’‘“”„–—…€£«»°·")
OPENING = set("¿¡")


def decode(content: bytes) -> tuple[str, str]:
    """Decodes a text file.

    Args:
        content: All bytes of the file, none of them judged binary.

    Returns:
        The text without a byte order mark, and the encoding in words (`utf-8 with BOM`, `cp1252`, …).
    """
    for mark, encoding, name in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _repaired(content[len(mark) :], encoding, name)
    if utf16 := utf16_without_mark(content):
        return _repaired(content, utf16, utf16)
    if (text := _strict(content, "utf-8")) is not None:
        return text, "utf-8"
    if _nearly_utf8(content):
        return _repaired(content, "utf-8", "utf-8")
    encoding = "gb18030" if _is_chinese(content) else _one_byte(content)
    return content.decode(encoding), encoding


def _strict(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _repaired(content: bytes, encoding: str, name: str) -> tuple[str, str]:
    """Surrogates written one by one are joined to pairs; what is no text becomes U+FFFD, and the name says so."""
    if (text := _strict(content, encoding)) is not None:
        return text, name
    try:
        units = content.decode(encoding, "surrogatepass").encode("utf-16-le", "surrogatepass")
    except UnicodeDecodeError:
        text = content.decode(encoding, "replace")
    else:
        text = units.decode("utf-16-le", "replace")
    return text, f"{name}, damaged characters replaced"


def utf16_without_mark(content: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` for text in UTF-16 that does not begin with a byte order mark."""
    found = _utf16_by_zeros(content) or _utf16_by_script(content)
    return found if found and _keeps_lines(content, found) else None


def _keeps_lines(content: bytes, encoding: str) -> bool:
    """Line breaks stay line breaks: read as UTF-16, text of one byte a letter that holds zeros has lost them."""
    sample = content[:65536]
    return sample[: len(sample) // 2 * 2].decode(encoding, "replace").count("\n") >= sample.count(b"\n") / 2


def _utf16_by_script(content: bytes) -> str | None:
    """Letters of one alphabet between Greek and Sinhala, with line breaks and a sign between columns."""
    sample = content[: 65536 if len(content) % 2 == 0 else 0]
    for encoding in ("utf-16-le", "utf-16-be"):
        text = _strict(sample, encoding) or ""
        alphabet = sum(0x370 <= ord(char) <= 0xDFF for char in text)
        others = sum(char.isascii() for char in text)
        is_text = "\n" in text and not set(text).isdisjoint(",;\t|")
        if is_text and alphabet > len(text) / 5 and alphabet + others > 0.95 * len(text):
            return encoding
    return None


def _utf16_by_zeros(content: bytes) -> str | None:
    """UTF-16 without a mark: every Latin letter, comma and digit has a zero byte on the same side."""
    sample = content[:65536]
    if len(content) % 2:
        return None
    big, little = sample[0::2].count(0), sample[1::2].count(0)
    if max(big, little) < len(sample) / 20 or max(big, little) <= 4 * min(big, little):
        return None
    return "utf-16-le" if little > big else "utf-16-be"


def _nearly_utf8(content: bytes) -> bool:
    """Ten times as many right characters beyond ASCII as wrong ones: a UTF-8 file that was cut or pasted into."""
    text = content.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = len(text) - wrong - sum(map(str.isascii, text))
    return right >= 10 * wrong or _strict_with_surrogates(content)


def _strict_with_surrogates(content: bytes) -> bool:
    try:
        content.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _is_chinese(content: bytes) -> bool:
    """Valid GB18030 whose characters beyond ASCII are mostly those of everyday Chinese, GB 2312 (both bytes high)."""
    text = _strict(content, "gb18030")
    if text is None:
        return False
    beyond = [character for character in text[: 40 * SAMPLE] if not character.isascii()]
    everyday = sum(_strict_character(character) for character in beyond)
    return everyday > 0.8 * len(beyond)


def _strict_character(character: str) -> bool:
    try:
        return len(character.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


def _one_byte(content: bytes) -> str:
    contexts = b"\n".join(HIGH_BYTES.findall(content)[:SAMPLE])
    possible = [encoding for encoding in ONE_BYTE if _strict(content, encoding) is not None]
    return max(possible, key=lambda encoding: plausibility(contexts.decode(encoding)))


def plausibility(text: str) -> int:
    """Characters beyond ASCII that stand where Western languages have them, less those that do not.

    >>> plausibility("für"), plausibility("fŸr")
    (1, -1)
    """
    padded = f" {text} "
    triples = zip(padded, padded[1:], padded[2:], strict=False)
    return sum(1 if _is_placed(*triple) else -1 for triple in triples if not triple[1].isascii())


def _is_placed(before: str, character: str, after: str) -> bool:
    if character in OPENING:
        return after.isalpha() and not before.isalpha()
    if character.islower():
        return before.isalpha() or after.isalpha()
    if character.isupper():
        return not before.islower() and after.isalpha()
    return character in PUNCTUATION
