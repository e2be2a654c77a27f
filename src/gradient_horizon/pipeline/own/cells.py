"""Tries a cell of the user's own on one tiny batch in double precision, and holds its gradient against an oracle."""

import copy
import warnings
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from gradient_horizon import registries
from gradient_horizon.engine.any_passes import AnyPasses
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.equations import check_signature, trace
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.make_passes import make_passes
from gradient_horizon.pipeline.own.finding import Finding, is_wrong, ok, remark, said, shown, wrong
from gradient_horizon.pipeline.own.generators import watched
from gradient_horizon.seeding import generator
from gradient_horizon.training.starts import initial_weights

SEQUENCES, STEPS, HIDDEN, INPUTS = 4, 3, 4, 2
TOLERANCE = 1e-6
"""How far a gradient may be from automatic differentiation, relative to the largest entry."""

STEP, OF_DIFFERENCES = 1e-5, 1e-4
"""Of central differences, where automatic differentiation is what is tried: the step, and how far they may be off."""


class _Tried(NamedTuple):
    """What a tiny batch gave: the last h, and the gradient of the sum of its entries times `given`."""

    weight: np.ndarray
    inputs: np.ndarray
    given: np.ndarray
    last: np.ndarray
    gradient: np.ndarray


def cell_findings(made: type[Cell]) -> Iterator[Finding]:
    """What was found of a cell, without any change."""
    try:
        cell = made()
    except (Exception, SystemExit) as error:
        yield wrong(_TO_RUN + f", got {said(error)}", error)
        return
    try:
        with watched():
            found = list(_equation_findings(cell, made))
        if found:
            yield from found
            return
        with watched() as drawn:
            kept = copy.deepcopy(vars(cell))
            first, second = _run(cell), _run(cell)
        oracle = _differences(cell, first) if cell.mixes_units else _autograd(cell, first)
    except (Exception, SystemExit) as error:
        yield wrong(_TO_RUN + f", got {said(error)}", error)
        return
    found = _repeatability_findings(cell, kept, drawn, first, second)
    found = found or list(_value_findings(cell, first, *oracle))
    yield from found
    if cell.mixes_units:
        yield remark("mixes units, so it runs by automatic differentiation, many times slower than compiled code")
    if not is_wrong(found):
        layout = Layout(cell, HIDDEN, INPUTS)
        blocks = ", ".join(block.name for block in cell.blocks)
        yield ok(
            f"blocks [unit batch] {blocks}; states {', '.join(cell.state)}; {layout.parameters} weights at 4 units"
        )
        yield ok("the same sequences give the same states, and no shared generator is touched")


def _repeatability_findings(
    cell: Cell, kept: dict[str, object], drawn: list[str], first: "_Tried", second: "_Tried"
) -> list[Finding]:
    """The first sign that a step draws random numbers, or keeps something beside its states."""
    step = type(cell).step
    if drawn:
        return [
            wrong(
                "must not draw random numbers in `step`, whose networks would differ from run to run, got draws from "
                f"the generator of {' and '.join(drawn)} that all programs share",
                step,
            )
        ]
    if first.last.tobytes() != second.last.tobytes():
        return [
            wrong(
                "must give the same states for the same sequences, got others the second time: a `step` keeps nothing "
                "and draws nothing; what it hands on are states",
                step,
            )
        ]
    changed = sorted(name for name in vars(cell) if _words(vars(cell)[name]) != _words(kept.get(name)))
    return [
        wrong(f"must keep nothing in `step` but its states, got another `{each}` after it", step) for each in changed
    ]


_TO_RUN = "must run forward and backward on a tiny batch"


def fitting_findings(made: type[Cell]) -> Iterator[Finding]:
    """Which changes of the package go with a cell, and what the others ask for."""
    fit, unfit = [], []
    for name in sorted(registries.CHANGES):
        change = registries.load(registries.CHANGES, "change", name)
        need = change.model_construct().unmet_need(made())
        fit += [] if need else [name]
        unfit += [f"{name} ({need})"] if need else []
    yield ok(f"changes that fit: {', '.join(fit)}")
    if unfit:
        yield ok(f"changes that ask for what it has not: {', '.join(unfit)}")


def _equation_findings(cell: Cell, made: type[Cell]) -> Iterator[Finding]:
    """Faults in what a step computes that show before it is compiled; raises EquationError."""
    if cell.mixes_units:
        check_signature(cell)
        return
    if trace(cell).text() != trace(made()).text():
        yield wrong(
            "must have a `step` that computes the same every time, got other equations the second time: it draws "
            "random numbers, or keeps something; what is random belongs into the data or the initial weights",
            made.step,
        )


def _run(cell: Cell) -> _Tried:
    layout = Layout(cell, HIDDEN, INPUTS)
    weight = initial_weights(layout, 1, (), length=STEPS, seed=0).recurrent
    draw = generator(0, "preflight")
    inputs = draw.standard_normal((STEPS, INPUTS, SEQUENCES))
    given = draw.standard_normal((HIDDEN, SEQUENCES))
    passes = _passes(cell)
    passes.load(inputs)
    last = passes.forward(weight).copy()
    return _Tried(weight, inputs, given, last, passes.backward(given).weight.copy())


def _passes(cell: Cell) -> AnyPasses:
    with warnings.catch_warnings():  # that it is slow is a remark here
        warnings.simplefilter("ignore", UserWarning)
        return make_passes(cell, steps=STEPS, hidden=HIDDEN, inputs=INPUTS, batch=SEQUENCES, precision="float64")


def _autograd(cell: Cell, tried: _Tried) -> tuple[str, np.ndarray, float]:
    """The gradient by automatic differentiation of the same step, in double precision."""
    import torch

    from gradient_horizon.engine import reference

    weight, inputs, given = (torch.from_numpy(each) for each in (tried.weight, tried.inputs, tried.given))
    found = reference.differentiate(cell, weight[None], inputs[:, None], given[None])
    return "autograd", found.weight[0].numpy(), TOLERANCE


def _differences(cell: Cell, tried: _Tried) -> tuple[str, np.ndarray, float]:
    """The gradient by central differences: of a cell that runs by automatic differentiation, this is the oracle."""
    layout = Layout(cell, HIDDEN, INPUTS)
    free = np.ones(layout.shape, dtype=bool) if layout.free is None else layout.free
    passes = _passes(cell)
    passes.load(tried.inputs)
    gradient = np.zeros(layout.shape)
    for place in np.argwhere(free):
        sides = []
        for sign in (1, -1):
            weight = tried.weight.copy()
            weight[tuple(place)] += sign * STEP
            sides.append(float((passes.forward(weight) * tried.given).sum()))
        gradient[tuple(place)] = (sides[0] - sides[1]) / (2 * STEP)
    return "central differences", gradient, OF_DIFFERENCES


def _value_findings(cell: Cell, tried: _Tried, name: str, expected: np.ndarray, tolerance: float) -> Iterator[Finding]:
    """Faults in states and gradients, or how well the gradient agrees with an oracle."""
    step = type(cell).step
    for what, values in (("states", tried.last), ("gradients", tried.gradient)):
        if not np.isfinite(values).all():
            yield wrong(f"must give finite {what} on a tiny batch, got some that are not", step)
            return
    largest = np.abs(expected).max()
    distance = np.abs(tried.gradient - expected).max() / (largest or 1.0)
    if distance <= tolerance:
        yield ok(f"gradient agrees with {name} to {distance:.0e}")
        return
    row, column = np.unravel_index(np.abs(tried.gradient - expected).argmax(), expected.shape)
    block = cell.rows[int(row) // HIDDEN].name
    yield wrong(
        f"must have the gradient that {name} gives (to {tolerance:g} of the largest entry, {largest:.3g}), got "
        f"{tried.gradient[row, column]:.6g} in place of {expected[row, column]:.6g} for a weight of block {block!r}: "
        "does `step` cut the graph, as by detach, no_grad or NumPy, or keep something between steps?",
        step,
    )


def _words(value: object) -> str:
    return shown(value) if not isinstance(value, np.ndarray) else value.tobytes().hex()
