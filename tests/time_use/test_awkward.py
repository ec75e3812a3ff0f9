"""Time use of awkward samples against R survey and the definitions (tests/oracles/time_use/awkward.R).

Weights of 0, a stratum with one cluster, media of nobody, of one person and of everyone, ties, missing minutes, persons
in two waves, replicate weights.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from survey_stats.statistics.design import Design
from survey_stats.time_use.audience import audience
from survey_stats.time_use.comparisons import change, duplication, ranking
from survey_stats.time_use.concentration import concentration
from survey_stats.time_use.leading import lead
from survey_stats.time_use.person_time import PersonTime, person_time

MEDIA = ("facebook", "reddit", "television", "telephone", "wikipedia", "mastodon")
DESIGNS = ("schools", "persons", "bootstrap", "jackknife")
EXACT = {"rel": 1e-9, "abs": 1e-12}


@pytest.fixture(scope="module")
def expected(oracle) -> Any:
    return oracle("time_use/awkward")


@pytest.fixture(scope="module")
def data(expected) -> pd.DataFrame:
    return pd.DataFrame(expected["data"]).astype(dict.fromkeys(MEDIA, float)).rename_axis("row")


def rows_of(data: pd.DataFrame, name: str) -> pd.DataFrame:
    return data[data["stratum"] != "islands"] if name == "bootstrap" else data


def design_of(data: pd.DataFrame, name: str, expected: Any) -> Design:
    rows = rows_of(data, name)
    if name == "bootstrap":
        copies = np.array(expected["designs"][name]["weights"])
        return Design(rows["weight"].to_numpy(), replicates=copies, method="bootstrap")
    if name == "jackknife":
        return Design(rows["weight"].to_numpy(), cluster=rows["person"]).replicated("jackknife")
    if name == "persons":
        return Design(rows["weight"].to_numpy(), cluster=rows["person"])
    lonely = "adjust" if name == "adjust" else "certainty"
    return Design(rows["weight"].to_numpy(), strata=rows["stratum"], cluster=rows["school"], lonely=lonely)


def records_of(data: pd.DataFrame) -> pd.DataFrame:
    rows = data[list(MEDIA)].melt(var_name="medium", value_name="minutes", ignore_index=False)
    rows = rows.rename_axis("person").reset_index().dropna(subset="minutes")
    return rows.assign(measure_type="self_report", reference_period="habitual day")


def time_of(data: pd.DataFrame) -> PersonTime:
    return person_time(records_of(data), persons=pd.DataFrame(index=data.index)).of(MEDIA)


def same_error(found: float, right: float) -> bool:
    """R leaves out replicates that hold none of the persons, and their error is 0; here there is none."""
    return bool(np.isnan(found) and right < 1e-12) or found == pytest.approx(right, **EXACT)


CASES: dict[str, tuple[str | None, str]] = dict.fromkeys((*DESIGNS, "adjust"), (None, "")) | {
    "second_wave": ("wave", "wave = 2")
}


@pytest.mark.parametrize("name", CASES)
def test_figures(data, expected, name):
    block = expected["designs"][name]["figures"]
    rows = rows_of(data, name)
    group, shown = CASES[name]
    table = audience(
        records_of(rows), persons=rows[["wave"]], weights=design_of(data, name, expected), group=group
    ).table  # fmt: skip
    table = table[table["group"] == shown].set_index(["entry", "quantity"])
    for medium in MEDIA:
        for quantity, right in block[medium].items():
            if isinstance(right, dict) and right:
                row = table.loc[(medium, quantity)]
                assert row["estimate"] == pytest.approx(right["estimate"], **EXACT), quantity
                assert same_error(row["standard_error"], right["se"]), quantity
                if name != "jackknife":
                    assert row["df"] == block["df"]
        assert table.loc[(medium, "reach"), "n"] == block[medium]["n"]
        assert table.loc[(medium, "time_per_user"), "n_users"] == block[medium]["n_users"]
        reach, limits = block[medium]["reach"], table.loc[(medium, "reach"), ["ci_lower", "ci_upper"]].to_list()
        if "ci" in reach and name != "jackknife":
            assert limits == pytest.approx(reach["ci"], **EXACT)
        elif reach["estimate"] in (0, 1):
            inner = limits[0] if reach["estimate"] else 1 - limits[1]
            assert inner == pytest.approx(0.025 ** (1 / block[medium]["n_effective"]), rel=1e-9)


def test_what_is_the_same_for_everyone_has_no_interval(data, expected):
    table = audience(records_of(data), persons=data[["wave"]], weights=design_of(data, "schools", expected)).table
    table = table.set_index(["entry", "quantity"])
    same = "No interval: it is the same for everyone here, so these persons do not tell how sure it is."
    for quantity in ("audience", "time_total", "time_per_capita", "share_of_time"):
        row = table.loc[("wikipedia", quantity)]
        assert row["estimate"] == 0
        assert np.isnan(row["ci_lower"])
        assert row["warning"] == same
    assert table.loc[("telephone", "time_per_user"), "warning"] == same  # each of them said half an hour
    assert table.loc[("mastodon", "time_per_user"), "warning"] == (
        "Too few persons for an interval: 1, where 30 are needed."
    )


@pytest.mark.parametrize("name", DESIGNS)
def test_gini_and_the_share_of_the_heaviest_fifth(data, expected, name):
    """Linearised errors as by Langel and Tillé's influence, written out in R; replicates as by withReplicates."""
    rows = rows_of(data, name)
    found = concentration(time_of(rows), design_of(data, name, expected))
    table, classes = found.table.set_index(["entry", "statistic"]), found.classes.set_index(["entry", "users"])
    for medium, right in expected["designs"][name]["concentration"].items():
        for place, (statistic, key) in enumerate({"gini": "gini", "share_of_top_fifth": "top"}.items()):
            row = table.loc[(medium, statistic)]
            assert row["n"] == right["n"]
            assert row["estimate"] == pytest.approx(right[key], **EXACT)
            assert row["standard_error"] == pytest.approx(right["se"][place], **EXACT), (medium, statistic)
        for users, own in right.get("classes", {}).items():
            if own:
                numbers = ["from_minutes", "to_minutes", "share_of_users", "share_of_time", "n"]
                assert classes.loc[(medium, users), numbers].to_list() == pytest.approx(list(own.values()), rel=1e-9)
            else:
                assert (medium, users) not in classes.index


@pytest.mark.parametrize("name", DESIGNS)
def test_change_between_waves_with_persons_in_both(data, expected, name):
    rows = rows_of(data, name)
    design = design_of(data, name, expected)
    table = change(time_of(rows), design, rows["wave"], 1, 2, minimum_n=5).table.set_index(["entry", "quantity"])
    quantile = stats.t.ppf(0.975, design.df())
    for medium, quantities in expected["designs"][name]["change"].items():
        for quantity, right in quantities.items():
            row = table.loc[(medium, quantity)]
            if not right:  # 0 before or after
                assert not row["relative"] > -1, (medium, quantity)
                continue
            assert row["estimate"] == pytest.approx(right["estimate"], **EXACT)
            # Of what does not vary R has the root of a difference of sums.
            assert row["standard_error"] == pytest.approx(right["se"] or 0, rel=1e-8, abs=1e-6), (medium, quantity)
            assert row["relative"] == pytest.approx(np.expm1(right["log_ratio"]), **EXACT)
            if (right["se"] or 0) > 1e-6:
                limits = np.expm1([right["log_ratio"] + sign * quantile * right["log_se"] for sign in (-1, 1)])
                assert row[["relative_lower", "relative_upper"]].to_list() == pytest.approx(list(limits), rel=1e-7)


@pytest.mark.parametrize("name", DESIGNS)
def test_common_users(data, expected, name):
    rows = rows_of(data, name)
    table = duplication(time_of(rows), design_of(data, name, expected), minimum_n=1).table.set_index(["entry", "other"])
    for pair, right in expected["designs"][name]["common"].items():
        row = table.loc[tuple(pair.split())]
        assert row["estimate"] == pytest.approx(right["estimate"], **EXACT)
        assert same_error(row["standard_error"], right["se"])
        assert row["reach_of_other"] == pytest.approx(right["reach"], **EXACT)
        assert row["n"] == right["n"]
        if right["estimate"] == 1:
            assert row["ci_lower"] == pytest.approx(0.025 ** (1 / right["n_effective"]), rel=1e-9)
        if right["estimate"] == 0:
            assert row["ci_upper"] == pytest.approx(1 - 0.025 ** (1 / right["n_effective"]), rel=1e-9)


@pytest.mark.parametrize("name", DESIGNS)
def test_places_and_the_claim(data, expected, name):
    rows = rows_of(data, name)
    right, design = expected["designs"][name]["order"], design_of(data, name, expected)
    places = ranking(time_of(rows), design).table.set_index("entry")
    assert (places["n"] == right["n"]).all()
    for medium, own in right["places"].items():
        row = places.loc[medium]
        assert row["estimate"] == pytest.approx(own["estimate"], **EXACT)
        assert (row["rank_lower"], row["rank_upper"]) == (own["lower"], own["upper"]), medium
    table = lead(time_of(rows), design, "facebook").table.set_index(["quantity", "other"])
    for quantity, block in right["claim"].items():
        for other, own in block["found"].items():
            row = table.loc[(quantity, other)]
            assert row["estimate"] == pytest.approx(own["estimate"], **EXACT)
            assert row["standard_error"] == pytest.approx(own["se"], **EXACT)
            if name != "jackknife":
                assert row["p_value"] == pytest.approx(own["p"], rel=1e-7)
                assert row["p_adjusted"] == pytest.approx(block["holm"][other], rel=1e-7)
                assert row["claim_p_value"] == pytest.approx(block["claim"], rel=1e-7)
