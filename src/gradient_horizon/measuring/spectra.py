"""Spectra of recurrent matrices."""

from typing import NamedTuple

import torch
from jaxtyping import Complex, Float
from torch import Tensor

from gradient_horizon.engine.axes import PerNetwork, Weights


class Spectrum(NamedTuple):
    """The quantities that govern the powers of a matrix, for each network.

    `radius`: largest modulus of an eigenvalue. `norm`: largest singular value. `condition`: condition number of the
    matrix of unit eigenvectors, 1 for a normal matrix, huge or infinite for a defective one. `departure`: Henrici's
    (1962) departure from normality over the Frobenius norm, sqrt(1 - sum |lambda|^2 / |W|_F^2), 0 for a normal matrix
    and 1 for a nilpotent one, to within 1e-7.
    """

    radius: PerNetwork
    norm: PerNetwork
    condition: PerNetwork
    departure: PerNetwork
    eigenvalues: Complex[Tensor, "network eigenvalue"]


def recurrent_spectrum(recurrent: Weights) -> Spectrum:
    """The spectrum of square recurrent matrices; NaN where a matrix is not finite."""
    nan = recurrent.new_full((len(recurrent),), torch.nan)
    radius, norm, condition, departure = (nan.clone() for _ in range(4))
    eigenvalues = torch.complex(*(recurrent.new_full(recurrent.shape[:2], torch.nan) for _ in range(2)))
    finite = torch.isfinite(recurrent).flatten(1).all(1)
    if finite.any():
        values, vectors = torch.linalg.eig(recurrent[finite])
        moduli, stretch = values.abs(), torch.linalg.svdvals(vectors)
        squares = recurrent[finite].square().sum((1, 2))
        eigenvalues[finite] = values
        radius[finite] = moduli.amax(1)
        norm[finite] = torch.linalg.svdvals(recurrent[finite])[:, 0]
        condition[finite] = stretch[:, 0] / stretch[:, -1]
        departure[finite] = (1 - moduli.square().sum(1) / squares).clamp(min=0).sqrt()
    return Spectrum(radius, norm, condition, departure, eigenvalues)


def singular_values(
    matrices: Float[Tensor, "*set row column"],
) -> Float[Tensor, "*set singular_value"]:
    """Singular values of square matrices, largest first, each to within 1e-15 of the largest; NaN where not finite."""
    values = matrices.new_full(matrices.shape[:-1], torch.nan)
    finite = torch.isfinite(matrices).flatten(-2).all(-1)
    if finite.any():
        values[finite] = torch.linalg.svdvals(matrices[finite])
    return values
