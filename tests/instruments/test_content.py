"""The bundled questionnaires, constructs, media and findings: they load, fit together, and say what they should."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from survey_stats.catalogue import Catalogue, bundled, load_instrument

ROOT = Path(__file__).parents[2]
ORIGINAL = ["contacts", "demographics", "personality", "posting_activity", "shyness", "time_use"]
LANGUAGES = {"en", "de", "nb", "hi", "fa"}
SECTORS = [
    "social_media", "news", "search", "email", "games", "shopping", "video", "messaging", "television", "radio",
    "newspapers",
]  # fmt: skip
SCALES = [
    (instrument.id, scale) for name in ORIGINAL if (instrument := load_instrument(name)) for scale in instrument.scales
]
SCRIPTS = {"hi": re.compile("[\u0900-\u097f]"), "fa": re.compile("[\u0600-\u06ff]")}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return bundled()


@pytest.fixture(scope="module")
def media(catalogue):
    return {medium.id: medium for medium in catalogue.taxonomy.media}


@pytest.mark.parametrize("name", ORIGINAL)
def test_instruments_load_and_are_ours(name):
    instrument = load_instrument(name)
    assert instrument.id == name
    assert instrument.kind == "original"
    assert instrument.source.status == "original"
    assert instrument.languages[0] == "en"
    assert re.fullmatch("[0-9a-f]{64}", instrument.sha256)


def test_every_instrument_file_is_read(catalogue):
    files = {path.stem for path in (ROOT / "instruments").glob("*.toml")} - {"constructs", "media"}
    assert set(catalogue.instruments) == files >= set(ORIGINAL)


def test_item_ids_are_unique_over_all_original_instruments():
    ids = [item.id for name in ORIGINAL for item in load_instrument(name).all_items]
    assert len(set(ids)) == len(ids) == 75


def test_questions_are_unique_over_all_original_instruments():
    asked = [
        (tuple(item.stem.values()), item.text["en"]) for name in ORIGINAL for item in load_instrument(name).all_items
    ]
    assert len(set(asked)) == len(asked)


def test_measures_are_unique_over_all_original_instruments():
    measures = [
        measure.id
        for name in ORIGINAL
        for measure in (*load_instrument(name).scales, *load_instrument(name).time_totals)
    ]
    measures += [item.id for name in ORIGINAL for item in load_instrument(name).all_items if item.construct]
    assert len(set(measures)) == len(measures)


@pytest.mark.parametrize(("name", "scale"), SCALES, ids=[scale.id for _, scale in SCALES])
def test_scales_are_sound(name, scale, catalogue):
    formats = {load_instrument(name).by_id[item].format.range for item in scale.items}
    assert len(formats) == 1, "the items of a scale share one answer range"
    assert len(scale.reverse) < len(scale.items)
    assert len(scale.items) / 2 < scale.minimum_answered <= len(scale.items)
    assert scale.construct_id in catalogue.constructs.by_id


def test_the_shyness_scale_has_ten_items_and_four_reversed():
    (scale,) = load_instrument("shyness").scales
    assert (len(scale.items), len(scale.reverse)) == (10, 4)
    assert load_instrument("shyness").by_id["shyness_01"].format.range == (1, 5)


def test_the_big_five_have_three_items_each_and_one_reversed():
    scales = load_instrument("personality").scales
    assert [scale.id for scale in scales] == [
        "extraversion", "agreeableness", "conscientiousness", "neuroticism", "openness",
    ]  # fmt: skip
    assert {(len(scale.items), len(scale.reverse)) for scale in scales} == {(3, 1)}


def test_active_and_passive_items_are_in_their_scales():
    instrument = load_instrument("posting_activity")
    for scale, activity in zip(instrument.scales, ("active", "passive"), strict=True):
        assert scale.items == tuple(item.id for item in instrument.all_items if item.activity == activity)
        assert instrument.by_id[scale.items[0]].format.range == (0, 6)
    check = instrument.by_id["posting_attention_check"]
    assert (check.expected, check.activity) == (5, None)
    assert "disputed" in instrument.source.note


def test_all_posting_questions_stand_behind_the_filter():
    items = load_instrument("posting_activity").all_items
    assert items[0].id == "uses_social_media"
    assert items[0].relevant_if is None
    assert {(item.relevant_if.item, item.relevant_if.answers) for item in items[1:]} == {("uses_social_media", (1,))}


def test_time_use_asks_each_sector_on_a_weekday_and_a_weekend_day():
    instrument = load_instrument("time_use")
    expected = [f"time_{day}_{sector}" for day in ("weekday", "weekend") for sector in SECTORS]
    assert [item.id for item in instrument.all_items] == expected
    for item in instrument.all_items:
        assert item.format.day == item.id.split("_")[1]
        assert (item.format.kind, item.format.unit, item.format.per) == ("duration", "minutes", "day")
        assert item.format.range == (0, 1440)
    assert instrument.by_id["time_weekend_video"].text["en"] == (
        "Online video: on a typical weekend day (Saturday or Sunday), how many minutes do you spend on this?"
    )
    assert instrument.by_id["time_weekend_video"].name("fa") == "ویدئوهای آنلاین"


def test_there_is_a_time_total_and_a_construct_for_each_sector(catalogue):
    totals = load_instrument("time_use").time_totals
    assert [(total.id, total.media) for total in totals] == [(f"time_on_{sector}", (sector,)) for sector in SECTORS]
    assert {total.construct_id for total in totals} <= set(catalogue.constructs.by_id)


def test_the_number_of_contacts_is_asked_once_and_not_summed():
    instrument = load_instrument("contacts")
    assert [item.id for item in instrument.all_items if item.construct] == ["contacts"]
    total = instrument.by_id["contacts"]
    assert "Count each person once" in total.text["en"]
    assert (total.construct, total.format.integer, total.format.minimum) == ("contacts", True, 0)
    assert sum(item.group == "contacts_by_platform" for item in instrument.all_items) == 8
    assert instrument.scales == ()


def test_every_question_can_be_refused():
    for name in ORIGINAL:
        for item in load_instrument(name).all_items:
            assert "refused" in {code.reason for code in item.format.missing}, item.id


def test_construct_ids_are_unique_and_references_exist(catalogue):
    ids = [construct.id for construct in catalogue.constructs.constructs]
    assert len(set(ids)) == len(ids)
    for construct in catalogue.constructs.constructs:
        assert {*construct.proxies, construct.opposite or construct.id} <= set(ids)
        if construct.opposite:
            assert catalogue.constructs.by_id[construct.opposite].opposite == construct.id


def test_labels_of_constructs_and_sectors_are_in_five_languages_and_their_scripts(catalogue):
    for entry in (*catalogue.constructs.constructs, *catalogue.taxonomy.sectors):
        assert set(entry.label) == LANGUAGES, entry.id
        for language, script in SCRIPTS.items():
            assert script.search(entry.label[language]), entry.id
            assert not script.search(entry.label["de"]), entry.id


def test_sociability_is_a_proxy_of_shyness_and_not_its_opposite(catalogue):
    shyness = catalogue.constructs.by_id["shyness"]
    assert shyness.proxies == {"sociability": "reversed"}
    assert shyness.opposite is None
    assert catalogue.constructs.by_id["sociability"].opposite is None


@pytest.mark.parametrize("name", ["sixdegrees", "facebook", "x", "instagram"])
def test_social_network_sites(name, media):
    assert media[name].social_network_site.met


@pytest.mark.parametrize("name", ["snapchat", "skype", "weblogs", "wikipedia"])
def test_media_that_are_no_social_network_sites_say_why(name, media):
    judged = media[name].social_network_site
    assert not judged.met
    assert judged.reason


def test_social_media_and_social_network_sites_are_different_things(media):
    social = {name for name, medium in media.items() if medium.social_media}
    sites = {name for name, medium in media.items() if medium.social_network_site and medium.social_network_site.met}
    assert {"wikipedia", "weblogs", "youtube", "snapchat", "world_of_warcraft"} <= social - sites
    assert sites < social
    assert not media["skype"].social_media
    # Nor does the class of Kaplan and Haenlein follow from the three criteria.
    assert media["x"].kaplan_haenlein == "blogs"
    assert media["x"].social_network_site.met


def test_classes_of_kaplan_and_haenlein(media):
    examples = {
        "wikipedia": "collaborative_projects", "weblogs": "blogs", "youtube": "content_communities",
        "facebook": "social_networking_sites", "world_of_warcraft": "virtual_game_worlds",
        "second_life": "virtual_social_worlds",
    }  # fmt: skip
    assert {name: media[name].kaplan_haenlein for name in examples} == examples
    assert all((medium.kaplan_haenlein is not None) == medium.social_media for medium in media.values())


def test_every_failed_criterion_has_a_reason(media):
    unexplained = [
        name
        for name, medium in media.items()
        if medium.social_network_site and not medium.social_network_site.met and not medium.social_network_site.reason
    ]
    assert unexplained == []


def test_the_taxonomy_is_large_and_its_facts_are_in_form(catalogue, media):
    assert len(media) >= 45
    assert set(SECTORS) < {sector.id for sector in catalogue.taxonomy.sectors}
    assert [sector.id for sector in catalogue.taxonomy.sectors if not sector.online] == SECTORS[-3:]
    assert [sector.id for sector in catalogue.taxonomy.sectors if sector.social_media] == ["social_media"]
    for medium in media.values():
        assert all(re.fullmatch(r"[a-z0-9-]+(\.[a-z]+)+", domain) for domain in medium.domains), medium.id
        assert (medium.active_from or 0) <= (medium.active_to or 9999), medium.id
    assert {"kaplan_haenlein_2010", "boyd_ellison_2007", "nielsen_2010"} <= set(catalogue.taxonomy.sources)


def test_a_name_belongs_to_one_medium(media):
    names = [
        name.casefold()
        for medium in media.values()
        for name in {medium.label["en"].casefold(), *map(str.casefold, medium.aliases)}
    ]
    assert sorted({name for name in names if names.count(name) > 1}) == []
    assert {"Twitter", "X"} < set(media["x"].aliases)
    assert "Tik Tok" in media["tiktok"].aliases
    assert "4Chan" in media["fourchan"].aliases
    assert "Whatsapp" in media["whatsapp"].aliases


def findings() -> dict[str, dict]:
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in bundled().finding_files}


def test_published_findings_are_verified_and_name_known_constructs(catalogue):
    for stem, file in findings().items():
        assert file["id"] == stem
        assert file["status"] in {"V", "V2"}, stem
        for finding in file["findings"]:
            assert {finding["x"], finding["y"]} <= set(catalogue.constructs.by_id)
            assert finding["measure"] in {"r", "rho"}
            assert finding["corrected"] in {"yes", "no", "unknown"}
            low, high = finding.get("ci_lower", -1), finding.get("ci_upper", 1)
            assert low < finding["estimate"] < high


def test_the_pooled_values_of_appel_and_gnambs():
    """As printed in the abstract (doi 10.1016/j.chb.2019.04.018)."""
    file = findings()["appel_gnambs_2019"]
    values = {row["y"]: (row["estimate"], row["ci_lower"], row["ci_upper"]) for row in file["findings"]}
    assert values == {
        "general_use": (0.07, 0.02, 0.13),
        "active_use": (-0.11, -0.20, -0.03),
        "passive_use": (0.07, -0.01, 0.14),
        "contacts": (-0.26, -0.34, -0.17),
    }
    assert (file["k"], file["n_total"]) == (50, 6989)
    assert {(row["measure"], row["corrected"]) for row in file["findings"]} == {("rho", "unknown")}
