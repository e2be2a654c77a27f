"""How often the learning rate that a seed is judged at lies at an end of those that were tried."""

from collections.abc import Mapping, Sequence

import pandas as pd

from gradient_horizon.reporting.grid import Cell, cell
from gradient_horizon.reporting.wording import Wording
from gradient_horizon.tables.columns import RUN_KEY


def rates_tried(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The training jobs that tried several learning rates, with the column `rates`: how many."""
    key = list(RUN_KEY)
    rates = tables["networks"].groupby(key)["learning_rate"].nunique().rename("rates").reset_index()
    runs = tables["runs"].merge(rates, on=key)
    return runs[runs["updates"].gt(0) & runs["rates"].gt(1)]


def seeds_at_edge(tables: Mapping[str, pd.DataFrame], key: Sequence[str]) -> dict[tuple[object, ...], tuple[int, int]]:
    """By the columns of a key: judged seeds whose chosen rate is the smallest or largest tried, and all judged seeds.

    Of the jobs that tried several rates.
    """
    counts = rates_tried(tables).groupby(list(key))[["chosen_at_edge", "judged_seeds"]].sum()
    return {
        tuple(each[0]): (int(each[1]), int(each[2])) for each in zip(counts.index, *counts.T.to_numpy(), strict=True)
    }


def edge_cell(wording: Wording, counts: tuple[int, int] | None) -> Cell:
    """How many of how many seeds are judged at an edge; a dash where a single rate was tried."""
    if counts is None:
        return cell("–")
    edge, seeds = counts
    return cell(f"{wording.numbers.integer(edge)} / {wording.numbers.integer(seeds)}", edge)


def edge_values(wording: Wording, tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """How many runs tried several rates, how many of them have a seed at an edge, how many tried two, where all do."""
    runs = rates_tried(tables)
    counts = {
        "several_rates": len(runs),
        "edge_runs": runs["chosen_at_edge"].gt(0).sum(),
        "two_rates": runs["rates"].eq(2).sum(),
    }
    return {name: wording.numbers.integer(int(count)) for name, count in counts.items()}
