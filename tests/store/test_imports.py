import subprocess
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pytest

from gradient_horizon import registries
from gradient_horizon.store.imports import SOURCES, base_of, closure, is_installed, packages_of, versions
from gradient_horizon.store.keys import NAMING, counted_files, training_files

PACKAGE = SOURCES / "gradient_horizon"
SHIPPED = [
    *(("task", name) for name in registries.TASKS),
    *(("change", name) for name in registries.CHANGES),
]
NAMED = {SOURCES / path for path in NAMING}
REGISTRIES = {"task": registries.TASKS, "change": registries.CHANGES}
LOADED = """
import importlib, sys
for module in sys.argv[1:]:
    importlib.import_module(module)
print(*(module.__file__ for name, module in sys.modules.items() if name.split(".")[0] == "gradient_horizon"), sep="\\n")
"""


@cache
def loaded_with(*modules):
    """The files of the package that Python really runs when it imports these."""
    command = [sys.executable, "-c", LOADED, *modules]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    return {Path(line) for line in done.stdout.split("\n") if line}


def write(folder, files):
    """Modules by their paths."""
    for name, text in files.items():
        file = folder / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def reached(folder, *start, **options):
    found = closure([folder / name for name in start], base=folder, **options)
    return {path.relative_to(folder).as_posix() for path in found}


def test_imports_are_followed_wherever_they_stand_and_in_circles(tmp_path):
    write(
        tmp_path,
        {
            "start": "import one.two, json\ndef late():\n    from three import x\ntry:\n    import four\nfinally: ...",
            "one/__init__": "import six",
            "one/two": "from . import beside\nfrom .. import five\nfrom .beside import y",
            "one/beside": "import start",
            "three": "from four import *",
            "unrelated": "import start",
            **dict.fromkeys(("four", "five", "six"), ""),
        },
    )
    assert reached(tmp_path, "start.py") == {
        "start.py", "one/__init__.py", "one/two.py", "one/beside.py", "three.py", "four.py", "six.py", "five.py"
    }  # fmt: skip
    assert reached(tmp_path, "four.py", "five.py") == {"four.py", "five.py"}


def test_packages_that_the_first_file_is_part_of_are_run_before_it(tmp_path):
    write(tmp_path, dict.fromkeys(("one/inner/__init__", "one/inner/start", "two", "three", "other/__init__"), ""))
    write(tmp_path, {"one/__init__": "import two", "one/inner/one/__init__": "import three"})
    assert reached(tmp_path, "one/inner/start.py") == {
        "one/__init__.py", "one/inner/__init__.py", "one/inner/start.py", "two.py"
    }  # fmt: skip


def test_a_module_that_is_named_after_from_is_followed_as_well(tmp_path):
    write(tmp_path, {"start": "from folder import inner, value", "folder/inner": "", "folder/other": ""})
    assert reached(tmp_path, "start.py") == {"start.py", "folder/inner.py"}


@pytest.mark.parametrize("test", ["TYPE_CHECKING", "typing.TYPE_CHECKING"])
def test_what_only_type_checkers_read_is_left_out_but_not_what_is_read_otherwise(tmp_path, test):
    text = f"import typing\nif {test}:\n    import one\nelse:\n    import two\nif not {test}:\n    import three"
    write(tmp_path, {"start": text, "one": "", "two": "", "three": ""})
    assert reached(tmp_path, "start.py") == {"start.py", "two.py", "three.py"}


def test_what_is_left_out_is_not_followed_either(tmp_path):
    write(tmp_path, {"start": "import one, two", "one": "import three", "two": "", "three": ""})
    assert reached(tmp_path, "start.py", without=["one.py"]) == {"start.py", "two.py"}


def test_of_many_packages_in_one_folder_only_one_counts_and_the_others_have_versions(tmp_path):
    base = write(
        tmp_path / "site-packages",
        {
            "mine/start": "import mine.beside, numpy.linalg, sklearn.svm",
            "mine/beside": "import torch",
            **dict.fromkeys(("numpy/__init__", "numpy/linalg", "sklearn/svm", "torch"), "import secret"),
        },
    )
    files = closure([base / "mine" / "start.py"], base=base, only="mine")
    assert {path.name for path in files} == {"start.py", "beside.py"}
    assert packages_of(files, base=base, only="mine") == {"numpy", "sklearn", "torch"}


def test_packages_are_those_that_are_neither_beside_nor_part_of_python_nor_this_one(tmp_path):
    text = "import json, beside, numpy.linalg, gradient_horizon.seeding\nfrom yaml import x"
    write(tmp_path, {"start": text, "beside": ""})
    files = closure([tmp_path / "start.py"], base=tmp_path)
    assert packages_of(files, base=tmp_path) == {"numpy", "yaml"}


def test_versions_are_those_of_what_packages_are_installed_from():
    found = versions(frozenset({"yaml", "sklearn", "nowhere"}))
    assert found == {"PyYAML": version("PyYAML"), "scikit-learn": version("scikit-learn")}
    assert versions(frozenset()) == {}


def test_the_folder_that_a_module_is_imported_from_is_as_far_up_as_its_name_is_long():
    assert base_of(Path("/a/b/c.py"), "b.c") == Path("/a")
    assert base_of(Path("/a/c.py"), "c") == Path("/a")
    assert base_of(Path("/a/b/c/__init__.py"), "b.c") == Path("/a")
    assert [is_installed(Path(base)) for base in ("/x/lib/site-packages", "/y/dist-packages", "/work")] == [1, 1, 0]


@pytest.mark.parametrize(("kind", "name"), SHIPPED, ids=lambda word: word)
def test_all_that_a_shipped_class_imports_is_counted_or_held_by_golden_bits(kind, name):
    module = registries.locate(REGISTRIES[kind], kind, name).partition(":")[0]
    files = counted_files(kind, name)
    assert SOURCES.joinpath(*module.split(".")).with_suffix(".py") in files
    assert files.isdisjoint(NAMED)
    assert loaded_with(module) <= files | training_files() | NAMED
    everything = closure(files, base=SOURCES)
    assert everything <= files | training_files() | NAMED


CHANGED = [registries.load(registries.CHANGES, "change", name) for name in registries.CHANGES]
PARAMETRISATIONS = {change.parametrisation: change for change in CHANGED if change.parametrisation}


@pytest.mark.parametrize("path", PARAMETRISATIONS)
def test_parametrisations_are_held_too(path):
    module = path.partition(":")[0]
    counted = counted_files("parametrisation", path)
    assert SOURCES.joinpath(*module.split(".")).with_suffix(".py") in counted
    assert loaded_with(module) <= training_files() | NAMED | counted


@pytest.mark.slow
@pytest.mark.parametrize("module", ["training.loop", "measuring.measure", "store.keys"])
def test_what_python_runs_is_in_the_closure(module):
    file = PACKAGE.joinpath(*module.split(".")).with_suffix(".py")
    files = closure([file], base=SOURCES)
    assert loaded_with(f"gradient_horizon.{module}") <= files
    assert PACKAGE / "figures" / "style.py" not in files


def test_modules_that_only_name_things_are_modules():
    assert all((SOURCES / path).is_file() for path in NAMING)
