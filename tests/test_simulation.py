"""Simulated answers: what is asked for is what comes back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats.catalogue import load_instrument
from survey_stats.errors import CallError
from survey_stats.instrument import Instrument
from survey_stats.simulation import DEFAULT_CORRELATIONS, HEAPS, simulate

ALL = ["posting_activity", "contacts", "time_use", "shyness", "personality", "demographics"]
# With n = 20,000 the standard error of a correlation is .007; .03 is more than four of them.
N, TOLERANCE = 20_000, 0.03


@pytest.fixture(scope="module")
def everyone() -> pd.DataFrame:
    return simulate(ALL, N, seed=7)


@pytest.fixture(scope="module")
def strong() -> pd.DataFrame:
    correlations = {("shyness", "active_use"): -0.5, ("shyness", "contacts"): -0.4, ("active_use", "contacts"): 0.3}
    return simulate(["posting_activity", "contacts", "shyness"], N, correlations=correlations, seed=11, missing=0)


def items_of(name: str, scale_id: str) -> tuple[list[str], list[str]]:
    scale = next(scale for scale in load_instrument(name).scales if scale.id == scale_id)
    return list(scale.items), list(scale.reverse)


def keyed(frame: pd.DataFrame, name: str, scale_id: str) -> pd.DataFrame:
    """The items of a scale, the reversed ones turned by lowest + highest - answer."""
    items, reverse = items_of(name, scale_id)
    by_id = load_instrument(name).by_id
    table = frame[items].copy()
    for item in reverse:
        low, high = by_id[item].format.range
        table[item] = low + high - table[item]
    return table.dropna()


def alpha(table: pd.DataFrame) -> float:
    """Cronbach (1951): k / (k - 1) × (1 - sum of item variances / variance of the sum)."""
    k = table.shape[1]
    return k / (k - 1) * (1 - table.var().sum() / table.sum(axis=1).var())


def correlation(first: pd.Series, second: pd.Series) -> float:
    together = pd.concat([first, second], axis=1).dropna().to_numpy()
    return float(np.corrcoef(together.T)[0, 1])


def test_scores_correlate_as_the_constructs_do_times_the_root_of_the_reliabilities(strong):
    shyness = keyed(strong, "shyness", "shyness")
    active = keyed(strong, "posting_activity", "active_use")
    found = correlation(shyness.mean(axis=1), active.mean(axis=1))
    assert found == pytest.approx(-0.5 * np.sqrt(alpha(shyness) * alpha(active)), abs=TOLERANCE)


def test_reliability_follows_from_the_loading(strong):
    # Ten items that load .7: Spearman-Brown, 10 × .49 / (1 + 9 × .49) = .906; five categories take a little away.
    assert alpha(keyed(strong, "shyness", "shyness")) == pytest.approx(10 * 0.49 / (1 + 9 * 0.49), abs=0.03)


def test_reversed_items_correlate_negatively_with_the_others(strong):
    items, reverse = items_of("shyness", "shyness")
    table = strong[items].corr()
    straight = [item for item in items if item not in reverse]
    assert (table.loc[reverse, straight] < -0.3).all(axis=None)
    assert (table.loc[straight, straight] > 0.3).all(axis=None)


def test_a_single_item_measure_has_the_rank_correlation_of_the_copula(strong):
    # Spearman's rho of a bivariate normal is 6/π · asin(r/2) (Pearson 1907); the score attenuates r.
    users = strong[strong["uses_social_media"].eq(1)]
    shyness = keyed(users, "shyness", "shyness")
    found = correlation(shyness.mean(axis=1).rank(), users["contacts"].loc[shyness.index].rank())
    expected = 6 / np.pi * np.arcsin(-0.4 * np.sqrt(alpha(shyness)) / 2)
    assert found == pytest.approx(expected, abs=TOLERANCE)


def test_pairs_that_are_not_named_are_independent():
    frame = simulate(["shyness", "personality"], N, correlations={("shyness", "extraversion"): -0.6}, seed=2, missing=0)
    shyness = keyed(frame, "shyness", "shyness").mean(axis=1)
    assert correlation(shyness, keyed(frame, "personality", "neuroticism").mean(axis=1)) == pytest.approx(0, abs=0.03)
    assert correlation(shyness, keyed(frame, "personality", "extraversion").mean(axis=1)) < -0.35


def test_the_defaults_for_shyness_are_the_published_ones():
    shy = {pair: value for pair, value in DEFAULT_CORRELATIONS.items() if pair[0] == "shyness"}
    # Appel and Gnambs (2019), abstract.
    assert [shy["shyness", other] for other in ("active_use", "passive_use", "contacts")] == [-0.11, 0.07, -0.26]


def test_shape_index_and_marks(everyone):
    items = [item.id for name in ALL for item in load_instrument(name).all_items]
    assert list(everyone) == items
    assert everyone.index.name == "respondent"
    assert list(everyone.index[[0, -1]]) == [1, N]
    assert everyone.attrs["simulated"] is True


def test_choices_are_codes_of_their_item(everyone):
    for name in ALL:
        for item in load_instrument(name).all_items:
            if item.format.kind == "single":
                assert set(everyone[item.id].dropna()) == {option.code for option in item.format.options}


def test_multiple_choices_are_tuples_and_none_excludes_the_others(everyone):
    chosen = everyone["platforms_used"].dropna()
    assert {type(cell) for cell in chosen} == {tuple}
    assert {cell for cell in chosen if "none" in cell} == {("none",)}
    assert not (chosen == ()).any()


def test_numbers_keep_their_range_and_are_whole(everyone):
    for name in ("age", "contacts", "contacts_facebook"):
        values = everyone[name].dropna()
        assert (values == values.round()).all()


def test_durations_are_round_and_differ_by_sector(everyone):
    times = everyone.filter(like="time_week")
    assert set(times.melt()["value"].dropna()) <= set(HEAPS)
    assert times.max(axis=None) <= 1440
    zeros = times[everyone["uses_social_media"].eq(1)].eq(0).mean()
    # Shares of zeros as in MINUTES: .08 and .70, and a few minutes rounded to none.
    assert zeros["time_weekday_social_media"] == pytest.approx(0.08, abs=0.02)
    assert zeros["time_weekday_newspapers"] == pytest.approx(0.70, abs=0.03)
    assert times["time_weekend_video"].mean() > times["time_weekday_video"].mean()


def test_who_uses_no_social_media_has_no_minutes_and_no_contacts_there(everyone):
    shut = everyone["uses_social_media"].eq(0)
    there = [name for name in everyone if name.startswith("contacts") or name.endswith("_social_media")]
    there.remove("uses_social_media")
    assert len(there) == 9 + 2
    nothing = everyone.loc[shut, there]
    assert len(nothing) > 0.05 * N
    assert nothing.eq(0).sum().tolist() == nothing.notna().sum().tolist()
    assert nothing.isna().mean(axis=None) == pytest.approx(0.02, abs=0.005)
    # What is not social media goes on: minutes with television are as those of the others.
    television = everyone["time_weekday_television"]
    assert television[shut].mean() == pytest.approx(television[~shut].mean(), rel=0.1)


def test_no_platform_has_more_contacts_than_all_together(strong):
    platforms = strong.filter(regex="^contacts_")
    assert platforms.shape[1] == 8
    assert (platforms.max(axis=1) <= strong["contacts"]).all()
    assert platforms.lt(strong["contacts"], axis=0).mean(axis=None) > 0.5


def test_without_the_question_of_use_everyone_is_asked():
    # Share of zeros as in COUNTS: .02.
    alone = simulate("contacts", N, seed=4, missing=0)
    assert alone["contacts"].eq(0).mean() == pytest.approx(0.02, abs=0.005)


def test_ages_lie_between_14_and_90_without_heaps(everyone):
    ages = everyone["age"].dropna()
    assert ages.between(14, 90).all()
    # Log-normal, cut and rounded: (Φ(ln(14.5/29)/.35) - Φ(ln(14/29)/.35)) / (Φ(ln(90/29)/.35) - Φ(ln(14/29)/.35)).
    assert ages.eq(14).mean() == pytest.approx(0.0052, abs=0.002)
    assert ages.median() == pytest.approx(29, abs=1)


def test_questions_behind_a_filter_are_asked_only_where_it_opens(everyone):
    shut = everyone["uses_social_media"].ne(1)
    assert 0.05 < everyone["uses_social_media"].eq(0).mean() < 0.11
    behind = ["platforms_used", *items_of("posting_activity", "active_use")[0]]
    assert everyone.loc[shut, behind].isna().all(axis=None)
    assert everyone.loc[~shut, "posting_text"].notna().mean() == pytest.approx(0.98, abs=0.005)


def test_attention_checks_are_mostly_right(everyone):
    # .95, and a seventh of the others by chance.
    assert everyone["posting_attention_check"].dropna().eq(5).mean() == pytest.approx(0.95 + 0.05 / 7, abs=0.01)


def test_missing_is_the_share_of_unanswered_questions():
    assert simulate("shyness", 5_000, seed=3, missing=0.2).isna().mean(axis=None) == pytest.approx(0.2, abs=0.01)
    assert simulate("shyness", 50, seed=3, missing=0).notna().all(axis=None)


def test_the_seed_decides():
    first, again, other = (simulate(ALL, 40, seed=seed) for seed in (5, 5, 6))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


def test_one_instrument_may_stand_alone():
    shyness = load_instrument("shyness")
    pd.testing.assert_frame_equal(simulate(shyness, 5, seed=1), simulate(["shyness"], 5, seed=1))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"n": 0}, "simulate: n is the number of respondents, 1 or more; found 0."),
        ({"missing": 1.0}, "simulate: missing is a share from 0 to below 1; found 1.0."),
        ({"instruments": []}, "simulate: no instrument was given. Name at least one, for example 'shyness'."),
        (
            {"instruments": ["demographics", "demographics"]},
            (
                "simulate: items must be unique over all instruments; these stand twice: age, country, education, "
                "gender. Leave out one of the instruments, or rename its items."
            ),
        ),
        (
            {"correlations": {("shyness", "wealth"): 0.1}},
            (
                "simulate: correlations: these instruments do not measure 'wealth'. They measure: active_use, "
                "passive_use, shyness."
            ),
        ),
        (
            {"correlations": {("shyness", "active_use"): 1.2}},
            "simulate: correlations: shyness × active_use must lie between -1 and 1; found 1.2.",
        ),
        (
            {"correlations": {("shyness", "active_use"): 0.2, ("active_use", "shyness"): 0.1}},
            "simulate: correlations: the pair active_use × shyness is given twice. Give it once.",
        ),
        (
            {"correlations": {"shyness": 0.2}},
            (
                "simulate: correlations: found the key 'shyness'; a key is a pair of two different constructs, "
                "for example ('shyness', 'contacts')."
            ),
        ),
        (
            {
                "correlations": {
                    ("shyness", "active_use"): 0.9,
                    ("shyness", "passive_use"): 0.9,
                    ("active_use", "passive_use"): -0.9,
                }
            },
            (
                "simulate: correlations: no population can have all of these at once (their matrix is not positive "
                # Three correlations of equal size and one negative sign: the smallest eigenvalue is 1 - 2 × .9.
                "definite, its smallest eigenvalue is -0.800). Bring the largest ones closer to 0."
            ),
        ),
    ],
)
def test_wrong_calls_are_refused_in_a_sentence(change, sentence):
    call = {"instruments": ["shyness", "posting_activity"], "n": 10} | change
    with pytest.raises(CallError) as error:
        simulate(**call)
    assert str(error.value) == sentence


def test_any_instrument_can_be_simulated():
    responses = {
        "words": {"kind": "single", "options": [{"code": "a"}, {"code": "b"}]},
        "hours": {"kind": "duration", "unit": "hours", "per": "week"},
        "amount": {"kind": "number"},
        "free": {"kind": "text"},
        "any": {"kind": "multiple", "options": [{"code": 1}, {"code": 2}]},
    }
    own = Instrument.model_validate(
        {
            "id": "own",
            "version": "1",
            "kind": "original",
            "title": {"en": "Own"},
            "responses": responses,
            "items": [{"id": f"own_{name}", "responses": name} for name in responses],
            "source": {"citation": "-", "licence": "-"},
        }
    )
    frame = simulate(own, 200, seed=1, missing=0)
    assert set(frame["own_words"]) == {"a", "b"}
    assert set(frame["own_any"]) == {(), (1,), (2,), (1, 2)}
    assert set(frame["own_free"]) == {"Simulated answer"}
    assert frame["own_amount"].ge(0).all()
    assert frame["own_hours"].max() > 240
