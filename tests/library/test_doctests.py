import doctest
import importlib
from pathlib import Path

import pytest

import gradient_horizon
from gradient_horizon import library

FOLDER = Path(library.__file__).parent
MODULES = sorted(file.stem for file in FOLDER.glob("*.py") if ">>> " in file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name, folder, monkeypatch):
    monkeypatch.chdir(folder)
    module = importlib.import_module(f"gradient_horizon.library.{name}")
    found = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert found.failed == 0
    assert found.attempted >= 4


def test_each_public_function_has_an_example():
    for name in ("load_study", "measure", "train"):
        assert f"from gradient_horizon import {name}\n" in getattr(gradient_horizon, name).__doc__
