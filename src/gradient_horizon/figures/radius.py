"""Factor of the gradient per step, gradient horizon and memory horizon against the spectral radius of W."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from gradient_horizon.figures.groups import UPRIGHT_MARKERS, initial_radii, label, outcome
from gradient_horizon.figures.style import (
    GREY,
    INK,
    Picture,
    cell_colour,
    decimal_ticks,
    head,
    new_figure,
    nothing_to_draw,
    span,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.words import Words
from gradient_horizon.statistics.censored import Side
from gradient_horizon.tables.catalogue import Tables
from gradient_horizon.tables.gradient_horizon import HORIZON_SHARE

STEPS = (1, 2, 5, 10, 20, 50, 100)


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """Two panels: factor per step against radius, and reach against radius."""
    gradients = tables["gradients"]
    radii = initial_radii(gradients)
    gradients = gradients[gradients["moment"].eq("initial")].merge(radii)
    flow = gradients[gradients["experiment"].isin(["powers", "powers-bounded"])]
    reach = gradients[gradients["experiment"].eq("radius")]
    if flow.empty or reach.empty:
        return nothing_to_draw(words["nothing"])
    horizons = tables["horizons"]
    horizons = horizons[horizons["experiment"].eq("radius") & horizons["policy"].eq("chosen")].merge(radii)
    subtitle = words["subtitle"].format(
        n=span(flow.groupby(["experiment", "cell", "remedy"])["seed"].nunique(), language),
        length=int(flow["length"].max()),
        networks=span(horizons["n"], language) if len(horizons) else 0,
    )
    figure, axes = new_figure(_title(tests, words), subtitle, columns=2, height=2.8, share=False)
    _draw_flow(axes[0, 0], flow, words, language)
    _draw_reach(axes[0, 1], reach, horizons, words, language)
    return figure


def _draw_flow(panel: Axes, flow: pd.DataFrame, words: Words, language: str) -> None:
    radii = [flow["radius"].min(), flow["radius"].max()]
    panel.plot(radii, radii, color="black", linewidth=0.9, label=words["theory"])
    for cell, rows in flow.groupby("cell"):
        look: dict[str, Any] = {
            "color": cell_colour(str(cell)),
            "alpha": 0.7,
            "markersize": 4.5,
            "label": label(str(cell), "none", words),
        }
        for remedy, own in rows.groupby("remedy"):
            dots = panel.plot(own["radius"], own["late_factor"], "o" if cell == "linear" else "s", **look)
            tag(dots, cell=str(cell), remedy=str(remedy))
            look.pop("label", None)
    panel.axhline(1, color=GREY, linewidth=0.9, linestyle=":")
    panel.axvline(1, color=GREY, linewidth=0.9, linestyle=":")
    panel.set_xscale("log")
    panel.set_yscale("log")
    decimal_ticks(panel.xaxis, [0.5, 0.7, 1, 1.5, 2, 3], language)
    decimal_ticks(panel.yaxis, [0.5, 0.7, 1, 1.5, 2, 3], language)
    head(panel, words["flow"])
    panel.set_xlabel(words["radius"])
    panel.set_ylabel(words["factor"])
    panel.legend(loc="upper left")


def _draw_reach(panel: Axes, reach: pd.DataFrame, horizons: pd.DataFrame, words: Words, language: str) -> None:
    radii = np.linspace(reach["radius"].min(), 0.97, 200)
    panel.plot(radii, np.log(HORIZON_SHARE) / np.log(radii), color="black", linewidth=0.9, label=words["theory"])
    longest = reach[reach["length"].eq(reach["length"].max())]
    for place, row in enumerate(longest.itertuples()):
        steps, side = row.gradient_horizon.parts
        look: dict[str, Any] = {"color": GREY, "alpha": 0.6, "markersize": 3.5}
        name = words["horizon"] if place == 0 else None
        dot = panel.plot(row.radius, steps, UPRIGHT_MARKERS[side], label=name, **look)
        tag(dot, cell=row.cell, remedy=row.remedy, task=row.task)
    for place, (_, row) in enumerate(horizons.sort_values("radius").iterrows()):
        middle, side = row["memory_horizon"].parts
        bars = [[max(middle - row["memory_horizon_low"], 0)], [min(row["memory_horizon_high"], 200) - middle]]
        drawn = panel.errorbar(
            row["radius"] + 0.015,
            middle,
            bars,
            fmt=UPRIGHT_MARKERS[side] if side is not Side.NONE else "D",
            color=cell_colour("tanh"),
            markersize=5,
            capsize=2.5,
            linewidth=1.1,
            label=words["memory"] if place == 0 else None,
        )
        tag(drawn, cell=row["cell"], remedy=row["remedy"], task=row["task"])
    panel.axvline(1, color=GREY, linewidth=0.9, linestyle=":")
    panel.set_yscale("log")
    panel.set_ylim(1, 150)
    decimal_ticks(panel.yaxis, list(STEPS), language)
    decimal_ticks(panel.xaxis, sorted(reach["radius"].unique()), language)
    head(panel, words["reach"])
    panel.set_xlabel(words["radius"])
    panel.set_ylabel(words["steps"], color=INK)
    panel.legend(loc="lower right")


def _title(tests: pd.DataFrame, words: Words) -> str:
    of_claims = {outcome(tests, claim) for claim in ("below-one-vanishes", "above-one-explodes")}
    linear = of_claims.pop() if len(of_claims) == 1 else "mixed"
    tanh = outcome(tests, "above-one-explodes", "tanh-1.05")
    first: str = words[linear]
    return first if linear == tanh == "unclear" else str(words[f"tanh {tanh}"].format(first=first))
