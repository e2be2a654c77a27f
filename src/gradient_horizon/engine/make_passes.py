"""Which path a cell runs on."""

import warnings
from functools import cache
from typing import Any

from gradient_horizon.engine.any_passes import AnyPasses
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.passes import Passes


def make_passes(cell: Cell, **sizes: Any) -> AnyPasses:
    """The compiled passes of a cell, with the arguments of `Passes`; those by autograd for a cell that mixes units.

    Raises EquationError for a cell that claims not to mix units but cannot be traced.
    """
    if not cell.mixes_units:
        return Passes(cell, **sizes)
    from gradient_horizon.engine.reference_passes import ReferencePasses  # here: other cells need no torch

    _say_once(type(cell).__name__)
    return ReferencePasses(cell, **sizes)


@cache
def _say_once(name: str) -> None:
    warnings.warn(
        f"cell {name!r} mixes units, so it runs by automatic differentiation, many times slower than compiled code",
        stacklevel=3,
    )
