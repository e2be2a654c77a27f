"""Figures show after training the networks that solved their task, or say how many did."""

import pytest
from drawing import draw, texts


def test_of_trained_networks_the_highway_shows_those_that_solved_their_task(drawn):
    panel = drawn("highway").axes[0]
    names = [tick.get_text() for tick in panel.get_xticklabels()]
    assert names[-2:] == ["chrono\nn = 5", "chrono,\ntrained\nn = 4"]  # none with the default start solved it


def test_spectra_say_after_training_how_many_networks_solved_the_task_or_that_none_did(tables, drawn):
    assert "after: 1ᵏ (n = 5)" in texts(drawn("spectra"))  # the radius is 0.5 before, and in training doubles
    means = tables["profile_means"]
    unsolved = means.assign(networks=means["networks"].replace("solved", "unsolved"))
    figure = draw("spectra", tables | {"profile_means": unsolved})
    assert "after: none solved it" in texts(figure)
    panel = figure.axes[len(figure.axes) // 2]
    assert [len(line.get_xdata()) for line in panel.lines] == [20, 20, 0, 0]


def test_contributions_of_networks_that_solved_the_task_are_apart_from_those_that_did_not(drawn):
    before, after = drawn("contributions").axes
    assert after.get_title(loc="left") == "after 300 updates, or when solved:\n2 of 40 networks solved it"
    assert {line.get_linestyle() for line in before.lines} == {"-"}
    lines = {(line.get_label(), line.get_linestyle()): line.get_ydata() for line in after.lines}
    cells = ("tanh", "ReLU", "GRU", "LSTM")
    assert set(lines) == {("GRU", "-"), *((cell, ":") for cell in cells)}
    assert lines["GRU", "-"][-1] == pytest.approx(0.9**49)
    assert lines["GRU", ":"][10] == pytest.approx(0.6**10)


def test_gates_are_shown_of_the_first_network_that_learnt_the_task_or_it_is_said_that_none_did(tables):
    traces = tables["gate_traces"].copy()
    learnt = traces["experiment"].eq("selective-32") & traces["seed"].eq(1)
    traces.loc[learnt, "solved"] = True
    traces.loc[learnt & traces["moment"].eq("final"), "writing_gate"] = 0.9
    figure = draw("gate-activity", tables | {"gate_traces": traces})
    of_task = [next(line for line in figure.axes[n].lines if line.get_linestyle() == "-") for n in (2, 3)]
    assert set(of_task[0].get_ydata()) == {0.9}
    assert 0.9 not in of_task[1].get_ydata()
    titles = [figure.axes[n].get_title(loc="left").splitlines()[1] for n in (0, 1)]
    assert titles == ["answer the one marked symbol", "answer the symbol marked last (no network learnt it)"]
