"""Minutes and sessions of local days against seconds counted one by one in R (tests/oracles/time_use/clocks.R).

Clocks that change in spring and in autumn, at midnight, by half an hour, by a whole day, and never.
"""

from __future__ import annotations

import pandas as pd
import pytest

from survey_stats import sessions

CLOCKS = ("spring", "autumn", "no_midnight", "two_midnights", "half_hour", "no_day", "never")
KEYS = ["person", "medium", "device", "day"]


@pytest.mark.parametrize("devices", ["together", "apart"])
@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_days_as_second_by_second_in_r(oracle, clock, devices, engine):
    run = oracle("time_use/clocks")["runs"][f"{clock}_{devices}"]
    visits = pd.DataFrame(run["visits"])
    for name in ("start", "end"):
        visits[name] = pd.to_datetime(visits[name].astype(float), unit="s", utc=True).dt.as_unit("us")
    given = visits if engine == "pandas" else pytest.importorskip("duckdb").from_df(visits)
    days = sessions(given, timezone=run["zone"], devices=devices, gap="1800s", cap="300s").days
    days = days if engine == "pandas" else days.df()
    right = pd.DataFrame(run["days"])
    keys = [name for name in KEYS if name in days]
    found = days.assign(day=days["day"].dt.strftime("%Y-%m-%d")).set_index(keys)[["minutes", "sessions", "visits"]]
    right = right.set_index(keys)[["minutes", "sessions", "visits"]]
    pd.testing.assert_frame_equal(
        found.sort_index(), right.sort_index(), check_dtype=False, rtol=1e-9, atol=1e-9, check_index_type=False
    )
