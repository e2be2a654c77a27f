"""Estimates the memory and the time of a job from its sizes alone, without heavy imports.

Estimated for the largest shipped cell, the layer-normalised LRU; other cells need less.
"""

import math
from dataclasses import dataclass

BLOCKS, STATES, KEPT = 4, 2, 7
"""Of that cell: pre-activations, states, and further vectors that it keeps of a step, each as long as h."""

LANES = 32
"""Sequences go through a pass in groups of at most so many, of which the last may be partly empty."""

TAPE_BYTES = 400_000_000
"""Memory of a tape of training above which a sequence is run in segments."""

MOMENTS, MEASURED_SEQUENCES, MEASURED_STEPS, TRANSPORTED_SEQUENCES = 3, 64, 200, 2
"""What is measured: networks at so many moments, on so many sequences; Jacobians of the last steps of some of them."""

OPERATIONS_PER_SECOND = 3e10
SECONDS_PER_STEP = 1.5e-5
"""Of one core of about the year 2020, for products of this size, and the overhead of a step."""


@dataclass(frozen=True)
class Footprint:
    """An upper estimate for a job of training, or of measuring: memory (bytes) and time on one core (seconds)."""

    memory: int
    seconds: float


@dataclass(frozen=True)
class Sizes:
    """The sizes of a training job; `networks` is the number of seeds times that of learning rates."""

    length: int
    hidden_size: int
    batch_size: int
    networks: int
    judged_seeds: int
    updates: int
    evaluate_every: int
    evaluation_sequences: int
    hidden_gradients_every: int
    inputs: int
    outputs: int
    itemsize: int


def footprint(sizes: Sizes) -> Footprint:
    """The larger of training's and measuring's memory, and the time of both."""
    return Footprint(
        memory=max(_training_bytes(sizes), _measuring_bytes(sizes)),
        seconds=_training_seconds(sizes) + _measuring_seconds(sizes),
    )


def numbers_per_step(sizes: Sizes, *, batch: int) -> int:
    """Numbers that the tape of a network stores for a step."""
    padded = -(-batch // LANES) * LANES
    return padded * (sizes.inputs + 1 + BLOCKS + sizes.hidden_size * (BLOCKS + STATES + KEPT))


def _weights(sizes: Sizes) -> int:
    """Weights of a network."""
    columns = sizes.hidden_size + sizes.inputs + 3
    return BLOCKS * sizes.hidden_size * columns + sizes.outputs * (sizes.hidden_size + 1)


def _training_bytes(sizes: Sizes) -> int:
    width = sizes.itemsize
    per_step = numbers_per_step(sizes, batch=sizes.batch_size) * width
    states = sizes.batch_size * sizes.hidden_size * STATES * width
    tape = sizes.length * per_step
    if tape > TAPE_BYTES:
        segment = max(1, min(math.isqrt(sizes.length * states // per_step), TAPE_BYTES // per_step))
        tape = segment * per_step + (sizes.length // segment + 1) * 2 * states
    sequences = sizes.networks * sizes.batch_size + 2 * sizes.evaluation_sequences * sizes.networks
    read_out = 3 * sizes.length * (sizes.batch_size + LANES) * (sizes.inputs + sizes.hidden_size) * width
    evaluations, records = (
        sizes.updates // every + 1 for every in (sizes.evaluate_every, sizes.hidden_gradients_every)
    )
    history = sizes.networks * (4 * sizes.updates + 2 * evaluations + sizes.length * records) * width
    return tape + 12 * _weights(sizes) * sizes.networks * width + 8 * sequences * sizes.length + read_out + history


def _measuring_bytes(sizes: Sizes) -> int:
    networks = MOMENTS * sizes.judged_seeds
    tape = networks * sizes.length * numbers_per_step(sizes, batch=MEASURED_SEQUENCES)
    jacobian = (STATES * sizes.hidden_size) ** 2
    jacobians = min(sizes.length, MEASURED_STEPS) * networks * TRANSPORTED_SEQUENCES * jacobian
    return 8 * (2 * tape + 2 * jacobians)


def _training_seconds(sizes: Sizes) -> float:
    operations = 6 * _weights(sizes) * sizes.batch_size * sizes.networks
    of_an_update = sizes.length * (SECONDS_PER_STEP + operations / OPERATIONS_PER_SECOND)
    evaluations = sizes.updates / sizes.evaluate_every * sizes.evaluation_sequences / sizes.batch_size / 3
    return (sizes.updates + evaluations) * of_an_update


def _measuring_seconds(sizes: Sizes) -> float:
    operations = 6 * 3 * _weights(sizes) * MOMENTS * sizes.judged_seeds
    jacobians = min(sizes.length, MEASURED_STEPS) * STATES * sizes.hidden_size * TRANSPORTED_SEQUENCES
    return (sizes.length * MEASURED_SEQUENCES + jacobians) * operations / OPERATIONS_PER_SECOND
