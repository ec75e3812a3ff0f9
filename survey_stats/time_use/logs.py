"""Logs of visits, and sheets of phone screen time → records."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import narwhals as nw
import numpy as np
import pandas as pd

from survey_stats.catalogue import bundled
from survey_stats.errors import InputError
from survey_stats.taxonomy import Taxonomy, names_of_media
from survey_stats.time_use import engines
from survey_stats.time_use.observed import (
    FAULT_COLUMNS,
    OBSERVED_COLUMNS,
    Observed,
    faults,
    need,
    together,
)
from survey_stats.time_use.sessions import Sessions

DAY = 1440.0
_TOTAL_DIFFERS = 1.5
"""Minutes by which the apps of a day may miss its printed total: each is rounded to whole minutes."""


def media_of_addresses(addresses: pd.Series, taxonomy: Taxonomy | None = None) -> pd.Series:
    """The medium of each address or host; another site is its own host, and what is no address is missing.

    Args:
        addresses: `https://www.facebook.com/…`, `m.facebook.com`.
        taxonomy: Whose `domains` are looked up; the bundled one where it is not given.

    >>> media_of_addresses(pd.Series(["https://www.facebook.com/x", "m.youtube.com", "https://a.example/", None]))
    0     facebook
    1      youtube
    2    a.example
    3          NaN
    dtype: str
    """
    media = (taxonomy or bundled().taxonomy).media
    domains = {domain: medium.id for medium in media for domain in medium.domains}
    known = {address: _medium(str(address), domains) for address in addresses.dropna().unique()}
    return addresses.map(known).astype("str")


def _medium(address: str, domains: dict[str, str]) -> str | None:
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return None
    parts = host.split(".")
    ends = (".".join(parts[place:]) for place in range(len(parts) - 1))
    return next((domains[end] for end in ends if end in domains), host or None)


def log_records(found: Sessions, *, reference_period: str) -> Any:
    """Records of a log from its sessions, one a person, medium and day, in the engine of the visits.

    Args:
        found: Sessions by medium, see `sessions`.
        reference_period: How long was metered, for example "week of log": a day's reach is not a month's.

    Returns:
        `person`, `medium`, `day`, `minutes`, `sessions`, `visits`, `visits_unknown`, `measure_type`,
        `reference_period`. Give `audience` all panelists as `persons`: who was metered and active (`complete`) and
        visited nothing has zero minutes, and is not missing.
    """
    rows = engines.frame(found.days, "log_records")
    return engines.native(
        rows.with_columns(measure_type=nw.lit("log"), reference_period=nw.lit(reference_period))
    )  # fmt: skip


def screen_time_records(
    sheets: pd.DataFrame,
    *,
    persons: pd.Index | None = None,
    taxonomy: Taxonomy | None = None,
    reference_period: str = "days of screen time",
) -> Observed:
    """Records from sheets of phone screen time: what each app took on each day, as the phone counted it.

    A day with a sheet is whole: an app that is not on it was not used; an app whose minutes on one of the days cannot
    be read is missing. Days without a sheet are not counted, so that minutes are of an average day with a sheet. A
    row named `total` is not an app; apps that do not add up to it are reported.

    Args:
        sheets: A row a person, day and app: `person`, `day`, `app`, `minutes` (numbers, or durations as people type
            them: "1 h 20"); also `opened` (how often).
        persons: Everyone who was asked for sheets; those without any are reported and missing.
        taxonomy: Whose names apps are looked up by; the bundled one where it is not given. Other apps keep their name.
        reference_period: What the sheets are of.

    Raises:
        CallError: A column is missing.
        InputError: There is no row that can be used.

    >>> sheets = pd.DataFrame({"person": 1, "day": ["mon", "mon", "tue"], "app": ["Insta", "WhatsApp", "Insta"],
    ...                        "minutes": ["1 h", "20 min", "30 min"]})
    >>> found = screen_time_records(sheets)
    >>> found.records[["medium", "minutes"]].to_numpy().tolist(), int(found.persons.loc[1, "days"])
    ([['instagram', 90.0], ['whatsapp', 20.0]], 2)
    """
    need(sheets, ["person", "day", "app", "minutes"], "screen_time_records", "a sheet")
    rows = sheets.reset_index(drop=True)
    rows = rows.assign(minutes=_minutes(rows["minutes"]), shown=rows["minutes"].astype(str))
    rows, problems = _usable(rows)
    total = rows["app"].str.strip().str.casefold() == "total"
    apps = rows[~total]
    names = names_of_media(taxonomy or bundled().taxonomy)
    apps = apps.assign(medium=apps["app"].map(lambda app: names.get(app.strip().casefold(), app.strip())))
    sessions = pd.to_numeric(apps["opened"]) if "opened" in apps else pd.Series(np.nan, index=apps.index)
    apps = apps.assign(sessions=sessions, unread=apps["minutes"].isna())
    found = apps.groupby(["person", "medium"], as_index=False)
    sums = found.agg({"minutes": "sum", "sessions": "sum", "unread": "any"})
    records = (
        sums.assign(minutes=sums["minutes"].mask(sums["unread"]))
        .assign(measure_type="log", reference_period=reference_period)
        .loc[:, list(OBSERVED_COLUMNS)]
    )
    if "opened" not in apps:
        records = records.drop(columns="sessions")
    listed, without = _persons(rows, persons)
    return Observed(
        records=records, persons=listed, problems=together([problems, _day_faults(apps, rows[total]), without])
    )


def _minutes(cells: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(cells):
        return cells.astype(float)
    from survey_stats.intake.durations import parse_durations

    read = parse_durations(cells, unit="minutes")  # type: ignore[arg-type]  # a Series keeps its index
    sure = read["status"].isin(["exact", "approximate"])
    return ((read["lower"] + read["upper"]) / 2).where(sure)


def _usable(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    rules = {
        "no_person": (rows["person"].isna(), "left out"),
        "no_day": (rows["day"].isna(), "left out"),
        "no_app": (rows["app"].isna(), "left out"),
        "minutes_not_understood": (rows["minutes"].isna(), "missing"),
        "negative_minutes": (rows["minutes"] < 0, "missing"),
    }
    bad, lost = pd.Series(data=False, index=rows.index), pd.Series(data=False, index=rows.index)
    found = []
    for rule, (where, action) in rules.items():
        found.append(faults(rows[where & ~bad], rule, action, rows["shown"]))
        bad |= where
        lost |= where & (action == "left out")
    twice = ~bad & rows.duplicated(["person", "day", "app"])
    found.append(faults(rows[twice], "app_stands_twice", "kept, added up", rows["shown"]))
    if bad.all():
        raise InputError(f"screen_time_records: none of {len(rows)} rows has a person, a day, an app and minutes.")
    return rows.assign(minutes=rows["minutes"].mask(bad))[~lost], together(found)


def _day_faults(apps: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """Days of more than 24 hours, and days whose apps miss the total."""
    sums = apps.groupby(["person", "day"], as_index=False).agg(minutes=("minutes", "sum"), apps=("app", "size"))
    long = sums[sums["minutes"] > DAY]
    beside = sums.merge(totals[["person", "day", "minutes"]], on=["person", "day"], suffixes=("", "_total"))
    off = beside[(beside["minutes"] - beside["minutes_total"]).abs() > _TOTAL_DIFFERS * beside["apps"]]
    pairs = zip(off["minutes"], off["minutes_total"], strict=True)
    shown = pd.Series([f"{minutes:g} of {total:g}" for minutes, total in pairs], index=off.index, dtype=object)
    return together([
        faults(long, "over_24_hours", "kept", long["minutes"].map("{:g}".format)),
        faults(off, "apps_miss_the_total", "kept", shown),
    ])  # fmt: skip


def _persons(rows: pd.DataFrame, persons: pd.Index | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    days = rows.groupby("person")["day"].nunique()
    found = pd.DataFrame({"days": days, "complete": True})
    if persons is None:
        return found, pd.DataFrame(columns=list(FAULT_COLUMNS))
    listed = found.reindex(persons)
    without = listed["days"].isna()
    listed = listed.assign(days=listed["days"].fillna(1), complete=~without)
    return listed, faults(pd.DataFrame({"person": persons[without]}), "person_without_records", "kept, time unknown")
