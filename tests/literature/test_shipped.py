"""What is shipped: each row has our number, of the runs that the presets name, at the price that is said."""

from pathlib import Path

import pytest

from gradient_horizon.claims.schemas import TESTS
from gradient_horizon.literature.compared import PUBLISHED, compared
from gradient_horizon.literature.kept import read_kept
from gradient_horizon.literature.rows import OfRuns, read_rows
from gradient_horizon.pipeline.costing import Costs
from gradient_horizon.study.costs import Speed
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.plan import expand

ROOT = Path(__file__).parents[2]
REPORT, PRESETS = ROOT / "report", ROOT / "workflow" / "presets"
MINUTES = 20
"""Of a core, which no row may take."""


@pytest.fixture(scope="module")
def rows():
    return read_rows(REPORT / "published.json")


@pytest.fixture(scope="module")
def kept():
    return read_kept(REPORT / "published")


def specs(preset):
    return {
        spec.id: spec for spec in expand(validated_study(read_yaml(ROOT / "config.yaml", PRESETS / f"{preset}.yaml")))
    }


def test_every_row_has_our_number_of_the_runs_that_a_preset_names(rows, kept):
    run, beyond = specs("paper"), specs("paper-beyond")
    named = [row for row in rows if isinstance(row.ours, OfRuns)]
    assert {row.id for row in named} == {*kept}
    for name, each in kept.items():
        assert each.spec.id in (beyond if each.ours is None else run), name
    assert {spec.id for spec in run.values()} == {each.spec.id for each in kept.values() if each.ours}
    PUBLISHED.validate(compared(rows, kept, TESTS.frame([])))


def test_no_row_that_was_run_takes_longer_than_twenty_minutes_of_a_core_and_all_others_do(kept):
    for name, each in kept.items():
        assert (each.minutes <= MINUTES) == (each.ours is not None), name


def test_prices_are_those_of_one_machine(kept):
    costs = Costs(Speed.REFERENCE)
    slower = [60 * each.minutes / costs.of(each.spec).training for each in kept.values()]
    assert max(slower) < 2 * min(slower)
