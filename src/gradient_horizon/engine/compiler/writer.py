"""A small language to write loops over vectors in LLVM's intermediate representation.

Addresses and counts are 64-bit integers. A vector has a lane per sequence. No operation is reassociated or contracted
behind our back: LLVM keeps the order that is written, and a fused multiply-add is one only where it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from llvmlite import ir

from gradient_horizon.engine.compiler.subnormal import restore_switch, set_switch
from gradient_horizon.engine.objects import architecture

I64 = ir.IntType(64)
SCALARS = {"float32": ir.FloatType(), "float64": ir.DoubleType()}
ITEM_BYTES = {"float32": 4, "float64": 8}


class Int:
    """A 64-bit integer of the running code, with arithmetic."""

    def __init__(self, writer: Writer, value: Any):
        self.writer, self.value = writer, value

    def _value(self, other: Int | int) -> Any:
        return ir.Constant(I64, other) if isinstance(other, int) else other.value

    def __add__(self, other: Int | int) -> Int:
        return Int(self.writer, self.writer.builder.add(self.value, self._value(other)))

    def __sub__(self, other: Int | int) -> Int:
        return Int(self.writer, self.writer.builder.sub(self.value, self._value(other)))

    def __mul__(self, other: Int | int) -> Int:
        return Int(self.writer, self.writer.builder.mul(self.value, self._value(other)))

    def __floordiv__(self, other: int) -> Int:
        return Int(self.writer, self.writer.builder.sdiv(self.value, self._value(other)))

    def __and__(self, other: int) -> Int:
        return Int(self.writer, self.writer.builder.and_(self.value, self._value(other)))

    def is_below(self, other: Int | int) -> Any:
        """The condition that this is below the other."""
        return self.writer.builder.icmp_signed("<", self.value, self._value(other))

    def equals(self, other: Int | int) -> Any:
        """The condition that this is the other."""
        return self.writer.builder.icmp_signed("==", self.value, self._value(other))

    def differs(self, other: int) -> Any:
        """The condition that this is not the other."""
        return self.writer.builder.icmp_signed("!=", self.value, self._value(other))


class Variable:
    """A value of the running code that changes, in a register."""

    def __init__(self, writer: Writer, start: Any):
        self.builder = writer.builder
        with self.builder.goto_entry_block():
            self.place = self.builder.alloca(start.type)
        self.set(start)

    def get(self) -> Any:
        """Its value now."""
        return self.builder.load(self.place)

    def set(self, value: Any) -> None:
        """Replaces its value."""
        self.builder.store(value, self.place)


class Writer:
    """Writes one function over vectors of `lanes` numbers; with an entry block for its variables.

    A public function treats subnormal numbers as zero while it runs: with them it would be several times slower.
    """

    def __init__(self, module: ir.Module, name: str, parameters: int, precision: str, lanes: int, *, public: bool):
        self.function = ir.Function(module, ir.FunctionType(ir.VoidType(), [I64] * parameters), name)
        if not public:
            self.function.linkage = "internal"
        self.builder = ir.IRBuilder(self.function.append_basic_block("entry"))
        self.precision, self.scalar = precision, SCALARS[precision]
        self.item, self.lanes = ITEM_BYTES[precision], lanes
        self.vector = ir.VectorType(self.scalar, lanes)
        body = self.function.append_basic_block("body")
        self.builder.branch(body)
        self.builder.position_at_end(body)
        self.parameters = [Int(self, argument) for argument in self.function.args]
        self.switch = set_switch(self.builder, architecture()) if public else None

    def finish(self) -> ir.Function:
        """Ends the function."""
        if self.switch is not None:
            restore_switch(self.builder, architecture(), self.switch)
        self.builder.ret_void()
        return self.function

    def integer(self, value: int) -> Int:
        """A constant count."""
        return Int(self, ir.Constant(I64, value))

    def constant(self, value: int | float, lanes: int | None = None) -> Any:
        """A vector with this number in every lane."""
        vector = ir.VectorType(self.scalar, lanes or self.lanes)
        return ir.Constant(vector, [float(value)] * vector.count)

    def load_integer(self, address: Int) -> Int:
        """The 64-bit integer at an address."""
        return Int(self, self.builder.load(self._pointer(address, I64)))

    def _pointer(self, address: Int, pointee: Any) -> Any:
        return self.builder.inttoptr(address.value, pointee.as_pointer())

    def load(self, base: Int, offset: Int | int = 0, lanes: int | None = None) -> Any:
        """The vector at `offset` numbers from an address."""
        vector = ir.VectorType(self.scalar, lanes or self.lanes)
        return self.builder.load(self._pointer(self.at(base, offset), vector), align=self.item)

    def store(self, value: Any, base: Int, offset: Int | int = 0) -> None:
        """Puts a vector, or a single number, at `offset` numbers from an address."""
        self.builder.store(value, self._pointer(self.at(base, offset), value.type), align=self.item)

    def load_scalar(self, base: Int, offset: Int | int = 0) -> Any:
        """The single number at `offset` numbers from an address."""
        return self.builder.load(self._pointer(self.at(base, offset), self.scalar), align=self.item)

    def broadcast(self, scalar: Any, lanes: int | None = None) -> Any:
        """A vector with this number in every lane."""
        vector = ir.VectorType(self.scalar, lanes or self.lanes)
        mask = ir.Constant(ir.VectorType(ir.IntType(32), vector.count), [0] * vector.count)
        undefined = ir.Constant(vector, ir.Undefined)
        first = self.builder.insert_element(undefined, scalar, ir.Constant(ir.IntType(32), 0))
        return self.builder.shuffle_vector(first, undefined, mask)

    def at(self, base: Int, offset: Int | int) -> Int:
        """The address `offset` numbers after another."""
        return base + offset * self.item

    def intrinsic(self, name: str, *arguments: Any) -> Any:
        """One of LLVM's intrinsics on values of one type."""
        kind = arguments[0].type
        prefix = f"v{kind.count}" if isinstance(kind, ir.VectorType) else ""
        scalar = kind.element if prefix else kind
        full = f"llvm.{name}.{prefix}f{64 if isinstance(scalar, ir.DoubleType) else 32}"
        module = self.function.module
        declared = module.globals.get(full) or ir.Function(module, ir.FunctionType(kind, [kind] * len(arguments)), full)
        return self.builder.call(declared, arguments)

    def fused(self, x: Any, y: Any, z: Any) -> Any:
        """x y + z, rounded once."""
        return self.intrinsic("fma", x, y, z)

    def call(self, function: ir.Function, *arguments: Int | int) -> None:
        """Calls another function of this module."""
        values = [ir.Constant(I64, a) if isinstance(a, int) else a.value for a in arguments]
        self.builder.call(function, values)

    @contextmanager
    def loop(self, count: Int | int, step: int = 1) -> Iterator[Int]:
        """Runs what is written inside for 0, step, 2 step, ... below `count`."""
        limit = self.integer(count) if isinstance(count, int) else count
        before = self.builder.block
        body, after = (self.function.append_basic_block(name) for name in ("loop", "after"))
        self.builder.cbranch(self.integer(0).is_below(limit), body, after)
        self.builder.position_at_end(body)
        index = self.builder.phi(I64)
        index.add_incoming(ir.Constant(I64, 0), before)
        yield Int(self, index)
        following = Int(self, index) + step
        index.add_incoming(following.value, self.builder.block)
        self.builder.cbranch(following.is_below(limit), body, after)
        self.builder.position_at_end(after)

    @contextmanager
    def when(self, condition: Any) -> Iterator[None]:
        """Runs what is written inside if the condition holds."""
        with self.builder.if_then(condition):
            yield

    def shuffle(self, x: Any, y: Any, places: Sequence[int]) -> Any:
        """The vector of the numbers at these places of x and y, one after the other."""
        mask = ir.Constant(ir.VectorType(ir.IntType(32), len(places)), list(places))
        return self.builder.shuffle_vector(x, y, mask)

    def transpose(self, rows: Sequence[Any]) -> list[Any]:
        """As many vectors as there are rows, each as long, with rows and lanes exchanged; by log2 interleavings."""
        size = len(rows)
        half = size // 2
        low, high = (
            [lane for pair in pairs for lane in (pair, size + pair)] for pairs in (range(half), range(half, size))
        )
        current = list(rows)
        for _ in range(size.bit_length() - 1):
            current = [
                self.shuffle(current[row], current[row + half], places) for row in range(half) for places in (low, high)
            ]
        return current
