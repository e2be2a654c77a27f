"""Transport of the gradient of the LSTM's cell state over 100 steps."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from gradient_horizon.figures.groups import of_group, outcome
from gradient_horizon.figures.style import GREY, SMALL, cell_colour, new_figure, nothing_to_draw, power_ticks
from gradient_horizon.language.words import Words
from gradient_horizon.measuring.lags import TRANSPORT_LAG
from gradient_horizon.tables.catalogue import Tables

BIASES = {"forget-bias-1": 1, "forget-bias-2": 2, "forget-bias-3": 3, "forget-bias-5": 5}
FLOOR = 1e-40
ENOUGH = 0.1
GROUPS = (
    ("flow", "none", "initial"),
    *(("flow-gate-bias", remedy, "initial") for remedy in BIASES),
    ("flow-gate-bias", "chrono", "initial"),
    ("highway", "none", "final"),
    ("highway", "chrono", "final"),
)


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Figure:
    """A column per initialisation, then the trained networks."""
    gradients = tables["gradients"]
    gradients = gradients[gradients["memory_transport"].notna()]
    shown = [
        of_group(gradients[gradients["moment"].eq(moment)], experiment, "lstm", remedy)
        for experiment, remedy, moment in GROUPS
    ]
    if not any(len(rows) for rows in shown):
        return nothing_to_draw(words["nothing"])
    subtitle = words["subtitle"].format(n=max(len(rows) for rows in shown))
    figure, ((panel,),) = new_figure(_title(tests, words), subtitle, height=2.9)
    colour = cell_colour("lstm")
    for place, rows in enumerate(shown):
        jitter = place + np.linspace(-0.2, 0.2, len(rows))
        for column, style in (("memory_transport", "full"), ("gated_transport", "none")):
            height = rows[column].clip(lower=FLOOR).to_numpy(dtype=float)
            panel.plot(jitter, height, "o", markersize=4, color=colour, fillstyle=style, label=column)
    for place, bias in enumerate([0, *BIASES.values()]):
        panel.hlines(
            (1 / (1 + np.exp(-bias))) ** TRANSPORT_LAG, place - 0.35, place + 0.35, color="black", linewidth=1.1
        )
    panel.axhline(ENOUGH, color=GREY, linewidth=0.9, linestyle=":")
    panel.axvline(len(BIASES) + 1.5, color=GREY, linewidth=0.5)
    panel.set_yscale("log")
    power_ticks(panel.yaxis, every=5)
    panel.grid(visible=False, axis="x")
    panel.set_xlim(-0.5, len(GROUPS) - 0.5)
    panel.set_xticks(range(len(GROUPS)), words["x"], fontsize=SMALL)
    panel.set_ylabel(words["y"])
    return figure


def _title(tests: pd.DataFrame, words: Words) -> str:
    first = outcome(tests, "cell-state-highway", "initial")
    stated: str = words[first]
    if first != "fail":
        return stated
    outcomes = {bias: outcome(tests, "cell-state-highway", name) for name, bias in BIASES.items()}
    for bias in outcomes:
        if all(outcomes[other] == "pass" for other in outcomes if other >= bias):
            return str(words["enough"].format(first=stated, bias=bias))
    return str(words["none"].format(first=stated)) if set(outcomes.values()) == {"fail"} else stated
