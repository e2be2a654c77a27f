"""Measures of a trained layer of torch.nn: how far back its gradient reaches, and why."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.make_passes import make_passes
from gradient_horizon.library.arguments import quoted
from gradient_horizon.library.layers import Layer, layer_of
from gradient_horizon.library.measured import MatrixSpectrum, Measurement
from gradient_horizon.measuring.jacobians import state_jacobians
from gradient_horizon.measuring.lags import LAGS
from gradient_horizon.measuring.lyapunov import lyapunov_exponents
from gradient_horizon.measuring.recording import record
from gradient_horizon.measuring.spectra import recurrent_spectrum, singular_values
from gradient_horizon.measuring.transport import transport_products
from gradient_horizon.seeding import generator

Loss = Callable[[Float[Tensor, "batch unit"]], Tensor]
Inputs = Float[Tensor, "time feature batch"]

TRANSPORT_SEQUENCES = 2
"""Sequences along which Jacobians are computed, as in studies."""


@torch.inference_mode(mode=False)  # within it torch differentiates nothing
def measure(module: nn.Module, data: np.ndarray | Tensor, *, loss: Loss | None = None) -> Measurement:
    """Measures a layer of torch.nn on sequences, in float64: gradients by lag, horizon, spectra, transport.

    >>> import torch
    >>> from gradient_horizon import measure
    >>> layer = torch.nn.RNN(1, 2)
    >>> with torch.no_grad():  # h halves at every step, while it is small
    ...     _ = layer.weight_hh_l0.copy_(torch.eye(2) / 2), layer.weight_ih_l0.fill_(1e-6)
    ...     _ = layer.bias_ih_l0.zero_(), layer.bias_hh_l0.zero_()
    >>> found = measure(layer, torch.ones(20, 3, 1))  # [time batch feature]
    >>> found
    tanh, 2 units, 20 steps: gradient horizon 6 steps, factor 0.5 per step, spectral radius 0.5
    >>> found.relative_profile[:3].round(6).tolist()
    [1.0, 0.5, 0.25]

    Args:
        module: A single-layer, unidirectional torch.nn.RNN, GRU or LSTM, or a module that `torch_module` made.
        data: Sequences as the module takes them: [time batch feature], or [batch time feature] if it is `batch_first`;
            one sequence is [time feature].
        loss: A function from the last hidden state [batch unit], in the module's precision, to a number, the mean over
            sequences; by default |h|^2 / 2. Take the read-out and the targets of your own.

    Returns:
        Arrays by lag, spectra of the recurrent matrices, and the largest Lyapunov exponent.

    Raises:
        TypeError: The module is none of these, the data are no array of numbers, or the loss gives no tensor.
        ValueError: It has several layers, two directions or a projection; the data do not fit, or are not finite real
            numbers; the loss is no single number, or does not depend on the hidden state.
    """
    layer = layer_of(module)
    inputs = _sequences(data, layer)
    steps, features, batch = inputs.shape
    sizes = {"steps": steps, "hidden": _hidden(layer), "inputs": features, "batch": batch}
    passes = make_passes(layer.cell, precision="float64", segment=steps, **sizes)
    passes.load(inputs.numpy())
    last = torch.from_numpy(passes.forward(layer.weight.numpy()).copy())
    value, by_last = _differentiated(loss, last, layer.dtype)
    gradients = passes.backward(by_last.numpy(), shares=True)
    assert gradients.full_state is not None  # asked for by `shares`
    lags, transport, exponent = _transport(layer, inputs)
    return Measurement(
        name=layer.name,
        units=_hidden(layer),
        loss=value,
        profile=gradients.full_state[::-1].copy(),
        hidden_profile=gradients.hidden[::-1].copy(),
        spectra=_spectra(layer),
        transport_lags=lags,
        transport=transport,
        lyapunov_exponent=exponent,
    )


def _hidden(layer: Layer) -> int:
    return layer.weight.shape[0] // len(layer.cell.rows)


def _sequences(data: np.ndarray | Tensor, layer: Layer) -> Inputs:
    """The data in float64, in the order of the engine."""
    given = real_numbers(data).detach().to("cpu", torch.float64).clone()  # a plain one, also of inference mode
    if given.ndim == 2:
        given = given.unsqueeze(1)
    elif given.ndim == 3 and layer.batch_first:
        given = given.transpose(0, 1)
    order = "[batch time feature], since it is batch_first" if layer.batch_first else "[time batch feature]"
    if given.ndim != 3 or given.shape[2] != layer.inputs or not given.numel():
        raise ValueError(
            f"data must be {order}, or [time feature] for one sequence, with {layer.inputs} features; got shape "
            f"{list(np.shape(data))}"
        )
    if not torch.isfinite(given).all():
        place = tuple(int(axis) for axis in torch.nonzero(~torch.isfinite(given))[0])
        raise ValueError(f"data must be finite, got {given[place]} at time {place[0]}, sequence {place[1]}")
    return given.transpose(1, 2).contiguous()


def real_numbers(data: Any) -> Tensor:
    """The data as a tensor; raises TypeError, ValueError for what holds no real numbers at every place."""
    if isinstance(data, PackedSequence):
        raise TypeError(
            "data must be sequences of one length, as an array or a tensor, got a PackedSequence: measure those of "
            "each length by themselves"
        )
    try:
        given = torch.as_tensor(data)
    except (RuntimeError, TypeError, ValueError) as error:
        raise TypeError(f"data must be an array or a tensor of numbers, got {quoted(data)} ({error})") from None
    if given.is_complex():
        raise ValueError(f"data must be real numbers, got complex ones ({given.dtype}): give both parts as features")
    if given.is_meta or given.is_nested or given.layout != torch.strided:
        what = "of the device meta, which has no values" if given.is_meta else "that is nested or sparse"
        raise ValueError(f"data must be a tensor with a value at every place, got one {what}")
    return given


def _differentiated(
    loss: Loss | None, last: Float[Tensor, "unit batch"], dtype: torch.dtype
) -> tuple[float, Float[Tensor, "unit batch"]]:
    """The loss, and its gradient with respect to the last hidden states."""
    if loss is None:
        return float(last.square().sum() / 2 / last.shape[1]), last / last.shape[1]
    hidden = last.T.to(dtype).requires_grad_()
    with torch.enable_grad():
        value = loss(hidden)
    if not isinstance(value, Tensor):
        raise TypeError(f"loss must return a tensor with one number, got {type(value).__name__}")
    if value.numel() != 1 or value.grad_fn is None:
        what = "one that does not depend on h" if value.numel() == 1 else f"a tensor of shape {list(value.shape)}"
        raise ValueError(f"loss must return one number that depends on the last hidden state, got {what}")
    (gradient,) = torch.autograd.grad(value.sum(), hidden, allow_unused=True, materialize_grads=True)
    return value.item(), gradient.to(torch.float64).T.contiguous()


def _spectra(layer: Layer) -> dict[str, MatrixSpectrum]:
    """Of each recurrent matrix, by the name of its block."""
    hidden = _hidden(layer)
    layout = Layout(layer.cell, hidden, layer.inputs)
    found = {}
    for block in layout.blocks:
        if block.sees_h:
            matrix = layer.weight[layout.rows(block.name), :hidden].unsqueeze(0)
            spectrum = recurrent_spectrum(matrix)
            values = spectrum.eigenvalues[0].numpy()
            found[block.name] = MatrixSpectrum(
                eigenvalues=values[np.argsort(-np.abs(values), kind="stable")],
                singular_values=singular_values(matrix)[0].numpy(),
                radius=float(spectrum.radius),
                departure_from_normality=float(spectrum.departure),
            )
    return found


def _transport(layer: Layer, inputs: Inputs) -> tuple[np.ndarray, np.ndarray, float]:
    """Lags, singular values of ds_T/ds_{T-k}, and the largest Lyapunov exponent, as a study measures them."""
    few = inputs[..., :TRANSPORT_SEQUENCES].unsqueeze(1)
    weight = layer.weight.unsqueeze(0)
    jacobians = state_jacobians(layer.cell, weight, record(layer.cell, weight, few), steps=max(LAGS))
    lags = [lag for lag in LAGS if lag <= len(inputs)]
    values = singular_values(transport_products(jacobians, lags)).mean(2)[:, 0]
    directions = generator(0, "Lyapunov directions")
    exponents = lyapunov_exponents(jacobians, count=1, transient=len(jacobians) // 2, generator=directions)
    return np.array(lags), values.numpy(), float(exponents.mean())
