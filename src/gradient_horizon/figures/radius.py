"""What the spectral radius of W decides, and what it does not."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gradient_horizon.claims.base import Tables
from gradient_horizon.figures.style import GREY, cell_colour, new_figure, nothing_to_draw

PREFIX = "radius-"
LEVEL = 0.01

WORDS = {
    "en": {
        "pass": "In a linear network the spectral radius is the factor per step; a tanh network bends away from it",
        "fail": "Even in a linear network the factor per step is not the spectral radius",
        "unclear": "The spectral radius of W, and the factor by which the gradient changes each step",
        "subtitle": "Left: untrained networks, T = 301, a dot per seed ({n}); line: theory, factor = radius. Right: tanh networks "
        "whose W starts with that radius; dots: gradient horizon before training, diamonds: memory horizon T50 after it, with "
        "95 % interval; line: theory, the lag at which radius to the power of the lag is 1 %.",
        "factor": "factor of the gradient per step",
        "radius": "spectral radius of the initial W",
        "steps": "steps",
        "flow": "how the gradient changes per step, lags 100 to 300",
        "reach": "how far gradient and memory reach",
        "theory": "theory",
        "horizon": "gradient horizon",
        "memory": "memory horizon T50",
        "nothing": "This study has no runs of the experiments powers and radius",
    }
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
    own = tests[tests["claim"].isin(["below-one-vanishes", "above-one-explodes"]) & tests["kind"].eq("main")]["outcome"]
    decided = set(own) if set(own) in ({"pass"}, {"fail"}) else {"unclear"}
    subtitle = words["subtitle"].format(n=flow.groupby(["cell", "remedy"])["seed"].nunique().max())
    figure, axes = new_figure(words[decided.pop()], subtitle, columns=2, height=3.4, share=False)
    _draw_flow(axes[0, 0], flow, words)
    horizons = tables["horizons"]
    horizons = horizons[horizons["experiment"].eq("radius") & horizons["policy"].eq("chosen")]
    _draw_reach(axes[0, 1], reach, horizons, words)
    return figure


def _draw_flow(panel: Axes, flow: pd.DataFrame, words: dict[str, str]) -> None:
    radii = np.array([flow["radius"].min(), flow["radius"].max()])
    panel.plot(radii, radii, color="black", linewidth=1, label=words["theory"])
    for cell, rows in flow.groupby("cell"):
        panel.plot(
            rows["radius"], rows["late_factor"], "o", color=cell_colour(cell), alpha=0.6, markersize=5, label=cell
        )
    panel.axhline(1, color=GREY, linewidth=0.8, linestyle=":")
    panel.set_xscale("log")
    panel.set_yscale("log")
    ticks = sorted(flow["radius"].unique())
    panel.set_xticks(ticks, [f"{tick:g}" for tick in ticks], rotation=60)
    levels = [0.3, 0.5, 0.8, 1, 1.5, 3]
    panel.set_yticks(levels, [f"{level:g}" for level in levels])
    panel.minorticks_off()
    panel.set_title(words["flow"])
    panel.set_xlabel(words["radius"])
    panel.set_ylabel(words["factor"])
    panel.legend(loc="upper left")


def _draw_reach(panel: Axes, reach: pd.DataFrame, horizons: pd.DataFrame, words: dict[str, str]) -> None:
    radii = np.linspace(reach["radius"].min(), 0.97, 200)
    panel.plot(radii, np.log(LEVEL) / np.log(radii), color="black", linewidth=1, label=words["theory"])
    longest = reach[reach["length"].eq(reach["length"].max())]
    colour = cell_colour("tanh")
    panel.plot(
        longest["radius"], longest["gradient_horizon"], "o", color=GREY, alpha=0.6, markersize=4, label=words["horizon"]
    )
    rows = horizons.assign(radius=horizons["remedy"].str.removeprefix(PREFIX).astype(float)).sort_values("radius")
    middle = rows["memory_horizon"].to_numpy(dtype=float)
    ends = [rows[f"memory_horizon_{end}"].clip(lower=1, upper=200).to_numpy(dtype=float) for end in ("low", "high")]
    spread = [np.maximum(middle - ends[0], 0), np.maximum(ends[1] - middle, 0)]
    panel.errorbar(
        rows["radius"], middle, spread, fmt="D", color=colour, markersize=6, capsize=3, label=words["memory"]
    )
    panel.set_yscale("log")
    panel.set_ylim(1, 200)
    panel.set_yticks([1, 2, 5, 10, 20, 50, 100], ["1", "2", "5", "10", "20", "50", "100"])
    panel.minorticks_off()
    panel.set_title(words["reach"])
    panel.set_xlabel(words["radius"])
    panel.set_ylabel(words["steps"])
    panel.legend(loc="upper left")
