"""JavaScript of cells, written from their equations, so that a page runs the very recurrences of a study."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence

from gradient_horizon import registries
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.equations import Equations, trace
from gradient_horizon.engine.expression import Expression

OPERATIONS: Mapping[str, str] = {
    "add": "{} + {}",
    "subtract": "{} - {}",
    "multiply": "{} * {}",
    "divide": "{} / {}",
    "negative": "-{}",
    "sigmoid": "1 / (1 + Math.exp(-{}))",
    "tanh": "Math.tanh({})",
    "relu": "{0} < 0 ? 0 : {0}",
    "exp": "Math.exp({})",
    "log": "Math.log({})",
    "sqrt": "Math.sqrt({})",
    "abs": "Math.abs({})",
    "maximum": "Math.max({}, {})",
    "minimum": "Math.min({}, {})",
    "less": "{} < {}",
    "where": "{} ? {} : {}",
}
"""Each operation of a step on JavaScript's numbers, which are float64; `relu`, `maximum` and `minimum` keep NaN."""

HEADER = """\
"use strict";
// The recurrent cells, one object each. This text is generated from the cells' equations: change those instead.
"""
STEP = """\
    step(sequences, hidden, A, a, S, before, after, V, v) {{
      const size = sequences * hidden, rows = {blocks} * hidden;
      for (let b = 0; b < sequences; b++) {{
        for (let u = 0; u < hidden; u++) {{
          const p = a + b * rows + u, i = b * hidden + u;
{lines}
        }}
      }}
    }},
"""
ADJOINT = """\
    adjoint(sequences, hidden, A, a, S, before, after, V, v, G, D, d) {{
      const size = sequences * hidden, rows = {blocks} * hidden;
      for (let b = 0; b < sequences; b++) {{
        for (let u = 0; u < hidden; u++) {{
          const p = a + b * rows + u, q = d + b * rows + u, i = b * hidden + u;
{lines}
        }}
      }}
    }},
"""


def write_cells(names: Iterable[str] = registries.CELLS) -> str:
    """The text of a module that exports `CELLS`: an object per cell, by name; `report/live/engine.js` has their form.

    Cells that mix units run by automatic differentiation only and are left out. Raises UnknownNameError, and
    EquationError for a cell whose step cannot be traced.
    """
    cells = {name: registries.load(registries.CELLS, "cell", name)() for name in names}
    written = [write_cell(name, cell) for name, cell in cells.items() if not cell.mixes_units]
    return f"{HEADER}export const CELLS = {{\n{''.join(written)}}};\n"


def write_cell(name: str, cell: Cell) -> str:
    """The entry of one cell; raises EquationError for a cell whose step cannot be traced."""
    equations = trace(cell)
    saved = [node for node in equations.saved if node.operation != "symbol"]
    facts = {
        "name": name,
        "blocks": [
            {
                "name": block.name,
                "states": block.matrices(cell.multiplied),
                "seesInput": block.sees_x,
                "gate": block.gate,
                "parameter": block.sees == "nothing",
            }
            for block in cell.rows
        ],
        "parameters": [{"name": each.name, "low": each.low, "high": each.high} for each in cell.parameters],
        "states": list(cell.state),
        "multiplied": cell.multiplied,
        "saved": len(saved),
    }
    declared = "".join(f"    {key}: {json.dumps(value)},\n" for key, value in facts.items())
    blocks = len(equations.blocks)
    step = STEP.format(blocks=blocks, lines=_step(equations, saved))
    adjoint = ADJOINT.format(blocks=blocks, lines=_adjoint(equations, saved))
    return f"  {json.dumps(name)}: {{\n{declared}{step}{adjoint}  }},\n"


def _step(equations: Equations, saved: Sequence[Expression]) -> str:
    """Pre-activations A and the state before, in S, give the state after and the values V that the adjoint needs."""
    known = _given("A", "p", equations.blocks) | _given("S", "before + i", equations.before, "size")
    results = [
        *((_place("S", "after + i", n, "size"), "=", node) for n, node in enumerate(equations.after)),
        *((_place("V", "v + i", n, "size"), "=", node) for n, node in enumerate(saved)),
    ]
    return _statements(known, results)


def _adjoint(equations: Equations, saved: Sequence[Expression]) -> str:
    """The gradient of the state after, in G, gives that of the pre-activations, in D, and adds to that of the state.

    A value that the step has written down is read again, not computed: the state after, and what is in V.
    """
    known = _given("A", "p", equations.blocks) | _given("S", "before + i", equations.before, "size")
    for place, at, nodes in (("S", "after + i", equations.after), ("V", "v + i", saved)):
        known = {
            node.index: _place(place, at, n, "size") for n, node in enumerate(nodes) if node.operation != "constant"
        } | known
    known |= _given("G", "after + i", equations.given, "size")
    results = [
        *((_place("D", "q", n, "hidden"), "=", node) for n, node in enumerate(equations.by_blocks)),
        *(
            (_place("G", "before + i", n, "size"), "+=", node)
            for n, node in enumerate(equations.by_before)
            if not node.is_number(0)
        ),
    ]
    return _statements(known, results)


def _given(array: str, at: str, nodes: Sequence[Expression], stride: str = "hidden") -> dict[int, str]:
    return {node.index: _place(array, at, n, stride) for n, node in enumerate(nodes)}


def _place(array: str, at: str, n: int, stride: str) -> str:
    offset = "" if n == 0 else f" + {stride}" if n == 1 else f" + {n} * {stride}"
    return f"{array}[{at}{offset}]"


def _statements(known: Mapping[int, str], results: Sequence[tuple[str, str, Expression]]) -> str:
    """A constant per expression that the results need, in the order of the graph; then the assignments of results."""
    needed: dict[int, Expression] = {}
    waiting = [node for _, _, node in results]
    while waiting:
        node = waiting.pop()
        if node.index not in needed and node.operation != "constant":
            needed[node.index] = node
            waiting.extend(() if node.index in known else node.arguments)
    lines = [
        f"const x{index} = {known.get(index) or _operation(node)};{_remark(node)}"
        for index, node in sorted(needed.items())
    ]
    lines += [f"{place} {assign} {_name(node)};" for place, assign, node in results]
    return "\n".join(f"          {line}" for line in lines)


def _operation(node: Expression) -> str:
    return OPERATIONS[node.operation].format(*(_name(argument) for argument in node.arguments))


def _name(node: Expression) -> str:
    return _number(float(node.value or 0)) if node.operation == "constant" else f"x{node.index}"


def _number(value: float) -> str:
    if not math.isfinite(value):
        return {math.inf: "Infinity", -math.inf: "(-Infinity)"}.get(value, "NaN")
    return f"({value!r})" if math.copysign(1, value) < 0 else repr(value)


def _remark(node: Expression) -> str:
    return f" // {node.value}" if node.operation == "symbol" else ""
