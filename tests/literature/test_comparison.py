"""Published findings and ours beside them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from survey_stats import CallError, InstrumentError, compare_with_published, correlate
from survey_stats.content import read_toml
from survey_stats.literature.findings import Publication, findings_about, publications

FINDING = """
id = "made"
short = "Maker (2020)"
citation = "made for this test"
year = 2020
design = "one study"
status = "V"
[[findings]]
id = "a"
x = "shyness"
y = "contacts"
measure = "r"
estimate = {estimate}
ci_lower = -0.3
ci_upper = -0.1
corrected = "no"
label = {{ en = "Shyness and contacts" }}
"""


def test_the_four_pooled_values_are_those_printed() -> None:
    found = {finding.y: finding for finding in publications()["appel_gnambs_2019"].findings}
    assert {y: (f.estimate, f.ci_lower, f.ci_upper) for y, f in found.items()} == {
        "general_use": (0.07, 0.02, 0.13),
        "active_use": (-0.11, -0.20, -0.03),
        "passive_use": (0.07, -0.01, 0.14),
        "contacts": (-0.26, -0.34, -0.17),
    }
    assert {finding.measure for finding in found.values()} == {"rho"}
    assert {finding.corrected for finding in found.values()} == {"unknown"}


def test_nothing_from_memory_is_shipped() -> None:
    assert {publication.status for publication in publications().values()} <= {"V", "V2"}


def test_an_interval_that_does_not_hold_the_estimate_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "made.toml"
    path.write_text(FINDING.format(estimate=0.2), encoding="utf-8")
    with pytest.raises(InstrumentError) as error:
        read_toml(path, Publication)
    assert str(error.value) == "made.toml: findings.0: the interval [-0.3, -0.1] does not hold the estimate 0.2."


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    random = np.random.default_rng(7)
    return pd.DataFrame(random.normal(size=(50, 4)), columns=["shyness", "contacts", "friends", "age"])


def test_ours_come_first_and_pairs_without_a_finding_are_left_out(data: pd.DataFrame) -> None:
    ours = correlate(data, "shyness", ["contacts", "age"])
    table = compare_with_published(ours, findings_about("shyness", ["contacts", "active_use"])).table
    assert list(table["role"]) == ["ours", "published"]
    assert list(table["estimate"]) == [ours.table["estimate"].iloc[0], -0.26]
    assert table["label"].iloc[0] == ""


def test_several_measures_of_a_pair_share_the_published_value_and_are_told_apart(data: pd.DataFrame) -> None:
    ours = correlate(data, "shyness", ["contacts", "friends"])
    constructs = {"friends": "contacts"}
    found = findings_about("shyness", ["contacts"])
    table = compare_with_published(ours, found, constructs=constructs, labels={"friends": "Close friends"}).table
    assert list(table["role"]) == ["ours", "ours", "published"]
    assert list(table["label"])[1] == "Close friends"


def test_a_finding_about_a_neighbour_says_so(data: pd.DataFrame) -> None:
    ours = correlate(data.rename(columns={"shyness": "sociability"}), "sociability", ["contacts"])
    found = findings_about("shyness", ["contacts"])
    assert compare_with_published(ours, found).table.empty
    table = compare_with_published(ours, found, published_as={"sociability": "shyness"}).table
    assert list(table["label"]) == ["", "Appel and Gnambs (2019): shyness"]
    assert list(table["pair_x"]) == ["sociability", "sociability"]


def test_no_difference_is_tested_and_the_caveats_are_there(data: pd.DataFrame) -> None:
    result = compare_with_published(correlate(data, "shyness", "contacts"), findings_about("shyness", ["contacts"]))
    assert "p_value" not in result.table
    assert [message.id for message in result.warnings] == [
        "comparison.not_tested",
        "comparison.correction_unknown",
    ]


def test_only_correlations_can_be_compared() -> None:
    with pytest.raises(CallError) as error:
        compare_with_published(pd.DataFrame(), [])  # type: ignore[arg-type]
    assert str(error.value) == (
        "compare_with_published: the first argument must be the result of correlate; found DataFrame."
    )
