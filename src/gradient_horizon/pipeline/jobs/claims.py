"""Verdicts on all claims."""

from pathlib import Path

from gradient_horizon.claims.judge import judge_all
from gradient_horizon.tables.catalogue import StoredTables


def judge_claims(*, tables: Path, sources: Path, out: Path) -> None:
    """Judges every claim that the study asks and writes verdicts and tests."""
    judge_all(StoredTables(tables), sources, out)
