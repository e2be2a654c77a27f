"""Figures of cells after the lecture, and of tasks that ask for more than memory: what they show is in the tables."""

from drawing import title
from drawn_marks import has, of, points
from figure_tables import ASSOCIATING, LATER, TRACKING

from gradient_horizon.language.numbers import NO_BREAK


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
        "On recall, lru and min-gru remember farthest: over 80 steps; on adding, lstm remembers farthest: about 62 "
        "steps; on selective recall, no cell learns 5 steps in half of its networks"
    )


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
        assert curves == {"tanh": [1.0, 0.8, 0.6, 0.4], "lstm": [1.0, 0.9, 0.8, 0.7], "lru": [1.0, 1.0, 1.0, 1.0]}
    assert title(figure).replace(NO_BREAK, " ").endswith("trained on: recall 80 %, adding 80 %, parity 80 %")


def test_curves_of_pairs_are_the_shares_of_the_table(tables, drawn):
    figure = drawn("pairs")
    success = tables["success"]
    for panel, cell in zip(figure.axes, ("gru", "lstm"), strict=True):
        for width in ASSOCIATING:
            rows = of(success, (f"associative-{width}", cell, "none"))
            for row in rows.itertuples():
                assert has(points(panel), row.length - 1, row.solved_share)
