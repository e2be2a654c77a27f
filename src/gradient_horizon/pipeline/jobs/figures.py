"""All figures in all languages, in one process, which imports and reads once."""

from pathlib import Path

from gradient_horizon import registries
from gradient_horizon.claims.judged import own_claims
from gradient_horizon.claims.schemas import TESTS
from gradient_horizon.figures.draw import draw_figure, draw_own_claim
from gradient_horizon.storage import require_whole
from gradient_horizon.study.model import Study
from gradient_horizon.tables.catalogue import StoredTables


def draw_all(*, study: Path, tables: Path, claims: Path, sources: Path, out: Path) -> None:
    """Draws every registered figure, and one for each claim that the study makes itself."""
    require_whole(study)
    asked = Study.model_validate_json(study.read_text(encoding="utf-8"))
    stored, tests = StoredTables(tables), TESTS.load(claims)
    for name in registries.FIGURES:
        draw_figure(name, stored, tests, sources, out, asked.own_cells)
    for claim in own_claims(asked):
        draw_own_claim(claim, stored, tests, sources, out, asked.own_cells)
