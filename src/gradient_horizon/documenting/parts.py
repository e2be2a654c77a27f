"""The pages on what `config.yaml` may name: cells, tasks, and changes, of which remedies are made."""

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from gradient_horizon import registries
from gradient_horizon.documenting.config_keys import said, written
from gradient_horizon.documenting.markdown import code, docstring, fenced, listed, page, plain, table
from gradient_horizon.engine.cell import Cell
from gradient_horizon.engine.layout import Layout
from gradient_horizon.remedies.base import Change
from gradient_horizon.study.model import ChangeEntry
from gradient_horizon.tasks.base import Task
from gradient_horizon.tasks.parameters import parameters_of

UNITS, INPUTS = 32, 10
"""The sizes for which parameters are counted: those of recall in the shipped config.yaml."""

SHOWN_LENGTH = 20
"""The length whose baselines are shown."""

CELLS = f"""\
A cell is its equations: blocks of pre-activations, and one step from state to state ([how](../howto/own-cell.md)).
The step stands here as it is in the source; the compiled passes, the layout of the weights and the numbers of
parameters are derived from it. Numbers are for {UNITS} units and {INPUTS} inputs, as in recall; in brackets, those in
products, without biases.

A *keep* gate multiplies the old memory (the forget gate of an LSTM, the update gate of a GRU), a *write* gate what is
new, a *show* gate what h shows of it."""
TASKS = """\
Tasks of the literature exist in several variants under one name; each entry says which one this is, how its inputs
are laid out, and what is reached without memory. A network that does not beat the first baseline has learnt nothing."""
CHANGES = """\
A remedy of `config.yaml` is a list of changes, each with its parameters beside it. Of changes of one kind a run has
one: its own remedy's, before those of `always`."""


def cells_page(remedies: Mapping[str, Any]) -> str:
    """The page on cells; `remedies` are those of the shipped config.yaml, by which it says which fit."""
    changes = _one_of_each(remedies)
    return page("Cells", CELLS, *(part for name in registries.CELLS for part in _cell(name, changes)))


def tasks_page() -> str:
    """The page on tasks."""
    return page("Tasks", TASKS, *(part for name in registries.ALL_TASKS for part in _task(name)))


def changes_page(remedies: Mapping[str, Any]) -> str:
    """The page on changes; `remedies` are those of the shipped config.yaml, as examples."""
    return page(
        "Changes, of which remedies are made", CHANGES, *(p for n in registries.CHANGES for p in _change(n, remedies))
    )


def _of(of: type) -> str:
    """The docstring of the module of a class, where it is not that of many, and its own."""
    module = sys.modules[of.__module__]
    return f"{docstring(module, first=True)}\n\n{docstring(of)}"


def _cell(name: str, changes: Mapping[str, Change]) -> Iterator[str]:
    of: type[Cell] = registries.load(registries.CELLS, "cell", name)
    cell = of()
    layout = Layout(cell, UNITS, INPUTS)
    yield f"## `{name}`"
    yield _of(of)
    yield fenced(step_of(of), "python")
    yield table(
        ["block", "is a product with", "gate"],
        [[code(block.name), block.sees, block.gate or "-"] for block in cell.blocks],
    )
    facts = [f"**Parameters:** {layout.parameters:,} ({layout.product_weights:,})", f"**state:** {listed(cell.state)}"]
    if cell.parameters:
        facts.append(f"**trained numbers of every unit:** {listed(each.name for each in cell.parameters)}")
    yield ". ".join(facts) + "."
    unfit = [f"`{change}` (needs {need})" for change, each in changes.items() if (need := each.unmet_need(cell))]
    if unfit:
        yield f"Changes that do not fit it: {', '.join(unfit)}."


def step_of(of: type[Cell]) -> str:
    """The step of a cell as it is in the source, without its docstring and annotations."""
    (function,) = ast.parse(textwrap.dedent(inspect.getsource(of.step))).body
    assert isinstance(function, ast.FunctionDef)
    if ast.get_docstring(function):
        del function.body[0]
    for argument in function.args.args:
        argument.annotation = None
    function.returns = None
    return ast.unparse(function)


def _one_of_each(remedies: Mapping[str, Any]) -> dict[str, Change]:
    entries = [ChangeEntry.model_validate(entry) for entries in remedies.values() for entry in entries]
    return {entry.change: entry.build() for entry in reversed(entries)}  # type: ignore[misc]  # a protocol of the study


def _task(name: str) -> Iterator[str]:
    of: type[Task] = registries.load(registries.ALL_TASKS, "task", name)
    yield f"## `{name}`"
    yield _of(of)
    yield _parameters(parameters_of(of))
    if name in registries.FILE_TASKS:
        return
    task = of()
    length = max(SHOWN_LENGTH, task.minimal_length)
    lengths = f"{task.fixed_length} only" if task.fixed_length else f"from {task.minimal_length}"
    answers = "after the last step"
    if task.every_step:
        answers = f"after every step but the first {task.unasked_steps}" if task.unasked_steps else "after every step"
    yield table(
        ["inputs", "outputs", "loss", "answers are read", "lengths", "solved when"],
        [[str(task.inputs), str(task.outputs), task.loss, answers, lengths, plain(task.solved_when)]],
    )
    if task.fixed_length:
        yield "Its baselines are fitted to its data; the table [`baselines`](tables.md#baselines) of a study has them."
        return
    yield table(
        [f"baseline, T = {length}", "loss", "accuracy"],
        [
            [each.name, f"{each.loss:.4g}", "-" if each.accuracy is None else f"{each.accuracy:.4g}"]
            for each in task.baselines(length)
        ],
    )


def _change(name: str, remedies: Mapping[str, Any]) -> Iterator[str]:
    of: type[Change] = registries.load(registries.CHANGES, "change", name)
    yield f"## `{name}`"
    yield _of(of)
    yield f"**Changes:** {of.kind}."
    yield _parameters(of)
    used = [remedy for remedy, entries in remedies.items() if any(entry["change"] == name for entry in entries)]
    if used:
        yield f"Remedies of `config.yaml` with it: {listed(used)}."


def _parameters(of: type[BaseModel]) -> str:
    """A table of the parameters that a model declares; empty if there are none."""
    schema = of.model_json_schema()
    rows = [
        [
            code(key),
            said(value, schema),
            "must be given" if key in schema.get("required", ()) else code(written(value.get("default"))),
            plain(value.get("description", "")),
        ]
        for key, value in schema.get("properties", {}).items()
    ]
    return table(["parameter", "type and range", "if it is not given", "meaning"], rows) if rows else ""
