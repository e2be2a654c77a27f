"""Columns and keys that several tables share."""

import numpy as np
import pandas as pd

from gradient_horizon.statistics.intervals import Interval
from gradient_horizon.tables.schema import Column, Row

GROUP = (
    Column("experiment", "text", "-", "name of the experiment in config.yaml"),
    Column("task", "text", "-", "task, with its parameters where they are not as by default"),
    Column("cell", "text", "-", "recurrence"),
    Column("remedy", "text", "-", "named remedy, or none"),
)
LENGTH = Column("length", "count", "steps", "sequence length T, from the first input to the loss")
SEED = Column("seed", "count", "-", "seed of the network's weights and data")
LEARNING_RATE = Column("learning_rate", "number", "-", "learning rate")
STAGE = Column("moment", "text", "-", "stage of training: initial, half (of the budget) or final")
SOLVED = Column("solved", "flag", "-", "true: by the end of its training this network had solved the task")
POLICY = Column(
    "policy",
    "text",
    "-",
    "learning rate: 'chosen' for each seed by the others of its job, 'any' (each seed's best), or the rate itself",
)

GROUP_KEY = tuple(column.name for column in GROUP)
RUN_KEY = (*GROUP_KEY, LENGTH.name)
"""What the jobs that train the same networks on different seeds have in common."""

TRAINED = (*GROUP, LENGTH, SEED, LEARNING_RATE)
TRAINED_KEY = (*RUN_KEY, LEARNING_RATE.name, SEED.name)
"""A network during training."""

MEASURED = (*GROUP, LENGTH, SEED, STAGE, SOLVED)
MEASURED_KEY = (*RUN_KEY, STAGE.name, SEED.name)
"""A network that was measured: a judged seed at the learning rate chosen for it, at a stage of training."""


def interval(name: str, unit: str, meaning: str) -> tuple[Column, ...]:
    """An estimate and the ends of its 95 % interval."""
    return (Column(name, "number", unit, meaning), *_ends(name, unit))


def censored_interval(name: str, unit: str, meaning: str) -> tuple[Column, ...]:
    """As `interval`, for an estimate of which only a limit may be known; the interval is then open on that side."""
    return (Column(name, "censored", unit, meaning), *_ends(name, unit))


def interval_values(name: str, values: Interval) -> Row:
    """The values of the three columns that `interval` declares."""
    return {name: values.estimate, f"{name}_low": values.low, f"{name}_high": values.high}


def known_values(values: pd.Series) -> pd.Series:
    """The numbers of a column that may be censored; NaN where only a limit is known, or nothing."""
    if values.dtype != object:
        return values
    return pd.Series([np.nan if value is None else value.known for value in values], values.index)


def _ends(name: str, unit: str) -> tuple[Column, ...]:
    return (
        Column(f"{name}_low", "number", unit, f"lower end of the 95 % interval of {name}"),
        Column(f"{name}_high", "number", unit, f"upper end of the 95 % interval of {name}"),
    )
