"""What the Snakefile and its rules call: the plan of the study, its batches, and what each job depends on."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from snakemake.exceptions import WorkflowError

from gradient_horizon import registries
from gradient_horizon.errors import ConfigError, PlanError
from gradient_horizon.folders import require_folders
from gradient_horizon.pipeline import progress_files, rule_code
from gradient_horizon.pipeline.batches import PlannedRun
from gradient_horizon.pipeline.beside_study import BATCH_MINUTES, taken_out
from gradient_horizon.pipeline.calibration import load_speed
from gradient_horizon.pipeline.checkout import project_commit, study_commit
from gradient_horizon.pipeline.cluster.before_jobs import require_cluster
from gradient_horizon.pipeline.container import container_image, require_same_image
from gradient_horizon.pipeline.costing import Costs
from gradient_horizon.pipeline.environment import record
from gradient_horizon.pipeline.job_resources import JobResources
from gradient_horizon.pipeline.jobs.list_runs import as_csv, words
from gradient_horizon.pipeline.places import (
    BATCH,
    LAST,
    ONLY,
    RESULTS,
    SOURCES,
    SPEED,
    STORE,
    report_sources,
    results_of,
)
from gradient_horizon.pipeline.preflight_process import require_preflight
from gradient_horizon.pipeline.room import look_for_room
from gradient_horizon.pipeline.started import FILE, refuse_other_files, started
from gradient_horizon.pipeline.study_batches import (
    MINUTES_ELSEWHERE,
    MINUTES_HERE,
    StudyBatches,
    checked_minutes,
)
from gradient_horizon.pipeline.study_folder import configuration_files, find_configuration, import_own_modules, shown
from gradient_horizon.pipeline.study_parts import names_of_part, runs_of_parts
from gradient_horizon.storage import write
from gradient_horizon.store.store import Store
from gradient_horizon.study.files import file_problems, preset_name
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.model import Study
from gradient_horizon.study.overrides import with_wishes
from gradient_horizon.study.plan import digest_of_runs, expanding

__all__ = ["Pipeline", "WorkflowError", "batch_minutes", "find_configuration", "lift_job_limit", "refuse_odd_file"]

JOBS_PER_SECONDS = (100, 1.0)
"""Snakemake's limit where nobody has set one."""


def refuse_odd_file(file: str) -> None:
    """Refuses a configuration file that is not plain YAML, before Snakemake reads it; raises WorkflowError."""
    if problems := list(file_problems(Path(file))):
        raise WorkflowError(str(ConfigError(problems, Path(file).name)))


def lift_job_limit(workflow: Any) -> None:
    """Removes Snakemake's limit of jobs per second; on a cluster, one that the user has set is kept.

    With the limit, every finished job leaves a timer that polls for jobs once a second until the end (Snakemake 9.27):
    after some hundred jobs, scheduling alone occupies a core. Cores limit what starts here, and `--jobs` and the time
    of a submission what is submitted to a cluster.
    """
    if version("snakemake").startswith("9."):  # its private attribute, of that version
        limiter = workflow.scheduler.job_rate_limiter
        if workflow.local_exec or (limiter and (limiter.max_jobs, limiter.timespan) == JOBS_PER_SECONDS):
            workflow.scheduler.job_rate_limiter = None


def batch_minutes(config: dict[str, Any], files: Sequence[Path] = (), *, elsewhere: bool = False) -> float:
    """Takes the length of a batch out of what Snakemake was given beside the study; raises ConfigError.

    Without a word on it, one minute, or half an hour `elsewhere`, where jobs wait in a queue. `files` describe the
    study, to which the length does not belong.
    """
    return checked_minutes(
        taken_out(BATCH_MINUTES, config, files, otherwise=MINUTES_ELSEWHERE if elsewhere else MINUTES_HERE)
    )


def is_elsewhere(workflow: Any) -> bool:
    """Whether jobs run on a cluster.

    While Snakemake reads a workflow, it does not say which executor it has; but only one of a cluster takes a number of
    jobs and no cores. A dry run has a core in any case, and there default resources tell, which profiles of clusters
    have.
    """
    given = workflow.resource_settings
    return given.nodes is not None and (given.cores is None or bool(given.default_resources))


def cores_of(workflow: Any) -> int | None:
    """The cores of this machine that jobs may occupy; None: jobs run elsewhere."""
    if is_elsewhere(workflow):
        return None
    try:
        return int(workflow.cores)
    except WorkflowError:  # not given, as with --unlock
        return os.cpu_count()


def watched(batches: StudyBatches, workflow: Any) -> dict[str, Any]:
    """What is to be done, for those who watch: of the study, or of the batches alone that a part of it asks for."""
    every = batches.for_watchers
    names = {job.wildcards.batch for job in workflow.dag.needrun_jobs() if job.rule.name == BATCH}
    asked = {name: batch for name, batch in every.items() if name in names}
    whole = len(asked) == len(every)
    return {
        "networks": batches.networks if whole else sum(batch.networks for batch in asked.values()),
        "networks_present": batches.networks_present if whole else 0,
        "batches": asked,
    }


def draw_timeline(results: Path, workflow: Any) -> None:
    """Draws when each job of a study ran, beside its report."""
    from gradient_horizon.pipeline.timeline import write_timeline  # with SciPy, for which no job waits

    write_timeline(results, SOURCES, workflow.persistence)


def refuse_unknown_parts(study: Study, arguments: Iterable[str]) -> None:
    """Raises PlanError where Snakemake is asked for a file in a part that the study does not have.

    An input function would say so too late: Snakemake wraps its sentence in a trace, and knows no targets before.
    """
    parts = results_of(study.name) / ONLY
    for path in map(Path, arguments):
        if path.is_relative_to(parts) and len(inside := path.relative_to(parts).parts) > 1:
            try:
                names_of_part(study, f"{ONLY}/{inside[0]}/")
            except PlanError as error:
                raise PlanError(f"{parts.parent}/{error}") from None


class Pipeline:
    """The study behind a workflow; its methods are the input functions of the rules.

    Jobs run the Python that runs Snakemake, and find modules of the user's own in the study's folder. A part of the
    study is written "STUDY/" for the whole, or "STUDY/only/NAME/" for an experiment or what a claim rests on. `claims`
    and `figures` name what is made: those of the registries, and one for each judged cell; `container` the image that
    jobs run in, if any. Raises ConfigError, PlanError, StoreError.
    """

    def __init__(self, config: dict[str, Any], workflow: Any):
        self._workflow = workflow
        os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        files = configuration_files(workflow)
        self.folder = import_own_modules(files[0])
        minutes = batch_minutes(config, files, elsewhere=is_elsewhere(workflow))
        self.container = container_image(config, workflow, files)
        wished, self.remarks = with_wishes(config, workflow.config_settings.config, files)
        self.study, self.preset = validated_study(wished, files), preset_name(files)
        self.results = results_of(self.study.name)
        require_folders(STORE, RESULTS, self.results)
        refuse_unknown_parts(self.study, sys.argv[1:])
        self.started = started(self.study, sys.argv[1:], shown(files), workflow)
        refuse_other_files(self.study, self.started)
        judged = [each.claim for each in self.study.judge]
        self.claims, self.figures = [*registries.CLAIMS, *judged], [*registries.FIGURES, *judged]
        self.batches = StudyBatches(
            expanding(self.study),
            Store(STORE),
            self.results,
            is_main=workflow.is_main_process,
            measures=self.study.measures,
            parts={name: partial(runs_of_parts, self.study, names=[name]) for name in judged},
        )
        self.cores = cores_of(workflow)
        elsewhere = self.cores is None
        self.resources = JobResources(
            self.batches, lambda wildcards: [run.spec for run in self._runs_of(wildcards)], elsewhere=elsewhere
        )
        try:
            self.batches.cut(Costs(load_speed(SPEED)), seconds=60 * minutes, cores=self.cores)
        except ConfigError:
            require_preflight(self.study, self.preset, self.results)  # says more of classes that are the user's own
            raise

    def start(self) -> None:
        """What is done before the first job: the preflight, a look at the store, and word for those who watch."""
        sys.stderr.writelines(f"{remark}\n" for remark in self.remarks)
        require_cluster(self._workflow, in_container=bool(self.container))
        if self.container:
            require_same_image(self.container, self._workflow.deployment_settings.apptainer_args)
        require_preflight(self.study, self.preset, self.results)
        look_for_room(list(self.batches.batches.values()), STORE, self.cores)
        if self.batches.batches:
            Store(STORE).prepare()
            Store(STORE).require_renaming()
        used = [(run.spec, run.keys) for run in self.batches.runs.values()]
        write(self.results / "plan" / "store.csv", as_csv(used))
        if self.batches.has_lost_runs():  # between the look into the store and the list that keeps them there
            raise WorkflowError(f"{STORE} has lost runs since a moment ago; start again")
        self.batches.begin()
        record(self.results)
        self.started.write(self.results / FILE)
        self.started.write(LAST)
        progress_files.begin_study(
            self.results,
            title=self.study.title,
            cores=self.cores or min(self._workflow.nodes, len(self.batches.batches)),
            **watched(self.batches, self._workflow),
        )

    def experiments_of(self, wildcards: Any) -> str:
        """The experiments of this part of the study, separated by spaces; an experiment's own, or a claim's.

        Of a claim on a judged cell its name, since it rests on some arms of its experiments only.
        """
        return " ".join(names_of_part(self.study, wildcards.part.removeprefix(f"{self.study.name}/")))

    def batches_of(self, wildcards: Any) -> list[str]:
        """What the tables of a part of the study wait for."""
        return [str(file) for file in self.batches.before_tables(self.experiments_of(wildcards).split())]

    @staticmethod
    def folder_of_checks(wildcards: Any, input: Any) -> str:
        """The folder of the checks that tables are made of."""
        return str(Path(input.checks[0]).parent)

    def _runs_of(self, wildcards: Any) -> list[PlannedRun]:
        """The runs of this part of the study."""
        specs = [run.spec for run in self.batches.runs.values()]
        asked = runs_of_parts(self.study, specs, self.experiments_of(wildcards).split())
        return [self.batches.runs[spec.id] for spec in asked]

    def rounds_of(self, wildcards: Any) -> str:
        """How often runs were added to a part of the study, so that tables without them are made again."""
        return self.batches.rounds(self.experiments_of(wildcards).split())

    def study_json(self, wildcards: Any) -> str:
        """The whole study as one line of JSON; a function, since Snakemake reads braces in a string as wildcards."""
        return self.study.model_dump_json()

    def runs_digest(self, wildcards: Any) -> str:
        """A digest of the runs of this part of the study; the plan is written only if its list of runs has the same."""
        return digest_of_runs(words((run.spec, run.keys)) for run in self._runs_of(wildcards))

    @staticmethod
    def code(rule: str) -> Callable[[Any], str]:
        """Finds the digest of the code that a rule runs, for a job of that rule: to read all code takes seconds."""
        return lambda wildcards: rule_code.code(rule)

    @property
    def report_sources(self) -> list[str]:
        """The prose, templates and styles of the report."""
        return report_sources()

    @property
    def commit(self) -> str:
        """The commit of the project (marked where files differ from it), its day, and the preset, as JSON.

        Installed, the project has a version in place of a commit; a study in a folder of its own may have a commit too.
        """
        commit, day = project_commit()
        own = study_commit(self.folder)
        stated = {"commit": commit, "day": day, "preset": self.preset, **({"study": own} if own else {})}
        return json.dumps(stated, sort_keys=True)
