"""An executor of Snakemake that trains nothing: a cluster in virtual time, which counts.

The cluster's time runs `acceleration` times as fast as the controller's, and so do the looks at its jobs, which are as
those of the executor for Slurm: after 40 seconds, and up to every 180. A submission takes as long as it does.
"""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from snakemake_interface_executor_plugins.executors.base import SubmittedJobInfo
from snakemake_interface_executor_plugins.executors.remote import RemoteExecutor
from snakemake_interface_executor_plugins.settings import CommonSettings, ExecutorSettingsBase

from gradient_horizon.storage import write_json
from gradient_horizon.study.run_spec import RunSpec
from snakemake_executor_plugin_counting.simulated_cluster import SimulatedCluster, SimulatedJob, spread

FIRST_LOOK, LATER, LAST_LOOK = 40.0, 10.0, 180.0
"""Seconds before the first look; more before each next one that finds nothing over; at most."""

SUBMITTERS = 2
"""So many jobs are submitted at once."""

common_settings = CommonSettings(non_local_exec=True, implies_no_shared_fs=False, job_deploy_sources=False)


def setting(default, text):
    return field(default=default, metadata={"help": text, "env_var": False, "required": False})


@dataclass
class ExecutorSettings(ExecutorSettingsBase):
    cores: int = setting(200, "cores of the cluster")
    acceleration: float = setting(100.0, "how many times as fast the cluster's time runs")
    submission_seconds: float = setting(0.1, "what a submission takes")
    dying_every: int = setting(0, "the first attempt of each so many-th job dies; 0: none")
    command_file: str = setting("", "where to write the command of the first job; empty: nowhere")
    out: str = setting("counted.json", "where to write what was counted")


class Executor(RemoteExecutor):
    """Submits jobs to a simulated cluster, and does for Snakemake what they would do."""

    def __post_init__(self):
        self.settings = self.workflow.executor_settings
        batches = sum(job.rule.name == "batch" for job in self.dag.needrun_jobs())
        self.cluster = SimulatedCluster(self.settings.cores, batches)
        self.began, self.guard, self.names = time.monotonic(), threading.Lock(), {}
        self.submitters, self.spent_before = ThreadPoolExecutor(SUBMITTERS), None

    def now(self):
        return (time.monotonic() - self.began) * self.settings.acceleration

    def run_jobs(self, jobs):
        if self.spent_before is None:
            self.spent_before = time.process_time()
        for job in jobs:
            self.run_job_pre(job)
            self.submitters.submit(self.run_job, job)

    def run_job(self, job):
        try:
            command = self.format_job_exec(job)
            if self.settings.command_file and not self.names:
                Path(self.settings.command_file).write_text(command, encoding="utf-8")
            time.sleep(self.settings.submission_seconds)
            batch = job.wildcards.batch
            planned = json.loads(Path(job.params.runs).read_text(encoding="utf-8"))
            with self.guard:
                order = self.names.setdefault(batch, len(self.names))
                number = self.cluster.submit(
                    SimulatedJob(
                        batch=batch,
                        attempt=job.attempt,
                        threads=job.threads,
                        megabytes=job.resources.mem_mb,
                        minutes=job.resources.runtime,
                        seconds=spread(batch, planned["seconds"]),
                        dies=job.attempt == 1 and self._is_one_in(order),
                        submitted=self.now(),
                    ),
                    self.now(),
                )
            self.report_job_submission(SubmittedJobInfo(job, external_jobid=str(number), aux={"planned": planned}))
        except Exception as error:
            self.report_job_error(SubmittedJobInfo(job), msg=f"{type(error).__name__}: {error}")

    def _is_one_in(self, order):
        return bool(self.settings.dying_every) and order % self.settings.dying_every == 0

    async def check_active_jobs(self, active_jobs):
        if not active_jobs:  # also before there is a cluster: Snakemake starts to look while it makes its executor
            self.next_seconds_between_status_checks = FIRST_LOOK / self.workflow.executor_settings.acceleration
            return
        with self.guard:
            self.cluster.advance(now := self.now())
            over = [self.cluster.is_over(int(job.external_jobid), now) for job in active_jobs]
        for job, is_over in zip(active_jobs, over, strict=True):
            if not is_over:
                yield job
            elif self.cluster.jobs[int(job.external_jobid)].dies:
                self.report_job_error(job, msg="its simulated node has died")
            else:
                runs = [RunSpec.from_json(run["spec"]).id for run in job.aux["planned"]["runs"]]
                write_json(Path(job.job.output[0]), {"complete": runs, "failed": []})
                self.report_job_success(job)
        first, later, last = (seconds / self.settings.acceleration for seconds in (FIRST_LOOK, LATER, LAST_LOOK))
        waited = self.next_seconds_between_status_checks
        self.next_seconds_between_status_checks = min(waited + later, last) if not any(over) else first

    def cancel_jobs(self, active_jobs):
        """Nothing runs that could be cancelled."""

    def shutdown(self):
        self.submitters.shutdown()
        super().shutdown()
        before = self.spent_before or 0.0
        counted = {"cpu_before": before, "cpu": time.process_time() - before, **self.cluster.found()}
        Path(self.settings.out).write_text(json.dumps(counted), encoding="utf-8")
