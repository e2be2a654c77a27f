"""Compiled functions beside the engine's: its products without anything between them, and multiply-adds in registers."""

from functools import cache
from pathlib import Path

from llvmlite import ir

from gradient_horizon.engine import objects
from gradient_horizon.engine.compiler.outer_products import OuterProducts
from gradient_horizon.engine.compiler.products import Products, write_pack
from gradient_horizon.engine.compiler.writer import Variable, Writer
from gradient_horizon.engine.lanes import REGISTER_BYTES

REGISTER = REGISTER_BYTES // 4
LANES = 2 * REGISTER
"""Sequences side by side, as in the engine's widest groups."""

ACCUMULATORS = (4, 6, 8, 12, 16, 20, 24)
TEXT = Path(__file__).read_text()


@cache
def products(steps: int) -> objects.Library:
    """`pack`, `multiply` and `add_outer` in float32, the latter two over and over, on vectors of `steps` steps in turn.

    pack(matrix, packed, rows, columns, row_step, column_step)
    multiply(packed, vectors [step column lane], products [row lane], rows, columns, step, times)
    add_outer(left [step row lane], left_step, right [step lane stride], sum [row stride], rows, columns, stride, times)
    """
    return objects.load(f"{TEXT} products {steps}", lambda: _write_products(steps))


@cache
def multiply_adds(accumulators: int) -> objects.Library:
    """`run(factor [lane], term [lane], sums [accumulator lane], times)`: every sum a becomes a x + y so often, in registers."""
    return objects.load(f"{TEXT} multiply-adds {accumulators}", lambda: _write_multiply_adds(accumulators))


def _write_products(steps: int) -> ir.Module:
    module = ir.Module("products")
    written = Products(module, "float32", LANES, REGISTER)
    outer = OuterProducts(module, "float32", LANES, REGISTER)

    w = Writer(module, "pack", 6, "float32", LANES, public=True)
    matrix, packed, rows, columns, row_step, column_step = w.parameters
    write_pack(w, matrix, packed, rows=rows, columns=columns, row_step=row_step, column_step=column_step)
    w.finish()

    w = Writer(module, "multiply", 7, "float32", LANES, public=True)
    packed, vectors, into, rows, columns, step, times = w.parameters
    with w.loop(times) as t:
        at = w.at(vectors, (t & (steps - 1)) * step)
        written.multiply(w, packed, at, into, rows=rows, columns=columns, adds=False)
    w.finish()

    w = Writer(module, "add_outer", 8, "float32", LANES, public=True)
    left, left_step, right, into, rows, columns, stride, times = w.parameters
    with w.loop(times):
        sizes = {
            "rows": rows,
            "columns": columns,
            "stride": stride,
            "steps": w.integer(steps),
            "used": w.integer(LANES),
        }
        outer.add(w, left, left_step, right, into, **sizes)
    w.finish()
    return module


def _write_multiply_adds(accumulators: int) -> ir.Module:
    module = ir.Module("multiply_adds")
    w = Writer(module, "run", 4, "float32", REGISTER, public=True)
    factor, term, into, times = w.parameters
    x, y = w.load(factor), w.load(term)
    sums = [Variable(w, w.load(into, n * REGISTER)) for n in range(accumulators)]
    with w.loop(times):
        for total in sums:
            total.set(w.fused(total.get(), x, y))
    for n, total in enumerate(sums):
        w.store(total.get(), into, n * REGISTER)
    w.finish()
    return module
