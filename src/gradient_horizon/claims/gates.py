"""Section 4 of the lecture: what the LSTM's gates do, and what they learn to do."""

from gradient_horizon.claims.arms import CHRONO_LSTM, CHRONO_WITHOUT, GRU, Arm
from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.evidence.compared import LeftByIntervention
from gradient_horizon.claims.evidence.exact import DifferenceFromTorch, LargestFilterError
from gradient_horizon.claims.evidence.per_seed import GateMeasure, SeedDifference
from gradient_horizon.claims.evidence.shares import ShareDifference, Solved
from gradient_horizon.claims.question import check, condition, main, mechanism
from gradient_horizon.claims.regions import (
    DESTROYED,
    HALF_OF_FLOAT64,
    HIDDEN,
    LARGE_FALL,
    LARGE_RISE,
    LEFT,
    MACHINE_PRECISION,
    MORE,
    SOME_DIGITS_OF_FLOAT32,
)
from gradient_horizon.claims.settings import GATE_RECALL, RESET_32, SELECTIVE_32

ALL_GATES = (CHRONO_LSTM,)


def _cost(gate: str) -> ShareDifference:
    """What holding a gate open costs."""
    return Solved(CHRONO_LSTM) - Solved(CHRONO_WITHOUT[gate])


THREE_GATES = Claim(
    id="three-gates",
    section="gated cells",
    figure="gates",
    tests=(
        *main("forget", _cost("forget"), MORE, RESET_32, works=ALL_GATES),
        *main("input", _cost("input"), MORE, SELECTIVE_32, works=ALL_GATES),
        *main("output", _cost("output"), MORE, GATE_RECALL, works=ALL_GATES),
        *condition("forget-and-input", _cost("forget-input"), MORE, RESET_32, SELECTIVE_32, works=ALL_GATES),
        *mechanism("forget-elsewhere", _cost("forget"), MORE, SELECTIVE_32, works=ALL_GATES),
        *mechanism("output-elsewhere", _cost("output"), MORE, SELECTIVE_32, works=ALL_GATES),
        *check("torch-float64", DifferenceFromTorch("float64"), HALF_OF_FLOAT64),
        *check("torch-float32", DifferenceFromTorch("float32"), SOME_DIGITS_OF_FLOAT32),
    ),
)


def _hidden(arm: Arm) -> SeedDifference:
    """How much less probable the right answer is to the network's own read-out half-way than at the cue."""
    return GateMeasure("read_out_end", arm, "final") - GateMeasure("read_out_gap", arm, "final")


FILTERED = Claim(
    id="hidden-is-filtered-cell",
    section="gated cells",
    figure="",
    tests=(*main("identity", LargestFilterError(CHRONO_LSTM), MACHINE_PRECISION, GATE_RECALL),),
)

HIDES = Claim(
    id="filter-hides",
    section="gated cells",
    figure="",
    tests=(
        *main(
            "gate-opens-at-the-cue",
            GateMeasure("output_gate_cue", CHRONO_LSTM, "final") - GateMeasure("output_gate_gap", CHRONO_LSTM, "final"),
            HIDDEN,
            GATE_RECALL,
            works=ALL_GATES,
        ),
        *main("answer-hidden-in-the-gap", _hidden(CHRONO_LSTM), HIDDEN, GATE_RECALL, works=ALL_GATES),
        *mechanism("without-output-gate", _hidden(CHRONO_WITHOUT["output"]), HIDDEN, GATE_RECALL),
        *mechanism(
            "decoded",
            GateMeasure("decoded_memory", CHRONO_LSTM, "final") - GateMeasure("decoded_hidden", CHRONO_LSTM, "final"),
            HIDDEN,
            GATE_RECALL,
            works=ALL_GATES,
        ),
    ),
)


def _gain(column: str, arm: Arm) -> SeedDifference:
    """How much training has changed a gate's opening at marked steps, in networks that solve the task."""
    return GateMeasure(column, arm, "final") - GateMeasure(column, arm)


def _left(column: str, arm: Arm = CHRONO_LSTM) -> LeftByIntervention:
    return LeftByIntervention(arm, column)


INTELLIGENT = Claim(
    id="intelligent-forgetting",
    section="gated cells",
    figure="gate-activity",
    tests=(
        *main("input-opens", _gain("writing_opening", CHRONO_LSTM), LARGE_RISE, SELECTIVE_32, works=ALL_GATES),
        *main("forget-closes", _gain("keeping_opening", CHRONO_LSTM), LARGE_FALL, RESET_32, works=ALL_GATES),
        *main("input-at-marks", _left("writing_mean_marked"), DESTROYED, SELECTIVE_32),
        *main("input-elsewhere", _left("writing_mean_unmarked"), LEFT, SELECTIVE_32),
        *main("forget-at-resets", _left("keeping_mean_marked"), DESTROYED, RESET_32),
        *main("forget-elsewhere", _left("keeping_mean_unmarked"), LEFT, RESET_32),
        *condition("both-at-marks", _left("writing_and_keeping_mean_marked"), DESTROYED, SELECTIVE_32, RESET_32),
        *condition("gru-update-at-marks", _left("keeping_mean_marked", GRU), DESTROYED, SELECTIVE_32),
    ),
)
