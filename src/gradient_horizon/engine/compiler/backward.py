"""The backward pass over time, with the squared norms of all adjoints of states."""

from llvmlite import ir

from gradient_horizon.engine.compiler import normalisation
from gradient_horizon.engine.compiler.cell_code import CellCode
from gradient_horizon.engine.compiler.pointwise import Pointwise
from gradient_horizon.engine.compiler.writer import Int, Variable, Writer


def write_backward(code: CellCode) -> None:
    """Steps `last` - 1 to `first`, from the adjoint of the state after the last."""
    w, a = code.begin("backward")
    hidden, rows_h = a["hidden"], a["rows_h"]
    size, all_rows = hidden * w.lanes, rows_h + a["rows_x"]
    direct = not code.equations.by_before[0].is_number(0)
    waiting = Variable(w, w.integer(0).value)
    with w.loop(a["last"] - a["first"]) as index:
        t = a["last"] - index - 1
        state = w.at(a["state"], t * a["columns"] * w.lanes)
        in_chunk = Int(w, waiting.get())
        by_gates = w.at(a["by_gates"], in_chunk * all_rows * w.lanes)
        with w.when(a["by_outputs"].differs(0)), w.loop(size, w.lanes) as place:
            outside = w.load(a["by_outputs"], t * size + place)
            w.store(w.builder.fadd(w.load(a["by_h"], place), outside), a["by_h"], place)
        _step_back(code, w, a, t, by_gates, direct=direct)
        _normalise_back(code, w, a, t, by_gates)
        _keep(w, a["kept_by_gates"], by_gates, t, rows_h * w.lanes)
        if code.recurrent:
            code.products.multiply(w, a["packed_back"], by_gates, a["by_h"], rows=hidden, columns=rows_h, adds=direct)
            for further in range(code.multiplied - 1):
                packed = w.at(a["packed_back"], hidden * rows_h * (further + 1))
                by_state = w.at(a["by_further"], size * further)
                code.products.multiply(w, packed, by_gates, by_state, rows=hidden, columns=rows_h, adds=True)
        _keep(w, a["kept_by_h"], a["by_h"], t, size)
        into = w.at(a["transposed"], in_chunk * a["stride"] * w.lanes)
        code.outer_products.transpose(w, state, into, count=a["columns"], stride=a["stride"])
        count = in_chunk + 1
        waiting.set(count.value)
        ends_chunk = Int(w, w.builder.srem(t.value, a["chunk"].value)).equals(0)
        with w.when(w.builder.or_(ends_chunk, t.equals(a["first"]))):
            _add_outer(code, w, a, count)
            waiting.set(w.integer(0).value)
    w.finish()


def _step_back(code: CellCode, w: Writer, a: dict[str, Int], t: Int, by_gates: Int, *, direct: bool) -> None:
    """The adjoint of the cell's step, unit by unit."""
    e, size = code.equations, a["hidden"] * w.lanes
    old, new = code.states(w, a, t), code.states(w, a, t + 1)
    saved = w.at(a["saved"], t * size * len(e.saved))
    squares = [Variable(w, w.constant(0)) for _ in e.given]
    with w.loop(size, w.lanes) as place:
        known = {node.index: w.load(saved, size * n + place) for n, node in enumerate(e.saved)}
        for nodes, states in ((e.after, new), (e.before, old)):
            known |= {node.index: w.load(state, place) for node, state in zip(nodes, states, strict=True)}
        for n, (symbol, square) in enumerate(zip(e.given, squares, strict=True)):
            adjoint = w.load(a["by_h"], place) if n == 0 else w.load(a["by_further"], size * (n - 1) + place)
            known[symbol.index] = adjoint
            square.set(w.fused(adjoint, adjoint, square.get()))
        results = Pointwise(w, (*e.by_blocks, *e.by_before), known)
        for n, node in enumerate(e.by_blocks):
            w.store(results.value(node), by_gates, size * n + place)
        for n, node in enumerate(e.by_before[1:]):
            w.store(results.value(node), a["by_further"], size * n + place)
        if direct or not code.recurrent:
            w.store(results.value(e.by_before[0]), a["by_h"], place)
    for n, square in enumerate(squares):
        place = t * len(squares) + n
        w.store(square.get(), a["squares"], place * w.lanes)
        w.store(_sum_of_roots(w, square.get(), a["used"]), a["norms"], place)


def _sum_of_roots(w: Writer, squares: ir.Value, used: Int) -> ir.Value:
    """The sum of the roots of all sequences in use, first sequence first."""
    roots, zero = w.intrinsic("sqrt", squares), ir.Constant(w.scalar, 0.0)
    total = zero
    for lane in range(w.lanes):
        root = w.builder.extract_element(roots, ir.Constant(ir.IntType(32), lane))
        is_used = w.integer(lane).is_below(used)
        total = w.builder.fadd(total, w.builder.select(is_used, root, zero))
    return total


def _normalise_back(code: CellCode, w: Writer, a: dict[str, Int], t: Int, by_gates: Int) -> None:
    size, blocks = a["hidden"] * w.lanes, len(code.normalised)
    for n, is_normalised in enumerate(code.normalised):
        if is_normalised:
            place, units = size * n, a["hidden"] * n
            normal, scale = w.at(a["normal"], t * size * blocks + place), w.at(a["scale"], (t * blocks + n) * w.lanes)
            pre, gain = w.at(by_gates, place), w.at(a["gain"], units)
            by_gain, by_bias = w.at(a["by_gain"], units), w.at(a["by_bias"], units)
            sizes = {"hidden": a["hidden"], "size": a["size"], "used": a["used"]}
            normalisation.write_backward(w, pre, gain, normal, scale, by_gain, by_bias, **sizes)


def _keep(w: Writer, into: Int, values: Int, t: Int, count: Int) -> None:
    """Copies `count` numbers of a step to where all steps are kept, if they are."""
    with w.when(into.differs(0)), w.loop(count, w.lanes) as place:
        w.store(w.load(values, place), into, t * count + place)


def _add_outer(code: CellCode, w: Writer, a: dict[str, Int], steps: Int) -> None:
    """Adds the products of all steps that wait to the weight's gradient."""
    rows_h, rows_x, stride, seen = a["rows_h"], a["rows_x"], a["stride"], a["hidden"] * code.multiplied
    left, right, into, step = a["by_gates"], a["transposed"], a["by_weight"], (rows_h + rows_x) * w.lanes
    sizes = {"stride": stride, "steps": steps, "used": a["used"]}
    code.outer_products.add(w, left, step, right, into, rows=rows_h, columns=a["columns"], **sizes)
    left, right, into = w.at(left, rows_h * w.lanes), w.at(right, seen), w.at(into, rows_h * stride + seen)
    code.outer_products.add(w, left, step, right, into, rows=rows_x, columns=a["columns"] - seen, **sizes)


def write_addition(code: CellCode) -> None:
    """Adds to the recurrent gradient the products of `kept_by_gates` and `kept_by_h` of these steps."""
    w, a = code.begin("add_products")
    hidden, stride, transposed = a["hidden"], a["stride"], a["transposed"]
    with w.loop(a["last"] - a["first"]) as index:
        t = a["last"] - index - 1
        by_h = w.at(a["kept_by_h"], t * hidden * w.lanes)
        code.outer_products.transpose(w, by_h, transposed, count=hidden, stride=stride)
        with w.loop(w.lanes) as lane, w.loop(stride - hidden) as column:
            w.store(ir.Constant(w.scalar, 0.0), transposed, stride * lane + hidden + column)
        by_gates = w.at(a["kept_by_gates"], t * a["rows_h"] * w.lanes)
        sizes = {"stride": stride, "steps": w.integer(1), "used": a["used"]}
        code.outer_products.add(
            w, by_gates, w.integer(0), transposed, a["by_weight"], rows=a["rows_h"], columns=hidden, **sizes
        )
    w.finish()
