"""What a study trained that no claim reads: success by length of each cell and remedy, a panel per experiment."""

import pandas as pd

from gradient_horizon.claims.coverage import unread_experiments
from gradient_horizon.figures.groups import by_memory, in_cell_order, label, reach, shown
from gradient_horizon.figures.memory_map import LOWEST, draw_map, scale_of_shares
from gradient_horizon.figures.style import Picture, head, is_narrow, label_axes, new_figure, nothing_to_draw, span
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables

BESIDE_LABELS = 20
"""Characters a line above a panel on a phone, where names of rows stand to its left."""


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """Experiments with two lengths or more, in the order of their first runs; rows as in the map of memories."""
    runs = tables["runs"][["experiment", "cell", "remedy"]].drop_duplicates()
    unread = unread_experiments(runs.itertuples(index=False, name=None))
    horizons = tables["horizons"][tables["horizons"]["policy"].eq("chosen")]
    panels = {name: _ordered(rows) for name in unread if len(rows := horizons[horizons["experiment"].eq(name)])}
    if not panels:
        return nothing_to_draw(words["nothing"])
    success = tables["success"][tables["success"]["policy"].eq("chosen")]
    counts = [len(rows) for rows in panels.values()]
    figure, axes = new_figure(
        _title(panels, words, language),
        words["subtitle"].format(n=span(success[success["experiment"].isin(panels)]["n"], language)),
        rows=len(panels),
        height=max(0.24 * sum(counts) + (0.62 if is_narrow() else 0.5) * len(counts) + 0.35, LOWEST),
        share=False,
        height_ratios=[count + 0.2 for count in counts],
    )
    for (panel,), (name, rows) in zip(axes, panels.items(), strict=True):
        own = success[success["experiment"].eq(name)].merge(rows[["cell", "remedy"]])
        draw_map(panel, range(len(rows)), rows, own, words, rows["task"].iloc[0])
        head(panel, shown(words).setting(name), width=BESIDE_LABELS, size=8.5)
    label_axes(figure, words["x"])
    scale_of_shares(figure, axes, words, language)
    return figure


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows by cell, in each from the shortest memory to the longest."""
    places = {cell: place for place, cell in enumerate(in_cell_order(rows["cell"]))}
    ranked = by_memory(rows.assign(place=rows["cell"].map(places).astype(int)))
    return ranked.sort_values("place", kind="stable", ignore_index=True)


def _title(panels: dict[str, pd.DataFrame], words: Words, language: str) -> str:
    """Who remembers farthest, and who the least, in the experiment with the most rows."""
    name, rows = max(panels.items(), key=lambda each: len(each[1]))
    ranked = by_memory(rows)
    worst, best = ranked.iloc[0], ranked.iloc[-1]
    is_tie = worst["memory_horizon"].sort_key == best["memory_horizon"].sort_key
    told: str = words["alone" if len(rows) == 1 else "alike" if is_tie else "compared"].format(
        setting=shown(words).setting(name),
        best=label(best["cell"], best["remedy"], words),
        most=reach(best, language, words),
        worst=label(worst["cell"], worst["remedy"], words),
        least=reach(worst, language, words),
    )
    return told
