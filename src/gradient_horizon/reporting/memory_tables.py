"""Tables of what networks remember: horizons, other tasks, definitions of memory, theory."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from gradient_horizon.claims.settings import RECALL_32
from gradient_horizon.reporting.grid import (
    Cell,
    Column,
    cell,
    censored_cell,
    estimate_cell,
    grid,
    interval_cell,
    network_cell,
    number_cell,
)
from gradient_horizon.reporting.learning_rates import edge_cell, seeds_at_edge
from gradient_horizon.reporting.wording import Wording
from gradient_horizon.statistics.censored import Censored
from gradient_horizon.tables.columns import GROUP_KEY, RUN_KEY
from gradient_horizon.tables.memories import DEFINITIONS

NOISE_LAGS = (0, 5, 10, 20, 40)
"""Lags whose signal to noise the table of gradients shows."""


def horizon_table(wording: Wording, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """The networks of the main picture, those that remember longest first."""
    horizons = tables["horizons"]
    rows = horizons[horizons["policy"].eq("chosen") & horizons["experiment"].eq(RECALL_32)]
    edges = seeds_at_edge(tables, GROUP_KEY)
    columns = [
        Column("network", width=1.4),
        Column("updates", number=True),
        Column("n", number=True),
        Column("memory_horizon", number=True),
        Column("interval", number=True),
        Column("edge", number=True),
    ]
    cells = []
    ordered = rows.sort_values(["cell", "remedy"]).to_dict("records")
    for row in sorted(ordered, key=lambda row: row["memory_horizon"].sort_key, reverse=True):
        cells.append(
            [
                network_cell(wording, row["cell"], row["remedy"], row["task"]),
                number_cell(wording, row["updates"]),
                number_cell(wording, row["n"]),
                censored_cell(wording, row["memory_horizon"]),
                interval_cell(wording, row["memory_horizon_low"], row["memory_horizon_high"]),
                edge_cell(wording, edges.get(tuple(row[name] for name in GROUP_KEY))),
            ]
        )
    return grid(wording, "horizons", columns, cells)


def other_tasks_table(wording: Wording, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Tasks other than recall: networks that solve them, loss and accuracy, beside the trivial baseline."""
    success, baselines, named = tables["success"], tables["baselines"], wording.words["baselines"]
    rows = success[success["policy"].eq("chosen") & success["task"].ne("recall")]
    trivial = baselines[baselines["rank"].eq(0)].set_index(["task", "length"])
    edges = seeds_at_edge(tables, RUN_KEY)
    columns = [
        Column("task", width=1),
        Column("network", width=1.4),
        Column("length", number=True),
        Column("solved", number=True),
        Column("loss", number=True),
        Column("accuracy", number=True),
        Column("edge", number=True),
        Column("baseline", width=1),
    ]
    numbers = wording.numbers
    cells = []
    for row in rows.to_dict("records"):
        base = trivial.loc[(row["task"], row["length"])]
        cells.append(
            [
                cell(wording.names.task(row["task"])),
                network_cell(wording, row["cell"], row["remedy"]),
                number_cell(wording, row["length"]),
                cell(
                    f"{row['solved']} / {row['n']} "
                    f"{wording.quantities.bracketed(row['solved_share_low'], row['solved_share_high'], 'share')}",
                    row["solved_share"],
                ),
                number_cell(wording, row["loss"]),
                number_cell(wording, row["accuracy"], "share"),
                edge_cell(wording, edges.get(tuple(row[name] for name in RUN_KEY))),
                cell(f"{named.get(base['baseline'], base['baseline'])}: {numbers.number(float(base['loss']))}"),
            ]
        )
    return grid(wording, "others", columns, cells)


def memory_table(wording: Wording, memories: pd.DataFrame) -> dict[str, Any]:
    """The memory by every definition of the networks of the main picture."""
    before, after = ("gradient_horizon_initial",), tuple(each.name for each in DEFINITIONS if each.trained)
    columns = [
        Column("network", width=1.2),
        *(Column(name, number=True) for name in ("length", *before, "trained", *after, "memory_horizon")),
    ]
    rows = [
        [
            network_cell(wording, row["cell"], row["remedy"]),
            number_cell(wording, row["length"]),
            *(_measure(wording, row[name]) for name in before),
            _trained_at(wording, row),
            *(_measure(wording, row[name]) for name in (*after, "memory_horizon")),
        ]
        for row in memories[memories["experiment"].eq(RECALL_32)].to_dict("records")
    ]
    return grid(wording, "memories", columns, rows)


def _measure(wording: Wording, value: Censored | float | None) -> Cell:
    return number_cell(wording, value) if isinstance(value, float) else censored_cell(wording, value)


def _trained_at(wording: Wording, row: Mapping[str, Any]) -> Cell:
    """The length of the measures after training, and over how many networks they are means."""
    if not row["solved"]:
        return cell("–")
    n = wording.words["networks_n"].format(n=wording.numbers.integer(row["solved"]))
    return cell(f"{wording.numbers.integer(row['trained_length'])} ({n})", row["trained_length"])


def gradient_table(wording: Wording, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """How far the gradient reaches before training by the full state and by h alone, and its signal to noise by lag."""
    memories, means = tables["memories"], tables["profile_means"]
    means = means[means["moment"].eq("initial") & means["lag"].isin(NOISE_LAGS)]
    noise = means.set_index([*RUN_KEY, "lag"])["signal_to_noise"].to_dict()
    columns = [
        Column("network", width=1.4),
        *(Column(name, number=True) for name in ("length", "n", "full_state", "hidden_state")),
        *(Column(f"noise_{lag}", number=True) for lag in NOISE_LAGS),
    ]
    rows = [
        [
            network_cell(wording, row["cell"], row["remedy"]),
            number_cell(wording, row["length"]),
            number_cell(wording, row["n"]),
            censored_cell(wording, row["gradient_horizon_initial"]),
            censored_cell(wording, row["hidden_gradient_horizon_initial"]),
            *(number_cell(wording, noise.get((*(row[name] for name in RUN_KEY), lag), math.nan)) for lag in NOISE_LAGS),
        ]
        for row in memories[memories["experiment"].eq(RECALL_32)].to_dict("records")
    ]
    return grid(wording, "gradients", columns, rows)


def agreement_table(wording: Wording, agreement: pd.DataFrame) -> dict[str, Any]:
    """Pairs of definitions, those that agree most first, and the network on which each pair differs most."""
    columns = [
        Column("first", width=1),
        Column("second", width=1),
        Column("n", number=True),
        Column("limits", number=True),
        Column("correlation", number=True),
        Column("apart", width=1.5),
    ]
    rows = [
        [
            cell(wording.names.measure(row["first"])),
            cell(wording.names.measure(row["second"])),
            number_cell(wording, row["n"]),
            number_cell(wording, row["limits"]),
            estimate_cell(wording, row, "correlation", "-"),
            cell(_apart(wording, row)),
        ]
        for row in agreement.sort_values(["correlation", "first", "second"], ascending=[False, True, True]).to_dict(
            "records"
        )
    ]
    return grid(wording, "agreement", columns, rows)


def _apart(wording: Wording, row: Mapping[str, Any]) -> str:
    if not row["apart_cell"]:
        return "–"
    first, second = (wording.numbers.number(row[f"apart_{which}"]) for which in ("first", "second"))
    return str(
        wording.words["apart"].format(
            network=wording.network(row["apart_cell"], row["apart_remedy"]),
            experiment=wording.names.setting(row["apart_experiment"]),
            first=first,
            second=second,
        )
    )


def theory_table(wording: Wording, theory: pd.DataFrame) -> dict[str, Any]:
    """Networks as they were initialised, over long sequences: what each formula predicts and what was measured."""
    rows = theory[theory["moment"].eq("initial") & theory["experiment"].str.startswith("flow")]
    columns = [
        Column("network", width=1),
        Column("theory", width=1.6),
        *(Column(name, number=True) for name in ("n", "predicted", "measured", "ratio")),
    ]
    cells = [
        [
            network_cell(wording, row["cell"], row["remedy"]),
            cell(wording.words["theories"][row["theory"]]),
            number_cell(wording, row["n"]),
            number_cell(wording, row["predicted"]),
            number_cell(wording, row["measured"]),
            estimate_cell(wording, row, "ratio", "-"),
        ]
        for row in rows.to_dict("records")
    ]
    return grid(wording, "theory", columns, cells)
