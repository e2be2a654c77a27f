from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
import torch
from live_modules import needs_node, run_driver

from gradient_horizon import registries
from gradient_horizon.engine import reference
from gradient_horizon.engine.layout import Layout

pytestmark = needs_node
RELATIVE = 1e-10


class Sizes(NamedTuple):
    steps: int
    hidden: int
    inputs: int
    outputs: int
    batch: int


SIZES = (Sizes(6, 7, 3, 2, 5), Sizes(4, 12, 8, 4, 8), Sizes(1, 1, 1, 1, 1))
CASES = [(name, place) for name in registries.CELLS for place in range(len(SIZES))]


class Problem:
    """Random parameters, sequences and gradients; every other one starts from states that are not zero."""

    def __init__(self, name, place):
        self.name, self.sizes, draw = name, SIZES[place], np.random.default_rng(place)
        steps, hidden, inputs, outputs, batch = self.sizes
        self.cell = registries.load(registries.CELLS, "cell", name)()
        layout = Layout(self.cell, hidden, inputs)
        weight = 1.2 * draw.standard_normal(layout.shape) / hidden**0.5
        self.free = np.ones(layout.shape) if layout.free is None else layout.free
        self.weight = weight * self.free
        self.readout = draw.standard_normal((outputs, hidden + 1))
        self.inputs = draw.standard_normal((steps, batch, inputs))
        states = len(self.cell.state)
        self.start = 0.5 + draw.random((states, batch, hidden)) if place % 2 == 0 else None
        self.output_gradients = draw.standard_normal((batch, outputs))
        self.vector = draw.standard_normal((states, hidden))
        self.sequence, self.start_of_walk, self.end_of_walk = batch - 1, max(steps - 1, 1), steps // 3

    def as_json(self):
        arrays = ("weight", "readout", "inputs", "output_gradients", "vector")
        weight, readout, inputs, output_gradients, vector = (getattr(self, name).ravel().tolist() for name in arrays)
        return {
            "name": self.name,
            "sizes": self.sizes._asdict(),
            "weight": weight,
            "readout": readout,
            "inputs": inputs,
            "start": None if self.start is None else self.start.ravel().tolist(),
            "outputGradients": output_gradients,
            "vector": vector,
            "sequence": self.sequence,
            "from": self.start_of_walk,
            "to": self.end_of_walk,
        }

    def expected(self):
        """By the reference path and automatic differentiation; the axes are those of JavaScript."""
        weight, readout, inputs, output_gradients = (
            torch.from_numpy(values) for values in (self.weight, self.readout, self.inputs, self.output_gradients)
        )
        weight.requires_grad_()
        readout.requires_grad_()
        start = self.start if self.start is not None else np.zeros((len(self.cell.state), *self.inputs.shape[1:2], 1))
        states = [tuple(torch.from_numpy(state).mT.expand(self.sizes.hidden, -1)[None] for state in start)]
        states[0] = tuple(state.clone().requires_grad_() for state in states[0])
        for x in inputs.mT:
            (after,) = reference.run(self.cell, [weight[None]], x[None, None], states[-1])
            states.append(tuple(state.clone() for state in after))
            for state in states[-1]:
                state.retain_grad()
        outputs = [state[0][0].T @ readout[:, :-1].T + readout[:, -1] for state in states]
        (outputs[-1] * output_gradients).sum().backward(retain_graph=True)
        gradients = np.stack([[_gradient(state)[0].T for state in after] for after in states])
        steps = {
            "states": np.stack([[state[0].detach().T for state in after] for after in states]),
            "outputs": outputs[-1].detach().numpy(),
            "firstOutputs": outputs[1].detach().numpy(),
            "weight": weight.grad.numpy() * self.free,
            "readout": readout.grad.numpy(),
            "gradients": gradients,
            "hidden": np.linalg.norm(gradients[:, 0], axis=-1).sum(-1),
            "full": np.sqrt(np.square(gradients).sum((1, 3))).sum(-1),
        }
        return steps | {
            "ofSequence": steps["states"][:, :, self.sequence],
            "carried": self.carried(states),
        }

    def carried(self, states):
        carried = np.zeros((self.sizes.steps + 1, *self.vector.shape))
        carried[self.start_of_walk] = self.vector
        pulled = sum(
            (state[0, :, self.sequence] * torch.from_numpy(row)).sum()
            for state, row in zip(states[self.start_of_walk], self.vector, strict=True)
        )
        for t in range(self.end_of_walk, self.start_of_walk):
            found = torch.autograd.grad(pulled, states[t], retain_graph=True, allow_unused=True)
            for place, of_state in enumerate(found):
                carried[t, place] = 0 if of_state is None else of_state[0, :, self.sequence]
        return carried


def _gradient(state):
    return torch.zeros_like(state) if state.grad is None else state.grad


@cache
def found():
    problems = [Problem(*case) for case in CASES]
    return dict(zip(CASES, run_driver("passes.mjs", [problem.as_json() for problem in problems]), strict=True))


@pytest.mark.parametrize(("name", "place"), CASES)
def test_states_outputs_and_all_gradients_are_those_of_automatic_differentiation(name, place):
    ours, expected = found()[name, place], Problem(name, place).expected()
    assert ours.keys() == expected.keys()
    for key, values in expected.items():
        values = np.asarray(values)
        np.testing.assert_allclose(
            ours[key], values.ravel(), rtol=0, atol=RELATIVE * max(np.abs(values).max(), 1e-3), err_msg=key
        )


@pytest.mark.parametrize("name", registries.CELLS)
def test_gradients_that_are_compared_are_not_all_zero(name):
    ours = found()[name, 0]
    for key in ("weight", "readout", "gradients", "carried"):
        assert np.abs(ours[key]).max() > 1e-3, key
