"""Faulty files are refused in whole sentences that name file, key, value and rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_stats.content import read_toml
from survey_stats.errors import InstrumentError
from survey_stats.instrument import Instrument, read_instrument
from survey_stats.plan import Plan
from survey_stats.taxonomy import Constructs, Taxonomy

TAXONOMY = """
[[sectors]]
id = "news"
label = { en = "News", de = "Nachrichten" }
online = true
social_media = false

[[media]]
id = "gazette"
label = { en = "Gazette" }
sector = "news"
medium_class = "news"
communication = "one_to_many"
social_media = false
domains = ["gazette.example"]
"""
INSTRUMENT = """
id = "mood"
version = "1.0"
kind = "original"
construct = "shyness"

[title]
en = "Mood"

[responses.agreement]
kind = "single"
minimum = 1
maximum = 5

[responses.amount]
kind = "number"

[[items]]
id = "mood_1"
responses = "agreement"
text = { en = "I am calm." }

[[items]]
id = "mood_2"
responses = "agreement"
text = { en = "I am restless.", de = "Ich bin unruhig." }

[[items]]
id = "mood_3"
responses = "amount"
text = { en = "How many?" }

[[scales]]
id = "mood"
construct = "shyness"
label = { en = "Mood" }
items = ["mood_1", "mood_2"]
reverse = ["mood_2"]
minimum_answered = 1

[source]
citation = "Made for this test."
licence = "none"
"""


@pytest.fixture
def taxonomy(tmp_path) -> Taxonomy:
    return read_toml(written(tmp_path / "media.toml", TAXONOMY), Taxonomy)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def refusal(call, *arguments, kind=InstrumentError) -> str:
    with pytest.raises(kind) as error:
        call(*arguments)
    return str(error.value)


def with_group(lines: str) -> str:
    return INSTRUMENT.replace("[[items]]", f"[[groups]]\n{lines}\n[[items]]", 1)


FAULTS = {
    "misspelt key": (
        INSTRUMENT.replace('version = "1.0"', 'version = "1.0"\nverison = "2"'),
        "mood.toml: verison: there is no such key. Remove it or correct its spelling. Nearest: version, responses.",
    ),
    "missing key": (
        INSTRUMENT.replace('version = "1.0"\n', ""),
        "mood.toml: version: this key is required and missing. Add it.",
    ),
    "unknown kind of instrument": (
        INSTRUMENT.replace('kind = "original"', 'kind = "borrowed"'),
        "mood.toml: kind: found 'borrowed'. Input should be 'original' or 'published'.",
    ),
    "id with a capital": (
        INSTRUMENT.replace('id = "mood"\nversion', 'id = "Mood"\nversion'),
        "mood.toml: id: found 'Mood'. String should match pattern '^[a-z][a-z0-9_]*$'.",
    ),
    "empty title": (
        INSTRUMENT.replace('en = "Mood"\n', 'en = " "\n', 1),
        "mood.toml: title: needs at least one language with a text that is not empty.",
    ),
    "answer format that is not there": (
        INSTRUMENT.replace('responses = "amount"', 'responses = "amounts"'),
        "mood.toml: file: item mood_3 is answered by 'amounts', which [responses] lacks; allowed: agreement, amount.",
    ),
    "choice without options": (
        INSTRUMENT.replace("minimum = 1\nmaximum = 5\n", ""),
        "mood.toml: responses.agreement: a single choice needs options, or whole numbers as minimum and maximum.",
    ),
    "code twice": (
        INSTRUMENT.replace("minimum = 1\nmaximum = 5\n", "options = [{ code = 1 }, { code = 1 }]\n"),
        "mood.toml: responses.agreement: codes must be unique; these stand twice: 1.",
    ),
    "exclusive option that is not there": (
        INSTRUMENT.replace("minimum = 1\nmaximum = 5\n", "options = [{ code = 1 }, { code = 2 }]\nexclusive = [3]\n"),
        "mood.toml: responses.agreement: exclusive and open_option name codes that no option has: ['3'].",
    ),
    "unit of a duration": (
        INSTRUMENT.replace('kind = "number"', 'kind = "duration"\nunit = "days"'),
        "mood.toml: responses.amount: the unit of a duration is minutes or hours.",
    ),
    "item twice": (
        INSTRUMENT.replace('id = "mood_3"', 'id = "mood_2"'),
        "mood.toml: file: item ids must be unique; these stand twice: mood_2.",
    ),
    "condition on no item": (
        INSTRUMENT.replace('id = "mood_3"', 'id = "mood_3"\nrelevant_if = { item = "mood_9", answers = [1] }'),
        "mood.toml: file: item mood_3 is asked if 'mood_9' …, which is no item here.",
    ),
    "attention check without its answer": (
        INSTRUMENT.replace('id = "mood_2"\n', 'id = "mood_2"\nexpected = 9\n'),
        "mood.toml: file: item mood_2 expects 9, which is no code of its answers.",
    ),
    "scale with a strange item": (
        INSTRUMENT.replace('items = ["mood_1", "mood_2"]', 'items = ["mood_1", "mood_2", "mood_7"]'),
        "mood.toml: file: scale mood names items that do not exist: mood_7.",
    ),
    "reversed item outside the scale": (
        INSTRUMENT.replace('reverse = ["mood_2"]', 'reverse = ["mood_3"]'),
        "mood.toml: scales.0: reverse names items that are not in the scale: mood_3.",
    ),
    "reversed item without a range": (
        INSTRUMENT.replace(
            'items = ["mood_1", "mood_2"]\nreverse = ["mood_2"]', 'items = ["mood_3"]\nreverse = ["mood_3"]'
        ),
        "mood.toml: file: scale mood needs the answer range of: mood_3.",
    ),
    "item twice in a scale": (
        INSTRUMENT.replace('items = ["mood_1", "mood_2"]', 'items = ["mood_1", "mood_2", "mood_2"]'),
        "mood.toml: scales.0: an item stands twice in the scale.",
    ),
    "more answers needed than items": (
        INSTRUMENT.replace("minimum_answered = 1", "minimum_answered = 3"),
        "mood.toml: scales.0: minimum_answered is 3, the scale has 2 items.",
    ),
    "group without items": (
        with_group('id = "g"\nresponses = "agreement"'),
        "mood.toml: groups.0: a group has either items or for_each.",
    ),
    "for_each without a placeholder": (
        with_group('id = "g"\nresponses = "amount"\nfor_each = { media = ["gazette"] }\nitem_id = "minutes"'),
        "mood.toml: groups.0: for_each needs item_id with the placeholder {medium}, for example 'minutes_{medium}'.",
    ),
    "for_each over an unknown medium": (
        with_group('id = "g"\nresponses = "amount"\nfor_each = { media = ["herald"] }\nitem_id = "minutes_{medium}"'),
        (
            "group g: herald not found in the taxonomy of media. "
            "Use ids of instruments/media.toml, or add the medium there."
        ),
    ),
}


@pytest.mark.parametrize(("text", "sentence"), FAULTS.values(), ids=FAULTS)
def test_faulty_instruments(text, sentence, tmp_path, taxonomy):
    assert refusal(read_instrument, written(tmp_path / "mood.toml", text), taxonomy) == sentence


def test_several_faults_are_named_together(tmp_path, taxonomy):
    text = INSTRUMENT.replace('version = "1.0"\n', "").replace('licence = "none"', 'license = "none"')
    assert refusal(read_instrument, written(tmp_path / "mood.toml", text), taxonomy).splitlines() == [
        "mood.toml: version: this key is required and missing. Add it.",
        "mood.toml: source.licence: this key is required and missing. Add it.",
        "mood.toml: source.license: there is no such key. Remove it or correct its spelling. Nearest: licence.",
    ]


def test_from_the_sixth_fault_on_they_are_counted(tmp_path, taxonomy):
    text = INSTRUMENT.replace('version = "1.0"', "\n".join(f"strange_{n} = 1" for n in range(7)))
    lines = refusal(read_instrument, written(tmp_path / "mood.toml", text), taxonomy).splitlines()
    assert len(lines) == 6
    assert lines[-1] == "mood.toml: 3 more faults."


def test_a_file_that_is_no_toml(tmp_path, taxonomy):
    assert refusal(read_instrument, written(tmp_path / "mood.toml", "id = mood\n"), taxonomy) == (
        "mood.toml: not a valid TOML file: Invalid value (at line 1, column 6)."
    )


def test_a_file_that_is_not_there(tmp_path, taxonomy):
    path = tmp_path / "mood.toml"
    assert refusal(read_instrument, path, taxonomy) == (
        f"mood.toml: there is no such file: {path}. Check its name and folder."
    )


UNREADABLE = {
    "a folder": (None, "the file cannot be opened (Is a directory). Check its permissions."),
    "another encoding": ('title = "Grö"'.encode("latin-1"), "the file is not text in UTF-8. Save it as UTF-8."),
    "UTF-16": ("id = 1".encode("utf-16"), "the file is not text in UTF-8. Save it as UTF-8."),
    "deep brackets": (b"x = " + b"[" * 5000, "brackets stand in brackets too often. Write it flatter."),
    "many digits": (b"x = " + b"9" * 5000, "a number in it has too many digits. Shorten it."),
}


@pytest.mark.parametrize(("content", "sentence"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_read(content, sentence, tmp_path, taxonomy):
    path = tmp_path / "mood.toml"
    path.mkdir() if content is None else path.write_bytes(content)
    assert refusal(read_instrument, path, taxonomy) == f"mood.toml: {sentence}"


def test_a_byte_order_mark_does_no_harm(tmp_path, taxonomy):
    path = tmp_path / "mood.toml"
    path.write_text(INSTRUMENT, encoding="utf-8-sig")
    assert read_instrument(path, taxonomy).id == "mood"


WRONG_TYPES = {
    "no text": ('version = "1.0"', "version = [1, 2]", "version: found [1, 2]. Write a text in quotation marks."),
    "no list": (
        'items = ["mood_1", "mood_2"]', 'items = "mood_1"',
        "scales.0.items: found 'mood_1'. Write a list in square brackets, such as [\"a\", \"b\"].",
    ),
    "a long value": (
        'kind = "original"', f'kind = "{"x" * 500}"',
        f"kind: found '{'x' * 79}…. Input should be 'original' or 'published'.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "sentence"), WRONG_TYPES.values(), ids=WRONG_TYPES)
def test_a_value_of_another_type_is_told_in_the_words_of_the_file(old, new, sentence, tmp_path, taxonomy):
    text = INSTRUMENT.replace(old, new, 1)
    assert refusal(read_instrument, written(tmp_path / "mood.toml", text), taxonomy) == f"mood.toml: {sentence}"


def test_a_table_where_a_section_goes(tmp_path):
    path = written(tmp_path / "plan.toml", 'data = "export.xlsx"\n')
    assert refusal(read_toml, path, Plan) == (
        "plan.toml: data: found 'export.xlsx'. Write a section, or a table in braces, such as { a = 1 }."
    )


def test_a_norm_without_a_number(tmp_path):
    norm = '[norms]\nshyness = { sample = "all", mean = nan, sd = inf, source = "own" }\n'
    told = refusal(read_toml, written(tmp_path / "plan.toml", norm), Plan)
    assert "mean: found nan. Write a finite number." in told
    assert "sd: found inf. Write a finite number." in told


@pytest.mark.parametrize("name", ["", "a\\u0000.csv"])
def test_a_file_name_that_no_file_can_bear(name, tmp_path):
    path = written(tmp_path / "plan.toml", f'[data]\nfile = "{name}"\n')
    assert refusal(read_toml, path, Plan).endswith("write the name of a file.")


def test_for_each_outside_a_catalogue():
    entry = {
        "id": "own", "version": "1", "kind": "original", "title": {"en": "Own"},
        "responses": {"amount": {"kind": "number"}}, "source": {"citation": "-", "licence": "-"},
        "groups": [{"id": "g", "responses": "amount", "for_each": {"media": ["x"]}, "item_id": "minutes_{medium}"}],
    }  # fmt: skip
    with pytest.raises(ValueError, match="read it with load_instrument, which knows the taxonomy"):
        Instrument.model_validate(entry)


TAXONOMY_FAULTS = {
    "id twice": (
        TAXONOMY.replace('id = "gazette"', 'id = "news"'),
        "media.toml: file: ids must be unique over sectors and media; these occur twice: news.",
    ),
    "unknown sector": (
        TAXONOMY.replace('sector = "news"', 'sector = "press"'),
        "media.toml: file: media name sectors that are not in the file: press.",
    ),
    "domain twice": (
        TAXONOMY.replace('["gazette.example"]', '["gazette.example", "gazette.example"]'),
        "media.toml: file: a domain belongs to one medium only; these stand twice: gazette.example.",
    ),
    "unknown kind of communication": (
        TAXONOMY.replace('"one_to_many"', '"broadcast"'),
        (
            "media.toml: media.0.communication: found 'broadcast'. "
            "Input should be 'one_to_one', 'one_to_many' or 'many_to_many'."
        ),
    ),
    "criteria without a year": (
        TAXONOMY.replace(
            "social_media = false\ndomains",
            "social_media = false\n"
            "social_network_site = { profile = true, connections = true, traverse = true }\ndomains",
        ),
        "media.toml: media.0.social_network_site.as_of: this key is required and missing. Add it.",
    ),
    "language code": (
        TAXONOMY.replace('{ en = "Gazette" }', '{ english = "Gazette" }'),
        (
            "media.toml: media.0.label.english.[key]: found 'english'. "
            "String should match pattern '^[a-z]{2,3}(_[A-Za-z]+)?$'."
        ),
    ),
}


@pytest.mark.parametrize(("text", "sentence"), TAXONOMY_FAULTS.values(), ids=TAXONOMY_FAULTS)
def test_faulty_taxonomies(text, sentence, tmp_path):
    assert refusal(read_toml, written(tmp_path / "media.toml", text), Taxonomy) == sentence


CONSTRUCT = '[[constructs]]\nid = "calm"\nlabel = { en = "Calm" }\ndefinition = { en = "Being calm." }\n'
CONSTRUCT_FAULTS = {
    "no definition": (
        CONSTRUCT.replace('definition = { en = "Being calm." }\n', ""),
        "constructs.toml: constructs.0.definition: this key is required and missing. Add it.",
    ),
    "empty label": (
        CONSTRUCT.replace('{ en = "Calm" }', "{}"),
        "constructs.toml: constructs.0.label: needs at least one language with a text that is not empty.",
    ),
    "sign of a proxy": (
        CONSTRUCT + 'proxies = { rest = "negative" }\n',
        "constructs.toml: constructs.0.proxies.rest: found 'negative'. Input should be 'same' or 'reversed'.",
    ),
}


@pytest.mark.parametrize(("text", "sentence"), CONSTRUCT_FAULTS.values(), ids=CONSTRUCT_FAULTS)
def test_faulty_constructs(text, sentence, tmp_path):
    assert refusal(read_toml, written(tmp_path / "constructs.toml", text), Constructs) == sentence
