"""Sums and linear algebra with one written order, so that they give the same bits on every processor."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from jaxtyping import Float

from gradient_horizon.engine import objects
from gradient_horizon.engine.objects import Library
from gradient_horizon.errors import ShapeError

Matrix = Float[np.ndarray, "row column"]
Square = Float[np.ndarray, "row row"]


@cache
def _library(precision: str) -> Library:
    def write() -> object:
        from gradient_horizon.engine.compiler.numerics import write_numerics  # here: only to compile

        return write_numerics(precision)

    return objects.load(f"numerics {precision}", write)


@cache
def _function(dtype: "np.dtype[Any]", name: str, arguments: int) -> Callable[..., None]:
    return _library(dtype.name).function(name, arguments)


def norm_per_network(arrays: Sequence[Float[np.ndarray, "network ..."]]) -> Float[np.ndarray, " network"]:
    """The Euclidean norm over all entries of these arrays, network by network; summed in float64."""
    sums = np.zeros(len(arrays[0]))
    for array in arrays:
        values = np.ascontiguousarray(array)
        count = values.size // max(len(values), 1)
        _function(values.dtype, "sum_of_squares", 4)(values.ctypes.data, len(values), count, sums.ctypes.data)
    return np.sqrt(sums).astype(arrays[0].dtype)


def multiply(a: Square, b: Matrix) -> Matrix:
    """The product of a square matrix and another; of transposes and slices too."""
    b = np.ascontiguousarray(b)
    c = np.empty_like(b)
    steps = (step // a.itemsize for step in a.strides)
    _function(b.dtype, "multiply", 7)(a.ctypes.data, b.ctypes.data, c.ctypes.data, *b.shape, *steps)
    return c


def solve(a: Square, b: Matrix) -> Matrix:
    """a^-1 b by elimination without pivoting, for matrices that need none, such as I + A with A = -A^T."""
    left, right = a.copy(order="C"), b.copy(order="C")
    _function(left.dtype, "solve", 4)(left.ctypes.data, right.ctypes.data, *right.shape)
    return right


def orthogonal(normal: Matrix) -> Matrix:
    """A matrix with orthonormal columns from one of independent normal numbers, uniform in Haar's measure.

    The Q of its QR factors by Householder reflections (Golub & Van Loan 2013, algorithm 5.2.1), each column with the
    sign that makes R's diagonal positive (Mezzadri 2007). Raises ShapeError for a matrix with more columns than rows.
    """
    rows, columns = normal.shape
    if columns > rows:
        raise ShapeError(f"a matrix with orthonormal columns must have at least {columns} rows, got {rows}")
    rest, rotation = normal.copy(), np.eye(rows)
    signs = np.ones(columns)
    for column in range(columns):
        x = rest[column:, column]
        length = np.sqrt(_along(x, x[:, None])[0])
        signs[column] = -1.0 if x[0] > 0 else 1.0
        mirror = x.copy()
        mirror[0] -= signs[column] * length
        square = _along(mirror, mirror[:, None])[0]
        if square > 0:
            for matrix in (rest, rotation.T):
                part = matrix[column:]
                part -= np.multiply.outer(mirror, _along(mirror, part) * (2 / square))
    return rotation[:, :columns] * signs


def _along(vector: Float[np.ndarray, " row"], matrix: Matrix) -> Float[np.ndarray, " column"]:
    """vector^T matrix, row after row."""
    total = np.zeros(matrix.shape[1])
    for factor, row in zip(vector, matrix, strict=True):
        total += factor * row
    return total
