"""JAX's forward and backward pass of several networks, in the fastest of several forms.

A form says how often the loop over time is unrolled, and how the weights' gradients arise. Either JAX differentiates
the whole scan, and adds to them at every step; or it differentiates with respect to the pre-activations only, and the
gradients are one product over all steps. The product with the inputs is taken out of the scan in both.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.nn import sigmoid
from peers import Peer, torch_layers
from problem import Problem, Size
from timing import fastest

VMAP, ONE_BY_ONE = "JAX vmap", "JAX one by one"
UNROLLED = (1, 2, 4)
NAMES = {"input": "weight_ih_l0", "recurrent": "weight_hh_l0", "first": "bias_ih_l0", "second": "bias_hh_l0"}


class Form(NamedTuple):
    """Steps that are unrolled, and whether the weights' gradients are one product over all steps."""

    unroll: int
    one_product: bool


def tanh(state: Any, pre: Any, product: Any) -> Any:
    """The next state of the plain recurrent network."""
    return (jnp.tanh(pre + product),)


def gru(state: Any, pre: Any, product: Any) -> Any:
    """The next state of the GRU, as torch.nn's; the product has the second bias in it."""
    (h,), two = state, 2 * state[0].shape[1]
    r, z = jnp.split(sigmoid(pre[:, :two] + product[:, :two]), 2, axis=1)
    n = jnp.tanh(pre[:, two:] + r * product[:, two:])
    return ((1 - z) * n + z * h,)


def lstm(state: Any, pre: Any, product: Any) -> Any:
    """The next states of the LSTM, as torch.nn's."""
    i, f, g, o = jnp.split(pre + product, 4, axis=1)
    c = sigmoid(f) * state[1] + sigmoid(i) * jnp.tanh(g)
    return (sigmoid(o) * jnp.tanh(c), c)


CELLS = {"tanh": tanh, "gru": gru, "lstm": lstm}


def gradient(size: Size, form: Form) -> Callable[[Any, Any], Any]:
    """The gradient of sum(h_T^2) with respect to the parameters of one network, given its inputs [time batch feature].

    Matrices of parameters stand as they are multiplied from the right: [feature row], [unit row].
    """
    cell = CELLS[size.cell]
    start = tuple(jnp.zeros((size.batch, size.hidden)) for _ in range(2 if size.cell == "lstm" else 1))

    def last(pre: Any, weight: Any, shift: Any) -> Any:
        def step(state: Any, given: Any) -> Any:
            at, moved = given
            product = state[0] @ weight["recurrent"] + weight.get("second", 0)
            return cell(state, at, product if moved is None else product + moved), state[0]

        state, before = jax.lax.scan(step, start, (pre, shift), unroll=form.unroll)
        return (state[0] ** 2).sum(), before

    def differentiated(weight: Any, x: Any) -> Any:
        return jax.grad(lambda weight: last(x @ weight["input"] + weight["first"], weight, None)[0])(weight)

    def with_one_product(weight: Any, x: Any) -> Any:
        pre = x @ weight["input"] + weight["first"]
        if size.cell == "gru":
            shift = jnp.zeros_like(pre)
            (by_pre, by_product), before = jax.grad(lambda given: last(given[0], weight, given[1]), has_aux=True)(
                (pre, shift)
            )
        else:
            by_pre, before = jax.grad(lambda pre: last(pre, weight, None), has_aux=True)(pre)
            by_product = by_pre
        by_pre, by_product, before, x = (a.reshape(-1, a.shape[-1]) for a in (by_pre, by_product, before, x))
        found = {"input": x.T @ by_pre, "recurrent": before.T @ by_product, "first": by_pre.sum(0)}
        return found | ({"second": by_product.sum(0)} if size.cell == "gru" else {})

    return with_one_product if form.one_product else differentiated


def parameters(problem: Problem) -> list[dict[str, Any]]:
    """Of every network, those of torch's layer."""
    names = [key for key in NAMES if key != "second" or problem.size.cell == "gru"]
    layers = torch_layers(problem)
    return [
        {key: jnp.asarray(getattr(layer, NAMES[key]).detach().numpy().T.copy()) for key in names} for layer in layers
    ]


def vmap(problem: Problem, form: Form) -> Peer:
    """All networks in one call."""
    call = jax.jit(jax.vmap(gradient(problem.size, form)))
    weights = jax.tree.map(lambda *parts: jnp.stack(parts), *parameters(problem))
    inputs = jnp.asarray(problem.inputs.transpose(0, 1, 3, 2))

    def run() -> np.ndarray:
        found = jax.tree.map(np.asarray, jax.block_until_ready(call(weights, inputs)))
        return np.array([_norm({key: of[n] for key, of in found.items()}) for n in range(problem.size.seeds)])

    return run


def one_by_one(problem: Problem, form: Form) -> Peer:
    """A call for every network; all are under way before the first is waited for."""
    call, weights = jax.jit(gradient(problem.size, form)), parameters(problem)
    inputs = [jnp.asarray(x) for x in problem.inputs.transpose(0, 1, 3, 2)]

    def run() -> np.ndarray:
        found = jax.block_until_ready([call(weight, x) for weight, x in zip(weights, inputs, strict=True)])
        return np.array([_norm(jax.tree.map(np.asarray, of)) for of in found])

    return run


PEERS: dict[str, Callable[[Problem, Form], Peer]] = {VMAP: vmap, ONE_BY_ONE: one_by_one}


def best_form(name: str, problem: Problem) -> tuple[Form, Peer]:
    """The fastest form of a peer for this size: first how gradients arise, then how much is unrolled."""
    make = PEERS[name]
    calls = {form: make(problem, form) for form in (Form(1, False), Form(1, True))}
    one_product = fastest(calls).one_product
    calls |= {form: make(problem, form) for form in (Form(unroll, one_product) for unroll in UNROLLED[1:])}
    form = fastest(calls)
    return form, calls[form]


def _norm(found: dict[str, np.ndarray]) -> float:
    """The norm of a network's gradient, each bias counted once; the GRU's second where it is not added to the first."""
    squares = sum(np.square(found[key]).sum() for key in ("input", "recurrent", "first"))
    if "second" in found:
        squares += np.square(found["second"][2 * len(found["second"]) // 3 :]).sum()
    return float(np.sqrt(squares))
