import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.engine.passes import make_tape, make_tape_like
from gradient_horizon.errors import ShapeError

SIZES = {"steps": 5, "networks": 3, "hidden": 4, "inputs": 2, "batch": 6}


def buffers(tape):
    return (tape.state, tape.gates, tape.x_gates, *tape.carried, *tape.stored)


@pytest.mark.parametrize("changed", [{}, {"steps": 2}, {"batch": 1}, {"steps": 7, "batch": 9}])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", ["tanh", "gru", "lstm"])
def test_a_tape_like_another_has_its_sizes_and_precision_but_those_given(name, dtype, changed):
    cell = registries.load(registries.CELLS, "cell", name)()
    like = make_tape_like(cell, make_tape(cell, **SIZES, dtype=dtype), **changed)
    expected = make_tape(cell, **(SIZES | changed), dtype=dtype)
    assert [(b.shape, b.dtype) for b in buffers(like)] == [(b.shape, b.dtype) for b in buffers(expected)]
    assert (like.hidden, like.features, like.steps) == (expected.hidden, expected.features, expected.steps)
    assert torch.equal(like.state, expected.state)


def test_a_tape_like_another_shares_no_memory_with_it():
    cell = registries.load(registries.CELLS, "cell", "lstm")()
    tape = make_tape(cell, **SIZES)
    make_tape_like(cell, tape).state.fill_(7)
    assert tape.state.max() == 1


def test_a_tape_like_another_needs_a_step():
    cell = registries.load(registries.CELLS, "cell", "tanh")()
    with pytest.raises(ShapeError, match="axis 'time'"):
        make_tape_like(cell, make_tape(cell, **SIZES), steps=0)
