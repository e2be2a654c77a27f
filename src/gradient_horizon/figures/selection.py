"""Which runs a figure shows: rows of tables, no statistic."""

import pandas as pd

CELL_ORDER = ("linear", "tanh", "relu", "gru", "lstm")


def in_cell_order(cells: pd.Series) -> list[str]:
    """The cells in the order of all figures: plain ones first, the user's own last."""
    present = set(cells)
    return [*(cell for cell in CELL_ORDER if cell in present), *sorted(present - set(CELL_ORDER))]


def memory_groups(horizons: pd.DataFrame) -> pd.DataFrame:
    """Every cell x remedy that was tried on recall over three lengths or more, at the usual budget."""
    rows = horizons[horizons["task"].eq("recall") & horizons["policy"].eq("chosen")]
    rows = rows[rows["experiment"].str.startswith("memory") & (rows["longest"] > rows["shortest"])]
    return rows.drop_duplicates(["experiment", "cell", "remedy"])


def label(cell: str, remedy: str, experiment: str = "memory") -> str:
    """How a cell with a remedy is called in figures; experiments that differ in more add their name."""
    variant = experiment.removeprefix("memory-") if experiment in {"memory-patient", "memory-unclipped"} else None
    named = cell if remedy == "none" else f"{cell} + {remedy}"
    return f"{named} ({variant})" if variant else named
