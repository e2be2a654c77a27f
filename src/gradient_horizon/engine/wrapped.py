"""Cells around other cells."""

from gradient_horizon.engine.axes import State
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.tape import Adjoint, Tape


class WrappedCell(Cell):
    """A cell that passes everything on to an inner cell; a derived class overrides what it changes."""

    def __init__(self, inner: Cell):
        self.inner = inner
        self.blocks, self.x_blocks = inner.blocks, inner.x_blocks
        self.carries, self.stores, self.own_columns = inner.carries, inner.stores, inner.own_columns
        self.forget_gate_block, self.input_gate_block = inner.forget_gate_block, inner.input_gate_block
        self.skips_weights = inner.skips_weights

    def step(self, pre: tuple[State, ...], previous: tuple[State, ...]) -> tuple[State, ...]:
        """The inner cell's step."""
        return self.inner.step(pre, previous)

    def layout(self, hidden: int, inputs: int) -> Layout:
        """The inner cell's layout."""
        return self.inner.layout(hidden, inputs)

    def forget_gate(self, tape: Tape, t: int) -> State | None:
        """The inner cell's gate."""
        return self.inner.forget_gate(tape, t)

    def input_gate(self, tape: Tape, t: int) -> State | None:
        """The inner cell's gate."""
        return self.inner.input_gate(tape, t)

    def output_gate(self, tape: Tape, t: int) -> State | None:
        """The inner cell's gate."""
        return self.inner.output_gate(tape, t)

    def forward(self, tape: Tape, t: int) -> None:
        """The inner cell's forward step."""
        self.inner.forward(tape, t)

    def backward(self, tape: Tape, t: int, adjoint: Adjoint) -> None:
        """The inner cell's adjoint."""
        self.inner.backward(tape, t, adjoint)
