"""Cells, tasks and changes as people write them: some right, each other one with a fault of its own."""

from pathlib import Path

from faulty_changes import CHANGES

from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study

ROOT = Path(__file__).parents[2]
SMOKE = read_yaml(ROOT / "config.yaml", ROOT / "workflow" / "presets" / "smoke.yaml")
CLASSES = (
    """
import math
import random

import numpy as np
import torch

from gradient_horizon.engine.cell import Block, Cell
from gradient_horizon.engine.functions import sqrt, tanh
from gradient_horizon.remedies.base import Change
from gradient_horizon.tasks.base import Baseline, Batch, Task
from gradient_horizon.tasks.recall import Recall


class Good(Recall):
    pass


class Silent(Task):
    inputs, outputs, loss = 2, 1, "mean-squared-error"

    def sample(self, length, count, *, generator):
        return Batch(np.zeros((length, 2, count), dtype=np.float32), np.zeros(count, dtype=np.float32))

    def baselines(self, length):
        return (Baseline("zero", 0.0),)

    def is_solved(self, loss, accuracy):
        return False


class Baseless(Recall):
    def baselines(self, length):
        return ()


class Nameless(Recall):
    def baselines(self, length):
        return (Baseline("a\\nb", 1.0),)


class Foreign(Recall):
    def baselines(self, length):
        return (Baseline("運", 1.0),)


class BatchFirst(Recall):
    def sample(self, length, count, *, generator):
        inputs, target = super().sample(length, count, generator=generator)
        return Batch(inputs.transpose(2, 0, 1), target)


class OutOfRange(Recall):
    def sample(self, length, count, *, generator):
        inputs, target = super().sample(length, count, generator=generator)
        return Batch(inputs, target + 8)


class Unsolvable(Recall):
    def is_solved(self, loss, accuracy):
        raise LookupError("no criterion")


class Plain(Cell):
    blocks = (Block("a"),)


class Leaky(Plain):
    def step(self, a, h):
        return 0.9 * h + 0.1 * tanh(a)


class Centred(Plain):
    mixes_units = True

    def step(self, a, h):
        return torch.tanh(a - a.mean(1, keepdim=True))


class Root(Plain):
    def step(self, a, h):
        return sqrt(a - 100)


class Cliff(Plain):
    def step(self, a, h):
        return a + sqrt(a - a)


class Stateless(Plain):
    def step(self, a, h):
        return self.missing * a


class Sine(Plain):
    def step(self, a, h):
        return torch.sin(a)


class TwoStates(Plain):
    def step(self, a, h):
        return a, h


class Undeclared(Plain):
    def step(self, a, gate, h):
        return gate * a + h


class Forgetful(Plain):
    def step(self, a):
        return a


class Branching(Plain):
    def step(self, a, h):
        return a if a > 0 else h


class Mixing(Plain):
    def step(self, a, h):
        return a - a.mean(1)


class Spread(Centred):
    def step(self, a, h):
        return a, h


class Repeated(Cell):
    blocks = (Block("a"), Block("a"))

    def step(self, a, h):
        return a


class Doubled(Change):
    kind = "recurrent weights"

    def initialise(self, weight, layout, length, *, generator):
        weight *= 2


class Endless(Change):
    kind = "recurrent weights"

    def initialise(self, weight, layout, length, *, generator):
        weight[0, 0] = np.inf


class NoStep(torch.nn.Module):
    pass


class MGU(Leaky):
    pass


class Masked(Plain):
    def step(self, a, h):
        return np.random.rand() * tanh(a)


class MaskedByItself(Plain):
    def step(self, a, h):
        return np.random.default_rng().random() * tanh(a)


class Dropout(Plain):
    mixes_units = True

    def step(self, a, h):
        return torch.tanh(a) * torch.bernoulli(torch.full_like(a, 0.5))


class Counting(Plain):
    mixes_units = True

    def __init__(self):
        self.steps = 0

    def step(self, a, h):
        self.steps += 1
        return torch.tanh(a)


class Past(Plain):
    mixes_units = True

    def __init__(self):
        self.last = 0.0

    def step(self, a, h):
        self.last = torch.tanh(a + self.last).detach()
        return self.last + torch.tanh(a)


class Cut(Plain):
    mixes_units = True

    def step(self, a, h):
        return torch.tanh(a) + 0.9 * h.detach()


class Unready(Plain):
    def __init__(self, width):
        self.width = width

    def step(self, a, h):
        return tanh(a)


class Tensor(Recall):
    def sample(self, length, count, *, generator):
        return torch.zeros(length, 10, count)


class Tensors(Recall):
    def sample(self, length, count, *, generator):
        return Batch(*map(torch.from_numpy, super().sample(length, count, generator=generator)))


class UnknownLoss(Recall):
    loss = "mse"


class FromNumPy(Recall):
    def sample(self, length, count, *, generator):
        inputs, target = super().sample(length, count, generator=generator)
        return Batch(inputs + np.random.standard_normal(inputs.shape), target)


class FromRandom(Recall):
    def sample(self, length, count, *, generator):
        inputs, target = super().sample(length, count, generator=generator)
        return Batch(inputs, (target + random.randrange(2)) % 8)


class FromItself(Recall):
    def sample(self, length, count, *, generator):
        return super().sample(length, count, generator=np.random.default_rng())


class AlwaysTheSame(Recall):
    def sample(self, length, count, *, generator):
        return super().sample(length, count, generator=np.random.default_rng(0))


class Percent(Recall):
    def is_solved(self, loss, accuracy):
        return 100 * accuracy


class Easy(Recall):
    def is_solved(self, loss, accuracy):
        return loss < 3


class OutOfReach(Recall):
    def is_solved(self, loss, accuracy):
        return accuracy > 1


class Endlessly(Recall):
    def baselines(self, length):
        return (Baseline("chance", math.inf),)


class Probable(Recall):
    def baselines(self, length):
        return (Baseline("chance", 2.0, accuracy=12.5),)


class Argument(Recall):
    def __init__(self, alphabet):
        self.alphabet = alphabet


class Columns(Recall):
    def sample(self, length, count, *, generator):
        inputs, target = super().sample(length, count, generator=generator)
        return Batch(inputs, target[:, None])


class Real(Recall):
    def sample(self, length, count, *, generator):
        inputs, target = super().sample(length, count, generator=generator)
        return Batch(inputs, target / 2)


class Holes(Recall):
    def sample(self, length, count, *, generator):
        inputs, target = super().sample(length, count, generator=generator)
        return Batch(np.where(inputs == 0, np.nan, inputs), target)


class Sizeless(Task):
    def sample(self, length, count, *, generator):
        return None

    def baselines(self, length):
        return ()

    def is_solved(self, loss, accuracy):
        return False


class Unfound(Recall):
    def __init__(self):
        self.series = np.loadtxt("no-series.csv")


class Text(Recall):
    inputs = "10"


class Unread(Recall):
    def sample(self, length, count, *, generator):
        return Batch(np.loadtxt("no-such-file.csv"), np.zeros(count))


NoClass = "a text"


"""
    + CHANGES
)


def study_of(task="recall", cell="tanh", change=None, title="a title", **parameters):
    """A study of one experiment with these classes; `parameters` are those of the change."""
    remedies = {**SMOKE["remedies"], "own": [{"change": change or "identity", **parameters}]}
    experiment = {"name": "memory", "task": task, "cells": [cell], "remedies": ["own" if change else "none"]}
    return validated_study({**SMOKE, "title": title, "remedies": remedies, "experiments": [experiment]})
