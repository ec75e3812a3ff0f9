"""Figures of time use: no name runs out of the drawing."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from survey_stats.reporting.figures import draw
from survey_stats.reporting.words import Labels
from survey_stats.time_use.audience import audience

NAMES = {"a": "Many-to-many", "b": "WWWMMM", "c": "Online shopping"}


@pytest.fixture
def result():
    minutes = np.random.default_rng(1).gamma(2.0, 40.0, (60, 3))
    frame = pd.DataFrame(minutes, columns=list("abc")).rename_axis("person").reset_index()
    records = frame.melt("person", var_name="medium", value_name="minutes")
    return audience(records.assign(measure_type="self_report", reference_period="day"))


@pytest.mark.parametrize("name", ["share_of_time", "reach_and_time"])
def test_every_name_stays_within_the_drawing(result, name):
    figure = draw(name, result, labels=Labels(NAMES))
    renderer = FigureCanvasAgg(figure).get_renderer()
    texts = [*figure.axes[0].get_yticklabels(), *figure.axes[0].texts]
    shown = [text for text in texts if text.get_text() in NAMES.values()]
    boxes = [text.get_window_extent(renderer) for text in shown]
    assert len(boxes) == 3
    assert min(box.x0 for box in boxes) >= 0
    assert max(box.x1 for box in boxes) <= figure.bbox.width


class Points:
    """A result of reach and minutes a user of each name."""

    def __init__(self, points):
        self.points = points

    def to_frame(self):
        shown = [(name, *pair) for name, *values in self.points
                 for pair in zip(("reach", "time_per_user"), values, strict=True)]  # fmt: skip
        return pd.DataFrame(shown, columns=["entry", "quantity", "estimate"])


PERSIAN = ("شبکه‌های اجتماعی و پیام‌رسان‌های بسیار طولانی", "تلویزیون و رادیو و پخش زنده اینترنتی")
HOSTILE = {
    "all at one point": [(f"medium with a long name {at}", 0.5, 60) for at in range(12)],
    "all at one point on the right": [(f"medium {at}", 0.9, 200) for at in range(14)] + [("tiny", 0.9, 1)],
    "long names at very low reach": [
        ("a very long name of a medium", 0.01, 60), ("another long name of it", 0.02, 62), ("third", 0.03, 58),
        ("social media", 0.6, 100),
    ],
    "long Persian names": [(f"{at} {PERSIAN[at % 2]}", 0.02 + 0.07 * at, 30 + at % 3) for at in range(14)],
    "very many": [(f"medium number {at}", (at * 37 % 100) / 100 + 0.001, (at * 53 % 97) + 1) for at in range(40)],
    "wide letters": [("W" * 40, 0.9, 3), ("M" * 40, 0.1, 4), ("i" * 40, 0.5, 9)],
    "no minutes": [("zero", 0.4, 0.0), ("another zero", 0.02, 0.0)],
}  # fmt: skip


@pytest.mark.parametrize("points", HOSTILE.values(), ids=HOSTILE)
def test_names_of_reach_and_time_neither_leave_the_drawing_nor_cover_each_other(points):
    figure = draw("reach_and_time", Points(points), labels=Labels())
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # which places annotations
    axes, renderer = figure.axes[0], canvas.get_renderer()
    # of the words alone: the box of an annotation has its line in it
    boxes = [Text.get_window_extent(text, renderer) for text in axes.texts]
    assert len(boxes) == len(points)
    assert min(box.x0 for box in boxes) >= 0
    assert max(box.x1 for box in boxes) <= figure.bbox.width
    assert min(box.y0 for box in boxes) >= 0
    assert max(box.y1 for box in boxes) <= figure.bbox.height
    for one, other in combinations(boxes, 2):
        assert min(one.x1, other.x1) <= max(one.x0, other.x0) or min(one.y1, other.y1) - max(one.y0, other.y0) <= 2
    dots = axes.transData.transform([(100 * reach, minutes) for _, reach, minutes in points])
    assert not any(box.x0 < x < box.x1 and box.y0 < y < box.y1 for box in boxes for x, y in dots)
