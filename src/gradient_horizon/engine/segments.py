"""How many steps of a sequence stand on the tape at once."""

import math

from gradient_horizon.study.limits import TAPE_BYTES

CHUNK = 4
"""Steps whose outer products join the weight's gradient at once."""


def segment_length(steps: int, step_bytes: int, state_bytes: int) -> int:
    """All steps if their tape fits into TAPE_BYTES, else about the root of their number, which needs least memory.

    `step_bytes` is what the tape keeps of a step, `state_bytes` what is stored between segments.
    """
    if steps * step_bytes <= TAPE_BYTES:
        return steps
    return max(1, min(math.isqrt(max(1, steps * state_bytes // step_bytes)), TAPE_BYTES // step_bytes))


def whole_chunks(segment: int) -> int:
    """The next length that chunks fit into, so that sums have the same order in segments and without."""
    return -(-segment // CHUNK) * CHUNK
