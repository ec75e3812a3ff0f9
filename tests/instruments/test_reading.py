"""What reading a file makes of it: groups and media expanded, languages, ranges, a study's own files."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_stats.catalogue import Catalogue, bundled, bundled_instruments, load_instrument
from survey_stats.content import in_language, read_toml
from survey_stats.errors import CallError, InstrumentError
from survey_stats.instrument import AnswerFormat, read_instrument
from survey_stats.taxonomy import Taxonomy

TAXONOMY = """
[[sectors]]
id = "news"
label = { en = "News sites", de = "Nachrichtenseiten" }
online = true
social_media = false

[[media]]
id = "gazette"
label = { en = "The Gazette" }
sector = "news"
medium_class = "news"
communication = "one_to_many"
social_media = false
"""
INSTRUMENT = """
id = "reading"
version = "2.1"
kind = "original"
{extra}
[title]
en = "Reading"
de = "Lesen"

[responses.yes_no]
kind = "single"
options = [{{ code = 0, label = {{ en = "No" }} }}, {{ code = 1, label = {{ en = "Yes" }} }}]

[responses.minutes]
kind = "duration"
unit = "minutes"

[[groups]]
id = "paper"
stem = {{ en = "Do you …", de = "Lesen Sie …" }}
responses = "yes_no"
activity = "passive"
items = [
  {{ id = "read_daily", text = {{ en = "read daily?", de = "täglich?" }} }},
  {{ id = "read_long", responses = "minutes", activity = "active", text = {{ en = "how long?", de = "wie lange?" }} }},
]

[[groups]]
id = "each"
responses = "minutes"
relevant_if = {{ item = "read_daily", answers = [1] }}
for_each = {{ sectors = ["news"], media = ["gazette"] }}
item_id = "read_{{medium}}"
text = {{ en = "Minutes on {{medium}}?", de = "Minuten: {{medium}}?" }}

[[scales]]
id = "reading_score"
construct = "{construct}"
label = {{ en = "Reading" }}
items = ["read_daily"]

[source]
citation = "Made for this test."
licence = "none"
"""


def instrument_text(extra: str = "", construct: str = "shyness") -> str:
    return INSTRUMENT.format(extra=extra, construct=construct)


@pytest.fixture
def taxonomy(tmp_path) -> Taxonomy:
    path = tmp_path / "media.toml"
    path.write_text(TAXONOMY, encoding="utf-8")
    return read_toml(path, Taxonomy)


@pytest.fixture
def instrument(tmp_path, taxonomy):
    path = tmp_path / "reading.toml"
    path.write_text(instrument_text(), encoding="utf-8")
    return read_instrument(path, taxonomy)


def study(folder: Path, **files: str) -> Catalogue:
    """A study's folder with its own instrument files."""
    (folder / "instruments").mkdir()
    for stem, text in files.items():
        (folder / "instruments" / f"{stem}.toml").write_text(text, encoding="utf-8")
    return Catalogue(folder)


def test_items_come_in_order_with_what_their_group_gives(instrument):
    assert [item.id for item in instrument.all_items] == ["read_daily", "read_long", "read_news", "read_gazette"]
    daily, long, news, gazette = instrument.all_items
    assert daily.stem == {"en": "Do you …", "de": "Lesen Sie …"}
    assert [item.activity for item in instrument.all_items] == ["passive", "active", None, None]
    assert [item.format.kind for item in instrument.all_items] == ["single", "duration", "duration", "duration"]
    assert news.relevant_if.item == gazette.relevant_if.item == "read_daily"
    assert long.relevant_if is None


def test_for_each_writes_id_and_label_of_the_medium_in_each_language(instrument):
    news, gazette = instrument.all_items[2:]
    assert news.text == {"en": "Minutes on News sites?", "de": "Minuten: Nachrichtenseiten?"}
    assert gazette.text["de"] == "Minuten: The Gazette?"
    assert (news.medium, news.label["de"], gazette.medium) == ("news", "Nachrichtenseiten", "gazette")


def test_languages_are_those_in_which_every_item_has_a_text(instrument, tmp_path, taxonomy):
    assert instrument.languages == ("en", "de")
    path = tmp_path / "half.toml"
    path.write_text(instrument_text().replace(', de = "täglich?"', ""), encoding="utf-8")
    assert read_instrument(path, taxonomy).languages == ("en",)


def test_a_missing_language_falls_back_to_english_and_then_to_the_first():
    assert in_language({"de": "Ja", "en": "Yes"}, "fa") == "Yes"
    assert in_language({"de": "Ja"}, "fa") == "Ja"
    assert in_language({}, "fa") == ""


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"kind": "single", "minimum": 1, "maximum": 4}, (1, 4)),
        ({"kind": "single", "options": [{"code": 3}, {"code": 0}]}, (0, 3)),
        ({"kind": "single", "options": [{"code": "a"}, {"code": "b"}]}, None),
        ({"kind": "number", "minimum": 0}, None),
        ({"kind": "duration", "minimum": 0, "maximum": 1440}, (0, 1440)),
    ],
)
def test_ranges_of_answers(entry, expected):
    assert AnswerFormat.model_validate(entry).range == expected


def test_a_missing_code_is_not_part_of_the_range():
    entry = {"kind": "single", "options": [{"code": 1}, {"code": 5}], "missing": [{"code": -9, "reason": "refused"}]}
    assert AnswerFormat.model_validate(entry).range == (1, 5)


def test_the_hash_is_the_files(instrument, tmp_path):
    import hashlib

    assert instrument.sha256 == hashlib.sha256((tmp_path / "reading.toml").read_bytes()).hexdigest()


def test_a_study_adds_instruments_and_constructs(tmp_path):
    own = '[[constructs]]\nid = "calm"\nlabel = { en = "Calm" }\ndefinition = { en = "Being calm." }\n'
    text = instrument_text(construct="calm").replace('media = ["gazette"]', 'media = ["x"]')
    catalogue = study(tmp_path, reading=text, constructs=own)
    assert {"calm", "shyness"} <= set(catalogue.constructs.by_id)
    assert catalogue.load_instrument("reading").by_id["read_x"].text["en"] == "Minutes on X (Twitter)?"
    assert {"reading", "shyness"} <= set(catalogue.instruments)


def test_a_study_may_replace_a_bundled_instrument_only_if_it_says_so(tmp_path):
    text = instrument_text().replace('id = "reading"', 'id = "shyness"').replace(', media = ["gazette"]', "")
    with pytest.raises(InstrumentError) as error:
        study(tmp_path, shyness=text).instruments  # noqa: B018
    assert str(error.value) == (
        "shyness.toml: id: found 'shyness', which is the id of a bundled instrument. "
        "Choose another id, or write `replaces = true` to use this file instead."
    )
    (tmp_path / "instruments" / "shyness.toml").write_text(
        text.replace('kind = "original"', 'kind = "original"\nreplaces = true'), encoding="utf-8"
    )
    assert Catalogue(tmp_path).load_instrument("shyness").version == "2.1"


def test_an_unknown_construct_is_refused_with_the_nearest(tmp_path):
    text = instrument_text(construct="shynes").replace(', media = ["gazette"]', "")
    with pytest.raises(InstrumentError) as error:
        study(tmp_path, reading=text).instruments  # noqa: B018
    assert str(error.value) == (
        "reading.toml: construct: found 'shynes', which constructs.toml does not have. Nearest: shyness. A construct "
        "of your own is defined in the study's instruments/constructs.toml: [[constructs]] with id, label and "
        "definition."
    )


def test_an_unknown_instrument_is_refused_with_the_nearest():
    with pytest.raises(CallError) as error:
        load_instrument("shynes")
    assert str(error.value) == (
        "There is no instrument 'shynes'. Nearest: shyness. `survey-stats instruments` lists them; "
        "a path to a .toml file works too."
    )


def test_a_path_is_read_as_a_file(tmp_path):
    path = tmp_path / "reading.toml"
    path.write_text(instrument_text().replace(', media = ["gazette"]', ""), encoding="utf-8")
    assert load_instrument(path).id == "reading"


def test_a_plan_names_a_file_from_its_own_folder(tmp_path, monkeypatch):
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "own.toml").write_bytes((bundled_instruments() / "shyness.toml").read_bytes())
    monkeypatch.chdir(tmp_path)
    assert Catalogue(tmp_path / "study").load_instrument("own.toml").id == "shyness"
    assert Catalogue(tmp_path).load_instrument("study/own.toml").id == "shyness"


def test_the_working_directory_does_not_matter(tmp_path, monkeypatch):
    (tmp_path / "instruments").mkdir()
    monkeypatch.chdir(tmp_path)
    assert "shyness" in Catalogue().instruments
    assert bundled() is bundled()


def test_a_study_takes_the_bundled_instruments_as_they_were_read(tmp_path):
    """To read them anew for every study took two thirds of the time of reading a small export."""
    (tmp_path / "instruments").mkdir()
    (tmp_path / "instruments" / "constructs.toml").write_text(
        '[[constructs]]\nid = "own"\nlabel.en = "Own"\ndefinition.en = "Ours."\n', encoding="utf-8"
    )
    found = Catalogue(tmp_path)
    assert found.instruments["shyness"] is bundled().instruments["shyness"]
    assert found.constructs.by_id.keys() == {*bundled().constructs.by_id, "own"}


def test_with_media_of_its_own_a_study_reads_the_bundled_instruments_anew(tmp_path):
    media = (bundled_instruments() / "media.toml").read_text(encoding="utf-8")
    (tmp_path / "instruments").mkdir()
    (tmp_path / "instruments" / "media.toml").write_text(media.replace('"Facebook"', '"Facegram"'), encoding="utf-8")
    found = Catalogue(tmp_path).instruments
    theirs, ours = ({item.name("en") for one in read.values() for item in one.all_items}
                    for read in (bundled().instruments, found))  # fmt: skip
    assert "Facebook" in theirs
    assert "Facegram" in ours
    assert "Facebook" not in ours
