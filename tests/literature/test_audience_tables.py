"""Published audience figures: the facts as printed, and what follows from them by arithmetic."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats.literature.audience_tables import (
    audience_tables,
    beside_published_shares,
    change_of_share,
    recompute,
    recomputed_minutes,
)


@pytest.fixture(scope="module")
def tables():
    return audience_tables()


def test_every_table_is_read_and_says_how_far_it_was_verified(tables):
    assert set(tables) == {
        "nielsen_2009_brands", "nielsen_2009_countries", "nielsen_2010_shares", "nielsen_2011_shares",
        "nielsen_2012_minutes",
    }  # fmt: skip
    assert {table.status for table in tables.values()} == {"V2"}


def test_total_minutes_by_country_are_audience_times_time_per_user(tables):
    """Thousand millions of minutes, computed by hand from the printed audience and h:mm:ss."""
    found = recompute(tables["nielsen_2009_countries"])
    total = found.table.set_index("entry")["time_total"] / 1e9
    by_hand = {
        "united_states": 52.448, "japan": 7.931, "brazil": 8.562, "united_kingdom": 10.717, "germany": 7.063,
        "france": 6.553, "spain": 6.438, "italy": 6.574, "australia": 4.081, "switzerland": 0.575,
    }  # fmt: skip
    np.testing.assert_allclose(total[list(by_hand)], list(by_hand.values()), atol=0.0005)
    assert round(found.mean_time_per_user * 60) == 5 * 3600 + 13 * 60 + 25  # 5:13:25, weighted by audience
    assert found.table["audience"].sum() == 353_985_000


def test_three_rankings_have_three_winners(tables):
    table = recompute(tables["nielsen_2009_brands"]).table.set_index("entry")
    first = {name: table[f"rank_{name}"].idxmin() for name in ("audience", "time_total", "time_per_user")}
    assert first == {"audience": "google", "time_total": "facebook", "time_per_user": "blizzard"}
    assert round(table.loc["facebook", "time_total"] / 1e9, 2) == 40.60
    assert round(table.loc["blizzard", "time_total"] / 1e9, 2) == 3.44


def test_remainders_are_kept(tables):
    table = recompute(tables["nielsen_2012_minutes"]).table.set_index("entry")
    assert table.loc["remainder", "time_total"] == pytest.approx(0.6e9, abs=1e3)
    assert table["time_total"].sum() == pytest.approx(121.1e9)
    assert table.loc["computer", "share_of_time"] == pytest.approx(74.0 / 121.1)
    # A year earlier 59.5 + 23.2 + 4.4 = 87.1 of 88.4.
    assert table.loc["remainder", "time_total_before"] == pytest.approx(1.3e9, abs=1e3)
    assert table["time_total_before"].sum() == pytest.approx(88.4e9)


def test_growth_of_2012_is_as_printed(tables):
    """+24, +76 and +29 %, of all minutes +37 %; both mobile parts together +68.5 % (not the +63 % of the press)."""
    table = recompute(tables["nielsen_2012_minutes"]).table.set_index("entry")
    printed = {"computer": 0.24, "mobile_apps": 0.76, "mobile_web": 0.29}
    assert table.loc[list(printed), "growth"].round(2).to_dict() == pytest.approx(printed, abs=0.0101)
    both = table.loc[["mobile_apps", "mobile_web"], ["time_total", "time_total_before"]].sum()
    assert round(both["time_total"] / both["time_total_before"] - 1, 3) == 0.685
    total = table[["time_total", "time_total_before"]].sum()
    assert round(total["time_total"] / total["time_total_before"] - 1, 2) == 0.37


def test_shares_of_2010_and_their_change_within_what_rounding_allows(tables):
    table = tables["nielsen_2010_shares"]
    assert sum(row.share_of_time for row in table.rows) == pytest.approx(100.1)
    assert sum(row.share_of_time_before for row in table.rows) == pytest.approx(100.0)
    change = change_of_share(table).set_index("entry")
    printed = {"social_media": 0.43, "games": 0.10, "email": -0.28, "portals": -0.19, "other": -0.08}
    for entry, value in printed.items():
        low, high = change.loc[entry, ["change_lower", "change_upper"]]
        assert low - 0.005 <= value <= high + 0.005, entry


def test_our_shares_stand_beside_the_published_ones():
    ours = pd.DataFrame(
        {"entry": ["news", "social_media"], "estimate": [0.1, 0.3], "ci_lower": [0.05, 0.2], "ci_upper": [0.2, 0.4],
         "n": 50, "measure_type": "self_report"}
    )  # fmt: skip
    table = beside_published_shares(ours).table
    assert table.round({"estimate": 9})[["entry", "role", "source", "estimate"]].to_numpy().tolist() == [
        ["social_media", "ours", "", 0.3],
        ["social_media", "published", "Nielsen (2010), USA, June 2010", 0.227],
        ["social_media", "published", "Nielsen (2011), USA, May 2011", 0.225],
        ["news", "ours", "", 0.1],
        ["news", "published", "Nielsen (2011), USA, May 2011", 0.026],
    ]


@pytest.mark.shared
def test_every_printed_figure_is_that_of_the_collected_literature(tables, shared):
    """Row by row, in order: shares of June 2010 and 2009, audiences and h:mm:ss of countries, the minutes they make."""
    found = (shared / "reference" / "literature.md").read_text()

    def rows(after: str, before: str) -> list[list[str]]:
        lines = found[found.index(after) : found.index(before)].splitlines()
        cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
        return [row for row in cells if row[1][:1].isdigit()]

    shares = [(row[1], row[2]) for row in rows("### 3.1", "### 3.2") if "%" not in row[1]]
    ours = [(f"{row.share_of_time}", f"{row.share_of_time_before}") for row in tables["nielsen_2010_shares"].rows]
    assert shares == ours
    countries = tables["nielsen_2009_countries"]
    minutes = recompute(countries).table["time_total"] / 1e9
    made = [
        [f"{row.audience:,.0f}", row.time_per_user, f"{total:.3f}"]
        for row, total in zip(countries.rows, minutes, strict=True)
    ]
    assert [row[1:] for row in rows("### 3.2", "### 3.3")] == made
    for row in tables["nielsen_2009_brands"].rows:
        assert f"{row.audience:,.0f}" in found[found.index("### 3.3") :]
        assert row.time_per_user in found[found.index("### 3.3") :]


def test_all_tables_with_minutes_stand_in_one():
    """Ten countries, eleven companies, three devices and what they leave; every number has an id of its own."""
    found = recomputed_minutes()
    counts = found.table.groupby("published")["entry"].size()
    assert counts.to_dict() == {"nielsen_2009_brands": 11, "nielsen_2009_countries": 10, "nielsen_2012_minutes": 4}
    assert found.table["growth"].notna().sum() == 3
    assert not found.to_long(analysis="nielsen_time_use", result="published_minutes")["id"].duplicated().any()
