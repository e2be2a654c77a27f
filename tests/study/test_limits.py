import subprocess
import sys

import pytest

from gradient_horizon import registries
from gradient_horizon.cells.lstm import LSTM
from gradient_horizon.cells.normalised import LayerNormalised
from gradient_horizon.engine import passes
from gradient_horizon.measuring import measure
from gradient_horizon.measuring.lags import LAGS
from gradient_horizon.study import limits
from gradient_horizon.study.limits import Sizes
from gradient_horizon.training.stages import STAGES

pytestmark = pytest.mark.slow

SIZES = {
    "length": 80,
    "hidden_size": 32,
    "batch_size": 32,
    "networks": 18,
    "judged_seeds": 5,
    "updates": 1500,
    "evaluate_every": 100,
    "evaluation_sequences": 256,
    "hidden_gradients_every": 10,
    "inputs": 10,
    "outputs": 8,
    "itemsize": 4,
}
CELLS = [*(registries.load(registries.CELLS, "cell", name)() for name in registries.CELLS), LayerNormalised(LSTM())]

SCRIPT = """
import re
from pathlib import Path
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.measuring.measure import measure
from gradient_horizon.training.loop import train

spec = RunSpec(
    experiment="test", task="recall", cell="lstm", remedy="none", changes=(), hidden_size=32, batch_size=32,
    optimiser="adam", learning_rates=(0.001,), updates=1, evaluate_every=1, evaluation_sequences=32,
    hidden_gradients_every=1, seeds=tuple(range(5)), selection_seeds=(), precision="float32", length=2,
)
def run(length):
    from dataclasses import replace
    own = replace(spec, length=length)
    measure(own, 0.001, train(own).networks)
    status = Path("/proc/self/status").read_text()  # the peak of this process; ru_maxrss would count the parent's
    return 1024 * int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1])
small = run(2)
print(run(400) - small)
"""


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: type(cell).__name__)
def test_no_cell_keeps_more_of_a_step_than_is_counted(cell):
    counted = limits.numbers_per_step(Sizes(**SIZES), networks=18, batch=32)
    assert passes.numbers_per_step(cell, networks=18, hidden=32, inputs=10, batch=32) <= counted


def test_the_largest_cell_is_counted_as_it_is():
    counted = limits.numbers_per_step(Sizes(**SIZES), networks=18, batch=32)
    largest = max(passes.numbers_per_step(c, networks=18, hidden=32, inputs=10, batch=32) for c in CELLS)
    assert counted == largest


def test_constants_are_those_of_training_and_measuring():
    assert limits.MEASURED_SEQUENCES == measure.SEQUENCES
    assert len(STAGES) == limits.MOMENTS
    assert max(LAGS) == limits.MEASURED_STEPS
    assert limits.TRANSPORTED_SEQUENCES == measure.TRANSPORT_SEQUENCES


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peak memory is read from /proc")
def test_a_job_takes_less_memory_than_estimated_and_not_a_tenth_of_it():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    sizes = Sizes(**SIZES | {"length": 400, "networks": 5, "updates": 1, "evaluate_every": 1})
    assert 0.1 < float(done.stdout) / limits.footprint(sizes).memory < 1


@pytest.mark.parametrize(
    ("key", "factor", "memory", "seconds"),
    [
        ("length", 1000, (700, 1100), (900, 1100)),
        ("hidden_size", 100, (80, 3000), (5000, 20_000)),
        ("batch_size", 1000, (1, 1100), (50, 1000)),
        ("updates", 1000, (1, 1000), (900, 1000)),
    ],
)
def test_estimates_grow_with_every_size(key, factor, memory, seconds):
    small = limits.footprint(Sizes(**SIZES))
    large = limits.footprint(Sizes(**SIZES | {key: SIZES[key] * factor}))
    assert memory[0] <= large.memory / small.memory <= memory[1]
    assert seconds[0] <= large.seconds / small.seconds <= seconds[1]
