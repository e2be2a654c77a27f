"""The command line that the workflow's rules call, one step each; and `plan`, `schema` and `contracts` for people."""

import argparse
import json
import math
import platform
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gradient_horizon.errors import ConfigError, DamagedError, PreflightError
from gradient_horizon.pipeline.startup import importing
from gradient_horizon.storage import damaged_files, read_arrays, require_whole, write, write_arrays
from gradient_horizon.study.run_spec import RunSpec

Arguments = argparse.Namespace


def main(arguments: list[str] | None = None) -> None:
    """Parses the command line and runs one step; exits with 2 and a sentence on bad input, 3 on damaged files."""
    parser = argparse.ArgumentParser(prog="gradient_horizon", description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)
    files = ("--networks", "--history", "--outcome", "--provenance", "--checkpoint")
    _add(steps, "train", train_step, "trains one run", "--spec", *files)
    _add(steps, "measure", measure_step, "measures one run", "--outcome", "--networks", "--measures")
    _add(steps, "powers", powers_step, "measures powers of matrices", "--out")
    _add(steps, "equality", equality_step, "compares our cells with torch.nn's", "--out")
    _add(
        steps,
        "tables",
        tables_step,
        "puts finished runs into tables",
        *("--runs", "--powers", "--equality", "--results", "--out"),
    )
    _add(steps, "claims", claims_step, "judges the claims from the tables", "--tables", "--sources", "--out")
    _add(steps, "figure", figure_step, "draws one figure in all languages", "--name", "--tables", "--claims", "--out")
    _add(
        steps,
        "interactive",
        interactive_step,
        "specifies one interactive figure in all languages",
        *("--name", "--tables", "--out"),
    )
    of_report = ("--runs", "--results", "--sources", "--commit", "--language", "--out")
    _add(steps, "page", page_step, "assembles the report as an HTML page", *of_report)
    _add(steps, "pdf", pdf_step, "assembles the report as a PDF", *of_report)
    _add(steps, "durations", durations_step, "says how long jobs took", "--runs", "--results", "--out")
    _add(steps, "showcase", showcase_step, "puts a rendered report beside README", "--results", "--sources", "--readme")
    _add(
        steps,
        "list-runs",
        list_runs_step,
        "writes the study and its run ids",
        *("--study", "--experiments", "--study-out", "--out"),
    )
    planning = _add(steps, "plan", plan_step, "lists the runs that a configuration asks for")
    planning.add_argument("files", nargs="*", default=["config.yaml"], help="configuration files, laid over each other")
    looking = _add(steps, "preflight", preflight_step, "looks for what would cost a study its report, in seconds")
    looking.add_argument("files", nargs="*", default=["config.yaml"], help="configuration files, laid over each other")
    looking.add_argument("--study", help="the study as JSON, in place of the files")
    looking.add_argument("--preset", help="the name of the study's configuration, in place of the files' names")
    checking = _add(steps, "check", check_step, "compares files with their checksums")
    checking.add_argument("results", nargs="?", type=Path, default=Path("results"), help="folder of a study's results")
    comparing = _add(steps, "compare", compare_step, "holds results against those of an earlier run")
    comparing.add_argument("reference", type=Path, help="folder of the earlier run's results")
    comparing.add_argument("results", nargs="?", type=Path, default=Path("results"), help="folder of a study's results")
    comparing.add_argument("--tolerance", type=float, default=1e-9, help="relative tolerance; 0.05 for another machine")
    verifying = _add(steps, "verify", verify_step, "runs a study twice and compares every byte")
    verifying.add_argument(
        "files", nargs="*", default=["config.yaml"], help="configuration files, laid over each other"
    )
    schema = _add(steps, "schema", schema_step, "writes the JSON schema of config.yaml")
    schema.add_argument("--out", type=Path, default=Path("workflow/schemas/config.schema.json"))
    given = parser.parse_args(arguments)
    try:
        given.run(given)
    except (ConfigError, PreflightError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    except DamagedError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(3)


def _add(
    steps: Any, name: str, run: Callable[[Arguments], None], help_text: str, *options: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = steps.add_parser(name, help=help_text, description=run.__doc__)
    parser.set_defaults(run=run)
    text = {"--spec", "--language", "--name", "--study", "--experiments", "--commit"}
    for option in options:
        parser.add_argument(option, required=True, type=str if option in text else Path)
    return parser


def train_step(given: Arguments) -> None:
    """Trains one run and writes its networks, its history, its outcome and its provenance."""
    with importing():
        from gradient_horizon.training.checkpoints import Checkpoint
        from gradient_horizon.training.loop import train

    spec = RunSpec.from_json(given.spec)
    _say(
        f"training {spec.id}: {len(spec.seeds)} + {len(spec.selection_seeds)} seeds x {len(spec.learning_rates)} rates"
    )
    checkpoint = Checkpoint(given.checkpoint, spec)
    result = train(spec, report=_say, checkpoint=checkpoint)
    write_arrays(given.networks, result.networks)
    write_arrays(given.history, result.history)
    outcome = {
        "spec": json.loads(spec.to_json()),
        "parameters": result.parameters,
        "recurrent_weights": result.recurrent_weights,
        "chosen_learning_rate": result.chosen_learning_rate,
        "networks": [asdict(outcome) for outcome in result.outcomes],
    }
    write(given.outcome, _json(outcome))
    write(given.provenance, _json(_provenance()))
    checkpoint.remove()


def measure_step(given: Arguments) -> None:
    """Takes all measures on the saved networks of one run."""
    with importing():
        from gradient_horizon.measuring.measure import measure

    require_whole(given.outcome, given.networks)
    outcome = json.loads(given.outcome.read_text(encoding="utf-8"))
    spec = RunSpec.from_json(json.dumps(outcome["spec"]))
    write_arrays(given.measures, measure(spec, outcome["chosen_learning_rate"], read_arrays(given.networks)))


def powers_step(given: Arguments) -> None:
    """Compares powers of matrices by eigenvalues with powers by multiplication."""
    from gradient_horizon.measuring.powers import measure_powers

    write(given.out, _json([powers._asdict() for powers in measure_powers()]))


def equality_step(given: Arguments) -> None:
    """Compares the states and gradients of our cells with those of torch.nn."""
    from gradient_horizon.measuring.equality import measure_equality

    write(given.out, _json([equality._asdict() for equality in measure_equality()]))


def tables_step(given: Arguments) -> None:
    """Puts the runs listed in a file, one id a line, into tables."""
    from gradient_horizon.tables.assemble import assemble
    from gradient_horizon.tables.catalogue import TABLES
    from gradient_horizon.tables.run_files import RunFiles
    from gradient_horizon.tables.summarise import summarise

    results = given.results
    require_whole(given.runs, given.powers, given.equality)
    runs = [
        RunFiles(
            run=run,
            outcome_file=results / "runs" / run / "outcome.json",
            history_file=results / "runs" / run / "history.safetensors",
            measures_file=results / "measures" / f"{run}.safetensors",
        )
        for run in given.runs.read_text(encoding="utf-8").split()
    ]
    require_whole(*(file for run in runs for file in (run.outcome_file, run.history_file, run.measures_file)))
    tables = assemble(runs)
    for name, file in (("powers", given.powers), ("equality", given.equality)):
        tables[name] = TABLES[name].frame(json.loads(file.read_text(encoding="utf-8")))
    tables |= summarise(tables)
    for name, table in tables.items():
        TABLES[name].save(table, given.out)


def claims_step(given: Arguments) -> None:
    """Judges every registered claim and writes verdicts and tests."""
    with importing():
        from gradient_horizon.claims.judge import judge_all
        from gradient_horizon.tables.catalogue import StoredTables

    judge_all(StoredTables(given.tables), given.sources, given.out)


def figure_step(given: Arguments) -> None:
    """Draws one figure from the tables and the verdicts."""
    with importing():
        from gradient_horizon.figures.draw import draw_figure

    draw_figure(given.name, given.tables, given.claims, given.out)


def interactive_step(given: Arguments) -> None:
    """Writes the specification of one interactive figure from the tables."""
    with importing():
        from gradient_horizon.figures.interactive.specify import write_specification

    write_specification(given.name, given.tables, given.out)


def page_step(given: Arguments) -> None:
    """Builds the report in one language as an HTML page."""
    with importing():
        from gradient_horizon.reporting.build import build_page

    _build(build_page, given)


def pdf_step(given: Arguments) -> None:
    """Builds the report in one language as a PDF."""
    with importing():
        from gradient_horizon.reporting.build import build_pdf

    _build(build_pdf, given)


def _build(build: Callable[[Path, Path, Path, str, Mapping[str, str], Path], None], given: Arguments) -> None:
    results = given.results
    require_whole(results / "plan" / "study.json", results / "plan" / "runs.txt")
    runs = (results / "plan" / "runs.txt").read_text(encoding="utf-8").split()
    require_whole(
        *_tables(results / "tables", results / "claims"),
        *sorted((results / "figures" / given.language).glob("*.svg")),
        *(given.runs / "runs" / run / "provenance.json" for run in runs),
        *sorted((results / "figures" / given.language).glob("*.vl.json")),
    )
    build(results, given.runs, given.sources, given.language, json.loads(given.commit), given.out)
    _say(f"the report is {given.out}")


def durations_step(given: Arguments) -> None:
    """Writes how long the jobs of the runs listed in a file took."""
    from gradient_horizon.pipeline.durations import write_durations

    require_whole(given.runs)
    write_durations(given.runs.read_text(encoding="utf-8").split(), given.results, given.out)


def showcase_step(given: Arguments) -> None:
    """Copies the report of a finished study into docs/, and its picture and verdicts into README."""
    from gradient_horizon.reporting.showcase import write_showcase

    write_showcase(given.results, given.sources, given.readme)


def list_runs_step(given: Arguments) -> None:
    """Writes the study as it is run, and the ids of the runs of some experiments, one a line."""
    from gradient_horizon.study.model import Study
    from gradient_horizon.study.plan import expand

    study = Study.model_validate_json(given.study)
    write(given.study_out, _json(study.model_dump(mode="json")))
    wanted = set(given.experiments.split())
    write(given.out, "".join(f"{spec.id}\n" for spec in expand(study) if spec.experiment in wanted))


def check_step(given: Arguments) -> None:
    """Prints the files of a study that are not what was written there, and says how they are made anew."""
    damaged = [str(file) for file in damaged_files(given.results)]
    if damaged:
        _say("\n".join(damaged))
        sys.stderr.write(f"To make them anew: snakemake --cores N --forcerun {' '.join(damaged)}\n")
        sys.exit(3)


def compare_step(given: Arguments) -> None:
    """Says which verdicts and numbers differ from those of an earlier run; exits with 1 if any does."""
    from gradient_horizon.pipeline.comparing import compare

    differences = compare(given.results, given.reference, tolerance=given.tolerance)
    for difference in differences:
        _say(f"{difference.where}: {difference.what}")
    _say(f"{len(differences) or 'no'} differences beyond a relative tolerance of {given.tolerance:g}")
    if differences:
        sys.exit(1)


def verify_step(given: Arguments) -> None:
    """Runs the study of this folder twice from nothing and compares every byte; exits with 1 if any differs."""
    from gradient_horizon.pipeline.verifying import verify

    with TemporaryDirectory(prefix="verify-") as place:
        differing = verify(Path.cwd(), Path(place), given.files, report=_say)
    if differing:
        sys.stderr.write("\n".join(("not the same in both runs:", *differing)) + "\n")
        sys.exit(1)
    _say("all files are the same in both runs")


def plan_step(given: Arguments) -> None:
    """Prints a line per run that these configuration files ask for, and how many networks that is."""
    from gradient_horizon.study.files import read_yaml
    from gradient_horizon.study.loading import load_study
    from gradient_horizon.study.plan import expand

    files = [Path(file) for file in given.files]
    specs = expand(load_study(read_yaml(*files), files))
    networks = 0
    for spec in specs:
        count = (len(spec.seeds) + len(spec.selection_seeds)) * len(spec.learning_rates)
        networks += count
        sys.stdout.write(f"{spec.id}  {count} networks, up to {spec.updates} updates of {spec.length} steps\n")
    sys.stdout.write(f"{len(specs)} runs, {networks} networks\n")


def preflight_step(given: Arguments) -> None:
    """Draws, typesets and tries own classes on a tiny batch; says what would cost the study its report."""
    with importing():
        from gradient_horizon.pipeline.preflight import Subject, problems, remarks
        from gradient_horizon.study.files import preset_name, read_yaml
        from gradient_horizon.study.loading import load_study
        from gradient_horizon.study.model import Study

    files = [Path(file) for file in given.files]
    study = Study.model_validate_json(given.study) if given.study else load_study(read_yaml(*files), files)
    subject = Subject(study, preset_name(files) if given.preset is None else given.preset)
    if found := list(problems(subject)):
        raise PreflightError(found)
    for remark in remarks(subject):
        _say(remark)
    _say("preflight: figures, page and PDF can be made")


def schema_step(given: Arguments) -> None:
    """Writes the JSON schema of config.yaml, for editors."""
    from gradient_horizon.study.model import json_schema

    write(given.out, json.dumps(json_schema(), indent=2, sort_keys=True) + "\n")


def _tables(*folders: Path) -> list[Path]:
    return [file for folder in folders for file in sorted(folder.glob("*.parquet"))]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _json(content: Any) -> str:
    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [plain(inner) for inner in value]
        return None if isinstance(value, float) and not math.isfinite(value) else value

    return json.dumps(plain(content), indent=1, sort_keys=True, allow_nan=False) + "\n"


def _provenance() -> dict[str, Any]:
    import torch

    packages = ("gradient-horizon", "numpy", "torch", "scikit-learn", "safetensors")
    return {
        "versions": {"python": platform.python_version(), **{name: version(name) for name in packages}},
        "machine": {"system": platform.system(), "architecture": platform.machine()},
        "torch_threads": torch.get_num_threads(),
        "cpu_capability": torch.backends.cpu.get_cpu_capability(),
    }
