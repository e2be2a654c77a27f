"""A part of a study: what a merge needs of its results, small enough to be committed."""

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from gradient_horizon import registries
from gradient_horizon.errors import MergeError
from gradient_horizon.storage import is_whole, write, write_json, writing
from gradient_horizon.store.imports import SOURCES, closure
from gradient_horizon.store.keys import NAMING, Keys
from gradient_horizon.store.syntax import digest_of_code
from gradient_horizon.study.model import Study
from gradient_horizon.study.plan import expand
from gradient_horizon.study.run_spec import SPEC_VERSION, RunSpec
from gradient_horizon.tables.catalogue import TABLES
from gradient_horizon.tables.merging import ADDED, KEPT
from gradient_horizon.training.version import ENGINE_VERSION

FORMAT = 1
"""Of the files of a part."""

ABOUT = "part.json"
STUDY, RUNS, MADE_OF = "plan/study.json", "plan/runs.csv", "made_of.json"
COPIED = (STUDY, RUNS, MADE_OF)
TABLE_FILES = {name: f"tables/{name}.parquet" for name in KEPT}

NOT_OF_TABLES = ("gradient_horizon/__init__.py", "gradient_horizon/store/store.py")
"""Modules that decide no number of a table: the version of the package, and where files of runs are."""

COMPRESSION_LEVEL = 12
"""Of Zstandard: higher ones take ten times as long for a hundredth of the size."""


@dataclass(frozen=True)
class Part:
    """A part as its folder has it.

    `about` is what part.json says, `keys` are those of all runs that were planned, by id, of which some may be missing.
    """

    folder: Path
    about: Mapping[str, Any]
    study: Study
    keys: Mapping[str, Keys]
    specs: Mapping[str, RunSpec]
    missing: frozenset[str]
    facts: Mapping[str, list[str]]

    @property
    def name(self) -> str:
        """The folder, as it was given."""
        return self.folder.as_posix()

    @property
    def there(self) -> list[str]:
        """The ids of the runs that are not missing."""
        return [run for run in self.keys if run not in self.missing]

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of `KEPT`, without rows where the part was made before there was such a table."""
        own = tables_of(self.folder)
        return {name: TABLES[name].load(self.folder / "tables") if name in own else _empty(name) for name in KEPT}


def tables_of(folder: Path) -> list[str]:
    """The names of the tables that a part has: those of `KEPT`, but for those that were added after it was made."""
    return [name for name, file in TABLE_FILES.items() if name not in ADDED or (folder / file).is_file()]


def _empty(name: str) -> pd.DataFrame:
    return TABLES[name].frame([])


def write_part(results: Path, out: Path) -> int:
    """Copies what a merge needs of the results of a study, or of a part of it; returns the size in bytes.

    Raises MergeError where results are incomplete or damaged, or where the folder holds something else.
    """
    _require(results, (*COPIED, *TABLE_FILES.values()), "Results get there by running their study with Snakemake.")
    if not (out / ABOUT).is_file() and out.exists() and any(out.iterdir()):
        raise MergeError(f"{out} must be a new folder, or a part that is made again; got a folder with other files")
    _require_runs(results)
    write_json(
        out / ABOUT,
        {
            "format": FORMAT,
            "package": version("gradient-horizon"),
            "engine": ENGINE_VERSION,
            "spec": SPEC_VERSION,
            "schemas": schemas(),
            "code of tables": code_of_tables(),
        },
    )
    for name in COPIED:
        write(out / name, (results / name).read_bytes())
    for name in TABLE_FILES.values():
        _compress(results / name, out / name)
    return sum((out / name).stat().st_size for name in (ABOUT, *COPIED, *TABLE_FILES.values()))


def read_part(folder: Path) -> Part:
    """What is in the folder of a part, but its tables.

    Raises MergeError where it is no part, is damaged, or was made by a version of this package with other tables.
    """
    _require(
        folder,
        (ABOUT, *COPIED, *(TABLE_FILES[name] for name in tables_of(folder))),
        "Parts are made by `python -m gradient_horizon part RESULTS FOLDER`, with their hidden folders of checksums.",
    )
    about = read_json(folder / ABOUT)
    columns = {name: digest for name, digest in schemas().items() if name in tables_of(folder)}
    for what, own in (("format", FORMAT), ("spec", SPEC_VERSION), ("schemas", columns)):
        if about[what] != own:
            raise MergeError(
                f"{folder}/{ABOUT} must have {_shown(what, own, about[what])}: it was made by version "
                f"{about['package']} of gradient-horizon. Join with that version, or make the part again with this one."
            )
    _require_runs(folder)
    keys = {row["run"]: Keys.of_row(row) for row in _rows(folder / RUNS)}
    made_of = read_json(folder / MADE_OF)
    study, specs = _study_with_specs(folder)
    if unknown := [run for run in keys if run not in specs]:
        raise MergeError(f"{folder}/{RUNS} must list runs of {STUDY}, got {unknown[0]!r}, which is none of them")
    return Part(
        folder,
        about,
        study,
        keys,
        {run: specs[run] for run in keys},
        frozenset(made_of["missing"]),
        made_of["facts"],
    )


def schemas() -> dict[str, str]:
    """For each table of a part, a digest of its columns with their types and units, and of its key."""
    described = {
        name: repr(([(column.name, column.kind, column.unit) for column in TABLES[name].columns], TABLES[name].key))
        for name in KEPT
    }
    return {name: hashlib.sha256(text.encode()).hexdigest()[:16] for name, text in described.items()}


def code_of_tables() -> str:
    """A digest of the code by which the tables of a part are made from runs."""
    files = [registries.source_file(registries.TABLES, "table", name) for name in KEPT]
    return digest_of_code(closure(files, base=SOURCES, without=(*NAMING, *NOT_OF_TABLES)))


def _require(folder: Path, names: Iterable[str], where_from: str) -> None:
    for name in names:
        if not (folder / name).is_file():
            raise MergeError(f"{folder} must have the file {name}, got none. {where_from}")
        if not is_whole(folder / name):
            raise MergeError(
                f"{folder / name} must match the checksum that was written with it, got a file that does not, or no "
                f"checksum; it was left as it is. {where_from}"
            )


def _require_runs(folder: Path) -> None:
    listed, missing = [row["run"] for row in _rows(folder / RUNS)], read_json(folder / MADE_OF)["missing"]
    there = sorted(TABLES["runs"].load(folder / "tables")["run"])
    if there != sorted({*listed} - {*missing}):
        raise MergeError(
            f"{folder}/tables must have the runs of {RUNS} but those that {MADE_OF} calls missing, got {len(there)} "
            f"where {len(listed)} are listed and {len(missing)} missing: finish the study with Snakemake"
        )
    if not there:
        raise MergeError(f"{folder} must have at least one run to be a part, got none")


def _shown(what: str, own: Any, given: Any) -> str:
    if what != "schemas":
        return f"{what} {own}, got {given}"
    different = sorted(name for name in {*own, *given} if own.get(name) != given.get(name))
    return f"the tables of this version, got other columns in {', '.join(different)}"


def _study_with_specs(folder: Path) -> tuple[Study, dict[str, RunSpec]]:
    try:
        study = Study.model_validate_json((folder / STUDY).read_text(encoding="utf-8"))
        return study, {spec.id: spec for spec in expand(study)}
    except ValidationError as error:
        raise MergeError(
            f"{folder}/{STUDY} must be a study as this version of gradient-horizon runs them, got "
            f"{error.error_count()} values that it refuses"
        ) from None
    except (ImportError, AttributeError) as error:
        raise MergeError(f"{folder}/{STUDY} must name classes that can be imported here, got: {error}") from None


def _compress(source: Path, target: Path) -> None:
    """A table in the same form as `Schema.save` writes it, in less space."""
    table = pq.read_table(source)
    numbers = [field.name for field in table.schema if pa.types.is_floating(field.type)]
    with writing(target) as file:
        pq.write_table(
            table,
            file,
            compression="zstd",
            compression_level=COMPRESSION_LEVEL,
            use_dictionary=[name for name in table.column_names if name not in numbers],
            column_encoding=dict.fromkeys(numbers, "BYTE_STREAM_SPLIT"),
        )


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def read_json(file: Path) -> Any:
    """What a file of JSON holds."""
    return json.loads(file.read_text(encoding="utf-8"))
