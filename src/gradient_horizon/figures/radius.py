"""What the spectral radius of W decides, and what it does not."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gradient_horizon.figures.groups import outcome
from gradient_horizon.figures.style import GREY, INK, cell_colour, decimal_ticks, new_figure, nothing_to_draw
from gradient_horizon.measuring.horizon import HORIZON_SHARE
from gradient_horizon.statistics import Side
from gradient_horizon.tables.catalogue import Tables

PREFIX = "radius-"
STEPS = (1, 2, 5, 10, 20, 50, 100)
UPRIGHT_MARKERS = {Side.NONE: "o", Side.LEFT: "v", Side.RIGHT: "^"}

WORDS = {
    "en": {
        "pass": "In a linear network the spectral radius is the gradient's factor per step",
        "fail": "Even in a linear network the spectral radius is not the gradient's factor per step",
        "unclear": "Whether the spectral radius is the gradient's factor per step in a linear network stays open",
        "mixed": "In a linear network the spectral radius is the gradient's factor per step at some radii only",
        "tanh pass": "{first}; in a tanh network the gradient grows from 1.05 on, too",
        "tanh fail": "{first}; in a tanh network the gradient still fades at 1.05",
        "tanh unclear": "{first}; whether a tanh network's gradient grows at 1.05 stays open",
        "subtitle": "Left: untrained networks (n = {n} a radius), T = {length}; line: theory, factor = radius. Right: tanh networks whose W starts with that radius (n = {networks} a point); "
        "line: theory, ln 0.01 / ln radius. Bars: 95 % intervals; triangles: beyond the lengths tried.",
        "factor": "factor of the gradient per step",
        "radius": "spectral radius of the initial W",
        "steps": "steps",
        "flow": "the gradient, lags 100 to 300",
        "reach": "how far gradient and memory reach",
        "theory": "theory",
        "horizon": "gradient horizon, before training",
        "memory": "memory horizon T50",
        "nothing": "This study has no runs of the experiments powers and radius",
    },
    "pl": {
        "pass": "W sieci liniowej promień spektralny jest współczynnikiem gradientu na krok",
        "fail": "Nawet w sieci liniowej promień spektralny nie jest współczynnikiem gradientu na krok",
        "unclear": "Czy w sieci liniowej promień spektralny jest współczynnikiem gradientu na krok, pozostaje nierozstrzygnięte",
        "mixed": "W sieci liniowej promień spektralny jest współczynnikiem gradientu na krok tylko przy niektórych promieniach",
        "tanh pass": "{first}; w sieci tanh gradient też rośnie już od 1,05",
        "tanh fail": "{first}; w sieci tanh gradient przy 1,05 wciąż zanika",
        "tanh unclear": "{first}; czy w sieci tanh gradient rośnie przy 1,05, pozostaje nierozstrzygnięte",
        "subtitle": "Z lewej: sieci nieuczone (n = {n} na promień), T = {length}; linia: teoria, współczynnik = promień. Z prawej: sieci tanh, których W zaczyna od tego promienia (n = {networks} na punkt); "
        "linia: teoria, ln 0,01 / ln promienia. Kreski: przedziały 95 %; trójkąty: poza próbowanymi długościami.",
        "factor": "współczynnik gradientu na krok",
        "radius": "promień spektralny początkowej W",
        "steps": "kroki",
        "flow": "gradient, odległości 100–300",
        "reach": "dokąd sięgają gradient i pamięć",
        "theory": "teoria",
        "horizon": "horyzont gradientu, przed uczeniem",
        "memory": "horyzont pamięci T50",
        "nothing": "To badanie nie ma przebiegów eksperymentów powers i radius",
    },
}


def draw(tables: Tables, tests: pd.DataFrame, language: str) -> Figure:
    """Two panels: factor per step against radius, and reach against radius."""
    words = WORDS[language]
    gradients = tables["gradients"]
    gradients = gradients[gradients["moment"].eq("initial") & gradients["remedy"].str.startswith(PREFIX)]
    gradients = gradients.assign(radius=gradients["remedy"].str.removeprefix(PREFIX).astype(float))
    flow = gradients[gradients["experiment"].isin(["powers", "powers-bounded"])]
    reach = gradients[gradients["experiment"].eq("radius")]
    if flow.empty or reach.empty:
        return nothing_to_draw(words["nothing"])
    horizons = tables["horizons"]
    horizons = horizons[horizons["experiment"].eq("radius") & horizons["policy"].eq("chosen")]
    subtitle = words["subtitle"].format(
        n=flow.groupby(["cell", "remedy"])["seed"].nunique().max(),
        length=int(flow["length"].max()),
        networks=int(horizons["n"].max()) if len(horizons) else 0,
    )
    figure, axes = new_figure(_title(tests, words), subtitle, columns=2, height=2.9, share=False)
    _draw_flow(axes[0, 0], flow, words, language)
    _draw_reach(axes[0, 1], reach, horizons, words, language)
    return figure


def _draw_flow(panel: Axes, flow: pd.DataFrame, words: dict[str, str], language: str) -> None:
    radii = [flow["radius"].min(), flow["radius"].max()]
    panel.plot(radii, radii, color="black", linewidth=0.9, label=words["theory"])
    for cell, rows in flow.groupby("cell"):
        look = {"color": cell_colour(str(cell)), "alpha": 0.7, "markersize": 4.5, "label": cell}
        panel.plot(rows["radius"], rows["late_factor"], "o" if cell == "linear" else "s", **look)
    panel.axhline(1, color=GREY, linewidth=0.9, linestyle=":")
    panel.axvline(1, color=GREY, linewidth=0.9, linestyle=":")
    panel.set_xscale("log")
    panel.set_yscale("log")
    decimal_ticks(panel.xaxis, [0.5, 0.7, 1, 1.5, 2, 3], language)
    decimal_ticks(panel.yaxis, [0.5, 0.7, 1, 1.5, 2, 3], language)
    panel.set_title(words["flow"])
    panel.set_xlabel(words["radius"])
    panel.set_ylabel(words["factor"])
    panel.legend(loc="upper left")


def _draw_reach(panel: Axes, reach: pd.DataFrame, horizons: pd.DataFrame, words: dict[str, str], language: str) -> None:
    radii = np.linspace(reach["radius"].min(), 0.97, 200)
    panel.plot(radii, np.log(HORIZON_SHARE) / np.log(radii), color="black", linewidth=0.9, label=words["theory"])
    longest = reach[reach["length"].eq(reach["length"].max())]
    for place, (radius, horizon) in enumerate(zip(longest["radius"], longest["gradient_horizon"], strict=True)):
        steps, side = horizon.parts
        look: dict[str, Any] = {"color": GREY, "alpha": 0.6, "markersize": 3.5}
        panel.plot(radius, steps, UPRIGHT_MARKERS[side], label=words["horizon"] if place == 0 else None, **look)
    rows = horizons.assign(radius=horizons["remedy"].str.removeprefix(PREFIX).astype(float)).sort_values("radius")
    for place, (_, row) in enumerate(rows.iterrows()):
        middle, side = row["memory_horizon"].parts
        bars = [[max(middle - row["memory_horizon_low"], 0)], [min(row["memory_horizon_high"], 200) - middle]]
        panel.errorbar(
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
    panel.axvline(1, color=GREY, linewidth=0.9, linestyle=":")
    panel.set_yscale("log")
    panel.set_ylim(1, 150)
    decimal_ticks(panel.yaxis, list(STEPS), language)
    decimal_ticks(panel.xaxis, sorted(reach["radius"].unique()), language)
    panel.set_title(words["reach"])
    panel.set_xlabel(words["radius"])
    panel.set_ylabel(words["steps"], color=INK)
    panel.legend(loc="lower right")


def _title(tests: pd.DataFrame, words: dict[str, str]) -> str:
    of_claims = {outcome(tests, claim) for claim in ("below-one-vanishes", "above-one-explodes")}
    linear = of_claims.pop() if len(of_claims) == 1 else "mixed"
    tanh = outcome(tests, "above-one-explodes", "tanh-1.05")
    return words[linear] if linear == tanh == "unclear" else words[f"tanh {tanh}"].format(first=words[linear])
