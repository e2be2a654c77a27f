"""What is timed: several networks of a cell, with their weights and sequences."""

from dataclasses import dataclass, replace

import numpy as np

from gradient_horizon import registries
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.layout import Layout


@dataclass(frozen=True)
class Size:
    """A cell, and the sizes of networks and batch."""

    cell: str
    hidden: int
    seeds: int = 5
    length: int = 100
    batch: int = 32
    inputs: int = 2


@dataclass(frozen=True)
class Problem:
    """Weights [network row column] and inputs [network time feature batch] of a size, in our layout, float32."""

    size: Size
    weight: np.ndarray
    inputs: np.ndarray


def make_cell(name: str) -> Cell:
    """The cell with this registered name, or of this `module:Class`."""
    cell: Cell = registries.load(registries.CELLS, "cell", name)()
    return cell


def layout_of(size: Size) -> Layout:
    """Rows and columns of the weight."""
    return Layout(make_cell(size.cell), size.hidden, size.inputs)


def make_problem(size: Size) -> Problem:
    """Weights as PyTorch draws them, and normal inputs; the same whenever it is called."""
    draw, layout = np.random.default_rng(0), layout_of(size)
    weight = draw.uniform(-(size.hidden**-0.5), size.hidden**-0.5, (size.seeds, *layout.shape))
    weight *= 1 if layout.free is None else layout.free
    inputs = draw.standard_normal((size.seeds, size.length, size.inputs, size.batch), dtype=np.float32)
    return Problem(size, weight.astype(np.float32), inputs)


def with_cell(problem: Problem, cell: str) -> Problem:
    """The same networks in the layout of another cell, whose blocks have the same names in another order."""
    size, layout = replace(problem.size, cell=cell), layout_of(problem.size)
    blocks = [problem.weight[:, layout.rows(block.name)] for block in layout_of(size).blocks]
    return Problem(size, np.concatenate(blocks, axis=1), problem.inputs)


def floating_point_operations(size: Size) -> float:
    """Those of the three products of a step over all steps and networks; a multiplication and an addition are two.

    Every trained number is multiplied once for the pre-activations and once for its own gradient, and every number of
    a recurrent matrix once more for the way back.
    """
    layout = layout_of(size)
    recurrent = sum(block.sees_h for block in layout.blocks) * size.hidden**2
    return 2.0 * size.length * size.seeds * size.batch * (2 * layout.parameters + recurrent)
