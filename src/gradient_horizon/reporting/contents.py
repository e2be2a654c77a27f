"""All that a report shows, in one language and with every number formatted: what Typst and the page are made from."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from gradient_horizon.claims.fresh import again_on_fresh_seeds
from gradient_horizon.claims.informative import Silence
from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.claims.schemas import TESTS, VERDICTS
from gradient_horizon.claims.settings import MODERN
from gradient_horizon.errors import ReportError
from gradient_horizon.language.words import read_words
from gradient_horizon.literature.compared import PUBLISHED
from gradient_horizon.literature.rows import read_rows, unread
from gradient_horizon.reporting.answer import answer
from gradient_horizon.reporting.box import box
from gradient_horizon.reporting.claim_contents import claim_contents
from gradient_horizon.reporting.learning_rates import edge_values
from gradient_horizon.reporting.memory_tables import (
    agreement_table,
    gradient_table,
    horizon_table,
    memory_table,
    other_tasks_table,
    theory_table,
)
from gradient_horizon.reporting.pictures import is_empty, texts
from gradient_horizon.reporting.predictions import prediction_sentences, prediction_table
from gradient_horizon.reporting.provenance_tables import provenance_tables, work_table
from gradient_horizon.reporting.published import published_summary, published_table
from gradient_horizon.reporting.slide import AFTER_THE_LECTURE, slide
from gradient_horizon.reporting.verdict_tables import fresh_summary, fresh_table, test_table, verdict_table
from gradient_horizon.reporting.wording import VERDICT_LOOKS, Wording
from gradient_horizon.study.model import Study
from gradient_horizon.study.plan import expand
from gradient_horizon.tables.catalogue import StoredTables

FRESH = "fresh"
"""The folder of the report's sources with the verdicts on fresh seeds."""


def contents(results: Path, prose: Path, language: str, commit: Mapping[str, str]) -> dict[str, Any]:
    """The report's data, from the results of a study or of a part of it.

    Raises ReportError or KeyError where a word, a text or a value is missing.
    """
    wording = Wording(prose, language)
    words, numbers = wording.words, wording.numbers
    tables = StoredTables(results / "tables")
    verdicts, tests = VERDICTS.load(results / "claims"), TESTS.load(results / "claims")
    study = json.loads((results / "plan" / "study.json").read_text(encoding="utf-8"))
    made_of = json.loads((results / "made_of.json").read_text(encoding="utf-8"))
    expected = len(expand(Study.model_validate(study)))
    done, networks = len(tables["runs"]), len(tables["networks"])
    again = again_on_fresh_seeds(Study.model_validate(study), tests, prose / FRESH)
    claims = {
        row["claim"]: claim_contents(
            wording,
            row,
            tests[tests["claim"].eq(row["claim"])].to_dict("records"),
            again.get(row["claim"]),
            study["name"],
        )
        for row in verdicts.to_dict("records")
    }
    counts = Counter(claim["verdict"]["style"] for claim in claims.values())
    missing = int(tests["silence"].eq(Silence.NO_RUNS).sum())
    published = PUBLISHED.load(results / "tables")
    runs_of = words["runs_of"].format(found=numbers.integer(done), expected=numbers.integer(expected))
    return {
        "language": language,
        "title": words["title"],
        "subtitle": words["subtitle"],
        "commit": commit["commit"],
        "date": numbers.day(commit["day"]),
        "day": [int(part) for part in commit["day"].split("-")] if commit["day"] else None,
        "facts": " · ".join(
            filter(
                None,
                (
                    f"{words['study']} {words['study_titles'].get(study['title'], study['title'])}",
                    f"{words['preset']} {commit['preset']}",
                    f"{words['commit' if commit['day'] else 'version']} {commit['commit']}",
                    f"{words['study_commit']} {commit['study']}" if "study" in commit else "",
                    numbers.day(commit["day"]),
                    runs_of,
                    numbers.counted(networks, words["networks"]),
                ),
            )
        ),
        "notices": [
            *(
                [words["partial"].format(found=numbers.integer(done), expected=numbers.integer(expected))]
                if done != expected
                else []
            ),
            *([words["failed"].format(runs=", ".join(made_of["missing"]))] if made_of["missing"] else []),
            *(
                [words["tests_without_runs"].format(missing=numbers.integer(missing), tests=len(tests))]
                if missing
                else []
            ),
        ],
        "answer": answer(wording, verdicts, tests, tables["horizons"]),
        "counts": [
            {"style": style, "word": words["verdicts"][style], "n": numbers.integer(counts[style])}
            for _, style in VERDICT_LOOKS.values()
            if counts[style]
        ],
        "claims": claims,
        "groups": _groups(wording, claims, lambda section: section != AFTER_THE_LECTURE),
        "after": _groups(wording, claims, lambda section: section == AFTER_THE_LECTURE),
        "box": box(prose, wording, Study.model_validate(study)),
        "slide": slide(prose, wording, claims, tests),
        "names": _names(wording, tables["networks"]),
        "elsewhere": _elsewhere(wording, claims),
        "then-and-now": bool(tables["runs"]["experiment"].isin(MODERN).any()),
        "figures": _figures(results, prose, language),
        "tables": {
            **_tables(prose, wording, tables, claims, tests, study, made_of["facts"], published),
            **({"fresh": fresh_table(wording, claims, verdicts, again)} if again else {}),
        },
        "fresh": fresh_summary(wording, verdicts, again),
        "published": {
            "summary": published_summary(wording, published),
            "unread": unread(prose / "published.json"),
        },
        "predicted": prediction_sentences(wording, tables),
        "values": {
            "runs": numbers.integer(done),
            "networks": numbers.integer(networks),
            "tests": numbers.integer(len(tests)),
            "claims": numbers.integer(len(claims)),
            **edge_values(wording, tables),
        },
    }


def _names(wording: Wording, networks: pd.DataFrame) -> dict[str, dict[str, str]]:
    """What the page's filters call the cells, remedies and tasks of a study."""
    shown = {"cell": wording.names.cell, "remedy": wording.names.remedy, "task": wording.names.task}
    names = {kind: {each: name(each) for each in sorted(set(networks[kind]))} for kind, name in shown.items()}
    names["remedy"]["none"] = wording.words["filters"]["no_remedy"]
    return names


def _elsewhere(wording: Wording, claims: Mapping[str, Any]) -> str:
    """The claims that this study does not ask, with the presets that do; nothing where it asks all."""
    of_presets: dict[str, list[str]] = {}
    for claim in registered_claims():
        if claim.preset is not None and claim.id not in claims:
            of_presets.setdefault(claim.preset, []).append(wording.texts.title(claim.id))
    return " ".join(
        wording.words["asked_elsewhere"].format(preset=preset, claims=", ".join(titles))
        for preset, titles in of_presets.items()
    )


def _groups(wording: Wording, claims: Mapping[str, Any], wanted: Any) -> list[dict[str, Any]]:
    sections = dict.fromkeys(claim["section"] for claim in claims.values())
    return [
        {
            "id": section.replace(" ", "-"),
            "title": wording.words["groups"][section],
            "claims": [name for name, claim in claims.items() if claim["section"] == section],
        }
        for section in sections
        if wanted(section)
    ]


def _figures(results: Path, prose: Path, language: str) -> dict[str, Any]:
    """What every figure shows, and its words: those for which the study has no runs are left out."""
    shown = {}
    for file in sorted((results / "figures" / language).glob("*.svg")):
        svg = file.read_text(encoding="utf-8")
        if file.stem.endswith(".narrow") or is_empty(svg):
            continue
        title, subtitle = texts(svg)
        shown[file.stem] = {"title": title, "subtitle": subtitle, **_figure_texts(prose, language, file.stem, title)}
    return shown


def _figure_texts(prose: Path, language: str, name: str, title: str) -> dict[str, str]:
    """Its caption, its data, and what a screen reader says of it: the finding, then the picture."""
    file = prose / language / "figures" / f"{name}.json"
    if not file.exists():
        raise ReportError(f"every figure must have its words in the report's folder, got no {file}")
    words = read_words(file)
    return {"alt": f"{title}. {words['alt']}", "caption": str(words["caption"]), "data": str(words["data"])}


def _tables(
    prose: Path,
    wording: Wording,
    tables: Mapping[str, pd.DataFrame],
    claims: Mapping[str, Any],
    tests: pd.DataFrame,
    study: Mapping[str, Any],
    facts: Mapping[str, list[str]],
    published: pd.DataFrame,
) -> dict[str, Any]:
    return {
        "verdicts": verdict_table(wording, claims),
        "horizons": horizon_table(wording, tables),
        "others": other_tasks_table(wording, tables),
        **{f"tests-{name}": test_table(wording, claim, tests) for name, claim in claims.items()},
        **provenance_tables(wording, study, facts),
        "work": work_table(wording, tables["networks"]),
        "memories": memory_table(wording, tables["memories"]),
        "gradients": gradient_table(wording, tables),
        "agreement": agreement_table(wording, tables["agreement"]),
        "predictions": prediction_table(wording, tables["prediction_agreement"]),
        "theory": theory_table(wording, tables["theory"]),
        "published": published_table(wording, read_rows(prose / "published.json"), published),
    }
