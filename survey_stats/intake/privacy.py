"""Personal data out, before anything else looks at the answers.

A column is left out if its header asks for a name, an address, an account and the like, if the survey tool itself calls
it an identifier, or if most of its cells look like e-mail addresses, IP addresses, telephone numbers, coordinates or
panel ids. In all other columns a cell is masked that holds one of these, a link to a person's profile, a handle, a
postal address or "my name is X". Headers are compared whole, so that a question like "How many friends know your name?"
stays. What a survey tool has piped into a header (the address of the person asked) is masked there too.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from survey_stats.errors import InputError, nearest
from survey_stats.intake.table import Cell, Column, Distinct, ExportTable, Role
from survey_stats.intake.text import normalised

SHAPE_LENGTH = 12
MOSTLY = 0.5
FEW_LABELS = 12
"""A column of at most this many different texts, each three times on average, holds the labels of an answer format."""

PARADATA: frozenset[Role] = frozenset(
    {"start", "end", "recorded", "duration_seconds", "finished", "progress", "status", "response_id", "language",
     "channel", "simulated"}
)  # fmt: skip
"""Roles under which nothing personal is found: times, states and pseudonyms."""
OWN_IDS = {"id", "uuid", "response id", "submission id", "record id", "session id", "case id"}
"""Headers of ids that a survey tool made; they name no person, even if they look like a panel's."""

HEADERS: Mapping[str, str] = {
    "name": (
        "name|full name|real name|first name|last name|surname|family name|given name|forename|middle name|maiden name"
        "|first and last name|name and surname|recipient first name|recipient last name|panel recipient first name"
        "|panel recipient last name|submitter name|namen|vorname|nachname|familienname|vor und nachname"
        "|vorname und nachname|name vorname|vorname name|nachname des empfängers|vorname des empfängers"
        "|name der (?:teilnehmerin|person|befragten|teilnehmenden|versuchsperson)|name des (?:teilnehmers|befragten)"
        "|(?:vollständiger|voller|ganzer|richtiger|bürgerlicher) name|rufname|spitzname|geburtsname|mädchenname"
        "|name of (?:the )?(?:participant|respondent|student|child|person|patient|interviewee|interviewer)"
        "|nick ?name|preferred name|mother s maiden name|initials|initialen|initialer"
        "|wie heißen sie|wie heißt du|wie ist ihr name|wie ist dein name|wie lautet ihr name|navn|fornavn|etternavn"
        "|fullt navn|for og etternavn|fornavn og etternavn|mellomnavn|kallenavn|pikenavn|navn på deltaker(?:en)?"
        "|hva heter du|navnet|नाम|पूरा नाम|पहला नाम|उपनाम|कुलनाम|नाम और उपनाम|प्रतिभागी का नाम"
        "|نام|نام کامل|نام کوچک|نام خانوادگی|نام و نام خانوادگی|نام (?:شرکت کننده|پاسخ دهنده|پدر|مادر)|اسم|اسم و فامیل"
        "|فامیل|فامیلی"
    ),
    "email": (
        "e ?mail|e ?mail address|email id|mail|mail address|(?:panel )?recipient e ?mail|e ?mail adresse|mailadresse"
        "|e ?mail des empfängers|e ?post|e ?postadresse|epost adresse|ईमेल|ई मेल|ईमेल पता|ईमेल आईडी|ایمیل|آدرس ایمیل"
        "|نشانی ایمیل|پست الکترونیک|پست الکترونیکی|رایانامه|correo electrónico"
    ),
    "phone": (
        "phone|phone number|telephone|telephone number|mobile number|mobile phone number|cell phone number|cell number"
        "|whatsapp number|contact number|telefon|telefonnummer|handynummer|mobilnummer|mobiltelefonnummer|rufnummer"
        "|telefonnr|फ़ोन|फोन|फ़ोन नंबर|फोन नंबर|मोबाइल नंबर|दूरभाष|تلفن|شماره تلفن|تلفن همراه|شماره تلفن همراه"
        "|شماره موبایل|شماره تماس"
    ),
    "ip_address": "ip|ip ?address|ip ?addr|ip ?adresse|आईपी पता|آی پی|آدرس آی پی|نشانی آی پی",
    "location": (
        "latitude|longitude|lat|lng|location ?latitude|location ?longitude|gps|gps coordinates|coordinates|geolocation"
        "|breitengrad|längengrad|breitengrad des standorts|längengrad des standorts|koordinaten|breddegrad|lengdegrad"
        "|koordinater|अक्षांश|देशांतर|عرض جغرافیایی|طول جغرافیایی|مختصات"
    ),
    "address": (
        "address|home address|postal address|mailing address|street|street address|street and number|adresse|anschrift"
        "|wohnadresse|postanschrift|privatadresse|straße|straße und hausnummer|hausnummer|postadresse|gateadresse"
        "|hjemmeadresse|bostedsadresse|पता|घर का पता|डाक पता|آدرس|نشانی|آدرس منزل|نشانی منزل|آدرس پستی"
    ),
    "account": (
        "user ?name|login|login name|account name|user handle|submitted by"
        "|(?:instagram|twitter|x|tiktok|facebook|snapchat|telegram|social media)"
        " (?:handle|user ?name|account|account name|profile link|benutzername|nutzername)"
        "|benutzername|nutzername|brukernavn|उपयोगकर्ता नाम|نام کاربری"
    ),
    "panel_id": (
        "prolific ?p?id|prolific participant id|prolific academic id|mturk|mturk ?id|(?:mturk |amazon |amazon mturk )?"
        "worker ?id|assignment ?id|panel ?id|panelist ?id|panellist ?id|psid|rid|sona ?id|student ?id|student number"
        "|matriculation number|matrikelnummer|(?:panel )?external ?(?:data ?)?reference|externe datenreferenz"
        "|personnummer|fødselsnummer|national id|social security number|aadhaar number|کد ملی|شماره دانشجویی"
    ),
}
"""Kind → headers of such columns in English, German, Norwegian, Hindi and Persian, as `_header_keys` leaves them."""

ASKING = (
    r"(?:please |enter |provide |type |give |write |state |leave |fill in |tell us |specify |what is |what s |what are "
    r"|bitte |geben sie |skriv |oppgi |hva er |कृपया |لطفا )*"
    r"(?:your |my |the |participant |participant s |participants |respondent |respondent s |contact |ihre? |ihren "
    r"|deine? |deinen |din |ditt |अपना |आपका |आप का )*"
)
CLOSING = (
    r"(?: optional| required| here| below| again| an| ein| ditt| din| लिखें| क्या है| خود| شما| چیست| را وارد کنید"
    r"| \d{1,2})*"
)
HEADER_PATTERNS = {kind: re.compile(normalised(f"{ASKING}(?:{words}){CLOSING}")) for kind, words in HEADERS.items()}

EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
PHONE = re.compile(
    r"(?<![\w.,+:/-])(?:"
    r"\+\d[\d ()./-]{6,18}\d"  # +49 30 1234567
    r"|(?:1[-. ])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-. ])[2-9]\d{2}[-. ]\d{4}"  # (212) 555-0123
    r"|\(?0[1-9]\d{0,4}\)?[ /-] ?\d{2,9}(?:[ -]\d{2,9}){0,5}"  # 030 123 45 67
    r"|01[5-7]\d{8,9}|09\d{9}|۰۹[۰-۹]{9}"  # mobile numbers of Germany and Iran
    r")(?![\w:-])"
)
SEPARATORS = re.compile(r"[^\w\u0900-\u097f]|_")
DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
PLAIN_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
LONG_NUMBER = re.compile(r"\+?\d{7,15}")
COORDINATES = re.compile(r"([-+]?\d{1,2}\.\d{3,})\s*[,; ]\s*([-+]?\d{1,3}\.\d{3,})(?:[ ,;]+[-+]?\d+(?:\.\d+)?){0,2}")
PHONE_DIGITS = range(9, 16)


@dataclass(frozen=True, slots=True, eq=False)
class Screened:
    """A table without personal data, and what was taken out; nothing here repeats a personal cell.

    Attributes:
        table: The table without the personal columns, single personal cells masked.
        left_out: Code of a column left out → kind (`name`, `email`, `phone`, `ip_address`, `location`, `address`,
            `account`, `panel_id`, `identifier`: what the survey tool calls so).
        masked: Code of the column, index of the row in the table and kind, for each masked cell.
    """

    table: ExportTable
    left_out: Mapping[str, str]
    masked: tuple[tuple[str, int, str], ...] = ()


def screen(table: ExportTable, *, keep: Collection[str] = ()) -> Screened:
    """Takes personal columns out and masks personal cells in the others.

    Args:
        table: The export.
        keep: Codes of columns that stay as they are, whatever they hold.

    Raises:
        InputError: A column is headed by an address: the file has no row of headers, and its first person stands there.
            Or a column to keep is none of the export.
    """
    _check_headers(table)
    named = list(_with_masked_headers(table.columns, keep))
    _check_kept(keep, table.columns, named)
    left_out: dict[str, str] = {}
    masked: list[tuple[str, int, str]] = []
    columns: list[Column] = []
    for column in named:
        if column.code in keep or column.role in PARADATA:
            columns.append(column)
        elif kind := "identifier" if column.identifying else _kind_of_column(column):
            left_out[column.code] = kind
        else:
            found = _personal_cells(column.distinct)
            masked.extend((column.code, row, kind) for row, kind in found.items())
            columns.append(_masked(column, found) if found else column)
    return Screened(replace(table, columns=tuple(columns)), left_out, tuple(masked))


def shape_of(cell: Cell) -> str:
    """What a cell looks like without what it says: letters are x, digits 9, twelve characters at most.

    >>> shape_of("anna.ek@uio.no"), shape_of("0176 1234567"), shape_of("۲ ساعت")
    ('xxxx.xx@xxx.', '9999 9999999', '9 xxxx')
    """
    return "".join(map(_shape_of_character, str(cell)[:SHAPE_LENGTH]))


def _shape_of_character(character: str) -> str:
    match unicodedata.category(character)[0]:
        case "L" | "M" | "S" if not character.isascii() or character.isalpha():
            return "x"
        case "N":
            return "9"
        case "C":
            return " "
    return character


# --- Whole columns ---------------------------------------------------------------------------------------------------


def _kind_of_column(column: Column) -> str | None:
    counts = {cell: int(count) for cell, count in zip(column.distinct.cells, column.distinct.counts, strict=True)
              if cell != ""}  # fmt: skip
    asked = _kind_of_header(column)
    if asked is not None and not _contradicts(asked, counts):
        return asked
    if asked is None and not OWN_IDS.isdisjoint(_header_keys(column.code)):
        return None
    return _kind_of_cells(counts)


def _kind_of_header(column: Column) -> str | None:
    """By the question text, and by the code unless the text says more than one word."""
    keys = _header_keys(column.text)
    if column.role == "metadata" or " " not in column.text.strip():
        keys |= _header_keys(column.code)
    matches = (kind for kind, pattern in HEADER_PATTERNS.items() if any(map(pattern.fullmatch, keys)))
    return next(matches, None)


def _header_keys(text: str) -> set[str]:
    """`RecipientEmail` → `recipient email` and `recipientemail`; `MTurk_ID:` → `m turk id` and `mturk id`."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    return {" ".join(SEPARATORS.sub(" ", normalised(words)).split()) for words in (text, split)}


def _contradicts(kind: str, counts: Mapping[Cell, int]) -> bool:
    """Whether the answers show that the header names a topic: minutes on `email`, "often" under `phone`.

    A single repeated value (`anonymous`) shows nothing.
    """
    if kind in {"ip_address", "location", "panel_id"} or len(counts) < 2:
        return False
    texts = [cell if isinstance(cell, str) else "" for cell in counts]
    if kind in LOOKS and any(LOOKS[kind](text) for text in texts):
        return False
    if kind == "phone" and any(LONG_NUMBER.fullmatch(_digits(cell)) for cell in counts):
        return False
    if all(not text or PLAIN_NUMBER.fullmatch(text.strip()) for text in texts):
        return True
    return len(counts) <= FEW_LABELS and sum(counts.values()) >= 3 * len(counts)


def _digits(cell: Cell) -> str:
    text = f"{cell:.0f}" if isinstance(cell, float) else str(cell)
    return re.sub(r"[ ()/.-]", "", text)


def _kind_of_cells(counts: Mapping[Cell, int]) -> str | None:
    """The kind that most of at least two filled cells look like."""
    texts: Counter[str] = Counter()
    for cell, count in counts.items():
        if isinstance(cell, str):
            texts[cell.strip()] += count
    filled = sum(counts.values())
    if texts.total() < 2 or texts.total() <= MOSTLY * filled:
        return None
    for kind, looks in LOOKS.items():
        if sum(count for text, count in texts.items() if looks(text)) > max(1, MOSTLY * filled):
            return kind
    return None


def _is_email(text: str) -> bool:
    return EMAIL.fullmatch(text.removeprefix("mailto:")) is not None


def _is_phone(text: str) -> bool:
    return (
        PHONE.fullmatch(text) is not None
        and DATE.fullmatch(text) is None
        and sum(map(str.isdigit, text)) in PHONE_DIGITS
    )


def _is_ip_address(text: str) -> bool:
    if not 3 < len(text) < 46 or (text.count(".") != 3 and text.count(":") < 2):
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_location(text: str) -> bool:
    match = COORDINATES.fullmatch(text)
    return match is not None and abs(float(match[1])) <= 90 and abs(float(match[2])) <= 180


def _is_panel_id(text: str) -> bool:
    return PANEL_ID_WITHIN.fullmatch(text) is not None


LOOKS: Mapping[str, Callable[[str], bool]] = {
    "email": _is_email,
    "ip_address": _is_ip_address,
    "phone": _is_phone,
    "location": _is_location,
    "panel_id": _is_panel_id,
}
"""Kind → whether a whole cell looks like it."""


# --- Single cells ----------------------------------------------------------------------------------------------------

MASKS = {
    "email": "«e-mail»", "phone": "«phone»", "ip_address": "«IP address»", "location": "«coordinates»",
    "account": "«account»", "panel_id": "«panel id»", "address": "«address»", "name": "«name»",
}  # fmt: skip
IPV4_WITHIN = re.compile(r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.]*\d)")
IPV6_WITHIN = re.compile(r"(?<![\w:.])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{1,4}(?![\w:])")
COORDINATES_WITHIN = re.compile(r"(?<![\d.])([-+]?\d{1,2}\.\d{4,})°?\s*[,;/ ]\s*([-+]?\d{1,3}\.\d{4,})(?![\d.])")
DEGREES = re.compile(r"\d{1,2}°\s?\d{1,2}['′’]\s?(?:\d{1,2}(?:\.\d+)?[\"″”]\s?)?[NSns]\b")
PANEL_ID_WITHIN = re.compile(
    r"(?<![0-9A-Za-z/=])(?:[0-9a-f]{24}|A(?=[0-9A-Z]*\d)(?=[0-9A-Z]*[A-Z])[0-9A-Z]{12,13})(?![0-9A-Za-z])"
)
"""Prolific: 24 hexadecimal digits; MTurk: `A` and 12 or 13 capitals and digits."""
PROFILE = re.compile(
    r"(?<![\w.-])(?:www\.|m\.)?(?:(?:instagram|twitter|x|facebook|snapchat|threads|vk)\.(?:com|net)/"
    r"(?!(?:p|reel|reels|explore|watch|search|hashtag|home|help|about|login|share|sharer|groups|events|i|intent|privacy"
    r"|legal|settings|policies|ads|business|feed|jobs|pages|stories|tos|marketplace|gaming|notes)(?:[/?#.\s]|$))"
    r"(?:add/|@)?[\w.-]{2,}|t\.me/[\w.-]{3,}|tiktok\.com/@[\w.-]{2,}|youtube\.com/(?:@|user/)[\w.-]{2,}"
    r"|linkedin\.com/in/[\w.-]{2,}|reddit\.com/(?:u|user)/[\w.-]{2,})",
    re.IGNORECASE,
)
"""A link to somebody's profile; links to posts, searches and pages of the platform name nobody."""
HANDLE = re.compile(
    r"(?<![\w@.])@(?=[\w.]*[A-Za-z_])(?!(?:home|work|school|uni|all|everyone|here|channel|least)\b)[A-Za-z0-9_][\w.]{2,29}(?![\w.(])"
)
STREET = re.compile(
    r"\b(?:[A-ZÄÖÜ][\wäöüß-]*(?:straße|strasse|str\.|allee|gasse|platz|weg|ring|damm|ufer)|[A-ZÆØÅ][\wæøå-]*(?:gata|gaten|gate"
    r"|veien|vegen|vei)) \d{1,4} ?[a-zA-Z]?,? (?:D-|N-|A-|CH-)?\d{4,5} [A-ZÄÖÜÆØÅ]"
    r"|\b\d{1,5} (?:[A-Z][\w'-]+ ){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Boulevard|Blvd|Drive|Dr|Court|Ct)\b\.?"
    r",? (?:[A-Z][\w'-]+,? ?){1,3}(?:[A-Z]{2} )?\d{5}"
)  # fmt: skip
"""Street, number, postal code and the beginning of a town: nothing less is sure."""
_NAMED = r"[A-ZÄÖÜÆØÅ][\w'’-]+"
INTRODUCTION = re.compile(
    r"(?i:\bmy (?:full |real |first |last )?name(?:'s| is)|\bi am called|\bich hei(?:ß|ss)e"
    rf"|\bmein (?:voller )?name ist"
    rf"|\b(?:jeg|eg) heter|\bmitt navn er|\bnavnet mitt er) (?!(?:Instagram|Twitter|Facebook|TikTok|YouTube|WhatsApp"
    rf"|Snapchat|Reddit|LinkedIn|Not|Never|Private|On|In|Used|Nicht|Ikke)\b){_NAMED}"
    r"|मेरा (?:पूरा )?नाम (?!है|नहीं|क्या)\S+|(?:نام|اسم) من (?!است|نیست|را|در)\S+|(?:نامم|اسمم) (?!را|در)\S+"
)  # fmt: skip
"""How people introduce themselves in English, German, Norwegian, Hindi and Persian, before a word with a capital."""


def _personal_cells(found: Distinct) -> dict[int, str]:
    """Index → kind of the cells that hold personal data; equal texts are searched once."""
    kinds = {number: kind for number, text in enumerate(found.cells)
             if isinstance(text, str) and (kind := _kind_within(text))}  # fmt: skip
    if not kinds:
        return {}
    rows = np.flatnonzero(np.isin(found.positions, list(kinds)))
    return {int(row): kinds[int(found.positions[row])] for row in rows}


def _kind_within(text: str) -> str | None:
    if len(text) < 4:
        return None
    return next((kind for kind, holds in WITHIN.items() if holds(text)), None)


def _holds_phone(text: str) -> bool:
    return len(text) >= min(PHONE_DIGITS) and any(_is_phone(match[0]) for match in PHONE.finditer(text))


def _holds_ip_address(text: str) -> bool:
    """Four numbers with dots are an address unless all are short, as in versions and section numbers (`1.2.3.4`)."""
    if text.count(".") >= 3 and any(_is_host(match[0]) for match in IPV4_WITHIN.finditer(text)):
        return True
    return text.count(":") >= 2 and any(
        _is_ip_address(match[0]) and ("::" in match[0] or match[0].count(":") == 7) and match[0].count(":") > 2
        for match in IPV6_WITHIN.finditer(text)
    )


def _is_host(address: str) -> bool:
    is_long = any(len(part) == 3 for part in address.split("."))
    return is_long and _is_ip_address(address) and not ipaddress.ip_address(address).is_loopback


def _holds_location(text: str) -> bool:
    if "°" in text and DEGREES.search(text):
        return True
    return any(
        abs(float(match[1])) <= 90 and abs(float(match[2])) <= 180 for match in COORDINATES_WITHIN.finditer(text)
    )


def _holds_account(text: str) -> bool:
    return PROFILE.search(text) is not None or ("@" in text and HANDLE.search(text) is not None)


WITHIN: Mapping[str, Callable[[str], bool]] = {
    "email": lambda text: "@" in text and EMAIL.search(text) is not None,
    "phone": _holds_phone,
    "ip_address": _holds_ip_address,
    "location": _holds_location,
    "account": _holds_account,
    "panel_id": lambda text: PANEL_ID_WITHIN.search(text) is not None,
    "address": lambda text: STREET.search(text) is not None,
    "name": lambda text: INTRODUCTION.search(text) is not None,
}
"""Kind → whether a cell holds such a thing somewhere."""


def _masked(column: Column, kinds: Mapping[int, str]) -> Column:
    cells = [MASKS[kinds[row]] if row in kinds else cell for row, cell in enumerate(column.cells)]
    return replace(column, cells=cells)


# --- Headers ---------------------------------------------------------------------------------------------------------

HEADING = {"email": "an e-mail address", "ip_address": "an IP address"}
"""What heads no column: kind → its words."""
PIPED = {
    "email": (EMAIL,),
    "phone": (PHONE,),
    "ip_address": (IPV4_WITHIN, IPV6_WITHIN),
    "location": (COORDINATES_WITHIN, DEGREES),
    "panel_id": (PANEL_ID_WITHIN,),
}
"""Kind → what is masked in headers and labels; an account or a street that a question names is no respondent's."""


def _check_headers(table: ExportTable) -> None:
    if not table.header_rows:
        return
    for column in table.columns:
        kind = next((kind for kind in HEADING if LOOKS[kind](column.text.strip())), None)
        if kind is not None:
            raise InputError(
                f"Column {column.position + 1} is headed by {HEADING[kind]}: the first row seems to hold answers where "
                "the names of the columns or the questions stand. Put a row with them above it, or export again with "
                "them."
            )


def _check_kept(keep: Collection[str], columns: Iterable[Column], named: Iterable[Column]) -> None:
    """A name with a slip of the pen would leave out the column that was to be kept."""
    shown = [column.code for column in named]
    known = {*shown, *(column.code for column in columns)}
    for name in keep:
        if name not in known:
            raise InputError(
                f"plan.toml: data.keep: found {name!r}, which is no column of the export. {nearest(name, shown)} "
                "Write the column's name as it stands in the header."
            )


def _with_masked_headers(columns: Iterable[Column], keep: Collection[str]) -> Iterator[Column]:
    """The columns with names, texts and labels in which nobody is named; names stay unique."""
    taken: Counter[str] = Counter()
    for column in columns:
        named = column if column.code in keep else _with_masked_header(column)
        taken[named.code] += 1
        again = named is not column and taken[named.code] > 1
        yield replace(named, code=f"{named.code}.{taken[named.code]}") if again else named


def _with_masked_header(column: Column) -> Column:
    told: dict[str, Any] = {name: getattr(column, name) for name in ("code", "text", "stem", "part")}
    masked: dict[str, Any] = {name: _without_contacts(text) for name, text in told.items()}
    for name in ("labels", "missing"):
        told[name] = getattr(column, name)
        masked[name] = {code: _without_contacts(label) for code, label in told[name].items()}
    return column if masked == told else replace(column, **masked)


def _without_contacts(text: str) -> str:
    for kind, patterns in PIPED.items():
        if WITHIN[kind](text):
            for pattern in patterns:
                text = pattern.sub(MASKS[kind], text)
    return text
