"""Expands a study into its runs; the cross products are taken here only."""

import hashlib
from collections.abc import Iterable, Iterator

from gradient_horizon.study.model import Experiment, Study
from gradient_horizon.study.run_spec import PILOT_SEED_OFFSET, RunSpec


def expand(study: Study) -> tuple[RunSpec, ...]:
    """All training jobs of a study, in a fixed order."""
    return tuple(expanding(study))


def expanding(study: Study) -> Iterator[RunSpec]:
    """The same one by one, so that what is never asked for costs nothing."""
    for experiment in study.experiments:
        yield from _expand_experiment(study, experiment)


def digest_of_runs(runs: Iterable[str]) -> str:
    """The first 16 digits of the SHA-256 of run ids, one a line."""
    return hashlib.sha256("".join(f"{run}\n" for run in runs).encode()).hexdigest()[:16]


def _expand_experiment(study: Study, experiment: Experiment) -> Iterator[RunSpec]:
    seeds = range(experiment.first_seed, experiment.first_seed + experiment.seeds)
    for cell, remedy in experiment.arms:
        changes = tuple(
            (entry.change, entry.build().model_dump(mode="json")) for entry in study.changes(experiment, remedy)
        )
        for length in sorted(experiment.all_lengths):
            for first in range(seeds.start, seeds.stop, experiment.seeds_per_job):
                pilots = range(experiment.pilots_at(length) if first == seeds.start else 0)
                yield RunSpec(
                    experiment=experiment.name,
                    task=experiment.task.task,
                    task_parameters=experiment.task.settled,
                    cell=cell,
                    remedy=remedy,
                    changes=changes,
                    length=length,
                    hidden_size=experiment.width_of(cell),
                    batch_size=experiment.batch_size,
                    optimiser=experiment.optimiser,
                    learning_rates=tuple(sorted(experiment.learning_rates)),
                    precision=experiment.precision,
                    updates=experiment.updates,
                    evaluate_every=experiment.evaluate_every,
                    evaluation_sequences=experiment.evaluation_sequences,
                    hidden_gradients_every=experiment.hidden_gradients_every,
                    seeds=tuple(range(first, min(first + experiment.seeds_per_job, seeds.stop))),
                    pilot_seeds=tuple(PILOT_SEED_OFFSET + seeds.start + index for index in pilots),
                )
