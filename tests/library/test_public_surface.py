"""The names that people may rely on; a change here is one that CONTRIBUTING's versions speak of."""

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import gradient_horizon
from gradient_horizon.library.measured import Measurement
from gradient_horizon.library.networks import Networks
from gradient_horizon.library.studies import StudyResults
from gradient_horizon.library.trained import Training

SIGNATURES = {
    "load_study": "(path, *, store=None)",
    "measure": "(module, data, *, loss=None)",
    "train": "(cell, task, *, seeds, learning_rates, length, paired=False, hidden_size=32, updates=1500, changes=(), "
    "optimiser='adam', batch_size=32, evaluate_every=100, evaluation_sequences=256, hidden_gradients_every=10, "
    "precision='float32', folder=None, progress=False)",
}
CLASSES = {"Baseline", "Batch", "Block", "Cell", "Change", "Task"}
MEMBERS = {
    Measurement: "decay hidden_horizon hidden_profile horizon loss lyapunov_exponent name plot profile radius "
    "relative_profile spectra steps to_frame transport transport_lags units",
    Networks: "axes cell readout recurrent table task torch_module weights",
    StudyResults: "networks schema sentence title",
    Training: "diverged_at evaluations gradient_norms hidden_gradients learning_rates losses networks recorded_at "
    "recurrent_weights seeds solved_at to_frame torch_module weights",
}


def test_the_names():
    assert set(gradient_horizon.__all__) == CLASSES | set(SIGNATURES)
    assert set(gradient_horizon.__all__) <= set(dir(gradient_horizon))
    for name in gradient_horizon.__all__:
        assert getattr(gradient_horizon, name).__name__ == name


@pytest.mark.parametrize("name", SIGNATURES)
def test_the_arguments(name):
    signature = inspect.signature(getattr(gradient_horizon, name))
    bare = [each.replace(annotation=inspect.Parameter.empty) for each in signature.parameters.values()]
    plain = signature.replace(parameters=bare, return_annotation=inspect.Signature.empty)
    assert str(plain) == SIGNATURES[name]


@pytest.mark.parametrize("cls", MEMBERS, ids=lambda cls: cls.__name__)
def test_what_results_have(cls):
    fields = getattr(cls, "__dataclass_fields__", {})
    public = {name for name in {*vars(cls), *fields} if not name.startswith("_")}
    assert public == set(MEMBERS[cls].split())


def test_another_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'gradient_horizon' has no attribute 'trian'"):
        gradient_horizon.trian  # noqa: B018


def test_importing_the_package_imports_no_library():
    code = (
        "import sys; before = set(sys.modules); import gradient_horizon; "
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) - set(sys.stdlib_module_names) == {"gradient_horizon"}


@pytest.mark.slow
def test_results_are_read_without_torch():
    code = "import sys; from gradient_horizon import load_study, Cell, Task, Change; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]


def test_its_types_are_for_others_too():
    assert (Path(gradient_horizon.__file__).parent / "py.typed").read_text() == ""
