"""Networks as modules of torch: of torch.nn where it has the cell, else of the cell's own step."""

from itertools import repeat

import torch
from jaxtyping import Float
from torch import Tensor, nn

from gradient_horizon import registries
from gradient_horizon.cells.interchange import LAYERS, to_torch
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.reference import run, zero_states


class Recurrence(nn.Module):
    """A cell as a layer: its own `step` on tensors, with automatic differentiation.

    `weight` is the one weight of the engine [row column] (see `gradient_horizon.engine.layout.Layout`); entries that
    the cell does not have stay without effect.
    """

    def __init__(self, cell: Cell, weight: Float[Tensor, "row column"], inputs: int):
        super().__init__()
        self.cell, self.inputs = cell, inputs
        self.hidden_size = weight.shape[0] // len(cell.rows)
        self.weight = nn.Parameter(weight.clone())
        free = Layout(cell, self.hidden_size, inputs).free
        mask = torch.ones_like(weight) if free is None else torch.from_numpy(free).to(weight.dtype)
        self.mask: Tensor
        self.register_buffer("mask", mask, persistent=False)

    def forward(
        self,
        inputs: Float[Tensor, "time batch feature"],
        start: tuple[Float[Tensor, "batch unit"], ...] | None = None,
    ) -> tuple[Float[Tensor, "time batch unit"], tuple[Float[Tensor, "batch unit"], ...]]:
        """h after each step, and all states (h first) after the last; from zero, or from the states in `start`."""
        weight = (self.weight * self.mask).unsqueeze(0)
        first = (
            zero_states(self.cell, 1, self.hidden_size, inputs.shape[1], weight.dtype)
            if start is None
            else tuple(state.T.unsqueeze(0) for state in start)
        )
        seen = list(run(self.cell, repeat(weight), inputs.transpose(1, 2).unsqueeze(1), first))
        return torch.stack([states[0][0].T for states in seen]), tuple(state[0].T for state in seen[-1])

    def extra_repr(self) -> str:
        """What the printed module says in its brackets."""
        return f"{type(self.cell).__name__}, {self.inputs}, {self.hidden_size}"


class Network(nn.Module):
    """A recurrent layer and the read-out of its hidden states: of the last one, or, if `every_step`, of all.

    `recurrence` is a layer of torch.nn, or a `Recurrence` where torch.nn does not have the cell.
    """

    def __init__(self, recurrence: nn.RNNBase | Recurrence, readout: nn.Linear, *, every_step: bool):
        super().__init__()
        self.recurrence, self.readout, self.every_step = recurrence, readout, every_step

    def forward(self, inputs: Float[Tensor, "time batch feature"]) -> Tensor:
        """The outputs [batch output] after the last step; if `every_step`, [time batch output] after each."""
        hidden, _ = self.recurrence(inputs)
        outputs: Tensor = self.readout(hidden if self.every_step else hidden[-1])
        return outputs


def torch_name(cell: Cell) -> str | None:
    """The name of the cell if torch.nn has it, None else; a layer-normalised cell is none of torch.nn's."""
    classes = {registries.load(registries.CELLS, "cell", name): name for name in LAYERS}
    return None if cell.normalised else classes.get(type(cell))


def as_module(
    cell: Cell,
    weight: Float[Tensor, "row column"],
    readout: Float[Tensor, "output hidden_and_bias"],
    *,
    inputs: int,
    every_step: bool,
) -> Network:
    """A trained network as a module, in the precision of its weights."""
    hidden, name = readout.shape[1] - 1, torch_name(cell)
    layer = Recurrence(cell, weight, inputs) if name is None else to_torch(name, weight, hidden)
    linear = nn.Linear(hidden, len(readout), dtype=readout.dtype)
    with torch.no_grad():
        linear.weight.copy_(readout[:, :-1])
        linear.bias.copy_(readout[:, -1])
    return Network(layer, linear, every_step=every_step)
