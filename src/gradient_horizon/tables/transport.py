"""Transport of the state over time: the singular values of ds_T/ds_{T-k}."""

from collections.abc import Iterator

import numpy as np

from gradient_horizon.tables.columns import MEASURED, MEASURED_KEY
from gradient_horizon.tables.run_files import RunFiles
from gradient_horizon.tables.schema import Column, Row
from gradient_horizon.tables.table import Table


def transport_rows(run: RunFiles) -> Iterator[Row]:
    """A row per measured network, stage and lag that the sequence is long enough for."""
    measures = run.measures
    for m, s, key in run.measured_networks():
        for place, lag in enumerate(measures["transport_lag"].tolist()):
            values = measures["transport"][m, s, place]
            if np.isfinite(values).all():
                yield {
                    **key,
                    "lag": lag,
                    "largest": values[0],
                    "middle": np.median(values),
                    "smallest": values[-1],
                    "memory": measures["memory_transport"][m, s, place],
                    "gated": measures["gated_transport"][m, s, place],
                }


TRANSPORT = Table(
    row="a lag over which a judged network carries a small change of its full state s, before or after training",
    columns=(
        *MEASURED,
        Column("lag", "count", "steps", "k in ds_T/ds_{T-k}; s is h, with c for the LSTM"),
        Column("largest", "number", "-", "largest singular value"),
        Column("middle", "number", "-", "median of the singular values"),
        Column("smallest", "number", "-", "smallest singular value"),
        Column("memory", "number", "-", "norm of dm_T/dm_{T-k}, m: the LSTM's c, else h"),
        Column("gated", "number", "-", "product of the forget or update gates over the lag, largest unit; empty: none"),
    ),
    key=(*MEASURED_KEY, "lag"),
    of_run=transport_rows,
)
