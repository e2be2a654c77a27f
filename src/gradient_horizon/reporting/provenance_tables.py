"""Tables of how a study was produced: versions, work done, the configuration as run."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from gradient_horizon.language.numbers import Numbers
from gradient_horizon.reporting.grid import Column, cell, grid, number_cell
from gradient_horizon.reporting.wording import Wording
from gradient_horizon.study.task_entry import TaskEntry


def provenance_tables(wording: Wording, study: Mapping[str, Any], facts: Mapping[str, list[str]]) -> dict[str, Any]:
    """Versions and machines, experiments and remedies as run."""
    numbers, named = wording.numbers, wording.words["machine"]
    experiments = [
        [
            cell(each["name"], code=True),
            cell(wording.names.task(_task(each).text)),
            cell(", ".join(map(wording.names.cell, each["cells"]))),
            cell(_remedies(wording, each)),
            cell(", ".join(map(str, _lengths(each)))),
            cell(f"{each['seeds']} + {each['pilot_seeds'] if each['updates'] else 0}"),
            cell(_training(wording, each)),
            number_cell(wording, each["updates"]),
            cell(", ".join(map(wording.names.remedy, each["always"]))),
        ]
        for each in study["experiments"]
    ]
    columns = [
        Column("experiment", width=1.3),
        Column("task", width=1),
        Column("cells", width=0.9),
        Column("remedies", width=1.5),
        Column("lengths", width=0.8),
        Column("seeds", width=0.7),
        Column("training", width=1.1),
        Column("updates", number=True),
        Column("always", width=0.9),
    ]
    return {
        "provenance": grid(
            wording,
            "provenance",
            [Column("what", width=1), Column("value", width=2)],
            [[cell(named.get(what, what)), cell(", ".join(values))] for what, values in facts.items()],
        ),
        "experiments": grid(wording, "experiments", columns, experiments),
        "remedies": grid(
            wording,
            "remedies",
            [Column("remedy", width=1), Column("changes", width=2)],
            [[cell(name, code=True), cell(_changes(numbers, changes))] for name, changes in study["remedies"].items()],
        ),
    }


def work_table(wording: Wording, networks: pd.DataFrame) -> dict[str, Any]:
    """Networks, updates and time steps by cell: the same on every machine, unlike seconds."""
    steps = networks["update"] * networks["length"]
    done = networks.assign(steps=steps).groupby("cell").agg({"seed": "size", "update": "sum", "steps": "sum"})
    rows = [
        [
            cell(wording.names.cell(str(row.Index))),
            *(number_cell(wording, value) for value in (row.seed, row.update, row.steps)),
        ]
        for row in done.itertuples()
    ]
    columns = [
        Column("cell", width=1),
        *(Column(name, number=True, width=1) for name in ("networks", "updates", "steps")),
    ]
    return grid(wording, "work", columns, rows)


def _lengths(experiment: Mapping[str, Any]) -> Sequence[int]:
    """The lengths that were run: a task with one length has no other, whatever is configured."""
    fixed = _task(experiment).build().fixed_length
    return experiment["lengths"] if fixed is None else (fixed,)


def _task(experiment: Mapping[str, Any]) -> TaskEntry:
    return TaskEntry.model_validate(experiment["task"])


def _remedies(wording: Wording, experiment: Mapping[str, Any]) -> str:
    def listed(remedies: Iterable[str]) -> str:
        return ", ".join(wording.names.remedy(name) or "–" for name in remedies)

    cells = experiment["cells"]
    if isinstance(cells, Mapping):
        return "; ".join(f"{wording.names.cell(name)}: {listed(remedies)}" for name, remedies in cells.items())
    return listed(experiment["remedies"])


def _training(wording: Wording, experiment: Mapping[str, Any]) -> str:
    rates = "; ".join(map(wording.numbers.number, experiment["learning_rates"]))
    return f"{wording.names.optimiser(experiment['optimiser'])}: {rates}"


def _changes(numbers: Numbers, changes: list[Mapping[str, Any]]) -> str:
    def shown(value: Any) -> str:
        return numbers.number(value) if isinstance(value, int | float) and math.isfinite(value) else str(value)

    return (
        "; ".join(
            " ".join([change["change"], *(f"{key} {shown(value)}" for key, value in change.items() if key != "change")])
            for change in changes
        )
        or "–"
    )
