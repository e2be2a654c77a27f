"""How much of the gradient of the LSTM's cell state is left after 100 steps."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from gradient_horizon.claims.base import Tables
from gradient_horizon.figures.style import GREY, cell_colour, new_figure, nothing_to_draw

STEPS = 100
BIASES = {"forget-bias-1": 1, "forget-bias-2": 2, "forget-bias-3": 3, "forget-bias-5": 5}
FLOOR = 1e-40

WORDS = {
    "en": {
        "pass": "As PyTorch initialises it, the LSTM carries the gradient of its cell state across 100 steps",
        "fail": "As PyTorch initialises it, the LSTM's cell state is no highway",
        "unclear": "How much of the gradient of the LSTM's cell state is left after 100 steps",
        "subtitle": "Norm of the derivative of c with respect to c 100 steps before, a dot per seed ({n}); filled: through all "
        "paths, open: the path through c alone. Black line: theory, σ(bias) to the power of 100. Grey line: a tenth.",
        "x": "default|bias 1|bias 2|bias 3|bias 5|chrono|default,\ntrained|chrono,\ntrained",
        "y": "what is left after 100 steps",
        "nothing": "This study has no runs of the experiments flow, flow-gate-bias and highway",
    }
}
GROUPS = (
    ("flow", "none", "initial"),
    *(("flow-gate-bias", remedy, "initial") for remedy in BIASES),
    ("flow-gate-bias", "chrono", "initial"),
    ("highway", "none", "final"),
    ("highway", "chrono", "final"),
)


def draw(tables: Tables, tests: pd.DataFrame, language: str) -> Figure:
    """A column per initialisation, then the trained networks."""
    words = WORDS[language]
    gradients = tables["gradients"]
    gradients = gradients[gradients["cell"].eq("lstm") & gradients["memory_transport"].notna()]
    shown = [
        gradients[gradients["experiment"].eq(e) & gradients["remedy"].eq(r) & gradients["moment"].eq(m)]
        for e, r, m in GROUPS
    ]
    if not any(len(rows) for rows in shown):
        return nothing_to_draw(words["nothing"])
    outcome = tests[tests["claim"].eq("cell-state-highway") & tests["test"].eq("initial")]["outcome"]
    title = words[outcome.iloc[0] if len(outcome) else "unclear"]
    figure, axes = new_figure(title, words["subtitle"].format(n=max(len(rows) for rows in shown)), height=3.4)
    panel = axes[0, 0]
    for place, rows in enumerate(shown):
        jitter = place + np.linspace(-0.18, 0.18, len(rows))
        for column, filled in (("memory_transport", True), ("gated_transport", False)):
            height = rows[column].clip(lower=FLOOR).to_numpy(dtype=float)
            colour = cell_colour("lstm")
            panel.plot(jitter, height, "o", markersize=5, color=colour, fillstyle="full" if filled else "none")
    for place, bias in enumerate([0, *BIASES.values()]):
        panel.hlines((1 / (1 + np.exp(-bias))) ** STEPS, place - 0.35, place + 0.35, color="black", linewidth=1.2)
    panel.axhline(0.1, color=GREY, linewidth=0.8, linestyle=":")
    panel.set_yscale("log")
    panel.set_xticks(range(len(GROUPS)), words["x"].split("|"))
    panel.set_ylabel(words["y"])
    return figure
