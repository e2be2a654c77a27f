"""Schemas of what is measured: on matrices, on our cells beside torch.nn, on saved networks."""

from gradient_horizon.tables.columns import GROUP, GROUP_KEY, LENGTH, SEED, interval
from gradient_horizon.tables.schema import Column, Schema

POWERS = Schema(
    "powers",
    "a matrix and its powers 1 to 100",
    (
        Column("kind", "text", "-", "random, or defective (Jordan blocks and their neighbourhood)"),
        Column("matrix", "count", "-", "number of the matrix"),
        Column("radius", "number", "-", "spectral radius"),
        Column("condition", "number", "-", "condition number of the matrix V of eigenvectors"),
        Column("error", "number", "-", "largest error of V diag(lambda)^t V^-1, relative to W^t (Frobenius norm)"),
    ),
    ("kind", "matrix"),
)

EQUALITY = Schema(
    "equality",
    "a network of ours beside torch.nn's with the same weights and inputs",
    (
        Column("cell", "text", "-", "recurrence"),
        Column("precision", "text", "-", "float32 or float64"),
        Column("network", "count", "-", "number of the network"),
        Column("states", "number", "-", "largest difference of hidden states over all steps, over the largest state"),
        Column("gradients", "number", "-", "largest difference of the weight's gradient, over its largest entry"),
    ),
    ("cell", "precision", "network"),
)

GRADIENTS = Schema(
    "gradients",
    "a judged network at the chosen learning rate, at a moment of its training",
    (
        *GROUP,
        LENGTH,
        SEED,
        Column("moment", "text", "-", "initial, half (of the budget) or final"),
        *interval("decay_factor", "per step", "exp of the slope of ln g_k over the lag k"),
        Column("r_squared", "number", "-", "of that straight line"),
        Column("aic_gain", "number", "-", "AIC of a power law less AIC of the exponential; positive: exponential"),
        Column("late_factor", "number", "per step", "decay factor over lags from 100 on; empty for shorter sequences"),
        Column("transient_growth", "number", "-", "largest gradient over that at the loss"),
        Column("gradient_horizon", "censored", "steps", "largest lag at which the gradient is 1 % of that at the loss"),
        Column("memory_transport", "number", "-", "norm of dm_T/dm_{T-100}, m: the LSTM's c, else h; empty if shorter"),
        Column("gated_transport", "number", "-", "product of the keeping gates over 100 steps, largest unit"),
        Column("gate_time", "number", "steps", "-1 / ln of the mean keeping gate; empty without one"),
        Column("lyapunov_exponent", "number", "1/step", "largest, natural logarithm, on the full state"),
        Column("eigenvector_condition", "number", "-", "condition number of V; empty for cells with several matrices"),
        Column("departure_from_normality", "number", "-", "Henrici's, over the norm of W; empty for several matrices"),
        Column("hidden_saturation", "number", "-", "mean of 1 - |h|; empty where h is not bounded"),
        Column("memory_capacity", "number", "steps", "squared correlation with past inputs, summed, less chance"),
        Column("memory_capacity_chance", "number", "steps", "the same sum for inputs that the network never saw"),
        Column(
            "context_needed", "censored", "steps", "last inputs without which the loss rises by 5 % of the baseline's"
        ),
        Column("early_share", "number", "-", "contributions of the first tenth of steps over those of the last tenth"),
        Column("weight_gradient", "number", "loss / weight", "norm of the gradient of the recurrent weight"),
        Column("spectral_radius", "number", "-", "of the recurrent matrix; empty for cells with several"),
        Column("spectral_norm", "number", "-", "of the recurrent matrix; empty for cells with several"),
        Column("kept", "number", "per step", "geometric mean of the gate that keeps the state; empty without one"),
        Column("predicted_factor", "number", "per step", "theory: the spectral radius, or the mean keeping gate"),
    ),
    (*GROUP_KEY, "length", "moment", "seed"),
)

PROFILES = Schema(
    "profiles",
    "a lag of a judged network's gradient profile, at the chosen learning rate",
    (
        *GROUP,
        LENGTH,
        SEED,
        Column("moment", "text", "-", "initial, half (of the budget) or final"),
        Column("lag", "count", "steps", "distance back from the loss"),
        Column("gradient", "number", "loss / hidden unit", "batch mean of the norm of dL/dh_{T-k}"),
        Column("relative_gradient", "number", "-", "the same over its value at lag 0"),
        Column("contribution", "number", "loss / weight", "norm of the step's own share of the weight's gradient"),
    ),
    (*GROUP_KEY, "length", "moment", "seed", "lag"),
)

TRANSPORT = Schema(
    "transport",
    "a lag over which a judged network carries a small change of its full state s, at the chosen learning rate",
    (
        *GROUP,
        LENGTH,
        SEED,
        Column("moment", "text", "-", "initial or final"),
        Column("lag", "count", "steps", "k in ds_T/ds_{T-k}; s is h, with c for the LSTM"),
        Column("largest", "number", "-", "largest singular value"),
        Column("middle", "number", "-", "median of the singular values"),
        Column("smallest", "number", "-", "smallest singular value"),
        Column("memory", "number", "-", "norm of dm_T/dm_{T-k}, m: the LSTM's c, else h"),
        Column("gated", "number", "-", "product of the keeping gates over the lag, largest unit; empty without a gate"),
    ),
    (*GROUP_KEY, "length", "moment", "seed", "lag"),
)

EIGENVALUES = Schema(
    "eigenvalues",
    "an eigenvalue of the recurrent matrix of one of a job's first five networks",
    (
        *GROUP,
        LENGTH,
        SEED,
        Column("moment", "text", "-", "initial or final"),
        Column("number", "count", "-", "place by modulus, 0: the largest"),
        Column("real", "number", "-", "real part"),
        Column("imaginary", "number", "-", "imaginary part"),
    ),
    (*GROUP_KEY, "length", "moment", "seed", "number"),
)

GATES = Schema(
    "gates",
    "a judged network with gates, at the chosen learning rate",
    (
        *GROUP,
        LENGTH,
        SEED,
        Column("moment", "text", "-", "initial, half or final"),
        Column("kept_over_gap", "number", "-", "product of the keeping gate from the second step on, geometric mean"),
        Column("gate_saturation", "number", "-", "mean of min(z, 1 - z) of the keeping gate"),
        Column("filter_error", "number", "-", "largest |h - o tanh(c)|; empty without an output gate"),
        Column("decoded_hidden", "number", "share", "classes that a linear decoder reads from h half-way"),
        Column("decoded_memory", "number", "share", "classes that a linear decoder reads from c half-way"),
        Column("accuracy", "number", "share", "right answers; this and what follows: tasks with marked steps"),
        Column("writing_opening", "number", "-", "input gate at marked against other steps, Cohen's d"),
        Column("keeping_opening", "number", "-", "forget or update gate at marked against other steps, Cohen's d"),
        Column("writing_mean_marked", "number", "share", "right answers, the input gate at its mean at marked steps"),
        Column("writing_mean_unmarked", "number", "share", "right answers, the input gate at its mean at the others"),
        Column("keeping_mean_marked", "number", "share", "right answers, the keeping gate at its mean at marked steps"),
        Column("keeping_mean_unmarked", "number", "share", "right answers, the keeping gate at its mean at the others"),
    ),
    (*GROUP_KEY, "length", "moment", "seed"),
)

GATE_TRACES = Schema(
    "gate_traces",
    "a step of one sequence, for one of a job's first five networks",
    (
        *GROUP,
        LENGTH,
        SEED,
        Column("moment", "text", "-", "initial or final"),
        Column("step", "count", "-", "step of the sequence, from 1"),
        Column("marked", "flag", "-", "true: the task marks this step"),
        Column("symbol", "count", "-", "the symbol shown, from 0"),
        Column("keeping_gate", "number", "-", "mean over units of the gate that keeps the state"),
        Column("writing_gate", "number", "-", "mean over units of the input gate; empty without one"),
        Column("confidence", "number", "share", "probability of the right answer, if it were read after this step"),
    ),
    (*GROUP_KEY, "length", "moment", "seed", "step"),
)
