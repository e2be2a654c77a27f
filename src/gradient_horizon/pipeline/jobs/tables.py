"""Finished runs as tables."""

import json
from pathlib import Path

import pandas as pd

from gradient_horizon.pipeline.listed_runs import listed_runs
from gradient_horizon.storage import require_whole, write, write_json
from gradient_horizon.store.store import Store
from gradient_horizon.tables.assemble import assemble
from gradient_horizon.tables.catalogue import TABLES, StoredTables
from gradient_horizon.tables.own_files import as_facts, own_files, require_unchanged
from gradient_horizon.tables.provenance import Stage, facts, origins, stages
from gradient_horizon.tables.summarise import of_chosen_runs, summarise_stored


def make_tables(
    *, study: Path, runs: Path, store: Path, checks: Path, out: Path, made_of: Path, durations: Path
) -> None:
    """Puts the runs listed in a file into tables, and says which of them are missing.

    Raises ChangedError where own code or data are not those of the runs.
    """
    require_whole(study, runs, *(checks / f"{name}.json" for name in ("powers", "equality")))
    listed = list(listed_runs(study, runs, Store(store)))
    there = [run for run in listed if run.stored.is_complete]
    assemble(there, out)
    for name in ("powers", "equality"):
        TABLES[name].save(TABLES[name].frame(json.loads((checks / f"{name}.json").read_text(encoding="utf-8"))), out)
    summarise_stored(out)
    for name, table in of_chosen_runs(StoredTables(out), there).items():
        TABLES[name].save(table, out)
    require_unchanged(there)
    own = own_files(run.spec for run in listed)
    missing = [run.run for run in listed if not run.stored.is_complete]
    made = {"missing": missing, "facts": facts(there) | as_facts(own), "own_files": own}
    write_json(made_of, made | ({"origins": merged} if (merged := origins(there)) else {}))
    rows = pd.DataFrame(stages(there), columns=Stage._fields)
    write(durations, rows.to_csv(index=False, lineterminator="\n"))
