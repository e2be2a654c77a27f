"""What the Snakefile and its rules call: the plan of the study, and the files that each job depends on."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from snakemake.exceptions import WorkflowError

from gradient_horizon import registries
from gradient_horizon.errors import ConfigError
from gradient_horizon.pipeline import rule_code
from gradient_horizon.pipeline.checkout import checkout
from gradient_horizon.pipeline.command_line import REFUSED
from gradient_horizon.pipeline.preflight_record import digest, is_recorded, remember
from gradient_horizon.study.files import file_problems, preset_name
from gradient_horizon.study.loading import load_study
from gradient_horizon.study.plan import digest_of_runs, expand
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.training.code import PACKAGE

__all__ = ["Pipeline", "WorkflowError", "lift_job_limit", "refuse_odd_file"]


def refuse_odd_file(file: str) -> None:
    """Refuses a configuration file that is not plain YAML, before Snakemake reads it; raises WorkflowError."""
    if problems := list(file_problems(Path(file))):
        raise WorkflowError(str(ConfigError(problems)))


def lift_job_limit(workflow: Any) -> None:
    """Removes Snakemake's limit of jobs per second where jobs run on this machine, which has a limit of cores.

    With the limit, every finished job leaves a timer that polls for jobs once a second until the end (Snakemake 9.27):
    after some hundred jobs, scheduling alone occupies a core.
    """
    if workflow.local_exec and version("snakemake").startswith("9."):  # its private attribute, of that version
        workflow.scheduler.job_rate_limiter = None


class Pipeline:
    """The study behind a workflow; its methods are the input functions of the rules.

    Jobs run the Python that runs Snakemake, and find modules of the user's own beside the Snakefile.
    """

    def __init__(self, config: Mapping[str, Any], files: Sequence[str], *, root: str):
        os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        sys.path.insert(0, root)
        self.root = Path(root)
        self.study = load_study(config, [Path(file) for file in files])
        self.specs = {spec.id: spec for spec in expand(self.study)}
        self.preset = preset_name(map(Path, files))
        self.claim_files = [
            f"results/{{part}}claims/{name}.{kind}"
            for name in ("verdicts", "tests", "stability")
            for kind in ("parquet", "csv")
        ]
        self.table_files = [
            f"results/{{part}}tables/{name}.{kind}" for name in registries.TABLES for kind in ("parquet", "csv")
        ]

    def preflight(self) -> None:
        """Runs the preflight, unless nothing that it checks has changed since it last succeeded.

        Raises WorkflowError with a sentence for each problem.
        """
        study, record = json.dumps(self.study.model_dump(mode="json")), Path("results/plan/preflight.json")
        found = digest(study, self.preset, self._looked_at())
        if is_recorded(record, found):
            return
        command = [sys.executable, "-m", "gradient_horizon", "preflight", f"--study={study}", f"--preset={self.preset}"]
        environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
        if done.returncode == REFUSED:
            raise WorkflowError(done.stderr.strip())
        if done.returncode:
            last = (done.stderr.strip() or "no word").splitlines()[-1]
            raise WorkflowError(f"the preflight must end, got {last}; `python -m gradient_horizon preflight` shows all")
        sys.stderr.write(done.stdout)
        remember(record, found)

    def _looked_at(self) -> list[Path]:
        own = [registries.source_file({}, "class", name) for name in self.study.own_classes]
        code = self._relative([*PACKAGE.rglob("*.py"), *own])
        return [Path(file) for file in (*code, *self.report_sources)]

    def experiments_of(self, wildcards: Any) -> str:
        """The experiments of this part of the study, separated by spaces; an experiment's own, or a claim's."""
        names = [experiment.name for experiment in self.study.experiments]
        part = wildcards.part.removeprefix("only/").rstrip("/")
        if part in registries.CLAIMS and part not in names:
            behind = registries.load(registries.CLAIMS, "claim", part).experiments
            return " ".join(name for name in names if name in behind)
        if part and part not in names:
            legal = ", ".join([*names, *registries.CLAIMS])
            raise WorkflowError(f"results/only/{part}: must name an experiment or a claim; legal: {legal}")
        return part or " ".join(names)

    def every(self, pattern: str) -> Callable[[Any], list[str]]:
        """This file of every run of a part of the study, as an explicit list."""

        def of_part(wildcards: Any) -> list[str]:
            experiments = set(self.experiments_of(wildcards).split())
            return [pattern.format(run=run) for run, spec in self.specs.items() if spec.experiment in experiments]

        return of_part

    def study_json(self, wildcards: Any) -> str:
        """The whole study as one line of JSON; a function, since Snakemake reads braces in a string as wildcards."""
        return self.study.model_dump_json()

    def spec(self, wildcards: Any) -> str:
        """The run's whole specification, as one canonical line."""
        return self._spec(wildcards).to_json()

    def runs_digest(self, wildcards: Any) -> str:
        """A digest of the runs of this part of the study; the plan is written only if its list of runs has the same."""
        experiments = set(self.experiments_of(wildcards).split())
        return digest_of_runs(run for run, spec in self.specs.items() if spec.experiment in experiments)

    def code(self, rule: str) -> list[str]:
        """The code of a rule whose jobs all run the same."""
        return self._relative(rule_code.code(rule))

    def code_of_plan(self, wildcards: Any) -> list[str]:
        """The code that plans this study."""
        return self._relative(rule_code.code_of_plan(self.study))

    def code_of_training(self, wildcards: Any) -> list[str]:
        """The code that decides the numbers of this run."""
        return self._relative(rule_code.code_of_training(self._spec(wildcards)))

    def code_of_figure(self, wildcards: Any) -> list[str]:
        """The code that draws this figure."""
        return self._relative(rule_code.code_of_figure(wildcards.figure))

    def code_of_interactive(self, wildcards: Any) -> list[str]:
        """The code that specifies this interactive figure."""
        return self._relative(rule_code.code_of_interactive(wildcards.figure))

    def every_figure(self, wildcards: Any) -> list[str]:
        """All registered figures, static and interactive, in the report's language."""
        files = [f"{name}.svg" for name in registries.FIGURES]
        files += [f"{name}.vl.json" for name in registries.INTERACTIVE]
        return [f"results/{wildcards.part}figures/{wildcards.language}/{file}" for file in files]

    @property
    def report_sources(self) -> list[str]:
        """The prose, templates and styles of the report."""
        return self._relative(sorted(path for path in (self.root / "report").rglob("*") if path.is_file()))

    @property
    def commit(self) -> str:
        """The commit of the checkout (marked where files differ from it), its day, and the preset, as JSON."""
        commit, day = checkout(self.root)
        return json.dumps({"commit": commit, "day": day, "preset": self.preset}, sort_keys=True)

    def _spec(self, wildcards: Any) -> RunSpec:
        if wildcards.run not in self.specs:
            advice = "`python -m gradient_horizon plan` lists them"
            raise WorkflowError(f"no run of this study is called {wildcards.run!r}; {advice}")
        return self.specs[wildcards.run]

    def _relative(self, files: Iterable[Path]) -> list[str]:
        return [str(file.relative_to(self.root) if file.is_relative_to(self.root) else file) for file in files]
