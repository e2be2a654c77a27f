"""One of each kind of thing that people add: the new files, and what they write into files that are there."""

import json
from collections.abc import Mapping
from typing import NamedTuple

from added_files import (
    CELL,
    CHANGE,
    CLAIM,
    CLAIM_PROSE,
    CLAIM_TEXTS,
    FIGURE,
    FIGURE_TEXTS,
    MEASURE,
    PROSE,
    TABLE,
    TASK,
)

REGISTRIES = "src/gradient_horizon/registries.py"
MEASURING = "src/gradient_horizon/measuring/measure.py"


class Edit(NamedTuple):
    """Text in a file that is there, and what stands in its place afterwards."""

    file: str
    old: str
    new: str


class Addition(NamedTuple):
    """A kind of thing, the row of README's table that says what it costs, and what somebody writes to add one."""

    kind: str
    row: str
    files: Mapping[str, str]
    edits: tuple[Edit, ...]
    command: tuple[str, ...] = ()


def registered(registry: str, line: str) -> Edit:
    """One more line at the start of a registry."""
    anchor = f"{registry} = MappingProxyType(\n    {{\n"
    return Edit(REGISTRIES, anchor, f"{anchor}        {line}\n")


def named(language: str, group: str, line: str) -> Edit:
    """One more name at the start of a group of those that readers see."""
    anchor = f' "{group}": {{\n'
    return Edit(f"report/{language}/names.json", anchor, f"{anchor}  {line}\n")


def claim_texts(language: str) -> Edit:
    """More entries at the start of the texts of claims."""
    lines = json.dumps(CLAIM_TEXTS[language], ensure_ascii=False, indent=1).removesuffix("\n}")
    anchor = '{\n "eigen-power": {'
    return Edit(f"report/{language}/claims.json", anchor, f"{lines},{anchor.removeprefix('{')}")


def words_of_figure(name: str, texts: Mapping[str, object]) -> dict[str, str]:
    """The files of a figure's words, by language."""
    return {
        f"report/{language}/figures/{name}.json": json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        for language, content in texts.items()
    }


EXISTING = "lengths, seeds, or an experiment from what exists"
OWN = "a cell, task or change of your own"
SHIPPED = "a cell or task to ship with the package"
SHIPPED_CHANGE = "a change to ship with the package"

OTHER_EXPERIMENT = "  - name: other\n    task: recall\n    cells: [relu]\n"
OWN_EXPERIMENT = "  - name: own\n    task: recall\n    cells: [my_cell:Leaky]\n"
MAKE_SCHEMA = ("schema",)

ADDITIONS = (
    Addition("length", EXISTING, {}, (Edit("config.yaml", "    lengths: [4]\n", "    lengths: [4, 6]\n"),)),
    Addition("seeds", EXISTING, {}, (Edit("config.yaml", "  seeds: 2", "  seeds: 4"),)),
    Addition(
        "experiment",
        EXISTING,
        {},
        (Edit("config.yaml", "experiments:\n", f"experiments:\n{OTHER_EXPERIMENT}"),),
    ),
    Addition(
        "own cell",
        OWN,
        {"my_cell.py": CELL},
        (Edit("config.yaml", "experiments:\n", f"experiments:\n{OWN_EXPERIMENT}"),),
    ),
    Addition(
        "own task",
        OWN,
        {"my_task.py": TASK},
        (Edit("config.yaml", OWN_EXPERIMENT, OWN_EXPERIMENT.replace("task: recall", "task: my_task:Sign")),),
    ),
    Addition(
        "own change",
        OWN,
        {"my_change.py": CHANGE},
        (
            Edit("config.yaml", "  none: []\n", "  none: []\n  halved: [{change: my_change:Scaled, factor: 0.5}]\n"),
            Edit("config.yaml", "    cells: [my_cell:Leaky]\n", "    cells: [my_cell:Leaky]\n    remedies: [halved]\n"),
        ),
    ),
    Addition(
        "shipped cell",
        SHIPPED,
        {"src/gradient_horizon/cells/leaky.py": CELL},
        (
            registered("CELLS", '"leaky": "gradient_horizon.cells.leaky:Leaky",'),
            named("en", "cells", '"leaky": {"short": "leaky", "one": "a leaky network", "many": "leaky networks"},'),
            named("pl", "cells", '"leaky": {"short": "leaky", "one": "sieć leaky", "many": "sieci leaky"},'),
        ),
        MAKE_SCHEMA,
    ),
    Addition(
        "shipped task",
        SHIPPED,
        {"src/gradient_horizon/tasks/sign.py": TASK},
        (
            registered("TASKS", '"sign": "gradient_horizon.tasks.sign:Sign",'),
            named("en", "tasks", '"sign": "sign",'),
            named("pl", "tasks", '"sign": "znak",'),
        ),
        MAKE_SCHEMA,
    ),
    Addition(
        "shipped change",
        SHIPPED_CHANGE,
        {"src/gradient_horizon/remedies/scaled.py": CHANGE},
        (registered("CHANGES", '"scaled": "gradient_horizon.remedies.scaled:Scaled",'),),
        MAKE_SCHEMA,
    ),
    Addition(
        "measure",
        "a measure of saved networks, as a column of a table",
        {"src/gradient_horizon/measuring/readout.py": MEASURE},
        (
            Edit(
                MEASURING,
                "from gradient_horizon.seeding import",
                "from gradient_horizon.measuring.readout import readout_norm\nfrom gradient_horizon.seeding import",
            ),
            Edit(
                MEASURING,
                '"loss": flow.loss,',
                '"loss": flow.loss,\n            "readout_norm": readout_norm(measured),',
            ),
            Edit(
                "src/gradient_horizon/tables/gradients.py",
                "MEASURES = (\n",
                'MEASURES = (\n    Column("readout_norm", "number", "-", "Frobenius norm of the read-out"),\n',
            ),
        ),
    ),
    Addition(
        "table",
        "a table of a new metric",
        {"src/gradient_horizon/tables/improvements.py": TABLE},
        (registered("TABLES", '"improvements": "gradient_horizon.tables.improvements:IMPROVEMENTS",'),),
    ),
    Addition(
        "claim",
        "a claim",
        {
            "src/gradient_horizon/claims/few_steps.py": CLAIM,
            **{
                f"report/{language}/claims/few-steps-are-easy.typ": PROSE.format(text)
                for language, text in CLAIM_PROSE.items()
            },
        },
        (
            registered("CLAIMS", '"few-steps-are-easy": "gradient_horizon.claims.few_steps:EASY",'),
            *map(claim_texts, CLAIM_TEXTS),
        ),
    ),
    Addition(
        "figure",
        "a figure",
        {
            "src/gradient_horizon/figures/losses.py": FIGURE,
            **words_of_figure("losses", FIGURE_TEXTS),
        },
        (registered("FIGURES", '"losses": "gradient_horizon.figures.losses:draw",'),),
    ),
)
"""In the order in which they are made; later ones build on earlier ones."""
