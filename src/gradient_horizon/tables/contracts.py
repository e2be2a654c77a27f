"""All tables by name. A new measure is a function in `measuring/` and a row in `of_measures.py`."""

from pathlib import Path

import pandas as pd

from gradient_horizon.tables import of_estimates, of_measures, of_training

TABLES = {
    contract.name: contract
    for contract in (
        of_training.RUNS,
        of_measures.POWERS,
        of_measures.EQUALITY,
        of_training.BASELINES,
        of_training.NETWORKS,
        of_training.EVALUATIONS,
        of_training.TRAJECTORIES,
        of_training.HIDDEN_GRADIENTS,
        of_measures.GRADIENTS,
        of_measures.PROFILES,
        of_measures.TRANSPORT,
        of_measures.EIGENVALUES,
        of_measures.GATES,
        of_measures.GATE_TRACES,
        of_estimates.PROFILE_MEANS,
        of_estimates.SUCCESS,
        of_estimates.HORIZONS,
        of_estimates.THEORY,
        of_estimates.MEMORIES,
        of_estimates.AGREEMENT,
    )
}


def load_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """All tables of a study; raises TableError where one breaks its contract."""
    return {name: contract.load(folder) for name, contract in TABLES.items()}
