"""Regressions of the real data beside the checkout: what R prints for them, and R survey's printed example."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats.statistics.design import Design
from survey_stats.statistics.regression import regress


@pytest.fixture(scope="module")
def expected(oracle):
    return oracle("regression/real_data")


@pytest.fixture
def read(shared):
    return lambda *path: pd.read_csv(shared.joinpath("data", *path))


def check(result, block, tolerance):
    for name in ("estimate", "standard_error"):
        np.testing.assert_allclose(result.table[name], block[name], rtol=tolerance, err_msg=name)
    assert (result.table["df"] == block["df"]).all()


def test_the_printed_example_of_survey(read):
    """`svyglm(api00 ~ ell + meals + mobility)` of the stratified sample, in `R_reference_output.txt` to ten digits."""
    data = read("survey_r", "apistrat.csv")
    design = Design("pw", data=data, strata="stype", fpc="fpc")
    table = regress("api00 ~ ell + meals + mobility", data, design=design).table
    printed = {
        "estimate": [820.88731591, -0.48058661, -3.14153531, 0.22571321],
        "standard_error": [10.07773595, 0.39197340, 0.28394651, 0.39321836],
    }
    for name, values in printed.items():
        np.testing.assert_allclose(table[name], values, atol=5.1e-9)


def test_two_stages(read, expected):
    data = read("survey_r", "apiclus2.csv")
    design = Design("pw", data=data, cluster=["dnum", "snum"], fpc=["fpc1", "fpc2"])
    check(regress("api00 ~ ell + meals + mobility", data, design=design), expected["two_stage"], 1e-8)


def test_a_logistic_model_of_a_stratified_sample(read, expected):
    data = read("survey_r", "apistrat.csv").rename(columns={"comp.imp": "improved"})
    data["improved"] = (data["improved"] == "Yes").astype(int)
    design = Design("pw", data=data, strata="stype", fpc="fpc")
    check(regress("improved ~ ell + meals", data, family="binomial", design=design), expected["stratified"], 1e-7)


@pytest.mark.parametrize(("name", "family"), [("nhanes", "binomial"), ("nhanes_rates", "poisson")])
def test_health_survey_with_missing_answers(name, family, read, expected):
    data = read("survey_r", "nhanes.csv")
    design = Design("WTMEC2YR", data=data, strata="SDMVSTRA", cluster="SDMVPSU", nest=True)
    check(regress("HI_CHOL ~ C(race) + agecat", data, family=family, design=design), expected[name], 1e-6)


def test_prompts_within_persons(read, expected):
    data, block = read("es_twitter", "data.csv"), expected["experience_sampling"]
    result = regress("pos_aff ~ used_tt + neuroticism", data, random_intercept="random_id")
    assert (result.n, result.fit["n_groups"]) == (block["n"], block["n_groups"])
    for name in ("estimate", "standard_error", "df"):
        np.testing.assert_allclose(result.table[name], block[name], rtol=1e-5, err_msg=name)
    assert result.fit["variance_between"] == pytest.approx(block["between"], rel=1e-5)
    assert result.fit["variance_within"] == pytest.approx(block["within"], rel=1e-5)
