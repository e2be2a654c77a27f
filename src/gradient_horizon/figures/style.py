"""One look for all figures: colours by cell, markers by remedy, a finding as title."""

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

CELL_COLOURS = {"linear": "#999999", "tanh": "#0072B2", "relu": "#E69F00", "gru": "#009E73", "lstm": "#D55E00"}
OTHER_CELLS = "#CC79A7"
GREY = "#57606a"
FAINT = "#d0d7de"
DIVERGED = "#a40e26"
SEQUENTIAL = "cividis"
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)), (0, (8, 2)), (0, (3, 1)))

_STYLE: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "font.size": 9,
    "grid.color": "#eaeef2",
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "savefig.dpi": 200,
    "svg.hashsalt": "gradient-horizon",
    "xtick.color": GREY,
    "ytick.color": GREY,
}


@contextmanager
def house_style() -> Iterator[None]:
    """The settings that figures are drawn and saved under."""
    settings: dict[Any, Any] = {**mpl.rcParamsDefault, **_STYLE}
    with mpl.rc_context(settings):
        yield


def cell_colour(cell: str) -> str:
    """The one colour of a cell, everywhere."""
    return CELL_COLOURS.get(cell, OTHER_CELLS)


def remedy_looks(remedies: list[str]) -> dict[str, dict[str, object]]:
    """Marker and line style of each remedy; "none" is always a solid line with dots."""
    ordered = sorted(remedies, key=lambda remedy: (remedy != "none", remedy))
    looks = zip(cycle(MARKERS), cycle(LINES), strict=False)
    return {
        remedy: {"marker": marker, "linestyle": line}
        for remedy, (marker, line) in zip(ordered, islice(looks, len(ordered)), strict=True)
    }


def new_figure(
    title: str,
    subtitle: str,
    *,
    rows: int = 1,
    columns: int = 1,
    height: float,
    width: float = 10.0,
    share: bool = True,
    keys: float = 0.0,
) -> tuple[Figure, np.ndarray]:
    """A figure with the finding as title, what is drawn as subtitle, and a grid of axes [row column].

    `height` is that of the axes, in inches; `keys` leaves room below them for a legend.
    """
    title_lines = textwrap.wrap(title, 92)
    subtitle_lines = textwrap.wrap(subtitle, 128)
    head = 0.16 + 0.26 * len(title_lines) + 0.19 * len(subtitle_lines) + 0.2
    total = head + height + keys
    layout = ConstrainedLayoutEngine(rect=(0.005, keys / total, 0.99, height / total))
    figure = Figure(figsize=(width, total), layout=layout)
    figure.text(0.012, 1 - 0.1 / total, "\n".join(title_lines), fontsize=13, fontweight="bold", va="top")
    below = 0.1 + 0.26 * len(title_lines) + 0.03
    figure.text(0.012, 1 - below / total, "\n".join(subtitle_lines), fontsize=9, color=GREY, va="top")
    axes = figure.subplots(rows, columns, squeeze=False, sharex=share, sharey=share)
    return figure, axes


def length_axis(axes: Axes, lengths: list[int]) -> None:
    """A logarithmic axis of sequence lengths, with a tick at each that was tried."""
    axes.set_xscale("log")
    axes.set_xticks(lengths, [str(length) for length in lengths])
    axes.minorticks_off()


def nothing_to_draw(message: str) -> Figure:
    """What stands in place of a figure whose runs a study does not have."""
    figure, axes = new_figure(message, "", height=0.6)
    axes[0, 0].set_axis_off()
    return figure
