"""Our own numbers for published results: from the tables of a study, or from a definition alone."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gradient_horizon.engine.layout import Layout
from gradient_horizon.literature.rows import OfBaseline, OfCount, OfRuns
from gradient_horizon.statistics.intervals import Interval
from gradient_horizon.statistics.means import mean
from gradient_horizon.study.task_text import split_task
from gradient_horizon.tables.judged_share import judged_share
from gradient_horizon.training.assembly import build_cell, build_task

LEFT = 0.9
"""The share of the trivial solution's loss from which on a network has left it."""

KEY = ["seed", "learning_rate"]


@dataclass(frozen=True)
class Ours:
    """An estimate with its interval, from n networks, of which `reached` did what is counted."""

    estimate: Interval
    n: int
    reached: int


def from_runs(of: OfRuns, tables: Mapping[str, pd.DataFrame]) -> Ours | None:
    """The estimate from the networks of a study that are judged at their chosen learning rate; None: it has none."""
    judged = _of_arm(tables["networks"], of)
    judged = judged[judged["judged"]]
    chosen = judged[judged["chosen"]]
    if chosen.empty:
        return None
    solved = chosen["status"].eq("solved")
    if of.measure == "solved":
        return Ours(judged_share(judged, judged["status"].eq("solved"), "chosen"), len(chosen), int(solved.sum()))
    if of.measure == "loss":
        finite = chosen["loss"][chosen["status"].ne("diverged")]
        return Ours(mean(finite), len(chosen), len(finite))
    updates = chosen["update"][solved] if of.measure == "updates" else _leaving(of, tables, chosen)
    estimate, low, high = mean(updates)
    return Ours(Interval(estimate, max(low, 0.0), high), len(chosen), len(updates))


def _leaving(of: OfRuns, tables: Mapping[str, pd.DataFrame], chosen: pd.DataFrame) -> pd.Series:
    """The first evaluation of each network by which it has left the trivial solution, where it does."""
    evaluations = _of_arm(tables["evaluations"], of).merge(chosen[KEY], on=KEY)
    trivial = _trivial(chosen["task"].iloc[0], of.length, 0)
    left = evaluations[evaluations["loss"].le(LEFT * trivial)]
    return left.groupby(KEY)["update"].min()


def _of_arm(table: pd.DataFrame, of: OfRuns) -> pd.DataFrame:
    return table[
        table["experiment"].eq(of.experiment)
        & table["cell"].eq(of.cell)
        & table["remedy"].eq(of.remedy)
        & table["length"].eq(of.length)
    ]


def from_definition(of: OfCount | OfBaseline) -> float:
    """A number that needs no run; raises UnknownNameError."""
    if isinstance(of, OfBaseline):
        return _trivial(of.task, of.length, of.rank)
    cell, task = build_cell(of.cell, ()), build_task(of.task)
    readout = task.outputs * (of.hidden_size + 1)
    return float(Layout(cell, of.hidden_size, task.inputs).parameters + readout)


def _trivial(task: str, length: int, rank: int) -> float:
    return float(build_task(*split_task(task), length).baselines(length)[rank].loss)


def exactly(value: float) -> Ours:
    """What is known without an error."""
    return Ours(Interval(value, value, value), 0, 0)


def as_json(ours: Ours) -> dict[str, Any]:
    """For the file of kept results; numbers to ten digits."""
    ends = {name: None if math.isnan(end) else float(f"{end:.10g}") for name, end in ours.estimate._asdict().items()}
    return {**ends, "n": ours.n, "reached": ours.reached}


def from_json(kept: Mapping[str, Any]) -> Ours:
    """The inverse of `as_json`."""
    ends = (math.nan if kept[name] is None else float(kept[name]) for name in ("estimate", "low", "high"))
    return Ours(Interval(*ends), int(kept["n"]), int(kept["reached"]))
