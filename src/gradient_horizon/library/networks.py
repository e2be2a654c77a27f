"""Saved networks: their weights as arrays with named axes, and each as a module of torch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gradient_horizon.engine.layout import GAIN_AND_BIAS, Layout
from gradient_horizon.library.showing import counted, page, table_html

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import SupportsIndex

    from gradient_horizon.engine.cell import Block, Cell
    from gradient_horizon.library.modules import Network
    from gradient_horizon.tasks.base import Task

Named = tuple[str, tuple[str, ...], np.ndarray]
"""A name, the names of the axes, and the array."""


@dataclass(frozen=True, eq=False)
class Networks:
    """Networks of one cell, task and width at one moment of their training.

    `table` has a row per network, in the order of the first axis of every array. `recurrent` [network row column] and
    `readout` [network output hidden_and_bias] are what the engine runs with; `weights` are their parts by name.

    >>> from gradient_horizon import train
    >>> found = train("gru", "recall", seeds=3, learning_rates=0.01, length=5, hidden_size=4, updates=0)
    >>> networks = found.networks("initial")
    >>> networks[networks.table.seed > 0]
    2 networks of cell GRU: r.h [2, 4, 4], r.x [2, 4, 10], r.bias [2, 4], z.h [2, 4, 4], ...
    >>> networks.torch_module(0).recurrence
    GRU(10, 4)
    """

    cell: Cell
    task: Task
    table: pd.DataFrame
    recurrent: np.ndarray
    readout: np.ndarray

    def __len__(self) -> int:
        return len(self.table)

    def __getitem__(self, which: SupportsIndex | slice | Sequence[int] | np.ndarray | pd.Series) -> Networks:
        """Some of the networks: by number, by a slice, by numbers, or by a mask such as `networks.table.seed == 0`."""
        places = np.arange(len(self))[np.asarray(which) if not isinstance(which, slice) else which].reshape(-1)
        return replace(
            self,
            table=self.table.iloc[places].reset_index(drop=True),
            recurrent=self.recurrent[places],
            readout=self.readout[places],
        )

    @cached_property
    def weights(self) -> dict[str, np.ndarray]:
        """The parts of the weights by name, each [network ...]; `axes` names their axes.

        BLOCK.h is the recurrent matrix of a block of the cell, BLOCK.x the matrix on its inputs, BLOCK.bias its bias;
        a layer-normalised block has BLOCK.gain too. A parameter of each unit has its own name. `readout.h` and
        `readout.bias` make outputs of h. All are views: nothing is copied.
        """
        return {name: array for name, _, array in self._named()}

    @cached_property
    def axes(self) -> dict[str, tuple[str, ...]]:
        """The names of the axes of every array in `weights`."""
        return {name: axes for name, axes, _ in self._named()}

    def torch_module(self, network: SupportsIndex) -> Network:
        """A network as a module of torch: a recurrent layer, and a linear read-out; raises IndexError beyond the last.

        The layer is torch.nn's RNN, GRU or LSTM, else one with the cell's own step. It takes [time batch feature].
        """
        import torch  # here: arrays need no torch

        from gradient_horizon.library.modules import as_module

        weight, readout = (torch.from_numpy(of[network].copy()) for of in (self.recurrent, self.readout))
        return as_module(self.cell, weight, readout, inputs=self.task.inputs, every_step=self.task.every_step)

    def _named(self) -> Iterator[Named]:
        layout = Layout(self.cell, self.readout.shape[2] - 1, self.task.inputs)
        for block in layout.blocks:
            yield from self._of_block(block, layout)
        yield "readout.h", ("network", "output", "unit"), self.readout[:, :, :-1]
        yield "readout.bias", ("network", "output"), self.readout[:, :, -1]

    def _of_block(self, block: Block, layout: Layout) -> Iterator[Named]:
        rows, x = self.recurrent[:, layout.rows(block.name)], layout.recurrent_columns
        of_units = ("network", "unit")
        if block.sees == "nothing":
            yield block.name, of_units, rows[:, :, x + layout.inputs]
            return
        for state in range(block.matrices(layout.states)):
            name = f"{block.name}.{self.cell.state[state]}"
            yield name, ("network", "unit", "unit_before"), rows[:, :, layout.columns(state)]
        if block.sees_x:
            yield f"{block.name}.x", ("network", "unit", "input"), rows[:, :, x : x + layout.inputs]
        if layout.normalised:
            yield f"{block.name}.gain", of_units, rows[:, :, -GAIN_AND_BIAS]
        yield f"{block.name}.bias", of_units, rows[:, :, -1]

    def __repr__(self) -> str:
        shapes = ", ".join(f"{name} {list(array.shape)}" for name, array in self.weights.items())
        return f"{self._head()}: {shapes}"

    def _repr_html_(self) -> str:
        rows = [
            (name, " × ".join(self.axes[name]), " × ".join(map(str, of.shape))) for name, of in self.weights.items()
        ]
        return page(self._head(), table_html(("weights", "axes", "shape"), rows))

    def _head(self) -> str:
        return f"{counted(len(self), 'network')} of cell {type(self.cell).__name__}"
