import numpy as np
import pytest

from gradient_horizon import registries
from gradient_horizon.engine.layout import Layout
from gradient_horizon.remedies.chrono_input import ChronoInput
from gradient_horizon.remedies.gate_bias import Chrono
from gradient_horizon.training.starts import initial_weights


def start(cell, *changes, length):
    """The layout of a cell and its initial weights."""
    layout = Layout(registries.load(registries.CELLS, "cell", cell)(), 16, 3)
    return layout, initial_weights(layout, 4, changes, length=length, seed=0).recurrent


@pytest.mark.parametrize("length", [3, 50])
def test_an_lstm_without_forget_gate_starts_its_input_gate_as_chrono_does_in_the_whole_one(length):
    whole, of_whole = start("lstm", Chrono(), length=length)
    layout, changed = start("lstm-forget-open", ChronoInput(), length=length)
    _, default = start("lstm-forget-open", length=length)
    writing = layout.gate_rows("write")
    np.testing.assert_array_equal(changed[writing, -1], of_whole[whole.gate_rows("write"), -1])
    assert (changed[writing, -1] < 0).all()
    changed[writing, -1] = default[writing, -1]
    np.testing.assert_array_equal(changed, default)
    assert ChronoInput().shortest_length() == 3
