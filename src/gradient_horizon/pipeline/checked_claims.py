"""What the checks of a claim's folder say, as a line of a table, and as problems."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradient_horizon.pipeline.stored_runs import table as aligned

TOLERANCE = 1e-9
"""Relative; of effects and interval ends that were recomputed in float64, but not in the same order of operations."""

HEAD = ("claim", "verdict", "shuffled arms", "recomputed", "largest difference")


@dataclass(frozen=True)
class Checked:
    """What the folder of a claim says: its verdict, its negative control, and what was recomputed independently.

    A claim that its study does not judge has no verdict (None) and no tests.
    """

    verdict: Mapping[str, Any]
    control: Mapping[str, Any]
    independent: Mapping[str, Any]

    @property
    def recomputed(self) -> list[Mapping[str, Any]]:
        """The tests that were recomputed."""
        return [test for test in self.independent["tests"] if not test["not_recomputed"]]

    @property
    def difference(self) -> float:
        """The largest relative difference of an effect, or of an end of its interval."""
        return max((float(test["difference"]) for test in self.recomputed), default=0.0)


def table(checked: Sequence[Checked]) -> list[str]:
    """A line per claim, and what was not recomputed, with the reasons."""
    lines = aligned([HEAD, *map(_words, checked)])
    for each in checked:
        for test in each.independent["tests"]:
            if test["not_recomputed"]:
                lines.append(f"{each.verdict['claim']}: {_name(test)} was not recomputed: {test['not_recomputed']}")
    return lines


def problems(checked: Checked) -> Iterator[str]:
    """What speaks against a claim's verdict, a sentence each."""
    claim, control = checked.verdict["claim"], checked.control
    if "share" in control and control["share"] > control["most"]:
        yield f"{claim}: at most {control['most']:.0%} of shuffled arms may support it, got {control['share']:.1%}"
    for test in checked.recomputed:
        if not float(test["difference"]) <= TOLERANCE:
            yield f"{claim}: {_name(test)} must be the same when recomputed, within {TOLERANCE:g}, got {test['got']}"
        if test["silence"] != test["recomputed_silence"]:
            yield f"{claim}: {_name(test)} must be silent alike when recomputed, got {test['recomputed_silence']!r}"
    again = checked.independent["verdict"]
    if again is not None and again != checked.verdict["verdict"]:
        yield f"{claim}: the verdict must be {checked.verdict['verdict']!r} when recomputed, got {again!r}"


def _words(checked: Checked) -> tuple[str, ...]:
    control = checked.control
    tests = checked.independent["tests"]
    return (
        checked.verdict["claim"],
        checked.verdict["verdict"] or "not judged",
        f"{control['share']:.1%} support it" if "share" in control else "–",
        f"{len(checked.recomputed)} of {len(tests)} tests",
        f"{checked.difference:.1e}",
    )


def _name(test: Mapping[str, Any]) -> str:
    return f"{test['test']} ({test['setting']})" if test["setting"] else str(test["test"])
