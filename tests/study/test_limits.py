import subprocess
import sys
from dataclasses import asdict

import pytest

from gradient_horizon import registries
from gradient_horizon.engine.kernels_of import kernels_of
from gradient_horizon.engine.lanes import spread
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.tape import numbers_per_step
from gradient_horizon.measuring import measure
from gradient_horizon.measuring.lags import LAGS
from gradient_horizon.pipeline.costing import cell_sizes
from gradient_horizon.study import limits
from gradient_horizon.study.costs import footprint
from gradient_horizon.study.limits import LARGEST, Sizes
from gradient_horizon.training.stages import STAGES

pytestmark = pytest.mark.slow

SIZES = {
    "length": 80,
    "hidden_size": 32,
    "batch_size": 32,
    "networks": 18,
    "seeds": 6,
    "judged_seeds": 5,
    "updates": 1500,
    "evaluate_every": 100,
    "evaluation_sequences": 256,
    "hidden_gradients_every": 10,
    "inputs": 10,
    "outputs": 8,
    "itemsize": 4,
}
CELLS = [(name, normalised) for name in registries.CELLS for normalised in (False, True)]


def made(name, normalised):
    cell = registries.load(registries.CELLS, "cell", name)()
    cell.normalised = normalised
    return cell


def counted_on_a_tape(name, normalised):
    """Numbers that the tape of a network of this cell keeps of a step."""
    cell = made(name, normalised)
    layout, states = Layout(cell, SIZES["hidden_size"], SIZES["inputs"]), len(cell.state)
    return sum(
        numbers_per_step(layout, kernels_of(cell, "float32", lanes.width), lanes.width, states)
        for lanes in spread(SIZES["batch_size"], SIZES["itemsize"])
    )


SCRIPT = """
import re, sys
from pathlib import Path
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.measuring.measure import measure
from gradient_horizon.training.loop import train

spec = RunSpec(
    experiment="test", task="recall", cell=sys.argv[1], remedy="none", changes=(), hidden_size=32, batch_size=32,
    optimiser="adam", learning_rates=(0.001,), updates=1, evaluate_every=1, evaluation_sequences=32,
    hidden_gradients_every=1, seeds=tuple(range(5)), pilot_seeds=(), precision="float32", length=2,
)
def run(length):
    from dataclasses import replace
    own = replace(spec, length=length)
    measure(own, 5 * [0.001], train(own).networks)
    status = Path("/proc/self/status").read_text()  # the peak of this process; ru_maxrss would count the parent's
    return 1024 * int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1])
small = run(2)
print(run(400) - small)
"""


@pytest.mark.parametrize(("cell", "normalised"), CELLS)
def test_a_cell_keeps_of_a_step_as_much_as_is_counted(cell, normalised):
    sizes, own = Sizes(**SIZES), cell_sizes(made(cell, normalised))
    counted = counted_on_a_tape(cell, normalised)
    assert counted == limits.numbers_per_step(sizes, own, batch=32, itemsize=4)
    assert counted <= limits.numbers_per_step(sizes, LARGEST, batch=32, itemsize=4)


def test_the_largest_cell_is_counted_as_it_is():
    largest = max(counted_on_a_tape(*cell) for cell in CELLS)
    assert limits.numbers_per_step(Sizes(**SIZES), LARGEST, batch=32, itemsize=4) == largest


def test_no_shipped_cell_is_larger_than_the_largest_in_anything():
    shipped = [asdict(cell_sizes(made(*cell))) for cell in CELLS]
    assert asdict(LARGEST) == {key: max(sizes[key] for sizes in shipped) for key in shipped[0]}


@pytest.mark.parametrize("itemsize", [4, 8])
@pytest.mark.parametrize("batch", [1, 2, 4, 5, 8, 9, 16, 17, 24, 32, 33, 40, 41, 64, 65, 100, 256, 257])
def test_sequences_are_spread_over_lanes_as_the_engine_does(batch, itemsize):
    groups = spread(batch, itemsize)
    assert limits.lanes(batch, itemsize) == (sum(group.width for group in groups), len(groups))


@pytest.mark.parametrize("cell", registries.CELLS)
@pytest.mark.parametrize("normalised", [False, True])
def test_weights_are_as_many_as_the_layout_has(cell, normalised):
    own = made(cell, normalised)
    rows, columns = Layout(own, SIZES["hidden_size"], SIZES["inputs"]).shape
    read_out = SIZES["outputs"] * (SIZES["hidden_size"] + 1)
    assert limits.weights(Sizes(**SIZES), cell_sizes(own)) == rows * columns + read_out


def test_constants_are_those_of_training_and_measuring():
    assert limits.MEASURED_SEQUENCES == measure.SEQUENCES
    assert len(STAGES) == limits.MOMENTS
    assert max(LAGS) == limits.MEASURED_STEPS
    assert limits.TRANSPORTED_SEQUENCES == measure.TRANSPORT_SEQUENCES


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peak memory is read from /proc")
@pytest.mark.parametrize(("cell", "states"), [("lstm", 2), ("slstm", 4)])
def test_a_job_takes_less_memory_than_estimated_and_not_a_tenth_of_it(cell, states):
    done = subprocess.run([sys.executable, "-c", SCRIPT, cell], capture_output=True, text=True, check=True)
    sizes = Sizes(**SIZES | {"length": 400, "networks": 5, "updates": 1, "evaluate_every": 1})
    assert 0.1 < float(done.stdout) / footprint(sizes, states=states).memory < 1


@pytest.mark.parametrize(
    ("key", "factor", "memory", "seconds"),
    [
        ("length", 1000, (700, 1100), (900, 1100)),
        ("hidden_size", 100, (80, 3000), (3000, 20_000)),
        ("batch_size", 1000, (1, 1100), (50, 1000)),
        ("updates", 1000, (1, 1000), (900, 1000)),
    ],
)
def test_estimates_grow_with_every_size(key, factor, memory, seconds):
    small = footprint(Sizes(**SIZES), states=2)
    large = footprint(Sizes(**SIZES | {key: SIZES[key] * factor}), states=2)
    assert memory[0] <= large.memory / small.memory <= memory[1]
    assert seconds[0] <= large.seconds / small.seconds <= seconds[1]
