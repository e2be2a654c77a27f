"""Success against length, cell by cell, with and without remedies."""

import pandas as pd
from matplotlib.figure import Figure

from gradient_horizon.claims.base import Tables
from gradient_horizon.figures.selection import in_cell_order, label, memory_groups
from gradient_horizon.figures.style import cell_colour, length_axis, new_figure, nothing_to_draw, remedy_looks

WORDS = {
    "en": {
        "pass": "ReLU alone lengthens memory",
        "fail": "ReLU alone does not lengthen memory; how the weights start does",
        "unclear": "Whether ReLU alone lengthens memory stays open; how far each cell gets depends on how its weights start",
        "subtitle": "Share of networks that solve recall at length T within the budget ({n} networks a point), "
        "with 95 % Wilson intervals. Points of one length are set apart sideways for legibility.",
        "x": "sequence length T (steps)",
        "y": "share of networks that solve recall",
        "nothing": "This study has no runs of recall over several lengths",
    }
}


def draw(tables: Tables, tests: pd.DataFrame, language: str) -> Figure:
    """A panel per cell; a marker and line style per remedy."""
    words = WORDS[language]
    groups = memory_groups(tables["horizons"])
    if groups.empty:
        return nothing_to_draw(words["nothing"])
    outcome = tests[tests["claim"].eq("relu-cures-vanishing") & tests["test"].eq("memory-horizon")]["outcome"]
    success = tables["success"]
    success = success[success["policy"].eq("chosen") & success["task"].eq("recall")]
    cells = in_cell_order(groups["cell"])
    variants = sorted({label("", g.remedy, g.experiment) or "none" for g in groups.itertuples()})
    looks = remedy_looks(["none", *(variant for variant in variants if variant != "none")])
    n = int(success[success["experiment"].isin(groups["experiment"])]["n"].max())
    title = words[outcome.iloc[0] if len(outcome) else "unclear"]
    figure, axes = new_figure(title, words["subtitle"].format(n=n), columns=len(cells), height=2.9, keys=0.35 * 2)
    handles = {}
    for panel, cell in zip(axes[0], cells, strict=True):
        own_groups = groups[groups["cell"].eq(cell)]
        lengths: set[int] = set()
        for place, group in enumerate(own_groups.itertuples()):
            rows = success[
                success["experiment"].eq(group.experiment)
                & success["cell"].eq(cell)
                & success["remedy"].eq(group.remedy)
            ].sort_values("length")
            lengths |= {int(length) for length in rows["length"]}
            variant = label("", group.remedy, group.experiment) or "none"
            aside = 1.045 ** (place - (len(own_groups) - 1) / 2)
            bars = (
                rows["solved_share"] - rows["solved_share_low"],
                rows["solved_share_high"] - rows["solved_share"],
            )
            line = panel.errorbar(
                rows["length"].astype(float) * aside,
                rows["solved_share"],
                [bar.clip(lower=0) for bar in bars],
                color=cell_colour(cell),
                alpha=1 if variant == "none" else 0.75,
                elinewidth=0.7,
                markersize=5,
                markerfacecolor=cell_colour(cell) if variant == "none" else "white",
                **looks[variant],
            )
            handles[variant] = line
        panel.set_title(cell, color=cell_colour(cell))
        length_axis(panel, sorted(lengths))
        panel.set_xlabel(words["x"])
        panel.set_ylim(-0.04, 1.04)
    axes[0, 0].set_ylabel(words["y"])
    ordered = [name for name in looks if name in handles]
    names = [name.removeprefix(" + ").strip(" ()") for name in ordered]
    figure.legend([handles[name] for name in ordered], names, loc="lower center", ncols=4)
    return figure
