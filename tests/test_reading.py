"""From an export to a study, on made and on real files."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook

from survey_stats import InputError, analyze, load_instrument, read_survey
from survey_stats.errors import CallError
from survey_stats.fielding.demo import write_demo_export
from survey_stats.instrument import Instrument
from survey_stats.study import Study


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo_export(tmp_path_factory.mktemp("demo") / "export.xlsx", n=120, seed=3)


@pytest.fixture(scope="module")
def study(demo: Path) -> Study:
    return read_survey(demo)


def test_the_demo_is_read_whole(study: Study) -> None:
    provenance = study.provenance
    assert provenance.tool == "google_forms"
    assert provenance.simulated
    assert provenance.left_out == {"Email Address": "email"}
    assert set(provenance.columns["how"]) == {"text", "paradata"}
    assert provenance.unscored == {}
    assert set(study.instruments) == {
        "posting_activity", "contacts", "time_use", "shyness", "personality", "demographics"
    }  # fmt: skip
    for construct in ("shyness", "active_use", "passive_use", "contacts", "time_on_social_media", "extraversion"):
        assert study.select(construct), construct
    assert all(dtype == "float64" for dtype in study.measures.dtypes)


def test_every_cell_is_accounted_for(study: Study) -> None:
    columns = study.provenance.columns
    matched = columns[columns["item"] != ""]
    assert (matched["kept"] + matched["missing"] + matched["failed"] == matched["cells"]).all()
    assert (matched["cells"] == study.n).all()
    assert study.missing.shape == study.answers.shape
    numeric = study.answers.select_dtypes("number")
    assert (numeric.notna() == (study.missing[list(numeric)] == "answered")).all(axis=None)
    failed = study.problems[study.problems["state"] == "failed"]
    assert len(failed) == matched["failed"].sum()


def test_problems_say_where_what_and_by_which_rule(study: Study) -> None:
    age = study.problems[study.problems["item"] == "age"].iloc[0]
    assert (age["rule"], age["action"], age["cell"]) == ("out_of_range", "missing", "222.0")
    assert pd.isna(study.measures.loc[age["respondent"], "age"])


def test_no_personal_datum_is_anywhere(study: Study) -> None:
    frames = [study.answers, study.problems, study.paradata, study.provenance.columns]
    shown = " ".join(frame.astype(str).to_csv() for frame in frames)
    assert "@" not in shown


def test_questions_that_a_filter_skipped_were_not_asked(study: Study) -> None:
    skipped = study.answers["uses_social_media"] == 0
    assert skipped.any()
    assert (study.missing.loc[skipped, "posting_pictures"] == "not_asked").all()
    assert not (study.missing.loc[~skipped, "posting_pictures"] == "not_asked").any()


def test_qualtrics_and_google_forms_give_the_same_scores(tmp_path: Path) -> None:
    """The same simulated answers through two tools' exports: what the tools do must not matter."""
    from survey_stats.fielding import google_forms, qualtrics
    from survey_stats.simulation import simulate

    instruments = [load_instrument(name) for name in ("posting_activity", "contacts", "time_use", "shyness")]
    answers = simulate(instruments, 60, seed=5)
    studies = []
    for tool, ending in ((google_forms, "xlsx"), (google_forms, "csv"), (qualtrics, "xlsx"), (qualtrics, "csv")):
        path = tmp_path / f"{tool.__name__.rsplit('.', 1)[-1]}.{ending}"
        tool.export(instruments, answers, path, mess=False)
        studies.append(read_survey(path))
    first = studies[0].measures
    assert first.notna().sum().min() > 40
    for other in studies[1:]:
        pd.testing.assert_frame_equal(other.measures, first)


def plain(path: Path, rows: list[list[Any]]) -> Path:
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    workbook.save(path)
    return path


def test_columns_that_match_nothing(tmp_path: Path) -> None:
    export = plain(tmp_path / "other.xlsx", [["colour", "shyness 01", "Favourite food"], ["red", 1, "soup"]])
    with pytest.raises(InputError) as error:
        read_survey(export, instruments=["shyness", "contacts"])
    assert str(error.value) == (
        "other.xlsx: none of its 3 question columns matches an instrument; found 'colour', 'shyness 01', "
        "'Favourite food'. Nearest: 'shyness 01' ~ shyness_01 (0.90). "
        f"`survey-stats draft {export} --out mystudy` makes an instrument and a plan from this export."
    )


def test_a_repeated_column_is_not_dropped_in_silence(tmp_path: Path) -> None:
    rows = [["shyness_01", "shyness_01"], [1, 1], ["", 4], [2, 3], [5, ""]]
    study = read_survey(plain(tmp_path / "twice.xlsx", rows))
    assert list(study.answers["shyness_01"].fillna(0)) == [1, 0, 2, 5]
    lost = study.problems[["row", "cell", "rule", "action"]].to_dict("records")
    assert lost == [
        {"row": 3, "cell": "4.0", "rule": "repeated_column", "action": "dropped"},
        {"row": 4, "cell": "3.0", "rule": "repeated_column", "action": "dropped"},
    ]


def test_other_is_kept_as_text(tmp_path: Path) -> None:
    rows = [["What is your gender?", "Which of these platforms have you used in the past three months?"],
            *[["Woman", "Facebook"]] * 8, ["agender", "Facebook, our own forum"]]  # fmt: skip
    study = read_survey(plain(tmp_path / "other.xlsx", rows))
    assert study.answers.loc[9, "gender_text"] == "agender"
    assert study.answers.loc[9, "platforms_used_text"] == "our own forum"
    assert study.answers.loc[9, ["gender", "platforms_used.other", "platforms_used.facebook"]].tolist() == [3, 1, 1]
    assert study.missing["gender_text"].tolist() == [*["blank"] * 8, "answered"]


def test_a_shifted_row_of_a_text_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "shifted.csv"
    path.write_text("shyness_01,shyness_02,country\n1,2,Norway\n3,4,Oslo, Norway\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_survey(path)
    assert str(error.value) == (
        "shifted.csv: row 3 has 4 cells, the others have 3: an answer seems to hold the sign that separates the "
        "columns. Put that answer in quotation marks, or export as Excel."
    )


def test_a_folder_that_is_no_study(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read_survey(tmp_path)
    assert str(error.value) == (
        f"{tmp_path.name} is no study folder: it holds no plan.toml. Give an export, or a folder with a plan."
    )


def test_a_second_header_row_is_pointed_out(tmp_path: Path) -> None:
    rows = [["Q0", "Q2"], ["Post a picture", "shyness_01"], [1, 2]]
    with pytest.raises(InputError, match=r"Row 2 holds 2 of its questions: delete the rows above it\. "):
        read_survey(plain(tmp_path / "twice.xlsx", rows))


def test_strict_raises_at_a_failed_answer(tmp_path: Path) -> None:
    export = plain(tmp_path / "s.xlsx", [["shyness_01", "shyness_02"], [1, 9], [2, 3]])
    assert len(read_survey(export).problems) == 1
    with pytest.raises(InputError) as error:
        read_survey(export, strict=True)
    assert str(error.value) == (
        "Answers that cannot be used: 1. The first is '9.0' in column 'shyness_02', row 2 (rule not_an_option). "
        "Read without strict to see all of them in study.problems."
    )


def test_a_study_folder_with_a_plan(tmp_path: Path) -> None:
    codes = [f"v{number}" for number in range(1, 11)]
    with (tmp_path / "answers.csv").open("w", newline="") as file:
        csv.writer(file, delimiter=";").writerows([codes, [5] * 10, [1, 2, 3, 4, 5, 4, 3, 2, 1, 2]])
    columns = "\n".join(f'shyness_{number:02} = "v{number}"' for number in range(1, 11))
    (tmp_path / "plan.toml").write_text(
        'title = "A pilot"\ninstruments = ["shyness"]\nanalyses = ["active_use_by_occasion"]\n'
        f'[data]\nfile = "answers.csv"\n[columns]\n{columns}\n'
    )
    study = read_survey(tmp_path)
    assert study.provenance.title == "A pilot"
    assert [section.id for section in analyze(study)] == ["active_use_by_occasion"]
    # by hand: four of ten items reversed; all 5 → (6·5 + 4·1) / 10; second row 2→4, 5→1, 3→3, 2→4
    np.testing.assert_allclose(study.measures["shyness"], [3.4, (1 + 4 + 3 + 4 + 1 + 4 + 3 + 2 + 1 + 4) / 10])


@pytest.mark.parametrize(
    ("named", "hint"),
    [
        ("Email adress", "Nearest: Email Address."),
        ("xxxx", "Allowed: Timestamp, "),
    ],
)
def test_a_column_to_keep_that_the_export_lacks_is_refused(tmp_path: Path, named: str, hint: str) -> None:
    write_demo_export(tmp_path / "export.xlsx", n=20)
    (tmp_path / "plan.toml").write_text(f'[data]\nfile = "export.xlsx"\nkeep = ["{named}"]\n', encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_survey(tmp_path)
    assert str(error.value).startswith(
        f"plan.toml: data.keep: found '{named}', which is no column of the export. {hint}"
    )
    assert str(error.value).endswith(" Write the column's name as it stands in the header.")


def test_the_language_of_the_questionnaire_is_one_that_it_has(study: Study, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(
        'id = "own"\nversion = "1.0"\nkind = "original"\ntitle = { hi = "मैं" }\n'
        '[responses.age]\nkind = "number"\n[[items]]\nid = "age"\ntext = { hi = "आयु" }\nresponses = "age"\n'
        '[source]\ncitation = "Own."\nlicence = "own"\nstatus = "original"\n',
        encoding="utf-8",
    )
    (tmp_path / "answers.csv").write_text("आयु\n20\n30\n", encoding="utf-8")
    assert read_survey(tmp_path / "answers.csv", instruments=[tmp_path / "own.toml"]).provenance.language == "hi"
    assert study.provenance.language == "en"


def test_an_item_id_in_two_instruments_is_refused() -> None:
    twin = load_instrument("shyness").model_copy(update={"id": "twin"})
    with pytest.raises(CallError) as error:
        read_survey("never_opened.xlsx", instruments=["shyness", twin])
    assert str(error.value) == (
        "Item 'shyness_01' belongs to both shyness and twin. "
        "Item ids must be unique over the instruments of a study; rename one or leave one out."
    )


# ---- real exports -------------------------------------------------------------------------------------------------


def instrument(identifier: str, responses: dict[str, Any], items: list[dict[str, Any]]) -> Instrument:
    return Instrument.model_validate(
        {
            "id": identifier, "version": "1", "kind": "original", "title": {"en": identifier},
            "source": {"citation": "codes of the real export", "licence": "see ../shared"},
            "responses": responses, "items": items,
        }
    )  # fmt: skip


PLATFORMS = (
    "Twitter", "Instagram", "Reddit", "Tumblr", "Tik Tok", "BeReal", "YouTube", "Snapchat", "Facebook", "4Chan",
    "LinkedIn", "Twitch",
)  # fmt: skip


@pytest.mark.shared
@pytest.mark.parametrize(("part", "later"), [("A", 0), ("C", 0), ("D", 1)])
def test_mqp_multiple_choice_in_one_cell(shared: Path, part: str, later: int) -> None:
    """Four parts of one questionnaire were exported apart; the multiple choice stands in three of them.

    Part D was exported later: it holds one respondent more than A and C, who uses YouTube and Instagram.
    """
    options = [{"code": name.lower().replace(" ", "_"), "label": {"en": name}} for name in PLATFORMS]
    mqp = instrument("mqp", {"sites": {"kind": "multiple", "options": options}}, [{"id": "q4", "responses": "sites"}])
    study = read_survey(shared / "data" / "mqp_qualtrics" / f"MQPResponses{part}.csv", instruments=[mqp])
    assert study.provenance.tool == "qualtrics"
    assert study.provenance.header_rows == 3
    chosen = study.answers.sum()
    assert study.answers["q4.youtube"].notna().sum() == 203 + later
    assert {name: int(chosen[f"q4.{name}"]) for name in ("youtube", "instagram", "facebook", "reddit")} == {
        "youtube": 162 + later, "instagram": 142 + later, "facebook": 127, "reddit": 112
    }  # fmt: skip
    assert study.problems.empty


@pytest.mark.shared
def test_digex_with_header_rows_edited_by_its_authors(shared: Path) -> None:
    importance = ("Not at all important", "Slightly important", "Moderately important", "Very important",
                  "Extremely important")  # fmt: skip
    digex = instrument(
        "digex",
        {
            "important": {"kind": "single", "options": [
                {"code": code, "label": {"en": label}} for code, label in enumerate(importance, 1)]},
            "years": {"kind": "number", "minimum": 18, "maximum": 110},
            "rank": {"kind": "number", "minimum": 1, "maximum": 7, "integer": True},
        },
        [
            *({"id": name, "responses": "important"} for name in (
                "design_cont", "design_num_users", "design_res_purp", "design_len_data", "design_admin_inter",
                "design_inter_type", "design_partic_aware", "design_inter_impact", "design_type_data")),
            *({"id": name, "responses": "rank"} for name in ("rank_sci_repro", "rank_resp", "rank_just")),
            {"id": "age", "responses": "years"},
        ],
    )  # fmt: skip
    path = shared / "exports" / "qualtrics" / "digex-survey-responses-raw.xlsx"
    study = read_survey(path, instruments=[digex])
    assert study.provenance.tool == "qualtrics"
    assert study.n == 499, "the file holds 499 answers, all of them finished; 498 is the number in circulation"
    assert study.provenance.header_rows == 2
    assert study.answers.shape == (499, 13)
    assert study.answers.notna().all(axis=None)
    assert study.answers["design_cont"].between(1, 5).all()
    assert study.answers["rank_resp"].between(1, 7).all()
    assert study.paradata["duration_seconds"].notna().all()
    assert len(study.problems) == 0


def test_a_scale_whose_items_the_export_lacks_is_named_in_the_report(tmp_path: Path) -> None:
    from survey_stats import report

    export = plain(tmp_path / "s.xlsx", [[f"shyness_{n:02}" for n in range(1, 10)], [3] * 9, [4] * 9])
    study = read_survey(export)
    assert study.provenance.unscored == {"shyness": ("shyness_10",)}
    report(study, tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "The scale shyness was not scored: the export lacks shyness_10." in page


def weighted_export(path: Path, name: str, scale: float) -> Path:
    header = [f"shyness_{n:02}" for n in range(1, 11)]
    rows = [[1 + (n + m) % 5 for m in range(10)] + [scale * (0.5 + n / 10)] for n in range(12)]
    return plain(path / "weighted.xlsx", [[*header, name], *rows])


def test_a_weighted_sample_is_refused_and_not_analysed_unweighted(tmp_path: Path) -> None:
    study = read_survey(weighted_export(tmp_path, "pspwght", 1))
    assert study.design is not None
    assert list(study.design) == ["pspwght"]
    assert [block.id for block in analyze(study, "active_use_by_occasion")[0].blocks] == ["analysis.weights_refused"]


@pytest.mark.parametrize(("name", "scale"), [("pspwght", 2500), ("design_weight", -1), ("weight", 1)])
def test_weights_are_found_whatever_their_scale(tmp_path: Path, name: str, scale: float) -> None:
    """Expansion weights, and faulty ones too: an analysis that left them out would be unweighted in silence."""
    assert read_survey(weighted_export(tmp_path, name, scale)).design is not None


def test_weights_are_ignored_only_knowingly_and_then_it_is_said(tmp_path: Path) -> None:
    weighted_export(tmp_path, "weight", 1)
    (tmp_path / "plan.toml").write_text('[data]\nfile = "weighted.xlsx"\nweights = "ignore"\n', encoding="utf-8")
    study = read_survey(tmp_path)
    assert study.design is None
    assert study.provenance.rules["weights"] == "column 'weight', ignored as the plan says"


def test_the_weight_of_a_body_is_no_survey_weight(tmp_path: Path) -> None:
    assert read_survey(weighted_export(tmp_path, "weight", 70)).design is None


def planned(path: Path, design: str) -> Path:
    (path / "plan.toml").write_text(f'[data]\nfile = "weighted.xlsx"\n[design]\n{design}\n', encoding="utf-8")
    return path


def test_the_plan_names_the_design_and_every_respondent_keeps_their_weight(tmp_path: Path) -> None:
    header = [f"shyness_{n:02}" for n in range(1, 11)]
    rows = [[*[1 + n % 5] * 10, 0.5 + n, "north" if n < 3 else "south", 1 + n // 2] for n in range(6)]
    rows.insert(2, [""] * 13)  # an empty row is dropped, and the weights with it
    plain(tmp_path / "weighted.xlsx", [[*header, "calibrated", "region", "school"], *rows])
    study = read_survey(planned(tmp_path, 'weights = "calibrated"\nstrata = "region"\nlonely = "adjust"'))
    assert study.provenance.rules["design"] == "weights in column 'calibrated', strata in column 'region'"
    design = study.survey_design()
    assert design is not None
    assert design.weights.tolist() == [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]
    assert (design.n_strata, design.df()) == (2, 4)
    first = study.subset(study.measures.index <= 3).survey_design()
    assert first is not None
    assert (first.n, first.df()) == (3, 4)  # a domain: the whole design stays behind it


def test_replicate_weights_are_named_by_a_pattern(tmp_path: Path) -> None:
    header = [f"shyness_{n:02}" for n in range(1, 11)]
    rows = [[*[1 + n % 5] * 10, 1.0, 0.5 + n % 2, 1.5 - n % 2, 1.0] for n in range(6)]
    plain(tmp_path / "weighted.xlsx", [[*header, "w", "rw_1", "rw_2", "rw_3"], *rows])
    study = read_survey(planned(tmp_path, 'weights = "w"\nreplicates = "rw_*"\nmethod = "bootstrap"'))
    design = study.survey_design()
    assert design is not None
    assert (design.n_replicates, design.method) == (3, "bootstrap")


FAULTY_DESIGNS = {
    "absent": (
        'weights = "wieght"',
        (
            "plan.toml: design.weights: found 'wieght', which is no column of the export. Nearest: weight. Write the "
            "column's name as it stands in the header, or a pattern such as 'RWT_*'."
        ),
    ),
    "nothing": (
        'lonely = "adjust"',
        "plan.toml: design: the section names no column: write weights, strata, cluster or replicates, or rake.",
    ),
    "method": (
        'weights = "weight"\nreplicates = "r*"',
        "plan.toml: design: replicates and method are given together: the method says how the replicates were made.",
    ),
    "answers": (
        'weights = "comment"',
        (
            "plan.toml: design.weights: column 'comment' holds no number in 12 of 12 rows, the first is row 2 of the "
            "sheet. Each respondent needs one: complete them, or leave those rows out of the export."
        ),
    ),
}


@pytest.mark.parametrize("case", FAULTY_DESIGNS)
def test_a_faulty_design_is_refused_before_anything_is_computed(tmp_path: Path, case: str) -> None:
    header = [f"shyness_{n:02}" for n in range(1, 11)]
    rows = [[*[1 + n % 5] * 10, 0.5 + n, "fine"] for n in range(12)]
    plain(tmp_path / "weighted.xlsx", [[*header, "weight", "comment"], *rows])
    design, sentence = FAULTY_DESIGNS[case]
    with pytest.raises(InputError) as error:
        read_survey(planned(tmp_path, design))
    assert str(error.value) == sentence
