import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.reference import differentiate
from gradient_horizon.measuring.gradients import gradient_flow
from gradient_horizon.measuring.jacobians import state_jacobians
from gradient_horizon.measuring.networks import Networks
from gradient_horizon.measuring.recording import record
from gradient_horizon.measuring.transport import transport_products
from gradient_horizon.statistics.censored import Censored
from gradient_horizon.tables.gradient_horizon import gradient_horizon
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
    torch.testing.assert_close(flow.profile, expected.full_state.T.flip(0), **close)
    torch.testing.assert_close(flow.hidden_profile, expected.state[:, 0].T.flip(0), **close)
    torch.testing.assert_close(flow.contribution, expected.shares.T.flip(0), **close)
    ratio = (expected.shares / expected.share_spread).T.flip(0)
    torch.testing.assert_close(flow.signal_to_noise, ratio, equal_nan=True, **close)
    assert flow.signal_to_noise[window or STEPS :].isnan().all()
    torch.testing.assert_close(flow.weight_gradient, expected.weight.norm(dim=(1, 2)), **close)
    assert (flow.contribution[window or STEPS :] == 0).all()
    assert flow.contribution[: window or STEPS].min() > 0


@pytest.mark.parametrize("name", ["tanh", "gru", "lstm"])
def test_the_profile_is_the_last_gradient_times_the_jacobian_of_the_full_state(name):
    draw, cell = torch.Generator().manual_seed(0), registries.load(registries.CELLS, "cell", name)()
    layout = Layout(cell, HIDDEN, Adding.inputs)
    weight = 0.5 * torch.randn(1, *layout.shape, generator=draw, dtype=torch.float64)
    weight *= 1 if layout.free is None else torch.from_numpy(layout.free)
    readout = torch.randn(1, 1, HIDDEN + 1, generator=draw, dtype=torch.float64)
    inputs = torch.randn(STEPS, 1, Adding.inputs, BATCH, generator=draw, dtype=torch.float64)
    recording = record(cell, weight, inputs)
    networks = Networks(cell, weight, readout, recording, torch.zeros(1, BATCH, dtype=torch.float64), Adding())
    flow = gradient_flow(networks, window=None)
    products = transport_products(state_jacobians(cell, weight, recording), range(STEPS))[:, 0]
    output = readout[0, 0, :-1] @ recording.last[0] + readout[0, 0, -1]
    last = torch.zeros(BATCH, HIDDEN * len(cell.state), dtype=torch.float64)
    last[:, :HIDDEN] = 2 * output[:, None] * readout[0, 0, :-1]
    by_state = torch.einsum("ba,kbas->kbs", last, products)
    torch.testing.assert_close(flow.profile[:, 0], by_state.norm(dim=2).mean(1), rtol=1e-10, atol=1e-14)
    by_h = by_state[..., :HIDDEN].norm(dim=2).mean(1)
    torch.testing.assert_close(flow.hidden_profile[:, 0], by_h, rtol=1e-10, atol=1e-14)
    assert (flow.profile == flow.hidden_profile).all() == (name != "lstm")


def flow_of_constant_gates(name, **biases):
    """A network without weights whose gates are held by biases; the loss reads its units."""
    cell = registries.load(registries.CELLS, "cell", name)()
    layout = Layout(cell, HIDDEN, Adding.inputs)
    weight = torch.zeros(1, *layout.shape, dtype=torch.float64)
    for role, bias in biases.items():
        weight[:, layout.gate_rows(role), HIDDEN + Adding.inputs] = bias
    readout = torch.ones(1, 1, HIDDEN + 1, dtype=torch.float64)
    inputs = torch.zeros(60, 1, Adding.inputs, BATCH, dtype=torch.float64)
    target = torch.zeros(1, BATCH, dtype=torch.float64)
    return gradient_flow(Networks(cell, weight, readout, record(cell, weight, inputs), target, Adding()), window=None)


def test_equal_gates_give_equal_horizons_by_the_full_state_whatever_the_cell_writes_and_not_by_h_alone():
    gate = torch.sigmoid(torch.tensor(2.0, dtype=torch.float64))
    flows = [
        flow_of_constant_gates("gru", keep=2.0),
        flow_of_constant_gates("lstm", keep=2.0, write=-2.0, show=30.0),
        flow_of_constant_gates("lstm", keep=2.0, write=30.0, show=30.0),
    ]
    lags = torch.arange(60, dtype=torch.float64)
    for flow in flows:
        torch.testing.assert_close(flow.profile[:, 0] / flow.profile[0, 0], gate**lags, rtol=1e-10, atol=0)
        assert gradient_horizon(flow.profile[:, 0].numpy()) == Censored.exactly(36)
    assert [gradient_horizon(flow.hidden_profile[:, 0].numpy()).known for flow in flows] == [36, 0, 0]


def test_where_sequences_disagree_the_signal_is_one_over_the_root_of_their_number():
    draw, networks, batch = torch.Generator().manual_seed(0), 300, 64
    cell = registries.load(registries.CELLS, "cell", "linear")()
    weight = torch.zeros(networks, *Layout(cell, 1, Adding.inputs).shape, dtype=torch.float64)
    readout = torch.tensor([[[1.0, 0.0]]] * networks).double()
    inputs = torch.randn(1, networks, Adding.inputs, batch, generator=draw, dtype=torch.float64)
    target = torch.randn(networks, batch, generator=draw, dtype=torch.float64)
    measured = Networks(cell, weight, readout, record(cell, weight, inputs), target, Adding())
    squares = gradient_flow(measured, window=None).signal_to_noise.square()
    assert squares.mean().item() == pytest.approx(1 / batch, rel=0.2)


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
