"""All that a report shows, in one language and with every number formatted: what Typst and the page are made from."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from gradient_horizon.claims.fresh import again_on_fresh_seeds
from gradient_horizon.claims.informative import Silence
from gradient_horizon.claims.judged import OWN, claims_of
from gradient_horizon.claims.schemas import TESTS, VERDICTS
from gradient_horizon.claims.settings import MODERN
from gradient_horizon.errors import ReportError
from gradient_horizon.language.words import read_words
from gradient_horizon.literature.compared import PUBLISHED
from gradient_horizon.literature.rows import read_rows, unread
from gradient_horizon.reporting.answer import answer
from gradient_horizon.reporting.asked import asked_elsewhere, asks_all, claims_shown
from gradient_horizon.reporting.box import box
from gradient_horizon.reporting.chance import wrong_by_chance
from gradient_horizon.reporting.claim_contents import DEFAULT, claim_contents, size_of_judged
from gradient_horizon.reporting.heading import Extent, heading, notices, part_of
from gradient_horizon.reporting.learning_rates import edge_values
from gradient_horizon.reporting.memory_tables import (
    agreement_table,
    gradient_table,
    horizon_table,
    memory_table,
    other_tasks_table,
    theory_table,
)
from gradient_horizon.reporting.origins import merged_sentence, origins_table
from gradient_horizon.reporting.pictures import is_empty, texts
from gradient_horizon.reporting.predictions import prediction_sentences, prediction_table
from gradient_horizon.reporting.provenance_tables import provenance_tables, work_table
from gradient_horizon.reporting.published import published_summary, published_table
from gradient_horizon.reporting.slide import AFTER_THE_LECTURE, slide
from gradient_horizon.reporting.trained import trained_table
from gradient_horizon.reporting.verdict_tables import fresh_summary, fresh_table, test_table, verdict_table
from gradient_horizon.reporting.wording import VERDICT_LOOKS, Wording
from gradient_horizon.study.judging import PREFIX
from gradient_horizon.study.model import Study
from gradient_horizon.study.plan import expand
from gradient_horizon.tables.catalogue import StoredTables
from gradient_horizon.tables.runs import widths_of

FRESH = "fresh"
"""The folder of the report's sources with the verdicts on fresh seeds."""
FEWEST_RANKED = 5
"""Over fewer kinds of networks, the order by which definitions of memory are compared says too little to be shown."""


def contents(results: Path, prose: Path, language: str, commit: Mapping[str, str]) -> dict[str, Any]:
    """The report's data, from the results of a study or of a part of it.

    Raises ReportError or KeyError where a word, a text or a value is missing.
    """
    tables = StoredTables(results / "tables")
    verdicts, tests = VERDICTS.load(results / "claims"), TESTS.load(results / "claims")
    shown = claims_shown(verdicts, tests, tables["runs"])
    verdicts, tests = (table[table["claim"].isin(shown)] for table in (verdicts, tests))
    whole = asks_all(shown)
    study = json.loads((results / "plan" / "study.json").read_text(encoding="utf-8"))
    own = claims_of(Study.model_validate(study))
    wording = Wording(prose, language, own, widths_of(tables["runs"]))
    words, numbers = wording.words, wording.numbers
    made_of = json.loads((results / "made_of.json").read_text(encoding="utf-8"))
    merged = made_of.get("origins", [])
    expected = len(expand(Study.model_validate(study)))
    done, networks = len(tables["runs"]), len(tables["networks"])
    once_more = again_on_fresh_seeds(Study.model_validate(study), tests, prose / FRESH)
    again = {name: each for name, each in once_more.items() if name in shown}
    claims = {
        row["claim"]: claim_contents(
            wording,
            row,
            tests[tests["claim"].eq(row["claim"])].to_dict("records"),
            again.get(row["claim"]),
            study["name"],
            every=whole,
        )
        for row in verdicts.to_dict("records")
    }
    for name in filter(own.is_own, claims):
        claims[name]["explanation"] += f" {size_of_judged(wording, name, tables['runs'])}".rstrip()
    counts = Counter(claim["verdict"]["style"] for claim in claims.values())
    part = part_of(results, study["name"])
    missing = int(tests["silence"].eq(Silence.NO_RUNS).sum())
    lacking = words["tests_without_runs"].format(missing=numbers.integer(missing), tests=len(tests))
    published = PUBLISHED.load(results / "tables")
    is_own = commit["preset"] == DEFAULT and study["name"] != DEFAULT
    runs_of = words["runs_of"].format(found=numbers.integer(done), expected=numbers.integer(expected))
    return {
        "language": language,
        **heading(wording, study, part, asks_all=whole),
        "asks_all": whole,
        "commit": commit["commit"],
        "date": numbers.day(commit["day"]),
        "day": [int(part) for part in commit["day"].split("-")] if commit["day"] else None,
        "facts": " · ".join(
            filter(
                None,
                (
                    f"{words['study']} {words['study_titles'].get(study['title'], study['title'])}",
                    "" if is_own else f"{words['preset']} {commit['preset']}",
                    f"{words['commit' if commit['day'] else 'version']} {commit['commit']}",
                    f"{words['study_commit']} {commit['study']}" if "study" in commit else "",
                    numbers.day(commit["day"]),
                    runs_of,
                    numbers.counted(networks, words["networks"]),
                ),
            )
        ),
        "notices": [
            *notices(wording, study, part, Extent(done, expected, tuple(made_of["missing"]))),
            *([lacking] if missing and whole else []),
        ],
        "answer": answer(wording, verdicts, tests, tables["horizons"], tables["networks"], tables["success"]),
        "counts": [
            {"style": style, "word": words["verdicts"][style], "n": numbers.integer(counts[style])}
            for _, style in VERDICT_LOOKS.values()
            if counts[style]
        ],
        "claims": claims,
        "groups": [
            *_groups(wording, claims, lambda section: section == OWN),
            *_groups(wording, claims, lambda section: section not in (OWN, AFTER_THE_LECTURE)),
        ],
        "after": _groups(wording, claims, lambda section: section == AFTER_THE_LECTURE),
        "box": box(prose, wording, Study.model_validate(study)),
        "slide": slide(prose, wording, claims, tests),
        "names": _names(wording, tables["networks"]),
        "elsewhere": asked_elsewhere(wording, claims),
        "several_known": whole or bool(tables["agreement"]["n"].ge(FEWEST_RANKED).any()),
        "then-and-now": bool(tables["runs"]["experiment"].isin(MODERN).any()),
        "figures": _figures(results, prose, wording),
        "tables": {
            **_tables(prose, wording, tables, claims, tests, study, made_of["facts"], published, whole),
            "trained": trained_table(wording, tables, every=not whole),
            **({"fresh": fresh_table(wording, claims, verdicts, again)} if again else {}),
            **({"origins": origins_table(wording, merged)} if merged else {}),
        },
        "fresh": fresh_summary(wording, verdicts, again),
        "published": {
            "shown": whole or _has_published(published, tables["runs"]),
            "summary": published_summary(wording, published),
            "unread": unread(prose / "published.json"),
        },
        "merged": merged_sentence(wording, merged),
        "predicted": prediction_sentences(wording, tables),
        "values": {
            "runs": numbers.integer(done),
            "networks": numbers.integer(networks),
            "tests": numbers.integer(len(tests)),
            "wrong_by_chance": wrong_by_chance(wording, len(tests) - (0 if whole else missing)),
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


def _has_published(published: pd.DataFrame, runs: pd.DataFrame) -> bool:
    """Whether a study has runs that stand beside published ones."""
    return bool(published["experiment"].isin(runs["experiment"]).any())


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


def _figures(results: Path, prose: Path, wording: Wording) -> dict[str, Any]:
    """What every figure shows, and its words: those for which the study has no runs are left out."""
    shown = {}
    for file in sorted((results / "figures" / wording.language).glob("*.svg")):
        svg = file.read_text(encoding="utf-8")
        if file.stem.endswith(".narrow") or is_empty(svg) or _is_of_earlier_claim(file.stem, wording):
            continue
        title, subtitle = texts(svg)
        shown[file.stem] = {"title": title, "subtitle": subtitle, **_figure_texts(prose, wording, file.stem, title)}
    return shown


def _is_of_earlier_claim(name: str, wording: Wording) -> bool:
    """Whether a figure was drawn for a claim that the study once made itself, and no longer makes."""
    return name.startswith(PREFIX) and not wording.texts.claims.is_own(name)


def _figure_texts(prose: Path, wording: Wording, name: str, title: str) -> dict[str, str]:
    """Its caption, its data, and what a screen reader says of it: the finding, then the picture."""
    texts = wording.texts
    if texts.claims.is_own(name):
        parts = {part: texts.of_figure(name, part) for part in ("alt", "caption", "data")}
        return parts | {"alt": f"{title}. {parts['alt']}"}
    file = prose / wording.language / "figures" / f"{name}.json"
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
    whole: bool,
) -> dict[str, Any]:
    return {
        "verdicts": verdict_table(wording, claims),
        "horizons": horizon_table(wording, tables),
        "others": other_tasks_table(wording, tables),
        **{f"tests-{name}": test_table(wording, claim, tests, every=whole) for name, claim in claims.items()},
        **provenance_tables(wording, study, facts),
        "work": work_table(wording, tables["networks"]),
        "memories": memory_table(wording, tables["memories"]),
        "gradients": gradient_table(wording, tables),
        "agreement": agreement_table(wording, tables["agreement"]),
        "predictions": prediction_table(wording, tables["prediction_agreement"]),
        "theory": theory_table(wording, tables["theory"]),
        "published": published_table(wording, read_rows(prose / "published.json"), published),
    }
