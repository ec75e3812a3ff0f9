"""A matplotlib figure → SVG that can stand inside a page: no outside name, its colours and fonts those of the page."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from survey_stats.reporting.fonts import FONT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 5.0
"""Inches; narrow, so that 12 points stay readable on a phone."""
TALLEST = 8.8
"""Inches that a page holds beside the caption."""

INK = "#101010"
ACCENT = "#0b5394"
PAPER = "#fefefe"
_PAGE = {INK: "currentColor", ACCENT: "var(--accent, currentColor)", PAPER: "var(--paper, Canvas)"}
"""Colours of the drawing → colours of the page, so that dark mode and print need no second drawing."""

STYLE: Any = {
    "svg.fonttype": "none", "svg.hashsalt": "survey_stats", "font.family": [FONT], "font.size": 12,
    "text.color": INK, "axes.edgecolor": INK, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK,
    "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.8, "axes.unicode_minus": True,
    "axes.labelsize": 12, "xtick.labelsize": 12, "ytick.labelsize": 12, "text.parse_math": False,
}  # fmt: skip
"""One style for all figures. Text stays text: it can be selected and searched, and takes the font of the page."""

_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
_NAME = re.compile(r"\{[^}]*\}")
_FAMILIES = re.compile(rf"'{FONT}'(?:, '[^']*')*")


def canvas(height: float) -> tuple[Figure, Axes]:
    """An empty drawing of the width of a page, and its axes without a ground.

    Args:
        height: Inches.
    """
    from matplotlib.figure import Figure as Drawing

    figure = Drawing(figsize=(WIDTH, height))
    axes = figure.add_subplot()
    axes.patch.set_visible(False)
    return figure, axes


def width_of(words: Iterable[str], *, points: float = 12) -> float:
    """Inches that the longest of some words takes in the font of the drawings, the widest of the usual ones.

    Args:
        words: Names on an axis.
        points: Size of the type.
    """
    return max((_width(one, points) for one in words if one.strip()), default=0.0)


@lru_cache(maxsize=1000)
def _width(words: str, points: float) -> float:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
        return float(TextPath((0, 0), words, size=points, prop=FontProperties(family=FONT)).get_extents().width) / 72


def to_svg(figure: Figure, *, prefix: str, title: str) -> str:
    """Inline SVG of a figure; equal figures give equal text.

    Args:
        figure: What to draw; its background is left transparent.
        prefix: Put before every id, so that several figures can stand in one page.
        title: What the figure shows, for those who cannot see it.
    """
    import matplotlib as mpl

    buffer = io.BytesIO()
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        # Text stays text: the page's fonts draw a letter that no font here has, only its width is guessed.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
        figure.savefig(buffer, format="svg", transparent=True, metadata=_NO_METADATA)
    root = ET.fromstring(buffer.getvalue())  # noqa: S314  (made by ourselves)
    for element in root.iter():
        element.tag = _NAME.sub("", element.tag)
        element.attrib = {_NAME.sub("", name): _in_page(value, prefix) for name, value in element.attrib.items()}
        for name in ("id", "href"):
            if name in element.attrib:
                element.set(name, _prefixed(element.get(name, ""), prefix))
    _strip(root)
    root.attrib = {
        "viewBox": root.get("viewBox", ""), "role": "img", "aria-label": title, "direction": "ltr",
        "stroke-linejoin": "round", "focusable": "false",
    }  # fmt: skip
    return ET.tostring(root, encoding="unicode", short_empty_elements=True)


def _prefixed(name: str, prefix: str) -> str:
    return f"#{prefix}-{name[1:]}" if name.startswith("#") else f"{prefix}-{name}"


def _in_page(value: str, prefix: str) -> str:
    for drawn, shown in _PAGE.items():
        value = value.replace(drawn, shown)
    return _FAMILIES.sub("system-ui, sans-serif", value.replace("url(#", f"url(#{prefix}-"))


def _strip(root: ET.Element) -> None:
    """Without metadata, without the style sheet (it would hold for the whole page), without unused ids."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in ("metadata", "style"):
                parent.remove(child)
    text = ET.tostring(root, encoding="unicode")
    for element in root.iter():
        name = element.get("id")
        if name and f"#{name}" not in text:
            del element.attrib["id"]


def to_png(figure: Figure, *, dots_per_inch: int = 200) -> bytes:
    """A figure as a picture on white ground, for formats that cannot hold SVG."""
    import matplotlib as mpl

    buffer = io.BytesIO()
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
        figure.savefig(buffer, format="png", dpi=dots_per_inch, facecolor="white", metadata={"Software": None})
    return buffer.getvalue()
