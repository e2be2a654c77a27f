import re

import numpy as np
import pytest
from browser import NEEDS_BROWSER, driven

pytestmark = [pytest.mark.slow, NEEDS_BROWSER]


def visited(file):
    return driven("live.mjs", file)


@pytest.fixture(scope="module", params=["en", pytest.param("pl", marks=pytest.mark.long)])
def visit(request, tmp_path_factory):
    from live_page import made_up_data, write_page

    return request.param, visited(
        write_page(tmp_path_factory.mktemp("page") / "page.html", request.param, made_up_data())
    )


def powers(found):
    return found["base"] ** np.arange(found["T"] + 1.0)


def test_nothing_fails_and_nothing_is_asked_for(visit):
    assert visit[1]["errors"] == []
    assert visit[1]["requests"] == []


@pytest.mark.parametrize("view", ["light", "dark", "phone"])
def test_no_rule_of_accessibility_is_broken_and_nothing_leaves_the_screen(visit, view):
    found = visit[1]["views"][view]
    assert found["violations"] == []
    assert found["overflow"] == 0
    assert min(found["widths"]) >= (280 if view == "phone" else 320)


@pytest.mark.parametrize("way", ["dragged", "keyed", "typed"])
def test_the_curve_follows_an_eigenvalue_that_is_dragged_moved_by_keys_or_typed(visit, way):
    found = visit[1][way]
    radius, degrees = {"dragged": (1.2, 70), "keyed": (1.06, 67), "typed": (0.5, 67)}[way]
    assert found["radius"] == pytest.approx(radius, abs=0.011)
    assert found["degrees"] == pytest.approx(degrees, abs=1)
    np.testing.assert_allclose(found["norms"], powers(found), rtol=1e-10)
    if way == "dragged":
        assert found["fields"][:2] == [found["radius"], found["degrees"]]


def test_an_eigenvalue_says_where_it_is_and_follows_a_finger(visit):
    keyed, touched = visit[1]["keyed"], visit[1]["views"]["phone"]["touched"]
    assert keyed["now"] == keyed["radius"]
    assert re.search(r"1[.,]06", keyed["said"])
    assert touched["radius"] == pytest.approx(0.5, abs=0.02)
    assert touched["degrees"] == pytest.approx(120, abs=2)


def test_the_gradient_of_an_lstm_whose_w_is_zero_lies_between_its_gates_products(visit):
    found = visit[1]["gated"]
    assert found["base"] == pytest.approx(1 / (1 + np.exp(-1)))
    assert (np.array(found["norms"]) <= np.array(found["kept"]) * (1 + 1e-9)).all()
    assert (np.array(found["norms"]) >= np.array(found["kept"]) / 2**0.5 * (1 - 1e-9)).all()


def test_the_walk_plays_to_the_first_step_and_can_be_stepped_and_stands_still_where_motion_is_unwanted(visit):
    found = visit[1]
    assert (found["still"], found["started"], found["moving"]["playing"]) == (False, True, True)
    assert found["played"]["place"] == found["played"]["T"] == 30
    assert found["stepped"]["place"] == 29
    assert found["played"]["sentence"].startswith("30 steps back" if visit[0] == "en" else "Po 30 krokach")
    assert 0 < found["moving"]["place"] < 30


def test_trained_networks_are_loaded_with_all_their_eigenvalues_and_cannot_be_dragged(visit):
    lstm, tanh = visit[1]["networks"]
    assert (lstm["cell"], lstm["T"], len(lstm["norms"]), lstm["handles"]) == ("lstm", 14, 15, 0)
    assert (tanh["cell"], tanh["T"], len(tanh["norms"]), tanh["dots"], tanh["handles"]) == ("tanh", 20, 21, 32, 0)
    assert all(np.isfinite(each["norms"]).all() and each["place"] == 1 for each in (lstm, tanh))
    assert 0.7 < tanh["base"] < 1.5


def test_sliders_compute_at_the_value_shown_and_show_points_only_where_they_were_measured(visit):
    radius, bias = ([each for each in visit[1]["sliders"] if each["place"] == place] for place in (0, 1))
    assert [(each["value"], each["measured"], each["circles"] > 3) for each in radius] == [
        (0.9, 2, True), (0.91, 0, False), (1.3, 0, False),
    ]  # fmt: skip
    assert [(each["value"], each["measured"]) for each in bias] == [(2, 1), (2.5, 0), (-2, 0)]
    for each in radius:
        linear, _, theory = (np.array(line["values"]) for line in each["lines"])
        np.testing.assert_allclose(theory, each["value"] ** np.arange(101.0), rtol=1e-12)
        assert (linear[100] / linear[60]) ** (1 / 40) == pytest.approx(each["value"], rel=0.02)
    for each in bias:
        np.testing.assert_allclose(each["lines"][1]["values"], (1 / (1 + np.exp(-each["value"]))) ** np.arange(151.0))
    assert visit[1]["pressed"]["after"] == pytest.approx(visit[1]["pressed"]["before"] + 0.01)


def test_what_is_shown_is_also_said(visit):
    assert len(visit[1]["aloud"]) == 3
    assert all(len(text) > 60 and "{" not in text for text in visit[1]["aloud"])


def test_a_study_without_trained_networks_says_so(tmp_path):
    from live_page import write_page

    found = visited(write_page(tmp_path / "page.html", "en", {"radius": [], "forget_bias": [], "networks": []}))
    assert found["networks"] == []
    assert {each["measured"] for each in found["sliders"]} == {0}
    assert all("no measurements" in each["note"] for each in found["sliders"])
    assert found["errors"] == []
