"""Real data: who used which of twelve platforms, use of Twitter by prompt and person, leisure of a nation by year."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from survey_stats import audience
from survey_stats.catalogue import bundled
from survey_stats.statistics.design import Design
from survey_stats.taxonomy import names_of_media
from survey_stats.time_use.comparisons import change, duplication, ranking
from survey_stats.time_use.records import use_records

pytestmark = pytest.mark.shared
USE = ("audience", "reach")


@pytest.fixture(scope="module")
def platforms(shared: Path) -> pd.DataFrame:
    """Twelve platforms by person, 1 or 0; persons who left the question out have neither."""
    cells = pd.read_csv(shared / "data" / "mqp_qualtrics" / "MQPResponsesA.csv", skiprows=[1, 2])["Q4"]
    chosen = cells.dropna().str.split(",").explode().str.strip()
    used = pd.crosstab(chosen.index, chosen).reindex(cells.index)
    names = names_of_media(bundled().taxonomy)
    return used.rename(columns=lambda name: names[name.casefold().replace("tik tok", "tiktok")])


def test_reach_of_twelve_platforms(platforms: pd.DataFrame) -> None:
    persons = pd.DataFrame(index=platforms.index)
    found = audience(use_records(platforms, reference_period="three months"), persons=persons, quantities=USE)
    reach = found.select(quantity="reach").table.set_index("entry")
    counts = {"youtube": 162, "instagram": 142, "facebook": 127, "reddit": 112, "linkedin": 103, "snapchat": 95,
              "x": 91, "tiktok": 82, "twitch": 34, "bereal": 29, "tumblr": 20, "fourchan": 11}  # fmt: skip
    assert reach["n_users"].to_dict() == counts
    assert (reach["n"] == 203).all()
    assert (reach["n_missing"] == len(platforms) - 203).all()
    np.testing.assert_allclose(reach["estimate"], [counts[entry] / 203 for entry in reach.index])
    assert set(found.table["quantity"]) == set(USE)


def test_platforms_in_order_with_the_places_that_each_may_have(platforms: pd.DataFrame) -> None:
    persons = pd.DataFrame(index=platforms.index)
    time = audience(use_records(platforms, reference_period="three months"), persons=persons).time
    design = Design(np.ones(len(persons)))
    table = ranking(time, design, quantity="reach").table
    assert table["entry"].tolist()[:4] == ["youtube", "instagram", "facebook", "reddit"]
    assert table.loc[0, ["rank_lower", "rank_upper"]].tolist() == [1, 2]  # 162 and 142 of 203: cannot be told apart
    both = duplication(time, design).table.set_index(["entry", "other"])
    shared_users = int((platforms["x"] + platforms["facebook"] == 2).sum())
    assert both.loc[("x", "facebook"), "n_both"] == shared_users
    assert both.loc[("x", "facebook"), "estimate"] == pytest.approx(shared_users / 91)


def test_use_of_twitter_by_prompt_and_by_person(shared: Path) -> None:
    """6,218 prompts of 252 persons: prompts are clustered in persons; a day's reach is not that of half an hour."""
    prompts = pd.read_csv(shared / "data" / "es_twitter" / "data.csv", low_memory=False)
    columns = {"used_tt": "twitter", "facebook": "facebook", "tiktok": "tiktok", "whatsapp": "whatsapp"}
    used = prompts[list(columns)].astype(int).rename(columns=columns)
    design = Design(np.ones(len(prompts)), cluster=prompts["random_id"])
    records = use_records(used, reference_period="30 minutes")
    found = audience(records, persons=pd.DataFrame(index=used.index), weights=design, quantities=USE)
    reach = found.select(quantity="reach").table.set_index("entry")
    assert reach["n"].tolist() == [6218] * 4
    assert reach["n_users"].to_dict() == {"twitter": 1610, "facebook": 1026, "tiktok": 244, "whatsapp": 306}
    own = (used["twitter"] - used["twitter"].mean()).groupby(prompts["random_id"]).sum()
    error = np.sqrt(252 / 251 * (own**2).sum()) / 6218  # scores summed by person
    assert reach.loc["twitter", "standard_error"] == pytest.approx(error, rel=1e-9)
    assert reach.loc["twitter", "df"] == 251
    by_person = used.groupby(prompts["random_id"]).max()
    persons = audience(use_records(by_person, reference_period="seven days"), quantities=USE)
    ever = persons.select(quantity="reach").table.set_index("entry")
    assert ever.loc["twitter", "n"] == 252
    assert ever.loc["twitter", "estimate"] == by_person["twitter"].mean() > 3 * reach.loc["twitter", "estimate"]


KINDS = {
    "television": [120303, 120304],
    "games": [120307],
    "computer_for_leisure": [120308],
    "socialising": list(range(120100, 120200)),
    "email": [20904],
}


@pytest.fixture(scope="module")
def diaries(shared: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    folder = shared / "data" / "atus"
    persons = pd.read_parquet(folder / "respondents.parquet").set_index("tucaseid")
    activities = pd.read_parquet(folder / "activities.parquet")
    kind = {code: name for name, codes in KINDS.items() for code in codes}
    records = activities.assign(medium=activities["activity"].map(kind)).dropna(subset="medium")
    records = records.rename(columns={"tucaseid": "person"})
    return persons, records.assign(measure_type="diary", reference_period="diary day")


def test_leisure_by_year_and_sex(diaries: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Reach, minutes a person and minutes a user of 14 years and both sexes, beside weighted sums by hand."""
    persons, records = diaries
    persons = persons.assign(cell=persons["tuyear"].astype(str) + " " + persons["sex"])
    found = audience(records, persons=persons, weights=persons["wt"], group="cell", interval="none").table
    table = found.set_index(["group", "entry", "quantity"])["estimate"].unstack("quantity")  # noqa: PD010
    assert len(table) == 14 * 2 * 5
    sums = records.groupby(["person", "medium"])["minutes"].sum().unstack(fill_value=0)  # noqa: PD010
    minutes = sums.reindex(persons.index, fill_value=0)
    weight, cell = persons["wt"], persons["cell"]
    total = weight.groupby(cell).sum()
    for kind in KINDS:
        spent = (weight * minutes[kind]).groupby(cell).sum()
        users = (weight * (minutes[kind] > 0)).groupby(cell).sum()
        rows = table.xs(kind, level="entry")
        order = rows.index.str.removeprefix("cell = ")
        np.testing.assert_allclose(rows["time_per_capita"], (spent / total)[order], rtol=1e-10)
        np.testing.assert_allclose(rows["reach"], (users / total)[order], rtol=1e-10)
        np.testing.assert_allclose(rows["time_per_user"], (spent / users)[order], rtol=1e-10)
    np.testing.assert_allclose(table["time_per_capita"], table["reach"] * table["time_per_user"], rtol=1e-12)
    men, women = (table.xs(f"cell = 2016 {sex}").loc["games", "time_per_capita"] for sex in ("male", "female"))
    assert men > 1.5 * women


def test_change_of_leisure_between_years(diaries: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    persons, records = diaries
    persons = persons[persons["tuyear"].isin([2009, 2016])]
    own = records[records["person"].isin(persons.index)]
    time = audience(own, persons=persons, weights=persons["wt"], interval="none").time
    design = Design(persons["wt"].to_numpy(dtype=float))
    found = change(time, design, persons["tuyear"], 2009, 2016).table.set_index(["entry", "quantity"])
    television = found.loc[("television", "time_per_capita")]
    assert round(television["after"] / 60, 3) == 2.727
    assert television["n_before"] + television["n_after"] == len(persons)
    email = found.loc[("email", "reach")]
    assert email["relative"] == pytest.approx(email["after"] / email["before"] - 1, rel=1e-12)
    assert email["relative_lower"] < email["relative"] < email["relative_upper"]
