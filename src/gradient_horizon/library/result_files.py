"""The files of a study's results, read without touching them; what cannot be read is a sentence."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from gradient_horizon.errors import ResultsError, TableError
from gradient_horizon.pipeline.places import ONLY, RESULTS, STORE
from gradient_horizon.storage import is_whole
from gradient_horizon.tables.schema import Schema

CLAIMS, PLAN, TABLES_FOLDER = "claims", "plan", "tables"
"""Folders in the results of a study."""

MOST_SHOWN = 12
"""Names of files that a message lists."""


def results_folder(path: Path) -> Path:
    """The folder of a study's results, given by its path or by the study's name; raises ResultsError."""
    folder = path if path.exists() or len(path.parts) != 1 else RESULTS / path
    if is_results(folder):
        return folder
    around = path if path.is_dir() else path.parent
    there = _what_is_in(around) if around.is_dir() else f"there is no folder {around}"
    raise ResultsError(
        f"{path} must be a folder with results of a study, such as results/default, or its name; {there}"
    )


def is_results(folder: Path) -> bool:
    """Whether a folder has a plan, tables or claims of a study."""
    files = (f"{PLAN}/study.json", f"{TABLES_FOLDER}/runs.parquet", f"{CLAIMS}/verdicts.parquet")
    return any((folder / file).is_file() for file in files)


def read_table(folder: Path, part: str, schema: Schema) -> pd.DataFrame:
    """A table of these results; raises ResultsError where it is missing, damaged, or of another version."""
    file = folder / part / f"{schema.name}.parquet"
    if not file.is_file():
        raise ResultsError(unfinished(folder, f"{part}/{file.name}"))
    require_undamaged(file)
    try:
        return schema.read(file)
    except (TableError, pa.ArrowException) as error:
        raise ResultsError(
            f"{file} must have the columns of this version of gradient-horizon, got others: {error}. Load it with the "
            "version that made it, or run the study again."
        ) from None


def read_json(file: Path) -> Any:
    """What a file of JSON holds; raises ResultsError where it is missing or damaged."""
    if not file.is_file():
        raise ResultsError(f"{file} must be there, got no such file: {_what_is_in(file.parent)}")
    require_undamaged(file)
    return json.loads(file.read_text(encoding="utf-8"))


def require_undamaged(*files: Path) -> None:
    """Raises ResultsError where a file does not match its checksum; it is left as it is."""
    for file in files:
        if not is_whole(file):
            raise ResultsError(
                f"{file} must match the checksum that was written with it in {file.parent / '.sha256'}, got a file "
                "that does not, or no checksum; it was left as it is. Running its study again rebuilds it."
            )


def unfinished(folder: Path, missing: str) -> str:
    """What to say of results that lack a file."""
    study = folder.parent.parent.name if folder.parent.name == ONLY else folder.name
    return (
        f"{folder} must have {missing}, got none: the study is not finished, or that is not part of it. It gets there "
        f"by running study {study!r} with Snakemake; there {_listed(folder)}"
    )


def study_folder(folder: Path) -> Path:
    """The folder of a study with these results: where results/ is, else themselves."""
    return next((each.parent for each in folder.resolve().parents if each.name == RESULTS.name), folder)


def store_of(folder: Path, given: Path | None) -> Path:
    """The store of the runs: as given, else beside the folder results/; raises ResultsError where there is none."""
    store = given or study_folder(folder) / STORE
    if not (store / "runs").is_dir():
        raise ResultsError(
            f"{store} must be the store with the runs of {folder}, got no such folder; say where it is: "
            "load_study(..., store=...)"
        )
    return store


def _what_is_in(folder: Path) -> str:
    studies = sorted(each.name for each in _folders(folder) if is_results(each))
    if not studies and (folder / RESULTS).is_dir():
        folder = folder / RESULTS
        studies = sorted(each.name for each in _folders(folder) if is_results(each))
    if studies:
        return f"{folder} has the studies {', '.join(studies)}"
    return f"in {folder} there {_listed(folder)}"


def _folders(folder: Path) -> list[Path]:
    return [each for each in folder.iterdir() if each.is_dir()] if folder.is_dir() else []


def _listed(folder: Path) -> str:
    names = sorted(each.name for each in folder.iterdir() if not each.name.startswith(".")) if folder.is_dir() else []
    more = f" and {len(names) - MOST_SHOWN} more" if len(names) > MOST_SHOWN else ""
    return f"are {', '.join(names[:MOST_SHOWN])}{more}" if names else "is nothing"
