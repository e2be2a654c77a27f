"""The weights of the few trained networks that the report's page computes with."""

from collections.abc import Iterator, Sequence

import pandas as pd

from gradient_horizon.storage import read_arrays, require_whole
from gradient_horizon.tables.columns import TRAINED, TRAINED_KEY
from gradient_horizon.tables.run_files import RunFiles
from gradient_horizon.tables.schema import Column, Row
from gradient_horizon.tables.table import Table, Tables

SETTING = "recall-32"
CELLS = ("tanh", "lstm")
SHARE_OF_SEEDS = 0.5
"""A network is shown at the longest length that at least this share of the seeds of its cell learns."""
PARTS = ("recurrent", "readout")
"""The weights of a network as its run saved them (see `Record`)."""


def shown_network_rows(tables: Tables, runs: Sequence[RunFiles]) -> Iterator[Row]:
    """A row per weight of the first judged seed, at its chosen learning rate, that solved the longest length learnt.

    Of each of `CELLS` without a remedy; the saved weights of no other run are opened. Raises DamagedError where those
    of a chosen run are not what was written.
    """
    for cell in CELLS:
        network = _chosen(tables, cell)
        if network is None:
            continue
        run = next(each for each in runs if _holds(each, network))
        index = next(place for place, each in run.chosen_networks() if each["seed"] == network["seed"])
        require_whole(run.stored.networks)
        saved = read_arrays(run.stored.networks)
        for part in PARTS:
            weights = saved[f"final.{part}"][index].tolist()
            for row, values in enumerate(weights):
                for column, value in enumerate(values):
                    place = {"part": part, "row": row, "column": column}
                    yield {**{name: network[name] for name in TRAINED_KEY}, **place, "value": value}


def _chosen(tables: Tables, cell: str) -> "pd.Series | None":
    """The row of `networks` of the network to be shown; None: too few networks of this cell learnt any length."""
    success, networks = (_plain(tables[name], cell) for name in ("success", "networks"))
    learnt = success[success["policy"].eq("chosen") & success["solved_share"].ge(SHARE_OF_SEEDS)]["length"]
    solved = networks[networks["judged"] & networks["chosen"] & networks["status"].eq("solved")]
    solved = solved[solved["length"].isin(learnt)].sort_values(["length", "seed"], ascending=[False, True])
    return None if solved.empty else solved.iloc[0]


def _plain(table: pd.DataFrame, cell: str) -> pd.DataFrame:
    return table[table["experiment"].eq(SETTING) & table["cell"].eq(cell) & table["remedy"].eq("none")]


def _holds(run: RunFiles, network: pd.Series) -> bool:
    return all(run.key[name] == network[name] for name in run.key) and network["seed"] in run.spec.seeds


SHOWN_NETWORKS = Table(
    row="a weight of one of the trained networks that the report's page computes with",
    columns=(
        *TRAINED,
        Column(
            "part", "text", "-", "recurrent: the cell's weight matrix, biases included; readout: that of the answer"
        ),
        Column("row", "count", "-", "row of the matrix: blocks of hidden units (see `Layout`), or an output"),
        Column("column", "count", "-", "column of the matrix: [h; x; 1], of the read-out [h; 1]"),
        Column("value", "number", "-", "the weight after training"),
    ),
    key=(*TRAINED_KEY, "part", "row", "column"),
    of_networks=shown_network_rows,
)
