"""Correlations of a sample with a design against R survey."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import CallError
from survey_stats.statistics.correlations import correlate
from survey_stats.statistics.design import Design


@pytest.fixture
def expected(oracle):
    return oracle("design/correlation")


@pytest.fixture
def sample(oracle, expected):
    made = oracle("design/design")
    return pd.DataFrame(made["data"]).assign(x=np.array(expected["x"], dtype=float), positive=made["positive"]), made


DESIGNS = {"weights": {}, "clustered": {"strata": "stratum", "cluster": "cluster"}}


@pytest.mark.parametrize("name", DESIGNS)
def test_as_in_r(sample, expected, name):
    data, _ = sample
    row = correlate(data, "x", "y", design=Design("weight", data=data, **DESIGNS[name])).table.iloc[0]
    oracle = expected[name]
    fields = {"standard_error": "z_se", "p_value": "p"} | {name: name for name in ("estimate", "df", "statistic", "n")}
    for field, theirs in fields.items():
        assert row[field] == pytest.approx(oracle[theirs], rel=1e-9), field
    np.testing.assert_allclose(row[["ci_lower", "ci_upper"]].astype(float), oracle["ci"], rtol=1e-9)
    assert row["interval"] == "design_fisher_z"


def test_with_replicate_weights_as_in_r(sample, expected):
    data, made = sample
    replicates = np.array(made["replicates"]["jk1"]["weights"])
    design = Design(data["positive"].to_numpy(), replicates=replicates, method="jk1")
    row = correlate(data, "x", "y", design=design).table.iloc[0]
    oracle = expected["jackknife"]
    assert row["estimate"] == pytest.approx(oracle["estimate"], rel=1e-9)
    assert row["standard_error"] * (1 - row["estimate"] ** 2) == pytest.approx(oracle["se"], rel=1e-9)


def test_the_unit_of_the_weights_does_not_matter_and_equal_ones_give_the_plain_correlation(sample):
    data, _ = sample
    plain = correlate(data, "x", "y").table.iloc[0]
    found = [correlate(data, "x", "y", design=Design(np.full(len(data), unit))).table.iloc[0] for unit in (1.0, 1e4)]
    assert found[0]["estimate"] == pytest.approx(plain["estimate"], rel=1e-12)
    assert found[1]["standard_error"] == pytest.approx(found[0]["standard_error"], rel=1e-9)


def test_ranks_and_other_rows_are_refused(sample):
    data, _ = sample
    design = Design("weight", data=data)
    with pytest.raises(CallError) as error:
        correlate(data, "x", "y", method=("pearson", "spearman"), design=design)
    assert str(error.value) == (
        "correlate: method 'spearman' has no standard error for a design with weights. Write method='pearson' (of "
        "logarithms, where the values are skewed), or leave the design out and say that weights are ignored."
    )
    with pytest.raises(CallError) as error:
        correlate(data.iloc[:20], "x", "y", design=design)
    assert str(error.value) == (
        "correlate: the design has 45 rows and the data have 20. Make the design from these data, or take "
        "design.subset(mask) for the rows that were kept."
    )
