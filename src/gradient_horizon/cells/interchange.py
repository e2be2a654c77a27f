"""Conversion of weights to and from the recurrent layers of torch.nn."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor, nn

Weight = Float[Tensor, "row column"]

LAYERS: dict[str, Callable[[int, int], nn.RNNBase]] = {
    "tanh": nn.RNN,
    "relu": lambda inputs, hidden: nn.RNN(inputs, hidden, nonlinearity="relu"),
    "gru": nn.GRU,
    "lstm": nn.LSTM,
}
"""The cells that torch.nn has, each with its constructor from (inputs, hidden)."""

NAMES = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")


def torch_parameters(cell: str, weight: Weight, hidden: int) -> dict[str, Tensor]:
    """The parameters of torch.nn's layer, differentiable with respect to our weight of one network.

    Where torch adds two biases, our one bias becomes the first of them and the second is 0. Raises ValueError for cells
    that torch.nn does not have.
    """
    if cell not in LAYERS:
        raise ValueError(f"the cell must be one that torch.nn has ({', '.join(LAYERS)}), got {cell!r}")
    if cell == "lstm":  # ours i, f, o, g; torch's i, f, g, o
        i, f, o, g = torch.split(weight, hidden)
        weight = torch.cat([i, f, g, o])
    recurrent, inputs, bias = weight[:, :hidden], weight[:, hidden:-1], weight[:, -1]
    if cell == "gru":  # ours r, z, W h + b', U x + b; torch's r, z, n
        sees_x = torch.cat([torch.arange(2 * hidden), torch.arange(3 * hidden, 4 * hidden)])
        second = torch.cat([torch.zeros_like(bias[: 2 * hidden]), bias[2 * hidden : 3 * hidden]])
        parts = (inputs[sees_x], recurrent[: 3 * hidden], bias[sees_x], second)
    else:
        parts = (inputs, recurrent, bias, torch.zeros_like(bias))
    return dict(zip(NAMES, parts, strict=True))


def to_torch(cell: str, weight: Weight, hidden: int) -> nn.RNNBase:
    """Torch's layer with the weight of one of our networks: it computes the same outputs and gradients."""
    parameters = torch_parameters(cell, weight, hidden)
    layer = LAYERS[cell](weight.shape[1] - hidden - 1, hidden).to(weight.dtype)
    with torch.no_grad():
        for name, values in parameters.items():
            getattr(layer, name).copy_(values)
    return layer


def from_torch(cell: str, layer: nn.RNNBase) -> Weight:
    """Our weight of one network, from the forward direction of the first layer of torch's module."""
    inputs, recurrent, first, second = (getattr(layer, name).detach() for name in NAMES)
    if cell == "gru":
        size = layer.hidden_size
        n = slice(2 * size, None)
        gates = torch.cat([recurrent, inputs, (first + second).unsqueeze(1)], dim=1)[: 2 * size]
        state = torch.cat([recurrent[n], torch.zeros_like(inputs[n]), second[n].unsqueeze(1)], dim=1)
        fresh = torch.cat([torch.zeros_like(recurrent[n]), inputs[n], first[n].unsqueeze(1)], dim=1)
        return torch.cat([gates, state, fresh])
    weight = torch.cat([recurrent, inputs, (first + second).unsqueeze(1)], dim=1)
    if cell == "lstm":
        i, f, g, o = torch.split(weight, layer.hidden_size)
        weight = torch.cat([i, f, o, g])
    return weight
