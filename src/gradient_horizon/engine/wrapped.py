"""Cells around other cells."""

from gradient_horizon.engine.axes import State
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.tape import Adjoint, Tape


class WrappedCell(Cell):
    """A cell that does everything as its inner cell; derived classes change what they are about."""

    def __init__(self, inner: Cell):
        self.inner = inner
        self.blocks, self.input_blocks = inner.blocks, inner.input_blocks
        self.carries, self.keeps, self.own_columns = inner.carries, inner.keeps, inner.own_columns
        self.keeping_block, self.writing_block = inner.keeping_block, inner.writing_block
        self.skips_weights = inner.skips_weights

    def step(self, pre: tuple[State, ...], previous: tuple[State, ...]) -> tuple[State, ...]:
        """The inner cell's step."""
        return self.inner.step(pre, previous)

    def layout(self, hidden: int, inputs: int) -> Layout:
        """The inner cell's layout."""
        return self.inner.layout(hidden, inputs)

    def keeping(self, tape: Tape, t: int) -> State | None:
        """The inner cell's gate."""
        return self.inner.keeping(tape, t)

    def writing(self, tape: Tape, t: int) -> State | None:
        """The inner cell's gate."""
        return self.inner.writing(tape, t)

    def showing(self, tape: Tape, t: int) -> State | None:
        """The inner cell's gate."""
        return self.inner.showing(tape, t)

    def forward(self, tape: Tape, t: int) -> None:
        """The inner cell's forward step."""
        self.inner.forward(tape, t)

    def backward(self, tape: Tape, t: int, adjoint: Adjoint) -> None:
        """The inner cell's adjoint."""
        self.inner.backward(tape, t, adjoint)
