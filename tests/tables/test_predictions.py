"""Predicted lengths by hand, and their rank correlation with what is learnt."""

import math

import numpy as np
import pandas as pd
import pytest
from hand_made_tables import EMPTY, frame
from scipy import stats

from gradient_horizon.statistics.censored import Censored
from gradient_horizon.tables.catalogue import TABLES
from gradient_horizon.tables.predictions import NAMES, STANDS_OUT, prediction_agreement_rows, prediction_rows

LENGTHS = (5, 20, 80)
GROUP = {"experiment": "memory", "task": "recall", "cell": "tanh", "remedy": "none"}


def tables(measures, t50=20.0, lengths=LENGTHS, noise=None):
    """One cell: T50, the measures of two networks before training at the longest length, and other ones elsewhere."""
    gradients = [
        GROUP | {"moment": moment, "length": length, "seed": seed} | (own if right else {"lyapunov_exponent": -9.0})
        for moment, length, right in (("initial", 80, True), ("initial", 5, False), ("final", 80, False))
        for seed, own in enumerate(measures)
    ]
    tried = [GROUP | {"policy": "chosen", "length": length} for length in lengths]
    ends = {"memory_horizon": t50, "memory_horizon_low": 10.0, "memory_horizon_high": 40.0}
    profile = [
        GROUP | {"moment": "initial", "networks": "all", "length": 80, "lag": lag, "signal_to_noise": value}
        for lag, value in enumerate(noise or [])
    ]
    return EMPTY | {
        "gradients": frame("gradients", gradients),
        "success": frame("success", tried),
        "horizons": frame("horizons", [GROUP | {"policy": "chosen", "longest": 80} | ends]),
        "profile_means": frame("profile_means", profile),
    }


def predicted(*measures, **given):
    return TABLES["predictions"].frame(prediction_rows(tables(measures, **given))).set_index("predictor")


@pytest.mark.parametrize(
    ("name", "values", "steps"),
    [
        ("gradient_horizon", (7, 9), Censored.exactly(8)),
        ("gradient_horizon_10", (7, Censored.at_least(79)), Censored.at_least(43)),
        ("hidden_gradient_horizon", (0, 0), Censored.at_most(1)),
        ("lyapunov_exponent", (math.log(0.01) / 30, math.log(0.01) / 10), Censored.exactly(20)),
        ("lyapunov_exponent", (math.log(0.01) / 30, 0.01), Censored.at_least((30 + 79) / 2)),
        ("lyapunov_exponent", (-math.inf, -math.inf), Censored.at_most(1)),
        ("spectral_radius", (0.5, 0.5), Censored.exactly(math.log(100) / math.log(2))),
        ("spectral_radius", (1, 1.5), Censored.at_least(79)),
        ("chi_1", (0.25, 0.25), Censored.exactly(math.log(100) / math.log(2))),
        ("chi_1", (0.999, 1.2), Censored.at_least(79)),
        ("gate_time", (2.0, 4.0), Censored.exactly(3 * math.log(100))),
        ("gate_time", (math.nan, 4.0), Censored.exactly(4 * math.log(100))),
        ("gate_time", (math.nan, math.nan), None),
    ],
)
def test_a_measure_predicts_a_length_from_the_networks_before_training_at_the_longest_length(name, values, steps):
    row = predicted(*({name: value} for value in values)).loc[name]
    if steps is None:
        assert row["predicted_horizon"] is None
        assert not row["judged"]
        return
    (number, side), (wanted, wanted_side) = row["predicted_horizon"].parts, steps.parts
    assert number == pytest.approx(wanted)
    assert side == wanted_side
    assert (row["length"], row["n"], row["judged"]) == (80, 2, True)
    assert row["memory_horizon"] == Censored.exactly(20)
    assert (row["memory_horizon_low"], row["memory_horizon_high"]) == (10, 40)


def test_the_predicted_length_has_student_s_interval_over_seeds_that_limits_leave_open():
    row = predicted({"gradient_horizon": 7}, {"gradient_horizon": 9}).loc["gradient_horizon"]
    half = stats.t(1).ppf(0.975) * np.std([7, 9], ddof=1) / math.sqrt(2)
    assert (row["predicted_horizon_low"], row["predicted_horizon_high"]) == pytest.approx((8 - half, 8 + half))
    row = predicted({"gradient_horizon": 7}, {"gradient_horizon": Censored.at_least(79)}).loc["gradient_horizon"]
    assert row["predicted_horizon_high"] == math.inf


@pytest.mark.parametrize(
    ("noise", "steps"),
    [
        ([1.0, 0.5, STANDS_OUT, 0.1, 0.2, 0.1], Censored.exactly(4)),
        ([0.125, 0.13, 0.12], Censored.at_most(1)),
        ([0.125, 0.13, 0.26], Censored.at_least(2)),
        ([0.5, 0.5, math.nan], Censored.exactly(1)),
        ([math.nan, math.nan], None),
        ([], None),
    ],
)
def test_signal_to_noise_reaches_to_the_last_lag_that_stands_out(noise, steps):
    found = predicted({}, {}, noise=noise).loc["signal_to_noise", "predicted_horizon"]
    assert found == steps
    assert pytest.approx(math.sqrt(2) / 8) == STANDS_OUT


@pytest.mark.parametrize(
    ("steps", "t50", "least", "most", "factor"),
    [
        (10, 20.0, 0.5, 0.5, 2),
        (60, 20.0, 3, 3, 3),
        (10, Censored.at_least(80), 0, 0.125, 8),
        (Censored.at_least(79), 20.0, 79 / 20, math.inf, 79 / 20),
        (Censored.at_least(79), Censored.at_least(80), 0, math.inf, 1),
        (Censored.at_least(79), Censored.at_most(5), 79 / 5, math.inf, 79 / 5),
        (30, Censored.at_least(20), 0, 1.5, 1),
        (0, 20.0, 0, 1 / 20, 20),
    ],
)
def test_predicted_over_learnt_is_known_as_far_as_limits_allow(steps, t50, least, most, factor):
    row = predicted({"gradient_horizon": steps}, {"gradient_horizon": steps}, t50=t50).loc["gradient_horizon"]
    assert (row["ratio_least"], row["ratio_most"], row["factor"]) == pytest.approx((least, most, factor))


def test_with_two_lengths_nothing_is_judged():
    rows = predicted({"gradient_horizon": 7}, {"gradient_horizon": 9}, lengths=(5, 80))
    assert rows.loc["gradient_horizon", "predicted_horizon"] == Censored.exactly(8)
    assert not rows["judged"].any()
    assert set(rows.index) == set(NAMES)


ARMS = {
    ("a", "tanh", "none"): (10, 20),
    ("a", "tanh", "start"): (30, 40),
    ("a", "gru", "none"): (5, 30),
    ("a", "lstm", "none"): (4, Censored.at_least(80)),
    ("b", "tanh", "none"): (12, 10),
    ("b", "gru", "none"): (Censored.at_least(79), 60),
    ("b", "lstm", "none"): (20, Censored.at_least(50)),
}


def judged(name, arms, task=lambda experiment: "recall"):
    """Rows of the table of predictions by one measure."""
    for (experiment, cell, remedy), (steps, t50) in arms.items():
        both = [value if isinstance(value, Censored) else Censored.exactly(value) for value in (steps, t50)]
        (number, side), (length, other) = (value.parts for value in both)
        least, most = (0 if other == "right" else number / length, math.inf if side == "right" else number / length)
        known = {"ratio_least": least, "ratio_most": most, "factor": max(1, least, 1 / most)}
        arm = {"experiment": experiment, "task": task(experiment), "cell": cell, "remedy": remedy, "predictor": name}
        yield arm | dict(zip(("predicted_horizon", "memory_horizon"), both, strict=True)) | known | {"judged": True}


def agreement(*rows):
    made = {"predictions": frame("predictions", [row for own in rows for row in own])}
    return (
        TABLES["prediction_agreement"].frame(prediction_agreement_rows(made)).set_index(["scope", "task", "predictor"])
    )


def test_pairs_of_known_order_are_counted_over_all_settings_and_within_each():
    found = agreement(judged("gradient_horizon", ARMS))
    row = found.loc["all", "", "gradient_horizon"]
    assert (row["n"], row["cells"], row["settings"], row["resampled"], row["pairs"]) == (7, 3, 2, "cell", 21)
    within = found.loc["setting", "", "gradient_horizon"]
    assert within["pairs"] == 9
    for given in (row, within):
        assert given["correlation"] == pytest.approx(tau(ARMS, given.name[0] == "setting")[0])
        assert given["hidden"] == tau(ARMS, given.name[0] == "setting")[1]
        assert given["correlation_low"] < given["correlation"] < given["correlation_high"]


def tau(arms, within):
    """By every pair: the difference of pairs in the same order and in the opposite one, over those that are known."""
    total, known, hidden = 0, 0, 0
    cases = list(arms.items())
    for i, (one, values) in enumerate(cases):
        for other, others in cases[i + 1 :]:
            if within and one[0] != other[0]:
                continue
            signs = []
            for first, second in zip(values, others, strict=True):
                (a, a_side), (b, b_side) = (v.parts if isinstance(v, Censored) else (v, "no") for v in (first, second))
                if (a_side == "right" and (b > a or b_side == "right")) or (b_side == "right" and a > b):
                    signs.append(None)
                else:
                    signs.append(np.sign(a - b) or (a_side == "right") - (b_side == "right"))
            if None in signs:
                hidden += 1
            else:
                total, known = total + signs[0] * signs[1], known + 1
    return total / known, hidden


def test_the_farthest_row_and_the_median_ratio_are_those_that_limits_let_be_known():
    row = agreement(judged("gradient_horizon", ARMS)).loc["all", "", "gradient_horizon"]
    assert (row["apart_experiment"], row["apart_cell"], row["apart_remedy"]) == ("a", "lstm", "none")
    assert row["apart_predicted_horizon"] == Censored.exactly(4)
    assert row["apart_memory_horizon"] == Censored.at_least(80)
    # known: 0.5, 0.75, 1/6, 1.2; at most 0.05 and 0.4; at least 79/60
    assert row["ratio_least"] == pytest.approx(0.5)
    assert row["ratio_most"] == pytest.approx(0.5)


def test_the_best_is_the_largest_correlation_of_measures_that_order_half_of_what_t50_orders():
    reversed_order = {arm: (100 - index, t50) for index, (arm, (_, t50)) in enumerate(ARMS.items())}
    perfect_but_rare = {arm: (index, index) for index, arm in enumerate(list(ARMS)[:4], start=1)}
    endless = {arm: (Censored.at_least(79) if t50 != 10 else 5, t50) for arm, (_, t50) in ARMS.items()}
    found = agreement(
        judged("gradient_horizon", ARMS),
        judged("lyapunov_exponent", reversed_order),
        judged("gate_time", perfect_but_rare),
        judged("hidden_gradient_horizon", endless),
    )
    found = found.xs("all", level="scope").droplevel("task")
    assert found["best"][found["best"]].index.tolist() == ["gradient_horizon"]
    assert found.loc["gate_time", "correlation"] == 1
    assert found.loc["gate_time", "without"] == 3
    assert found.loc["hidden_gradient_horizon", "correlation"] > found.loc["gradient_horizon", "correlation"]
    assert found.loc["hidden_gradient_horizon", ["pairs", "hidden"]].tolist() == [21, 15]
    behind = found.loc["lyapunov_exponent"]
    assert behind["behind"] == pytest.approx(found.loc["gradient_horizon", "correlation"] - behind["correlation"])
    assert np.isnan(found.loc["gradient_horizon", "behind"])
    assert not found.loc["chi_1", "best"]
    assert found.loc["chi_1", ["n", "without"]].tolist() == [0, 7]


def test_three_rows_have_no_best():
    three = {arm: values for arm, values in ARMS.items() if arm[0] == "b"}
    found = agreement(judged("gradient_horizon", three))
    assert found["n"].max() == 3
    assert not found["best"].any()


def test_a_measure_of_two_cells_is_resampled_by_their_remedies():
    two = {arm: values for arm, values in ARMS.items() if arm[1] != "lstm"}
    row = agreement(judged("chi_1", two)).loc["all", "", "chi_1"]
    assert (row["cells"], row["resampled"]) == (2, "remedy")
    assert row["correlation_low"] < row["correlation"] < row["correlation_high"]


def test_each_task_has_rows_of_its_own():
    found = agreement(judged("gradient_horizon", ARMS, task={"a": "recall", "b": "adding"}.get))
    own = found.xs("gradient_horizon", level="predictor")["n"]
    assert own.to_dict() == {("all", ""): 7, ("setting", ""): 7, ("task", "adding"): 3, ("task", "recall"): 4}


def test_rows_that_are_not_judged_do_not_count_and_nothing_has_no_correlation():
    rows = [row | {"judged": False} for row in judged("gradient_horizon", ARMS)]
    found = agreement(rows)
    assert set(found.index.get_level_values("scope")) == {"all", "setting"}
    assert found["correlation"].isna().all()
    assert not found["best"].any()
    assert (found["n"] == 0).all()
    pd.testing.assert_frame_equal(found, agreement([]))
