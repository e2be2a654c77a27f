"""The digest of each rule's code covers all that its job imports, and changes with it and with nothing else."""

import ast
import shutil

import pytest
from import_closure import PACKAGE, closure, looked_up
from planned_jobs import planned_jobs

from gradient_horizon import registries
from gradient_horizon.pipeline import rule_code
from gradient_horizon.store.syntax import digest_of_code

EXEMPT = {
    "errors.py": "holds sentences of errors; no result depends on one",
    "__init__.py": "holds the version of the package",
    "registries.py": "names things; the file behind a name is counted where the name is used",
}
"""Modules that a job imports and that no digest covers, each with the reason."""

IN_KEYS = {"CELLS", "TASKS", "CHANGES", "BASES"}
"""Registries of which those names count that a run has: in the keys of the runs, which the plan lists."""

JOBS = {job.rule: job for job in planned_jobs()}
DIGESTED = sorted(rule_code.MODULES)


def covered(rule):
    names = (file.relative_to(PACKAGE).as_posix() for file in rule_code.files(rule))
    return {name for name in names if not name.endswith("__init__.py")}


def behind(registry):
    paths = (
        registries.source_file(getattr(registries, registry), "name", name) for name in getattr(registries, registry)
    )
    return {path.relative_to(PACKAGE).as_posix() for path in paths}


def needed(job):
    """The code that a job runs, found in another way than by `rule_code`, but for what is exempt."""
    code = closure(job.entry)
    while more := set().union(*(behind(registry) for registry in looked_up(code) - IN_KEYS)) - code:
        code = closure(job.entry, named=code | more)
    return code - EXEMPT.keys()


def test_the_dry_run_lists_every_rule():
    assert {*JOBS} == {
        "batch", "checks", "claims", "complete", "figures", "folders", "live", "methods", "page", "pdf", "plan",
        "poster", "published", "tables",
    }  # fmt: skip


@pytest.mark.parametrize("rule", DIGESTED)
def test_the_digest_of_a_rule_covers_what_its_job_imports_and_no_more(rule):
    assert covered(rule) == needed(JOBS[rule])


@pytest.mark.parametrize("rule", DIGESTED)
def test_every_file_that_is_covered_changes_the_digest(rule, tmp_path):
    files = rule_code.files(rule)
    before = rule_code.code(rule)
    for number, file in enumerate(sorted(files)):
        edited = tmp_path / f"{number}.py"
        shutil.copy(file, edited)
        assert digest_of_code([*(files - {file}), edited]) == before
        edited = tmp_path / f"{number}-edited.py"
        edited.write_text(f"{file.read_text()}\nEDITED = True\n")
        assert digest_of_code([*(files - {file}), edited]) != before


def test_rules_whose_jobs_depend_on_code_in_other_ways_are_those_named():
    assert {*JOBS} - {*DIGESTED} == {
        "batch",  # what decides a run is in its keys, and a batch lists what lacks
        "plan",  # its parameters are all that it writes
        "complete",  # passes on what the tables say is missing
    }


def test_init_files_hold_a_docstring_only():
    for file in PACKAGE.glob("*/**/__init__.py"):
        (only,) = ast.parse(file.read_text()).body
        assert isinstance(only, ast.Expr)


def test_every_exempt_file_is_there():
    assert all((PACKAGE / file).is_file() for file in EXEMPT)
