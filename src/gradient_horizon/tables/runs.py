"""The training jobs."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pandas as pd

from gradient_horizon.tables.columns import GROUP, LENGTH
from gradient_horizon.tables.run_files import RunFiles
from gradient_horizon.tables.schema import Column, Row
from gradient_horizon.tables.table import Table


def run_rows(run: RunFiles) -> Iterator[Row]:
    """The row of a job."""
    spec = run.spec
    chosen = Counter(run.chosen_learning_rates[seed] for seed in spec.seeds)
    yield {
        "run": run.run,
        **run.key,
        "first_seed": run.first_seed,
        "judged_seeds": len(spec.seeds),
        "pilot_seeds": len(spec.pilot_seeds),
        "hidden_size": spec.hidden_size,
        "parameters": run.outcome["parameters"],
        "recurrent_weights": run.outcome["recurrent_weights"],
        "batch_size": spec.batch_size,
        "optimiser": spec.optimiser,
        "precision": spec.precision,
        "updates": spec.updates,
        "chosen_learning_rates": "; ".join(f"{rate:g} x {seeds}" for rate, seeds in sorted(chosen.items())),
        "chosen_at_edge": _at_edge(chosen, spec.learning_rates),
        "changes": "; ".join(_describe(name, values) for name, values in spec.changes),
    }


def widths_of(runs: pd.DataFrame) -> dict[str, int]:
    """The hidden units of each experiment whose networks all have as many."""
    of_experiments = runs.groupby("experiment")["hidden_size"]
    return {str(name): int(sizes.iloc[0]) for name, sizes in of_experiments if sizes.nunique() == 1}


def _at_edge(chosen: Counter[float], grid: tuple[float, ...]) -> int:
    ends = {min(grid), max(grid)} if len(grid) > 1 else set()
    return sum(chosen[rate] for rate in ends)


def _describe(name: str, values: dict[str, Any]) -> str:
    return " ".join(
        [name, *(f"{key}={value:g}" if isinstance(value, float) else f"{key}={value}" for key, value in values.items())]
    )


RUNS = Table(
    row="a training job",
    columns=(
        Column("run", "text", "-", "id of the job, and the folder of its results"),
        *GROUP,
        LENGTH,
        Column("first_seed", "count", "-", "first judged seed of the job"),
        Column("judged_seeds", "count", "-", "number of judged seeds"),
        Column("pilot_seeds", "count", "-", "number of pilot seeds, which are never judged"),
        Column("hidden_size", "count", "units", "hidden units"),
        Column("parameters", "count", "-", "trained numbers per network"),
        Column("recurrent_weights", "count", "-", "of these, entries of the matrices on h and x: no bias, no read-out"),
        Column("batch_size", "count", "sequences", "sequences per update"),
        Column("optimiser", "text", "-", "optimiser"),
        Column("precision", "text", "-", "floating-point numbers used in training"),
        Column("updates", "count", "updates", "budget"),
        Column("chosen_learning_rates", "text", "-", "those that judged seeds are judged at, each with how many"),
        Column("chosen_at_edge", "count", "seeds", "of these, at an end of a grid of several learning rates"),
        Column("changes", "text", "-", "changes of the remedy, and those that every run of the experiment has"),
    ),
    key=("run",),
    of_run=run_rows,
)
