"""The words of the page's live parts, with the names of cells from the one dictionary."""

from pathlib import Path
from typing import Any

from gradient_horizon import registries
from gradient_horizon.language.display_names import DisplayNames
from gradient_horizon.language.words import read_words

PARTS = ("walk", "sliders", "train")


def live_words(prose: Path, language: str) -> dict[str, Any]:
    """The words of each part; raises ReportError for a registered cell without a name, FileNotFoundError for a file."""
    names = DisplayNames.read(prose, language)
    cells = {name: names.cell(name) for name in registries.CELLS}
    return {part: {**read_words(prose / language / "live" / f"{part}.json"), "cells": cells} for part in PARTS}
