"""The speed of this machine: found by a few small trainings and measures, and recorded."""

import json
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from gradient_horizon.engine.objects import processor
from gradient_horizon.engine.subnormal import subnormal_numbers_flushed
from gradient_horizon.pipeline.costing import Costs
from gradient_horizon.storage import is_whole, write_json
from gradient_horizon.study.costs import MODEL, Seconds, Speed, measuring, update
from gradient_horizon.study.run_spec import RunSpec

PACKAGES = ("numpy", "llvmlite", "torch")

SECONDS, FEWEST, MOST = 0.4, 3, 900
"""A timing is repeated for so many seconds, but at least and at most so many times."""

BUSY = 1.15
"""How many times as long a core takes while the others are busy too, and share its power and memory: on two cores."""

COMPILED = RunSpec(
    experiment="calibration",
    task="recall",
    cell="tanh",
    remedy="none",
    changes=(),
    length=100,
    hidden_size=64,
    batch_size=32,
    optimiser="adam",
    learning_rates=(1e-6,),
    precision="float32",
    updates=1000,
    evaluate_every=1000,
    evaluation_sequences=32,
    hidden_gradients_every=1000,
    seeds=(0, 1, 2, 3),
    pilot_seeds=(),
)
"""A training whose time is that of compiled passes."""

INTERPRETED = replace(COMPILED, length=2, hidden_size=8)
"""A training whose time is that of Python and NumPy around them."""

MEASURED = replace(COMPILED, hidden_size=32, updates=0)
"""Networks that are measured, untrained."""


def calibrate() -> Speed:
    """The speed of this machine's cores when all are busy, in some two seconds, longer where nothing is compiled yet.

    The shortest of many repeats counts, so that other processes hardly matter. Loads PyTorch.
    """
    with subnormal_numbers_flushed():
        compiled, interpreted = _solved([_timed_update(spec) for spec in (COMPILED, INTERPRETED)])
    return Speed(compiled=BUSY * compiled, interpreted=BUSY * interpreted, measured=BUSY * _timed_measuring())


def load_speed(file: Path) -> Speed:
    """The recorded speed, if it was found on this processor, with these libraries and this model; else `REFERENCE`."""
    try:
        if not is_whole(file):
            return Speed.REFERENCE
        record = json.loads(file.read_text(encoding="utf-8"))
        found = Speed(**{name: float(value) for name, value in record["speed"].items()})
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return Speed.REFERENCE
    is_usable = record.get("conditions") == _conditions() and all(0 < value < 1e6 for value in asdict(found).values())
    return found if is_usable else Speed.REFERENCE


def record_speed(file: Path, speed: Speed) -> None:
    """Writes the speed, with the conditions that it holds for."""
    write_json(file, {"speed": asdict(speed), "conditions": _conditions()})


def _conditions() -> dict[str, Any]:
    """What the speed depends on, as JSON reads it again."""
    return {
        "model": MODEL,
        "processor": [platform.machine(), *processor()],
        "versions": {name: version(name) for name in PACKAGES},
    }


def _timed_update(spec: RunSpec) -> tuple[Seconds, float]:
    """What the model expects of an update, and what it takes."""
    from gradient_horizon.training.ensemble import Ensemble  # here: a speed is loaded more often than found

    ensemble = Ensemble(spec)
    updates = iter(range(1, MOST + 1))
    return update(*Costs(Speed.REFERENCE).sizes(spec)), _shortest(lambda: ensemble.update(next(updates)))


def _timed_measuring() -> float:
    """The time of measuring, over what the model expects."""
    from gradient_horizon.measuring.measure import measure  # here: PyTorch takes a second to load
    from gradient_horizon.training.loop import train

    trained = train(MEASURED)
    seconds = _shortest(lambda: measure(MEASURED, trained.chosen_learning_rates, trained.networks))
    return seconds / measuring(*Costs(Speed.REFERENCE).sizes(MEASURED))


def _shortest(run: Callable[[], object]) -> float:
    """The shortest of several repeats, in seconds of the processor, so that waiting for it does not count."""
    times: list[float] = []
    end = time.perf_counter() + SECONDS
    while len(times) < FEWEST or (len(times) < MOST and time.perf_counter() < end):
        before = time.process_time()
        run()
        times.append(time.process_time() - before)
    return min(times)


def _solved(timings: Sequence[tuple[Seconds, float]]) -> tuple[float, float]:
    """The two factors with which the model meets both timings; none below a tenth of what one alone would say."""
    (first, of_first), (second, of_second) = timings
    determinant = first.compiled * second.interpreted - first.interpreted * second.compiled
    compiled = (of_first * second.interpreted - first.interpreted * of_second) / determinant
    interpreted = (first.compiled * of_second - of_first * second.compiled) / determinant
    return max(compiled, 0.1 * of_first / sum(first)), max(interpreted, 0.1 * of_second / sum(second))
