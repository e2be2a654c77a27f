"""Every name that config.yaml, the tables, the claims and the figures use, and where it is implemented."""

import importlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gradient_horizon.errors import UnknownNameError

PACKAGE = "gradient_horizon"

CELLS = MappingProxyType(
    {
        "linear": "gradient_horizon.cells.linear:Linear",
        "tanh": "gradient_horizon.cells.tanh:Tanh",
        "relu": "gradient_horizon.cells.relu:ReLU",
        "sigmoid": "gradient_horizon.cells.sigmoid:Sigmoid",
        "lt-rnn": "gradient_horizon.cells.linear_transition:LinearTransition",
        "euler": "gradient_horizon.cells.euler:Euler",
        "gru": "gradient_horizon.cells.gru:GRU",
        "lstm": "gradient_horizon.cells.lstm:LSTM",
        "lstm-input-open": "gradient_horizon.cells.lstm:InputOpenLSTM",
        "lstm-forget-open": "gradient_horizon.cells.lstm:ForgetOpenLSTM",
        "lstm-output-open": "gradient_horizon.cells.lstm:OutputOpenLSTM",
        "lstm-forget-input-open": "gradient_horizon.cells.lstm:ForgetInputOpenLSTM",
        "slstm": "gradient_horizon.cells.slstm:SLSTM",
        "minimal-gated-unit": "gradient_horizon.cells.minimal_gated_unit:MinimalGatedUnit",
        "janet": "gradient_horizon.cells.janet:JANET",
        "min-gru": "gradient_horizon.cells.min_gru:MinGRU",
        "min-lstm": "gradient_horizon.cells.min_lstm:MinLSTM",
        "ind-rnn": "gradient_horizon.cells.ind_rnn:IndRNN",
        "lru": "gradient_horizon.cells.lru:LRU",
        "cornn": "gradient_horizon.cells.cornn:CoRNN",
        "cornn-adding": "gradient_horizon.cells.cornn:AddingCoRNN",
    }
)
TASKS = MappingProxyType(
    {
        "recall": "gradient_horizon.tasks.recall:Recall",
        "recall-throughout": "gradient_horizon.tasks.recall_throughout:RecallThroughout",
        "adding": "gradient_horizon.tasks.adding:Adding",
        "temporal-order": "gradient_horizon.tasks.temporal_order:TemporalOrder",
        "temporal-order-strict": "gradient_horizon.tasks.temporal_order_strict:StrictTemporalOrder",
        "two-sequences-10": "gradient_horizon.tasks.two_sequences:TwoSequences10",
        "two-sequences-100": "gradient_horizon.tasks.two_sequences:TwoSequences100",
        "selective-recall": "gradient_horizon.tasks.selective_recall:SelectiveRecall",
        "reset": "gradient_horizon.tasks.reset:Reset",
        "copying": "gradient_horizon.tasks.copying:Copying",
        "parity": "gradient_horizon.tasks.parity:Parity",
        "parity-throughout": "gradient_horizon.tasks.parity_throughout:ParityThroughout",
        "s3": "gradient_horizon.tasks.s3:SymmetricGroup",
        "s3-throughout": "gradient_horizon.tasks.s3_throughout:SymmetricGroupThroughout",
        "associative-recall": "gradient_horizon.tasks.associative_recall:AssociativeRecall",
        "digits": "gradient_horizon.tasks.digits:Digits",
        "digits-permuted": "gradient_horizon.tasks.digits:PermutedDigits",
    }
)
FILE_TASKS = MappingProxyType({"csv": "gradient_horizon.tasks.series:Series"})
"""Tasks on a file of the user's, which must be given their parameters."""

ALL_TASKS = MappingProxyType({**TASKS, **FILE_TASKS})
CHANGES = MappingProxyType(
    {
        "clip-norm": "gradient_horizon.remedies.clipping:ClipNorm",
        "clip-elementwise": "gradient_horizon.remedies.clipping:ClipElementwise",
        "truncation": "gradient_horizon.remedies.truncation:Truncation",
        "orthogonal": "gradient_horizon.remedies.initialisation:Orthogonal",
        "orthogonal-kept": "gradient_horizon.remedies.initialisation:KeptOrthogonal",
        "antisymmetric": "gradient_horizon.remedies.antisymmetric:Antisymmetric",
        "identity": "gradient_horizon.remedies.initialisation:Identity",
        "spectral-radius": "gradient_horizon.remedies.initialisation:SpectralRadius",
        "non-normal": "gradient_horizon.remedies.initialisation:NonNormal",
        "keras-start": "gradient_horizon.remedies.keras:KerasStart",
        "glorot-start": "gradient_horizon.remedies.glorot_start:GlorotStart",
        "normal-start": "gradient_horizon.remedies.normal_start:NormalStart",
        "forget-bias": "gradient_horizon.remedies.gate_bias:ForgetBias",
        "zero-biases": "gradient_horizon.remedies.zero_biases:ZeroBiases",
        "chrono": "gradient_horizon.remedies.gate_bias:Chrono",
        "chrono-input": "gradient_horizon.remedies.chrono_input:ChronoInput",
        "chrono-up-to": "gradient_horizon.remedies.chrono_up_to:ChronoUpTo",
        "layer-normalisation": "gradient_horizon.remedies.normalisation:LayerNormalisation",
        "constant-flow": "gradient_horizon.remedies.flow:ConstantFlow",
    }
)
MEASURES = MappingProxyType(
    {
        "extrapolation": "gradient_horizon.measuring.extrapolation:extrapolation",
    }
)
"""Measures that only those experiments have which ask for them; each stands in a file of its own."""

CLAIMS = MappingProxyType(
    {
        "eigen-power": "gradient_horizon.claims.cause:EIGEN_POWER",
        "below-one-vanishes": "gradient_horizon.claims.cause:VANISHES",
        "above-one-explodes": "gradient_horizon.claims.cause:EXPLODES",
        "exponential-in-length": "gradient_horizon.claims.cause:EXPONENTIAL_IN_LENGTH",
        "radius-sets-memory": "gradient_horizon.claims.cause:RADIUS_SETS_MEMORY",
        "short-memory": "gradient_horizon.claims.vanishing:SHORT_MEMORY",
        "early-steps-do-not-learn": "gradient_horizon.claims.vanishing:EARLY_STEPS_DO_NOT_LEARN",
        "weights-jump": "gradient_horizon.claims.exploding:JUMPS",
        "does-not-converge": "gradient_horizon.claims.exploding:DOES_NOT_CONVERGE",
        "cell-state-highway": "gradient_horizon.claims.cell_state:HIGHWAY_OF_C",
        "three-gates": "gradient_horizon.claims.gates:THREE_GATES",
        "hidden-is-filtered-cell": "gradient_horizon.claims.gates:FILTERED",
        "filter-hides": "gradient_horizon.claims.gates:HIDES",
        "intelligent-forgetting": "gradient_horizon.claims.gates:INTELLIGENT",
        "gru-fewer-parameters": "gradient_horizon.claims.gru:FEWER",
        "gru-similar": "gradient_horizon.claims.gru:SIMILAR",
        "relu-cures-vanishing": "gradient_horizon.claims.remedies:RELU_CURES",
        "gates-cure-vanishing": "gradient_horizon.claims.remedies:GATES_CURE",
        "clipping-cures-exploding": "gradient_horizon.claims.remedies:CLIPPING",
        "tbptt-cures-exploding": "gradient_horizon.claims.remedies:TRUNCATION",
        "orthogonal-lengthens-memory": "gradient_horizon.claims.after_lecture:STARTS",
        "forget-bias-lengthens-memory": "gradient_horizon.claims.after_lecture:BIASES",
        "regulariser-lengthens-memory": "gradient_horizon.claims.after_lecture:REGULARISER",
        "normalisation-lengthens-memory": "gradient_horizon.claims.after_lecture:NORMALISATION",
        "linear-recurrences-cannot-track": "gradient_horizon.claims.beyond_memory:TRACKING",
        "remembering-need-not-extrapolate": "gradient_horizon.claims.beyond_memory:EXTRAPOLATION",
        "pairs-bounded-by-state": "gradient_horizon.claims.beyond_memory:PAIRS",
    }
)
FIGURES = MappingProxyType(
    {
        "memory-map": "gradient_horizon.figures.memory_map:draw",
        "success": "gradient_horizon.figures.success:draw",
        "profiles": "gradient_horizon.figures.profiles:draw",
        "contributions": "gradient_horizon.figures.contributions:draw",
        "explosion": "gradient_horizon.figures.explosion:draw",
        "digits": "gradient_horizon.figures.digits:draw",
        "radius": "gradient_horizon.figures.radius:draw",
        "gates": "gradient_horizon.figures.gates:draw",
        "highway": "gradient_horizon.figures.highway:draw",
        "gradient-heat-map": "gradient_horizon.figures.gradient_heat_map:draw",
        "memory-forest": "gradient_horizon.figures.memory_forest:draw",
        "spectra": "gradient_horizon.figures.spectra:draw",
        "gate-activity": "gradient_horizon.figures.gate_activity:draw",
        "agreement": "gradient_horizon.figures.agreement:draw",
        "theory": "gradient_horizon.figures.theory:draw",
        "forest-gates-cure-vanishing": "gradient_horizon.figures.forest:GATES",
        "forest-relu-cures-vanishing": "gradient_horizon.figures.forest:RELU",
        "forest-orthogonal-lengthens-memory": "gradient_horizon.figures.forest:ORTHOGONAL",
        "forest-forget-bias-lengthens-memory": "gradient_horizon.figures.forest:FORGET_BIAS",
        "forest-gru-similar": "gradient_horizon.figures.forest:SIMILAR",
        "time-to-solve": "gradient_horizon.figures.time_to_solve:draw",
        "horizon-in-training": "gradient_horizon.figures.horizon_in_training:draw",
        "prediction": "gradient_horizon.figures.prediction:draw",
        "then-and-now": "gradient_horizon.figures.then_and_now:draw",
        "profiles-then-and-now": "gradient_horizon.figures.profiles_then_and_now:draw",
        "state-tracking": "gradient_horizon.figures.state_tracking:draw",
        "extrapolation": "gradient_horizon.figures.extrapolation:draw",
        "pairs": "gradient_horizon.figures.pairs:draw",
    }
)
TABLES = MappingProxyType(
    {
        "runs": "gradient_horizon.tables.runs:RUNS",
        "powers": "gradient_horizon.tables.checks:POWERS",
        "equality": "gradient_horizon.tables.checks:EQUALITY",
        "baselines": "gradient_horizon.tables.baselines:BASELINES",
        "networks": "gradient_horizon.tables.networks:NETWORKS",
        "evaluations": "gradient_horizon.tables.histories:EVALUATIONS",
        "trajectories": "gradient_horizon.tables.histories:TRAJECTORIES",
        "hidden_gradients": "gradient_horizon.tables.histories:HIDDEN_GRADIENTS",
        "gradients": "gradient_horizon.tables.gradients:GRADIENTS",
        "profiles": "gradient_horizon.tables.profiles:PROFILES",
        "transport": "gradient_horizon.tables.transport:TRANSPORT",
        "eigenvalues": "gradient_horizon.tables.spectra:EIGENVALUES",
        "gates": "gradient_horizon.tables.gates:GATES",
        "gate_traces": "gradient_horizon.tables.gates:GATE_TRACES",
        "extrapolation": "gradient_horizon.tables.extrapolation:EXTRAPOLATION",
        "profile_means": "gradient_horizon.tables.profiles:PROFILE_MEANS",
        "success": "gradient_horizon.tables.success:SUCCESS",
        "horizons": "gradient_horizon.tables.horizons:HORIZONS",
        "theory": "gradient_horizon.tables.theory:THEORY",
        "memories": "gradient_horizon.tables.memories:MEMORIES",
        "agreement": "gradient_horizon.tables.memories:AGREEMENT",
        "predictions": "gradient_horizon.tables.predictions:PREDICTIONS",
        "prediction_agreement": "gradient_horizon.tables.predictions:PREDICTION_AGREEMENT",
        "shown_networks": "gradient_horizon.tables.shown_networks:SHOWN_NETWORKS",
    }
)
"""In this order: a table may be derived from those before it."""

BASES = MappingProxyType(
    {
        "cell": "gradient_horizon.engine.cell:Cell",
        "task": "gradient_horizon.tasks.base:Task",
        "change": "gradient_horizon.remedies.base:Change",
    }
)
"""The class that every class of a kind is made from."""


def locate(registry: Mapping[str, str], kind: str, name: str) -> str:
    """The "module:Object" behind a name, which may itself be such a path; raises UnknownNameError."""
    if name in registry:
        return registry[name]
    module, _, attribute = name.partition(":")
    if not (module and attribute):
        raise UnknownNameError(kind, name, registry)
    return name


def load(registry: Mapping[str, str], kind: str, name: str) -> Any:
    """The object behind a name; raises UnknownNameError, or ImportError for a path of the user's own."""
    module, _, attribute = locate(registry, kind, name).partition(":")
    return getattr(importlib.import_module(module), attribute)


def source_file(registry: Mapping[str, str], kind: str, name: str) -> Path:
    """The file that implements a name, found without importing it; raises UnknownNameError, ModuleNotFoundError."""
    module = locate(registry, kind, name).partition(":")[0]
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{kind} {name!r}: there is no module {module!r} to import")
    return Path(spec.origin)
