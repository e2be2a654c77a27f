import math

import numpy as np
import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.measuring.jacobians import state_jacobians
from gradient_horizon.measuring.lyapunov import lyapunov_exponents
from gradient_horizon.measuring.recording import record

STEPS, HIDDEN = 300, 4


def exponents_of(name: str, weight: torch.Tensor, *, count: int, transient: int = 200, steps: int = STEPS):
    """Of one network with one silent input, on two sequences."""
    cell = registries.load(registries.CELLS, "cell", name)()
    recording = record(cell, weight[None], torch.zeros(steps, 1, 1, 2, dtype=torch.float64))
    jacobians = state_jacobians(cell, weight[None], recording)
    return lyapunov_exponents(jacobians, count=count, transient=transient, generator=np.random.default_rng(0))[0]


def linear(matrix: torch.Tensor) -> torch.Tensor:
    return torch.cat([matrix, torch.zeros(HIDDEN, 2, dtype=torch.float64)], dim=1)


def orthogonal() -> torch.Tensor:
    draw = torch.randn(HIDDEN, HIDDEN, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return torch.linalg.qr(draw).Q


@pytest.mark.parametrize("rho", [0.5, 1.0, 1.3])
def test_a_scaled_orthogonal_matrix_has_the_log_of_its_scale_for_every_exponent(rho):
    exponents = exponents_of("linear", linear(rho * orthogonal()), count=HIDDEN, transient=0)
    torch.testing.assert_close(
        exponents, torch.full((2, HIDDEN), math.log(rho), dtype=torch.float64), rtol=0, atol=1e-12
    )


def test_a_diagonal_matrix_has_the_logs_of_its_entries_largest_first():
    entries = torch.tensor([0.3, -1.1, 0.9, 0.6], dtype=torch.float64)
    for count in (1, HIDDEN):
        exponents = exponents_of("linear", linear(torch.diag(entries)), count=count)
        expected = entries.abs().log().sort(descending=True).values[:count].expand(2, count)
        torch.testing.assert_close(exponents, expected, rtol=0, atol=1e-10)


def test_an_lstm_with_constant_gates_has_the_logs_of_its_forget_gates():
    bias = torch.tensor([3.0, -1.0, 0.0, 1.0], dtype=torch.float64)
    weight = torch.zeros(4 * HIDDEN, HIDDEN + 2, dtype=torch.float64)
    weight[HIDDEN : 2 * HIDDEN, -1] = bias
    weight[3 * HIDDEN :, -1] = 0.1
    exponents = exponents_of("lstm", weight, count=HIDDEN)
    expected = torch.sigmoid(bias).log().sort(descending=True).values
    torch.testing.assert_close(exponents, expected.expand(2, HIDDEN), rtol=0, atol=1e-6)


def test_the_exponents_of_a_driven_network_sum_to_the_mean_log_determinant():
    draw = torch.Generator().manual_seed(1)
    cell = registries.load(registries.CELLS, "cell", "tanh")()
    weight = torch.randn(3, HIDDEN, HIDDEN + 2, generator=draw, dtype=torch.float64)
    recording = record(cell, weight, torch.randn(50, 3, 1, 2, generator=draw, dtype=torch.float64))
    jacobians = state_jacobians(cell, weight, recording)
    exponents = lyapunov_exponents(jacobians, count=HIDDEN, transient=10, generator=np.random.default_rng(0))
    volume = torch.linalg.slogdet(jacobians[10:]).logabsdet.mean(0)
    torch.testing.assert_close(exponents.sum(2), volume, rtol=1e-10, atol=1e-10)
    product = torch.linalg.multi_dot(list(jacobians[:, 0, 0].flip(0)))
    first = lyapunov_exponents(jacobians, count=1, transient=0, generator=np.random.default_rng(0))[0, 0, 0]
    start = np.random.default_rng(0).standard_normal((HIDDEN, 1))
    pushed = torch.linalg.vector_norm(product @ torch.from_numpy(start / np.linalg.norm(start)))
    assert first.item() == pytest.approx(pushed.log().item() / 50, rel=1e-10)


def test_what_is_wiped_out_has_minus_infinity_and_what_is_not_finite_nan():
    jacobians = torch.zeros(5, 2, 1, HIDDEN, HIDDEN, dtype=torch.float64)
    jacobians[2, 1, 0, 0, 0] = math.nan
    exponents = lyapunov_exponents(jacobians, count=1, transient=1, generator=np.random.default_rng(0))
    assert exponents[0].item() == -math.inf
    assert math.isnan(exponents[1].item())


@pytest.mark.parametrize(("count", "transient", "name"), [(0, 0, "count"), (5, 0, "count"), (1, 5, "transient")])
def test_more_exponents_than_entries_and_a_transient_without_end_are_refused(count, transient, name):
    jacobians = torch.zeros(5, 1, 1, HIDDEN, HIDDEN, dtype=torch.float64)
    with pytest.raises(ValueError, match=f"{name} must be from"):
        lyapunov_exponents(jacobians, count=count, transient=transient, generator=np.random.default_rng(0))
