"""The most floating-point operations a second that a core of this processor does in float32."""

import numpy as np
from kernels import ACCUMULATORS, REGISTER, multiply_adds
from timing import interleaved

from gradient_horizon.engine.lanes import aligned

TIMES, ROUNDS = 200_000, 30


def run(sums: np.ndarray, factor: float, term: float, times: int) -> None:
    """Replaces every sum a [accumulator lane] by a x + y so many times."""
    numbers = aligned((2, REGISTER), "float32")
    numbers[:] = np.array([factor, term])[:, None]
    multiply_adds(len(sums)).function("run", 4)(numbers[0].ctypes.data, numbers[1].ctypes.data, sums.ctypes.data, times)


def peak() -> float:
    """GFLOP/s of fused multiply-adds that never leave the registers: the best number of independent sums, its best time."""
    sums = {count: aligned((count, REGISTER), "float32") for count in ACCUMULATORS}
    calls = {count: lambda own=own: run(own, 0.5, 1, TIMES) for count, own in sums.items()}
    seconds = interleaved(calls, ROUNDS)
    return max(2e-9 * TIMES * count * REGISTER / float(times.min()) for count, times in seconds.items())
