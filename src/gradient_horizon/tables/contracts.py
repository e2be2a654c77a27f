"""The contracts of all tables. A new measure is a function in `measuring/` and a row here."""

from pathlib import Path

import pandas as pd

from gradient_horizon.tables.contract import Column, Contract

GROUP = (
    Column("experiment", "text", "-", "name of the experiment in config.yaml"),
    Column("task", "text", "-", "task"),
    Column("cell", "text", "-", "recurrence"),
    Column("remedy", "text", "-", "named remedy, or none"),
)
LENGTH = Column("length", "count", "steps", "sequence length T, from the first input to the loss")
SEED = Column("seed", "count", "-", "seed of the network's weights and data")
POLICY = Column(
    "policy",
    "text",
    "-",
    "learning rate: 'chosen' on the selection seeds, 'any' (solved at one of them), or the rate itself",
)
GROUP_KEY = tuple(column.name for column in GROUP)


def _interval(name: str, unit: str, meaning: str) -> tuple[Column, ...]:
    return (
        Column(name, "number", unit, meaning),
        Column(f"{name}_low", "number", unit, f"lower end of the 95 % interval of {name}"),
        Column(f"{name}_high", "number", unit, f"upper end of the 95 % interval of {name}"),
    )


RUNS = Contract(
    "runs",
    "a training job",
    (
        Column("run", "text", "-", "id of the job, and the folder of its results"),
        *GROUP,
        LENGTH,
        Column("first_seed", "count", "-", "first seed of the job"),
        Column("judged_seeds", "count", "-", "number of judged seeds"),
        Column("selection_seeds", "count", "-", "number of seeds that only choose the learning rate"),
        Column("hidden_size", "count", "units", "hidden units"),
        Column("parameters", "count", "-", "trained numbers per network"),
        Column("recurrent_weights", "count", "-", "of these, entries of the matrices on h and x: no bias, no read-out"),
        Column("batch_size", "count", "sequences", "sequences per update"),
        Column("optimiser", "text", "-", "optimiser"),
        Column("precision", "text", "-", "floating-point numbers that it was trained in"),
        Column("updates", "count", "updates", "budget"),
        Column("chosen_learning_rate", "number", "-", "learning rate chosen on the selection seeds"),
        Column("changes", "text", "-", "what the run carries: its remedy and what every run of the experiment has"),
    ),
    ("run",),
)

POWERS = Contract(
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

EQUALITY = Contract(
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

BASELINES = Contract(
    "baselines",
    "a trivial baseline of a task at a length",
    (
        Column("task", "text", "-", "task"),
        LENGTH,
        Column("rank", "count", "-", "0: the baseline that every network has to beat"),
        Column("baseline", "text", "-", "what it does"),
        Column("loss", "number", "task's loss", "its loss"),
        Column("accuracy", "number", "share", "its share of right answers; empty for regression"),
        Column("solved_when", "text", "-", "the task's own criterion"),
    ),
    ("task", "length", "rank"),
)

NETWORKS = Contract(
    "networks",
    "a network: a seed at a learning rate",
    (
        *GROUP,
        LENGTH,
        SEED,
        Column("learning_rate", "number", "-", "learning rate"),
        Column("judged", "flag", "-", "false: the seed only helps to choose the learning rate"),
        Column("chosen", "flag", "-", "true: this is the run's chosen learning rate"),
        Column("status", "text", "-", "solved, unsolved or diverged"),
        Column("update", "count", "updates", "update of solution or divergence, or the budget"),
        Column("loss", "number", "task's loss", "at the last evaluation; at divergence the training loss"),
        Column("accuracy", "number", "share", "share of right answers at the last evaluation; empty for regression"),
        Column("gradient_norm_median", "number", "loss / weight", "median norm of the gradient before clipping"),
        Column("gradient_norm_max", "number", "loss / weight", "largest finite norm of the gradient before clipping"),
        Column("limited_norm_max", "number", "loss / weight", "largest finite norm of the gradient after clipping"),
        Column("update_ratio_median", "number", "-", "median of the step's norm over the parameters' norm"),
        Column("update_ratio_max", "number", "-", "largest finite step's norm over the parameters' norm"),
    ),
    (*GROUP_KEY, "length", "learning_rate", "seed"),
)

EVALUATIONS = Contract(
    "evaluations",
    "an evaluation of a network",
    (
        *GROUP,
        LENGTH,
        SEED,
        Column("learning_rate", "number", "-", "learning rate"),
        Column("update", "count", "updates", "updates so far"),
        Column("loss", "number", "task's loss", "on fresh sequences"),
        Column("accuracy", "number", "share", "share of right answers; empty for regression"),
    ),
    (*GROUP_KEY, "length", "learning_rate", "seed", "update"),
)

TRAJECTORIES = Contract(
    "trajectories",
    "a stretch of a network's training, at the chosen learning rate",
    (
        *GROUP,
        LENGTH,
        SEED,
        Column("learning_rate", "number", "-", "learning rate"),
        Column("update", "count", "updates", "last update of the stretch"),
        Column("loss", "number", "task's loss", "largest training loss of the stretch; infinite where not finite"),
        Column("gradient_norm", "number", "loss / weight", "largest norm before clipping; infinite where not finite"),
        Column("limited_norm", "number", "loss / weight", "largest norm after clipping; infinite where not finite"),
        Column("update_ratio", "number", "-", "largest step over the parameters' norm; infinite where not finite"),
    ),
    (*GROUP_KEY, "length", "learning_rate", "seed", "update"),
)

GRADIENTS = Contract(
    "gradients",
    "a judged network at the chosen learning rate, at a moment of its training",
    (
        *GROUP,
        LENGTH,
        SEED,
        Column("moment", "text", "-", "initial, half (of the budget) or final"),
        *_interval("decay_factor", "per step", "exp of the slope of ln g_k over the lag k"),
        Column("r_squared", "number", "-", "of that straight line"),
        Column("aic_gain", "number", "-", "AIC of a power law less AIC of the exponential; positive: exponential"),
        Column("late_factor", "number", "per step", "decay factor over lags from 100 on; empty for shorter sequences"),
        Column("transient_growth", "number", "-", "largest gradient over that at the loss"),
        Column("gradient_horizon", "number", "steps", "largest lag at which the gradient is 1 % of that at the loss"),
        Column("horizon_censored", "flag", "-", "true: the sequence ends before the gradient has faded"),
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
            "context_needed", "number", "steps", "last inputs without which the loss rises by 5 % of the baseline's"
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

TRANSPORT = Contract(
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

EIGENVALUES = Contract(
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

GATES = Contract(
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

GATE_TRACES = Contract(
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

HIDDEN_GRADIENTS = Contract(
    "hidden_gradients",
    "a step of the sequence at an update of a job's training, at the chosen learning rate",
    (
        *GROUP,
        LENGTH,
        Column("first_seed", "count", "-", "first seed of the job"),
        Column("update", "count", "updates", "update, from 1"),
        Column("step", "count", "-", "step of the sequence, from 1; the loss is read after the last"),
        Column("n", "count", "networks", "judged networks still training, with a gradient there"),
        Column("gradient", "number", "loss / hidden unit", "geometric mean over them of the norm of dL/dh; 0: none"),
    ),
    (*GROUP_KEY, "length", "first_seed", "update", "step"),
)

PROFILES = Contract(
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

PROFILE_MEANS = Contract(
    "profile_means",
    "a lag of the profile of a run, over its seeds",
    (
        *GROUP,
        LENGTH,
        Column("moment", "text", "-", "initial, half (of the budget) or final"),
        Column("lag", "count", "steps", "distance back from the loss"),
        Column("n", "count", "seeds", "seeds with a positive gradient there"),
        *_interval("relative_gradient", "-", "geometric mean over seeds of the gradient relative to lag 0"),
        *_interval("relative_contribution", "-", "geometric mean over seeds of the contribution relative to lag 0"),
        Column("predicted", "number", "-", "theory: geometric mean of predicted_factor, to the power of the lag"),
    ),
    (*GROUP_KEY, "length", "moment", "lag"),
)

SUCCESS = Contract(
    "success",
    "the judged seeds of a run, at a learning rate policy",
    (
        *GROUP,
        LENGTH,
        POLICY,
        Column("n", "count", "seeds", "judged seeds"),
        Column("solved", "count", "seeds", "solved within the budget"),
        Column("diverged", "count", "seeds", "diverged"),
        *_interval("solved_share", "share", "share of seeds that solved the task (Wilson)"),
        *_interval("diverged_share", "share", "share of seeds that diverged (Wilson)"),
        Column("updates", "count", "updates", "budget"),
        *_interval("time_to_solve", "updates", "median over seeds (Kaplan-Meier); infinite: less than half solve"),
        *_interval("accuracy", "share", "mean over seeds that did not diverge (Student); empty for regression"),
        *_interval("loss", "task's loss", "mean over seeds that did not diverge (Student)"),
        Column("trivial_accuracy", "number", "share", "of the trivial baseline; empty for regression"),
        Column("trivial_loss", "number", "task's loss", "of the trivial baseline"),
        Column("partial_accuracy", "number", "share", "of the baseline that solves part of the task; empty: none"),
        Column("partial_loss", "number", "task's loss", "of the baseline that solves part of the task; empty: none"),
    ),
    (*GROUP_KEY, "length", "policy"),
)

HORIZONS = Contract(
    "horizons",
    "a task x cell x remedy over all its lengths, at a learning rate policy",
    (
        *GROUP,
        POLICY,
        Column("n", "count", "networks", "judged seeds over all lengths"),
        Column("shortest", "count", "steps", "shortest length tried"),
        Column("longest", "count", "steps", "longest length tried"),
        Column("updates", "count", "updates", "budget"),
        *_interval("memory_horizon", "steps", "T50: the length that half of the seeds solve within the budget"),
        Column("censored", "text", "-", "no, left, right or both: where T50 may lie outside the lengths tried"),
    ),
    (*GROUP_KEY, "policy"),
)

THEORY = Contract(
    "theory",
    "a theory of the gradient against the judged networks of a run",
    (
        *GROUP,
        LENGTH,
        Column("moment", "text", "-", "initial, half (of the budget) or final"),
        Column("theory", "text", "-", "the theory"),
        Column("formula", "text", "-", "what it predicts"),
        Column("bound", "flag", "-", "true: a bound, so that the ratio may be below 1 and never above"),
        Column("unit", "text", "-", "unit of both"),
        Column("n", "count", "seeds", "judged networks on which both are known"),
        Column("predicted", "number", "see unit", "geometric mean over seeds"),
        Column("measured", "number", "see unit", "geometric mean over seeds"),
        *_interval("ratio", "-", "geometric mean over seeds of measured over predicted"),
    ),
    (*GROUP_KEY, "length", "moment", "theory"),
)

MEMORIES = Contract(
    "memories",
    "a cell with a remedy in an experiment on recall: its memory by every definition",
    (
        *GROUP,
        Column("length", "count", "steps", "longest length, at which all but T50 are measured"),
        Column("n", "count", "seeds", "judged networks"),
        Column("gradient_horizon_initial", "number", "steps", "mean gradient horizon before training"),
        Column("gradient_horizon_trained", "number", "steps", "mean gradient horizon after training"),
        Column("memory_capacity", "number", "steps", "mean memory capacity after training"),
        Column("context_needed", "number", "steps", "mean of the last inputs that are needed, after training"),
        Column("gate_time", "number", "steps", "mean gate time after training; empty without a keeping gate"),
        Column("memory_horizon", "number", "steps", "T50"),
    ),
    GROUP_KEY,
)

AGREEMENT = Contract(
    "agreement",
    "two definitions of memory, over all rows of the table of memories",
    (
        Column("first", "text", "-", "a column of the table of memories"),
        Column("second", "text", "-", "another one"),
        Column("n", "count", "rows", "rows that have both"),
        *_interval("correlation", "-", "Spearman's rank correlation (Fisher's z)"),
        Column("apart", "text", "-", "the row whose ranks differ most"),
        Column("apart_first", "number", "steps", "its value by the first"),
        Column("apart_second", "number", "steps", "its value by the second"),
    ),
    ("first", "second"),
)

TABLES = {
    contract.name: contract
    for contract in (
        RUNS,
        POWERS,
        EQUALITY,
        BASELINES,
        NETWORKS,
        EVALUATIONS,
        TRAJECTORIES,
        HIDDEN_GRADIENTS,
        GRADIENTS,
        PROFILES,
        TRANSPORT,
        EIGENVALUES,
        GATES,
        GATE_TRACES,
        PROFILE_MEANS,
        SUCCESS,
        HORIZONS,
        THEORY,
        MEMORIES,
        AGREEMENT,
    )
}


def load_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """All tables of a study; raises TableError where one breaks its contract."""
    return {name: contract.load(folder) for name, contract in TABLES.items()}
