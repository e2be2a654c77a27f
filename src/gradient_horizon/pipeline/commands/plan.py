"""What a study would run, why, and what that costs."""

import os
import shlex
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from gradient_horizon.claims.coverage import arms_of, lacking_settings, settings_without_pilots, unread_experiments
from gradient_horizon.claims.judged import claims_of
from gradient_horizon.claims.registered import Claims
from gradient_horizon.errors import StoreError
from gradient_horizon.folders import require_folders
from gradient_horizon.pipeline.batches import PlannedRun, Work, cut, lacking, networks_of, planned
from gradient_horizon.pipeline.beside_study import BATCH_MINUTES, BESIDE_STUDY
from gradient_horizon.pipeline.calibration import calibrate, load_speed, record_speed
from gradient_horizon.pipeline.costing import Costs
from gradient_horizon.pipeline.places import RESULTS, SPEED, STORE, results_of
from gradient_horizon.pipeline.reasons import Reasons
from gradient_horizon.pipeline.study_batches import checked_minutes
from gradient_horizon.store.store import Store
from gradient_horizon.study.costs import Speed
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.model import Study
from gradient_horizon.study.overrides import with_wishes
from gradient_horizon.study.plan import expand

STARTING = 2.0
"""Seconds of a core that every batch takes before its first run, most of them for PyTorch."""

REPORTING, REPORTING_A_RUN = 35.0, 0.1
"""Seconds of a core for checks, tables, verdicts, figures and reports: of a study, and of each of its runs."""


def print_plan(
    *, files: list[Path], runs: bool, cores: int | None, batch_minutes: float, config: list[str] | None
) -> None:
    """Prints by experiment what the store has and what would be run, in how many batches, how long, and why.

    `runs`: with a line for each run; `config`: wishes beside the files. Measures first, in a few seconds, how fast this
    machine is, if that is not known.
    """
    study, remarks = _asked(files, config or [])
    _print(remarks)
    store, results = Store(STORE), results_of(study.name)
    require_folders(STORE, RESULTS, results)
    asked, costs = planned(expand(study), store, study.measures), Costs(_speed(store))
    work = lacking(asked.values(), costs)
    reasons = Reasons(results, store)
    why = {run.spec.id: reasons.of(run) for run in asked.values() if not run.stored.is_complete}
    if runs:
        _print(_line(run, why.get(run.spec.id)) for run in asked.values())
    _print(_by_experiment(list(asked.values()), work))
    _print(_claims(list(asked.values()), claims_of(study)))
    networks = sum(networks_of(run.spec) for run in asked.values())
    _print([f"{_counted(len(asked), 'run')}, {_counted(networks, 'network')}"])
    if not work:
        _print([f"all of them are in {STORE}/: nothing is to be trained or measured"])
        return
    _print(f"{_counted(count, 'run')}: {reason}" for reason, count in Counter(why.values()).most_common())
    number = cores or os.cpu_count() or 1
    batches = cut(work, seconds=60 * batch_minutes, cores=number, manifests=results / "batches")
    _print(_cost(work, len(batches), len(asked), number))
    _print(_call(files, config or []))


def _asked(files: Sequence[Path], config: Sequence[str]) -> tuple[Study, list[str]]:
    """The study of these files with wishes such as seeds=4, and what is to be said of these."""
    if not config:
        return validated_study(read_yaml(*files), files), []
    from snakemake.cli import parse_config  # whose reading of values counts when the study is run
    from snakemake.utils import update_config

    given, merged = parse_config(config), read_yaml(*files)
    update_config(merged, given)
    if BATCH_MINUTES in merged:
        checked_minutes(merged[BATCH_MINUTES])
    for key in BESIDE_STUDY:
        merged.pop(key, None)
    wished, remarks = with_wishes(merged, given, files)
    return validated_study(wished, files), remarks


def _claims(asked: Sequence[PlannedRun], claims: Claims) -> Iterator[str]:
    """What no claim reads, and which claims the study cannot decide."""
    trained = [(run.spec.experiment, run.spec.cell, run.spec.remedy) for run in asked]
    unread = unread_experiments(trained, claims)
    if len(unread) == len({experiment for experiment, *_ in trained}):
        yield "no claim is asked: the report shows what was trained"
        return
    if unread:
        yield f"no claim reads the runs of {', '.join(unread)}"
    begun = {claim.id for claim in claims.all if arms_of(claim) & {*trained}}
    lacking_by_claim = lacking_settings(trained, claims)
    for claim, settings in lacking_by_claim.items():
        if claim in begun:
            yield f"claim {claim} lacks runs of {', '.join(settings)}"
    if left_out := [claim for claim in lacking_by_claim if claim not in begun]:
        yield f"not asked, since no run of theirs is here: {', '.join(left_out)}"
    piloted = [(run.spec.experiment, run.spec.cell, run.spec.remedy) for run in asked if run.spec.pilot_seeds]
    for claim, settings in settings_without_pilots(trained, piloted, claims).items():
        yield f"claim {claim} stays open in {', '.join(settings)}: no pilot seed shows whether the task can be solved"


def _cost(work: Sequence[Work], batches: int, runs: int, cores: int) -> Iterator[str]:
    """What the work of all batches costs, and the report after it."""
    seconds = sum(run.seconds for run in work) + STARTING * batches
    trained = sum(not run.is_trained for run in work)
    reporting = REPORTING + REPORTING_A_RUN * runs
    wall = max(seconds / cores, STARTING + max(run.seconds for run in work)) + reporting / min(cores, 2)
    cut_into = _counted(batches, "batch", "es")
    yield f"{trained} to train and measure, {len(work) - trained} to measure only, in {cut_into}"
    yield (
        f"{_time(seconds)} of a core, then {_time(reporting)} for tables, figures and reports: "
        f"about {_time(wall)} on {_counted(cores, 'core')}"
    )
    yield (
        f"up to {max(run.cost.memory for run in work) / 1e9:.1f} GB of memory a job, "
        f"{sum(run.cost.disk for run in work) / 1e6:.0f} MB of disk"
    )


def _call(files: Sequence[Path], config: Sequence[str]) -> Iterator[str]:
    """How Snakemake is called for a study of these files, with these wishes."""
    named = [] if [str(file) for file in files] == ["config.yaml"] else ["--configfile", *map(str, files)]
    given = shlex.join([*named, *(["--config", *config] if config else [])])
    advice = ", with -- before the name of a file that is to be made" if given else ""
    yield f"to run it: snakemake --cores 2 {given}".rstrip() + advice


def _speed(store: Store) -> Speed:
    speed = load_speed(SPEED)
    if speed is Speed.REFERENCE:
        speed = calibrate()
        with suppress(StoreError, OSError):
            store.prepare()
            record_speed(SPEED, speed)
    return speed


def _print(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _line(run: PlannedRun, why: str | None) -> str:
    spec = run.spec
    what = f"{networks_of(spec)} networks, up to {spec.updates} updates of {spec.length} steps"
    return f"{spec.id}  {what}  {why or 'in the store'}"


def _by_experiment(asked: Sequence[PlannedRun], work: Iterable[Work]) -> Iterator[str]:
    """A line for each experiment; work that several ask for is counted with the first of them."""
    seconds: defaultdict[str, float] = defaultdict(float)
    left: Counter[str] = Counter()
    for run in work:
        seconds[run.experiments[0]] += run.seconds
        left[run.experiments[0]] += 1
    for experiment in dict.fromkeys(run.spec.experiment for run in asked):
        own = [run for run in asked if run.spec.experiment == experiment]
        networks = sum(networks_of(run.spec) for run in own)
        to_do = f"{left[experiment]} to run, {_time(seconds[experiment])} of a core"
        what = f"{_counted(len(own), 'run')}, {_counted(networks, 'network')}"
        yield f"{experiment}: {what}; {to_do if left[experiment] else 'all there'}"


def _counted(count: int, thing: str, ending: str = "s") -> str:
    return f"{count:,} {thing}{'' if count == 1 else ending}"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
