"""The memory of forward and backward passes, each in a process of its own that holds nothing else."""

import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
from problem import Size, make_cell, make_problem

from gradient_horizon.engine.make_passes import make_passes

SIZES = (Size("lstm", 32, length=10_000), Size("lstm", 128, length=1000))


def peak_megabytes(size: Size) -> float:
    """The largest resident memory of a fresh process that runs every network of this size once, in 10^6 bytes.

    It finds the cell compiled: by a process before it, which does not count.
    """
    command = [sys.executable, __file__, *map(str, asdict(size).values())]
    found = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(2)]
    return float(found[-1])


def main(cell: str, *numbers: str) -> None:
    """Runs the passes, and prints VmHWM: getrusage's ru_maxrss would begin at the size of the process before it."""
    size = Size(cell, *map(int, numbers))
    problem = make_problem(size)
    passes = make_passes(make_cell(cell), steps=size.length, hidden=size.hidden, inputs=size.inputs, batch=size.batch)
    for weight, inputs in zip(problem.weight, problem.inputs, strict=True):
        passes.load(inputs)
        found = passes.backward(2 * passes.forward(weight))
        if not np.isfinite(found.weight).all():
            raise ArithmeticError("the gradient must be finite")
    (kilobytes,) = (
        line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    print(int(kilobytes) * 1024 / 1e6)


if __name__ == "__main__":
    main(*sys.argv[1:])
