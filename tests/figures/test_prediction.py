import numpy as np
import pytest
from drawing import draw, texts_of, title
from drawn_marks import has, points
from hand_made_tables import EMPTY

from gradient_horizon.figures.prediction import BEYOND
from gradient_horizon.figures.style import cell_colour
from gradient_horizon.language.numbers import NO_BREAK
from gradient_horizon.statistics.censored import Side
from gradient_horizon.tables.predictions import NAMES


def measures(panel, language="en"):
    """The measures of the left panel, by their rows."""
    names = {words: name for name, words in texts_of("prediction", language)["words"]["measures"].items()}
    return [names[tick.get_text()] for tick in panel.get_yticklabels()]


def test_the_best_measure_is_drawn_with_a_mark_for_each_network_and_triangles_for_limits(tables, drawn):
    panel = drawn("prediction").axes[1]
    agreement = tables["prediction_agreement"]
    best = agreement[agreement["best"] & agreement["scope"].eq("all")]["predictor"].iloc[0]
    assert panel.get_title(loc="left") == texts_of("prediction", "en")["words"]["measures"][best]
    triangles = {marker for of_axis in BEYOND for marker in of_axis.values()}
    limits = 0
    for row in tables["predictions"][tables["predictions"]["predictor"].eq(best)].to_dict("records"):
        (x, x_side), (y, y_side) = (row[column].parts for column in ("predicted_horizon", "memory_horizon"))
        assert has(points(panel, cell_colour(row["cell"])), x, y)
        limits += (x_side is not Side.NONE) + (y_side is not Side.NONE)
    assert sum(len(line.get_xdata()) for line in panel.lines if line.get_marker() in triangles) == limits > 0
    (line,) = (line for line in panel.lines if line.get_linestyle() == "-")
    np.testing.assert_array_equal(line.get_xdata(), line.get_ydata())


@pytest.mark.parametrize("language", ["en", "pl"])
def test_every_measure_has_its_correlation_with_its_interval_and_its_number_of_rows(tables, drawn, language):
    agreement = tables["prediction_agreement"]
    agreement = agreement[agreement["scope"].eq("all")].set_index("predictor")
    panel = drawn("prediction", language).axes[0]
    assert measures(panel, language) == list(NAMES)
    told = {round(text.xy[1]): text.get_text() for text in panel.texts}
    for place, name in enumerate(NAMES):
        row = agreement.loc[name]
        assert has(points(panel), row["correlation"], place)
        interval = next(line for line in panel.lines if list(line.get_ydata()) == [place, place])
        ends = [
            row["correlation"] if np.isnan(row[end]) else row[end] for end in ("correlation_low", "correlation_high")
        ]
        np.testing.assert_allclose(interval.get_xdata(), ends)
        assert told[place].startswith(f"n = {row['n']}")
        assert told[place].endswith(" *") == (row["resampled"] == "remedy" and np.isfinite(row["correlation_low"]))


def test_the_title_says_whether_the_best_is_clear_and_who_is_clearly_worse(tables):
    agreement = tables["prediction_agreement"]
    ends = {"correlation": 0.6, "correlation_low": 0.2, "correlation_high": 0.8}
    for changed, written in (
        (
            ends | {"behind_low": -0.1},
            "Before training, the gradient horizon (10 %) says best how far networks will learn to remember: "
            "rank correlation 0.6 (0.2 to 0.8); no other measure is clearly worse",
        ),
        (
            ends | {"behind_low": np.where(agreement["predictor"].isin(["gate_time", "signal_to_noise"]), 0.1, -0.1)},
            "Before training, the gradient horizon (10 %) says best how far networks will learn to remember: "
            "rank correlation 0.6 (0.2 to 0.8); clearly worse: gate time and signal-to-noise ratio",
        ),
        (
            ends | {"correlation_low": -0.2},
            "No measure before training clearly says how far networks will learn to remember; the best, the "
            "gradient horizon (10 %), has a rank correlation of 0.6 (−0.2 to 0.8)",
        ),
        (
            ends | {"correlation_low": np.nan, "correlation_high": np.nan},
            "Before training, the gradient horizon (10 %) comes nearest to how far networks will learn to remember: "
            "rank correlation 0.6; an interval cannot be given",
        ),
    ):
        made = tables | {"prediction_agreement": agreement.assign(**changed)}
        assert title(draw("prediction", made)).replace(NO_BREAK, " ") == written


def test_where_nothing_can_be_compared_it_says_so(tables):
    for missing in ({"prediction_agreement": EMPTY["prediction_agreement"]}, EMPTY):
        assert title(draw("prediction", tables | missing)) == texts_of("prediction", "en")["words"]["nothing"]


def test_measures_that_a_study_lacks_have_no_row(tables):
    rows = tables["predictions"]
    few = rows[rows["predictor"].isin(NAMES[:4])]
    figure = draw("prediction", tables | {"predictions": few})
    assert measures(figure.axes[0]) == list(NAMES[:4])
