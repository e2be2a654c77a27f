import numpy as np
import pytest
import torch
from torch.func import functional_call

from gradient_horizon import registries
from gradient_horizon.cells.interchange import LAYERS, from_torch, to_torch, torch_parameters
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.passes import Passes

STEPS, HIDDEN, INPUTS, BATCH = 6, 5, 3, 5


def load(name):
    return registries.load(registries.CELLS, "cell", name)()


def layer_and_passes(name):
    """A layer of torch with inputs [time batch feature], and passes that have the same inputs loaded."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        layer = LAYERS[name](INPUTS, HIDDEN).double()
        x = torch.randn(STEPS, BATCH, INPUTS, dtype=torch.float64)
    sizes = {"steps": STEPS, "hidden": HIDDEN, "inputs": INPUTS, "batch": BATCH}
    passes = Passes(load(name), **sizes, precision="float64", every_step=True)
    passes.load(x.transpose(1, 2).numpy())
    return layer, x, passes


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_of_torch_and_the_network_made_from_it_give_the_same_states(name):
    layer, x, passes = layer_and_passes(name)
    last = passes.forward(from_torch(name, layer).numpy())
    expected = layer(x)[0].detach().transpose(1, 2).numpy()
    np.testing.assert_allclose(passes.states()[0][1:], expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(last, passes.states()[0][-1])


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_of_torch_gives_the_gradient_of_the_network_made_from_it(name):
    layer, x, passes = layer_and_passes(name)
    weight = from_torch(name, layer).requires_grad_()
    outputs = functional_call(layer, torch_parameters(name, weight, HIDDEN), (x,))[0]
    outputs.square().sum().backward()
    passes.forward(weight.detach().numpy())
    found = passes.backward(2 * passes.states()[0][1:])
    np.testing.assert_allclose(found.weight, weight.grad.numpy(), rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("name", LAYERS)
def test_there_and_back_is_the_same_weight(name):
    layout = Layout(load(name), HIDDEN, INPUTS)
    weight = torch.randn(layout.shape, generator=torch.Generator().manual_seed(0))
    if layout.free is not None:
        weight *= torch.from_numpy(layout.free)
    assert torch.equal(from_torch(name, to_torch(name, weight, HIDDEN)), weight)


def test_a_cell_that_torch_does_not_have_is_refused():
    with pytest.raises(ValueError, match=r"one that torch\.nn has .*got 'linear'"):
        to_torch("linear", torch.zeros(HIDDEN, HIDDEN + INPUTS + 1), HIDDEN)
