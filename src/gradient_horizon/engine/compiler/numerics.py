"""Sums and linear algebra on whole matrices, in one written order; what decides a weight calls no library for them."""

from llvmlite import ir

from gradient_horizon.engine.compiler.writer import I64, Int, Variable, Writer

LANES = 8


def write_numerics(precision: str) -> ir.Module:
    """The module of a precision: `sum_of_squares`, `multiply` and `solve`."""
    module = ir.Module("numerics")
    _write_sum_of_squares(module, precision)
    _write_multiply(module, precision)
    _write_solve(module, precision)
    return module


def _write_sum_of_squares(module: ir.Module, precision: str) -> None:
    """(values, rows, count, sums): adds to each float64 sum the squares of a row, in eight running sums."""
    w = Writer(module, "sum_of_squares", 4, precision, LANES, public=True)
    b, double = w.builder, ir.DoubleType()
    values, rows, count, sums = w.parameters
    wide = ir.VectorType(double, LANES)
    with w.loop(rows) as row:
        start = w.at(values, row * count)
        running = Variable(w, ir.Constant(wide, [0.0] * LANES))
        with w.loop((count // LANES) * LANES, LANES) as place:
            value = _widened(w, w.load(start, place), wide)
            running.set(w.fused(value, value, running.get()))
        target = b.inttoptr((sums + row * 8).value, double.as_pointer())
        total = Variable(w, b.load(target))
        for lane in range(LANES):
            total.set(b.fadd(total.get(), b.extract_element(running.get(), ir.Constant(I64, lane))))
        done = (count // LANES) * LANES
        with w.loop(count - done) as further:
            value = _widened(w, w.load_scalar(start, done + further), double)
            total.set(w.fused(value, value, total.get()))
        b.store(total.get(), target)
    w.finish()


def _widened(w: Writer, value: ir.Value, kind: ir.Type) -> ir.Value:
    return value if value.type == kind else w.builder.fpext(value, kind)


def _write_multiply(module: ir.Module, precision: str) -> None:
    """(a, b, c, size, columns, a_row, a_column): c = a b for square a, its rows and columns so far apart."""
    w = Writer(module, "multiply", 7, precision, 1, public=True)
    a, b, c, size, columns, a_row, a_column = w.parameters
    with w.loop(size) as row:
        with w.loop(columns) as column:
            w.store(ir.Constant(w.scalar, 0.0), c, row * columns + column)
        with w.loop(size) as inner:
            factor = w.load_scalar(a, row * a_row + inner * a_column)
            _add_row(w, factor, w.at(b, inner * columns), w.at(c, row * columns), columns)
    w.finish()


def _write_solve(module: ir.Module, precision: str) -> None:
    """(a, b, size, columns): b becomes a^-1 b, and a its LU factors, by elimination without pivoting."""
    w = Writer(module, "solve", 4, precision, 1, public=True)
    a, b, size, columns = w.parameters
    with w.loop(size) as pivot:
        first = pivot + 1
        with w.loop(size - first) as below:
            row = first + below
            factor = w.builder.fdiv(w.load_scalar(a, row * size + pivot), w.load_scalar(a, pivot * size + pivot))
            minus = w.builder.fneg(factor)
            _add_row(w, minus, w.at(a, pivot * size + first), w.at(a, row * size + first), size - first)
            _add_row(w, minus, w.at(b, pivot * columns), w.at(b, row * columns), columns)
    with w.loop(size) as index:
        pivot = size - index - 1
        diagonal = w.load_scalar(a, pivot * size + pivot)
        with w.loop(columns) as column:
            place = pivot * columns + column
            w.store(w.builder.fdiv(w.load_scalar(b, place), diagonal), b, place)
        with w.loop(pivot) as row:
            minus = w.builder.fneg(w.load_scalar(a, row * size + pivot))
            _add_row(w, minus, w.at(b, pivot * columns), w.at(b, row * columns), columns)
    w.finish()


def _add_row(w: Writer, factor: ir.Value, source: Int, target: Int, count: Int) -> None:
    """target += factor source, over vectors as far as they go, then number by number."""
    whole = (count // LANES) * LANES
    with w.loop(whole, LANES) as place:
        vector = w.load(source, place, LANES)
        w.store(w.fused(w.broadcast(factor, LANES), vector, w.load(target, place, LANES)), target, place)
    with w.loop(count - whole) as further:
        place = whole + further
        w.store(w.fused(factor, w.load_scalar(source, place), w.load_scalar(target, place)), target, place)
