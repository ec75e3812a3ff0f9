"""KoboToolbox and ODK: names or labels, groups, select-multiple as summary, details and both, repeats."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from survey_stats.instrument import AnswerFormat, Instrument, Item
from survey_stats.intake.answers import ANSWERED, code_column
from survey_stats.intake.matching import match_columns
from survey_stats.intake.platforms import recognise
from survey_stats.intake.table import Cell, ExportTable, Grid, distinct

Found = Callable[..., dict[str, Any]]
ADDED = {
    "_id": "metadata", "_uuid": "response_id", "_submission_time": "recorded", "_validation_status": "status",
    "_notes": "metadata", "_status": "metadata", "_submitted_by": "metadata", "__version__": "metadata",
    "_tags": "metadata", "_index": "metadata",
}  # fmt: skip
DIETS = {
    "labels": ["Gluten-free", "Vegan", "Vegetarian", "Lactose-free"],
    "names": ["gluten_free", "vegan", "vegetarian", "lactose_free"],
}
DIET = {"labels": "Accommodating of dietary needs", "names": "dietary_accommodations"}
POINT = ["_location_latitude", "_location_longitude", "_location_altitude", "_location_precision"]


def read(*rows: list[Cell], sheets: tuple[str, ...] = ()) -> ExportTable:
    return recognise(Grid("a.xlsx", [list(row) for row in rows], sheet="main", sheets=sheets))


def columns(table: ExportTable) -> list[tuple[str, str, str | None, str, str]]:
    return [(one.code, one.text, one.import_id, one.stem, one.part) for one in table.columns if one.role is None]


# --- Real files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", ["names", "labels"])
@pytest.mark.parametrize("kind", ["summary", "details", "both"])
def test_select_multiple_each_way(shared: Path, found: Found, headers: str, kind: str) -> None:
    summary = {} if kind == "details" else {DIET[headers]: "metadata"}
    notes = {"summaries": f"left aside, as each option has a column: {DIET[headers]}"} if kind == "both" else {}
    name = {"names": "restaurant_name", "labels": "Restaurant name"}[headers]
    assert found(shared / "exports" / "kobo" / f"formpack_dietary_needs_{headers}_{kind}.xlsx") == {
        "tool": "kobo", "header_rows": 1, "answers": 3,
        "questions": [name, DIET[headers]] if kind == "summary" else [name],
        "multiple": {} if kind == "summary" else {DIET[headers]: DIETS[headers]},
        "metadata": (summary if kind == "both" else {}) | ADDED,
        "dropped": {}, "notes": notes,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "questions", "symmetry", "options"),
    [
        (
            "names",
            ["How_many_segments_does_your_body_have", "Do_you_have_body_flu_intracellular_space",
             "Do_you_descend_from_unicellular_organism"],
            "What_kind_of_symmetry_do_you_have", ["spherical", "radial", "bilateral"],
        ),
        (
            "labels",
            ["External Characteristics/How many segments does your body have?",
             "Do you have body fluids that occupy intracellular space?",
             "Do you descend from an ancestral unicellular organism?"],
            "What kind of symmetry do you have?", ["Spherical", "Radial", "Bilateral"],
        ),
    ],
)  # fmt: skip
def test_groups(
    shared: Path, found: Found, headers: str, questions: list[str], symmetry: str, options: list[str]
) -> None:
    summary = symmetry if headers == "names" else f"External Characteristics/{symmetry}"
    assert found(shared / "exports" / "kobo" / f"formpack_grouped_translated_{headers}_both.xlsx") == {
        "tool": "kobo", "header_rows": 1, "answers": 3,
        "questions": questions, "multiple": {symmetry: options},
        "metadata": {"start": "start", "end": "end", summary: "metadata"} | ADDED,
        "dropped": {}, "notes": {"summaries": f"left aside, as each option has a column: {summary}"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "passages"),
    [
        ("names", ["russian_passage_1", "russian_passage_2"]),
        ("labels", ["Reading test 1 (flash at 10)", "Reading test 2 (flash at 5)"]),
    ],
)
def test_a_question_with_counts_of_its_own(shared: Path, found: Found, headers: str, passages: list[str]) -> None:
    told = found(shared / "exports" / "kobo" / f"formpack_literacy_test_{headers}_both.xlsx")
    counts = ["Word at flash", "Duration of exercise", "Total words attempted"]
    words = told.pop("multiple")
    assert {passage: len(parts) for passage, parts in words.items()} == dict.fromkeys(passages, 46)
    assert told == {
        "tool": "kobo", "header_rows": 1, "answers": 3,
        "questions": [f"{passage}/{count}" for passage in passages for count in counts],
        "metadata": dict.fromkeys(passages, "metadata") | ADDED,
        "dropped": {}, "notes": {"summaries": f"left aside, as each option has a column: {', '.join(passages)}"},
    }  # fmt: skip


@pytest.mark.parametrize("headers", ["names", "labels"])
@pytest.mark.parametrize("kind", ["summary", "details", "both"])
def test_a_question_that_became_a_select_multiple(shared: Path, found: Found, headers: str, kind: str) -> None:
    """Older answers stand in the summary only, or (details) in a column without a name: none is lost."""
    options = ["eatery_type/sit_down", "eatery_type/takeaway"]
    aside = options if kind == "both" else []
    asked = {"summary": ["eatery_type"], "both": ["eatery_type"], "details": ["column_19"]}[kind]
    assert found(shared / "exports" / "kobo" / f"formpack_restaurant_profile_{headers}_{kind}.xlsx") == {
        "tool": "kobo", "header_rows": 1, "answers": 8,
        "questions": ["restaurant_name", "location", *asked],
        "multiple": {"eatery_type": ["sit_down", "takeaway"]} if kind == "details" else {},
        "metadata": dict.fromkeys([*POINT, *aside], "metadata") | ADDED,
        "dropped": {},
        "notes": {"options": "left aside, as some rows have the summary only: eatery_type"} if aside else {},
    }  # fmt: skip


FORMS = {
    # file: sheet read, rows, columns, sheets
    "formpack_xlsform_library-locking-example.xlsx": ("choices", 6, ["list_name", "name", "label"], 4),
    "ruODK_I8n_label_lang.xls": ("survey", 7, ["type", "name", "label"], 3),
    "ruODK_I8n_no_lang.xls": ("survey", 47, ["type", "name", "label"], 3),
    "xlsform_social_media_en_fa.xlsx": ("survey", 13, ["type", "name", "label::English (en)"], 3),
}


@pytest.mark.parametrize(("name", "expected"), FORMS.items(), ids=FORMS)
def test_a_form_is_no_export(shared: Path, found: Found, name: str, expected: tuple[str, int, list[str], int]) -> None:
    sheet, answers, questions, sheets = expected
    told = found(shared / "exports" / "kobo" / name)
    assert told.pop("questions")[:3] == questions
    assert told.pop("notes")["sheet"] == f"{sheet!r}, the fullest of {sheets} sheets"
    assert told == {
        "tool": "table", "header_rows": 1, "answers": answers, "multiple": {}, "metadata": {}, "dropped": {}
    }  # fmt: skip


# --- Recognition -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [["q", "_uuid", "_submission_time"], ["SubmissionDate", "meta-instanceID", "q", "KEY"], ["q", "KEY", "PARENT_KEY"],
     ["q", "_parent_table_name", "_parent_index"]],
)  # fmt: skip
def test_exports_are_recognised(header: list[Cell]) -> None:
    assert read(header, ["1"] * len(header)).tool == "kobo"


@pytest.mark.parametrize("header", [["q", "_id"], ["KEY", "q"], ["start", "end", "q/a"]])
def test_other_tables_are_not_taken_for_it(header: list[Cell]) -> None:
    assert read(header, ["1"] * len(header)).tool == "table"


# --- Columns ---------------------------------------------------------------------------------------------------------


def test_odk_central_separates_groups_by_a_hyphen() -> None:
    table = read(
        ["SubmissionDate", "start", "body-weight", "body-parts", "body-parts/arm", "body-parts/leg", "KEY", "DeviceID"],
        ["2026-11-22T10:00:00.000Z", "2026-11-22T09:55:00.000+01:00", "70", "arm", "1", "0", "uuid:1", "x"],
    )
    assert columns(table) == [
        ("body-weight", "body-weight", "weight", "", ""),
        ("body-parts/arm", "body-parts/arm", "parts/arm", "parts", "arm"),
        ("body-parts/leg", "body-parts/leg", "parts/leg", "parts", "leg"),
    ]
    assert {one.code: one.role for one in table.columns if one.role} == {
        "SubmissionDate": "recorded", "start": "start", "body-parts": "metadata", "KEY": "response_id",
        "DeviceID": "metadata",
    }  # fmt: skip


def test_a_group_with_one_yes_no_question_is_no_select() -> None:
    table = read(["health/smokes", "health/age", "_id", "_uuid"], ["1", "40", "1", "a"], ["0", "20", "2", "b"])
    assert columns(table) == [
        ("health/smokes", "health/smokes", "smokes", "", ""), ("health/age", "health/age", "age", "", "")
    ]  # fmt: skip


def test_repeats_are_noted() -> None:
    table = read(["q", "_id", "_uuid"], ["1", "1", "a"], sheets=("main", "children", "pets"))
    assert table.notes == {"repeats": "in other sheets, not read: children, pets"}
    inner = read(["q", "_index", "_parent_table_name", "_parent_index"], ["1", 1.0, "main", 1.0])
    assert inner.notes == {"is_repeat": "each row repeats a group of questions, not a person"}


# --- Answers ---------------------------------------------------------------------------------------------------------

INSTRUMENT = Instrument.model_validate(
    {
        "id": "demo", "version": "1", "kind": "original", "title": {"en": "Demo"},
        "source": {"citation": "made for this test", "licence": "none"},
        "responses": {
            "number": {"kind": "number"},
            "diets": {"kind": "multiple", "options": [{"code": "vegan", "label": {"en": "Vegan"}},
                                                      {"code": "no_milk", "label": {"en": "No milk"}}]},
        },
        "items": [{"id": "age", "responses": "number"},
                  {"id": "diet", "text": {"en": "Which diet?"}, "responses": "diets"}],
    }
)  # fmt: skip


OPTIONS = [("age", None), ("diet", "vegan"), ("diet", "no_milk")]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["group/age", "group/diet/vegan", "group/diet/no_milk"], OPTIONS),
        (["age", "diet/vegan", "diet/no_milk"], OPTIONS),
        (["g/age", "g/Which diet?/Vegan", "g/Which diet?/No milk"], OPTIONS),
        (["x", "g/age", "g/Which diet?"], [("age", None), ("diet", None)]),
    ],
    ids=["names in groups", "names", "labels", "summary"],
)  # fmt: skip
def test_columns_find_their_items(header: list[str], expected: list[tuple[str, str | None]]) -> None:
    table = read([*header, "_id", "_uuid"], ["1", "1", "0", "1", "a"], ["0", "0", "1", "2", "b"])
    matches = match_columns(table, [INSTRUMENT]).matches
    assert [(match.item, match.option.code if match.option else None) for match in matches] == expected


@pytest.mark.parametrize(
    ("cell", "chosen"),
    [("vegan no_milk", {"vegan", "no_milk"}), ("No milk Vegan", {"vegan", "no_milk"}), ("no_milk", {"no_milk"})],
)
def test_a_summary_of_codes_or_labels_is_split(cell: str, chosen: set[str]) -> None:
    item: Item = INSTRUMENT.by_id["diet"]
    assert code_column(distinct([cell]), item).readings[0][:3] == (frozenset(chosen), ANSWERED, None)


def test_a_summary_with_an_unknown_option_is_not_split_at_spaces() -> None:
    form = AnswerFormat(kind="multiple", options=[{"code": "a", "label": {"en": "Vegan"}}])
    item = Item("q", "test", form, {}, {}, {})
    assert code_column(distinct(["Vegan Orkut"]), item).readings[0].rule == "not_an_option"
