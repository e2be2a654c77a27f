import math

import numpy as np
import pytest
from drawing import PROSE, draw, network, texts, texts_of, title
from drawn_marks import has, of, points
from figure_tables import EXPLODING, MEMORY, UNREAD, exploding_networks
from matplotlib.colors import to_hex
from matplotlib.text import Annotation

from gradient_horizon.figures.groups import CORE, of_group
from gradient_horizon.figures.style import GREY, cell_colour, pale_to_dark
from gradient_horizon.language.numbers import LANGUAGES, NO_BREAK
from gradient_horizon.statistics.censored import Side
from gradient_horizon.study.files import read_yaml

ROOT = PROSE.parent


def t50(tables, *group):
    """T50 with its interval by the table, and whether it is a limit."""
    horizons = tables["horizons"]
    row = of(horizons[horizons["policy"].eq("chosen")], group).iloc[0]
    return row["memory_horizon"].parts, row["memory_horizon_low"], row["memory_horizon_high"]


def assert_is_map_of(groups, panel, tables):
    """The panel has a row for each group, with its shares by length as colours and its T50 with the interval."""
    rows = [tick.get_text() for tick in panel.get_yticklabels()]
    assert len(rows) == len(groups)
    heights = dict(zip(rows, panel.get_yticks(), strict=True))
    colours = pale_to_dark()
    fields = {(patch.get_y() + patch.get_height() / 2, patch.get_x()): patch for patch in panel.patches}
    left, right = panel.get_xlim()
    for group in groups:
        height = heights[network(*group[1:])]
        shown = [fields[key].get_facecolor() for key in sorted(fields) if abs(key[0] - height) < 0.01]
        shares = of(tables["success"], group).sort_values("length")["solved_share"]
        assert shown == [colours(share) for share in shares]
        (steps, side), low, high = t50(tables, *group)
        ends = [line.get_xdata() for line in panel.lines if list(line.get_ydata()) == [height, height]]
        np.testing.assert_allclose(ends, [[max(low, left), min(high, right)]])
        if side is Side.NONE:
            assert has(points(panel), steps, height)


def test_memory_map_shows_shares_and_horizons_of_one_setting(tables, drawn):
    assert_is_map_of(MEMORY, drawn("memory-map").axes[0], tables)


def test_what_no_claim_reads_is_a_map_for_each_experiment(tables, drawn):
    first, second, *_ = drawn("trained").axes
    assert [panel.get_title(loc="left") for panel in (first, second)] == ["mine", "my-other"]
    for panel, experiment in ((first, "mine"), (second, "my-other")):
        assert_is_map_of([group for group in UNREAD if group[0] == experiment], panel, tables)


def test_no_t50_is_drawn_of_shares_that_rise_with_length(tables, drawn):
    success = tables["success"]
    shortest = success.groupby("experiment")["length"].transform("min")
    rising = tables | {"success": success.assign(solved_share=success["length"].gt(shortest).astype(float))}
    figure = draw("trained", rising)
    assert all(panel.lines for panel in drawn("trained").axes[:2])
    assert not any(panel.lines for panel in figure.axes[:2])
    assert title(figure).endswith("longer sequences are learnt more often than shorter ones")


def test_forest_shows_intervals_in_the_colour_of_the_cell(tables, drawn):
    panel = drawn("memory-forest").axes[0]
    rows = [tick.get_text() for tick in panel.get_yticklabels()]
    assert len(rows) == len(MEMORY)
    left, right = panel.get_xlim()
    for group in MEMORY:
        place = rows.index(network(*group[1:]))
        line = next(line for line in panel.lines if list(line.get_ydata()) == [place, place])
        assert to_hex(line.get_color()).upper() == cell_colour(group[1]).upper()
        (steps, _), low, high = t50(tables, *group)
        np.testing.assert_allclose(line.get_xdata(), [max(low, left), min(high, right)])
        assert has(points(panel), steps, place)
    assert rows[0] == "LSTM + chrono"


def test_a_forest_marks_what_the_tests_decide(drawn, answers):
    decided = answers[answers["setting"].eq("recall-32") & answers["claim"].eq("gates-cure-vanishing")]
    signs = {"pass": "▲", "unclear": "  "}
    panel = drawn("memory-forest").axes[0]
    rows = [tick.get_text() for tick in panel.get_yticklabels()]
    beside = {round(text.xy[1]): text.get_text() for text in panel.texts}
    for test, name in (("lstm", "LSTM"), ("gru-chrono", "GRU + chrono"), ("lstm-keras", "LSTM + Keras start")):
        outcome = decided[decided["test"].eq(test)]["outcome"].iloc[0]
        assert beside[rows.index(name)].startswith(signs[outcome])


def forest_rows(figure):
    """Heights of the rows of a forest by what is compared and by setting, either of which is the heading."""
    panel, heights, heading = figure.axes[0], {}, None
    names = [text for text in panel.texts if isinstance(text, Annotation) and text.xy[0] == 0]
    for text in sorted(names, key=lambda text: text.xy[1]):
        own = text.get_text()
        if text.get_fontweight() == "bold" and own != "all settings":
            heading = own
        else:
            heights[(own, heading) if " against " in own else (heading, own)] = text.xy[1]
    return panel, heights


def mean_length(tables, setting, cell, remedy):
    """The area under the shares that solve, over the logarithm of length, as a length."""
    rows = of_group(tables["networks"], setting, cell, remedy)
    shares = rows[rows["judged"]].groupby("length")["status"].apply(lambda status: status.eq("solved").mean())
    places = np.log(shares.index.to_numpy(dtype=float))
    return np.exp(places[0] + np.trapezoid(shares.to_numpy(dtype=float), places))


def test_a_forest_of_a_claim_shows_the_ratio_of_mean_lengths_in_each_setting_and_their_mean(tables, drawn):
    panel, heights = forest_rows(drawn("forest-orthogonal-lengthens-memory"))
    question, ratios = "tanh + orthogonal start against tanh", []
    settings = {
        "recall-32": "recall, 32 units",
        "recall-64": "recall, 64 units",
        "recall-32-patient": "recall, more updates",
    }
    for setting, name in settings.items():
        first, second = (mean_length(tables, setting, "tanh", remedy) for remedy in ("orthogonal", "none"))
        if setting != "recall-32-patient":  # the same networks, trained on: a condition, which the mean leaves out
            ratios.append(first / second)
        assert has(points(panel, cell_colour("tanh")), first / second, heights[question, name])
    diamond = next(line for line in panel.lines if line.get_marker() == "D")
    assert diamond.get_ydata()[0] == heights[question, "all settings"]
    assert diamond.get_xdata()[0] == pytest.approx(np.exp(np.mean(np.log(ratios))))


def test_a_forest_of_a_claim_has_arrows_for_limits_and_a_remark_where_a_setting_says_nothing(drawn):
    panel, heights = forest_rows(drawn("forest-gates-cure-vanishing"))
    question = "LSTM against tanh"
    of_row = [line for line in panel.lines if list(line.get_ydata()) == [heights[question, "recall, more updates"]]]
    assert [line.get_marker() for line in of_row] == [">", ">"]
    remarks = {text.get_position()[1]: text.get_text() for text in panel.texts if text.get_style() == "italic"}
    assert remarks[heights[question, "adding, 32 units"]] == "too few pilot networks solve it"
    panel, heights = forest_rows(drawn("forest-gru-similar"))
    remarks = {text.get_position()[1]: text.get_text() for text in panel.texts if text.get_style() == "italic"}
    assert remarks[heights["GRU against LSTM", "recall, more updates"]] == "all at the ceiling"


def test_a_forest_of_a_claim_shades_where_its_tests_pass_and_has_conditions_below_a_rule(drawn):
    panel, heights = forest_rows(drawn("forest-gru-similar"))
    (rule,) = {line.get_ydata()[0] for line in panel.lines if list(line.get_xdata()) == [0, 1] and line.get_ydata()[0]}
    above = {question for (question, _), height in heights.items() if height < rule}
    assert above == {"GRU against LSTM"}
    assert {question for (question, _), height in heights.items() if height > rule} == {
        "GRU against LSTM",
        "GRU against LSTM + gate bias 1",
        "GRU with 37 units against LSTM",
    }
    fields = [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in panel.patches]
    np.testing.assert_allclose(fields, [(1 / 1.5, 1.5)] * len(fields))
    assert "n = 10" in " ".join(text.get_text() for text in panel.texts).replace(NO_BREAK, " ")


def test_time_to_solve_counts_the_networks_that_have_solved(tables, drawn):
    panels = {text.get_text(): panel for panel in drawn("time-to-solve").axes for text in panel.texts}
    for length in (10, 20):
        for arm in CORE:
            networks = of(tables["networks"], ("recall-32", arm.cell, arm.remedy))
            networks = networks[networks["length"].eq(length) & networks["judged"]]
            name = network(arm.cell, arm.remedy)
            line = next(line for line in panels[f"T = {length}"].lines if line.get_label() == name)
            updates, shares = (np.asarray(values, dtype=float) for values in line.get_data())
            for update in (50, 500, 777, 1200, 1500):
                expected = (networks["status"].eq("solved") & networks["update"].le(update)).mean()
                assert shares[np.searchsorted(updates, update, side="right") - 1] == pytest.approx(expected)


def test_horizons_in_training_are_means_over_the_networks_that_learn(tables, drawn):
    figure = drawn("horizon-in-training")
    panel = next(panel for panel in figure.axes if panel.get_title(loc="left") == "GRU")
    written = next(text.get_text() for text in panel.texts if text.get_text().startswith("T = "))
    length = int(written.removeprefix("T = "))
    success = of(tables["success"], ("recall-32", "gru", "none"))
    assert length == success[success["solved_share"].ge(0.5)]["length"].max()
    rows = of(tables["gradients"], ("recall-32", "gru", "none"))
    rows = rows[rows["length"].eq(length)]
    solved = rows[rows["solved"]]
    assert 0 < solved["seed"].nunique() < rows["seed"].nunique()
    for place, moment in enumerate(("initial", "half", "final")):
        mean = np.mean([value.parts[0] for value in solved[solved["moment"].eq(moment)]["gradient_horizon"]])
        assert has(points(panel), place, mean)
    lines = [line for line in panel.lines if len(line.get_xdata()) == 3]
    assert sum(line.get_linestyle() == ":" for line in lines) == rows["seed"].nunique() - solved["seed"].nunique()
    assert len(lines) == rows["seed"].nunique()


def test_success_shows_points_and_intervals_of_each_cell_alone_and_with_the_remedy_of_comparisons(tables, drawn):
    panels = {panel.get_title(loc="left"): panel for panel in drawn("success").axes}
    drawn_remedies = {"tanh": "orthogonal", "relu": "identity", "gru": "chrono", "lstm": "chrono"}
    assert len(panels) == len(drawn_remedies)
    for cell, remedy in drawn_remedies.items():
        panel = panels[network(cell, remedy).replace(" + ", "\n+ ")]
        for container, group in zip(
            panel.containers, (("recall-32", cell, name) for name in ("none", remedy)), strict=True
        ):
            own = of(tables["success"], group).sort_values("length")
            np.testing.assert_allclose(np.asarray(container[0].get_ydata(), dtype=float), own["solved_share"])
            segments = container[2][0].get_segments()
            np.testing.assert_allclose([ends[0, 1] for ends in segments], own["solved_share_low"])
            np.testing.assert_allclose([ends[1, 1] for ends in segments], own["solved_share_high"])


def test_heat_map_shows_the_gradients_of_its_table(tables, drawn):
    figure = drawn("gradient-heat-map")
    recorded = tables["hidden_gradients"]
    panel = next(panel for panel in figure.axes if panel.get_title(loc="left") == "tanh")
    own = of(recorded[recorded["length"].eq(80)], ("recall-32", "tanh", "none"))
    expected = own.pivot(index="update", columns="step", values="gradient").to_numpy(dtype=float)
    shown = panel.collections[0].get_array()
    np.testing.assert_allclose(shown, np.log10(np.maximum(expected, 1e-9)))
    scales = {tuple(panel.collections[0].get_clim()) for panel in figure.axes[:6]}
    assert scales == {(-8, 0)}
    success = of(tables["success"], ("recall-32", "lstm", "none"))
    assert f"{success[success['length'].eq(80)]['solved'].iloc[0]} of 10 solved" in texts(figure)


def test_profiles_show_every_seed_the_mean_and_the_theory(tables, drawn):
    panel = next(panel for panel in drawn("profiles").axes if panel.get_title(loc="left") == "tanh")
    means = tables["profile_means"]
    means = of(means[means["length"].eq(80) & means["moment"].eq("initial")], ("recall-32", "tanh", "none"))
    seeds = [line for line in panel.lines if len(line.get_xdata()) == 20]
    measured, predicted = (line for line in panel.lines if len(line.get_xdata()) == 80)
    assert len(seeds) == 5
    np.testing.assert_allclose(measured.get_ydata(), means["relative_gradient"])
    np.testing.assert_allclose(predicted.get_ydata(), means["predicted"])


@pytest.mark.parametrize(("name", "written"), [("profiles", "horizon: ≥\u00a079"), ("memory-forest", "▲ ≥\u00a080")])
def test_a_horizon_that_is_known_by_a_limit_is_drawn_as_an_arrow_and_written_with_its_sign(drawn, name, written):
    figure = drawn(name)
    assert written in texts(figure)
    assert ">" in {line.get_marker() for panel in figure.axes for line in panel.lines}


def test_every_exploding_network_is_drawn_at_its_largest_gradient_and_every_diverged_one_crossed(drawn):
    (panel,) = drawn("explosion").axes
    names = [text.get_text() for text in panel.get_yticklabels()]
    assert {"ReLU", "ReLU + clipping at 1", "linear"} <= set(names)
    assert {"start at radius 2, T = 20", "start at radius 3, T = 20", "start at radius 3, T = 50"} <= {
        text.get_text() for text in panel.texts
    }
    marks = {marker: [line for line in panel.lines if line.get_marker() == marker] for marker in ("o", "x")}
    assert len(marks["o"]) == len(marks["x"]) == len(EXPLODING)
    drawn_networks = [sum(len(line.get_xdata()) for line in pair) for pair in zip(*marks.values(), strict=True)]
    assert sorted(drawn_networks) == sorted(map(exploding_networks, EXPLODING))
    untreated = sum(remedy == "none" for *_, remedy in EXPLODING)
    crosses = sorted(len(line.get_xdata()) for line in marks["x"])
    assert crosses == [0] * (len(EXPLODING) - untreated) + [7] * untreated
    height = panel.get_yticks()[names.index("ReLU")]
    own = {
        marker: next(line.get_xdata() for line in lines if abs(line.get_ydata()[0] - height) < 0.4)
        for marker, lines in (
            {name: [line for line in of if len(line.get_xdata())] for name, of in marks.items()}
        ).items()
    }
    np.testing.assert_allclose(own["o"], [10 * 1.05**seed for seed in range(7, 80)])
    np.testing.assert_allclose(own["x"], [1e12] * 7)  # not a finite number: at the end of the axis
    beside = {text.get_text() for text in panel.texts if isinstance(text, Annotation) and text.xy[1] == height}
    assert {text.replace(NO_BREAK, " ") for text in beside} == {"9 %", "91 %"}


def test_the_radii_that_networks_are_built_to_explode_with_are_those_of_the_configuration(drawn):
    study = {
        each["name"]: each["always"] for each in read_yaml(ROOT / "config.yaml")["experiments"] if "always" in each
    }
    for language in LANGUAGES:
        words = texts_of("explosion", language)["words"]
        for name in ("explosion", "explosion-short", "explosion-bounded"):
            assert words[name].split()[-1] == study[name][0].split("-")[-1]


def test_digits_show_every_network_and_the_mean_with_its_interval(tables, drawn):
    panel = drawn("digits").axes[0]
    success = tables["success"]
    own = success[success["task"].eq("digits") & success["cell"].eq("gru")].iloc[0]
    places = points(panel, cell_colour("gru"))
    assert sum(abs(x - 2.14) < 0.2 for x, _ in places) >= 5
    segments = [segment for container in panel.containers for segment in container[2][0].get_segments()]
    assert any(np.allclose(ends[:, 1], [own["accuracy_low"], own["accuracy_high"]]) for ends in segments)
    polish = title(drawn("digits", "pl")).replace(NO_BREAK, " ")
    assert polish.endswith(
        "w kolejności czytania LSTM osiąga 79%, a ostatnia jest tanh: 60%; "
        "w jednej losowej kolejności LSTM osiąga 79%, a ostatnia jest tanh: 60%"
    )


def test_bars_of_gates_are_the_shares_of_the_table(drawn):
    panels = drawn("gates").axes
    heights = [[patch.get_height() for patch in panel.patches] for panel in panels]
    assert heights == [[0.9, 0.7, 0.5, 0.3], [0.9, 0.7, 0.5, 0.3, 0.1], [0.9, 0.7]]
    names = [[tick.get_text().replace("\n", " ") for tick in panel.get_xticklabels()] for panel in panels]
    assert names[0] == ["none", "forget", "input", "forget, input"]
    judged = [[to_hex(patch.get_facecolor()) == GREY for patch in panel.patches].index(True) for panel in panels]
    assert [row[place] for row, place in zip(names, judged, strict=True)] == ["forget", "input", "output"]


def test_radius_shows_factors_and_horizons(tables, drawn):
    flow, reach = drawn("radius").axes
    assert has(points(flow, cell_colour("linear")), 0.9, 0.9 * 0.997)
    assert has(points(flow, cell_colour("tanh")), 1.5, 1.5)
    assert has(points(reach), 0.6, 3 + 30 * 0.6)
    (steps, _), *_ = t50(tables, "radius", "tanh", "radius-0.6")
    assert has(points(reach, cell_colour("tanh")), 0.615, steps)


def test_highway_shows_all_paths_and_the_path_through_c(drawn):
    panel = drawn("highway").axes[0]
    shown = {
        column: [line.get_ydata() for line in panel.lines if line.get_label() == column and len(line.get_xdata())]
        for column in ("memory_transport", "gated_transport")
    }
    expected = [2e-18, *(2 * (1 + math.exp(-bias)) ** -100.0 for bias in (1, 2, 3, 5)), 2.0, 600.0]
    assert [heights[1] for heights in shown["memory_transport"]] == pytest.approx(expected)
    assert [heights[1] for heights in shown["gated_transport"]] == pytest.approx([each / 20 for each in expected])
    theory = [line for line in panel.collections if hasattr(line, "get_segments")]
    assert theory[2].get_segments()[0][0, 1] == pytest.approx((1 / (1 + math.exp(-2))) ** 100)


def test_eigenvalues_lie_where_the_table_says(tables, drawn):
    panel = next(panel for panel in drawn("spectra").axes if panel.get_title(loc="left") == "tanh")
    own = tables["eigenvalues"]
    own = of(own[own["moment"].eq("initial") & own["length"].eq(20)], ("recall-32", "tanh", "none"))
    line = next(line for line in panel.lines if line.get_label() == "initial")
    np.testing.assert_allclose(line.get_xydata(), own[["real", "imaginary"]])
    far = next(line for line in panel.lines if line.get_label() == "final").get_xydata()
    assert len(far) == 4 * 32  # the eigenvalues of the four networks that solved it
    assert np.hypot(*far.T).max() == pytest.approx(1 + math.log(1.4), abs=0.05)


def test_gates_are_shown_at_marked_steps(drawn):
    figure = drawn("gate-activity")
    keeping = figure.axes[4]
    final = next(line for line in keeping.lines if line.get_linestyle() == "-")
    np.testing.assert_allclose(final.get_ydata()[:8], [0.6] * 3 + [0.3] + [0.6] * 4)
    assert len(keeping.patches) == 1
    assert len(figure.axes[5].patches) == 3


def test_agreement_writes_every_correlation_with_its_interval(drawn):
    written = texts(drawn("agreement", "pl"))
    assert "0,6" in written
    assert "[0,3; 0,68]\nn = 16" in written
    assert sum("\nn = 16" in text for text in written) == 10


def test_theory_shows_ratios_with_intervals(drawn):
    panel = drawn("theory").axes[0]
    segments = [segment for container in panel.containers for segment in container[2][0].get_segments()]
    assert any(np.allclose(ends[:, 0], [0.7075 / 1.1, 0.7075 * 1.1]) for ends in segments)
    one_matrix = sum(cell in ("tanh", "relu") for _, cell, _ in MEMORY)
    assert len(segments) == 2 * len(MEMORY) + one_matrix
