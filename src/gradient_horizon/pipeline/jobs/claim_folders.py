"""The folder of every claim."""

from pathlib import Path

from gradient_horizon.claims.judged import claims_of
from gradient_horizon.claims.schemas import TESTS, VERDICTS
from gradient_horizon.pipeline.claim_folders import Judged, Prose, write_folders
from gradient_horizon.pipeline.listed_runs import listed_keys
from gradient_horizon.storage import require_whole
from gradient_horizon.study.model import Study
from gradient_horizon.tables.catalogue import StoredTables
from gradient_horizon.tables.runs import widths_of


def make_folders(*, results: Path, sources: Path, out: Path) -> None:
    """Writes contract, command, runs, rows, verdict and limits of every claim into a folder of its own."""
    study, runs = results / "plan" / "study.json", results / "plan" / "runs.csv"
    require_whole(study, runs)
    asked = Study.model_validate_json(study.read_text(encoding="utf-8"))
    claims = claims_of(asked)
    judged = Judged(
        asked,
        tuple(listed_keys(study, runs)),
        StoredTables(results / "tables"),
        VERDICTS.load(results / "claims"),
        TESTS.load(results / "claims"),
    )
    widths = widths_of(judged.tables["runs"])
    write_folders(claims.all, judged, Prose(sources, claims, widths), out)
