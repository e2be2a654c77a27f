"""Which claims the report of a study shows, and what it says of the others."""

from collections.abc import Container

import pandas as pd

from gradient_horizon import registries
from gradient_horizon.claims.informative import Silence
from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.reporting.wording import Wording


def claims_shown(verdicts: pd.DataFrame, tests: pd.DataFrame, runs: pd.DataFrame) -> list[str]:
    """The claims that a study has runs for: of one main question at least; all where none of its runs is there.

    What rests on algebra alone, and needs no run, is shown beside another claim of its section.
    """
    if runs.empty:
        return list(verdicts["claim"])
    mains = tests[tests["kind"].eq("main") & tests["silence"].ne(Silence.NO_RUNS)]
    answered = [row for row in verdicts.to_dict("records") if row["claim"] in set(mains["claim"])]
    sections = {row["section"] for row in answered if _is_trained(row["claim"])}
    return [row["claim"] for row in answered if row["section"] in sections]


def _is_trained(claim: str) -> bool:
    return claim not in registries.CLAIMS or bool(registries.load(registries.CLAIMS, "claim", claim).experiments)


def asks_all(shown: Container[str]) -> bool:
    """Whether a study asks every claim that none but a preset has the runs for."""
    return all(claim.id in shown for claim in registered_claims() if claim.preset is None)


def asked_elsewhere(wording: Wording, shown: Container[str]) -> list[str]:
    """The claims that this study does not ask, a line for each study that does; where it asks none, their number."""
    of_studies: dict[str | None, list[str]] = {}
    for claim in registered_claims():
        if claim.id not in shown:
            of_studies.setdefault(claim.preset, []).append(wording.texts.title(claim.id))
    lacking = of_studies.pop(None, [])
    words = wording.words["asked_by_default"]
    if not any(claim.id in shown for claim in registered_claims()):
        return [str(words["none"].format(n=wording.numbers.integer(len(lacking))))]
    by_default = [words["some"].format(claims="; ".join(lacking))] if lacking else []
    return by_default + [
        wording.words["asked_elsewhere"].format(preset=preset, claims="; ".join(titles))
        for preset, titles in of_studies.items()
    ]
