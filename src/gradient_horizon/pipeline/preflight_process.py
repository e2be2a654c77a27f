"""The preflight as a study starts it: in a process of its own, and only where something has changed."""

import json
import os
import subprocess
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

from gradient_horizon import registries
from gradient_horizon.pipeline.command_line import REFUSED
from gradient_horizon.pipeline.places import report_sources
from gradient_horizon.pipeline.preflight_record import digest, is_recorded, remember
from gradient_horizon.store import imports
from gradient_horizon.study.model import Study


def require_preflight(study: Study, preset: str, results: Path) -> None:
    """Runs the preflight, unless nothing that it checks has changed since it last succeeded.

    Raises WorkflowError with a sentence for each problem.
    """
    text, record = json.dumps(study.model_dump(mode="json")), results / "plan" / "preflight.json"
    found = digest(text, preset, _looked_at(study))
    if is_recorded(record, found):
        return
    command = [sys.executable, "-m", "gradient_horizon", "preflight", f"--study={text}", f"--preset={preset}"]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    if done.returncode == REFUSED:
        raise WorkflowError(done.stderr.strip())
    if done.returncode:
        last = (done.stderr.strip() or "no word").splitlines()[-1]
        raise WorkflowError(f"the preflight must end, got {last}; `python -m gradient_horizon preflight` shows all")
    sys.stderr.write(done.stdout)
    remember(record, found)


def _looked_at(study: Study) -> list[Path]:
    own = [registries.source_file({}, "class", name) for name in study.own_classes]
    package = imports.SOURCES / "gradient_horizon"
    return [*package.rglob("*.py"), *own, *map(Path, report_sources())]
