"""Common style of all figures: colours by cell, markers by remedy, titles, and ticks with localised numbers."""

import math
import textwrap
import warnings
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal, SupportsFloat

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

from gradient_horizon.figures.contrast import TEXT, darkened
from gradient_horizon.language.numbers import Numbers

CELL_COLOURS = {"linear": "#999999", "tanh": "#0072B2", "relu": "#E69F00", "gru": "#009E73", "lstm": "#D55E00"}
OTHER_CELLS = "#CC79A7"
OWN_CELLS = (OTHER_CELLS, "#6A51A3", "#999933", "#882255", "#56B4E9")
"""Of cells of the user's own, in their order in the configuration; after the last the first again."""

INK = "#1f2328"
GREY = "#57606a"
FAINT = "#d0d7de"
DIVERGED = "#a40e26"
SEQUENTIAL = "viridis"
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)), (0, (8, 2)), (0, (3, 1)))
SMALL = 8.0

FONT = "DejaVu Sans"
WIDTH, NARROW = 7.2, 3.6
"""Widths of a figure in inches: about that of the printed page, so that font sizes hold on paper, and of a phone."""

LOW = 2.4
"""Below this height, in inches, a scale of colours is too short for its name."""
_HEAD = 38
"""Characters a line above a panel of a phone's width."""
_ROOM = 0.04
_LOWER = 0.85
"""Panels that stand below each other on a phone are so much lower than they are side by side."""
_STYLE: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": GREY,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.7,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "font.family": FONT,
    "font.size": 8.5,
    "grid.color": "#eaeef2",
    "grid.linewidth": 0.7,
    "legend.edgecolor": "none",
    "legend.facecolor": "white",
    "legend.fontsize": 8,
    "legend.framealpha": 0.85,
    "lines.linewidth": 1.6,
    "savefig.dpi": 150,
    "svg.fonttype": "none",
    "svg.hashsalt": "gradient-horizon",
    "text.color": INK,
    "text.hinting": "none",  # hinted texts are measured narrower than they are in the file
    "text.parse_math": False,
    "xtick.color": GREY,
    "xtick.labelsize": 8,
    "ytick.color": GREY,
    "ytick.labelsize": 8,
}


_own_cells: ContextVar[tuple[str, ...]] = ContextVar("own cells", default=())
"""The user's own cells, while figures of their study are drawn: a part of the house style, as Matplotlib's settings."""


@contextmanager
def house_style(width: float | int = WIDTH, own_cells: Sequence[str] = ()) -> Iterator[None]:
    """Matplotlib's settings for drawing and saving, in this width; characters that the font lacks raise no warning.

    `own_cells` are the user's own cells, in the order in which they take colours.
    """
    settings: dict[Any, Any] = {**mpl.rcParamsDefault, **_STYLE, "figure.figsize": (width, width)}
    before = _own_cells.set(tuple(own_cells))
    try:
        with mpl.rc_context(settings), warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=r"(?s)Glyph \d+ .* missing from font")
            yield
    finally:
        _own_cells.reset(before)


def cell_colour(cell: str) -> str:
    """The colour of a cell, the same in all figures of a study."""
    own = _own_cells.get()
    if cell in own:
        return OWN_CELLS[own.index(cell) % len(OWN_CELLS)]
    return CELL_COLOURS.get(cell, OTHER_CELLS)


def colours_apart(cells: Sequence[str]) -> dict[str, str]:
    """The colours of cells that stand in one panel: their own or, where another has that already, one that none has."""
    colours = {cell: cell_colour(cell) for cell in cells}
    free = iter([colour for colour in (*OWN_CELLS, *CELL_COLOURS.values()) if colour not in colours.values()])
    taken = set[str]()
    for cell, colour in colours.items():
        colours[cell] = colour if colour not in taken else next(free, colour)
        taken.add(colour)
    return colours


def cell_ink(cell: str) -> str:
    """The cell's colour for text: the same hue, darkened to a contrast of 4.5 on white (WCAG 2.1, AA)."""
    return darkened(cell_colour(cell), TEXT)


def pale_to_dark(ground: str = "white") -> LinearSegmentedColormap:
    """Viridis faded towards white, 0 nearly white and 1 darkest; or towards a dark ground, from which it rises to bright."""
    shares = np.linspace(0, 1, 64)
    behind = np.array(to_rgb(ground))
    colours = mpl.colormaps[SEQUENTIAL](1 - shares if ground == "white" else shares)[:, :3]
    strength = np.minimum(1, 0.1 + 1.5 * shares)[:, None]
    return LinearSegmentedColormap.from_list("faded", behind + strength * (colours - behind))


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
    """Makes the x axis logarithmic, with a tick at each length tried, and numbers at those that leave room for them."""
    numbered = spaced(lengths) if is_narrow() else lengths
    axes.set_xscale("log")
    axes.set_xticks(lengths, [str(length) if length in numbered else "" for length in lengths])
    axes.minorticks_off()


def spaced(lengths: list[int], factor: float = 1.5) -> list[int]:
    """The shortest length, and each that is at least so many times as long as the last of them."""
    kept = lengths[:1]
    for length in lengths:
        kept += [length] if length >= factor * kept[-1] else []
    return kept


def cased(width: float | int) -> list[withStroke]:
    """Path effects that draw a white outline around a line, for contrast on any background."""
    return [withStroke(linewidth=width, foreground="white")]


def head(panel: Axes, text: str, width: int = _HEAD, size: float = 9.5) -> None:
    """Writes what a panel shows above it; on a phone in lines of at most so many characters."""
    lines = [part for line in text.splitlines() for part in (textwrap.wrap(line, width) if is_narrow() else [line])]
    panel.set_title("\n".join(lines), fontsize=min(size, 8.5) if is_narrow() else size)


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


class Picture(Figure):
    """A figure that is not captioned in itself: its finding and what is drawn stand beside it, as text."""

    title, subtitle = "", ""
    is_empty = False
    below = 0.0
    """Part of the height, from the bottom, that is kept for a legend."""
    name_of_x: Text | None = None

    def settle(self) -> None:
        """Fixes the layout, with positions to 5 decimals, since the layout solver's last digits vary between runs."""
        engine = self.get_layout_engine()
        if engine is not None:
            engine.execute(self)
        self.set_layout_engine("none")
        for axes in self.axes:
            left, bottom, width, height = (round(place, 5) for place in axes.get_position(original=True).bounds)
            axes.set_position((left, bottom, width, height))
        if self.name_of_x is not None:
            self.name_of_x.set_y(self.below + _ROOM / self.get_figheight())


def is_narrow() -> bool:
    """Whether figures are now drawn for a phone."""
    return bool(mpl.rcParams["figure.figsize"][0] < WIDTH)


def new_figure(
    title: str,
    subtitle: str,
    *,
    rows: int = 1,
    columns: int = 1,
    height: float | int,
    share: bool | Literal["row"] = True,
    keys: float = 0.0,
    places: Collection[tuple[int, int]] | None = None,
    narrow_columns: int = 1,
    by_column: bool = False,
    **ratios: Sequence[float],
) -> tuple[Picture, np.ndarray]:
    """A figure with title (the finding), subtitle (what is drawn), and a grid of axes [row column].

    `height` is that of the axes, in inches; `keys` leaves room below them for a legend; `ratios` goes to the grid.
    Only the panels at `places` are made, the others are None. On a phone the panels stand below each other, in so many
    columns: row by row, or column by column; the axes are indexed as before.
    """
    made = [place for place in np.ndindex(rows, columns) if places is None or place in places]
    across = min(columns, narrow_columns) if is_narrow() else columns
    where = _where(made, columns, across, by_column=by_column)
    down = 1 + max(line for line, _ in where.values())
    if is_narrow():
        stacked = across == 1 and "height_ratios" in ratios
        ratios = {"height_ratios": [*ratios["height_ratios"]] * (down // rows)} if stacked else {}
    height *= down / rows * (_LOWER if down > rows else 1)
    total, width = height + keys, mpl.rcParams["figure.figsize"][0]
    layout = ConstrainedLayoutEngine(rect=(0.005, keys / total, 0.99, height / total))
    figure = Picture(figsize=(width, total), layout=layout)
    figure.title, figure.subtitle, figure.below = title, subtitle, keys / total
    cells = figure.add_gridspec(down, across, **ratios)
    axes = np.full((rows, columns), None, dtype=object)
    first: dict[int, Axes] = {}
    for place, (line, column) in where.items():
        other = None if not share else first.get(place[0] if share == "row" else 0)
        axes[place] = figure.add_subplot(cells[line, column], sharex=other, sharey=other)
        first.setdefault(place[0] if share == "row" else 0, axes[place])
    if share:
        _label_outer_panels(axes, where)
    return figure, axes


def _where(
    made: list[tuple[int, int]], columns: int, across: int, *, by_column: bool
) -> dict[tuple[int, int], tuple[int, int]]:
    """Line and column on the sheet of each panel, by its row and column in the grid."""
    if across == columns:
        return {place: place for place in made}
    ordered = sorted(made, key=lambda place: place[::-1]) if by_column else made
    return {place: divmod(number, across) for number, place in enumerate(ordered)}


def _label_outer_panels(axes: np.ndarray, where: dict[tuple[int, int], tuple[int, int]]) -> None:
    """Leaves numbers of an axis only where no panel that shares it stands below, or to the left."""
    panels = {place: axes[index] for index, place in where.items()}
    for (line, column), panel in panels.items():
        below, beside = panels.get((line + 1, column)), panels.get((line, column - 1))
        x, y = panel.get_shared_x_axes(), panel.get_shared_y_axes()
        panel.tick_params(labelbottom=below is None or not x.joined(panel, below))
        panel.tick_params(labelleft=beside is None or not y.joined(panel, beside))


def label_axes(figure: Picture, x: str, y: str = "") -> None:
    """Names the axes that all panels share, once."""
    figure.name_of_x = figure.supxlabel(x, fontsize=8.5)
    if y:
        figure.supylabel(y, fontsize=8.5)


def key_room(count: int, columns: int) -> float:
    """Room in inches for a legend of so many keys below the panels, in so many columns; on a phone in fewer."""
    return 0.17 * -(-count // _key_columns(columns)) + 0.1


def keys_below(figure: Figure, handles: Sequence[Artist], columns: int) -> None:
    """A legend below the panels, in the room that `key_room` left."""
    figure.legend(handles=handles, loc="lower center", ncols=_key_columns(columns), borderaxespad=0.2, frameon=False)


def _key_columns(columns: int) -> int:
    return max(1, columns // 2) if is_narrow() else columns


def colour_bar(figure: Figure, mappable: ScalarMappable, axes: Axes | np.ndarray, label: str, **look: Any) -> Axis:
    """The scale of colours: at the right; on a phone, or where its name would be longer, above. Returns its numbers."""
    above = is_narrow() or figure.get_figheight() < LOW
    place: dict[str, Any] = {"location": "top", "aspect": 32} if above else {"pad": 0.015, "aspect": 28}
    fraction = 0.05 * max(1, LOW / figure.get_figheight())
    bar = figure.colorbar(mappable, ax=axes, fraction=fraction, label=label, **place, **look)
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=0)
    return bar.ax.xaxis if above else bar.ax.yaxis


def nothing_to_draw(message: str) -> Picture:
    """A figure with a message only, for a study without the runs to draw."""
    figure, ((panel,),) = new_figure(message, "", height=0.1)
    panel.set_axis_off()
    figure.is_empty = True
    return figure
