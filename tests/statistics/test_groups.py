"""Comparisons of groups against R (tests/oracles/groups/groups.R) and NIST's certified values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from survey_stats import compare_groups
from survey_stats.statistics.design import Design

FOLDER = Path(__file__).parent.parent / "oracles" / "groups"
ORACLE: dict[str, Any] = json.loads((FOLDER / "groups.json").read_text(encoding="utf-8"))
NIST: dict[str, Any] = json.loads((FOLDER / "nist.json").read_text(encoding="utf-8"))
DATA = pd.DataFrame(ORACLE["data"])
WIDE = pd.DataFrame(ORACLE["wide"])
SAMPLE = pd.DataFrame(ORACLE["sample"])
TWO = ["active", "lurker"]
OCCASIONS = ["w1", "w2", "w3", "w4"]


def close(found, expected, rtol=1e-10):
    np.testing.assert_allclose(np.asarray(found, dtype=float), np.asarray(expected, dtype=float), rtol=rtol, atol=1e-14)


def only(result):
    return result.table[result.table["designated"]].iloc[0]


def effect(result, name):
    return result.effects.table.set_index("method").loc[name]


LIMITS = ["ci_lower", "ci_upper"]
EFFECT_LIMITS = ["effect_ci_lower", "effect_ci_upper"]


# ---- two groups -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "unit"), [("welch", "average"), ("student", "pooled")])
def test_two_groups(method, unit):
    expected = ORACLE["two"][method]
    result = compare_groups(DATA, "minutes", "group", groups=TWO, method=method)
    row = only(result)
    assert (row["group"], row["n"], row["method"]) == ("active − lurker", expected["n"], f"{method}_t")
    for own, theirs in {"estimate": "estimate", "statistic": "statistic", "df": "df", "p_value": "p_value",
                        "standard_error": "se"}.items():  # fmt: skip
        close(row[own], expected[theirs])
    close(row[LIMITS], expected["ci"])
    d, g = effect(result, f"cohens_d_{unit}"), effect(result, f"hedges_g_{unit}")
    close([d["estimate"], g["estimate"]], [expected["d"], expected["g"]])
    close(d[LIMITS], expected["d_ci"], 1e-8)
    close(g[LIMITS], expected["g_ci"], 1e-8)
    close(d[LIMITS], expected["effectsize_ci"], 1e-5)  # effectsize minimises, and stops early
    assert (row["effect_size"], row["effect_estimate"]) == (f"cohens_d_{unit}", d["estimate"])


def test_glass_delta_is_over_the_second_group():
    expected = ORACLE["two"]["glass"]
    delta = effect(compare_groups(DATA, "minutes", "group", groups=TWO), "glass_delta")
    close(delta["estimate"], expected["d"])
    close(delta[LIMITS], expected["d_ci"], 1e-8)


def test_the_sign_is_first_minus_second():
    table = only(compare_groups(DATA, "minutes", "group", groups=TWO))
    turned = only(compare_groups(DATA, "minutes", "group", groups=TWO[::-1]))
    means = DATA.groupby("group")["minutes"].mean()
    close(table["estimate"], means["active"] - means["lurker"])
    for name in ("estimate", "statistic", "effect_estimate"):
        close(turned[name], -table[name])
    assert np.sign(table["effect_estimate"]) == np.sign(table["estimate"])
    assert turned["group"] == "lurker − active"
    ranks = only(compare_groups(DATA, "minutes", "group", groups=TWO, method="mann_whitney"))
    assert np.sign(ranks["effect_estimate"]) == np.sign(table["estimate"])


# ---- more groups ------------------------------------------------------------------------------------------------


def test_analysis_of_variance():
    expected = ORACLE["more"]["anova"]
    result = compare_groups(DATA, "minutes", "group", method="anova")
    row = only(result)
    for name in ("statistic", "df", "df_error", "p_value"):
        close(row[name], expected[name])
    for name in ("eta2", "omega2"):
        own = effect(result, name)
        close(own["estimate"], expected[name]["estimate"])
        close(own[LIMITS], expected[f"{name}_ci"], 1e-7)
        close(own[LIMITS], expected[name]["effectsize_ci"][0], 1e-4)


def test_welch_analysis_of_variance():
    expected = ORACLE["more"]["welch"]
    result = compare_groups(DATA, "minutes", "group")
    row = only(result)
    assert row["method"] == "welch_anova"
    for name in ("statistic", "df", "df_error", "p_value"):
        close(row[name], expected[name])
    close([effect(result, f"{name}_welch")["estimate"] for name in ("eta2", "omega2")],
          [expected["eta2"], expected["omega2"]])  # fmt: skip


def test_games_howell():
    result = compare_groups(DATA, "minutes", "group")
    table = result.pairs.table
    assert list(table["group"]) == ["active − lurker", "active − passive", "lurker − passive"]
    assert set(table["method"]) == {"games_howell"}
    for row, expected in zip(table.to_dict("records"), ORACLE["more"]["games_howell"], strict=True):
        close(
            [row["estimate"], row["standard_error"], row["df"]], [expected["estimate"], expected["se"], expected["df"]]
        )
        close(row["p_adjusted"], expected["p"], 1e-4)  # R's ptukey has six digits or so
        close([row[name] for name in LIMITS], expected["ci"], 1e-5)
        close(row["effect_estimate"], expected["d"])
        close([row[name] for name in EFFECT_LIMITS], expected["d_ci"], 1e-8)


def test_tukey():
    expected = ORACLE["more"]["tukey"]
    table = compare_groups(DATA, "minutes", "group", method="anova").pairs.table
    close(table["estimate"], expected["estimate"])
    close(table["ci_lower"], expected["lower"], 1e-5)
    close(table["ci_upper"], expected["upper"], 1e-5)
    close(table["p_adjusted"], expected["p"], 1e-4)
    pooled = ORACLE["more"]["pooled_d"]
    close(table["effect_estimate"], [one["d"] for one in pooled])
    close(table[EFFECT_LIMITS], [one["ci"] for one in pooled], 1e-8)


@pytest.mark.parametrize(("method", "kind"), [("welch", "unpooled"), ("anova", "pooled")])
def test_pairs_with_holm(method, kind):
    table = compare_groups(DATA, "minutes", "group", method=method, post_hoc="pairwise").pairs.table
    close(table["p_adjusted"], ORACLE["more"]["holm"][kind])
    assert set(table["interval"]) == {"bonferroni_t"}
    plain = compare_groups(DATA, "minutes", "group", method=method, post_hoc="pairwise", adjust="none").pairs.table
    assert set(plain["interval"]) == {"t"}
    assert (plain["ci_lower"] > table["ci_lower"]).all()
    close(plain["p_adjusted"], plain["p_value"])


@pytest.mark.parametrize("method", ["welch", "anova"])
def test_planned_contrasts(method):
    expected = ORACLE["more"]["contrast"][method]
    weights = {"active": 1, "lurker": -0.5, "passive": -0.5}
    row = compare_groups(DATA, "minutes", "group", method=method, contrasts={"active": weights}).contrasts.table.iloc[0]
    close([row["estimate"], row["standard_error"], row["df"]], [expected["estimate"], expected["se"], expected["df"]])
    assert row["group"] == "active − 0.5 lurker − 0.5 passive"


# ---- covariates -------------------------------------------------------------------------------------------------


def test_analysis_of_covariance():
    expected = ORACLE["ancova"]
    result = compare_groups(DATA, "minutes", "group", covariates=["age", "mood"])
    row = only(result)
    assert (row["method"], row["n"]) == ("ancova", expected["n"])
    for name in ("statistic", "df", "df_error", "p_value"):
        close(row[name], expected[name], 1e-9)
    for name in ("eta2_partial", "eta2", "omega2_partial"):
        close(effect(result, name)["estimate"], expected[name], 1e-9)
    close(effect(result, "eta2_partial")[LIMITS], expected["eta2_partial_ci"], 1e-7)
    age = result.table[result.table["factor"] == "age"].iloc[0]
    close([age["statistic"], age["p_value"]], [expected["age"]["statistic"], expected["age"]["p_value"]], 1e-9)
    means = result.means.table
    close(means["adjusted_estimate"], expected["adjusted"]["fit"], 1e-9)
    half = (means["adjusted_ci_upper"] - means["adjusted_ci_lower"]) / 2
    close(half / half.iloc[0], np.array(expected["adjusted"]["se"]) / expected["adjusted"]["se"][0], 1e-9)
    pair = result.pairs.table.iloc[0]
    close([pair["estimate"], pair["standard_error"]], list(expected["active_minus_lurker"].values()), 1e-9)
    close(pair["effect_estimate"], expected["d"]["estimate"], 1e-9)
    close(pair[EFFECT_LIMITS], expected["d"]["ci"], 1e-7)
    slopes = result.assumptions.table.iloc[0]
    for name in ("statistic", "df", "df_error", "p_value"):
        close(slopes[name], expected["slopes"][name], 1e-8)


# ---- occasions --------------------------------------------------------------------------------------------------


def test_paired_t():
    expected = ORACLE["repeated"]["paired"]
    data = WIDE.dropna()
    result = compare_groups(data, ["w1", "w4"], paired=True)
    row = only(result)
    assert (row["method"], row["group"], row["n"]) == ("paired_t", "w1 − w4", expected["n"])
    for own, theirs in {"estimate": "estimate", "statistic": "statistic", "df": "df", "p_value": "p_value",
                        "standard_error": "se"}.items():  # fmt: skip
        close(row[own], expected[theirs])
    close(row[LIMITS], expected["ci"])
    d = effect(result, "cohens_d_of_differences")
    close([d["estimate"], effect(result, "hedges_g_of_differences")["estimate"]], [expected["d"], expected["g"]])
    close(d[LIMITS], expected["d_ci"], 1e-8)
    close(d[LIMITS], expected["effectsize_ci"], 1e-5)


def test_repeated_measures():
    expected = ORACLE["repeated"]
    result = compare_groups(WIDE, OCCASIONS, paired=True)
    table = result.table.set_index("method")
    assert list(table["n"]) == [expected["n"]] * 3
    assert list(table["n_missing"]) == [1] * 3
    close(table["statistic"], [expected["f"]] * 3)
    close(table["p_value"], [expected["p"], expected["p_gg"], expected["p_hf"]], 1e-9)
    close(table["epsilon"], [1, *expected["epsilon"]], 1e-9)
    close(table["epsilon"].iloc[1:].round(4), expected["printed_epsilon"])
    assert only(result)["method"] == "rm_anova_greenhouse_geisser"
    for name in ("eta2_partial", "eta2_generalized", "omega2_partial"):
        close(effect(result, name)["estimate"], expected[name], 1e-9)
    close(effect(result, "eta2_partial")[LIMITS], expected["eta2_partial_ci"], 1e-7)
    sphericity = result.assumptions.table.iloc[0]
    close([sphericity["estimate"], sphericity["p_value"]], [expected["mauchly"]["w"], expected["mauchly"]["p"]], 1e-9)
    close(sphericity["p_value"], expected["mauchly"]["r_p"], 1e-3)
    pairs = result.pairs.table
    close(pairs["p_adjusted"], expected["holm"])
    close(pairs[LIMITS].iloc[2], expected["bonferroni_ci"])


def test_contrast_of_occasions():
    expected = ORACLE["repeated"]["contrast"]
    trend = dict(zip(OCCASIONS, (-3, -1, 1, 3), strict=True))
    row = compare_groups(WIDE, OCCASIONS, paired=True, contrasts={"trend": trend}).contrasts.table.iloc[0]
    close([row["estimate"], row["statistic"], row["p_value"]], list(expected.values()))


def test_rows_of_occasions_are_the_same_as_columns():
    wide = compare_groups(WIDE, OCCASIONS, paired=True)
    long = WIDE.rename_axis("person").reset_index().melt("person", var_name="wave", value_name="minutes").sample(
        frac=1, random_state=1)  # fmt: skip
    result = compare_groups(long, "minutes", "wave", paired=True, subject="person")
    close(result.table["p_value"], wide.table["p_value"])
    assert (only(result)["n"], only(result)["n_missing"]) == (13, 1)
    without = compare_groups(long.dropna(), "minutes", "wave", paired=True, subject="person")
    close(without.table["p_value"], wide.table["p_value"])


# ---- ranks ------------------------------------------------------------------------------------------------------


def in_rows(**groups):
    return pd.concat([pd.DataFrame({"y": values, "g": name}) for name, values in groups.items()])


def test_mann_whitney_is_exact_without_ties():
    expected = ORACLE["ranks"]["exact"]
    row = only(compare_groups(in_rows(a=expected["x"], b=expected["y"]), "y", "g", method="mann_whitney"))
    close([row["statistic"], row["p_value"]], [expected["statistic"], expected["p_value"]])


@pytest.mark.parametrize("name", ["small", "large"])
def test_mann_whitney(name):
    """Below 50 rows with ties all choices are counted, above it the approximation is R's."""
    expected = ORACLE["ranks"][name]
    row = only(compare_groups(in_rows(a=expected["a"], b=expected["b"]), "y", "g", method="mann_whitney"))
    close([row["statistic"], row["p_value"]], [expected["statistic"], expected["p_value"]])
    close([row["effect_estimate"], row["effect_estimate"]], [expected["rb"], expected["delong"]["estimate"]])
    close(row[EFFECT_LIMITS], expected["delong"]["ci"])


def test_wilcoxon():
    large, few = ORACLE["ranks"]["large"], ORACLE["ranks"]["signs"]
    row = only(
        compare_groups(pd.DataFrame({"a": large["a"], "b": large["b"]}), ["a", "b"], paired=True, method="wilcoxon")
    )
    expected = large["signed"]
    close([row["statistic"], row["p_value"]], [expected["statistic"], expected["p_value"]])
    close(row["effect_estimate"], expected["rb"])
    close(row[EFFECT_LIMITS], expected["matched"]["ci"])
    row = only(compare_groups(pd.DataFrame({"a": few["d"], "b": 0}), ["a", "b"], paired=True, method="wilcoxon"))
    close(row["p_value"], few["p_value"])
    close(row[EFFECT_LIMITS], few["matched"]["ci"])
    row = only(compare_groups(WIDE.dropna(), ["w1", "w4"], paired=True, method="wilcoxon"))
    close([row["statistic"], row["p_value"]], list(ORACLE["ranks"]["no_tie_signs"].values())[:2])


def test_the_standard_error_of_the_matched_rank_biserial_is_near_the_jackknife():
    for matched in (ORACLE["ranks"]["large"]["signed"]["matched"], ORACLE["ranks"]["signs"]["matched"]):
        assert matched["se"] == pytest.approx(matched["jackknife"], rel=0.07)


def test_kruskal_wallis():
    expected = ORACLE["ranks"]["kruskal"]
    result = compare_groups(DATA, "posts", "group", method="kruskal_wallis")
    row = only(result)
    close([row["statistic"], row["df"], row["p_value"], row["effect_estimate"]],
          [expected["statistic"], expected["df"], expected["p_value"], expected["epsilon2"]])  # fmt: skip
    assert list(result.pairs.table["method"]) == ["mann_whitney"] * 3
    pair = only(compare_groups(DATA, "posts", "group", groups=TWO, method="mann_whitney"))
    first = result.pairs.table.iloc[0]
    close([first["p_value"], first["effect_estimate"]], [pair["p_value"], pair["effect_estimate"]])


def test_friedman():
    expected = ORACLE["ranks"]["friedman"]
    data = pd.DataFrame(expected["table"], columns=OCCASIONS)
    row = only(compare_groups(data, OCCASIONS, paired=True, method="friedman"))
    close([row["statistic"], row["df"], row["p_value"], row["effect_estimate"]],
          [expected["statistic"], expected["df"], expected["p_value"], expected["w"]])  # fmt: skip


# ---- a sample with a design -------------------------------------------------------------------------------------


def design():
    return Design("weight", data=SAMPLE, strata="stratum", cluster="cluster")


def test_weighted_groups():
    expected = ORACLE["designed"]
    planned = {"planned": {"active": 1, "lurker": -0.5, "passive": -0.5}}
    result = compare_groups(SAMPLE, "minutes", "group", design=design(), contrasts=planned)
    row = only(result)
    assert row["method"] == "design_wald"
    close([row["statistic"], row["df"], row["df_error"], row["p_value"]],
          [expected["f"], 2, expected["df"] - 1, expected["p_value"]], 1e-9)  # fmt: skip
    close(result.means.table["estimate"], expected["means"])
    close(result.means.table["standard_error"], expected["se"], 1e-9)
    pair = result.pairs.table.iloc[0]
    close([pair["estimate"], pair["standard_error"]], list(expected["active_minus_lurker"].values()), 1e-9)
    assert pair["df"] == expected["df"]
    contrast = result.contrasts.table.iloc[0]
    close([contrast["estimate"], contrast["standard_error"]], list(expected["planned"].values()), 1e-9)


def test_two_weighted_groups():
    expected = ORACLE["designed"]
    row = only(compare_groups(SAMPLE, "minutes", "group", groups=TWO, design=design()))
    close([row["estimate"], row["standard_error"]], list(expected["active_minus_lurker"].values()), 1e-9)
    close(row["effect_estimate"], expected["d"]["estimate"], 1e-9)
    from scipy import stats

    half = stats.t.ppf(0.975, expected["df"]) * expected["d"]["se"]
    close((row["effect_ci_upper"] - row["effect_ci_lower"]) / 2, half, 1e-9)
    counted = SAMPLE[SAMPLE["group"].isin(TWO) & SAMPLE["minutes"].notna() & (SAMPLE["weight"] > 0)]
    assert row["n"] == len(counted)


def test_weighted_occasions():
    expected = ORACLE["designed"]
    row = only(compare_groups(SAMPLE, ["minutes", "last"], paired=True, design=design()))
    close([row["estimate"], row["standard_error"]], list(expected["change"].values()), 1e-9)
    three = only(compare_groups(SAMPLE, ["minutes", "later", "last"], paired=True, design=design()))
    d = expected["df"]
    close(three["statistic"], expected["wald3"] * (d - 1) / (2 * d), 1e-9)


# ---- NIST -------------------------------------------------------------------------------------------------------


def nist(name):
    certified = NIST["certified"][name]
    if name in NIST["data"]:
        return in_rows(**NIST["data"][name])
    base, n = certified["base"], certified["replicates"]
    columns = {}
    for place, tenth in enumerate(NIST["tenths"]):
        tenths = [tenth] + [tenth - 1, tenth + 1] * ((n - 1) // 2)
        columns[f"t{place}"] = [float(f"{base}.{one}") for one in tenths]
    return in_rows(**columns)


def digits(found, certified):
    return -np.log10(max(abs(found - certified) / abs(certified), 1e-16))


NEEDED = {"lower": 10, "average": 8, "higher": 2}  # doubles hold the data of the highest difficulty to four digits


@pytest.mark.parametrize("name", list(NIST["certified"]))
def test_nist_reference_data(name):
    level = next(level for level, names in NIST["difficulty"].items() if name in names)
    row = only(compare_groups(nist(name), "y", "g", method="anova", post_hoc="none"))
    certified = NIST["certified"][name]
    assert (row["df"], row["df_error"]) == (certified["df"], certified["df_error"])
    assert digits(row["statistic"], certified["statistic"]) >= NEEDED[level]
    assert digits(row["effect_estimate"], certified["eta2"]) >= NEEDED[level]
