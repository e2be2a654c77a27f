"""Eigenvalues of the recurrent matrix before and after training, and the gradient profile that they predict."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from gradient_horizon.claims.arms import Arm
from gradient_horizon.figures.groups import (
    label,
    label_in_lines,
    listed,
    longest_learnt,
    longest_memory,
    memory_groups,
    of_group,
    plain,
    sentence,
)
from gradient_horizon.figures.style import (
    FAINT,
    GREY,
    SMALL,
    Picture,
    cell_colour,
    cell_ink,
    is_narrow,
    label_axes,
    new_figure,
    note,
    nothing_to_draw,
    number,
    power_ticks,
    span,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables
from gradient_horizon.tables.solved import solved_if_trained

FLOOR = 1e-10
RINGS = (2, 5)


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """Columns are cells with one recurrent matrix, each as PyTorch initialises it and with its best remedy."""
    eigenvalues = solved_if_trained(tables["eigenvalues"])
    groups = memory_groups(tables["horizons"])
    groups = groups.merge(eigenvalues[["experiment", "cell", "remedy"]].drop_duplicates())
    if plain(groups).empty:
        return nothing_to_draw(words["nothing"])
    tried = tables["success"][tables["success"]["length"].isin(eigenvalues["length"])]
    length = longest_learnt(tried, Arm(plain(groups)["cell"].iloc[0]))
    eigenvalues = eigenvalues[eigenvalues["length"].eq(length)]
    chosen = pd.concat(
        [choose(of_cell) for _, of_cell in groups.groupby("place") for choose in (plain, longest_memory)],
        ignore_index=True,
    )
    theory = tables["theory"]
    theory = theory[theory["theory"].eq("spectral radius") & theory["length"].eq(length)]
    radii = [
        of_group(theory, group.experiment, group.cell, group.remedy).set_index("moment")["predicted"]
        for group in chosen.itertuples()
    ]
    means = tables["profile_means"]
    means = means[means["length"].eq(length) & means["networks"].ne("unsolved")]
    means = means.merge(chosen[["experiment", "cell", "remedy"]])
    subtitle = words["subtitle"].format(
        length=length,
        n=span(means[means["moment"].eq("initial")]["n"], language),
        shown=span(eigenvalues.groupby(["experiment", "cell", "remedy"])["seed"].nunique(), language),
    )
    figure, axes = new_figure(
        _title(chosen, radii, words, language),
        subtitle,
        rows=2,
        columns=len(chosen),
        height=4.2 if is_narrow() else 3.4,
        share="row",
        height_ratios=[1.15, 1],
        narrow_columns=2,
        by_column=True,
    )
    axes[1, 0].set_yscale("log")
    power_ticks(axes[1, 0].yaxis, every=3)
    axes[1, 0].set_ylim(FLOOR, 1e9)
    for column, (group, radius) in enumerate(zip(chosen.itertuples(), radii, strict=True)):
        key = (group.experiment, group.cell, group.remedy)
        for panel in axes[:, column]:
            tag(panel, cell=group.cell, remedy=group.remedy, task=group.task)
        _circle(axes[0, column], of_group(eigenvalues, *key), cell_colour(group.cell))
        name = label_in_lines(group.cell, group.remedy, words)
        axes[0, column].set_title(name, color=cell_ink(group.cell), fontsize=SMALL, pad=12)
        _profiles(axes[1, column], of_group(means, *key), radius, group.cell, words, language)
    label_axes(figure, words["x"], words["y"])
    return figure


def _profiles(panel: Axes, means: pd.DataFrame, radius: pd.Series, cell: str, words: Words, language: str) -> None:
    """Gradients before and after training, with what the radius predicts of each."""
    for row, (moment, colour) in enumerate((("initial", GREY), ("final", cell_colour(cell)))):
        profile = means[means["moment"].eq(moment)]
        panel.plot(profile["lag"], profile["relative_gradient"].clip(lower=FLOOR / 10), color=colour, linewidth=2)
        panel.plot(profile["lag"], profile["predicted"], color=colour, linewidth=0.9)
        ink = GREY if moment == "initial" else cell_ink(cell)
        if moment in radius and len(profile):
            told = {"factor": number(radius[moment], language), "n": number(profile["n"].max(), language)}
            note(panel, row, words[moment].format(**told), ink)
        elif moment == "final" and profile.empty:
            note(panel, row, words["unsolved"], ink)


def _title(chosen: pd.DataFrame, radii: list[pd.Series], words: Words, language: str) -> str:
    """Where the mean radius of each kind of networks goes in training, or that it stays where it is."""
    told: dict[str, list[str]] = {"moves": [], "stays": [], "before": []}
    for group, radius in zip(chosen.itertuples(), radii, strict=True):
        if "initial" in radius:
            ends = {moment: number(value, language) for moment, value in radius.items()}
            how = "before" if "final" not in ends else "stays" if ends["initial"] == ends["final"] else "moves"
            told[how].append(words[how].format(name=label(group.cell, group.remedy, words), **ends))
    clauses = [
        words[f"all that {how}"].format(networks=listed(names, words["and"])) for how, names in told.items() if names
    ]
    return sentence(clauses) if clauses else str(words["open"])


def _circle(panel: Axes, rows: pd.DataFrame, colour: str) -> None:
    """Eigenvalues and the unit circle; beyond it, distances from the centre are logarithmic."""
    for ring in (1, *RINGS):
        look: dict[str, Any] = {"color": "black" if ring == 1 else FAINT, "linewidth": 0.9 if ring == 1 else 0.7}
        panel.add_patch(Circle((0, 0), 1 + np.log(ring), fill=False, **look))
        if ring == 1:
            continue
        panel.annotate(f"{ring}", (0, 1 + np.log(ring)), fontsize=SMALL, color=GREY, ha="center", va="bottom")
    for moment, paint, size in (("initial", GREY, 2.0), ("final", colour, 2.2)):
        at_moment = rows[rows["moment"].eq(moment)]
        points = at_moment["real"].to_numpy() + 1j * at_moment["imaginary"].to_numpy()
        drawn = np.where(
            np.abs(points) > 1,
            points / np.maximum(np.abs(points), 1) * (1 + np.log(np.maximum(np.abs(points), 1))),
            points,
        )
        dots: dict[str, Any] = {"markersize": size, "alpha": 0.6, "markeredgewidth": 0, "label": moment}
        panel.plot(drawn.real, drawn.imag, "o", color=paint, **dots)
    end = 1 + np.log(RINGS[-1]) + 0.25
    panel.set_xlim(-end, end)
    panel.set_ylim(-end, end)
    panel.set_aspect("equal")
    panel.set_axis_off()
