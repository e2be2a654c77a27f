from typing import NamedTuple

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import Tensor

from gradient_horizon import registries
from gradient_horizon.engine.passes import backward, forward, make_tape
from gradient_horizon.errors import ShapeError

TORCH_LAYERS = {
    "tanh": lambda inputs, hidden: torch.nn.RNN(inputs, hidden),
    "relu": lambda inputs, hidden: torch.nn.RNN(inputs, hidden, nonlinearity="relu"),
    "gru": torch.nn.GRU,
    "lstm": torch.nn.LSTM,
}
TORCH_STEPS = {"tanh": torch.rnn_tanh_cell, "relu": torch.rnn_relu_cell, "gru": torch.gru_cell, "lstm": torch.lstm_cell}
CELLS = tuple(TORCH_LAYERS)


class Case(NamedTuple):
    steps: int
    networks: int
    hidden: int
    inputs: int
    batch: int


SHAPES = st.builds(
    Case,
    steps=st.integers(1, 7),
    networks=st.integers(1, 3),
    hidden=st.integers(1, 9),
    inputs=st.integers(1, 5),
    batch=st.integers(1, 5),
)
SMALLEST, ODD = Case(1, 1, 1, 1, 1), Case(5, 3, 7, 3, 1)
quick = settings(max_examples=25, deadline=None, derandomize=True)


class Problem:
    """Random weights, inputs and output gradients of a cell, in our layout."""

    def __init__(self, name: str, case: Case, *, every_step: bool = False, dtype: torch.dtype = torch.float64):
        draw = torch.Generator().manual_seed(sum(case))
        self.name, self.case = name, case
        self.cell = registries.load(registries.CELLS, "cell", name)()
        layout = self.cell.layout(case.hidden, case.inputs)
        scale = 1.5 * case.hidden**-0.5
        self.weight = scale * torch.randn(case.networks, *layout.shape, generator=draw, dtype=dtype)
        self.free = None if layout.free is None else torch.from_numpy(layout.free).to(dtype)
        if self.free is not None:
            self.weight *= self.free
        self.x = torch.randn(case.steps, case.networks, case.inputs, case.batch, generator=draw, dtype=dtype)
        shape = (case.networks, case.hidden, case.batch)
        self.output_gradient = torch.randn(*([case.steps] if every_step else []), *shape, generator=draw, dtype=dtype)
        self.tape = make_tape(self.cell, **case._asdict(), dtype=dtype)

    def run(self, **options):
        self.tape.inputs.copy_(self.x)
        forward(self.cell, self.weight, self.tape)
        return backward(self.cell, self.weight, self.tape, self.output_gradient, free=self.free, **options)

    def reference(self, network: int, *, window: int | None = None) -> "Reference":
        """Autograd over a plain loop of torch's own steps, with a copy of the weight for each step."""
        copies = [self.weight[network].clone().requires_grad_() for _ in range(self.case.steps)]
        h = torch.zeros(self.case.batch, self.case.hidden, dtype=self.weight.dtype)
        c, states = torch.zeros_like(h), []
        for t, copy in enumerate(copies):
            if window is not None and (self.case.steps - t) % window == 0:
                h, c = h.detach(), c.detach()
            parts = torch_parameters(self.name, copy, self.case.hidden)
            if self.name == "lstm":
                h, c = torch.lstm_cell(self.x[t, network].T, (h, c), *parts)
            else:
                h = TORCH_STEPS[self.name](self.x[t, network].T, h, *parts)
            if h.requires_grad:
                h.retain_grad()
            states.append(h)
        if self.output_gradient.ndim == 4:
            loss = sum((g[network].T * h).sum() for g, h in zip(self.output_gradient, states, strict=True))
        else:
            loss = (self.output_gradient[network].T * states[-1]).sum()
        loss.backward()
        return Reference(
            outputs=torch.stack([h.detach().T for h in states]),
            hidden=torch.stack([or_zero(h.grad, h).norm(dim=1).sum() for h in states]),
            per_step=torch.stack([or_zero(copy.grad, copy) for copy in copies]),
        )


class Reference(NamedTuple):
    outputs: Tensor
    hidden: Tensor
    per_step: Tensor


def or_zero(gradient: Tensor | None, like: Tensor) -> Tensor:
    return torch.zeros_like(like) if gradient is None else gradient


def torch_parameters(name: str, weight: Tensor, hidden: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Our weight [blocks; h x 1] as torch's weight_ih, weight_hh, bias_ih, bias_hh."""
    if name == "lstm":  # ours i, f, o, g; torch's i, f, g, o
        i, f, o, g = weight.split(hidden)
        weight = torch.cat([i, f, g, o])
    recurrent, inputs, bias = weight[:, :hidden], weight[:, hidden:-1], weight[:, -1]
    if name == "gru":  # ours r, z, W h + b', U x + b; torch's r, z, n
        sees_x = torch.cat([torch.arange(2 * hidden), torch.arange(3 * hidden, 4 * hidden)])
        second = torch.cat([torch.zeros_like(bias[: 2 * hidden]), bias[2 * hidden : 3 * hidden]])
        return inputs[sees_x], recurrent[: 3 * hidden], bias[sees_x], second
    return inputs, recurrent, 0.25 * bias, 0.75 * bias


def run_torch_layer(problem: Problem, network: int) -> tuple[Tensor, Tensor]:
    """Outputs [time feature batch] of torch's own layer and the gradient of our weight."""
    weight = problem.weight[network].clone().requires_grad_()
    layer = TORCH_LAYERS[problem.name](problem.case.inputs, problem.case.hidden).to(weight.dtype)
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    parameters = dict(zip(names, torch_parameters(problem.name, weight, problem.case.hidden), strict=True))
    outputs, _ = torch.func.functional_call(layer, parameters, (problem.x[:, network].transpose(1, 2),))
    outputs = outputs.transpose(1, 2)
    gradient = problem.output_gradient
    (
        (gradient[:, network] * outputs).sum() if gradient.ndim == 4 else (gradient[network] * outputs[-1]).sum()
    ).backward()
    return outputs.detach(), weight.grad


def assert_equals_torch_layer(problem: Problem, tolerance: float) -> None:
    back = problem.run()
    for network in range(problem.case.networks):
        outputs, gradient = run_torch_layer(problem, network)
        ours = torch.stack([h[network] for h in problem.tape.h[1:]])
        torch.testing.assert_close(ours, outputs, rtol=tolerance, atol=tolerance)
        torch.testing.assert_close(back.weight[network], gradient, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", CELLS)
@quick
@given(case=SHAPES, every_step=st.booleans())
@example(case=SMALLEST, every_step=False)
@example(case=ODD, every_step=True)
def test_states_and_weight_gradient_equal_those_of_torch_layers_in_float64(name, case, every_step):
    assert_equals_torch_layer(Problem(name, case, every_step=every_step), 1e-10)


@pytest.mark.parametrize("name", CELLS)
@quick
@given(case=SHAPES, every_step=st.booleans())
@example(case=SMALLEST, every_step=False)
@example(case=ODD, every_step=True)
@example(case=Case(steps=10, networks=2, hidden=16, inputs=4, batch=8), every_step=True)
def test_states_and_weight_gradient_equal_those_of_torch_layers_in_float32(name, case, every_step):
    assert_equals_torch_layer(Problem(name, case, every_step=every_step, dtype=torch.float32), 1e-5)


@pytest.mark.parametrize("name", CELLS)
@quick
@given(case=SHAPES, every_step=st.booleans())
@example(case=SMALLEST, every_step=False)
@example(case=ODD, every_step=True)
def test_hidden_gradients_are_the_norms_that_autograd_retains_at_every_step(name, case, every_step):
    problem = Problem(name, case, every_step=every_step)
    hidden = problem.run().hidden
    for network in range(case.networks):
        torch.testing.assert_close(hidden[:, network], problem.reference(network).hidden, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", CELLS)
@quick
@given(case=SHAPES, every_step=st.booleans())
@example(case=SMALLEST, every_step=False)
@example(case=ODD, every_step=True)
def test_shares_are_the_gradients_of_a_copy_of_the_weight_per_step_and_add_up_to_the_whole(name, case, every_step):
    problem = Problem(name, case, every_step=every_step)
    back, plain = problem.run(shares=True), problem.run()
    assert plain.shares is None
    for network in range(case.networks):
        per_step = problem.reference(network).per_step
        torch.testing.assert_close(back.shares[:, network], per_step.norm(dim=(1, 2)), rtol=1e-10, atol=1e-10)
        torch.testing.assert_close(back.weight[network], per_step.sum(0), rtol=1e-10, atol=1e-10)
        torch.testing.assert_close(plain.weight[network], per_step.sum(0), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", CELLS)
@quick
@given(case=SHAPES, window=st.integers(1, 8), every_step=st.booleans())
@example(case=ODD, window=1, every_step=False)
@example(case=ODD, window=2, every_step=True)
def test_window_equals_autograd_with_states_detached_where_it_cuts(name, case, window, every_step):
    problem = Problem(name, case, every_step=every_step)
    back = problem.run(window=window, shares=True)
    for network in range(case.networks):
        expected = problem.reference(network, window=window)
        torch.testing.assert_close(back.weight[network], expected.per_step.sum(0), rtol=1e-10, atol=1e-10)
        torch.testing.assert_close(back.hidden[:, network], expected.hidden, rtol=1e-10, atol=1e-10)
        torch.testing.assert_close(back.shares[:, network], expected.per_step.norm(dim=(1, 2)), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", registries.CELLS)
def test_nothing_comes_from_beyond_the_window(name):
    case = Case(steps=9, networks=2, hidden=5, inputs=3, batch=4)
    problem = Problem(name, case)
    back = problem.run(window=3, shares=True)
    assert (back.shares[:6] == 0).all()
    assert (back.hidden[:6] == 0).all()
    assert (back.shares[6:] > 0).all()
    assert (back.hidden[6:] > 0).all()


@pytest.mark.parametrize("name", registries.CELLS)
def test_window_of_one_step_leaves_the_share_of_the_last_step_as_the_whole_gradient(name):
    problem = Problem(name, Case(steps=4, networks=2, hidden=5, inputs=3, batch=1))
    back = problem.run(window=1, shares=True)
    torch.testing.assert_close(back.shares[-1], back.weight.norm(dim=(1, 2)), rtol=1e-12, atol=0)
    assert (back.shares[-1] > 0).all()


@pytest.mark.parametrize("name", registries.CELLS)
def test_window_as_long_as_the_sequence_changes_nothing(name):
    problem = Problem(name, Case(steps=4, networks=2, hidden=5, inputs=3, batch=3))
    whole, windowed = problem.run(), problem.run(window=4)
    assert torch.equal(whole.weight, windowed.weight)
    assert torch.equal(whole.hidden, windowed.hidden)


@pytest.mark.parametrize("w", [-1.5, -0.9, 0.5, 1.0, 1.1])
def test_scalar_linear_cell_has_hidden_gradient_of_modulus_w_to_the_lag(w):
    problem = Problem("linear", Case(steps=20, networks=1, hidden=1, inputs=1, batch=2))
    problem.weight[:, 0, 0] = w
    problem.output_gradient = torch.full((1, 1, 2), 0.5, dtype=torch.float64)  # dL/dh = 1 in each sequence
    hidden = problem.run().hidden[:, 0]
    lag = 19 - torch.arange(20, dtype=torch.float64)
    torch.testing.assert_close(hidden, abs(w) ** lag, rtol=1e-12, atol=0)


def test_linear_cell_state_is_the_geometric_sum_of_its_inputs():
    problem = Problem("linear", Case(steps=6, networks=1, hidden=1, inputs=1, batch=1))
    problem.weight[0] = torch.tensor([[0.5, 2.0, 0.0]])
    problem.run()
    expected = sum(0.5 ** (5 - t) * 2 * problem.x[t] for t in range(6))
    torch.testing.assert_close(problem.tape.h[-1], expected, rtol=1e-12, atol=0)


@pytest.mark.parametrize("name", registries.CELLS)
def test_second_pass_over_a_used_tape_gives_the_same_numbers(name):
    problem = Problem(name, Case(steps=5, networks=2, hidden=4, inputs=3, batch=3), every_step=True)
    first, second = problem.run(shares=True), problem.run(shares=True)
    assert torch.equal(first.weight, second.weight)
    assert torch.equal(first.hidden, second.hidden)
    assert torch.equal(first.shares, second.shares)


def test_hidden_gradient_does_not_depend_on_how_often_a_sequence_is_repeated_in_the_batch():
    one = Problem("tanh", Case(steps=5, networks=2, hidden=4, inputs=3, batch=1))
    three = Problem("tanh", Case(steps=5, networks=2, hidden=4, inputs=3, batch=3))
    three.weight, three.x = one.weight, one.x.expand(5, 2, 3, 3)
    three.output_gradient = one.output_gradient.expand(2, 4, 3) / 3  # the loss is the mean over the batch
    torch.testing.assert_close(three.run().hidden, one.run().hidden, rtol=1e-12, atol=0)


@pytest.mark.parametrize(("axis", "shape"), [("network", (3, 4, 7)), ("row", (2, 5, 7)), ("column", (2, 4, 6))])
def test_weight_that_does_not_fit_is_refused_by_the_name_of_its_axis(axis, shape):
    problem = Problem("tanh", Case(steps=2, networks=2, hidden=4, inputs=2, batch=3))
    with pytest.raises(ShapeError, match=f"axis '{axis}' of the weight must have size"):
        forward(problem.cell, torch.zeros(shape, dtype=torch.float64), problem.tape)


@pytest.mark.parametrize("name", ["linear", "tanh", "relu"])
def test_flow_penalty_is_the_immediate_gradient_of_pascanu_s_regulariser(name):
    problem = Problem(name, Case(steps=6, networks=2, hidden=5, inputs=3, batch=4))
    with_penalty, without = problem.run(flow_penalty=0.7), problem.run()
    hidden = problem.case.hidden
    for network in range(2):
        recurrent = problem.weight[network, :, :hidden].clone().requires_grad_()
        omega = torch.zeros((), dtype=torch.float64)
        by_h = problem.output_gradient[network]
        for t in reversed(range(problem.case.steps)):
            h = problem.tape.h[t + 1][network]
            slope = {"linear": torch.ones_like(h), "tanh": 1 - h * h, "relu": (h > 0).double()}[name]
            by_pre = (by_h * slope).detach()
            before = recurrent.T @ by_pre
            flows = (by_h != 0).any(0) & (before != 0).any(0)
            ratio = before[:, flows].norm(dim=0) / by_h[:, flows].norm(dim=0)
            omega = omega + (ratio - 1).square().sum() / problem.case.batch
            by_h = before.detach()
        omega.backward()
        difference = (with_penalty.weight - without.weight)[network]
        torch.testing.assert_close(difference[:, :hidden], 0.7 * recurrent.grad, rtol=1e-9, atol=1e-9)
        assert (difference[:, hidden:] == 0).all()


def test_flow_penalty_of_a_gradient_that_is_zero_is_no_nan():
    problem = Problem("relu", Case(steps=4, networks=1, hidden=3, inputs=2, batch=2))
    problem.weight[:] = -1.0
    problem.x[:] = 1.0
    assert (problem.run(flow_penalty=1.0).weight == 0).all()


@pytest.mark.parametrize(
    ("axis", "size"),
    [("time", {"steps": 0}), ("hidden", {"hidden": 0}), ("input", {"inputs": 0}), ("batch", {"batch": 0})],
)
def test_an_axis_without_elements_is_refused_by_name(axis, size):
    sizes = {"steps": 2, "networks": 1, "hidden": 3, "inputs": 2, "batch": 4} | size
    with pytest.raises(ShapeError, match=f"axis '{axis}' of the tape must have at least 1 element, got 0"):
        make_tape(registries.load(registries.CELLS, "cell", "tanh")(), **sizes)


def test_a_dtype_that_is_no_float_is_refused():
    cell = registries.load(registries.CELLS, "cell", "tanh")()
    with pytest.raises(ValueError, match=r"dtype must be torch\.float32 or torch\.float64, got torch\.float16"):
        make_tape(cell, steps=2, networks=1, hidden=3, inputs=2, batch=4, dtype=torch.float16)


def test_a_window_of_no_step_is_refused():
    problem = Problem("tanh", SMALLEST)
    with pytest.raises(ValueError, match="window must be at least 1 step, got 0"):
        problem.run(window=0)


@pytest.mark.parametrize("name", ["tanh", "gru", "lstm"])
def test_gradients_of_the_full_state_are_autograd_s_from_that_state_on(name):
    problem = Problem(name, Case(steps=5, networks=2, hidden=4, inputs=3, batch=3))
    back = problem.run(full_state=True)
    tape, cell = problem.tape, problem.cell
    for t in range(4):
        states = tuple(s.clone().requires_grad_() for s in (tape.h[t + 1], *(carry[t + 1] for carry in tape.carry)))
        now = states
        for later in range(t + 1, 5):
            seen = torch.cat([now[0], tape.step[later][:, problem.case.hidden :]], dim=1)
            now = cell.step(tuple(torch.bmm(problem.weight, seen).split(4, dim=1)), now)
        (now[0] * problem.output_gradient).sum().backward()
        torch.testing.assert_close(back.hidden[t], states[0].grad.norm(dim=1).sum(1), rtol=1e-10, atol=1e-12)
        expected = states[1].grad.norm(dim=1).sum(1) if cell.carries else torch.zeros(2, dtype=torch.float64)
        torch.testing.assert_close(back.carried[t], expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("axis", "shape"),
    [("feature", (2, 5, 3)), ("batch", (2, 4, 1)), ("time", (1, 2, 4, 3))],
)
def test_an_output_gradient_that_does_not_fit_is_refused_by_the_name_of_its_axis(axis, shape):
    problem = Problem("tanh", Case(steps=2, networks=2, hidden=4, inputs=2, batch=3))
    problem.output_gradient = torch.zeros(shape, dtype=torch.float64)
    with pytest.raises(ShapeError, match=f"axis '{axis}' of the output's gradient must have size"):
        problem.run()
