"""Layers of other people as a cell and a weight of the engine."""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn

from gradient_horizon import registries
from gradient_horizon.cells.interchange import LAYERS, NAMES, from_torch
from gradient_horizon.engine.cell import Cell
from gradient_horizon.library.modules import Network, Recurrence

LEGAL = "a single-layer, unidirectional torch.nn.RNN, GRU or LSTM"


class Layer(NamedTuple):
    """A cell, its weight in float64, and how the layer wants its data."""

    cell: Cell
    name: str
    weight: Float[Tensor, "row column"]
    inputs: int
    dtype: torch.dtype
    batch_first: bool


def layer_of(module: nn.Module) -> Layer:
    """The layer as the engine runs it; raises TypeError for another module, ValueError for a form of it that is not.

    A layer without biases has biases of 0.
    """
    if isinstance(module, Network):
        module = module.recurrence
    if isinstance(module, Recurrence):
        weight = module.weight.detach()
        cell, name = module.cell, type(module.cell).__name__
        return Layer(cell, name, (weight * module.mask).double(), module.inputs, weight.dtype, False)
    if not isinstance(module, nn.RNN | nn.GRU | nn.LSTM):
        raise TypeError(f"module must be {LEGAL}, got {type(module).__name__}{_hint(module)}")
    if unfit := _unfit(module):
        raise ValueError(f"module must be {LEGAL}, got one with {unfit}")
    name = _name_of(module)
    plain = LAYERS[name](module.input_size, module.hidden_size).double()
    with torch.no_grad():
        for parameter in NAMES:
            values = getattr(module, parameter, None)
            getattr(plain, parameter).copy_(torch.zeros(()) if values is None else values)
    cell = registries.load(registries.CELLS, "cell", name)()
    precision = next(module.parameters()).dtype
    return Layer(cell, name, from_torch(name, plain), module.input_size, precision, module.batch_first)


def _name_of(module: nn.RNNBase) -> str:
    if isinstance(module, nn.RNN):
        return str(module.nonlinearity)
    return "gru" if isinstance(module, nn.GRU) else "lstm"


def _unfit(module: nn.RNNBase) -> str:
    """What the engine does not have, in words; empty: nothing."""
    if module.num_layers > 1:
        return f"num_layers={module.num_layers}; a layer of its own can be measured on the outputs of the one below"
    if module.bidirectional:
        return "bidirectional=True; each direction can be copied into a layer of its own"
    return f"proj_size={module.proj_size}" if module.proj_size else ""


def _hint(module: object) -> str:
    """Where in a larger module the layer may be."""
    if not isinstance(module, nn.Module):
        return ""
    inner = [name for name, each in module.named_modules() if isinstance(each, nn.RNNBase | Recurrence)]
    return f"; it contains {', '.join(inner)}: measure that" if inner else ""
