"""Keys of runs as another process finds them, from a copy of the package that may have been edited."""

import json
import os
import shutil
import subprocess
import sys

from gradient_horizon.store.imports import SOURCES

PACKAGE = "gradient_horizon"
SCRIPT = """
import json, sys
from dataclasses import asdict
from gradient_horizon.store.keys import identity, keys_of
from gradient_horizon.study.run_spec import RunSpec
specs = [RunSpec.from_json(text) for text in json.load(sys.stdin)]
further = sys.argv[1:]
json.dump([{**asdict(keys_of(spec, further)), "identity": identity(spec)} for spec in specs], sys.stdout)
"""


def copy_package(folder):
    """A copy of the package below this folder; returns the copy."""
    shutil.copytree(SOURCES / PACKAGE, folder / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    return folder / PACKAGE


def keys_elsewhere(specs, *places, hash_seed="random", beside=None, further=()):
    """The keys and identities of runs, by a process that looks for modules in these places first.

    `further`: measures beyond those of every run.
    """
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, places)), "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *further],
        input=json.dumps([spec.to_json() for spec in specs]),
        env=environment,
        cwd=beside,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def edit(file, old, new):
    """Replaces what must be there once."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, (file, old, text.count(old))
    file.write_text(text.replace(old, new), encoding="utf-8")
