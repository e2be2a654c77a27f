"""Values, products and saturation of gates, and saturation of hidden states, after a forward pass."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.engine.axes import PerNetwork, State, States
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.tape import Tape


def forget_gates(cell: Cell, tape: Tape) -> States | None:
    """The forget gate (LSTM) or update gate (GRU) at every step, in 0..1; None for cells with neither."""
    return _at_every_step(cell.forget_gate, tape)


def input_gates(cell: Cell, tape: Tape) -> States | None:
    """The input gate at every step, in 0..1; None for cells without one."""
    return _at_every_step(cell.input_gate, tape)


def filter_error(cell: Cell, tape: Tape) -> PerNetwork:
    """Largest |h - o tanh(c)| over steps, units and sequences; NaN for cells without an output gate."""
    output = _at_every_step(cell.output_gate, tape)
    if output is None:
        return tape.state.new_full((tape.state.shape[1],), torch.nan)
    difference = tape.state[1:, :, : tape.hidden] - output * torch.tanh(tape.carried[-1][1:])
    return difference.abs().amax((0, 2, 3))


def _at_every_step(gate: Callable[[Tape, int], State | None], tape: Tape) -> States | None:
    gates = [values for t in range(tape.steps) if (values := gate(tape, t)) is not None]
    return torch.stack(gates) if gates else None


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
