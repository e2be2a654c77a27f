"""Success against length, cell by cell, with and without remedies."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from gradient_horizon.claims.base import Tables
from gradient_horizon.figures.selection import in_cell_order, label, memory_groups, of_group, outcome
from gradient_horizon.figures.style import (
    INK,
    cell_colour,
    length_axis,
    new_figure,
    nothing_to_draw,
    remedy_looks,
    share_ticks,
)

WORDS = {
    "en": {
        "pass": "ReLU, as PyTorch initialises it, lengthens memory",
        "fail": "ReLU, as PyTorch initialises it, does not lengthen memory",
        "unclear": "Whether ReLU, as PyTorch initialises it, lengthens memory stays open",
        "identity pass": "{relu}; with the identity as recurrent matrix it does",
        "identity fail": "{relu}; nor does it with the identity as recurrent matrix",
        "identity unclear": "{relu}; with the identity as recurrent matrix it stays open",
        "subtitle": "Share of networks (n = {n} a point) that learn recall across T steps within the budget, with 95 % intervals (Wilson). "
        "Points of one length are set apart sideways.",
        "x": "length T (steps)",
        "y": "share that learns it",
        "nothing": "This study has no runs of recall over several lengths",
    },
    "pl": {
        "pass": "ReLU w inicjalizacji PyTorcha wydłuża pamięć",
        "fail": "ReLU w inicjalizacji PyTorcha nie wydłuża pamięci",
        "unclear": "Czy ReLU w inicjalizacji PyTorcha wydłuża pamięć, pozostaje nierozstrzygnięte",
        "identity pass": "{relu}; z macierzą jednostkową na początku – tak",
        "identity fail": "{relu}; z macierzą jednostkową na początku też nie",
        "identity unclear": "{relu}; z macierzą jednostkową na początku – nierozstrzygnięte",
        "subtitle": "Udział sieci (n = {n} na punkt), które w budżecie uczą się przypominania po T krokach, z przedziałami 95 % (Wilson). "
        "Punkty tej samej długości rozsunięto na boki.",
        "x": "długość T (kroki)",
        "y": "udział uczących się",
        "nothing": "To badanie nie ma przebiegów przypominania z opóźnieniem dla kilku długości",
    },
}


def draw(tables: Tables, tests: pd.DataFrame, language: str) -> Figure:
    """A panel per cell; a marker and line style per remedy."""
    words = WORDS[language]
    groups = memory_groups(tables["horizons"])
    if groups.empty:
        return nothing_to_draw(words["nothing"])
    success = tables["success"]
    success = success[success["policy"].eq("chosen") & success["task"].eq("recall")]
    success = success[success["experiment"].isin(groups["experiment"])]
    cells = in_cell_order(groups["cell"])
    variants = {label("", group.remedy, group.experiment) for group in groups.itertuples()}
    looks = remedy_looks(["none", *(variant for variant in variants if variant)])
    subtitle = words["subtitle"].format(n=int(success["n"].max()))
    figure, axes = new_figure(_title(tests, words), subtitle, columns=len(cells), height=2.3, keys=0.42)
    for panel, cell in zip(axes[0], cells, strict=True):
        own_groups = groups[groups["cell"].eq(cell)]
        lengths: set[int] = set()
        for place, group in enumerate(own_groups.itertuples()):
            rows = of_group(success, group.experiment, cell, group.remedy).sort_values("length")
            lengths |= {int(length) for length in rows["length"]}
            variant = label("", group.remedy, group.experiment) or "none"
            aside = 1.06 ** (place - (len(own_groups) - 1) / 2)
            bars = [rows["solved_share"] - rows["solved_share_low"], rows["solved_share_high"] - rows["solved_share"]]
            panel.errorbar(
                rows["length"].astype(float) * aside,
                rows["solved_share"],
                [bar.clip(lower=0) for bar in bars],
                color=cell_colour(cell),
                elinewidth=0.7,
                linewidth=1.3,
                markersize=4.5,
                markerfacecolor=cell_colour(cell) if variant == "none" else "white",
                **looks[variant],
            )
        panel.set_title(cell, color=cell_colour(cell))
        length_axis(panel, sorted(lengths))
        panel.set_xlabel(words["x"])
        panel.set_ylim(-0.04, 1.04)
    share_ticks(axes[0, 0].yaxis, language)
    axes[0, 0].set_ylabel(words["y"])
    names = [name.removeprefix(" + ").strip(" ()") for name in looks]
    keys = [Line2D([], [], color=INK, markerfacecolor="white" if key != "none" else INK, **looks[key]) for key in looks]
    figure.legend(keys, names, loc="lower center", ncols=4, handlelength=3.5)
    return figure


def _title(tests: pd.DataFrame, words: dict[str, str]) -> str:
    alone = outcome(tests, "relu-cures-vanishing", "memory-horizon")
    relu = words[alone]
    return (
        relu
        if alone == "pass"
        else words[f"identity {outcome(tests, 'relu-cures-vanishing', 'identity')}"].format(relu=relu)
    )
