"""How far back does a recurrent network remember? Claims about vanishing and exploding gradients, judged from runs.

The names of `__all__` are for use from Python, in a notebook for example; each is imported when it is first asked for.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradient_horizon.engine.cell import Block, Cell
    from gradient_horizon.library.measuring import measure
    from gradient_horizon.library.studies import load_study
    from gradient_horizon.library.training import train
    from gradient_horizon.remedies.base import Change
    from gradient_horizon.tasks.base import Baseline, Batch, Task

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said here, since an older pip speaks of some package instead
    raise ImportError(f"gradient_horizon must run on Python 3.11 or newer, got {sys.version.split()[0]}")

__version__ = "0.1.0"

__all__ = ["Baseline", "Batch", "Block", "Cell", "Change", "Task", "load_study", "measure", "train"]

_HOMES = {
    "Baseline": "gradient_horizon.tasks.base",
    "Batch": "gradient_horizon.tasks.base",
    "Block": "gradient_horizon.engine.cell",
    "Cell": "gradient_horizon.engine.cell",
    "Change": "gradient_horizon.remedies.base",
    "Task": "gradient_horizon.tasks.base",
    "load_study": "gradient_horizon.library.studies",
    "measure": "gradient_horizon.library.measuring",
    "train": "gradient_horizon.library.training",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
