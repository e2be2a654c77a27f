"""The rates of simulated studies as a page of Markdown."""

import itertools
from collections.abc import Sequence

from gradient_horizon.simulating.coverage import CoverageRow
from gradient_horizon.simulating.decisions import DecisionRow
from gradient_horizon.simulating.requirements import (
    ERROR,
    LOWEST_COVERAGE,
    MEAN_COVERAGE,
    POWER,
    SEEDS_NEEDED,
    STANDARD_ERRORS,
    Simulated,
    unmet,
)

ABOUT = """# Intervals and tests on simulated studies

Made by `make simulate`: {draws} drawn studies for every truth and number of seeds n. The truths are in
`src/gradient_horizon/simulating/coverage.py` and `decisions.py`.

- **Shares**, of seeds that solve: 0.05 to 0.95 in steps of 0.05; differences of every pair of seven of them.
- **T50 and mean length**: success falls as 1 / (1 + (T / T50)^slope) with slopes 2 to 32, its T50 at and between all
  tried lengths (5, 7, 10, 14, 20, 28, 40, 57, 80); or falls so, but levels off at 0.3, 0.45 or 0.6 of the seeds; or a
  seed that solves a length solves all shorter ones. Ratios: of arms of one slope and of two. The true mean length is
  that within the tried lengths.
- **Learning rate chosen by the other seeds**: three rates; each seed is judged at the one at which most others solve
  (then soonest, then the middle one). The truth is the share expected under this procedure with n seeds, enumerated
  exactly, and the T50 and mean length of these shares.
- **Means**: of normal, uniform, lognormal, gamma and beta values, and others, each on its scale; the truth is the mean
  on that scale, taken back from it.
- **Pooled effects**: three settings, whose true effects are alike or not. What is covered is the mean of these
  settings' true effects.
- **Median time to solve**: exponential times, looked at every 100 updates, censored at 1500.
- **Rank correlation**: of n normal pairs.
- **Rank correlation of clustered pairs**: Kendall's, of n clusters of four normal pairs each; half of the variance is
  of clusters, half of pairs.
"""
VERDICT = "All requirements are met, up to {errors} standard errors of so many draws."


def page(simulated: Simulated) -> str:
    """The page: what was drawn, the three tables, and which requirements are not met."""
    missed = unmet(simulated)
    verdict = "\n".join(f"- {sentence}" for sentence in missed) if missed else VERDICT.format(errors=STANDARD_ERRORS)
    least = " and ".join(f"{rate:.0%} with {n} seeds" for n, rate in itertools.islice(LOWEST_COVERAGE.items(), 2))
    return "\n".join(
        [
            ABOUT.format(draws=simulated.draws),
            f"{verdict}\n",
            f"## Coverage of 95 % intervals\n\nMust be {MEAN_COVERAGE:.0%} over all truths of a quantity, and never "
            f"below {least} or more.\n",
            *coverage_table(simulated.coverage),
            f"\n## Wrong decisions\n\nHow often an interval lies wholly on one side of no effect where there is none: "
            f"at most {ERROR:.0%} on each.\n",
            *_table(("quantity", "truth", "n", "above", "below"), [_error(row) for row in simulated.errors]),
            f"\n## Power\n\nHow often an interval lies wholly above no effect where there is one: {POWER:.0%} from the "
            "number of seeds on that stands in the last column.\n",
            *power_table(simulated.power),
            "",
        ]
    )


def coverage_table(rows: Sequence[CoverageRow]) -> list[str]:
    """The lines of the table of coverage."""
    cells = [
        (row.quantity, str(row.n), str(row.truths), f"{row.mean:.1%}", f"{row.lowest:.1%}", row.worst) for row in rows
    ]
    return _table(("quantity", "n", "truths", "mean", "lowest", "where"), cells)


def power_table(rows: Sequence[DecisionRow]) -> list[str]:
    """The lines of the table of power: a row per comparison, a column per number of seeds."""
    seeds = sorted({row.n for row in rows})
    cells = []
    for (quantity, truth), group in itertools.groupby(rows, key=lambda row: (row.quantity, row.truth)):
        found = {row.n: f"{row.above:.1%}" for row in group}
        cells.append((quantity, truth, *(found[n] for n in seeds), str(SEEDS_NEEDED[quantity])))
    return _table(("quantity", "truth", *(f"n = {n}" for n in seeds), "from n ="), cells)


def _error(row: DecisionRow) -> tuple[str, ...]:
    return row.quantity, row.truth, str(row.n), f"{row.above:.1%}", f"{row.below:.1%}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]
