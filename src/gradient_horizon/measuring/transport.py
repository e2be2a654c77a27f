"""Transport of small changes of the full state s = (h, further states) along a trajectory."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.engine.axes import Weights
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.passes import BackwardPass, forward, make_tape_like
from gradient_horizon.engine.tape import Tape

Jacobians = Float[Tensor, "time network batch after before"]
Products = Float[Tensor, "lag network batch after before"]


def state_jacobians(
    cell: Cell, weight: Weights, tape: Tape, *, steps: int | None = None, sequences: int | None = None
) -> Jacobians:
    """ds_{t+1}/ds_t at the states on the tape of a forward pass; on both axes, further states come after h.

    Of the last `steps` steps and the first `sequences` sequences; None: of all. The cell's adjoint computes the rows:
    all steps become sequences of a tape of one step, and the gradient of each unit of s_{t+1} is sent back in turn.
    """
    first = 0 if steps is None else max(tape.steps - steps, 0)
    state = tape.state[first:-1, ..., :sequences]
    time, networks, _, batch = state.shape
    at_once = make_tape_like(cell, tape, steps=1, batch=time * batch)
    at_once.step[0].copy_(_as_sequences(state))
    for carry, carried in zip(at_once.carry, tape.carried, strict=True):
        carry[0].copy_(_as_sequences(carried[first:-1, ..., :sequences]))
    forward(cell, weight, at_once)
    size = (1 + cell.carries) * tape.hidden
    jacobians = state.new_empty(time, networks, batch, size, size)
    for row in range(size):
        passing = BackwardPass(cell, weight, at_once, 1)
        state_index, unit = divmod(row, tape.hidden)
        (passing.adjoint.h, *passing.adjoint.carry)[state_index][:, unit] = 1
        passing.through(at_once, None)
        back = torch.cat([passing.adjoint.h, *passing.adjoint.carry], dim=1)
        jacobians[:, :, :, row] = back.view(networks, size, time, batch).permute(2, 0, 3, 1)
    return jacobians


def _as_sequences(states: Float[Tensor, "time network column batch"]) -> Float[Tensor, "network column time_batch"]:
    return states.permute(1, 2, 0, 3).flatten(2)


def transport_products(jacobians: Jacobians, lags: Sequence[int]) -> Products:
    """ds_T/ds_{T-k} for each lag k, T being the last step; raises ValueError for a lag below 0 or before the start.

    Entries below 1e-308 come out as 0.
    """
    _check_lags(lags, len(jacobians))
    product = torch.eye(jacobians.shape[3], dtype=jacobians.dtype).expand(jacobians.shape[1:])
    products = {0: product}
    for lag in range(1, max(lags, default=0) + 1):
        product = product @ jacobians[-lag]
        if lag in lags:
            products[lag] = product
    return torch.stack([products[lag] for lag in lags])


def memory_products(products: Products, hidden: int) -> Float[Tensor, "lag network batch hidden hidden"]:
    """dm_T/dm_{T-k} on all paths; m is the last further state (the LSTM's c), h for cells that have none."""
    return products[..., -hidden:, -hidden:]


def gated_transport(
    cell: Cell, tape: Tape, lags: Sequence[int], *, sequences: int | None = None
) -> Float[Tensor, "lag network hidden batch"] | None:
    """dm_T/dm_{T-k} on the path through m alone, per unit: the product of the forget or update gates.

    None for cells without such a gate. Raises ValueError as `transport_products` does.
    """
    _check_lags(lags, tape.steps)
    gates = [cell.forget_gate(tape, t) for t in reversed(range(tape.steps - max(lags, default=0), tape.steps))]
    products = [torch.ones_like(tape.h[0][..., :sequences])]
    for gate in gates:
        if gate is None:
            return None
        products.append(products[-1] * gate[..., :sequences])
    return torch.stack([products[lag] for lag in lags])


def _check_lags(lags: Sequence[int], steps: int) -> None:
    for lag in lags:
        if not 0 <= lag <= steps:
            raise ValueError(f"lag must be from 0 to the {steps} steps of the trajectory, got {lag}")
