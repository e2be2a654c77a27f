"""Estimates the memory of a job from its sizes alone, without heavy imports; `costs` estimates its time."""

import math
from dataclasses import dataclass

REGISTER_BYTES = 64
"""Sequences go through a pass in groups as wide as two registers, the last one as wide as one or half of one."""

TAPE_BYTES = 400_000_000
"""Memory of a tape of training above which a sequence is run in segments."""

MOMENTS, MEASURED_SEQUENCES, MEASURED_STEPS, TRANSPORTED_SEQUENCES = 3, 64, 200, 2
"""What is measured: networks at so many moments, on so many sequences; Jacobians of the last steps of some of them."""

MEASURED_BYTES = 8
"""Networks are measured in double precision."""


@dataclass(frozen=True)
class CellSizes:
    """What the cost of a cell depends on.

    The `blocks` of pre-activations have so many `recurrent` matrices together; `multiplied` states stand in the columns
    of the weight, of the `states` that a step hands to the next.
    `saved` are values of a unit that a step keeps for its adjoint; `operations` those of the step's arithmetic, of
    which `functions`, such as tanh, and divisions take longer. A cell that `mixes_units` runs by autograd.
    """

    recurrent: int
    blocks: int
    states: int
    saved: int
    operations: int
    functions: int
    multiplied: int = 1
    normalised: bool = False
    mixes_units: bool = False


LARGEST = CellSizes(recurrent=4, blocks=4, states=4, saved=9, operations=23, functions=8, multiplied=2, normalised=True)
"""As large in everything as any shipped cell: the sLSTM's products, states and arithmetic, the coRNN's columns of a
weight, layer-normalised."""


@dataclass(frozen=True)
class Sizes:
    """The sizes of a run; `networks` is the number of seeds, judged or not, times that of learning rates.

    Outputs are read after `answers` steps. Gradients flow back over `window` steps, None: over all. `has_hook` says
    that a change adds to the gradient at every step, `is_parametrised` that recurrent blocks are functions of others.
    """

    length: int
    hidden_size: int
    batch_size: int
    networks: int
    seeds: int
    judged_seeds: int
    updates: int
    evaluate_every: int
    evaluation_sequences: int
    hidden_gradients_every: int
    inputs: int
    outputs: int
    itemsize: int
    answers: int = 1
    window: int | None = None
    has_hook: bool = False
    is_parametrised: bool = False

    @property
    def evaluations(self) -> int:
        """How often a network is evaluated that uses its budget up."""
        return -(-self.updates // self.evaluate_every)

    @property
    def records(self) -> int:
        """How often the norms of dL/dh are stored."""
        return -(-self.updates // self.hidden_gradients_every)


def memory(sizes: Sizes, cell: CellSizes) -> int:
    """An upper estimate of what training or measuring takes, in bytes, beside a process with its libraries."""
    return max(_training_bytes(sizes, cell), _measuring_bytes(sizes, cell))


def lanes(batch: int, itemsize: int) -> tuple[int, int]:
    """The lanes that sequences go through a pass in, the last ones partly empty, and the number of groups of lanes."""
    register = REGISTER_BYTES // itemsize
    whole, rest = divmod(batch, 2 * register)
    last = next((width for width in (register // 2, register) if width >= rest), 2 * register) if rest else 0
    return whole * 2 * register + last, whole + bool(rest)


def numbers_per_step(sizes: Sizes, cell: CellSizes, *, batch: int, itemsize: int) -> int:
    """Numbers that the tape of a network stores for a step."""
    padded, _ = lanes(batch, itemsize)
    normalised = cell.blocks if cell.normalised else 0
    return padded * (sizes.inputs + 1 + normalised + sizes.hidden_size * (normalised + cell.states + cell.saved))


def weights(sizes: Sizes, cell: CellSizes) -> int:
    """Numbers in the weights of a network, read-out included."""
    columns = cell.multiplied * sizes.hidden_size + sizes.inputs + (3 if cell.normalised else 1)
    return cell.blocks * sizes.hidden_size * columns + sizes.outputs * (sizes.hidden_size + 1)


def _training_bytes(sizes: Sizes, cell: CellSizes) -> int:
    width = sizes.itemsize
    per_step = numbers_per_step(sizes, cell, batch=sizes.batch_size, itemsize=width) * width
    states = sizes.batch_size * sizes.hidden_size * cell.states * width
    tape = sizes.length * per_step
    if tape > TAPE_BYTES and not cell.mixes_units:
        segment = max(1, min(math.isqrt(sizes.length * states // per_step), TAPE_BYTES // per_step))
        tape = segment * per_step + (sizes.length // segment + 1) * 2 * states
    padded, _ = lanes(sizes.batch_size, width)
    sequences = sizes.networks * sizes.batch_size + 2 * sizes.evaluation_sequences * sizes.networks
    read_out = 3 * sizes.length * (sizes.batch_size + padded) * (sizes.inputs + sizes.hidden_size) * width
    history = sizes.networks * (4 * sizes.updates + 2 * sizes.evaluations + sizes.length * sizes.records) * width
    kept = 12 * weights(sizes, cell) * sizes.networks * width
    return tape + kept + 8 * sequences * sizes.length + read_out + history


def _measuring_bytes(sizes: Sizes, cell: CellSizes) -> int:
    networks, width = MOMENTS * sizes.judged_seeds, MEASURED_BYTES
    tape = networks * sizes.length * numbers_per_step(sizes, cell, batch=MEASURED_SEQUENCES, itemsize=width)
    jacobian = (cell.states * sizes.hidden_size) ** 2
    jacobians = min(sizes.length, MEASURED_STEPS) * networks * TRANSPORTED_SEQUENCES * jacobian
    return width * (2 * tape + 2 * jacobians)
