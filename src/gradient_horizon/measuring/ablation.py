"""How much a network's loss rises when it knows only the last inputs of a sequence."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.engine.axes import State
from gradient_horizon.engine.passes import forward, make_tape_like
from gradient_horizon.engine.tape import Tape
from gradient_horizon.measuring.networks import Networks


def context_ablation(networks: Networks, contexts: Sequence[int]) -> Float[Tensor, "context network"]:
    """Rise of the loss (in its own unit) when the inputs before the last k are those of the batch's next sequence.

    For each context k; k = 0 replaces all inputs, k = T none. Only the last k steps are run again, from the state in
    which the next sequence left the network. Raises ValueError for a context below 0 or above the length T. Khandelwal,
    He, Qi & Jurafsky (2018) ablate the context of language models in this way.
    """
    steps = networks.tape.steps
    for context in contexts:
        if not 0 <= context <= steps:
            raise ValueError(f"context must be from 0 to the {steps} steps of the sequence, got {context}")
    intact, _, _ = networks.judge(networks.tape.h[-1])
    return torch.stack([networks.judge(_last_hidden(networks, context))[0] - intact for context in contexts])


def _last_hidden(networks: Networks, context: int) -> State:
    """The last hidden state, with the state before the last `context` steps taken from the next sequence."""
    tape = networks.tape
    start = tape.steps - context
    left = tuple(state.roll(-1 if start else 0, dims=2) for state in _states(tape, start))
    if context == 0:
        return left[0]
    late = make_tape_like(networks.cell, tape, steps=context)
    late.inputs.copy_(tape.inputs[start:])
    for into, state in zip(_states(late, 0), left, strict=True):
        into.copy_(state)
    return forward(networks.cell, networks.weight, late)


def _states(tape: Tape, t: int) -> tuple[State, ...]:
    """h and the further states after t steps."""
    return (tape.h[t], *(carry[t] for carry in tape.carry))
