"""Puts the report together: tables, verdicts and figures with the prose of report/, one self-contained page."""

import base64
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from gradient_horizon import registries
from gradient_horizon.claims.base import Verdict
from gradient_horizon.claims.judge import TESTS, VERDICTS
from gradient_horizon.reporting.numbers import Numbers
from gradient_horizon.reporting.strip import strip
from gradient_horizon.storage import write
from gradient_horizon.tables.contracts import load_tables

VERDICT_LOOKS = {
    Verdict.SUPPORTED.value: ("✓", "#116329", "supported"),
    Verdict.CONDITIONAL.value: ("✓*", "#6b4600", "conditional"),
    Verdict.ONLY_IF.value: ("if", "#1f4e9c", "only-if"),
    Verdict.REFUTED.value: ("✗", "#a40e26", "refuted"),
    Verdict.INCONCLUSIVE.value: ("?", "#57606a", "inconclusive"),
}


def build_report(results: Path, sources: Path, language: str, commit: str, out: Path) -> None:
    """Writes the report of a study in one language; a key that the data do not have stops the build."""
    write(out, render(results, sources, language, commit))


def render(results: Path, sources: Path, language: str, commit: str) -> str:
    """The page itself."""
    numbers = Numbers(language)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(sources),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": numbers.number, "share": numbers.share}
    tables = load_tables(results / "tables")
    study = json.loads((results / "plan" / "study.json").read_text(encoding="utf-8"))
    page = environment.get_template("page.html.j2")
    strings = json.loads((sources / language / "strings.json").read_text(encoding="utf-8"))
    return page.render(
        language=language,
        words=strings,
        study=study,
        commit=commit,
        style=Markup((sources / "style.css").read_text(encoding="utf-8")),
        claims=_claims(results, sources, language, numbers),
        verdict_counts=Counter(VERDICTS.load(results / "claims")["verdict"]),
        figures={
            name: _figure(results / "figures" / language / f"{name}.svg", strings, name) for name in registries.FIGURES
        },
        expected=len((results / "plan" / "runs.txt").read_text(encoding="utf-8").split()),
        found=len(tables["runs"]),
        networks=tables["networks"]["status"].value_counts().to_dict(),
        horizons=_horizons(tables["horizons"], numbers),
        others=_other_tasks(tables, numbers),
        provenance=_provenance(results),
    )


def _claims(results: Path, sources: Path, language: str, numbers: Numbers) -> list[dict[str, Any]]:
    tests = TESTS.load(results / "claims")
    found = []
    for claim in VERDICTS.load(results / "claims").to_dict("records"):
        mark, colour, style = VERDICT_LOOKS[claim["verdict"]]
        own = [_test(test, numbers) for test in tests[tests["claim"].eq(claim["claim"])].to_dict("records")]
        prose = f"{language}/claims/{claim['claim']}.html"
        found.append(
            {
                **claim,
                "mark": mark,
                "style": style,
                "tests": own,
                "main": [test for test in own if test["kind"] == "main"],
                "prose": prose if (sources / prose).is_file() else None,
                "strip": _strip(claim, colour, numbers),
                "estimate": own[0]["estimate"],
                "interval": own[0]["interval"],
            }
        )
    return found


def _test(test: dict[str, Any], numbers: Numbers) -> dict[str, Any]:
    return {
        **test,
        "estimate": numbers.number(test["effect"]),
        "interval": numbers.interval(test["effect_low"], test["effect_high"]),
        "passes_at": numbers.region(test["threshold_low"], test["threshold_high"]),
    }


def _strip(claim: dict[str, Any], colour: str, numbers: Numbers) -> Markup:
    title = (
        f"{claim['statistic']}: {numbers.number(claim['effect'])} {claim['unit'].replace('-', '')}, 95 % interval "
        f"{numbers.interval(claim['effect_low'], claim['effect_high'])}; passes at "
        f"{numbers.region(claim['threshold_low'], claim['threshold_high'])}"
    )
    region = (claim["threshold_low"], claim["threshold_high"])
    return strip(claim["effect"], claim["effect_low"], claim["effect_high"], region, colour, title)


def _figure(file: Path, strings: dict[str, Any], name: str) -> dict[str, str]:
    data = base64.b64encode(file.read_bytes()).decode()
    texts = strings["figures"][name]
    return {"source": f"data:image/svg+xml;base64,{data}", "alt": texts["alt"], "caption": texts["caption"]}


def _horizons(horizons: pd.DataFrame, numbers: Numbers) -> list[dict[str, str]]:
    rows = horizons[horizons["policy"].eq("chosen")]
    rows = rows[rows["experiment"].str.startswith("memory")]
    return [
        {
            "name": f"{row.cell}, {row.remedy}",
            "experiment": row.experiment,
            "n": numbers.number(row.n),
            "estimate": {"right": "> ", "left": "< "}.get(row.censored, "") + numbers.number(row.memory_horizon),
            "interval": numbers.interval(row.memory_horizon_low, row.memory_horizon_high),
        }
        for row in rows.sort_values("memory_horizon", ascending=False, kind="stable").itertuples()
    ]


def _other_tasks(tables: dict[str, pd.DataFrame], numbers: Numbers) -> list[dict[str, str]]:
    success, baselines = tables["success"], tables["baselines"]
    rows = success[success["policy"].eq("chosen") & success["task"].ne("recall")]
    trivial = baselines[baselines["rank"].eq(0)].set_index(["task", "length"])
    return [
        {
            "task": row.task,
            "cell": row.cell if row.remedy == "none" else f"{row.cell}, {row.remedy}",
            "length": numbers.number(row.length),
            "solved": f"{row.solved} / {row.n}",
            "interval": f"{numbers.share(row.solved_share_low)} – {numbers.share(row.solved_share_high)}",
            "loss": numbers.number(row.loss),
            "accuracy": numbers.share(row.accuracy),
            "baseline": f"{trivial.loc[(row.task, row.length), 'baseline']}: "
            f"{numbers.number(float(trivial.loc[(row.task, row.length), 'loss']))}",
        }
        for row in rows.itertuples()
    ]


def _provenance(results: Path) -> list[tuple[str, str]]:
    """What the runs say of where they ran; several values where they differ."""
    found: dict[str, set[str]] = {}
    runs = (results / "plan" / "runs.txt").read_text(encoding="utf-8").split()
    for run in runs:
        record = json.loads((results / "runs" / run / "provenance.json").read_text(encoding="utf-8"))
        facts = {**record["versions"], **record["machine"]}
        facts |= {key: value for key, value in record.items() if key not in ("versions", "machine")}
        for key, value in facts.items():
            found.setdefault(re.sub("_", " ", key), set()).add(str(value))
    return [(key, ", ".join(sorted(values))) for key, values in found.items()]
