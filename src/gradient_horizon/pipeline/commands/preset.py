"""Where the studies of the project stand, to be given to Snakemake."""

import sys
from pathlib import Path

from gradient_horizon.pipeline.command_line import refuse
from gradient_horizon.pipeline.places import CONFIG, PRESETS

DEFAULT = "default"


def print_preset(*, name: str | None) -> None:
    """Prints the file of a preset, for `snakemake --configfile $(...)`; without a name, all with what they are for.

    Exits with 2 for a name that no preset has.
    """
    presets = {DEFAULT: CONFIG} | {file.stem: file for file in sorted(PRESETS.glob("*.yaml"))}
    if name is None:
        width = max(map(len, presets))
        sys.stdout.writelines(f"{each:{width}}  {purpose(file)}\n" for each, file in presets.items())
    elif name in presets:
        print(presets[name])
    else:
        refuse(f"the preset must be one of {', '.join(presets)}, got {name!r}")


def purpose(file: Path) -> str:
    """The first sentence of the comment that a file begins with."""
    lines = (line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("# yaml-language"))
    comment: list[str] = []
    for line in lines:
        if not line.startswith("#") and comment:
            break
        if text := line.lstrip("# "):
            comment.append(text)
    return " ".join(comment).partition(". ")[0].rstrip(".")
