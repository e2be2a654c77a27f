"""A study of which no run is done, with placeholders for its figures: all that a report is built from."""

from pathlib import Path
from typing import Any

import pandas as pd

from gradient_horizon import registries
from gradient_horizon.claims.coverage import claims_asked
from gradient_horizon.claims.judge import judge_all
from gradient_horizon.claims.schemas import TESTS, VERDICTS
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.pipeline.jobs.list_runs import as_csv
from gradient_horizon.pipeline.jobs.published import compare_published
from gradient_horizon.reporting import typesetting
from gradient_horizon.reporting.contents import contents
from gradient_horizon.reporting.glyphs import printable
from gradient_horizon.reporting.live_data import live_data
from gradient_horizon.reporting.page import page
from gradient_horizon.storage import write, write_json
from gradient_horizon.store.keys import keys_of
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.plan import expand
from gradient_horizon.tables.catalogue import TABLES

ROOT = Path(__file__).parents[2]
PROSE = ROOT / "report"
LANGUAGES = ("en", "pl")
COMMIT = {"commit": "c0ffee", "day": "2026-11-24", "preset": "smoke"}
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="20pt" height="10pt" viewBox="0 0 20 10"{empty}>'
    "<title>Finding {name}</title><desc>How {name} was drawn</desc><style>.s0{{fill:#0072b2}}</style>"
    '<rect class="s0" width="{n}" height="5"/></svg>'
)
CLAIMS = claims_asked([])
"""Those that every study asks, so that one without runs does, too."""


def make_study(results: Path) -> Path:
    """Writes plan, tables, verdicts, figures and provenance into a folder."""
    study = validated_study(read_yaml(ROOT / "config.yaml", ROOT / "workflow" / "presets" / "smoke.yaml"))
    write(results / "plan" / "study.json", study.model_dump_json())
    write(results / "plan" / "runs.csv", as_csv((spec, keys_of(spec)) for spec in expand(study)))
    empty = {name: contract.frame([]) for name, contract in TABLES.items()}
    for name, contract in TABLES.items():
        contract.save(empty[name], results / "tables")
    judge_all(empty, PROSE, results / "claims")
    compare_published(claims=results / "claims", sources=PROSE, out=results / "tables")
    for language in LANGUAGES:
        for n, name in enumerate(registries.FIGURES, start=1):
            for form in ("", ".narrow"):
                write(results / "figures" / language / f"{name}{form}.svg", SVG.format(n=n, name=name, empty=""))
    write_json(results / "live.json", live_data(empty))
    write_json(results / "made_of.json", {"missing": [], "facts": {"torch": ["9.9"], "system": ["Some OS"]}})
    return results


OUTCOMES = {
    Verdict.SUPPORTED: ("pass", "pass", "pass"),
    Verdict.CONDITIONAL: ("pass", "pass", "fail"),
    Verdict.DEPENDS: ("pass", "fail", "unclear"),
    Verdict.ONLY_IF: ("fail", "fail", "pass"),
    Verdict.REFUTED: ("fail", "fail", "fail"),
    Verdict.INCONCLUSIVE: ("unclear", "unclear", "unclear"),
}
"""Outcomes of a claim's first main test, of its other main tests, and of its conditions, by its verdict."""
WITHOUT_CONDITIONS = {Verdict.CONDITIONAL: Verdict.SUPPORTED, Verdict.ONLY_IF: Verdict.REFUTED}


def give_verdict(results: Path, verdict: Verdict) -> set[str]:
    """Lets every test come out, with distinct numbers, so that claims have this verdict; the names of those that can.

    The others, which lack conditions, or a second main test to depend on, have the verdict nearest to it. Main
    questions of several settings have a row over all of them.
    """
    tests, verdicts = TESTS.load(results / "claims"), VERDICTS.load(results / "claims")
    given = {claim: _nearest(verdict, rows) for claim, rows in tests.groupby("claim")}
    rows = [row for claim in verdicts["claim"] for row in _answered(tests[tests["claim"].eq(claim)], given[claim])]
    numbers = [0.5 + order / 1000 for order in range(len(rows))]
    verdicts["verdict"] = pd.array([given[claim].value for claim in verdicts["claim"]], dtype="string")
    TESTS.save(
        TESTS.frame(
            row | {"order": order, "effect": number, "effect_low": number - 0.25, "effect_high": number + 0.25}
            for order, (row, number) in enumerate(zip(rows, numbers, strict=True))
        ),
        results / "claims",
    )
    VERDICTS.save(verdicts, results / "claims")
    return {claim for claim, own in given.items() if own is verdict}


def _nearest(verdict: Verdict, tests: pd.DataFrame) -> Verdict:
    if not tests["kind"].eq("condition").any():
        verdict = WITHOUT_CONDITIONS.get(verdict, verdict)
    return Verdict.SUPPORTED if verdict is Verdict.DEPENDS and tests["kind"].eq("main").sum() == 1 else verdict


def _answered(tests: pd.DataFrame, verdict: Verdict) -> list[dict[str, Any]]:
    """The rows of a claim's tests, informative, with outcomes that make this verdict."""
    first, others, conditions = OUTCOMES[verdict]
    rows = [row | {"n": 7, "silence": ""} for row in tests.to_dict("records")]
    mains = [row for row in rows if row["kind"] == "main"]
    for row in rows:
        main = first if row is mains[0] else others
        row["outcome"] = main if row["kind"] == "main" else conditions
    whole = [
        row | {"kind": "pooled", "setting": "", "outcome": first if first == others else "unclear"}
        for name in dict.fromkeys(row["test"] for row in mains)
        for row in [each for each in mains if each["test"] == name][:1]
        if sum(each["test"] == name for each in mains) > 1
    ]
    return [*mains, *whole, *(row for row in rows if row["kind"] != "main")]


def html_of(results: Path, language: str, prose: Path = PROSE) -> str:
    """The page."""
    data = contents(results, prose, language, COMMIT)
    with typesetting.staged(prose, data, results / "figures" / language) as root:
        return page(data, typesetting.body(root, language), prose, results)


def pdf_of(results: Path, language: str, prose: Path = PROSE) -> bytes:
    """The PDF."""
    data = printable(contents(results, prose, language, COMMIT))
    with typesetting.staged(prose, data, results / "figures" / language) as root:
        return typesetting.pdf(root, language)
