"""Raked weights and what is computed with them against R survey, published results, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import CallError, InputError
from survey_stats.statistics.design import Design
from survey_stats.statistics.estimation import estimate
from survey_stats.statistics.raking import Weights, rake

ORACLE: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "oracles" / "raking" / "raking.json").read_text(encoding="utf-8")
)
DATA = pd.DataFrame(ORACLE["data"])
TARGETS: dict[str, dict[str, float]] = ORACLE["targets"]
CLUSTERED: dict[str, Any] = {"strata": "stratum", "cluster": "cluster"}
MEAN = 110 / len(DATA)
TRIM = (0.3, 2.5)


def agrees(design: Design, oracle: dict[str, Any], rtol: float = 1e-7) -> None:
    """Means, totals, a domain and a ratio with their standard errors; R's iteration stops at 1e-13 of its tables."""
    found = {
        "mean": estimate(DATA, ["y", "x"], design),
        "total": estimate(DATA, ["y", "x"], design, statistic="total"),
        "domain": estimate(DATA, "y", design, by="sex").select(group="sex = f"),
        "ratio": estimate(DATA, "y", design, statistic="ratio", denominator="x"),
    }
    for name, estimates in found.items():
        np.testing.assert_allclose(estimates.table["estimate"], oracle[name], rtol=rtol, err_msg=name)
        np.testing.assert_allclose(estimates.table["standard_error"], oracle[f"{name}_se"], rtol=rtol, err_msg=name)


def raked(**options: Any) -> Weights:
    return rake(DATA, TARGETS, **{"base_weights": "weight", **options})


def test_raked_weights_and_standard_errors_agree_with_r() -> None:
    found = raked(tolerance=1e-13)
    np.testing.assert_allclose(found.weights, ORACLE["raked"]["raked_weights"], rtol=1e-9)
    agrees(found.design(**CLUSTERED), ORACLE["raked"])
    agrees(found.design(fpc="clusters_in_population", **CLUSTERED), ORACLE["sized"])
    same = rake(DATA, TARGETS, base_weights=Design("weight", data=DATA, **CLUSTERED), tolerance=1e-13)
    agrees(same.design(), ORACLE["raked"])


def test_trimmed_weights_agree_with_r_within_constant_bounds() -> None:
    found = raked(trim=TRIM, tolerance=1e-12)
    np.testing.assert_allclose(found.weights, ORACLE["trimmed"]["weights"], rtol=1e-8)
    agrees(found.design(**CLUSTERED), ORACLE["trimmed"])
    bounds = np.array([ORACLE["trimmed"]["lower"], ORACLE["trimmed"]["upper"]])
    of_r = np.array(ORACLE["trimmed"]["weights"])
    assert found.n_trimmed == np.isclose(of_r[:, None], bounds).any(axis=1).sum() > 5
    np.testing.assert_allclose([found.minimum, found.maximum], TRIM)
    assert found.converged


def test_crossed_columns_are_post_stratification_as_in_r() -> None:
    cells = pd.DataFrame(ORACLE["cells"])
    wanted = {(row["sex"], row["age"]): row["Freq"] for row in cells.to_dict("records")}
    found = rake(DATA, {("sex", "age"): wanted}, base_weights="weight")
    np.testing.assert_allclose(found.weights, ORACLE["post"]["weights"], rtol=1e-12)
    agrees(found.design(**CLUSTERED), ORACLE["post"], rtol=1e-10)
    assert (found.method, found.rounds, found.balance.table["variable"][0]) == ("post_stratification", 1, "sex × age")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("jackknife", CLUSTERED),
        ("jackknife_sized", CLUSTERED | {"fpc": "clusters_in_population"}),
        ("jackknife_simple", {"cluster": "cluster"}),
    ],
)
def test_the_jackknife_and_its_raked_replicates_agree_with_r(name: str, parts: dict[str, Any]) -> None:
    oracle = ORACLE[name]
    base = Design("weight", data=DATA, **parts)
    plain = estimate(DATA, ["y", "x"], base.replicated("jackknife")).table
    np.testing.assert_allclose(plain["standard_error"], oracle["plain_se"], rtol=1e-10)
    assert base.replicated("jackknife").df() == base.df()
    found = raked(tolerance=1e-13).design(replicates="jackknife", **parts)
    assert (found.n_replicates, found.method) == (15, "jk1" if name == "jackknife_simple" else "jkn")
    agrees(found, oracle)


def test_raked_bootstrap_replicates_agree_with_r() -> None:
    """R's replicates are handed over; both sides rake each of them."""
    oracle = ORACLE["bootstrap"]
    base = Design("weight", data=DATA, replicates=np.array(oracle["base"]), method="bootstrap")
    assert oracle["scale"] == pytest.approx(1 / 29)
    agrees(rake(DATA, TARGETS, base_weights=base, tolerance=1e-13).design(), oracle)


def test_bootstrap_replicates_have_the_variance_of_the_design() -> None:
    """Rao, Wu and Yue: the variance of a total over the bootstrap is that of the linearisation (here 4,000 draws)."""
    for more in ({}, {"fpc": "clusters_in_population"}):
        base = Design("weight", data=DATA, **CLUSTERED, **more)
        exact = estimate(DATA, ["y", "x"], base, statistic="total").covariance
        made = base.replicated("bootstrap", n_replicates=4000, seed=3)
        found = estimate(DATA, ["y", "x"], made, statistic="total").covariance
        np.testing.assert_allclose(found, exact, rtol=0.08)
        assert (made.df(), made.n_replicates, made.method) == (12, 4000, "bootstrap")
    again = [
        Design("weight", data=DATA, **CLUSTERED).replicated("bootstrap", n_replicates=20, seed=s) for s in (1, 1, 2)
    ]
    errors = [estimate(DATA, "y", one).table["standard_error"][0] for one in again]
    assert errors[0] == errors[1] != errors[2]


def test_raking_takes_out_of_the_error_what_the_margins_explain() -> None:
    """A variable that the margins determine is known exactly, by residuals and by raked replicates alike."""
    data = DATA.assign(known=DATA["sex"].map({"f": 1.0, "m": 3.0}))
    found = rake(data, TARGETS, base_weights="weight", tolerance=1e-13)
    for design in (found.design(**CLUSTERED), found.design(replicates="jackknife", **CLUSTERED)):
        row = estimate(data, "known", design).table.iloc[0]
        np.testing.assert_allclose(row["estimate"], (60 + 3 * 50) / 110, rtol=1e-10)
        assert row["standard_error"] < 1e-9
    assert estimate(data, "known", Design(found.weights, data=data, **CLUSTERED)).table["standard_error"][0] > 0.05


@pytest.mark.parametrize("factor", [1 / 110, 100 / 110])
def test_shares_and_percentages_keep_the_sum_of_the_weights(factor: float) -> None:
    wanted = {name: {label: factor * amount for label, amount in margin.items()} for name, margin in TARGETS.items()}
    found, totals = rake(DATA, wanted, base_weights="weight"), raked()
    assert found.total == pytest.approx(DATA["weight"].sum())
    assert totals.total == pytest.approx(110)
    np.testing.assert_allclose(found.weights / found.total, totals.weights / 110, rtol=1e-8)
    assert rake(DATA, wanted).total == pytest.approx(len(DATA))
    assert found.warnings == totals.warnings == ()


def test_rounded_shares_are_divided_by_their_sum_and_it_is_said() -> None:
    found = rake(DATA, {"sex": {"f": 0.333, "m": 0.666}})
    assert [str(note) for note in found.warnings] == ["The shares of sex sum to 0.999 and were divided by that."]
    np.testing.assert_allclose(found.balance.table["after"], [1 / 3, 2 / 3])


def test_a_category_whose_share_nobody_knows_keeps_that_of_the_sample() -> None:
    found = rake(DATA, {"age": {"young": 0.6, "middle": 0.4, "old": "sample"}}, base_weights="weight")
    table = found.balance.table.set_index("category")
    own = DATA.loc[DATA["age"] == "old", "weight"].sum() / DATA["weight"].sum()
    assert table.loc["old", "after"] == pytest.approx(own)
    np.testing.assert_allclose(table.loc[["young", "middle"], "after"], (1 - own) * np.array([0.6, 0.4]))


def test_missing_answers_are_a_category_where_that_is_said() -> None:
    data = DATA.assign(sex=DATA["sex"].where(DATA.index % 9 != 4))
    found = rake(data, {"sex": {"f": 0.5, "m": 0.5}}, missing="category")
    n = int(data["sex"].isna().sum())
    table = found.balance.table.set_index("category")
    assert table.loc["(missing)", "target"] == pytest.approx(n / len(data))
    assert table.loc["f", "after"] == pytest.approx((1 - n / len(data)) / 2)
    assert [str(note) for note in found.warnings] == [
        "5 rows have no answer in sex; as a category of their own they keep their share of the sample."
    ]


def test_zero_weights_and_zero_targets_are_legal() -> None:
    weights = DATA["weight"].where(DATA.index != 7, 0.0)
    found = rake(DATA, {"age": {"young": 0.5, "middle": 0.5, "old": 0}}, base_weights=weights, trim=(0.1, 3))
    out = (DATA["age"] == "old") | (DATA.index == 7)
    assert (found.weights[out] == 0).all()
    assert (found.weights[~out] > 0).all()
    assert (found.n, found.n_zero) == ((~out).sum(), out.sum())
    assert np.isfinite(estimate(DATA, "y", found.design(**CLUSTERED)).table["standard_error"][0])


def test_bounds_that_cannot_quite_be_kept_are_told() -> None:
    most = 1.2 * (DATA["sex"] == "f").sum() / len(DATA)  # what women can get if all are at the upper bound
    found = rake(DATA, {"sex": {"f": most + 0.004, "m": 1 - most - 0.004}}, trim=(0.5, 1.2), max_rounds=50)
    assert not found.converged
    assert 0.003 < found.deviation < 0.01
    assert [str(note) for note in found.warnings] == [
        (
            "The bounds cannot be kept together with the targets: after 50 rounds sex, category f, is "
            f"{100 * found.deviation:.2g} percentage points off its target. Widen the bounds or join categories."
        )
    ]


def test_bounds_far_from_the_targets_are_refused() -> None:
    """A thousand rounds of what contradicts itself overflow nothing."""
    with pytest.raises(InputError) as caught:
        rake(DATA, {"sex": {"f": 0.95, "m": 0.05}, "age": {"young": 0.9, "middle": 0.05, "old": 0.05}}, trim=(0.5, 1.2))
    assert str(caught.value).startswith("rake: after 1000 rounds the weights do not hold the targets: ")
    assert str(caught.value).endswith("that they need: widen the bounds, or join categories, or leave a margin out.")


def test_the_upper_bound_alone_and_open_ends() -> None:
    upper = raked(trim=2.5)
    assert upper.maximum == pytest.approx(2.5)
    assert np.isnan(upper.lower)
    np.testing.assert_allclose(raked(trim=(None, 2.5)).weights, upper.weights)
    lower = raked(trim=(0.5, None))
    assert lower.minimum == pytest.approx(0.5)
    assert np.isnan(lower.upper)
    assert lower.maximum > 2.5


def test_what_the_weights_cost() -> None:
    found = raked()
    weights = found.weights.to_numpy()
    assert found.effective_size == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    assert found.kish_effect * found.effective_size == pytest.approx(len(DATA))
    frame = found.to_frame()
    assert frame.loc[0, ["n", "n_trimmed", "converged", "method"]].tolist() == [45, 0, True, "raking"]
    assert found.weights.index.equals(DATA.index)
    assert found.weights.name == "weight"


def test_balance_before_and_after() -> None:
    found = raked()
    row = found.balance.table.set_index(["variable", "category"]).loc[("sex", "f")]
    before = DATA.loc[DATA["sex"] == "f", "weight"].sum() / DATA["weight"].sum()
    share = 60 / 110
    assert row["n"] == (DATA["sex"] == "f").sum()
    np.testing.assert_allclose(
        row[["before", "after", "target", "difference_before"]].astype(float),
        [before, share, share, (before - share) / np.sqrt(share * (1 - share))], rtol=1e-8,
    )  # fmt: skip
    assert abs(row["difference_after"]) < 1e-8
    np.testing.assert_allclose(row["shift"], (share - before) / np.sqrt(before * (1 - before)), rtol=1e-6)


def test_balance_of_other_variables() -> None:
    data = DATA.assign(flag=np.where(DATA["y"] > 50, "high", "low"))
    found = rake(data, TARGETS, base_weights="weight")
    table = found.compare(["y", "flag"], population={"y": 48.0, "flag": {"high": 0.4, "low": 0.6}}).table
    before, after = DATA["weight"], found.weights
    means = [np.average(DATA["y"], weights=weights) for weights in (before, after)]
    spread = np.sqrt(np.average((DATA["y"] - means[0]) ** 2, weights=before))
    expected = [*means, 48.0, (means[0] - 48) / spread, (means[1] - 48) / spread, (means[1] - means[0]) / spread]
    columns = ["before", "after", "target", "difference_before", "difference_after", "shift"]
    np.testing.assert_allclose(table.loc[0, columns].astype(float), expected, rtol=1e-12)
    assert table["category"].tolist() == ["", "high", "low"]
    assert table["target"].tolist() == [48.0, 0.4, 0.6]
    assert found.compare("flag").table["target"].isna().all()


def test_many_margins_of_many_categories() -> None:
    """The number of cells may exceed any array; only those that somebody is in are kept."""
    rng = np.random.default_rng(5)
    data = pd.DataFrame({f"m{k}": rng.integers(0, 9, 3000) for k in range(14)})
    wanted = {name: dict.fromkeys(range(9), 1 / 9) for name in data}
    found = rake(data, wanted)
    np.testing.assert_allclose(found.balance.table["after"], 1 / 9, atol=1e-9)


def test_published_raking_of_schools(shared: Path) -> None:
    """R's output as printed: raked 641.23 (23.942), total 404,632 of standard error."""
    data = pd.read_csv(shared / "data" / "survey_r" / "apiclus1.csv")
    wanted = {"stype": {"E": 4421, "H": 755, "M": 1018}, "sch.wide": {"No": 1072, "Yes": 5122}}
    design = rake(data, wanted, base_weights=Design("pw", data=data, cluster="dnum"), tolerance=1e-12).design()
    mean = estimate(data, "api00", design).table.iloc[0]
    total = estimate(data, "enroll", design, statistic="total").table.iloc[0]
    assert (round(mean["estimate"], 2), round(mean["standard_error"], 3)) == (641.23, 23.942)
    assert round(total["standard_error"]) == 404632
    oracle = ORACLE["schools"]
    found = [mean["estimate"], mean["standard_error"], total["estimate"], total["standard_error"]]
    np.testing.assert_allclose(found, [oracle[name] for name in ("mean", "mean_se", "total", "total_se")], rtol=1e-8)


SEX = {"f": 0.5, "m": 0.5}
FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "no mapping": (
        {"targets": ["sex"]},
        (
            "rake: found list as targets. Give a mapping of columns to their categories, such as {'sex': {'f': 0.51, "
            "'m': 0.49}}."
        ),
    ),
    "no categories": (
        {"targets": {"sex": 0.5}},
        (
            "rake: found float as targets of 'sex'. Give a share, percentage or total for each category, such as "
            "{'f': 0.51, 'm': 0.49}."
        ),
    ),
    "column": (
        {"targets": {"gender": SEX}, "data": DATA[["sex", "age"]]},
        "rake: the data have no column 'gender'. Columns of the data: 'sex', 'age'.",
    ),
    "no target": (
        {"targets": {"age": {"young": 0.5, "old": 0.5}}},
        (
            "rake: 'age' has the category 'middle' (21 rows), and targets are for 'young', 'old'. Give it a target, "
            "write 'sample' to keep its share of the sample, or join it with another category."
        ),
    ),
    "nobody": (
        {"targets": {"sex": {"f": 0.5, "m": 0.4, "x": 0.1}}},
        (
            "rake: 'sex' has the target 0.1 for 'x', and no row of the sample with a weight above 0 is in that "
            "category. Nobody can stand for it: join it with another category."
        ),
    ),
    "sum": (
        {"targets": {"sex": {"f": 0.5, "m": 0.3}}},
        (
            "rake: the shares of 'sex' sum to 0.8, and shares sum to 1. Give each category its share, and those whose "
            "share is not known 'sample'."
        ),
    ),
    "sizes": (
        {"targets": {"sex": {"f": 600, "m": 500}, "age": {"young": 400, "middle": 400, "old": 400}}},
        (
            "rake: the totals of 'sex' sum to 1100 and those of 'age' to 1200. One population has one size: give "
            "totals of the same population, or shares."
        ),
    ),
    "negative target": (
        {"targets": {"sex": {"f": -0.5, "m": 1.5}}},
        (
            "rake: the target of 'sex', category 'f', is -0.5. Give a share, percentage or total of 0 or more, or "
            "'sample' to keep its share of the sample."
        ),
    ),
    "all sample": (
        {"targets": {"sex": {"f": "sample", "m": "sample"}}},
        "rake: the targets of 'sex' are all 0 or 'sample'. Give at least one a share.",
    ),
    "crossed": (
        {"targets": {("sex", "age"): SEX}},
        "rake: targets of 'sex × age' have the category 'f'. Each is of 2 values, one for each column.",
    ),
    "missing": (
        {"data": DATA.assign(sex=DATA["sex"].where(DATA.index != 2)), "targets": {"sex": SEX}},
        (
            "rake: 'sex' is missing in 1 of 45 rows, the first is row 3. Complete them, leave those rows out, or say "
            "missing='category': they then are a category of their own that keeps its share of the sample."
        ),
    ),
    "weights": (
        {"targets": {"sex": SEX}, "base_weights": DATA["weight"] - 1.2},
        (
            "Design: 7 of 45 weights are negative, the first in row 1. Each row needs a weight of 0 or more: mend "
            "them, or leave those rows out of the data and the design alike."
        ),
    ),
    "trim": (
        {"targets": {"sex": SEX}, "trim": 0.8},
        (
            "rake: trim is 0.8. Give bounds of the ratio to the mean weight, the lower one below 1 and the upper one "
            "above, such as (0.3, 3), or the upper one alone."
        ),
    ),
    "tolerance": (
        {"targets": {"sex": SEX}, "tolerance": 0},
        "rake: tolerance is 0. Give a share above 0 and below .1, such as 1e-9.",
    ),
    "rounds": (
        {"targets": {"sex": SEX}, "max_rounds": 0},
        "rake: max_rounds is 0. Give a whole number of 1 or more.",
    ),
    "missing rule": (
        {"targets": {"sex": SEX}, "missing": "drop"},
        "rake: missing is 'drop'. Allowed: refuse, category.",
    ),
    "contradiction": (
        {
            "data": pd.DataFrame({"sex": ["f", "f", "m"], "age": ["old", "old", "young"]}),
            "targets": {"sex": {"f": 0.5, "m": 0.5}, "age": {"old": 0.9, "young": 0.1}},
            "max_rounds": 20,
        },
        (
            "rake: after 20 rounds the weights do not hold the targets: 'sex', category 'f', has the share 0.9 and "
            "should have 0.5. The targets contradict each other in this sample, as where nobody is in a combination of "
            "categories that they need: join categories, or leave a margin out."
        ),
    ),
    "emptied": (
        {
            "data": pd.DataFrame({"sex": ["f", "f", "m"], "age": ["old", "old", "young"]}),
            "targets": {"sex": {"f": 0.5, "m": 0.5}, "age": {"old": 0, "young": 1}},
        },
        (
            "rake: no row with a weight above 0 is left in 'sex', category 'f', which has a target. Join it with "
            "another category."
        ),
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_cannot_be_raked_is_refused_in_a_sentence(case: str) -> None:
    given, sentence = FAULTS[case]
    call = {"data": DATA, **given}
    with pytest.raises((CallError, InputError)) as caught:
        rake(call.pop("data"), call.pop("targets"), **call)
    assert str(caught.value) == sentence


def test_designs_that_cannot_be_made_are_refused_in_a_sentence() -> None:
    base = Design("weight", data=DATA, **CLUSTERED)
    of_design = rake(DATA, TARGETS, base_weights=base)
    some = (DATA["sex"] == "f").to_numpy()
    two = Design("weight", data=DATA, cluster=["cluster", "person"], strata="stratum", nest=True,
                 fpc=["clusters_in_population", "persons_in_cluster"])  # fmt: skip
    lonely = Design("weight", data=DATA, strata="lonely", cluster="cluster", lonely="adjust")
    rare = rake(DATA.assign(place=DATA["cluster"]), {"place": dict.fromkeys(DATA["cluster"], 1 / 15)})
    cases = {
        "rake: found strata= for weights whose base is a design, which has its own. Leave it out, or give rake the "
        "weights alone.": lambda: of_design.design(strata="stratum"),
        "rake: replicates is 'brr'. Allowed: bootstrap, jackknife.": lambda: of_design.design(replicates="brr"),
        "Design.replicated: this design has replicates already.": lambda: base.replicated("jackknife").replicated(
            "bootstrap"
        ),
        "Design.replicated: this design has population sizes of later stages, and replicates hold the first one "
        "alone.": lambda: two.replicated("jackknife"),
        "Design.replicated: this design is raked already: replicate the one before, then rake it.": lambda: (
            of_design.design().replicated("jackknife")
        ),
        "Design.calibrated: this design is of a part of its sample. Calibrate it whole.": lambda: rake(
            DATA[some], {"sex": {"f": 1}}, base_weights=base.subset(some)
        ).design(),
        "Design: n_replicates is 1. Give a whole number of at least 2, such as 200.": lambda: base.replicated(
            "bootstrap", n_replicates=1
        ),
        "Design: 10000000 replicates of 45 rows do not fit into memory. Take fewer replicates.": lambda: (
            base.replicated("bootstrap", n_replicates=10**7)
        ),
        "Design: replicates cannot hold what lonely='adjust' adds for a stratum with one cluster. Choose 'certainty', "
        "'remove' or 'average', or join strata.": lambda: lonely.replicated("jackknife"),
        "Design: replicate 1 of 15: rake: no row with a weight above 0 is left in 'place', category 'a1', which has a "
        "target. Join it with another category.": lambda: rare.design(replicates="jackknife", cluster="cluster"),
    }
    for sentence, call in cases.items():
        with pytest.raises((CallError, InputError)) as caught:
            call()
        assert str(caught.value) == sentence


def test_strata_with_one_cluster_have_no_replicate() -> None:
    """What they add is nothing (`certainty`), or the mean of the others (`average`), as in the linearisation."""
    for option in ("certainty", "average"):
        base = Design("weight", data=DATA, strata="lonely", cluster="cluster", lonely=option)  # type: ignore[arg-type]
        exact = estimate(DATA, "y", base, statistic="total").table["standard_error"][0]
        found = estimate(DATA, "y", base.replicated("jackknife"), statistic="total").table["standard_error"][0]
        assert found == pytest.approx(exact, rel=1e-10)
