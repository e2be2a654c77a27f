"""Mean-field theory's prediction of the gradient: the factor chi_1 of its mean square per step."""

import torch

from gradient_horizon.engine.axes import PerNetwork
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.equations import take_step, trace
from gradient_horizon.engine.reference import pre_activations
from gradient_horizon.measuring.networks import Networks

SEQUENCES = 16
"""Sequences along which the slopes of the non-linearity are averaged, at most."""


def _is_described(cell: Cell) -> bool:
    """Whether the theory is about this cell: h_t = phi(W h_{t-1} + U x_t + b), not normalised, and nothing else."""
    if len(cell.blocks) != 1 or not cell.blocks[0].sees_h or len(cell.state) != 1 or cell.parameters:
        return False
    return not (cell.mixes_units or cell.normalised) and trace(cell).by_before[0].is_number(0)


def chi_1(networks: Networks) -> PerNetwork:
    """Mean of phi'(pre-activation)^2 over steps, units and sequences, times |W|_F^2 / units, |W|_F Frobenius' norm.

    If the entries of W were drawn anew at every step, with mean 0, the squared norm of the gradient would shrink or
    grow by this factor per step (Schoenholz, Gilmer, Ganguli & Sohl-Dickstein 2017; of recurrent networks, Chen,
    Pennington & Schoenholz 2018). NaN for cells that the theory is not about.
    """
    cell, weight, recording = networks.cell, networks.weight, networks.recording
    if not _is_described(cell):
        return recording.nothing()
    step_by_step = (recording.states[0][:-1], recording.inputs)
    before, inputs = (values[..., :SEQUENCES].permute(1, 2, 0, 3).flatten(2) for values in step_by_step)
    (name,) = (block.name for block in cell.blocks)
    given = pre_activations(cell, weight, (before,), inputs)[name].requires_grad_()
    with torch.enable_grad():
        (after,) = take_step(cell, {name: given, cell.state[0]: before})
    (slope,) = torch.autograd.grad(after.sum(), given)
    hidden = before.shape[1]
    return slope.square().mean((1, 2)) * weight[:, :, :hidden].square().sum((1, 2)) / hidden
