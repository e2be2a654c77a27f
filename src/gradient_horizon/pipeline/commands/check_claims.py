"""The folders of claims, checked: on shuffled arms, and by code that shares nothing with this package."""

import csv
import json
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.control import MOST_SUPPORTING, STREAM, Control, control
from gradient_horizon.claims.judged import claims_of
from gradient_horizon.claims.registered import REGISTERED, Claims
from gradient_horizon.errors import CheckError
from gradient_horizon.pipeline.checked_claims import Checked, problems, table
from gradient_horizon.pipeline.places import CLAIM_FILES, CONTRACT, CONTROL, INDEPENDENT, ROWS, RUN_TIME, RUNS, VERDICT
from gradient_horizon.storage import is_whole, write_json
from gradient_horizon.store.store import Store
from gradient_horizon.study.model import Study
from gradient_horizon.tables.catalogue import StoredTables

WRITERS: Mapping[str, str] = MappingProxyType(
    {VERDICT: "Snakemake", CONTROL: "control-claims", INDEPENDENT: "tests/independent"}
)
"""What is read of the folder of a claim, and what writes it."""


KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {VERDICT: ("claim", "verdict"), CONTROL: ("claim",), INDEPENDENT: ("claim", "tests", "verdict")}
)
"""What of each is read."""


def control_claims(*, results: Path, store: Path, shuffles: int) -> None:
    """Judges every claim on shuffled arms, and adds what came out, and how long its runs took, to its folder.

    Raises CheckError where the results have no folders of claims.
    """
    tables = StoredTables(results / "tables")
    for claim, folder in _folders(results):
        started = time.monotonic()
        found = control(claim, tables, shuffles)
        write_json(folder / CONTROL, {**_described(claim, found), "seconds": round(time.monotonic() - started, 1)})
        write_json(folder / RUN_TIME, _run_time(folder / RUNS, Store(store)))
        supporting = f"{found.supporting} of {found.shuffles} shuffles support it"
        print(f"{claim.id}: {found.without or supporting}", flush=True)


def check_claims(*, results: Path) -> None:
    """Prints what controls and recomputed effects say of each claim; exits with 1 if they speak against any.

    Raises CheckError where a claim was not checked, or its folder is not as it was written.
    """
    folders = [folder for _, folder in _folders(results)]
    for folder in folders:
        _require_whole(folder)
    checked = [Checked(*(_json(folder / name, by) for name, by in WRITERS.items())) for folder in folders]
    print("\n".join(table(checked)))
    found = [problem for each in checked for problem in problems(each)]
    for problem in found:
        sys.stderr.write(f"{problem}\n")
    if found:
        sys.exit(1)


def _folders(results: Path) -> Iterator[tuple[Claim, Path]]:
    for claim in _claims(results).all:
        folder = results / "claims" / claim.id
        if not (folder / CONTRACT).is_file():
            raise CheckError(
                f"{results} must have a folder for every claim, got none for {claim.id}: run the study again with "
                "Snakemake, which trains nothing that is there"
            )
        yield claim, folder


def _claims(results: Path) -> Claims:
    """The claims that the study can ask; those of every study where results have none, which lack their folders too."""
    file = results / "plan" / "study.json"
    if not file.is_file():
        return REGISTERED
    if not is_whole(file):
        raise CheckError(f"{file} must be what Snakemake wrote, got a file that is not; it was left as it is")
    return claims_of(Study.model_validate_json(file.read_text(encoding="utf-8")))


def _require_whole(folder: Path) -> None:
    for name in (*CLAIM_FILES, *(f"{ROWS}/{file.name}" for file in sorted((folder / ROWS).glob("*.csv")))):
        if not is_whole(folder / name):
            raise CheckError(
                f"{folder / name} must be what Snakemake wrote, got a file that is not, or none; it was left as it is. "
                "Move the folder of the claim away, and run the study again with Snakemake, which trains nothing"
            )


def _json(file: Path, by: str) -> Mapping[str, Any]:
    if not file.is_file():
        raise CheckError(
            f"{file.parent} must have {file.name}, which {by} writes: `make check-claims` does all in order"
        )
    try:
        content: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CheckError(f"{file} must be as {by} writes it, got {type(error).__name__}: {error}") from None
    if missing := sorted({*KEYS[file.name]} - {*content}):
        raise CheckError(f"{file} must be as {by} writes it, got it without {', '.join(missing)}")
    return content


def _described(claim: Claim, found: Control) -> dict[str, Any]:
    if found.without:
        return {"claim": claim.id, "without": found.without}
    return {
        "claim": claim.id,
        "shuffled": [
            {
                "arms": [" / ".join(arm) for arm in group.arms],
                "displaced": " / ".join(group.displaced) if group.displaced else None,
            }
            for group in found.groups
        ],
        "shuffles": found.shuffles,
        "streams": {"purpose": [STREAM, claim.id], "seeds": [0, found.shuffles - 1]},
        "supporting": found.supporting,
        "share": found.share,
        "most": MOST_SUPPORTING,
    }


def _run_time(runs: Path, store: Store) -> dict[str, Any]:
    """How long the runs behind a claim took on one thread, in seconds, where they have kept it."""
    with runs.open(encoding="utf-8", newline="") as file:
        digests = {row["networks"] for row in csv.DictReader(file)}
    files = [store.folder_of(digest) / "durations.json" for digest in sorted(digests)]
    kept = [json.loads(file.read_text(encoding="utf-8")) for file in files if file.is_file()]
    seconds = {stage: round(sum(each.get(stage, 0.0) for each in kept), 1) for stage in ("training", "measuring")}
    return {"runs": len(digests), "timed": len(kept), "seconds": seconds}
