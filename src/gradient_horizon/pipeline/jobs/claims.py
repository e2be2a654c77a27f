"""Verdicts on all claims."""

from pathlib import Path

from gradient_horizon.claims.judge import judge_all
from gradient_horizon.claims.judged import claims_of
from gradient_horizon.storage import require_whole
from gradient_horizon.study.model import Study
from gradient_horizon.tables.catalogue import StoredTables


def judge_claims(*, study: Path, tables: Path, sources: Path, out: Path) -> None:
    """Judges every claim that the study asks, its own among them, and writes verdicts and tests."""
    require_whole(study)
    claims = claims_of(Study.model_validate_json(study.read_text(encoding="utf-8")))
    judge_all(StoredTables(tables), sources, out, claims)
