import numpy as np
import pandas as pd
import pytest
from hand_made_tables import frame

from gradient_horizon.statistics.censored import Censored
from gradient_horizon.tables.catalogue import TABLES
from gradient_horizon.tables.theory import THEORIES, theory_rows

GROUP = {"experiment": "flow", "task": "recall", "cell": "linear", "remedy": "none", "length": 200, "moment": "initial"}


def compared(**columns):
    """The theories that apply to five networks with these columns."""
    rows = [GROUP | {"seed": seed} | columns for seed in range(5)]
    theories = TABLES["theory"].frame(theory_rows({"gradients": frame("gradients", rows)}))
    return theories.set_index("theory")


def test_a_theory_that_is_right_has_ratio_one_and_one_that_is_not_says_by_how_much():
    theories = compared(spectral_radius=0.9, decay_factor=0.9, late_factor=0.45, lyapunov_exponent=np.log(0.6))
    assert theories.loc["spectral radius", "ratio"] == pytest.approx(1)
    assert theories.loc["spectral radius, late lags", "ratio"] == pytest.approx(0.5)
    assert theories.loc["Lyapunov exponent", ["predicted", "measured", "ratio"]].tolist() == pytest.approx(
        [0.6, 0.9, 1.5]
    )
    assert set(theories["n"]) == {5}


def test_after_training_theories_are_held_against_networks_that_solved_their_task():
    rows = [
        GROUP | {"seed": seed, "moment": moment, "solved": seed < 3, "spectral_radius": 0.9} | factor
        for moment in ("initial", "half", "final")
        for seed in range(5)
        for factor in [{"decay_factor": 0.9 if seed < 3 else 0.3}]
    ]
    theories = TABLES["theory"].frame(theory_rows({"gradients": frame("gradients", rows)})).set_index("moment")
    assert theories["n"].to_dict() == {"final": 3, "half": 3, "initial": 5}
    assert theories.loc[["half", "final"], "ratio"].tolist() == pytest.approx([1, 1])
    assert theories.loc["initial", "ratio"] == pytest.approx((1 / 3) ** (2 / 5))


def test_mean_field_theory_predicts_the_root_of_its_factor():
    theories = compared(chi_1=0.81, decay_factor=0.45)
    assert theories.loc["mean field", ["predicted", "measured", "ratio"]].tolist() == pytest.approx([0.9, 0.45, 0.5])
    assert "mean field" not in compared(decay_factor=0.9).index


def test_the_mean_gate_to_the_power_of_100_is_held_against_what_is_left_of_c():
    theories = compared(kept=0.99, decay_factor=0.99, memory_transport=0.99**100 / 2)
    assert theories.loc["mean gate over 100 steps", "ratio"] == pytest.approx(0.5)
    assert theories.loc["mean gate", "ratio"] == pytest.approx(1)


def test_the_horizon_from_the_radius_is_where_its_power_is_one_per_cent():
    theories = compared(spectral_radius=0.5, gradient_horizon=6.0)
    assert theories.loc["horizon from the radius", "predicted"] == pytest.approx(np.log(0.01) / np.log(0.5))
    assert "horizon from the radius" not in compared(spectral_radius=1.5, gradient_horizon=6.0).index
    censored = compared(spectral_radius=0.5, gradient_horizon=Censored.at_least(6))
    assert "horizon from the radius" not in censored.index


def test_growth_before_decay_is_bounded_by_the_condition_of_the_eigenvectors():
    theories = compared(spectral_radius=0.9, eigenvector_condition=50.0, transient_growth=5.0)
    assert theories.loc["transient growth", "ratio"] == pytest.approx(0.1)
    assert theories.loc["transient growth", "bound"]


def test_an_interval_spreads_with_the_networks():
    rows = [GROUP | {"seed": s, "spectral_radius": 0.9, "decay_factor": 0.9 * np.exp(0.1 * (s - 2))} for s in range(5)]
    (spectral_radius,) = [
        row for row in theory_rows({"gradients": frame("gradients", rows)}) if row["theory"] == "spectral radius"
    ]
    half = 2.7764451 * 0.1 * np.std([-2, -1, 0, 1, 2], ddof=1) / np.sqrt(5)  # Student's t with four degrees of freedom
    assert (spectral_radius["ratio_low"], spectral_radius["ratio_high"]) == pytest.approx((np.exp(-half), np.exp(half)))


def test_every_theory_uses_columns_that_the_table_has():
    gradients = pd.DataFrame({column.name: [0.5] for column in TABLES["gradients"].columns})
    gradients["gradient_horizon"] = [Censored.exactly(5)]
    for theory in THEORIES:
        assert len(theory.predicted(gradients)) == len(theory.measured(gradients)) == 1
