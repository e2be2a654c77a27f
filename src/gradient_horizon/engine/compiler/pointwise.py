"""Vector code of expressions: the elementwise part of a step and of its adjoint."""

from collections.abc import Sequence
from typing import Any

from gradient_horizon.engine.compiler import elementary
from gradient_horizon.engine.compiler.writer import Writer
from gradient_horizon.engine.expression import Expression

FUNCTIONS = {
    "sigmoid": elementary.sigmoid,
    "tanh": elementary.tanh,
    "exp": elementary.unbounded_exponential,
    "log": elementary.unbounded_logarithm,
}

DEEP = 200
"""Expressions above which they are evaluated in the order in which they were written, so that none waits for many."""


class Pointwise:
    """Evaluates expressions, each once, given the values of some of them.

    A product that is used once, by a sum, is fused with it; a rule, so that the same equations round in the same way.
    """

    def __init__(self, writer: Writer, results: Sequence[Expression], known: dict[int, Any]):
        self.writer, self.values = writer, dict(known)
        self.uses, nodes = _count_uses(results, known)
        for node in nodes if len(nodes) > DEEP else ():
            if not self._is_fused(node):
                self.value(node)

    def value(self, node: Expression) -> Any:
        """The vector of a node's values."""
        if node.index not in self.values:
            self.values[node.index] = self._evaluate(node)
        return self.values[node.index]

    def _evaluate(self, node: Expression) -> Any:
        writer, b = self.writer, self.writer.builder
        if node.operation == "constant":
            return writer.constant(float(node.value or 0))
        if node.operation in ("add", "subtract"):
            return self._sum(node)
        arguments = [self.value(argument) for argument in node.arguments]
        if node.operation in FUNCTIONS:
            return FUNCTIONS[node.operation](writer, *arguments)
        zero = writer.constant(0)
        match node.operation:
            case "multiply":
                return b.fmul(*arguments)
            case "divide":
                return b.fdiv(*arguments)
            case "negative":
                return b.fneg(*arguments)
            case "relu":
                return b.select(b.fcmp_ordered("<", arguments[0], zero), zero, arguments[0])
            case "sqrt":
                return writer.intrinsic("sqrt", *arguments)
            case "abs":
                return writer.intrinsic("fabs", *arguments)
            case "less":
                return b.fcmp_ordered("<", *arguments)
            case "where":
                return b.select(*arguments)
            case "maximum":
                return self._or_nan(b.select(b.fcmp_ordered("<", *arguments), arguments[1], arguments[0]), arguments[1])
            case "minimum":
                return self._or_nan(b.select(b.fcmp_ordered("<", *arguments), arguments[0], arguments[1]), arguments[0])
        raise KeyError(f"no code for {node.operation}")

    def _or_nan(self, chosen: Any, other: Any) -> Any:
        """The value that a comparison chose, NaN where the other one is."""
        b = self.writer.builder
        return b.select(b.fcmp_unordered("uno", other, other), other, chosen)

    def _sum(self, node: Expression) -> Any:
        b = self.writer.builder
        left, right = node.arguments
        minus = node.operation == "subtract"
        if self._is_fused(right):
            factor, other = (self.value(argument) for argument in right.arguments)
            return self.writer.fused(b.fneg(factor) if minus else factor, other, self.value(left))
        if self._is_fused(left):
            factor, other = (self.value(argument) for argument in left.arguments)
            addend = self.value(right)
            return self.writer.fused(factor, other, b.fneg(addend) if minus else addend)
        return (b.fsub if minus else b.fadd)(self.value(left), self.value(right))

    def _is_fused(self, node: Expression) -> bool:
        return node.operation == "multiply" and node.index not in self.values and self.uses[node.index] == 1


def _count_uses(results: Sequence[Expression], known: dict[int, Any]) -> tuple[dict[int, int], Sequence[Expression]]:
    """How often each node is used, and the nodes in the order in which they were written."""
    uses: dict[int, int] = {}
    nodes: dict[int, Expression] = {}
    waiting = list(results)
    while waiting:
        node = waiting.pop()
        uses[node.index] = uses.get(node.index, 0) + 1
        if uses[node.index] == 1 and node.index not in known:
            waiting.extend(node.arguments)
            nodes[node.index] = node
    return uses, [nodes[index] for index in sorted(nodes)]
