from functools import partial

import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.engine import segments
from gradient_horizon.engine.passes import forward, make_tape, numbers_per_step
from gradient_horizon.engine.segments import Sequences, segment_length

STEPS, NETWORKS, HIDDEN, INPUTS, BATCH = 13, 2, 8, 3, 4


def build(name, segment, steps=STEPS):
    cell = registries.load(registries.CELLS, "cell", name)()
    draw = torch.Generator().manual_seed(0)
    layout = cell.layout(HIDDEN, INPUTS)
    weight = 0.5 * torch.randn(NETWORKS, *layout.shape, generator=draw)
    free = None if layout.free is None else torch.from_numpy(layout.free).to(weight.dtype)
    sequences = Sequences(
        cell, steps=steps, networks=NETWORKS, hidden=HIDDEN, inputs=INPUTS, batch=BATCH, segment=segment
    )
    sequences.inputs.copy_(torch.randn(steps, NETWORKS, INPUTS, BATCH, generator=draw))
    return sequences, weight * (1 if free is None else free), free


@pytest.mark.parametrize("options", [{}, {"window": 5}, {"shares": True}])
@pytest.mark.parametrize("every_step", [False, True])
@pytest.mark.parametrize("segment", [1, 4, 12, 20])
@pytest.mark.parametrize("name", registries.CELLS)
def test_segments_give_the_same_bits_as_one_tape(name, segment, every_step, options):
    shape = (STEPS, NETWORKS, HIDDEN, BATCH) if every_step else (NETWORKS, HIDDEN, BATCH)
    output_gradient = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    results = []
    for length in (STEPS, segment):
        sequences, weight, free = build(name, length)
        last = sequences.forward(weight).clone()
        results.append((last, sequences.backward(weight, output_gradient, free=free, **options)))
    (last, whole), (again, pieces) = results
    assert torch.equal(last, again)
    assert torch.equal(whole.weight, pieces.weight)
    assert torch.equal(whole.hidden, pieces.hidden)
    if options.get("shares"):
        assert torch.equal(whole.shares, pieces.shares)


@pytest.mark.parametrize("segment", [1, 4, 12, 13])
@pytest.mark.parametrize("name", registries.CELLS)
def test_states_after_every_step_are_those_of_one_tape(name, segment):
    sequences, weight, _ = build(name, segment)
    states = torch.full((STEPS, NETWORKS, HIDDEN, BATCH), torch.nan)
    last = sequences.forward(weight, states=states)
    assert torch.equal(states[-1], last)
    tape = make_tape(sequences.cell, steps=STEPS, networks=NETWORKS, hidden=HIDDEN, inputs=INPUTS, batch=BATCH)
    tape.inputs.copy_(sequences.inputs)
    forward(sequences.cell, weight, tape)
    assert torch.equal(states, torch.stack(tape.h[1:]))


def test_a_second_pass_starts_from_zero_states_again():
    sequences, weight, _ = build("lstm", 4)
    first = sequences.forward(weight).clone()
    sequences.backward(weight, torch.ones(NETWORKS, HIDDEN, BATCH))
    assert torch.equal(sequences.forward(weight), first)


@pytest.mark.parametrize("name", registries.CELLS)
def test_a_tape_stores_per_step_what_the_formula_says(name):
    cell = registries.load(registries.CELLS, "cell", name)()
    sizes = {"networks": NETWORKS, "hidden": HIDDEN, "inputs": INPUTS, "batch": BATCH}

    def stored(steps):
        tape = make_tape(cell, steps=steps, **sizes)
        return sum(t.numel() for t in (tape.state, tape.gates, tape.x_gates, *tape.carried, *tape.stored))

    assert stored(7) - stored(6) == numbers_per_step(cell, **sizes)
    blocks = {"linear": 1, "tanh": 1, "relu": 1, "gru": 4}.get(name, 6)  # the LSTM's gates, c and tanh(c)
    assert numbers_per_step(cell, **sizes) == NETWORKS * BATCH * (HIDDEN * (1 + blocks) + INPUTS + 1)


def test_only_sequences_that_do_not_fit_are_cut_and_then_take_about_the_least_memory():
    cell = registries.load(registries.CELLS, "cell", "lstm")()
    sizes = {"networks": 5, "hidden": 128, "inputs": 10, "batch": 32}
    per_step = 4 * numbers_per_step(cell, **sizes)
    choose = partial(segment_length, cell, **sizes)
    assert choose(steps=1000) == 1000
    assert 1000 * per_step < segments.TAPE_BYTES < 10_000 * per_step
    length = choose(steps=10_000)
    between = 2 * 4 * 5 * 128 * 32

    def memory(segment):
        return segment * per_step + 10_000 / segment * between

    assert memory(length) < 1.01 * min(memory(segment) for segment in range(1, 1000))
    assert memory(length) < 100e6
