"""Rounding errors of the identity W^t = V diag(lambda)^t V^-1."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from gradient_horizon.seeding import generator

MATRICES, SIZE, LONGEST = 100, 16, 100
RADII = (0.5, 1.5)
LOG10_SMALLEST_GAP = -12
"""Smallest gap between eigenvalues of nearly defective matrices, so that the condition number of V is up to 1e12."""


class Powers(NamedTuple):
    """One matrix: spectral radius, condition number of V, and the largest relative error over t = 1 .. LONGEST."""

    kind: str
    matrix: int
    radius: float
    condition: float
    error: float


def measure_powers() -> Iterator[Powers]:
    """Errors for random matrices of radius 0.5 to 1.5, then for defective and nearly defective ones, in float64."""
    for matrix in range(MATRICES):
        draw = generator(matrix, "powers")
        radius = float(np.linspace(*RADII, MATRICES)[matrix])
        random = draw.standard_normal((SIZE, SIZE))
        random *= radius / np.abs(np.linalg.eigvals(random)).max()
        yield compare("random", matrix, radius, random)
    for matrix in range(MATRICES):
        draw = generator(matrix, "defective powers")
        radius = float(np.linspace(*RADII, MATRICES)[matrix])
        yield compare("defective", matrix, radius, _nearly_defective(radius, matrix, draw))


def compare(kind: str, matrix: int, radius: float, values: Float[np.ndarray, "row row"]) -> Powers:
    """Compares the powers of a matrix by its eigenvalues with those by multiplication in extended precision."""
    eigenvalues, vectors = np.linalg.eig(values)
    inverse = np.linalg.pinv(vectors) if np.linalg.matrix_rank(vectors) < len(values) else np.linalg.inv(vectors)
    exact = np.eye(len(values), dtype=np.longdouble)
    worst = 0.0
    for t in range(1, LONGEST + 1):
        exact = exact @ values.astype(np.longdouble)
        by_eigenvalues = (vectors * eigenvalues**t) @ inverse
        error = np.linalg.norm((by_eigenvalues - exact).astype(complex)) / np.linalg.norm(exact.astype(float))
        worst = max(worst, float(error))
    return Powers(kind, matrix, radius, float(np.linalg.cond(vectors)), worst)


def _nearly_defective(radius: float, matrix: int, draw: np.random.Generator) -> Float[np.ndarray, "row row"]:
    """A diagonal matrix but for one 2 x 2 Jordan block with a tiny gap between its eigenvalues, or none.

    The gap is 0 in every tenth matrix. The matrix stays triangular, so that its eigenvalues, and so the condition
    number of V, are exact.
    """
    gap = 0.0 if matrix % 10 == 0 else 10.0 ** draw.uniform(LOG10_SMALLEST_GAP, -1)
    triangle = np.diag(radius * draw.uniform(0.2, 0.9, SIZE))
    triangle[:2, :2] = [[radius, radius], [0, radius * (1 - gap)]]
    return triangle
