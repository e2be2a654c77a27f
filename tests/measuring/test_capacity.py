import numpy as np
import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.measuring.capacity import memory_capacity, squared_correlations

HIDDEN = 8


def capacity_of(name: str, *matrices: torch.Tensor, lags: int = 20, channel: int = 1, gain: float = 1.0):
    """Of plain cells with these recurrent matrices, driven into the first unit through the second of two channels."""
    weight = torch.zeros(len(matrices), HIDDEN, HIDDEN + 3, dtype=torch.float64)
    for into, matrix in zip(weight, matrices, strict=True):
        into[:, :HIDDEN] = matrix
    weight[:, 0, HIDDEN + 1] = gain
    cell = registries.load(registries.CELLS, "cell", name)()
    return memory_capacity(cell, weight, inputs=2, channel=channel, lags=lags, generator=np.random.default_rng(0))


def delay_line(length: int) -> torch.Tensor:
    line = torch.zeros(HIDDEN, HIDDEN)
    for unit in range(length - 1):
        line[unit + 1, unit] = 1
    return line


def test_a_delay_line_has_its_length_for_capacity_and_forgets_at_once_beyond_it():
    lengths = (1, 3, HIDDEN)
    measured = capacity_of("linear", *(delay_line(length) for length in lengths))
    assert measured.capacity.tolist() == pytest.approx(lengths, abs=0.05)
    for network, length in enumerate(lengths):
        assert measured.recalled[:length, network].tolist() == pytest.approx([1] * length, abs=1e-9)
        assert measured.recalled[length:, network].max() < 0.01
    assert measured.chance.max() < 0.05
    assert measured.chance.min() > 0


def test_a_network_without_memory_holds_the_last_input_and_one_that_is_not_driven_nothing():
    assert capacity_of("tanh", delay_line(1), gain=0.1).capacity.item() == pytest.approx(1, abs=0.05)
    assert capacity_of("tanh", delay_line(HIDDEN), channel=0).capacity.item() == pytest.approx(0, abs=1e-12)


def test_a_single_decaying_unit_recalls_as_its_closed_form_says():
    decay = 0.8
    leak = torch.zeros(HIDDEN, HIDDEN)
    leak[0, 0] = decay
    measured = capacity_of("linear", leak, lags=30)
    lag = torch.arange(30, dtype=torch.float64)
    expected = (1 - decay**2) * decay ** (2 * lag)  # the share of u_{t-k} in the variance of sum_j decay^j u_{t-j}
    torch.testing.assert_close(measured.recalled[:, 0], expected, rtol=0, atol=0.04)
    assert measured.capacity.item() == pytest.approx(1, abs=0.15)


def test_squared_correlations_are_those_of_numpy_s_least_squares_on_held_out_sequences():
    draw = np.random.default_rng(3)
    states, targets = draw.standard_normal((40, 2, 3, 6)), draw.standard_normal((2, 40, 6))
    targets[0] += states[:, 1, 2]
    measured = squared_correlations(torch.from_numpy(states), torch.from_numpy(targets))
    for network in range(2):
        design = np.concatenate([states[:, network], np.ones((40, 1, 6))], axis=1)
        for place, target in enumerate(targets):
            fitted, *_ = np.linalg.lstsq(
                design[..., :3].transpose(0, 2, 1).reshape(-1, 4), target[:, :3].ravel(), rcond=None
            )
            answer = design[..., 3:].transpose(0, 2, 1).reshape(-1, 4) @ fitted
            expected = np.corrcoef(answer, target[:, 3:].ravel())[0, 1] ** 2
            assert measured[place, network].item() == pytest.approx(expected, rel=1e-7)


def test_networks_that_leave_the_finite_numbers_have_no_capacity_and_leave_others_alone():
    measured = capacity_of("linear", 1e200 * torch.eye(HIDDEN), delay_line(3))
    assert measured.capacity[0].isnan()
    assert measured.capacity[1].item() == pytest.approx(3, abs=0.05)
