"""Measures of layers of torch.nn, against automatic differentiation and closed forms."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from torch import nn

from gradient_horizon import measure
from gradient_horizon.cells.linear import Linear
from gradient_horizon.library.measuring import real_numbers
from gradient_horizon.library.modules import Recurrence
from gradient_horizon.statistics.censored import Censored

STEPS, BATCH, FEATURES, UNITS = 12, 5, 3, 4
CLOSE = {"rtol": 1e-10, "atol": 1e-15}
LAYERS = {
    "tanh": lambda **more: nn.RNN(FEATURES, UNITS, **more),
    "relu": lambda **more: nn.RNN(FEATURES, UNITS, nonlinearity="relu", **more),
    "gru": lambda **more: nn.GRU(FEATURES, UNITS, **more),
    "lstm": lambda **more: nn.LSTM(FEATURES, UNITS, **more),
}


def layer_named(name, *, dtype=torch.float64, **more):
    draw, layer = torch.Generator().manual_seed(0), LAYERS[name](**more).to(dtype)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(0.7 * torch.randn(parameter.shape, generator=draw, dtype=torch.float64))
    return layer


def sequences(steps=STEPS):
    return torch.randn(steps, BATCH, FEATURES, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def norms_by_autograd(layer, data, loss):
    """Batch means, by lag, of the norms of dL_b/d(h, c) and of dL_b/dh with c held, with retain_grad at every step."""
    is_lstm, zero = isinstance(layer, nn.LSTM), torch.zeros(1, BATCH, UNITS, dtype=torch.float64)
    states, seen = (zero, zero) if is_lstm else (zero,), []
    for x in data:
        _, after = layer(x.unsqueeze(0), states if is_lstm else states[0])
        states = tuple(state.clone() for state in (after if is_lstm else (after,)))  # not the output of the same step
        for state in states:
            state.retain_grad()
        seen.append(states)
    value = loss(states[0][0])
    value.backward()
    by_step = [[torch.zeros_like(s) if s.grad is None else s.grad for s in states] for states in seen]
    full = [torch.cat(gradients, dim=2)[0].norm(dim=1).sum().item() for gradients in by_step]
    return value.item(), full[::-1], [gradients[0][0].norm(dim=1).sum().item() for gradients in by_step][::-1]


def default(h):
    return h.square().sum(1).mean() / 2


def classified(h):
    weight = torch.arange(2.0 * UNITS, dtype=h.dtype).reshape(2, UNITS).cos()
    return nn.functional.cross_entropy(h @ weight.T, torch.tensor([0, 1, 1, 0, 1]))


@pytest.mark.parametrize("loss", [None, classified])
@pytest.mark.parametrize("name", LAYERS)
def test_gradients_are_those_of_autograd(name, loss):
    layer, data = layer_named(name), sequences()
    value, full, hidden = norms_by_autograd(layer, data, loss or default)
    found = measure(layer, data, loss=loss)
    np.testing.assert_allclose(found.loss, value, **CLOSE)
    np.testing.assert_allclose(found.profile, full, **CLOSE)
    np.testing.assert_allclose(found.hidden_profile, hidden, **CLOSE)
    frame = found.to_frame()
    assert frame["lag"].tolist() == [*range(STEPS)]
    np.testing.assert_allclose(frame["relative_gradient"], np.array(full) / full[0], **CLOSE)


@pytest.mark.parametrize("name", LAYERS)
def test_forms_of_data_and_layer_make_no_difference(name):
    layer, data = layer_named(name), sequences()
    wanted = measure(layer, data).profile
    first = layer_named(name, batch_first=True)
    np.testing.assert_array_equal(measure(first, data.transpose(0, 1)).profile, wanted)
    np.testing.assert_array_equal(measure(layer, data.numpy()).profile, wanted)
    one = measure(layer, data[:, 0])
    np.testing.assert_array_equal(one.profile, measure(layer, data[:, :1]).profile)
    assert layer.weight_hh_l0.grad is None


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_without_biases_has_biases_of_zero(name):
    bare, layer = layer_named(name, bias=False), layer_named(name)
    with torch.no_grad():
        for parameter in ("weight_ih_l0", "weight_hh_l0"):
            getattr(layer, parameter).copy_(getattr(bare, parameter))
        layer.bias_ih_l0.zero_()
        layer.bias_hh_l0.zero_()
    np.testing.assert_array_equal(measure(bare, sequences()).profile, measure(layer, sequences()).profile)


def test_a_layer_of_single_precision_is_measured_in_double():
    layer = layer_named("lstm", dtype=torch.float32)
    seen = []
    found = measure(layer, sequences(), loss=lambda h: (seen.append(h.dtype), default(h))[1])
    assert seen == [torch.float32]
    _, full, _ = norms_by_autograd(layer.double(), sequences(), default)
    np.testing.assert_allclose(found.profile, full, rtol=1e-6)


def linear(matrix):
    size = len(matrix)
    weight = torch.cat([torch.as_tensor(matrix), torch.ones(size, 1), torch.zeros(size, 1)], dim=1)
    return Recurrence(Linear(), weight.double(), 1)


@pytest.mark.parametrize(("radius", "horizon"), [(0.5, Censored.exactly(6)), (0.9, Censored.at_least(29))])
def test_a_linear_network_s_gradient_is_a_power_of_its_radius(radius, horizon):
    angle = torch.tensor(0.3, dtype=torch.float64)
    turn = torch.stack([torch.stack([angle.cos(), -angle.sin()]), torch.stack([angle.sin(), angle.cos()])])
    found = measure(linear(radius * turn), torch.ones(30, 2, 1))
    np.testing.assert_allclose(found.relative_profile, radius ** np.arange(30), rtol=1e-12)
    assert found.horizon == found.hidden_horizon == horizon
    assert found.decay.factor.estimate == pytest.approx(radius, rel=1e-12)
    assert found.radius == pytest.approx(radius, rel=1e-12)
    np.testing.assert_allclose(found.spectra["a"].eigenvalues.real, [radius * np.cos(0.3)] * 2, rtol=1e-12)
    assert sorted(found.spectra["a"].eigenvalues.imag) == pytest.approx([-radius * np.sin(0.3), radius * np.sin(0.3)])
    np.testing.assert_allclose(found.spectra["a"].singular_values, [radius, radius], rtol=1e-12)
    assert found.spectra["a"].departure_from_normality < 1e-7
    assert found.transport_lags.tolist() == [1, 2, 5, 10, 20]
    np.testing.assert_allclose(found.transport[:, 0], radius**found.transport_lags, rtol=1e-12)
    assert found.lyapunov_exponent == pytest.approx(np.log(radius), rel=1e-12)


def test_spectra_of_gates_are_those_of_torch_s_matrices():
    layer = layer_named("lstm")
    found = measure(layer, sequences())
    for name, matrix in zip("ifgo", layer.weight_hh_l0.detach().numpy().reshape(4, UNITS, UNITS), strict=True):
        moduli = np.sort(np.abs(np.linalg.eigvals(matrix)))[::-1]
        np.testing.assert_allclose(np.abs(found.spectra[name].eigenvalues), moduli, rtol=1e-10)
        np.testing.assert_allclose(found.spectra[name].singular_values, np.linalg.svd(matrix)[1], rtol=1e-10)
    assert np.isnan(found.radius)


def test_what_is_said_of_limits_and_of_nothing():
    assert repr(measure(linear([[0.9]]), torch.ones(10, 1, 1))) == (
        "Linear, 1 unit, 10 steps: gradient horizon ≥ 9 steps, the longest lag, factor 0.9 per step, "
        "spectral radius 0.9"
    )
    none = measure(linear([[0.5]]), torch.zeros(10, 1, 1))
    assert none.horizon is None
    assert "unknown: the gradient at the loss is 0" in repr(none)
    assert np.isnan(none.relative_profile).all()
    assert measure(linear([[0.5]]), torch.ones(1, 1, 1)).horizon == Censored.at_least(0)


def test_a_figure_shows_both_profiles_and_the_horizon():
    found = measure(layer_named("lstm"), sequences())
    panel = found.plot()
    full, hidden, level = (line.get_ydata() for line in panel.get_lines())
    np.testing.assert_allclose(full, found.relative_profile)
    np.testing.assert_allclose(hidden, found.hidden_profile / found.hidden_profile[0])
    assert level[0] == 0.01
    assert panel.get_title(loc="left") == f"gradient horizon {found.horizon} steps"
    _, other = plt.subplots()
    assert found.plot(other) is other
    assert f"{found.horizon} steps" in found._repr_html_()
    plt.close("all")


@pytest.mark.parametrize(
    ("module", "data", "more", "error", "message"),
    [
        (nn.Linear(3, 4), sequences(), {}, TypeError, r"module must be a single-layer, .*, got Linear$"),
        (nn.Sequential(nn.GRU(3, 4)), sequences(), {}, TypeError, "got Sequential; it contains 0: measure that"),
        (nn.GRUCell(3, 4), sequences(), {}, TypeError, "got GRUCell"),
        (nn.LSTM(3, 4, num_layers=2), sequences(), {}, ValueError, "got one with num_layers=2"),
        (nn.GRU(3, 4, bidirectional=True), sequences(), {}, ValueError, "got one with bidirectional=True"),
        (nn.LSTM(3, 4, proj_size=2), sequences(), {}, ValueError, "got one with proj_size=2"),
        (
            nn.RNN(2, 4),
            sequences(),
            {},
            ValueError,
            r"data must be \[time batch feature\].* 2 features; got .*12, 5, 3",
        ),
        (
            nn.RNN(3, 4, batch_first=True),
            torch.ones(2, 3, 3, 1),
            {},
            ValueError,
            r"data must be \[batch time feature\]",
        ),
        (nn.RNN(3, 4), torch.ones(0, 2, 3), {}, ValueError, "data must be"),
        (nn.RNN(3, 4), sequences().log(), {}, ValueError, "data must be finite, got nan at time 0, sequence 0"),
        (nn.RNN(3, 4), sequences().to("meta"), {}, ValueError, "got one of the device meta, which has no values"),
        (nn.RNN(3, 4), sequences().to_sparse(), {}, ValueError, "got one that is nested or sparse"),
        (nn.RNN(3, 4), sequences() * 1j, {}, ValueError, r"real numbers, got complex ones \(torch.complex128\)"),
        (nn.RNN(3, 4), np.full((5, 2, 3), 1j), {}, ValueError, "data must be real numbers, got complex ones"),
        (nn.RNN(3, 4), sequences(), {"loss": lambda h: 1.0}, TypeError, "one number, got float"),
        (nn.RNN(3, 4), sequences(), {"loss": lambda h: h}, ValueError, r"got a tensor of shape \[5, 4\]"),
        (nn.RNN(3, 4), sequences(), {"loss": lambda h: torch.ones(())}, ValueError, "does not depend on h"),
    ],
)
def test_what_is_refused(module, data, more, error, message):
    with pytest.raises(error, match=message):
        measure(module, data, **more)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "data must be an array or a tensor of numbers, got None"),
        ("text", "data must be an array or a tensor of numbers, got 'text'"),
        (
            nn.utils.rnn.pack_sequence([torch.ones(2, 3)]),
            "data must be sequences of one length, .*got a PackedSequence",
        ),
    ],
)
def test_data_that_are_no_array_are_refused(data, message):
    with pytest.raises(TypeError, match=message):
        real_numbers(data)


@pytest.mark.parametrize("name", LAYERS)
def test_what_is_made_and_measured_in_inference_mode_is_measured_as_anything_else(name):
    wanted = measure(layer_named(name), sequences(), loss=default)
    with torch.inference_mode():
        found = measure(layer_named(name), sequences().clone(), loss=default)
    assert found.profile.tolist() == wanted.profile.tolist()
    assert found.lyapunov_exponent == wanted.lyapunov_exponent
    assert found.transport.tolist() == wanted.transport.tolist()


def test_one_unit_and_one_step_are_no_plurals():
    found = measure(nn.RNN(1, 1), torch.ones(1, 2, 1))
    assert repr(found).startswith("tanh, 1 unit, 1 step: ")
