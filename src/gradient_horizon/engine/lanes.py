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
    """Groups as wide as a register, the last one half as wide if that suffices."""
    wide = REGISTER_BYTES // itemsize
    groups = []
    for start in range(0, batch, wide):
        used = min(wide, batch - start)
        groups.append(Lanes(start, used, wide if used > wide // 2 else wide // 2))
    return tuple(groups)


def aligned(shape: tuple[int, ...], dtype: str, *, spare: int = 0) -> np.ndarray:
    """Zeros that begin at a whole multiple of a register, with `spare` readable numbers behind them."""
    count, itemsize = int(np.prod(shape)), np.dtype(dtype).itemsize
    memory = np.zeros(count + spare + ALIGNMENT // itemsize, dtype)
    first = (-memory.ctypes.data // itemsize) % (ALIGNMENT // itemsize)
    return memory[first : first + count].reshape(shape)
