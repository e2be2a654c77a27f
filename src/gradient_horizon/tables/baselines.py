"""The trivial baselines of the tasks, which training has to beat."""

from collections.abc import Iterator

import numpy as np

from gradient_horizon.study.task_text import split_task
from gradient_horizon.tables.columns import LENGTH
from gradient_horizon.tables.schema import Column, Row
from gradient_horizon.tables.table import Table, Tables
from gradient_horizon.training.assembly import build_task


def baseline_rows(tables: Tables) -> Iterator[Row]:
    """A row per baseline of each task, at each length that some run has."""
    rows = tables["runs"][["task", "length"]].drop_duplicates().itertuples(index=False)
    for name, length in ((str(name), int(length)) for name, length in rows):
        task = build_task(*split_task(name), length)
        for rank, baseline in enumerate(task.baselines(length)):
            yield {
                "task": name,
                "length": length,
                "rank": rank,
                "baseline": baseline.name,
                "loss": baseline.loss,
                "accuracy": np.nan if baseline.accuracy is None else baseline.accuracy,
                "solved_when": task.solved_when,
            }


BASELINES = Table(
    row="a trivial baseline of a task at a length",
    columns=(
        Column("task", "text", "-", "task, with its parameters where they are not as by default"),
        LENGTH,
        Column("rank", "count", "-", "0: the baseline that every network has to beat"),
        Column("baseline", "text", "-", "what it does"),
        Column("loss", "number", "task's loss", "its loss"),
        Column("accuracy", "number", "share", "its share of right answers; empty for regression"),
        Column("solved_when", "text", "-", "the task's own criterion"),
    ),
    key=("task", "length", "rank"),
    of_tables=baseline_rows,
)
