"""What came after the lecture, where remembering is not enough: tracking a state, longer sequences, many pairs."""

from gradient_horizon.claims.arms import CHRONO_MIN_GRU, GRU, LRU, LSTM, MIN_GRU, MIN_LSTM, TANH, Arm
from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.evidence.longer import LeftBeyond, StillSolved
from gradient_horizon.claims.evidence.memory import Pairs
from gradient_horizon.claims.evidence.per_seed import Horizon
from gradient_horizon.claims.evidence.shares import ShareDifference, Solved
from gradient_horizon.claims.question import condition, main, mechanism
from gradient_horizon.claims.regions import (
    A_HUNDRED_STEPS,
    DESTROYED,
    FEWER,
    LESS_OFTEN_THAN_NOT,
    MORE,
    MORE_PAIRS,
    SHORT,
)
from gradient_horizon.claims.settings import (
    ASSOCIATIVE,
    MODERN_ADDING,
    MODERN_RECALL,
    PARITY_32,
    S3_32,
    TRACKED,
    TRACKING_FLOW,
)

PRESET = "modern"
"""The preset that has the runs of these claims."""

SOLVING = (GRU,)
"""The cell of the lecture that has to solve a task, or it shows nothing about those that do not."""


def _gradient(arm: Arm) -> Horizon:
    """How far back the gradient of an untrained network reaches."""
    return Horizon("gradient_horizon", arm)


def _tracks(arm: Arm, other: Arm = GRU) -> ShareDifference:
    """How much more often an arm solves the task than a cell of the lecture."""
    return Solved(arm) - Solved(other)


TRACKING = Claim(
    id="linear-recurrences-cannot-track",
    section="after the lecture",
    figure="state-tracking",
    preset=PRESET,
    tests=(
        *main("lru-gradient", _gradient(LRU), A_HUNDRED_STEPS, TRACKING_FLOW),
        *main("min-gru-gradient", _gradient(CHRONO_MIN_GRU), A_HUNDRED_STEPS, TRACKING_FLOW),
        *main("lru-tracks", _tracks(LRU), FEWER, *TRACKED, works=SOLVING),
        *main("min-gru-tracks", _tracks(CHRONO_MIN_GRU), FEWER, *TRACKED, works=SOLVING),
        *condition("plain-min-gru-gradient", _gradient(MIN_GRU), A_HUNDRED_STEPS, TRACKING_FLOW),
        *condition("plain-min-lstm-gradient", _gradient(MIN_LSTM), A_HUNDRED_STEPS, TRACKING_FLOW),
        *condition("plain-min-gru-tracks", _tracks(MIN_GRU), FEWER, PARITY_32, S3_32, works=SOLVING),
        *condition("plain-min-lstm-tracks", _tracks(MIN_LSTM), FEWER, PARITY_32, S3_32, works=SOLVING),
        *condition("lru-against-tanh", _tracks(LRU, TANH), FEWER, PARITY_32, S3_32, works=(TANH,)),
        *condition("lru-against-lstm", _tracks(LRU, LSTM), FEWER, PARITY_32, S3_32, works=(LSTM,)),
        *mechanism("gru-gradient", _gradient(GRU), SHORT, TRACKING_FLOW),
    ),
)

EXTRAPOLATED = (MODERN_RECALL, MODERN_ADDING, PARITY_32)

EXTRAPOLATION = Claim(
    id="remembering-need-not-extrapolate",
    section="after the lecture",
    figure="extrapolation",
    preset=PRESET,
    tests=(
        *main("gru", StillSolved(GRU), LESS_OFTEN_THAN_NOT, *EXTRAPOLATED),
        *main("lstm", StillSolved(LSTM), LESS_OFTEN_THAN_NOT, *EXTRAPOLATED),
        *condition("tanh", StillSolved(TANH), LESS_OFTEN_THAN_NOT, *EXTRAPOLATED),
        *condition("lru", StillSolved(LRU), LESS_OFTEN_THAN_NOT, MODERN_RECALL, MODERN_ADDING),
        *condition("twice-as-long", StillSolved(GRU, factor=2), LESS_OFTEN_THAN_NOT, *EXTRAPOLATED),
        *mechanism("left-by-gru", LeftBeyond(GRU), DESTROYED, *EXTRAPOLATED),
        *mechanism("left-by-lstm", LeftBeyond(LSTM), DESTROYED, *EXTRAPOLATED),
    ),
)


def _of_width(arm: Arm, width: int) -> Pairs:
    """How many pairs an arm of this width recalls."""
    return Pairs(arm.within(ASSOCIATIVE[width]))


def _most_pairs(arm: Arm, width: int) -> Solved:
    """How often an arm of this width recalls the most pairs that were tried."""
    return Solved(arm.within(ASSOCIATIVE[width]))


PAIRS = Claim(
    id="pairs-bounded-by-state",
    section="after the lecture",
    figure="pairs",
    preset=PRESET,
    tests=(
        *main("gru", _of_width(GRU, 64) / _of_width(GRU, 16), MORE_PAIRS),
        *main("lstm", _of_width(LSTM, 64) / _of_width(LSTM, 16), MORE_PAIRS),
        *condition("gru-32", _of_width(GRU, 32) / _of_width(GRU, 16), MORE_PAIRS),
        *condition("gru-64", _of_width(GRU, 64) / _of_width(GRU, 32), MORE_PAIRS),
        *condition("lstm-32", _of_width(LSTM, 32) / _of_width(LSTM, 16), MORE_PAIRS),
        *condition("lstm-64", _of_width(LSTM, 64) / _of_width(LSTM, 32), MORE_PAIRS),
        *condition("most-pairs-gru", _most_pairs(GRU, 64) - _most_pairs(GRU, 16), MORE),
        *condition("most-pairs-lstm", _most_pairs(LSTM, 64) - _most_pairs(LSTM, 16), MORE),
    ),
)
