"""Columns that many tables share."""

from gradient_horizon.tables.schema import Column

GROUP = (
    Column("experiment", "text", "-", "name of the experiment in config.yaml"),
    Column("task", "text", "-", "task"),
    Column("cell", "text", "-", "recurrence"),
    Column("remedy", "text", "-", "named remedy, or none"),
)
LENGTH = Column("length", "count", "steps", "sequence length T, from the first input to the loss")
SEED = Column("seed", "count", "-", "seed of the network's weights and data")
POLICY = Column(
    "policy",
    "text",
    "-",
    "learning rate: 'chosen' on the selection seeds, 'any' (solved at one of them), or the rate itself",
)
GROUP_KEY = tuple(column.name for column in GROUP)


def interval(name: str, unit: str, meaning: str) -> tuple[Column, ...]:
    """An estimate and the ends of its 95 % interval."""
    return (Column(name, "number", unit, meaning), *_ends(name, unit))


def censored_interval(name: str, unit: str, meaning: str) -> tuple[Column, ...]:
    """As `interval`, for an estimate of which only a limit may be known; the interval is then open on that side."""
    return (Column(name, "censored", unit, meaning), *_ends(name, unit))


def _ends(name: str, unit: str) -> tuple[Column, ...]:
    return (
        Column(f"{name}_low", "number", unit, f"lower end of the 95 % interval of {name}"),
        Column(f"{name}_high", "number", unit, f"upper end of the 95 % interval of {name}"),
    )
