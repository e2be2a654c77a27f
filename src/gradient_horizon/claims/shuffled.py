"""Tables in which the arms that a claim compares are shuffled: each seed's networks change places among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Bool, Int, Shaped

from gradient_horizon.claims.coverage import Trained
from gradient_horizon.claims.extract import ARM, of_arms
from gradient_horizon.tables.catalogue import Tables
from gradient_horizon.training.learning_rate import choose_learning_rates
from gradient_horizon.training.outcome import NetworkOutcome, RunStatus

BY_SEED = ("networks", "gradients", "gates")
"""The tables that claims read seeds from."""

DISPLACED_BY = 2
"""Places in the list of lengths by which a displaced arm remembers farther: twice as far where these grow by root 2."""


class Group(NamedTuple):
    """Arms that are compared with each other; `displaced` is one of them that is to differ from the others."""

    arms: tuple[Trained, ...]
    displaced: Trained | None = None


@dataclass(frozen=True)
class _Rows:
    """Rows of a table, and of each its group (-1: it stays), the place of its arm there, and the place of its seed."""

    frame: pd.DataFrame
    names: Shaped[np.ndarray, "row 3"]
    group: Int[np.ndarray, " row"]
    place: Int[np.ndarray, " row"]
    seed: Int[np.ndarray, " row"]


class ShuffledTables:
    """The tables of a study with the arms of some groups shuffled, drawn again and again.

    A seed's networks, of all lengths and learning rates, move together, since seeds share their initial weights, and
    in all tables alike. Nothing but the names of arms differs. The learning rate at which a seed is judged is chosen
    anew, by the other seeds of its job in the arm where it then stands. Pilot seeds stay, and so do seeds that an arm
    of their group lacks. Tables with seeds hold the arms in `read` only.
    """

    def __init__(self, tables: Tables, groups: Sequence[Group], read: Sequence[Trained]):
        self._tables, self._groups = dict(tables), groups
        cut = {name: tables[name][of_arms(tables[name], read)].reset_index(drop=True) for name in BY_SEED}
        cut["networks"] = cut["networks"].assign(job=_jobs(cut["networks"], tables["runs"]))
        self._seeds = [_common_seeds(cut["networks"], group.arms) for group in groups]
        self._rows = {name: _placed(frame, groups, self._seeds) for name, frame in cut.items()}
        self._outcomes = [
            NetworkOutcome(
                int(row.seed), True, row.learning_rate, RunStatus(row.status), int(row.update), row.loss, row.accuracy
            )
            for row in cut["networks"].itertuples()
        ]

    def draw(self, generator: np.random.Generator) -> Tables:
        """All tables, with the arms of each seed in a random order."""
        orders = [
            generator.permuted(np.tile(np.arange(len(group.arms)), (len(seeds), 1)), axis=1)
            for group, seeds in zip(self._groups, self._seeds, strict=True)
        ]
        moved = {name: self._moved(rows, orders) for name, rows in self._rows.items()}
        networks = moved["networks"].assign(chosen=self._chosen_again(moved["networks"]))
        for group in self._groups:
            if group.displaced is not None:
                networks = _displaced(networks, group.displaced)
        return {**self._tables, **moved, "networks": networks}

    def _moved(self, rows: _Rows, orders: Sequence[Int[np.ndarray, "seed arm"]]) -> pd.DataFrame:
        """The rows under the names of the arms that their seeds have moved to."""
        names = rows.names.copy()
        for number, (group, order) in enumerate(zip(self._groups, orders, strict=True)):
            own = np.flatnonzero(rows.group == number)
            names[own] = np.array(group.arms, dtype=object)[order[rows.seed[own], rows.place[own]]]
        columns = {name: pd.array(values, dtype="string") for name, values in zip(ARM, names.T, strict=True)}
        return rows.frame.assign(**columns)

    def _chosen_again(self, networks: pd.DataFrame) -> Bool[np.ndarray, " network"]:
        """Which networks have the learning rate that the others of their new arm choose, length by length."""
        chosen: Bool[np.ndarray, " network"] = networks["chosen"].to_numpy(dtype=bool, copy=True)
        (moved,) = np.nonzero(self._rows["networks"].group >= 0)
        for within in networks.iloc[moved].groupby([*ARM, "length", "job"]).indices.values():
            outcomes = {int(row): self._outcomes[row] for row in moved[within]}
            rates = choose_learning_rates(outcomes.values())
            for row, outcome in outcomes.items():
                chosen[row] = outcome.learning_rate == rates[outcome.seed]
        return chosen


def _jobs(networks: pd.DataFrame, runs: pd.DataFrame) -> list[int]:
    """The number of each network's job in its experiment, by the first seeds of jobs."""
    starts = {name: np.unique(first) for name, first in runs.groupby("experiment")["first_seed"]}
    named = zip(networks["experiment"], networks["seed"], strict=True)
    return [int(np.searchsorted(starts[experiment], seed, side="right")) for experiment, seed in named]


def _common_seeds(networks: pd.DataFrame, arms: Sequence[Trained]) -> Int[np.ndarray, " seed"]:
    """The judged seeds that all arms have, at the same lengths."""
    judged = networks[networks["judged"]]
    lengths_of = [judged[of_arms(judged, {arm})].groupby("seed")["length"].unique().map(frozenset) for arm in arms]
    first, *others = (lengths.to_dict() for lengths in lengths_of)
    kept = [seed for seed, lengths in first.items() if all(other.get(seed) == lengths for other in others)]
    return np.array(kept, dtype=int)


def _placed(frame: pd.DataFrame, groups: Sequence[Group], seeds: Sequence[Int[np.ndarray, " seed"]]) -> _Rows:
    """The rows of a frame with the group, the arm and the seed of those that move."""
    group, place, seed = (np.full(len(frame), -1) for _ in range(3))
    judged = frame["judged"] if "judged" in frame else pd.Series(True, frame.index)
    for number, (each, own) in enumerate(zip(groups, seeds, strict=True)):
        for position, arm in enumerate(each.arms):
            rows = np.flatnonzero(of_arms(frame, {arm}) & judged & frame["seed"].isin(own))
            group[rows], place[rows] = number, position
            seed[rows] = np.searchsorted(own, frame["seed"].to_numpy(dtype=int)[rows])
    return _Rows(frame, frame[list(ARM)].to_numpy(dtype=object), group, place, seed)


def _displaced(networks: pd.DataFrame, arm: Trained) -> pd.DataFrame:
    """The networks, of which an arm's judged ones do at each length what they did at a shorter one."""
    own = of_arms(networks, {arm}) & networks["judged"]
    lengths = sorted(networks.loc[own, "length"].unique())
    moved = [
        networks[own & networks["length"].eq(lengths[max(place - DISPLACED_BY, 0)])].assign(length=length)
        for place, length in enumerate(lengths)
    ]
    return pd.concat([networks[~own], *moved], ignore_index=True)
