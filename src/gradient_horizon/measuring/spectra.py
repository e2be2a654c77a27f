"""Spectra of recurrent matrices."""

from typing import NamedTuple

import torch

from gradient_horizon.axes import PerNetwork, Weights


class Spectrum(NamedTuple):
    """Per network: largest modulus of an eigenvalue, and largest singular value."""

    radius: PerNetwork
    norm: PerNetwork


def recurrent_spectrum(recurrent: Weights) -> Spectrum:
    """The spectrum of square recurrent matrices; NaN where a matrix is not finite."""
    radius = recurrent.new_full((len(recurrent),), torch.nan)
    norm = radius.clone()
    finite = torch.isfinite(recurrent).all(dim=2).all(dim=1)
    if finite.any():
        radius[finite] = torch.linalg.eigvals(recurrent[finite]).abs().amax(1).to(recurrent.dtype)
        norm[finite] = torch.linalg.svdvals(recurrent[finite])[:, 0]
    return Spectrum(radius, norm)
