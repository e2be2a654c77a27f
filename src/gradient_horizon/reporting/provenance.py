"""What a study was made with and what came out of it: versions, machines, checksums."""

import hashlib
import json
import re
from pathlib import Path


def run_facts(results: Path, runs: list[str]) -> list[tuple[str, str]]:
    """What the runs say of where they ran; several values where they differ."""
    found: dict[str, set[str]] = {}
    for run in runs:
        file = results / "runs" / run / "provenance.json"
        if not file.is_file():
            continue
        record = json.loads(file.read_text(encoding="utf-8"))
        facts = {**record.get("versions", {}), **record.get("machine", {})}
        facts |= {key: value for key, value in record.items() if key not in ("versions", "machine")}
        for key, value in facts.items():
            found.setdefault(re.sub("_", " ", key), set()).add(str(value))
    return [(key, ", ".join(sorted(values))) for key, values in found.items()]


def manifest(results: Path, language: str) -> list[tuple[str, str]]:
    """Path and SHA-256 of every table, verdict and figure behind a report."""
    files = [
        *sorted(file for file in (results / "plan").glob("*") if file.is_file()),
        *sorted((results / "tables").glob("*.parquet")),
        *sorted((results / "claims").glob("*.parquet")),
        *sorted(file for file in (results / "figures" / language).glob("*") if file.is_file()),
    ]
    return [(str(file.relative_to(results)), hashlib.sha256(file.read_bytes()).hexdigest()) for file in files]
