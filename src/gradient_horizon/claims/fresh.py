"""The verdicts of the same design on fresh seeds, kept in `report/fresh/`, beside those of a study."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from gradient_horizon.claims.design import design_digests
from gradient_horizon.claims.outcome import Outcome
from gradient_horizon.claims.schemas import TESTS, VERDICTS
from gradient_horizon.errors import FreshError
from gradient_horizon.study.model import Study

KEY = ["claim", "test", "setting", "kind"]
DESIGN, SEEDS = "design.json", "seeds.json"
KEPT = {
    "verdicts": ("claim", "verdict", "condition"),
    "tests": (*KEY, "n", "effect", "effect_low", "effect_high", "outcome"),
}
"""The columns of both tables that are kept."""


class Again(NamedTuple):
    """How a claim came out on fresh seeds.

    `decided` counts the tests that are decided on both sets of seeds, `agreeing` those of them with the same outcome;
    `changed` are the others. `decided_once` counts those that are decided on one set only.
    """

    verdict: str
    decided: int
    agreeing: int
    changed: tuple[str, ...]
    decided_once: int


def freeze(study: Study, folder: Path) -> None:
    """Writes the digests of a study's design, before it is run on fresh seeds."""
    _write_json(folder / DESIGN, dict(design_digests(study)))


def keep_fresh(study: Study, claims: Path, folder: Path) -> None:
    """Keeps the verdicts in the folder `claims` of a study's results, beside the frozen design.

    Raises FreshError where the study's design is not the frozen one, or nothing was frozen.
    """
    frozen = _frozen(folder)
    changed = [claim for claim, digest in design_digests(study).items() if frozen.get(claim) != digest]
    if changed:
        raise FreshError(f"the design of these claims is not the one in {folder / DESIGN}: {', '.join(changed)}")
    for name, schema in (("verdicts", VERDICTS), ("tests", TESTS)):
        rows = schema.load(claims)[list(KEPT[name])]
        rows.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", float_format="%.6g")
    _write_json(folder / SEEDS, {"first_seed": study.defaults.first_seed})


def again_on_fresh_seeds(study: Study, tests: pd.DataFrame, folder: Path) -> Mapping[str, Again]:
    """How each claim came out on the kept seeds of a folder, where its design is the same and the seeds are others.

    `tests` is the table of the study; empty without kept verdicts.
    """
    if not (folder / SEEDS).is_file():
        return {}
    if json.loads((folder / SEEDS).read_text(encoding="utf-8"))["first_seed"] == study.defaults.first_seed:
        return {}
    frozen = _frozen(folder)
    verdicts, fresh = (pd.read_csv(folder / f"{name}.csv", keep_default_na=False) for name in KEPT)
    digests = design_digests(study)
    return {
        claim: _again(verdict, tests[tests["claim"].eq(claim)], fresh[fresh["claim"].eq(claim)])
        for claim, verdict in zip(verdicts["claim"], verdicts["verdict"], strict=True)
        if claim in frozen and frozen[claim] == digests.get(claim)
    }


def _again(verdict: str, tests: pd.DataFrame, fresh: pd.DataFrame) -> Again:
    both = (
        tests[[*KEY, "outcome"]]
        .astype(str)
        .merge(fresh[[*KEY, "outcome"]].astype(str), on=KEY, suffixes=("", "_fresh"))
    )
    sets = both["outcome"].ne(Outcome.UNCLEAR).astype(int) + both["outcome_fresh"].ne(Outcome.UNCLEAR)
    decided = both[sets.eq(2)]
    changed = decided[decided["outcome"].ne(decided["outcome_fresh"])]
    names = tuple(f"{row.test} ({row.setting})" if row.setting else row.test for row in changed.itertuples())
    return Again(verdict, len(decided), len(decided) - len(changed), names, int(sets.eq(1).sum()))


def _frozen(folder: Path) -> dict[str, str]:
    if not (folder / DESIGN).is_file():
        raise FreshError(f"no design was frozen: there is no {folder / DESIGN}")
    digests: dict[str, str] = json.loads((folder / DESIGN).read_text(encoding="utf-8"))
    return digests


def _write_json(file: Path, content: Mapping[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
