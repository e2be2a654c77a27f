"""The pages on the command line and on what it says: steps, targets of make, errors, refused configurations."""

import copy
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from gradient_horizon import errors
from gradient_horizon.documenting.markdown import code, docstring, fenced, page, plain, table
from gradient_horizon.errors import ConfigError
from gradient_horizon.pipeline.command_line import DAMAGED, REFUSED
from gradient_horizon.pipeline.steps import JOBS, STEPS, Option, Step
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study

INTRODUCTION = """\
`python -m gradient_horizon STEP`, with the interpreter of `.venv`. Steps of the first table are for people; those of
the second are what the workflow's rules call. `--help` behind any step lists its options. A study itself is run by
Snakemake: `snakemake --cores 2`, and `-n` for what it would do."""
STATUS = f"""\
Every error that a person can meet is one sentence: what must hold, what was given, what is legal. A command ends with
status 0, with **{REFUSED}** after bad input, with **{DAMAGED}** where a file is not what was written there (it is
moved aside, and the same command again makes it anew), and with 1 where a comparison did not hold. Anything else is a
fault of ours."""

Change = Callable[[dict[str, Any]], None]
MISTAKES: tuple[tuple[str, Change], ...] = (
    ("a key in the wrong place", lambda config: config.update(seeds=4)),
    ("a key that is misspelt", lambda config: config["defaults"].update(lenghts=[5])),
    ("a number out of its range", lambda config: config["defaults"].update(seeds=0)),
    ("text for a number", lambda config: config["defaults"].update(updates="many")),
    ("a cell that is not there", lambda config: config["experiments"][0].update(cells=["lstmm"])),
    ("a file of your own that is not there", lambda config: config["experiments"][0].update(cells=["mine:Cell"])),
    ("a remedy that is not defined", lambda config: config["experiments"][0].update(remedies=["chronos"])),
    ("a remedy that does not fit a cell", lambda config: config["experiments"][0].update(remedies=["chrono"])),
    ("a change without its parameter", lambda config: config["remedies"].update(mine=[{"change": "clip-norm"}])),
    ("a length that is too short for the task", lambda config: config["experiments"][0].update(task="copying")),
    ("a study beyond its limits", lambda config: config["defaults"].update(lengths=[10**9])),
)
"""Mistakes in a configuration of one experiment, recall with tanh at T = 5, whose messages the page shows."""


def commands_page(makefile: Path) -> str:
    """The page on steps and on targets of make."""
    people = [step for step in STEPS if not step.function.startswith(JOBS)]
    targets = re.findall(r"^([a-z-]+):.*## (.*)$", makefile.read_text(encoding="utf-8"), re.M)
    return page(
        "Commands",
        INTRODUCTION,
        *(part for step in people for part in _step(step)),
        "## What rules call",
        table(["step", "what it does"], [[code(s.name), plain(s.purpose)] for s in STEPS if s not in people]),
        "## make",
        "In a checkout, `make` sets up `.venv` and calls these for you.",
        table(["target", "what it does"], [[code(f"make {name}"), plain(said)] for name, said in targets]),
    )


def _step(step: Step) -> Iterator[str]:
    yield f"## `{step.name}`"
    yield f"{plain(step.purpose[0].upper() + step.purpose[1:])}."
    if step.options:
        yield table(["option", "if it is not given", "meaning"], [_option(option) for option in step.options])


def _option(option: Option) -> list[str]:
    name = option.name if option.name.startswith("-") else option.name.upper()
    if option.default is ...:
        default = "must be given"
    elif option.default is None or option.default is False:
        default = "-"
    else:
        default = code(" ".join(map(str, option.default)) if isinstance(option.default, list) else option.default)
    return [code(name + (" ..." if option.many else "")), default, plain(option.help or name.strip("-"))]


def messages_page(config: Path) -> str:
    """The page on errors; `config` is the shipped config.yaml, in which mistakes are made to show what they say."""
    shipped = read_yaml(config)
    kinds = [
        of for _, of in inspect.getmembers(errors, inspect.isclass) if of.__module__ == errors.__name__ and of.__doc__
    ]
    return page(
        "Messages",
        STATUS,
        "## Kinds of errors",
        table(["error", "what it says"], [[code(of.__name__), docstring(of)] for of in kinds]),
        "## What a mistake in config.yaml says",
        "All problems of a configuration are found together, before anything starts. Some, with what is said:",
        *(
            part
            for what, change in MISTAKES
            for part in (f"**{what[0].upper()}{what[1:]}:**", _refusal(shipped, change))
        ),
    )


def _refusal(shipped: dict[str, Any], change: Change) -> str:
    """What is said of a configuration with a mistake in it; raises AssertionError where it is no mistake."""
    given = copy.deepcopy(shipped)
    given["defaults"]["lengths"] = [5]
    given["experiments"] = [{"name": "mine", "task": "recall", "cells": ["tanh"]}]
    change(given)
    try:
        validated_study(given)
    except ConfigError as error:
        return fenced("\n".join(error.problems), "text")
    raise AssertionError("a mistake that is shown must be refused")
