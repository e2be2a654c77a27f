"""What came after the lecture, under the same tests: starts and regularisers that are said to lengthen memory."""

import numpy as np
import pandas as pd

from gradient_horizon.claims.claim import Claim, Test
from gradient_horizon.claims.comparisons import longer, nearer_to_one
from gradient_horizon.claims.evidence import NOTHING, at_moment, seed_geometric_mean
from gradient_horizon.claims.outcome import Finding, Region
from gradient_horizon.claims.runs import (
    BIASED_LSTM,
    CHRONO_GRU,
    CHRONO_LSTM,
    CONSTANT_FLOW_TANH,
    FLOW_BIASED_LSTM,
    FLOW_ORTHOGONAL_TANH,
    FLOW_TANH,
    GRU,
    IDENTITY_RELU,
    KEPT_ORTHOGONAL_TANH,
    LSTM,
    NORMALISED_TANH,
    ORTHOGONAL_TANH,
    RELU,
    TANH,
)
from gradient_horizon.measuring.lags import TRANSPORT_LAG
from gradient_horizon.tables.catalogue import Tables

WITHIN_TWO_PER_CENT = Region(0.98, 1.02)

STARTS = Claim(
    id="orthogonal-lengthens-memory",
    section="after the lecture",
    figure="memory-map",
    tests=(
        longer("memory-horizon", "main", ORTHOGONAL_TANH, TANH),
        nearer_to_one("decay-factor", "main", FLOW_ORTHOGONAL_TANH, FLOW_TANH, moment="initial"),
        longer("identity", "boundary", IDENTITY_RELU, RELU),
        longer("kept", "boundary", KEPT_ORTHOGONAL_TANH, TANH),
    ),
)


def _sigmoid_power(tables: Tables) -> Finding:
    """What is left of c per step over what the sigmoid of the bias predicts, networks of all biases together."""
    ratios = []
    for bias, runs in FLOW_BIASED_LSTM.items():
        left = at_moment(tables, runs, "memory_transport", moment="initial")
        ratios.append(left ** (1 / TRANSPORT_LAG) * (1 + np.exp(-bias)))
    values = pd.concat(ratios)
    return seed_geometric_mean(values) if len(values) else NOTHING


BIASES = Claim(
    id="forget-bias-lengthens-memory",
    section="after the lecture",
    figure="memory-map",
    tests=(
        longer("bias-1", "main", BIASED_LSTM, LSTM),
        longer("chrono", "main", CHRONO_LSTM, BIASED_LSTM),
        longer("chrono-gru", "boundary", CHRONO_GRU, GRU),
        Test(
            id="sigmoid-power",
            kind="boundary",
            table="gradients",
            runs=tuple(FLOW_BIASED_LSTM.values()),
            where=("forget-biases", "moment-initial"),
            unit="-",
            region=WITHIN_TWO_PER_CENT,
            measure=_sigmoid_power,
        ),
    ),
)

REGULARISER = Claim(
    id="regulariser-lengthens-memory",
    section="after the lecture",
    figure="memory-map",
    tests=(
        longer("memory-horizon", "main", CONSTANT_FLOW_TANH, TANH),
        nearer_to_one("decay-factor", "boundary", CONSTANT_FLOW_TANH, TANH, moment="final"),
        longer("against-orthogonal", "boundary", CONSTANT_FLOW_TANH, ORTHOGONAL_TANH),
    ),
)

NORMALISATION = Claim(
    id="normalisation-lengthens-memory",
    section="after the lecture",
    figure="memory-map",
    tests=(
        longer("memory-horizon", "main", NORMALISED_TANH, TANH),
        nearer_to_one("decay-factor", "boundary", NORMALISED_TANH, TANH, moment="initial"),
    ),
)
