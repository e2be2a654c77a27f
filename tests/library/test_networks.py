import numpy as np
import pandas as pd
import pytest
import torch

from gradient_horizon import registries, train
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.passes import Passes
from gradient_horizon.library.modules import Recurrence
from gradient_horizon.library.networks import Networks
from gradient_horizon.tasks.recall import Recall

ASKED = {
    "seeds": 2,
    "learning_rates": 0.01,
    "length": 5,
    "hidden_size": 6,
    "updates": 3,
    "batch_size": 8,
    "evaluate_every": 3,
    "evaluation_sequences": 8,
}
HIDDEN = 6
TORCH = {"tanh": torch.nn.RNN, "relu": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}


CELLS = [("tanh", False), ("lstm", False), ("janet", False), ("cornn", False), ("gru", True)]


def networks_of(name, *, normalised=False):
    """Two networks with random weights, zero where their cell has none."""
    cell, draw = registries.load(registries.CELLS, "cell", name)(), np.random.default_rng(0)
    cell.normalised = normalised
    layout = Layout(cell, HIDDEN, Recall.inputs)
    recurrent = draw.normal(size=(2, *layout.shape)) * (1 if layout.free is None else layout.free)
    readout = draw.normal(size=(2, Recall.outputs, HIDDEN + 1))
    return Networks(cell, Recall(), pd.DataFrame({"seed": [5, 6]}), recurrent, readout), layout


@pytest.mark.parametrize(("name", "normalised"), CELLS)
def test_a_module_computes_what_the_engine_does(name, normalised):
    networks, _ = networks_of(name, normalised=normalised)
    module, inputs = networks.torch_module(1), np.random.default_rng(1).normal(size=(7, Recall.inputs, 3))
    assert type(module.recurrence) is (Recurrence if normalised else TORCH.get(name, Recurrence))
    passes = Passes(networks.cell, steps=7, hidden=HIDDEN, inputs=Recall.inputs, batch=3, precision="float64")
    passes.load(inputs)
    last, readout = passes.forward(networks.recurrent[1]), networks.readout[1]
    outputs = module(torch.from_numpy(inputs).transpose(1, 2)).detach().numpy()
    np.testing.assert_allclose(outputs, (readout[:, :-1] @ last + readout[:, -1:]).T, rtol=1e-11, atol=1e-13)


def test_a_module_goes_on_from_states_and_can_be_trained():
    module = networks_of("janet")[0].torch_module(0).recurrence
    inputs = torch.randn(6, 3, 10, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    whole, _ = module(inputs)
    first, states = module(inputs[:2])
    second, _ = module(inputs[2:], states)
    torch.testing.assert_close(torch.cat([first, second]), whole, rtol=0, atol=1e-14)
    whole.square().sum().backward()
    assert (module.weight.grad[module.mask == 0] == 0).all()
    assert (module.weight.grad[module.mask == 1] != 0).any()


@pytest.mark.parametrize("name", registries.CELLS)
@pytest.mark.parametrize("normalised", [False, True], ids=["plain", "normalised"])
def test_parts_of_the_weights_are_all_that_is_trained(name, normalised):
    networks, layout = networks_of(name, normalised=normalised)
    trained = layout.parameters + networks.readout[0].size
    assert sum(array[0].size for array in networks.weights.values()) == trained
    for part, array in networks.weights.items():
        assert array.ndim == len(networks.axes[part])
        assert networks.axes[part][0] == "network"
        array.fill(np.nan)
    assert np.isnan(networks.recurrent[0]).sum() + np.isnan(networks.readout[0]).sum() == trained
    if layout.free is not None:
        np.testing.assert_array_equal(np.isnan(networks.recurrent[0]), layout.free)


def test_named_parts_of_an_lstm_are_those_of_torch():
    networks, _ = networks_of("lstm")
    weights, layer = networks.weights, networks.torch_module(0).recurrence
    parts = layer.weight_hh_l0.detach().numpy().reshape(4, HIDDEN, HIDDEN)
    for name, part in zip("ifgo", parts, strict=True):
        np.testing.assert_array_equal(weights[f"{name}.h"][0], part)
    assert weights["f.x"].shape == (2, HIDDEN, 10)
    assert networks.axes["f.x"] == ("network", "unit", "input")
    assert weights["readout.bias"].shape == (2, 8)


def test_some_of_the_networks():
    networks = train("tanh", "recall", **ASKED | {"seeds": [5, 6, 9]}).networks()
    assert networks[1].table["seed"].tolist() == [6]
    assert networks[[2, 0]].table["seed"].tolist() == [9, 5]
    masked = networks[networks.table["seed"] > 5]
    assert masked.table["seed"].tolist() == [6, 9]
    np.testing.assert_array_equal(masked.weights["a.h"], networks.weights["a.h"][1:])
    assert len(networks[:2]) == 2
    with pytest.raises(IndexError):
        networks[3]
    with pytest.raises(IndexError):
        networks.torch_module(3)


def test_moments():
    found = train("tanh", "recall", **ASKED)
    stages = [found.networks(moment).recurrent for moment in ("initial", "half", "final")]
    assert not np.array_equal(stages[0], stages[1])
    assert not np.array_equal(stages[1], stages[2])
    with pytest.raises(ValueError, match="moment must be one of initial, half, final, got 'last'"):
        found.networks("last")
