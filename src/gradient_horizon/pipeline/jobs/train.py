"""Training of one run."""

import json
import platform
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from gradient_horizon.engine.objects import processor
from gradient_horizon.storage import write_arrays, write_json
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.training.checkpoints import Checkpoint
from gradient_horizon.training.loop import train

PACKAGES = ("gradient-horizon", "numpy", "llvmlite", "torch", "scikit-learn", "safetensors")


def train_run(*, spec: str, networks: Path, history: Path, outcome: Path, provenance: Path, checkpoint: Path) -> None:
    """Trains one run and writes its networks, its history, its outcome and its provenance."""
    asked = RunSpec.from_json(spec)
    seeds = f"{len(asked.seeds)} + {len(asked.selection_seeds)} seeds"
    _say(f"training {asked.id}: {seeds} x {len(asked.learning_rates)} learning rates")
    state = Checkpoint(checkpoint, asked)
    result = train(asked, report=_say, checkpoint=state)
    write_arrays(networks, result.networks)
    write_arrays(history, result.history)
    write_json(
        outcome,
        {
            "spec": json.loads(asked.to_json()),
            "parameters": result.parameters,
            "recurrent_weights": result.recurrent_weights,
            "chosen_learning_rate": result.chosen_learning_rate,
            "networks": [asdict(network) for network in result.outcomes],
        },
    )
    write_json(provenance, _provenance())
    state.remove()


def _say(line: str) -> None:
    print(line, flush=True)


def _provenance() -> dict[str, Any]:
    return {
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
        "machine": {"system": platform.system(), "architecture": platform.machine()},
        "processor": processor()[0],
    }
