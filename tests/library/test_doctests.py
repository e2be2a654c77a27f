import doctest
import importlib
from pathlib import Path

import pytest

import gradient_horizon
from gradient_horizon import library

FOLDER = Path(library.__file__).parent
MODULES = sorted(file.stem for file in FOLDER.glob("*.py") if ">>> " in file.read_text(encoding="utf-8"))
OF_A_STUDY = "studies"
"""The module whose examples read results/default."""


@pytest.mark.parametrize("name", [*sorted({*MODULES} - {OF_A_STUDY}), pytest.param(OF_A_STUDY, marks=pytest.mark.slow)])
def test_examples_give_what_they_say(name, request, tmp_path, monkeypatch):
    monkeypatch.chdir(request.getfixturevalue("folder") if name == OF_A_STUDY else tmp_path)
    module = importlib.import_module(f"gradient_horizon.library.{name}")
    found = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert found.failed == 0
    assert found.attempted >= 4


def test_each_public_function_has_an_example():
    for name in ("load_study", "measure", "train"):
        assert f"from gradient_horizon import {name}\n" in getattr(gradient_horizon, name).__doc__
