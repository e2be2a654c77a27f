"""What is compared: a cell with its remedy, named once for all claims."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Arm:
    """A cell with a remedy, in the setting that is asked about or, where `setting` names one, in another."""

    cell: str
    remedy: str = "none"
    setting: str | None = None

    def within(self, setting: str) -> "Arm":
        """The same arm in this setting, whatever setting is asked about."""
        return Arm(self.cell, self.remedy, setting)


TANH = Arm("tanh")
ORTHOGONAL_TANH = Arm("tanh", "orthogonal")
KEPT_ORTHOGONAL_TANH = Arm("tanh", "orthogonal-kept")
IDENTITY_TANH = Arm("tanh", "identity")
CONSTANT_FLOW_TANH = Arm("tanh", "constant-flow")
NORMALISED_TANH = Arm("tanh", "layer-normalised")
KERAS_TANH = Arm("tanh", "keras")
RELU = Arm("relu")
IDENTITY_RELU = Arm("relu", "identity")
ORTHOGONAL_RELU = Arm("relu", "orthogonal")
LSTM = Arm("lstm")
BIASED_LSTM = Arm("lstm", "forget-bias-1")
CHRONO_LSTM = Arm("lstm", "chrono")
SHORT_CHRONO_LSTM = Arm("lstm", "chrono-10")
KERAS_LSTM = Arm("lstm", "keras")
GRU = Arm("gru")
CHRONO_GRU = Arm("gru", "chrono")
MIN_GRU = Arm("min-gru")
CHRONO_MIN_GRU = Arm("min-gru", "chrono")
MIN_LSTM = Arm("min-lstm")
LRU = Arm("lru")
LINEAR = Arm("linear")
NON_NORMAL = Arm("linear", "non-normal-0.9")

WITHOUT_FORGET_GATE = Arm("lstm-forget-open")
CHRONO_WITHOUT = {
    "forget": Arm("lstm-forget-open", "chrono-input"),
    "forget-input": Arm("lstm-forget-input-open"),
    "input": Arm("lstm-input-open", "chrono"),
    "output": Arm("lstm-output-open", "chrono"),
}
"""The LSTM with gates held open, the others with the biases that they have in the whole LSTM."""
BIASED_LSTMS = tuple(Arm("lstm", f"forget-bias-{bias}") for bias in (1, 2, 3, 5))


def of_radius(arm: Arm, radius: float | int) -> Arm:
    """The arm, with a recurrent matrix that starts with this spectral radius."""
    return Arm(arm.cell, f"radius-{radius:g}", arm.setting)
