import json
import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from progress_records import AFAR, GONE, SCHEDULER, STUDY, Clock, begin, finished, planned, record, summary_of, writer

from gradient_horizon.pipeline import progress_files
from gradient_horizon.pipeline.progress_files import (
    FailedRun,
    PlannedBatch,
    Process,
    end_study,
    read_batches,
    read_study,
)
from gradient_horizon.pipeline.progress_view import State, doing, duration, line, look


def test_networks_of_the_store_and_of_batches_are_counted():
    summary = summary_of(finished("memory-1"), record("gates-1", networks_done=50, runs_done=1, work_done=100.0))
    assert (summary.networks_done, summary.networks) == (1000 + 100 + 50, 1400)
    assert (summary.batches_done, len(summary.running), summary.batches_waiting) == (1, 1, 1)
    assert summary.state is State.TRAINING
    assert summary.experiments == ("gates",)


def test_the_time_left_is_work_times_the_observed_pace_on_the_cores_in_use():
    # 370 s of work took 200 s, and 30 s count as taking as planned: 230 / 400 of a second for each
    running = record("memory-2", work_done=70.0, updated=1100.0)
    summary = summary_of(finished("memory-1", updated=1100.0), running, study=replace(STUDY, cores=1))
    assert summary.measured
    assert summary.running[0].seconds_left == pytest.approx(230 * 230 / 400)
    assert summary.seconds_left == pytest.approx((230 + 300) * 230 / 400)
    on_two = replace(
        STUDY, batches={**STUDY.batches, "gates-1": planned("gates", work=250.0), "gates-2": planned("gates")}
    )
    summary = summary_of(finished("memory-1", updated=1100.0), running, study=on_two)
    assert summary.seconds_left == pytest.approx((230 + 250 + 300) * 230 / 400 / 2)


def test_the_time_left_is_never_less_than_that_of_the_longest_batch():
    last = summary_of(finished("memory-1"), finished("memory-2"), record("gates-1", work_done=0.0), study=STUDY)
    pace = (200 + 30) / (600 + 30)
    assert last.seconds_left == pytest.approx(300 * pace)
    uneven = replace(STUDY, batches={**STUDY.batches, "gates-1": planned("gates", work=3000.0)})
    assert summary_of(study=uneven).seconds_left == 3000.0


def test_without_evidence_the_time_left_is_the_plan_s_and_the_line_says_so():
    summary = summary_of(now=1003.0)
    assert summary.seconds_left == 900 / 2
    assert not summary.measured
    assert line(summary) == (
        "training: 1,000 of 1,400 networks (71 %) in 3 s, some 8 min left by the plan, nothing measured yet, "
        "then the report; no batch has begun"
    )
    early = summary_of(record("memory-1", work_done=0.1, updated=1004.0), now=1004.0)
    assert not early.measured
    assert early.seconds_left == pytest.approx(899.9 / 2, rel=0.15)


def test_the_line_says_what_is_done_left_on_and_failed():
    failed = (FailedRun("memory_recall_lstm", "results/default/logs/train/memory_recall_lstm.log"),)
    memory = record("memory-1", runs_done=1, networks_done=20, work_done=100.0, failed=failed)
    gates = record("gates-1", runs_done=2, networks_done=100, work_done=100.0, experiment="gates", run="gates_tanh")
    assert line(summary_of(memory, gates, now=1181.0)) == (
        "training: 1,120 of 1,400 networks (80 %) in 3 min, about 6 min left, then the report; on: memory, gates; "
        "1 run failed: memory_recall_lstm, see results/default/logs/train/memory_recall_lstm.log"
    )
    more = line(summary_of(replace(memory, failed=(*failed, FailedRun("second", "second.log")))))
    assert more.endswith("2 runs failed: the first memory_recall_lstm, see " + failed[0].log)


def test_after_the_last_batch_the_report_is_made():
    summary = summary_of(*map(finished, STUDY.batches), now=1600.0)
    assert summary.state is State.REPORTING
    assert summary.seconds_left is None
    assert line(summary) == (
        "training has ended: 1,400 of 1,400 networks (100 %) in 10 min; "
        "tables, claims, figures and report are being made"
    )
    assert summary_of(study=replace(STUDY, batches={})).state is State.REPORTING


def test_after_a_failure_of_a_run_the_report_is_made_without_it():
    first, *others = map(finished, STUDY.batches)
    text = line(summary_of(replace(first, networks_done=90, failed=(FailedRun("a", "a.log"),)), *others, now=1600.0))
    assert text == (
        "training has ended: 1,390 of 1,400 networks (99 %) in 10 min; tables, claims, figures and report are being "
        "made; 1 run failed: a, see a.log"
    )


def test_a_batch_has_died_when_its_process_is_gone_and_it_is_silent():
    dying = record("memory-1", process=GONE, networks_done=20, work_done=100.0, updated=1100.0)
    others = [finished("memory-2"), record("gates-1", updated=1200.0, work_done=10.0)]
    assert summary_of(dying, *others, now=1104.0).died == ()
    dead = summary_of(dying, *others, now=1200.0)
    assert dead.died == ("memory-1",)
    assert [batch.name for batch in dead.running] == ["gates-1"]
    assert line(dead).endswith("; on: gates; 1 batch died: memory-1")
    assert dead.seconds_left == dead.running[0].seconds_left


def test_a_silent_batch_whose_process_is_there_goes_on():
    assert summary_of(record("memory-1", updated=1010.0), now=9000.0).died == ()


def test_of_a_batch_of_another_machine_only_its_silence_is_seen():
    batch = record("memory-1", process=AFAR, updated=1100.0)
    assert summary_of(batch, now=2500.0).died == ()
    assert summary_of(batch, now=3000.0).died == ("memory-1",)
    assert summary_of(batch, now=2500.0, study=replace(STUDY, process=AFAR)).state is State.TRAINING
    interrupted = summary_of(batch, now=3000.0, study=replace(STUDY, process=AFAR))
    assert interrupted.state is State.INTERRUPTED
    assert f"nothing runs; `make resume` on {AFAR.machine} goes on" in line(interrupted)


def test_what_an_earlier_attempt_left_does_not_count():
    summary = summary_of(finished("memory-1", started=900.0), record("gates-1", started=999.0))
    assert (summary.batches_done, summary.batches_waiting, summary.networks_done) == (0, 3, 1000)


def test_a_study_whose_process_is_gone_is_interrupted():
    batch = record("memory-1", process=GONE, networks_done=20, work_done=100.0, updated=1100.0)
    both = (SCHEDULER, GONE)
    assert summary_of(batch, now=1104.0, gone=both).state is State.TRAINING
    summary = summary_of(batch, now=1200.0, gone=both)
    assert summary.state is State.INTERRUPTED
    assert summary.seconds_left is None
    assert line(summary) == (
        "interrupted: 1,020 of 1,400 networks (72 %); nothing runs; `make resume` goes on; 1 batch died: memory-1"
    )
    orphan = summary_of(record("memory-1"), now=1101.0, gone=(SCHEDULER,))
    assert orphan.state is State.INTERRUPTED
    assert "; 1 batch still running; `make resume` goes on" in line(orphan)


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        ("finished", "finished: 1,400 of 1,400 networks (100 %) in 11 min"),
        ("failed", "stopped before its end: 1,400 of 1,400 networks (100 %) in 11 min; `make resume` goes on"),
    ],
)
def test_an_ended_study_says_how_it_ended(outcome, text):
    study = replace(STUDY, outcome=outcome, ended=1700.0)
    summary = summary_of(*map(finished, STUDY.batches), study=study, now=9000.0, gone=(SCHEDULER, GONE))
    assert line(summary) == text
    assert not summary.state.goes_on


def test_a_running_batch_says_what_it_does():
    batch = record("gates-1", experiment="gates", run="gates_tanh", stage="measuring", runs_done=1, work_done=120.0)
    (running,) = summary_of(batch, now=1130.0).running
    assert doing(running) == "gates_tanh, measuring; 1 of 4 runs done, 40 % in 2 min"
    (idle,) = summary_of(record("gates-1")).running
    assert doing(idle) == "between runs; 0 of 4 runs done, 0 % in 1 min"


@pytest.mark.parametrize(("seconds", "text"), [(0.0, "0 s"), (59.9, "59 s"), (60.0, "1 min"), (3599.0, "59 min")])
def test_durations_are_minutes(seconds, text):
    assert duration(seconds) == text
    assert duration(seconds + 7200).startswith("2 h ")


def written(folder):
    return json.loads((folder / "progress" / "b.json").read_text())


def test_a_batch_writes_what_it_does(tmp_path):
    clock = Clock()
    progress = writer(tmp_path, clock)
    assert written(tmp_path)["process"]["number"] == os.getpid()
    progress.start_run("memory_a", "memory", networks=10, work=15.0)
    progress.stage("training")
    clock.now = 52.0
    progress.advance(0.5)
    found = written(tmp_path)
    assert (found["run"], found["experiment"], found["stage"]) == ("memory_a", "memory", "training")
    assert (found["batch"], found["work_done"], found["started"], found["updated"]) == ("b", 7.5, 50.0, 52.0)
    progress.end_run()
    progress.start_run("memory_b", "memory", networks=20, work=25.0)
    progress.end_run("memory_b.log")
    progress.finish()
    found = written(tmp_path)
    assert (found["runs_done"], found["networks_done"], found["work_done"]) == (1, 10, 40.0)
    assert found["failed"] == [{"run": "memory_b", "log": "memory_b.log"}]
    assert (found["finished"], found["run"], found["stage"]) == (True, None, None)
    assert [file.name for file in (tmp_path / "progress").iterdir()] == ["b.json"]


def test_a_batch_writes_once_a_second(tmp_path, monkeypatch):
    times, clock = [], Clock()
    monkeypatch.setattr(progress_files, "_write", lambda file, record: times.append(clock.now))
    progress = writer(tmp_path, clock)
    progress.start_run("a", "memory", networks=10, work=15.0)
    times.clear()
    for tenth in range(1, 36):
        clock.now = 50.0 + tenth / 10
        progress.advance(tenth / 35)
    assert times == [51.0, 52.0, 53.0]
    clock.now = 10.0  # the clock was set back
    progress.advance(1.0)
    assert times[3:] == [10.0]


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path):
    (tmp_path / "progress").write_text("not a folder")
    progress = writer(tmp_path)
    progress.start_run("a", "memory", networks=10, work=15.0)
    progress.advance(0.5)
    progress.end_run()
    progress.finish()
    begin(tmp_path)
    end_study(tmp_path, "finished")
    assert look(tmp_path) is None


def test_a_full_disk_stops_nothing_and_leaves_no_half_of_a_file(tmp_path, monkeypatch):
    def full(self, text, encoding):
        self.touch()
        raise OSError(28, "No space left on device")

    progress = writer(tmp_path)
    monkeypatch.setattr("pathlib.Path.write_text", full)
    progress.finish()
    assert [file.name for file in (tmp_path / "progress").iterdir()] == ["b.json"]
    assert not written(tmp_path)["finished"]


def test_what_is_written_is_read_again(tmp_path):
    begin(tmp_path)
    progress = writer(tmp_path)
    progress.start_run("a", "memory", networks=10, work=15.0)
    progress.end_run("a.log")
    study = read_study(tmp_path)
    assert study.batches["c"] == PlannedBatch(("gates",), 2, 30, 40.0)
    assert read_batches(tmp_path, study) == {"b": progress.record}
    summary = look(tmp_path)
    assert (summary.networks_done, summary.batches_waiting, summary.state) == (40, 1, State.TRAINING)
    assert summary.failed == (FailedRun("a", "a.log"),)


@pytest.mark.parametrize("content", [b"", b'{"batch": "b", "exp', b"[]", b"null", b'{"batch": 3}', b"\xff\xfe"])
def test_half_written_files_count_as_absent(tmp_path, content):
    begin(tmp_path)
    whole = look(tmp_path)
    (tmp_path / "progress" / "b.json").write_bytes(content)
    assert replace(look(tmp_path), seconds=0.0) == replace(whole, seconds=0.0)
    (tmp_path / "progress" / "study.json").write_bytes(content)
    assert look(tmp_path) is None


def test_only_the_process_that_began_a_study_ends_it(tmp_path):
    begin(tmp_path)
    end_study(tmp_path, "finished")
    assert look(tmp_path).state is State.FINISHED
    other = replace(read_study(tmp_path), process=GONE, outcome=None)
    progress_files._write(tmp_path / "progress" / "study.json", other)
    end_study(tmp_path, "finished")
    assert read_study(tmp_path).outcome is None


def test_a_process_is_told_from_a_later_one_of_its_number():
    own = Process.own()
    assert own.exists()
    assert replace(own, start=None).exists()
    assert replace(own, machine="elsewhere").exists() is None
    if own.start is not None:
        assert replace(own, start=own.start - 1).exists() is False
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert not replace(Process.own(), number=ended.pid).exists()


@pytest.mark.skipif(Process.own().start is None, reason="where there is no /proc, it cannot be told")
def test_an_ended_process_that_nobody_has_waited_for_does_not_exist():
    ended = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    ended.stdout.read()
    for _ in range(100):
        if not replace(Process.own(), number=ended.pid).exists():
            break
        time.sleep(0.02)
    assert not replace(Process.own(), number=ended.pid).exists()
    ended.communicate()
