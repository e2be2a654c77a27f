"""Tries a change of the user's own on the weights and gradients of one tiny network."""

from collections.abc import Callable, Iterator
from typing import Any, get_args

import numpy as np

from gradient_horizon import registries
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.layout import Layout
from gradient_horizon.pipeline.own.finding import Finding, ok, said, wrong
from gradient_horizon.pipeline.own.generators import watched
from gradient_horizon.remedies.base import Change, Kind
from gradient_horizon.seeding import generator
from gradient_horizon.training.starts import initial_weights

HIDDEN, INPUTS, NETWORKS = 4, 2, 2
LARGE = 1e30
"""The size of gradients that every limit must change."""

METHODS = ("adapt", "initialise", "limit", "backward_hook", "backpropagation_window")
IN_PLACE = {"initialise": "weight", "limit": "gradients", "adapt": "cell"}
"""Methods that change what they are given, and what that is."""


def change_findings(made: type[Change], cell: Cell, length: int, parameters: dict[str, Any]) -> Iterator[Finding]:
    """What was found of a change with these parameters, on networks of this cell and sequences of this length."""
    if getattr(made, "kind", None) not in get_args(Kind):
        given = getattr(made, "kind", None)
        yield wrong(f"must have a kind, one of {', '.join(get_args(Kind))}; got {given!r}", made)
        return
    try:
        change = made(**parameters)
        with watched() as drawn:
            found = [
                *_plain_findings(change, cell),
                *_start_findings(change, cell, length),
                *_limit_findings(change, cell),
            ]
    except (Exception, SystemExit) as error:
        yield wrong(f"must change a tiny network, got {said(error)}", error)
        return
    if drawn:
        names = " and ".join(drawn)
        yield wrong(
            f"must draw from the generator that `initialise` is given alone, got draws from the generator of {names} "
            "that all programs share",
            made,
        )
        return
    yield from found or [ok(f"a change of the {change.kind}; equal generators give equal bytes")]


def a_cell_for(made: type[Change], parameters: dict[str, Any]) -> Cell:
    """The first cell of the package that a change goes with."""
    change = made(**parameters)
    cells: list[Cell] = [registries.load(registries.CELLS, "cell", name)() for name in registries.CELLS]
    return next((cell for cell in cells if change.unmet_need(cell) is None), cells[0])


def _plain_findings(change: Change, cell: Cell) -> Iterator[Finding]:
    """Faults in what a change says of itself."""
    need, window, shortest = change.unmet_need(cell), change.backpropagation_window(), change.shortest_length()
    if need is not None and not isinstance(need, str):
        yield wrong(f"must say in `unmet_need`, as text, what a cell lacks, or None, got {need!r}", change.unmet_need)
    if window is not None and not _is_count(window):
        yield wrong(
            f"must give None or a whole number of steps from `backpropagation_window`, got {window!r}",
            change.backpropagation_window,
        )
    if not _is_count(shortest):
        yield wrong(
            f"must give a whole number of steps from `shortest_length`, got {shortest!r}", change.shortest_length
        )
    yield from _returned(change.adapt, cell)


def _start_findings(change: Change, cell: Cell, length: int) -> Iterator[Finding]:
    """Faults in what a change does to initial weights."""
    layout = Layout(cell, HIDDEN, INPUTS)
    before = initial_weights(layout, 1, (), length=length, seed=0).recurrent
    once, twice = before.copy(), before.copy()
    fault = list(_returned(change.initialise, once, layout, length, generator=generator(0, "preflight")))
    if fault:
        yield from fault
        return
    change.initialise(twice, layout, length, generator=generator(0, "preflight"))
    if once.tobytes() != twice.tobytes():
        yield wrong(
            "must draw from the generator that `initialise` is given alone, got other weights the second time",
            change.initialise,
        )
    if not np.isfinite(once).all():
        yield wrong("must leave weights that are finite, got some that are not", change.initialise)
    if _overridden(change) == ["initialise"] and before.tobytes() == once.tobytes():
        yield wrong(
            "must change the weight that `initialise` is given in place, as weight[:] = ..., got the same weight as "
            "before (weight = ... only names another)",
            change.initialise,
        )


def _limit_findings(change: Change, cell: Cell) -> Iterator[Finding]:
    """Faults in what a change does to gradients, ordinary ones and very large ones."""
    shapes = ((NETWORKS, *Layout(cell, HIDDEN, INPUTS).shape), (NETWORKS, 1, HIDDEN + 1))
    acts = False
    for size in (1.0, LARGE):
        gradients = [size * generator(0, "preflight", each).standard_normal(shape) for each, shape in enumerate(shapes)]
        before = [gradient.copy() for gradient in gradients]
        norm = np.sqrt(sum((np.square(each).sum((1, 2)) for each in gradients), np.zeros(NETWORKS)))
        if fault := list(_returned(change.limit, gradients, norm)):
            yield from fault
            return
        if not all(np.isfinite(each).all() for each in gradients):
            yield wrong("must leave gradients that are finite in `limit`, got some that are not", change.limit)
            return
        acts |= any(each.tobytes() != was.tobytes() for each, was in zip(gradients, before, strict=True))
    if _overridden(change) == ["limit"] and not acts:
        yield wrong(
            f"must change the gradients that `limit` is given in place, as gradient *= ..., got the same as before, "
            f"even of gradients of the size {LARGE:g}",
            change.limit,
        )


def _returned(method: Callable[..., object], *given: object, **named: object) -> Iterator[Finding]:
    """Calls a method that changes what it is given: a fault, if it returns something."""
    result = method(*given, **named)
    if result is not None:
        name = method.__name__
        yield wrong(
            f"must change the {IN_PLACE[name]} that `{name}` is given in place and return nothing, got "
            f"{type(result).__name__} returned, which is lost",
            method,
        )


def _overridden(change: Change) -> list[str]:
    """What a change does, by the names of its methods."""
    own = [name for name in METHODS if getattr(type(change), name) is not getattr(Change, name)]
    return [*own, *(["parametrisation"] if change.parametrisation else [])]


def _is_count(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and bool(value >= 1)
