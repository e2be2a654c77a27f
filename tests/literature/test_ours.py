import math

import pytest
import torch
from published_rows import TABLES

from gradient_horizon.literature.ours import Ours, as_json, from_definition, from_json, from_runs
from gradient_horizon.literature.rows import OfBaseline, OfCount, OfRuns
from gradient_horizon.statistics.intervals import Interval
from gradient_horizon.statistics.means import mean
from gradient_horizon.statistics.shares import share


def ours(measure, **changed):
    return from_runs(OfRuns(measure=measure, experiment="adding", cell="lstm", **({"length": 20} | changed)), TABLES)


def test_shares_updates_losses_are_of_the_networks_at_their_chosen_rates():
    solved = ours("solved")
    assert (solved.n, solved.reached) == (4, 2)
    assert solved.estimate.estimate == 0.5
    assert solved.estimate.low <= share(2, 4).low
    estimate, low, high = mean([300, 500])
    assert low < 0
    assert ours("updates") == Ours(Interval(estimate, 0, high), 4, 2)
    assert ours("updates").estimate.estimate == 400
    assert ours("loss") == Ours(mean([0.01, 0.016, 0.08]), 4, 3)


def test_a_network_has_left_the_trivial_solution_at_nine_tenths_of_its_loss():
    high = mean([300, 100]).high  # 0.9 / 6 = 0.15; the third network stays at 0.155
    assert ours("left") == Ours(Interval(200, 0, high), 4, 2)


def test_nothing_comes_of_runs_that_a_study_does_not_have():
    assert ours("solved", length=21) is None


@pytest.mark.parametrize(("cell", "module"), [("tanh", torch.nn.RNN), ("gru", torch.nn.GRU), ("lstm", torch.nn.LSTM)])
def test_parameters_are_those_of_torch_with_one_bias_and_a_read_out(cell, module):
    layer, readout = module(10, 7), torch.nn.Linear(7, 9)
    counted = sum(each.numel() for each in (*layer.parameters(), *readout.parameters()))
    second = layer.bias_hh_l0.numel() - (7 if cell == "gru" else 0)  # a GRU's candidate needs both
    assert from_definition(OfCount(measure="parameters", task="copying", cell=cell, hidden_size=7)) == counted - second


def test_baselines_are_those_of_the_task():
    assert from_definition(OfBaseline(measure="baseline", task="adding", length=50)) == pytest.approx(1 / 6)
    assert from_definition(OfBaseline(measure="baseline", task="adding", length=50, rank=1)) == pytest.approx(1 / 12)
    copying = OfBaseline(measure="baseline", task="copying", length=120)
    assert from_definition(copying) == pytest.approx(10 * math.log(8) / 120)


def test_what_is_kept_comes_back():
    given = Ours(Interval(1 / 3, math.nan, 0.5), 3, 1)
    assert from_json(as_json(given)).estimate == pytest.approx(given.estimate, nan_ok=True)
    assert (from_json(as_json(given)).n, from_json(as_json(given)).reached) == (3, 1)
