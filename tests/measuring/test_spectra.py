import math

import pytest
import torch

from gradient_horizon.measuring.spectra import recurrent_spectrum, singular_values

SIZE = 6


def spectrum(*matrices):
    return recurrent_spectrum(torch.stack([torch.as_tensor(matrix, dtype=torch.float64) for matrix in matrices]))


def orthogonal():
    draw = torch.randn(SIZE, SIZE, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return torch.linalg.qr(draw).Q


def jordan_block(value, size=SIZE):
    return value * torch.eye(size, dtype=torch.float64) + torch.diag(torch.ones(size - 1, dtype=torch.float64), 1)


def test_normal_matrices_have_condition_one_and_no_departure():
    basis = orthogonal()
    symmetric = basis @ torch.diag(torch.tensor([-3.0, -1.0, 0.5, 1.0, 2.0, 2.5], dtype=torch.float64)) @ basis.T
    computed = spectrum(0.9 * basis, symmetric)
    assert computed.condition.tolist() == pytest.approx([1, 1], abs=1e-9)
    assert computed.departure.tolist() == pytest.approx([0, 0], abs=1e-6)
    assert computed.radius.tolist() == pytest.approx([0.9, 3], rel=1e-12)
    assert computed.norm.tolist() == pytest.approx([0.9, 3], rel=1e-12)


@pytest.mark.parametrize("value", [0.0, 0.5, 2.0])
def test_a_jordan_block_is_defective_and_its_departure_is_that_of_the_ones_beside_the_diagonal(value):
    computed = spectrum(jordan_block(value))
    assert computed.condition.item() > 1e12
    expected = math.sqrt((SIZE - 1) / (SIZE * value**2 + SIZE - 1))
    assert computed.departure.item() == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("gap", [1.0, 1e-3, 1e-6])
def test_condition_grows_as_two_eigenvectors_close_up(gap):
    computed = spectrum([[0.5, 1.0], [0.0, 0.5 + gap]])
    cosine = 1 / math.hypot(1, gap)  # of the angle between (1, 0) and (1, gap)
    sine = gap / math.hypot(1, gap)
    assert computed.condition.item() == pytest.approx((1 + cosine) / sine, rel=1e-6)
    assert computed.departure.item() == pytest.approx(1 / math.sqrt(1 + 0.25 + (0.5 + gap) ** 2), rel=1e-9)
    assert computed.radius.item() == pytest.approx(0.5 + gap, rel=1e-9)


def test_matrices_that_are_not_finite_have_no_spectrum_and_leave_others_alone():
    broken = orthogonal()
    broken[2, 3] = math.inf
    computed = spectrum(broken, 2 * torch.eye(SIZE))
    for values in computed[:4]:
        assert math.isnan(values[0])
    assert [values[1].item() for values in computed[:4]] == [2, 2, 1, 0]
    assert computed.eigenvalues[0].isnan().all()
    assert computed.eigenvalues[1].tolist() == [2] * SIZE


def test_singular_values_keep_the_axes_before_the_matrix():
    matrices = torch.zeros(2, 3, 2, 2, dtype=torch.float64)
    matrices[..., 0, 1] = torch.arange(6.0, dtype=torch.float64).view(2, 3)
    matrices[..., 1, 0] = -0.5
    matrices[1, 2, 0, 0] = math.nan
    computed = singular_values(matrices)
    assert computed[..., 0].flatten()[:5].tolist() == pytest.approx([0.5, 1, 2, 3, 4], rel=1e-12)
    assert computed[..., 1].flatten()[:5].tolist() == pytest.approx([0, 0.5, 0.5, 0.5, 0.5], rel=1e-12, abs=1e-12)
    assert computed[1, 2].isnan().all()
