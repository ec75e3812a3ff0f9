"""The codebook: every variable, its codes, its reasons and its counts."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from survey_stats.saving import save_scores
from survey_stats.study import Study


def codebook(study: Study, folder: Path, ending: str) -> pd.DataFrame:
    return pd.read_csv(save_scores(study, folder / f"scores{ending}")[0]).set_index("id")


def test_an_answer_is_described_whole(made: Study, folder: Path) -> None:
    row = codebook(made, folder, ".sav").loc["agree_1"]
    assert row["question"].startswith("How much do you agree? I like this")
    assert (row["kind"], row["level"], row["instrument"]) == ("single", "ordinal", "made")
    assert row["values"] == "1 = No; 2 = Perhaps; 3 = Yes: ü, हाँ, بله"
    assert row["missing_values"] == (
        "not asked = -91; refused = -92; does not know = -93; does not apply = -94; not seen = -95; "
        "another answer that means none = -96; could not be used = -97"
    )
    assert (row["minimum"], row["maximum"]) == (1, 3)
    counts = ["n", "missing", "n_blank", "n_not_asked", "n_refused", "n_dont_know", "n_not_applicable", "n_not_seen",
              "n_other", "n_failed"]  # fmt: skip
    assert row[counts].tolist() == [2, 8, 1, 1, 1, 1, 1, 1, 1, 1]


def test_a_scale_names_its_items_and_the_reversed_ones(made: Study, folder: Path, long_name: str) -> None:
    row = codebook(made, folder, ".sav").loc["liking"]
    assert (row["items"], row["reversed"]) == (f"agree_1 {long_name}", long_name)
    assert (row["construct"], row["rule"], row["unit"]) == ("liking", "mean of 2 items", "points")
    assert (row["n"], row["missing"], row["kind"]) == (2, 8, "scale")
    assert pd.isna(row["n_blank"])


def test_each_format_says_how_it_codes_reasons(made: Study, folder: Path) -> None:
    stata, flat = (codebook(made, folder, ending).loc["double", "missing_values"] for ending in (".dta", ".csv"))
    assert stata.startswith("not asked = .a; refused = .b")
    assert flat == "see double_missing"


def test_codes_with_one_reason_are_listed_each_and_counted_together(refusals: Study, folder: Path) -> None:
    book = pd.read_csv(save_scores(refusals, folder / "scores.sav")[0]).set_index("id").loc["mood"]
    assert book["missing_values"] == "does not know = -93; Refused (-8) = -98; Refused (-9) = -99"
    assert (book["n_refused"], book["n_dont_know"], book["n_blank"], book["missing"]) == (3, 1, 1, 5)


def test_units_are_those_of_the_stored_values(made: Study, folder: Path) -> None:
    book = codebook(made, folder, ".csv")
    assert book.loc["double", "unit"] == "minutes per day"
    assert book.loc["degrees", "unit"] == "°C"
    assert book.loc["letter", "values"] == "a = First"


def test_an_item_that_is_a_measure_is_saved_once_with_its_construct(demo: Study, folder: Path) -> None:
    book = pd.read_csv(save_scores(demo, folder / "scores.sav")[0])
    assert book["id"].is_unique
    assert book.set_index("id").loc["age", "construct"] == "age"
    assert set(demo.measures) <= set(book["id"])
    assert set(demo.answers) <= set(book["id"])


def test_counts_are_those_of_the_study(demo: Study, folder: Path) -> None:
    book = codebook(demo, folder, ".dta")
    for name in demo.answers:
        assert book.loc[name, "n"] == (demo.missing[name] == "answered").sum()
        assert book.loc[name, "n_not_asked"] == (demo.missing[name] == "not_asked").sum()
