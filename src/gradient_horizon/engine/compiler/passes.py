"""The passes over time of one cell: packing, forward and backward, for a group of sequences side by side."""

from llvmlite import ir

from gradient_horizon.engine.arguments import PASS
from gradient_horizon.engine.compiler import normalisation
from gradient_horizon.engine.compiler.pointwise import Pointwise
from gradient_horizon.engine.compiler.products import Products, write_pack
from gradient_horizon.engine.compiler.writer import Int, Variable, Writer
from gradient_horizon.engine.equations import Equations
from gradient_horizon.engine.lanes import REGISTER_BYTES


class CellModule:
    """Writes a cell's module: functions `pack`, `forward`, `backward` and `add_products`, of `Arguments` of `PASS`.

    `normalised` says which blocks are, in the order of the weight's rows; `recurrent` how many see h.
    """

    def __init__(
        self, equations: Equations, *, recurrent: int, normalised: tuple[bool, ...], precision: str, lanes: int
    ):
        self.equations, self.recurrent, self.normalised = equations, recurrent, normalised
        self.precision, self.lanes = precision, lanes
        self.module = ir.Module("passes")
        self.vector = REGISTER_BYTES // {"float32": 4, "float64": 8}[precision]
        self.products = Products(self.module, precision, lanes, self.vector)
        self.direct = not equations.by_before[0].is_number(0)
        self._write_pack()
        self._write_forward()
        self._write_backward()
        self._write_add_products()

    def _begin(self, name: str) -> tuple[Writer, dict[str, Int]]:
        w = Writer(self.module, name, 1, self.precision, self.lanes, public=True)
        arguments = {name: w.load_integer(w.parameters[0] + 8 * place) for place, name in enumerate(PASS)}
        return w, arguments

    def _write_pack(self) -> None:
        """Packs the weight for both directions."""
        w, a = self._begin("pack")
        without_h = a["columns"] - a["hidden"]
        write_pack(
            w,
            a["weight"],
            a["packed_h"],
            rows=a["rows_h"],
            columns=a["columns"],
            row_step=a["row_step"],
            column_step=w.integer(1),
        )
        write_pack(
            w,
            w.at(a["weight"], a["rows_h"] * a["row_step"] + a["hidden"]),
            a["packed_x"],
            rows=a["rows_x"],
            columns=without_h,
            row_step=a["row_step"],
            column_step=w.integer(1),
        )
        with w.when(a["rows_h"].differs(0)):
            write_pack(
                w,
                a["weight"],
                a["packed_back"],
                rows=a["hidden"],
                columns=a["rows_h"],
                row_step=w.integer(1),
                column_step=a["row_step"],
            )
        w.finish()

    def _write_forward(self) -> None:
        """Steps `first` to `last` - 1, from the state before the first."""
        w, a = self._begin("forward")
        e, lanes, hidden = self.equations, self.lanes, a["hidden"]
        size = hidden * lanes
        further = len(e.before) - 1
        with w.loop(a["last"] - a["first"]) as index:
            t = a["first"] + index
            state = w.at(a["state"], t * a["columns"] * lanes)
            next_state = w.at(state, a["columns"] * lanes)
            old, new = (w.at(a["further"], (t + k) * size * further) for k in (0, 1))
            saved = w.at(a["saved"], t * size * len(e.saved))
            self.products.multiply(
                w, a["packed_h"], state, a["gates"], rows=a["rows_h"], columns=a["columns"], adds=False
            )
            self.products.multiply(
                w,
                a["packed_x"],
                w.at(state, size),
                w.at(a["gates"], a["rows_h"] * lanes),
                rows=a["rows_x"],
                columns=a["columns"] - hidden,
                adds=False,
            )
            self._normalise(w, a, t)
            with w.loop(size, lanes) as place:
                known = {block.index: w.load(a["gates"], size * n + place) for n, block in enumerate(e.blocks)}
                known[e.before[0].index] = w.load(state, place)
                for n, symbol in enumerate(e.before[1:]):
                    known[symbol.index] = w.load(old, size * n + place)
                results = Pointwise(w, (*e.after, *e.saved), known)
                for n, node in enumerate(e.after[1:]):
                    w.store(results.value(node), new, size * n + place)
                w.store(results.value(e.after[0]), next_state, place)
                for n, node in enumerate(e.saved):
                    w.store(results.value(node), saved, size * n + place)
        w.finish()

    def _normalise(self, w: Writer, a: dict[str, Int], t: Int) -> None:
        size, blocks = a["hidden"] * self.lanes, len(self.normalised)
        for n, is_normalised in enumerate(self.normalised):
            if is_normalised:
                place, units = size * n, a["hidden"] * n
                normalisation.write_forward(
                    w,
                    w.at(a["gates"], place),
                    w.at(a["gain"], units),
                    w.at(a["bias"], units),
                    w.at(a["normal"], t * size * blocks + place),
                    w.at(a["scale"], (t * blocks + n) * self.lanes),
                    hidden=a["hidden"],
                    size=a["size"],
                )

    def _write_backward(self) -> None:
        """Steps `last` - 1 to `first`, from the adjoint of the state after the last."""
        w, a = self._begin("backward")
        lanes, hidden = self.lanes, a["hidden"]
        size = hidden * lanes
        all_rows = a["rows_h"] + a["rows_x"]
        waiting = Variable(w, w.integer(0).value)
        with w.loop(a["last"] - a["first"]) as index:
            t = a["last"] - index - 1
            state = w.at(a["state"], t * a["columns"] * lanes)
            place_in_chunk = Int(w, waiting.get())
            by_gates = w.at(a["by_gates"], place_in_chunk * all_rows * lanes)
            with w.when(a["by_outputs"].differs(0)), w.loop(size, lanes) as place:
                outside = w.load(a["by_outputs"], t * size + place)
                w.store(w.builder.fadd(w.load(a["by_h"], place), outside), a["by_h"], place)
            self._pointwise_back(w, a, t, state, by_gates)
            self._normalise_back(w, a, t, by_gates)
            self._keep(w, a["kept_by_gates"], by_gates, t, a["rows_h"] * lanes)
            if self.recurrent:
                self.products.multiply(
                    w, a["packed_back"], by_gates, a["by_h"], rows=hidden, columns=a["rows_h"], adds=self.direct
                )
            self._keep(w, a["kept_by_h"], a["by_h"], t, size)
            self.products.transpose(
                w,
                state,
                w.at(a["transposed"], place_in_chunk * a["stride"] * lanes),
                count=a["columns"],
                stride=a["stride"],
            )
            count = place_in_chunk + 1
            waiting.set(count.value)
            full = w.builder.or_(count.equals(a["chunk"]), t.equals(a["first"]))
            with w.when(full):
                self._add_outer(w, a, count)
                waiting.set(w.integer(0).value)
        w.finish()

    def _pointwise_back(self, w: Writer, a: dict[str, Int], t: Int, state: Int, by_gates: Int) -> None:
        e, lanes, size = self.equations, self.lanes, a["hidden"] * self.lanes
        further = len(e.before) - 1
        next_state = w.at(state, a["columns"] * lanes)
        old, new = (w.at(a["further"], (t + k) * size * further) for k in (0, 1))
        saved = w.at(a["saved"], t * size * len(e.saved))
        squares = [Variable(w, w.constant(0)) for _ in e.given]
        with w.loop(size, lanes) as place:
            known = {node.index: w.load(saved, size * n + place) for n, node in enumerate(e.saved)}
            known |= {node.index: w.load(new, size * n + place) for n, node in enumerate(e.after[1:])}
            known |= {node.index: w.load(old, size * n + place) for n, node in enumerate(e.before[1:])}
            known |= {e.after[0].index: w.load(next_state, place)}
            known |= {e.before[0].index: w.load(state, place)}
            for n, (symbol, square) in enumerate(zip(e.given, squares, strict=True)):
                adjoint = w.load(a["by_h"], place) if n == 0 else w.load(a["by_further"], size * (n - 1) + place)
                known[symbol.index] = adjoint
                square.set(w.fused(adjoint, adjoint, square.get()))
            results = Pointwise(w, (*e.by_blocks, *e.by_before), known)
            for n, node in enumerate(e.by_blocks):
                w.store(results.value(node), by_gates, size * n + place)
            for n, node in enumerate(e.by_before[1:]):
                w.store(results.value(node), a["by_further"], size * n + place)
            if self.direct or not self.recurrent:
                w.store(results.value(e.by_before[0]), a["by_h"], place)
        for n, square in enumerate(squares):
            w.store(square.get(), a["squares"], (t * len(squares) + n) * lanes)

    def _normalise_back(self, w: Writer, a: dict[str, Int], t: Int, by_gates: Int) -> None:
        size, blocks = a["hidden"] * self.lanes, len(self.normalised)
        for n, is_normalised in enumerate(self.normalised):
            if is_normalised:
                place, units = size * n, a["hidden"] * n
                normalisation.write_backward(
                    w,
                    w.at(by_gates, place),
                    w.at(a["gain"], units),
                    w.at(a["normal"], t * size * blocks + place),
                    w.at(a["scale"], (t * blocks + n) * self.lanes),
                    w.at(a["by_gain"], units),
                    w.at(a["by_bias"], units),
                    hidden=a["hidden"],
                    size=a["size"],
                    used=a["used"],
                )

    def _keep(self, w: Writer, into: Int, values: Int, t: Int, count: Int) -> None:
        """Copies `count` numbers of a step to where all steps are kept, if they are."""
        with w.when(into.differs(0)), w.loop(count, self.lanes) as place:
            w.store(w.load(values, place), into, t * count + place)

    def _write_add_products(self) -> None:
        """Adds to the recurrent gradient the products of `kept_by_gates` and `kept_by_h` of these steps."""
        w, a = self._begin("add_products")
        lanes, hidden = self.lanes, a["hidden"]
        with w.loop(a["last"] - a["first"]) as index:
            t = a["last"] - index - 1
            by_h = w.at(a["kept_by_h"], t * hidden * lanes)
            self.products.transpose(w, by_h, a["transposed"], count=hidden, stride=a["stride"])
            with w.loop(lanes) as lane, w.loop(a["stride"] - hidden) as column:
                w.store(ir.Constant(w.scalar, 0.0), a["transposed"], a["stride"] * lane + hidden + column)
            self.products.add_outer(
                w,
                w.at(a["kept_by_gates"], t * a["rows_h"] * lanes),
                w.integer(0),
                a["transposed"],
                a["by_weight"],
                rows=a["rows_h"],
                columns=hidden,
                stride=a["stride"],
                steps=w.integer(1),
                used=a["used"],
            )
        w.finish()

    def _add_outer(self, w: Writer, a: dict[str, Int], steps: Int) -> None:
        rows_h, rows_x, lanes = a["rows_h"], a["rows_x"], self.lanes
        step = (rows_h + rows_x) * lanes
        self.products.add_outer(
            w,
            a["by_gates"],
            step,
            a["transposed"],
            a["by_weight"],
            rows=rows_h,
            columns=a["columns"],
            stride=a["stride"],
            steps=steps,
            used=a["used"],
        )
        self.products.add_outer(
            w,
            w.at(a["by_gates"], rows_h * lanes),
            step,
            w.at(a["transposed"], a["hidden"]),
            w.at(a["by_weight"], rows_h * a["stride"] + a["hidden"]),
            rows=rows_x,
            columns=a["columns"] - a["hidden"],
            stride=a["stride"],
            steps=steps,
            used=a["used"],
        )
