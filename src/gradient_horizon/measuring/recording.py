"""What a forward pass of many networks leaves for measures."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.engine.any_passes import AnyPasses
from gradient_horizon.engine.axes import Instants, PerNetwork, State, States, Weights
from gradient_horizon.engine.cell import Cell, Gate
from gradient_horizon.engine.make_passes import make_passes

PRECISION = "float64"


@dataclass(frozen=True)
class Recording:
    """Inputs, states and gates of networks over their sequences, in float64.

    `states` are h, then the further states (the LSTM's c), before the first step and after each. `gates` are the values
    in 0..1, at every step, of the gates that the cell has, by role (see `Block`).
    """

    inputs: Float[Tensor, "time network input batch"]
    states: tuple[Instants, ...]
    gates: dict[Gate, States]

    @property
    def steps(self) -> int:
        """Length of the sequences."""
        return len(self.inputs)

    @property
    def hidden(self) -> States:
        """The hidden states after each step."""
        return self.states[0][1:]

    @property
    def last(self) -> State:
        """The hidden states after the last step."""
        return self.states[0][-1]

    def nothing(self) -> PerNetwork:
        """NaN for every network: the value of a measure that its cell does not have."""
        return self.last.new_full((len(self.last),), torch.nan)


def record(
    cell: Cell,
    weight: Weights,
    inputs: Float[Tensor, "time network input batch"],
    start: tuple[State, ...] | None = None,
) -> Recording:
    """Runs every network over its own sequences, from these states or from zero.

    Raises ShapeError where the weight does not fit the inputs.
    """
    steps, networks, _, batch = inputs.shape
    hidden = _hidden(cell, weight)
    states = [np.empty((steps + 1, networks, hidden, batch)) for _ in cell.state]
    gates = {block.gate: np.empty((steps, networks, hidden, batch)) for block in cell.blocks if block.gate}
    for network, passes in enumerate(run_each(cell, weight, inputs, start)):
        for into, state in zip(states, passes.states(), strict=True):
            into[:, network] = state
        for role, values in gates.items():
            values[:, network] = passes.gate(role)
    return Recording(
        inputs=inputs,
        states=tuple(torch.from_numpy(state) for state in states),
        gates={role: torch.from_numpy(values) for role, values in gates.items()},
    )


def last_states(
    cell: Cell,
    weight: Weights,
    inputs: Float[Tensor, "time network input batch"],
    start: tuple[State, ...] | None = None,
) -> tuple[State, ...]:
    """h and the further states after the last step, as in `record`, without those of other steps in memory."""
    ends = [[state[-1].copy() for state in passes.states()] for passes in run_each(cell, weight, inputs, start)]
    return tuple(torch.from_numpy(np.stack(states)) for states in zip(*ends, strict=True))


def run_each(
    cell: Cell,
    weight: Weights,
    inputs: Float[Tensor, "time network input batch"],
    start: tuple[State, ...] | None = None,
) -> Iterator[AnyPasses]:
    """The same passes after the forward pass of each network, in turn; the states of all steps are on their tape."""
    steps, _, features, batch = inputs.shape
    sizes = {"steps": steps, "hidden": _hidden(cell, weight), "inputs": features, "batch": batch}
    passes = make_passes(cell, precision=PRECISION, segment=steps, **sizes)
    for network, own in enumerate(weight):
        passes.load(inputs[:, network].numpy())
        passes.forward(own.numpy(), None if start is None else tuple(state[network].numpy() for state in start))
        yield passes


def _hidden(cell: Cell, weight: Weights) -> int:
    return weight.shape[1] // len(cell.rows)
