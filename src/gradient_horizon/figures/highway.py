"""Transport of the gradient of the LSTM's cell state over 100 steps."""

import numpy as np
import pandas as pd

from gradient_horizon.claims.arms import CHRONO_LSTM, LSTM
from gradient_horizon.claims.regions import OPEN
from gradient_horizon.claims.settings import FLOW, HIGHWAY
from gradient_horizon.figures.groups import OF_BIAS, of_arm, outcome
from gradient_horizon.figures.style import (
    FAINT,
    GREY,
    SMALL,
    Picture,
    cell_colour,
    is_narrow,
    new_figure,
    nothing_to_draw,
    power_ticks,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.words import Words
from gradient_horizon.measuring.lags import TRANSPORT_LAG
from gradient_horizon.tables.catalogue import Tables

FLOOR = 1e-40
GROUPS = (
    *((FLOW, arm, "initial") for arm in (LSTM, *OF_BIAS.values(), CHRONO_LSTM)),
    *((HIGHWAY, arm, "final") for arm in (LSTM, CHRONO_LSTM)),
)
BIASES = {LSTM: 0, **{arm: bias for bias, arm in OF_BIAS.items()}}
"""The forget biases that arms start with, all alike."""


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """A column per initialisation, then the trained networks that solved their task."""
    gradients = tables["gradients"]
    gradients = gradients[
        gradients["memory_transport"].notna() & (gradients["moment"].ne("final") | gradients["solved"])
    ]
    groups = zip(words["x"], GROUPS, strict=True)
    shown = {
        (name, arm, moment): rows
        for name, (setting, arm, moment) in groups
        if len(rows := of_arm(gradients[gradients["moment"].eq(moment)], arm, setting))
    }
    if not shown:
        return nothing_to_draw(words["nothing"])
    figure, ((panel,),) = new_figure(_title(tests, words), words["subtitle"], height=2.8)
    panel.axhspan(OPEN.low, OPEN.high, color=FAINT, alpha=0.5, linewidth=0)
    colour = cell_colour(LSTM.cell)
    for place, ((_, arm, moment), rows) in enumerate(shown.items()):
        jitter = place + np.linspace(-0.2, 0.2, len(rows))
        for column, style in (("memory_transport", "full"), ("gated_transport", "none")):
            height = rows[column].clip(lower=FLOOR).to_numpy(dtype=float)
            dots = panel.plot(jitter, height, "o", markersize=3.5, color=colour, fillstyle=style, label=column)
            tag(dots, cell=arm.cell, remedy=arm.remedy)
        if moment == "initial" and arm in BIASES:
            theory = (1 / (1 + np.exp(-BIASES[arm]))) ** TRANSPORT_LAG
            panel.hlines(theory, place - 0.35, place + 0.35, color="black", linewidth=1.1)
    untrained = sum(moment == "initial" for _, _, moment in shown)
    if untrained < len(shown):
        panel.axvline(untrained - 0.5, color=GREY, linewidth=0.5)
    panel.set_yscale("log")
    power_ticks(panel.yaxis, every=5)
    panel.grid(visible=False, axis="x")
    panel.set_xlim(-0.5, len(shown) - 0.5)
    names = [f"{name}\n{words['n'].format(n=len(rows))}" for (name, _, _), rows in shown.items()]
    panel.set_xticks(range(len(shown)), names, fontsize=SMALL, rotation=60 if is_narrow() else 0)
    for tick, (_, arm, _) in zip(panel.xaxis.get_major_ticks(), shown, strict=True):
        tag(tick.label1, cell=arm.cell, remedy=arm.remedy)
    panel.set_ylabel(words["y"])
    return figure


def _title(tests: pd.DataFrame, words: Words) -> str:
    first = outcome(tests, "cell-state-highway", "initial")
    stated: str = words[first]
    if first != "fail":
        return stated
    outcomes = {bias: outcome(tests, "cell-state-highway", arm.remedy) for bias, arm in OF_BIAS.items()}
    for bias in outcomes:
        if all(outcomes[other] == "pass" for other in outcomes if other >= bias):
            chrono = outcome(tests, "cell-state-highway", CHRONO_LSTM.remedy) == "pass"
            return str(words["enough and chrono" if chrono else "enough"].format(first=stated, bias=bias))
    return str(words["none"].format(first=stated)) if set(outcomes.values()) == {"fail"} else stated
