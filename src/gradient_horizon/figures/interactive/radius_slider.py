"""A slider for the spectral radius: its powers, and gradients of untrained networks with the nearest radius."""

import math
from typing import Any

import altair
import pandas as pd

from gradient_horizon.figures.groups import initial_radii
from gradient_horizon.figures.interactive.specify import (
    POWER_OF_TEN,
    THEORY,
    finished,
    lines_of_text,
    nearest,
    rounded,
    slider,
)
from gradient_horizon.figures.style import cell_colour
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

EXPERIMENTS = ("powers", "powers-bounded")
LAST_LAG, EVERY = 100, 4
ENDS = (-20, 20)


def specify(tables: Tables, words: Words, language: str) -> dict[str, Any]:
    """Theory as a line, untrained networks whose radius is nearest to the slider's as marks."""
    means = tables["profile_means"]
    means = means[means["experiment"].isin(EXPERIMENTS) & means["moment"].eq("initial")]
    means = means[means["lag"].le(LAST_LAG) & means["lag"].mod(EVERY).eq(0)].merge(initial_radii(tables["gradients"]))
    cells = [cell for cell in ("linear", "tanh") if means["cell"].eq(cell).any()]
    x = altair.X("k:Q", title=words["x"], scale=altair.Scale(domain=[0, LAST_LAG]))
    axis = altair.Axis(labelExpr=POWER_OF_TEN, tickCount=7)
    y = altair.Y("v:Q", title=words["y"], axis=axis, scale=altair.Scale(domain=list(ENDS)))
    theory = (
        altair.Chart(altair.sequence(0, LAST_LAG + 1, 1, as_="k"))
        .transform_calculate(v="datum.k * log(radius) / LN10")
        .transform_filter(f"datum.v >= {ENDS[0]} && datum.v <= {ENDS[1]}")
        .mark_line(color=THEORY, strokeWidth=2.5, strokeDash=[6, 4])
        .encode(x=x, y=y)
    )
    layers = [_measured(means[means["cell"].eq(cell)], cell).encode(x=x, y=y) for cell in cells]
    lines = [(f"'{words['theory']}'", THEORY)]
    lines += [(f"'{words[cell]}' + format({_nearest(means, cell)}, '.3~f')", cell_colour(cell)) for cell in cells]
    control = slider("radius", words["radius"], (0.4, 3), 0.01, 0.9)
    chart = altair.layer(theory, *layers, *lines_of_text(lines)).properties(width="container", height=340)
    return finished(chart.add_params(control))


def _measured(means: pd.DataFrame, cell: str) -> altair.Chart:
    values = [
        {**rounded({"r": row.radius, "v": math.log10(row.relative_gradient)}), "k": row.lag}
        for row in means.itertuples()
        if row.relative_gradient > 0
    ]
    return (
        altair.Chart(altair.Data(values=values))
        .transform_filter(f"datum.r == {_nearest(means, cell)} && datum.v >= {ENDS[0]} && datum.v <= {ENDS[1]}")
        .mark_point(
            filled=cell != "linear",
            size=60 if cell == "linear" else 40,
            strokeWidth=2,
            shape="circle" if cell == "linear" else "square",
            color=cell_colour(cell),
        )
    )


def _nearest(means: pd.DataFrame, cell: str) -> str:
    """A Vega expression: the measured radius of this cell nearest to the slider's."""
    return nearest(means[means["cell"].eq(cell)]["radius"].tolist(), "radius")
