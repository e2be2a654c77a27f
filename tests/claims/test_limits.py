"""Where only a limit is known, the limit is said; and no memory lies outside the lengths that were tried."""

import math

import pytest
from evidence_rows import success
from hand_made_tables import tables_of
from hypothesis import given, settings
from hypothesis import strategies as st
from judged import TEXTS

from gradient_horizon.claims.arms import LSTM, TANH
from gradient_horizon.claims.evidence.memory import T50
from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.question import main
from gradient_horizon.claims.regions import LONGER, SHORT
from gradient_horizon.claims.settings import RECALL_32
from gradient_horizon.statistics.censored import Censored, Side

(RATIO,) = main("lstm", T50(LSTM) / T50(TANH), LONGER, RECALL_32)
(ALONE,) = main("memory", T50(TANH), SHORT, RECALL_32)
EFFECT = {"effect": 2.78, "effect_low": 1.53, "effect_high": 4.2, "effect_censored": "no", "unit": "-"}
NO_PARTS = {"first": None, "second": None}


@pytest.mark.parametrize(
    ("changes", "english", "polish"),
    [
        ({}, "2.78 times", "2,78 raza"),
        ({"effect_high": math.inf, "effect_censored": "right"}, "at least 1.53 times", "co najmniej 1,53 raza"),
        ({"effect_high": math.inf}, "at least 1.53 times", "co najmniej 1,53 raza"),
        ({"effect_low": 0.0, "effect_censored": "left"}, "at most 4.2 times", "co najwyżej 4,2 raza"),
        (
            {"effect": math.nan, "effect_low": 1.53, "effect_high": math.inf},
            "at least 1.53 times",
            "co najmniej 1,53 raza",
        ),
    ],
)
def test_an_open_interval_is_said_by_the_end_that_is_known(changes, english, polish):
    row = EFFECT | NO_PARTS | changes
    assert TEXTS["en"].clause(RATIO, row) == f"LSTM remembers {english} as long as tanh"
    assert TEXTS["pl"].clause(RATIO, row) == f"LSTM pamięta {polish} tyle co tanh"


def test_both_parts_stand_behind_a_ratio_with_the_signs_of_their_limits():
    row = EFFECT | {"first": Censored.at_least(80), "second": Censored.exactly(28.3)}
    assert TEXTS["en"].clause(RATIO, row).endswith(": ≥\N{NO-BREAK SPACE}80 against 28.3 steps")
    assert TEXTS["pl"].clause(RATIO, row).endswith(": ≥\N{NO-BREAK SPACE}80 wobec 28,3 kroków")


def test_a_memory_beyond_the_longest_length_is_said_by_that_length_or_what_lies_below_it():
    solved = {5: 10, 10: 10, 20: 10, 40: 6}
    found = ALONE.evidence.find(Place(tables_of(success(RECALL_32, TANH, solved)), RECALL_32))
    assert (found.effect, found.side) == ((40.0, 20.0, math.inf), Side.RIGHT)
    row = {"effect": 40.0, "effect_low": 20.0, "effect_high": math.inf, "effect_censored": "right", "unit": "steps"}
    said = TEXTS["en"].clause(ALONE, row | {"first": Censored.at_least(40), "second": None})
    assert said == "tanh remembers across at least 20\N{NO-BREAK SPACE}steps"


COUNTS = st.lists(st.integers(0, 10), min_size=8, max_size=8)
TRIED = (5, 10, 14, 20, 28, 40, 57, 80)


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
