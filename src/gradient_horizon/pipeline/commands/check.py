"""Files compared with their checksums."""

import sys
from pathlib import Path

from gradient_horizon.pipeline.command_line import DAMAGED
from gradient_horizon.pipeline.places import RESULTS, STORE
from gradient_horizon.storage import CHECKSUMS, damaged_files, move_aside

WRITTEN = (".parquet", ".csv", ".safetensors", ".html", ".pdf", ".svg", ".png", ".tex", ".bib")
"""Endings of files that are only written with their checksums."""

MOST_NAMED = 3


def check_files(*, folders: list[Path]) -> None:
    """Prints the files that are lost or do not match their checksums, and how to make them again; exits with 3 then.

    Those of the store are moved aside, so that their runs are completed by the next call of Snakemake. Exits with 3 as
    well where there are no checksums: tools that skip hidden folders leave them behind.
    """
    checksums = sum(1 for top in folders for folder in top.rglob(CHECKSUMS) for _ in folder.iterdir())
    if not checksums:
        where = ", ".join(map(str, folders))
        sys.stderr.write(f"{where} must hold files with checksums, in hidden folders {CHECKSUMS}; got none\n")
        sys.exit(DAMAGED)
    if bare := [folder for top in folders for folder in _without_checksums(top)]:
        named = ", ".join(map(str, bare[:MOST_NAMED])) + (" and more" if len(bare) > MOST_NAMED else "")
        sys.stderr.write(
            f"every folder of results must hold the checksums of its files, in a hidden folder {CHECKSUMS}; got "
            f"{len(bare)} without: {named}. What is in them cannot be checked; copy hidden folders as well\n"
        )
    damaged = [file for folder in folders for file in damaged_files(folder)]
    for file in damaged:
        print(file, flush=True)
        if file.is_relative_to(STORE):
            move_aside(file)
    if damaged:
        results = " ".join(str(file) for file in damaged if file.is_file() and file.is_relative_to(RESULTS))
        with_option = f", with --forcerun {results}" if results else ""
        sys.stderr.write(f"To make them again, call Snakemake as before{with_option}\n")
        sys.exit(DAMAGED)
    if bare:
        sys.exit(DAMAGED)
    print(f"none of the files with {checksums} checksums is damaged or lost")


def _without_checksums(top: Path) -> list[Path]:
    """The folders below that hold such files and no checksum."""
    holding = {file.parent for ending in WRITTEN for file in top.rglob(f"*{ending}") if CHECKSUMS not in file.parts}
    return sorted(folder for folder in holding if not (folder / CHECKSUMS).is_dir())
