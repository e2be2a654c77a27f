"""Eigenvalues of the recurrent matrix."""

from collections.abc import Iterator

import numpy as np

from gradient_horizon.tables.columns import MEASURED, MEASURED_KEY
from gradient_horizon.tables.run_files import SHOWN_SEEDS, RunFiles
from gradient_horizon.tables.schema import Column, Row
from gradient_horizon.tables.table import Table


def eigenvalue_rows(run: RunFiles) -> Iterator[Row]:
    """A row per eigenvalue, before and after training, for cells with a single recurrent matrix."""
    for m, s, key in run.measured_networks():
        values = run.measures["eigenvalues"][m, s]
        if key["moment"] == "half" or s >= SHOWN_SEEDS or not np.isfinite(values).all():
            continue
        for number, (real, imaginary) in enumerate(sorted(values.tolist(), key=lambda pair: (-np.hypot(*pair), *pair))):
            yield {**key, "number": number, "real": real, "imaginary": imaginary}


EIGENVALUES = Table(
    row="an eigenvalue of the recurrent matrix of one of a job's first five networks, before or after training",
    columns=(
        *MEASURED,
        Column("number", "count", "-", "place by modulus, 0: the largest"),
        Column("real", "number", "-", "real part"),
        Column("imaginary", "number", "-", "imaginary part"),
    ),
    key=(*MEASURED_KEY, "number"),
    of_run=eigenvalue_rows,
)
