"""What a network loses when only the last inputs are its own sequence's."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.engine.axes import State, Targets, Weights
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.passes import forward, make_tape
from gradient_horizon.engine.tape import Tape
from gradient_horizon.measuring.gradients import Readouts
from gradient_horizon.training.losses import LOSSES


def context_ablation(
    cell: Cell,
    weight: Weights,
    readout: Readouts,
    tape: Tape,
    target: Targets,
    loss: str,
    contexts: Sequence[int],
) -> Float[Tensor, "context seed"]:
    """Rise of the loss (in its own unit) when the inputs before the last k are those of the batch's next sequence.

    For each context k, after a forward pass; k = 0 replaces all inputs, k = T none. Nothing is run again but the last k
    steps, from the state in which the next sequence left the network. Raises ValueError for a context below 0 or above
    the length (Khandelwal, He, Qi & Jurafsky 2018 ablate the context of language models).
    """
    for context in contexts:
        if not 0 <= context <= tape.steps:
            raise ValueError(f"context must be from 0 to the {tape.steps} steps of the sequence, got {context}")

    def loss_of(hidden: State) -> Tensor:
        return LOSSES[loss](torch.baddbmm(readout[:, :, -1:], readout[:, :, :-1], hidden), target)[0]

    intact = loss_of(tape.h[-1])
    return torch.stack([loss_of(_last_hidden(cell, weight, tape, context)) - intact for context in contexts])


def _last_hidden(cell: Cell, weight: Weights, tape: Tape, context: int) -> State:
    """The last hidden state, with the state before the last `context` steps taken from the next sequence."""
    start = tape.steps - context
    left = tuple(state.roll(-1 if start else 0, dims=2) for state in _states(tape, start))
    if context == 0:
        return left[0]
    seeds, hidden, batch = tape.h[0].shape
    late = make_tape(
        cell,
        steps=context,
        seeds=seeds,
        hidden=hidden,
        inputs=tape.features,
        batch=batch,
        dtype=tape.state.dtype,
    )
    late.inputs.copy_(tape.inputs[start:])
    for into, state in zip(_states(late, 0), left, strict=True):
        into.copy_(state)
    return forward(cell, weight, late)


def _states(tape: Tape, moment: int) -> tuple[State, ...]:
    """h and the further states of a moment."""
    return (tape.h[moment], *(carry[moment] for carry in tape.carry))
