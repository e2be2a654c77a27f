"""The methods of a study as a paragraph to be pasted, with its bibliography."""

import json
from pathlib import Path

from gradient_horizon.claims.judged import claims_of
from gradient_horizon.claims.schemas import TESTS
from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.pipeline.listed_runs import listed_keys
from gradient_horizon.reporting.methods import Done, Methods, bibliography
from gradient_horizon.storage import require_whole, write
from gradient_horizon.study.model import Study


def make_methods(*, results: Path, sources: Path, out: Path) -> None:
    """Writes methods.tex and methods.bib in every language."""
    study, runs, made_of = (results / name for name in ("plan/study.json", "plan/runs.csv", "made_of.json"))
    require_whole(study, runs, made_of)
    about = json.loads(made_of.read_text(encoding="utf-8"))
    there = [spec for spec, _ in listed_keys(study, runs) if spec.id not in about["missing"]]
    asked = Study.model_validate_json(study.read_text(encoding="utf-8"))
    further = {name for spec in there for name in asked.measures[spec.experiment]}
    done = Done(there, TESTS.load(results / "claims"), about["facts"], further, claims_of(asked))
    for language in LANGUAGES:
        paragraph = Methods(sources, language).paragraph(done)
        write(out / language / "methods.tex", paragraph)
        write(out / language / "methods.bib", bibliography(sources, paragraph))
