"""Success against length, a panel for every cell with every remedy."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from gradient_horizon.claims.settings import RECALL_32
from gradient_horizon.figures.groups import label, memory_groups, of_group, outcome, plain
from gradient_horizon.figures.style import (
    Picture,
    GREY,
    SMALL,
    cell_colour,
    cell_ink,
    length_axis,
    new_figure,
    nothing_to_draw,
    remedy_looks,
    share_ticks,
    span,
)
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

COLUMNS = 4


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """A panel per cell and remedy; remedies differ by marker and line style."""
    groups = memory_groups(tables["horizons"])
    if groups.empty:
        return nothing_to_draw(words["nothing"])
    success = tables["success"]
    success = success[success["policy"].eq("chosen")]
    success = success.merge(groups[["experiment", "cell", "remedy"]])
    groups = groups.assign(plain=groups["remedy"].eq("none"))
    groups = groups.sort_values(["place", "plain", "experiment"], ascending=[True, False, True], kind="stable")
    columns = min(COLUMNS, len(groups))
    rows = -(-len(groups) // columns)
    subtitle = words["subtitle"].format(n=span(success["n"], language))
    figure, axes = new_figure(_title(tests, words), subtitle, rows=rows, columns=columns, height=1.02 * rows + 0.45)
    length_axis(axes[0, 0], _apart(sorted({int(length) for length in success["length"]})))
    share_ticks(axes[0, 0].yaxis, language)
    axes[0, 0].set_ylim(-0.06, 1.06)
    looks = remedy_looks(sorted(set(groups["remedy"])))
    plain_groups = plain(groups)
    for panel, group in zip(axes.flat, groups.itertuples(), strict=False):
        for other in plain_groups[plain_groups["cell"].eq(group.cell)].itertuples():
            rows_of_other = of_group(success, other.experiment, other.cell, other.remedy).sort_values("length")
            panel.plot(rows_of_other["length"], rows_of_other["solved_share"], color=GREY, alpha=0.4, linewidth=1.2)
        of_panel = of_group(success, group.experiment, group.cell, group.remedy).sort_values("length")
        _curve(panel, of_panel, looks[group.remedy])
        name = label(group.cell, group.remedy)
        panel.set_title(name, color=cell_ink(group.cell), fontsize=SMALL, pad=3)
    for panel in axes.flat[len(groups) :]:
        panel.set_axis_off()
    for panel in axes.flat[max(0, len(groups) - columns) : len(groups)]:
        panel.tick_params(labelbottom=True)
    figure.supxlabel(words["x"], fontsize=8.5)
    figure.supylabel(words["y"], fontsize=8.5)
    return figure


def _apart(lengths: list[int]) -> list[int]:
    """The shortest length, and each that is at least half as long again as the last of them."""
    kept = lengths[:1]
    for length in lengths:
        kept += [length] if length >= 1.5 * kept[-1] else []
    return kept


def _curve(panel: Axes, rows: pd.DataFrame, look: dict[str, Any]) -> None:
    colour = cell_colour(rows["cell"].iloc[0])
    bars = [rows["solved_share"] - rows["solved_share_low"], rows["solved_share_high"] - rows["solved_share"]]
    panel.errorbar(
        rows["length"].astype(float),
        rows["solved_share"],
        [bar.clip(lower=0) for bar in bars],
        color=colour,
        elinewidth=0.8,
        linewidth=1.4,
        markersize=4,
        **look,
    )


def _title(tests: pd.DataFrame, words: Words) -> str:
    alone, identity = (
        outcome(tests, "relu-cures-vanishing", name, setting=RECALL_32) for name in ("memory", "identity")
    )
    relu: str = words[alone]
    if alone == "pass" or alone == identity == "unclear":
        return relu
    return str(words[f"identity {identity}"].format(relu=relu))
