"""For each test of each claim a table that makes it pass, one that makes it fail, one that leaves it unclear."""

from gated_tables import (
    choices,
    equality,
    gate,
    gru_against_lstm,
    hidden_or_not,
    left,
    no_sizes,
    opening,
    sizes,
    transported,
)
from hand_made_tables import (
    JUMPED,
    LOST,
    LOW,
    PREDICTED,
    at_start,
    better_than_power_law,
    beyond,
    bounded,
    distances,
    explosion,
    gradient,
    half_low,
    jumping_in_float64,
    late,
    networks,
    powers,
    radius,
    shares_of,
    sigmoid_powers,
    solved,
    straight,
    swap,
    t50,
    tables,
)

from gradient_horizon.claims.runs import (
    CONSTANT_FLOW_TANH,
    NORMALISED_TANH,
    TANH,
)

DECISIVE = {
    "cell-state-highway/initial": transported("flow", "none"),
    "cell-state-highway/trained": transported("highway", "none", "final"),
    **{
        f"cell-state-highway/{remedy}": transported("flow-gate-bias", remedy)
        for remedy in ("forget-bias-1", "forget-bias-2", "forget-bias-3", "forget-bias-5", "chrono")
    },
    "cell-state-highway/trained-chrono": transported("highway", "chrono", "final"),
    "cell-state-highway/path-through-c": tuple(
        at_start("highway", "lstm", "chrono", "final", memory_transport=1.0, gated_transport=value)
        for value in (0.9, 0.1, (0.5, 0.4))
    ),
    "three-gates/forget": gate("gate-forget", "lstm-forget-open"),
    "three-gates/input": gate("gate-input", "lstm-input-open", "forget-bias-1"),
    "three-gates/output": gate("gate-output", "lstm-output-open", "forget-bias-1"),
    "gru-similar/tasks": (
        gru_against_lstm(ratio=1.0, accuracy=0.0),
        gru_against_lstm(ratio=3.0, accuracy=0.2),
        gru_against_lstm(ratio=1.5, accuracy=0.05),
    ),
    "gru-similar/forget-bias": (t50(GRU=25), t50(GRU=75), t50(GRU=37.5)),
    "gru-similar/equal-parameters": (t50(WIDE_GRU=25), t50(WIDE_GRU=75), t50(WIDE_GRU=37.5)),
    "gru-fewer-parameters/weights": (sizes("recurrent_weights", 0.75), sizes("recurrent_weights", 0.8), no_sizes),
    "gru-fewer-parameters/whole-network": (sizes("parameters", 0.76), sizes("parameters", 0.9), no_sizes),
    **{
        f"gates-cure-vanishing/{name}": tuple(
            solved((name, f"{name}-orthogonal"), ("gru", "none", count), ("tanh", "orthogonal", other))
            for count, other in ((80, 20), (20, 80), (44, 40))
        )
        for name in ("selection", "resetting")
    },
    **{
        f"gates-cure-vanishing/{cell}-500": shares_of("memory-long", cell, "chrono", "solved_share")
        for cell in ("lstm", "gru")
    },
    "gates-cure-vanishing/equal-parameters": (t50(WIDE_TANH=10), t50(WIDE_TANH=60), t50(WIDE_TANH=25)),
    "three-gates/torch-float64": equality("float64", 1e-15, 1e-3),
    "three-gates/torch-float32": equality("float32", 5e-7, 1e-3),
    "three-gates/forget-before-input": tuple(
        solved(
            ("gate-input", "gate-importance"), ("lstm-input-open", "forget-bias-1", a), ("lstm-forget-open", "none", b)
        )
        for a, b in ((80, 20), (20, 80), (44, 40))
    ),
    "three-gates/input-before-output": tuple(
        solved("gate-input", ("lstm-output-open", "forget-bias-1", a), ("lstm-input-open", "forget-bias-1", b))
        for a, b in ((80, 20), (20, 80), (44, 40))
    ),
    "hidden-is-filtered-cell/identity": (
        choices("gate-output", "lstm", "recall", "forget-bias-1", filter_error=1e-16),
        choices("gate-output", "lstm", "recall", "forget-bias-1", filter_error=1e-3),
        tables,
    ),
    "hidden-is-filtered-cell/hides": (
        choices("gate-output", "lstm", "recall", "forget-bias-1", decoded_memory=0.99, decoded_hidden=0.3),
        choices("gate-output", "lstm", "recall", "forget-bias-1", decoded_memory=0.99, decoded_hidden=0.99),
        hidden_or_not,
    ),
    "intelligent-forgetting/input-opens": opening("selection", "writing_opening", "selective-recall", 1),
    "intelligent-forgetting/forget-closes": opening("resetting", "keeping_opening", "reset", -1),
    "intelligent-forgetting/input-at-marks": left("selection", "writing_mean_marked"),
    "intelligent-forgetting/input-elsewhere": swap(left("selection", "writing_mean_unmarked")),
    "intelligent-forgetting/forget-at-resets": left("resetting", "keeping_mean_marked", "reset"),
    "intelligent-forgetting/forget-elsewhere": swap(left("resetting", "keeping_mean_unmarked", "reset")),
    "intelligent-forgetting/gru-update-at-marks": left("selection", "keeping_mean_marked", cell="gru"),
    "orthogonal-lengthens-memory/memory-horizon": (
        t50(ORTHOGONAL_TANH=60),
        t50(ORTHOGONAL_TANH=10),
        t50(ORTHOGONAL_TANH=25),
    ),
    "orthogonal-lengthens-memory/decay-factor": distances(
        ("flow-start", "tanh", "orthogonal"), ("flow", "tanh", "none")
    ),
    "orthogonal-lengthens-memory/identity": (t50(IDENTITY_RELU=60), t50(IDENTITY_RELU=10), t50(IDENTITY_RELU=25)),
    "orthogonal-lengthens-memory/kept": (
        t50(KEPT_ORTHOGONAL_TANH=60),
        t50(KEPT_ORTHOGONAL_TANH=10),
        t50(KEPT_ORTHOGONAL_TANH=25),
    ),
    "forget-bias-lengthens-memory/bias-1": (t50(BIASED_LSTM=60), t50(BIASED_LSTM=10), t50(BIASED_LSTM=25)),
    "forget-bias-lengthens-memory/chrono": (t50(CHRONO_LSTM=60), t50(CHRONO_LSTM=10), t50(CHRONO_LSTM=25)),
    "forget-bias-lengthens-memory/chrono-gru": (t50(CHRONO_GRU=60), t50(CHRONO_GRU=10), t50(CHRONO_GRU=25)),
    "forget-bias-lengthens-memory/sigmoid-power": (
        sigmoid_powers([1.0]),
        sigmoid_powers([1.1]),
        sigmoid_powers([0.9, 1.06, 1.1]),
    ),
    "regulariser-lengthens-memory/memory-horizon": (
        t50(CONSTANT_FLOW_TANH=60),
        t50(CONSTANT_FLOW_TANH=10),
        t50(CONSTANT_FLOW_TANH=25),
    ),
    "regulariser-lengthens-memory/decay-factor": distances(CONSTANT_FLOW_TANH, TANH, "final"),
    "regulariser-lengthens-memory/against-orthogonal": (
        t50(CONSTANT_FLOW_TANH=60),
        t50(CONSTANT_FLOW_TANH=10),
        t50(CONSTANT_FLOW_TANH=25),
    ),
    "normalisation-lengthens-memory/memory-horizon": (
        t50(NORMALISED_TANH=60),
        t50(NORMALISED_TANH=10),
        t50(NORMALISED_TANH=25),
    ),
    "normalisation-lengthens-memory/decay-factor": distances(NORMALISED_TANH, TANH),
    "eigen-power/random": (powers(random=1e-12), powers(random=1e-3), powers(random=(0.95, 1e-12))),
    "eigen-power/defective": (powers(defective=1e-9), powers(defective=1e-3), powers(defective=(0.95, 1e-12))),
    **{f"below-one-vanishes/linear-{value}": late("linear", value) for value in ("0.5", "0.8", "0.9", "0.95")},
    "below-one-vanishes/non-normal": tuple(
        at_start("powers", "linear", "non-normal-0.9", transient_growth=value) for value in (2.0, 100.0, (10.0, 5.0))
    ),
    "below-one-vanishes/tanh-0.9": bounded("0.9", 0.7, 1.2),
    **{f"above-one-explodes/linear-{value}": late("linear", value) for value in ("1.05", "1.2", "1.5")},
    **{f"above-one-explodes/tanh-{value}": bounded(value, 1.2, 0.7) for value in ("1.05", "1.5", "3")},
    **{f"exponential-in-length/{cell}": straight("flow", cell) for cell in ("linear", "tanh", "lstm", "gru")},
    **{
        f"exponential-in-length/{cell}-power-law": better_than_power_law(cell)
        for cell in ("linear", "tanh", "lstm", "gru")
    },
    **{
        f"exponential-in-length/{cell}-after-training": straight(experiment, cell, moment="final")
        for experiment, cell in (("memory", "tanh"), ("memory-gates", "lstm"), ("memory-gates", "gru"))
    },
    "exponential-in-length/chrono": straight("flow-gate-bias", "lstm", "chrono"),
    "radius-sets-memory/gradient-horizon": (
        radius(reach=(1, 2, 3, 4, 5, 6, 7)),
        radius(reach=(7, 6, 5, 4, 3, 2, 1)),
        radius(reach=(1, 5, 2, 6, 3, 4, 4)),
    ),
    "radius-sets-memory/memory": (
        radius(memory=(0, 0, 5, 10, 20, 20, 40)),
        radius(memory=(40, 20, 20, 10, 5, 0, 0)),
        radius(memory=(5, 10, 5, 20, 5, 20, 10)),
    ),
    "radius-sets-memory/prediction": (
        radius(t50=PREDICTED),
        radius(t50=[5 * value for value in PREDICTED]),
        radius(t50=[value * factor for value, factor in zip(PREDICTED, (1, 2, 4, 1, 3, 1, 1), strict=True)]),
    ),
    "weights-jump/relu": (networks(plain=(80, JUMPED)), networks(plain=(5, JUMPED)), networks(plain=(40, JUMPED))),
    "weights-jump/tanh": (networks(tanh=(80, JUMPED)), networks(tanh=(5, JUMPED)), networks(tanh=(40, JUMPED))),
    "weights-jump/float64": jumping_in_float64(),
    **{
        f"weights-jump/{cell}-not-finite": shares_of(experiment, cell)
        for experiment, cell in (
            ("explosion", "relu"),
            ("explosion-others", "linear"),
            ("explosion", "tanh"),
            ("explosion-others", "gru"),
            ("explosion-others", "lstm"),
        )
    },
    "does-not-converge/unclipped": (networks(plain=(80, LOST)), networks(plain=(5, LOST)), networks(plain=(40, LOST))),
    "does-not-converge/clipped-twins": (
        networks(clipped=(5, LOST)),
        networks(clipped=(80, LOST)),
        networks(clipped=(40, LOST)),
    ),
    "does-not-converge/any-learning-rate": swap(shares_of("explosion-rates", "relu", "none", "solved_share", "any")),
    "tbptt-cures-exploding/norm-10": (networks(window_10=(80, LOW)), networks(), half_low()),
    "tbptt-cures-exploding/norm-5": (networks(window_5=(80, LOW)), networks(), half_low()),
    "tbptt-cures-exploding/diverged": (
        explosion(window_5=(0, 80)),
        explosion(window_5=(60, 0)),
        explosion(window_5=(4, 76)),
    ),
    "tbptt-cures-exploding/memory": (t50(TRUNCATED_TANH=20), t50(TRUNCATED_TANH=8), t50(TRUNCATED_TANH=11)),
    "tbptt-cures-exploding/beyond-the-window": (beyond(0.0), beyond(1e-9), tables),
    "short-memory/gradient-horizon": (gradient(horizon=7), gradient(horizon=20), gradient(horizon=10)),
    "short-memory/memory-horizon": (t50(TANH=30), t50(TANH=80), t50(TANH=50)),
    "short-memory/memory-horizon-5-10": (t50(TANH=7), t50(TANH=30), t50(TANH=10)),
    "short-memory/orthogonal": (t50(ORTHOGONAL_TANH=30), t50(ORTHOGONAL_TANH=80), t50(ORTHOGONAL_TANH=50)),
    "short-memory/patience": (t50(PATIENT_TANH=30), t50(PATIENT_TANH=80), t50(PATIENT_TANH=50)),
    "short-memory/any-learning-rate": (t50(TANH=30), t50(TANH=80), t50(TANH=50)),
    "early-steps-do-not-learn/early-share": (gradient(early=1e-6), gradient(early=0.1), gradient(early=0.01)),
    "early-steps-do-not-learn/after-training": (gradient(after=1e-6), gradient(after=0.1), gradient(after=0.01)),
    "early-steps-do-not-learn/whole-gradient": (gradient(whole=0.01), gradient(whole=0.9), gradient(whole=0.1)),
    "relu-cures-vanishing/memory-horizon": (t50(RELU=50), t50(RELU=10), t50(RELU=25)),
    "relu-cures-vanishing/decay-factor": (gradient(relu=0.95), gradient(relu=0.4), gradient(relu=0.775)),
    "relu-cures-vanishing/identity": (t50(IDENTITY_RELU=50), t50(IDENTITY_RELU=10), t50(IDENTITY_RELU=25)),
    "relu-cures-vanishing/explodes-more": (
        explosion(plain=(0, 80), tanh=(10, 70)),
        explosion(plain=(60, 0), tanh=(0, 80)),
        explosion(plain=(4, 70), tanh=(0, 80)),
    ),
    "gates-cure-vanishing/lstm": (t50(LSTM=50), t50(LSTM=10), t50(LSTM=25)),
    "gates-cure-vanishing/gru": (t50(GRU=50), t50(GRU=10), t50(GRU=25)),
    "gates-cure-vanishing/lstm-forget-bias": (t50(BIASED_LSTM=50), t50(BIASED_LSTM=10), t50(BIASED_LSTM=25)),
    "gates-cure-vanishing/lstm-chrono": (t50(CHRONO_LSTM=50), t50(CHRONO_LSTM=10), t50(CHRONO_LSTM=25)),
    "gates-cure-vanishing/gru-chrono": (t50(CHRONO_GRU=50), t50(CHRONO_GRU=10), t50(CHRONO_GRU=25)),
    "gates-cure-vanishing/against-orthogonal": (
        t50(ORTHOGONAL_TANH=10),
        t50(ORTHOGONAL_TANH=60),
        t50(ORTHOGONAL_TANH=25),
    ),
    "clipping-cures-exploding/diverged": (
        explosion(clipped=(0, 80)),
        explosion(clipped=(60, 0)),
        explosion(clipped=(4, 76)),
    ),
    "clipping-cures-exploding/fewer-diverge": (
        explosion(plain=(60, 0), clipped=(0, 80)),
        explosion(plain=(0, 80), clipped=(10, 80)),
        explosion(plain=(4, 0), clipped=(0, 80)),
    ),
    "clipping-cures-exploding/solved": (
        explosion(clipped=(0, 70)),
        explosion(clipped=(0, 10)),
        explosion(clipped=(0, 40)),
    ),
    "clipping-cures-exploding/lengthens-memory": (
        t50(UNCLIPPED_TANH=10),
        t50(UNCLIPPED_TANH=60),
        t50(UNCLIPPED_TANH=25),
    ),
    "clipping-cures-exploding/loose-threshold": (
        explosion(loose=(0, 80)),
        explosion(loose=(60, 0)),
        explosion(loose=(4, 76)),
    ),
    "clipping-cures-exploding/tight-threshold": (
        explosion(tight=(0, 70)),
        explosion(tight=(0, 10)),
        explosion(tight=(0, 40)),
    ),
    "clipping-cures-exploding/elementwise": (
        explosion(elementwise=(0, 80)),
        explosion(elementwise=(60, 0)),
        explosion(elementwise=(4, 76)),
    ),
}
