"""Schemas of what training leaves, and of the baselines that it has to beat."""

from gradient_horizon.tables.columns import GROUP, GROUP_KEY, LENGTH, SEED
from gradient_horizon.tables.schema import Column, Schema

RUNS = Schema(
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

BASELINES = Schema(
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

NETWORKS = Schema(
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

EVALUATIONS = Schema(
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

TRAJECTORIES = Schema(
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

HIDDEN_GRADIENTS = Schema(
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
