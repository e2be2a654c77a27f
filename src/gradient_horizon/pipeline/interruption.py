"""What Ctrl-C means to a batch: a terminal sends it to Snakemake and to every job at once."""

import signal
from types import FrameType

from gradient_horizon.pipeline.batch_work import say


def finish_when_interrupted() -> None:
    """Lets this process go on at the first SIGINT, as Snakemake does, which then waits for it; a second one ends it.

    Where SIGINT is ignored already, as in the background of a shell, it stays so. SIGTERM ends the process at once.
    """
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, _go_on)


def _go_on(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    say("interrupted: this batch is finished first; a second Ctrl-C ends it")
