"""What a study trained that no claim reads: success by length of each cell and remedy, a panel per experiment."""

from collections.abc import Collection

import pandas as pd

from gradient_horizon.claims.coverage import unread_experiments
from gradient_horizon.figures.groups import by_memory, in_cell_order, label, reach, shown
from gradient_horizon.figures.memory_map import LOWEST, draw_map, scale_of_shares
from gradient_horizon.figures.style import Picture, head, is_narrow, label_axes, new_figure, nothing_to_draw, span
from gradient_horizon.language.words import Words
from gradient_horizon.tables.catalogue import Tables
from gradient_horizon.tables.columns import GROUP_KEY
from gradient_horizon.tables.success import rising_arms

BESIDE_LABELS = 20
"""Characters a line above a panel on a phone, where names of rows stand to its left."""


def draw(tables: Tables, tests: pd.DataFrame, words: Words, language: str) -> Picture:
    """Experiments with two lengths or more, in the order of their first runs; rows as in the map of memories."""
    runs = tables["runs"][["experiment", "cell", "remedy"]].drop_duplicates()
    unread = unread_experiments(runs.itertuples(index=False, name=None))
    horizons = tables["horizons"][tables["horizons"]["policy"].eq("chosen")]
    rising = rising_arms(tables["success"])
    panels = {name: _ordered(rows, rising) for name in unread if len(rows := horizons[horizons["experiment"].eq(name)])}
    if not panels:
        return nothing_to_draw(words["nothing"])
    success = tables["success"][tables["success"]["policy"].eq("chosen")]
    subtitle = words["subtitle"].format(n=span(success[success["experiment"].isin(panels)]["n"], language))
    if any(rows["memory_horizon"].isna().any() for rows in panels.values()):
        subtitle = f"{subtitle} {words['no_t50']}"
    counts = [len(rows) for rows in panels.values()]
    figure, axes = new_figure(
        _title(panels, words, language),
        subtitle,
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


def _ordered(rows: pd.DataFrame, rising: Collection[tuple[str, ...]]) -> pd.DataFrame:
    """Rows by cell, in each from the shortest memory to the longest; without a T50 where shares rise with length."""
    places = {cell: place for place, cell in enumerate(in_cell_order(rows["cell"]))}
    ranked = by_memory(rows.assign(place=rows["cell"].map(places).astype(int)))
    ranked = ranked.sort_values("place", kind="stable", ignore_index=True)
    keys = ranked[list(GROUP_KEY)].itertuples(index=False, name=None)
    t50 = [None if key in rising else each for key, each in zip(keys, ranked["memory_horizon"], strict=True)]
    return ranked.assign(memory_horizon=pd.Series(t50, ranked.index, dtype=object))


def _title(panels: dict[str, pd.DataFrame], words: Words, language: str) -> str:
    """Who remembers farthest, and who the least, in the experiment with the most rows that have a T50."""
    known = {name: rows[rows["memory_horizon"].notna()] for name, rows in panels.items()}
    name, rows = max(known.items(), key=lambda each: len(each[1]))
    if rows.empty:
        return str(words["rising"].format(setting=shown(words).setting(name)))
    ranked = by_memory(rows)
    worst, best = ranked.iloc[0], ranked.iloc[-1]
    is_tie = len({reach(row, language, words) for _, row in ranked.iterrows()}) == 1
    told: str = words["alone" if len(rows) == 1 else "alike" if is_tie else "compared"].format(
        setting=shown(words).setting(name),
        best=label(best["cell"], best["remedy"], words),
        most=reach(best, language, words),
        worst=label(worst["cell"], worst["remedy"], words),
        least=reach(worst, language, words),
    )
    return told
