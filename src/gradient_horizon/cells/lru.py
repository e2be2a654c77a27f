"""The linear recurrent unit (Orvieto et al. 2023, "Resurrecting recurrent neural networks for long sequences")."""

from math import log, pi, tan
from typing import Any

from gradient_horizon.engine.cell import Block, Cell, Parameter
from gradient_horizon.engine.functions import exp, sqrt

INNER_RADIUS, OUTER_RADIUS = 0.4, 0.99
"""The ring of |lambda| at the start."""

LARGEST_PHASE = pi / 10
"""The largest angle of lambda at the start, in radians."""


class LRU(Cell):
    """z_t = lambda z_{t-1} + sqrt(1 - |lambda|^2) B x_t with lambda = exp(-exp(nu) + i theta), one lambda per unit.

    z and B are complex; h is the real part of z, and B x is two blocks, each with a bias, which the paper lacks. The
    read-out sees h, so it is the paper's Re(C z) with a real C; there is no D x and no layer after it.

    The angle is given by t = tan(theta / 2): cos(theta) = (1 - t^2) / (1 + t^2), sin(theta) = 2 t / (1 + t^2). At the
    start nu is uniform, and 0.4 <= |lambda| <= 0.99; in the paper |lambda|^2 is uniform in such a ring. t is uniform,
    so theta, from 0 to pi / 10, nearly is. The factor of B x follows lambda; in the paper it is trained from there.
    """

    blocks = (Block("entering_real", sees="x"), Block("entering_imaginary", sees="x"))
    state = ("h", "imaginary")
    parameters = (
        Parameter("nu", low=log(-log(OUTER_RADIUS)), high=log(-log(INNER_RADIUS))),
        Parameter("t", low=0.0, high=tan(LARGEST_PHASE / 2)),
    )

    def step(self, entering_real: Any, entering_imaginary: Any, h: Any, imaginary: Any, nu: Any, t: Any) -> Any:
        """The rotated and shortened state, and what enters."""
        radius = exp(-exp(nu))
        scale, from_input = radius / (1 + t * t), sqrt(1 - radius * radius)
        cosine, sine = scale * (1 - t * t), scale * (2 * t)
        return (
            cosine * h - sine * imaginary + from_input * entering_real,
            sine * h + cosine * imaginary + from_input * entering_imaginary,
        )
