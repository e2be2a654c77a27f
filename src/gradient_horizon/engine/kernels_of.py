"""The compiled functions of a cell: traced, then compiled or loaded."""

from collections.abc import Callable
from dataclasses import dataclass

from gradient_horizon.engine import objects
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.equations import Equations, trace


@dataclass(frozen=True)
class Kernels:
    """Functions of `Arguments`, for groups of one width; and what they keep of a step.

    `saved` is the number of values of a unit that a step saves for its adjoint, `gates` says which of them is a gate.
    """

    pack: Callable[[int], None]
    forward: Callable[[int], None]
    backward: Callable[[int], None]
    add_products: Callable[[int], None]
    saved: int
    gates: dict[str, int]


def kernels_of(cell: Cell, precision: str, width: int) -> Kernels:
    """The functions of a cell for groups of `width` sequences; raises EquationError for a cell without equations."""
    equations = trace(cell)
    text = description(cell, equations, precision, width)
    library = objects.load(text, lambda: write_module(cell, equations, precision, width))
    places = {node.index: place for place, node in enumerate(equations.saved)}
    return Kernels(
        **{name: library.function(name) for name in ("pack", "forward", "backward", "add_products")},
        saved=len(equations.saved),
        gates={role: places[node.index] for role, node in equations.gates.items()},
    )


def description(cell: Cell, equations: Equations, precision: str, width: int) -> str:
    """All that the module of a cell depends on, beside the code that writes it."""
    return "\n".join(
        [equations.text(), f"{_normalised(cell)} {_recurrent(cell)} {cell.multiplied} {precision} {width}"]
    )


def write_module(cell: Cell, equations: Equations, precision: str, width: int) -> object:
    """The module of a cell's passes, in LLVM's intermediate representation."""
    # Here, since only what is not yet compiled needs them.
    from gradient_horizon.engine.compiler.backward import write_addition, write_backward
    from gradient_horizon.engine.compiler.cell_code import CellCode
    from gradient_horizon.engine.compiler.forward import write_forward, write_packing

    code = CellCode(equations, _recurrent(cell), cell.multiplied, _normalised(cell), precision, width)
    for write in (write_packing, write_forward, write_backward, write_addition):
        write(code)
    return code.module


def _recurrent(cell: Cell) -> int:
    return sum(block.sees_h for block in cell.rows)


def _normalised(cell: Cell) -> tuple[bool, ...]:
    """Which blocks are layer-normalised, in the order of the weight's rows: not the parameters of units."""
    return tuple(cell.normalised and block.sees != "nothing" for block in cell.rows)
