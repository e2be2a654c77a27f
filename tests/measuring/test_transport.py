import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.cells.tanh import Tanh
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.equations import take_step
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.reference import pre_activations, run
from gradient_horizon.measuring.jacobians import state_jacobians
from gradient_horizon.measuring.recording import Recording, last_states, record
from gradient_horizon.measuring.spectra import singular_values
from gradient_horizon.measuring.transport import gated_transport, memory_products, transport_products

STEPS, NETWORKS, HIDDEN, INPUTS, BATCH = 6, 2, 4, 3, 3


class Centred(Tanh):
    """Units see each other's mean inside the step."""

    mixes_units = True

    def step(self, a, h):
        return (a - a.mean(1, keepdim=True)).tanh() + 0.5 * h


def load(name: str, *, normalised: bool = False) -> Cell:
    cell = registries.load(registries.CELLS, "cell", name)()
    cell.normalised = normalised
    return cell


def random_weight(cell: Cell):
    layout = Layout(cell, HIDDEN, INPUTS)
    weight = torch.randn(NETWORKS, *layout.shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return weight if layout.free is None else weight * torch.from_numpy(layout.free)


def run_forward(cell: Cell):
    draw = torch.Generator().manual_seed(1)
    weight = random_weight(cell)
    return weight, record(
        cell, weight, torch.randn(STEPS, NETWORKS, INPUTS, BATCH, generator=draw, dtype=torch.float64)
    )


def states_at(recording: Recording, t: int, network: int, sequence: int):
    return torch.cat([state[t, network, :, sequence] for state in recording.states])


def plain_step(cell: Cell, weight, recording: Recording, t: int, network: int, sequence: int):
    """s_{t+1} as a function of s_t, for one sequence, on the reference path."""
    x, own = recording.inputs[None, t, network, :, sequence, None], weight[network, None]

    def step(state):
        start = tuple(part[None, :, None] for part in state.split(HIDDEN))
        (after,) = run(cell, [own], x[None], start)
        return torch.cat([part[0, :, 0] for part in after])

    return step


def check_by_autograd(cell: Cell) -> None:
    weight, recording = run_forward(cell)
    jacobians = state_jacobians(cell, weight, recording)
    for t, network, sequence in torch.cartesian_prod(torch.arange(STEPS), torch.arange(NETWORKS), torch.arange(BATCH)):
        step = plain_step(cell, weight, recording, t, network, sequence)
        expected = torch.autograd.functional.jacobian(step, states_at(recording, t, network, sequence))
        torch.testing.assert_close(jacobians[t, network, sequence], expected, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("normalised", [False, True], ids=["plain", "normalised"])
@pytest.mark.parametrize("name", registries.CELLS)
def test_jacobians_are_autograd_s_through_the_cell_s_step(name, normalised):
    check_by_autograd(load(name, normalised=normalised))


@pytest.mark.filterwarnings("ignore:cell 'Centred' mixes units")
def test_jacobians_of_a_cell_that_mixes_units_are_autograd_s():
    check_by_autograd(Centred())


@pytest.mark.parametrize("normalised", [False, True], ids=["plain", "normalised"])
@pytest.mark.parametrize("name", ["tanh", "gru", "lstm"])
def test_jacobians_are_differences_of_the_forward_pass(name, normalised):
    cell = load(name, normalised=normalised)
    weight, recording = run_forward(cell)
    jacobians = state_jacobians(cell, weight, recording)
    t, width = 2, 1e-6
    before = torch.cat([state[t] for state in recording.states], dim=1)
    for unit in range(before.shape[1]):
        ends = []
        for shift in (width, -width):
            moved = before.clone()
            moved[:, unit] += shift
            start = tuple(torch.split(moved, HIDDEN, dim=1))
            ends.append(torch.cat(last_states(cell, weight, recording.inputs[t : t + 1], start), dim=1))
        slope = (ends[0] - ends[1]) / (2 * width)
        torch.testing.assert_close(jacobians[t, :, :, :, unit], slope.transpose(1, 2), rtol=1e-6, atol=1e-8)


def test_steps_and_sequences_choose_the_last_steps_and_the_first_sequences():
    cell = load("lstm")
    weight, recording = run_forward(cell)
    some = state_jacobians(cell, weight, recording, steps=2, sequences=1)
    torch.testing.assert_close(some, state_jacobians(cell, weight, recording)[-2:, :, :1], rtol=0, atol=1e-14)
    assert len(state_jacobians(cell, weight, recording, steps=STEPS + 5)) == STEPS


def test_transport_of_the_linear_cell_is_the_power_of_its_matrix():
    cell = load("linear")
    weight, recording = run_forward(cell)
    lags = (5, 0, 2)
    jacobians = state_jacobians(cell, weight, recording)
    products = transport_products(jacobians, lags)
    singular = singular_values(products)
    for network in range(NETWORKS):
        for place, lag in enumerate(lags):
            power = torch.linalg.matrix_power(weight[network, :, :HIDDEN], lag)
            expected = torch.linalg.svdvals(power)
            for sequence in range(BATCH):
                torch.testing.assert_close(products[place, network, sequence], power, rtol=1e-12, atol=1e-12)
                torch.testing.assert_close(singular[place, network, sequence], expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ["relu", "gru", "lstm", "lstm-output-open"])
def test_transport_is_autograd_s_through_a_plain_loop(name):
    cell = load(name)
    weight, recording = run_forward(cell)
    products = transport_products(state_jacobians(cell, weight, recording), range(STEPS + 1))
    memory = memory_products(products, HIDDEN)
    for lag in range(STEPS + 1):

        def last(state, lag=lag):
            for t in range(STEPS - lag, STEPS):
                state = plain_step(cell, weight, recording, t, 1, 2)(state)
            return state

        expected = torch.autograd.functional.jacobian(last, states_at(recording, STEPS - lag, 1, 2))
        torch.testing.assert_close(products[lag, 1, 2], expected, rtol=1e-10, atol=1e-12)
        torch.testing.assert_close(memory[lag, 1, 2], expected[-HIDDEN:, -HIDDEN:], rtol=1e-10, atol=1e-12)


def test_gated_transport_is_the_sigmoid_of_the_bias_to_the_power_of_the_lag_and_all_there_is_without_weights():
    cell = load("lstm")
    layout = Layout(cell, HIDDEN, INPUTS)
    bias = torch.tensor([-1.0, 0.0, 1.0, 3.0], dtype=torch.float64)
    weight = torch.zeros(1, *layout.shape, dtype=torch.float64)
    weight[:, layout.gate_rows("keep"), -1] = bias
    recording = record(cell, weight, torch.zeros(STEPS, 1, INPUTS, BATCH, dtype=torch.float64))
    lags = (0, 1, 4, 6)
    gated = gated_transport(recording, lags, sequences=2)
    whole = memory_products(transport_products(state_jacobians(cell, weight, recording, sequences=2), lags), HIDDEN)
    for place, lag in enumerate(lags):
        expected = torch.sigmoid(bias) ** lag
        torch.testing.assert_close(gated[place], expected[None, :, None].expand(1, HIDDEN, 2), rtol=1e-12, atol=0)
        torch.testing.assert_close(whole[place, 0, 1], torch.diag(expected), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", ["gru", "lstm", "lstm-output-open"])
def test_gated_transport_is_autograd_s_slope_at_fixed_pre_activations(name):
    cell = load(name)
    weight, recording = run_forward(cell)
    gated = gated_transport(recording, (3,))
    expected = torch.ones(NETWORKS, HIDDEN, BATCH, dtype=torch.float64)
    for t in range(STEPS - 3, STEPS):
        states = tuple(state[t] for state in recording.states)
        blocks = pre_activations(cell, weight, states, recording.inputs[t])
        memory = states[-1].clone().requires_grad_()
        after = take_step(cell, blocks | dict(zip(cell.state, (*states[:-1], memory), strict=True)))
        expected = expected * torch.autograd.grad(after[-1].sum(), memory)[0]
    torch.testing.assert_close(gated[0], expected, rtol=1e-12, atol=0)


@pytest.mark.parametrize("name", ["tanh", "lstm-forget-open"])
def test_cells_without_a_gate_have_no_gated_transport(name):
    assert gated_transport(run_forward(load(name))[1], (1, 2)) is None


@pytest.mark.parametrize("lag", [-1, STEPS + 1])
def test_a_lag_outside_the_trajectory_is_refused(lag):
    cell = load("lstm")
    weight, recording = run_forward(cell)
    with pytest.raises(ValueError, match="lag must be from 0 to the 6 steps"):
        transport_products(state_jacobians(cell, weight, recording), (lag,))
    with pytest.raises(ValueError, match="lag must be from 0 to the 6 steps"):
        gated_transport(recording, (lag,))
