import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gradient_horizon import registries
from gradient_horizon.engine.cell import Block, Cell, Parameter
from gradient_horizon.engine.equations import trace
from gradient_horizon.engine.expression import FUNCTIONS
from gradient_horizon.engine.functions import absolute, exp, log, maximum, minimum, relu, sigmoid, sqrt, tanh, where
from gradient_horizon.engine.kernels_of import write_module
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.make_passes import make_passes
from gradient_horizon.engine.passes import Passes
from gradient_horizon.engine.reference import differentiate
from gradient_horizon.errors import EquationError, ShapeError

BLOCKS = (Block("a"), Block("b"))


def cell_of(step, *, name="Own", blocks=BLOCKS, **attributes) -> Cell:
    return type(name, (Cell,), {"blocks": blocks, "step": step, **attributes})()


def random_step(draw):
    """A step that is made of the functions that are legal, drawn one by one."""

    def step(self, a, b, h):
        values = [a, b, h]
        for operation, first, second in draw:
            x, y = values[first % len(values)], values[second % len(values)]
            values.append(OPERATIONS[operation](x, y))
        return tanh(values[-1] + 0.25 * values[-2])

    return step


OPERATIONS = {  # with shifts where the slope at 0, which h is at first, is not autograd's
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - 0.5 * y,
    "multiply": lambda x, y: tanh(x) * y,
    "divide": lambda x, y: x / (1.5 + sigmoid(y)),
    "negative": lambda x, y: -x,
    "power": lambda x, y: tanh(x) ** 3 + y,
    "sigmoid": lambda x, y: sigmoid(x + y),
    "tanh": lambda x, y: tanh(x - y),
    "relu": lambda x, y: relu(x) - relu(-y),
    "exp": lambda x, y: exp(-(x * x)) * y,
    "log": lambda x, y: log(0.5 + x * x) + y,
    "sqrt": lambda x, y: sqrt(1 + x * x) - y,
    "abs": lambda x, y: absolute(x + 0.1) + y,
    "maximum": lambda x, y: maximum(x, y - 0.1),
    "minimum": lambda x, y: minimum(x, 0.5),
    "where": lambda x, y: where(x < y, x, 2 * y),
    "greater": lambda x, y: where(x > 0, y, 1),
    "constant": lambda x, y: 1 - 2 * x + y,
}
LINES = st.lists(
    st.tuples(st.sampled_from(sorted(OPERATIONS)), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6
)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(lines=LINES)
def test_any_step_of_legal_functions_runs_compiled_as_by_autograd(lines):
    cell = cell_of(random_step(lines))
    draw = np.random.default_rng(len(lines))
    weight = draw.standard_normal(Layout(cell, 3, 2).shape)
    x, gradient = draw.standard_normal((4, 2, 5)), draw.standard_normal((3, 5))
    passes = Passes(cell, steps=4, hidden=3, inputs=2, batch=5, precision="float64")
    passes.load(x)
    passes.forward(weight)
    found = passes.backward(gradient)
    expected = differentiate(
        cell, torch.from_numpy(weight)[None], torch.from_numpy(x)[:, None], torch.from_numpy(gradient)[None]
    )
    scale = 1 + expected.weight.abs().max().item()
    np.testing.assert_allclose(passes.states()[0], expected.states[0][:, 0], rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(found.weight, expected.weight[0], rtol=0, atol=1e-10 * scale)
    np.testing.assert_allclose(found.state, expected.state[0], rtol=1e-8, atol=1e-10 * scale)


def test_every_function_of_one_argument_is_tried_by_that_test():
    assert set(FUNCTIONS) <= set(OPERATIONS)


def test_what_a_symbol_is_called_decides_nothing():
    named = cell_of(lambda self, a, b, h: sigmoid(a) * h + (1 - sigmoid(a)) * tanh(b))
    renamed = cell_of(
        lambda self, z, y, h: sigmoid(z) * h + (1 - sigmoid(z)) * tanh(y), blocks=(Block("z"), Block("y"))
    )
    first, second = (str(write_module(cell, trace(cell), "float32", 16)) for cell in (named, renamed))
    assert first == second


def test_the_order_of_a_sum_is_the_one_that_is_written():
    left = cell_of(lambda self, a, b, h: (a + b) + h)
    right = cell_of(lambda self, a, b, h: a + (b + h))
    x = np.full((1, 1, 1), 1.0, dtype=np.float32)
    lasts = []
    for cell in (left, right):
        passes = Passes(cell, steps=1, hidden=1, inputs=1, batch=1)
        passes.load(x)
        weight = np.array([[0, 1e8, 0], [0, -1e8, 0]], dtype=np.float32)
        lasts.append(passes.forward(weight, (np.array([[1.0]], dtype=np.float32),)).item())
    assert lasts == [1.0, 0.0]


def test_values_that_a_state_holds_are_not_saved_again():
    saved = {name: len(trace(registries.load(registries.CELLS, "cell", name)()).saved) for name in ("tanh", "linear")}
    assert saved == {"tanh": 0, "linear": 0}
    assert len(trace(registries.load(registries.CELLS, "cell", "lstm")()).saved) == 5  # four gates and tanh(c)


REFUSED = {
    "an unknown function": (lambda self, a, b, h: a.cosh() + b + h, "got 'cosh'"),
    "another number of states": (lambda self, a, b, h: (a, b), r"as many values as it has states \(h\), got 2 values"),
    "an undeclared block": (lambda self, a, b, q, h: a, r"\(a, b, h\), got 'q'"),
    "a block that is not taken": (lambda self, a, h: a, "takes a, b, h, got one without 'b'"),
    "a branch": (lambda self, a, b, h: a if a > 0 else b, "must not branch on a symbol"),
    "a value that is no symbol": (lambda self, a, b, h: "text", "must return symbols, got str for 'h'"),
    "numbers of another kind": (lambda self, a, b, h: a + np.ones(3), "symbols and numbers only"),
    "units that are mixed": (lambda self, a, b, h: a - a.mean(1), "mixes_units = True|got 'mean'"),
    "a fractional power": (lambda self, a, b, h: a**0.5, "whole powers from 1 to 8, got 0.5"),
    "a choice by no comparison": (lambda self, a, b, h: where(a, b, h), "choose by a comparison"),
    "a comparison as a state": (lambda self, a, b, h: a > 0, "comparison as the condition of `where` only"),
    "a comparison as a number": (lambda self, a, b, h: (a > 0) * h, "comparison as the condition of `where` only"),
    "two numbers to choose between": (lambda self, a, b, h: where(a > 0, 1.0, 0.0), "at most one is a number"),
    "torch on something else": (lambda self, a, b, h: torch.add(torch.ones(1), a), "torch.add of Tensor"),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_a_step_that_cannot_be_compiled_is_refused_with_cell_culprit_and_what_is_legal(fault):
    step, message = REFUSED[fault]
    with pytest.raises(EquationError, match=message) as error:
        trace(cell_of(step))
    assert str(error.value).startswith("cell 'Own' must")


def test_names_that_clash_are_refused():
    with pytest.raises(EquationError, match="different names for blocks, states and parameters, got 'h' twice"):
        trace(cell_of(lambda self, h: h, blocks=(Block("h"),)))


DECLARATIONS = {
    "a block that stands alone": ({"blocks": (Block("a"))}, "must give blocks as a tuple of Block"),
    "no block": ({"blocks": ()}, "must have at least one block"),
    "a state that is no tuple": ({"state": "h"}, "must give state as a tuple of str"),
    "another first state": ({"state": ("c", "h")}, "must have h as its first state"),
    "two gates that keep": ({"blocks": (Block("a", gate="keep"), Block("b", gate="keep"))}, "got two that keep"),
}


@pytest.mark.parametrize("fault", DECLARATIONS)
def test_a_faulty_declaration_is_refused_by_its_name(fault):
    declared, message = DECLARATIONS[fault]
    with pytest.raises(EquationError, match=message) as error:
        trace(cell_of(lambda self, a, b, h: a + b + h, **declared))
    assert str(error.value).startswith("cell 'Own' must")


LSTM_OF_ONE = "Passes(LSTM(), steps=1, hidden=1, inputs=1, batch=1)"


def refusal(line):
    """The last line of what Python says to this line, without the checks of types that tests switch on."""
    imports = "from gradient_horizon.engine.cell import *; from gradient_horizon.engine.passes import Passes"
    cells = "import numpy as np; from gradient_horizon.cells.lstm import LSTM"
    done = subprocess.run(
        [sys.executable, "-c", f"{imports}; {cells}; {line}"], capture_output=True, text=True, check=False
    )
    return done.stderr.splitlines()[-1].partition("Error: ")[2]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "Block('a', sees='x and h')",
            "block 'a' must have a sees of 'h and x', 'states and x', 'h', 'x', 'nothing', got 'x and h'",
        ),
        ("Block('a', gate='forget')", "block 'a' must have a gate of None, 'keep', 'write', 'show', got 'forget'"),
        ("Parameter('u', 2, 1)", "parameter 'u' must have low <= high, both finite, got 2, 1"),
        (
            "Passes(LSTM, steps=1, hidden=1, inputs=1, batch=1)",
            "a cell must be an instance of a class made from Cell, got <class 'gradient_horizon.cells.lstm.LSTM'>",
        ),
        (f"{LSTM_OF_ONE}.load([[[1.0]]])", "inputs must be a NumPy array of real numbers, got list"),
        (
            f"{LSTM_OF_ONE}.load(np.ones((1, 1, 1)) * 1j)",
            "inputs must be a NumPy array of real numbers, got complex128",
        ),
        (
            f"p = {LSTM_OF_ONE}; p.load(np.ones((1, 1, 1))); p.forward(np.ones((4, 3)), np.ones((2, 1, 1)))",
            "start must be a tuple of 2 states, got ndarray",
        ),
        (
            f"p = {LSTM_OF_ONE}; p.load(np.ones((1, 1, 1))); p.backward(p.forward(np.ones((4, 3))), window=2.5)",
            "window must be at least 1 step, a whole number, got 2.5",
        ),
    ],
)
def test_words_ranges_and_classes_that_are_not_legal_are_refused_at_once(line, message):
    assert refusal(line) == message


def test_a_cell_that_mixes_units_is_refused_by_compiled_passes():
    with pytest.raises(EquationError, match="cell 'Own' mixes units, so it runs by `make_passes`"):
        Passes(cell_of(lambda self, a, b, h: a, mixes_units=True), steps=1, hidden=1, inputs=1, batch=1)


@pytest.mark.filterwarnings("ignore:cell 'Both' mixes units")
def test_both_paths_refuse_the_same_things():
    sizes = {"steps": 2, "hidden": 3, "inputs": 2, "batch": 4}
    for mixes_units in (False, True):
        cell = cell_of(lambda self, a, b, h: a + b, name="Both", mixes_units=mixes_units)
        with pytest.raises(ValueError, match="precision must be float32 or float64, got 'float16'"):
            make_passes(cell, **sizes, precision="float16")
        passes = make_passes(cell, **sizes, precision="float64", segment=1)
        with pytest.raises(ValueError, match="sequences must be loaded before a forward pass"):
            passes.forward(np.zeros((6, 6)))
        passes.load(np.zeros((2, 2, 4)))
        with pytest.raises(ShapeError, match="axis 'row' of the weight must have size 6, got 3"):
            passes.forward(np.zeros((3, 6)))
        with pytest.raises(ShapeError, match="axis 'feature' of the start state must have size 3, got 1"):
            passes.forward(np.zeros((6, 6)), (np.zeros((1, 4)),))
        with pytest.raises(ValueError, match="must follow a forward pass"):
            passes.backward(np.zeros((3, 4)))
        passes.forward(np.zeros((6, 6)))
        with pytest.raises(ShapeError, match="axis 'batch' of the output's gradient must have size 4, got 5"):
            passes.backward(np.zeros((3, 5)))


def test_nan_passes_through_maximum_minimum_and_products_with_zero():
    for step in (
        lambda self, a, b, h: maximum(a, 0.5),
        lambda self, a, b, h: maximum(0.5, a),
        lambda self, a, b, h: minimum(a, 0.5),
        lambda self, a, b, h: minimum(0.5, a),
        lambda self, a, b, h: a * 0,
    ):
        passes = Passes(cell_of(step), steps=1, hidden=1, inputs=1, batch=2, precision="float64")
        passes.load(np.array([[[np.nan, 0.0]]]))
        last = passes.forward(np.ones((2, 3)))
        assert np.isnan(last[0, 0])
        assert np.isfinite(last[0, 1])


def test_exp_is_zero_and_infinite_beyond_its_range():
    passes = Passes(cell_of(lambda self, a, b, h: exp(a)), steps=1, hidden=1, inputs=1, batch=2, precision="float32")
    passes.load(np.array([[[-1e4, 1e4]]]))
    np.testing.assert_array_equal(passes.forward(np.array([[0, 1, 0], [0, 0, 0.0]]))[0], [0, np.inf])


def test_a_step_of_hundreds_of_operations_compiles():
    def step(self, a, b, h):
        for _ in range(600):
            a = a * 0.5 + b
        return a + h

    passes = Passes(cell_of(step), steps=1, hidden=1, inputs=1, batch=1, precision="float64")
    passes.load(np.zeros((1, 1, 1)))
    assert passes.forward(np.array([[0, 0, 0], [0, 0, 1.0]])).item() == pytest.approx(2)


def test_torch_s_own_functions_are_traced_too():
    by_torch = cell_of(lambda self, a, b, h: torch.sigmoid(a) * h + torch.where(a > 0, torch.tanh(b), h))
    ours = cell_of(lambda self, a, b, h: sigmoid(a) * h + where(a > 0, tanh(b), h))
    assert trace(by_torch).text() == trace(ours).text()


def test_a_cell_that_mixes_units_says_so_once_and_runs_by_autograd():
    def step(self, a, h):
        return torch.tanh(a - a.mean(1, keepdim=True))

    cell = cell_of(step, blocks=(Block("a"),), mixes_units=True)
    with pytest.warns(UserWarning, match="cell 'Own' mixes units, so it runs by automatic differentiation") as said:
        _, passes = (make_passes(cell, steps=3, hidden=4, inputs=2, batch=5, precision="float64") for _ in range(2))
    assert len(said) == 1
    draw = np.random.default_rng(0)
    weight, x = draw.standard_normal(Layout(cell, 4, 2).shape), draw.standard_normal((3, 2, 5))
    passes.load(x)
    passes.forward(weight)
    found = passes.backward(np.ones((4, 5)), shares=True)
    step_size, place = 1e-6, (1, 2)
    losses = []
    for sign in (1, -1):
        moved = weight.copy()
        moved[place] += sign * step_size
        losses.append(passes.forward(moved).sum())
    assert found.weight[place] == pytest.approx((losses[0] - losses[1]) / (2 * step_size), rel=1e-6)
    assert found.shares.shape == found.hidden.shape == (3,)


def test_gates_are_known_by_the_roles_of_the_cell_itself_and_even_where_they_are_the_state():
    def step(self, a, b, h):
        return sigmoid(a)

    kept, shown = (cell_of(step, blocks=(Block("a", gate=role), Block("b"))) for role in ("keep", "show"))
    for cell, role, other in ((kept, "keep", "show"), (shown, "show", "keep")):
        passes = Passes(cell, steps=3, hidden=2, inputs=1, batch=4, precision="float64")
        passes.load(np.random.default_rng(0).standard_normal((3, 1, 4)))
        passes.forward(np.ones(Layout(cell, 2, 1).shape))
        np.testing.assert_array_equal(passes.gate(role), passes.states()[0][1:])
        assert passes.gate(other) is None


def test_a_parameter_of_every_unit_is_a_bias_that_sees_nothing():
    cell = cell_of(lambda self, a, u, h: a + u * h, blocks=(Block("a", sees="x"),), parameters=(Parameter("u", 0, 1),))
    layout = Layout(cell, 3, 2)
    assert layout.parameters == 3 * (2 + 1) + 3
    assert layout.free[layout.rows("u")].sum() == 3
    assert layout.free[layout.rows("u"), 5].all()
