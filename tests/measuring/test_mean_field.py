import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.cells.tanh import Tanh
from gradient_horizon.engine.layout import Layout
from gradient_horizon.measuring.gradients import gradient_flow
from gradient_horizon.measuring.mean_field import SEQUENCES, chi_1
from gradient_horizon.measuring.networks import Networks
from gradient_horizon.measuring.recording import record
from gradient_horizon.tasks.adding import Adding

STEPS, NETWORKS, BATCH = 8, 3, 20


class Leaky(Tanh):
    """Half of the old state is kept as it is."""

    def step(self, a, h):
        return 0.5 * h + 0.5 * a.tanh()


class Mixing(Tanh):
    """By automatic differentiation."""

    mixes_units = True


def networks(cell, hidden, sigma):
    """Gaussian recurrent matrices whose entries have the variance sigma^2 / units."""
    draw = torch.Generator().manual_seed(0)
    layout = Layout(cell, hidden, Adding.inputs)
    weight = torch.randn(NETWORKS, *layout.shape, generator=draw, dtype=torch.float64)
    weight[..., :hidden] *= sigma / hidden**0.5
    readout = torch.randn(NETWORKS, 1, hidden + 1, generator=draw, dtype=torch.float64)
    inputs = torch.randn(STEPS, NETWORKS, Adding.inputs, BATCH, generator=draw, dtype=torch.float64)
    target = torch.zeros(NETWORKS, BATCH, dtype=torch.float64)
    return Networks(cell, weight, readout, record(cell, weight, inputs), target, Adding())


def load(name):
    return registries.load(registries.CELLS, "cell", name)()


@pytest.mark.parametrize("sigma", [0.7, 1.0, 1.3])
@pytest.mark.parametrize(("name", "slope"), [("linear", 1.0), ("relu", 0.5)])
def test_of_wide_gaussian_networks_it_is_the_variance_times_the_mean_squared_slope_and_its_root_the_profile(
    name, slope, sigma
):
    measured = networks(load(name), 300, sigma)
    torch.testing.assert_close(chi_1(measured), torch.full((NETWORKS,), sigma**2 * slope).double(), rtol=0.1, atol=0)
    profile = gradient_flow(measured, window=None).profile
    ratio = profile / profile[0] / chi_1(measured).sqrt() ** torch.arange(STEPS)[:, None]
    assert ratio.min() > 0.8
    assert ratio.max() < 1.25


def test_of_a_tanh_network_it_is_the_mean_of_the_squared_slopes_and_of_w():
    measured = networks(load("tanh"), 6, 1.5)
    slopes = 1 - measured.recording.hidden[..., :SEQUENCES].square()
    for network, value in enumerate(chi_1(measured).tolist()):
        matrix = measured.weight[network, :, :6]
        expected = slopes[:, network].square().mean() * torch.linalg.matrix_norm(matrix) ** 2 / 6
        assert value == pytest.approx(expected.item(), rel=1e-12)


@pytest.mark.filterwarnings("ignore:cell 'Mixing' mixes units")
@pytest.mark.parametrize("cell", [*map(load, ("lstm", "gru", "ind-rnn", "lru", "cornn", "euler")), Leaky(), Mixing()])
def test_cells_that_the_theory_is_not_about_have_none(cell):
    assert chi_1(networks(cell, 4, 1.0)).isnan().all()


def test_a_layer_normalised_cell_has_none():
    cell = load("tanh")
    cell.normalised = True
    assert chi_1(networks(cell, 4, 1.0)).isnan().all()
