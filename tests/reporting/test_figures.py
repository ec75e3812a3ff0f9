"""Figures: deterministic, without outside names or fixed colours, readable as words."""

import re
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from survey_stats.analysis import Figure
from survey_stats.errors import CallError
from survey_stats.reporting.descriptives import MAXIMUM_BINS, distribution
from survey_stats.reporting.figures import FIGURES, display_figure


@pytest.fixture
def forest(comparison, labels):
    return display_figure(Figure("forest", (comparison,)), labels, "en", prefix="a")


@pytest.fixture
def bars(study, labels):
    result = distribution(study.measures["minutes"], "minutes")
    return display_figure(Figure("distribution", (result,)), labels, "en", prefix="b")


def test_forest_says_what_it_shows(forest):
    assert ET.fromstring(forest.svg).get("aria-label") == (
        "Estimates with intervals. Shyness × Active use: This study, r = −.14 [−.25, −.03]; "
        "Shyness × Active use: Author (2001), ρ = −.11 [−.20, −.03]; "
        "Shyness × Number of contacts: This study, r = −.31 [−.41, −.21]; "
        "Shyness × Number of contacts: Author (2001), ρ = −.26 [−.34, −.17]."
    )


def test_forest_draws_correlations_too(correlations, labels):
    drawn = display_figure(Figure("forest", (correlations,)), labels, "en", prefix="c").svg
    assert drawn.count("This study, r") > 4
    assert "constant" not in drawn


def test_forest_shows_the_designated_method_first_and_each_with_its_symbol(designated, labels):
    drawn = display_figure(Figure("forest", (designated,)), labels, "en", prefix="c").svg
    assert ET.fromstring(drawn).get("aria-label") == (
        "Estimates with intervals. Shyness × Number of contacts: This study, rₛ = −.11 [−.22, −.0003]; "
        "Shyness × Number of contacts: This study, r = −.14 [−.25, −.03]; "
        "Shyness × Number of contacts: This study, r of log(1 + x) = −.11 [−.22, .004]; "
        "Shyness × Active use: This study, r = −.20 [−.31, −.09]; "
        "Shyness × Active use: This study, rₛ = −.19 [−.30, −.08]."
    )
    written = [element.text for element in ET.fromstring(drawn).iter("text")]
    assert [line for line in written if line and line.startswith("This study")] == [
        "This study, rₛ", "This study, r", "This study, r of log(1 + x)", "This study, r", "This study, rₛ",
    ]  # fmt: skip


def test_markers_differ_without_colour(forest):
    """Ours are filled with the accent, published ones hollow, and their paths differ."""
    root = ET.fromstring(forest.svg)
    fills = [use.get("style") for use in root.iter("use")]
    assert sum("fill: var(--accent" in fill for fill in fills) == 2
    assert sum("fill: var(--paper" in fill for fill in fills) == 2
    ours = {use.get("href") for use in root.iter("use") if "fill: var(--accent" in use.get("style")}
    theirs = {use.get("href") for use in root.iter("use") if "fill: var(--paper" in use.get("style")}
    assert not ours & theirs


def test_distribution_says_what_it_shows(bars, study):
    minutes = study.measures["minutes"]
    words = ET.fromstring(bars.svg).get("aria-label")
    assert words.startswith(
        f"Bars for 300 respondents by Time on social media (minutes): median {minutes.median():.0f}; the highest bar"
    )
    assert bars.caption == "Distribution of Time on social media"


@pytest.mark.parametrize("name", ["forest", "bars"])
def test_nothing_outside_and_no_fixed_colour(name, request):
    svg = request.getfixturevalue(name).svg
    assert not re.search(r"https?:|#[0-9a-fA-F]{6}|xmlns|<style|<metadata", svg)
    text = list(ET.fromstring(svg).iter("text"))
    assert len(text) > 5
    assert all("currentColor" in element.get("style") for element in text)


@pytest.mark.parametrize("name", ["forest", "bars"])
def test_ids_are_unique_used_and_prefixed(name, request):
    svg = request.getfixturevalue(name).svg
    ids = [element.get("id") for element in ET.fromstring(svg).iter() if element.get("id")]
    used = set(re.findall(r"#([\w-]+)", svg))
    assert len(ids) == len(set(ids))
    assert set(ids) == used
    assert all(re.match("[ab]-", one) for one in ids)


def test_equal_results_give_equal_drawings(comparison, labels, forest):
    again = display_figure(Figure("forest", (comparison,)), labels, "en", prefix="a")
    assert again == forest


def test_an_unknown_figure():
    with pytest.raises(CallError) as error:
        display_figure(Figure("pie", ()), {}, "en", prefix="a")
    assert str(error.value) == "There is no figure 'pie'. Allowed: " + ", ".join(FIGURES) + "."


@pytest.mark.parametrize(
    "values",
    [
        [1.0, 2, 2, 3, 5],
        [0.5, 0.5, 0.5],
        np.r_[np.zeros(90), np.linspace(1, 1e6, 10)],
        np.random.default_rng(1).lognormal(0, 3, 500),
    ],
)
def test_every_value_falls_into_a_class(values):
    found = distribution(pd.Series([*values, np.nan], name="x"))
    assert found.table["count"].sum() == len(values)
    assert len(found.table) <= MAXIMUM_BINS
    assert found.table["lower"].min() <= min(values) <= max(values) <= found.table["upper"].max()


def test_whole_numbers_have_a_class_each():
    found = distribution(pd.Series([1.0, 2, 2, 5], name="x"))
    assert found.table.to_numpy().tolist() == [
        [0.5, 1.5, 1], [1.5, 2.5, 2], [2.5, 3.5, 0], [3.5, 4.5, 0], [4.5, 5.5, 1],
    ]  # fmt: skip
