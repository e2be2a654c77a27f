import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.cells.normalised import LayerNormalised
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.passes import forward, make_tape
from gradient_horizon.measuring.spectra import singular_values
from gradient_horizon.measuring.transport import (
    gated_transport,
    memory_products,
    state_jacobians,
    transport_products,
)

STEPS, NETWORKS, HIDDEN, INPUTS, BATCH = 6, 2, 4, 3, 3
BIASED = HIDDEN + INPUTS


def load(name: str) -> Cell:
    return registries.load(registries.CELLS, "cell", name)()


def run_forward(cell: Cell, *, scale: float = 1.0, steps: int = STEPS):
    draw = torch.Generator().manual_seed(0)
    layout = cell.layout(HIDDEN, INPUTS)
    weight = scale * torch.randn(NETWORKS, *layout.shape, generator=draw, dtype=torch.float64)
    if layout.free is not None:
        weight *= torch.from_numpy(layout.free)
    tape = make_tape(
        cell, steps=steps, networks=NETWORKS, hidden=HIDDEN, inputs=INPUTS, batch=BATCH, dtype=torch.float64
    )
    tape.inputs.copy_(torch.randn(tape.inputs.shape, generator=draw, dtype=torch.float64))
    forward(cell, weight, tape)
    return weight, tape


def states_at(cell: Cell, tape, t: int, network: int, sequence: int):
    return torch.cat([part[t, network, :HIDDEN, sequence] for part in (tape.state, *tape.carried)])


def plain_step(cell: Cell, weight, tape, t: int, network: int, sequence: int):
    """s_{t+1} as a function of s_t: the cell's `step` after the product by the weight, for one sequence."""
    constant = tape.state[t, network, HIDDEN:, sequence]

    def step(state):
        parts = state.split(HIDDEN)
        pre = weight[network] @ torch.cat([parts[0], constant])
        new = cell.step(tuple(b[None, :, None] for b in pre.split(HIDDEN)), tuple(p[None, :, None] for p in parts))
        return torch.cat([part[0, :, 0] for part in new])

    return step


@pytest.mark.parametrize("name", registries.CELLS)
def test_jacobians_are_autograd_s_through_the_cell_s_step(name):
    cell = load(name)
    weight, tape = run_forward(cell)
    jacobians = state_jacobians(cell, weight, tape)
    for t, network, sequence in torch.cartesian_prod(torch.arange(STEPS), torch.arange(NETWORKS), torch.arange(BATCH)):
        step = plain_step(cell, weight, tape, t, network, sequence)
        expected = torch.autograd.functional.jacobian(step, states_at(cell, tape, t, network, sequence))
        torch.testing.assert_close(jacobians[t, network, sequence], expected, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", ["tanh", "gru", "lstm"])
def test_jacobians_of_layer_normalised_cells_are_differences_of_their_forward_pass(name):
    cell = LayerNormalised(load(name))
    weight, tape = run_forward(cell)
    jacobians = state_jacobians(cell, weight, tape)
    again = make_tape(cell, steps=1, networks=NETWORKS, hidden=HIDDEN, inputs=INPUTS, batch=BATCH, dtype=torch.float64)
    t, width, inner = 2, 1e-6, [tape.state[2, :, :HIDDEN], *(carried[2] for carried in tape.carried)]
    for unit in range(len(inner) * HIDDEN):
        ends = []
        for shift in (width, -width):
            moved = torch.cat(inner, dim=1)
            moved[:, unit] += shift
            again.state[0] = tape.state[t]
            for into, part in zip((again.h[0], *(c[0] for c in again.carry)), moved.split(HIDDEN, dim=1), strict=True):
                into.copy_(part)
            forward(cell, weight, again)
            ends.append(torch.cat([again.h[1], *(c[1] for c in again.carry)], dim=1))
        slope = (ends[0] - ends[1]) / (2 * width)
        torch.testing.assert_close(jacobians[t, :, :, :, unit], slope.transpose(1, 2), rtol=1e-6, atol=1e-8)


def test_steps_and_sequences_choose_the_last_steps_and_the_first_sequences():
    cell = load("lstm")
    weight, tape = run_forward(cell)
    some = state_jacobians(cell, weight, tape, steps=2, sequences=1)
    torch.testing.assert_close(some, state_jacobians(cell, weight, tape)[-2:, :, :1], rtol=0, atol=1e-14)
    assert len(state_jacobians(cell, weight, tape, steps=STEPS + 5)) == STEPS


def test_transport_of_the_linear_cell_is_the_power_of_its_matrix():
    cell = load("linear")
    weight, tape = run_forward(cell)
    lags = (5, 0, 2)
    jacobians = state_jacobians(cell, weight, tape)
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
    weight, tape = run_forward(cell)
    products = transport_products(state_jacobians(cell, weight, tape), range(STEPS + 1))
    memory = memory_products(products, HIDDEN)
    for lag in range(STEPS + 1):

        def last(state, lag=lag):
            for t in range(STEPS - lag, STEPS):
                state = plain_step(cell, weight, tape, t, 1, 2)(state)
            return state

        expected = torch.autograd.functional.jacobian(last, states_at(cell, tape, STEPS - lag, 1, 2))
        torch.testing.assert_close(products[lag, 1, 2], expected, rtol=1e-10, atol=1e-12)
        torch.testing.assert_close(memory[lag, 1, 2], expected[-HIDDEN:, -HIDDEN:], rtol=1e-10, atol=1e-12)


def test_gated_transport_is_the_sigmoid_of_the_bias_to_the_power_of_the_lag_and_all_there_is_without_weights():
    cell = load("lstm")
    layout = cell.layout(HIDDEN, INPUTS)
    bias = torch.tensor([-1.0, 0.0, 1.0, 3.0], dtype=torch.float64)
    weight = torch.zeros(1, *layout.shape, dtype=torch.float64)
    weight[:, layout.rows(1), BIASED] = bias
    tape = make_tape(cell, steps=STEPS, networks=1, hidden=HIDDEN, inputs=INPUTS, batch=BATCH, dtype=torch.float64)
    forward(cell, weight, tape)
    lags = (0, 1, 4, 6)
    gated = gated_transport(cell, tape, lags, sequences=2)
    whole = memory_products(transport_products(state_jacobians(cell, weight, tape, sequences=2), lags), HIDDEN)
    for place, lag in enumerate(lags):
        expected = torch.sigmoid(bias) ** lag
        torch.testing.assert_close(gated[place], expected[None, :, None].expand(1, HIDDEN, 2), rtol=1e-12, atol=0)
        torch.testing.assert_close(whole[place, 0, 1], torch.diag(expected), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", ["gru", "lstm"])
def test_gated_transport_is_the_slope_at_fixed_gates(name):
    cell = load(name)
    _, tape = run_forward(cell)
    memory = tape.carried[0] if cell.carries else tape.state[:, :, :HIDDEN]
    gated = gated_transport(cell, tape, (3,))
    expected = torch.ones(NETWORKS, HIDDEN, BATCH, dtype=torch.float64)
    for t in range(STEPS - 3, STEPS):
        gate = tape.blocks[t][1]
        if name == "lstm":  # c' = f c + i g, so f is what of c' - i g there is per c
            gate = (memory[t + 1] - tape.blocks[t][0] * tape.blocks[t][3]) / memory[t]
        expected = expected * gate
    torch.testing.assert_close(gated[0], expected, rtol=1e-8, atol=1e-10)


def test_cells_without_a_gate_have_no_gated_transport():
    cell = load("tanh")
    assert gated_transport(cell, run_forward(cell)[1], (1, 2)) is None


@pytest.mark.parametrize("lag", [-1, STEPS + 1])
def test_a_lag_outside_the_trajectory_is_refused(lag):
    cell = load("lstm")
    weight, tape = run_forward(cell)
    with pytest.raises(ValueError, match="lag must be from 0 to the 6 steps"):
        transport_products(state_jacobians(cell, weight, tape), (lag,))
    with pytest.raises(ValueError, match="lag must be from 0 to the 6 steps"):
        gated_transport(cell, tape, (lag,))
