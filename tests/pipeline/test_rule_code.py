"""Each rule declares the code that its jobs run, all of it and no more than that."""

import ast
import json
from functools import cache

import pytest
from import_closure import PACKAGE, closure, looked_up
from planned_jobs import planned_jobs

from gradient_horizon import registries
from gradient_horizon.cells.interchange import LAYERS

EXEMPT = {
    "errors.py": "holds sentences of errors; no result depends on one",
    "registries.py": "names things; the file behind a name is declared where the name is used",
    "study/limits.py": "bounds memory: a sequence that is run in segments gives the same bits",
    "training/code.py": "names files; their contents are declared",
    "training/progress.py": "prints how far training is",
}
"""Modules that a job imports and that no rule declares, each with the reason."""

NAMES_ONLY = {"BASES", "CELLS", "TABLES"}
"""Registries of which jobs that do not train look at names, or at schemas, whose code the rule `tables` declares."""

JOBS = planned_jobs()
MAKER = {file: job for job in JOBS for file in job.outputs}
RULES = sorted({job.rule for job in JOBS if job.command})


@cache
def upstream(job):
    """The jobs that make what a job reads, and those before them."""
    reached, waiting = [], [job]
    while waiting:
        makers = {id(maker): maker for file in waiting.pop().inputs if (maker := MAKER.get(file)) is not None}
        new = [maker for maker in makers.values() if not any(maker is each for each in reached)]
        reached += new
        waiting += new
    return tuple(reached)


def files(registry, names):
    """The files of the package behind names."""
    paths = (registries.source_file(registry, "name", name) for name in names)
    return {path.relative_to(PACKAGE).as_posix() for path in paths if path.is_relative_to(PACKAGE)}


def of_run(spec):
    """The files behind the names of a run: its cell, task and changes, and what its changes name in turn."""
    changes = [name for name, _ in spec["changes"]]
    classes = [registries.load(registries.CHANGES, "change", name) for name in changes]
    in_turn = [path for each in classes for path in (each.parametrisation,) if path]
    return {
        "CELLS": files(registries.CELLS, [spec["cell"]]),
        "TASKS": files(registries.TASKS, [spec["task"]]),
        "CHANGES": files(registries.CHANGES, changes) | files({}, in_turn),
    }


def of_study(study):
    changes = {entry["change"] for entries in study["remedies"].values() for entry in entries}
    return {
        "TASKS": files(registries.TASKS, {experiment["task"] for experiment in study["experiments"]}),
        "CHANGES": files(registries.CHANGES, changes),
    }


def named(job):
    """The files behind the names that a job is given, by registry."""
    match job.rule:
        case "train":
            return of_run(json.loads(job.option("--spec")))
        case "measure":
            return named(MAKER[job.option("--networks")])
        case "equality":
            return {"CELLS": files(registries.CELLS, LAYERS)}
        case "plan":
            return of_study(json.loads(job.option("--study")))
        case "tables":
            runs = [named(each)["TASKS"] for each in upstream(job) if each.rule == "train"]
            return {"TASKS": set().union(*runs), "TABLES": files(registries.TABLES, registries.TABLES)}
        case "figure":
            return {"FIGURES": files(registries.FIGURES, [job.option("--name")])}
        case "interactive":
            return {"INTERACTIVE": files(registries.INTERACTIVE, [job.option("--name")])}
        case "claims":
            return {"CLAIMS": files(registries.CLAIMS, registries.CLAIMS)}
        case "page" | "pdf":
            plan = next(each for each in upstream(job) if each.rule == "plan")
            return named(plan) | {"CLAIMS": files(registries.CLAIMS, registries.CLAIMS)}
    return {}


@cache
def needed(job):
    """The code that a job runs, but for what is exempt."""
    behind = named(job)
    code = closure(job.entry, named=set().union(*behind.values()))
    assert looked_up(code) <= behind.keys() | NAMES_ONLY, f"{job.rule} looks names up that this test does not know of"
    return code - EXEMPT.keys()


def before(job):
    """The code that the rules before a job declare."""
    return set().union(*(each.code for each in upstream(job)))


def missing(job):
    """Code that a job runs, and neither its rule nor one before it declares."""
    return needed(job) - job.code - before(job)


def test_the_dry_run_lists_every_rule():
    assert set(RULES) == {
        "claims", "durations", "equality", "figure", "interactive", "measure", "page", "pdf", "plan", "powers",
        "tables", "train",
    }  # fmt: skip
    assert len([job for job in JOBS if job.rule == "train"]) > 200


@pytest.mark.parametrize("rule", RULES)
def test_the_code_that_a_rule_declares_covers_what_its_jobs_import(rule):
    for job in JOBS:
        if job.rule == rule:
            assert missing(job) == set(), f"edits of these would not run {rule} again"


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_declares_no_code_that_none_of_its_jobs_imports_or_that_rules_before_it_declare(rule):
    jobs = [job for job in JOBS if job.rule == rule]
    for file in set().union(*(job.code for job in jobs)):
        assert any(file in needed(job) for job in jobs), f"edits of {file} would run {rule} again for nothing"
        assert not any(file in before(job) for job in jobs)


@pytest.mark.parametrize("rule", RULES)
def test_a_declared_file_that_is_taken_away_is_missed(rule):
    jobs = [job for job in JOBS if job.rule == rule]
    declared = set().union(*(job.code for job in jobs))
    assert declared
    for file in declared:
        job = next(job for job in jobs if file in needed(job))
        less = job._replace(inputs=tuple(each for each in job.inputs if not each.endswith(f"gradient_horizon/{file}")))
        assert missing(less) == {file}


def test_init_files_hold_a_docstring_only_and_so_need_no_declaration():
    for file in PACKAGE.glob("*/**/__init__.py"):
        (only,) = ast.parse(file.read_text()).body
        assert isinstance(only, ast.Expr)


def test_every_exempt_file_is_there():
    assert all((PACKAGE / file).is_file() for file in EXEMPT)
