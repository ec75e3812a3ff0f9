"""Margins of raking that a plan names: read, raked and reported; what cannot be told is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook

from survey_stats import read_survey, report
from survey_stats.errors import InputError
from survey_stats.statistics.estimation import estimate

SHYNESS = [f"shyness_{n:02}" for n in range(1, 11)]
GENDERS = ["Woman", "Man", "F", "Male", "Frau", "Woman", "Another gender", "Man", "Woman", "weiblich"] * 4
AGES = [18, 25, 33, 41, 52, 67, 29, 30, 80, 19] * 4
REGIONS = ["north", "south"] * 20
EDUCATION = [0, 1, 3, 5, 6, 7, 2, 4, 3, 1] * 4


def study_folder(path: Path, rake: str, design: str = "", rows: list[dict[str, Any]] | None = None) -> Path:
    """A study of 40 respondents whose plan has a section on raking."""
    workbook = Workbook()
    header = [*SHYNESS, "gender", "age", "region", "education", "class"]
    workbook.active.append(header)
    rng = np.random.default_rng(2)
    changes = rows or [{}] * len(AGES)
    for n, (gender, age, region, education) in enumerate(zip(GENDERS, AGES, REGIONS, EDUCATION, strict=True)):
        told = {"gender": gender, "age": age, "region": region, "education": education, "class": n // 5} | changes[n]
        workbook.active.append([*map(int, rng.integers(1, 6, 10)), *(told[name] for name in header[10:])])
    workbook.save(path / "answers.xlsx")
    plan = f'[data]\nfile = "answers.xlsx"\n[design]\n{design}\n[design.rake]\n{rake}\n'
    (path / "plan.toml").write_text(plan, encoding="utf-8")
    return path


TARGETS = """
[design.rake.targets.gender]
Woman = 0.5
Man = 0.5
"Another gender" = "sample"
[design.rake.targets.age]
18-29 = 0.3
30-49 = 0.4
"50+" = 0.3
"""


def test_answers_fall_into_the_categories_of_the_plan(tmp_path: Path) -> None:
    """Options by label, alias or code; ages into bands; the weights hold the targets."""
    study = read_survey(study_folder(tmp_path, TARGETS))
    assert study.design is not None
    assert list(study.design) == ["rake: gender", "rake: age"]
    assert study.design["rake: gender"].value_counts().to_dict() == {"Woman": 24, "Man": 12, "Another gender": 4}
    assert study.design["rake: age"].value_counts().to_dict() == {"18-29": 16, "30-49": 12, "50+": 12}
    weights = study.raked()
    assert weights is not None
    table = weights.balance.table.set_index(["variable", "category"])
    np.testing.assert_allclose(table.loc["age", "after"], [0.3, 0.4, 0.3])
    np.testing.assert_allclose(table.loc[("gender", "Another gender"), "after"], 0.1)
    assert study.provenance.rules["raking"] == "gender, age"
    design = study.survey_design()
    assert design is not None
    np.testing.assert_allclose(design.weights, weights.weights)


def test_raking_starts_from_the_weights_and_keeps_the_clusters(tmp_path: Path) -> None:
    study = read_survey(study_folder(tmp_path, TARGETS, 'cluster = "class"'))
    design, raked = study.survey_design(), study.raked()
    assert design is not None
    assert raked is not None
    assert design.df() == 7
    same = raked.base.calibrated(raked.raking, tuple(margin.codes for margin in raked.raking.margins))
    shyness = study.measures[["shyness"]]
    found, expected = (estimate(shyness, "shyness", one).table for one in (design, same))
    assert found["standard_error"][0] == pytest.approx(expected["standard_error"][0])
    women = study.answers["gender"] == 1
    part = study.subset(women.to_numpy()).survey_design()
    assert part is not None
    np.testing.assert_allclose(part.weights, design.weights[women])  # raked over all, whoever is analysed


@pytest.mark.parametrize(
    ("category", "n"), [("1", 24), ("woman", 24), ("weiblich", 24), ("1 + Another gender", 28), ("1 + 3", 28)]
)
def test_a_category_is_a_code_a_label_an_alias_or_several(tmp_path: Path, category: str, n: int) -> None:
    rest = '"2" = 0.5' if n == 28 else '"2" = 0.5\n"Another gender" = "sample"'
    study = read_survey(study_folder(tmp_path, f'[design.rake.targets.gender]\n"{category}" = 0.5\n{rest}'))
    assert study.design is not None
    assert (study.design["rake: gender"] == category).sum() == n


def test_crossed_items_and_columns_of_the_export(tmp_path: Path) -> None:
    cells = {"18-49 * north": 0.3, "18-49 * south": 0.3, "50+ * north": 0.2, "50+ * south": 0.2}
    written = "\n".join(f'"{name}" = {share}' for name, share in cells.items())
    study = read_survey(study_folder(tmp_path, f'[design.rake.targets."age * region"]\n{written}'))
    raked = study.raked()
    assert raked is not None
    assert raked.method == "post_stratification"
    assert raked.balance.table.set_index("category")["after"].to_dict() == pytest.approx(cells)
    assert raked.balance.table["variable"].unique().tolist() == ["age × region"]
    bands = '[design.rake.targets.class]\n0-3 = 0.5\n"4 + 5-7" = 0.5'
    of_column = read_survey(study_folder(tmp_path, bands)).design
    assert of_column is not None
    assert of_column["rake: class"].value_counts().to_dict() == {"0-3": 20, "4 + 5-7": 20}


def test_missing_answers_are_refused_or_a_category(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"gender": "Prefer not to say"} if n in (4, 9) else {} for n in range(40)]
    with pytest.raises(InputError) as caught:
        read_survey(study_folder(tmp_path, TARGETS, rows=rows))
    assert str(caught.value) == (
        "plan.toml: design.rake: 'gender' is missing in 2 of 40 rows, the first is row 5. Complete them, leave those "
        "rows out, or say missing='category': they then are a category of their own that keeps its share of the sample."
    )
    raked = read_survey(study_folder(tmp_path, 'missing = "category"\n' + TARGETS, rows=rows)).raked()
    assert raked is not None
    assert raked.balance.table.set_index("category").loc["(missing)", "after"] == pytest.approx(2 / 40)


def test_trimming_and_replicates_of_the_plan(tmp_path: Path) -> None:
    options = 'trim = [0.3, 2.2]\nreplicates = "jackknife"\n'
    study = read_survey(study_folder(tmp_path, options + TARGETS))
    raked, design = study.raked(), study.survey_design()
    assert raked is not None
    assert design is not None
    assert raked.maximum <= 2.2 + 1e-9
    assert (design.method, design.n_replicates) == ("jk1", 40)


FAULTS = {
    "column": (
        "[design.rake.targets.sex]\nf = 1",
        (
            "plan.toml: design.rake.targets: 'sex' is neither an item of the study nor a column of the export. Items "
            "and columns: age, gender, education, shyness_01, shyness_02, shyness_03, shyness_04, shyness_05, "
            "shyness_06, shyness_07, shyness_08, shyness_09 …."
        ),
    ),
    "no target": (
        "[design.rake.targets.gender]\nWoman = 0.5\nMan = 0.5",
        (
            "plan.toml: design.rake: 'gender' has the category 'Another gender' (4 rows), and targets are for 'Woman', "
            "'Man'. Give it a target, write 'sample' to keep its share of the sample, or join it with another category."
        ),
    ),
    "age without a band": (
        "[design.rake.targets.age]\n18-29 = 0.5\n30-70 = 0.5",
        (
            "plan.toml: design.rake: 'age' has the category '80' (4 rows), and targets are for '18-29', '30-70'. Give "
            "it a target, write 'sample' to keep its share of the sample, or join it with another category."
        ),
    ),
    "no band": (
        "[design.rake.targets.age]\nyoung = 0.5\nold = 0.5",
        (
            "plan.toml: design.rake.targets: 'age' has the category 'young', and 'age' is a number. Write a number, a "
            "band such as 18-29, or 70+."
        ),
    ),
    "overlap": (
        '[design.rake.targets.age]\n18-30 = 0.5\n"30+" = 0.5',
        (
            "plan.toml: design.rake.targets: 'age': 30 is in '30+' and in one before it. Bands do not overlap: 18-29, "
            "30-49, 50+."
        ),
    ),
    "twice": (
        '[design.rake.targets.gender]\nWoman = 0.4\n"1" = 0.3\nMan = 0.3',
        (
            "plan.toml: design.rake.targets: 'gender': '1' is in the categories 'Woman' and '1'. Each answer "
            "belongs to one."
        ),
    ),
    "crossed": (
        '[design.rake.targets."gender * age"]\nWoman = 1',
        (
            "plan.toml: design.rake.targets: 'gender * age' has the category 'Woman'. It crosses 2 items, and a "
            "category names one answer of each, as in 'Woman * 18-29'."
        ),
    ),
    "word": (
        "[design.rake.targets.gender]\nWoman = 'half'",
        (
            "plan.toml: design.rake.targets.gender.Woman: found 'half'. write a share, percentage or total of 0 or "
            "more, or 'sample' to keep the share of the sample."
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_margins_that_cannot_be_told_are_refused_in_a_sentence(case: str, tmp_path: Path) -> None:
    rake, sentence = FAULTS[case]
    with pytest.raises(InputError) as caught:
        read_survey(study_folder(tmp_path, rake))
    assert str(caught.value) == sentence


def test_the_report_says_what_weighting_did(tmp_path: Path) -> None:
    """Weights, balance, weighted means with their intervals: page, results.csv and the study agree."""
    study = read_survey(study_folder(tmp_path, "trim = [0.3, 2.2]\n" + TARGETS, 'cluster = "class"'))
    report(study, tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Weights and sampling design" in page
    assert "Standard errors know of the weights, of 8 clusters and of strata (1); degrees of freedom are" in page
    assert "Weights are kept between 0.3 and 2.2 times their mean." in page
    assert "Another gender" in page
    results = pd.read_csv(tmp_path / "out" / "results.csv")
    raked, design = study.raked(), study.survey_design()
    assert raked is not None
    assert design is not None
    effective = results.loc[(results["result"] == "weights") & (results["statistic"] == "effective_size"), "value"]
    assert effective.item() == pytest.approx(raked.effective_size)
    balance = results[(results["result"] == "balance") & (results["statistic"] == "after")]
    assert len(balance) == 6
    shyness = results[(results["result"] == "descriptives") & (results["variables"] == "shyness")].set_index(
        "statistic"
    )
    expected = estimate(study.measures, "shyness", design).table.iloc[0]
    for statistic, name in {"mean": "estimate", "standard_error": "standard_error", "ci_upper": "ci_upper"}.items():
        assert shyness.loc[statistic, "value"] == pytest.approx(expected[name])
    estimated = results["statistic"].isin(["mean", "sd", "estimate"]) & (results["analysis"] != "report")
    assert set(results.loc[estimated, "design"]) == {"weighted"}
    assert "unweighted" not in page


def test_the_report_of_given_weights_names_their_cost(tmp_path: Path) -> None:
    folder = study_folder(tmp_path, "")
    (folder / "plan.toml").write_text('[data]\nfile = "answers.xlsx"\n[design]\nweights = "age"\n', encoding="utf-8")
    study = read_survey(folder)
    assert study.raked() is None
    report(study, tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    weights = np.array(AGES, dtype=float)
    effective = weights.sum() ** 2 / (weights**2).sum()
    assert (
        f"Weights range from {18 / weights.mean():.2f} to {80 / weights.mean():.2f} times their mean. Weighting "
        f"multiplies variances by about {40 / effective:.2f}: the 40 respondents are worth {effective:.0f} (Kish’s "
        "effective size)."
    ) in page
    assert "Respondents count as drawn one by one, with unequal weights; standard errors know of the weights" in page
