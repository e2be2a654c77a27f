import pytest

from gradient_horizon.cells.interchange import LAYERS
from gradient_horizon.cells.tanh import Tanh
from gradient_horizon.engine.any_passes import PRECISIONS
from gradient_horizon.measuring.checks import equality
from gradient_horizon.measuring.checks.equality import compare, measure_equality


@pytest.mark.parametrize("cell", LAYERS)
@pytest.mark.parametrize(("precision", "digits"), [("float32", 2e-6), ("float64", 1e-13)])
def test_states_and_gradients_are_those_of_torch_to_the_last_digits(cell, precision, digits):
    compared = compare(cell, precision, 0)
    assert 0 < compared.states < digits
    assert 0 < compared.gradients < digits


def test_a_cell_that_is_not_torch_s_is_told_by_how_much(monkeypatch):
    class Leaky(Tanh):
        def step(self, a, h):
            return 0.99 * super().step(a, h)

    monkeypatch.setattr(equality.registries, "load", lambda *names: Leaky)
    compared = compare("tanh", "float64", 0)
    assert compared.states > 0.01
    assert compared.gradients > 0.001


def test_every_cell_of_torch_is_compared_in_both_precisions(monkeypatch):
    monkeypatch.setattr(equality, "NETWORKS", 1)
    monkeypatch.setattr(equality, "STEPS", 3)
    compared = list(measure_equality())
    assert [(row.cell, row.precision) for row in compared] == [(cell, p) for cell in LAYERS for p in PRECISIONS]
