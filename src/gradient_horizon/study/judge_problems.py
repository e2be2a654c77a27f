"""The problems of the key `judge` as sentences, but for names of cells: which key, what was given, what is legal."""

from collections.abc import Collection, Iterable, Iterator

from gradient_horizon.study.judging import FEWEST_LENGTHS, PLAIN, Judged, unfit
from gradient_horizon.study.model import Study


def key_of(study: Study, index: int) -> str:
    """The key of a judged cell, the only one or one of a list."""
    return "judge" if len(study.judge) == 1 else f"judge.{index}"


def judge_problems(study: Study, unknown: Collection[str]) -> Iterator[str]:
    """A sentence for each thing that keeps a cell from being judged; `unknown` are cells that there are none of."""
    named: dict[str, str] = {}
    for index, judged in enumerate(study.judge):
        key = key_of(study, index)
        yield from _arm_problems(study, judged, key)
        if judged.settings or not {*judged.against} & {*unknown}:
            yield from _setting_problems(study, judged, key)
        if judged.slug in named:
            yield (
                f"{key}.cell: must be judged once under each name, got {judged.cell!r}, which would be called "
                f"{judged.slug!r} in the report as {named[judged.slug]!r} is"
            )
        named.setdefault(judged.slug, judged.cell)
        for place, experiment in enumerate(study.experiments):
            if experiment.name == judged.claim:
                yield (
                    f"experiments.{place}.name: must be another name than that of the claim on a judged cell, got "
                    f"{experiment.name!r} for both"
                )


def _arm_problems(study: Study, judged: Judged, key: str) -> Iterator[str]:
    if judged.remedy not in study.remedies:
        yield f"{key}.remedy: must be one of the study's remedies ({_listed(study.remedies)}), got {judged.remedy!r}"
    for place, cell in enumerate(judged.against):
        if (cell, PLAIN) == (judged.cell, judged.remedy):
            yield f"{key}.against.{place}: must be another cell than the one that is judged, got {cell!r} for both"
        elif cell in judged.against[:place]:
            yield f"{key}.against.{place}: must name each cell once, got {cell!r} again"


def _setting_problems(study: Study, judged: Judged, key: str) -> Iterator[str]:
    experiments = {each.name: each for each in study.experiments}
    fitting = [name for name, each in experiments.items() if unfit(each) is None]
    wanted = f"experiments with training and at least {FEWEST_LENGTHS} lengths"
    those = f"such experiments: {_listed(fitting)}" if fitting else "the study has no such experiment"
    if not judged.settings:
        yield f"{key}.in: must name {wanted}, got none: {_lacking(study, judged)}; {those}"
    for place, name in enumerate(judged.settings or ()):
        where = f"{key}.in.{place}"
        if name not in experiments:
            yield f"{where}: must be an experiment of the study ({_listed(experiments)}), got {name!r}"
        elif (why := unfit(experiments[name])) is not None:
            yield f"{where}: must be one of the {wanted}, got {name!r}, which has {why}; {those}"
        elif name in (judged.settings or ())[:place]:
            yield f"{where}: must name each experiment once, got {name!r} again"


def _lacking(study: Study, judged: Judged) -> str:
    """Why none of the experiments is a setting of a judged cell: they lack the other cells, or something else."""
    against = f"{_listed(judged.against)} without a remedy"
    wanted = {*judged.arms[1:]}
    having = [(each.name, why) for each in study.experiments if wanted <= {*each.arms} and (why := unfit(each))]
    if not having:
        return f"none has {against}"
    return f"of those with {against}, {_listed(f'{name!r} has {why}' for name, why in having)}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
