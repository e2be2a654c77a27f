"""What a run costs: seconds on one core, memory, disk; from its sizes, and the speed of the core.

Times are sums of what each kind of work takes on one core of 2025 with AVX-512, for which the constants were fitted to
timings of single updates, evaluations and measures (cells, lengths, sizes and precisions one by one). They meet most
of these within a tenth (training) or a third (measuring). `Speed` says how many times as long another core takes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import ClassVar, NamedTuple

from gradient_horizon.study.limits import (
    LARGEST,
    MEASURED_BYTES,
    MEASURED_SEQUENCES,
    MEASURED_STEPS,
    MOMENTS,
    TRANSPORTED_SEQUENCES,
    CellSizes,
    Sizes,
    lanes,
    memory,
    weights,
)

MODEL = 1
"""Version of this model: a speed that was found with another one means nothing here."""

MULTIPLY_ADD, OPERATION, NORMALISED = (1.05e-11, 0.85e-11), (2.6e-11, 1.5e-11), (1.5e-10, 5.7e-10)
STEP = 9e-8
"""Compiled passes, forward and back, single precision: a lane's multiply-add, operation of a unit, normalised unit; and
a step of a group of lanes."""

SINGLE = 4
"""Bytes of a number of single precision; a vector has half as many of double."""

FUNCTION = 4
"""Operations that take as long as one function, or one division."""

PASS, UPDATE, DRAW, NUMBER, WEIGHT = 1.35e-5, 6e-5, 2e-5, 1e-9, 3.4e-9
"""Around them: a network's pass, an update, drawing a batch, each number of it, a weight's step of the optimiser."""

HOOK, HOOKED = 1.7e-5, 1.3e-9
"""An addition to the gradient: of a network, and of each recurrent unit, lane and step."""

PARAMETRISED, SOLVED = 4.5e-5, 4.5e-10
"""A recurrent matrix that is a function of free parameters, and each of the cube of its size."""

AUTOGRAD_STEP = 9e-5
"""A step forward, or back, of a cell that runs by autograd."""

RUN = 0.012
"""To start a run's training, and to write what it left."""

MEASURED_RUN, MEASURED_NETWORK = 0.028, 3.6e-3
MEASURED_STEP, MEASURED_WEIGHT, MEASURED_PRODUCT = 6e-6, 7e-9, 2.6e-11
RECORDED, JACOBIAN, SINGULAR = 5e-9, 8e-9, 3e-10
"""Of measuring: a run, and a network at a moment; its step, and each weight at a step; a multiply-add of double
precision; a recorded number; an entry of a Jacobian; each of the cube of the size of one that is decomposed."""

DECODED_SEQUENCES, ABLATED_STEPS, CAPACITY_STEPS, CAPACITY_SEQUENCES, LAGS = 512, 388, 600, 8, 8
"""Also run in measuring: sequences up to their middle, to decode states; last steps of other sequences; random inputs;
and the number of lags at which transport is decomposed."""

EXTRAPOLATED_FACTORS, EXTRAPOLATED_SEQUENCES, EXTRAPOLATED_BLOCK = (1, 2, 4, 8), 256, 64
EXTRAPOLATED_PASS = 1.2e-3
"""Where networks are evaluated on longer sequences: lengths over the trained one, the number of sequences, how many of
these, and of their steps, go through a pass at once; and what is around such a pass."""

PROCESS_BYTES = 400_000_000
"""A process with PyTorch and the other libraries, before it does anything."""

HEADER_BYTES, SCALARS, SERIES = 90, 40, 5
"""Of a file: an array's entry in the header. Of measures: single numbers of a network, and values per step."""

LASTING_LENGTH, LEAVING_UPDATES = 25, 150
"""Of networks on sequences of length T, a share of T / (T + LASTING_LENGTH) uses its budget up; the others are solved,
or diverge, after about LEAVING_UPDATES. Fitted to the default study, whose budgets are used up to 57 % by cost, where
this says 62 %. It meets the time of three runs in four within a factor of two: what will be learnt is not known before.
"""


@dataclass(frozen=True)
class Speed:
    """How many times as long a core takes as that of the constants, for each kind of work.

    `compiled` is that of passes over time, `interpreted` that of Python and NumPy around them, `measured` measuring.
    """

    REFERENCE: ClassVar["Speed"]
    """An ordinary core, of about the year 2020, with AVX2."""

    compiled: float
    interpreted: float
    measured: float


Speed.REFERENCE = Speed(compiled=3.0, interpreted=1.5, measured=2.0)


@dataclass(frozen=True)
class Cost:
    """Expected seconds on one core to train a run and to measure it; bytes of memory, at most, and on disk.

    `further` are the seconds of measures that only some experiments ask for. Neither the start of a process nor the
    compilation of a cell's code, once on a machine, is counted; in the memory, the process is.
    """

    training: float
    measuring: float
    memory: int
    disk: int
    further: float = 0.0


@dataclass(frozen=True)
class Footprint:
    """An upper estimate for a run of some cells: memory (bytes), and time on one ordinary core (seconds)."""

    memory: int
    seconds: float


class Seconds(NamedTuple):
    """Time on the core of the constants: in compiled passes, and in Python and NumPy around them."""

    compiled: float
    interpreted: float

    def on(self, speed: Speed) -> float:
        """The time on a core of this speed."""
        return self.compiled * speed.compiled + self.interpreted * speed.interpreted


def expected(sizes: Sizes, cell: CellSizes, speed: Speed) -> Cost:
    """The cost of a run of which some networks leave early, because they are solved or diverge."""
    return Cost(
        training=training(sizes, cell, share=expected_share(sizes.length, sizes.updates)).on(speed),
        measuring=measuring(sizes, cell) * speed.measured,
        memory=PROCESS_BYTES + memory(sizes, cell),
        disk=disk(sizes, cell),
    )


def footprint(sizes: Sizes, *, states: int = LARGEST.states) -> Footprint:
    """The same for the largest cell with so many states, if no network leaves early."""
    cell, speed = replace(LARGEST, states=states), Speed.REFERENCE
    seconds = training(sizes, cell).on(speed) + measuring(sizes, cell) * speed.measured
    return Footprint(memory(sizes, cell), seconds)


def expected_share(length: int, updates: int) -> float:
    """The share of their budget that networks use, on average over networks."""
    lasting = length / (length + LASTING_LENGTH)
    return lasting + (1 - lasting) * min(1.0, LEAVING_UPDATES / max(1, updates))


def training(sizes: Sizes, cell: CellSizes, *, share: float = 1.0) -> Seconds:
    """The time of a run whose networks use this share of their budget."""
    times, evaluations = share * sizes.updates, share * sizes.evaluations
    of_update, of_evaluation = update(sizes, cell), _evaluation(sizes, cell)
    return Seconds(
        times * of_update.compiled + evaluations * of_evaluation.compiled,
        RUN + times * of_update.interpreted + evaluations * of_evaluation.interpreted,
    )


def update(sizes: Sizes, cell: CellSizes) -> Seconds:
    """The time of one update of all networks."""
    forth, back = _pass(sizes, cell, back=False), _pass(sizes, cell, back=True)
    optimiser = WEIGHT * weights(sizes, cell) * sizes.itemsize / SINGLE
    return Seconds(
        sizes.networks * (forth.compiled + back.compiled),
        sizes.networks * (forth.interpreted + back.interpreted + optimiser) + UPDATE + _draw(sizes, sizes.batch_size),
    )


def measuring(sizes: Sizes, cell: CellSizes) -> float:
    """Seconds of measuring on the core of the constants."""
    moments, whole = (MOMENTS, MOMENTS - 1) if sizes.updates else (1, 1)
    forth, back = _multiply_adds(sizes, cell)
    size, steps = cell.states * sizes.hidden_size, min(sizes.length, MEASURED_STEPS)
    decoded = DECODED_SEQUENCES * sizes.length / 2 if cell.states > 1 else 0
    ablated = min(sizes.length, ABLATED_STEPS) * MEASURED_SEQUENCES
    driven = CAPACITY_STEPS * CAPACITY_SEQUENCES
    sequences = sizes.length * MEASURED_SEQUENCES
    products = moments * sequences * (2 * forth + back) + whole * (decoded + ablated + driven) * forth
    recorded = (moments * sequences + whole * driven) * sizes.hidden_size * (cell.states + cell.saved)
    of_step = MEASURED_STEP + MEASURED_WEIGHT * weights(sizes, cell)
    of_network = (
        moments * (MEASURED_NETWORK + sizes.length * of_step)
        + MEASURED_PRODUCT * products * MEASURED_BYTES / SINGLE
        + RECORDED * recorded
        + whole * TRANSPORTED_SEQUENCES * (JACOBIAN * steps * size**2 + SINGULAR * LAGS * size**3)
    )
    if cell.mixes_units:
        of_network += moments * sizes.length * 5 * AUTOGRAD_STEP
    return MEASURED_RUN + sizes.judged_seeds * of_network


def extrapolation(sizes: Sizes, cell: CellSizes) -> float:
    """Seconds of evaluating on longer sequences, on the core of the constants."""
    forth, _ = _multiply_adds(sizes, cell)
    steps = sum(EXTRAPOLATED_FACTORS) * sizes.length
    passes = sum(-(-factor * sizes.length // EXTRAPOLATED_BLOCK) for factor in EXTRAPOLATED_FACTORS)
    of_step = MEASURED_PRODUCT * forth * MEASURED_BYTES / SINGLE + RECORDED * sizes.hidden_size * cell.states
    if cell.mixes_units:
        of_step += AUTOGRAD_STEP / EXTRAPOLATED_BLOCK
    of_sequence = steps * of_step + passes * EXTRAPOLATED_PASS / EXTRAPOLATED_BLOCK
    return MEASURED_RUN + sizes.judged_seeds * EXTRAPOLATED_SEQUENCES * of_sequence


FURTHER: Mapping[str, Callable[[Sizes, CellSizes], float]] = MappingProxyType({"extrapolation": extrapolation})
"""What measures take that only some experiments ask for."""


def disk(sizes: Sizes, cell: CellSizes) -> int:
    """Bytes of the networks, the history and the measures of a run."""
    networks = MOMENTS * sizes.networks * weights(sizes, cell)
    history = sizes.networks * (4 * sizes.updates + 2 * sizes.evaluations + sizes.length * sizes.records)
    transport = LAGS * (cell.states * sizes.hidden_size + 2)
    of_network = SERIES * sizes.length + 2 * sizes.hidden_size + transport + SCALARS
    measures = MOMENTS * sizes.judged_seeds * of_network * MEASURED_BYTES
    return (networks + history) * sizes.itemsize + measures + HEADER_BYTES * (6 + 7 + SCALARS)


def _evaluation(sizes: Sizes, cell: CellSizes) -> Seconds:
    """One evaluation of all networks, in parts as large as a batch."""
    passes, judging = sizes.networks * sizes.evaluation_sequences / sizes.batch_size, _pass(sizes, cell, back=False)
    return Seconds(passes * judging.compiled, passes * judging.interpreted + _draw(sizes, sizes.evaluation_sequences))


def _pass(sizes: Sizes, cell: CellSizes, *, back: bool) -> Seconds:
    """A network's pass over a batch, forward or back, without the step of the optimiser."""
    steps = min(sizes.length, sizes.window or sizes.length) if back else sizes.length
    count, groups = lanes(sizes.batch_size, sizes.itemsize)
    count = count * sizes.itemsize // SINGLE
    if cell.mixes_units:
        return Seconds(compiled=0.0, interpreted=PASS + steps * AUTOGRAD_STEP)
    unit = OPERATION[back] * (cell.blocks + cell.operations + (FUNCTION - 1) * cell.functions)
    if cell.normalised:
        unit += NORMALISED[back] * cell.blocks
    products = _multiply_adds(sizes, cell)[back]
    answers = sizes.outputs * sizes.hidden_size * (2 if back else 1) * sizes.answers
    compiled = steps * (STEP * groups + count * (MULTIPLY_ADD[back] * products + unit * sizes.hidden_size))
    compiled += MULTIPLY_ADD[back] * count * answers
    interpreted = 0.0 if back else PASS
    if back and sizes.has_hook:
        interpreted += HOOK + HOOKED * steps * count * cell.recurrent * sizes.hidden_size
    if back and sizes.is_parametrised:
        compiled += cell.recurrent * SOLVED * sizes.hidden_size**3
        interpreted += cell.recurrent * PARAMETRISED
    return Seconds(compiled, interpreted)


def _multiply_adds(sizes: Sizes, cell: CellSizes) -> tuple[int, int]:
    """Those of a sequence's step, forward and back: the adjoints of states, and the gradient of the weight."""
    forth = sizes.hidden_size * (cell.recurrent * sizes.hidden_size + cell.blocks * (sizes.inputs + 1))
    return forth, forth + cell.recurrent * sizes.hidden_size**2


def _draw(sizes: Sizes, sequences: int) -> float:
    """Drawing a batch of so many sequences for every seed."""
    return sizes.seeds * (DRAW + NUMBER * sizes.length * sequences * sizes.inputs)
