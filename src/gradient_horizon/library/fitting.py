"""Whether the arrays of a run have room in memory, before any is made."""

import numpy as np

from gradient_horizon.engine.layout import Layout
from gradient_horizon.pipeline.machine import GIGABYTE, available_memory
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.training.parts import Parts


def check_room(spec: RunSpec, parts: Parts) -> None:
    """Raises ValueError where arrays that a run cannot do without are larger than the memory that is free."""
    free = available_memory()
    if free is None:
        return
    for argument, size in _least_bytes(spec, parts).items():
        if size / GIGABYTE > free:
            raise ValueError(
                f"{argument} must be so small that the networks fit into memory, got arrays of {_gigabytes(size)} GB, "
                f"and {free:.2g} GB are free"
            )


def _least_bytes(spec: RunSpec, parts: Parts) -> dict[str, int]:
    """Bytes of some of the arrays, by what decides their size."""
    width, networks = np.dtype(spec.precision).itemsize, len(parts.members)
    rows, columns = Layout(parts.cell, spec.hidden_size, parts.task.inputs).shape
    records = -(-spec.updates // spec.hidden_gradients_every)
    inputs = spec.length * parts.task.inputs * width
    return {
        f"hidden_size ({spec.hidden_size}), with {networks} networks,": 2 * networks * rows * columns * width,
        f"batch_size ({spec.batch_size}), with length {spec.length},": inputs * spec.batch_size,
        f"evaluation_sequences ({spec.evaluation_sequences}), with length {spec.length},": inputs
        * spec.evaluation_sequences,
        f"updates ({spec.updates}), with {networks} networks,": networks * spec.updates * width,
        f"length ({spec.length}), with {networks} networks and {records} records,": networks
        * spec.length
        * max(records, 1)
        * width,
    }


def _gigabytes(size: int) -> str:
    return f"{size // int(GIGABYTE)}" if size > 10**15 else f"{size / GIGABYTE:.2g}"
