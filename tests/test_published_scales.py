"""From an export with a published scale to its score: maps, wordings, suggestions, warnings, commands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from survey_stats import cli
from survey_stats.adapting import require_wordings, with_wordings
from survey_stats.catalogue import bundled, load_instrument
from survey_stats.errors import CallError, InputError
from survey_stats.intake.draft import draft
from survey_stats.intake.scale_suggestions import suggest_scales
from survey_stats.measures.scoring import scale_items
from survey_stats.reading import read_survey
from survey_stats.reporting.checking import check
from survey_stats.reporting.report import report
from survey_stats.study import Study


def answers(n: int = 40, already_reversed: bool = False) -> pd.DataFrame:
    """RCBS-13 as a tool exports it: numbered columns of codes; a trait moves all items."""
    random = np.random.default_rng(7)
    trait = random.normal(size=n)
    items = {}
    for number in range(1, 14):
        value = np.clip(np.round(3 + trait + 0.7 * random.normal(size=n)), 1, 5).astype(int)
        turned = number in (3, 6, 9, 12) and not already_reversed
        items[f"RCBS_{number}"] = 6 - value if turned else value
    return pd.DataFrame(items)


def study_folder(folder: Path, data: pd.DataFrame, plan: str) -> Path:
    data.to_csv(folder / "export.csv", index=False)
    (folder / "plan.toml").write_text(f"{plan}\n", encoding="utf-8")
    return folder


DATA = '[data]\nfile = "export.csv"\n'
LIST = "[" + ", ".join(f'"RCBS_{n}"' for n in range(1, 14)) + "]"


def total(data: pd.DataFrame) -> list[float]:
    keyed = data.assign(**{f"RCBS_{n}": 6 - data[f"RCBS_{n}"] for n in (3, 6, 9, 12)})
    return keyed.sum(axis=1).astype(float).tolist()


@pytest.mark.parametrize("columns", ['"RCBS_{item}"', '"RCBS_1 … RCBS_13"', '"RCBS_1 ... RCBS_13"', LIST])
def test_a_column_map_is_enough_to_score_an_export(tmp_path: Path, columns: str) -> None:
    data = answers()
    study = read_survey(study_folder(tmp_path, data, f"{DATA}[columns]\nrcbs_13 = {columns}"))
    assert study.measures["rcbs_13"].tolist() == total(data)
    assert set(study.provenance.columns["how"]) == {"plan"}
    row = study.variable("rcbs_13")
    assert (row["observed_minimum"], row["observed_maximum"], row["n"]) == (min(total(data)), max(total(data)), 40)


def test_zeros_in_front_and_a_map_of_one_scale(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    data = pd.DataFrame(random.integers(1, 6, (30, 5)), columns=["q01", "q06", "q11", "q16", "x"])
    study = read_survey(study_folder(tmp_path, data, f'{DATA}[columns]\nmini_ipip_extraversion = "q{{item:02}}"'))
    expected = (data["q01"] + 6 - data["q06"] + data["q11"] + 6 - data["q16"]) / 4
    np.testing.assert_allclose(study.measures["mini_ipip_extraversion"], expected)


def test_cutoff_norm_and_codes_of_the_plan(tmp_path: Path) -> None:
    data = answers()
    plan = (
        f'{DATA}[columns]\nrcbs_13 = "RCBS_{{item}}"\n[cutoffs]\nrcbs_13 = "cheek_1983"\n[norms]\n'
        'rcbs_13 = "students_women"\n[codes]\nrcbs_13 = [0, 4]\n'
    )
    study = read_survey(study_folder(tmp_path, data - 1, plan))
    sums = np.array(total(data))
    assert study.measures["rcbs_13"].tolist() == (sums - 13).tolist()
    assert study.measures["rcbs_13_cheek_1983"].tolist() == ((sums >= 34) * 1.0 + (sums > 49)).tolist()
    assert study.measures["rcbs_13_above_norm"].tolist() == (sums > 32.4).astype(float).tolist()
    assert study.select("shyness") == ["rcbs_13"]
    report(study, tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "research page of J. M. Cheek at Wellesley College, status V" in page


def test_an_answer_outside_the_range_is_a_problem_and_no_number(tmp_path: Path) -> None:
    data = answers()
    data.loc[0, "RCBS_2"] = 8
    study = read_survey(study_folder(tmp_path, data, f'{DATA}[columns]\nrcbs_13 = "RCBS_{{item}}"'))
    (problem,) = study.problems.to_dict("records")
    assert (problem["item"], problem["cell"], problem["rule"], problem["state"]) == (
        "rcbs_13_02", "8", "not_an_option", "failed",
    )  # fmt: skip
    assert study.measures["rcbs_13"].isna().sum() == 1


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ('rcbs_13 = "RCBS_1 … RCBS_12"',
         ("plan: columns: rcbs_13: found 12 columns, but rcbs_13 has 13 items. Name one column for each item, in the "
         "order of the key.")),
        ('rcbs_13 = "Shy_{item}"',
         ("plan: columns: rcbs_13: rcbs_13_01 is answered by 'Shy_1', and the export has no such column. Nearest: "
         "RCBS_1, RCBS_13, RCBS_12.")),
        ('rcbs_13 = "RCBS_1 … RCBS_999999999"',  # counted before the names are made
         ("plan: columns: rcbs_13: found 999999999 columns, but rcbs_13 has 13 items. Name one column for each item, "
          "in the order of the key.")),
        ('rcbs_13 = "RCBS_1"',
         ("plan: columns: rcbs_13: found 'RCBS_1', which names one column for several items. Write a pattern "
         '("RCBS_{item}"), a run ("RCBS_1 … RCBS_13"), or a list of columns in the order of the items.')),
        ('rcbs_13 = "RCBS_13 … RCBS_1"',
         ("plan: columns: rcbs_13: found 'RCBS_13 … RCBS_1'. A run goes up from the first to the last column of the "
         'same name with another number, for example "RCBS_1 … RCBS_13".')),
        ('rcbs_13 = "RCBS_{item}"\nrcbs_14_01 = "RCBS_1"',
         ("plan: columns: the column 'RCBS_1' is given to both rcbs_13_01 and rcbs_14_01. A column answers one item; "
         "correct one of the two.")),
        ('rcsb = ["RCBS_1"]', "plan: columns: there is no scale or instrument 'rcsb'. Allowed: "),
        ('rcbs_13 = "RCBS_{item}"\n[codes]\nbsmas = [0, 4]', "plan: codes: there is no instrument 'bsmas' in use. "),
    ],
)  # fmt: skip
def test_wrong_maps_are_refused_in_a_sentence(tmp_path: Path, columns: str, sentence: str) -> None:
    folder = study_folder(tmp_path, answers(), f"{DATA}[columns]\n{columns}")
    with pytest.raises(CallError, match=f"^{re.escape(sentence)}" + ("$" if sentence[-1] == "." else "")):
        read_survey(folder)


def test_a_name_that_two_columns_bear_is_refused(tmp_path: Path) -> None:
    data = pd.concat([answers(), answers()[["RCBS_1"]]], axis=1)
    folder = study_folder(tmp_path, data, f'{DATA}[columns]\nrcbs_13 = "RCBS_{{item}}"')
    sentence = (
        "plan: columns: rcbs_13: rcbs_13_01 is answered by 'RCBS_1', a name that two columns of the export bear. "
        "Rename one of them in the export, or list the columns one by one."
    )
    with pytest.raises(CallError, match=f"^{re.escape(sentence)}$"):
        read_survey(folder)


# ---- without a plan: suggested, never taken -----------------------------------------------------------------------


def test_without_a_plan_a_published_scale_is_suggested_and_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    answers().to_csv(path, index=False)
    suggestion = (
        "The columns RCBS_1 … RCBS_13 look like rcbs_13. Compare the items and their order with "
        "`survey-stats instruments show rcbs_13`, then write under [columns] of the plan: "
        'rcbs_13 = "RCBS_1 … RCBS_13"'
    )
    with pytest.raises(InputError, match=re.escape(suggestion)):
        read_survey(path)
    answers().assign(age=30).to_csv(path, index=False)
    study = read_survey(path)
    assert list(study.measures) == ["age"]
    assert [str(one) for one in check(study).scales] == [suggestion]
    drafted = draft(path)
    assert f"# {suggestion[:60]}" in drafted.plan
    assert suggestion in set(drafted.notes["sentence"])


def test_both_orders_of_rosenberg_are_suggested_and_gaps_are_not() -> None:
    known = list(bundled().instruments.values())
    (found,) = suggest_scales([f"RSES{n}" for n in range(1, 11)], known)
    assert found.instruments == ("rosenberg_a", "rosenberg_b")
    assert str(found.message).startswith("The columns RSES1 … RSES10 look like one of rosenberg_a, rosenberg_b. ")
    assert suggest_scales([f"RSES{n}" for n in (1, 2, 3, 5, 6, 7, 8, 9, 10, 11)], known) == []
    assert [one.instruments for one in suggest_scales([f"BFI_{n}" for n in range(1, 11)], known)] == [("bfi_10",)]
    assert suggest_scales([f"mood_{n}" for n in range(1, 14)], known) == []


# ---- wordings -----------------------------------------------------------------------------------------------------


def test_with_wordings_columns_named_by_question_text_match(tmp_path: Path) -> None:
    data = answers()
    texts = {f"rcbs_13_{n:02}": f"Made-up question number {n}" for n in range(1, 14)}
    lines = [f'[{item}]\nen = "{words}"' for item, words in texts.items()]
    (tmp_path / "words.toml").write_text("\n".join(lines), encoding="utf-8")
    folder = study_folder(tmp_path, data.set_axis(list(texts.values()), axis=1), f'wordings = "words.toml"\n{DATA}')
    study = read_survey(folder)
    assert study.measures["rcbs_13"].tolist() == total(data)
    assert set(study.provenance.columns["how"]) == {"text"}
    assert study.provenance.instruments["rcbs_13"]["sha256"] == load_instrument("rcbs_13").sha256


def test_wordings_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CallError, match=re.escape(
        "wordings: these are no items of the instruments in use: rcbs_13_14. Correct the ids; "
        "`survey-stats instruments show ID` lists them."
    )):  # fmt: skip
        with_wordings([load_instrument("rcbs_13")], {"rcbs_13_14": {"en": "x"}})
    folder = study_folder(tmp_path, answers(), f'wordings = "none.toml"\n{DATA}')
    sentence = "plan: wordings: there is no file 'none.toml' in the plan's folder. Correct its name."
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        read_survey(folder)


def test_a_form_cannot_be_made_without_wordings() -> None:
    sentence = (
        "bsmas: a form cannot be made: 6 of its 6 items have no wording (bsmas_01, bsmas_02, bsmas_03 …). The wordings "
        "belong to the authors; write them into a TOML file (item id → text by language) and name it in the plan: "
        'wordings = "….toml".'
    )
    with pytest.raises(CallError, match=f"^{re.escape(sentence)}$"):
        require_wordings([load_instrument("bsmas")])
    require_wordings(with_wordings([load_instrument("bsmas")], {f"bsmas_0{n}": {"en": f"q {n}"} for n in range(1, 7)}))
    require_wordings([load_instrument("shyness")])


# ---- warnings reach the report and the check ----------------------------------------------------------------------


def test_data_already_reversed_warn_in_check_and_report(tmp_path: Path, run: Any) -> None:
    folder = study_folder(tmp_path, answers(200, already_reversed=True), f'{DATA}[columns]\nrcbs_13 = "RCBS_{{item}}"')
    study = read_survey(folder)
    (warning,) = study.provenance.warnings
    assert warning.id == "scales.already_reversed"
    assert "the data look already reversed" in " ".join(run("check", folder)[1].split())
    written = report(study, tmp_path / "out")
    assert "the data look already reversed" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert written.files


# ---- the command line ---------------------------------------------------------------------------------------------


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["survey-stats", *map(str, arguments)])
        code = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def test_instruments_alone_lists_them(run: Any) -> None:
    assert run("instruments")[1] == run("instruments", "list")[1]
    assert len(run("instruments")[1].splitlines()) == len(bundled().instruments)


@pytest.mark.parametrize("name", sorted(bundled().instruments))
def test_every_instrument_is_shown_within_80_columns(run: Any, name: str) -> None:
    code, shown, _ = run("instruments", "show", name)
    assert code == 0
    assert max(map(len, shown.splitlines())) <= 80
    assert all(item.id in shown for item in load_instrument(name).all_items)
    assert all(rule.id in shown for rule in load_instrument(name).cutoffs)


def test_check_of_an_instrument_file(run: Any, tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    source = (bundled().instrument_folders[0] / "bsmas.toml").read_text(encoding="utf-8")
    own.write_text(source.replace('id = "bsmas"', 'id = "mine"', 1), encoding="utf-8")
    assert run("instruments", "check", own) == (
        0, "OK: mine, 6 items; scales: bsmas (6 items, 0 reversed); 3 cut-offs, 0 norms.\n", ""
    )  # fmt: skip
    own.write_text(source.replace("at_least = 19", "at_leats = 19"), encoding="utf-8")
    code, _, err = run("instruments", "check", own)
    assert code == 1
    assert err == (
        "survey-stats: mine.toml: cutoffs.0.bands.1.at_leats: there is no such key. Remove it or correct its "
        "spelling. Nearest: at_least.\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('scale = "bsmas"\nrange', 'scale = "other"\nrange', "cutoffs name the scale 'other', which is no scale"),
        ("at_least = 19", "at_least = 19, above = 3", "each band after the first has exactly one of"),
        ('id = "twenty_four"', 'id = "banyai_2017"', "ids of cutoffs must be unique; these stand twice: banyai_2017"),
        ("range = [6, 30]", "range = [30, 6]", "a range is two numbers, the lower one first"),
        ("range = [6, 30]", "", "bands need range: the lowest and the highest score on which they are written"),
    ],
)  # fmt: skip
def test_a_faulty_cutoff_is_refused(run: Any, tmp_path: Path, old: str, new: str, sentence: str) -> None:
    source = (bundled().instrument_folders[0] / "bsmas.toml").read_text(encoding="utf-8")
    own = tmp_path / "bsmas.toml"
    own.write_text(source.replace(old, new, 1), encoding="utf-8")
    code, _, err = run("instruments", "check", own)
    assert code == 1
    assert sentence in err


def test_the_reliability_of_facebook_intensity_is_that_of_standardised_items() -> None:
    random = np.random.default_rng(4)
    data = pd.DataFrame(random.integers(1, 6, (30, 8)), columns=[f"facebook_intensity_0{n}" for n in range(1, 9)])
    instrument = load_instrument("facebook_intensity")
    study = Study(answers=data, measures=data.iloc[:, :0], instruments={instrument.id: instrument})
    items = scale_items(study, "facebook_intensity")
    assert items is not None
    np.testing.assert_allclose(items.std(), 1)
    np.testing.assert_allclose(items, (data - data.mean()) / data.std())
