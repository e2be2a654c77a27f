"""Powers of matrices by their eigenvalues, and how far rounding lets the identity W^t = V diag(lambda)^t V^-1 hold."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from gradient_horizon.seeding import generator

MATRICES, SIZE, LONGEST = 100, 16, 100
RADII = (0.5, 1.5)
LARGEST_GAP = -12
"""Nearly defective matrices have eigenvalues 10 to this power or more apart, so V has a condition number up to 1e12."""


class Powers(NamedTuple):
    """One matrix: spectral radius, condition number of V, and the largest relative error over t = 1 .. LONGEST."""

    kind: str
    matrix: int
    radius: float
    condition: float
    error: float


def measure_powers() -> Iterator[Powers]:
    """Random matrices with radii from 0.5 to 1.5, then defective and nearly defective ones, in float64."""
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
    """The powers of a matrix by its eigenvalues against those by multiplication in extended precision."""
    eigenvalues, vectors = np.linalg.eig(values)
    inverse = np.linalg.pinv(vectors) if np.linalg.matrix_rank(vectors) < len(values) else np.linalg.inv(vectors)
    exact = np.eye(len(values), dtype=np.longdouble)
    worst = 0.0
    for t in range(1, LONGEST + 1):
        exact = exact @ values.astype(np.longdouble)
        found = (vectors * eigenvalues**t) @ inverse
        error = np.linalg.norm((found - exact).astype(complex)) / np.linalg.norm(exact.astype(float))
        worst = max(worst, float(error))
    return Powers(kind, matrix, radius, float(np.linalg.cond(vectors)), worst)


def _nearly_defective(radius: float, matrix: int, draw: np.random.Generator) -> Float[np.ndarray, "row row"]:
    """A diagonal matrix but for one 2 x 2 Jordan block, its eigenvalues a tiny gap apart, in every tenth matrix none.

    It is left triangular, so that its eigenvalues, hence the condition number of V, are exactly what is meant.
    """
    gap = 0.0 if matrix % 10 == 0 else 10.0 ** draw.uniform(LARGEST_GAP, -1)
    triangle = np.diag(radius * draw.uniform(0.2, 0.9, SIZE))
    triangle[:2, :2] = [[radius, radius], [0, radius * (1 - gap)]]
    return triangle
