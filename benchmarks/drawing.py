"""The figure of the engine's benchmark: ratios to ours, by peer, cell and hidden size."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gradient_horizon.figures.style import cell_colour, house_style, new_figure


def draw(rows: Sequence[dict[str, Any]], peers: Sequence[str], file: Path) -> None:
    """A panel per peer, on logarithmic axes of ratios."""
    cells = list(dict.fromkeys(row["cell"] for row in rows))
    hidden = sorted({row["hidden_size"] for row in rows})
    with house_style():
        figure, axes = new_figure(
            "How many times longer the others take for the same forward and backward pass",
            "5 networks, 100 steps, batch 32, one thread; medians of interleaved rounds, bars from the 10th to the 90th "
            "percentile. Only ours, the first engine and the cells with retain_grad also give the norm of dL/dh at every "
            "step.",
            rows=2,
            columns=-(-len(peers) // 2),
            height=4.4,
        )
        for panel in axes.flat[len(peers) :]:
            panel.set_axis_off()
        for panel, peer in zip(axes.flat, peers, strict=False):
            for offset, cell in zip((-0.08, 0, 0.08), cells, strict=True):
                own = [row for row in rows if row["peer"] == peer and row["cell"] == cell]
                middle = np.array([row["ratio_median"] for row in own])
                spread = [middle - [row["ratio_low"] for row in own], [row["ratio_high"] for row in own] - middle]
                place = np.arange(len(hidden)) + offset
                panel.errorbar(place, middle, np.abs(spread), fmt="o", color=cell_colour(cell), label=cell)
            panel.axhline(1, color="black", linewidth=0.8)
            panel.set_yscale("log")
            panel.set_yticks([0.5, 1, 2, 5, 10, 20], ["0.5", "1", "2", "5", "10", "20"])
            panel.minorticks_off()
            panel.set_xticks(range(len(hidden)), [str(each) for each in hidden])
            panel.set_title(peer)
        for row in axes:
            row[0].set_ylabel("their time / ours")
        for panel in axes[-1]:
            panel.set_xlabel("hidden units")
        axes.flat[len(peers) - 1].legend(loc="upper right")
        figure.savefig(file, metadata={"Date": None})
