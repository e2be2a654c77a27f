"""The forward pass over time, and the packing of the weight before it."""

from gradient_horizon.engine.compiler import normalisation
from gradient_horizon.engine.compiler.cell_code import CellCode
from gradient_horizon.engine.compiler.pointwise import Pointwise
from gradient_horizon.engine.compiler.products import write_pack
from gradient_horizon.engine.compiler.writer import Int, Writer


def write_packing(code: CellCode) -> None:
    """Packs the weight for both directions."""
    w, a = code.begin("pack")
    hidden, columns, rows_h, row_step, one = a["hidden"], a["columns"], a["rows_h"], a["row_step"], w.integer(1)
    seen = hidden * code.multiplied
    write_pack(w, a["weight"], a["packed_h"], rows=rows_h, columns=columns, row_step=row_step, column_step=one)
    further = w.at(a["weight"], rows_h * row_step + seen)
    write_pack(w, further, a["packed_x"], rows=a["rows_x"], columns=columns - seen, row_step=row_step, column_step=one)
    with w.when(rows_h.differs(0)):
        for state in range(code.multiplied):
            of_state, into = w.at(a["weight"], hidden * state), w.at(a["packed_back"], hidden * rows_h * state)
            write_pack(w, of_state, into, rows=hidden, columns=rows_h, row_step=one, column_step=row_step)
    w.finish()


def write_forward(code: CellCode) -> None:
    """Steps `first` to `last` - 1, from the state before the first."""
    w, a = code.begin("forward")
    seen, columns, gates, rows_h = a["hidden"] * code.multiplied, a["columns"], a["gates"], a["rows_h"]
    with w.loop(a["last"] - a["first"]) as index:
        t = a["first"] + index
        state = w.at(a["state"], t * columns * w.lanes)
        code.products.multiply(w, a["packed_h"], state, gates, rows=rows_h, columns=columns, adds=False)
        x, gates_of_x = w.at(state, seen * w.lanes), w.at(gates, rows_h * w.lanes)
        code.products.multiply(w, a["packed_x"], x, gates_of_x, rows=a["rows_x"], columns=columns - seen, adds=False)
        _normalise(code, w, a, t)
        _take_step(code, w, a, t)
    w.finish()


def _normalise(code: CellCode, w: Writer, a: dict[str, Int], t: Int) -> None:
    size, blocks = a["hidden"] * w.lanes, len(code.normalised)
    for n, is_normalised in enumerate(code.normalised):
        if is_normalised:
            place, units = size * n, a["hidden"] * n
            normal, scale = w.at(a["normal"], t * size * blocks + place), w.at(a["scale"], (t * blocks + n) * w.lanes)
            pre, gain, bias = w.at(a["gates"], place), w.at(a["gain"], units), w.at(a["bias"], units)
            normalisation.write_forward(w, pre, gain, bias, normal, scale, hidden=a["hidden"], size=a["size"])


def _take_step(code: CellCode, w: Writer, a: dict[str, Int], t: Int) -> None:
    """The cell's step, unit by unit, and what its adjoint needs."""
    e, size = code.equations, a["hidden"] * w.lanes
    old, new = code.states(w, a, t), code.states(w, a, t + 1)
    saved = w.at(a["saved"], t * size * len(e.saved))
    with w.loop(size, w.lanes) as place:
        known = {block.index: w.load(a["gates"], size * n + place) for n, block in enumerate(e.blocks)}
        known |= {symbol.index: w.load(state, place) for symbol, state in zip(e.before, old, strict=True)}
        results = Pointwise(w, (*e.after, *e.saved), known)
        for node, state in zip(e.after, new, strict=True):
            w.store(results.value(node), state, place)
        for n, node in enumerate(e.saved):
            w.store(results.value(node), saved, size * n + place)
