import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llvmlite import ir

from gradient_horizon.engine import objects
from gradient_horizon.engine.compiler import elementary
from gradient_horizon.engine.compiler.writer import Writer
from gradient_horizon.engine.numerics import multiply, norm_per_network, orthogonal, solve
from gradient_horizon.errors import ShapeError

quick = settings(max_examples=25, deadline=None, derandomize=True)
LANES = 8
TINY = {"float32": 2e-7, "float64": 5e-16}


def evaluate(function, x, precision):
    """An elementary function of each of these numbers, by compiled code."""

    def write():
        module = ir.Module("test")
        w = Writer(module, "apply", 2, precision, LANES, public=True)
        source, target = w.parameters
        w.store(getattr(elementary, function)(w, w.load(source)), target)
        w.finish()
        return module

    apply = objects.load(f"test {function} {precision}", write).function("apply", 2)
    values, results = np.resize(x, -(-len(x) // LANES) * LANES).astype(precision), []
    for part in values.reshape(-1, LANES):
        result = np.empty(LANES, precision)
        apply(part.ctypes.data, result.ctypes.data)
        results.append(result)
    return np.concatenate(results)[: len(x)]


@pytest.mark.parametrize("precision", TINY)
@pytest.mark.parametrize(
    ("function", "exact", "low", "high", "relative"),
    [
        ("exponential", np.exp, -87, 87, True),
        ("sigmoid", lambda x: 1 / (1 + np.exp(-x)), -30, 30, True),
        ("tanh", np.tanh, -30, 30, True),
        ("tanh", np.tanh, -1e-3, 1e-3, True),
        ("tanh", np.tanh, 1e-30, 2e-30, True),
        ("logarithm", np.log, 1, 1000, False),
        ("unbounded_logarithm", np.log, 1e-37, 3.4e38, True),
        ("unbounded_logarithm", np.log, 1e-37, 1e-30, True),
        ("unbounded_logarithm", np.log, 0.3, 3, True),
        ("unbounded_logarithm", np.log, 0.9999, 1.0001, True),
        ("reciprocal", lambda x: 1 / x, 1, 1e30, True),
    ],
)
def test_elementary_functions_are_exact_to_some_units_of_the_last_place(
    precision, function, exact, low, high, relative
):
    x = np.linspace(low, high, 10_007).astype(precision)
    expected = exact(x.astype(np.longdouble))
    error = np.abs(evaluate(function, x, precision) - expected)
    scale = np.maximum(np.abs(expected), 1e-300) if relative else np.maximum(np.abs(expected), 1)
    assert (error / scale).max() < 4 * TINY[precision]


@pytest.mark.parametrize("precision", TINY)
@pytest.mark.parametrize("function", ["exponential", "sigmoid", "tanh"])
def test_elementary_functions_keep_nan_and_saturate(precision, function):
    nan, low, high = evaluate(function, np.array([np.nan, -1e30, 1e30]), precision)
    assert np.isnan(nan)
    limits = {"exponential": (0, np.finfo(precision).max), "sigmoid": (0, 1), "tanh": (-1, 1)}[function]
    assert low == pytest.approx(limits[0], abs=1e-37)
    assert high == pytest.approx(limits[1], rel=1)


@pytest.mark.parametrize("precision", TINY)
def test_the_logarithm_of_numbers_that_have_none_and_of_the_ends_of_the_range(precision):
    bounds = np.finfo(precision)
    given = np.array([0, -0.0, -1, -np.inf, np.nan, np.inf, 1, bounds.tiny, bounds.max, bounds.smallest_subnormal])
    expected = [-np.inf, -np.inf, np.nan, np.nan, np.nan, np.inf, 0, np.log(bounds.tiny), np.log(bounds.max), -np.inf]
    np.testing.assert_allclose(evaluate("unbounded_logarithm", given, precision), expected, rtol=4 * TINY[precision])


@pytest.mark.parametrize("precision", TINY)
@quick
@given(networks=st.integers(1, 4), rows=st.integers(1, 9), columns=st.integers(1, 20))
def test_norms_are_those_over_all_entries_of_each_network(precision, networks, rows, columns):
    draw = np.random.default_rng(rows)
    arrays = [draw.standard_normal((networks, n, columns)).astype(precision) for n in (rows, 1)]
    exact = np.sqrt(sum((a.astype(np.longdouble) ** 2).sum((1, 2)) for a in arrays))
    np.testing.assert_allclose(norm_per_network(arrays), exact.astype(float), rtol=2 * TINY[precision])


def test_a_norm_of_numbers_whose_squares_overflow_in_float32_is_finite():
    assert norm_per_network([np.full((1, 3), 1e30, np.float32)])[0] == pytest.approx(3**0.5 * 1e30)


@pytest.mark.parametrize("precision", TINY)
@quick
@given(size=st.integers(1, 20), columns=st.integers(1, 20))
def test_products_and_solutions_equal_numpy_s(precision, size, columns):
    draw = np.random.default_rng(size)
    a, b = draw.standard_normal((size, size)), draw.standard_normal((size, columns))
    left, right = a.astype(precision), b.astype(precision)
    tolerance = 100 * size * TINY[precision]
    np.testing.assert_allclose(multiply(left, right), a @ b, rtol=0, atol=tolerance)
    np.testing.assert_allclose(multiply(left.T, right), a.T @ b, rtol=0, atol=tolerance)
    skew = np.eye(size) + a - a.T
    np.testing.assert_allclose(solve(skew.astype(precision), right), np.linalg.solve(skew, b), rtol=0, atol=tolerance)


@quick
@given(size=st.integers(1, 24))
def test_orthogonal_matrices_are_the_q_of_qr_with_a_positive_diagonal(size):
    normal = np.random.default_rng(size).standard_normal((size, size))
    q, r = np.linalg.qr(normal)
    found = orthogonal(normal)
    np.testing.assert_allclose(found, q * np.sign(np.diag(r)), atol=1e-12)
    np.testing.assert_allclose(found @ found.T, np.eye(size), atol=1e-13)


@quick
@given(columns=st.integers(1, 12), more=st.integers(0, 30))
def test_matrices_with_more_rows_than_columns_have_orthonormal_columns_those_of_q(columns, more):
    normal = np.random.default_rng(columns).standard_normal((columns + more, columns))
    q, r = np.linalg.qr(normal)
    found = orthogonal(normal)
    np.testing.assert_allclose(found, q * np.sign(np.diag(r)), atol=1e-12)
    np.testing.assert_allclose(found.T @ found, np.eye(columns), atol=1e-13)


def test_more_orthonormal_columns_than_rows_are_refused():
    with pytest.raises(ShapeError, match="must have at least 4 rows, got 3"):
        orthogonal(np.ones((3, 4)))
