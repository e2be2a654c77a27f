import sys
from copy import deepcopy
from importlib.metadata import version
from pathlib import Path

import pytest
from fake_slurm import DISABLED

from gradient_horizon.errors import ClusterError, ConfigError
from gradient_horizon.pipeline.cluster import examined, nodes
from gradient_horizon.pipeline.cluster.examined import examined_cluster
from gradient_horizon.pipeline.cluster.node_report import computed_with
from gradient_horizon.pipeline.cluster.nodes import Node, Probe, chosen, nodes_of
from gradient_horizon.pipeline.cluster.profile import Profile, read_profile
from gradient_horizon.pipeline.cluster.slurm import Request
from gradient_horizon.pipeline.command_line import main
from gradient_horizon.pipeline.environment import planned_here
from gradient_horizon.store.renaming import Watch

PROFILE = Profile("debug", "physics", "squeue", 10)
PLUGIN = "snakemake-executor-plugin-slurm"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(examined, "installed", {PLUGIN: "2.8.0"}.get)
    return tmp_path


def lines(profile=PROFILE, wait=120):
    return {line.what: (line.level, line.found) for line in examined_cluster(profile, wait)}


def test_without_nodes_all_else_is_said(fake):
    assert lines() == {
        "plugin": ("ok", f"{PLUGIN} 2.8.0"),
        "Slurm": ("ok", "slurm-wlm 22.05.8, its controller answers"),
        "accounting": ("ok", "squeue is asked for jobs"),
        "partition": ("ok", "debug takes jobs for up to 60 minutes; batches of 10 minutes are given 31 minutes"),
        "account": ("ok", "physics"),
        "nodes": ("fail", "none takes jobs; `sinfo --list-reasons` says why"),
    }


def test_the_plugin_is_there_at_its_locked_version(fake, folder, monkeypatch):
    (folder / "requirements.slurm.lock").write_text(f"{PLUGIN}==2.8.0 \\\n    --hash=sha256:00\n")
    assert lines()["plugin"] == ("ok", f"{PLUGIN} 2.8.0, at its locked version")
    monkeypatch.setattr(examined, "installed", {PLUGIN: "2.7.0"}.get)
    assert lines()["plugin"][0] == "warn"
    assert "2.7.0 (locked 2.8.0)" in lines()["plugin"][1]
    monkeypatch.setattr(examined, "installed", {}.get)
    assert lines()["plugin"][0] == "fail"
    assert "is not installed; install requirements.slurm.lock" in lines()["plugin"][1]


def test_where_slurm_cannot_be_asked_nothing_more_is_looked_at(fake):
    fake.answer({"scontrol ping": ("Slurmctld(primary) at login is DOWN\n", "")})
    found = lines()
    assert [*found] == ["plugin", "Slurm"]
    assert found["Slurm"][0] == "fail"
    assert found["Slurm"][1].startswith("Slurm's controller must answer, got 'Slurmctld(primary) at login is DOWN'")


def test_without_accounting_the_profile_must_ask_squeue_and_it_must_remember(fake):
    assert lines(PROFILE._replace(status_command=None))["accounting"] == ("ok", "sacct answers")
    fake.answer({"sacct ": DISABLED})
    level, said = lines(PROFILE._replace(status_command=None))["accounting"]
    assert level == "fail"
    assert said == (
        "sacct says 'Slurm accounting storage is disabled'; profiles/slurm/profile.yaml needs `slurm-status-command: "
        "squeue`, without which Snakemake waits for ever"
    )
    fake.answer({"sacct ": DISABLED, "scontrol show config": ("MinJobAge = 60 sec\n", "")})
    level, said = lines()["accounting"]
    assert level == "warn"
    assert said.startswith("squeue forgets ended jobs after 60 seconds; ask for MinJobAge=240 or more in slurm.conf")


def test_batches_that_the_partition_would_not_end_are_said_by_their_key(fake):
    found = lines(PROFILE._replace(batch_minutes=30))
    assert found["runtime"][0] == "fail"
    assert found["runtime"][1].startswith(
        "must be as the cluster takes jobs, got 91 minutes for batches of 30 minutes: "
    )
    assert {"partition", "account"}.isdisjoint(found)
    assert "nodes" in found  # which are looked at all the same
    again = lines(PROFILE._replace(retries=2))
    said = "must be as the cluster takes jobs, got 62 minutes at attempt 3 for batches of 10 minutes: "
    assert again["runtime"][1].startswith(said)
    fake.answer({"sbatch": ("", "sbatch: error: Give an account.\n")})
    assert (
        "got none for batches of 10 minutes: Slurm says 'Give an account'"
        in (lines(PROFILE._replace(account=""))["slurm_account"][1])
    )


@pytest.mark.parametrize(
    ("text", "profile"),
    [
        (None, Profile()),
        ("executor: slurm\n", Profile()),
        (
            "slurm-status-command: squeue\ndefault-resources:\n  slurm_partition: debug\n  slurm_account: ''\n"
            "config:\n  - batch_minutes=30\nretries: 2\n",
            Profile("debug", "", "squeue", 30.0, 2),
        ),
        (
            "default-resources:\n  - slurm_partition=debug\n  - slurm_account='phys'\nconfig: {batch_minutes: 45}\n",
            Profile("debug", "phys", None, 45.0),
        ),
        (
            "default-resources: slurm_partition=long\nconfig: batch_minutes=10\nrestart-times: 2\n",
            Profile("long", "", None, 10.0, 2),
        ),
        (
            'default-resources:\n  slurm_extra: "\'--exclude=node2 --comment=\\"a b\\"\'"\n',
            Profile(extra=("--exclude=node2", "--comment=a b")),
        ),
    ],
)
def test_a_profile_is_read_in_both_of_snakemakes_forms(folder, text, profile):
    if text is not None:
        (folder / "profiles" / "slurm").mkdir(parents=True)
        (folder / "profiles" / "slurm" / "profile.yaml").write_text(text)
    assert read_profile() == profile


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("config: [batch_minutes=abc]", "batch_minutes: must be a number of minutes above 0, such as 1, got 'abc'"),
        ("config: {batch_minutes: 0}", "batch_minutes: must be a number of minutes above 0, such as 1, got 0"),
        ("config: [batch_minutes=0]", "batch_minutes: must be a number of minutes above 0, such as 1, got 0.0"),
        ("config: [batch_minutes=]", "batch_minutes: must be a number of minutes above 0, such as 1, got ''"),
        ("retries: -1", "retries: must be a whole number, 0 or more, such as 2, got -1"),
        (
            "default-resources: {slurm_extra: '--comment=\"a'}",
            "slurm_extra: must be options of sbatch, such as --exclude=node7, got '--comment=\"a': No closing "
            "quotation",
        ),
        ("retries: often", "retries: must be a whole number, 0 or more, such as 2, got 'often'"),
    ],
)
def test_a_profile_in_which_a_number_is_none_is_refused(folder, text, said):
    (folder / "profile.yaml").write_text(f"{text}\n")
    with pytest.raises(ConfigError) as refused:
        read_profile(Path("profile.yaml"))
    assert str(refused.value) == f"profile.yaml cannot be run as written:\n  {said}"


def test_given_options_stand_for_those_of_the_profile(fake, monkeypatch, capsys):
    monkeypatch.setattr("gradient_horizon.pipeline.commands.doctor.examined", lambda: iter(()))
    fake.answer({"sbatch": ("", "invalid partition specified: nope\n")})
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--cluster", "--partition", "nope", "--account", "physics"])
    assert ended.value.code == 1
    assert "fail  slurm_partition: must be as the cluster takes jobs, got nope for batches of 30 minutes" in (
        capsys.readouterr().out
    )
    fake.answer({"sinfo -h -N": ("node1|idle|2|8000|(null)|2:1:1|(null)\n", "")})
    monkeypatch.setattr(examined, "probed", lambda *given: [])
    monkeypatch.setattr("gradient_horizon.pipeline.cluster.profile.read_profile", lambda: Profile(batch_minutes=10))
    main(["doctor", "--cluster"])
    assert "ok    account: none is needed" in capsys.readouterr().out


def test_nodes_are_those_of_the_partition_and_those_that_take_no_jobs_are_named(fake, monkeypatch):
    fake.answer(
        {"sinfo -h -N": ("a|idle|2|1|x|2:1:1|g\nb|mix|2|1|x|2:1:1|g\na|idle|2|1|x|2:1:1|g\nc|drain|9|1|x|z|g\n", "")}
    )
    found = nodes_of("debug")
    assert ["sinfo", "-h", "-N", "-p", "debug", "-o", nodes.FORM] in fake.calls
    assert [(node.name, node.state, node.is_usable) for node in found] == [
        ("a", "idle", True),
        ("b", "mix", True),
        ("c", "drain", False),
    ]
    asked = []
    monkeypatch.setattr(examined, "probed", lambda nodes, *given: asked.extend(nodes) or [])
    assert lines()["nodes"] == ("warn", "c (drain): take no jobs now")
    assert [node.name for node in asked] == ["a", "b"]


@pytest.mark.parametrize(
    ("state", "is_usable"),
    [
        ("idle~", True),
        ("mix-", True),
        ("mix+", True),
        ("alloc#", True),
        ("idle*", False),
        ("drain~", False),
        ("down", False),
    ],
)
def test_a_node_that_slurm_would_start_takes_jobs_and_one_that_does_not_answer_takes_none(state, is_usable):
    assert Node("a", state, ()).is_usable is is_usable


def test_without_a_named_partition_nodes_and_jobs_are_those_of_the_default_one(fake, monkeypatch):
    fake.answer(
        {
            "sinfo -h -N -p debug": ("a|idle|2|1|x|2:1:1|g\n", ""),
            "sinfo -h -N": ("a|idle|2|1|x|2:1:1|g\nof_another|idle|2|1|x|2:1:1|g\n", ""),
            "sbatch --test-only": ("", ""),
            "sbatch": ("", "Batch job submission failed\n"),
        }
    )
    lines(PROFILE._replace(partition=""))
    (submitted,) = (call for call in fake.calls if call[0] == "sbatch" and "--test-only" not in call)
    assert submitted[1:3] == ["-p", "debug"]
    assert "--nodelist=a" in submitted


@pytest.mark.parametrize(
    ("partition", "said"),
    [
        ("debug,long", "debug takes jobs for up to 60 minutes, long takes jobs for any time"),
        ("hidden", "hidden takes them"),
    ],
)
def test_of_each_partition_that_is_named_its_limit_is_told(fake, partition, said):
    found = lines(PROFILE._replace(partition=partition))
    assert found["partition"] == ("ok", f"{said}; batches of 10 minutes are given 31 minutes")
    again = lines(PROFILE._replace(partition="long", retries=2))
    assert again["partition"][1].endswith("batches of 10 minutes are given 62 minutes at attempt 3")


def test_where_no_partition_is_the_default_one_none_is_named(fake):
    fake.answer({"sinfo -h -o": ("debug|up|1:00:00|8000\n", "")})
    found = lines(PROFILE._replace(partition=""))
    assert found["partition"] == ("ok", "one that Slurm chooses takes them; batches of 10 minutes are given 31 minutes")


def test_of_too_many_nodes_one_of_each_kind_is_asked_first(fake, monkeypatch):
    many = [Node(f"n{number}", "idle", ("old" if number < 30 else "new",)) for number in range(40)]
    assert [node.name for node in chosen(many, 4)] == ["n0", "n30", "n1", "n2"]
    assert len(chosen(many)) == 16
    assert chosen([Node("gone", "down*", ("old",))]) == []
    monkeypatch.setattr(examined, "nodes_of", lambda partition: many)
    monkeypatch.setattr(examined, "probed", lambda *given: [])
    assert lines()["nodes"] == ("warn", "16 of 40 are asked, those of different kinds first")


def test_nodes_that_slurm_would_not_give_to_such_jobs_are_not_asked(fake, monkeypatch):
    small = "-p debug -A physics -t 2 --mem 500 --ntasks=1 --cpus-per-task=1"
    fake.answer(
        {
            "sinfo -h -N": ("a|idle|2|1|x|2:1:1|g\nb|idle|2|1|x|2:1:1|g\n", ""),
            f"sbatch --test-only {small} --exclude=b --nodelist=b": ("", "allocation failure: Invalid node name\n"),
        }
    )
    asked = []
    monkeypatch.setattr(examined, "probed", lambda nodes, *given: asked.extend(nodes) or [])
    found = lines(PROFILE._replace(extra=("--exclude=b",)))
    assert found["nodes"] == (
        "warn",
        "Slurm would not give all to such jobs, and these are not asked: b: Invalid node name",
    )
    assert [node.name for node in asked] == ["a"]


OWN = computed_with()
LEFT_OUT = "leave the node out, by `slurm_extra: \"'--exclude=node2'\"` under default-resources of the profile"
REPORT = {**OWN, "word": "right", "fault": None, "memory": 7.25}


def compared(folder, changed=None, *, is_over=True, ended=None, seen=None, printed="", found=True):
    report = deepcopy(REPORT)
    for name, value in (changed or {}).items():
        if name in ("numpy", "Python"):
            report["versions"][name] = value
        else:
            report[name] = value
    watch = Watch(folder / "file")
    watch.fault = seen
    probe = Probe("node2", "7", watch, report if found else None, is_over, ended)
    return [(line.level, line.found) for line in examined._compared(probe, OWN, "right", printed, 120)]


def test_what_is_compared_is_what_jobs_compare():
    assert OWN["versions"] == planned_here()["versions"]


@pytest.mark.parametrize(
    ("given", "level", "said"),
    [
        ({}, "ok", f"the same versions, code and processor ({OWN['processor']}), and folder; 7.2 GB of memory"),
        (
            {"changed": {"numpy": "1.0", "Python": "3.9.2"}},
            "fail",
            f"Python 3.9.2 (here {OWN['versions']['Python']}), numpy 1.0 (here {version('numpy')}): install the same "
            f"versions there, or {LEFT_OUT}",
        ),
        (
            {"changed": {"architecture": "aarch64"}},
            "fail",
            f"aarch64 (here {OWN['architecture']}) computes other bits: {LEFT_OUT}",
        ),
        (
            {"changed": {"processor": "znver1"}},
            "warn",
            f"processor znver1 (here {OWN['processor']}): training has the same bits, measures agree to 1e-6",
        ),
        (
            {"changed": {"fault": "it was missing"}},
            "fail",
            "a file was replaced there again and again, and seen from there, it was missing: put the study on another "
            "disk",
        ),
        (
            {"seen": "it was empty"},
            "fail",
            "a file was replaced there again and again, and seen from here, it was empty: put the study on another "
            "disk",
        ),
        (
            {"is_over": False},
            "warn",
            "its file was not replaced in time: whether that takes one step is not known; try a longer --wait",
        ),
        (
            {"found": False, "is_over": False},
            "warn",
            "gave no answer in 120 seconds, and its job was cancelled: the queue is long; try --wait 240",
        ),
    ],
)
def test_a_node_is_told_by_all_that_is_not_as_here(tmp_path, given, level, said):
    assert compared(tmp_path, **given) == [(level, said)]


def test_a_node_without_the_folder_or_the_python_is_told_with_its_last_word(folder):
    said = f"must see {folder} and this Python, "
    assert compared(folder, {"word": "wrong"}) == [
        ("fail", f"{said}it found another folder; use a folder that all nodes share")
    ]
    assert compared(folder, found=False, is_over=False, ended="FAILED", printed="python: not found") == [
        (
            "fail",
            f"{said}its job ended (FAILED) without a report, and printed 'python: not found'; use a folder that all "
            "nodes share",
        )
    ]


def test_a_probe_goes_to_its_node_with_a_deadline_and_is_cancelled_in_the_end(fake, folder, monkeypatch):
    fake.answer({"sbatch --test-only": ("", ""), "sbatch": ("41;cluster\n", ""), "squeue": ("41|PENDING\n", "")})
    monkeypatch.setattr(nodes, "PAUSE", 0.01)
    two = [Node("a", "idle", ()), Node("b", "idle", ())]
    found = nodes.probed(two, folder, Request("debug", "physics", 31, 1000), 0.2)
    assert [(probe.node, probe.job, probe.found, probe.ended) for probe in found] == [
        ("a", "41", None, None),
        ("b", "41", None, None),
    ]
    submitted = [call for call in fake.calls if call[0] == "sbatch"]
    assert submitted[1][1:] == [
        *("-p", "debug", "-A", "physics", "-t", "2", "--mem", "500", "--ntasks=1", "--cpus-per-task=1"),
        *("--nodelist=b", "--parsable", "--export=ALL", f"--job-name={folder.name}"),
        *(f"--output={folder}/b.out", f"--chdir={folder}", "--deadline=now+180"),
    ]
    assert fake.calls[-1] == ["scancel", f"--name={folder.name}"]


def test_jobs_that_were_submitted_are_cancelled_where_another_cannot_be(fake, folder, monkeypatch):
    monkeypatch.setattr(sys, "executable", "python")
    fake.answer({"sbatch": ("41\n", "")})
    with monkeypatch.context() as patch:
        patch.setattr(nodes, "_submitted", lambda node, *given: "41" if node == "a" else fail(node))
        with pytest.raises(ClusterError, match="b must take"):
            nodes.probed([Node("a", "idle", ()), Node("b", "idle", ())], folder, Request(), 5)
    assert fake.calls == [["scancel", f"--name={folder.name}"]]


def fail(node):
    raise ClusterError(f"{node} must take a job")


def test_a_job_that_ended_without_a_word_is_not_waited_for_any_longer(fake, folder, monkeypatch):
    fake.answer({"sbatch": ("41\n", ""), "squeue": ("41|FAILED\n", "")})
    monkeypatch.setattr(nodes, "GRACE", 0.0)
    (probe,) = nodes.probed([Node("a", "idle", ())], folder, Request(), 60)
    assert (probe.ended, probe.found, probe.is_done) == ("FAILED", None, True)
