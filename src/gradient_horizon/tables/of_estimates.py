"""Schemas of estimates with their intervals, made from the long tables."""

from gradient_horizon.tables.columns import GROUP, GROUP_KEY, LENGTH, POLICY, censored_interval, interval
from gradient_horizon.tables.schema import Column, Schema

PROFILE_MEANS = Schema(
    "profile_means",
    "a lag of the profile of a run, over its seeds",
    (
        *GROUP,
        LENGTH,
        Column("moment", "text", "-", "initial, half (of the budget) or final"),
        Column("lag", "count", "steps", "distance back from the loss"),
        Column("n", "count", "seeds", "seeds with a positive gradient there"),
        *interval("relative_gradient", "-", "geometric mean over seeds of the gradient relative to lag 0"),
        *interval("relative_contribution", "-", "geometric mean over seeds of the contribution relative to lag 0"),
        Column("predicted", "number", "-", "theory: geometric mean of predicted_factor, to the power of the lag"),
    ),
    (*GROUP_KEY, "length", "moment", "lag"),
)

SUCCESS = Schema(
    "success",
    "the judged seeds of a run, at a learning rate policy",
    (
        *GROUP,
        LENGTH,
        POLICY,
        Column("n", "count", "seeds", "judged seeds"),
        Column("solved", "count", "seeds", "solved within the budget"),
        Column("diverged", "count", "seeds", "diverged"),
        *interval("solved_share", "share", "share of seeds that solved the task (Wilson)"),
        *interval("diverged_share", "share", "share of seeds that diverged (Wilson)"),
        Column("updates", "count", "updates", "budget"),
        *interval("time_to_solve", "updates", "median over seeds (Kaplan-Meier); infinite: less than half solve"),
        *interval("accuracy", "share", "mean over seeds that did not diverge (Student); empty for regression"),
        *interval("loss", "task's loss", "mean over seeds that did not diverge (Student)"),
        Column("trivial_accuracy", "number", "share", "of the trivial baseline; empty for regression"),
        Column("trivial_loss", "number", "task's loss", "of the trivial baseline"),
        Column("partial_accuracy", "number", "share", "of the baseline that solves part of the task; empty: none"),
        Column("partial_loss", "number", "task's loss", "of the baseline that solves part of the task; empty: none"),
    ),
    (*GROUP_KEY, "length", "policy"),
)

HORIZONS = Schema(
    "horizons",
    "a task x cell x remedy over all its lengths, at a learning rate policy",
    (
        *GROUP,
        POLICY,
        Column("n", "count", "networks", "judged seeds over all lengths"),
        Column("shortest", "count", "steps", "shortest length tried"),
        Column("longest", "count", "steps", "longest length tried"),
        Column("updates", "count", "updates", "budget"),
        *censored_interval("memory_horizon", "steps", "T50: the length that half of the seeds solve within the budget"),
    ),
    (*GROUP_KEY, "policy"),
)

THEORY = Schema(
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
        *interval("ratio", "-", "geometric mean over seeds of measured over predicted"),
    ),
    (*GROUP_KEY, "length", "moment", "theory"),
)

MEMORIES = Schema(
    "memories",
    "a cell with a remedy in an experiment on recall: its memory by every definition",
    (
        *GROUP,
        Column("length", "count", "steps", "longest length, at which all but T50 are measured"),
        Column("n", "count", "seeds", "judged networks"),
        Column("gradient_horizon_initial", "censored", "steps", "mean gradient horizon before training"),
        Column("gradient_horizon_trained", "censored", "steps", "mean gradient horizon after training"),
        Column("memory_capacity", "number", "steps", "mean memory capacity after training"),
        Column("context_needed", "censored", "steps", "mean of the last inputs that are needed, after training"),
        Column("gate_time", "number", "steps", "mean gate time after training; empty without a keeping gate"),
        Column("memory_horizon", "censored", "steps", "T50"),
    ),
    GROUP_KEY,
)

AGREEMENT = Schema(
    "agreement",
    "two definitions of memory, over all rows of the table of memories",
    (
        Column("first", "text", "-", "a column of the table of memories"),
        Column("second", "text", "-", "another one"),
        Column("n", "count", "rows", "rows that have both, and both exactly"),
        Column("limits", "count", "rows", "rows left out, since of one of both only a limit is known"),
        *interval("correlation", "-", "Spearman's rank correlation (Fisher's z)"),
        Column("apart", "text", "-", "the row whose ranks differ most"),
        Column("apart_first", "number", "steps", "its value by the first"),
        Column("apart_second", "number", "steps", "its value by the second"),
    ),
    ("first", "second"),
)
