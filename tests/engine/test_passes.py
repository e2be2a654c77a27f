import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from passes_problem import LARGE, ODD, SHAPES, SMALLEST, Case, Problem, assert_close

from gradient_horizon import registries
from gradient_horizon.cells.interchange import LAYERS, to_torch, torch_parameters
from gradient_horizon.cells.tanh import Tanh
from gradient_horizon.engine.any_passes import PRECISIONS
from gradient_horizon.engine.passes import Passes
from gradient_horizon.errors import ShapeError

quick = settings(max_examples=5, deadline=None, derandomize=True)
shapes = given(case=SHAPES, every_step=st.booleans())


def mean_square(found):
    """Of the terms of a share: of it their spread is a difference, in which digits are lost."""
    return found.shares**2 + found.share_spread**2


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("name", LAYERS)
@quick
@shapes
@example(case=SMALLEST, every_step=False)
@example(case=LARGE, every_step=True)
def test_states_and_weight_gradient_equal_those_of_torch_layers(name, precision, case, every_step):
    problem = Problem(name, case, every_step=every_step, precision=precision)
    weight = torch.from_numpy(problem.weight).requires_grad_()
    parameters = torch_parameters(name, weight, case.hidden)
    layer = to_torch(name, weight.detach(), case.hidden)
    x = torch.from_numpy(problem.x).transpose(1, 2)
    outputs = torch.func.functional_call(layer, parameters, (x,))[0].transpose(1, 2)
    pulled = outputs if every_step else outputs[-1]
    (pulled * torch.from_numpy(problem.gradient)).sum().backward()
    found = problem.run()
    assert_close(problem.passes.states()[0][1:], outputs.detach(), precision)
    assert_close(found.weight, weight.grad, precision)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("name", registries.CELLS)
@quick
@shapes
@example(case=SMALLEST, every_step=False)
@example(case=ODD, every_step=True)
def test_everything_is_what_autograd_finds(name, precision, case, every_step):
    problem = Problem(name, case, every_step=every_step, precision=precision)
    expected = problem.reference()
    plain, shared = problem.run(), problem.run(shares=True)
    for ours, theirs in zip(problem.passes.states(), expected.states, strict=True):
        assert_close(ours, theirs[:, 0], precision)
    for found in (plain, shared):
        assert_close(found.weight, expected.weight[0], precision)
        assert_close(found.state, expected.state[0], precision)
    assert plain.shares is plain.share_spread is plain.full_state is None
    assert_close(shared.shares, expected.shares[0], precision)
    assert_close(mean_square(shared), mean_square(expected)[0], precision)
    assert_close(shared.full_state, expected.full_state[0], precision)


@pytest.mark.parametrize("name", registries.CELLS)
@quick
@given(case=SHAPES, window=st.integers(1, 8), every_step=st.booleans())
@example(case=ODD, window=1, every_step=False)
@example(case=ODD, window=2, every_step=True)
def test_a_window_equals_autograd_with_states_detached_where_it_cuts(name, case, window, every_step):
    problem = Problem(name, case, every_step=every_step)
    found, expected = problem.run(window=window, shares=True), problem.reference(window=window)
    assert_close(found.weight, expected.weight[0], "float64")
    assert_close(found.state, expected.state[0], "float64")
    assert_close(found.shares, expected.shares[0], "float64")
    assert_close(mean_square(found), mean_square(expected)[0], "float64")
    assert_close(found.full_state, expected.full_state[0], "float64")
    assert_close(problem.run(window=window).weight, expected.weight[0], "float64")


@pytest.mark.parametrize("name", registries.CELLS)
@quick
@given(case=SHAPES)
@example(case=LARGE)
def test_given_first_states_and_last_gradients_join_in_as_by_autograd(name, case):
    problem = Problem(name, case)
    found = problem.run(started=True, further=problem.further)
    expected = problem.reference(started=True, further=problem.further)
    assert_close(found.weight, expected.weight[0], "float64")
    assert_close(found.state, expected.state[0], "float64")
    for ours, theirs in zip(problem.passes.start_gradient(), expected.start, strict=True):
        assert_close(ours, theirs[0], "float64")


@pytest.mark.parametrize("name", registries.CELLS)
def test_nothing_comes_from_beyond_the_window(name):
    found = Problem(name, Case(steps=9, hidden=5, inputs=3, batch=4)).run(window=3, shares=True)
    assert (found.shares[:6] == 0).all()
    assert (found.state[:, :6] == 0).all()
    assert (found.full_state[:6] == 0).all()
    assert (found.share_spread[:6] == 0).all()
    assert (found.shares[6:] > 0).all()


@pytest.mark.parametrize("name", registries.CELLS)
def test_terms_of_a_share_are_spread_as_those_of_sequences_run_alone(name):
    problem = Problem(name, Case(steps=6, hidden=5, inputs=3, batch=21))
    found = problem.run(shares=True)
    of_loss = []
    for sequence in range(21):
        alone = Problem(name, Case(steps=6, hidden=5, inputs=3, batch=1))
        alone.weight, alone.x = problem.weight, problem.x[..., sequence : sequence + 1]
        alone.gradient = 21 * problem.gradient[..., sequence : sequence + 1]
        of_loss.append(alone.reference().shares[0].numpy())
    squares = np.mean(np.square(of_loss), axis=0)
    np.testing.assert_allclose(found.share_spread, np.sqrt(squares - found.shares**2), rtol=1e-10)


@pytest.mark.parametrize("name", registries.CELLS)
def test_a_window_as_long_as_the_sequence_changes_no_bit(name):
    problem = Problem(name, Case(steps=4, hidden=5, inputs=3, batch=3))
    whole, windowed = problem.run(), problem.run(window=4)
    np.testing.assert_array_equal(whole.weight, windowed.weight)
    np.testing.assert_array_equal(whole.state, windowed.state)


@pytest.mark.parametrize("w", [-1.5, -0.9, 0.5, 1.0, 1.1])
def test_scalar_linear_cell_has_hidden_gradient_of_modulus_w_to_the_lag(w):
    problem = Problem("linear", Case(steps=20, hidden=1, inputs=1, batch=2))
    problem.weight[0, 0] = w
    problem.gradient[:] = 0.5  # dL/dh = 1 in each sequence
    lag = 19 - np.arange(20)
    np.testing.assert_allclose(problem.run().hidden, abs(w) ** lag, rtol=1e-12)


def test_linear_cell_state_is_the_geometric_sum_of_its_inputs():
    problem = Problem("linear", Case(steps=6, hidden=1, inputs=1, batch=1))
    problem.weight[0] = [0.5, 2.0, 0.0]
    expected = sum(0.5 ** (5 - t) * 2 * problem.x[t] for t in range(6))
    np.testing.assert_allclose(problem.forward(), expected, rtol=1e-12)


@pytest.mark.parametrize("name", registries.CELLS)
def test_a_second_pass_over_a_used_tape_gives_the_same_bits(name):
    problem = Problem(name, Case(steps=5, hidden=4, inputs=3, batch=3), every_step=True)
    first, second = problem.run(shares=True), problem.run(shares=True)
    for ours, again in zip(
        (first.weight, first.state, first.shares), (second.weight, second.state, second.shares), strict=True
    ):
        np.testing.assert_array_equal(ours, again)


@pytest.mark.parametrize("name", registries.CELLS)
def test_a_sequence_s_states_do_not_depend_on_the_sequences_beside_it(name):
    together = Problem(name, Case(steps=6, hidden=9, inputs=2, batch=21), precision="float32")
    last = together.forward()
    for sequence in (0, 7, 16, 20):
        alone = Problem(name, Case(steps=6, hidden=9, inputs=2, batch=1), precision="float32")
        alone.weight, alone.x = together.weight, together.x[..., sequence : sequence + 1]
        np.testing.assert_array_equal(alone.forward()[:, 0], last[:, sequence])


def test_hidden_gradient_does_not_depend_on_how_often_a_sequence_is_repeated_in_the_batch():
    one, many = (Problem("tanh", Case(steps=5, hidden=4, inputs=3, batch=batch)) for batch in (1, 19))
    many.weight, many.x = one.weight, np.repeat(one.x, 19, axis=2)
    many.gradient = np.repeat(one.gradient, 19, axis=1) / 19  # the loss is the mean over the batch
    np.testing.assert_allclose(many.run().hidden, one.run().hidden, rtol=1e-12)


def test_widest_networks_too():
    problem = Problem("gru", Case(steps=2, hidden=512, inputs=3, batch=2), precision="float32")
    assert_close(problem.run().weight, problem.reference().weight[0], "float32")


@pytest.mark.parametrize(("axis", "shape"), [("row", (5, 7)), ("column", (4, 6))])
def test_a_weight_that_does_not_fit_is_refused_by_the_name_of_its_axis(axis, shape):
    problem = Problem("tanh", Case(steps=2, hidden=4, inputs=2, batch=3))
    problem.forward()
    with pytest.raises(ShapeError, match=f"axis '{axis}' of the weight must have size"):
        problem.passes.forward(np.zeros(shape))


@pytest.mark.parametrize(("axis", "shape"), [("time", (3, 2, 3)), ("feature", (2, 1, 3)), ("batch", (2, 2, 4))])
def test_inputs_that_do_not_fit_are_refused_by_the_name_of_their_axis(axis, shape):
    problem = Problem("tanh", Case(steps=2, hidden=4, inputs=2, batch=3))
    with pytest.raises(ShapeError, match=f"axis '{axis}' of the inputs must have size"):
        problem.passes.load(np.zeros(shape))


@pytest.mark.parametrize(("axis", "shape"), [("feature", (5, 3)), ("batch", (4, 1)), ("axes", (1, 4, 3))])
def test_an_output_gradient_that_does_not_fit_is_refused_by_the_name_of_its_axis(axis, shape):
    problem = Problem("tanh", Case(steps=2, hidden=4, inputs=2, batch=3))
    problem.gradient = np.zeros(shape)
    with pytest.raises(ShapeError, match=axis):
        problem.run()


@pytest.mark.parametrize("axis", ["steps", "hidden", "inputs", "batch"])
def test_an_axis_without_elements_is_refused_by_name(axis):
    sizes = {"steps": 2, "hidden": 3, "inputs": 2, "batch": 4} | {axis: 0}
    name = {"steps": "time", "inputs": "input"}.get(axis, axis)
    with pytest.raises(ShapeError, match=f"axis '{name}' of a pass must have at least 1 element, got 0"):
        Passes(Tanh(), **sizes)


def test_a_precision_that_is_no_float_of_these_is_refused():
    with pytest.raises(ValueError, match="precision must be float32 or float64, got 'float16'"):
        Passes(Tanh(), steps=2, hidden=3, inputs=2, batch=4, precision="float16")


@pytest.mark.parametrize("window", [0, -1, True])
def test_a_window_that_is_no_number_of_steps_is_refused(window):
    with pytest.raises(ValueError, match=f"window must be at least 1 step, a whole number, got {window}"):
        Problem("tanh", SMALLEST).run(window=window)


@pytest.mark.parametrize("start", [(np.zeros((4, 3)),), (np.zeros((4, 3)), np.zeros((1, 3)))])
def test_first_states_of_another_number_or_shape_are_refused(start):
    problem = Problem("lstm", Case(steps=2, hidden=4, inputs=2, batch=3))
    problem.forward()
    with pytest.raises(ShapeError, match=r"start must be a tuple of 2 states|axis 'feature' of the start state"):
        problem.passes.forward(problem.weight, start)


def test_calls_out_of_order_are_refused():
    passes = Passes(Tanh(), steps=2, hidden=3, inputs=2, batch=4)
    with pytest.raises(ValueError, match="sequences must be loaded before a forward pass"):
        passes.forward(np.zeros((3, 6)))
    passes.load(np.zeros((2, 2, 4)))
    passes.forward(np.zeros((3, 6)))
    passes.load(np.ones((2, 2, 4)))
    with pytest.raises(ValueError, match="must follow a forward pass over the same sequences"):
        passes.backward(np.zeros((3, 4)))


@pytest.mark.parametrize("name", ["gru", "ind-rnn"])
def test_entries_that_are_not_trained_count_as_zero_and_have_no_gradient_even_where_others_are_nan(name):
    problem = Problem(name, Case(steps=3, hidden=4, inputs=2, batch=3))
    expected = problem.run()
    problem.weight = np.where(problem.layout.free, problem.weight, 7.0)
    found = problem.run()
    np.testing.assert_array_equal(found.weight, expected.weight)
    problem.x[:] = np.nan
    assert (problem.run().weight[~problem.layout.free] == 0).all()


def test_a_tiny_impulse_is_passed_on_to_the_last_digit_by_a_network_that_halves_it():
    problem = Problem("tanh", Case(steps=40, hidden=2, inputs=1, batch=1), precision="float32")
    problem.weight[:] = 0
    problem.weight[:, :2], problem.weight[:, 2] = 0.5 * np.eye(2), 1.0
    problem.x[:] = 0
    problem.x[0] = 1e-6
    np.testing.assert_allclose(problem.forward(), 1e-6 * 0.5**39, rtol=1e-5)
