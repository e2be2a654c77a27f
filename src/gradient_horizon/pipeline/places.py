"""Where things stand: in the folder of a study, relative to it, and what the project ships."""

from pathlib import Path

from gradient_horizon import folders

PACKAGE = Path(__file__).resolve().parents[1]
"""The folder of the code."""

INSTALLED = PACKAGE / "project"
"""The files of the project in a package that is installed."""

PROJECT = INSTALLED if INSTALLED.is_dir() else PACKAGE.parents[1]
"""The folder with the Snakefile, config.yaml, report/ and workflow/: a checkout, or inside of the installed package."""

SOURCES = PROJECT / "report"
"""The prose, templates and styles of the report."""

SNAKEFILE = PROJECT / "Snakefile"
"""The pipeline, to be included by the Snakefile of a study in a folder of its own."""

CONFIG = PROJECT / "config.yaml"
"""The default study."""

PRESETS = PROJECT / "workflow" / "presets"
"""Studies that are laid over the default one."""

PROFILES = PROJECT / "profiles"
"""Settings of Snakemake for kinds of machines."""

DEFAULT_PROFILE = PROFILES / "default"
"""The one that Snakemake finds by itself."""

STORE = folders.STORE
"""The runs of all studies of the folder."""

SPEED = STORE / "speed.json"
"""How fast this machine is, as measured."""

RESULTS = folders.RESULTS
"""A folder for each study."""

LAST = RESULTS / "last.json"
"""How Snakemake was called last."""

PLANNED = "GRADIENT_HORIZON_PLANNED"
"""The variable by which a job finds what its study was planned with (`environment`)."""

ONLY = "only"
"""The folder of the parts of a study, in that of its results."""

BATCH = "batch"
"""The rule that trains."""

CONTRACT, STUDY, COMMAND, RUNS, VERDICT = "contract.json", "study.json", "command.txt", "runs.csv", "verdict.json"
CLAIM_FILES = (CONTRACT, STUDY, COMMAND, RUNS, VERDICT)
"""What the folder of every claim has."""

ROWS = "rows"
"""The folder in it for the rows of tables that the claim rests on."""

CONTROL, INDEPENDENT, RUN_TIME = "control.json", "independent.json", "run_time.json"
"""What `make check-claims` adds to the folder of a claim."""


def in_project() -> bool:
    """Whether the study is run in the project's own folder, with its Makefile and environment."""
    return Path.cwd() == PROJECT


def shipped(name: str) -> str:
    """The path of a file of the project, as rules name it: relative where the project's folder is the study's."""
    return name if in_project() else str(PROJECT / name)


def report_sources() -> list[str]:
    """The prose, templates and styles of the report, as `shipped` names them."""
    files = sorted(path for path in SOURCES.rglob("*") if path.is_file())
    return [shipped(file.relative_to(PROJECT).as_posix()) for file in files]


def results_of(study: str) -> Path:
    """The results of a study."""
    return RESULTS / study


def failures_of(results: Path) -> Path:
    """The folder with the log of every run that failed."""
    return results / "logs" / "failed"
