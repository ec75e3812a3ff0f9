"""Duplication, ranks, change and concentration against R survey (tests/oracles/time_use/comparisons.R)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import CallError, InputError
from survey_stats.statistics.design import Design
from survey_stats.time_use.audience import audience
from survey_stats.time_use.comparisons import change, duplication, ranking
from survey_stats.time_use.concentration import FEW, concentration
from survey_stats.time_use.leading import lead
from survey_stats.time_use.person_time import PersonTime, person_time
from survey_stats.time_use.profiles import profiles

MEDIA = ("social_media", "news", "games")


@pytest.fixture
def expected(oracle):
    return oracle("time_use/comparisons")


@pytest.fixture
def data(oracle) -> pd.DataFrame:
    found = pd.DataFrame(oracle("time_use/audience")["data"]).astype(dict.fromkeys(MEDIA, float))
    return found.set_index("person")


@pytest.fixture
def time(data) -> PersonTime:
    records = data[list(MEDIA)].melt(var_name="medium", value_name="minutes", ignore_index=False).reset_index()
    return person_time(
        records.assign(measure_type="self_report", reference_period="habitual day"),
        persons=pd.DataFrame(index=data.index),
    ).of(MEDIA)


@pytest.fixture
def design(data) -> Design:
    return Design(data["weight"].to_numpy(), strata=data["stratum"], cluster=data["school"])


def test_common_users_as_in_r(time, design, expected):
    table = duplication(time, design).table.set_index(["entry", "other"])
    assert len(table) == 6
    for pair, row in expected["duplication"].items():
        found = table.loc[tuple(pair.split())]
        assert found["estimate"] == pytest.approx(row["estimate"], rel=1e-10)
        assert found["standard_error"] == pytest.approx(row["se"], rel=1e-9)
        assert found["reach_of_other"] == pytest.approx(row["reach"], rel=1e-10)
        assert found["ratio"] == pytest.approx(row["ratio"], rel=1e-10)
        assert found["n"] == row["n"]
        assert 0 < found["ci_lower"] < found["estimate"] < found["ci_upper"] < 1
    few = duplication(time, design, minimum_n=50).table.set_index(["entry", "other"])
    assert few.loc[("social_media", "news"), "warning"] == "Too few persons for an interval: 48, where 50 are needed."
    assert np.isnan(few.loc[("social_media", "news"), "ci_lower"])
    assert few.loc[("games", "news"), "warning"] == ""


def test_ranks_as_in_r(time, design, expected):
    table = ranking(time, design).table
    assert table["entry"].tolist() == ["games", "social_media", "news"]
    for row in table.to_dict("records"):
        right = expected["ranks"][row["entry"]]
        assert row["estimate"] == pytest.approx(right["estimate"], rel=1e-10)
        assert (row["rank"], row["rank_lower"], row["rank_upper"]) == (right["rank"], right["lower"], right["upper"])
    sure = ranking(time, design, confidence=0.2).table
    assert (sure["rank_upper"] - sure["rank_lower"]).sum() < (table["rank_upper"] - table["rank_lower"]).sum()
    assert ranking(time, design, quantity="reach").table["unit"].tolist() == ["share"] * 3
    assert ranking(time, design, minimum_n=1000).table["rank_lower"].isna().all()


def test_change_as_in_r(time, design, data, expected):
    found = change(time, design, data["sex"], "m", "f", minimum_n=5).table.set_index(["entry", "quantity"])
    quantile = 2.131449545559776  # qt(.975, 15)
    for medium in MEDIA:
        for quantity, right in expected["change"][medium].items():
            row = found.loc[(medium, quantity)]
            assert row["estimate"] == pytest.approx(right["difference"]["estimate"], rel=1e-9), quantity
            assert row["standard_error"] == pytest.approx(right["difference"]["se"], rel=1e-8), quantity
            log_ratio, se = right["log_ratio"]["estimate"], right["log_ratio"]["se"]
            assert row["relative"] == pytest.approx(np.expm1(log_ratio), rel=1e-8), quantity
            limits = np.expm1([log_ratio - quantile * se, log_ratio + quantile * se])
            np.testing.assert_allclose([row["relative_lower"], row["relative_upper"]], limits, rtol=1e-7)
    assert expected["df"] == 15
    few = change(time, design, data["sex"], "m", "f", minimum_n=500)
    assert few.table["ci_lower"].isna().all()
    assert few.table["estimate"].notna().all()


def test_persons_of_both_waves_are_clusters(time, data):
    """The same persons in two waves: the difference of what does not change is sure only if the design knows them."""
    twice = replace(
        time, persons=pd.RangeIndex(2 * len(data)), minutes=np.vstack([time.minutes] * 2),
        known=np.vstack([time.known] * 2), internet_users=np.tile(time.internet_users, 2),
    )  # fmt: skip
    waves = pd.Series([1] * len(data) + [2] * len(data))
    weights = np.tile(data["weight"], 2)
    known = change(twice, Design(weights, cluster=np.tile(np.arange(len(data)), 2)), waves, 1, 2).table
    unknown = change(twice, Design(weights), waves, 1, 2).table
    np.testing.assert_allclose(known["estimate"], 0, atol=1e-9)
    assert (known["standard_error"] < 1e-9 * known["before"]).all()
    assert (unknown["standard_error"] > 0.01 * unknown["before"]).all()


def test_concentration_as_in_r(time, design, expected):
    """Estimates by their definitions; errors of a jackknife as R's. Linearised ones: test_awkward."""
    table = concentration(time, design.replicated("jackknife")).table.set_index(["entry", "statistic"])
    for medium, right in expected["concentration"].items():
        gini, top = table.loc[(medium, "gini")], table.loc[(medium, "share_of_top_fifth")]
        assert gini["estimate"] == pytest.approx(right["gini"], rel=1e-10)
        assert top["estimate"] == pytest.approx(right["top"], rel=1e-10)
        assert gini["standard_error"] == pytest.approx(right["gini_se"], rel=1e-9)
        assert top["standard_error"] == pytest.approx(right["top_se"], rel=1e-9)


def test_the_influence_of_the_gini_is_its_derivative(time, design):
    """Weights changed a little: what the linearisation says the coefficients do, they do."""
    from survey_stats.time_use.concentration import _estimated

    minutes = np.where(time.users[:, 0], time.minutes[:, 0], 0.0)
    weights = design.weights
    found = _estimated(weights, minutes, time.users[:, 0])
    for row in np.flatnonzero(time.users[:, 0])[:12]:
        step = np.zeros(len(weights))
        step[row] = 1e-6
        moved = (_estimated(weights + step, minutes, time.users[:, 0]).estimate - found.estimate) / 1e-6
        np.testing.assert_allclose(moved, found.influence[row], rtol=2e-4, atol=1e-8)


def test_light_medium_and_heavy_users(time, design):
    classes = concentration(time, design).classes
    for _, rows in classes.groupby("entry"):
        assert rows["users"].tolist() == ["light", "medium", "heavy"]
        assert rows["share_of_users"].sum() == pytest.approx(1)
        assert rows["share_of_time"].sum() == pytest.approx(1)
        assert rows["share_of_users"].between(0.2, 0.45).all()
        assert rows["share_of_time"].is_monotonic_increasing
        assert (rows["from_minutes"].to_numpy()[1:] > rows["to_minutes"].to_numpy()[:-1]).all()


def test_what_cannot_be_compared_is_said(time, design, data):
    with pytest.raises(InputError) as unusable:
        concentration(replace(time, reference_period="diary day"), design)
    assert str(unusable.value) == (
        "concentration: the records are of a diary day, and one day does not tell who usually spends much time. Take "
        "records of several days, or of a habitual day."
    )
    with pytest.raises(CallError) as wrong:
        change(time, design, data["sex"], "m", "x")
    assert str(wrong.value) == "change: no person has the wave 'x'. Found: f, m."
    with pytest.raises(CallError) as wrong:
        ranking(time, design, quantity="minutes")
    assert str(wrong.value) == (
        "ranking: quantity is 'minutes'. Allowed: audience, reach, time_total, time_per_capita, time_per_user, "
        "share_of_time."
    )
    with pytest.raises(CallError) as wrong:
        duplication(time.of(("news",)), design)
    assert str(wrong.value) == "duplication: two entries are needed; found news."


def spent(columns) -> PersonTime:
    wide = pd.DataFrame(columns, dtype=float).rename_axis("person").reset_index()
    rows = wide.melt("person", var_name="medium", value_name="minutes")
    return person_time(rows.assign(measure_type="self_report", reference_period="habitual day")).of(tuple(columns))


def test_nothing_is_sure_of_a_medium_with_one_user():
    """A single user does not vary, which is no certainty about users."""
    games = np.zeros(40)
    games[3] = 500
    time = spent({"news": np.arange(40) + 1, "games": games, "email": np.arange(40) % 7})
    table = ranking(time, Design(np.ones(40)), quantity="time_per_user").table.set_index("entry")
    assert table.loc["games", ["rank", "n"]].to_list() == [1, 1]
    assert np.isnan(table.loc["games", "rank_lower"])
    assert np.isnan(table.loc["games", "ci_lower"])
    assert table.loc["games", "warning"] == "Too few persons for an interval: 1, where 30 are needed."
    assert table.loc["news", ["rank_lower", "rank_upper"]].to_list() == [1, 2]
    assert table.loc["email", ["rank_lower", "rank_upper"]].to_list() == [2, 3]


def test_the_intervals_of_a_ranking_are_those_of_the_audience():
    games = np.zeros(40)
    games[3] = 500
    time = spent({"news": np.arange(40) + 1, "games": games, "email": np.arange(40) % 7})
    table = ranking(time, Design(np.ones(40)), quantity="reach").table.set_index("entry")
    assert table.loc["news", "ci_lower"] == pytest.approx(0.025 ** (1 / 40), rel=1e-12)
    assert table.loc["news", "ci_upper"] == 1
    # R: svyciprop(~x, svydesign(~1, weights = ~1), method = "logit", df = 39) of one user among 40.
    np.testing.assert_allclose(
        table.loc["games", ["ci_lower", "ci_upper"]].astype(float), [0.00321048877, 0.16952367114], rtol=1e-8
    )


def test_nothing_is_relative_to_zero():
    time = spent({"news": np.arange(80) + 1, "games": np.where(np.arange(80) >= 40, np.arange(80) % 2 * 5, 0),
                  "email": np.zeros(80)})  # fmt: skip
    table = change(time, Design(np.ones(80)), pd.Series([1] * 40 + [2] * 40), 1, 2).table
    table = table.set_index(["entry", "quantity"])
    assert table.loc[("games", "time_total"), "estimate"] == 100
    assert np.isnan(table.loc[("games", "time_total"), "relative"])
    assert np.isnan(table.loc[("email", "time_total"), "ci_lower"])
    assert table.loc[("email", "time_total"), "warning"].startswith("No interval: it is the same for everyone here")


def test_equal_minutes_are_one_class_whatever_the_order_of_the_rows():
    minutes = np.repeat([10.0, 60.0, 200.0], [20, 40, 20])
    weights = np.ones(80)
    weights[20] = 20.0  # the first of those with 60 minutes, or the last
    for order in (np.arange(80), np.arange(80)[::-1]):
        classes = concentration(spent({"news": minutes[order]}), Design(weights[order])).classes.set_index("users")
        assert classes["n"].to_dict() == {"light": 20, "medium": 40, "heavy": 20}


def test_one_diary_day_beside_other_records_still_tells_nothing_of_heavy_users(time, design):
    with pytest.raises(InputError):
        concentration(replace(time, reference_period="diary day + habitual day"), design)


def test_a_group_of_weight_0_has_no_profile():
    rows = pd.DataFrame({"person": range(80), "medium": "news", "minutes": np.arange(80.0) % 3})
    rows = rows.assign(measure_type="self_report", reference_period="habitual day")
    groups = pd.DataFrame({"side": np.repeat(["left", "right"], 40)})
    table = profiles(rows, groups, Design(np.repeat([1.0, 0.0], 40)), ["news"]).table
    assert table["category"].tolist() == ["left"]
    assert table.loc[0, ["share_of_persons", "composition", "n"]].to_list() == [1, 1, 40]


def test_few_users_are_a_warning_beside_the_interval_of_the_gini():
    table = concentration(spent({"news": np.arange(120) + 1, "games": np.arange(120) % 2 * 5.0}), Design(np.ones(120)))
    warnings = table.table.set_index(["entry", "statistic"])["warning"]
    assert warnings["news", "gini"] == ""
    assert warnings["games", "gini"] == (
        "Of 60 users only: where some of them spend very long, the interval is too narrow."
    )


def test_a_share_of_the_time_of_one_person_is_no_finding():
    """One of 90 spends all the time: its division is sure of nothing, however small its error."""
    once = np.where(np.arange(90) == 7, 1.0, 0.0)
    time = spent({"social_media": 60 * once, "news": 20 * once, "games": 30 * once})
    design = Design(np.ones(90))
    with pytest.raises(InputError) as unusable:
        lead(time, design, "social_media")
    assert str(unusable.value) == (
        "lead: 1 of 90 persons have spent a minute with any of social_media, news, games; 10 are needed to say how "
        "sure it is which of them leads."
    )
    assert ranking(time, design, quantity="share_of_time").table["rank_lower"].isna().all()
    rows = pd.DataFrame({"person": range(90), "medium": "news", "minutes": 20 * once})
    rows = pd.concat([rows, rows.assign(medium="games", minutes=30 * once)])
    shares = audience(rows.assign(measure_type="self_report", reference_period="habitual day")).table
    shares = shares[shares["quantity"] == "share_of_time"]
    assert shares["ci_lower"].isna().all()
    assert set(shares["warning"]) == {"Too few persons for an interval: 1, where 30 are needed."}


def test_a_difference_that_does_not_vary_has_no_p():
    """All ninety say the same: rounding makes an error of 1e-16, and no certainty."""
    time = spent({"social_media": np.full(90, 0.1), "news": np.full(90, 0.3), "games": np.full(90, 0.7)})
    table = lead(time, Design(np.linspace(0.1, 3, 90)), "games").table
    assert table["p_value"].isna().all()
    assert table["ci_lower"].isna().all()
    assert table["claim_p_value"].isna().all()


def test_the_warning_of_few_users_begins_where_intervals_cover_too_little_in_r(oracle):
    """Of long-tailed samples: below the limit a 95% interval holds the truth in less than 90%, far above in as many."""
    samples = pd.DataFrame(oracle("time_use/concentration_coverage")["lognormal"]).set_index("n")
    gini, top_fifth = zip(*samples["coverage_linearised"], strict=True)
    covers = pd.DataFrame({"gini": gini, "top_fifth": top_fifth}, index=samples.index)
    assert (covers[covers.index < FEW] < 0.9).all(axis=None)
    assert covers[covers.index >= FEW].min(axis=None) > 0.895
