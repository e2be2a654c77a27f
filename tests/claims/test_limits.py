"""Where only a limit is known, the limit is said; and no memory lies outside the lengths that were tried."""

import math

import pytest
from decisive_tables import TESTS
from evidence_rows import LENGTHS, rows_with, success
from hand_made_tables import tables_of
from hypothesis import given, settings
from hypothesis import strategies as st
from judged import TEXTS
from numpy import full

from gradient_horizon.claims.arms import LSTM, TANH
from gradient_horizon.claims.evidence.memory import T50, Length, LengthRatio, T50Over
from gradient_horizon.claims.evidence.per_seed import Horizon
from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.family import Family
from gradient_horizon.claims.outcome import Outcome
from gradient_horizon.claims.question import main
from gradient_horizon.claims.regions import LONGER, SHORT
from gradient_horizon.claims.settings import RECALL_32
from gradient_horizon.statistics.censored import Censored, Side

(RATIO,) = main("lstm", Length(LSTM) / Length(TANH), LONGER, RECALL_32)
(ALONE,) = main("memory", T50(TANH), SHORT, RECALL_32)
EFFECT = {"effect": 2.78, "effect_low": 1.53, "effect_high": 4.2, "effect_censored": "no", "unit": "-"}
NO_PARTS = {"first": None, "second": None}


OPEN = {"effect_high": math.inf, "effect_censored": "right"}


def told(test, row, language="en"):
    """A clause without no-break spaces."""
    return TEXTS[language].clause(Family((test,), (row,))).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("changes", "english", "polish"),
    [
        ({}, "2.8 times", "2,8 raza dłużej"),
        (OPEN, "at least 1.5 times", "co najmniej 1,5 raza dłużej"),
        ({"effect_high": math.inf}, "at least 1.5 times", "co najmniej 1,5 raza dłużej"),
        ({"effect_low": 1.59, "effect_high": math.inf}, "at least 1.5 times", "co najmniej 1,5 raza dłużej"),
        ({"effect_low": 0.0, "effect_censored": "left"}, "at most 4.2 times", "co najwyżej 4,2 raza dłużej"),
        (
            {"effect": 0.22, "effect_low": 0.0, "effect_high": 0.3872, "effect_censored": "left"},
            "at most 0.39 times",
            "co najmniej 2,5 raza krócej",
        ),
        ({"effect": math.nan, "effect_high": math.inf}, "at least 1.5 times", "co najmniej 1,5 raza dłużej"),
    ],
)
def test_an_open_interval_is_said_by_the_end_that_is_known(changes, english, polish):
    row = EFFECT | NO_PARTS | changes
    assert told(RATIO, row) == f"LSTMs remember {english} as long as tanh networks"
    assert told(RATIO, row, "pl") == f"sieci LSTM pamiętają {polish} niż sieci tanh"


def test_both_parts_stand_behind_an_estimate_and_none_behind_a_limit():
    exact = EFFECT | {"first": Censored.exactly(80), "second": Censored.exactly(28.3)}
    assert told(RATIO, exact).endswith(": on average 80 against 28 steps")
    assert told(RATIO, exact, "pl").endswith(": średnio 80 wobec 28 kroków")
    for limit in (exact | OPEN, exact | {"first": Censored.at_least(80)}):
        assert " against " not in told(RATIO, limit)


def test_a_memory_beyond_the_longest_length_is_said_by_that_length_or_what_lies_below_it():
    solved = {5: 10, 10: 10, 20: 10, 40: 6}
    found = ALONE.evidence.find(Place(tables_of(success(RECALL_32, TANH, solved)), RECALL_32))
    assert (found.effect, found.side) == ((40.0, 20.0, math.inf), Side.RIGHT)
    row = {"effect": 40.0, "effect_low": 20.0, "unit": "steps", "first": Censored.at_least(40), "second": None} | OPEN
    assert told(ALONE, row) == "half of the tanh networks learn to remember across at least 20 steps (T50)"


COUNTS = st.lists(st.integers(0, 10), min_size=8, max_size=8)
TRIED = (5, 10, 14, 20, 28, 40, 57, 80)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(first=COUNTS, second=COUNTS)
def test_no_memory_and_no_end_of_its_interval_lies_outside_the_lengths_tried(first, second):
    rows = [
        row
        for arm, counts in ((LSTM, first), (TANH, second))
        for row in success(RECALL_32, arm, dict(zip(TRIED, counts, strict=True)))
    ]
    place = Place(tables_of(rows), RECALL_32)
    for arm in (LSTM, TANH):
        (estimate, low, high), _, side, _ = T50(arm).find(place)
        assert TRIED[0] <= estimate <= TRIED[-1]
        assert (estimate == TRIED[-1] and high == math.inf) or side is not Side.RIGHT
        assert (estimate == TRIED[0] and low == 0) or side is not Side.LEFT
        assert low <= estimate <= high
        assert low in (0, *TRIED) or low == estimate
        assert high in (*TRIED, math.inf) or high == estimate
    ratio = RATIO.evidence.find(place)
    if ratio.side is Side.RIGHT:
        assert ratio.effect.high == math.inf
    if ratio.side is Side.LEFT:
        assert ratio.effect.low == 0
    if ratio.side is Side.NONE and math.isfinite(ratio.effect.estimate):
        assert 5 / 80 <= ratio.effect.estimate <= 80 / 5


BEYOND, BELOW = max(LENGTHS) + 1, min(LENGTHS) - 1


@pytest.mark.parametrize(
    ("first", "second", "side"),
    [
        (BEYOND, 10, Side.RIGHT),
        (10, BEYOND, Side.LEFT),
        (BELOW, 10, Side.LEFT),
        (10, BELOW, Side.RIGHT),
        (10, 20, Side.NONE),
        (BEYOND, BELOW, Side.RIGHT),
        (BELOW, BEYOND, Side.LEFT),
    ],
)
def test_a_ratio_of_limits_says_on_which_side_of_it_the_true_one_lies(first, second, side):
    rows = [
        row
        for arm, value in ((LSTM, first), (TANH, second))
        for row in rows_with(T50(arm), RECALL_32, full(10, float(value)))
    ]
    found = RATIO.evidence.find(Place(tables_of(rows), RECALL_32))
    assert found.side is side
    assert (found.effect.high == math.inf) == (side is Side.RIGHT)
    assert (found.effect.low == 0) == (side is Side.LEFT)


@pytest.mark.parametrize("value", [BEYOND, BELOW])
def test_of_two_limits_on_one_side_there_is_no_ratio(value):
    rows = [row for arm in (LSTM, TANH) for row in rows_with(T50(arm), RECALL_32, full(10, float(value)))]
    (estimate, low, high), n, side, _ = RATIO.evidence.find(Place(tables_of(rows), RECALL_32))
    assert math.isnan(estimate)
    assert (low, high, n, side) == (0, math.inf, 10, Side.NONE)


def horizons(test, values):
    """The finding where each seed's horizon is one of these."""
    rows = rows_with(test.evidence, test.setting, full(len(values), 1.0))
    column = test.evidence.column
    known = [(name, row | {column: value}) for (name, row), value in zip(rows, values, strict=True)]
    return test.evidence.find(Place(tables_of(known), test.setting))


HORIZON = TESTS["short-memory/gradient-horizon@recall-32"][1]


@pytest.mark.parametrize(
    ("limit", "outcome"), [(4, Outcome.UNCLEAR), (6, Outcome.UNCLEAR), (10, Outcome.UNCLEAR), (20, Outcome.FAIL)]
)
def test_a_sequence_too_short_to_see_the_gradient_fade_decides_only_what_it_shows(limit, outcome):
    """Eight steps with 8 % left at the last lag must not refute "within 5 to 10 steps", nor seven steps support it."""
    found = horizons(HORIZON, [Censored.at_least(limit)] * 10)
    assert (found.effect, found.side) == ((limit, limit, math.inf), Side.RIGHT)
    assert HORIZON.region.judge(found.effect) is outcome


def test_of_horizons_limited_on_both_sides_there_is_no_mean():
    found = horizons(HORIZON, [Censored.at_most(4)] * 5 + [Censored.at_least(20)] * 5)
    assert math.isnan(found.effect.estimate)
    assert HORIZON.region.judge(found.effect) is Outcome.UNCLEAR


LENGTHS_OF_MEMORY = [
    name for name, (_, test) in TESTS.items() if isinstance(test.evidence, T50 | LengthRatio | T50Over)
]
HORIZONS = [name for name, (_, test) in TESTS.items() if isinstance(test.evidence, Horizon)]


@pytest.mark.parametrize("name", [*LENGTHS_OF_MEMORY, *HORIZONS])
def test_no_interval_is_closed_where_every_value_is_a_limit(name):
    _, test = TESTS[name]
    if name in HORIZONS:
        found = horizons(test, [Censored.at_least(79)] * 10)
    else:
        arms = test.evidence.arms
        rows = [
            row
            for arm in arms
            for policy in ("chosen", "any")
            for row in rows_with(T50(arm, policy), test.setting, full(10, float(BEYOND)))
        ]
        found = test.evidence.find(Place(tables_of(rows), test.setting))
    assert found.n == 10
    assert found.effect.high == math.inf


def test_there_are_tests_of_limits():
    assert len(LENGTHS_OF_MEMORY) > 50
    assert len(HORIZONS) == 8
