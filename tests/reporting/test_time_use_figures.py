"""Figures of time use: no name runs out of the drawing."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

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
