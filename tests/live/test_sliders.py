import math

import numpy as np
import pytest
from live_modules import needs_node, run_driver

pytestmark = needs_node
UNITS, SEEDS, ENTERING = 32, 8, 10


def ask(*questions):
    return run_driver("walk.mjs", questions)


def test_the_spectral_radius_is_the_largest_modulus_of_an_eigenvalue():
    draw = np.random.default_rng(0)
    matrices = [draw.normal(size=(n, n)) for n in (1, 2, 32)] + [np.array([[0.5, 100.0], [0.0, 0.5]]), np.zeros((3, 3))]
    found = ask(*({"ask": "radius", "matrix": each.ravel().tolist(), "size": len(each)} for each in matrices))
    expected = [np.abs(np.linalg.eigvals(each)).max() for each in matrices]
    assert found == pytest.approx(expected, rel=1e-6)


def test_the_linear_network_s_curve_at_any_radius_follows_its_power():
    (curves,) = ask({"ask": "byRadius", "cell": "linear", "T": 100, "radii": [0.5, 0.9, 2.4]})
    low, middle, high = np.array(curves, dtype=float)
    lags = np.arange(101.0)
    np.testing.assert_allclose(high / low, 4.8**lags, rtol=1e-9)
    np.testing.assert_allclose(middle / low, 1.8**lags, rtol=1e-9)
    assert (middle[100] / middle[50]) ** (1 / 50) == pytest.approx(0.9, rel=0.01)


def test_the_tanh_network_s_curve_lies_below_the_linear_one_s_and_does_not_explode_as_it_does():
    ((small, large),) = ask({"ask": "byRadius", "cell": "tanh", "T": 60, "radii": [0.3, 1.5]})
    ((linear, linear_large),) = ask({"ask": "byRadius", "cell": "linear", "T": 60, "radii": [0.3, 1.5]})
    assert small[0] == 1
    assert small[60] < linear[60]
    assert large[60] < 1e-3 * linear_large[60]


def test_the_forget_gates_of_an_untrained_lstm_keep_what_another_implementation_finds():
    steps, biases = 12, (-2.0, 1.0, 5.0)
    (found,) = ask({"ask": "byBias", "T": steps, "biases": biases})
    for bias, kept in zip(biases, found["kept"], strict=True):
        curves = [kept_by(network, bias, steps) for network in found["networks"]]
        np.testing.assert_allclose(kept, np.median(curves, axis=0), rtol=1e-10)
        assert 0.5 < math.log(kept[steps]) / (steps * math.log(1 / (1 + math.exp(-bias)))) < 1
    assert len(found["networks"]) == SEEDS


def kept_by(network, bias, steps):
    """An LSTM with blocks i, f, o, g in plain NumPy: by lag the product of forget gates in the unit that keeps most."""
    weight = np.reshape(network["weight"], (4 * UNITS, UNITS + ENTERING + 1)).copy()
    weight[UNITS : 2 * UNITS, -1] = bias
    h, c, gates = np.zeros(UNITS), np.zeros(UNITS), []
    for x in np.reshape(network["inputs"], (steps, ENTERING)):
        i, f, o, g = np.split(weight @ [*h, *x, 1], 4)
        i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o))
        c = f * c + i * np.tanh(g)
        h = o * np.tanh(c)
        gates.append(f)
    return [1, *np.cumprod(gates[::-1], axis=0).max(axis=1)]


def test_measured_points_are_shown_at_their_own_value_only():
    entries = [{"radius": 0.9}, {"radius": 0.9}, {"radius": 0.95}]
    found = ask(*({"ask": "measured", "entries": entries, "value": value} for value in (0.9, 0.91, 0.95)))
    assert found == [2, 0, 1]


def test_how_long_theory_keeps_a_share():
    assert ask({"ask": "until", "share": 0.5, "factor": 0.5})[0] == 1
    assert ask({"ask": "until", "share": 0.01, "factor": 0.9})[0] == pytest.approx(43.708, abs=1e-3)
