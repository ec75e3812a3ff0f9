"""The design of a sample against R survey, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import CallError, InputError
from survey_stats.statistics.design import Design, Estimated

ORACLE: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "oracles" / "design" / "design.json").read_text(encoding="utf-8")
)
DATA = pd.DataFrame(ORACLE["data"])
VALUES = DATA[["y", "x"]].to_numpy(dtype=float)
WOMEN = (DATA["sex"] == "f").to_numpy()


def mean(weights: np.ndarray) -> Estimated:
    value = weights @ VALUES / weights.sum()
    return Estimated(value, (VALUES - value) / weights.sum())


def total(weights: np.ndarray) -> Estimated:
    return Estimated(weights @ VALUES, VALUES)


def ratio(weights: np.ndarray) -> Estimated:
    y, x = weights @ VALUES
    return Estimated(np.array([y / x]), ((VALUES[:, :1] - y / x * VALUES[:, 1:]) / x))


def mean_of_women(weights: np.ndarray) -> Estimated:
    own = weights * WOMEN
    value = own @ VALUES[:, :1] / own.sum()
    return Estimated(value, (VALUES[:, :1] - value) * WOMEN[:, None] / own.sum())


DESIGNS: dict[str, dict[str, Any]] = {
    "weights": {},
    "stratified": {"strata": "stratum", "cluster": "cluster"},
    "nested": {"strata": "stratum", "cluster": "inner", "nest": True},
    "fpc": {"strata": "stratum", "cluster": "cluster", "fpc": "clusters_in_population"},
    "two_stage": {
        "strata": "stratum", "cluster": ["cluster", "person"], "nest": True,
        "fpc": ["clusters_in_population", "persons_in_cluster"],
    },
}  # fmt: skip


def agrees(design: Design, oracle: dict[str, Any]) -> None:
    """Every figure of the oracle; 1e-12 of the variances, which both sides sum in another order."""
    for name, estimator in {"mean": mean, "total": total}.items():
        np.testing.assert_allclose(estimator(design.weights).estimate, oracle[name], rtol=1e-12)
        np.testing.assert_allclose(design.covariance(estimator), oracle[f"{name}_vcov"], rtol=1e-10)
    for name, estimator in {"ratio": ratio, "domain": mean_of_women}.items():
        np.testing.assert_allclose(estimator(design.weights).estimate[0], oracle[name], rtol=1e-12)
        np.testing.assert_allclose(design.covariance(estimator)[0, 0], oracle[f"{name}_se"] ** 2, rtol=1e-10)
    assert design.df() == oracle["df"]


@pytest.mark.parametrize("name", DESIGNS)
def test_a_design_agrees_with_r(name: str) -> None:
    agrees(Design("weight", data=DATA, **DESIGNS[name]), ORACLE[name])


@pytest.mark.parametrize("option", ["remove", "certainty", "adjust", "average"])
def test_a_stratum_with_one_cluster_as_in_r(option: str) -> None:
    design = Design("weight", data=DATA, strata="lonely", cluster="cluster", lonely=option)  # type: ignore[arg-type]
    agrees(design, ORACLE["lonely"][option])


@pytest.mark.parametrize(
    ("name", "method", "options"),
    [
        ("jk1", "jk1", {}),
        ("jkn", "jkn", {"rscales"}),
        ("jkn_centred", "jkn", {"rscales", "mse"}),
        ("bootstrap", "other", {"rscales", "scale"}),
    ],
)
def test_replicates_agree_with_r(name: str, method: Any, options: set[str]) -> None:
    oracle = ORACLE["replicates"][name]
    given = {option: oracle[option] for option in options}
    replicates = np.array(oracle["weights"])
    agrees(Design(np.array(ORACLE["positive"]), replicates=replicates, method=method, **given), oracle)


def test_successive_differences_agree_with_r_and_the_published_scale() -> None:
    oracle = ORACLE["successive_difference"]
    weights = np.array(ORACLE["positive"])
    agrees(Design(weights, replicates=np.array(oracle["weights"]), method="successive_difference"), oracle)
    # ATUS: 4 / 160 times the squared deviations; one replicate that differs by d gives d √.025.
    rows = np.ones((2, 160))
    rows[0, 0] = 4.0
    design = Design(np.ones(2), replicates=rows, method="successive_difference")
    counted = design.covariance(lambda w: Estimated(np.array([w[0]]), np.zeros((2, 1))))
    np.testing.assert_allclose(np.sqrt(counted[0, 0]), 3 * np.sqrt(0.025), rtol=1e-12)


def test_the_unit_of_the_weights_does_not_matter() -> None:
    small, large = (Design(DATA["weight"] * unit, strata=DATA["stratum"], cluster=DATA["cluster"]) for unit in (1, 1e6))
    np.testing.assert_allclose(large.covariance(mean), small.covariance(mean), rtol=1e-12)


def test_rows_of_a_domain_keep_the_whole_design() -> None:
    whole = Design("weight", data=DATA, strata="stratum", cluster="cluster")
    part = whole.subset(WOMEN)
    own = VALUES[WOMEN][:, :1]

    def mean_of_own(weights: np.ndarray) -> Estimated:
        value = weights @ own / weights.sum()
        return Estimated(value, (own - value) / weights.sum())

    np.testing.assert_allclose(part.covariance(mean_of_own), whole.covariance(mean_of_women), rtol=1e-12)
    assert part.n == WOMEN.sum()
    assert part.df() == whole.df()


def test_kish() -> None:
    design = Design("weight", data=DATA)
    used = int((DATA["weight"] > 0).sum())
    np.testing.assert_allclose(design.kish_effect * len(DATA) / used, ORACLE["kish"]["deff"], rtol=1e-12)
    np.testing.assert_allclose(design.effective_size, used / design.kish_effect, rtol=1e-12)


def test_degrees_of_freedom_of_a_domain() -> None:
    only_a = (DATA["stratum"] == "a").to_numpy()
    full = Design("weight", data=DATA, strata="stratum", cluster="cluster")
    present = Design("weight", data=DATA, strata="stratum", cluster="cluster", domain_df="present")
    assert full.df(only_a) == 15 - 3
    assert present.df(only_a) == 5 - 1
    assert Design("weight", data=DATA, df=7).df() == 7


REFUSED: dict[str, tuple[type[Exception], dict[str, Any], str]] = {
    "negative": (
        InputError, {"weights": [1.0, -2, 1]},
        ("Design: 1 of 3 weights are negative, the first in row 2. Each row needs a weight of 0 or more: mend them, or "
        "leave those rows out of the data and the design alike."),
    ),
    "missing": (
        InputError, {"weights": [1.0, np.nan, np.nan]},
        ("Design: 2 of 3 weights are missing, the first in row 2. Each row needs a weight of 0 or more: mend them, or "
        "leave those rows out of the data and the design alike."),
    ),
    "zero": (
        InputError, {"weights": [0.0, 0]},
        "Design: all 2 weights are 0, so no row counts. Check the column of weights.",
    ),
    "text": (CallError, {"weights": ["a", "b"]}, "Design: weights holds str values. Give numbers."),
    "rows": (
        CallError, {"weights": [1.0, 1], "strata": ["a", "a", "b"]},
        "Design: weights has 2 rows and strata has 3. All parts of a design are of the same rows.",
    ),
    "lonely": (
        InputError, {"weights": [1.0] * 4, "strata": ["a", "a", "b", "b"], "cluster": [1, 2, 3, 3]},
        ("Design: stratum 'b' has one cluster, and 1 of 2 strata have. One cluster says nothing about how clusters of "
        "its stratum differ. Join it with a stratum that is alike, or choose lonely: 'certainty' or 'remove' (it adds "
        "nothing), 'adjust' (its deviation from the whole), 'average' (what the other strata add on average)."),
    ),
    "clusters in two strata": (
        InputError, {"weights": [1.0] * 4, "strata": ["a", "a", "b", "b"], "cluster": [1, 2, 1, 2]},
        ("Design: cluster 1 of stage 1 lies in 2 strata. A cluster lies in one; if its name is used again for other "
        "clusters in other strata, say nest=True."),
    ),
    "no method": (
        CallError, {"weights": [1.0, 1], "replicates": [[1.0, 2], [2, 1]]},
        ("Design: replicates without method. Say how they were made, as the data's documentation does: bootstrap, jk1, "
        "jk2, jkn, brr, fay, successive_difference, other."),
    ),
    "fpc too small": (
        InputError, {"weights": [1.0] * 3, "fpc": [2, 2, 2]},
        ("Design: fpc says that stratum 'all rows' of stage 1 has 2 clusters in the population, and 3 were drawn from "
        "it. Give the size of the population, or the fraction that was drawn."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_faulty_design_is_refused_in_a_sentence(case: str) -> None:
    kind, arguments, sentence = REFUSED[case]
    with pytest.raises(kind) as raised:
        Design(**arguments)
    assert str(raised.value) == sentence
