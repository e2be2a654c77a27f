"""Arithmetic on symbols: what a cell's `step` computes, as a graph that can be differentiated and compiled.

Operations stand in the graph in the order in which `step` wrote them, and the derivative's in an order that follows
from it, so that neither names nor versions of a library decide how a sum is rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gradient_horizon.errors import EquationError

FUNCTIONS = ("sigmoid", "tanh", "relu", "exp", "log", "sqrt", "abs")
"""The functions of one argument that a step may use."""

BINARY = ("add", "subtract", "multiply", "divide", "maximum", "minimum", "less")
LEGAL = f"+ - * / < >, whole powers, {', '.join(FUNCTIONS)}, maximum, minimum, where"
"""What a step may consist of, for messages."""

Number = int | float


class Graph:
    """The expressions of one step: each is there once, in the order in which it was first written."""

    def __init__(self) -> None:
        self.expressions: list[Expression] = []
        self.known: dict[tuple[Any, ...], Expression] = {}

    def symbol(self, name: str) -> Expression:
        """A quantity that the step is given."""
        return self.make("symbol", (), name)

    def constant(self, value: Number) -> Expression:
        """A number."""
        return self.make("constant", (), float(value))

    def make(self, operation: str, arguments: tuple[Expression, ...], value: str | float | None = None) -> Expression:
        """The expression with this operation and these arguments; a new one only if there was none."""
        key = (operation, *(argument.index for argument in arguments), value)
        if key not in self.known:
            self.known[key] = Expression(self, len(self.expressions), operation, arguments, value)
            self.expressions.append(self.known[key])
        return self.known[key]


class Expression:
    """A node of a graph; arithmetic on it gives further nodes."""

    def __init__(
        self, graph: Graph, index: int, operation: str, arguments: tuple[Expression, ...], value: str | float | None
    ):
        self.graph, self.index = graph, index
        self.operation, self.arguments, self.value = operation, arguments, value

    def is_number(self, value: Number) -> bool:
        """Whether this is the constant `value`."""
        return self.operation == "constant" and self.value == value

    def text(self) -> str:
        """One line that says what the node is, the same for the same step."""
        return f"{self.operation}({','.join(str(a.index) for a in self.arguments)}){self.value!r}"

    def _other(self, other: Any) -> Expression:
        if isinstance(other, Expression):
            return other.as_number()
        if isinstance(other, int | float | np.number):
            return self.graph.constant(float(other))
        raise EquationError(f"must combine symbols and numbers only ({LEGAL}), got {type(other).__name__}")

    def _binary(self, operation: str, left: Any, right: Any) -> Expression:
        return self.graph.make(operation, (self._other(left), self._other(right)))

    def as_number(self) -> Expression:
        """This; raises EquationError for a comparison, which is no number."""
        if self.operation == "less":
            raise EquationError("must use a comparison as the condition of `where` only, got one as a number")
        return self

    def __abs__(self) -> Expression:
        return self.graph.make("abs", (self.as_number(),))

    def __add__(self, other: Any) -> Expression:
        other = self._other(other)
        if other.is_number(0):
            return self
        return other if self.is_number(0) else self._binary("add", self, other)

    def __radd__(self, other: Any) -> Expression:
        return self._other(other) + self

    def __sub__(self, other: Any) -> Expression:
        other = self._other(other)
        if other.is_number(0):
            return self
        return -other if self.is_number(0) else self._binary("subtract", self, other)

    def __rsub__(self, other: Any) -> Expression:
        return self._other(other) - self

    def __mul__(self, other: Any) -> Expression:
        other = self._other(other)
        if other.is_number(1):
            return self
        return other if self.is_number(1) else self._binary("multiply", self, other)

    def __rmul__(self, other: Any) -> Expression:
        return self._other(other) * self

    def __truediv__(self, other: Any) -> Expression:
        return self._binary("divide", self, other)

    def __rtruediv__(self, other: Any) -> Expression:
        return self._binary("divide", other, self)

    def __neg__(self) -> Expression:
        if self.operation == "constant":
            return self.graph.constant(-float(self.value or 0))
        return self.arguments[0] if self.operation == "negative" else self.graph.make("negative", (self,))

    def __pow__(self, power: Any) -> Expression:
        if not (isinstance(power, int) and 1 <= power <= 8):
            raise EquationError(f"must raise to whole powers from 1 to 8, got {power!r}")
        product = self
        for _ in range(power - 1):
            product = product * self
        return product

    def __lt__(self, other: Any) -> Expression:
        return self._binary("less", self, other)

    def __gt__(self, other: Any) -> Expression:
        return self._binary("less", other, self)

    def __bool__(self) -> bool:
        raise EquationError("must not branch on a symbol; `where` chooses between two values")

    def __getattr__(self, name: str) -> Callable[..., Expression]:
        if name in FUNCTIONS:
            return lambda: self.graph.make(name, (self.as_number(),))
        if name in BINARY:
            return lambda other: self._binary(name, self, other)
        if name.startswith("__"):
            raise AttributeError(name)
        raise EquationError(f"must consist of {LEGAL}; got {name!r}")

    def new_tensor(self, value: Number) -> Expression:
        """A number, beside this symbol; as the method of torch's tensors."""
        return self.graph.constant(value)

    def square(self) -> Expression:
        """The product with itself."""
        return self * self

    def where(self, condition: Expression, other: Any) -> Expression:
        """This where the condition holds, else the other; as the method of torch's tensors."""
        other = self._other(other)
        return self if other is self else self.graph.make("where", (self._condition(condition), self, other))

    @staticmethod
    def _condition(condition: Any) -> Expression:
        if isinstance(condition, Expression) and condition.operation == "less":
            return condition
        raise EquationError("must choose by a comparison of symbols in `where`")

    @classmethod
    def __torch_function__(
        cls, function: Callable[..., Any], types: Any, arguments: Sequence[Any] = (), options: Any = None
    ) -> Any:
        """Torch's own functions of these names work on symbols too."""
        name = function.__name__
        if name == "where" and len(arguments) == 3:
            condition, this, other = arguments
            like = next(value for value in (this, other) if isinstance(value, Expression))
            return like._other(this).where(condition, other)
        if not isinstance(arguments[0], Expression):
            raise EquationError(f"must consist of {LEGAL}; got torch.{name} of {type(arguments[0]).__name__}")
        return getattr(arguments[0], name)(*arguments[1:], **(options or {}))


def differentiate(
    outputs: Sequence[Expression], given: Sequence[Expression], symbols: Sequence[Expression]
) -> list[Expression]:
    """The derivatives of sum(given * outputs) with respect to the symbols, by reverse accumulation.

    `given` are the outputs' adjoints. Constants 0 are returned for symbols that the outputs do not depend on.
    """
    graph = outputs[0].graph
    zero = graph.constant(0)
    written = list(graph.expressions)
    adjoints: dict[int, Expression] = {}

    def add(to: Expression, value: Expression) -> None:
        adjoints[to.index] = adjoints[to.index] + value if to.index in adjoints else value

    for output, adjoint in zip(outputs, given, strict=True):
        add(output, adjoint)
    for node in reversed(written):
        if node.index in adjoints and node.operation in RULES:
            for argument, value in zip(node.arguments, RULES[node.operation](node, adjoints[node.index]), strict=True):
                if value is not None:
                    add(argument, value)
    return [adjoints.get(symbol.index, zero) for symbol in symbols]


Rule = Callable[[Expression, Expression], tuple[Expression | None, ...]]


def _multiply(node: Expression, g: Expression) -> tuple[Expression, ...]:
    left, right = node.arguments
    return g * right, g * left


def _divide(node: Expression, g: Expression) -> tuple[Expression, ...]:
    by_left = g / node.arguments[1]
    return by_left, -(by_left * node)


def _choose(larger: bool) -> Rule:
    def rule(node: Expression, g: Expression) -> tuple[Expression, ...]:
        left, right = node.arguments
        zero, smaller = g.graph.constant(0), left < right
        by_smaller, by_larger = g.where(smaller, zero), zero.where(smaller, g)
        return (by_larger, by_smaller) if larger else (by_smaller, by_larger)

    return rule


def _where(node: Expression, g: Expression) -> tuple[Expression | None, ...]:
    zero = g.graph.constant(0)
    return None, g.where(node.arguments[0], zero), zero.where(node.arguments[0], g)


RULES: Mapping[str, Rule] = {
    "add": lambda node, g: (g, g),
    "subtract": lambda node, g: (g, -g),
    "multiply": _multiply,
    "divide": _divide,
    "negative": lambda node, g: (-g,),
    "sigmoid": lambda node, g: (g * (node - node * node),),
    "tanh": lambda node, g: (g * (1 - node * node),),
    "relu": lambda node, g: (g.where(node > 0, g.graph.constant(0)),),
    "exp": lambda node, g: (g * node,),
    "log": lambda node, g: (g / node.arguments[0],),
    "sqrt": lambda node, g: (0.5 * g / node,),
    "abs": lambda node, g: ((-g).where(node.arguments[0] < 0, g),),
    "maximum": _choose(larger=True),
    "minimum": _choose(larger=False),
    "where": _where,
}
"""By operation: the adjoints of a node's arguments, from the node and its adjoint.

Slopes of sigmoid and tanh are one fused operation each, so exact even where the function is nearly flat.
"""
