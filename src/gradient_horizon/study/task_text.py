"""A task with its parameters as one text: `recall`, or `recall {symbols: 4}`; parameters as in config.yaml."""

from collections.abc import Mapping
from typing import Any

import yaml

_WIDEST = 2**31
"""Characters of a line, so that no text is broken into several."""


def task_text(name: str, parameters: Mapping[str, Any]) -> str:
    """The text; without parameters, the name."""
    if not parameters:
        return name
    written = yaml.safe_dump(dict(parameters), default_flow_style=True, allow_unicode=True, width=_WIDEST)
    return f"{name} {written.strip()}"


def split_task(text: str) -> tuple[str, dict[str, Any]]:
    """The inverse of `task_text`."""
    name, _, written = text.partition(" ")
    return name, yaml.safe_load(written) if written else {}
