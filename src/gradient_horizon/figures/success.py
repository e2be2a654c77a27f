"""Success against length: a panel for every cell, alone and with one remedy."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from gradient_horizon.claims.arms import CHRONO_GRU, CHRONO_LSTM, IDENTITY_RELU, ORTHOGONAL_TANH, WITHOUT_FORGET_GATE
from gradient_horizon.claims.settings import RECALL_32
from gradient_horizon.figures.groups import (
    CORE,
    in_cell_order,
    label,
    label_in_lines,
    listed,
    longest_memory,
    memory_groups,
    of_group,
    outcome,
    plain,
)
from gradient_horizon.figures.style import (
    SMALL,
    Picture,
    cell_colour,
    cell_ink,
    label_axes,
    length_axis,
    new_figure,
    nothing_to_draw,
    share_ticks,
    spaced,
    span,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

LONGER = {
    ORTHOGONAL_TANH: ("orthogonal-lengthens-memory", "memory"),
    IDENTITY_RELU: ("relu-cures-vanishing", "identity"),
    CHRONO_GRU: ("forget-bias-lengthens-memory", "chrono-gru"),
    CHRONO_LSTM: ("forget-bias-lengthens-memory", "chrono"),
}
"""The drawn arms with remedies, and for each the test of whether it remembers longer than a cell without."""


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """A panel per cell: as PyTorch initialises it thick, with the remedy that comparisons are about thin and dashed.

    That is the one of the core arms, or the one of the longest memory. The LSTM without a forget gate is left out: it is
    a control of the tests.
    """
    groups = memory_groups(tables["horizons"])
    if groups.empty:
        return nothing_to_draw(words["nothing"])
    groups = groups[groups["cell"].ne(WITHOUT_FORGET_GATE.cell)]
    chosen = {cell: _chosen(groups[groups["cell"].eq(cell)]) for cell in in_cell_order(groups["cell"])}
    success = tables["success"]
    success = success[success["policy"].eq("chosen")]
    success = success.merge(pd.concat(chosen.values())[["experiment", "cell", "remedy"]])
    figure, axes = new_figure(
        _title(tests, words),
        words["subtitle"].format(n=span(success["n"], language)),
        columns=len(chosen),
        height=2.3,
        narrow_columns=2,
    )
    lengths = sorted({int(length) for length in success["length"]})
    length_axis(axes[0, 0], spaced(lengths))
    share_ticks(axes[0, 0].yaxis, language)
    axes[0, 0].set_xlim(lengths[0] / 1.2, lengths[-1] * 1.2)
    axes[0, 0].set_ylim(-0.06, 1.06)
    for panel, (cell, of_cell) in zip(axes[0], chosen.items(), strict=True):
        for group in of_cell.itertuples():
            _curve(panel, of_group(success, group.experiment, group.cell, group.remedy).sort_values("length"))
        name = label_in_lines(cell, of_cell["remedy"].iloc[-1], words)
        tag(panel.set_title(name, color=cell_ink(cell), fontsize=SMALL), cell=cell, task="recall")
    label_axes(figure, words["x"], words["y"])
    return figure


def _chosen(of_cell: pd.DataFrame) -> pd.DataFrame:
    """The rows of a cell that are drawn: without a remedy, and with one."""
    core = of_cell[of_cell["remedy"].isin([arm.remedy for arm in CORE if arm.cell == of_cell["cell"].iloc[0]])]
    treated = core[core["remedy"].ne("none")]
    return pd.concat([plain(of_cell), treated if len(treated) else longest_memory(of_cell)])


def _curve(panel: Axes, rows: pd.DataFrame) -> None:
    first = rows.iloc[0]
    colour = cell_colour(first["cell"])
    alone: dict[str, Any] = {"linewidth": 2.2, "markersize": 5, "marker": "o"}
    treated: dict[str, Any] = {"linewidth": 1.2, "markersize": 4.5, "marker": "s", "linestyle": "--"}
    bars = [rows["solved_share"] - rows["solved_share_low"], rows["solved_share_high"] - rows["solved_share"]]
    drawn = panel.errorbar(
        rows["length"].astype(float),
        rows["solved_share"],
        [bar.clip(lower=0) for bar in bars],
        color=colour,
        markerfacecolor=colour if first["remedy"] == "none" else "white",
        elinewidth=0.7,
        **(alone if first["remedy"] == "none" else treated),
    )
    tag(drawn, cell=first["cell"], remedy=first["remedy"], task=first["task"])


def _title(tests: pd.DataFrame, words: Words) -> str:
    """Whether ReLU alone lengthens memory, and which of the drawn remedies do, as the tests decide in this setting."""
    first: str = words[outcome(tests, "relu-cures-vanishing", "memory", setting=RECALL_32)]
    longer = [label(arm.cell, arm.remedy, words) for arm, test in LONGER.items() if _passes(tests, *test)]
    return str(words["longer"].format(first=first, names=listed(longer, words["and"]))) if longer else first


def _passes(tests: pd.DataFrame, claim: str, test: str) -> bool:
    return outcome(tests, claim, test, setting=RECALL_32) == "pass"
