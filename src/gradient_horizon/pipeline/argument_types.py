"""What the options of the command line may be: each type turns a text into a value, or says what it must be."""

import re
from argparse import ArgumentTypeError
from pathlib import Path

LONGEST_NAME = 60
"""Letters of the name of a store, which reports show."""


def own_class(text: str) -> str:
    """The name of a class, as in config.yaml."""
    module, _, name = text.partition(":")
    if not (module and name.isidentifier()):
        raise ArgumentTypeError(f"must be module:Class, such as mine:Cell of mine.py, got {text!r}")
    return text


def folder(text: str) -> Path:
    """The path of a folder; argparse turns what is raised into a message."""
    if not text or not Path(text).is_dir():
        raise ArgumentTypeError(f"must be a folder, got {text!r}")
    return Path(text)


def named_folder(text: str) -> tuple[str, Path]:
    """A folder as PATH or NAME=PATH: the name, empty where none is given, and the path."""
    name, sign, path = text.partition("=")
    if not sign or Path(text).is_dir():
        return "", folder(text)
    if not (name.isprintable() and 0 < len(name.strip()) <= LONGEST_NAME):
        raise ArgumentTypeError(f"must be NAME=PATH with 1 to {LONGEST_NAME} printable letters of NAME, got {text!r}")
    return name.strip(), folder(path)


def action_of_store(text: str) -> str:
    """What is to be done with the store."""
    if text not in ("list", "used", "remove"):
        raise ArgumentTypeError(f"must be list, used or remove, got {text!r}")
    return text


def whole_number(text: str) -> int:
    """A whole number above 0."""
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ArgumentTypeError(f"must be a whole number above 0, got {text!r}")
    return int(text)


def minutes(text: str) -> float:
    """A number above 0."""
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found < float("inf"):
        raise ArgumentTypeError(f"must be a number of minutes above 0, got {text!r}")
    return found


def wish(text: str) -> str:
    """A key with a value, as Snakemake takes them after --config."""
    if not re.fullmatch(r"[a-zA-Z_][\w-]*\w=.*", text):
        raise ArgumentTypeError(f"must be KEY=VALUE, such as seeds=4, got {text!r}")
    return text
