"""Common style of all figures: colours by cell, markers by remedy, titles, and ticks with localised numbers."""

import math
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from typing import Any, Literal, SupportsFloat

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patheffects import withStroke
from matplotlib.textpath import TextToPath
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

from gradient_horizon.language.numbers import NO_BREAK, Numbers

CELL_COLOURS = {"linear": "#999999", "tanh": "#0072B2", "relu": "#E69F00", "gru": "#009E73", "lstm": "#D55E00"}
OTHER_CELLS = "#CC79A7"
INK = "#1f2328"
GREY = "#57606a"
FAINT = "#d0d7de"
DIVERGED = "#a40e26"
SEQUENTIAL = "viridis"
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)), (0, (8, 2)), (0, (3, 1)))
SMALL = 7.5
INK_LUMINANCE = 1.05 / 4.5 - 0.05

WIDTH = 7.2
"""Width of a figure in inches, about that of the printed page, so that font sizes hold on paper."""

_MARGIN = 0.06
_TITLE, _SUBTITLE = 12.0, 8.5
_STYLE: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.7,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "font.size": 8.5,
    "grid.color": "#eaeef2",
    "grid.linewidth": 0.7,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "savefig.dpi": 150,
    "svg.hashsalt": "gradient-horizon",
    "text.color": INK,
    "text.hinting": "none",  # hinted texts are measured narrower than their outlines in the file
    "text.parse_math": False,
    "xtick.color": GREY,
    "xtick.labelsize": 8,
    "ytick.color": GREY,
    "ytick.labelsize": 8,
}


@contextmanager
def house_style() -> Iterator[None]:
    """Matplotlib's settings for drawing and saving; characters that the font lacks are drawn as boxes without a warning."""
    settings: dict[Any, Any] = {**mpl.rcParamsDefault, **_STYLE}
    with mpl.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"(?s)Glyph \d+ .* missing from font")
        yield


def cell_colour(cell: str) -> str:
    """The colour of a cell, the same in all figures."""
    return CELL_COLOURS.get(cell, OTHER_CELLS)


def cell_ink(cell: str) -> str:
    """The cell's colour for text: the same hue, darkened to a contrast of 4.5 on white (WCAG 2.1, AA)."""
    colour = np.array(to_rgb(cell_colour(cell)))
    light = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    luminance = light @ (0.2126, 0.7152, 0.0722)
    light = light * min(1.0, INK_LUMINANCE / luminance)
    return to_hex(np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055))


def remedy_looks(remedies: list[str]) -> dict[str, dict[str, Any]]:
    """Marker and line style of each remedy; "none" is always a solid line with dots."""
    ordered = sorted(remedies, key=lambda remedy: (remedy != "none", remedy))
    looks = zip(cycle(MARKERS), cycle(LINES), strict=False)
    return {
        remedy: {"marker": marker, "linestyle": line}
        for remedy, (marker, line) in zip(ordered, islice(looks, len(ordered)), strict=True)
    }


def pale_to_dark() -> LinearSegmentedColormap:
    """Viridis reversed and faded towards white: 0 is nearly white, 1 is darkest."""
    shares = np.linspace(0, 1, 64)
    colours = mpl.colormaps[SEQUENTIAL](1 - shares)[:, :3]
    strength = np.minimum(1, 0.1 + 1.5 * shares)[:, None]
    return LinearSegmentedColormap.from_list("pale to dark", 1 - strength * (1 - colours))


def number(value: SupportsFloat, language: str, digits: int = 2) -> str:
    """A number with this many significant digits, in the format of the language."""
    return Numbers(language).number(float(value), digits)


def percent(share: SupportsFloat, language: str) -> str:
    """A share as whole per cent."""
    return Numbers(language).share(float(share))


def span(values: pd.Series, language: str) -> str:
    """The range of a column as text, or its single value."""
    ends = [number(value, language) for value in (values.min(), values.max())]
    return ends[0] if ends[0] == ends[1] else "–".join(ends)


def power_of_ten(exponent: float | int) -> str:
    """Ten with a superscript."""
    return "10" + f"{exponent:.0f}".translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def decimal_ticks(axis: Axis, ticks: Sequence[SupportsFloat], language: str) -> None:
    """Sets ticks at these values only, in the number format of the language."""
    axis.set_major_locator(FixedLocator([float(tick) for tick in ticks]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: number(value, language, digits=3)))
    axis.set_minor_locator(NullLocator())


def share_ticks(axis: Axis, language: str, every: float = 0.25) -> None:
    """Sets ticks at quarters, or at other parts of one, in per cent."""
    axis.set_major_locator(FixedLocator([every * number for number in range(round(1 / every) + 1)]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, language)))


def power_ticks(axis: Axis, every: int) -> None:
    """Sets ticks at every n-th power of ten on a logarithmic axis, n being `every`."""
    axis.set_major_locator(LogLocator(base=10.0**every, numticks=99))
    axis.set_major_formatter(FuncFormatter(lambda value, _: power_of_ten(round(math.log10(value)))))
    axis.set_minor_locator(NullLocator())


def length_axis(axes: Axes, lengths: list[int]) -> None:
    """Makes the x axis logarithmic, with a tick at each length tried."""
    axes.set_xscale("log")
    axes.set_xticks(lengths, [str(length) for length in lengths])
    axes.minorticks_off()


def cased(width: float | int) -> list[withStroke]:
    """Path effects that draw a white outline around a line, for contrast on any background."""
    return [withStroke(linewidth=width, foreground="white")]


def note(panel: Axes, row: int, text: str, colour: str = INK, **look: Any) -> None:
    """Writes a line of small text at the upper right of a panel; rows count from 0 at the top."""
    panel.annotate(
        text,
        (1, 1),
        xytext=(-2, -2 - 10.5 * row),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=SMALL,
        color=colour,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.8},
        **look,
    )


def new_figure(
    title: str,
    subtitle: str,
    *,
    rows: int = 1,
    columns: int = 1,
    height: float | int,
    share: bool | Literal["none", "all", "row", "col"] = True,
    keys: float = 0.0,
    **grid: Any,
) -> tuple[Figure, np.ndarray]:
    """A figure with title (the finding), subtitle (what is drawn), and a grid of axes [row column].

    `height` is that of the axes, in inches; `keys` leaves room below them for a legend; `grid` goes to the grid of axes.
    """
    title_lines = _wrapped(title, _TITLE, "bold")
    subtitle_lines = _wrapped(subtitle, _SUBTITLE, "normal")
    below = _MARGIN + 0.215 * len(title_lines) + 0.03
    head = below + 0.155 * len(subtitle_lines) + 0.1
    total = head + height + keys
    layout = ConstrainedLayoutEngine(rect=(0.005, keys / total, 0.99, height / total))
    figure = Figure(figsize=(WIDTH, total), layout=layout)
    left = _MARGIN / WIDTH
    look: dict[str, Any] = {"va": "top", "linespacing": 1.25}
    figure.text(left, 1 - _MARGIN / total, "\n".join(title_lines), fontsize=_TITLE, fontweight="bold", **look)
    figure.text(left, 1 - below / total, "\n".join(subtitle_lines), fontsize=_SUBTITLE, color=GREY, **look)
    axes = figure.subplots(rows, columns, squeeze=False, sharex=share, sharey=share, gridspec_kw=grid or None)
    return figure, axes


def nothing_to_draw(message: str) -> Figure:
    """A figure with a message only, for a study without the runs to draw."""
    figure, axes = new_figure(message, "", height=0.1)
    axes[0, 0].set_axis_off()
    return figure


def _wrapped(text: str, size: float, weight: str) -> list[str]:
    """Text wrapped to the width; no line ends after a one-letter word, around an equals sign or before a per cent sign."""
    room = 0.97 * 72 * (WIDTH - 2 * _MARGIN)
    measure, font = TextToPath(), FontProperties(size=size, weight=weight)
    lines = [""]
    for word in re.sub(r"\b\w = |\b\w |\d (?=%)", lambda match: match[0].replace(" ", NO_BREAK), text).split(" "):
        longer = f"{lines[-1]} {word}".strip()
        width = measure.get_text_width_height_descent(longer, font, ismath=False)[0]
        if lines[-1] and width > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
