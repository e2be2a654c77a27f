"""Finished runs as tables."""

import json
from pathlib import Path

from gradient_horizon.storage import require_whole
from gradient_horizon.tables.assemble import assemble
from gradient_horizon.tables.catalogue import TABLES
from gradient_horizon.tables.run_files import RunFiles
from gradient_horizon.tables.summarise import summarise


def make_tables(*, runs: Path, powers: Path, equality: Path, results: Path, out: Path) -> None:
    """Puts the runs listed in a file, one id a line, into tables."""
    require_whole(runs, powers, equality)
    files = [
        RunFiles(
            run=run,
            outcome_file=results / "runs" / run / "outcome.json",
            history_file=results / "runs" / run / "history.safetensors",
            measures_file=results / "measures" / f"{run}.safetensors",
        )
        for run in runs.read_text(encoding="utf-8").split()
    ]
    require_whole(*(file for run in files for file in (run.outcome_file, run.history_file, run.measures_file)))
    tables = assemble(files)
    for name, file in (("powers", powers), ("equality", equality)):
        tables[name] = TABLES[name].frame(json.loads(file.read_text(encoding="utf-8")))
    tables |= summarise(tables)
    for name, table in tables.items():
        TABLES[name].save(table, out)
