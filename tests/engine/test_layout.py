import numpy as np
import pytest
import torch

from gradient_horizon import registries
from gradient_horizon.engine.precision import DTYPES

HIDDEN, INPUTS = 4, 3


def layout(name):
    return registries.load(registries.CELLS, "cell", name)().layout(HIDDEN, INPUTS)


@pytest.mark.parametrize("dtype", DTYPES.values())
@pytest.mark.parametrize("name", registries.CELLS)
def test_the_mask_is_one_for_trained_entries_and_none_where_all_are_trained(name, dtype):
    free = layout(name).free
    mask = layout(name).mask(dtype)
    if free is None:
        assert mask is None
        return
    assert mask.dtype == dtype
    np.testing.assert_array_equal(mask.numpy(), free.astype(float))
    assert mask.sum() == layout(name).parameters < mask.numel()


def test_a_gru_has_six_matrices_and_four_biases():
    assert layout("gru").parameters == HIDDEN * (3 * (HIDDEN + INPUTS) + 4)
    assert layout("gru").product_weights == HIDDEN * 3 * (HIDDEN + INPUTS)


def test_a_block_that_a_cell_does_not_have_is_refused():
    with pytest.raises(ValueError, match="must have the gate"):
        layout("tanh").rows(layout("tanh").forget_gate_block)


def test_own_columns_take_the_place_of_the_bias():
    changed = layout("lstm-forget-open").with_own_columns(2)
    assert changed.shape == (4 * HIDDEN, HIDDEN + INPUTS + 3)
    assert changed.parameters == 3 * HIDDEN * (HIDDEN + INPUTS + 2)
    assert not changed.free[:, HIDDEN + INPUTS].any()
    assert changed.mask(torch.float32).shape == changed.shape
