import mpmath
import numpy as np
import pytest

from gradient_horizon.measuring.checks.powers import LONGEST, compare, measure_powers


def exact_power(values, t):
    """W^t with fifty digits."""
    with mpmath.workdps(50):
        power = mpmath.matrix(values.tolist()) ** t
    return np.array([[float(power[i, j]) for j in range(len(values))] for i in range(len(values))])


@pytest.mark.parametrize("gap", [1e-1, 1e-4, 1e-8])
def test_the_error_is_the_one_against_fifty_digits(gap):
    values = np.array([[0.9, 0.9, 0.1], [0.0, 0.9 * (1 - gap), 0.2], [0.0, 0.0, 0.4]])
    eigenvalues, vectors = np.linalg.eig(values)
    errors = []
    for t in range(1, LONGEST + 1):
        exact = exact_power(values, t)
        by_eigenvalues = (vectors * eigenvalues**t) @ np.linalg.inv(vectors)
        errors.append(np.linalg.norm(by_eigenvalues - exact) / np.linalg.norm(exact))
    powers = compare("made", 0, 0.9, values)
    assert powers.error == pytest.approx(max(errors), rel=0.01)
    assert powers.condition == pytest.approx(np.linalg.cond(vectors))


def test_a_normal_matrix_keeps_all_digits():
    rotation = np.linalg.qr(np.random.default_rng(0).standard_normal((8, 8)))[0]
    powers = compare("made", 0, 0.9, rotation @ np.diag(np.linspace(0.1, 0.9, 8)) @ rotation.T)
    assert powers.error < 1e-11
    assert powers.condition == pytest.approx(1, abs=1e-6)


def test_a_jordan_block_is_lost_altogether():
    assert compare("made", 0, 0.5, np.array([[0.5, 1.0], [0.0, 0.5]])).error > 0.1


def test_there_are_a_hundred_of_each_kind_over_the_stated_radii_and_conditions():
    rows = list(measure_powers())
    for kind in ("random", "defective"):
        radii = [row.radius for row in rows if row.kind == kind]
        np.testing.assert_allclose(radii, np.linspace(0.5, 1.5, 100))
    conditions = [row.condition for row in rows if row.kind == "defective"]
    assert sum(condition > 1e15 for condition in conditions) >= 10
    assert 1e11 < sorted(conditions)[-11] < 1e13
