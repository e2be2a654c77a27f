"""A read-out with its loss: outputs, losses, and the adjoints of outputs, states and the read-out's weight."""

from llvmlite import ir

from gradient_horizon.engine.arguments import READ_OUT
from gradient_horizon.engine.compiler.elementary import exponential, logarithm
from gradient_horizon.engine.compiler.outer_products import OuterProducts
from gradient_horizon.engine.compiler.products import Products, write_pack
from gradient_horizon.engine.compiler.writer import ITEM_BYTES, Int, Variable, Writer
from gradient_horizon.engine.lanes import REGISTER_BYTES


def write_read_out(loss: str, precision: str, lanes: int) -> ir.Module:
    """The module of a loss: functions `pack` and `judge`, each given `Arguments` of `READ_OUT`."""
    module = ir.Module("read_out")
    vector = REGISTER_BYTES // ITEM_BYTES[precision]
    products = Products(module, precision, lanes, vector)
    outer_products = OuterProducts(module, precision, lanes, vector)
    _write_pack(module, precision, lanes)
    w, a = _begin(module, "judge", precision, lanes)
    hidden, outputs = a["hidden"], a["outputs"]
    with w.loop(a["answers"]) as answer:
        seen = w.at(a["seen"], answer * a["seen_step"])
        with w.loop(outputs) as output:
            bias = w.load_scalar(a["weight"], output * a["row_step"] + hidden)
            w.store(w.broadcast(bias), a["values"], output * lanes)
        products.multiply(w, a["packed"], seen, a["values"], rows=outputs, columns=hidden, adds=True)
        LOSSES[loss](w, a, answer * lanes)
        with w.when(a["by_seen"].differs(0)):
            by_seen = w.at(a["by_seen"], answer * hidden * lanes)
            products.multiply(w, a["packed_back"], a["values"], by_seen, rows=hidden, columns=outputs, adds=False)
            outer_products.transpose(w, seen, a["transposed"], count=hidden, stride=a["stride"])
            with w.loop(lanes) as lane:
                w.store(ir.Constant(w.scalar, 1.0), a["transposed"], a["stride"] * lane + hidden)
            outer_products.add(
                w,
                a["values"],
                w.integer(0),
                a["transposed"],
                a["by_weight"],
                rows=outputs,
                columns=hidden + 1,
                stride=a["stride"],
                steps=w.integer(1),
                used=a["used"],
            )
    w.finish()
    return module


def _begin(module: ir.Module, name: str, precision: str, lanes: int) -> tuple[Writer, dict[str, Int]]:
    w = Writer(module, name, 1, precision, lanes, public=True)
    return w, {name: w.load_integer(w.parameters[0] + 8 * place) for place, name in enumerate(READ_OUT)}


def _write_pack(module: ir.Module, precision: str, lanes: int) -> None:
    w, a = _begin(module, "pack", precision, lanes)
    one = w.integer(1)
    for target, rows, columns, steps in (
        ("packed", "outputs", "hidden", (a["row_step"], one)),
        ("packed_back", "hidden", "outputs", (one, a["row_step"])),
    ):
        write_pack(w, a["weight"], a[target], rows=a[rows], columns=a[columns], row_step=steps[0], column_step=steps[1])
    w.finish()


def _cross_entropy(w: Writer, a: dict[str, Int], place: Int) -> None:
    """-ln softmax(values)[target], in nats; adjoints softmax - one-hot target."""
    b, values, lanes = w.builder, a["values"], w.lanes
    target = w.load(a["target"], place)
    largest, best, chosen = (Variable(w, value) for value in (w.load(values), w.constant(0), w.constant(0)))
    with w.loop(a["outputs"]) as output:
        value, index = w.load(values, output * lanes), _as_vector(w, output)
        is_larger = b.fcmp_ordered(">", value, largest.get())
        largest.set(b.select(is_larger, value, largest.get()))
        best.set(b.select(is_larger, index, best.get()))
        chosen.set(b.select(b.fcmp_ordered("==", index, target), value, chosen.get()))
    total = Variable(w, w.constant(0))
    with w.loop(a["outputs"]) as output:
        grown = exponential(w, b.fsub(w.load(values, output * lanes), largest.get()))
        total.set(b.fadd(total.get(), grown))
        w.store(grown, values, output * lanes)
    w.store(b.fadd(logarithm(w, total.get()), b.fsub(largest.get(), chosen.get())), a["losses"], place)
    is_right = b.fcmp_ordered("==", best.get(), target)
    w.store(b.select(is_right, w.constant(1), w.constant(0)), a["right"], place)
    share = b.fdiv(w.constant(1), total.get())
    with w.loop(a["outputs"]) as output:
        is_target = b.fcmp_ordered("==", _as_vector(w, output), target)
        probability = b.fmul(w.load(values, output * lanes), share)
        difference = b.fsub(probability, b.select(is_target, w.constant(1), w.constant(0)))
        w.store(b.fmul(difference, w.load(a["scale"])), values, output * lanes)


def _squared_error(w: Writer, a: dict[str, Int], place: Int) -> None:
    """The sum over outputs of (value - target)^2; adjoints value - target."""
    b, values, lanes = w.builder, a["values"], w.lanes
    target, total = w.load(a["target"], place), Variable(w, w.constant(0))
    with w.loop(a["outputs"]) as output:
        error = b.fsub(w.load(values, output * lanes), target)
        total.set(w.fused(error, error, total.get()))
        w.store(b.fmul(error, w.load(a["scale"])), values, output * lanes)
    w.store(total.get(), a["losses"], place)


def _as_vector(w: Writer, count: Int) -> ir.Value:
    return w.broadcast(w.builder.sitofp(count.value, w.scalar))


LOSSES = {"cross-entropy": _cross_entropy, "mean-squared-error": _squared_error}
