"""One of each kind of thing that people add: the new files, and what they write into files that are there."""

import json
from collections.abc import Mapping
from typing import NamedTuple

REGISTRIES = "src/gradient_horizon/registries.py"
MEASURING = "src/gradient_horizon/measuring/measure.py"

CONFIG = """\
title: tiny
defaults:
  lengths: [4]
  seeds: 2
  first_seed: 0
  seeds_per_job: 4
  selection_seeds: 0
  hidden_size: 4
  batch_size: 8
  optimiser: adam
  learning_rates: [0.01]
  precision: float32
  updates: 6
  evaluate_every: 3
  evaluation_sequences: 16
  hidden_gradients_every: 3
  always: []
remedies:
  none: []
experiments:
  - name: memory
    task: recall
    cells: [tanh]
    lengths: [4]
"""
"""The study that is extended."""

CELL = '''\
"""A leaky network."""

import torch

from gradient_horizon.engine.cell import Cell


class Leaky(Cell):
    """h = 0.9 h + 0.1 tanh(W h + U x + b) (Jaeger et al. 2007)."""

    blocks = 1

    def step(self, pre, previous):
        """The next hidden state."""
        return (0.9 * previous[0] + 0.1 * torch.tanh(pre[0]),)
'''
TASK = '''\
"""The sign of the first input."""

import math

import numpy as np

from gradient_horizon.tasks.base import Baseline, Batch, Task


class Sign(Task):
    """Normal numbers on the only channel; was the first one positive? Chance is 1/2, its loss ln 2."""

    inputs = 1
    outputs = 2
    loss = "cross-entropy"
    solved_when = "accuracy >= 0.95"

    def sample(self, length, count, *, generator):
        """`count` sequences of `length` steps."""
        inputs = generator.standard_normal((length, 1, count), dtype=np.float32)
        return Batch(inputs, (inputs[0, 0] > 0).astype(np.int64))

    def baselines(self, length):
        """Chance."""
        return (Baseline("chance", loss=math.log(2), accuracy=0.5),)

    def is_solved(self, loss, accuracy):
        """At least 95 % answered rightly."""
        return accuracy >= 0.95
'''
CHANGE = '''\
"""Gradients multiplied by a factor."""

from pydantic import Field

from gradient_horizon.remedies.base import Change


class Scaled(Change):
    """Multiplies the gradients of all networks by a factor."""

    kind = "gradients"
    factor: float = Field(gt=0, description="What gradients are multiplied by.")

    def limit(self, gradients, norm):
        """Multiplies in place."""
        for gradient in gradients:
            gradient.mul_(self.factor)
'''
MEASURE = '''\
"""How much the read-out weighs."""

import torch

from gradient_horizon.engine.axes import PerNetwork
from gradient_horizon.measuring.networks import Networks


def readout_norm(networks: Networks) -> PerNetwork:
    """Frobenius norm of each network's read-out."""
    return torch.linalg.vector_norm(networks.readout, dim=(1, 2))
'''
TABLE = '''\
"""How much smaller the loss of a network became in training."""

from gradient_horizon.tables.columns import GROUP, LENGTH, RUN_KEY, SEED
from gradient_horizon.tables.schema import Column
from gradient_horizon.tables.table import Table


def improvement_rows(run):
    """A row per judged network."""
    losses = run.measures["loss"]
    for network, seed in enumerate(run.spec.seeds):
        yield {**run.key, "seed": seed, "improvement": losses[0, network] - losses[-1, network]}


IMPROVEMENTS = Table(
    row="a judged network at the chosen learning rate",
    columns=(*GROUP, LENGTH, SEED, Column("improvement", "number", "loss", "the initial loss less the final one")),
    key=(*RUN_KEY, "seed"),
    of_run=improvement_rows,
)
'''
CLAIM = '''\
"""That a tanh network learns to recall a symbol across a few steps."""

from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.comparisons import share_of_networks
from gradient_horizon.claims.outcome import Region
from gradient_horizon.claims.runs import Runs

TANH = Runs("memory", "tanh")
EASY = Claim(
    id="few-steps-are-easy",
    section="vanishing",
    figure="losses",
    tests=(share_of_networks("tanh", "main", TANH, column="solved_share", region=Region(low=0.5)),),
)
'''
CLAIM_TEXTS = {
    "en": {
        "few-steps-are-easy": {"title": "“A few steps are easy”", "quote": "A few steps are easy to remember."},
        "few-steps-are-easy/tanh": {
            "question": "Do more than half of the tanh networks learn to recall a symbol across a few steps?",
            "why": "More often than not.",
            "statistic": "solved_share (Wilson)",
            "if_pass": "{effect} of tanh networks learn it",
            "if_fail": "of tanh networks {effect} learn it",
        },
    },
    "pl": {
        "few-steps-are-easy": {"title": "„Kilka kroków to nic”", "quote": "Kilka kroków łatwo zapamiętać."},
        "few-steps-are-easy/tanh": {
            "question": "Czy ponad połowa sieci tanh uczy się przypomnieć symbol po kilku krokach?",
            "why": "Częściej niż nie.",
            "statistic": "solved_share (Wilson)",
            "if_pass": "uczy się tego {effect} sieci tanh",
            "if_fail": "spośród sieci tanh uczy się tego {effect}",
        },
    },
}
CLAIM_PROSE = {"en": "Few steps, little to lose.", "pl": "Mało kroków, mało do stracenia."}
PROSE = """\
#let explanation = [
{}
]

#let literature = [
@bengio1994
]
"""
FIGURE = '''\
"""The losses at the end of training."""

from gradient_horizon.figures.style import new_figure


def draw(tables, tests, words, language):
    """A dot per network."""
    losses = tables["networks"]["loss"]
    figure, axes = new_figure(words["title"], words["subtitle"].format(n=len(losses)), height=2.5)
    axes[0, 0].plot(range(len(losses)), losses, "o")
    return figure
'''
FIGURE_TEXTS = {
    "en": {
        "alt": "Dots: the loss of every network at the end of training.",
        "caption": "The losses at the end of training, a dot per network. Data: table networks.",
        "words": {"title": "Losses at the end", "subtitle": "A dot per network (n = {n})."},
    },
    "pl": {
        "alt": "Kropki: strata każdej sieci na końcu uczenia.",
        "caption": "Straty na końcu uczenia, po kropce na sieć. Dane: tabela networks.",
        "words": {"title": "Straty na końcu", "subtitle": "Kropka na sieć (n = {n})."},
    },
}

INTERACTIVE = '''\
"""The losses at the end of training, to point at."""

import altair

from gradient_horizon.figures.interactive.specify import finished


def specify(tables, words, language):
    """A dot per network; its tooltip is the seed."""
    networks = tables["networks"]
    values = [{"seed": int(seed), "loss": float(loss)} for seed, loss in zip(networks["seed"], networks["loss"])]
    marks = altair.Chart(altair.Data(values=values)).mark_point()
    return finished(marks.encode(x="seed:Q", y=altair.Y("loss:Q").title(words["loss"]), tooltip="seed:Q"))
'''
INTERACTIVE_TEXTS = {
    "en": {
        "alt": "Dots: the loss of every network at the end of training, by its seed.",
        "caption": "Point at a dot to see its seed. Data: table networks.",
        "words": {"loss": "loss"},
    },
    "pl": {
        "alt": "Kropki: strata każdej sieci na końcu uczenia, według ziarna.",
        "caption": "Wskaż kropkę, by zobaczyć ziarno. Dane: tabela networks.",
        "words": {"loss": "strata"},
    },
}


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
SHIPPED = "a cell, task or change to ship with the package"

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
        (registered("CELLS", '"leaky": "gradient_horizon.cells.leaky:Leaky",'),),
        MAKE_SCHEMA,
    ),
    Addition(
        "shipped task",
        SHIPPED,
        {"src/gradient_horizon/tasks/sign.py": TASK},
        (registered("TASKS", '"sign": "gradient_horizon.tasks.sign:Sign",'),),
        MAKE_SCHEMA,
    ),
    Addition(
        "shipped change",
        SHIPPED,
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
    Addition(
        "interactive figure",
        "an interactive figure",
        {
            "src/gradient_horizon/figures/interactive/loss_explorer.py": INTERACTIVE,
            **words_of_figure("loss-explorer", INTERACTIVE_TEXTS),
        },
        (
            registered("INTERACTIVE", '"loss-explorer": "gradient_horizon.figures.interactive.loss_explorer:specify",'),
            registered("BESIDE", '"loss-explorer": "losses",'),
        ),
    ),
)
"""In the order in which they are made; later ones build on earlier ones."""
