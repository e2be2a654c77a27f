from types import SimpleNamespace

import pytest
from fake_slurm import DISABLED
from snakemake.exceptions import WorkflowError

from gradient_horizon.errors import ClusterError
from gradient_horizon.pipeline.cluster import before_jobs
from gradient_horizon.pipeline.cluster.before_jobs import (
    largest,
    node_problems,
    problems_of,
    request_of,
    require_cluster,
)
from gradient_horizon.pipeline.cluster.slurm import Request
from gradient_horizon.pipeline.machine import Line

SETTINGS = SimpleNamespace(status_command="squeue", qos=None, reservation=None)


class Job:
    """A job as Snakemake has it, which asks for half more time, and twice the memory, at each attempt."""

    def __init__(self, rule, is_local, restart_times, given):
        self.rule, self.wildcards, self.is_local = SimpleNamespace(name=rule), ["s", "b"], is_local
        self.restart_times, self.attempt, self._given = restart_times, 1, given

    @property
    def resources(self):
        own = self._given
        return {**own, "runtime": own["runtime"] * (self.attempt + 1) // 2, "mem_mb": own["mem_mb"] << self.attempt - 1}


def job(rule="batch", is_local=False, restart_times=0, **resources):
    given = {"slurm_partition": "debug", "slurm_account": "physics", "runtime": 40, "mem_mb": 900, **resources}
    return Job(rule, is_local, restart_times, given)


def told(*jobs, settings=SETTINGS):
    return list(problems_of(jobs, settings))


def test_jobs_that_slurm_takes_are_no_problem(fake):
    assert told(job(), job("tables", runtime=10, mem_mb=2000)) == []
    asked = [" ".join(call) for call in fake.calls if call[0] == "sbatch"]
    assert asked == [
        f"sbatch --test-only -p debug -A physics -t {minutes} --mem {megabytes} --ntasks=1 --cpus-per-task=1"
        for minutes, megabytes in ((40, 900), (10, 2000))
    ]


def test_without_an_account_where_one_is_wanted_the_key_and_the_users_accounts_are_named(fake):
    fake.answer({"sbatch": ("", "sbatch: error: Give an account.\nallocation failure: Invalid account\n")})
    assert told(job(slurm_account="")) == [
        "slurm_account: must be as the cluster takes jobs, got none for the job of batch s b: Slurm says 'Give an "
        "account; Invalid account'; legal: maths, physics; put it under default-resources of the profile"
    ]


def test_where_no_database_answers_legal_accounts_are_not_told(fake):
    fake.answer({"sbatch": ("", "Invalid account\n"), "sacctmgr": DISABLED})
    assert told(job(slurm_account="wrong")) == [
        "slurm_account: must be as the cluster takes jobs, got wrong for the job of batch s b: Slurm says 'Invalid "
        "account'; put it under default-resources of the profile"
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"slurm_partition": "old"},
            "slurm_partition: must be as the cluster takes jobs, got old for the job of batch s b: partition old is "
            "down; legal: debug, long; put it under default-resources of the profile",
        ),
        (
            {"runtime": 61, "slurm_partition": ""},
            "runtime: must be as the cluster takes jobs, got 61 minutes for the job of batch s b: partition debug ends "
            "jobs after 60 minutes, and lets longer ones wait for ever; legal: up to 60 in debug; lower batch_minutes "
            "(`config: [batch_minutes=10]` in the profile) or retries, or name another partition",
        ),
    ],
)
def test_what_slurm_would_let_wait_for_ever_is_refused(fake, given, said):
    assert told(job(**given)) == [said]
    for may in ("long", "debug,long", "old,long", "hidden"):
        assert told(job(runtime=61, slurm_partition=may)) == []


@pytest.mark.parametrize(
    ("complaint", "start"),
    [
        ("Requested node configuration is not available", "mem_mb: must be as the cluster takes jobs, got 900 MB for"),
        ("invalid partition specified: debug", "slurm_partition: must be as the cluster takes jobs, got debug for"),
        (
            "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
            "slurm_partition or slurm_account or runtime or mem_mb: must be as the cluster takes jobs, got",
        ),
        ("Requested time limit is invalid", "runtime: must be as the cluster takes jobs, got 40 minutes for"),
        (
            "Invalid account or account/partition combination",
            "slurm_account: must be as the cluster takes jobs, got phy",
        ),
        (
            "Unspecified error",
            "slurm_partition or slurm_account or runtime or mem_mb: must be as the cluster takes jobs, got "
            "slurm_partition debug, slurm_account physics, runtime 40 minutes, mem_mb 900 MB for the job of batch s ",
        ),
    ],
)
def test_slurms_complaint_is_told_with_the_key_that_it_is_about(fake, complaint, start):
    fake.answer({"sbatch": ("", f"allocation failure: {complaint}\n")})
    (sentence,) = told(job())
    assert sentence.startswith(start)
    assert f"Slurm says {complaint!r}" in sentence


def test_the_same_problem_of_many_jobs_is_told_once(fake):
    fake.answer({"sbatch": ("", "Invalid account\n")})
    assert len(told(*(job(mem_mb=size, runtime=60 - size % 7) for size in range(100, 200)))) == 1
    assert len([call for call in fake.calls if call[0] == "sbatch"]) == 2


def test_of_all_jobs_those_that_ask_for_most_are_tried(fake):
    jobs = [job(mem_mb=100, runtime=50), job(mem_mb=900, runtime=20), job(mem_mb=500, runtime=30)]
    jobs += [job("tables", slurm_partition="long"), job("all", is_local=True, slurm_partition="nope")]
    assert largest(jobs, SETTINGS) == {
        Request("debug", "physics", 50, 100): "the job of batch s b",
        Request("debug", "physics", 20, 900): "the job of batch s b",
        Request("long", "physics", 40, 900): "the job of tables s b",
    }


def test_of_jobs_that_are_submitted_as_one_the_times_add_up():
    jobs = [job("tables", mem_mb=100, runtime=50), job("claims", mem_mb=900, runtime=20), job(mem_mb=500, runtime=30)]
    grouped = largest(jobs, SETTINGS, group_of=lambda each: "tables" if each.rule.name != "batch" else None)
    assert grouped == {Request("debug", "physics", 70, 900): "the job of tables, claims"}


def test_a_retry_that_would_wait_for_ever_is_refused_before_the_first_attempt(fake):
    assert told(job(runtime=30, restart_times=2)) == []
    batch = job(runtime=31, restart_times=2)
    assert told(batch) == [
        "runtime: must be as the cluster takes jobs, got 62 minutes at attempt 3 for the job of batch s b: partition "
        "debug ends jobs after 60 minutes, and lets longer ones wait for ever; legal: up to 60 in debug; lower "
        "batch_minutes (`config: [batch_minutes=10]` in the profile) or retries, or name another partition"
    ]
    assert batch.attempt == 1
    assert largest([batch], SETTINGS) == {Request("debug", "physics", 62, 900, attempt=3): "the job of batch s b"}


def test_what_the_plugin_hands_on_besides_is_tried_too():
    settings = SimpleNamespace(qos="high", reservation="course")
    resources = {"runtime": 5, "constraint": "avx2", "slurm_extra": "'--nice=7' --licenses=a"}
    extra = ("--constraint=avx2", "--qos=high", "--reservation=course", "--nice=7", "--licenses=a")
    assert request_of(resources, settings) == Request(minutes=5, extra=extra)
    later = {"runtime": "<TBD>", "mem_mb": 700, "slurm_account": "physics, maths"}
    assert request_of(later, SETTINGS) == Request(account="physics", megabytes=700)


@pytest.mark.parametrize(
    ("command", "said"), [("sacct", "got sacct, and"), (None, "got nothing, and"), ("squeue", None)]
)
def test_without_accounting_jobs_must_be_asked_for_with_squeue(fake, command, said):
    settings = SimpleNamespace(status_command=command, qos=None, reservation=None)
    assert told(job(), settings=settings) == []
    fake.answer({"sacct ": DISABLED})
    found = told(job(), settings=settings)
    assert found == [] if said is None else said in found[0]
    if said:
        assert found[0].startswith("slurm-status-command: must be squeue where there is no job accounting, ")
        assert found[0].endswith("wait for ever. Put `slurm-status-command: squeue` into the profile")


def test_a_cluster_that_is_not_there_is_one_sentence(fake, monkeypatch):
    fake.answer({"scontrol ping": ("Slurmctld(primary) at login is DOWN\n", "")})
    assert told(job()) == [
        "executor slurm: Slurm's controller must answer, got 'Slurmctld(primary) at login is DOWN': try `scontrol "
        "ping`, and start the study again once it answers"
    ]
    assert [call[0] for call in fake.calls] == ["scontrol"]
    monkeypatch.setenv("PATH", str(fake.folder))
    assert told(job()) == [
        "executor slurm: Slurm's commands must be on PATH, got no sbatch, squeue, scontrol, sinfo, scancel: start "
        "Snakemake on a machine of the cluster, such as its login node"
    ]


def workflow(executor):
    plugin = executor and SimpleNamespace(name=executor)
    dag = SimpleNamespace(needrun_jobs=lambda: [job(slurm_partition="nope")], get_job_group=lambda job: None)
    return SimpleNamespace(executor_plugin=plugin, executor_settings=SETTINGS, dag=dag)


def test_only_jobs_that_go_to_slurm_are_looked_at(fake):
    for executor in (None, "local", "cluster-generic"):
        require_cluster(workflow(executor))
    assert fake.calls == []
    fake.answer({"sbatch": ("", "invalid partition specified: nope\n")})
    with pytest.raises(WorkflowError, match=r"slurm_partition: must be as .*, got nope .*; legal: debug, long; put it"):
        require_cluster(workflow("slurm"))


NODES = {"sinfo -h -N": ("a|idle|2|1|x|z|g\nb|mix|2|1|x|z|g\nc|idle|2|1|x|z|g\nd|idle~|2|1|x|z|g\n", "")}


@pytest.fixture
def asked(fake, monkeypatch):
    """What idle nodes are asked, and a fake Slurm; node c has other versions, and a another processor."""
    fake.answer(NODES)
    found = []

    def asked_nodes(nodes, request, seconds):
        found.append(([node.name for node in nodes], request))
        yield Line("warn", "node a", "processor znver1")
        yield Line("fail", "node c", "numpy 1.0 (here 2.5.0)")

    monkeypatch.setattr(before_jobs, "asked_nodes", asked_nodes)
    return found


def test_idle_nodes_are_asked_once_for_jobs_of_a_kind_and_what_keeps_jobs_from_them_is_told(asked, capsys):
    requests = [Request("", "physics", minutes, 100 * minutes) for minutes in (5, 40)]
    assert list(node_problems(requests)) == ["node c: numpy 1.0 (here 2.5.0)"]
    assert asked == [(["a", "c"], Request("debug", "physics"))]
    assert capsys.readouterr().err == "asking idle nodes what they compute with: a, c\n"


def test_a_start_asks_nodes_when_slurm_takes_the_jobs_and_no_container_has_versions_of_its_own(asked):
    with pytest.raises(WorkflowError, match=r"^node c: numpy 1\.0 \(here 2\.5\.0\)$"):
        require_cluster(workflow("slurm"))
    require_cluster(workflow("slurm"), in_container=True)
    assert len(asked) == 1


def test_where_no_node_is_idle_or_none_takes_one_job_more_a_study_starts(fake, asked, monkeypatch):
    def refused(*given):
        raise ClusterError("too many jobs")
        yield

    fake.answer({"sinfo -h -N": ("b|mix|2|1|x|z|g\nd|idle~|2|1|x|z|g\n", "")})
    assert list(node_problems([Request("debug")])) == []
    assert asked == []
    fake.answer(NODES)
    monkeypatch.setattr(before_jobs, "asked_nodes", refused)
    assert list(node_problems([Request("debug")])) == []
