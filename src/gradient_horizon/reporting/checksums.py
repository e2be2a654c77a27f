"""Checksums of the files that a report is made from."""

import hashlib
from pathlib import Path


def checksums(results: Path, language: str) -> list[tuple[str, str]]:
    """Path and SHA-256 of every table, verdict and figure behind a report."""
    files = [
        *(results / "plan" / name for name in ("runs.csv", "study.json")),
        *sorted((results / "tables").glob("*.parquet")),
        *sorted((results / "claims").glob("*.parquet")),
        *sorted(file for file in (results / "figures" / language).glob("*") if file.is_file()),
    ]
    return [(str(file.relative_to(results)), hashlib.sha256(file.read_bytes()).hexdigest()) for file in files]
