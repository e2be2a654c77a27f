"""Random weights, inputs and output gradients of a cell; its compiled passes, and the same by autograd."""

from typing import NamedTuple

import numpy as np
import torch
from hypothesis import strategies as st

from gradient_horizon import registries
from gradient_horizon.engine import reference
from gradient_horizon.engine.any_passes import Gradients
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.passes import Passes

TOLERANCE = {"float32": 1e-5, "float64": 1e-10}


class Case(NamedTuple):
    """Sizes of a pass."""

    steps: int
    hidden: int
    inputs: int
    batch: int


SHAPES = st.builds(
    Case, steps=st.integers(1, 7), hidden=st.integers(1, 40), inputs=st.integers(1, 20), batch=st.integers(1, 40)
)
SMALLEST, ODD, LARGE = Case(1, 1, 1, 1), Case(5, 7, 3, 1), Case(10, 33, 4, 25)


class Problem:
    """One network of a cell; float32 problems are rounded from the same float64 numbers."""

    def __init__(self, name, case, *, every_step=False, precision="float64", segment=None, normalised=False, scale=1.2):
        draw = np.random.default_rng(sum(case))
        self.name, self.case, self.precision, self.every_step = name, case, precision, every_step
        self.cell = registries.load(registries.CELLS, "cell", name)()
        self.cell.normalised = normalised
        self.layout = Layout(self.cell, case.hidden, case.inputs)
        weight = scale * draw.standard_normal(self.layout.shape) / case.hidden**0.5
        self.weight = weight if self.layout.free is None else weight * self.layout.free
        self.x = draw.standard_normal((case.steps, case.inputs, case.batch))
        shape = (case.hidden, case.batch)
        self.gradient = draw.standard_normal((case.steps, *shape) if every_step else shape)
        self.start = tuple(draw.standard_normal(shape) for _ in self.cell.state)
        self.further = tuple(draw.standard_normal(shape) for _ in self.cell.state[1:])
        self.passes = Passes(self.cell, **case._asdict(), precision=precision, every_step=every_step, segment=segment)

    def forward(self, *, started=False) -> np.ndarray:
        """The last hidden state."""
        self.passes.load(self.x.astype(self.precision))
        start = tuple(state.astype(self.precision) for state in self.start) if started else None
        return self.passes.forward(self.weight.astype(self.precision), start).copy()

    def run(self, *, started=False, **options) -> Gradients:
        """Forward and backward."""
        self.forward(started=started)
        return self.passes.backward(self.gradient.astype(self.precision), **options)

    def reference(self, *, started=False, window=None, further=()) -> reference.Reference:
        """The same in float64, by autograd."""
        gradient = torch.from_numpy(self.gradient)
        return reference.differentiate(
            self.cell,
            torch.from_numpy(self.weight)[None],
            torch.from_numpy(self.x)[:, None],
            gradient[:, None] if self.every_step else gradient[None],
            start=tuple(torch.from_numpy(state)[None] for state in self.start) if started else None,
            further=tuple(torch.from_numpy(state)[None] for state in further),
            window=window,
        )


def assert_close(ours, expected, precision) -> None:
    """Equal up to the promised share of the largest value, or of 1 where all are smaller."""
    expected = np.asarray(expected)
    largest = max(np.abs(expected).max(initial=0), 1)
    np.testing.assert_allclose(ours, expected, rtol=0, atol=TOLERANCE[precision] * largest)
