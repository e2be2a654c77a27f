"""The equations of a cell, traced from its `step`, with the equations of its adjoint."""

import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from gradient_horizon.engine.cell import Block, Cell, Parameter
from gradient_horizon.engine.expression import FUNCTIONS, LEGAL, Expression, Graph, differentiate
from gradient_horizon.errors import EquationError


@dataclass(frozen=True)
class Equations:
    """One step of a cell, and its adjoint, as expressions.

    `blocks` and `before` are the symbols of the pre-activations (in the order of `Cell.rows`) and of the state before
    the step; `after` the state after it, `gates` the values of the gates by role. `given` are the symbols of dL/d(state
    after); `by_blocks` and `by_before` the adjoints of blocks and of the state before, the latter without what flows
    through the blocks. `saved` are the values of the step that its adjoint needs and that neither state holds.
    """

    blocks: tuple[Expression, ...]
    before: tuple[Expression, ...]
    after: tuple[Expression, ...]
    gates: dict[str, Expression]
    given: tuple[Expression, ...]
    by_blocks: tuple[Expression, ...]
    by_before: tuple[Expression, ...]
    saved: tuple[Expression, ...]

    def text(self) -> str:
        """The same for the same equations, whatever the symbols are called."""
        nodes = self.blocks[0].graph.expressions
        symbols = [node.index for node in (*self.blocks, *self.before, *self.given)]
        results = [node.index for node in (*self.after, *self.by_blocks, *self.by_before, *self.saved)]
        return "\n".join([*(n.text() for n in nodes if n.operation != "symbol"), f"{symbols}{results}"])


def trace(cell: Cell) -> Equations:
    """The equations of a cell; raises EquationError, with the cell's name, for a `step` that cannot be traced."""
    with named(cell):
        return _trace(cell)


@contextmanager
def named(cell: Cell) -> Iterator[None]:
    """Puts the cell's name before the message of an EquationError."""
    try:
        yield
    except EquationError as error:
        raise EquationError(f"cell {type(cell).__name__!r} {error}") from None


def check_signature(cell: Cell) -> None:
    """Raises EquationError for a cell whose names clash, or whose `step` is not given all of them, and nothing else."""
    check_declarations(cell)
    names = [*(block.name for block in cell.rows), *cell.state]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise EquationError(f"must have different names for blocks, states and parameters, got {repeated[0]!r} twice")
    parameters = inspect.signature(cell.step).parameters.values()
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return
    asked = [parameter.name for parameter in parameters]
    if unknown := [name for name in asked if name not in names]:
        raise EquationError(
            f"must declare what its step depends on as a block, a state or a parameter ({', '.join(names)}), "
            f"got {unknown[0]!r}"
        )
    if missing := [name for name in names if name not in asked]:
        raise EquationError(f"must have a step that takes {', '.join(names)}, got one without {missing[0]!r}")


def check_declarations(cell: Cell) -> None:
    """Raises EquationError for blocks, states or parameters that are not what they must be."""
    for name, kind in (("blocks", Block), ("parameters", Parameter), ("state", str)):
        given = getattr(cell, name)
        if not isinstance(given, tuple) or not all(isinstance(each, kind) for each in given):
            raise EquationError(f"must give {name} as a tuple of {kind.__name__}, such as (x,) of one, got {given!r}")
    if not cell.blocks:
        raise EquationError("must have at least one block")
    if cell.state[:1] != ("h",):
        raise EquationError(f"must have h as its first state, which is read out and multiplied, got {cell.state}")
    gates = [block.gate for block in cell.blocks if block.gate]
    if repeated := sorted({gate for gate in gates if gates.count(gate) > 1}):
        raise EquationError(f"must have at most one gate of each role, got two that {repeated[0]}")


def take_step(cell: Cell, given: dict[str, Any]) -> tuple[Any, ...]:
    """The state after a step; raises EquationError where it has another number of parts than the state before."""
    after = cell.step(**given)
    after = after if isinstance(after, tuple) else (after,)
    if len(after) != len(cell.state):
        raise EquationError(
            f"must return as many values as it has states ({', '.join(cell.state)}), got {len(after)} values"
        )
    return after


def _trace(cell: Cell) -> Equations:
    check_signature(cell)
    graph = Graph()
    symbols = {name: graph.symbol(name) for name in (*(block.name for block in cell.rows), *cell.state)}
    blocks = tuple(symbols[block.name] for block in cell.rows)
    before = tuple(symbols[name] for name in cell.state)
    try:
        after = take_step(cell, symbols)
    except EquationError:
        raise
    except Exception as error:
        raise EquationError(
            f"must have a step that consists of {LEGAL}, or say `mixes_units = True` to run by automatic "
            f"differentiation, more slowly; got {type(error).__name__}: {error}"
        ) from error
    after = tuple(_as_expression(graph, name, value) for name, value in zip(cell.state, after, strict=True))
    gates: dict[str, Expression] = {
        block.gate: graph.make("sigmoid", (symbols[block.name],)) for block in cell.blocks if block.gate
    }
    count = len(graph.expressions)
    given = tuple(graph.symbol(f"dL/d{name}") for name in cell.state)
    derivatives = differentiate(after, given, (*blocks, *before))
    by_blocks, by_before = tuple(derivatives[: len(blocks)]), tuple(derivatives[len(blocks) :])
    saved = _saved((*by_blocks, *by_before), before, after, given, tuple(gates.values()), count)
    return Equations(blocks, before, after, gates, given, by_blocks, by_before, saved)


def _as_expression(graph: Graph, name: str, value: Any) -> Expression:
    if isinstance(value, int | float):
        return graph.constant(value)
    if not isinstance(value, Expression):
        raise EquationError(f"must return symbols, got {type(value).__name__} for {name!r}")
    return value.as_number()


def _saved(
    results: Sequence[Expression],
    before: Sequence[Expression],
    after: Sequence[Expression],
    given: Sequence[Expression],
    gates: Sequence[Expression],
    written: int,
) -> tuple[Expression, ...]:
    """Blocks and values of functions that the results need; arithmetic on these is done again, which is cheaper."""
    at_hand = {node.index for node in (*before, *after, *given)}
    saved = {gate.index: gate for gate in gates}
    visited = set(at_hand)
    waiting = list(results)
    while waiting:
        node = waiting.pop()
        if node.index in visited:
            continue
        visited.add(node.index)
        is_costly = node.index < written and node.operation in ("symbol", "divide", *FUNCTIONS)
        if is_costly:
            saved[node.index] = node
        else:
            waiting.extend(node.arguments)
    return tuple(saved[index] for index in sorted(saved))
