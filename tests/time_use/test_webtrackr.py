"""Visits of five panelists, as the package webtrackR publishes them: arithmetic only, five people are no sample."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from survey_stats import sessions

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def visits(shared: Path) -> pd.DataFrame:
    """Visits with the category of their domain; what stands in no category is `other`, what is no address unknown."""
    folder = shared / "data" / "webtrackr"
    found = pd.read_csv(folder / "testdt_tracking.csv.gz")
    categories = pd.read_csv(folder / "domain_list.csv").set_index("domain")["type"]
    host = found["url"].str.extract(r"^[a-z]+://([^/:?#]+)")[0].str.lower()

    def category(name: str) -> str:
        parts = name.split(".")
        ends = (".".join(parts[place:]) for place in range(len(parts) - 1))
        return next((categories[end] for end in ends if end in categories.index), "other")

    known = {name: category(name) for name in host.dropna().unique()}
    return pd.DataFrame(
        {"person": found["panelist_id"], "start": pd.to_datetime(found["timestamp"], format="ISO8601"),
         "medium": host.map(known), "device": found["device"]}
    )  # fmt: skip


def test_visits_minutes_and_shares_as_published(visits: pd.DataFrame) -> None:
    """Time to the next visit; over 300 seconds, or no next visit: unknown."""
    found = sessions(visits)
    table = found.table
    sums = table.groupby("medium")[["visits", "visits_unknown", "minutes"]].sum()
    counts = sums["visits"]
    assert (counts["facebook"], counts["twitter"], counts["search"], counts["news"]) == (1374, 1910, 2795, 300)
    assert counts.sum() == len(visits) == 49_612
    users = table.groupby("medium")["person"].nunique()
    assert round(sums.loc["facebook", "minutes"] / users["facebook"], 2) == 122.06
    assert round(100 * sums.loc["facebook", "minutes"] / sums["minutes"].sum(), 3) == 3.110
    assert found.problems.to_dict("records") == [
        {"rule": "no_medium", "visits": 119, "action": "kept as medium 'unknown'"}
    ]
    assert found.days["minutes"].sum() == pytest.approx(sums["minutes"].sum(), rel=1e-12)


def test_a_persons_sessions_are_fewer_than_those_by_category(visits: pd.DataFrame) -> None:
    whole, parts = sessions(visits, by="person").table, sessions(visits).table
    assert len(whole) < len(parts)
    assert whole["minutes"].sum() == pytest.approx(parts["minutes"].sum(), rel=1e-12)
    starts = visits.sort_values("start").groupby("person")["start"].diff()
    assert len(whole) == 5 + (starts > pd.Timedelta(minutes=30)).sum()
