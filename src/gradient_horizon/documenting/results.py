"""The pages on what a study leaves behind: its folders, from the rules, and its tables, from their schemas."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from gradient_horizon import registries
from gradient_horizon.claims import schemas
from gradient_horizon.documenting.markdown import code, listed, page, plain, table
from gradient_horizon.errors import ReportError
from gradient_horizon.pipeline.places import CLAIM_FILES, CONTROL, INDEPENDENT, ROWS, RUN_TIME
from gradient_horizon.tables.catalogue import FROM_NETWORKS, FROM_RUNS, FROM_TABLES, TABLES
from gradient_horizon.tables.schema import Schema

FOLDERS = """\
Each study has a folder, `results/STUDY/`: STUDY is the key `name` of `config.yaml`, else the names of the files laid
over it, else `default`. A part of a study that was asked for alone has the same folders in
`results/STUDY/only/NAME/`. Each rule of the workflow, and what it writes there:"""
OUTSIDE = """\
Outside of it stands `store/`: the networks at three moments, the history of training, outcome, versions and all
measures of every run, each under a digest of all that decides it, shared by all studies of the folder. `python -m
gradient_horizon store` lists what is in use."""
OF_A_CLAIM = f"""\
Each claim has a folder with which others can check it: {listed(CLAIM_FILES)}, and in `{ROWS}/` the rows of tables
that it rests on. `make check-claims` adds {listed((CONTROL, INDEPENDENT, RUN_TIME))}."""
TABLES_INTRODUCTION = """\
Every table is there twice, in `results/STUDY/tables/`: as `NAME.parquet` for programs and as `NAME.csv` for people,
with the same columns; `verdicts` and `tests` stand in `results/STUDY/claims/`. A column NAME_censored says whether
NAME is the value itself (`no`), or a limit: the value is at most (`left`) or at least (`right`) this. An interval is
of 95 %, unless its column says otherwise."""


class Rule(NamedTuple):
    """A rule of the workflow: what it does, and the folders or files in the results that it writes."""

    name: str
    purpose: str
    outputs: tuple[str, ...]


def rules(snakefile: Path) -> list[Rule]:
    """The rules that write results, in the order of the Snakefile; raises ReportError where there are none."""
    found = []
    included = re.findall(r"\w+\.smk", snakefile.read_text(encoding="utf-8"))
    for name in dict.fromkeys(included):
        file = snakefile.parent / "workflow" / "rules" / name
        for block in re.split(r"^rule ", file.read_text(encoding="utf-8"), flags=re.M)[1:]:
            rule = block.partition(":")[0]
            purpose = re.search(r'"""(.*?)(?:\n\n.*?)?"""', block, re.S)
            written = re.search(r"^    output:\n(.*?)^    \w+:", block, re.S | re.M)
            if purpose is None or written is None:
                raise ReportError(f"rule {rule} in {name} must have a docstring and an output")
            outputs = dict.fromkeys(map(_place, re.findall(r'"(results/[^"]*)"', written[1])))
            if outputs:
                found.append(Rule(rule, " ".join(purpose[1].split()), tuple(outputs)))
    if not found:
        raise ReportError(f"{snakefile} must include files of rules that write results")
    return found


def _place(pattern: str) -> str:
    """The pattern of an output as people write it."""
    place = re.sub(r"\{+(?:part|study)\}+/?", "STUDY/", pattern)
    place = re.sub(r"\{+(?:claim|figure|file|folder)\}+.*", "", place)
    return re.sub(r"\{+(\w+)\}+", lambda found: found[1].upper(), place)


def folders_page(snakefile: Path) -> str:
    """The page on what is in each folder of results."""
    rows = [[listed(rule.outputs), plain(rule.purpose)] for rule in rules(snakefile)]
    tables = [[f"[`{name}`](tables.md#{name})", plain(f"a row is {schema.row}")] for name, schema in TABLES.items()]
    return page(
        "What is in each folder of results",
        FOLDERS,
        table(["written to", "what it is"], rows),
        "`results/STUDY/logs/` has one log per job, and in `failed/` one for every run that failed.",
        OUTSIDE,
        "## tables",
        "The [columns of every table](tables.md), with their units.",
        table(["table", "what is in it"], tables),
        "## claims",
        "`verdicts` has a row per [claim](claims.md), `tests` one per test and setting. " + OF_A_CLAIM,
        "## figures",
        f"In `figures/LANGUAGE/`, as `NAME.svg`, and as `NAME.narrow.svg` for phones: {listed(registries.FIGURES)}.",
    )


def tables_page() -> str:
    """The page on tables: what a row is; type, unit and meaning of every column."""
    of_claims = {schema.name: schema for schema in (schemas.VERDICTS, schemas.TESTS)}
    return page(
        "Tables and their columns",
        TABLES_INTRODUCTION,
        *(part for schema in {**TABLES, **of_claims}.values() for part in _table(schema)),
    )


def _table(schema: Schema) -> Iterator[str]:
    yield f"## `{schema.name}`"
    yield f"A row is {plain(schema.row)}. Made {_source(schema.name)}. Rows are told apart by {listed(schema.key)}."
    yield table(
        ["column", "type", "unit", "meaning"],
        [[code(each.name), each.kind, each.unit, plain(each.meaning)] for each in schema.file_columns],
    )


def _source(name: str) -> str:
    if name in FROM_RUNS:
        return "from the files of each run"
    if name in FROM_NETWORKS:
        return "from other tables and the files of the runs that they choose"
    if name in FROM_TABLES:
        return "from other tables"
    return "by a job of its own"
