"""Layer normalisation of blocks of pre-activations (Ba, Kiros & Hinton 2016), forward and backward."""

from gradient_horizon.engine.compiler.writer import Int, Variable, Writer
from gradient_horizon.engine.layout import EPSILON


def write_forward(
    w: Writer, pre: Int, gain: Int, bias: Int, normal: Int, scale: Int, *, hidden: Int, size: Int
) -> None:
    """Replaces a block a by gain (a - mean) / deviation + bias, over its units; keeps (a - mean) / deviation and scale.

    `scale` is one over the deviation, `size` a scalar vector of the number of units.
    """
    b = w.builder
    count = w.load(size)
    total = Variable(w, w.constant(0))
    with w.loop(hidden) as unit:
        total.set(b.fadd(total.get(), w.load(pre, unit * w.lanes)))
    mean = b.fdiv(total.get(), count)
    squares = Variable(w, w.constant(0))
    with w.loop(hidden) as unit:
        centred = b.fsub(w.load(pre, unit * w.lanes), mean)
        squares.set(w.fused(centred, centred, squares.get()))
    variance = b.fadd(b.fdiv(squares.get(), count), w.constant(EPSILON))
    by_deviation = b.fdiv(w.constant(1), w.intrinsic("sqrt", variance))
    w.store(by_deviation, scale)
    with w.loop(hidden) as unit:
        value = b.fmul(b.fsub(w.load(pre, unit * w.lanes), mean), by_deviation)
        w.store(value, normal, unit * w.lanes)
        factor, shift = (w.broadcast(w.load_scalar(column, unit)) for column in (gain, bias))
        w.store(w.fused(value, factor, shift), pre, unit * w.lanes)


def write_backward(
    w: Writer,
    pre: Int,
    gain: Int,
    normal: Int,
    scale: Int,
    by_gain: Int,
    by_bias: Int,
    *,
    hidden: Int,
    size: Int,
    used: Int,
) -> None:
    """Turns the adjoint of a normalised block into that of the block; adds to the adjoints of gain and bias."""
    b = w.builder
    count = w.load(size)
    total, along = Variable(w, w.constant(0)), Variable(w, w.constant(0))
    with w.loop(hidden) as unit:
        adjoint, value = w.load(pre, unit * w.lanes), w.load(normal, unit * w.lanes)
        _add_lanes(w, b.fmul(adjoint, value), by_gain, unit, used)
        _add_lanes(w, adjoint, by_bias, unit, used)
        inner = b.fmul(adjoint, w.broadcast(w.load_scalar(gain, unit)))
        w.store(inner, pre, unit * w.lanes)
        total.set(b.fadd(total.get(), inner))
        along.set(w.fused(inner, value, along.get()))
    mean, slope = b.fdiv(total.get(), count), b.fdiv(along.get(), count)
    factor = w.load(scale)
    with w.loop(hidden) as unit:
        value = w.load(normal, unit * w.lanes)
        centred = b.fsub(w.load(pre, unit * w.lanes), mean)
        centred = w.fused(b.fneg(value), slope, centred)
        w.store(b.fmul(centred, factor), pre, unit * w.lanes)


def _add_lanes(w: Writer, values: object, into: Int, unit: Int, used: Int) -> None:
    """Adds the values of the sequences in use to a single number, first sequence first."""
    scratch = Variable(w, values)
    place = Int(w, w.builder.ptrtoint(scratch.place, used.value.type))
    total = Variable(w, w.load_scalar(into, unit))
    with w.loop(used) as lane:
        total.set(w.builder.fadd(total.get(), w.load_scalar(place, lane)))
    w.store(total.get(), into, unit)
