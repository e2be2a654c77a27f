"""How the sequences of a batch are spread over the lanes of vectors."""

from typing import NamedTuple

import numpy as np

REGISTER_BYTES = 64
ALIGNMENT = 64


class Lanes(NamedTuple):
    """A group of sequences that go through a pass side by side: `used` sequences from `start` on, in `width` lanes."""

    start: int
    used: int
    width: int

    @property
    def sequences(self) -> slice:
        """The places of these sequences in a batch."""
        return slice(self.start, self.start + self.used)


def spread(batch: int, itemsize: int) -> tuple[Lanes, ...]:
    """Groups as wide as two registers, the last one as wide as one or as half of one if that suffices."""
    register = REGISTER_BYTES // itemsize
    widths = (register // 2, register, 2 * register)
    groups = []
    for start in range(0, batch, widths[-1]):
        used = min(widths[-1], batch - start)
        groups.append(Lanes(start, used, next(width for width in widths if width >= used)))
    return tuple(groups)


def aligned(shape: tuple[int, ...], dtype: str, *, spare: int = 0) -> np.ndarray:
    """Zeros that begin at a whole multiple of a register, with `spare` readable numbers behind them.

    Compiled code reads whole vectors, and transposes whole blocks, of which what lies behind the last number is unused.
    """
    count, itemsize = int(np.prod(shape)), np.dtype(dtype).itemsize
    memory = np.zeros(count + spare + ALIGNMENT // itemsize, dtype)
    first = (-memory.ctypes.data // itemsize) % (ALIGNMENT // itemsize)
    return memory[first : first + count].reshape(shape)
