"""What people write who add something: one file of each kind, and the texts of claims and figures."""

CONFIG = """\
title: tiny
defaults:
  lengths: [4]
  seeds: 2
  first_seed: 0
  seeds_per_job: 4
  pilot_seeds: 0
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

from gradient_horizon.engine.cell import Block, Cell
from gradient_horizon.engine.functions import tanh


class Leaky(Cell):
    """h = 0.9 h + 0.1 tanh(W h + U x + b) (Jaeger et al. 2007)."""

    blocks = (Block("a"),)

    def step(self, a, h):
        """The next hidden state."""
        return 0.9 * h + 0.1 * tanh(a)
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
            gradient *= self.factor
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

from gradient_horizon.claims.arms import TANH
from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.evidence.shares import Solved
from gradient_horizon.claims.question import main
from gradient_horizon.claims.regions import MORE_OFTEN_THAN_NOT

EASY = Claim(
    id="few-steps-are-easy",
    section="after the lecture",
    figure="losses",
    tests=main("tanh", Solved(TANH), MORE_OFTEN_THAN_NOT, "memory"),
)
'''
CLAIM_TEXTS = {
    "en": {
        "few-steps-are-easy": {
            "title": "“A few steps are easy”",
            "quote": "A few steps are easy to remember.",
            "lead": "Little fades in a few steps.",
        }
    },
    "pl": {
        "few-steps-are-easy": {
            "title": "„Kilka kroków to nic”",
            "quote": "Kilka kroków łatwo zapamiętać.",
            "lead": "W kilku krokach niewiele zanika.",
        }
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
        "caption": "The losses at the end of training, a dot per network.",
        "data": "Data: table networks.",
        "words": {"title": "Losses at the end", "subtitle": "A dot per network (n = {n})."},
    },
    "pl": {
        "alt": "Kropki: strata każdej sieci na końcu uczenia.",
        "caption": "Straty na końcu uczenia, każda sieć to kropka.",
        "data": "Dane: tabela networks.",
        "words": {"title": "Straty na końcu", "subtitle": "Każda sieć to kropka (n = {n})."},
    },
}
