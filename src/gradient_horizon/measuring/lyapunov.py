"""Lyapunov exponents: long-run growth rates of small changes of the full state."""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.measuring.jacobians import Jacobians


def lyapunov_exponents(
    jacobians: Jacobians, *, count: int, transient: int, generator: np.random.Generator
) -> Float[Tensor, "network batch exponent"]:
    """The `count` largest exponents along each trajectory, natural log per step.

    Random orthonormal vectors are multiplied by the Jacobians and orthonormalised by QR at every step. The exponents,
    largest first, are the means of ln |diagonal of R| over the steps after the `transient`, during which the vectors
    turn to the fastest growing directions (Benettin, Galgani, Giorgilli & Strelcyn 1980). Minus infinity for directions
    that shrink to 0, NaN if a Jacobian is not finite. Raises ValueError if the transient leaves no step, or for more
    exponents than the state has entries.
    """
    steps, size = len(jacobians), jacobians.shape[3]
    if not 0 <= transient < steps:
        raise ValueError(f"transient must be from 0 to below the {steps} steps of the trajectory, got {transient}")
    if not 1 <= count <= size:
        raise ValueError(f"count must be from 1 to the {size} entries of the state, got {count}")
    start = torch.from_numpy(generator.standard_normal((size, count))).to(jacobians.dtype)
    directions = torch.linalg.qr(start).Q.expand(*jacobians.shape[1:4], count)
    total = jacobians.new_zeros(*jacobians.shape[1:3], count)
    for t, jacobian in enumerate(jacobians):
        directions, growth = torch.linalg.qr(jacobian @ directions)
        if t >= transient:
            total += growth.diagonal(dim1=-2, dim2=-1).abs().log()
    return total / (steps - transient)
