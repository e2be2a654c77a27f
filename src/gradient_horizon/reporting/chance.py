"""How many tests come out wrong by chance."""

from gradient_horizon.reporting.wording import Wording
from gradient_horizon.statistics.intervals import CONFIDENCE


def wrong_by_chance(wording: Wording, tests: int) -> str:
    """How many of so many tests are expected to come out wrong; of fewer than one, how likely any does at most.

    Both hold for tests that share networks, too: the expected number is the sum, and the chance is at most that
    (Boole's inequality).
    """
    words, expected = wording.words["by_chance"], tests * (1 - CONFIDENCE)
    told = words["some" if round(expected, 9) >= 1 else "any"]
    return str(
        told.format(
            tests=wording.numbers.counted(tests, words["tests"]),
            n=wording.numbers.integer(round(expected)),
            share=wording.numbers.share(expected),
        )
    )
