"""Estimates of a sample with a design against R survey, published results, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import CallError, InputError
from survey_stats.statistics.design import Design
from survey_stats.statistics.estimation import Estimates, estimate

ORACLE: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "oracles" / "estimation" / "estimation.json").read_text(encoding="utf-8")
)
DATA = pd.DataFrame(ORACLE["data"]).assign(y=lambda data: data["y"].astype(float))
CLUSTERED: dict[str, Any] = {"strata": "stratum", "cluster": "cluster"}
DESIGNS = {
    "stratified": Design("weight", data=DATA, **CLUSTERED),
    "fpc": Design("weight", data=DATA, fpc="clusters_in_population", **CLUSTERED),
    "weights": Design("weight", data=DATA),
    "replicates": Design(
        "weight", data=DATA, replicates=np.array(ORACLE["replicates"]["weights"]), method="jkn",
        rscales=ORACLE["replicates"]["rscales"],
    ),
}  # fmt: skip
SHARES = (0.2, 0.25, 0.5, 0.75)


def agrees(found: pd.DataFrame, oracle: dict[str, Any], rtol: float = 1e-9) -> None:
    """Estimate, standard error and both limits; a limit that R does not have is none here."""
    names = {"estimate": "estimate", "standard_error": "se", "ci_lower": "lower", "ci_upper": "upper"}
    for ours, theirs in names.items():
        expected = [np.nan if value in (None, "NaN", "NA") else value for value in np.atleast_1d(oracle[theirs])]
        np.testing.assert_allclose(found[ours], expected, rtol=rtol, err_msg=ours)


@pytest.mark.parametrize("name", DESIGNS)
def test_estimates_agree_with_r(name: str) -> None:
    design, oracle = DESIGNS[name], ORACLE[name]

    def found(variable: Any, **options: Any) -> pd.DataFrame:
        return estimate(DATA, variable, design, **options).table

    agrees(found("y"), oracle["mean"])
    agrees(found("y", statistic="total"), oracle["total"])
    agrees(found("use", statistic="total"), oracle["counts"])
    agrees(found("z", statistic="ratio", denominator="x"), oracle["ratio"])
    categories = found("use", statistic="proportion").set_index("category")
    for category, expected in oracle["use"].items():
        agrees(categories.loc[[category]], expected)
    for rule in ("hf1", "hf2"):
        agrees(found("y", statistic="quantile", quantiles=SHARES, rule=rule), oracle[rule])
    domains = found("y", by="sex").set_index("group")
    for sex, expected in oracle["domains"].items():
        agrees(domains.loc[[f"sex = {sex}"]], expected)
    medians = found("y", statistic="quantile", quantiles=(0.5, 0.75), by="sex")
    agrees(medians[medians["group"] == "sex = f"], oracle["median_f"])
    assert set(domains["df"]) == {oracle["df"]}


@pytest.mark.parametrize("name", ["brr", "fay", "jk2"])
def test_balanced_and_paired_replicates_agree_with_r(name: Any) -> None:
    path = Path(__file__).parent.parent / "oracles" / "design" / "replicates.json"
    oracle: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    data, expected = pd.DataFrame(oracle["data"]), oracle["replicates"][name]
    options = {"rho": oracle["rho"]} if name == "fay" else {}
    design = Design("weight", data=data, replicates=np.array(expected["weights"]), method=name, **options)
    found = {
        "mean": estimate(data, ["y", "x"], design), "total": estimate(data, ["y", "x"], design, statistic="total"),
        "ratio": estimate(data, "y", design, statistic="ratio", denominator="x"),
        "domain": estimate(data, "y", design, by="sex").select(group="sex = f"),
    }  # fmt: skip
    for statistic, estimates in found.items():
        np.testing.assert_allclose(estimates.table["standard_error"], expected[f"{statistic}_se"], rtol=1e-10)
    median = estimate(data, "y", design, statistic="quantile").table.iloc[0]
    named = [median[column] for column in ("estimate", "ci_lower", "ci_upper", "standard_error")]
    np.testing.assert_allclose(named, expected["median"], rtol=1e-10)
    assert design.df() == expected["df"]


@pytest.mark.parametrize("name", ["stratified", "fpc", "weights"])
def test_design_effects_agree_with_r(name: str) -> None:
    """Against sampling with replacement; without it where the design has population sizes (R's deff = TRUE)."""
    design, oracle = DESIGNS[name], ORACLE[name]["deff"]
    effect = {
        "mean": estimate(DATA, "y", design),
        "total": estimate(DATA, "x", design, statistic="total"),
        "ratio": estimate(DATA, "z", design, statistic="ratio", denominator="x"),
        "domain": estimate(DATA, "y", design, by="sex").select(group="sex = f"),
    }
    for quantity, found in effect.items():
        np.testing.assert_allclose(found.table["design_effect"], oracle[quantity], rtol=1e-9, err_msg=quantity)


def test_differences_carry_the_covariance() -> None:
    design = DESIGNS["stratified"]
    between = estimate(DATA, "x", design, by="wave").differences().table
    assert between[["first", "second"]].to_numpy().tolist() == [["wave = first", "wave = second"]]
    agrees(between, ORACLE["difference"]["between"])
    within = estimate(DATA, ["z", "x"], design).differences("variable").table
    agrees(within, ORACLE["difference"]["within"])
    separate = estimate(DATA, ["z", "x"], design).table["standard_error"]
    assert within["standard_error"][0] < 0.9 * np.sqrt((separate**2).sum())  # what ignoring the covariance would give


def test_differences_against_a_reference_and_adjusted_over_all() -> None:
    found = estimate(DATA, "x", DESIGNS["stratified"], by="age")
    pairs = found.differences(adjust="bonferroni").table
    assert len(pairs) == 3
    np.testing.assert_allclose(pairs["p_adjusted"], np.minimum(3 * pairs["p_value"], 1))
    told = found.differences(reference="age = young").table
    assert told["second"].tolist() == ["age = young", "age = young"]
    assert told["first"].tolist() == ["age = middle", "age = old"]
    same = pairs[(pairs["first"] == "age = middle") & (pairs["second"] == "age = young")]
    np.testing.assert_allclose(told["estimate"][0], same["estimate"])


def test_differences_of_quantiles_scale_the_covariance_of_shares() -> None:
    """Two identical columns have no difference, and its standard error is 0; other ones have both parts."""
    data = DATA.assign(again=DATA["x"])
    found = estimate(data, ["x", "again", "z"], Design("weight", data=data), statistic="quantile")
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), found.table["standard_error"], rtol=1e-12)
    rows = found.differences("variable").table.set_index(["first", "second"])
    assert rows.loc[("x", "again"), ["estimate", "standard_error"]].tolist() == [0, 0]
    assert np.isnan(rows.loc[("x", "again"), "statistic"])
    assert rows.loc[("x", "z"), "standard_error"] > 0


def test_missing_answers_and_zero_weights_are_not_counted() -> None:
    row = estimate(DATA, "y", DESIGNS["stratified"]).table.iloc[0]
    counted = DATA["y"].notna() & (DATA["weight"] > 0)
    weights = DATA.loc[counted, "weight"]
    assert (row["n"], row["n_missing"]) == (counted.sum(), DATA["y"].isna().sum())
    np.testing.assert_allclose(row["n_effective"], weights.sum() ** 2 / (weights**2).sum())
    total = estimate(DATA, "y", DESIGNS["stratified"], statistic="total").table.iloc[0]
    assert total["warning"] == "3 rows without an answer count as nothing in this total"


def test_groups_of_two_columns_and_rows_without_a_group() -> None:
    found = estimate(DATA, ["x", "z"], DESIGNS["weights"], by=["use", "sex"])
    assert len(found.table) == 2 * 6
    assert found.table["group"][0] == "use = daily, sex = f"
    assert [str(note) for note in found.warnings] == ["2 rows have no value of ['use', 'sex'] and belong to no group."]


def test_a_proportion_of_nobody_has_an_interval() -> None:
    data = DATA.assign(use=DATA["use"].where(DATA["sex"] == "m"), all="yes")
    found = estimate(data, "all", Design("weight", data=data), statistic="proportion").table.iloc[0]
    n = found["n_effective"]
    assert (found["estimate"], found["interval"], found["ci_upper"]) == (1.0, "clopper_pearson", 1.0)
    np.testing.assert_allclose(found["ci_lower"], 0.025 ** (1 / n), rtol=1e-12)


def test_groups_without_answers_or_in_one_cluster_say_so() -> None:
    place = DATA["cluster"].where(DATA["cluster"] == "a1", "elsewhere")
    data = DATA.assign(x=DATA["x"].where(DATA["stratum"] != "b"), place=place)
    by_stratum = estimate(data, "x", DESIGNS["stratified"], by="stratum").table.set_index("group")
    empty = by_stratum.loc["stratum = b"]
    assert (empty["error"], empty["n"]) == ("no row with an answer and a weight above 0", 0)
    assert np.isnan(empty[["estimate", "standard_error", "ci_lower"]].astype(float)).all()
    assert by_stratum.loc["stratum = a", "standard_error"] > 0
    lonely = estimate(data, "x", DESIGNS["stratified"], by="place")
    one = lonely.table.iloc[0]
    assert one["warning"] == "all rows lie in one cluster, which has no standard error"
    assert np.isnan([one["standard_error"], one["ci_lower"], one["design_effect"]]).all()
    assert np.isfinite(one["estimate"])
    assert np.isnan(lonely.differences().table["standard_error"][0])
    lost = estimate(data, "x", DESIGNS["stratified"], by="stratum").differences().table
    assert lost["error"].tolist() == ["one of the two has no estimate", "", "one of the two has no estimate"]


def test_a_quantile_near_the_end_has_no_limit() -> None:
    found = estimate(DATA, "x", DESIGNS["stratified"], statistic="quantile", quantiles=0.999).table.iloc[0]
    assert (found["interval"], found["estimate"]) == ("none", DATA["x"][DATA["weight"] > 0].max())
    assert found["warning"] == "too few rows for both limits of the interval at this quantile"


def test_rows_chosen_before_or_as_a_group_give_the_same() -> None:
    inside = (DATA["sex"] == "f").to_numpy()
    part = estimate(DATA[inside], "y", DESIGNS["stratified"].subset(inside)).table
    whole = estimate(DATA, "y", DESIGNS["stratified"], by="sex").table
    columns = ["estimate", "standard_error", "ci_lower", "n", "design_effect"]
    np.testing.assert_allclose(part[columns], whole.loc[[0], columns], rtol=1e-12)


def test_the_confidence_and_the_rule_have_effects() -> None:
    narrow, wide = (estimate(DATA, "y", DESIGNS["weights"], confidence=level).table.iloc[0] for level in (0.9, 0.99))
    assert wide["ci_upper"] - wide["ci_lower"] > 1.3 * (narrow["ci_upper"] - narrow["ci_lower"])
    data, even = pd.DataFrame({"v": [1.0, 2.0, 3.0, 10.0]}), Design(np.ones(4))
    halves = {rule: estimate(data, "v", even, statistic="quantile", rule=rule).table["estimate"][0]
              for rule in ("hf1", "hf2")}  # type: ignore[arg-type]  # fmt: skip
    assert halves == {"hf1": 2.0, "hf2": 2.5}


def schools(shared: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(shared / "data" / "survey_r" / f"{name}.csv")


def test_published_results_of_the_schools_of_california(shared: Path) -> None:
    """R's own output as printed (`R_reference_output.txt`), and the same to full precision from the oracle."""
    data = schools(shared, "apistrat")
    design = Design("pw", data=data, strata="stype", fpc="fpc")
    mean = estimate(data, "api00", design).table.iloc[0]
    assert (round(mean["estimate"], 3), round(mean["standard_error"], 5)) == (662.287, 9.40894)
    assert round(mean["design_effect"], 5) == 1.20446
    total = estimate(data, "enroll", design, statistic="total").table.iloc[0]
    assert (round(total["estimate"]), round(total["standard_error"])) == (3687178, 114642)
    types = estimate(data, "api00", design, by="stype").table
    np.testing.assert_allclose(types["standard_error"], [12.382480, 14.937129, 16.214707], atol=5e-7)
    found = estimate(data, "api00", design, statistic="quantile", quantiles=(0.25, 0.5, 0.75)).table
    assert found[["estimate", "ci_lower", "ci_upper"]].to_numpy().tolist() == [
        [565, 535, 597], [668, 642, 694], [756, 726, 778]
    ]  # fmt: skip
    np.testing.assert_allclose(found["standard_error"], [15.719451, 13.184056, 13.184056], atol=5e-7)
    difference = estimate(data, "api00", design, by="comp.imp").differences(reference="comp.imp = No").table.iloc[0]
    # Published with 196 degrees of freedom, those of a regression; ours has the design's 197.
    assert (round(difference["statistic"], 5), difference["df"]) == (2.08424, 197)
    oracle = ORACLE["api"]["strat"]
    agrees(estimate(data, "api00", design, statistic="ratio", denominator="api99").table, oracle["ratio"])


def test_published_results_of_clusters_of_schools(shared: Path) -> None:
    data = schools(shared, "apiclus1")
    mean = estimate(data, "api00", Design("pw", data=data, cluster="dnum", fpc="fpc")).table.iloc[0]
    assert (round(mean["estimate"], 3), round(mean["standard_error"], 4)) == (644.169, 23.5422)
    assert (round(mean["ci_lower"], 1), round(mean["ci_upper"], 1), mean["df"]) == (593.7, 694.7, 14)
    two = schools(shared, "apiclus2")
    design = Design("pw", data=two, cluster=["dnum", "snum"], fpc=["fpc1", "fpc2"])
    agrees(estimate(two, "api00", design).table, ORACLE["api"]["clus2"])
    assert round(estimate(two, "api00", design).table["standard_error"][0], 3) == 30.099
    enroll = estimate(two, "enroll", design, statistic="total").table.iloc[0]
    assert (round(enroll["estimate"]), round(enroll["standard_error"])) == (2639273, 799638)


def test_published_results_of_a_health_survey(shared: Path) -> None:
    data = schools(shared, "nhanes")
    design = Design("WTMEC2YR", data=data, strata="SDMVSTRA", cluster="SDMVPSU", nest=True)
    oracle = ORACLE["nhanes"]
    whole = estimate(data, "HI_CHOL", design).table.iloc[0]
    assert (round(whole["estimate"], 6), round(whole["standard_error"], 5)) == (0.112143, 0.00545)
    groups = estimate(data, "HI_CHOL", design, by=["RIAGENDR", "race"]).table
    np.testing.assert_allclose(groups["estimate"], oracle["race"], rtol=1e-9)
    np.testing.assert_allclose(groups["standard_error"], oracle["race_se"], rtol=1e-9)
    assert set(groups["df"]) == {oracle["df"]}
    share = estimate(data, "HI_CHOL", design, statistic="proportion").select(category="1.0").table.iloc[0]
    limits = [oracle["proportion"][name] for name in ("estimate", "lower", "upper")]
    np.testing.assert_allclose([share["estimate"], share["ci_lower"], share["ci_upper"]], limits, rtol=1e-9)


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "statistic": (
        {"statistic": "average"},
        "estimate: statistic is 'average'. Allowed: mean, total, proportion, ratio, quantile.",
    ),
    "column": (
        {"variable": "minutes", "data": DATA[["x", "sex"]]},
        "estimate: the data have no column 'minutes'. Columns of the data: 'x', 'sex'.",
    ),
    "text": (
        {"variable": "use", "data": DATA[["use"]].astype(object)},
        (
            "estimate: column 'use' does not hold numbers (it is object). Code the answers as numbers first, or leave "
            "the column out."
        ),
    ),
    "no denominator": ({"statistic": "ratio"}, "estimate: ratio needs denominator=, a column of numbers."),
    "denominator of a mean": (
        {"denominator": "x"},
        "estimate: denominator is of ratios, and statistic is 'mean'. Leave it out, or say statistic='ratio'.",
    ),
    "quantile": (
        {"statistic": "quantile", "quantiles": (0.5, 25)},
        "estimate: quantiles is (0.5, 25). Give shares between 0 and 1, such as 0.5 for the median.",
    ),
    "rule": ({"rule": "hf7"}, "estimate: rule is 'hf7'. Allowed: hf1, hf2."),
    "nothing": ({"variable": []}, "estimate: variable is empty. Name at least one column."),
    "rows": (
        {"design": Design(np.ones(3))},
        (
            "estimate: the design has 3 rows and the data have 45. Make the design from these data, or take "
            "design.subset(mask) for the rows that were kept."
        ),
    ),
    "no design": (
        {"design": None},
        (
            "estimate: found NoneType as the design. Give a Design, such as Design('weight', data=data), or "
            "Design(None, data=data) where everyone counts once."
        ),
    ),
    "no group": (
        {"data": DATA.assign(sex=None), "by": "sex"},
        "estimate: no row has a value of by (sex), so there is no group.",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_cannot_be_estimated_is_refused_in_a_sentence(case: str) -> None:
    given, sentence = FAULTS[case]
    call = {"data": DATA, "variable": "x", "design": DESIGNS["stratified"], **given}
    with pytest.raises((CallError, InputError)) as caught:
        estimate(**call)
    assert str(caught.value) == sentence


def test_proportions_of_many_values_and_differences_of_one_group_are_refused() -> None:
    data = pd.DataFrame({"v": np.arange(150.0)})
    with pytest.raises(CallError) as caught:
        estimate(data, "v", Design(np.ones(150)), statistic="proportion")
    assert str(caught.value) == (
        "estimate: column 'v' has 150 different values, and a proportion of each of more than 100 is not given. Group "
        "the values first (pandas.cut), or take the mean."
    )
    found: Estimates = estimate(data, "v", Design(np.ones(150)))
    for between, sentence in {
        "group": "differences: there is one group only, ''. Give estimate by=, a column of groups.",
        "variable": "differences: there is one variable only, 'v'. Give estimate several variables.",
    }.items():
        with pytest.raises(CallError) as caught:
            found.differences(between)  # type: ignore[arg-type]
        assert str(caught.value) == sentence
