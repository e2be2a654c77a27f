"""A folder per claim that others can check: contract, command, rows, runs, verdict and limits.

A claim whose runs only a preset has gets one in every study; where it was not judged, its verdict is null, and its
command runs the preset.
"""

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.contract import Frozen, contract
from gradient_horizon.claims.coverage import arms_read
from gradient_horizon.claims.design import design_digests
from gradient_horizon.claims.extract import extract
from gradient_horizon.claims.family import TestRow
from gradient_horizon.claims.fresh import DESIGN
from gradient_horizon.claims.limits import limits
from gradient_horizon.claims.registered import REGISTERED, Claims
from gradient_horizon.claims.sentence import sentence
from gradient_horizon.claims.texts import Texts
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.language.display_names import NO_WIDTHS
from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.language.words import Words, read_words
from gradient_horizon.pipeline.places import (
    COMMAND,
    CONTRACT,
    CONTROL,
    INDEPENDENT,
    ROWS,
    RUN_TIME,
    RUNS,
    STUDY,
    VERDICT,
    in_project,
)
from gradient_horizon.storage import remove, write, write_json
from gradient_horizon.store.keys import Keys
from gradient_horizon.study.model import Study
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.tables.catalogue import TABLES, Tables

PROGRAMS = ".venv/bin/"
"""Where a checkout has its programs; a study in a folder of its own calls those that are installed."""

WORDS = "folders.json"
"""The words of these folders, in `report/LANGUAGE/`."""

KEPT_OF_TESTS = (
    "test",
    "kind",
    "setting",
    "n",
    "effect",
    "effect_censored",
    "effect_low",
    "effect_high",
    "silence",
    "outcome",
    "networks_needed",
)


@dataclass(frozen=True)
class Judged:
    """A judged study: what was asked, its runs, its tables, and what came out."""

    study: Study
    runs: Sequence[tuple[RunSpec, Keys]]
    tables: Tables
    verdicts: pd.DataFrame
    tests: pd.DataFrame


class Prose:
    """The texts of the folders in all languages, with a study's widths, and the frozen designs, from the report.

    Raises ReportError where a text is missing.
    """

    def __init__(self, sources: Path, claims: Claims = REGISTERED, widths: Mapping[str, int] = NO_WIDTHS):
        self.texts = {language: Texts.read(sources, language, claims, widths) for language in LANGUAGES}
        self.words: dict[str, Words] = {language: read_words(sources / language / WORDS) for language in LANGUAGES}
        design = sources / "fresh" / DESIGN
        self.frozen: Frozen = json.loads(design.read_text(encoding="utf-8")) if design.is_file() else {}


def write_folders(claims: Sequence[Claim], judged: Judged, prose: Prose, out: Path) -> None:
    """Writes the folder of each claim; what was checked of an earlier verdict is removed."""
    digests = design_digests(judged.study)
    for claim in claims:
        folder = out / claim.id
        for file in (CONTROL, INDEPENDENT, RUN_TIME):
            remove(folder / file)
        digest = digests.get(claim.id)
        agreed = contract(claim, judged.study, prose.texts, prose.words, digest=digest, frozen=prose.frozen)
        write_json(folder / CONTRACT, agreed, for_people=True)
        alone = study_of(claim, judged.study)
        write_json(folder / STUDY, alone.model_dump(mode="json"), for_people=True)
        write(folder / COMMAND, command(claim, alone, folder))
        write(folder / RUNS, _runs(claim, judged.runs))
        for table, rows in extract(claim, judged.tables).items():
            write(folder / ROWS / f"{table}.csv", TABLES[table].csv(rows))
        write_json(folder / VERDICT, _verdict(claim, judged, prose), for_people=True)


def study_of(claim: Claim, study: Study) -> Study:
    """The study cut down to what a claim rests on, under the claim's name; it has the same runs."""
    kept = tuple(each for each in study.experiments if each.name in claim.experiments)
    judge = tuple(each for each in study.judge if each.claim == claim.id)
    return study.model_copy(update={"name": claim.id, "experiments": kept, "judge": judge})


def command(claim: Claim, alone: Study, folder: Path) -> str:
    """The command that gives the verdict again: in a checkout of this version with `make setup` done, or here.

    Of a claim that rests on no runs it makes the checks anew that the claim rests on.
    """
    if not claim.experiments:
        return f"{PROGRAMS if in_project() else ''}python -m gradient_horizon checks --out checks\n"
    study, files = alone.name, (folder / STUDY).as_posix()
    if not alone.experiments:
        if claim.preset is None:
            return f"# this study has none of the experiments that the claim rests on: {', '.join(claim.experiments)}\n"
        preset = f"config.yaml workflow/presets/{claim.preset}.yaml"
        files = preset if in_project() else f"$(gradient_horizon preset {claim.preset})"
        study = f"{claim.preset}/only/{claim.id}"
    verdict = f"results/{study}/claims/{claim.id}/{VERDICT}"
    return f"{PROGRAMS if in_project() else ''}snakemake --cores 2 --configfile {files} -- {verdict}\n"


def _runs(claim: Claim, runs: Sequence[tuple[RunSpec, Keys]]) -> str:
    """The runs that a claim rests on, with the digests under which the store has their parts."""
    arms = {arm for test in claim.tests for arm in arms_read(test)}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = ("experiment", "task", "cell", "remedy", "length")
    writer.writerow(("run", *names, "networks", "history", "measures", "further"))
    for spec, keys in runs:
        if (spec.experiment, spec.cell, spec.remedy) in arms:
            own = (getattr(spec, name) for name in names)
            writer.writerow((spec.id, *own, keys.networks, keys.history, keys.measures, keys.further))
    return text.getvalue()


def _verdict(claim: Claim, judged: Judged, prose: Prose) -> dict[str, Any]:
    verdicts = judged.verdicts.set_index("claim")["verdict"]
    if claim.id not in verdicts:
        said = {language: words["not_judged"].format(preset=claim.preset) for language, words in prose.words.items()}
        nothing = {"tests": [], "limits": {language: [] for language in LANGUAGES}}
        return {"claim": claim.id, "verdict": None, "sentence": said, **nothing}
    verdict = Verdict(verdicts[claim.id])
    rows: list[TestRow] = judged.tests[judged.tests["claim"].eq(claim.id)].to_dict("records")
    return {
        "claim": claim.id,
        "verdict": verdict.value,
        "sentence": {language: sentence(verdict, rows, texts) for language, texts in prose.texts.items()},
        "tests": [{name: _number(row[name]) for name in KEPT_OF_TESTS} for row in rows],
        "limits": {
            language: limits(claim, rows, judged.study, judged.tables, texts, prose.words[language])
            for language, texts in prose.texts.items()
        },
    }


def _number(value: Any) -> Any:
    """As JSON has it, with a word for an open end of an interval; null: there is none."""
    return str(value) if isinstance(value, float) and math.isinf(value) else value
