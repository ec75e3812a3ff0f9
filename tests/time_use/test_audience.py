"""Audience figures against R survey (tests/oracles/time_use), published time use, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_stats.errors import CallError, InputError
from survey_stats.statistics.design import Design
from survey_stats.time_use.audience import audience
from survey_stats.time_use.leading import lead, lead_by_taxonomy

MEDIA = ("social_media", "news", "games")


@pytest.fixture
def expected(oracle):
    return oracle("time_use/audience")


@pytest.fixture
def data(expected):
    return pd.DataFrame(expected["data"]).astype(dict.fromkeys(MEDIA, float))


@pytest.fixture
def persons(data):
    return data.set_index("person")[["weight", "stratum", "school", "sex"]]


@pytest.fixture
def records(data):
    return long(data)


def long(data: pd.DataFrame) -> pd.DataFrame:
    frames = [
        pd.DataFrame(
            {"person": data["person"], "medium": medium, "minutes": data[medium], "sessions": data[f"s_{medium}"]}
        )
        for medium in MEDIA
    ]
    return pd.concat(frames, ignore_index=True).assign(measure_type="self_report", reference_period="habitual day")


def clustered(persons: pd.DataFrame) -> Design:
    return Design("weight", data=persons, strata="stratum", cluster="school")


def check(table: pd.DataFrame, block: dict) -> None:
    """Estimates and standard errors of R, 1e-9: both sides sum in another order."""
    for medium in MEDIA:
        rows = table[table["entry"] == medium].set_index("quantity")
        for quantity in ("audience", "reach", "time_total", "time_per_capita", "time_per_user", "share_of_time",
                         "sessions_per_user", "time_per_session"):  # fmt: skip
            found, oracle = rows.loc[quantity], block[medium][quantity]
            assert found["estimate"] == pytest.approx(oracle[0], rel=1e-9), quantity
            assert found["standard_error"] == pytest.approx(oracle[1], rel=1e-9), quantity
            assert found["df"] == block["df"]
        limits = rows.loc["reach", ["ci_lower", "ci_upper"]].astype(float)
        np.testing.assert_allclose(limits, block[medium]["reach"][2:], rtol=1e-9)
        assert rows.loc["reach", "n"] == block[medium]["n"]
        assert rows.loc["reach", "n_users"] == block[medium]["n_users"]


def test_without_weights_as_in_r(records, persons, expected):
    check(audience(records, persons=persons).table, expected["plain"])


def test_weights_as_in_r(records, persons, expected):
    check(audience(records, persons=persons, weights=persons["weight"]).table, expected["weighted"])


def test_strata_and_clusters_as_in_r(records, persons, expected):
    check(audience(records, persons=persons, weights=clustered(persons)).table, expected["clustered"])


def test_a_group_keeps_the_whole_design_as_in_r(records, persons, expected):
    found = audience(records, persons=persons, weights=clustered(persons), group="sex", minimum_n=5)
    check(found.table[found.table["group"] == "sex = f"], expected["women"])


def test_the_claim_as_in_r(records, persons, expected):
    time = audience(records, persons=persons).time
    found = lead(time, clustered(persons), "social_media").table
    capita = found[found["quantity"] == "time_per_capita"].set_index("other")
    share = found[found["quantity"] == "share_of_time"].set_index("other")
    oracle = expected["claim"]
    for other, row in oracle["rows"].items():
        assert capita.loc[other, "estimate"] == pytest.approx(row["difference"], rel=1e-9)
        assert capita.loc[other, "standard_error"] == pytest.approx(row["se"], rel=1e-9)
        assert capita.loc[other, "p_value"] == pytest.approx(row["p"], rel=1e-8)
        assert capita.loc[other, "p_adjusted"] == pytest.approx(oracle["holm"][other], rel=1e-8)
        assert share.loc[other, "estimate"] == pytest.approx(oracle["share"][other]["difference"], rel=1e-9)
        assert share.loc[other, "standard_error"] == pytest.approx(oracle["share"][other]["se"], rel=1e-9)
    assert capita["claim_p_value"].iloc[0] == pytest.approx(oracle["claim"], rel=1e-8)
    assert (capita["n"] == oracle["n"]).all()


def test_the_division_of_sites_decides_who_leads(records, persons):
    time = audience(records, persons=persons).time
    groups = {"as_asked": {}, "others": {"others": ("news", "games")}, "absent": {"x": ("television",)}}
    table = lead_by_taxonomy(time, clustered(persons), "social_media", groups).table.set_index("taxonomy")
    assert list(table.index) == ["as_asked", "others"]  # what changes nothing is left out
    rows = lead(time, clustered(persons), "social_media").table
    capita = rows[rows["quantity"] == "time_per_capita"].set_index("other")
    assert table.loc["others", "second"] == pytest.approx(capita["second"].sum(), rel=1e-12)
    assert table.loc["as_asked", "runner_up"] == capita["second"].idxmax()


@settings(max_examples=40, deadline=None)
@given(
    minutes=st.lists(
        st.lists(st.one_of(st.none(), st.floats(0, 1440)), min_size=3, max_size=3), min_size=4, max_size=12
    ),
    weights=st.lists(st.floats(0.01, 50), min_size=12, max_size=12),
)
def test_minutes_per_person_are_reach_times_minutes_per_user(minutes, weights):
    wide = pd.DataFrame(minutes, columns=list(MEDIA), dtype=float).rename_axis("person")
    records = wide.reset_index().melt("person", var_name="medium", value_name="minutes")
    records = records.assign(measure_type="self_report", reference_period="habitual day")
    if records["minutes"].notna().sum() == 0:
        return
    persons = pd.DataFrame(index=wide.index)
    table = audience(records, persons=persons, weights=pd.Series(weights[: len(wide)], index=wide.index)).table
    for _, rows in table.groupby("entry"):
        figure = rows.set_index("quantity")["estimate"]
        if figure["reach"] > 0:
            assert figure["time_per_capita"] == pytest.approx(figure["reach"] * figure["time_per_user"], rel=1e-12)
            assert figure["time_total"] == pytest.approx(figure["audience"] * figure["time_per_user"], rel=1e-12)
    shares = table[(table["quantity"] == "share_of_time") & table["estimate"].notna()]["estimate"]
    assert shares.empty or shares.sum() == pytest.approx(1, rel=1e-9)


def test_everyone_or_no_one_a_user_has_an_exact_interval():
    records = pd.DataFrame(
        {"person": np.repeat(range(40), 2), "medium": ["news", "games"] * 40, "minutes": [10.0, 0] * 40,
         "measure_type": "self_report", "reference_period": "habitual day"}
    )  # fmt: skip
    reach = audience(records).table.query("quantity == 'reach'").set_index("entry")
    # Clopper and Pearson: 1 - (α / 2) ** (1 / n).
    assert reach.loc["games", "ci_upper"] == pytest.approx(1 - 0.025 ** (1 / 40), rel=1e-12)
    assert reach.loc["news", "ci_lower"] == pytest.approx(0.025 ** (1 / 40), rel=1e-12)
    assert set(reach["interval"]) == {"clopper_pearson"}


def test_a_variable_that_nobody_has_answered_gives_no_rows(records, persons):
    unknown = persons.assign(age=np.nan)
    found = audience(records, persons=unknown, group="age").table
    assert list(found) == list(audience(records, persons=persons).table)
    assert found.empty


def test_no_interval_below_the_stated_number(records, persons):
    found = audience(records, persons=persons, minimum_n=75)
    rows = found.table.query("entry == 'news'").set_index("quantity")
    assert np.isfinite(rows.loc["reach", "ci_lower"])
    assert np.isnan(rows.loc["time_per_user", "ci_lower"])
    assert rows.loc["time_per_user", "warning"] == (
        f"Too few persons for an interval: {rows.loc['reach', 'n_users']}, where 75 are needed."
    )


def test_internet_users_are_those_with_time_online():
    records = pd.DataFrame(
        {"person": [1, 1, 2, 2], "medium": ["news", "television"] * 2, "minutes": [10.0, 50, 0, 70],
         "measure_type": "self_report", "reference_period": "habitual day"}
    )  # fmt: skip
    everyone, users = (
        audience(records, denominator=who).table.set_index(["entry", "quantity"]) for who in ("all", "internet_users")
    )
    assert everyone.loc[("television", "time_per_capita"), "estimate"] == 60
    assert users.loc[("television", "time_per_capita"), "estimate"] == 50
    assert users.loc[("news", "reach"), "n"] == 1


def test_what_does_not_fit_is_said(records, persons):
    with pytest.raises(CallError) as wrong:
        audience(records, denominator="adults")
    assert str(wrong.value) == "audience: denominator is 'adults'. Allowed: all, internet_users."
    with pytest.raises(CallError) as wrong:
        audience(records, persons=persons, group="age")
    assert str(wrong.value) == (
        "audience: group is 'age', which is no column of persons. Columns of persons: weight, stratum, school, sex."
    )
    with pytest.raises(CallError) as wrong:
        audience(records, persons=persons, weights=persons["weight"].iloc[::-1])
    assert str(wrong.value) == (
        "audience: the index of weights is not that of persons. Take weights from the same frame."
    )
    offline = records[records["medium"] == "news"].assign(minutes=0.0, sessions=0)
    with pytest.raises(InputError) as unusable:
        audience(offline, denominator="internet_users")
    assert str(unusable.value) == "audience: no person has time with anything online, so there are no internet users."


@pytest.mark.parametrize("kind", ["weighted", "clustered"])
def test_a_bootstrap_over_persons_as_in_r(records, persons, oracle, kind):
    """Standard errors agree within the Monte Carlo error of both sides: 20,000 draws there, 4,000 here."""
    design = clustered(persons) if kind == "clustered" else persons["weight"]
    chosen = {"persons": persons, "weights": design}
    found = audience(records, **chosen, interval="bootstrap", n_bootstrap=4000, seed=1).table
    rows = found[found["entry"] == "social_media"].set_index("quantity")
    for quantity, error in oracle("time_use/bootstrap")[kind].items():
        assert rows.loc[quantity, "standard_error"] == pytest.approx(error, rel=0.05), quantity
    linear = audience(records, **chosen).table
    np.testing.assert_array_equal(found["estimate"], linear["estimate"])
    inside = found["interval"] == "bootstrap_percentile"
    assert inside.sum() > 15
    width = (found["ci_upper"] - found["ci_lower"])[inside] / (linear["ci_upper"] - linear["ci_lower"])[inside]
    assert width.between(0.75, 1.15).all()
    again = audience(records, **chosen, interval="bootstrap", n_bootstrap=200, seed=4).table
    pd.testing.assert_frame_equal(
        again, audience(records, **chosen, interval="bootstrap", n_bootstrap=200, seed=4).table
    )


def test_a_draw_keeps_strata_and_finite_populations(persons):
    """Each stratum keeps its number of clusters; a stratum that was taken whole does not vary."""
    part = pd.Series(np.where(persons["stratum"] == "a", 6.0, 60.0), index=persons.index)
    design = Design(persons["weight"], strata=persons["stratum"], cluster=persons["school"], fpc=part)
    inside = np.column_stack([persons["stratum"] == stratum for stratum in "abc"]).astype(float)
    own = inside / persons["weight"].to_numpy()[:, None]
    drawn = design.resamples(50, seed=2).totals(own)
    np.testing.assert_allclose(drawn[:, 0], 30)
    assert drawn[:, 1:].mean() == pytest.approx(30, rel=1e-9)  # schools have as many persons each
    minutes = design.resamples(50, seed=2).totals(inside * np.arange(90.0)[:, None])
    assert minutes[:, 0].std() < 1e-9 < minutes[:, 1].std()


def test_replicates_are_not_drawn_again(persons):
    copies = np.random.default_rng(0).uniform(0.5, 2, (90, 20))
    with pytest.raises(CallError) as wrong:
        Design(persons["weight"].to_numpy(), replicates=copies, method="bootstrap").resamples(10)
    assert str(wrong.value).endswith(
        ": samples are drawn again from weights, strata and one stage of clusters. This design has replicates, raked "
        "weights or several stages: take its own standard errors."
    )


def same_figures(left, right):
    assert left.time.entries == right.time.entries
    pd.testing.assert_frame_equal(left.table, right.table, rtol=1e-12, check_dtype=False)
    assert list(map(str, left.warnings)) == list(map(str, right.warnings))
    pd.testing.assert_frame_equal(left.problems, right.problems, check_dtype=False)


def messy(records):
    """More records than one a person and medium, some faulty, one medium that nobody knows."""
    twice = pd.concat([records, records.assign(minutes=records["minutes"] / 3)], ignore_index=True)
    twice.loc[5, "minutes"], twice.loc[9, "minutes"], twice.loc[20, "medium"] = -4.0, 2000.0, "nowhere.example"
    return twice.assign(measure_type="log")


def test_duckdb_gives_the_same_figures(records, persons):
    duckdb = pytest.importorskip("duckdb", reason="needs the extra logs")
    frame = messy(records)
    connection = duckdb.connect()
    connection.register("visits", frame)
    listed = persons.assign(complete=persons["sex"] == "f")
    for chosen in ({"persons": listed, "weights": persons["weight"]}, {"by": "sector"}, {}):
        same_figures(audience(frame, **chosen), audience(connection.sql("SELECT * FROM visits"), **chosen))


@pytest.mark.cluster
@pytest.mark.filterwarnings("ignore")
def test_pyspark_gives_the_same_figures(records, persons, spark):
    frame = messy(records)
    chosen = {"persons": persons, "weights": persons["weight"]}
    same_figures(audience(frame, **chosen), audience(spark.createDataFrame(frame), **chosen))


@pytest.mark.shared
def test_time_use_as_the_bureau_of_labor_statistics_published_it(shared: Path):
    """All 32 means of 2009 to 2016, hours a day of all persons, to the two decimals printed."""
    folder = shared / "data" / "atus"
    respondents = pd.read_parquet(folder / "respondents.parquet")
    activities = pd.read_parquet(folder / "activities.parquet")
    published = pd.read_csv(folder / "us_time_survey_published_benchmark.csv").set_index("year")
    code = activities["activity"]
    two, four = code // 10000, code // 100
    kinds = {
        "household_activities": ((two == 2) & ~code.isin([20903, 20904])) | (four == 1802),
        "eating_and_drinking": (two == 11) | (four == 1811),
        "leisure_and_sports": two.isin([12, 13]) | four.isin([1812, 1813]),
        "sleeping": four == 101,
    }
    parts = [activities[mask].assign(medium=kind) for kind, mask in kinds.items()]
    records = pd.concat(parts).rename(columns={"tucaseid": "person"})
    records = records.assign(measure_type="diary", reference_period="diary day")
    checked = 0
    for year in range(2009, 2017):
        persons = respondents[respondents["tuyear"] == year].set_index("tucaseid")
        own = records[records["person"].isin(persons.index)]
        table = audience(own, persons=persons, weights=persons["wt"]).table
        hours = table[table["quantity"] == "time_per_capita"].set_index("entry")["estimate"] / 60
        for kind in kinds:
            assert round(hours[kind], 2) == published.loc[year, kind], (year, kind)
            checked += 1
    assert checked == 32


@pytest.mark.shared
def test_television_of_2016_by_reach_and_time_per_user(shared: Path):
    """2.727 hours a person (README of the data): reach times time per user."""
    folder = shared / "data" / "atus"
    respondents = pd.read_parquet(folder / "respondents.parquet").query("tuyear == 2016").set_index("tucaseid")
    activities = pd.read_parquet(folder / "activities.parquet").query("activity in (120303, 120304)")
    records = activities.rename(columns={"tucaseid": "person"}).assign(
        medium="television", measure_type="diary", reference_period="diary day"
    )
    found = audience(records[records["person"].isin(respondents.index)], persons=respondents, weights=respondents["wt"])
    figures = found.table.set_index("quantity")["estimate"]
    assert round(figures["time_per_capita"] / 60, 3) == 2.727
    assert found.table["n_missing"].eq(0).all()


def test_duckdb_counts_media_of_any_name_and_drops_those_without_a_usable_record():
    duckdb = pytest.importorskip("duckdb", reason="needs the extra logs")
    rows = [(1, "it's", 30.0), (1, None, 4.0), (2, "Ünder; --", 15.0), (2, "all wrong", -5.0), (3, "it's", 2.0)]
    records = pd.DataFrame(rows, columns=["person", "medium", "minutes"])
    records = records.assign(measure_type="log", reference_period="month")
    relation = duckdb.connect().from_df(records)
    ours, theirs = (audience(one, interval="none") for one in (records, relation))
    assert set(theirs.time.entries) == {"it's", "unknown", "Ünder; --"}
    pd.testing.assert_frame_equal(ours.table, theirs.table, check_dtype=False)


def use(rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["person", "medium", "minutes"])
    return frame.assign(measure_type="self_report", reference_period="habitual day")


def test_persons_with_weight_0_are_in_no_count():
    """Forty persons of weight 0 do not make twenty others enough for an interval."""
    records = use([(person, "news", float(person % 3)) for person in range(60)])
    weights = pd.Series(np.repeat([1.0, 0.0], [20, 40]), index=range(60))
    table = audience(records, persons=pd.DataFrame(index=weights.index), weights=weights).table
    assert table["n"].eq(20).all()
    assert table["n_users"].eq(13).all()
    assert table["ci_lower"].isna().all()


def test_the_exact_interval_is_of_the_persons_it_is_about():
    """Persons of other groups with very unequal weights do not change it."""
    records = use([(person, "news", 5.0) for person in range(80)])
    persons = pd.DataFrame({"group": np.repeat(["a", "b"], 40)}, index=range(80))
    weights = pd.Series(np.concatenate([np.ones(40), np.geomspace(0.01, 100, 40)]), index=range(80))
    table = audience(records, persons=persons, weights=weights, group="group", quantities=["reach"]).table
    assert table.loc[0, "ci_lower"] == pytest.approx(0.025 ** (1 / 40), rel=1e-12)
    assert table.loc[1, "ci_lower"] < 0.7


def test_a_replicate_without_users_leaves_that_figure_without_an_interval_and_no_other():
    records = use([(i, m, v) for i in range(40) for m, v in (("news", i + 1.0), ("games", 500.0 if i == 3 else 0.0))])
    weights = np.ones(40)
    design = Design(weights).replicated("jackknife")
    persons = pd.DataFrame(index=range(40))
    table = audience(records, persons=persons, weights=design, minimum_n=1).table.set_index(["entry", "quantity"])
    assert table.loc[("games", "time_per_user"), "estimate"] == 500
    assert (
        table.loc[("games", "time_per_user"), "warning"] == "No interval: some replicates hold none of these persons."
    )
    plain = audience(records, persons=persons, minimum_n=1).table.set_index(["entry", "quantity"])
    for row in [("news", "time_per_user"), ("games", "time_per_capita"), ("games", "reach")]:  # means: JK1 is exact
        assert table.loc[row, "standard_error"] == pytest.approx(plain.loc[row, "standard_error"], rel=1e-9)


def test_a_confidence_that_is_no_share_is_refused(records):
    with pytest.raises(CallError) as wrong:
        audience(records, confidence=95)
    assert str(wrong.value) == "audience: confidence is 95. Give a number between 0 and 1, such as 0.95."


def test_a_single_person_has_figures_without_intervals():
    table = audience(use([(1, "news", 10.0)]), interval="none").table.set_index("quantity")
    assert table.loc["time_per_user", "estimate"] == 10


def test_figures_of_different_periods_are_refused_unless_said_so():
    month = use([(1, "games", 900.0), (2, "games", 1.0)]).assign(reference_period="month of log")
    rows = pd.concat([use([(1, "news", 10.0), (2, "news", 1.0)]), month])
    with pytest.raises(InputError) as refused:
        audience(rows)
    assert str(refused.value) == (
        "Records have different values of reference_period: habitual day, month of log. They are not comparable (the "
        "reach of a day is not that of a month): analyse them apart, or write mixed_periods=True and say so in the "
        "report."
    )
    table = audience(rows, mixed_periods=True, interval="none").table
    assert set(table["reference_period"]) == {"habitual day + month of log"}
    assert table.loc[table["quantity"] == "time_total", "unit"].eq("minutes").all()


def test_there_are_no_negative_persons_or_minutes():
    """One user among 40: t alone would give -1.02 to 3.02 persons."""
    table = audience(use([(person, "news", 12.0 * (person == 3)) for person in range(40)])).table.set_index("quantity")
    for quantity in ("audience", "time_total", "time_per_capita"):
        assert table.loc[quantity, "ci_lower"] == 0
    assert table.loc["audience", "ci_upper"] == pytest.approx(
        1 + 2.022690920036762, rel=1e-9
    )  # R: qt(.975, 39), error 1


def test_groups_that_are_numbers_stand_in_their_order():
    persons = pd.DataFrame({"children": [10, 2, 0, 2]}, index=range(4))
    table = audience(use([(p, "news", 1.0 + p) for p in range(4)]), persons=persons, group="children").table
    assert list(dict.fromkeys(table["group"])) == ["children = 0", "children = 2", "children = 10"]
