import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.cells.interchange import LAYERS, from_torch, to_torch
from gradient_horizon.engine.passes import forward, make_tape

STEPS, HIDDEN, INPUTS, BATCH = 6, 5, 3, 4


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_of_torch_and_the_network_made_from_it_give_the_same_states(name):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        layer = LAYERS[name](INPUTS, HIDDEN).double()
        x = torch.randn(STEPS, BATCH, INPUTS, dtype=torch.float64)
    cell = registries.load(registries.CELLS, "cell", name)()
    tape = make_tape(cell, steps=STEPS, networks=1, hidden=HIDDEN, inputs=INPUTS, batch=BATCH, dtype=torch.float64)
    tape.inputs.copy_(x.transpose(1, 2).unsqueeze(1))
    forward(cell, from_torch(name, layer).unsqueeze(0), tape)
    ours = torch.stack(tape.h[1:])[:, 0].transpose(1, 2)
    torch.testing.assert_close(ours, layer(x)[0].detach(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", LAYERS)
def test_there_and_back_is_the_same_weight(name):
    layout = registries.load(registries.CELLS, "cell", name)().layout(HIDDEN, INPUTS)
    weight = torch.randn(layout.shape, generator=torch.Generator().manual_seed(0))
    if layout.free is not None:
        weight *= torch.from_numpy(layout.free)
    assert torch.equal(from_torch(name, to_torch(name, weight, HIDDEN)), weight)


def test_a_cell_that_torch_does_not_have_is_refused():
    with pytest.raises(ValueError, match=r"one that torch\.nn has .*got 'linear'"):
        to_torch("linear", torch.zeros(HIDDEN, HIDDEN + INPUTS + 1), HIDDEN)
