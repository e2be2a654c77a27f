"""How much of the gradient of the LSTM's cell state is left after 100 steps."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from gradient_horizon.figures.groups import of_group, outcome
from gradient_horizon.figures.style import GREY, SMALL, cell_colour, new_figure, nothing_to_draw, power_ticks
from gradient_horizon.tables.catalogue import Tables

STEPS = 100
BIASES = {"forget-bias-1": 1, "forget-bias-2": 2, "forget-bias-3": 3, "forget-bias-5": 5}
FLOOR = 1e-40
ENOUGH = 0.1

WORDS = {
    "en": {
        "pass": "As PyTorch initialises it, the LSTM carries the gradient of its cell state across 100 steps",
        "fail": "As PyTorch initialises it, the LSTM's cell state is no highway over 100 steps",
        "unclear": "Whether the LSTM's cell state, as PyTorch initialises it, is a highway over 100 steps stays open",
        "enough": "{first}; from a forget bias of {bias} on it is one",
        "none": "{first}, nor at any forget bias tried",
        "subtitle": "Norm of the derivative of c with respect to c 100 steps before, a dot per network (n = {n} a column). Filled: through all paths; "
        "open: through c alone. Black: theory, σ(bias)¹⁰⁰. Dotted: a tenth.",
        "x": "default|bias 1|bias 2|bias 3|bias 5|chrono|default,\ntrained|chrono,\ntrained",
        "y": "what is left after 100 steps",
        "nothing": "This study has no runs of the experiments flow, flow-gate-bias and highway",
    },
    "pl": {
        "pass": "W inicjalizacji PyTorcha LSTM przenosi gradient stanu komórki przez 100 kroków",
        "fail": "W inicjalizacji PyTorcha stan komórki LSTM nie jest autostradą na 100 kroków",
        "unclear": "Czy stan komórki LSTM w inicjalizacji PyTorcha jest autostradą na 100 kroków, pozostaje nierozstrzygnięte",
        "enough": "{first}; od przesunięcia bramki zapominania {bias} – jest",
        "none": "{first}, a żadne próbowane przesunięcie bramki zapominania tego nie zmienia",
        "subtitle": "Norma pochodnej c względem c sprzed 100 kroków, punkt na sieć (n = {n} na kolumnę). Pełne: wszystkimi drogami; "
        "puste: samym c. Czarna kreska: teoria, σ(przesunięcie)¹⁰⁰. Kropkowana: jedna dziesiąta.",
        "x": "domyślnie|przesun. 1|przesun. 2|przesun. 3|przesun. 5|chrono|domyślnie,\npo uczeniu|chrono,\npo uczeniu",
        "y": "ile zostaje po 100 krokach",
        "nothing": "To badanie nie ma przebiegów eksperymentów flow, flow-gate-bias i highway",
    },
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
        panel.hlines((1 / (1 + np.exp(-bias))) ** STEPS, place - 0.35, place + 0.35, color="black", linewidth=1.1)
    panel.axhline(ENOUGH, color=GREY, linewidth=0.9, linestyle=":")
    panel.axvline(len(BIASES) + 1.5, color=GREY, linewidth=0.5)
    panel.set_yscale("log")
    power_ticks(panel.yaxis, every=5)
    panel.grid(visible=False, axis="x")
    panel.set_xlim(-0.5, len(GROUPS) - 0.5)
    panel.set_xticks(range(len(GROUPS)), words["x"].split("|"), fontsize=SMALL)
    panel.set_ylabel(words["y"])
    return figure


def _title(tests: pd.DataFrame, words: dict[str, str]) -> str:
    first = outcome(tests, "cell-state-highway", "initial")
    found = {bias: outcome(tests, "cell-state-highway", name) for name, bias in BIASES.items()}
    if first != "fail":
        return words[first]
    for bias in found:
        if all(found[other] == "pass" for other in found if other >= bias):
            return words["enough"].format(first=words[first], bias=bias)
    return words["none" if set(found.values()) == {"fail"} else "fail"].format(first=words[first])
