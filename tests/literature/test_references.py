"""References: those of what was used, once each, also as BibTeX."""

import re

import pytest

from survey_stats.literature.references import Reference, bibtex, cited_references, method_references, unique
from survey_stats.messages import catalogue

HOLM = Reference(
    "Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics, "
    "6(2), 65–70."
)


def test_references_of_the_methods_used():
    assert method_references(["holm", "unheard_of"]) == [HOLM]
    found = method_references(["bonett_wright"])
    assert found[0].doi == "10.1007/BF02294183"
    assert found[0].text.endswith("65(1), 23–28. doi:10.1007/BF02294183")


def test_each_once_and_in_the_order_of_a_list_of_references():
    second = Reference("Østby, A. (2001). A title. A journal, 1, 2.")
    first = Reference("Ángel, B. (2001). A title. A journal, 1, 2.")
    assert unique([HOLM, second, first, HOLM]) == [first, HOLM, second]


def test_an_article_as_bibtex():
    assert bibtex([HOLM]) == (
        "@article{holm1979,\n"
        "  author = {Holm, S.},\n"
        "  year = {1979},\n"
        "  title = {A simple sequentially rejective multiple test procedure},\n"
        "  journal = {Scandinavian Journal of Statistics},\n"
        "  volume = {6},\n"
        "  number = {2},\n"
        "  pages = {65--70},\n"
        "}\n"
    )


def test_several_authors_and_special_characters():
    one = Reference(
        "Bonett, D. G., Wright, T. A., & Þór, J. (2000). A & B: 50 % of_it. J. of Tests, 65(1), 23–28.", "10.1/x"
    )
    entry = bibtex([one])
    assert "author = {Bonett, D. G. and Wright, T. A. and Þór, J.}" in entry
    assert r"title = {A \& B: 50 \% of\_it}" in entry
    assert "doi = {10.1/x}" in entry


def test_what_is_no_article_loses_nothing():
    book = Reference("McDonald, R. P. (1999). Test theory: A unified treatment. Lawrence Erlbaum.")
    assert "title = {Test theory: A unified treatment}" in bibtex([book])
    assert "note = {Lawrence Erlbaum}" in bibtex([book])
    odd = Reference("Research page of a person")
    assert bibtex([odd]) == "@misc{research,\n  title = {Research page of a person},\n}\n"


def test_two_works_of_an_author_and_year_have_two_keys():
    other = Reference("Holm, S. (1979). Another. A journal, 1, 2.")
    assert [line.split("{")[1] for line in bibtex([HOLM, other]).splitlines() if line.startswith("@")] == [
        "holm1979,", "holm1979b,"
    ]  # fmt: skip


def test_every_reference_of_a_method_can_be_split():
    from survey_stats.literature.references import _methods

    for one in _methods():
        entry = bibtex([Reference(one.citation, one.doi or "")])
        assert "author = {" in entry
        assert "year = {" in entry


@pytest.mark.parametrize(
    "words",
    [
        "honest answers are flagged too (Meade & Craig, 2012; Curran, 2016).",
        "Index: Meade and Craig (2012); Curran (2016)",
    ],
)
def test_works_that_a_text_names_are_found(words):
    assert [one.citation.split(",")[0] for one in cited_references(words)] == ["Meade", "Curran"]


def test_another_year_or_a_longer_name_is_another_work():
    assert cited_references("Curran (2015), Curranson (2016), 2016 by Curran, Meade (see 2012)") == []


def test_an_organisation_is_named_by_its_letters():
    assert [one.citation[:8] for one in cited_references("AAPOR (2023), Standard Definitions")] == ["American"]


DATES = {"nielsen_time_use.published_minutes"}
"""Words with a year that is of no publication."""


def named_works(words):
    """Each year in a text, with what stands between it and the year before."""
    pieces = re.split(r"\b((?:19|20)\d\d)\b", re.sub(r"doi:\S+", "", words))
    return [before + year for before, year in zip(pieces[::2], pieces[1::2], strict=False)]


def test_every_work_that_the_words_of_a_report_name_is_in_the_list_of_references():
    named = {(key, work) for key, words in catalogue().items() if key not in DATES for work in named_works(words)}
    assert len(named) > 60
    assert {(key, work[-60:]) for key, work in named if not cited_references(work)} == set()


def test_no_work_stands_twice_in_the_list():
    from survey_stats.literature.references import _methods

    citations = [one.citation for one in _methods()]
    dois = [one.doi for one in _methods() if one.doi]
    assert (len(set(citations)), len(set(dois))) == (len(citations), len(dois))
