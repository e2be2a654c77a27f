"""Networks that solved their task: those that measures after training are taken of."""

import numpy as np
import pandas as pd

from gradient_horizon.tables.schema import Column

INITIAL = "initial"

NETWORKS = Column(
    "networks",
    "text",
    "-",
    "before training: all; after it: those that solved their task in the end (solved) or not (unsolved)",
)


def solved_if_trained(measured: pd.DataFrame) -> pd.DataFrame:
    """Of rows of measured networks: all before training, those that solved their task after it."""
    return measured[measured["moment"].eq(INITIAL) | measured["solved"]]


def whose_means(measured: pd.DataFrame) -> np.ndarray:
    """For each row the value of the column `NETWORKS`, so that no mean mixes networks that solved with others."""
    return np.where(measured["moment"].eq(INITIAL), "all", np.where(measured["solved"], "solved", "unsolved"))
