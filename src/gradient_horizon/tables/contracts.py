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
        Column("batch_size", "count", "sequences", "sequences per update"),
        Column("optimiser", "text", "-", "optimiser"),
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
        Column("departure_from_normality", "number", "-", "Henrici's, over the norm of W; empty for several matrices"),
        Column("hidden_saturation", "number", "-", "mean of 1 - |h|; empty where h is not bounded"),
        Column("memory_capacity", "number", "steps", "squared correlation with past inputs, summed, less chance"),
        Column("early_share", "number", "-", "contributions of the first tenth of steps over those of the last tenth"),
        Column("weight_gradient", "number", "loss / weight", "norm of the gradient of the recurrent weight"),
        Column("spectral_radius", "number", "-", "of the recurrent matrix; empty for cells with several"),
        Column("spectral_norm", "number", "-", "of the recurrent matrix; empty for cells with several"),
        Column("kept", "number", "per step", "geometric mean of the gate that keeps the state; empty without one"),
        Column("predicted_factor", "number", "per step", "theory: the spectral radius, or the mean keeping gate"),
    ),
    (*GROUP_KEY, "length", "moment", "seed"),
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

TABLES = {
    contract.name: contract
    for contract in (
        RUNS,
        POWERS,
        BASELINES,
        NETWORKS,
        EVALUATIONS,
        TRAJECTORIES,
        GRADIENTS,
        PROFILES,
        PROFILE_MEANS,
        SUCCESS,
        HORIZONS,
    )
}


def load_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """All tables of a study; raises TableError where one breaks its contract."""
    return {name: contract.load(folder) for name, contract in TABLES.items()}
