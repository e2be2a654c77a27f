"""The examples in the docstrings of all that is public give what they say."""

import doctest
import inspect

import pytest

import gradient_horizon
from gradient_horizon.library.measured import Measurement
from gradient_horizon.library.networks import Networks
from gradient_horizon.library.studies import StudyResults
from gradient_horizon.library.trained import Training

OF_A_STUDY = ("load_study", "StudyResults")
"""Their examples read results/default."""

FUNCTIONS = ("load_study", "measure", "train")
PUBLIC = {name: getattr(gradient_horizon, name) for name in gradient_horizon.__all__}
RETURNED = {cls.__name__: cls for cls in (Measurement, Networks, StudyResults, Training)}
TESTS = {
    name: [test for test in doctest.DocTestFinder().find(thing, name) if test.examples]
    for name, thing in (PUBLIC | RETURNED).items()
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name in OF_A_STUDY)) for name in TESTS if TESTS[name]]
)
def test_examples_give_what_they_say(name, request, tmp_path, monkeypatch):
    monkeypatch.chdir(request.getfixturevalue("folder") if name in OF_A_STUDY else tmp_path)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for test in TESTS[name]:
        assert runner.run(test).failed == 0
    assert list(tmp_path.iterdir()) == []


def test_what_is_called_and_what_it_returns_have_examples():
    assert {name for name, tests in TESTS.items() if tests} >= {*FUNCTIONS, *RETURNED, "Cell", "Task"}
    for name in FUNCTIONS:
        assert f"from gradient_horizon import {name}\n" in inspect.getdoc(PUBLIC[name])
