"""Tables of a claim as a study would give them, drawn from truths that are known."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from hand_made_tables import EMPTY

from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.plan import expand

CONFIG = Path(__file__).parents[2] / "config.yaml"
SLOPE = 4.0
"""Success falls from nine in ten to one in ten within a factor of three in length."""
SHORTEST, LONGEST = 8.0, 25.0


@cache
def designs():
    """Of each experiment in config.yaml: its lengths, and the numbers of its judged and of its pilot seeds."""
    found = {}
    for spec in expand(validated_study(read_yaml(CONFIG))):
        lengths, judged, pilots = found.setdefault(spec.experiment, (set(), set(), set()))
        lengths.add(spec.length)
        judged |= set(spec.seeds)
        pilots |= set(spec.pilot_seeds)
    return {
        name: (np.array(sorted(lengths)), len(judged), len(pilots)) for name, (lengths, judged, pilots) in found.items()
    }


def arms_of(claim):
    """The arms that the tests of a claim read, each in its setting; those of wider studies left out."""
    read = {
        (arm.setting or test.setting, arm.cell, arm.remedy)
        for test in claim.tests
        if not test.optional
        for arm in (*test.evidence.arms, *test.works)
    }
    return sorted(arm for arm in read if arm[0])


def falling(middle):
    """The share of networks that solve each length, where half of them solve the middle."""
    return lambda lengths: 1 / (1 + (lengths / middle) ** SLOPE)


def middles(draw):
    """A T50 for each experiment, anywhere between 8 and 25 steps."""
    return {name: float(np.exp(draw.uniform(np.log(SHORTEST), np.log(LONGEST)))) for name in designs()}


def drawn_tables(arms, share_of, draw, *, distance_of=lambda arm: 1.0):
    """Tables in which each network of an arm solves a length with the probability `share_of(arm)(lengths)`.

    Arms are (experiment, cell, remedy). Decay factors lie from 1 by `distance_of(arm)` times a lognormal number.
    """
    networks, gradients = [], []
    for arm in arms:
        lengths, n, pilots = designs()[arm[0]]
        shares = share_of(arm)(lengths)
        solved = draw.random((n, len(lengths))) < shares
        distances = 0.3 * distance_of(arm) * np.exp(0.3 * draw.standard_normal(n))
        judged = {
            "length": np.tile(lengths, n),
            "seed": np.repeat(np.arange(n), len(lengths)),
            "judged": True,
            "solved": solved.ravel(),
        }
        pilot = {"length": lengths[0], "seed": n, "judged": False, "solved": draw.random(pilots) < shares[0]}
        networks += [(arm, n * len(lengths), judged), (arm, pilots, pilot)]
        own = {"length": lengths[-1], "seed": np.arange(n), "decay_factor": 1 - distances, "solved": True}
        gradients += [(arm, n, own | {"moment": moment}) for moment in ("initial", "half", "final")]
    found = _frame(networks)
    status = np.where(found["solved"], "solved", "unsolved")
    return EMPTY | {
        "networks": found.assign(chosen=True, status=status, learning_rate=0.01),
        "gradients": _frame(gradients),
    }


def _frame(parts):
    """The rows of all arms: of each, so many, with its columns; single values are those of all of its rows."""
    named = [
        (size, dict(zip(("experiment", "cell", "remedy"), arm, strict=True)) | columns) for arm, size, columns in parts
    ]
    columns = named[0][1]
    return pd.DataFrame(
        {name: np.concatenate([np.broadcast_to(own[name], size) for size, own in named]) for name in columns}
    )
