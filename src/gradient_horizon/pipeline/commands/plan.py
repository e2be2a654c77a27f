"""What a study would run, why, and what that costs."""

import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from gradient_horizon.pipeline.batches import PlannedRun, Work, cut, lacking, networks_of, planned
from gradient_horizon.pipeline.calibration import calibrate, load_speed, record_speed
from gradient_horizon.pipeline.costing import Costs
from gradient_horizon.pipeline.places import SPEED, STORE, results_of
from gradient_horizon.pipeline.reasons import Reasons
from gradient_horizon.store.store import Store
from gradient_horizon.study.costs import Speed
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import load_study
from gradient_horizon.study.plan import expand

BATCH_SECONDS = 60.0


def print_plan(*, files: list[Path], runs: bool, cores: int | None) -> None:
    """Prints by experiment what the store has and what would be run, in how many batches, how long, and why.

    `runs`: with a line for each run. Measures first, in a few seconds, how fast this machine is, if that is not known.
    """
    study = load_study(read_yaml(*files), files)
    store, results = Store(STORE), results_of(study.name)
    asked, costs = planned(expand(study), store), Costs(_speed(store))
    work = lacking(asked.values(), costs)
    reasons = Reasons(results, store)
    why = {run.spec.id: reasons.of(run) for run in asked.values() if not run.stored.is_complete}
    if runs:
        _print(_line(run, why.get(run.spec.id)) for run in asked.values())
    _print(_by_experiment(list(asked.values()), work))
    number = cores or os.cpu_count() or 1
    batches = cut(work, seconds=BATCH_SECONDS, cores=number, manifests=results / "batches")
    networks = sum(networks_of(run.spec) for run in asked.values())
    sys.stdout.write(f"{len(asked)} runs, {networks} networks\n")
    if not work:
        sys.stdout.write(f"all of them are in {STORE}/: nothing is to be trained or measured\n")
        return
    for reason, count in Counter(why.values()).most_common():
        sys.stdout.write(f"{count} because: {reason}\n")
    seconds = sum(run.seconds for run in work)
    wall = max(seconds / number, max(run.seconds for run in work))
    trained = sum(not run.is_trained for run in work)
    sys.stdout.write(
        f"{trained} to train and measure, {len(work) - trained} to measure only, in {len(batches)} batches: "
        f"{_minutes(seconds)} of a core, {_minutes(wall)} on {number}; "
        f"at most {max(run.cost.memory for run in work) / 1e9:.1f} GB of memory a job, "
        f"{sum(run.cost.disk for run in work) / 1e6:.0f} MB of disk\n"
    )


def _speed(store: Store) -> Speed:
    speed = load_speed(SPEED)
    if speed is Speed.REFERENCE:
        speed = calibrate()
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
    """A line for each experiment; a run that several ask for is counted with the first of them."""
    seconds: defaultdict[str, float] = defaultdict(float)
    left: Counter[str] = Counter()
    for run in work:
        seconds[run.experiments[0]] += run.seconds
        left[run.experiments[0]] += 1
    for experiment in dict.fromkeys(run.spec.experiment for run in asked):
        own = [run for run in asked if run.spec.experiment == experiment]
        networks = sum(networks_of(run.spec) for run in own)
        todo = (
            f"{left[experiment]} to run, {_minutes(seconds[experiment])} of a core" if left[experiment] else "all there"
        )
        yield f"{experiment}: {len(own)} runs, {networks} networks; {todo}"


def _minutes(seconds: float) -> str:
    return (
        f"{seconds:.0f} s"
        if seconds < 90
        else f"{seconds / 60:.0f} min"
        if seconds < 5400
        else f"{seconds / 3600:.1f} h"
    )
