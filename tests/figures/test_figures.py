import json
import math
import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import vl_convert
from figure_tables import EXPLODING, MEMORY, frame, full_tables, own
from hand_made_tables import EMPTY
from judged import judged
from matplotlib.colors import rgb_to_hsv, to_hex, to_rgb
from matplotlib.text import Text

from gradient_horizon import registries
from gradient_horizon.figures.draw import svg
from gradient_horizon.figures.groups import label
from gradient_horizon.figures.interactive.specify import write_specification
from gradient_horizon.figures.style import cell_colour, cell_ink, house_style, new_figure, number, percent
from gradient_horizon.tables.catalogue import TABLES

LANGUAGES = ("en", "pl")
FIGURES = list(registries.FIGURES)
CLAIMS = [registries.load(registries.CLAIMS, "claim", name) for name in registries.CLAIMS]
OUTCOMES = ("pass", "fail", "unclear")
TITLED_BY_TESTS = (
    "success",
    "profiles",
    "contributions",
    "explosion",
    "radius",
    "gates",
    "highway",
    "memory-forest",
    "gate-activity",
)
ROOT = Path(__file__).parents[2]
SMALL_ENOUGH = 1_600_000
SMALL_ENOUGH_INTERACTIVE = 400_000
PREFIXED = {"en": (".", ","), "pl": (",", "\u00a0")}


@pytest.fixture(scope="module")
def tables():
    return full_tables()


@cache
def every_test(outcome):
    """All tests of all claims, with this outcome."""
    tests = judged(CLAIMS, EMPTY)[1].copy()
    tests["outcome"] = outcome
    return tests


def draw(name, tables, language="en", tests=None):
    with house_style():
        tests = every_test("unclear") if tests is None else tests
        return registries.load(registries.FIGURES, "figure", name)(tables, tests, language)


@pytest.fixture(scope="module")
def drawn(tables):
    """Every figure in every language, laid out once."""

    @cache
    def laid_out(name, language="en"):
        figure = draw(name, tables, language)
        with house_style():
            figure.canvas.draw()
        return figure

    return laid_out


def texts(figure):
    return [text.get_text() for text in figure.findobj(Text) if text.get_text() and text.get_visible()]


def title(figure):
    return figure.texts[0].get_text().replace("\n", " ")


def points(panel, colour=None):
    """Places of all markers of a panel."""
    lines = [line for line in panel.lines if line.get_marker() not in (None, "None", "")]
    if colour:
        lines = [line for line in lines if to_hex(line.get_color()).upper() == colour.upper()]
    return [(float(x), float(y)) for line in lines for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)]


def has(pairs, x, y):
    return any(math.isclose(x, px, rel_tol=1e-9) and math.isclose(y, py, rel_tol=1e-9) for px, py in pairs)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_drawn_whole_in_every_language(drawn, name, language):
    figure = drawn(name, language)
    written = " ".join(texts(figure))
    assert not re.search(r"[{}]|\bnan\b", written)
    assert len(title(figure)) > 20
    width, height = figure.get_size_inches() * figure.dpi
    boxes = [text.get_window_extent() for text in figure.texts]
    assert all(box.x0 >= 0 and box.x1 <= width and box.y1 <= height for box in boxes)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FIGURES)
def test_a_study_without_runs_says_what_is_missing(name, language):
    figure = draw(name, EMPTY, language)
    assert ("has no" in title(figure) or "has too few" in title(figure)) == (language == "en")
    assert "To badanie" in title(figure) or language == "en"


@pytest.mark.parametrize("name", FIGURES)
def test_languages_differ_in_words_but_not_in_what_is_drawn(drawn, name):
    english, polish = drawn(name, "en"), drawn(name, "pl")
    assert title(english) != title(polish)
    assert re.search("[ąćęłńóśźż]", " ".join(texts(polish)))
    for first, second in zip(english.axes, polish.axes, strict=True):
        for one, other in zip(first.lines, second.lines, strict=True):
            np.testing.assert_array_equal(one.get_xydata(), other.get_xydata())


@pytest.mark.parametrize("name", FIGURES)
def test_polish_writes_decimal_commas_and_no_decimal_points(drawn, name):
    written = " ".join(texts(drawn(name, "pl")))
    assert not re.search(r"(?<![\w-])\d+\.\d", written.replace("\n", " ")), re.findall(r"\S*\d\.\d\S*", written)
    assert not re.search(r"(?<![\w-])\d+,\d(?!\d\d)", " ".join(texts(drawn(name, "en"))))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TITLED_BY_TESTS)
def test_the_title_is_chosen_by_the_tests(tables, name, language):
    titles = {title(draw(name, tables, language, every_test(outcome))) for outcome in OUTCOMES}
    assert len(titles) == len(OUTCOMES)


@pytest.mark.parametrize(
    ("name", "table", "column"),
    [
        ("memory-map", "horizons", "memory_horizon"),
        ("digits", "success", "accuracy"),
        ("gradient-heat-map", "success", "solved"),
        ("spectra", "theory", "predicted"),
        ("agreement", "agreement", "correlation"),
        ("theory", "theory", "ratio"),
    ],
)
def test_the_title_tells_the_numbers_of_the_table(tables, name, table, column):
    changed = tables[table].copy()
    for name_of_column in [each for each in changed if each.removesuffix("_low").removesuffix("_high") == column]:
        values = changed[name_of_column]
        if values.dtype == object:
            changed[name_of_column] = [value.times(0.5) for value in values]
        else:
            changed[name_of_column] = values * 0 if column == "solved" else values / 2
    assert title(draw(name, tables | {table: changed})) != title(draw(name, tables))


def test_mixed_outcomes_have_a_title_of_their_own(tables):
    tests = every_test("pass").copy()
    tests.loc[tests["test"].eq("linear-0.8"), "outcome"] = "fail"
    assert "at some radii only" in title(draw("radius", tables, "en", tests))
    tests = every_test("pass").copy()
    tests.loc[tests["test"].isin(["input", "output"]), "outcome"] = "fail"
    assert title(draw("gates", tables, "en", tests)) == (
        "Held open, the forget gate costs the LSTM its task; the input gate and output gate does not"
    ) or "; " in title(draw("gates", tables, "en", tests))


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


def test_figures_are_small_and_the_same_bytes_twice(tables):
    size = 0
    for name in FIGURES:
        with house_style():
            first, second = (svg(draw(name, tables, "pl")) for _ in range(2))
        assert first == second, name
        ElementTree.fromstring(first)
        size += len(first.encode())
    assert size <= SMALL_ENOUGH


def test_names_from_the_configuration_come_out_literally(tables):
    name = "<b>$x_1$ & #let</b>"
    horizons, success = tables["horizons"].copy(), tables["success"].copy()
    for table in (horizons, success):
        table["remedy"] = table["remedy"].replace("orthogonal", name)
    figure = draw("memory-map", tables | {"horizons": horizons, "success": success})
    assert f"tanh + {name}" in texts(figure)
    with house_style():
        ElementTree.fromstring(svg(figure))


def test_characters_that_the_font_lacks_are_drawn_as_boxes_and_fail_nothing():
    with house_style():
        boxes, letters = (svg(new_figure(f"{title} and a title", title, height=1)[0]) for title in ("循環🧠", "abc"))
    assert boxes.count("<use") == letters.count("<use")


def test_numbers_are_written_in_both_languages():
    assert (number(0.9512, "en"), number(0.9512, "pl")) == ("0.95", "0,95")
    assert (number(1500, "en"), number(1500, "pl")) == ("1,500", "1\u00a0500")
    assert percent(0.784, "pl") == "78\u00a0%"


def test_every_figure_has_alt_text_and_caption_in_both_languages():
    given = json.loads((ROOT / "report" / "figures.json").read_text(encoding="utf-8"))
    assert set(given) == set(FIGURES) | set(registries.INTERACTIVE)
    for name, by_language in given.items():
        for language in LANGUAGES:
            assert len(by_language[language]["alt"]) > 60, name
            named = re.findall(r"(?:Data: tables?|Dane: tabel[ae]) ([\w, ]+)\.$", by_language[language]["caption"])
            assert named, name
            assert set(re.split(r", | and | i ", named[0])) <= {*TABLES, "tests"}, name
        assert ("beside" in by_language) == (name in registries.INTERACTIVE)
    assert all(given[name]["beside"] in FIGURES for name in registries.INTERACTIVE)


def specification(name, tables, language, folder):
    for table, contract in TABLES.items():
        if not (folder / f"{table}.parquet").exists():
            contract.save(tables[table], folder)
    write_specification(name, folder, folder)
    return (folder / language / f"{name}.vl.json").read_bytes()


@pytest.fixture(scope="module")
def specifications(tables, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    return cache(lambda name, language: specification(name, tables, language, folder))


def rendered(content, **options):
    given = json.loads(content)
    given |= {"width": 600} if given.get("width") == "container" else {}
    return vl_convert.vegalite_to_svg(given, **options)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", list(registries.INTERACTIVE))
def test_every_interactive_figure_renders_with_controls(specifications, name, language):
    content = specifications(name, language)
    decimal, thousands = PREFIXED[language]
    locale = {"decimal": decimal, "thousands": thousands, "grouping": [3], "currency": ["", ""]}
    picture = rendered(content, format_locale=locale)
    assert picture.count("<path") > 10
    width, height = (float(size) for size in re.findall(r'(?:width|height)="([\d.]+)"', picture)[:2])
    assert 300 < width < 900
    assert 300 < height < 600
    controls = [parameter["bind"] for parameter in json.loads(content)["params"]]
    assert controls
    assert all(control["input"] in ("range", "select") and control["name"].strip() for control in controls)
    assert '"background"' not in content.decode()


def test_interactive_figures_are_small_and_the_same_bytes_twice(specifications, tables, tmp_path):
    for language in LANGUAGES:
        sizes = {name: len(specifications(name, language)) for name in registries.INTERACTIVE}
        assert sum(sizes.values()) <= SMALL_ENOUGH_INTERACTIVE, sizes
    for name in registries.INTERACTIVE:
        assert specification(name, tables, "pl", tmp_path) == specifications(name, "pl")


@pytest.mark.parametrize("name", list(registries.INTERACTIVE))
def test_an_interactive_figure_of_a_study_without_runs_renders(name, tmp_path):
    assert rendered(specification(name, EMPTY, "en", tmp_path)).startswith("<svg")


def rows_of(content):
    """All rows of data in a specification, wherever they stand."""
    if isinstance(content, list):
        return [row for part in content for row in rows_of(part)]
    if not isinstance(content, dict):
        return []
    own = content["values"] if isinstance(content.get("values"), list) else []
    return [*(row for row in own if isinstance(row, dict)), *rows_of(list(content.values()))]


def test_interactive_figures_hold_the_numbers_of_the_tables(specifications):
    explorer, slider, bias = (
        rows_of(json.loads(specifications(name, "en")))
        for name in ("gradient-explorer", "radius-slider", "forget-bias")
    )
    field = next(row for row in explorer if row.get("g") == "tanh" and row.get("T") == 20 and "z" in row)
    assert field["z"][-1] == pytest.approx(math.log10(0.5), abs=0.05)
    assert (field["n"], field["u"], len(field["z"])) == (20, 100, 20 * 15)
    assert {"k": 100, "r": 0.9, "v": pytest.approx(100 * math.log10(0.9), rel=1e-2)} in slider
    assert {"b": 2, "k": 10, "v": pytest.approx((1 / (1 + math.exp(-2))) ** 10, rel=1e-2)} in bias


@pytest.mark.parametrize("cell", ["linear", "tanh", "relu", "gru", "lstm", "a-cell-of-the-user"])
def test_names_of_cells_are_dark_enough_to_read_in_their_own_hue(cell):
    def luminance(colour):
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    assert 1.05 / (luminance(cell_ink(cell)) + 0.05) >= 4.45
    hues = [rgb_to_hsv(to_rgb(colour))[0] for colour in (cell_colour(cell), cell_ink(cell))]
    assert hues[0] == pytest.approx(hues[1], abs=0.02)
