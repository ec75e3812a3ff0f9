"""Personal data out: by header, by content, cell by cell, and nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from survey_stats.errors import InputError
from survey_stats.intake.coding import shown
from survey_stats.intake.files import read_grid
from survey_stats.intake.platforms import recognise
from survey_stats.intake.privacy import Screened, screen, shape_of
from survey_stats.intake.table import Cell, Column, ExportTable, Role

WORDS = ["Anna", "Bo", "Cy", "Di"]


def table(*columns: Column) -> ExportTable:
    rows = len(columns[0].cells)
    return ExportTable("table", columns, list(range(2, rows + 2)), 1)


def column(code: str, cells: list[Cell], text: str | None = None, role: Role | None = None) -> Column:
    return Column(code, text or code, cells, 0, role)


def kind_of(code: str, cells: list[Cell], text: str | None = None, role: Role | None = None) -> str | None:
    return screen(table(column(code, cells, text, role))).left_out.get(code)


PERSONAL_HEADERS = {
    "name": [
        "Name", "First name", "last_name", "RecipientLastName", "What is your name?", "Please enter your full name:",
        "Your name (optional)", "Vorname", "Nachname", "Wie heißen Sie?", "Ihr Name", "Bitte geben Sie Ihren Namen an",
        "Navn", "Etternavn", "Hva heter du?", "आपका नाम", "आपका नाम क्या है?", "نام شما", "نام خانوادگی", "نام شما چیست؟",
        "Name *", "panel-RecipientFirstName", "Name of participant", "Name of the respondent", "Nickname",
        "Name der Teilnehmerin", "Ihr vollständiger Name", "Rufname", "Fornavn og etternavn", "Mellomnavn",
        "नाम और उपनाम", "कुलनाम", "اسم و فامیل", "نام و نام خانوادگی شما", "لطفا نام خود را وارد کنید",
    ],
    "email": [
        "Email Address", "E-mail", "email", "RecipientEmail", "What is your e-mail address?", "E-Mail-Adresse",
        "Ihre E-Mail-Adresse", "E-postadresse", "Hva er din e-postadresse?", "ईमेल पता", "ایمیل", "آدرس ایمیل شما",
        "panel-RecipientEmail",
    ],
    "phone": ["Phone number", "Telefonnummer", "Handynummer", "telephone_1", "फ़ोन नंबर", "شماره تلفن"],
    "ip_address": ["IPAddress", "IP Address", "IP-Adresse", "ipaddr"],
    "location": ["LocationLatitude", "Location Longitude", "Breitengrad", "_location_latitude", "अक्षांश"],
    "address": ["Address", "Home address", "Anschrift", "Straße und Hausnummer", "Postadresse", "पता", "آدرس"],
    "account": ["Username", "Benutzername", "Your Instagram handle", "Brukernavn", "نام کاربری"],
    "panel_id": ["PROLIFIC_PID", "Prolific ID", "workerId", "MTurk ID", "ExternalReference", "ExternalDataReference"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("header", "kind"), [(header, kind) for kind, headers in PERSONAL_HEADERS.items() for header in headers]
)
def test_personal_columns_are_found_by_their_header(header: str, kind: str) -> None:
    assert kind_of(header, [*WORDS]) == kind
    assert kind_of("Q7", [*WORDS], text=header) == kind


HARMLESS_HEADERS = [
    "How many friends know your real name?", "Do you read e-mail?", "time_weekday_email",
    "Which name brands do you buy?",
    "I use my real name on social media.", "Is it easy to get your phone number?",
    "How long is your phone in your hand?",
    "Name of your favourite app", "Name of school", "Product name", "Name der App", "Navn på appen", "ऐप का नाम",
    "نام برنامه", "I like to be addressed by name",
    "Name three things that you like", "nickname_use", "username_change_reason",
    "How often do you check your IP address?", "Who has your home address?", "q_email_minutes", "Platform name brands",
]  # fmt: skip


@pytest.mark.parametrize("header", HARMLESS_HEADERS)
def test_questions_about_such_things_stay(header: str) -> None:
    assert kind_of(header, ["Often", "Never", "Agree strongly", "2-3 hours"]) is None


TOPICS = {
    "minutes on e-mail": ("email", ["30", "45", "0", "120"]),
    "hours as numbers": ("E-mail", [1.5, 2.0, 0.0, 3.0]),
    "minutes on the phone": ("phone", [90.0, 30.0, 240.0]),
    "how often by phone": ("Phone", ["Often", "Never", "Often"] * 4),
}


@pytest.mark.parametrize(("header", "cells"), TOPICS.values(), ids=TOPICS)
def test_answers_show_that_a_header_names_a_topic(header: str, cells: list[Cell]) -> None:
    assert kind_of(header, cells) is None


def test_a_header_is_believed_where_the_answers_show_nothing() -> None:
    assert kind_of("Email", ["anonymous"] * 30) == "email"
    assert kind_of("RecipientEmail", ["", ""]) == "email"
    assert kind_of("Phone", [4791234567.0, 4798765432.0]) == "phone"


CONTENTS = {
    "email": ["anna@example.org", "bo.b@mail.example.com", "", "none"],
    "ip_address": ["203.0.113.4", "2001:db8::1", "", "198.51.100.7"],
    "phone": ["+49 30 1234567", "(212) 555-0123", "030 123 45 67", ""],
    "location": ["59.9139, 10.7522", "52.520,13.405", "", ""],
    "panel_id": ["5f3c1b2a9d8e7f6a5b4c3d2e", "60a1b2c3d4e5f6a7b8c9d0e1", "", ""],
}


@pytest.mark.parametrize(("kind", "cells"), CONTENTS.items(), ids=CONTENTS)
def test_personal_columns_are_found_by_their_content(kind: str, cells: list[Cell]) -> None:
    assert kind_of("Q7", cells) == kind


HARMLESS_CONTENTS = {
    "timestamps": ["2026-03-02 14:05:09", "2026-03-03 10:00:00"],
    "dates": ["02-03-2026", "12/10/2026", "2026.03.02"],
    "times": ["10:20:30", "1:30", "26:00"],
    "long numbers": ["1234567", "0012345678", "3292879998"],
    "numbers": [1234567.0, 3292879998.0],
    "decimals": ["0.123456789", "1234.5678901"],
    "durations": ["1-2 hours", "90", "1 h 30", "10-20"],
    "code lists": ["11 12 13 14", "1,2,3,4,5,6,7,8,9"],
    "money": ["$50,000 - $99,999", "$100,000 - $149,999"],
    "response ids": ["R_1aBcDeFgHiJkLmN", "R_2aBcDeFgHiJkLmN"],
    "handles": ["@home", "me @ work"],
    "other kinds": [dt.time(1, 30), dt.timedelta(hours=26), True],
}


@pytest.mark.parametrize("cells", HARMLESS_CONTENTS.values(), ids=HARMLESS_CONTENTS)
def test_other_contents_stay_as_they_are(cells: list[Cell]) -> None:
    screened = screen(table(column("Q7", cells)))
    assert (screened.left_out, screened.masked) == ({}, ())
    assert screened.table.columns[0].cells == cells


def test_ids_made_by_the_survey_tool_stay() -> None:
    ids: list[Cell] = ["5f3c1b2a9d8e7f6a5b4c3d2e", "60a1b2c3d4e5f6a7b8c9d0e1"]
    assert kind_of("Antwort", ids, role="response_id") is None
    assert kind_of("_id", ids) is None
    assert kind_of("ResponseId", ids) is None


def test_single_cells_of_other_columns_are_masked() -> None:
    cells: list[Cell] = [
        "I like it", "ask me: anna@example.org", "call 030 123 45 67 please", "I like it", "ask me: anna@example.org",
        "no",
    ]  # fmt: skip
    screened = screen(table(column("Q7", cells), column("Q8", [1.0] * 6)))
    assert screened.left_out == {}
    assert screened.masked == (("Q7", 1, "email"), ("Q7", 2, "phone"), ("Q7", 4, "email"))
    assert screened.table.columns[0].cells == ["I like it", "«e-mail»", "«phone»", "I like it", "«e-mail»", "no"]
    assert cells[1] == "ask me: anna@example.org"


def test_masking_is_complete_on_a_long_column() -> None:
    cells: list[Cell] = [f"answer {number} of person{number}@example.org" for number in range(3000)]
    cells[:2000] = [f"answer {number}" for number in range(2000)]
    screened = screen(table(column("Q7", cells)))
    assert len(screened.masked) == 1000
    assert set(screened.table.columns[0].cells[2000:]) == {"«e-mail»"}


def test_kept_columns_are_not_touched() -> None:
    cells: list[Cell] = ["anna@example.org", "bo@example.org"]
    screened = screen(table(column("Email", cells), column("Name", [*WORDS[:2]])), keep=["Email"])
    assert screened.left_out == {"Name": "name"}
    assert screened.table.columns[0].cells == cells


def test_nothing_but_the_columns_changes() -> None:
    before = ExportTable(
        "qualtrics", (column("Name", [*WORDS]), column("Q1", [*WORDS])), [4, 5, 6, 8], 3, {7: "empty"}, (",",)
    )
    after = screen(before).table
    assert [kept.code for kept in after.columns] == ["Q1"]
    assert (after.tool, after.row_numbers, after.header_rows, after.dropped, after.separators) == (
        "qualtrics", [4, 5, 6, 8], 3, {7: "empty"}, (",",),
    )  # fmt: skip


def test_a_column_that_the_survey_tool_calls_an_identifier_is_left_out_unless_it_is_asked_for() -> None:
    born = replace(column("dob", ["2010-10-14", "2010-02-02"]), identifying=True)
    assert screen(table(born)).left_out == {"dob": "identifier"}
    assert screen(table(born), keep=["dob"]).left_out == {}


NAMES = [
    "Anna Geheim", "ANNA GEHEIM", "Geheim, Anna", "Anna M. Geheim", "A. von der Ek", "Mary-Jane O'Neil", "Dr. Anna Ek",
    "Åse Østby", "Ümit Öz", " Anna Geheim ", "Anna-Lena Ek", "गीता शर्मा", "سارا احمدی", "Li Na",
    "friend of Anna Geheim",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_problem_that_may_be_a_name_shows_its_shape_only(name: str) -> None:
    assert shown(name) == shape_of(name)


@pytest.mark.parametrize("cell", ["2 hours", "About 2 hours", "Often", "never / sometimes", "12.5", "1 Std. 30", "None",
                                  "10 minutes or Less", "2-3 Stunden", "I never do", "über zwei", "E-Mail",
                                  "हमेशा"])  # fmt: skip
def test_a_problem_that_is_no_name_is_shown(cell: str) -> None:
    assert shown(cell) == cell


@pytest.mark.parametrize("cell", ["نیم ساعت خیلی", "दो घंटे से", "ساعت زیاد"])
def test_words_of_a_script_without_capitals_are_shown_where_an_amount_is_asked(cell: str) -> None:
    assert shown(cell, "duration") == cell
    assert shown(cell, "single") == shape_of(cell)
    assert shown("Anna Geheim", "duration") == "xxxx xxxxxx"


SHAPES = {
    "anna.ek@uio.no": "xxxx.xx@xxx.", "0176 1234567": "9999 9999999", "Ærlig!": "xxxxx!", "۲ ساعت": "9 xxxx",
    "नमस्ते": "xxxxxx", "a\nb": "x x", "\U0001f600": "x", "": "", 12.5: "99.9", True: "xxxx",
    dt.time(1, 30): "99:99:99", dt.timedelta(hours=26): "9 xxx, 9:99:", "+47-1": "+99-9",
}  # fmt: skip


@pytest.mark.parametrize(("cell", "shape"), SHAPES.items(), ids=map(repr, SHAPES))
def test_a_shape_says_nothing_of_the_content(cell: Cell, shape: str) -> None:
    assert shape_of(cell) == shape


def screened(path: Path) -> Screened:
    return screen(recognise(read_grid(path)))


REAL = {
    "exports/qualtrics/qualtRics_sample_3header.csv": {
        "IPAddress": "ip_address", "RecipientLastName": "name", "RecipientFirstName": "name", "RecipientEmail": "email",
        "ExternalReference": "panel_id", "LocationLatitude": "location", "LocationLongitude": "location",
    },
    "exports/qualtrics/qualtRics_sample_legacy_2header.csv": {
        "V3": "name", "V4": "panel_id", "V5": "email", "V6": "ip_address", "LocationLatitude": "location",
        "LocationLongitude": "location",
    },
    "exports/ms_forms/msforms_like.xlsx": {"Email": "email", "Name": "name"},
    "exports/surveymonkey/surveymonkey_like.xlsx": {
        "IP Address": "ip_address", "Email Address": "email", "First Name": "name", "Last Name": "name",
    },
    "exports/redcap/survey_data.csv": {
        "email": "email", "first_name": "name", "last_name": "name", "address": "address", "telephone_1": "phone",
    },
    "exports/qualtrics/digex-survey-responses-raw.xlsx": {},
    "exports/google_forms/dask_2019.csv.gz": {},
    "exports/google_forms/dask_2021.csv.gz": {},
    "exports/google_forms/otel-docs-usability-survey.csv": {},
    "exports/google_forms/jupyter_education_2016.csv": {},
    "exports/limesurvey/rse_2017_de_public_data.csv": {},
    "exports/alchemer/20160115235816-SurveyExport.csv": {},
    "data/mqp_qualtrics/MQPResponsesD.csv": {},
    "data/es_twitter/data.csv": {},
    "data/psych_r/bfi.csv": {},
    "data/starwars_538/star-wars-survey_StarWars.csv": {},
}  # fmt: skip


@pytest.mark.parametrize(("name", "left_out"), REAL.items(), ids=REAL)
def test_real_exports_lose_what_is_personal_and_nothing_else(shared: Path, name: str, left_out: dict[str, str]) -> None:
    found = screened(shared / name)
    assert found.left_out == left_out
    assert found.masked == ()


# --- Single cells of every kind, both ways ---------------------------------------------------------------------------

HELD = {
    "ip_address": [
        "I post from 203.0.113.45 at home", "2001:0db8:85a3:0000:0000:8a2e:0370:7334", "it was 2001:db8::8a2e",
    ],
    "location": ["home: 59.9139, 10.7522", "I live at 52.52000 / 13.40500", "59°54'50\"N 10°45'08\"E"],
    "account": [
        "follow me @anna.ek_95", "https://www.instagram.com/anna.ek/", "facebook.com/anna.ek.5", "t.me/annaek",
        "https://www.linkedin.com/in/anna-ek", "tiktok.com/@annaek", "x.com/annaek", "reddit.com/user/annaek",
    ],
    "panel_id": ["my id: 5f3c1b2a9d8e7f6a5b4c3d2e", "A2SUAM1J3GNN3B", "worker A3CP2IXU8RO52V."],
    "address": [
        "Ich wohne in der Lindenstraße 12, 10969 Berlin", "Storgata 5, 0155 Oslo",
        "12 Elm Grove Road, Springfield, IL 62704", "Hauptstr. 3a 80331 München",
    ],
    "name": [
        "Hi, my name is Anna", "My name's Bo Ek", "ich heiße Jürgen", "Mein Name ist Anna Ek", "Jeg heter Åse",
        "मेरा नाम अनीता है", "نام من آنا است", "اسمم سارا",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in HELD.items() for text in texts])
def test_a_cell_that_holds_personal_data_is_masked(kind: str, text: str) -> None:
    screened = screen(table(column("Q9", ["nothing", "often", text, "never", "rarely"])))
    assert screened.masked == (("Q9", 2, kind),)
    assert text not in list(screened.table.columns[0].cells)


HARMLESS_CELLS = [
    "Strongly agree", "4 - often", "Instagram", "X (formerly Twitter)", "Twitter/X", "Facebook, Instagram, TikTok",
    "@", "me @ work", "chat @home", "version 1.2.3.4", "10:20:30", "1:30", "26:00:00", "2-3 hours", "1.5", "3.14159",
    "12.5, 13.5", "https://www.instagram.com/explore/tags/cats", "https://www.youtube.com/watch?v=abc",
    "https://x.com/search?q=cats", "https://www.facebook.com/groups/123", "raw.githubusercontent.com/some/file",
    "reddit.com/r/science", "gmx.net/news", "ACKNOWLEDGED", "ABSOLUTELYNOT", "R_1aBcDeFgHiJkLmN",
    "My name is not my real name online", "my name is on Instagram", "I use my real name", "ich heiße es gut",
    "What's your name?", "नाम", "मेरा नाम नहीं", "نام کاربری", "Main Street is busy", "Straße", "in 10969 Berlin",
    "5 hours 12345", "I walk 20 Minutes Road trips", "2026-03-02 14:05:09", "@SUM(1+9)", "std::vector", "a::b",
    "5f3c1b2a-9d8e-7f6a-5b4c-3d2e5f3c1b2a", "https://www.amazon.com/A3CP2IXU8RO52V/ref", "Anna Karenina",
]  # fmt: skip


@pytest.mark.parametrize("text", HARMLESS_CELLS)
def test_a_harmless_cell_is_never_masked(text: str) -> None:
    assert screen(table(column("Q9", ["nothing", "often", text, "never", "rarely"]))).masked == ()


def test_a_column_of_mturk_ids_is_left_out() -> None:
    assert kind_of("Q7", ["A2SUAM1J3GNN3B", "A3CP2IXU8RO52V", "", "A20WYYF73DKG7"]) == "panel_id"


# --- Headers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "kind"),
    [("anna.ek@example.org", "an e-mail address"), ("203.0.113.77", "an IP address"), ("2001:db8::1", "an IP address")],
)
def test_a_file_without_a_row_of_headers_is_refused_for_a_person_stands_there(header: str, kind: str) -> None:
    with pytest.raises(InputError) as error:
        screen(table(column("Often", ["Never", "Often"]), replace(column(header, ["a", "b"]), position=1)))
    assert str(error.value) == (
        f"Column 2 is headed by {kind}: the first row seems to hold answers where the names of the columns or the "
        "questions stand. Put a row with them above it, or export again with them."
    )


def test_what_a_tool_has_piped_into_a_question_is_masked_and_names_stay_unique() -> None:
    asked = "Dear {}, how often do you post? Call +49 30 9087765."
    columns = [column(asked.format(who), ["Often", "Never"]) for who in ("anna@example.org", "bo@example.org")]
    labelled = replace(column("q", [1, 2]), labels={1: "ask anna@example.org", 2: "no"}, stem="From 203.0.113.77")
    first, second, third = screen(table(*columns, labelled)).table.columns
    assert first.text == "Dear «e-mail», how often do you post? Call «phone»."
    assert (first.code, second.code) == (first.text, f"{first.text}.2")
    assert (third.labels, third.stem) == ({1: "ask «e-mail»", 2: "no"}, "From «IP address»")


def test_a_header_that_a_question_needs_stays() -> None:
    asked = ["Do you follow @NASA?", "In version 1.2.3.4 of the app", "From 2010-2020, how often?", "x.com/NASA"]
    assert [one.code for one in screen(table(*(column(text, ["a", "b"]) for text in asked))).table.columns] == asked
    kept = column("Mail to anna@example.org", ["a", "b"])
    assert screen(table(kept), keep=[kept.code]).table.columns[0] is kept
