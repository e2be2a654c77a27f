"""What a study trained: its experiments that no claim reads, a row per cell and remedy."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from gradient_horizon.claims.coverage import unread_experiments
from gradient_horizon.reporting.grid import Cell, Column, cell, censored_cell, grid, network_cell, number_cell
from gradient_horizon.reporting.wording import Wording
from gradient_horizon.statistics.censored import censored_mean
from gradient_horizon.tables.columns import GROUP_KEY
from gradient_horizon.tables.success import rising_arms

KEY = list(GROUP_KEY)
COLUMNS = (
    Column("experiment", width=1),
    Column("network", width=1.2),
    Column("solved_by_length", width=1.2),
    Column("memory_horizon", number=True, width=0.9),
    Column("gradient_reach", number=True, width=0.7),
    Column("loss", number=True, width=0.6),
    Column("accuracy", number=True, width=0.6),
    Column("all_baselines", width=1.3),
    Column("diverged", number=True, width=0.5),
)


def trained_table(wording: Wording, tables: Mapping[str, pd.DataFrame], *, every: bool) -> dict[str, Any]:
    """The experiments that no claim reads, or all of them: how many networks solve each length, T50, how they end.

    Loss, accuracy and the task's baselines at the longest length, means over seeds at the chosen learning rates; the
    gradient horizon before training, there too. No T50 where shares rise with length, and a sentence why.
    """
    arms = tables["runs"][KEY].drop_duplicates()
    trained = arms[["experiment", "cell", "remedy"]].itertuples(index=False, name=None)
    shown = set(arms["experiment"]) if every else set(unread_experiments(trained, wording.texts.claims))
    of_arms, rising = _of_arms(tables), rising_arms(tables["success"])
    keys = list(arms.loc[arms["experiment"].isin(shown), KEY].itertuples(index=False, name=None))
    rows = []
    for key in keys:
        success, horizons, gradients = of_arms.get(key, (None, None, None))
        arm, t50 = dict(zip(KEY, key, strict=True)), None if key in rising else horizons
        rows.append(_row(wording, arm, success, t50, gradients, tables["baselines"]))
    table = grid(wording, "trained", COLUMNS, rows)
    return table if rising.isdisjoint(keys) else table | {"caption": f"{table['caption']} {wording.words['no_t50']}"}


def _of_arms(tables: Mapping[str, pd.DataFrame]) -> dict[tuple[object, ...], tuple[Any, Any, Any]]:
    """By cell and remedy in an experiment: rows of success and of horizons, and of gradients before training."""
    chosen = {name: tables[name][tables[name]["policy"].eq("chosen")] for name in ("success", "horizons")}
    parts = [*chosen.values(), tables["gradients"][tables["gradients"]["moment"].eq("initial")]]
    grouped = [dict(iter(part.groupby(KEY))) for part in parts]
    return {key: (grouped[0].get(key), grouped[1].get(key), grouped[2].get(key)) for each in grouped for key in each}


def _row(
    wording: Wording,
    arm: Mapping[str, Any],
    success: pd.DataFrame | None,
    horizons: pd.DataFrame | None,
    gradients: pd.DataFrame | None,
    baselines: pd.DataFrame,
) -> list[Cell]:
    named = [cell(_setting(wording, arm)), network_cell(wording, arm["cell"], arm["remedy"])]
    if success is None:
        return [*named, cell("–"), cell("–"), _reach(wording, gradients), *[cell("–")] * 4]
    longest = success.loc[success["length"].idxmax()]
    return [
        *named,
        cell("; ".join(_solved(wording, row) for row in success.sort_values("length").to_dict("records"))),
        _memory(wording, horizons),
        _reach(wording, gradients),
        number_cell(wording, longest["loss"]),
        number_cell(wording, longest["accuracy"], "share"),
        _baselines(wording, baselines, arm["task"], longest["length"]),
        number_cell(wording, int(success["diverged"].sum())),
    ]


def _setting(wording: Wording, arm: Mapping[str, Any]) -> str:
    """The experiment, with its task where its name is the user's own and need not tell it."""
    setting = wording.names.setting(arm["experiment"])
    return f"{setting}: {wording.names.task(arm['task'])}" if setting == arm["experiment"] else setting


def _solved(wording: Wording, row: Mapping[str, Any]) -> str:
    length, solved, n = (wording.numbers.integer(row[name]) for name in ("length", "solved", "n"))
    return f"{length}:\N{NO-BREAK SPACE}{solved}/{n}"


def _memory(wording: Wording, horizons: pd.DataFrame | None) -> Cell:
    """T50 with its interval; a dash where there is none."""
    if horizons is None:
        return cell("–")
    row = horizons.iloc[0]
    shown = censored_cell(wording, row["memory_horizon"])
    interval = wording.quantities.bracketed(row["memory_horizon_low"], row["memory_horizon_high"])
    return shown | {"text": f"{shown['text']} {interval}"}


def _reach(wording: Wording, gradients: pd.DataFrame | None) -> Cell:
    """The mean gradient horizon before training, at the longest length."""
    if gradients is None:
        return cell("–")
    longest = gradients[gradients["length"].eq(gradients["length"].max())]
    return censored_cell(wording, censored_mean(longest["gradient_horizon"].dropna()))


def _baselines(wording: Wording, baselines: pd.DataFrame, task: str, length: int) -> Cell:
    """All baselines of a task at a length, that which every network has to beat first."""
    rows = baselines[baselines["task"].eq(task) & baselines["length"].eq(length)].sort_values("rank")
    told = [_baseline(wording, row) for row in rows.to_dict("records")]
    return cell(" \N{MIDDLE DOT} ".join(told) or "–")


def _baseline(wording: Wording, row: Mapping[str, Any]) -> str:
    accuracy = [wording.numbers.share(row["accuracy"])] if row["accuracy"] == row["accuracy"] else []
    values = "; ".join([wording.numbers.number(row["loss"]), *accuracy])
    return f"{wording.words['baselines'].get(row['baseline'], row['baseline'])}: {values}"
