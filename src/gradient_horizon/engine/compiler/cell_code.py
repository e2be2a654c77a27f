"""What the functions of a cell's module have in common."""

from dataclasses import dataclass, field

from llvmlite import ir

from gradient_horizon.engine.arguments import PASS
from gradient_horizon.engine.compiler.outer_products import OuterProducts
from gradient_horizon.engine.compiler.products import Products
from gradient_horizon.engine.compiler.writer import ITEM_BYTES, Int, Writer
from gradient_horizon.engine.equations import Equations
from gradient_horizon.engine.lanes import REGISTER_BYTES


@dataclass
class CellCode:
    """A module under way, for groups of `lanes` sequences.

    `recurrent` is the number of blocks that see h, `multiplied` that of states in the columns of the weight;
    `normalised` says which blocks are normalised, in the order of the weight's rows.
    """

    equations: Equations
    recurrent: int
    multiplied: int
    normalised: tuple[bool, ...]
    precision: str
    lanes: int
    module: ir.Module = field(init=False)
    products: Products = field(init=False)
    outer_products: OuterProducts = field(init=False)

    def __post_init__(self) -> None:
        self.module = ir.Module("passes")
        vector = REGISTER_BYTES // ITEM_BYTES[self.precision]
        self.products = Products(self.module, self.precision, self.lanes, vector)
        self.outer_products = OuterProducts(self.module, self.precision, self.lanes, vector)

    def begin(self, name: str) -> tuple[Writer, dict[str, Int]]:
        """A function of `Arguments` of `PASS`, and these arguments."""
        w = Writer(self.module, name, 1, self.precision, self.lanes, public=True)
        return w, {name: w.load_integer(w.parameters[0] + 8 * place) for place, name in enumerate(PASS)}

    def states(self, w: Writer, a: dict[str, Int], t: Int) -> list[Int]:
        """Where each state of the cell stands at an instant, h first."""
        size, others = a["hidden"] * w.lanes, len(self.equations.before) - self.multiplied
        columns, further = w.at(a["state"], t * a["columns"] * w.lanes), w.at(a["further"], t * size * others)
        return [
            *(w.at(columns, size * place) for place in range(self.multiplied)),
            *(w.at(further, size * place) for place in range(others)),
        ]
