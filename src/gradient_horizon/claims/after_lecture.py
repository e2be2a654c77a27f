"""What came after the lecture, under the same tests: starts and regularisers that are said to lengthen memory."""

import math

from gradient_horizon.claims.arms import (
    BIASED_LSTM,
    BIASED_LSTMS,
    CHRONO_GRU,
    CHRONO_LSTM,
    CONSTANT_FLOW_TANH,
    GRU,
    IDENTITY_RELU,
    IDENTITY_TANH,
    KEPT_ORTHOGONAL_TANH,
    KERAS_LSTM,
    KERAS_TANH,
    LSTM,
    NORMALISED_TANH,
    ORTHOGONAL_TANH,
    RELU,
    SHORT_CHRONO_LSTM,
    TANH,
    Arm,
)
from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.evidence.compared import PerStep
from gradient_horizon.claims.evidence.memory import Length
from gradient_horizon.claims.evidence.per_seed import Measure
from gradient_horizon.claims.question import Test, condition, main, mechanism
from gradient_horizon.claims.regions import HALF_WAY, LONGER, TWO_PER_CENT
from gradient_horizon.claims.remedies import decay
from gradient_horizon.claims.settings import COMPARED, FLOW, RECALL_32, RECALL_PATIENT, WIDELY
from gradient_horizon.measuring.lags import TRANSPORT_LAG

STARTS = Claim(
    id="orthogonal-lengthens-memory",
    section="after the lecture",
    figure="forest-orthogonal-lengthens-memory",
    tests=(
        *main("memory", Length(ORTHOGONAL_TANH) / Length(TANH), LONGER, *COMPARED, also=WIDELY),
        *main("decay-factor", decay(ORTHOGONAL_TANH) / decay(TANH), HALF_WAY, FLOW),
        *condition("patience", Length(ORTHOGONAL_TANH) / Length(TANH), LONGER, RECALL_PATIENT),
        *condition("identity-tanh", Length(IDENTITY_TANH) / Length(TANH), LONGER, RECALL_32),
        *condition("identity-relu", Length(IDENTITY_RELU) / Length(RELU), LONGER, RECALL_32),
        *condition("kept", Length(KEPT_ORTHOGONAL_TANH) / Length(TANH), LONGER, RECALL_32),
        *condition("keras", Length(KERAS_TANH) / Length(TANH), LONGER, RECALL_32),
    ),
)


def _sigmoid(arm: Arm) -> tuple[Test, ...]:
    """What is left of c per step over the sigmoid of the forget gate's bias."""
    bias = int(arm.remedy.removeprefix("forget-bias-"))
    left = PerStep(Measure("memory_transport", arm), TRANSPORT_LAG, 1 / (1 + math.exp(-bias)))
    return mechanism(f"sigmoid-{bias}", left, TWO_PER_CENT, FLOW)


BIASES = Claim(
    id="forget-bias-lengthens-memory",
    section="after the lecture",
    figure="forest-forget-bias-lengthens-memory",
    tests=(
        *main("chrono", Length(CHRONO_LSTM) / Length(LSTM), LONGER, *COMPARED, also=WIDELY),
        *main("bias-1", Length(BIASED_LSTM) / Length(LSTM), LONGER, RECALL_32),
        *condition("patience", Length(CHRONO_LSTM) / Length(LSTM), LONGER, RECALL_PATIENT),
        *condition("wrong-length", Length(SHORT_CHRONO_LSTM) / Length(LSTM), LONGER, RECALL_32),
        *condition("chrono-against-bias-1", Length(CHRONO_LSTM) / Length(BIASED_LSTM), LONGER, RECALL_32),
        *condition("chrono-gru", Length(CHRONO_GRU) / Length(GRU), LONGER, RECALL_32),
        *condition("keras", Length(KERAS_LSTM) / Length(LSTM), LONGER, RECALL_32),
        *(test for arm in BIASED_LSTMS for test in _sigmoid(arm)),
    ),
)

REGULARISER = Claim(
    id="regulariser-lengthens-memory",
    section="after the lecture",
    figure="memory-map",
    tests=(
        *main("memory", Length(CONSTANT_FLOW_TANH) / Length(TANH), LONGER, RECALL_32),
        *condition("against-orthogonal", Length(CONSTANT_FLOW_TANH) / Length(ORTHOGONAL_TANH), LONGER, RECALL_32),
        *mechanism("decay-factor", decay(CONSTANT_FLOW_TANH, "half") / decay(TANH, "half"), HALF_WAY, RECALL_32),
    ),
)

NORMALISATION = Claim(
    id="normalisation-lengthens-memory",
    section="after the lecture",
    figure="memory-map",
    tests=(
        *main("memory", Length(NORMALISED_TANH) / Length(TANH), LONGER, RECALL_32),
        *mechanism("decay-factor", decay(NORMALISED_TANH) / decay(TANH), HALF_WAY, RECALL_32),
    ),
)
