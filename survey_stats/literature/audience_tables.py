"""Published audience figures: read from `analyses/published/audience/*.toml`, and recomputed where the table allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from survey_stats.catalogue import Catalogue, bundled
from survey_stats.content import FileModel, Identifier, Words, read_toml
from survey_stats.results import Result


class AudienceRow(FileModel):
    """A row of a published table, as printed.

    Attributes:
        id: Id within the table.
        label: What the row is, by language.
        sector: Sector of the taxonomy it corresponds to; none for brands, countries and remainders.
        audience: Persons who used it, in thousands.
        time_per_user: Hours, minutes and seconds a user, `h:mm:ss`.
        share_of_time: Percent of all minutes.
        share_of_time_before: The same in the period of `before`.
        time_total, time_total_before: All minutes, in thousand millions.
    """

    id: Identifier
    label: Words
    sector: Identifier | None = None
    audience: float | None = Field(default=None, gt=0)
    time_per_user: str | None = Field(default=None, pattern=r"^\d+:[0-5]\d:[0-5]\d$")
    share_of_time: float | None = Field(default=None, ge=0, le=100)
    share_of_time_before: float | None = Field(default=None, ge=0, le=100)
    time_total: float | None = Field(default=None, ge=0)
    time_total_before: float | None = Field(default=None, ge=0)

    @property
    def minutes_per_user(self) -> float:
        """Minutes a user; NaN where it is not printed."""
        if self.time_per_user is None:
            return np.nan
        hours, minutes, seconds = map(int, self.time_per_user.split(":"))
        return hours * 60 + minutes + seconds / 60


class AudienceTable(FileModel):
    """A published table of audience figures.

    Attributes:
        id, short, citation, year: The source.
        period, before: The month measured, and the earlier one it is compared with.
        population: Who was measured and how.
        status: `V` seen in the source itself, `V2` in a secondary source.
        note: What a reader has to know before comparing.
        total, total_before: All minutes, in thousand millions, where rows are parts of it.
        rows: The rows, in the printed order.
    """

    id: Identifier
    short: str
    citation: str
    year: int
    period: str
    before: str | None = None
    population: str
    status: Literal["V", "V2"]
    note: str = ""
    total: float | None = None
    total_before: float | None = None
    rows: tuple[AudienceRow, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _rows_differ(self) -> AudienceTable:
        ids = [row.id for row in self.rows]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"row ids must be unique; these stand twice: {', '.join(twice)}")
        return self


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class PublishedAudience(Result):
    """Published tables with what follows from them.

    Attributes:
        table: A row a printed row: `published` (id of the table), `entry`, `label`, `audience` (persons),
            `time_per_user` (minutes), `time_total` (minutes: as printed, else audience × time per user),
            `share_of_time` (as printed, else of the rows' minutes, from 0 to 1), `thousand_millions` (minutes again),
            `time_total_before` (minutes, in the earlier period), `growth` (relative, of all minutes), the places
            `rank_audience`, `rank_time_total`, `rank_time_per_user`, `source`. Where the table has a total that its
            parts do not add up to, the remainder is a row of its own.
        mean_time_per_user: Minutes a user over all rows of a table, weighted by audience; NaN without audiences.
    """

    of_answers: ClassVar[bool] = False
    keys: ClassVar[tuple[str, ...]] = ("published", "entry")
    numbers: ClassVar[tuple[str, ...]] = (
        "audience", "time_per_user", "time_total", "thousand_millions", "growth", "share_of_time", "rank_audience",
        "rank_time_total", "rank_time_per_user",
    )  # fmt: skip

    table: pd.DataFrame
    mean_time_per_user: float


def audience_tables(catalogue: Catalogue | None = None) -> dict[str, AudienceTable]:
    """All published audience tables in reach, by id.

    Raises:
        InstrumentError: A file is faulty; names file, key, value and rule.
    """
    read = [read_toml(path, AudienceTable) for path in (catalogue or bundled()).audience_files]
    return {table.id: table for table in read}


def recompute(table: AudienceTable) -> PublishedAudience:
    """What follows from a published table: total minutes = audience × time per user, shares, places, the remainder.

    Ranks by audience, by total minutes and by minutes a user may have three winners: which has "most time" depends on
    the denominator. Nothing is forced to add up.
    """
    frame = pd.DataFrame(
        {
            "entry": [row.id for row in table.rows],
            "label": [row.label.get("en", row.id) for row in table.rows],
            "audience": [np.nan if row.audience is None else row.audience * 1000 for row in table.rows],
            "time_per_user": [row.minutes_per_user for row in table.rows],
            "time_total": [np.nan if row.time_total is None else row.time_total * 1e9 for row in table.rows],
            "share_of_time": [np.nan if row.share_of_time is None else row.share_of_time / 100 for row in table.rows],
            "time_total_before": [
                np.nan if row.time_total_before is None else row.time_total_before * 1e9 for row in table.rows
            ],
        }
    )
    product = frame["audience"] * frame["time_per_user"]
    frame["time_total"] = frame["time_total"].fillna(product)
    for name in ("audience", "time_total", "time_per_user"):
        frame[f"rank_{name}"] = frame[name].rank(ascending=False, method="min")
    both = product.notna()
    mean = product[both].sum() / frame.loc[both, "audience"].sum() if both.any() else np.nan
    if table.total is not None:
        rest = {
            name: np.nan if total is None else total * 1e9 - frame[name].sum()
            for name, total in (("time_total", table.total), ("time_total_before", table.total_before))
        }
        frame.loc[len(frame)] = {"entry": "remainder", "label": "remainder", **rest}
        frame["share_of_time"] = frame["share_of_time"].fillna(frame["time_total"] / (table.total * 1e9))
    grown = frame["time_total"] / frame["time_total_before"] - 1
    frame["growth"] = grown.where(frame["entry"] != "remainder")
    frame["thousand_millions"] = frame["time_total"] / 1e9
    frame.insert(0, "published", table.id)
    frame["source"] = table.short
    return PublishedAudience(method="published_audience", table=frame, mean_time_per_user=float(mean))


def recomputed_minutes(catalogue: Catalogue | None = None) -> PublishedAudience:
    """All published tables that have minutes, recomputed, the earliest first.

    Args:
        catalogue: Where to look for published tables; the bundled ones where none is given.
    """
    tables = sorted(audience_tables(catalogue).values(), key=lambda table: (table.year, table.id))
    frames = [frame for frame in (recompute(table).table for table in tables) if frame["time_total"].notna().any()]
    return PublishedAudience(
        method="published_audience", table=pd.concat(frames, ignore_index=True), mean_time_per_user=np.nan
    )


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class SharesBeside(Result):
    """Our shares of time and published ones, sector by sector. No difference is tested: they are not measured alike.

    Attributes:
        table: `entry` (sector), `role` (`ours`, `published`), `source`, `estimate` (from 0 to 1), `ci_lower`,
            `ci_upper`, `n`, `measure_type`, `population`, `citation`, `doi` (empty: these reports have none).
    """

    keys: ClassVar[tuple[str, ...]] = ("entry", "source")

    table: pd.DataFrame


def beside_published_shares(ours: pd.DataFrame, catalogue: Catalogue | None = None) -> SharesBeside:
    """Shares of time in a study beside those that were published for the same sectors.

    Args:
        ours: Rows of `Audience.table` with quantity `share_of_time`, entries being sectors.
        catalogue: Where to look for published tables; the bundled ones where none is given.
    """
    rows = [
        {"entry": row["entry"], "role": "ours", "source": "", "estimate": row["estimate"],
         "ci_lower": row["ci_lower"], "ci_upper": row["ci_upper"], "n": row["n"], "measure_type": row["measure_type"],
         "population": "", "citation": "", "doi": ""}
        for row in ours.to_dict("records")
    ]  # fmt: skip
    for table in audience_tables(catalogue).values():
        rows += [
            {"entry": row.sector, "role": "published", "source": table.short, "estimate": row.share_of_time / 100,
             "ci_lower": np.nan, "ci_upper": np.nan, "n": np.nan, "measure_type": "log",
             "population": table.population, "citation": table.citation, "doi": ""}
            for row in table.rows
            if row.share_of_time is not None and row.sector in set(ours["entry"])
        ]  # fmt: skip
    order = {entry: place for place, entry in enumerate(ours.sort_values("estimate", ascending=False)["entry"])}
    frame = pd.DataFrame(rows).sort_values("entry", key=lambda column: column.map(order), kind="stable")
    return SharesBeside(method="shares_beside", table=frame.reset_index(drop=True))


def change_of_share(table: AudienceTable) -> pd.DataFrame:
    """Relative change of each share between the two periods, from the printed (rounded) shares.

    Returns:
        `entry`, `before`, `after` (from 0 to 1), `change` (relative), and `change_lower`, `change_upper`: what rounding
        to the printed decimal allows.
    """
    rows = [row for row in table.rows if row.share_of_time is not None and row.share_of_time_before is not None]
    before = np.array([row.share_of_time_before for row in rows], dtype=float)
    after = np.array([row.share_of_time for row in rows], dtype=float)
    half = 0.05
    return pd.DataFrame(
        {
            "entry": [row.id for row in rows], "before": before / 100, "after": after / 100,
            "change": after / before - 1, "change_lower": (after - half) / (before + half) - 1,
            "change_upper": (after + half) / (before - half) - 1,
        }
    )  # fmt: skip
