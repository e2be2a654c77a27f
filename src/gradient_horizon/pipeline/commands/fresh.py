"""The design of a study, frozen; and its verdicts on fresh seeds, kept beside it for the report."""

from pathlib import Path

from gradient_horizon.claims.fresh import freeze, keep_fresh
from gradient_horizon.storage import require_whole
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.model import Study


def freeze_design(*, files: list[Path], out: Path) -> None:
    """Writes a digest of the design of each claim's evidence, to be committed before fresh seeds are run."""
    freeze(validated_study(read_yaml(*files), files), out)
    print(f"the design of every claim is frozen in {out}", flush=True)


def keep_verdicts(*, results: Path, out: Path) -> None:
    """Keeps the verdicts of a study on fresh seeds; raises FreshError where its design is not the frozen one."""
    study = results / "plan" / "study.json"
    require_whole(study)
    keep_fresh(Study.model_validate_json(study.read_text(encoding="utf-8")), results / "claims", out)
    print(f"the verdicts on fresh seeds are in {out}", flush=True)
