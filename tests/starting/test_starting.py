"""`init` makes a folder that reports run on, and overwrites nothing."""

import json
import shutil

import pytest

from survey_stats import analyze, load_instrument, read_survey, report
from survey_stats.errors import CallError, InputError
from survey_stats.fielding.demo import write_demo_export
from survey_stats.plan import read_plan
from survey_stats.starting import start_study


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    return write_demo_export(tmp_path_factory.mktemp("export") / "export.xlsx", n=60, seed=4)


@pytest.fixture
def folder(tmp_path, export):
    start_study(tmp_path / "mystudy")
    shutil.copy(export, tmp_path / "mystudy" / "export.xlsx")
    return tmp_path / "mystudy"


def uncomment(folder, *starts):
    """Take the # away from the lines of a template that a researcher would uncomment."""
    plan = folder / "plan.toml"
    lines = plan.read_text(encoding="utf-8").splitlines()
    plan.write_text(
        "\n".join(line[2:] if line.startswith(tuple(f"# {start}" for start in starts)) else line for line in lines),
        encoding="utf-8",
    )


def test_the_folder_holds_what_the_readme_says(tmp_path):
    files = start_study(tmp_path / "new")
    assert sorted(path.relative_to(tmp_path / "new").as_posix() for path in files) == [
        "README.md", "analyses/my_question.py", "instruments/README.md", "plan.toml", "study.ipynb"
    ]  # fmt: skip
    book = json.loads((tmp_path / "new" / "study.ipynb").read_text(encoding="utf-8"))
    assert [cell["cell_type"] for cell in book["cells"]] == ["markdown", "code", "code", "code", "code", "code"]
    assert book["cells"][1]["source"].startswith("import survey_stats as ss")


def test_the_plan_can_be_read_as_it_is_and_with_its_examples(folder):
    assert read_plan(folder).outputs.formats == ("html", "docx", "xlsx")
    study = read_survey(folder)
    assert study.provenance.title == "My study"
    assert study.hypotheses == ()
    uncomment(folder, "[[hypotheses", "id =", "x =", "y =", "direction =", "smallest_effect =", "method =", "statement")
    planned = read_survey(folder).hypotheses
    assert [(one.id, one.direction, one.smallest_effect) for one in planned] == [("h1", "negative", 0.1)]
    outcome = analyze(read_survey(folder), "planned_hypotheses")[0].tables[0].result.table
    assert set(outcome["outcome"]) <= {"supported", "direction_only", "trivial", "contradicted", "undecided"}


def test_an_analysis_of_ones_own_runs_only_if_the_plan_lists_it(folder):
    assert "my_question" not in [section.id for section in analyze(read_survey(folder))]
    plan = folder / "plan.toml"
    plan.write_text('analyses = ["my_question"]\n' + plan.read_text(encoding="utf-8"), encoding="utf-8")
    study = read_survey(folder)
    section = analyze(study)[0]
    assert section.title == "Contacts and posting"
    assert len(section.tables) == 1
    assert study.provenance.own_analyses == {"my_question": str(folder / "analyses" / "my_question.py")}


def test_an_analysis_of_ones_own_that_is_incomplete_or_has_a_bundled_name(folder):
    plan = folder / "plan.toml"
    plan.write_text('analyses = ["my_question"]\n' + plan.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "analyses" / "my_question.py").write_text("needs = ()\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        analyze(read_survey(folder))
    assert str(error.value) == (
        "analyses/my_question.py: analyze is missing. An analysis has a docstring, `needs` (the ids of its constructs) "
        "and `analyze(study)`, which returns a Section."
    )
    (folder / "analyses" / "shyness_posting.py").write_text("", encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_survey(folder)
    assert str(error.value) == (
        "analyses/shyness_posting.py has the id of a bundled analysis. Give the file another name: a report must not "
        "show an analysis of your own under a name that others know."
    )


@pytest.mark.parametrize("name", ["reading", "quality", "measures", "weights", "report"])
def test_an_analysis_of_ones_own_must_not_have_the_name_of_a_section(folder, name):
    (folder / "analyses" / f"{name}.py").write_text("", encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_survey(folder)
    assert str(error.value) == (
        f"analyses/{name}.py has the id of a section that reports have of themselves. Give the file another name: in "
        "results.csv the two could not be told apart."
    )


def test_a_figure_that_there_is_not_is_refused_in_a_sentence(folder, tmp_path):
    plan = folder / "plan.toml"
    plan.write_text('analyses = ["my_question"]\n' + plan.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "analyses" / "my_question.py").write_text(
        SECTION.replace("Note", "Figure") + "return Section('my_question', title, (Figure('histogramm', ()),))\n",
        encoding="utf-8",
    )
    with pytest.raises(CallError, match=r"^There is no figure 'histogramm'\. Allowed: .*correlation_matrix"):
        report(read_survey(folder), tmp_path / "out")


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(CallError) as error:
        start_study(tmp_path / "used")
    assert str(error.value) == (
        f"init: {tmp_path / 'used'} is there already and is not an empty folder. Name a new folder: nothing is "
        "overwritten."
    )


def test_the_example_of_a_questionnaire_is_one(tmp_path):
    start_study(tmp_path / "study")
    told = (tmp_path / "study" / "instruments" / "README.md").read_text(encoding="utf-8")
    file = tmp_path / "loneliness_short.toml"
    file.write_text(told.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    example = load_instrument(file)
    assert [item.id for item in example.all_items] == ["lonely_1", "lonely_2"]
    assert example.scales[0].reverse == ("lonely_2",)


SECTION = "from survey_stats.analysis import Note, Section\ntitle, needs = 'T', ()\ndef analyze(study):\n    "
WRONG = {
    "syntax": ("def analyze(:\n", "analyses/my_question.py, line 1: SyntaxError: "),
    "raises": (f"{SECTION}return 1 / 0\n", "analyses/my_question.py, line 4: ZeroDivisionError: division by zero. "),
    "no section": (
        f"{SECTION}return 'x'\n",
        "analyses/my_question.py: analyze(study) returned 'x'. It returns a Section ",
    ),
    "another id": (
        f"{SECTION}return Section('shyness_posting', title, ())\n",
        "analyses/my_question.py: analyze(study) returned a Section with the id 'shyness_posting'. Write Section(",
    ),
    "id of a section": (
        f"{SECTION}return Section('reading', title, ())\n",
        "analyses/my_question.py: analyze(study) returned a Section with the id 'reading'. Write ",
    ),
    "no block": (
        f"{SECTION}return Section('my_question', title, ('x',))\n",
        "analyses/my_question.py: analyze(study) ",
    ),
}


@pytest.mark.parametrize(("code", "sentence"), WRONG.values(), ids=WRONG)
def test_a_fault_in_an_own_analysis_is_told_with_its_line(tmp_path, code, sentence):
    folder = tmp_path / "study"
    (folder / "analyses").mkdir(parents=True)
    write_demo_export(folder / "export.xlsx", n=20)
    (folder / "plan.toml").write_text('analyses = ["my_question"]\n[data]\nfile = "export.xlsx"\n', encoding="utf-8")
    (folder / "analyses" / "my_question.py").write_text(code, encoding="utf-8")
    study = read_survey(folder)
    with pytest.raises(InputError) as error:
        analyze(study)
    assert str(error.value).startswith(sentence)
