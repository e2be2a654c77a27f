import numpy as np
import pytest

from gradient_horizon import registries
from gradient_horizon.engine.cell import Block, Cell
from gradient_horizon.engine.layout import Layout
from gradient_horizon.errors import ShapeError

HIDDEN, INPUTS = 4, 3


def layout(name, *, normalised=False):
    cell = registries.load(registries.CELLS, "cell", name)()
    cell.normalised = normalised
    return Layout(cell, HIDDEN, INPUTS)


def test_a_gru_has_six_matrices_and_four_biases():
    assert layout("gru").parameters == HIDDEN * (3 * (HIDDEN + INPUTS) + 4)
    assert layout("gru").product_weights == HIDDEN * 3 * (HIDDEN + INPUTS)


def test_blocks_that_see_h_come_first_and_parameters_of_units_last():
    assert [block.name for block in layout("gru").blocks] == ["r", "z", "recurrent", "entering"]
    assert [block.name for block in layout("ind-rnn").blocks][-1] == "u"


def test_a_block_sees_what_it_says():
    free = layout("gru").free
    recurrent, entering = (free[layout("gru").rows(name)] for name in ("recurrent", "entering"))
    assert recurrent[:, :HIDDEN].all()
    assert not recurrent[:, HIDDEN:-1].any()
    assert not entering[:, :HIDDEN].any()
    assert entering[:, HIDDEN:].all()
    assert layout("lstm").free is None


def test_a_block_that_sees_all_states_has_a_matrix_for_each_before_the_columns_of_x():
    class Mixed(Cell):
        blocks = (Block("a", sees="x"), Block("b", sees="states and x"), Block("c"))
        state = ("h", "s", "t")

        def step(self, a, b, c, h, s, t):
            return a + b + c, s, t

    seen = Layout(Mixed(), HIDDEN, INPUTS)
    assert [block.name for block in seen.blocks] == ["b", "c", "a"]
    assert seen.shape == (3 * HIDDEN, 3 * HIDDEN + INPUTS + 1)
    assert seen.parameters == HIDDEN * (3 * HIDDEN + HIDDEN + 3 * (INPUTS + 1))
    assert seen.product_weights == seen.parameters - 3 * HIDDEN
    of_b, of_c, of_a = (seen.free[seen.rows(name)] for name in "bca")
    assert of_b.all()
    assert of_c.any(0).tolist() == [True] * HIDDEN + [False] * 2 * HIDDEN + [True] * (INPUTS + 1)
    assert of_a.any(0).tolist() == [False] * 3 * HIDDEN + [True] * (INPUTS + 1)
    weight = np.arange(np.prod(seen.shape)).reshape(seen.shape).astype(float)
    first = [weight[rows, columns][0, 0] for rows, columns in seen.recurrent_places()]
    assert first == [0, HIDDEN, 2 * HIDDEN, HIDDEN * seen.shape[1]]
    assert [matrix[0, 0] for matrix in seen.recurrent_blocks(weight)] == first


def test_a_block_that_a_cell_does_not_have_is_refused():
    with pytest.raises(ValueError, match="block must be one of a, got 'forget'"):
        layout("tanh").rows("forget")
    assert layout("tanh").gate_rows("keep") is None
    assert layout("lstm").gate_rows("keep") == slice(HIDDEN, 2 * HIDDEN)


def test_gain_and_bias_of_a_normalised_cell_take_the_place_of_the_bias():
    changed = layout("lstm-forget-open", normalised=True)
    assert changed.shape == (3 * HIDDEN, HIDDEN + INPUTS + 3)
    assert changed.parameters == 3 * HIDDEN * (HIDDEN + INPUTS + 2)
    assert not changed.free[:, HIDDEN + INPUTS].any()


def test_parameters_of_units_are_not_normalised():
    changed = layout("ind-rnn", normalised=True)
    free = changed.free[changed.rows("u")]
    np.testing.assert_array_equal(free.sum(axis=0), [0] * (HIDDEN + INPUTS) + [HIDDEN, 0, 0])


@pytest.mark.parametrize(("axis", "sizes"), [("hidden", (0, 2)), ("input", (2, 0))])
def test_an_axis_without_elements_is_refused_by_name(axis, sizes):
    with pytest.raises(ShapeError, match=f"axis '{axis}' of a network must have at least 1 element, got 0"):
        Layout(registries.load(registries.CELLS, "cell", "tanh")(), *sizes)
