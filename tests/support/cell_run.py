"""A cell's passes with random weights, whose blocks can be evaluated one by one in plain NumPy."""

from typing import NamedTuple

import numpy as np

from gradient_horizon import registries
from gradient_horizon.engine.passes import Passes

STEPS, HIDDEN, INPUTS, BATCH = 9, 4, 3, 5


class Affine(NamedTuple):
    """One block's share of a weight: the product with h, that with x, and the bias."""

    recurrent: np.ndarray
    entering: np.ndarray
    bias: np.ndarray

    def __call__(self, h: np.ndarray, x: np.ndarray) -> np.ndarray:
        return self.recurrent @ h + self.entering @ x + self.bias


class Run:
    """Passes of a cell with random weights, unit parameters being drawn from their own ranges."""

    def __init__(self, name, *, steps=STEPS, precision="float64"):
        self.cell = registries.load(registries.CELLS, "cell", name)()
        sizes = {"steps": steps, "hidden": HIDDEN, "inputs": INPUTS, "batch": BATCH}
        self.passes = Passes(self.cell, **sizes, precision=precision)
        self.layout, draw = self.passes.layout, np.random.default_rng(0)
        self.free = np.ones(self.layout.shape, bool) if self.layout.free is None else self.layout.free
        self.weight = draw.normal(size=self.layout.shape) * self.free
        for parameter in self.cell.parameters:
            self.weight[self.layout.rows(parameter.name), -1] = draw.uniform(parameter.low, parameter.high, HIDDEN)
        self.x = draw.normal(size=(steps, INPUTS, BATCH))
        self.passes.load(self.x)

    def block(self, name):
        rows = self.weight[self.layout.rows(name)]
        return Affine(rows[:, :HIDDEN], rows[:, HIDDEN:-1], rows[:, -1:])

    def forward(self):
        """h after each step [time unit batch]."""
        self.passes.forward(self.weight)
        return self.passes.states()[0][1:]
