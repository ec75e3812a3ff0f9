"""Shares and their differences against R (tests/oracles/groups/proportions.R), and behaviour."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import CallError
from survey_stats.statistics.design import Design
from survey_stats.statistics.proportions import compare_proportions, proportions, wilson

ORACLE: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "oracles" / "groups" / "proportions.json").read_text(encoding="utf-8")
)
DATA = pd.DataFrame(ORACLE["data"])
DESIGNS: dict[str, dict[str, Any]] = {
    "weights": {}, "clustered": {"strata": "stratum", "cluster": "cluster"},
}  # fmt: skip


def design(name: str) -> Design:
    return Design("weight", data=DATA, **DESIGNS[name])


def test_wilson_intervals_are_those_of_r():
    table = proportions(DATA, "use").table.set_index("category")
    for row in ORACLE["plain"]:
        own = table.loc[row["category"]]
        assert (own["count"], own["n"], own["interval"]) == (row["count"], row["n"], "wilson")
        np.testing.assert_allclose(own[["ci_lower", "ci_upper"]].astype(float), [row["ci_lower"], row["ci_upper"]],
                                   rtol=1e-12)  # fmt: skip
        assert own["estimate"] == row["count"] / row["n"]


def test_wilson_at_the_ends():
    for row in ORACLE["edges"]:
        np.testing.assert_allclose(wilson(row["count"], row["n"], 0.95), row["ci"], rtol=1e-12, atol=1e-15)


def test_newcombe_is_that_of_r():
    table = compare_proportions(DATA, "use", "group", confidence=0.9).table.set_index("category")
    for row in ORACLE["differences"]:
        names = ["estimate", "ci_lower", "ci_upper", "statistic", "p_value"]
        np.testing.assert_allclose(table.loc[row["category"], names].astype(float), [row[name] for name in names],
                                   rtol=1e-12)  # fmt: skip


def test_newcombe_published():
    """Newcombe (1998, Statistics in Medicine 17, 873-890), table II, method 10: 56/70 and 48/80; 9/10 and 3/10."""
    for one, other, expected in (((56, 70), (48, 80), (0.0524, 0.3339)), ((9, 10), (3, 10), (0.1705, 0.8090))):
        data = pd.concat([
            pd.DataFrame({"y": [1] * count + [0] * (n - count), "g": name})
            for name, (count, n) in {"a": one, "b": other}.items()
        ])  # fmt: skip
        row = compare_proportions(data, "y", "g").table.iloc[0]
        assert (round(row["ci_lower"], 4), round(row["ci_upper"], 4)) == expected


@pytest.mark.parametrize("name", DESIGNS)
def test_shares_of_a_design_are_those_of_survey(name):
    table = proportions(DATA, "use", by="group", design=design(name)).table.set_index(["group", "category"])
    names = {"estimate": "estimate", "standard_error": "se", "ci_lower": "ci_lower", "ci_upper": "ci_upper"}
    for row in ORACLE[name]["shares"]:
        own = table.loc[(row["group"], row["category"])]
        np.testing.assert_allclose(own[list(names)].astype(float), [row[key] for key in names.values()], rtol=1e-7)
        assert own["interval"] == "logit_t"
        assert own["df"] == ORACLE[name]["df"]


@pytest.mark.parametrize("name", DESIGNS)
def test_differences_of_a_design_are_those_of_survey(name):
    table = compare_proportions(DATA, "use", "group", design=design(name)).table.set_index("category")
    names = {"estimate": "estimate", "standard_error": "se", "statistic": "statistic", "p_value": "p_value",
             "ci_lower": "ci_lower", "ci_upper": "ci_upper", "df": "df"}  # fmt: skip
    for row in ORACLE[name]["differences"]:
        own = table.loc[row["category"], list(names)].astype(float)
        np.testing.assert_allclose(own, [row[key] for key in names.values()], rtol=1e-9)


def test_an_answer_that_everyone_gave_has_a_one_sided_interval():
    """Kish's effective number of rows of the group in place of n: (.025)^(1/n)."""
    row = proportions(DATA, "all", by="group", design=design("weights")).table
    row = row[(row["group"] == "girls") & (row["category"] == "yes")].iloc[0]
    weights = DATA.loc[(DATA["group"] == "girls") & (DATA["weight"] > 0), "weight"]
    effective = weights.sum() ** 2 / (weights**2).sum()
    assert (row["estimate"], row["ci_upper"], row["interval"]) == (1, 1, "clopper_pearson")
    assert row["ci_lower"] == pytest.approx(0.025 ** (1 / effective), rel=1e-12)


def test_the_sign_is_first_minus_second():
    table = compare_proportions(DATA, "use", "group", category="often").table
    turned = compare_proportions(DATA, "use", "group", category="often", groups=["girls", "boys"]).table
    assert (table["group"].iloc[0], turned["group"].iloc[0]) == ("boys − girls", "girls − boys")
    assert table["estimate"].iloc[0] == pytest.approx(
        (DATA.query("group == 'boys'")["use"].dropna() == "often").mean()
        - (DATA.query("group == 'girls'")["use"].dropna() == "often").mean()
    )
    assert turned["ci_lower"].iloc[0] == pytest.approx(-table["ci_upper"].iloc[0])


def test_p_is_adjusted_over_the_pairs_of_an_answer():
    data = pd.DataFrame({"y": [1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 1] * 4, "g": list("aaaabbbbcccc") * 4})
    plain = compare_proportions(data, "y", "g", adjust="none").table
    holm = compare_proportions(data, "y", "g").table
    assert list(plain["group"]) == ["a − b", "a − c", "b − c"]
    assert list(plain["p_adjusted"]) == list(plain["p_value"])
    tripled = pytest.approx(3 * plain["p_value"].iloc[0])
    assert list(holm["p_adjusted"]) == [tripled, tripled, 1]  # 12 of 16 against 4 of 16, twice, and 4 against 4


def test_shares_without_spread_have_no_test():
    data = pd.DataFrame({"y": [1, 1, 1, 1, 0], "g": ["a", "a", "b", "b", "c"], "w": 1.0})
    for options in ({}, {"design": Design("w", data=data)}):
        row = compare_proportions(data, "y", "g", groups=["a", "b"], **options).table.iloc[0]
        assert np.isnan(row["p_value"])
        assert row["warning"] == (
            "Everyone or no one in both groups gave this answer: the difference is 0 and cannot be tested."
        )


def test_a_group_without_answers_has_no_share():
    data = pd.DataFrame({"y": [1, 0, None], "g": ["a", "a", "b"]})
    table = proportions(data, "y", by="g").table
    assert list(table["n"]) == [2, 2, 0, 0]
    assert table["estimate"].isna().tolist() == [False, False, True, True]


NUMBERED = pd.DataFrame({"y": np.arange(60), "g": ["a", "b"] * 30, "z": [0, 1, 1] * 20})
ERRORS: dict[str, tuple[Any, str]] = {
    "too_many": (
        lambda: proportions(NUMBERED, "y"),
        "proportions: column 'y' holds 60 different values, and at most 50 make groups. Sort them into groups first.",
    ),
    "unknown": (
        lambda: proportions(NUMBERED, "use"),
        "proportions: the data have no column 'use'. Columns of the data: 'y', 'g', 'z'.",
    ),
    "one_group": (
        lambda: compare_proportions(NUMBERED, "z", "g", groups=["a"]),
        ("compare_proportions: of the groups in column 'g' only 'a' has rows with an answer, and two are needed. Give "
        "a column that tells at least two groups apart."),
    ),
    "absent_group": (
        lambda: compare_proportions(NUMBERED, "z", "g", groups=["a", "c"]),
        "compare_proportions: groups names 'c', which column 'g' does not hold. It holds: 'a', 'b'.",
    ),
    "absent_category": (
        lambda: compare_proportions(NUMBERED, "z", "g", category=2),
        "compare_proportions: category names '2', which column 'z' does not hold. It holds: '0', '1'.",
    ),
    "adjust": (
        lambda: compare_proportions(NUMBERED, "z", "g", adjust="tukey"),
        "compare_proportions: adjust is 'tukey'. Allowed: none, holm, bonferroni, fdr_bh, fdr_by.",
    ),
    "design_of_other_rows": (
        lambda: compare_proportions(NUMBERED, "z", "g", design=Design(np.ones(59))),
        ("compare_proportions: the design has 59 rows and the data have 60. Make the design from these data, or take "
        "design.subset(mask) for the rows that were kept."),
    ),
    "design": (
        lambda: proportions(NUMBERED, "z", design=Design(np.ones(3))),
        ("proportions: the design has 3 rows and the data have 60. Make the design from these data, or take "
        "design.subset(mask) for the rows that were kept."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case):
    call, message = ERRORS[case]
    with pytest.raises(CallError) as caught:
        call()
    assert str(caught.value) == message
