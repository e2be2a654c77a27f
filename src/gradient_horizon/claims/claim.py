"""What a claim is made of: main and boundary tests with thresholds fixed beforehand; its texts are in `report/`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

from gradient_horizon.claims.outcome import Finding, Outcome, Region
from gradient_horizon.claims.runs import Runs
from gradient_horizon.claims.verdict import Verdict, decide
from gradient_horizon.tables.catalogue import Tables

Kind = Literal["main", "boundary"]
"""The claim as stated, or under other conditions."""


@dataclass(frozen=True)
class Test:
    """One question to the tables.

    `runs` are the groups of runs whose rows it reads in `table`; `where` narrows the rows down and `beside` is another
    table that it reads, both for the reader only: `measure` does the reading. `unit` is that of the estimate.
    """

    __test__: ClassVar[bool] = False  # for pytest, which takes classes of this name for its own

    id: str
    kind: Kind
    table: str
    runs: tuple[Runs, ...]
    where: tuple[str, ...]
    unit: str
    region: Region
    measure: Callable[[Tables], Finding]
    beside: str | None = None


class Result(NamedTuple):
    """A test with its estimate and its outcome."""

    test: Test
    finding: Finding
    outcome: Outcome


@dataclass(frozen=True)
class Claim:
    """A sentence of the lecture, or of the literature after it, as tests."""

    id: str
    section: Literal["cause", "vanishing", "exploding", "gated cells", "remedies", "after the lecture"]
    figure: str
    tests: tuple[Test, ...]

    @property
    def experiments(self) -> list[str]:
        """The experiments whose runs the tests read, each once, in their order; none for a claim on algebra alone."""
        return list(dict.fromkeys(runs.experiment for test in self.tests for runs in test.runs))

    def judge(self, tables: Tables) -> tuple[Verdict, tuple[Result, ...]]:
        """The verdict, and the result of every test."""
        results = []
        for test in self.tests:
            finding = test.measure(tables)
            results.append(Result(test, finding, test.region.judge(finding.effect)))
        verdict = decide(
            [result.outcome for result in results if result.test.kind == "main"],
            [result.outcome for result in results if result.test.kind == "boundary"],
        )
        return verdict, tuple(results)
