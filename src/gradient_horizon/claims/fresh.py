"""The verdicts of the same design on fresh seeds, kept in `report/fresh/`, beside those of a study."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from gradient_horizon.claims.design import design_digests
from gradient_horizon.claims.outcome import Outcome
from gradient_horizon.claims.schemas import TESTS, VERDICTS
from gradient_horizon.storage import write, write_json
from gradient_horizon.study.model import Study

KEY = ["claim", "test", "setting", "kind"]
DESIGN, VERDICTS_FILE, TESTS_FILE = "design.json", "verdicts.csv", "tests.csv"
KEPT = {"verdicts": ("claim", "verdict", "condition"), "tests": (*KEY, "n", "effect", "effect_low", "effect_high", "outcome")}
"""The columns of both tables that are kept."""


class Again(NamedTuple):
    """How a claim came out on fresh seeds.

    `decided` counts the tests that are decided on both sets of seeds, `agreeing` those of them with the same outcome;
    `changed` are the others.
    """

    verdict: str
    decided: int
    agreeing: int
    changed: tuple[str, ...]


def keep_fresh(study: Study, claims: Path, folder: Path) -> None:
    """Keeps the verdicts in the folder `claims` of a study's results, with the digests of its design."""
    write_json(folder / DESIGN, {"first_seed": study.defaults.first_seed, "claims": dict(design_digests(study))})
    for name, schema in (("verdicts", VERDICTS), ("tests", TESTS)):
        rows = schema.load(claims)[list(KEPT[name])]
        write(folder / f"{name}.csv", rows.to_csv(index=False, lineterminator="\n", float_format="%.6g"))


def again_on_fresh_seeds(study: Study, tests: pd.DataFrame, folder: Path) -> Mapping[str, Again]:
    """How each claim came out on the seeds that are kept in a folder, where its design is the same and its seeds differ.

    `tests` is the table of the study; empty without kept verdicts.
    """
    if not (folder / DESIGN).is_file():
        return {}
    kept = json.loads((folder / DESIGN).read_text(encoding="utf-8"))
    verdicts, fresh = (pd.read_csv(folder / file, keep_default_na=False) for file in (VERDICTS_FILE, TESTS_FILE))
    if kept["first_seed"] == study.defaults.first_seed:
        return {}
    same = [claim for claim, digest in design_digests(study).items() if kept["claims"].get(claim) == digest]
    return {
        claim: _again(
            str(verdicts.loc[verdicts["claim"].eq(claim), "verdict"].iloc[0]),
            tests[tests["claim"].eq(claim)],
            fresh[fresh["claim"].eq(claim)],
        )
        for claim in same
    }


def _again(verdict: str, tests: pd.DataFrame, fresh: pd.DataFrame) -> Again:
    both = tests[[*KEY, "outcome"]].astype(str).merge(fresh[[*KEY, "outcome"]].astype(str), on=KEY, suffixes=("", "_fresh"))
    decided = both[both["outcome"].ne(Outcome.UNCLEAR) & both["outcome_fresh"].ne(Outcome.UNCLEAR)]
    changed = decided[decided["outcome"].ne(decided["outcome_fresh"])]
    names = tuple(f"{row.test} ({row.setting})" if row.setting else row.test for row in changed.itertuples())
    return Again(verdict, len(decided), len(decided) - len(changed), names)
