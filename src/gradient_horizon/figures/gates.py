"""Share of LSTMs that solve their task with all gates and with one gate held open."""

import pandas as pd
from matplotlib.figure import Figure

from gradient_horizon.figures.groups import listed, outcome
from gradient_horizon.figures.style import (
    FAINT,
    INK,
    cell_colour,
    new_figure,
    nothing_to_draw,
    share_ticks,
    span,
)
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

GATES = ("forget", "input", "output")


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Figure:
    """A panel per gate, a bar per cell."""
    success = tables["success"]
    success = success[success["policy"].eq("chosen") & success["experiment"].isin([f"gate-{gate}" for gate in GATES])]
    if success.empty:
        return nothing_to_draw(words["nothing"])
    subtitle = words["subtitle"].format(n=span(success["n"], language), length=span(success["length"], language))
    figure, axes = new_figure(_title(tests, words), subtitle, columns=len(GATES), height=2.5)
    for panel, gate in zip(axes[0], GATES, strict=True):
        rows = success[success["experiment"].eq(f"gate-{gate}")]
        rows = rows[rows["cell"].isin(["lstm", f"lstm-{gate}-open"])].sort_values("cell", kind="stable")
        if rows.empty:
            panel.set_axis_off()
            continue
        middle = rows["solved_share"].to_numpy(dtype=float)
        spread = [middle - rows["solved_share_low"], rows["solved_share_high"] - middle]
        places = range(len(rows))
        panel.bar(places, middle, color=[cell_colour("lstm"), FAINT][: len(rows)], width=0.6)
        panel.errorbar(places, middle, spread, fmt="none", color=INK, capsize=3, linewidth=1)
        panel.set_xticks(places, [words["all"], words["held"]][: len(rows)])
        panel.set_xlim(-0.6, 1.6)
        panel.set_ylim(0, 1.05)
        panel.grid(visible=False, axis="x")
        panel.set_title(f"{words[gate]}:\n{rows['task'].iloc[0]}")
    share_ticks(axes[0, 0].yaxis, language)
    axes[0, 0].set_ylabel(words["y"])
    return figure


def _title(tests: pd.DataFrame, words: Words) -> str:
    outcomes = {gate: outcome(tests, "three-gates", gate) for gate in GATES}
    costly, free = ([words[gate] for gate in GATES if outcomes[gate] == how] for how in ("pass", "fail"))
    costs = words["each costs" if len(costly) > 1 else "costs"].format(gates=listed(costly, words["and"]))
    spared = listed(free, words["and"])
    if costly and free:
        return str(words["both"].format(costs=costs, gates=spared))
    return str(costs if costly else words["free"].format(gates=spared) if free else words["open"])
