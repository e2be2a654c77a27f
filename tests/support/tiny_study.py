"""A study that is over in a minute, in a copy of the project that a test may change."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
PARTS = ("Snakefile", "config.yaml", "profiles", "report", "src", "workflow")
TINY = {
    "title": "tiny",
    "defaults": {
        "lengths": [4, 6],
        "seeds": 2,
        "seeds_per_job": 2,
        "pilot_seeds": 0,
        "hidden_size": 4,
        "batch_size": 8,
        "learning_rates": [0.01],
        "updates": 6,
        "evaluate_every": 3,
        "evaluation_sequences": 16,
    },
    "experiments": [{"name": "memory", "task": "recall", "cells": ["tanh", "lstm"]}],
}


def copy_project(folder):
    folder.mkdir()
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / part)
    write_overlay(folder, TINY)
    return folder


def write_overlay(folder, content):
    (folder / "tiny.yaml").write_text(yaml.safe_dump(content))


def snakemake(folder, *arguments, overlay="tiny.yaml", **settings):
    return python(folder, "-m", "snakemake", "--configfile", "config.yaml", overlay, *arguments, **settings)


def python(folder, *arguments, **settings):
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), **settings}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
