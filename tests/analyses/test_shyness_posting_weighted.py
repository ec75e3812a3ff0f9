"""Shyness and posting in a sample with weights: every correlation is weighted, none is of ranks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from survey_stats.analysis import analyze
from survey_stats.study import Study


@pytest.fixture
def study() -> Study:
    random = np.random.default_rng(3)
    shyness = random.normal(3, 1, 60)
    measures = pd.DataFrame({"shyness": shyness, "posts": 5 - shyness + random.normal(0, 1, 60),
                             "friends": np.round(np.exp(5 - 0.3 * shyness + random.normal(0, 1, 60)))})  # fmt: skip
    variables = pd.DataFrame({"id": list(measures), "construct": ["shyness", "active_use", "contacts"]})
    return Study.from_frames(measures, variables)


def test_weights_are_used_in_every_row(study):
    weights = pd.DataFrame({"weights": np.linspace(0.2, 4, 60)}, index=study.measures.index)
    table = analyze(replace(study, design=weights, sampling={}), "shyness_posting")[0].tables[0]
    found = table.result.table
    assert table.context["design"] == "weighted"
    assert set(found["method"]) == {"pearson", "pearson_log1p"}
    assert found[found["designated"]].set_index("y")["method"].to_dict() == {
        "posts": "pearson",
        "friends": "pearson_log1p",
    }
    shyness, posts = (study.measures[name].to_numpy() for name in ("shyness", "posts"))
    by_numpy = np.cov(shyness, posts, aweights=weights["weights"])
    r = by_numpy[0, 1] / np.sqrt(by_numpy[0, 0] * by_numpy[1, 1])
    row = found[(found["y"] == "posts")].iloc[0]
    assert row["estimate"] == pytest.approx(r, rel=1e-12)
    assert row["interval"] == "design_fisher_z"
