"""Products of adjoints with states, summed over steps and sequences: what joins a weight's gradient.

Sums run over the steps of a chunk, the last first, and over the sequences of each; columns lie along the vectors.
"""

from llvmlite import ir

from gradient_horizon.engine.compiler.writer import Int, Variable, Writer

ROWS = (8, 1)
VECTORS = (3, 2, 1)
"""Rows and vectors of columns that are summed at once, in registers."""


class OuterProducts:
    """The functions of one module that add outer products; `vector` is the length of vectors along columns."""

    def __init__(self, module: ir.Module, precision: str, lanes: int, vector: int):
        self.module, self.precision, self.lanes, self.vector = module, precision, lanes, vector
        shapes = [(count, vector) for count in VECTORS] + [(1, vector // 2)]
        self.outers = {
            (rows, count, width): self._write_outer(rows, count, width) for rows in ROWS for count, width in shapes
        }

    def _write_outer(self, rows: int, count: int, width: int) -> ir.Function:
        """d[m, n] += sum over steps and sequences of left[step, m, sequence] right[step, sequence, n].

        The sum is taken by itself before it is added, so that a long sequence costs no digits.
        """
        name = f"outer_{rows}_{count}_{width}"
        w = Writer(self.module, name, 7, self.precision, self.lanes, public=False)
        left, left_step, right, right_step, into, steps, used = w.parameters
        stride = right_step // w.lanes
        zero = w.constant(0, width)
        sums = {(m, n): Variable(w, zero) for m in range(rows) for n in range(count)}
        with w.loop(steps) as step:
            base, beside = w.at(left, step * left_step), w.at(right, step * right_step)
            with w.loop(used) as lane:
                vectors = [w.load(beside, lane * stride + n * width, width) for n in range(count)]
                for m in range(rows):
                    factor = w.broadcast(w.load_scalar(base, lane + m * w.lanes), width)
                    for n, vector in enumerate(vectors):
                        sums[m, n].set(w.fused(factor, vector, sums[m, n].get()))
        for (m, n), total in sums.items():
            place = stride * m + n * width
            w.store(w.builder.fadd(w.load(into, place, width), total.get()), into, place)
        return w.finish()

    def add(
        self,
        w: Writer,
        left: Int,
        left_step: Int,
        right: Int,
        into: Int,
        *,
        rows: Int,
        columns: Int,
        stride: Int,
        steps: Int,
        used: Int,
    ) -> None:
        """Adds the products of vectors left and transposed vectors right to a weight's gradient [row stride]."""
        right_step = stride * w.lanes

        def of_rows(size: int, row: Int) -> None:
            of_row, beside, target = w.at(left, row * w.lanes), right, w.at(into, row * stride)

            def call(count: int, width: int, column: Int) -> None:
                w.call(
                    self.outers[size, count, width],
                    of_row,
                    left_step,
                    w.at(beside, column),
                    right_step,
                    w.at(target, column),
                    steps,
                    used,
                )

            wide = columns // self.vector
            widest = VECTORS[0]
            with w.loop((wide // widest) * widest, widest) as vectors:
                call(widest, self.vector, vectors * self.vector)
            done = (wide // widest) * widest
            for count in VECTORS[1:]:
                with w.when((wide - done).equals(count)):
                    call(count, self.vector, done * self.vector)
            column = wide * self.vector
            left_over = columns - column
            with w.when(left_over.differs(0)):
                with w.when(left_over.is_below(self.vector // 2 + 1)):
                    call(1, self.vector // 2, column)
                with w.when(w.integer(self.vector // 2).is_below(left_over)):
                    call(1, self.vector, column)

        largest = ROWS[0]
        with w.loop((rows // largest) * largest, largest) as row:
            of_rows(largest, row)
        whole = (rows // largest) * largest
        with w.loop(rows - whole) as further:
            of_rows(1, whole + further)

    def transpose(self, w: Writer, vectors: Int, into: Int, *, count: Int, stride: Int) -> None:
        """Writes vectors lanes first, `stride` numbers apart, so that what belongs to a sequence lies side by side."""
        block = min(self.lanes, self.vector)
        with w.loop(count, block) as first:
            for lane in range(0, self.lanes, block):
                rows = [w.load(vectors, (first + k) * self.lanes + lane, block) for k in range(block)]
                for k, row in enumerate(w.transpose(rows)):
                    w.store(row, into, stride * (lane + k) + first)
