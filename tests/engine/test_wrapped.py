import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.passes import backward, forward, make_tape
from gradient_horizon.engine.wrapped import WrappedCell

STEPS, NETWORKS, HIDDEN, INPUTS, BATCH = 5, 2, 4, 3, 6


@pytest.mark.parametrize("name", registries.CELLS)
def test_a_wrapped_cell_states_what_its_inner_cell_states(name):
    inner = registries.load(registries.CELLS, "cell", name)()
    wrapped = WrappedCell(inner)
    for attribute in Cell.__annotations__:
        assert getattr(wrapped, attribute) == getattr(inner, attribute), attribute
    assert set(Cell.__annotations__) <= set(vars(wrapped))
    assert wrapped.layout(HIDDEN, INPUTS).shape == inner.layout(HIDDEN, INPUTS).shape


@pytest.mark.parametrize("name", registries.CELLS)
def test_a_wrapped_cell_computes_what_its_inner_cell_computes(name):
    inner, draw = registries.load(registries.CELLS, "cell", name)(), torch.Generator().manual_seed(0)
    weight = torch.randn(NETWORKS, *inner.layout(HIDDEN, INPUTS).shape, generator=draw)
    inputs = torch.randn(STEPS, NETWORKS, INPUTS, BATCH, generator=draw)
    results = []
    for cell in (inner, WrappedCell(inner)):
        tape = make_tape(cell, steps=STEPS, networks=NETWORKS, hidden=HIDDEN, inputs=INPUTS, batch=BATCH)
        tape.inputs.copy_(inputs)
        last = forward(cell, weight, tape).clone()
        gates = [gate(tape, STEPS - 1) for gate in (cell.forget_gate, cell.input_gate, cell.output_gate)]
        results.append((last, backward(cell, weight, tape, torch.ones_like(last)).weight, gates))
    (state, gradient, gates), (wrapped_state, wrapped_gradient, wrapped_gates) = results
    assert torch.equal(state, wrapped_state)
    assert torch.equal(gradient, wrapped_gradient)
    for ours, theirs in zip(gates, wrapped_gates, strict=True):
        assert (ours is None and theirs is None) or torch.equal(ours, theirs)


@pytest.mark.parametrize("name", ["tanh", "gru", "lstm"])
def test_a_wrapped_cell_derives_the_same_step(name):
    inner = registries.load(registries.CELLS, "cell", name)()
    draw = torch.Generator().manual_seed(1)
    pre = tuple(torch.randn(NETWORKS, HIDDEN, BATCH, generator=draw) for _ in range(inner.blocks))
    previous = tuple(torch.randn(NETWORKS, HIDDEN, BATCH, generator=draw) for _ in range(1 + inner.carries))
    for ours, theirs in zip(inner.step(pre, previous), WrappedCell(inner).step(pre, previous), strict=True):
        assert torch.equal(ours, theirs)
