"""Gates along one sequence: its symbols, the opening of the gates, and the probability of the right answer."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from gradient_horizon.claims.arms import CHRONO_LSTM
from gradient_horizon.claims.settings import RESET_32, SELECTIVE_32
from gradient_horizon.figures.groups import label, of_arm, outcome, sentence, shown
from gradient_horizon.figures.style import (
    GREY,
    INK,
    SMALL,
    Picture,
    cell_colour,
    head,
    is_narrow,
    label_axes,
    new_figure,
    nothing_to_draw,
    share_ticks,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

SETTINGS = (SELECTIVE_32, RESET_32)
MARK = "#e6bcd2"
CURVES = ("writing_gate", "keeping_gate", "confidence")


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """A column per task; rows are the symbols, both gates and the read-out."""
    traces = tables["gate_traces"]
    sequences = [rows for setting in SETTINGS if len(rows := _sequence(traces, setting))]
    if not sequences:
        return nothing_to_draw(words["nothing"])
    figure, axes = new_figure(
        _title(tests, words),
        words["subtitle"],
        rows=4,
        columns=len(sequences),
        height=4.2 if is_narrow() else 3.5,
        share=False,
        by_column=True,
        height_ratios=[0.35, 1, 1, 1],
    )
    baselines = tables["baselines"]
    for column, rows in enumerate(sequences):
        task = rows["task"].iloc[0]
        final = rows[rows["moment"].eq("final")]
        _symbols(axes[0, column], final)
        network = f"{shown(words).task(task)} ({label(CHRONO_LSTM.cell, CHRONO_LSTM.remedy, words)})"
        for panel in axes[:, column]:
            tag(panel, cell=CHRONO_LSTM.cell, remedy=CHRONO_LSTM.remedy, task=task)
        solved = "" if final["solved"].any() else words["unsolved"]
        head(axes[0, column], f"{network}\n{words[task]}{solved}", size=SMALL)
        for panel, name in zip(axes[1:, column], CURVES, strict=True):
            _curve(panel, rows, name)
            share_ticks(panel.yaxis, language)
            panel.set_ylim(-0.03, 1.03)
            panel.tick_params(labelleft=column == 0 or is_narrow(), labelbottom=name == CURVES[-1])
            panel.set_ylabel(words[name] if column == 0 or is_narrow() else "")
        trivial = baselines[baselines["task"].eq(task) & baselines["rank"].eq(0)]["accuracy"]
        for chance in trivial.head(1):
            axes[3, column].axhline(chance, color=GREY, linestyle=":", linewidth=0.9)
    axes[0, 0].set_ylabel(words["symbol"], rotation=0, ha="right", va="center")
    label_axes(figure, words["x"])
    return figure


def _title(tests: pd.DataFrame, words: Words) -> str:
    opening, closing = (outcome(tests, "intelligent-forgetting", name) for name in ("input-opens", "forget-closes"))
    if opening == closing == "unclear":
        return str(words["open"])
    return sentence([words[f"input {opening}"], words[f"forget {closing}"]])


def _sequence(traces: pd.DataFrame, setting: str) -> pd.DataFrame:
    """Traces of the first LSTM that solved this task, or of the first one traced where none solved it."""
    rows = of_arm(traces, CHRONO_LSTM, setting)
    final = rows[rows["moment"].eq("final")]
    first = final.sort_values(["solved", "length", "seed"], ascending=[False, True, True], kind="stable").head(1)
    return rows.merge(first[["length", "seed"]])


def _symbols(panel: Axes, rows: pd.DataFrame) -> None:
    """The symbols as numbers in boxes, the marked ones filled."""
    for row in rows.itertuples():
        box = {"boxstyle": "square,pad=0.12", "facecolor": MARK, "edgecolor": "none"} if row.marked else None
        look: dict[str, Any] = {
            "ha": "center",
            "va": "center",
            "fontsize": SMALL,
            "fontweight": "bold" if row.marked else "normal",
        }
        panel.text(row.step, 0.5, f"{row.symbol}", bbox=box, color=INK, **look)
    panel.set_xlim(0.5, rows["step"].max() + 0.5)
    panel.set_ylim(0, 1)
    panel.set_yticks([])
    panel.grid(visible=False)
    panel.spines[:].set_visible(False)
    panel.tick_params(length=0, labelbottom=False)


def _curve(panel: Axes, rows: pd.DataFrame, name: str) -> None:
    final = rows[rows["moment"].eq("final")]
    for step in final.loc[final["marked"], "step"]:
        panel.axvspan(step - 0.5, step + 0.5, color=MARK, alpha=0.6, linewidth=0)
    for moment, style in (("initial", (0, (3, 1.5))), ("final", "-")):
        at_moment = rows[rows["moment"].eq(moment)].sort_values("step")
        values = at_moment[name].to_numpy(dtype=float)
        if np.isfinite(values).any():
            panel.plot(
                at_moment["step"],
                values,
                color=cell_colour(CHRONO_LSTM.cell),
                linestyle=style,
                linewidth=1 if moment == "initial" else 1.8,
            )
    length = int(final["step"].max())
    panel.set_xlim(0.5, length + 0.5)
    panel.set_xticks([1, *range(5, length + 1, 5)])
    panel.grid(visible=False, axis="x")
