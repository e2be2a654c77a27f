"""What was run apart, joined: parts of a study, which are judged, or stores, whose runs any study then has."""

import sys
from collections.abc import Iterator
from pathlib import Path

from gradient_horizon.claims.schemas import VERDICTS
from gradient_horizon.errors import MergeError
from gradient_horizon.pipeline.command_line import DAMAGED, REFUSED
from gradient_horizon.pipeline.joining_stores import (
    Source,
    Summary,
    is_store,
    join_store,
    require_joinable,
    require_room,
)
from gradient_horizon.pipeline.merging import merge
from gradient_horizon.pipeline.parts import ABOUT, MADE_OF, read_json, read_part
from gradient_horizon.pipeline.places import STORE
from gradient_horizon.store.joining import State
from gradient_horizon.store.store import Store
from gradient_horizon.tables.merging import different_checks

MOST_NAMED = 20
"""Runs of one store that are named, of those that were left."""


def merge_folders(
    *, folders: list[tuple[str, Path]], out: Path | None, sources: Path, allow_versions: bool, dry_run: bool
) -> None:
    """Joins parts, or stores, whichever the folders are.

    `folders`: names, empty where none was given, and paths. Raises MergeError or StoreError before anything is written
    where they are neither, some of both, or do not fit each other.
    """
    stores = [path for _, path in folders if is_store(path)]
    parts = [path for _, path in folders if (path / ABOUT).is_file()]
    if stores and parts:
        raise MergeError(
            f"folders must all be parts, or all be stores, got the store {stores[0]} and the part {parts[0]}"
        )
    for _, path in folders:
        if path not in (*stores, *parts):
            within = f"; do you mean {path / STORE}?" if is_store(path / STORE) else ""
            raise MergeError(
                f"{path} must be a part, with {ABOUT}, as `gradient_horizon part` writes it, or a store, with "
                f"format.json and runs/; got neither{within}"
            )
    if stores:
        if allow_versions:
            raise MergeError(
                "--allow-versions must be given with parts only: runs of other versions have other digests"
            )
        named = [Source(name or path.as_posix(), path) for name, path in folders]
        merge_stores(stores=named, out=out or STORE, dry_run=dry_run)
        return
    for name, path in folders:
        if name:
            raise MergeError(f"a name must be given to stores only, got {name}={path}, which is a part")
    if dry_run or out is None:
        given = "--dry-run" if dry_run else "none"
        raise MergeError(f"parts must be joined into a folder, which --out names, got {given}")
    merge_parts(parts=parts, out=out, sources=sources, allow_versions=allow_versions)


def merge_parts(*, parts: list[Path], out: Path, sources: Path, allow_versions: bool) -> None:
    """Joins the tables of parts, judges the claims, and prints what was joined and the verdicts, each in a line."""
    read = [read_part(folder) for folder in parts]
    merge(read, out, sources, allow_versions=allow_versions)
    missing = read_json(out / MADE_OF)["missing"]
    runs = {run for part in read for run in part.there}
    lines = [f"{len(read)} parts with {len(runs)} runs, {len(missing)} missing: {out}"]
    lines += [f"missing: {run}" for run in missing]
    lines += [
        f"table {table!r} of {part} differs from that of {read[0].name}, which counts"
        for part, table in different_checks({part.name: part.tables for part in read})
    ]
    lines += [f"{row['claim']}: {row['verdict']}" for row in VERDICTS.load(out / "claims").to_dict("records")]
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def merge_stores(*, stores: list[Source], out: Path, dry_run: bool) -> None:
    """Takes into `out` what it lacks of stores, and prints what was taken of each, and what was left there and why.

    Exits with 2 where a run contradicts the one that is there, or a process works on it, and with 3 where files are
    damaged; all else is joined before. In a `dry_run` nothing is written.
    """
    require_joinable(stores, out)
    require_room(stores, out)
    if not dry_run:
        Store(out).prepare()
    summaries = []
    for source in stores:
        summaries.append(join_store(source, out, dry_run=dry_run))
        print("\n".join(_told(summaries[-1], out, dry_run=dry_run)), flush=True)
    left = [joined for summary in summaries for joined in summary.left]
    if any(joined.state in (State.CONTRADICTORY, State.BUSY) for joined in left):
        sys.exit(REFUSED)
    if left:
        sys.exit(DAMAGED)


def _told(summary: Summary, out: Path, *, dry_run: bool) -> Iterator[str]:
    states = summary.states
    taken = "would be taken" if dry_run else "taken"
    more = f"; of which more files are {taken}: {states[State.MORE]:,}" if states[State.MORE] else ""
    there = f"{states[State.SAME]:,}; files: {summary.files:,}, {summary.size / 1e6:,.1f} MB"
    rate = "" if dry_run else summary.rate
    yield f"{summary.name}: runs {taken} into {out}: {states[State.NEW]:,}{more}; that were there: {there}{rate}"
    for kind, runs in sorted(summary.kept.items()):
        yield f"{summary.name}: runs with other {kind} than are there, which stay: {runs:,}"
    for joined in summary.left[:MOST_NAMED]:
        if joined.contradiction:
            yield (
                f"{joined.folder}: {joined.contradiction} must be the same bytes on every machine, and is not what "
                f"{out} has: nothing of this run was taken. One of the two is not what its digest says; remove it, "
                "and train it again"
            )
        elif joined.state == State.BUSY:
            yield f"{joined.folder}: a process works on this run in {out}; merge again when it has ended"
        else:
            yield f"{joined.folder}: damaged, or without a checksum in .sha256, and left: {', '.join(joined.damaged)}"
    if len(summary.left) > MOST_NAMED:
        yield f"{summary.name}: and {len(summary.left) - MOST_NAMED:,} more runs of which something was left"
