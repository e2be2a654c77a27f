"""Figures of cells after the lecture, and of tasks that ask for more than memory: what they show is in the tables."""

import numpy as np
import pandas as pd
import pytest
from drawing import draw, network, title
from drawn_marks import has, of, points
from figure_tables import ASSOCIATING, LATER, TRACKING
from later_profiles import AFTER, BEFORE

from gradient_horizon.figures.style import GREY
from gradient_horizon.language.numbers import NO_BREAK
from gradient_horizon.statistics.censored import Censored

LEARNT_ORDER = ("tanh", "lstm", "janet", "lru", "min-gru")
LEARNT = {"tanh": 10, "lstm": 14, "janet": 28, "min-gru": 80, "lru": 80}
"""On recall, the longest length that at least half of ten networks learn, by `learnt` from T50 in `LATER`."""


def test_then_and_now_shows_t50_of_every_cell_at_equal_width_and_at_equal_parameters(tables, drawn):
    figure = drawn("then-and-now")
    horizons = tables["horizons"]
    for panel, setting in zip(figure.axes, ("modern-recall", "modern-adding", "modern-selective"), strict=True):
        shown = {(x, round(y, 2)) for x, y in points(panel)}
        own = horizons[horizons["experiment"].isin([setting, f"{setting}-equal"]) & horizons["policy"].eq("chosen")]
        drawable = own[own["cell"].isin(LATER[setting, own["task"].iloc[0]])]
        assert len(shown) == len(drawable), setting
        assert {x for x, _ in shown} == {row.memory_horizon.parts[0] for row in drawable.itertuples()}


def test_then_and_now_names_the_farthest_cell_of_each_task_or_all_beyond_the_lengths_tried(drawn):
    written = title(drawn("then-and-now")).replace(NO_BREAK, " ")
    assert written == (
        "On recall, LRU and minGRU remember farthest: over 80 steps; on adding, LSTM remembers farthest: about 62 "
        "steps; on selective recall, no cell learns 5 steps in half of its networks"
    )


def test_then_and_now_shows_every_t50_within_the_axis_though_lengths_differ_between_tasks(tables):
    horizons = tables["horizons"]
    short = horizons["experiment"].eq("modern-selective")
    figure = draw("then-and-now", tables | {"horizons": horizons.assign(longest=horizons["longest"].mask(short, 20))})
    for panel, tried in zip(figure.axes, (80, 80, 20), strict=True):
        low, high = panel.get_xlim()
        assert (low, high) == pytest.approx((5 / 1.4, 80 * 1.4))
        assert all(low < x < high for x, _ in points(panel))
        untried = panel.patches[0].get_path().get_extents(panel.patches[0].get_patch_transform())
        assert (untried.x0, untried.x1) == pytest.approx((tried, high))


def test_then_and_now_names_those_whose_t50_lies_in_the_interval_of_the_farthest(tables):
    horizons = tables["horizons"].copy()
    ours = horizons["experiment"].eq("modern-adding") & horizons["policy"].eq("chosen")
    for cell, steps, low in (("lstm", 60, 40), ("janet", 41, 28), ("min-gru", 40, 20)):
        row = ours & horizons["cell"].eq(cell)
        horizons.loc[row, "memory_horizon"] = pd.Series([Censored.exactly(steps)], horizons.index[row])
        horizons.loc[row, "memory_horizon_low"] = low
    written = title(draw("then-and-now", tables | {"horizons": horizons})).replace(NO_BREAK, " ")
    assert "; on adding, LSTM and JANET remember farthest: about 41–60 steps; " in written
    beyond = tables["horizons"].assign(memory_horizon=[Censored.at_least(80)] * len(horizons))
    written = title(draw("then-and-now", tables | {"horizons": beyond})).replace(NO_BREAK, " ")
    assert written.startswith("On recall, 5 of 5 cells remember farthest: over 80 steps; ")


def test_profiles_then_and_now_are_those_of_the_table_with_their_intervals_and_ends(drawn):
    panels = {panel.get_title(loc="left"): panel for panel in drawn("profiles-then-and-now").axes if panel.axison}
    assert list(panels) == [network(cell) for cell in LEARNT_ORDER]
    for cell, panel in zip(LEARNT_ORDER, panels.values(), strict=True):
        lines = {line.get_linestyle(): line for line in panel.lines if len(line.get_xdata()) > 2}
        bands = dict(zip(("--", "-"), panel.collections, strict=True))
        for look, length, end in (("--", 80, BEFORE[cell]), ("-", LEARNT[cell], AFTER[cell])):
            lag = np.arange(length)
            np.testing.assert_array_equal(lines[look].get_xdata(), lag)
            np.testing.assert_allclose(lines[look].get_ydata(), np.maximum(end ** (lag / (length - 1)), 1e-9))
            vertices = bands[look].get_paths()[0].vertices
            first = end ** (1 / (length - 1))
            assert sorted({y for x, y in vertices if x == 1}) == pytest.approx([first / 2, first * 2])
            assert has(points(panel), length - 1, end)
        level = next(line for line in panel.lines if line.get_color() == GREY)
        assert set(level.get_ydata()) == {0.01}
        notes = [text.get_text() for text in panel.texts]
        assert notes == [f"after, T = {LEARNT[cell]}", "n = 5"]


def test_profiles_then_and_now_put_the_lectures_cells_in_rows_of_their_own(drawn):
    axes = drawn("profiles-then-and-now").axes
    titles = [panel.get_title(loc="left") for panel in axes]
    assert titles == ["tanh", "LSTM", "JANET", "LRU", "minGRU"]
    tops = [round(panel.get_position().y1, 3) for panel in axes]
    assert tops[0] == tops[1] > tops[2] == tops[3] == tops[4]
    labelled = [panel.xaxis.get_tick_params()["labelbottom"] for panel in axes]
    assert labelled == [False, False, True, True, True]


def test_profiles_then_and_now_name_cells_whose_gradient_reaches_the_first_step_with_the_whole_interval(tables, drawn):
    written = title(drawn("profiles-then-and-now")).replace(NO_BREAK, " ")
    assert written == (
        "Before training, at least 1 % of the gradient reaches back through the whole sequence (T = 80) in LRU and "
        "minGRU; after training, at the longest T that half of its networks solve, it does in tanh, JANET, LRU and "
        "minGRU"
    )
    means = tables["profile_means"].copy()
    means.loc[means["cell"].eq("lru"), "relative_gradient_low"] = 0.009
    written = title(draw("profiles-then-and-now", tables | {"profile_means": means})).replace(NO_BREAK, " ")
    assert "in minGRU (open: LRU); after" in written
    assert written.endswith("in tanh, JANET and minGRU (open: LRU)")


def test_profiles_then_and_now_say_where_no_length_is_learnt_by_half_and_draw_no_trained_profile(tables):
    success = tables["success"]
    few = success["cell"].isin(["tanh", "janet"])
    figure = draw(
        "profiles-then-and-now",
        tables | {"success": success.assign(solved_share=success["solved_share"].mask(few, 0.49))},
    )
    panels = {panel.get_title(loc="left"): panel for panel in figure.axes if panel.axison}
    for cell, panel in zip(LEARNT_ORDER, panels.values(), strict=True):
        solid = [line for line in panel.lines if line.get_linestyle() == "-" and len(line.get_xdata()) > 2]
        assert len(solid) == (cell not in ("tanh", "janet"))
        assert ("after: none learnt" in [text.get_text() for text in panel.texts]) == (cell in ("tanh", "janet"))
    assert title(figure).endswith("it does in LRU and minGRU")


def test_bars_of_state_tracking_are_the_shares_of_the_table_and_its_title_counts_networks(drawn):
    figure = drawn("state-tracking")
    assert len(figure.axes) == 2
    for panel in figure.axes:
        widths = sorted(round(10 * patch.get_width()) for patch in panel.patches)
        assert widths == sorted([*TRACKING.values(), 2])
    lecture, linear, other = (round(100 * share) for share in ((9 + 10 + 7) / 30, (1 + 2 + 0) / 30, 5 / 10))
    written = title(figure).replace(NO_BREAK, " ")
    assert written == (
        f"{lecture} % of the networks of the lecture’s cells track the state; {linear} % of those with a linear "
        f"recurrence; {other} % of those of other cells"
    )


def test_extrapolation_follows_networks_that_solved_the_longest_length_that_half_of_their_kind_solve(drawn):
    figure = drawn("extrapolation")
    assert len(figure.axes) == 3
    for panel in figure.axes:
        curves = {line.get_label(): [round(float(y), 9) for y in line.get_ydata()] for line in panel.lines}
        assert curves == {"tanh": [1.0, 0.8, 0.6, 0.4], "LSTM": [1.0, 0.9, 0.8, 0.7], "LRU": [1.0, 1.0, 1.0, 1.0]}
    assert title(figure).replace(NO_BREAK, " ").endswith("trained on: recall 80 %, adding 80 %, parity 80 %")


def test_curves_of_pairs_are_the_shares_of_the_table(tables, drawn):
    figure = drawn("pairs")
    success = tables["success"]
    for panel, cell in zip(figure.axes, ("gru", "lstm"), strict=True):
        for width in ASSOCIATING:
            rows = of(success, (f"associative-{width}", cell, "none"))
            for row in rows.itertuples():
                assert has(points(panel), row.length - 1, row.solved_share)
