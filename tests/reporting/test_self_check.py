"""The finished report is read back: its cells, tests and sentences agree with results.csv, or the check says so."""

import re
from datetime import UTC, datetime

import pandas as pd
import pytest
from openpyxl import load_workbook

from survey_stats import read_survey, report
from survey_stats.errors import InputError
from survey_stats.fielding.demo import write_demo_export
from survey_stats.freezing import freeze
from survey_stats.reporting.self_check import check_page, self_check

PAGE = """<section id="section-a"><p>{sentence}</p><table><tr><th>Shyness 2</th>
<td data-id="a.r" data-field="value">{cell}</td></tr></table></section>"""
RESULTS = pd.DataFrame({
    "id": ["a.r", "a.df", "a.p", "a.low", "a.high", "a.share"],
    "analysis": "a", "value": [-0.1423, 298.0, 0.01364, -0.2512, -0.0296, 0.254], "n": 300.0,
})  # fmt: skip
RIGHT = "<i>r</i>(298) = −.14, 95% CI [−.25, −.03], <i>p</i> = .014, <i>n</i> = 300; 25.4% of all."


def check(sentence=RIGHT, cell="−.14"):
    return [(one.kind, one.expected) for one in check_page(PAGE.format(sentence=sentence, cell=cell), RESULTS)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("report")
    return report(read_survey(write_demo_export(place / "export.xlsx", n=150, seed=6)), place / "out").folder


def test_a_report_agrees_with_its_numbers(folder):
    assert self_check(folder) == []


def test_a_weighted_report_with_planned_hypotheses_agrees(tmp_path):
    """By a design p follows from t with the degrees of freedom of the whole sample, not from r and n."""
    book = load_workbook(write_demo_export(tmp_path / "export.xlsx", n=120, seed=5))
    column = book.active.max_column + 1
    book.active.cell(1, column, "my_weight")
    for row in range(2, book.active.max_row + 1):
        book.active.cell(row, column, 0.5 + row % 4)
    book.save(tmp_path / "export.xlsx")
    planned = [("h1", "shyness", "active_use", "pearson"), ("h2", "shyness", "contacts", "spearman")]
    (tmp_path / "plan.toml").write_text(
        '[data]\nfile = "export.xlsx"\n[design]\nweights = "my_weight"\n'
        + "".join(
            f'[[hypotheses]]\nid = "{name}"\nx = "{x}"\ny = "{y}"\nmethod = "{method}"\ndirection = "negative"\n'
            "smallest_effect = 0.17\n"
            for name, x, y, method in planned
        ),
        encoding="utf-8",
    )
    freeze(tmp_path, now=datetime(2026, 11, 29, 23, 57, 43, tzinfo=UTC))  # no count of the report is 57 or 43
    folder = report(read_survey(tmp_path), tmp_path / "out").folder
    assert self_check(folder) == []
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "The plan was frozen at 2026-11-29 23:57 UTC. " in page
    assert "<i>t</i>(" in page[page.index('id="section-planned_hypotheses"') :]
    assert "has no standard error in a sample with a design. Write method" in page


@pytest.mark.parametrize("change", [("CI [−.", "CI [−.97"), ("p</i>\u00a0=\u00a0.", "p</i>\u00a0=\u00a0.9")])
def test_a_changed_report_is_found_out(folder, change):
    """Change the first number of each kind in the finished page."""
    source = (folder / "report.html").read_text(encoding="utf-8")
    results = pd.read_csv(folder / "results.csv", encoding="utf-8-sig", keep_default_na=False,
                          na_values={"value": [""], "n": [""]})  # fmt: skip
    place = source.index("<p>", source.index('id="section-shyness_posting"'))
    changed = source[:place] + source[place:].replace(*change, 1)
    assert changed != source
    assert check_page(changed, results)


def test_a_right_sentence():
    assert check() == []


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        (RIGHT.replace("= .014", "= .034"), "p_value"),
        (RIGHT.replace("p</i> = .014", "p</i> < .001"), "p_value"),
        (RIGHT.replace("−.25", "−.35"), "number"),
        (RIGHT.replace("25.4", "26.4"), "number"),
        (RIGHT + " Of 4 171 people.", "number"),
    ],
)
def test_a_wrong_sentence(sentence, kind):
    assert kind in {one for one, _ in check(sentence)}


@pytest.mark.parametrize(
    "test",
    [
        "<i>t</i>(28) = 2.31, <i>p</i> = .028", "<i>F</i>(2, 27) = 4.10, <i>p</i> = .028",
        "<i>χ</i>²(3) = 9.10, <i>p</i> = .028", "<i>z</i> = 2.20, <i>p</i> = .028",
    ],
)  # fmt: skip
def test_p_is_recomputed_from_each_kind_of_test(test):
    """p by R: 2 * pt(2.31, 28, lower = FALSE), pf(4.1, 2, 27, …), pchisq(9.1, 3, …), 2 * pnorm(2.2, …)."""
    assert [kind for kind, _ in check(test) if kind == "p_value"] == []
    wrong = re.sub(r"\.028", ".041", test)
    assert [kind for kind, _ in check(wrong) if kind == "p_value"] == ["p_value"]


def test_a_cell_that_shows_another_value_or_names_no_row():
    assert check(cell="−.24") == [("cell", "-0.1423")]
    assert check(cell="−.142") == []
    source = PAGE.format(sentence=RIGHT, cell="−.14").replace("a.r", "b.r")
    assert [(one.kind, one.expected) for one in check_page(source, RESULTS)] == [("id", "b.r")]


@pytest.mark.parametrize(
    ("bound", "found"), [("< .001", ["number"]), ("> .999", ["number"]), ("< .020", []), ("> .010", [])]
)
def test_a_p_of_which_only_a_bound_is_told(bound, found):
    """A p below .001 stands in results.csv as it is, which no rounding turns into .001."""
    assert [kind for kind, _ in check(RIGHT + f" One was greater (one-sided <i>p</i> {bound}).")] == found


def test_years_names_and_fixed_words_are_no_results():
    assert check(RIGHT + " Shyness 2 went with log(1 + x) (Fisher, 1921).") == []


def test_a_folder_without_a_report(tmp_path):
    with pytest.raises(InputError) as error:
        self_check(tmp_path)
    assert str(error.value) == (
        f"verify: {tmp_path.name} holds no report.html. Name the folder of a report with html among its formats."
    )


DAMAGED = {
    "another encoding": (b"\xff\xfe<p>", b"id,analysis,value,n\n"),
    "no numbers": (b"<p>", b"id,analysis,value,n\nx,y,many,1\n"),
    "other columns": (b"<p>", b"a,b\n1,2\n"),
    "an empty table": (b"<p>", b""),
}


@pytest.mark.parametrize(("page", "table"), DAMAGED.values(), ids=DAMAGED)
def test_a_report_that_another_program_has_saved(tmp_path, page, table):
    (tmp_path / "report.html").write_bytes(page)
    (tmp_path / "results.csv").write_bytes(table)
    with pytest.raises(InputError, match=r"are not as a report was written: .+\. Another program may have saved them"):
        self_check(tmp_path)


def test_a_cell_that_names_no_column():
    source = PAGE.format(sentence=RIGHT, cell="−.14").replace("value", "guess")
    assert [(one.kind, one.expected) for one in check_page(source, RESULTS)] == [("id", "guess")]
