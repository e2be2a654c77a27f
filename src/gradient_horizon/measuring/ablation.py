"""How much a network's loss rises when it knows only the last inputs of a sequence."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.engine.axes import State
from gradient_horizon.measuring.networks import Networks
from gradient_horizon.measuring.recording import last_states


def context_ablation(networks: Networks, contexts: Sequence[int]) -> Float[Tensor, "context network"]:
    """Rise of the loss (in its own unit) when the inputs before the last k are those of the batch's next sequence.

    For each context k; k = 0 replaces all inputs, k = T none. Only the last k steps are run again, from the state in
    which the next sequence left the network. Raises ValueError for a context below 0 or above the length T. Khandelwal,
    He, Qi & Jurafsky (2018) ablate the context of language models in this way.
    """
    steps = networks.recording.steps
    for context in contexts:
        if not 0 <= context <= steps:
            raise ValueError(f"context must be from 0 to the {steps} steps of the sequence, got {context}")
    intact, _, _ = networks.judge(networks.recording.last)
    return torch.stack([networks.judge(_last_hidden(networks, context))[0] - intact for context in contexts])


def _last_hidden(networks: Networks, context: int) -> State:
    """The last hidden state, with the state before the last `context` steps taken from the next sequence."""
    recording = networks.recording
    first = recording.steps - context
    left = tuple(state[first].roll(-1 if first else 0, dims=2) for state in recording.states)
    if context == 0:
        return left[0]
    return last_states(networks.cell, networks.weight, recording.inputs[first:], left)[0]
