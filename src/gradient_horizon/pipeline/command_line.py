"""The command line that the workflow's rules and people call: `python -m gradient_horizon STEP ...`."""

import argparse
import importlib
import os
import sys
from keyword import iskeyword
from pathlib import Path
from typing import NoReturn

from gradient_horizon.errors import (
    ChangedError,
    CheckError,
    ClusterError,
    ConfigError,
    DamagedError,
    FreshError,
    MergeError,
    PlanError,
    PreflightError,
    PublishedError,
    StoreError,
    UnknownNameError,
)
from gradient_horizon.pipeline.places import PLANNED
from gradient_horizon.pipeline.startup import importing
from gradient_horizon.pipeline.steps import STEPS, Option

REFUSED, DAMAGED = 2, 3
"""The status after bad input, and after damaged files."""


def main(arguments: list[str] | None = None) -> None:
    """Parses the command line and runs one step; exits with 2 and a sentence on bad input, 3 on damaged files."""
    given = vars(_parser().parse_args(arguments))
    module, _, name = given.pop("function").partition(":")
    given.pop("step")
    with importing():
        function = getattr(importlib.import_module(module), name)
    try:
        if planned := os.environ.get(PLANNED):
            from gradient_horizon.pipeline.environment import require_recorded  # only jobs of a workflow pay for it

            require_recorded(Path(planned))
        function(**given)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads what is printed, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (
        ChangedError,
        CheckError,
        ClusterError,
        ConfigError,
        FreshError,
        MergeError,
        PlanError,
        PreflightError,
        PublishedError,
        StoreError,
        UnknownNameError,
    ) as error:
        refuse(str(error))
    except DamagedError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(DAMAGED)


def refuse(sentence: str) -> NoReturn:
    """Ends the process as after bad input, with a sentence that says what must hold, what was given, what is legal."""
    sys.stderr.write(f"{sentence}\n")
    sys.exit(REFUSED)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gradient_horizon", description=__doc__)
    parsers = parser.add_subparsers(dest="step", required=True)
    for step in STEPS:
        own = parsers.add_parser(step.name, help=step.purpose, description=step.purpose)
        own.set_defaults(function=step.function)
        for option in step.options:
            _add(own, option)
    return parser


def _add(parser: argparse.ArgumentParser, option: Option) -> None:
    must = option.default is ...
    if option.default is False:
        parser.add_argument(option.name, action="store_true", help=option.help)
    elif option.name.startswith("-"):
        default = None if must else option.default
        count = "+" if option.many else None
        added = parser.add_argument(
            option.name, type=option.type, nargs=count, required=must, default=default, help=option.help
        )
        if iskeyword(added.dest):
            added.dest += "_"
    elif must:
        parser.add_argument(option.name, type=option.type, nargs="+" if option.many else None, help=option.help)
    else:
        count = "*" if option.many else "?"
        parser.add_argument(option.name, type=option.type, nargs=count, default=option.default, help=option.help)
