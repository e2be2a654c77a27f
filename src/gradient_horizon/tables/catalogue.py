"""All tables by name. A new measure is a function in `measuring/` and a row in `of_measures.py`."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from gradient_horizon.tables import of_estimates, of_measures, of_training

Tables = Mapping[str, pd.DataFrame]

TABLES = {
    schema.name: schema
    for schema in (
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


class StoredTables(Mapping[str, pd.DataFrame]):
    """All tables of a study by name, each read when it is first asked for; then raises what `Schema.load` raises."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._read:
            self._read[name] = TABLES[name].load(self._folder)
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)
