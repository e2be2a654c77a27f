"""What an LSTM loses when one of its gates is held open."""

import pandas as pd
from matplotlib.figure import Figure

from gradient_horizon.claims.base import Tables
from gradient_horizon.figures.style import GREY, cell_colour, new_figure, nothing_to_draw

GATES = ("forget", "input", "output")

WORDS = {
    "en": {
        "title": "Held open, the {costly} costs the LSTM its task",
        "titles": "Held open, each of the {costly} costs the LSTM its task",
        "none": "No gate, held open, clearly costs the LSTM its task",
        "forget": "forget gate",
        "input": "input gate",
        "output": "output gate",
        "and": "and",
        "subtitle": "Share of {n} networks that solve a task built to need the gate, with all gates and with that one held open; "
        "T = {length}, bars: 95 % interval (Wilson).",
        "y": "share of networks that solve the task",
        "all": "all gates",
        "open": "held open",
        "nothing": "This study has no runs of the experiments gate-forget, gate-input and gate-output",
    }
}


def draw(tables: Tables, tests: pd.DataFrame, language: str) -> Figure:
    """A panel per gate, a bar per cell."""
    words = WORDS[language]
    success = tables["success"]
    success = success[success["policy"].eq("chosen") & success["experiment"].isin([f"gate-{gate}" for gate in GATES])]
    if success.empty:
        return nothing_to_draw(words["nothing"])
    own = tests[tests["claim"].eq("three-gates") & tests["outcome"].eq("pass")]["test"]
    costly = [words[gate] for gate in GATES if gate in set(own)]
    title = words["title" if len(costly) == 1 else "titles" if costly else "none"]
    subtitle = words["subtitle"].format(n=int(success["n"].max()), length=int(success["length"].max()))
    named = f" {words['and']} ".join(filter(None, [", ".join(costly[:-1]), costly[-1] if costly else ""]))
    figure, axes = new_figure(title.format(costly=named), subtitle, columns=len(GATES), height=2.8)
    for panel, gate in zip(axes[0], GATES, strict=True):
        rows = success[success["experiment"].eq(f"gate-{gate}")].sort_values("cell", kind="stable")
        if rows.empty:
            panel.set_axis_off()
            continue
        middle = rows["solved_share"].to_numpy(dtype=float)
        spread = [middle - rows["solved_share_low"], rows["solved_share_high"] - middle]
        colours = [cell_colour("lstm"), GREY][: len(rows)]
        panel.bar(range(len(rows)), middle, color=colours, width=0.6)
        panel.errorbar(range(len(rows)), middle, spread, fmt="none", color="black", capsize=4, linewidth=1)
        panel.set_xticks(range(len(rows)), [words["all"], words["open"]][: len(rows)])
        panel.set_ylim(0, 1.05)
        panel.set_title(f"{words[gate]}: {rows['task'].iloc[0]}")
    axes[0, 0].set_ylabel(words["y"])
    return figure
