"""Times of calls that take turns, and ratios between them."""

import sys
import time
from collections.abc import Callable, Hashable, Mapping
from typing import Protocol, TypeVar, runtime_checkable

import numpy as np

Key = TypeVar("Key", bound=Hashable)
START = time.monotonic()


@runtime_checkable
class TimesItself(Protocol):
    """A call that runs elsewhere, and is timed there."""

    def seconds(self) -> float:
        """Runs once; how long it took."""
        ...


def seconds_of(call: Callable[[], object]) -> float:
    """How long a call takes."""
    if isinstance(call, TimesItself):
        return call.seconds()
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def interleaved(calls: Mapping[Key, Callable[[], object]], rounds: int) -> dict[Key, np.ndarray]:
    """Seconds of every call, round by round; the first round warms up and does not count."""
    seconds: dict[Key, list[float]] = {name: [] for name in calls}
    for _ in range(rounds + 1):
        for name, call in calls.items():
            seconds[name].append(seconds_of(call))
    return {name: np.array(values[1:]) for name, values in seconds.items()}


def fastest(calls: Mapping[Key, Callable[[], object]], rounds: int = 5) -> Key:
    """The call whose best time is the shortest; a search before anything is reported."""
    best = {name: times.min() for name, times in interleaved(calls, rounds).items()}
    return min(best, key=best.__getitem__)


def ratios(values: np.ndarray) -> dict[str, float]:
    """Median, 10th and 90th percentile of ratios taken round by round."""
    low, median, high = np.percentile(values, [10, 50, 90])
    return {"ratio_median": float(median), "ratio_low": float(low), "ratio_high": float(high)}


def say(message: str) -> None:
    """A line of progress, with the minutes since the start of the process."""
    print(f"{(time.monotonic() - START) / 60:5.1f} min  {message}", file=sys.stderr, flush=True)
