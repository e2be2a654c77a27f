"""The interface of a recurrence: a cell is its equations.

At every step [h; x; 1], or [all states; x; 1], is multiplied by one weight matrix; `step` turns the product, blocks of
pre-activations, into the next state, unit by unit. Everything else is derived from these: compiled passes, layout,
parameter counts, and which remedies apply.
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

from gradient_horizon.errors import EquationError

Sees = Literal["h and x", "states and x", "h", "x", "nothing"]
Gate = Literal["keep", "write", "show"]


@dataclass(frozen=True)
class Block:
    """A block of pre-activations, as long as h, that `step` is given by this name.

    `sees` says what it is a product with, beside its bias; "states" are h and all further states, each with a recurrent
    matrix of its own. `gate` says which gate its sigmoid is: "keep" (the forget gate of an LSTM, the update gate of a
    GRU) multiplies the old memory, "write" the new, "show" what h shows of it.
    """

    name: str
    sees: Sees = "h and x"
    gate: Gate | None = None

    def __post_init__(self) -> None:
        for name, value, legal in (("sees", self.sees, get_args(Sees)), ("gate", self.gate, (None, *get_args(Gate)))):
            if value not in legal:
                raise EquationError(
                    f"block {self.name!r} must have a {name} of {', '.join(map(repr, legal))}, got {value!r}"
                )

    @property
    def sees_h(self) -> bool:
        """Whether the block has a recurrent matrix."""
        return self.sees in ("h and x", "states and x", "h")

    @property
    def sees_x(self) -> bool:
        """Whether the block is a product with the input."""
        return self.sees in ("h and x", "states and x", "x")

    def matrices(self, states: int) -> int:
        """How many recurrent matrices it has, with h first, if so many states stand in the columns of the weight."""
        return states if self.sees == "states and x" else int(self.sees_h)


@dataclass(frozen=True)
class Parameter:
    """A trained number of every unit, which `step` is given by this name; uniform in [low, high] at the start."""

    name: str
    low: int | float
    high: int | float

    def __post_init__(self) -> None:
        if not -math.inf < self.low <= self.high < math.inf:
            raise EquationError(
                f"parameter {self.name!r} must have low <= high, both finite, got {self.low}, {self.high}"
            )


class Cell(ABC):
    """One recurrence; a class made from it states `blocks` and `step`, and what differs from the defaults.

    `state` names what a step hands to the next: h, which is read out and multiplied by the weight, then further states,
    of which the last is the cell's memory (the LSTM's c). `parameters` are trained numbers of every unit. `normalised`
    says that blocks are layer-normalised before `step` sees them. A cell whose `step` combines different units, which
    is given torch tensors [network unit sequence], says so in `mixes_units`: it runs by automatic differentiation.

    >>> from gradient_horizon import Block, Cell, train
    >>> from gradient_horizon.engine.functions import sigmoid, tanh
    >>> class Leaky(Cell):
    ...     blocks = (Block("keep", gate="keep"), Block("new"))
    ...     def step(self, keep, new, h):
    ...         return tanh(new) + sigmoid(keep) * (h - tanh(new))
    >>> found = train(Leaky, "recall", seeds=2, learning_rates=0.01, length=5, hidden_size=4, updates=2,
    ...               evaluate_every=2, evaluation_sequences=32)
    >>> sorted(found.weights)
    ['keep.bias', 'keep.h', 'keep.x', 'new.bias', 'new.h', 'new.x', 'readout.bias', 'readout.h']
    """

    blocks: ClassVar[tuple[Block, ...]] = ()
    state: ClassVar[tuple[str, ...]] = ("h",)
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    mixes_units: ClassVar[bool] = False
    normalised: bool = False

    @abstractmethod
    def step(self, *_: Any, **given: Any) -> Any:
        """The next state (one value, or a tuple in the order of `state`) from blocks, states and parameters by name.

        It may use + - * / < >, whole powers, and the functions of `gradient_horizon.engine.functions`.
        """

    @property
    def rows(self) -> tuple[Block, ...]:
        """All blocks of the weight in the order of its rows: those that see h first, parameters last.

        A parameter is the bias of a block that sees nothing else.
        """
        parameters = tuple(Block(parameter.name, sees="nothing") for parameter in self.parameters)
        return tuple(sorted((*self.blocks, *parameters), key=lambda block: not block.sees_h))

    @property
    def multiplied(self) -> int:
        """How many states stand in the columns of the weight: h, or all where a block sees all."""
        return max([1, *(block.matrices(len(self.state)) for block in self.rows)])

    def gate(self, role: Gate) -> Block | None:
        """The block of the gate with this role; None: there is no such gate."""
        return next((block for block in self.blocks if block.gate == role), None)
