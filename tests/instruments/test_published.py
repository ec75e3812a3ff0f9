"""The keys of all published scales at once, against facts written down here with their sources."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats.catalogue import bundled, load_instrument
from survey_stats.measures.scoring import scale_score

# id → scales: (number of items, reversed item numbers, lowest code, highest code, lowest score, highest score).
# Sources: RCBS: Cheek's research page; McCroskey: PsyToolkit; TIPI: Gosling et al. 2003 key in four places; BFI-10:
# Rammstedt & John 2007 scoring guide; BFI-2-S: published scoring code; BFI-2-XS: its items 1 to 15 (derived);
# Mini-IPIP: IPIP keying page; IPIP-50: open collection of scales; Rosenberg: six code files (A), open collection (B);
# UCLA: PhenX 181001; three items: Hughes et al. 2004; BSMAS: 2016; SMDS: 2016; SAS-SV: Kwon et al. 2013; FoMO: author.
FACTS = {
    "rcbs_13": {"rcbs_13": (13, {3, 6, 9, 12}, 1, 5, 13, 65)},
    "rcbs_14": {"rcbs_14": (14, {3, 6, 9, 12}, 1, 5, 14, 70)},
    "mccroskey_shyness": {"mccroskey_shyness": (14, {2, 3, 5, 8, 10, 13, 14}, 1, 5, 14, 70)},
    "tipi": {
        "tipi_extraversion": (2, {6}, 1, 7, 1, 7), "tipi_agreeableness": (2, {2}, 1, 7, 1, 7),
        "tipi_conscientiousness": (2, {8}, 1, 7, 1, 7), "tipi_emotional_stability": (2, {4}, 1, 7, 1, 7),
        "tipi_openness": (2, {10}, 1, 7, 1, 7),
    },
    "bfi_10": {
        "bfi_10_extraversion": (2, {1}, 1, 5, 1, 5), "bfi_10_agreeableness": (2, {7}, 1, 5, 1, 5),
        "bfi_10_conscientiousness": (2, {3}, 1, 5, 1, 5), "bfi_10_neuroticism": (2, {4}, 1, 5, 1, 5),
        "bfi_10_openness": (2, {5}, 1, 5, 1, 5),
    },
    "bfi_2_s": {
        "bfi_2_s_extraversion": (6, {1, 21, 26}, 1, 5, 1, 5), "bfi_2_s_agreeableness": (6, {7, 17, 27}, 1, 5, 1, 5),
        "bfi_2_s_conscientiousness": (6, {3, 8, 28}, 1, 5, 1, 5), "bfi_2_s_neuroticism": (6, {14, 19, 24}, 1, 5, 1, 5),
        "bfi_2_s_openness": (6, {10, 20, 30}, 1, 5, 1, 5),
    },
    "bfi_2_xs": {
        "bfi_2_xs_extraversion": (3, {1}, 1, 5, 1, 5), "bfi_2_xs_agreeableness": (3, {7}, 1, 5, 1, 5),
        "bfi_2_xs_conscientiousness": (3, {3, 8}, 1, 5, 1, 5), "bfi_2_xs_neuroticism": (3, {14}, 1, 5, 1, 5),
        "bfi_2_xs_openness": (3, {10}, 1, 5, 1, 5),
    },
    "mini_ipip": {
        "mini_ipip_extraversion": (4, {6, 16}, 1, 5, 1, 5), "mini_ipip_agreeableness": (4, {7, 17}, 1, 5, 1, 5),
        "mini_ipip_conscientiousness": (4, {8, 18}, 1, 5, 1, 5), "mini_ipip_neuroticism": (4, {9, 19}, 1, 5, 1, 5),
        "mini_ipip_openness": (4, {10, 15, 20}, 1, 5, 1, 5),
    },
    "ipip_50": {
        "ipip_50_extraversion": (10, {6, 16, 26, 36, 46}, 1, 5, 1, 5),
        "ipip_50_agreeableness": (10, {2, 12, 22, 32}, 1, 5, 1, 5),
        "ipip_50_conscientiousness": (10, {8, 18, 28, 38}, 1, 5, 1, 5),
        "ipip_50_emotional_stability": (10, {4, 14, 24, 29, 34, 39, 44, 49}, 1, 5, 1, 5),
        "ipip_50_openness": (10, {10, 20, 30}, 1, 5, 1, 5),
    },
    "rosenberg_a": {"rosenberg_a": (10, {2, 5, 6, 8, 9}, 1, 4, 10, 40)},
    "rosenberg_b": {"rosenberg_b": (10, {3, 5, 8, 9, 10}, 1, 4, 10, 40)},
    "ucla_3": {"ucla_3": (20, {1, 5, 6, 9, 10, 15, 16, 19, 20}, 1, 4, 20, 80)},
    "ucla_3_item": {"ucla_3_item": (3, set(), 1, 3, 3, 9)},
    "bsmas": {"bsmas": (6, set(), 1, 5, 6, 30)},
    "smds_9": {"smds_9": (9, set(), 0, 1, 0, 9)},
    "sas_sv": {"sas_sv": (10, set(), 1, 6, 10, 60)},
    "fomo_10": {"fomo_10": (10, set(), 1, 5, 1, 5)},
    "facebook_intensity": {"facebook_intensity": (8, set(), 1, 5, None, None)},
}  # fmt: skip
BANNED_BECAUSE_FROM_MEMORY = {"M"}
CASES = [(instrument, scale, fact) for instrument, scales in FACTS.items() for scale, fact in scales.items()]
PUBLISHED = [one.id for one in bundled().instruments.values() if one.kind == "published"]


def number(item: str) -> int:
    return int(item.rpartition("_")[2])


def scale_of(instrument, name):
    return next(scale for scale in instrument.scales if scale.id == name)


def test_the_table_covers_every_published_scale():
    assert sorted(PUBLISHED) == sorted(FACTS)
    for name, scales in FACTS.items():
        assert [scale.id for scale in load_instrument(name).scales] == list(scales)


@pytest.mark.parametrize(("name", "scale", "fact"), CASES, ids=[scale for _, scale, _ in CASES])
def test_key_range_and_extreme_scores(name, scale, fact):
    instrument = load_instrument(name)
    found = scale_of(instrument, scale)
    size, reverse, low, high, lowest, highest = fact
    assert len(found.items) == size
    assert {number(item) for item in found.reverse} == reverse
    assert instrument.by_id[found.items[0]].format.range == (low, high)
    if lowest is None:
        return
    least = {item: (high if item in found.reverse else low) for item in found.items}
    most = {item: (low if item in found.reverse else high) for item in found.items}
    answers = pd.DataFrame([least, most], dtype="float64")
    np.testing.assert_array_equal(scale_score(answers, found, instrument), [lowest, highest])
    percent = found.model_copy(update={"score": "pomp"})
    np.testing.assert_allclose(scale_score(answers, percent, instrument), [0, 100], atol=1e-12)


@pytest.mark.parametrize("name", PUBLISHED)
def test_no_fact_from_memory_and_no_wording(name):
    instrument = load_instrument(name)
    known = [instrument.source, *instrument.facts, *instrument.norms, *instrument.cutoffs, *instrument.other_keys]
    assert {entry.status for entry in known} <= {"V", "V2", "D"}
    assert {"format", "key"} - {fact.about for fact in instrument.facts} <= (
        {"key"} if name == "facebook_intensity" else set()
    )
    assert all(not item.text and not item.stem for item in instrument.all_items)
    assert [number(item.id) for item in instrument.all_items] == list(range(1, len(instrument.all_items) + 1))
    assert all(len(item.label["en"].split()) <= 5 for item in instrument.all_items)


@pytest.mark.parametrize("norm", [norm for name in PUBLISHED for norm in load_instrument(name).norms])
def test_a_norm_with_a_mean_can_be_chosen(norm):
    assert (norm.mean is None) == (norm.id is None)


@pytest.mark.parametrize(("answer", "total"), [(3, 42), (5, 42), (1, 42)])
def test_mccroskey_is_42_for_anyone_who_answers_alike_throughout(answer, total):
    """42 + sum of seven - sum of the other seven is 42 whenever all answers are the same."""
    instrument = load_instrument("mccroskey_shyness")
    answers = pd.DataFrame({item.id: [float(answer)] for item in instrument.all_items})
    assert scale_score(answers, instrument.scales[0], instrument).tolist() == [total]


def test_both_orders_of_rosenberg_give_the_same_total_once_matched_by_wording():
    """In both orders five items are reversed; a person's total depends on the wordings, not on their places."""
    a, b = load_instrument("rosenberg_a"), load_instrument("rosenberg_b")
    plain_a = [item for item in a.scales[0].items if item not in a.scales[0].reverse]
    plain_b = [item for item in b.scales[0].items if item not in b.scales[0].reverse]
    places = dict(zip([*plain_a, *a.scales[0].reverse], [*plain_b, *b.scales[0].reverse], strict=True))
    answers = pd.DataFrame(np.random.default_rng(1).integers(1, 5, (50, 10)), columns=list(a.scales[0].items))
    total = scale_score(answers, a.scales[0], a)
    pd.testing.assert_series_equal(total, scale_score(answers.rename(columns=places), b.scales[0], b))
    misread = answers.set_axis(list(b.scales[0].items), axis=1)
    assert not np.allclose(total, scale_score(misread, b.scales[0], b))


def test_bundled_published_scales_take_no_column_without_being_named():
    assert {one.kind for one in bundled().self_matching.values()} == {"original"}
    assert set(bundled().self_matching) | set(PUBLISHED) == set(bundled().instruments)
