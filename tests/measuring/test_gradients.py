import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.reference import differentiate
from gradient_horizon.measuring.gradients import gradient_flow
from gradient_horizon.measuring.networks import Networks
from gradient_horizon.measuring.recording import record
from gradient_horizon.tasks.adding import Adding
from gradient_horizon.tasks.recall import Recall

STEPS, NETWORKS, HIDDEN, BATCH = 9, 2, 4, 13


@pytest.mark.parametrize("window", [None, 4])
@pytest.mark.parametrize("name", ["relu", "gru", "lstm"])
def test_norms_are_autograd_s_lag_by_lag(name, window):
    draw, cell = torch.Generator().manual_seed(0), registries.load(registries.CELLS, "cell", name)()
    layout = Layout(cell, HIDDEN, Recall.inputs)
    weight = torch.randn(NETWORKS, *layout.shape, generator=draw, dtype=torch.float64)
    if layout.free is not None:
        weight *= torch.from_numpy(layout.free)
    readout = torch.randn(NETWORKS, Recall.outputs, HIDDEN + 1, generator=draw, dtype=torch.float64)
    inputs = torch.randn(STEPS, NETWORKS, Recall.inputs, BATCH, generator=draw, dtype=torch.float64)
    target = torch.randint(Recall.outputs, (NETWORKS, BATCH), generator=draw)
    recording = record(cell, weight, inputs)
    flow = gradient_flow(Networks(cell, weight, readout, recording, target, Recall()), window=window)

    last = recording.last.clone().requires_grad_()
    output = readout[:, :, :-1] @ last + readout[:, :, -1:]
    losses = torch.nn.functional.cross_entropy(output, target, reduction="none").mean(1)
    (pull,) = torch.autograd.grad(losses.sum(), last)
    expected = differentiate(cell, weight, inputs, pull, window=window)
    close = {"rtol": 1e-10, "atol": 1e-13}
    torch.testing.assert_close(flow.loss, losses.detach(), **close)
    torch.testing.assert_close(flow.profile, expected.state[:, 0].T.flip(0), **close)
    torch.testing.assert_close(flow.contribution, expected.shares.T.flip(0), **close)
    torch.testing.assert_close(flow.weight_gradient, expected.weight.norm(dim=(1, 2)), **close)
    assert (flow.contribution[window or STEPS :] == 0).all()
    assert flow.contribution[: window or STEPS].min() > 0


def test_a_gradient_too_large_to_square_has_an_infinite_norm_and_leaves_others_alone():
    cell, factors = (
        registries.load(registries.CELLS, "cell", "linear")(),
        torch.tensor([1e25, 2.0], dtype=torch.float64),
    )
    weight = torch.zeros(2, 1, 4, dtype=torch.float64)
    weight[:, 0, 0], weight[:, 0, 1] = factors, 1
    inputs = torch.zeros(STEPS, 2, 2, BATCH, dtype=torch.float64)
    inputs[-1, :, 0] = 1
    readout, target = torch.tensor([[[1.0, 0.0]]] * 2).double(), torch.zeros(2, BATCH).double()
    networks = Networks(cell, weight, readout, record(cell, weight, inputs), target, Adding())
    flow = gradient_flow(networks, window=None)
    lags = torch.arange(STEPS, dtype=torch.float64)
    torch.testing.assert_close(flow.profile[:, 1], 2 * 2**lags, rtol=1e-12, atol=0)
    assert flow.loss.tolist() == [1, 1]
    assert flow.profile[1, 0].item() == pytest.approx(2e25, rel=1e-12)
    assert flow.profile[-1, 0].item() == flow.contribution[-1, 0].item() == torch.inf
