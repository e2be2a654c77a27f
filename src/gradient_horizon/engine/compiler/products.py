"""Products of a network's weight with vectors of sequences, in tiles that stay in registers.

A weight is packed in tiles of rows: the tile of `m` rows from row r on stands at r times the number of columns, column
after column. Sums run over columns in ascending order, whatever the tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir

from gradient_horizon.engine.compiler.writer import Int, Variable, Writer

TILES = (8, 4, 2, 1)
"""Rows of a packed tile; a weight is cut into as many of the first as fit, then into the others.

Two of the largest are multiplied side by side where registers suffice.
"""


class Products:
    """The functions of one module that multiply; `vector` is the length of a register."""

    def __init__(self, module: ir.Module, precision: str, lanes: int, vector: int):
        self.module, self.precision, self.lanes, self.vector = module, precision, lanes, vector
        write_tile = self._write_tile if lanes >= vector else self._write_paired_tile
        self.sizes = (2 * TILES[0], *TILES) if lanes <= vector else TILES
        self.tiles = {
            (rows, adds): (write_tile if rows > 1 else self._write_tile)(rows, adds=adds)
            for rows in self.sizes
            for adds in (False, True)
        }

    def _writer(self, name: str, parameters: int) -> Writer:
        return Writer(self.module, name, parameters, self.precision, self.lanes, public=False)

    def _write_tile(self, rows: int, *, adds: bool) -> ir.Function:
        """c[m] = sum over k of a[k, m] x[k], for `rows` vectors c; or c[m] plus that sum."""
        w = self._writer(f"product_{rows}{'_added' if adds else ''}", 4)
        a, x, c, columns = w.parameters
        sums = [Variable(w, w.load(c, m * w.lanes) if adds else w.constant(0)) for m in range(rows)]
        with w.loop(columns) as k:
            vector = w.load(x, k * w.lanes)
            for m, total in enumerate(sums):
                factor = w.broadcast(w.load_scalar(a, _place(m, k, rows, columns)))
                total.set(w.fused(factor, vector, total.get()))
        for m, total in enumerate(sums):
            w.store(total.get(), c, m * w.lanes)
        return w.finish()

    def _write_paired_tile(self, rows: int, *, adds: bool) -> ir.Function:
        """The same sums for groups half as wide as a register: two rows share one, sequence by sequence."""
        w = self._writer(f"product_{rows}{'_added' if adds else ''}", 4)
        a, x, c, columns = w.parameters
        lanes = range(w.lanes)
        pairs = range(rows // 2)
        joined, twice = [n for lane in lanes for n in (lane, w.lanes + lane)], [lane for lane in lanes for _ in (0, 1)]

        def row(m: int) -> Any:
            return w.load(c, m * w.lanes) if adds else w.constant(0)

        sums = [Variable(w, w.shuffle(row(2 * m), row(2 * m + 1), joined)) for m in pairs]
        with w.loop(columns) as k:
            vector = w.load(x, k * w.lanes)
            vector = w.shuffle(vector, vector, twice)
            for m, total in enumerate(sums):
                factors = w.load(a, _place(2 * m, k, rows, columns), 2)
                total.set(w.fused(w.shuffle(factors, factors, [0, 1] * w.lanes), vector, total.get()))
        for m, total in enumerate(sums):
            for second in (0, 1):
                own = [2 * lane + second for lane in lanes]
                w.store(w.shuffle(total.get(), total.get(), own), c, (2 * m + second) * w.lanes)
        return w.finish()

    def multiply(self, w: Writer, a: Int, x: Int, c: Int, *, rows: Int, columns: Int, adds: bool) -> None:
        """The product of a packed weight with vectors x, as vectors c."""

        def tile(size: int, row: Int) -> None:
            w.call(self.tiles[size, adds], w.at(a, row * columns), x, w.at(c, row * w.lanes), columns)

        for_each_tile(w, rows, self.sizes, tile)


def _place(m: int, k: Int, rows: int, columns: Int) -> Int:
    """Where the factor of row m and column k stands in the tiles that `rows` rows are packed in."""
    largest = TILES[0]
    if rows <= largest:
        return k * rows + m
    return columns * (m // largest * largest) + k * largest + m % largest


def for_each_tile(w: Writer, rows: Int, sizes: Sequence[int], write: Callable[[int, Int], None]) -> None:
    """Writes a loop over tiles of the first of these powers of two, then each further tile that the rows ask for."""
    largest, *smaller = sizes
    with w.loop((rows // largest) * largest, largest) as row:
        write(largest, row)
    for size in smaller:
        with w.when((rows & size).differs(0)):
            write(size, (rows // (2 * size)) * (2 * size))


def write_pack(
    w: Writer, source: Int, target: Int, *, rows: Int, columns: Int, row_step: Int, column_step: Int
) -> None:
    """Packs the matrix with these steps between rows and between columns into tiles."""

    def tile(size: int, row: Int) -> None:
        with w.loop(columns) as column:
            start = w.at(source, row * row_step + column * column_step)
            into = w.at(target, row * columns + column * size)
            for m in range(size):
                w.store(w.load_scalar(start, row_step * m), into, m)

    for_each_tile(w, rows, TILES, tile)
