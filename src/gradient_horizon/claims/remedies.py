"""The summary of the lecture: what cures vanishing and exploding gradients."""

from gradient_horizon.claims.arms import (
    BIASED_LSTM,
    CHRONO_GRU,
    CHRONO_LSTM,
    GRU,
    IDENTITY_RELU,
    IDENTITY_TANH,
    KERAS_LSTM,
    LSTM,
    ORTHOGONAL_RELU,
    ORTHOGONAL_TANH,
    RELU,
    TANH,
    WITHOUT_FORGET_GATE,
    Arm,
)
from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.evidence.compared import LargestGradient, LargestGradientRatio
from gradient_horizon.claims.evidence.exact import LargestContributionBeyond
from gradient_horizon.claims.evidence.memory import T50, Length
from gradient_horizon.claims.evidence.per_seed import DistanceToOne, Measure
from gradient_horizon.claims.evidence.shares import Diverged, Jumping, Solved
from gradient_horizon.claims.question import condition, main, mechanism
from gradient_horizon.claims.regions import (
    BEYOND_THE_WINDOW,
    HALF_WAY,
    LONGER,
    MORE,
    MORE_OFTEN_THAN_NOT,
    NO_MORE,
    NOTHING_AT_ALL,
    RARE,
)
from gradient_horizon.claims.settings import (
    COMPARED,
    EXPLOSION,
    EXPLOSION_BOUNDED,
    EXPLOSION_SHORT,
    EXPLOSION_TIGHT,
    RECALL_32,
    RECALL_67,
    RECALL_500,
    RECALL_PATIENT,
    RECALL_UNCLIPPED,
    RESET_32,
    SELECTIVE_32,
    TRUNCATED,
    WIDELY,
)

EXPLODING = (EXPLOSION, EXPLOSION_BOUNDED)
WINDOW = 10
"""Of truncation, in steps."""

CLIPPED_RELU, CLIPPED_TANH = Arm("relu", "clipped"), Arm("tanh", "clipped")
TRUNCATED_TANH = Arm("tanh", f"truncated-{WINDOW}")


def decay(arm: Arm, moment: str = "initial") -> DistanceToOne:
    """How far the decay factor of an arm's gradient is from 1."""
    return DistanceToOne(Measure("decay_factor", arm, moment))


RELU_CURES = Claim(
    id="relu-cures-vanishing",
    section="remedies",
    figure="forest-relu-cures-vanishing",
    tests=(
        *main("memory", Length(RELU) / Length(TANH), LONGER, *COMPARED, also=WIDELY),
        *main("decay-factor", decay(RELU) / decay(TANH), HALF_WAY, RECALL_32),
        *condition("identity", Length(IDENTITY_RELU) / Length(TANH), LONGER, *COMPARED),
        *condition("patience", Length(RELU) / Length(TANH), LONGER, RECALL_PATIENT),
        *condition("explodes-more", Diverged(RELU) - Diverged(TANH), NO_MORE, EXPLOSION),
        *mechanism("same-start-identity", Length(IDENTITY_RELU) / Length(IDENTITY_TANH), LONGER, RECALL_32),
        *mechanism("same-start-orthogonal", Length(ORTHOGONAL_RELU) / Length(ORTHOGONAL_TANH), LONGER, RECALL_32),
    ),
)

GATES_CURE = Claim(
    id="gates-cure-vanishing",
    section="remedies",
    figure="forest-gates-cure-vanishing",
    tests=(
        *main("lstm", Length(LSTM) / Length(TANH), LONGER, *COMPARED, also=WIDELY),
        *main("gru", Length(GRU) / Length(TANH), LONGER, *COMPARED, also=WIDELY),
        *condition("lstm-patience", Length(LSTM) / Length(TANH), LONGER, RECALL_PATIENT),
        *condition("gru-patience", Length(GRU) / Length(TANH), LONGER, RECALL_PATIENT),
        *condition("lstm-forget-bias", Length(BIASED_LSTM) / Length(TANH), LONGER, RECALL_32),
        *condition("lstm-keras", Length(KERAS_LSTM) / Length(TANH), LONGER, RECALL_32),
        *condition("lstm-chrono", Length(CHRONO_LSTM) / Length(TANH), LONGER, *COMPARED),
        *condition("gru-chrono", Length(CHRONO_GRU) / Length(TANH), LONGER, RECALL_32),
        *condition("without-forget-gate", Length(WITHOUT_FORGET_GATE) / Length(TANH), LONGER, RECALL_32),
        *condition("against-orthogonal", Length(LSTM) / Length(ORTHOGONAL_TANH), LONGER, *COMPARED),
        *condition("equal-parameters", Length(LSTM) / Length(TANH.within(RECALL_67)), LONGER, RECALL_32),
        *condition("choosing", Solved(GRU) - Solved(ORTHOGONAL_TANH), MORE, SELECTIVE_32, RESET_32),
        *condition("lstm-500", Solved(CHRONO_LSTM), MORE_OFTEN_THAN_NOT, RECALL_500),
        *condition("gru-500", Solved(CHRONO_GRU), MORE_OFTEN_THAN_NOT, RECALL_500),
    ),
)

CLIPPING = Claim(
    id="clipping-cures-exploding",
    section="remedies",
    figure="explosion",
    tests=(
        *main("relu-diverged", Diverged(CLIPPED_RELU), RARE, EXPLOSION),
        *main("relu-fewer-diverge", Diverged(RELU) - Diverged(CLIPPED_RELU), MORE, EXPLOSION),
        *main("relu-solved", Solved(CLIPPED_RELU), MORE_OFTEN_THAN_NOT, EXPLOSION),
        *main("tanh-jumps", Jumping(CLIPPED_TANH), RARE, EXPLOSION_BOUNDED),
        *main("tanh-solved", Solved(CLIPPED_TANH), MORE_OFTEN_THAN_NOT, EXPLOSION_SHORT, works=(TANH, CLIPPED_TANH)),
        *main("tanh-solves-more", Solved(CLIPPED_TANH) - Solved(TANH), MORE, EXPLOSION_SHORT),
        *condition("loose-threshold", Diverged(Arm("relu", "clipped-loosely")), RARE, EXPLOSION),
        *condition("tight-threshold", Solved(Arm("relu", "clipped-tightly")), MORE_OFTEN_THAN_NOT, EXPLOSION_TIGHT),
        *condition("elementwise", Diverged(Arm("relu", "clipped-elementwise")), RARE, EXPLOSION),
        *mechanism("lengthens-memory", Length(TANH) / Length(TANH.within(RECALL_UNCLIPPED)), LONGER, RECALL_32),
    ),
)


def _largest(cell: str, window: int) -> LargestGradientRatio:
    """The largest gradient with truncation, over that without."""
    return LargestGradient(Arm(cell, f"truncated-{window}")) / LargestGradient(Arm(cell))


TRUNCATION = Claim(
    id="tbptt-cures-exploding",
    section="remedies",
    figure="explosion",
    tests=(
        *main("relu-norm-10", _largest("relu", 10), HALF_WAY, EXPLOSION),
        *main("relu-norm-5", _largest("relu", 5), HALF_WAY, EXPLOSION),
        *main("tanh-norm-10", _largest("tanh", 10), HALF_WAY, EXPLOSION_BOUNDED),
        *main("tanh-norm-5", _largest("tanh", 5), HALF_WAY, EXPLOSION_BOUNDED),
        *main("relu-diverged", Diverged(Arm("relu", "truncated-5")), RARE, EXPLOSION),
        *main("tanh-diverged", Diverged(Arm("tanh", "truncated-5")), RARE, EXPLOSION_BOUNDED),
        *mechanism("memory", T50(TRUNCATED_TANH), BEYOND_THE_WINDOW, TRUNCATED),
        *mechanism("beyond-the-window", LargestContributionBeyond(TRUNCATED_TANH, WINDOW), NOTHING_AT_ALL, TRUNCATED),
    ),
)
