import json
import re
import subprocess
import sys
from dataclasses import fields, replace
from importlib.metadata import version

import numpy as np
import pytest
from elsewhere import copy_package, edit, keys_elsewhere

from gradient_horizon import registries
from gradient_horizon.errors import ConfigError
from gradient_horizon.store import keys
from gradient_horizon.store.keys import HISTORY, Keys, differences, identity, keys_of
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.training.loop import train

OTHER = {
    "experiment": "renamed",
    "task": "adding",
    "cell": "relu",
    "remedy": "renamed",
    "changes": (("clip-norm", {"threshold": 1.0}),),
    "length": 7,
    "hidden_size": 31,
    "batch_size": 16,
    "optimiser": "sgd",
    "learning_rates": (0.001, 0.01),
    "precision": "float64",
    "updates": 61,
    "evaluate_every": 21,
    "evaluation_sequences": 32,
    "hidden_gradients_every": 16,
    "seeds": (1,),
    "pilot_seeds": (1_000_000,),
    "version": 2,
    "task_parameters": {"symbols": 4},
}
FIFTY_THOUSAND = """
import sys, time
from dataclasses import replace
from gradient_horizon.store.keys import keys_of
from gradient_horizon.study.run_spec import RunSpec

start = time.monotonic()
changes = [(("clip-norm", {"threshold": 1.0 + number}),) for number in range(5)]
settings = [(cell, some, length) for cell in ("tanh", "lstm") for some in changes for length in range(10, 60)]
specs = [
    replace(RunSpec.from_json(sys.argv[1]), cell=cell, changes=some, length=length, seeds=(seed,))
    for cell, some, length in settings
    for seed in range(100)
]
print(len(set(map(keys_of, specs))), time.monotonic() - start)
"""
OTHER_LSTM = tuple(f"{shown} * tanh(c), c\n\n\nclass InputOpenLSTM" for shown in ("sigmoid(o)", "o"))
NAME_ONLY = ("experiment", "remedy")
LSTMS = [name for name in registries.CELLS if name.startswith("lstm")]


@pytest.mark.parametrize("field", [field.name for field in fields(RunSpec)])
def test_every_setting_but_names_and_what_is_recorded_changes_the_key_of_networks(small_run, field):
    spec = small_run()
    before, after = keys_of(spec), keys_of(replace(spec, **{field: OTHER[field]}))
    assert OTHER[field] != getattr(spec, field)
    assert (before.networks == after.networks) == (field in (*NAME_ONLY, HISTORY))
    assert (before.history == after.history) == (field != HISTORY)
    assert before.measures == after.measures


def test_keys_of_different_settings_are_all_different(small_run):
    specs = [replace(small_run(), **{name: value}) for name, value in OTHER.items()]
    assert len({keys_of(spec) for spec in specs}) == len(OTHER) - len(NAME_ONLY) + 1
    assert all(re.fullmatch("[0-9a-f]{32}", keys_of(spec).networks) for spec in specs)


@pytest.mark.parametrize(
    "changes",
    [
        (("clip-norm", {"threshold": 2.0}),),
        (("clip-elementwise", {"threshold": 1.0}),),
        (("clip-norm", {"threshold": 1.0}), ("identity", {"gain": 1.0})),
        (("identity", {"gain": 1.0}), ("clip-norm", {"threshold": 1.0})),
        (),
    ],
)
def test_kind_parameters_and_order_of_changes_count(small_run, changes):
    assert keys_of(small_run(changes=OTHER["changes"])).networks != keys_of(small_run(changes=changes)).networks
    others = [(("clip-norm", {"threshold": 1.0}), ("identity", {"gain": 1.0}))]
    assert (keys_of(small_run(changes=others[0])) == keys_of(small_run(changes=changes))) == (changes in others)


def test_what_is_recorded_of_gradients_changes_no_weight_and_no_other_record(small_run):
    often, seldom = (train(small_run(cell="gru", hidden_gradients_every=every)) for every in (1, 25))
    assert often.outcomes == seldom.outcomes
    assert often.networks.keys() == seldom.networks.keys()
    for name, array in often.networks.items():
        assert array.tobytes() == seldom.networks[name].tobytes(), name
    assert often.history.keys() == seldom.history.keys()
    for name, array in often.history.items():
        assert (array.tobytes() == seldom.history[name].tobytes()) == (name != "hidden_gradient"), name
    np.testing.assert_array_equal(often.history["hidden_gradient"][::25], seldom.history["hidden_gradient"])


def test_versions_of_libraries_and_of_the_engine_count(small_run, monkeypatch):
    spec = small_run(task="digits", length=64)
    found = identity(spec)
    assert found["versions"] == {name: version(name) for name in ("numpy", "llvmlite")}
    assert found["task"]["versions"] == {"scikit-learn": version("scikit-learn")}
    assert identity(small_run())["task"]["versions"] == {}
    before = keys_of(spec)
    monkeypatch.setattr(keys, "ENGINE_VERSION", keys.ENGINE_VERSION + 1)
    raised = keys_of(spec)
    assert raised.networks != before.networks
    monkeypatch.setattr(keys, "_versions_of_training", lambda: {"numpy": "3.0", "llvmlite": "0.50.0"})
    assert keys_of(spec).networks not in (raised.networks, before.networks)
    assert keys_of(spec).measures == before.measures


def test_identities_are_the_same_when_they_are_read_again(small_run):
    spec = small_run(changes=(("orthogonal-kept", {"gain": 1}),), learning_rates=(0.001, 0.003))
    assert json.loads(json.dumps(identity(spec))) == identity(spec)


def test_differences_name_the_parts(small_run):
    spec = small_run()
    stored = json.loads(json.dumps(identity(spec)))
    assert differences(identity(spec), stored) == []
    assert differences(identity(replace(spec, experiment="other", hidden_gradients_every=1)), stored) == []
    for name in ("updates", "seeds", "cell", "changes", "task", "length"):
        assert differences(identity(replace(spec, **{name: OTHER[name]})), stored) == [name]
    assert differences(identity(spec) | {"engine": 0, "versions": {}}, stored) == ["engine", "versions"]
    assert differences(identity(spec), {}) == [*stored["settings"], "task", "cell", "changes", "engine", "versions"]


@pytest.mark.slow
def test_fifty_thousand_keys_are_found_in_seconds(small_run):
    done = subprocess.run(
        [sys.executable, "-c", FIFTY_THOUSAND, small_run().to_json()], capture_output=True, encoding="utf-8", check=True
    )
    count, seconds = done.stdout.split()
    assert int(count) == 50_000
    assert float(seconds) < 10


@pytest.fixture(scope="module")
def every_cell(small_run):
    return [small_run(cell=name) for name in registries.CELLS]


def changed_cells(specs, edited):
    """The cells whose keys are others here than in an edited copy."""
    here = [keys_of(spec) for spec in specs]
    there = keys_elsewhere(specs, edited.parent)
    assert [keys.measures for keys in here] == [keys["measures"] for keys in there]
    return [
        spec.cell
        for spec, one, other in zip(specs, here, there, strict=True)
        if (one.networks, one.history) != (other["networks"], other["history"])
    ]


@pytest.mark.slow
def test_keys_are_the_same_wherever_the_package_stands_and_however_python_hashes(every_cell, tmp_path):
    here = [keys_of(spec) for spec in every_cell]
    for place, seed in (("a", "1"), ("lib/python3/site-packages", "2")):
        copy = copy_package(tmp_path / place)
        found = keys_elsewhere(every_cell, copy.parent, hash_seed=seed)
        assert [Keys(one["networks"], one["history"], one["measures"]) for one in found] == here


def test_comments_docstrings_and_names_of_symbols_of_a_step_change_no_key(every_cell, tmp_path):
    copy = copy_package(tmp_path)
    lstm = copy / "cells" / "lstm.py"
    text = (
        lstm.read_text()
        .replace("c_t = f c_{t-1} + i g", "another docstring")
        .replace("class LSTM", "# why\nclass LSTM")
    )
    for old, new in (("f", "forget"), ("i", "write"), ("o", "output"), ("g", "candidate"), ("c", "memory")):
        text = re.sub(rf'\b{old}\b(?=[:,) \n]|"[,)])', new, text)
    assert "memory = sigmoid(forget) * memory + sigmoid(write) * tanh(candidate)" in text
    assert 'Block("forget", gate="keep")' in text
    lstm.write_text(text)
    for file in (
        "tasks/recall.py",
        "remedies/clipping.py",
        "measuring/measure.py",
        "training/loop.py",
        "engine/cell.py",
    ):
        edit(copy / file, (copy / file).read_text(), '"""Other words."""\n# a comment\n' + (copy / file).read_text())
    assert changed_cells(every_cell, copy) == []


def test_other_equations_of_a_cell_change_the_keys_of_its_runs_and_of_no_other_cell(every_cell, tmp_path):
    copy = copy_package(tmp_path)
    edit(copy / "cells" / "lstm.py", *OTHER_LSTM)
    assert changed_cells(every_cell, copy) == ["lstm"]


def test_the_order_of_a_sum_is_part_of_the_equations(every_cell, tmp_path):
    copy = copy_package(tmp_path)
    edit(copy / "cells" / "ind_rnn.py", "relu(a + u * h)", "relu(u * h + a)")
    assert changed_cells(every_cell, copy) == ["ind-rnn"]


def test_a_gate_that_is_shared_changes_all_that_have_it(every_cell, tmp_path):
    copy = copy_package(tmp_path)
    edit(copy / "cells" / "lstm.py", 'Block("o", gate="show")', 'Block("o")')
    assert changed_cells(every_cell, copy) == [name for name in LSTMS if name != "lstm-output-open"]


def test_an_edited_measure_changes_the_key_of_measures_alone(small_run, tmp_path):
    copy = copy_package(tmp_path)
    edit(copy / "measuring" / "measure.py", "TRANSPORT_SEQUENCES = 2", "TRANSPORT_SEQUENCES = 3")
    (found,) = keys_elsewhere([small_run()], tmp_path)
    here = keys_of(small_run())
    assert (found["networks"], found["history"]) == (here.networks, here.history)
    assert found["measures"] != here.measures


def test_a_further_measure_has_a_key_of_its_own_and_changes_no_other(small_run, tmp_path):
    spec = small_run()
    plain, asked = keys_of(spec), keys_of(spec, ["extrapolation"])
    assert plain.further == ""
    assert asked.of_every_run == plain
    assert re.fullmatch("extrapolation-[0-9a-f]{16}", asked.further)
    copy = copy_package(tmp_path)
    edit(copy / "measuring" / "extrapolation.py", "SEQUENCES = 256", "SEQUENCES = 512")
    (found,) = keys_elsewhere([spec], tmp_path, further=("extrapolation",))
    assert Keys(**{name: found[name] for name in ("networks", "history", "measures")}) == plain
    assert found["further"] != asked.further


def test_an_edited_measure_of_every_run_changes_the_key_of_a_further_one_only_where_it_imports_it(small_run, tmp_path):
    copy = copy_package(tmp_path)
    edit(copy / "measuring" / "capacity.py", "SEQUENCES = 8", "SEQUENCES = 16")
    (found,) = keys_elsewhere([small_run()], tmp_path, further=("extrapolation",))
    here = keys_of(small_run(), ["extrapolation"])
    assert found["measures"] != here.measures
    assert found["further"] == here.further
    edit(copy / "measuring" / "losses.py", "cross_entropy(", "cross_entropy_of(")
    assert keys_elsewhere([small_run()], tmp_path, further=("extrapolation",))[0]["further"] != here.further


def test_lists_of_runs_without_further_measures_are_read_as_lists_of_earlier_versions():
    row = {"run": "one", "networks": "n", "history": "h", "measures": "m"}
    assert Keys.of_row(row) == Keys.of_row(row | {"further": ""}) == Keys("n", "h", "m")
    assert Keys.of_row(row | {"further": "extrapolation-1"}).further == "extrapolation-1"


def test_an_edited_task_or_change_changes_the_keys_of_its_runs(small_run, tmp_path):
    copy = copy_package(tmp_path)
    edit(copy / "tasks" / "recall.py", "class Recall(Task):", "TRIED = 1\n\n\nclass Recall(Task):")
    edit(copy / "remedies" / "clipping.py", "class ClipNorm(", "TRIED = 1\n\n\nclass ClipNorm(")
    kept = (("orthogonal-kept", {"gain": 1}),)
    specs = [
        small_run(),
        small_run(task="adding", changes=OTHER["changes"]),
        small_run(task="adding", changes=kept),
    ]
    here = [keys_of(spec).networks for spec in specs]
    there = [found["networks"] for found in keys_elsewhere(specs, tmp_path)]
    assert [one == other for one, other in zip(here, there, strict=True)] == [False, False, True]
    edit(copy / "remedies" / "cayley.py", "class Cayley:", "TRIED = 1\n\n\nclass Cayley:")
    assert keys_elsewhere(specs[2:], tmp_path)[0]["networks"] != here[2]


OWN_TASK = '''
from pathlib import Path
from helper import SCALE
from gradient_horizon.tasks.recall import Recall
class Mine(Recall):
    """Mine."""
    data_files = ("data/numbers.txt",)
'''


@pytest.fixture
def own_task(tmp_path):
    folder = tmp_path / "study"
    (folder / "data").mkdir(parents=True)
    (folder / "own.py").write_text(OWN_TASK)
    (folder / "helper.py").write_text("SCALE = 1\n")
    (folder / "unrelated.py").write_text("SCALE = 1\n")
    (folder / "data" / "numbers.txt").write_text("1 2 3")
    return folder


@pytest.mark.slow
def test_of_an_own_task_what_it_imports_and_its_data_count(small_run, own_task, tmp_path):
    copy = copy_package(tmp_path / "package")
    specs = [small_run(task="own:Mine"), small_run()]

    def found():
        return [keys["networks"] for keys in keys_elsewhere(specs, own_task, copy.parent)]

    before = found()
    edit(own_task / "own.py", '"""Mine."""', '"""Others\' words."""')
    edit(own_task / "unrelated.py", "1", "2")
    assert found() == before
    seen = {before[0]}
    for file, old, new in (
        (own_task / "helper.py", "1", "2"),
        (own_task / "own.py", "SCALE\n", "SCALE as scale\n"),
        (own_task / "data" / "numbers.txt", "3", "4"),
    ):
        edit(file, old, new)
        own, shipped = found()
        assert shipped == before[1]
        assert own not in seen
        seen.add(own)
    edit(copy / "tasks" / "recall.py", "class Recall(Task):", "TRIED = 1\n\n\nclass Recall(Task):")
    assert found()[0] not in seen


@pytest.mark.slow
def test_an_own_task_that_is_installed_beside_this_package_counts_with_its_helpers(small_run, tmp_path):
    base = tmp_path / "site-packages"
    copy_package(base)
    (base / "mine").mkdir()
    (base / "mine" / "__init__.py").write_text("")
    (base / "mine" / "own.py").write_text(
        OWN_TASK.replace("from helper", "import sklearn\nfrom mine.helper").replace('("data/numbers.txt",)', "()")
    )
    (base / "mine" / "helper.py").write_text("SCALE = 1\n")
    specs = [small_run(task="mine.own:Mine")]
    (before,) = keys_elsewhere(specs, base)
    assert before["identity"]["task"]["versions"] == {"scikit-learn": version("scikit-learn")}
    edit(base / "mine" / "helper.py", "1", "2")
    (after,) = keys_elsewhere(specs, base)
    assert after["networks"] != before["networks"]
    assert after["measures"] == before["measures"] == keys_of(small_run()).measures


OWN_CELL = """
from gradient_horizon.engine.cell import Block, Cell
from gradient_horizon.engine.functions import tanh
class {name}(Cell):
    blocks = (Block("{block}"),)
    mixes_units = {mixes}
    def step(self, {block}, h):
        return tanh({block})
"""


def test_cells_with_the_same_equations_have_the_same_key_unless_they_mix_units(small_run, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    cells = {"first_cell": ("One", "a", False), "second_cell": ("Two", "b", False), "mixing": ("One", "a", True)}
    for file, (name, block, mixes) in cells.items():
        (tmp_path / f"{file}.py").write_text(OWN_CELL.format(name=name, block=block, mixes=mixes))
    found = [keys_of(small_run(cell=f"{file}:{name}")).networks for file, (name, *_) in cells.items()]
    for name in cells:
        sys.modules.pop(name)
    assert found[0] == found[1] == keys_of(small_run(cell="tanh")).networks
    assert found[2] != found[0]


@pytest.mark.slow
def test_of_a_cell_that_mixes_units_the_code_counts(small_run, tmp_path):
    copy = copy_package(tmp_path)
    text = "from gradient_horizon.cells.lstm import LSTM\nclass Mixing(LSTM):\n    mixes_units = True\n"
    (tmp_path / "own_cell.py").write_text(text)
    specs = [small_run(cell="own_cell:Mixing")]
    (before,) = keys_elsewhere(specs, tmp_path)
    assert before["identity"]["cell"]["torch"] == version("torch")
    edit(copy / "cells" / "lstm.py", *OTHER_LSTM)
    assert keys_elsewhere(specs, tmp_path)[0]["networks"] != before["networks"]


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        ('("missing.txt",)', "must have data files that can be read, got .*missing.txt"),
        ('(".",)', "must have data files that can be read, got .*Is a directory"),
        ('("numbers.txt")', "must give data_files as a tuple, such as"),
    ],
)
def test_data_files_that_cannot_be_read_are_refused_in_a_sentence(small_run, tmp_path, monkeypatch, declared, sentence):
    module = f"task_of_{abs(hash(declared))}"
    text = f"from gradient_horizon.tasks.recall import Recall\n\n\nclass Own(Recall):\n    data_files = {declared}\n"
    (tmp_path / f"{module}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigError, match=sentence):
        keys_of(small_run(task=f"{module}:Own"))
