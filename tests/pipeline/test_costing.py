import json
import subprocess
import sys
from dataclasses import replace

import pytest
from safetensors.numpy import save

from gradient_horizon import registries
from gradient_horizon.engine.cell import Block, Cell
from gradient_horizon.measuring.measure import measure
from gradient_horizon.pipeline.costing import Costs, cell_sizes
from gradient_horizon.study.costs import Speed, update
from gradient_horizon.study.limits import LARGEST
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.training.loop import train

SPEC = RunSpec(
    experiment="test",
    task="recall",
    cell="tanh",
    remedy="none",
    changes=(("clip-norm", {"threshold": 1.0}),),
    length=60,
    hidden_size=32,
    batch_size=32,
    optimiser="adam",
    learning_rates=(1e-6, 1e-5),
    precision="float32",
    updates=200,
    evaluate_every=100,
    evaluation_sequences=64,
    hidden_gradients_every=10,
    seeds=(0, 1),
    pilot_seeds=(1_000_000,),
)
COSTS = Costs(Speed(compiled=1.0, interpreted=1.0, measured=1.0))


class Mixing(Cell):
    """Subtracts the mean over units."""

    blocks = (Block("a"), Block("keep", gate="keep"))
    mixes_units = True

    def step(self, a, keep, h):
        return keep.sigmoid() * h + a - a.mean(1, keepdim=True)


class Broken(Cell):
    """Cannot be traced."""

    blocks = (Block("a"),)

    def step(self, a, h):
        return a.unknown() + h


def with_changes(*changes, **others):
    return replace(SPEC, changes=changes, **others)


def undisturbed(script, specs):
    """What a script prints, given runs; in a process of its own, whose functions check no types of arguments."""
    given = json.dumps([spec.to_json() for spec in specs])
    command = [sys.executable, "-c", READ + script]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


READ = """
import json, sys, time
from dataclasses import replace
from gradient_horizon.study.run_spec import RunSpec
specs = [RunSpec.from_json(text) for text in json.load(sys.stdin)]
"""
UPDATES = """
from gradient_horizon.engine.subnormal import subnormal_numbers_flushed
from gradient_horizon.training.ensemble import Ensemble
@subnormal_numbers_flushed()
def shortest(pair):
    ensembles, times = [Ensemble(spec) for spec in pair], ([], [])
    for block in range(6):
        for ensemble, taken in zip(ensembles, times):
            for update in range(10 * block + 1, 10 * block + 11):
                before = time.process_time()
                ensemble.update(update)
                taken.append(time.process_time() - before)
    return [min(taken) for taken in times]
print([shortest(specs[first : first + 2]) for first in range(0, len(specs), 2)])
"""
MANY = """
from gradient_horizon.pipeline.costing import Costs
from gradient_horizon.study.costs import Speed, update
many = [replace(specs[0], length=length, seeds=(seed,)) for length in range(2, 102) for seed in range(500)]
costs, before = Costs(Speed.REFERENCE), time.process_time()
for spec in many:
    costs.of(spec)
print(time.process_time() - before)
"""


def test_costs_are_computed_without_heavy_libraries():
    code = (
        "import sys, gradient_horizon.pipeline.costing;"
        "print(*{'torch', 'pandas', 'scipy', 'matplotlib', 'sklearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_sizes_are_those_of_the_run():
    sizes, cell = COSTS.sizes(SPEC)
    assert (sizes.networks, sizes.seeds, sizes.judged_seeds, sizes.itemsize) == (6, 3, 2, 4)
    assert (sizes.inputs, sizes.outputs, sizes.answers, sizes.window) == (10, 8, 1, None)
    assert (sizes.evaluations, sizes.records) == (2, 20)
    assert (cell.recurrent, cell.blocks, cell.states, cell.saved, cell.operations, cell.functions) == (1, 1, 1, 0, 1, 1)
    assert COSTS.sizes(replace(SPEC, task="copying", length=30, precision="float64"))[0].answers == 30
    assert COSTS.sizes(replace(SPEC, precision="float64"))[0].itemsize == 8


def test_sizes_of_gated_cells_come_from_their_equations():
    lstm, gru = (cell_sizes(registries.load(registries.CELLS, "cell", name)()) for name in ("lstm", "gru"))
    assert (lstm.recurrent, lstm.blocks, lstm.states, lstm.functions) == (4, 4, 2, 5)
    assert (gru.recurrent, gru.blocks, gru.states, gru.functions) == (3, 4, 1, 3)


def test_what_changes_add_is_seen():
    assert COSTS.sizes(with_changes(("layer-normalisation", {})))[1].normalised
    assert COSTS.sizes(with_changes(("truncation", {"window": 5})))[0].window == 5
    assert COSTS.sizes(with_changes(("constant-flow", {"coefficient": 2.0})))[0].has_hook
    assert COSTS.sizes(with_changes(("orthogonal-kept", {})))[0].is_parametrised
    assert not COSTS.sizes(SPEC)[0].has_hook
    plain, longer = COSTS.of(SPEC), COSTS.of(with_changes(("layer-normalisation", {})))
    assert 1.1 < longer.training / plain.training < 2


def test_a_cell_that_mixes_units_is_not_traced():
    sizes = cell_sizes(Mixing())
    assert (sizes.mixes_units, sizes.recurrent, sizes.blocks, sizes.states) == (True, 2, 2, 1)


def test_classes_that_cannot_be_made_count_as_the_largest():
    assert COSTS.sizes(replace(SPEC, cell="no_such_module:Cell"))[1] == LARGEST
    assert COSTS.sizes(replace(SPEC, task="no_such_module:Task"))[0].inputs == 10


def test_a_cell_that_cannot_be_traced_counts_as_the_largest(monkeypatch):
    load = registries.load
    monkeypatch.setattr(registries, "load", lambda *asked: Broken if asked[1] == "cell" else load(*asked))
    assert Costs(Speed.REFERENCE).sizes(SPEC)[1] == LARGEST


@pytest.mark.slow
def test_costs_of_fifty_thousand_runs_take_less_than_three_seconds():
    assert 0.01 < undisturbed(MANY, [SPEC]) < 3


@pytest.mark.slow
def test_ratios_of_times_are_those_that_are_expected():
    pairs = {
        "lstm": (replace(SPEC, cell="lstm"), SPEC),
        "gru": (replace(SPEC, cell="gru"), SPEC),
        "normalised": (with_changes(("layer-normalisation", {}), cell="lstm"), replace(SPEC, cell="lstm")),
        "wide": (replace(SPEC, hidden_size=96), SPEC),
        "long": (replace(SPEC, length=300), SPEC),
        "batch": (replace(SPEC, batch_size=64), SPEC),
        "float64": (replace(SPEC, precision="float64"), SPEC),
        "truncated": (with_changes(("truncation", {"window": 5}), length=200), replace(SPEC, length=200)),
        "hook": (with_changes(("constant-flow", {"coefficient": 2.0})), SPEC),
        "parametrised": (with_changes(("orthogonal-kept", {})), SPEC),
    }
    timed = undisturbed(UPDATES, [spec for pair in pairs.values() for spec in pair])
    ratios = {}
    for (name, pair), (longer, shorter) in zip(pairs.items(), timed, strict=True):
        counted, base = (sum(update(*COSTS.sizes(spec))) for spec in pair)
        ratios[name] = counted / base / (longer / shorter)
    assert {name: ratio for name, ratio in ratios.items() if not 0.5 < ratio < 2} == {}  # as study/costs.py says


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["tanh", "lstm"])
@pytest.mark.parametrize("length", [5, 60])
def test_the_bytes_on_disk_are_those_that_are_expected(cell, length):
    spec = replace(SPEC, cell=cell, length=length, updates=20, evaluate_every=10)
    result = train(spec)
    measured = measure(spec, result.chosen_learning_rates, result.networks)
    written = sum(len(save(arrays)) for arrays in (dict(result.networks), dict(result.history), measured))
    assert COSTS.of(spec).disk / written == pytest.approx(1, abs=0.05)
