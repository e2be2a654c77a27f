"""Our numbers for published results, kept in `report/published/` so that every report can show them.

A preset has the runs; whoever runs it again can keep its numbers anew. Rows whose runs would take too long are kept
with the specification of these runs and what they would cost.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from gradient_horizon.errors import PublishedError
from gradient_horizon.literature.ours import Ours, as_json, from_json, from_runs
from gradient_horizon.literature.rows import OfRuns, PublishedRow
from gradient_horizon.study.run_spec import RunSpec

OURS = "ours.json"


@dataclass(frozen=True)
class Kept:
    """What is kept for a row: the specification of a run, the minutes of a core that it takes, and our number.

    There is no number where the run was left out.
    """

    spec: RunSpec
    minutes: float
    ours: Ours | None = None


def kept(
    rows: Iterable[PublishedRow],
    found: Sequence[tuple[Mapping[str, RunSpec], Mapping[str, pd.DataFrame]]],
    left_out: Iterable[RunSpec],
    minutes: Callable[[Sequence[RunSpec]], float],
) -> dict[str, Kept]:
    """What to keep for each row that names runs, by its id.

    `found` are studies as they were run, each with its specifications by id and its tables; `left_out` are runs that
    are only priced; `minutes` prices runs. Raises PublishedError, which names the row, where a run is in neither.
    """
    priced = list(left_out)
    return {row.id: _of_row(row, row.ours, found, priced, minutes) for row in rows if isinstance(row.ours, OfRuns)}


def _of_row(
    row: PublishedRow,
    of: OfRuns,
    found: Sequence[tuple[Mapping[str, RunSpec], Mapping[str, pd.DataFrame]]],
    left_out: Sequence[RunSpec],
    minutes: Callable[[Sequence[RunSpec]], float],
) -> Kept:
    for specs, tables in found:
        ours, own = from_runs(of, tables), _named(specs.values(), of)
        if ours is not None and own:
            return Kept(own[0], minutes(own), ours)
    if own := _named(left_out, of):
        return Kept(own[0], minutes(own))
    arm = f"{of.cell} with {of.remedy}, length {of.length}, of experiment {of.experiment}"
    raise PublishedError(
        f"published row {row.id!r}: its run must be in the results that are given, or among those that are left out; "
        f"got neither for {arm}"
    )


def _named(specs: Iterable[RunSpec], of: OfRuns) -> list[RunSpec]:
    wanted = (of.experiment, of.cell, of.remedy, of.length)
    return [spec for spec in specs if (spec.experiment, spec.cell, spec.remedy, spec.length) == wanted]


def write_kept(content: Mapping[str, Kept], folder: Path) -> None:
    """Writes ours.json."""
    rows = {
        name: {"spec": json.loads(each.spec.to_json()), "minutes": each.minutes}
        | ({} if each.ours is None else {"ours": as_json(each.ours)})
        for name, each in content.items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / OURS).write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def read_kept(folder: Path) -> dict[str, Kept]:
    """What `write_kept` wrote; nothing where there is no such file."""
    file = folder / OURS
    if not file.is_file():
        return {}
    try:
        return {name: _from_json(each) for name, each in json.loads(file.read_text(encoding="utf-8")).items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PublishedError(
            f"{file} must be as `python -m gradient_horizon keep-published` writes it, "
            f"got {type(error).__name__}: {error}"
        ) from None


def _from_json(entry: Mapping[str, Any]) -> Kept:
    ours = from_json(entry["ours"]) if "ours" in entry else None
    return Kept(RunSpec.from_json(json.dumps(entry["spec"])), float(entry["minutes"]), ours)
