"""A slider for the forget bias: decay of an LSTM's cell state with the number of steps."""

from typing import Any

import altair
import pandas as pd

from gradient_horizon.claims.arms import LSTM
from gradient_horizon.claims.settings import FLOW
from gradient_horizon.figures.groups import OF_BIAS, of_arm
from gradient_horizon.figures.interactive.specify import THEORY, finished, lines_of_text, nearest, rounded, slider
from gradient_horizon.figures.style import cell_colour
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables
from gradient_horizon.tables.gradient_horizon import HORIZON_SHARE

MEASURED = {0: LSTM, **OF_BIAS}
"""Forget biases of untrained networks that were measured."""
LAST_LAG = 150


def specify(tables: Tables, words: Words, language: str) -> dict[str, Any]:
    """Theory as a line, untrained networks at the nearest bias as dots, one per network and lag."""
    transport = tables["transport"]
    transport = transport[transport["moment"].eq("initial") & transport["lag"].le(LAST_LAG)]
    values = [
        {"b": bias, "k": row.lag, **rounded({"v": row.gated})}
        for bias, arm in MEASURED.items()
        for row in of_arm(transport, arm, FLOW).itertuples()
        if pd.notna(row.gated)
    ]
    x = altair.X("k:Q", title=words["x"], scale=altair.Scale(domain=[0, LAST_LAG]))
    y = altair.Y("v:Q", title=words["y"], scale=altair.Scale(domain=[0, 1]), axis=altair.Axis(format="%"))
    theory = (
        altair.Chart(altair.sequence(0, LAST_LAG + 1, 1, as_="k"))
        .transform_calculate(v="pow(1 / (1 + exp(-bias)), datum.k)")
        .mark_line(color=THEORY, strokeWidth=2.5)
        .encode(x=x, y=y)
    )
    lines = [
        (f"'{words[name]}' + format(log({share}) / log(1 / (1 + exp(-bias))), ',.0f') + '{words['steps']}'", THEORY)
        for name, share in (("half", 0.5), ("hundredth", HORIZON_SHARE))
    ]
    layers = [theory]
    if values:
        shown = nearest([value["b"] for value in values], "bias")
        lines += [(f"'{words['measured']}' + {shown}", cell_colour("lstm"))]
        layers += [_measured(values, shown).encode(x=x, y=y)]
    control = slider("bias", words["bias"], (-2, 7), 0.1, 1)
    chart = altair.layer(*layers, *lines_of_text(lines)).properties(width="container", height=320)
    return finished(chart.add_params(control))


def _measured(values: list[dict[str, Any]], shown: str) -> altair.Chart:
    return (
        altair.Chart(altair.Data(values=values))
        .transform_filter(f"datum.b == {shown}")
        .mark_point(filled=True, size=45, color=cell_colour("lstm"))
    )
