"""Share of LSTMs that solve a task with all gates and with one or two held open."""

import pandas as pd

from gradient_horizon.claims.arms import CHRONO_LSTM, CHRONO_WITHOUT
from gradient_horizon.claims.settings import GATE_RECALL, RESET_32, SELECTIVE_32
from gradient_horizon.figures.groups import listed, of_arm, outcome, sentence
from gradient_horizon.figures.style import (
    FAINT,
    GREY,
    INK,
    SMALL,
    Picture,
    cell_colour,
    head,
    is_narrow,
    new_figure,
    nothing_to_draw,
    share_ticks,
    span,
)
from gradient_horizon.figures.tags import tag
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

JUDGED = {"forget": RESET_32, "input": SELECTIVE_32, "output": GATE_RECALL}
"""The gates, and the setting whose task is built to need each."""
BARS = {"all": CHRONO_LSTM, **{name: CHRONO_WITHOUT[name] for name in (*JUDGED, "forget-input")}}


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """A panel per setting; a bar with all gates, and one for each gate held open."""
    success = tables["success"]
    success = success[success["policy"].eq("chosen")]
    panels = {
        gate: {name: rows.iloc[0] for name, arm in BARS.items() if len(rows := of_arm(success, arm, setting))}
        for gate, setting in JUDGED.items()
    }
    panels = {gate: bars for gate, bars in panels.items() if bars}
    if not panels:
        return nothing_to_draw(words["nothing"])
    drawn = pd.DataFrame([row for bars in panels.values() for row in bars.values()])
    subtitle = words["subtitle"].format(n=span(drawn["n"], language), length=span(drawn["length"], language))
    widths = [len(bars) + 0.4 for bars in panels.values()]
    figure, axes = new_figure(
        _title(tests, words),
        subtitle,
        columns=len(panels),
        height=1.5 if is_narrow() else 2.4,
        share=False,
        width_ratios=widths,
    )
    for panel, (gate, bars) in zip(axes[0], panels.items(), strict=True):
        rows = pd.DataFrame(list(bars.values()))
        middle = rows["solved_share"].to_numpy(dtype=float)
        spread = [(middle - rows["solved_share_low"]).clip(lower=0), (rows["solved_share_high"] - middle).clip(lower=0)]
        colours = [{"all": cell_colour(CHRONO_LSTM.cell), gate: GREY}.get(name, FAINT) for name in bars]
        places = range(len(bars))
        patches = panel.bar(places, middle, color=colours, width=0.65)
        for place, (patch, row) in enumerate(zip(patches, bars.values(), strict=True)):
            ends = [[below.iloc[place]] for below in spread]
            interval = panel.errorbar(place, middle[place], ends, fmt="none", color=INK, capsize=3, linewidth=1)
            tag(patch, interval, cell=row["cell"], remedy=row["remedy"], task=row["task"])
        panel.set_xticks(places, [words["bars"][name] for name in bars], fontsize=SMALL)
        panel.set_xlim(-0.6, len(bars) - 0.4)
        panel.set_ylim(0, 1.05)
        panel.grid(visible=False, axis="x")
        head(panel, words["tasks"][gate])
        share_ticks(panel.yaxis, language)
        panel.tick_params(labelleft=is_narrow() or panel is axes[0, 0])
    figure.supylabel(words["y"], fontsize=8.5)
    return figure


def _title(tests: pd.DataFrame, words: Words) -> str:
    """What holding each gate open costs, where the tests decide it."""
    outcomes = {gate: outcome(tests, "three-gates", gate) for gate in JUDGED}
    clauses = []
    for how in ("pass", "fail", "unclear"):
        gates = [words["gates"][gate] for gate in JUDGED if outcomes[gate] == how]
        if gates:
            clauses.append(
                words[f"{how} {'one' if len(gates) == 1 else 'several'}"].format(gates=listed(gates, words["and"]))
            )
    return sentence(clauses)
