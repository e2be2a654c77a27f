"""Elementary functions on vectors, the same bits on every processor: no library is called."""

import math
from typing import Any

from llvmlite import ir

from gradient_horizon.engine.compiler.writer import Writer

COEFFICIENTS = {
    "float32": (1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1),
    "float64": tuple(1 / math.factorial(power) for power in range(13, 1, -1)),
}
"""Of (e^x - 1 - x) / x^2 on |x| <= ln(2)/2, highest power first: Cephes' expf (S. L. Moshier), and Taylor's series."""

LN2 = {"float32": (0.693359375, -2.12194440e-4), "float64": (6.93145751953125e-1, 1.42860682030941723212e-6)}
"""ln 2 in two parts, of which the first has few digits (Cephes)."""

RANGE = {"float32": (-87.0, 87.0), "float64": (-708.0, 709.0)}
MANTISSA_BITS, BIAS = {"float32": 23, "float64": 52}, {"float32": 127, "float64": 1023}
FIRST_RECIPROCAL = 0x7EF311C7
"""Its bits minus those of a float32 number are the bits of the number's reciprocal, to 12 %."""

HALLEY_STEPS = {"float32": 2, "float64": 3}

TERMS = {"float32": 6, "float64": 12}
"""Of the series of ln((1 + s) / (1 - s)) / s in s^2, for |s| up to 3 - 2 sqrt(2) = 0.172."""

NORMAL = {"float32": (2.0**-126, (2 - 2.0**-23) * 2.0**127), "float64": (2.0**-1022, (2 - 2.0**-52) * 2.0**1023)}
"""The smallest and the largest normal number."""

ROOT_OF_HALF = {"float32": 0x3F3504F3, "float64": 0x3FE6A09E667F3BCD}
"""The bits of the root of 1/2."""


def _integers(writer: Writer) -> Any:
    return ir.VectorType(ir.IntType(8 * writer.item), writer.lanes)


def _integer(writer: Writer, value: int) -> Any:
    return ir.Constant(_integers(writer), [value] * writer.lanes)


def clamp(w: Writer, x: Any, low: float, high: float) -> Any:
    """The number, or the nearer bound; NaN stays NaN."""
    x = w.builder.select(w.builder.fcmp_ordered("<", x, w.constant(low)), w.constant(low), x)
    return w.builder.select(w.builder.fcmp_ordered(">", x, w.constant(high)), w.constant(high), x)


def _split(w: Writer, x: Any) -> tuple[Any, Any]:
    """scale, a power of two, and rest with e^x = scale (1 + rest), for x clamped to the range of normal numbers."""
    b, mantissa = w.builder, MANTISSA_BITS[w.precision]
    x = clamp(w, x, *RANGE[w.precision])
    shift = 3.0 * 2 ** (mantissa - 1)  # adding it leaves the nearest whole number in the last bits
    shifted = w.fused(x, w.constant(1 / math.log(2)), w.constant(shift))
    power = b.fsub(shifted, w.constant(shift))
    high, low = LN2[w.precision]
    rest = w.fused(power, w.constant(-low), w.fused(power, w.constant(-high), x))
    series = w.constant(COEFFICIENTS[w.precision][0])
    for coefficient in COEFFICIENTS[w.precision][1:]:
        series = w.fused(series, rest, w.constant(coefficient))
    whole = b.sub(b.bitcast(shifted, _integers(w)), b.bitcast(w.constant(shift), _integers(w)))
    bits = b.shl(b.add(whole, _integer(w, BIAS[w.precision])), _integer(w, mantissa))
    return b.bitcast(bits, w.vector), w.fused(series, b.fmul(rest, rest), rest)


def exponential(w: Writer, x: Any) -> Any:
    """e^x to a relative 2e-7 (float32) or 4e-16 (float64), for x clamped to the range of normal numbers."""
    scale, rest = _split(w, x)
    return w.builder.fmul(w.builder.fadd(rest, w.constant(1)), scale)


def unbounded_exponential(w: Writer, x: Any) -> Any:
    """e^x, 0 below the range and infinite above it."""
    b, (low, high) = w.builder, RANGE[w.precision]
    grown = exponential(w, x)
    grown = b.select(b.fcmp_ordered("<", x, w.constant(low)), w.constant(0), grown)
    return b.select(b.fcmp_ordered(">", x, w.constant(high)), w.constant(math.inf), grown)


def _first_reciprocal(w: Writer, x: Any, steps: int) -> Any:
    """1 / x for x from 1 to e^87 in float32, by so many steps of Newton's method."""
    b = w.builder
    guess = b.bitcast(b.sub(_integer(w, FIRST_RECIPROCAL), b.bitcast(x, _integers(w))), w.vector)
    minus = b.fneg(x)
    for _ in range(steps):
        guess = w.fused(guess, w.fused(minus, guess, w.constant(1)), guess)
    return guess


def reciprocal(w: Writer, x: Any) -> Any:
    """1 / x for x from 1 to e^87, to a relative 1e-7 by Newton's method in float32, exactly rounded in float64."""
    if w.precision == "float64":
        return w.builder.fdiv(w.constant(1), x)
    return _first_reciprocal(w, x, 3)


def quotient(w: Writer, x: Any, y: Any) -> Any:
    """x / y for y from 1 to e^87, to a relative 1e-7 in float32, exactly rounded in float64."""
    b = w.builder
    if w.precision == "float64":
        return b.fdiv(x, y)
    guess = _first_reciprocal(w, y, 2)
    ratio = b.fmul(x, guess)
    return w.fused(guess, w.fused(b.fneg(y), ratio, x), ratio)


def sigmoid(w: Writer, x: Any) -> Any:
    """1 / (1 + e^-x)."""
    return reciprocal(w, w.builder.fadd(w.constant(1), exponential(w, w.builder.fneg(x))))


def tanh(w: Writer, x: Any) -> Any:
    """(e^2x - 1) / (e^2x + 1), in [-1, 1], to a relative 4e-7 (float32) or 1e-15 (float64), near 0 too."""
    b = w.builder
    scale, rest = _split(w, b.fmul(w.constant(2), x))
    less_one = w.fused(scale, rest, b.fsub(scale, w.constant(1)))
    return clamp(w, quotient(w, less_one, b.fadd(less_one, w.constant(2))), -1.0, 1.0)


def logarithm(w: Writer, x: Any) -> Any:
    """ln x for normal x > 0, by Halley's method on e^y = x: exact to an absolute 1e-7 or 1e-15."""
    b = w.builder
    offset = b.sub(b.bitcast(x, _integers(w)), b.bitcast(w.constant(1), _integers(w)))
    y = b.fmul(b.sitofp(offset, w.vector), w.constant(math.log(2) / 2 ** MANTISSA_BITS[w.precision]))
    for _ in range(HALLEY_STEPS[w.precision]):
        grown = exponential(w, y)
        y = w.fused(w.constant(2), b.fdiv(b.fsub(x, grown), b.fadd(x, grown)), y)
    return y


def unbounded_logarithm(w: Writer, x: Any) -> Any:
    """ln x to a relative 3e-7 (float32) or 6e-16 (float64), near 1 too; minus infinite at 0, NaN below.

    x is a power of two times m, from the root of 1/2 to that of 2, and ln m is the series with s = (m - 1) / (m + 1).
    """
    b, (smallest, largest) = w.builder, NORMAL[w.precision]
    mantissa = _integer(w, MANTISSA_BITS[w.precision])
    bits = b.bitcast(x, _integers(w))
    whole = b.ashr(b.sub(bits, _integer(w, ROOT_OF_HALF[w.precision])), mantissa)
    m = b.bitcast(b.sub(bits, b.shl(whole, mantissa)), w.vector)
    s = b.fdiv(b.fsub(m, w.constant(1)), b.fadd(m, w.constant(1)))
    square, last = b.fmul(s, s), TERMS[w.precision] - 1
    series = w.constant(2 / (2 * last + 1))
    for term in reversed(range(1, last)):
        series = w.fused(series, square, w.constant(2 / (2 * term + 1)))
    of_m = w.fused(b.fmul(series, square), s, b.fmul(w.constant(2), s))
    power, (high, low) = b.sitofp(whole, w.vector), LN2[w.precision]
    y = w.fused(power, w.constant(high), w.fused(power, w.constant(low), of_m))
    y = b.select(b.fcmp_ordered("<", x, w.constant(smallest)), w.constant(-math.inf), y)
    y = b.select(b.fcmp_ordered("<", x, w.constant(0)), w.constant(math.nan), y)
    return b.select(b.fcmp_unordered(">", x, w.constant(largest)), x, y)
