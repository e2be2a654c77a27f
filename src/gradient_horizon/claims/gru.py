"""Section 4 of the lecture: the GRU against the LSTM."""

from gradient_horizon.claims.claim import Claim, Kind, Test
from gradient_horizon.claims.comparisons import longer
from gradient_horizon.claims.evidence import NOTHING, accuracy_difference, memory_horizon_ratio
from gradient_horizon.claims.outcome import Finding, Outcome, Region
from gradient_horizon.claims.runs import BIASED_LSTM, GRU, LSTM, WIDE_GRU, Runs
from gradient_horizon.statistics.intervals import Interval
from gradient_horizon.tables.catalogue import Tables

SIMILAR_LENGTH = Region(1 / 1.5, 1.5)
SIMILAR_ACCURACY = Region(-0.05, 0.05)
HALF_OF_THE_TASKS = Region(low=0.5)
THREE_QUARTERS = Region(0.75, 0.75)
ABOUT_THREE_QUARTERS = Region(0.7, 0.8)


def _size_ratio(tables: Tables, column: str) -> Finding:
    """The size of the GRU over that of the LSTM, at the same width on the same task."""
    sizes = [of.of(tables["runs"]) for of in (GRU, LSTM)]
    if any(rows.empty for rows in sizes) or sizes[0]["hidden_size"].iloc[0] != sizes[1]["hidden_size"].iloc[0]:
        return NOTHING
    ratio = float(sizes[0][column].iloc[0] / sizes[1][column].iloc[0])
    return Finding(Interval(ratio, ratio, ratio), int(sum(rows["judged_seeds"].sum() for rows in sizes)))


def _smaller(test_id: str, kind: Kind, column: str, region: Region) -> Test:
    return Test(
        id=test_id,
        kind=kind,
        table="runs",
        runs=(GRU, LSTM),
        where=(),
        unit="-",
        region=region,
        measure=lambda tables: _size_ratio(tables, column),
    )


FEWER = Claim(
    id="gru-fewer-parameters",
    section="gated cells",
    figure="digits",
    tests=(
        _smaller("weights", "main", "recurrent_weights", THREE_QUARTERS),
        _smaller("whole-network", "boundary", "parameters", ABOUT_THREE_QUARTERS),
    ),
)

BY_LENGTH = (GRU.experiment, "adding")
BY_ACCURACY = ("temporal-order", "selection", "resetting", "copying", "digits", "digits-permuted")
TASKS = (*BY_LENGTH, *BY_ACCURACY)
"""The experiments that train GRU and LSTM on one task each."""


def _pair(experiment: str) -> tuple[Runs, Runs]:
    return Runs(experiment, "gru"), Runs(experiment, "lstm")


def _similar(experiment: str, tables: Tables) -> tuple[Outcome, int]:
    """Whether GRU and LSTM are equivalent on a task: T50 within a factor 1.5, or accuracy within 0.05."""
    if experiment in BY_LENGTH:
        finding = memory_horizon_ratio(tables, *_pair(experiment))
        return SIMILAR_LENGTH.judge(finding.effect), finding.n
    finding = accuracy_difference(tables, *_pair(experiment))
    return SIMILAR_ACCURACY.judge(finding.effect), finding.n


def _similar_tasks(tables: Tables) -> Finding:
    """The share of tasks on which both are equivalent; the interval counts undecided tasks against and for."""
    outcomes = [_similar(experiment, tables) for experiment in TASKS]
    n = sum(count for _, count in outcomes)
    if not all(count for _, count in outcomes):
        return NOTHING
    alike = sum(outcome is Outcome.PASS for outcome, _ in outcomes)
    unclear = sum(outcome is Outcome.UNCLEAR for outcome, _ in outcomes)
    return Finding(Interval(alike / len(TASKS), alike / len(TASKS), (alike + unclear) / len(TASKS)), n)


SIMILAR = Claim(
    id="gru-similar",
    section="gated cells",
    figure="digits",
    tests=(
        Test(
            id="tasks",
            kind="main",
            table="horizons, success",
            runs=tuple(runs for experiment in TASKS for runs in _pair(experiment)),
            where=("policy-chosen",),
            unit="share",
            region=HALF_OF_THE_TASKS,
            measure=_similar_tasks,
        ),
        longer("forget-bias", "boundary", GRU, BIASED_LSTM, SIMILAR_LENGTH),
        longer("equal-parameters", "boundary", WIDE_GRU, LSTM, SIMILAR_LENGTH),
    ),
)
