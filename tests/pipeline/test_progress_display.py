import io
import logging
import re
import subprocess
import sys
import threading
import time
from dataclasses import replace
from functools import partial

import pytest
from progress_records import Clock, begin, finished, record, summary_of, writer
from rich.console import Console

from gradient_horizon.pipeline import progress_display
from gradient_horizon.pipeline.commands import status
from gradient_horizon.pipeline.progress_display import Bars, Display, Lines, bars, screen
from gradient_horizon.pipeline.progress_files import FailedRun, end_study, read_study
from gradient_horizon.pipeline.progress_view import line


def test_lines_come_when_something_changed_and_fifteen_seconds_apart():
    stream, clock = io.StringIO(), Clock()
    lines = Lines(stream, clock)
    for second in range(61):
        clock.now = 50.0 + second
        networks = second if second < 40 else 40
        lines.show({"": summary_of(record("memory-1", networks_done=networks))})
    counts = [int(count) for count in re.findall(r"training: 1,0(\d\d) of", stream.getvalue())]
    assert counts == [0, 15, 30, 40]
    clock.now += 1
    lines.close({"": summary_of(finished("memory-1"))})
    assert stream.getvalue().splitlines()[-1].startswith("training: 1,100 of")
    assert stream.getvalue().count("\n") == 5


def terminal(width=160):
    return Console(file=io.StringIO(), force_terminal=True, width=width, legacy_windows=False, _environ={})


def plain(text):
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def test_bars_show_networks_batches_and_failures():
    batch = record("memory-1", run="memory_[red]_tanh", experiment="memory", stage="training", work_done=150.0)
    summary = summary_of(replace(batch, failed=(FailedRun("a", "a.log"),)))
    console = terminal()
    console.print(bars({"": summary}))
    networks, batch, failed = plain(console.file.getvalue()).splitlines()
    assert re.match(r"networks ━+╺?━* 1,000 of 1,400 networks \(71 %\) in 1 min, about \d+ min left", networks)
    assert re.match(r"memory +━+╺━+ memory_\[red\]_tanh, training; 1 of 4 runs done, 50 % in 1 min", batch)
    assert failed.strip() == "1 run failed: a, see a.log"
    narrow = terminal(40)
    narrow.print(bars({"": summary}))
    assert max(map(len, plain(narrow.file.getvalue()).splitlines())) <= 40


def test_messages_of_snakemake_appear_above_the_bars(monkeypatch):
    console = terminal()
    console.file.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", console.file)
    handler = logging.StreamHandler(console.file)
    logger = logging.getLogger("snakemake.logging")
    monkeypatch.setattr(logger, "handlers", [handler])
    monkeypatch.setattr(logger, "propagate", False)
    shown = Bars(console)
    shown.show({"": summary_of()})
    logger.warning("\x1b[33mFinished jobid: 3\x1b[0m")
    shown.show({"": summary_of(finished("memory-1"))})
    after_message = plain(console.file.getvalue().split("Finished jobid: 3")[1])
    assert after_message.splitlines()[0].strip() == ""
    assert "networks" in after_message.splitlines()[1]
    shown.close({"": summary_of(finished("memory-1"))})
    assert handler.stream is console.file is sys.stderr
    logger.warning("after the bars")
    *_, last, after = plain(console.file.getvalue()).splitlines()
    assert last.endswith(line(summary_of(finished("memory-1"))))
    assert after == "after the bars"


def test_a_terminal_that_cannot_draw_gets_lines(monkeypatch):
    stream = io.StringIO()
    assert isinstance(screen(stream), Lines)
    stream.isatty = lambda: True
    monkeypatch.setenv("TERM", "dumb")
    assert isinstance(screen(stream), Lines)


def test_the_display_writes_a_first_and_a_last_line_and_nothing_after_stop(tmp_path, monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress_display, "SECONDS_BETWEEN_LOOKS", 0.01)
    begin(tmp_path)
    display = Display(tmp_path)
    display.start()
    assert stream.getvalue().startswith("training: 40 of 100 networks")
    display.start()
    writer(tmp_path).finish()
    time.sleep(0.1)
    display.stop("finished")
    first, last = stream.getvalue().splitlines()
    assert first.startswith("training: 40 of 100 networks (40 %) in 0 s, some 1 min left by the plan")
    assert last == "finished: 40 of 100 networks (40 %) in 0 s"
    begin(tmp_path)
    display.stop("failed")
    display.start()
    time.sleep(0.05)
    assert len(stream.getvalue().splitlines()) == 2
    assert read_study(tmp_path).outcome is None
    assert "progress" not in {thread.name for thread in threading.enumerate()}


def test_the_display_never_raises(tmp_path, monkeypatch):
    class Closed(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Closed())
    begin(tmp_path)
    display = Display(tmp_path)
    display.start()
    display.stop("finished")
    assert read_study(tmp_path).outcome == "finished"
    never_started = Display(tmp_path / "nowhere")
    never_started.stop()


@pytest.mark.slow
def test_the_display_does_not_keep_a_process_alive(tmp_path):
    begin(tmp_path)
    code = "import sys; from gradient_horizon.pipeline.progress_display import Display; Display(sys.argv[1]).start()"
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0
    assert done.stderr.startswith("training: 40 of 100 networks")


@pytest.fixture
def two_studies(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    begin(tmp_path / "results" / "default")
    progress = writer(tmp_path / "results" / "default")
    progress.start_run("memory_a", "memory", networks=10, work=15.0)
    progress.end_run("results/default/logs/memory_a.log")
    progress.start_run("memory_b", "memory", networks=20, work=25.0)
    progress.stage("training")
    begin(tmp_path / "results" / "smoke")
    end_study(tmp_path / "results" / "smoke", "finished")
    return tmp_path


show = partial(status.print_status, study=None, watch=False)


def test_status_shows_every_study_with_batches_and_failures(two_studies, capsys):
    show()
    first, batch, failed, second = capsys.readouterr().out.splitlines()
    assert first.startswith("default: training: 40 of 100 networks (40 %) in 0 s")
    assert batch == "  memory: memory_b, training; 1 of 2 runs done, 38 % in 0 s"
    assert failed == "  failed: memory_a, see results/default/logs/memory_a.log"
    assert second == "smoke: finished: 40 of 100 networks (40 %) in 0 s"
    show(study="smoke")
    assert capsys.readouterr().out.splitlines() == [second]


def test_status_refuses_a_study_that_has_not_begun(two_studies, capsys):
    with pytest.raises(SystemExit) as caught:
        show(study="paper")
    assert caught.value.code == 2
    assert capsys.readouterr().err == "the study must be one that has begun, got 'paper'; legal: default, smoke\n"


def test_status_says_when_nothing_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    show()
    assert capsys.readouterr().out == "nothing runs: no study has begun in results\n"


def test_status_watches_until_the_study_ends(two_studies, monkeypatch, capsys):
    results = two_studies / "results" / "default"
    monkeypatch.setattr(status.time, "sleep", lambda seconds: end_study(results, "failed"))
    show(study="default", watch=True)
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith("default: training: 40 of 100 networks")
    assert second.startswith("default: stopped before its end: 40 of 100 networks")


def test_status_stops_watching_at_ctrl_c(two_studies, monkeypatch, capsys):
    def interrupt(seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(status.time, "sleep", interrupt)
    show(watch=True)
    assert capsys.readouterr().out.count("default: training") == 2
