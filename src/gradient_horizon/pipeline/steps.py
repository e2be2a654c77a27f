"""Every step of the command line: its name, what it does, the function that does it, and its options."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from gradient_horizon.pipeline import places
from gradient_horizon.pipeline.argument_types import (
    action_of_store,
    folder,
    minutes,
    named_folder,
    own_class,
    whole_number,
    wish,
)
from gradient_horizon.pipeline.places import PRESETS, PROJECT, SOURCES, STORE


class Option(NamedTuple):
    """An option of a step, or, without dashes, a positional argument; one without a default must be given.

    An option whose default is False is given without a value.
    """

    name: str
    type: Callable[[str], Any] = Path
    default: Any = ...
    help: str = ""
    many: bool = False


class Step(NamedTuple):
    """A step of the command line; `function` is "module:name", called with the options by keyword."""

    name: str
    purpose: str
    function: str
    options: tuple[Option, ...]


JOBS, COMMANDS = "gradient_horizon.pipeline.jobs", "gradient_horizon.pipeline.commands"
FILES = Option("files", Path, [Path("config.yaml")], "configuration files, laid over each other", many=True)
RESULTS = Option("results", folder, Path("results/default"), "folder of a study's results")
TEXTS = Option("--sources", Path, SOURCES, "folder with the texts, templates and styles of the report")
REPORT = (
    Option("--results"),
    TEXTS,
    Option("--commit", str),
    Option("--language", str),
    Option("--out"),
)

STEPS = (
    Step(
        "list-runs",
        "writes the study, and its runs with their places in the store",
        f"{JOBS}.list_runs:write_plan",
        (
            Option("--study", str),
            Option("--experiments", str),
            Option("--digest", str),
            Option("--study-out"),
            Option("--out"),
        ),
    ),
    Step(
        "batch",
        "trains and measures the runs of a batch that the store lacks",
        f"{JOBS}.batch:run_batch",
        (Option("--runs"), Option("--store"), Option("--results"), Option("--manifest")),
    ),
    Step(
        "checks",
        "measures powers of matrices, and compares our cells with torch.nn's",
        f"{JOBS}.checks:write_checks",
        (Option("--out"),),
    ),
    Step(
        "tables",
        "puts finished runs into tables",
        f"{JOBS}.tables:make_tables",
        (
            Option("--study"),
            Option("--runs"),
            Option("--store"),
            Option("--checks"),
            Option("--out"),
            Option("--made-of"),
            Option("--durations"),
        ),
    ),
    Step(
        "claims",
        "judges the claims from the tables",
        f"{JOBS}.claims:judge_claims",
        (Option("--study"), Option("--tables"), TEXTS, Option("--out")),
    ),
    Step(
        "claim-folders",
        "writes the folder of every claim, with which others can check it",
        f"{JOBS}.claim_folders:make_folders",
        (Option("--results"), TEXTS, Option("--out")),
    ),
    Step(
        "methods",
        "writes what a study did as a paragraph with its bibliography, in all languages",
        f"{JOBS}.methods:make_methods",
        (Option("--results"), TEXTS, Option("--out")),
    ),
    Step(
        "figures",
        "draws all figures in all languages",
        f"{JOBS}.figures:draw_all",
        (Option("--study"), Option("--tables"), Option("--claims"), TEXTS, Option("--out")),
    ),
    Step(
        "live",
        "gathers what the live parts of the page compute with",
        f"{JOBS}.live:write_live",
        (Option("--tables"), Option("--out")),
    ),
    Step(
        "published",
        "sets published results beside ours",
        f"{JOBS}.published:compare_published",
        (Option("--claims"), TEXTS, Option("--out")),
    ),
    Step("page", "assembles the report as an HTML page", f"{JOBS}.report:make_page", REPORT),
    Step("pdf", "assembles the report as a PDF", f"{JOBS}.report:make_pdf", REPORT),
    Step("poster", "sets the report on one page, and its preview", f"{JOBS}.report:make_poster", REPORT),
    Step(
        "complete",
        "says whether all runs of a study are there",
        f"{JOBS}.complete:check_complete",
        (Option("--made-of"), Option("--failures"), Option("--out")),
    ),
    Step(
        "plan",
        "says what a study would run, why, and what that costs",
        f"{COMMANDS}.plan:print_plan",
        (
            FILES,
            Option("--runs", bool, False, "with a line for each run"),
            Option("--cores", whole_number, None, "the number of cores to reckon with; by default all"),
            Option("--batch-minutes", minutes, 1.0, "how long a batch should take"),
            Option("--config", wish, None, "wishes as Snakemake takes them, such as seeds=4", many=True),
        ),
    ),
    Step(
        "status",
        "says how far the studies of this folder are",
        f"{COMMANDS}.status:print_status",
        (
            Option("study", str, None, "one study, by the name of its folder in results/; by default all"),
            Option("--watch", bool, False, "again and again, until no study goes on"),
        ),
    ),
    Step(
        "resume",
        "goes on with the study that was started last, or with this one",
        f"{COMMANDS}.resume:resume",
        (
            Option("study", str, None, "a study that was started, by the name of its folder in results/"),
            Option(
                "--cores",
                whole_number,
                None,
                "the number of cores; by default as in that call",
            ),
        ),
    ),
    Step(
        "new",
        "makes a folder for a study of your own, with examples of a cell, a task and data",
        f"{COMMANDS}.new:new_study",
        (
            Option("name", help="the folder to be made, whose name is the study's"),
            Option("--from", Path, None, "a configuration to begin with, in place of the example"),
        ),
    ),
    Step(
        "preset",
        "says where a preset of the project stands, for --configfile; without a name, lists them",
        f"{COMMANDS}.preset:print_preset",
        (Option("name", str, None, "the preset, or `default`"),),
    ),
    Step(
        "profile",
        "copies a profile for a cluster into profiles/ of this folder; without a name, lists them",
        f"{COMMANDS}.profile:copy_profile",
        (Option("name", str, None, "the profile"),),
    ),
    Step(
        "preflight",
        "looks for what would cost a study its report, in seconds",
        f"{COMMANDS}.preflight:run_preflight",
        (
            FILES,
            Option("--study", str, None, "the study as JSON, in place of the files"),
            Option("--preset", str, None, "the name of the study's configuration, in place of the files' names"),
        ),
    ),
    Step(
        "check-own",
        "tries classes of your own on something tiny, and says what was checked",
        f"{COMMANDS}.check_own:check_own",
        (Option("classes", own_class, help="cells, tasks or changes, as module:Class", many=True),),
    ),
    Step(
        "doctor",
        "looks whether this machine, or a cluster, has what a study needs",
        f"{COMMANDS}.doctor:examine",
        (
            Option("--cluster", bool, False, "also Slurm, its partition and account, and a small job on each node"),
            Option("--partition", str, None, "the partition; by default that of profiles/slurm"),
            Option("--account", str, None, "the account; by default that of profiles/slurm"),
            Option("--wait", whole_number, 120, "seconds in which nodes are to answer"),
        ),
    ),
    Step(
        "store",
        "lists the runs of all studies, or removes those that none uses",
        f"{COMMANDS}.store:look_after_store",
        (
            Option("action", action_of_store, "list", "list (the default), used (by one study), or remove"),
            Option("study", str, None, "with `used`: the study"),
            Option("--dry-run", bool, False, "with `remove`: removes nothing, and says what it would"),
            Option("--yes", bool, False, "with `remove`: does not ask"),
        ),
    ),
    Step(
        "part",
        "copies of results what a merge needs, to be committed",
        f"{COMMANDS}.part:make_part",
        (
            Option("results", folder, help="folder of a study's results, or of a part of it"),
            Option("out", help="folder of the part, such as reference/PRESET/PART"),
        ),
    ),
    Step(
        "merge",
        "joins parts that were run apart, and judges the claims; or takes the runs of other stores into one",
        f"{COMMANDS}.merge:merge_folders",
        (
            Option(
                "folders",
                named_folder,
                help="folders that `part` wrote; or stores of other machines, each as PATH or, with the name by which "
                "reports tell where runs came from, NAME=PATH",
                many=True,
            ),
            Option(
                "--out",
                Path,
                None,
                "folder for the joined results of parts; of stores, that which takes, by default store",
            ),
            TEXTS,
            Option("--allow-versions", bool, False, "also parts made with other versions of libraries or code"),
            Option("--dry-run", bool, False, "of stores: takes nothing, and says what would be taken"),
        ),
    ),
    Step(
        "check",
        "compares files with their checksums",
        f"{COMMANDS}.check:check_files",
        (Option("folders", folder, [STORE, places.RESULTS], "folders of files with checksums", many=True),),
    ),
    Step(
        "compare",
        "holds results against those of an earlier run",
        f"{COMMANDS}.compare:compare_results",
        (
            Option("reference", folder, None, "folder of the earlier run's results; by default parts in reference/"),
            RESULTS,
            Option("--tolerance", float, 1e-9, "relative tolerance; 0.05 for another machine"),
        ),
    ),
    Step(
        "control-claims",
        "judges claims on shuffled arms, which may hardly support them",
        f"{COMMANDS}.check_claims:control_claims",
        (
            RESULTS,
            Option("--store", folder, STORE, "folder of the runs"),
            Option("--shuffles", whole_number, 200, "how often arms are shuffled"),
        ),
    ),
    Step(
        "check-claims",
        "says whether shuffled arms and recomputed effects speak against any claim",
        f"{COMMANDS}.check_claims:check_claims",
        (RESULTS,),
    ),
    Step("verify", "runs a study again and again, and compares", f"{COMMANDS}.verify:verify_study", (FILES,)),
    Step(
        "simulate",
        "holds intervals and tests against studies of known truths",
        f"{COMMANDS}.simulate:simulate_studies",
        (
            Option("--draws", whole_number, 2000, "drawn studies for every truth and number of seeds"),
            Option("--out", Path, Path("docs/simulated.md"), "page to be written"),
        ),
    ),
    Step(
        "schema",
        "writes the JSON schema of config.yaml",
        f"{COMMANDS}.schema:write_schema",
        (Option("--out", Path, PROJECT / "workflow" / "schemas" / "config.schema.json"),),
    ),
    Step(
        "reference",
        "writes the reference of the documentation from schemas, registries and docstrings",
        "gradient_horizon.documenting.write:write_reference",
        (
            Option("--project", folder, Path(), "folder with config.yaml, report, workflow and Makefile"),
            Option("--out", Path, Path("docs/reference"), "folder of the pages"),
        ),
    ),
    Step(
        "freeze",
        "writes the digests of the design of every claim's evidence",
        f"{COMMANDS}.fresh:freeze_design",
        (FILES, Option("--out", Path, SOURCES / "fresh")),
    ),
    Step(
        "fresh",
        "keeps the verdicts of a study on fresh seeds for the report",
        f"{COMMANDS}.fresh:keep_verdicts",
        (Option("results", folder, Path("results/fresh")), Option("--out", Path, SOURCES / "fresh")),
    ),
    Step(
        "keep-published",
        "keeps our numbers for published results, for the reports of all studies",
        f"{COMMANDS}.published:keep_published",
        (
            Option("results", folder, [Path("results/paper")], "results that have the runs", many=True),
            Option(
                "--beyond",
                Path,
                PRESETS / "paper-beyond.yaml",
                "the runs that are only priced",
            ),
            TEXTS,
        ),
    ),
    Step(
        "showcase",
        "puts a rendered report beside README",
        f"{COMMANDS}.showcase:write_showcase",
        (Option("--results"), TEXTS, Option("--readme")),
    ),
)
