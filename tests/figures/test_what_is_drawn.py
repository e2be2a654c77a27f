import math

import numpy as np
import pytest
from drawing import draw, texts, title
from figure_tables import EXPLODING, MEMORY, frame, own
from matplotlib.colors import to_hex

from gradient_horizon.figures.groups import label
from gradient_horizon.figures.style import cell_colour, percent


def points(panel, colour=None):
    """Places of all markers of a panel."""
    lines = [line for line in panel.lines if line.get_marker() not in (None, "None", "")]
    if colour:
        lines = [line for line in lines if to_hex(line.get_color()).upper() == colour.upper()]
    return [(float(x), float(y)) for line in lines for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)]


def has(pairs, x, y):
    return any(math.isclose(x, px, rel_tol=1e-9) and math.isclose(y, py, rel_tol=1e-9) for px, py in pairs)


def test_memory_map_shows_shares_and_horizons_of_the_tables(tables, drawn):
    figure = drawn("memory-map")
    panel, rows = figure.axes[0], [tick.get_text() for tick in figure.axes[0].get_yticklabels()]
    heights = dict(zip(rows, panel.get_yticks(), strict=True))
    fields = {mesh.get_coordinates()[0, 0, 1]: mesh.get_array().ravel() for mesh in panel.collections}
    success = tables["success"]
    for (experiment, cell, remedy), t50 in MEMORY.items():
        height = heights[label(cell, remedy, experiment)]
        own = success[success["experiment"].eq(experiment) & success["cell"].eq(cell) & success["remedy"].eq(remedy)]
        shown = next(values for bottom, values in fields.items() if abs(bottom - height) < 0.5)
        np.testing.assert_allclose(shown, own.sort_values("length")["solved_share"])
        if t50 < 80:
            assert has(points(panel), t50, height)
            assert (
                any(
                    np.allclose(line.get_xdata(), [t50 / 1.5, t50 * 1.5]) and line.get_ydata()[0] == height
                    for line in panel.lines
                    if t50 * 1.5 < 100 and t50 / 1.5 > 5
                )
                or not 5 < t50 / 1.5 < t50 * 1.5 < 100
            )


def test_forest_shows_intervals_in_the_colour_of_the_cell(drawn):
    panel = drawn("memory-forest").axes[0]
    rows = [tick.get_text() for tick in panel.get_yticklabels()]
    assert len(rows) == len(MEMORY)
    for (experiment, cell, remedy), t50 in MEMORY.items():
        place = rows.index(label(cell, remedy, experiment))
        line = next(line for line in panel.lines if list(line.get_ydata()) == [place, place])
        assert to_hex(line.get_color()).upper() == cell_colour(cell)
        assert line.get_xdata()[0] == pytest.approx(max(t50 / 1.5, 5 / 1.4) if t50 < 80 else 80)
        assert has(points(panel), t50, place)
    assert rows[0] == "lstm + chrono"


def test_success_shows_points_and_intervals(tables, drawn):
    success = tables["success"]
    panels = {panel.get_title(loc="left"): panel for panel in drawn("success").axes}
    for experiment, cell, remedy in MEMORY:
        panel = panels[label(cell, remedy, experiment)]
        own = success[success["experiment"].eq(experiment) & success["cell"].eq(cell) & success["remedy"].eq(remedy)]
        own = own.sort_values("length")
        container = panel.containers[0]
        np.testing.assert_allclose(np.asarray(container[0].get_ydata(), dtype=float), own["solved_share"])
        segments = container[2][0].get_segments()
        np.testing.assert_allclose([ends[0, 1] for ends in segments], own["solved_share_low"])
        np.testing.assert_allclose([ends[1, 1] for ends in segments], own["solved_share_high"])


def test_heat_map_shows_the_gradients_of_its_table(tables, drawn):
    figure = drawn("gradient-heat-map")
    recorded = tables["hidden_gradients"]
    panel = next(panel for panel in figure.axes if panel.get_title(loc="left") == "tanh")
    own = recorded[recorded["experiment"].eq("memory") & recorded["length"].eq(80)]
    expected = own.pivot(index="update", columns="step", values="gradient").to_numpy(dtype=float)
    shown = panel.collections[0].get_array()
    np.testing.assert_allclose(shown, np.log10(np.maximum(expected, 1e-9)))
    scales = {tuple(panel.collections[0].get_clim()) for panel in figure.axes[:6]}
    assert scales == {(-8, 0)}
    first = MEMORY[("memory", "tanh", "none")]
    solved = round(5 / (1 + (80 / first) ** 3))
    assert f"{solved} of 5 solved" in texts(figure)


def test_profiles_show_every_seed_the_mean_and_the_theory(tables, drawn):
    panel = next(panel for panel in drawn("profiles").axes if panel.get_title(loc="left") == "tanh")
    means = tables["profile_means"]
    means = means[means["experiment"].eq("memory") & means["length"].eq(80) & means["moment"].eq("initial")]
    seeds = [line for line in panel.lines if len(line.get_xdata()) == 20]
    measured, predicted = (line for line in panel.lines if len(line.get_xdata()) == 80)
    assert len(seeds) == 5
    np.testing.assert_allclose(measured.get_ydata(), means["relative_gradient"])
    np.testing.assert_allclose(predicted.get_ydata(), means["predicted"])


@pytest.mark.parametrize(("name", "written"), [("profiles", "horizon: ≥\u00a079"), ("memory-forest", "≥\u00a080")])
def test_a_horizon_that_is_known_by_a_limit_is_drawn_as_an_arrow_and_written_with_its_sign(drawn, name, written):
    figure = drawn(name)
    assert written in texts(figure)
    assert ">" in {line.get_marker() for panel in figure.axes for line in panel.lines}


def test_every_exploding_network_is_drawn_and_every_diverged_one_crossed(drawn):
    figure = drawn("explosion")
    panels = figure.axes
    assert len(panels) == len(EXPLODING)
    for panel in panels:
        assert sum(line.get_marker() in ("None", "") for line in panel.lines) == 80
    crosses = [len(line.get_xdata()) for panel in panels for line in panel.lines if line.get_marker() == "x"]
    assert sorted(crosses) == [0] * 10 + [7, 7]
    assert texts(figure).count("7 of 80 diverged, 73 solved") == 2


def test_digits_show_every_network_and_the_mean_with_its_interval(tables, drawn):
    panel = drawn("digits").axes[0]
    success = tables["success"]
    own = success[success["task"].eq("digits") & success["cell"].eq("gru")].iloc[0]
    places = points(panel, cell_colour("gru"))
    assert sum(abs(x - 2.14) < 0.2 for x, _ in places) >= 5
    segments = [segment for container in panel.containers for segment in container[2][0].get_segments()]
    assert any(np.allclose(ends[:, 1], [own["accuracy_low"], own["accuracy_high"]]) for ends in segments)
    assert percent(0.7875, "pl") in title(drawn("digits", "pl"))


def test_bars_of_gates_are_the_shares_of_the_table(drawn):
    heights = [[patch.get_height() for patch in panel.patches] for panel in drawn("gates").axes]
    assert heights == [[0.75, 0.5]] * 3


def test_radius_shows_factors_and_horizons(drawn):
    flow, reach = drawn("radius").axes
    assert has(points(flow, cell_colour("linear")), 0.9, 0.9 * 0.997)
    assert has(points(flow, cell_colour("tanh")), 1.5, 1.5)
    assert has(points(reach), 0.6, 3 + 30 * 0.6)
    assert has(points(reach, cell_colour("tanh")), 0.615, 18.0)


def test_highway_shows_all_paths_and_the_path_through_c(drawn):
    panel = drawn("highway").axes[0]
    filled = [line for line in panel.lines if line.get_label() == "memory_transport" and len(line.get_xdata())]
    assert sorted(line.get_ydata()[1] for line in filled) == pytest.approx([2e-18, 4.0, 600.0])
    assert panel.collections[2].get_segments()[0][0, 1] == pytest.approx((1 / (1 + math.exp(-2))) ** 100)


def test_eigenvalues_lie_where_the_table_says(tables, drawn):
    panel = next(panel for panel in drawn("spectra").axes if panel.get_title(loc="left") == "tanh")
    own = tables["eigenvalues"]
    own = own[own["experiment"].eq("memory") & own["moment"].eq("initial") & own["length"].eq(20)]
    line = next(line for line in panel.lines if line.get_label() == "initial")
    np.testing.assert_allclose(line.get_xydata(), own[["real", "imaginary"]])
    far = next(line for line in panel.lines if line.get_label() == "final").get_xydata()
    assert np.hypot(*far.T).max() == pytest.approx(1 + math.log(1.4), abs=0.05)


def test_gates_are_shown_at_marked_steps(drawn):
    figure = drawn("gate-activity")
    keeping = figure.axes[4]
    final = next(line for line in keeping.lines if line.get_linestyle() == "-")
    np.testing.assert_allclose(final.get_ydata()[:8], [0.6] * 3 + [0.3] + [0.6] * 4)
    assert len(keeping.patches) == 1
    assert len(figure.axes[5].patches) == 3


def test_gates_are_shown_of_the_first_network_that_learnt_the_task(tables):
    solved = {"seed": 1, "judged": True, "chosen": True, "status": "solved"}
    learnt = frame("networks", [own(("selection", "lstm", "none"), 20, "selective-recall") | solved])
    traces = tables["gate_traces"].copy()
    second = traces["seed"].eq(1) & traces["moment"].eq("final")
    traces.loc[second, "writing_gate"] = 0.9
    figure = draw("gate-activity", tables | {"networks": learnt, "gate_traces": traces})
    of_task = [next(line for line in figure.axes[n].lines if line.get_linestyle() == "-") for n in (2, 3)]
    assert set(of_task[0].get_ydata()) == {0.9}
    assert 0.9 not in of_task[1].get_ydata()


def test_agreement_writes_every_correlation_with_its_interval(drawn):
    written = texts(drawn("agreement", "pl"))
    assert "0,6" in written
    assert "0,3 do 0,68\nn = 16" in written
    assert sum("\nn = 16" in text for text in written) == 10


def test_theory_shows_ratios_with_intervals(drawn):
    panel = drawn("theory").axes[0]
    segments = [segment for container in panel.containers for segment in container[2][0].get_segments()]
    assert any(np.allclose(ends[:, 0], [0.7075 / 1.1, 0.7075 * 1.1]) for ends in segments)
    assert len(segments) == 2 * len(MEMORY)
