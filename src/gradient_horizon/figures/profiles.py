"""Gradient profiles: how the gradient fades with the distance from the loss."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gradient_horizon.claims.base import Tables
from gradient_horizon.figures.selection import in_cell_order, label, memory_groups
from gradient_horizon.figures.style import GREY, cell_colour, new_figure, nothing_to_draw
from gradient_horizon.statistics import HORIZON_SHARE

FLOOR = 1e-12

WORDS = {
    "en": {
        "title": "Before training, the plain tanh network's gradient falls to 1 % within {steps:.0f} steps; "
        "the best start keeps it for {best:.0f} ({name})",
        "subtitle": "Norm of dL/dh at lag k, relative to lag 0, before training: each seed thin, geometric mean thick "
        "({n} seeds, T = {length}). Thin black: what theory predicts. Above: as PyTorch initialises the cell; "
        "below: the remedy with the longest memory. Dotted: 1 %, the gradient horizon.",
        "x": "lag k: steps back from the loss",
        "y": "gradient relative to the loss",
        "radius": "spectral radius: {factor:.2f}$^k$",
        "gate": "mean keeping gate: {factor:.2f}$^k$",
        "horizon": "horizon {steps:.0f}",
        "nothing": "This study has no gradient profiles of recall",
    }
}


def draw(tables: Tables, tests: pd.DataFrame, language: str) -> Figure:
    """Columns are cells; the upper row as PyTorch initialises them, the lower with their best remedy."""
    words = WORDS[language]
    groups = memory_groups(tables["horizons"])
    groups = groups[~groups["experiment"].isin({"memory-patient", "memory-unclipped"})]
    if groups.empty:
        return nothing_to_draw(words["nothing"])
    cells = in_cell_order(groups["cell"])
    length = int(groups["longest"].max())
    rows = [
        (groups[groups["cell"].eq(cell) & groups["remedy"].eq("none")], _best(groups[groups["cell"].eq(cell)]))
        for cell in cells
    ]
    gradients = tables["gradients"]
    gradients = gradients[gradients["moment"].eq("initial") & gradients["length"].eq(length)]
    reach = gradients.groupby(["experiment", "cell", "remedy"])["gradient_horizon"].mean()
    shown = [tuple(choice.iloc[0][["experiment", "cell", "remedy"]]) for pair in rows for choice in pair if len(choice)]
    best = max(shown, key=lambda key: reach[key])
    plain = reach.get(("memory", "tanh", "none"), reach.min())
    title = words["title"].format(steps=plain, best=reach[best], name=label(best[1], best[2]))
    n = int(gradients.groupby(["experiment", "cell", "remedy"])["seed"].nunique().max())
    subtitle = words["subtitle"].format(n=n, length=length)
    figure, axes = new_figure(title, subtitle, rows=2, columns=len(cells), height=4.8)
    for column, pair in enumerate(rows):
        for panel, choice in zip(axes[:, column], pair, strict=True):
            if choice.empty:
                panel.set_axis_off()
                continue
            _panel(
                panel,
                choice.iloc[0],
                tables,
                length,
                float(reach[tuple(choice.iloc[0][["experiment", "cell", "remedy"]])]),
                words,
            )
    for panel in axes[-1]:
        panel.set_xlabel(words["x"])
    for panel in axes[:, 0]:
        panel.set_ylabel(words["y"])
    return figure


def _best(groups: pd.DataFrame) -> pd.DataFrame:
    remedied = groups[groups["remedy"].ne("none")]
    return remedied.sort_values(["memory_horizon", "memory_horizon_low"], kind="stable").tail(1)


def _panel(panel: Axes, group: pd.Series, tables: Tables, length: int, horizon: float, words: dict[str, str]) -> None:
    def own(table: pd.DataFrame) -> pd.DataFrame:
        same = table["experiment"].eq(group["experiment"]) & table["cell"].eq(group["cell"])
        same &= table["remedy"].eq(group["remedy"]) & table["moment"].eq("initial") & table["length"].eq(length)
        return table[same]

    colour = cell_colour(group["cell"])
    for _, seed in own(tables["profiles"]).groupby("seed"):
        panel.plot(
            seed["lag"], seed["relative_gradient"].clip(lower=FLOOR / 10), color=colour, linewidth=0.6, alpha=0.5
        )
    means = own(tables["profile_means"])
    panel.plot(means["lag"], means["relative_gradient"], color=colour, linewidth=2.4)
    panel.plot(means["lag"], means["predicted"], color="black", linewidth=0.9)
    gradients = own(tables["gradients"])
    factor = float(np.exp(np.log(gradients["predicted_factor"].astype(float)).mean()))
    kind = "gate" if gradients["kept"].notna().any() else "radius"
    panel.text(
        0.97, 0.95, words[kind].format(factor=factor), transform=panel.transAxes, ha="right", va="top", fontsize=8
    )
    panel.axhline(HORIZON_SHARE, color=GREY, linestyle=":", linewidth=1)
    panel.plot(horizon, HORIZON_SHARE, "o", color=colour, markeredgecolor="white", markersize=7, zorder=5)
    panel.text(
        0.97,
        0.86,
        words["horizon"].format(steps=horizon),
        transform=panel.transAxes,
        ha="right",
        va="top",
        color=colour,
    )
    panel.set_yscale("log")
    panel.set_ylim(FLOOR, 1e3)
    panel.set_title(label(group["cell"], group["remedy"]), color=colour)
