"""A study of which no run is done, with placeholders for its figures: all that a report is built from."""

from pathlib import Path

import pandas as pd

from gradient_horizon import registries
from gradient_horizon.claims.judge import judge_all
from gradient_horizon.claims.schemas import TESTS, VERDICTS
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.pipeline.jobs.list_runs import as_csv
from gradient_horizon.reporting import typesetting
from gradient_horizon.reporting.build import page
from gradient_horizon.reporting.contents import contents
from gradient_horizon.reporting.glyphs import printable
from gradient_horizon.storage import write, write_json
from gradient_horizon.store.keys import keys_of
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import load_study
from gradient_horizon.study.plan import expand
from gradient_horizon.tables.catalogue import TABLES

ROOT = Path(__file__).parents[2]
PROSE = ROOT / "report"
LANGUAGES = ("en", "pl")
COMMIT = {"commit": "c0ffee", "day": "2026-11-24", "preset": "smoke"}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="{n}" height="5"/></svg>'
CLAIMS = [registries.load(registries.CLAIMS, "claim", name) for name in registries.CLAIMS]
SPECIFICATION = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "data": {"values": [{"x": 0.5, "y": 1.25}, {"x": 1.5, "y": 2.5}]},
    "params": [{"name": "cut", "value": 1, "bind": {"input": "range", "min": 0, "max": 2, "step": 1, "name": "cut"}}],
    "transform": [{"filter": "datum.x >= cut"}],
    "mark": "point",
    "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}},
}


def make_study(results: Path) -> Path:
    """Writes plan, tables, verdicts, figures and provenance into a folder."""
    study = load_study(read_yaml(ROOT / "config.yaml", ROOT / "workflow" / "presets" / "smoke.yaml"))
    write(results / "plan" / "study.json", study.model_dump_json())
    write(results / "plan" / "runs.csv", as_csv((spec, keys_of(spec)) for spec in expand(study)))
    empty = {name: contract.frame([]) for name, contract in TABLES.items()}
    for name, contract in TABLES.items():
        contract.save(empty[name], results / "tables")
    judge_all(empty, PROSE, results / "claims")
    for language in LANGUAGES:
        for n, name in enumerate(registries.FIGURES, start=1):
            write(results / "figures" / language / f"{name}.svg", SVG.format(n=n))
    write_json(results / "made_of.json", {"missing": [], "facts": {"torch": ["9.9"], "system": ["Some OS"]}})
    return results


def give_verdict(results: Path, verdict: Verdict) -> None:
    """Lets every test come out so that claims with boundary tests have this verdict, with distinct numbers."""
    outcomes = {
        Verdict.SUPPORTED: ("pass", "pass"),
        Verdict.CONDITIONAL: ("pass", "fail"),
        Verdict.ONLY_IF: ("fail", "pass"),
        Verdict.REFUTED: ("fail", "fail"),
        Verdict.INCONCLUSIVE: ("unclear", "unclear"),
    }[verdict]
    tests, verdicts = TESTS.load(results / "claims"), VERDICTS.load(results / "claims")
    main = tests["kind"].eq("main")
    tests["outcome"] = pd.array([outcomes[0] if each else outcomes[1] for each in main], dtype="string")
    tests["n"] = pd.array([7] * len(tests), dtype="Int64")
    tests["effect"] = [0.5 + n / 1000 for n in range(len(tests))]
    tests["effect_low"], tests["effect_high"] = tests["effect"] - 0.25, tests["effect"] + 0.25
    verdicts["verdict"] = pd.array([verdict.value] * len(verdicts), dtype="string")
    TESTS.save(tests, results / "claims")
    VERDICTS.save(verdicts, results / "claims")


def html_of(results: Path, language: str, prose: Path = PROSE) -> str:
    """The page."""
    data, figures = contents(results, prose, language, COMMIT), results / "figures" / language
    with typesetting.staged(prose, data, figures) as root:
        return page(data, typesetting.body(root, language), prose, figures)


def pdf_of(results: Path, language: str, prose: Path = PROSE) -> bytes:
    """The PDF."""
    data = printable(contents(results, prose, language, COMMIT))
    with typesetting.staged(prose, data, results / "figures" / language) as root:
        return typesetting.pdf(root, language)
