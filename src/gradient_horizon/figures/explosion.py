"""Networks built to explode, with and without what is said to cure them: every seed is drawn."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from gradient_horizon.claims.base import Tables
from gradient_horizon.figures.selection import in_cell_order
from gradient_horizon.figures.style import DIVERGED, cell_colour, new_figure, nothing_to_draw

EXPERIMENT = "explosion"
CEILING = 1e8

WORDS = {
    "en": {
        "pass": "Networks built to explode: clipping the norm of the gradient keeps them from diverging",
        "fail": "Networks built to explode: clipping the norm of the gradient does not keep them from diverging",
        "unclear": "Networks built to explode: whether clipping keeps them from diverging stays open",
        "subtitle": "Largest norm of the gradient before clipping, in each stretch of training; one line per network "
        "({n} a panel; all eigenvalues of the initial recurrent matrix of modulus 2; plain gradient descent). "
        "Cross: the network diverged there.",
        "x": "update",
        "y": "norm of the gradient",
        "count": "{diverged} of {n} diverged\n{solved} solved",
        "nothing": "This study has no runs of the experiment explosion",
    }
}


def draw(tables: Tables, tests: pd.DataFrame, language: str) -> Figure:
    """Rows are cells, columns are remedies."""
    words = WORDS[language]
    paths = tables["trajectories"]
    paths = paths[paths["experiment"].eq(EXPERIMENT)]
    if paths.empty:
        return nothing_to_draw(words["nothing"])
    networks = tables["networks"]
    networks = networks[networks["experiment"].eq(EXPERIMENT) & networks["chosen"] & networks["judged"]]
    cells = in_cell_order(paths["cell"])
    remedies = sorted(set(paths["remedy"]), key=lambda remedy: (remedy != "none", remedy))
    outcome = tests[tests["claim"].eq("clipping-cures-exploding") & tests["test"].eq("diverged")]["outcome"]
    title = words[outcome.iloc[0] if len(outcome) else "unclear"]
    subtitle = words["subtitle"].format(n=int(networks.groupby(["cell", "remedy"]).size().max()))
    figure, axes = new_figure(title, subtitle, rows=len(cells), columns=len(remedies), height=2.1 * len(cells) + 0.4)
    for row, cell in zip(axes, cells, strict=True):
        for panel, remedy in zip(row, remedies, strict=True):
            own = paths[paths["cell"].eq(cell) & paths["remedy"].eq(remedy)]
            ends = networks[networks["cell"].eq(cell) & networks["remedy"].eq(remedy)]
            for _, path in own.groupby("seed"):
                height = np.minimum(path["gradient_norm"].to_numpy(dtype=float), CEILING)
                panel.plot(path["update"], height, color=cell_colour(cell), linewidth=0.5, alpha=0.5, rasterized=True)
            lost = ends[ends["status"].eq("diverged")].merge(own, on=["seed", "update"], suffixes=("_end", ""))
            panel.plot(lost["update"], lost["gradient_norm"].clip(upper=CEILING), "x", color=DIVERGED, markersize=4)
            counts = ends["status"].value_counts()
            text = words["count"].format(
                diverged=counts.get("diverged", 0), n=len(ends), solved=counts.get("solved", 0)
            )
            panel.text(0.97, 0.96, text, transform=panel.transAxes, ha="right", va="top", fontsize=7.5)
            panel.set_yscale("log")
            panel.set_ylim(1e-4, CEILING * 3)
    for panel, remedy in zip(axes[0], remedies, strict=True):
        panel.set_title(remedy, fontsize=8)
    for panel in axes[-1]:
        panel.set_xlabel(words["x"])
    for panel, cell in zip(axes[:, 0], cells, strict=True):
        panel.set_ylabel(f"{cell}\n{words['y']}", color=cell_colour(cell))
    return figure
