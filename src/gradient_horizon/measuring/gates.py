"""Products and saturation of gates, and saturation of hidden states, after a forward pass."""

import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.engine.axes import PerNetwork, States
from gradient_horizon.measuring.recording import Recording


def filter_error(recording: Recording) -> PerNetwork:
    """Largest |h - o tanh(c)| over steps, units and sequences; NaN for cells without an output gate o, or without c.

    o is the gate with the role "show", c the last further state.
    """
    shown = recording.gates.get("show")
    if shown is None or len(recording.states) == 1:
        return recording.nothing()
    difference = recording.hidden - shown * torch.tanh(recording.states[-1][1:])
    return difference.abs().amax((0, 2, 3))


def gate_time(gates: States) -> PerNetwork:
    """Steps in which a state multiplied by the mean gate falls to 1/e: -1 / ln(mean gate); infinite for a gate of 1."""
    return 1 / gates.mean((0, 2, 3)).log().abs()


def log_gate_product(gates: States) -> Float[Tensor, "network batch"]:
    """Natural log of the geometric mean, over hidden units, of the product of the gates over all steps given."""
    return gates.log().sum(0).mean(1)


def gate_saturation(gates: States) -> PerNetwork:
    """Mean of min(z, 1 - z): 0 if all gates are fully open or shut, at most 0.5."""
    return torch.minimum(gates, 1 - gates).mean((0, 2, 3))


def hidden_saturation(hidden: States) -> PerNetwork:
    """Mean of 1 - |h|: 0 if all units are saturated; NaN for networks whose h leaves [-1, 1]."""
    distance = 1 - hidden.abs()
    return torch.where(distance.amin((0, 2, 3)) >= 0, distance.mean((0, 2, 3)), torch.nan)
