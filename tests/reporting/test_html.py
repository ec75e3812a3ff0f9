"""The page: self-contained, every value escaped, every number traceable."""

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from survey_stats import reporting
from survey_stats.analysis import Figure, Note, Section, Table
from survey_stats.messages import catalogue
from survey_stats.reporting import numbers
from survey_stats.reporting.html import render_html, symbols
from survey_stats.reporting.page import compose
from survey_stats.reporting.sections import DisplayBlock, DisplaySection
from survey_stats.reporting.summary import summarize
from survey_stats.reporting.tables import Cell, DisplayTable
from survey_stats.reporting.words import Labels, study_labels
from survey_stats.study import Study

VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """Elements with their attributes, text of cells that carry ids, and whether all is closed in order."""

    def __init__(self, source):
        super().__init__()
        self.open, self.elements, self.cells, self.text = [], [], [], []
        self.feed(source)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if "data-id" in dict(attrs):
            self.cells.append([dict(attrs), ""])

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        if tag in ("td", "th"):
            self.cells.append([{}, ""])

    def handle_data(self, data):
        self.text.append(data)
        if self.cells:
            self.cells[-1][1] += data

    def named(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def summary(study, section):
    return summarize(study, [section])


@pytest.fixture
def source(summary, labels):
    return render_html(compose(summary, labels, "en"))


@pytest.fixture
def page(source):
    return Page(source)


def test_no_request_leaves_the_page(source, page):
    assert not [a for _, a in page.elements if "src" in a or "srcset" in a or "data" in a]
    links = [a["href"] for _, a in page.elements if "href" in a and not a["href"].startswith("#")]
    cited = ("10.1000/made", "10.1007/BF02294183", "10.1016/j.jesp.2015.07.006", "10.1037/a0028085",
             "10.1038/s41562-021-01117-5")  # fmt: skip
    assert set(links) == {f"https://doi.org/{doi}" for doi in cited}
    assert not re.search(r'url\((?!#)|@import|(?<!href=")https?://', source)
    assert not page.named("script")
    assert not page.named("link")
    policy = next(a["content"] for a in page.named("meta") if a.get("http-equiv"))
    assert policy == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def test_language_and_direction(page, summary, labels):
    assert page.named("html") == [{"lang": "en", "dir": "ltr"}]
    source = render_html(compose(summary, labels, "fa"))
    persian = Page(source)
    assert '<bdi dir="ltr">[−.25,\u00a0−.03]</bdi>' in source
    assert persian.named("html") == [{"lang": "fa", "dir": "rtl"}]


def test_headings_are_in_order_and_anchors_lead_somewhere(page):
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert max(Counter(ids).values()) == 1
    targets = {a["href"][1:] for _, a in page.elements if a.get("href", "").startswith("#")}
    named = {a["aria-labelledby"] for _, a in page.elements if "aria-labelledby" in a}
    assert targets | named <= set(ids)


def test_tables_and_figures_are_named(page):
    assert len(page.named("caption")) == len(page.named("table")) > 5
    assert all("scope" in a for a in page.named("th"))
    assert all(a["role"] == "img" and a["aria-label"] for a in page.named("svg"))
    assert len(page.named("svg")) == len(page.named("figcaption")) == 6


def test_every_number_of_a_table_is_in_results_csv(page, source, summary, labels):
    """Each numeric cell names its rows of results.csv, and shows their values rounded."""
    table = compose(summary, labels, "en").numbers.set_index("id")
    assert table.index.is_unique
    bare = re.findall(r'<td class="number[^"]*">\s*<bdi dir="ltr">([^<]*)</bdi>', source)
    assert set(bare) <= {numbers.MISSING, ""}
    checked = 0
    for attributes, shown in page.cells:
        if not attributes:
            continue
        rows = table.loc[attributes["data-id"].split()]
        values = rows[attributes["data-field"]].to_list()
        variants = {numbers.number(values[0], kind) for kind in numbers.KINDS}
        if len(values) == 2:
            variants = {form(*values, kind) for kind in numbers.KINDS for form in (numbers.interval, numbers.span)}
        elif len(values) == 3:
            variants = {
                f"{numbers.number(values[0], kind)} {numbers.interval(*values[1:], kind)}" for kind in numbers.KINDS
            }
        assert shown.replace("\u00a0", " ").strip() in variants
        checked += 1
    results = [
        len(block.result.to_frame()) * (1 if section.id == "quality" else 4)
        for section in summary.sections
        for block in section.tables
    ]
    assert checked >= sum(results)


def test_hostile_text_is_harmless(study, correlations, hostile):
    ours = replace(study, variables=study.variables.assign(label=hostile))
    rows = correlations.table.assign(warning=hostile, x=hostile)
    result = type(correlations)(method="pearson", table=rows)
    section = Section("s", hostile, (Note(hostile), Table("t", result), Figure("forest", (result,))))
    ours = replace(ours, provenance=replace(ours.provenance, source=hostile, left_out={hostile: "name"}))
    source = render_html(compose(summarize(ours, [section]), study_labels(ours, "en"), "en"))
    page = Page(source)
    assert not page.named("script")
    assert "&lt;script&gt;alert(1)" in source
    assert not re.search("[\x00\u202a-\u202e\u2066-\u2069]", source)
    assert "🙂" in source
    assert len(source) < 220_000
    source.encode("utf-8")


def test_lone_surrogates_do_not_stop_the_report(study):
    ours = replace(study, provenance=replace(study.provenance, source="a\ud800b"))
    assert "Report on ab" in render_html(compose(summarize(ours, []), study_labels(ours, "en"), "en"))


def test_no_content_of_a_cell_is_shown(source):
    assert "SECRET" not in source


def test_simulated_answers_are_labelled_everywhere(simulated, section, labels):
    page = Page(render_html(compose(summarize(simulated, [section]), labels, "en")))
    text = "".join(page.text)
    assert "Simulated answers: report on survey_2024.xlsx" in text
    banners = [a for a in page.named("aside") if a["class"] == "banner"]
    assert len(banners) == 1
    about_programs = 3  # tables of choices, versions and hashes hold no answers
    captions = len(page.named("caption")) + len(page.named("figcaption")) - about_programs
    assert sum(a.get("class") == "simulated" for a in page.named("span")) == captions


def test_collected_answers_are_not_called_simulated(page):
    assert "imulated" not in "".join(page.text[page.text.index("Skip to the report"):])  # fmt: skip


def test_every_message_has_words(source, simulated, section, labels):
    both = source + render_html(compose(summarize(simulated, [section]), labels, "en"))
    assert not re.search(r"reporting\.[a-z_]", both)
    assert not re.search(r"\{[a-z_]+\}", re.sub("<style>.*?</style>", "", both, flags=re.DOTALL))


def test_two_runs_give_the_same_page(study, section, source):
    assert render_html(compose(summarize(study, [section]), study_labels(study, "en"), "en")) == source


def test_symbols_escape_and_hold_numbers_together():
    assert symbols("*r* of log(1 + x) = .20 [−.10, .50] <b> & *p* < .001") == (
        "<i>r</i> of log(1\u00a0+\u00a0x)\u00a0=\u00a0.20 [−.10,\u00a0.50] &lt;b&gt; &amp; <i>p</i>\u00a0&lt;\u00a0.001"
    )


def test_a_doi_is_a_link_and_nothing_else_is():
    assert symbols('See doi:10.1000/a.b-c(1). javascript:x doi:10.1000/"><script> http://a.b') == (
        'See <a href="https://doi.org/10.1000/a.b-c(1" rel="noreferrer">doi:10.1000/a.b-c(1</a>). javascript:x '
        "doi:10.1000/&#34;&gt;&lt;script&gt; http://a.b"
    )


def test_frames_are_not_called_an_export():
    study = Study.from_frames(pd.DataFrame({"shyness": [1.0, 2, 3]}), source="a diary")
    source = render_html(compose(summarize(study, []), study_labels(study, "en"), "en"))
    assert "The measures were handed over as data frames (a diary); no export was read." in source


def test_what_was_decided_when_reading_is_told():
    study = Study.from_frames(pd.DataFrame({"shyness": [1.0, 2, 3]}))
    notes = {
        "merged_headers": "B1:D1: the text belongs to every column of the range",
        "error_cells": "2 (errors, or formulas without a value), kept as text",
        "sheet": "'Data <1>', the fullest of 2",
    }
    study = replace(study, provenance=replace(study.provenance, tool="table", source="wave.xlsx", notes=notes))
    page = render_html(compose(summarize(study, []), study_labels(study, "en"), "en"))
    section = page[page.index('id="reading"') : page.index('id="problems"')]
    told = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", section, re.DOTALL)
    assert told == [
        ("Merged header cells", "B1:D1: the text belongs to every column of the range"),
        ("Error cells", "2 (errors, or formulas without a value), kept as text"),
        ("Sheet chosen", "&#39;Data &lt;1&gt;&#39;, the fullest of 2"),
    ]


def test_the_catalogue_has_no_words_that_nobody_uses():
    """Messages outside of the families of words are named in the code."""
    folder = Path(reporting.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in [*folder.glob("*.py"), *folder.glob("templates/*.j2")])
    families = {  # one a line: many add to it
        "decision",
        "decision_rule",
        "sample",
        "action",
        "adjust",
        "bounds_of_r",
        "caption",
        "class",
        "choice",
        "column",
        "concentration",
        "corrected",
        "correlation",
        "counted",
        "design",
        "difference_of_r",
        "direction",
        "drop_reason",
        "excludes",
        "exclusions",
        "expected",
        "flag",
        "flow",
        "flow_step",
        "headlines",
        "how",
        "interval",
        "language",
        "level",
        "measure_type",
        "method",
        "methods",
        "note",
        "odds",
        "otherwise",
        "outcome",
        "outcome_meaning",
        "outcome_sentence",
        "part",
        "rates",
        "amounts",
        "values",
        "participants",
        "quality_rule",
        "quantity",
        "reading",
        "reason",
        "role",
        "rule",
        "sheet",
        "state",
        "statement",
        "status",
        "symbol",
        "taxonomy",
        "tool",
        "unit",
        "users",
        "verdict",
        "verdict_sentence",
    }
    own = [one.removeprefix("reporting.") for one in catalogue("en") if one.startswith("reporting.")]
    unused = [
        one for one in own
        if one.split(".")[0] not in families and f"reporting.{one}" not in code and f'say("{one}"' not in code
        and not one.endswith((".title", "items_plain", "items_reversed"))
    ]  # fmt: skip
    assert unused == ["title", "title_simulated"]  # chosen by a condition


def test_names_from_right_to_left_leave_the_sentences_of_a_page_in_order(study, section):
    page = compose(summarize(study, [section]), Labels({"shyness": "کم‌رویی"}), "en")
    source = render_html(page)
    assert "\u2068کم‌رویی\u2069 ×" in source
    assert not re.search(r'<(?:p|li) dir="auto"', source)


def test_a_column_of_long_texts_is_wider_than_others(source):
    """The later of two rules of equal weight holds: a bare `.long` weighs less than `td:not(.number)`."""
    narrow, wide = (
        "td:not(.number) { min-width: 5.5rem; }",
        ":is(td, th).long { overflow-wrap: anywhere; min-width: 11rem; }",
    )
    assert 0 < source.index(narrow) < source.index(wide)


@pytest.mark.parametrize(("columns", "look"), [(8, "scroll"), (9, "scroll wide")])
def test_only_tables_of_many_columns_are_set_close(summary, labels, columns, look):
    """At a desktop's width the correlation matrix and who uses what scrolled sideways."""
    table = DisplayTable("T", (Cell("a"),) * columns, ((Cell("1"),) * columns,), ())
    section = DisplaySection("a", "A", (DisplayBlock(table=table, number="Table 1"),))
    source = render_html(replace(compose(summary, labels, "en"), sections=(section,)))
    assert f'<section class="{look}" tabindex="0"' in source


def test_rules_for_cells_outweigh_those_of_notebooks(source):
    """JupyterLab and nbconvert: `.jp-RenderedHTMLCommon:not(.jp-RenderedMarkdown) td` and `tbody tr:nth-child(odd)`."""
    assert ".survey-stats.survey-stats.survey-stats :is(th, td):not(.number) { text-align: start;" in source
    assert ".survey-stats.survey-stats.survey-stats tr { background: none; }" in source
