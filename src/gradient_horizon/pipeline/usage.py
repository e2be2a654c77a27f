"""Which runs of the store each study of this folder uses, as the lists in their results say."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from gradient_horizon.errors import StoreError
from gradient_horizon.pipeline.jobs.list_runs import COLUMNS
from gradient_horizon.storage import CHECKSUMS, is_whole
from gradient_horizon.store.keys import Keys

FORMER_COLUMNS = COLUMNS[:-1]
"""Of lists that were written before there were further measures."""

WHOLE = "plan/store.csv"
"""All runs of a study, as of its last start."""

LISTS = (WHOLE, "plan/runs.csv", "only/*/plan/runs.csv")
"""Lists of runs in the results of a study."""


class Use(NamedTuple):
    """A run by the name that a study has for it, and its keys."""

    run: str
    keys: Keys


Uses = Mapping[str, tuple[Use, ...]]
"""By study."""


def uses_of_studies(results: Path) -> Uses:
    """What every study with results below this folder uses; raises StoreError for a list that cannot be read."""
    lists = {folder.name: list(_lists(folder)) for folder in sorted(results.glob("*"))}
    return {study: _union(map(_read, files)) for study, files in lists.items() if files}


def runs_of_study(results: Path, study: str) -> tuple[Use, ...]:
    """The runs of a study as of its last start, or, of one that was never started as a whole, of its parts."""
    whole = results / study / WHOLE
    return tuple(_read(whole)) if whole.exists() else uses_of_studies(results)[study]


def _lists(folder: Path) -> Iterator[Path]:
    for pattern in LISTS:
        yield from sorted(folder.glob(pattern))


def _union(lists: Iterable[Iterable[Use]]) -> tuple[Use, ...]:
    return tuple({use: None for listed in lists for use in listed})


def _read(file: Path) -> Iterator[Use]:
    """The runs of a list; one that is damaged stays where it is, since without it its runs would seem unused."""
    checksum = file.parent / CHECKSUMS / file.name
    with file.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        if tuple(rows.fieldnames or ()) not in (COLUMNS, FORMER_COLUMNS) or (checksum.exists() and not is_whole(file)):
            raise StoreError(
                f"{file} must be a list of runs as it was written, with the columns {', '.join(COLUMNS)}; it is not, "
                "so that nobody knows what this study uses. Start the study again, or remove the folder of its results."
            )
        for row in rows:
            yield Use(row["run"], Keys.of_row(row))
