"""What a person sees while a study runs: bars on a terminal, lines elsewhere."""

import atexit
import logging
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from gradient_horizon.pipeline.progress_files import Outcome, end_study
from gradient_horizon.pipeline.progress_view import (
    RunningBatch,
    State,
    Summary,
    doing,
    done,
    line,
    look,
    time_left,
    troubles,
)

SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_BETWEEN_LINES = 15.0
SECONDS_TO_STOP = 5.0
WIDTH_OF_BARS = 24

Summaries = Mapping[str, Summary]
"""The summaries of studies by what stands before their lines; nothing where there is one study only."""


Stream = Any
"""A stream of text; what libraries put in the place of the standard ones is no TextIO."""


class Screen(ABC):
    """Something that shows how far studies are, again and again, until it is closed."""

    @abstractmethod
    def show(self, summaries: Summaries) -> None:
        """Shows the state of now."""

    @abstractmethod
    def close(self, summaries: Summaries) -> None:
        """Shows the last state, as lines that stay."""


class Lines(Screen):
    """A line when something has changed, at most every fifteen seconds; the first and the last always."""

    def __init__(self, stream: Stream, clock: Callable[[], float] = time.monotonic):
        self.stream, self.clock = stream, clock
        self.shown: dict[str, tuple[str, float]] = {}

    def show(self, summaries: Summaries) -> None:
        """Writes the lines that are due."""
        self._write(summaries, SECONDS_BETWEEN_LINES)

    def close(self, summaries: Summaries) -> None:
        """Writes the lines that have changed."""
        self._write(summaries, 0.0)

    def _write(self, summaries: Summaries, apart: float) -> None:
        for name, summary in summaries.items():
            text, now = line(summary), self.clock()
            before, when = self.shown.get(name, ("", -apart))
            if text != before and (not before or now - when >= apart):
                self.shown[name] = text, now
                self.stream.write(f"{name}{': ' if name else ''}{text}\n")
                self.stream.flush()


class Bars(Screen):
    """Bars at the foot of a terminal: what is written to the standard streams meanwhile appears above them."""

    def __init__(self, console: Console):
        self.console = console
        streams = {"stdout": sys.stdout, "stderr": sys.stderr}
        on_terminal = {name: console.file is stream or stream.isatty() for name, stream in streams.items()}
        self.live = Live(
            console=console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=on_terminal["stdout"],
            redirect_stderr=on_terminal["stderr"],
        )
        self.live.start()
        self.moved: list[tuple[logging.StreamHandler[Stream], Stream]] = []
        for handler in _handlers_of_snakemake():
            for name, stream in streams.items():
                if on_terminal[name] and handler.stream is stream:
                    self.moved.append((handler, stream))
                    handler.setStream(getattr(sys, name))

    def show(self, summaries: Summaries) -> None:
        """Draws the bars anew."""
        self.live.update(bars(summaries), refresh=True)

    def close(self, summaries: Summaries) -> None:
        """Removes the bars and writes the lines in their place."""
        for handler, stream in self.moved:
            handler.setStream(stream)
        self.moved = []
        self.live.stop()
        Lines(self.console.file).close(summaries)


def _handlers_of_snakemake() -> Iterator["logging.StreamHandler[Stream]"]:
    """They keep the stream that they were made with, so that they would write into the bars."""
    for handler in logging.getLogger("snakemake.logging").handlers:
        if isinstance(handler, logging.StreamHandler) and not isinstance(handler, logging.FileHandler):
            yield handler


def bars(summaries: Summaries) -> RenderableType:
    """A bar of networks per study, one per running batch, and what failed."""
    parts: list[RenderableType] = []
    for name, summary in summaries.items():
        if summary.state is State.TRAINING:
            parts += [_bars_of(name, summary), *(Text(clause, style="red") for clause in troubles(summary))]
        else:
            parts.append(Text(f"{name}{': ' if name else ''}{line(summary)}"))
    return Group(*parts)


def _bars_of(name: str, summary: Summary) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(width=WIDTH_OF_BARS)
    table.add_column(no_wrap=True, overflow="ellipsis")
    whole = ProgressBar(total=max(summary.networks, 1), completed=summary.networks_done, width=WIDTH_OF_BARS)
    table.add_row(Text(name or "networks", style="bold"), whole, Text(f"{done(summary)}, {time_left(summary)}"))
    for batch in summary.running:
        table.add_row(*_bar_of(batch))
    return table


def _bar_of(batch: RunningBatch) -> tuple[Text, ProgressBar, Text]:
    bar = ProgressBar(total=1.0, completed=batch.share, width=WIDTH_OF_BARS)
    return Text(", ".join(batch.experiments)), bar, Text(doing(batch))


def screen(stream: Stream) -> Screen:
    """Bars where the stream is a terminal that can draw them, else lines."""
    on_terminal = stream.isatty()
    console = Console(file=stream, force_terminal=on_terminal)
    if on_terminal and not console.is_dumb_terminal:
        with suppress(Exception):
            return Bars(console)
    return Lines(stream)


class Display:
    """Shows on the standard error how far a study is, from a thread that never raises and ends with the process."""

    def __init__(self, results: Path | str):
        self.results = Path(results)
        self.stopping, self.lock = Event(), Lock()
        self.thread: Thread | None = None

    def start(self) -> None:
        """Begins to show the study whose record lies in the folder of results, once there is one.

        Draws here first: Snakemake, which calls this, would write into bars that appear from another thread.
        """
        with self.lock, suppress(Exception):
            if self.thread is None and not self.stopping.is_set():
                shown = screen(sys.stderr)
                self.thread = Thread(target=self._run, args=(shown,), name="progress", daemon=True)
                atexit.register(self.stop)
                with suppress(Exception):
                    shown.show(self._summaries())
                self.thread.start()

    def stop(self, outcome: Outcome | None = None) -> None:
        """Writes the outcome, if given, into the study's record, then the last line; nothing is shown afterwards."""
        with self.lock, suppress(Exception):
            if self.stopping.is_set():
                return
            if outcome:
                end_study(self.results, outcome)
            self.stopping.set()
            atexit.unregister(self.stop)
            if self.thread:
                self.thread.join(SECONDS_TO_STOP)

    def _run(self, shown: Screen) -> None:
        with suppress(Exception):
            try:
                while not self.stopping.wait(SECONDS_BETWEEN_LOOKS):
                    shown.show(self._summaries())
            finally:
                shown.close(self._summaries())

    def _summaries(self) -> Summaries:
        summary = look(self.results)
        return {"": summary} if summary else {}
