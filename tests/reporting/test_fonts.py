"""Letters of every script in the drawings: an installed font takes over where ours has none, or a note says so."""

import io

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.image import imread

from survey_stats.analysis import Figure as FigureBlock
from survey_stats.reporting import fonts
from survey_stats.reporting.descriptives import distribution
from survey_stats.reporting.figures import display_figure, draw
from survey_stats.reporting.fonts import FONT, letters_without_font, use_installed_fonts
from survey_stats.reporting.svg import to_png, to_svg, width_of
from survey_stats.reporting.words import Labels

HINDI, PERSIAN = "शर्मीलापन", "کم‌رویی"
DEVANAGARI = pytest.mark.skipif(
    not any("Devanagari" in entry.name for entry in fontManager.ttflist), reason="no font of Devanagari is installed"
)


@pytest.fixture
def no_other_font(monkeypatch):
    """A machine that has matplotlib's own font and no other."""
    monkeypatch.setattr(fonts, "_installed", tuple)
    fonts._families.cache_clear()
    yield
    fonts._families.cache_clear()


def lettered(words: str) -> Figure:
    figure = Figure(figsize=(3, 0.6))
    figure.text(0.05, 0.4, words, family=[FONT])
    use_installed_fonts(figure)
    return figure


def shown(words: str) -> Figure:
    block = FigureBlock("distribution", (distribution(pd.Series(np.arange(1.0, 40), name="shy"), "points"),))
    return display_figure(block, Labels({"shy": words}), "en", prefix="f")


@DEVANAGARI
def test_hindi_is_drawn_with_an_installed_font_and_no_box():
    figure = lettered(HINDI)
    assert figure.texts[0].get_fontfamily()[0] == FONT
    assert "Devanagari" in figure.texts[0].get_fontfamily()[1]
    assert letters_without_font(figure) == ""
    plain = Figure(figsize=(3, 0.6))
    plain.text(0.05, 0.4, HINDI, family=[FONT])
    assert not np.array_equal(imread(io.BytesIO(to_png(figure))), imread(io.BytesIO(to_png(plain))))


@DEVANAGARI
def test_every_drawing_of_results_falls_back():
    block = FigureBlock("distribution", (distribution(pd.Series(np.arange(1.0, 40), name="shy"), "points"),))
    drawn = draw(block.name, *block.results, labels=Labels({"shy": HINDI}))
    assert len(drawn.axes[0].xaxis.label.get_fontfamily()) == 2


def test_the_font_of_the_drawings_has_persian():
    assert lettered(PERSIAN).texts[0].get_fontfamily() == [FONT]


def test_a_page_never_names_a_font_of_the_machine():
    svg = to_svg(lettered(f"{HINDI} {PERSIAN}"), prefix="f", title="t")
    assert "Noto" not in svg
    assert FONT not in svg
    assert HINDI in svg


@pytest.mark.usefixtures("no_other_font")
def test_letters_without_any_font_are_told():
    assert letters_without_font(lettered(HINDI)) == "".join(sorted(set(HINDI)))
    assert shown(HINDI).without_font == (
        f"Boxes in this picture stand for letters of which no font is installed where it was made: "
        f"{''.join(sorted(set(HINDI)))} The picture in report.html has them. A font of the script, such as one of the "
        "Noto family, mends it."
    )
    assert shown("Shyness").without_font == ""


def test_width_of_is_that_of_the_longest_word():
    assert width_of([]) == 0
    assert width_of(["Many-to-many", "i"]) == width_of(["Many-to-many"]) > width_of(["i" * 12])
