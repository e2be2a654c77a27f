"""Tables in which the arms that a claim compares are shuffled: their networks change places at random."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Bool, Int, Shaped

from gradient_horizon.claims.coverage import Trained
from gradient_horizon.claims.extract import ARM, of_arms
from gradient_horizon.tables.catalogue import Tables
from gradient_horizon.training.learning_rate import choose_learning_rates
from gradient_horizon.training.outcome import NetworkOutcome, RunStatus

BY_SEED = ("networks", "gradients", "gates", "extrapolation")
"""The tables that claims read seeds from."""

OF_OUTCOMES = ("seed", "learning_rate", "status", "update")
"""The columns that decide which learning rate is chosen."""

NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "networks": ("length", "judged", "chosen", *OF_OUTCOMES),
        "gradients": ("seed",),
        "gates": ("seed",),
        "extrapolation": ("seed",),
        "runs": ("first_seed",),
    }
)
"""The columns that shuffling needs, beside those that name arms."""

DISPLACED_BY = 2
"""Places in the list of lengths by which a displaced arm remembers farther: twice as far where these grow by root 2."""


class Group(NamedTuple):
    """Arms that are compared with each other; `displaced` is one of them that is to differ from the others."""

    arms: tuple[Trained, ...]
    displaced: Trained | None = None


@dataclass(frozen=True)
class _Rows:
    """Rows of a table with their arms and seeds, and of each its group (-1: it stays) and the number of its member."""

    frame: pd.DataFrame
    arms: Shaped[np.ndarray, "row 3"]
    seeds: Int[np.ndarray, " row"]
    group: Int[np.ndarray, " row"]
    member: Int[np.ndarray, " row"]


class ShuffledTables:
    """The tables of a study with the arms of some groups shuffled, drawn again and again.

    A member of a group is a seed of one of its arms, with its networks of all lengths and learning rates, which move
    together, in all tables alike. Members change places freely, with arm and seed, and nothing but these names differs:
    arms that changed places within each seed only would be mirror images, whose difference scatters with twice the
    variance that independent arms have. The learning rate that a seed is judged at is chosen anew, by the others of its
    job where it then stands. Pilot seeds stay, and so do seeds that an arm of their group lacks. Tables with seeds hold
    the arms in `read` only.
    """

    def __init__(self, tables: Tables, groups: Sequence[Group], read: Sequence[Trained]):
        self._tables, self._groups = tables, groups
        cut = {name: tables[name][of_arms(tables[name], read)].reset_index(drop=True) for name in BY_SEED}
        self._seeds = [_common_seeds(cut["networks"], group.arms) for group in groups]
        self._rows = {name: _numbered(frame, groups, self._seeds) for name, frame in cut.items()}
        self._first_seeds = {
            name: np.unique(first) for name, first in tables["runs"].groupby("experiment")["first_seed"]
        }

    def draw(self, generator: np.random.Generator) -> Tables:
        """All tables, with the members of each group in a random order."""
        orders = [
            generator.permutation(len(group.arms) * len(seeds))
            for group, seeds in zip(self._groups, self._seeds, strict=True)
        ]
        moved = {name: self._moved(rows, orders) for name, rows in self._rows.items()}
        networks = moved["networks"].assign(chosen=self._chosen_again(moved["networks"]))
        for group in self._groups:
            if group.displaced is not None:
                networks = _displaced(networks, group.displaced)
        return {**self._tables, **moved, "networks": networks}

    def _moved(self, rows: _Rows, orders: Sequence[Int[np.ndarray, " member"]]) -> pd.DataFrame:
        """The rows under the names of the members whose places they have taken."""
        arms, seeds = rows.arms.copy(), rows.seeds.copy()
        for number, (group, own, order) in enumerate(zip(self._groups, self._seeds, orders, strict=True)):
            moving = np.flatnonzero(rows.group == number)
            arm, seed = np.divmod(order[rows.member[moving]], max(len(own), 1))
            arms[moving], seeds[moving] = np.array(group.arms, dtype=object)[arm], own[seed]
        columns = {name: pd.array(values, dtype="string") for name, values in zip(ARM, arms.T, strict=True)}
        return rows.frame.assign(**columns, seed=pd.array(seeds, dtype="Int64"))

    def _chosen_again(self, networks: pd.DataFrame) -> Bool[np.ndarray, " network"]:
        """Which networks have the learning rate that the others of their new job choose, length by length."""
        chosen: Bool[np.ndarray, " network"] = networks["chosen"].to_numpy(dtype=bool, copy=True)
        (moved,) = np.nonzero(self._rows["networks"].group >= 0)
        moving = networks.iloc[moved]
        for rows in moving.groupby([*ARM, "length", _jobs(moving, self._first_seeds)]).indices.values():
            outcomes = [
                NetworkOutcome(int(seed), True, rate, RunStatus(status), int(update), np.nan, np.nan)
                for seed, rate, status, update in moving.iloc[rows][list(OF_OUTCOMES)].itertuples(index=False)
            ]
            rates = choose_learning_rates(outcomes)
            chosen[moved[rows]] = [outcome.learning_rate == rates[outcome.seed] for outcome in outcomes]
        return chosen


def _jobs(networks: pd.DataFrame, first_seeds: Mapping[str, Int[np.ndarray, " job"]]) -> Int[np.ndarray, " network"]:
    """The number of each network's job in its experiment."""
    named = zip(networks["experiment"], networks["seed"], strict=True)
    found = (np.searchsorted(first_seeds[experiment], seed, side="right") for experiment, seed in named)
    return np.fromiter(found, dtype=int, count=len(networks))


def _common_seeds(networks: pd.DataFrame, arms: Sequence[Trained]) -> Int[np.ndarray, " seed"]:
    """The judged seeds that all arms have, at the same lengths."""
    judged = networks[networks["judged"]]
    lengths_of = [judged[of_arms(judged, {arm})].groupby("seed")["length"].unique().map(frozenset) for arm in arms]
    first, *others = (lengths.to_dict() for lengths in lengths_of)
    kept = [seed for seed, lengths in first.items() if all(other.get(seed) == lengths for other in others)]
    return np.array(kept, dtype=int)


def _numbered(frame: pd.DataFrame, groups: Sequence[Group], seeds: Sequence[Int[np.ndarray, " seed"]]) -> _Rows:
    """The rows of a frame, with the numbers of the groups and members that they belong to."""
    own_seeds = frame["seed"].to_numpy(dtype=int)
    group, member = (np.full(len(frame), -1) for _ in range(2))
    judged = frame["judged"].to_numpy(dtype=bool) if "judged" in frame else np.full(len(frame), True)
    for number, (each, own) in enumerate(zip(groups, seeds, strict=True)):
        for place, arm in enumerate(each.arms):
            rows = np.flatnonzero(of_arms(frame, {arm}) & judged & np.isin(own_seeds, own))
            group[rows] = number
            member[rows] = place * len(own) + np.searchsorted(own, own_seeds[rows])
    return _Rows(frame, frame[list(ARM)].to_numpy(dtype=object), own_seeds, group, member)


def _displaced(networks: pd.DataFrame, arm: Trained) -> pd.DataFrame:
    """The networks, of which an arm's judged ones do at each length what they did at a shorter one."""
    own = of_arms(networks, {arm}) & networks["judged"]
    lengths = sorted(networks.loc[own, "length"].unique())
    moved = [
        networks[own & networks["length"].eq(lengths[max(place - DISPLACED_BY, 0)])].assign(length=length)
        for place, length in enumerate(lengths)
    ]
    return pd.concat([networks[~own], *moved], ignore_index=True)
