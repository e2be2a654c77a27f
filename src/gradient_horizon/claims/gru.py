"""Section 4 of the lecture: the GRU against the LSTM."""

from gradient_horizon.claims.base import Claim, Finding, Outcome, Region, Test
from gradient_horizon.claims.comparisons import Kind
from gradient_horizon.claims.evidence import NOTHING, Runs, accuracy_difference, memory_horizon_ratio
from gradient_horizon.statistics import Interval
from gradient_horizon.tables.catalogue import Tables

SIMILAR_LENGTH = Region(1 / 1.5, 1.5)
SIMILAR_ACCURACY = Region(-0.05, 0.05)
HALF_OF_THE_TASKS = Region(low=0.5)
THREE_QUARTERS = Region(0.75, 0.75)
ABOUT_THREE_QUARTERS = Region(0.7, 0.8)

GRU, LSTM = Runs("memory-gates", "gru"), Runs("memory-gates", "lstm")
QUOTE_PL = (
    "GRU (Gated Recurrent Unit): uproszczona wersja LSTM (tylko 2 bramki: reset i update), często podobna "
    "skuteczność, mniej parametrów."
)
QUOTE_EN = (
    "GRU (Gated Recurrent Unit): a simplified LSTM (only 2 gates: reset and update), often similar performance, "
    "fewer parameters."
)


def _size_ratio(tables: Tables, column: str) -> Finding:
    """Of GRU to LSTM at the same width on the same task."""
    sizes = [of.of(tables["runs"]) for of in (GRU, LSTM)]
    if any(rows.empty for rows in sizes) or sizes[0]["hidden_size"].iloc[0] != sizes[1]["hidden_size"].iloc[0]:
        return NOTHING
    ratio = float(sizes[0][column].iloc[0] / sizes[1][column].iloc[0])
    return Finding(Interval(ratio, ratio, ratio), int(sum(rows["judged_seeds"].sum() for rows in sizes)))


def _smaller(test_id: str, kind: Kind, column: str, region: Region, **texts: str) -> Test:
    return Test(
        id=test_id,
        kind=kind,
        table="runs",
        rows=f"{GRU}; against {LSTM}",
        statistic=f"ratio of {column} at equal width (exact)",
        unit="-",
        region=region,
        measure=lambda tables: _size_ratio(tables, column),
        **texts,
    )


FEWER = Claim(
    id="gru-fewer-parameters",
    section="gated cells",
    quote_pl=QUOTE_PL.replace("często podobna skuteczność, ", "[…] "),
    quote_en=QUOTE_EN.replace("often similar performance, ", "[…] "),
    figure="digits",
    tests=(
        _smaller(
            "weights",
            "main",
            "recurrent_weights",
            THREE_QUARTERS,
            question="Has a GRU exactly three quarters of the weights of an LSTM of the same width?",
            why="Three blocks of matrices against four: a matter of counting.",
            if_pass="a GRU has {effect} times the weights of an LSTM of the same width",
            if_fail="a GRU has {effect} times the weights of an LSTM of the same width, not three quarters",
        ),
        _smaller(
            "whole-network",
            "boundary",
            "parameters",
            ABOUT_THREE_QUARTERS,
            question="Is it still about three quarters when biases and the read-out count?",
            why="Within 0.05 of three quarters; the read-out is the same for both.",
            if_pass="with biases and read-out it is {effect} times",
            if_fail="with biases and read-out it is {effect} times, not about three quarters",
        ),
    ),
)

TASKS = {
    "recall": "memory-gates",
    "adding": "adding",
    "temporal-order": "temporal-order",
    "selective-recall": "selection",
    "reset": "resetting",
    "copying": "copying",
    "digits": "digits",
    "digits-permuted": "digits-permuted",
}
BY_LENGTH = ("recall", "adding")


def _similar(task: str, tables: Tables) -> tuple[Outcome, int]:
    """Whether GRU and LSTM are equivalent on a task: T50 within a factor 1.5, or accuracy within 0.05."""
    pair = Runs(TASKS[task], "gru"), Runs(TASKS[task], "lstm")
    if task in BY_LENGTH:
        found = memory_horizon_ratio(tables, *pair)
        return SIMILAR_LENGTH.judge(found.effect), found.n
    found = accuracy_difference(tables, *pair)
    return SIMILAR_ACCURACY.judge(found.effect), found.n


def _similar_tasks(tables: Tables) -> Finding:
    """The share of tasks on which both are equivalent; the interval counts undecided tasks against and for."""
    outcomes = [_similar(task, tables) for task in TASKS]
    n = sum(count for _, count in outcomes)
    if not all(count for _, count in outcomes):
        return NOTHING
    alike = sum(outcome is Outcome.PASS for outcome, _ in outcomes)
    unclear = sum(outcome is Outcome.UNCLEAR for outcome, _ in outcomes)
    return Finding(Interval(alike / len(TASKS), alike / len(TASKS), (alike + unclear) / len(TASKS)), n)


def _as_long(test_id: str, gru: Runs, lstm: Runs, **texts: str) -> Test:
    return Test(
        id=test_id,
        kind="boundary",
        table="horizons",
        rows=f"{gru}; against {lstm}; policy chosen",
        statistic="ratio of the memory horizons T50 (profile likelihood, MOVER)",
        unit="-",
        region=SIMILAR_LENGTH,
        why="A factor of 1.5 either way.",
        measure=lambda tables: memory_horizon_ratio(tables, gru, lstm),
        **texts,
    )


SIMILAR = Claim(
    id="gru-similar",
    section="gated cells",
    quote_pl=QUOTE_PL,
    quote_en=QUOTE_EN,
    figure="digits",
    tests=(
        Test(
            id="tasks",
            kind="main",
            question="Are GRU and LSTM equivalent on at least half of the tasks?",
            table="horizons, success",
            rows=f"experiments {', '.join(TASKS.values())}; policy chosen",
            statistic="share of tasks with T50 within a factor 1.5, or accuracy within 0.05, by its whole interval "
            "(two one-sided tests at 2.5 %)",
            unit="share",
            region=HALF_OF_THE_TASKS,
            why="“Often” is at least half; the margins are those fixed in the design, before any run.",
            measure=_similar_tasks,
            if_pass="they are equivalent on {effect} of the tasks",
            if_fail="they are equivalent on only {effect} of the tasks",
        ),
        _as_long(
            "forget-bias",
            GRU,
            Runs("memory-gate-bias", "lstm", "forget-bias-1"),
            question="Do both remember equally long when the LSTM's forget bias starts at 1?",
            if_pass="with a forget bias of 1 the LSTM remembers as long as the GRU (the GRU {effect} times)",
            if_fail="even with a forget bias of 1 memories differ (the GRU's is {effect} times the LSTM's)",
        ),
        _as_long(
            "equal-parameters",
            Runs("memory-wide-gru", "gru"),
            LSTM,
            question="Do both remember equally long when the GRU is widened to as many parameters as the LSTM has?",
            if_pass="with as many parameters the GRU remembers as long as the LSTM ({effect} times)",
            if_fail="with as many parameters the GRU remembers {effect} times as long as the LSTM",
        ),
    ),
)
