"""What an experiment says itself, and what it names then overrules, so that it would be without effect."""

from collections.abc import Iterator, Mapping
from typing import Any

from gradient_horizon import registries
from gradient_horizon.study.model import Study


def overruled(study: Study, config: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each such key of a study that is legal otherwise; `config` is what it was read from.

    A study that was written out has the lengths of `defaults` in every experiment: these are nobody's wish. A length
    that stands in the task of a file is meant to replace all others.
    """
    by_name = {each["name"]: each for each in config["experiments"]}
    for index, experiment in enumerate(study.experiments):
        given = by_name.get(experiment.name, {})
        fixed, task = experiment.all_lengths, experiment.task.task
        of_its_own = "lengths" in given and experiment.lengths not in (fixed, study.defaults.lengths)
        if of_its_own and {*fixed} != {*experiment.lengths} and task not in registries.FILE_TASKS:
            yield (
                f"experiments.{index}.lengths: must not be given with task {task!r}, whose sequences all have "
                f"{fixed[0]} steps, got {list(experiment.lengths)}"
            )
