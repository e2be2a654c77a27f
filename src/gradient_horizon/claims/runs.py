"""Groups of runs that claims read, each named once."""

from typing import NamedTuple

import pandas as pd


class Runs(NamedTuple):
    """The runs of one cell with one remedy in one experiment."""

    experiment: str
    cell: str
    remedy: str = "none"

    def of(self, table: pd.DataFrame) -> pd.DataFrame:
        """Their rows."""
        return table[
            table["experiment"].eq(self.experiment) & table["cell"].eq(self.cell) & table["remedy"].eq(self.remedy)
        ]


# Recall at several lengths, from which memory horizons are estimated
TANH = Runs("memory", "tanh")
PATIENT_TANH = Runs("memory-patient", "tanh")
UNCLIPPED_TANH = Runs("memory-unclipped", "tanh")
WIDE_TANH = Runs("memory-wide-tanh", "tanh")
ORTHOGONAL_TANH = Runs("memory-orthogonal", "tanh", "orthogonal")
KEPT_ORTHOGONAL_TANH = Runs("memory-orthogonal", "tanh", "orthogonal-kept")
CONSTANT_FLOW_TANH = Runs("memory-constant-flow", "tanh", "constant-flow")
NORMALISED_TANH = Runs("memory-normalised", "tanh", "layer-normalised")
RELU = Runs("memory-relu", "relu")
IDENTITY_RELU = Runs("memory-identity", "relu", "identity")
LSTM = Runs("memory-gates", "lstm")
BIASED_LSTM = Runs("memory-gate-bias", "lstm", "forget-bias-1")
CHRONO_LSTM = Runs("memory-gate-bias", "lstm", "chrono")
GRU = Runs("memory-gates", "gru")
WIDE_GRU = Runs("memory-wide-gru", "gru")
CHRONO_GRU = Runs("memory-gate-bias-gru", "gru", "chrono")
LONG_CHRONO_LSTM, LONG_CHRONO_GRU = (Runs("memory-long", cell, "chrono") for cell in ("lstm", "gru"))

# Long sequences, on which gradients are measured
EARLY_TANH = Runs("early-steps", "tanh")
NON_NORMAL = Runs("powers", "linear", "non-normal-0.9")
FLOW_TANH, FLOW_LSTM = Runs("flow", "tanh"), Runs("flow", "lstm")
FLOW_ORTHOGONAL_TANH = Runs("flow-start", "tanh", "orthogonal")
FLOW_CHRONO_LSTM = Runs("flow-gate-bias", "lstm", "chrono")
FLOW_BIASED_LSTM = {bias: Runs("flow-gate-bias", "lstm", f"forget-bias-{bias}") for bias in (1, 2, 3, 5)}
HIGHWAY_LSTM, HIGHWAY_CHRONO_LSTM = Runs("highway", "lstm"), Runs("highway", "lstm", "chrono")

# Networks that start with large eigenvalues, and what is said to tame them
EXPLODING_RELU, EXPLODING_TANH = Runs("explosion", "relu"), Runs("explosion", "tanh")
EXPLODING_RELU_FLOAT64 = Runs("explosion-float64", "relu")
EXPLODING_RELU_RATES = Runs("explosion-rates", "relu")
EXPLODING_LINEAR, EXPLODING_GRU, EXPLODING_LSTM = (Runs("explosion-others", cell) for cell in ("linear", "gru", "lstm"))
CLIPPED_RELU = Runs("explosion", "relu", "clipped")
LOOSELY_CLIPPED_RELU = Runs("explosion", "relu", "clipped-loosely")
TIGHTLY_CLIPPED_RELU = Runs("explosion", "relu", "clipped-tightly")
ELEMENTWISE_CLIPPED_RELU = Runs("explosion", "relu", "clipped-elementwise")
TRUNCATED_RELU = Runs("explosion", "relu", "truncated-10")
TIGHTLY_TRUNCATED_RELU = Runs("explosion", "relu", "truncated-5")
TRUNCATED_TANH = Runs("truncated", "tanh", "truncated-10")

# Tasks that ask for gates
FORGET_GATE_LSTM = Runs("gate-forget", "lstm")
WITHOUT_FORGET_GATE = Runs("gate-importance", "lstm-forget-open")
INPUT_GATE_LSTM = Runs("gate-input", "lstm", "forget-bias-1")
OUTPUT_GATE_LSTM = Runs("gate-output", "lstm", "forget-bias-1")
WITHOUT_INPUT_GATE = Runs("gate-input", "lstm-input-open", "forget-bias-1")
WITHOUT_OUTPUT_GATE = Runs("gate-input", "lstm-output-open", "forget-bias-1")
SELECTIVE_LSTM, SELECTIVE_GRU = Runs("selection", "lstm"), Runs("selection", "gru")
SELECTIVE_ORTHOGONAL_TANH = Runs("selection-orthogonal", "tanh", "orthogonal")
RESETTING_LSTM, RESETTING_GRU = Runs("resetting", "lstm"), Runs("resetting", "gru")
RESETTING_ORTHOGONAL_TANH = Runs("resetting-orthogonal", "tanh", "orthogonal")


def of_radius(experiment: str, cell: str, radius: str) -> Runs:
    """The runs that start with this spectral radius."""
    return Runs(experiment, cell, f"radius-{radius}")
