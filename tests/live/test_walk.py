import math
from itertools import product

import numpy as np
import pytest
import torch
from live_modules import needs_node, run_driver

pytestmark = needs_node
RADII, ANGLES = (0.0, 0.55, 0.9, 1.0, 1.23), (0.0, 25.0, 90.0, 180.0)


def ask(*questions):
    return run_driver("walk.mjs", questions)


def sigmoid(values):
    return 1 / (1 + np.exp(-np.asarray(values, dtype=float)))


def pair(cell, radius, degrees, *, bias=0.0, steps=20, size=0.0, seed=1):
    angle = math.radians(degrees)
    return {"ask": "pair", "cell": cell, "radius": radius, "angle": angle, "bias": bias, "T": steps, "size": size,
            "seed": seed}  # fmt: skip


def test_a_matrix_has_the_eigenvalues_that_are_dragged_and_its_norm_is_their_radius():
    cases = list(product(RADII, ANGLES))
    found = ask(*({"ask": "matrix", "radius": radius, "angle": math.radians(angle)} for radius, angle in cases))
    for (radius, angle), each in zip(cases, found, strict=True):
        expected = radius * np.exp(1j * math.radians(angle))
        assert sorted(np.linalg.eigvals(each["W"]).imag) == pytest.approx([-expected.imag, expected.imag], abs=1e-12)
        (real, imaginary), (other_real, other_imaginary) = each["eigenvalues"]
        # where both are one, rounding parts them by the root of the precision
        assert [real, imaginary] == pytest.approx([expected.real, expected.imag], abs=1e-7)
        assert [other_real, other_imaginary] == pytest.approx([expected.real, -expected.imag], abs=1e-7)
        assert np.linalg.norm(each["W"], 2) == pytest.approx(radius, abs=1e-12)


def test_real_eigenvalues_of_a_pair_are_found_as_well():
    assert ask({"ask": "eigenvalues", "W": [[0.9, 5.0], [0.0, 0.4]]}) == [[[0.9, 0], [0.4, 0]]]


def test_the_linear_network_s_gradient_is_the_power_of_the_radius_whatever_its_inputs():
    cases = [(radius, angle, size) for radius, angle in product(RADII[1:], ANGLES) for size in (0.0, 3.0)]
    found = ask(*(pair("linear", radius, angle, size=size, steps=80) for radius, angle, size in cases))
    for (radius, angle, _), walk in zip(cases, found, strict=True):
        np.testing.assert_allclose(walk["norms"], radius ** np.arange(81.0), rtol=1e-10)
        # transposed, W turns the other way: from 45 degrees by minus the angle at every step
        turned = np.exp(1j * (math.pi / 4 - math.radians(angle) * np.arange(81))) * radius ** np.arange(81.0)
        np.testing.assert_allclose(np.array(walk["arrows"]) @ [1, 1j], turned, atol=1e-9 * max(1, radius**80))
        assert walk["shares"] == pytest.approx([1] * 81)


@pytest.mark.parametrize("cell", ["tanh", "relu"])
def test_a_plain_cell_s_gradient_is_that_of_its_own_slopes(cell):
    (walk,) = ask(pair(cell, 1.1, 40, size=1.5, steps=25, seed=3))
    W = 1.1 * np.array([[math.cos(math.radians(40)), -math.sin(math.radians(40))]] * 2)
    W[1] = W[0, ::-1] * [-1, 1]
    h, slopes = np.zeros(2), []
    for x in np.reshape(walk["inputs"], (25, 2)):
        a = W @ h + x
        h = np.tanh(a) if cell == "tanh" else np.maximum(a, 0)
        slopes.append(1 - h**2 if cell == "tanh" else (a > 0).astype(float))
    gradients = [np.array([0.5, 0.5]) ** 0.5]
    for slope in reversed(slopes):
        gradients.append(W.T @ (slope * gradients[-1]))
    np.testing.assert_allclose(walk["arrows"], gradients, rtol=1e-10, atol=1e-14)
    assert 0 < walk["norms"][-1] < 1.1**25 / 10 or walk["norms"][-1] == 0


def test_without_noise_the_gates_of_an_lstm_keep_the_power_of_the_sigmoid_of_the_bias():
    biases = (-2.0, 0.0, 1.7, 7.0)
    for bias, walk in zip(biases, ask(*(pair("lstm", 0.9, 30, bias=bias, steps=60) for bias in biases)), strict=True):
        np.testing.assert_allclose(walk["kept"], sigmoid(bias) ** np.arange(61.0), rtol=1e-12)


def test_where_h_leads_nowhere_the_gradient_of_an_lstm_is_the_product_of_its_forget_gates():
    (walk,) = ask(pair("lstm", 0.0, 0, bias=1.0, size=2.0, steps=30, seed=5))
    gates = sigmoid(1 + 0.5 * np.reshape(walk["inputs"], (30, 2)))[::-1]
    products = np.vstack([np.ones(2), np.cumprod(gates, axis=0)])
    np.testing.assert_allclose(walk["norms"], np.linalg.norm(products, axis=1) / 2**0.5, rtol=1e-10)
    np.testing.assert_allclose(walk["kept"], products.max(axis=1), rtol=1e-10)
    np.testing.assert_allclose(walk["gates"][1:], gates, rtol=1e-12)
    assert walk["shares"] == pytest.approx([1] * 31)


@pytest.mark.parametrize("cell", ["tanh", "lstm"])
def test_a_trained_network_walks_back_the_gradient_of_its_own_loss(cell):
    steps, hidden, draw = 9, 6, np.random.default_rng(2)
    module = (torch.nn.RNN if cell == "tanh" else torch.nn.LSTM)(10, hidden, dtype=torch.float64)
    order = slice(None) if cell == "tanh" else np.r_[0:12, 18:24, 12:18]  # torch has g before o
    entering, recurrent, *biases = (each.detach().numpy()[order] for each in module.parameters())
    readout = draw.normal(size=(8, hidden + 1))
    weight = np.column_stack([recurrent, entering, sum(biases)])
    entry = {
        "cell": cell,
        "hidden": hidden,
        "task": "recall",
        "recurrent": weight.tolist(),
        "readout": readout.tolist(),
    }
    (walk,) = ask({"ask": "trained", "entry": entry, "T": steps, "seed": 4})
    state, states = None, []
    for x in torch.tensor(np.reshape(walk["inputs"], (steps, 1, 10))):
        _, state = module(x, state)
        state = state if cell == "lstm" else (state,)
        for each in state:
            each.retain_grad()
        states.append(state)
        state = state if cell == "lstm" else state[0]
    outputs = states[-1][0][0] @ torch.tensor(readout[:, :-1]).T + torch.tensor(readout[:, -1])
    torch.nn.functional.cross_entropy(outputs[None], torch.tensor([walk["wanted"]])).backward()
    norms = [sum(float((each.grad**2).sum()) for each in state if each.grad is not None) ** 0.5 for state in states]
    np.testing.assert_allclose(walk["norms"][:steps], np.array(norms[::-1]) / norms[-1], rtol=1e-10)
    assert walk["probability"] == pytest.approx(float(torch.softmax(outputs.detach(), 0)[walk["wanted"]]), rel=1e-10)
    assert walk["answer"] == int(outputs.argmax())


def test_the_plane_is_that_of_the_two_leading_directions():
    gradients = np.random.default_rng(1).normal(size=(12, 7)) * np.logspace(0, -9, 12)[:, None] * [5, 3, *[1] * 5]
    (axes,) = ask({"ask": "plane", "gradients": gradients.ravel().tolist(), "hidden": 7})
    np.testing.assert_allclose(np.array(axes) @ np.transpose(axes), np.eye(2), atol=1e-12)
    directions = gradients / np.linalg.norm(gradients, axis=1, keepdims=True)
    held = ((directions @ np.transpose(axes)) ** 2).sum()
    assert held == pytest.approx((np.linalg.svd(directions)[1][:2] ** 2).sum(), rel=1e-6)
    assert (np.array(axes) @ gradients[-1] >= 0).all()


def test_arrow_keys_move_an_eigenvalue_within_its_bounds():
    at = {"radius": 0.9, "degrees": 2}
    keys = ("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Enter")
    found = ask(*({"ask": "moves", "key": key, "far": key == "ArrowUp", "from": at} for key in keys))
    assert found == [
        {"radius": 1, "degrees": 2}, {"radius": 0.88, "degrees": 2}, {"radius": 0.9, "degrees": 5},
        {"radius": 0.9, "degrees": 0}, None,
    ]  # fmt: skip
    assert ask({"ask": "bounds", "radius": 9, "degrees": 200}) == [{"radius": 1.5, "degrees": 180}]


def test_the_axis_holds_the_curve_and_theory_as_far_as_three_powers_beyond():
    questions = [([1, 0.5], [1, 0.6]), ([1, 1e-5], [1, 1e-3]), ([1, 0.4], [1, 1e30]), ([1, 0.0], [1, 1e-40])]
    found = ask(*({"ask": "powers", "norms": norms, "theory": theory} for norms, theory in questions))
    assert found == [[-1, 0], [-5, 0], [-1, 3], [-3, 0]]


def test_numbers_are_those_of_the_language():
    values = [0.5, 1234.5, 12345678, 2e-7, -3.25, 0]
    english, polish = ask(*({"ask": "numbers", "language": language, "values": values} for language in ("en", "pl")))
    assert english == ["0.5", "1,230", "1.23 · 10⁷", "2 · 10⁻⁷", "−3.25", "0"]
    assert polish == ["0,5", "1230", "1,23 · 10⁷", "2 · 10⁻⁷", "−3,25", "0"]
    assert ask({"ask": "raised", "language": "pl", "base": "0,9", "exponent": -20}) == ["0,9⁻²⁰"]
    assert ask({"ask": "percent", "language": "en", "values": [0.1216, 1e-9]}) == [["12 %", "1 · 10⁻⁷ %"]]


def test_ticks_are_round_and_names_at_line_ends_keep_apart():
    linear, log, places = ask(
        {"ask": "ticks", "from": 0, "to": 30, "most": 7, "log": False},
        {"ask": "ticks", "from": -16, "to": 8, "most": 8, "log": True},
        {"ask": "spread", "places": [100, 98, 10, 99], "distance": 15, "from": 0, "to": 105},
    )
    assert linear == [0, 5, 10, 15, 20, 25, 30]
    assert log == [-15, -10, -5, 0, 5]
    assert places == [105, 75, 10, 90]
