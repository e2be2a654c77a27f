"""Numbers that are none, too large or too small, in every cell and task: a status, never an error, never a repair."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from judged import judged
from small_runs import assembled

from gradient_horizon import registries
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.engine.subnormal import subnormal_numbers_flushed
from gradient_horizon.measuring.measure import measure
from gradient_horizon.pipeline.batch_work import complete
from gradient_horizon.pipeline.progress_files import ProgressWriter
from gradient_horizon.store.keys import keys_of
from gradient_horizon.store.store import Store
from gradient_horizon.tables.catalogue import FROM_RUNS, TABLES
from gradient_horizon.tables.run_files import RunFiles
from gradient_horizon.tables.summarise import summarise
from gradient_horizon.training.ensemble import Ensemble
from gradient_horizon.training.loop import train
from gradient_horizon.training.outcome import RunStatus

pytestmark = pytest.mark.slow

LENGTHS = {
    "copying": 24,
    "temporal-order": 20,
    "digits": 64,
    "digits-permuted": 64,
    "two-sequences-10": 10,
    "two-sequences-100": 100,
}
PER_UPDATE = ("loss", "gradient_norm", "limited_gradient_norm", "update_ratio")
FATAL = {"not a number": math.nan, "infinite": math.inf, "minus infinite": -math.inf, "overflowing": 1e38}


@pytest.fixture(autouse=True)
def flush():
    """As training sets it."""
    with subnormal_numbers_flushed():
        yield


def spoil(ensemble, value, *, what="recurrent"):
    """One weight of the first network becomes this value."""
    for name in {"recurrent": ("weight", "recurrent"), "readout": ("readout",)}[what]:
        getattr(ensemble.population, name)[0, 0, 0] = value


def two_networks(small_run, cell="tanh", task="recall", **changes):
    return small_run(cell=cell, task=task, length=LENGTHS.get(task, 12), seeds=(0, 1), **changes)


def updated(spec, value=None, what="recurrent"):
    ensemble = Ensemble(spec)
    if value is not None:
        spoil(ensemble, value, what=what)
    for update in (1, 2):
        ensemble.update(update)
    return ensemble


@pytest.mark.parametrize("kind", FATAL)
@pytest.mark.parametrize("cell", registries.CELLS)
def test_a_fatal_weight_is_a_divergence_of_that_network_alone(small_run, cell, kind):
    spec = two_networks(small_run, cell)
    healthy, spoilt = updated(spec), updated(spec, FATAL[kind])
    assert spoilt.alive == [1]
    assert (spoilt.record.outcomes[0].status, spoilt.record.outcomes[0].update) == (RunStatus.DIVERGED, 1)
    for name, values in healthy.record.history.items():
        assert spoilt.record.history[name][..., 1].tobytes() == values[..., 1].tobytes(), name
    assert np.array_equal(spoilt.population.weight[0], healthy.population.weight[1])


@pytest.mark.parametrize("what", ["recurrent", "readout"])
@pytest.mark.parametrize("kind", FATAL)
@pytest.mark.parametrize("task", registries.TASKS)
def test_every_task_counts_a_fatal_weight_as_a_divergence(small_run, task, kind, what):
    spoilt = updated(two_networks(small_run, task=task), FATAL[kind], what)
    assert (spoilt.record.outcomes[0].status, spoilt.record.outcomes[0].update) == (RunStatus.DIVERGED, 1)
    assert spoilt.alive == [1]
    assert np.isfinite(spoilt.record.history["loss"][:2, 1]).all()


@pytest.mark.parametrize("cell", registries.CELLS)
@pytest.mark.parametrize("value", [1e-40, 1e-45, -1e-40])
def test_a_weight_too_small_for_its_type_counts_as_zero(small_run, cell, value):
    spec = two_networks(small_run, cell)
    spoilt, zero = updated(spec, value), updated(spec, 0.0)
    assert spoilt.alive == [0, 1]
    for name, values in zero.record.history.items():
        np.testing.assert_array_equal(spoilt.record.history[name], values, err_msg=name)


@pytest.mark.parametrize("cell", registries.CELLS)
@pytest.mark.parametrize("value", [1e-40, -1e-40])
def test_a_network_of_weights_too_small_for_their_type_is_one_of_zeros_where_a_huge_readout_would_tell(
    small_run, cell, value
):
    losses = []
    huge = 1e36 if cell == "sigmoid" else 1e38  # without weights, its states are 1/2, those of the others 0
    for weight in (value, 0.0):
        ensemble = Ensemble(two_networks(small_run, cell))
        ensemble.population.recurrent[0] = weight
        ensemble.population.readout[0, :, :-1] *= huge
        ensemble.update(1)
        losses.append(ensemble.record.history["loss"][0])
    assert np.isfinite(losses).all()
    np.testing.assert_array_equal(*losses)


@pytest.mark.parametrize("change", [("clip-norm", {"threshold": 1.0}), ("clip-elementwise", {"threshold": 0.1})])
def test_an_infinite_norm_is_a_divergence_though_clipping_makes_the_step_finite(small_run, change):
    spec = two_networks(small_run, cell="linear", optimiser="sgd", changes=(change,))
    ensemble, hidden = Ensemble(spec), spec.hidden_size
    weight = ensemble.population.recurrent[0]
    weight[:, :hidden] = 3500 * np.eye(hidden)  # 1e39 over 11 steps: the norm overflows, no entry of the gradient does
    weight[:, hidden:] *= 1e-20
    ensemble.population.initial_norm[0] = math.inf  # so that only the gradient can be what has diverged
    ensemble.update(1)
    history = {name: values[0, 0] for name, values in ensemble.record.history.items() if name in PER_UPDATE}
    assert np.isinf(history.pop("gradient_norm"))
    assert np.isfinite(list(history.values())).all()
    assert (ensemble.record.outcomes[0].status, ensemble.record.outcomes[0].update) == (RunStatus.DIVERGED, 1)
    assert ensemble.alive == [1]


@pytest.mark.parametrize("factor", [1e8, 1e25])
def test_a_huge_but_finite_gradient_is_clipped_and_no_divergence(small_run, factor):
    spec = two_networks(small_run, optimiser="sgd", changes=(("clip-norm", {"threshold": 1.0}),))
    ensemble = Ensemble(spec)
    ensemble.population.readout[0] *= factor
    ensemble.population.initial_norm[0] = math.inf
    ensemble.update(1)
    assert ensemble.alive == [0, 1]
    assert ensemble.record.history["gradient_norm"][0, 0] > factor / 1000
    assert ensemble.record.history["limited_gradient_norm"][0, 0] == pytest.approx(1, rel=1e-5)


@pytest.mark.parametrize("task", registries.TASKS)
@pytest.mark.parametrize("loss", [math.nan, math.inf])
def test_no_task_is_solved_by_a_loss_that_is_no_number(task, loss):
    criterion = registries.load(registries.TASKS, "task", task)().is_solved
    assert not criterion(loss, math.nan)
    assert not criterion(loss, 0.0)


@pytest.mark.parametrize("cell", registries.CELLS)
def test_networks_that_left_the_numbers_are_measured_as_missing(small_run, cell):
    spec = small_run(cell=cell, length=12, seeds=(0, 1, 2, 3), updates=0)
    networks = train(spec).networks
    for moment in ("half", "final"):
        for name in ("recurrent", "readout"):
            networks[f"{moment}.{name}"] = networks[f"initial.{name}"].copy()
    expected = measure(spec, 4 * [0.001], networks)
    for place, value in enumerate((math.nan, math.inf, 3e38)):
        networks["final.recurrent"][place] = value
    found = measure(spec, 4 * [0.001], networks)
    for name in set(found) - {"transport_lag", "ablation_context"}:
        if found[name].shape[:2] == (3, 4):
            assert np.isnan(found[name][2, :2]).all(), name
            np.testing.assert_array_equal(found[name][2, 3], expected[name][2, 3], err_msg=name)
            np.testing.assert_array_equal(found[name][:2], expected[name][:2], err_msg=name)


STUDIES = {
    "all diverged": {"optimiser": "sgd", "learning_rates": (100.0,), "changes": (("orthogonal", {"gain": 3.0}),)},
    "all solved": {"length": 2, "learning_rates": (0.03,), "updates": 400},
    "one seed": {"seeds": (0,)},
    "nothing trained": {"updates": 0},
}


def files_of(spec, folder):
    """The files of one run, made as the workflow makes them."""
    stored = Store(folder).run(keys_of(spec))
    progress = ProgressWriter(
        folder / "progress.json", batch="test", experiments=["test"], runs=1, networks=1, work=1.0
    )
    complete(spec, stored, progress, training=0.5)
    return RunFiles(spec, stored)


@pytest.mark.parametrize("study", STUDIES)
def test_groups_without_variety_have_defined_values(small_run, tmp_path, study):
    spec = small_run(**{"seeds": (0, 1, 2), "length": 8} | STUDIES[study])
    of_run = assembled([files_of(spec, tmp_path)], tmp_path / "tables")
    tables = {name: of_run[name] if name in FROM_RUNS else TABLES[name].frame([]) for name in TABLES}
    tables |= summarise(tables)
    verdicts, _ = judged(CLAIMS, tables)
    assert set(verdicts["verdict"]) <= {verdict.value for verdict in Verdict}
    networks, success = tables["networks"], tables["success"].set_index("policy")
    statuses = {"all diverged": {"diverged"}, "all solved": {"solved"}}
    assert set(networks["status"]) == statuses.get(study, {"unsolved"})
    if study == "nothing trained":
        assert success.empty
        return
    chosen, solved = success.loc["chosen"], 3 if study == "all solved" else 0
    assert (chosen["n"], chosen["solved"]) == (len(spec.seeds), solved)
    assert chosen["solved_share"] == solved / 3
    assert 0 <= chosen["solved_share_low"] < chosen["solved_share_high"] <= 1
    if study == "all diverged":
        assert pd.isna(chosen["accuracy"])


CLAIMS = [registries.load(registries.CLAIMS, "claim", name) for name in registries.CLAIMS]


def test_a_status_reaches_the_files_as_a_word_and_missing_numbers_as_null(small_run, tmp_path):
    spec = small_run(**{"seeds": (0, 1, 2), "length": 8} | STUDIES["all diverged"])
    files = files_of(spec, tmp_path)
    content = json.loads(files.stored.outcome.read_text(), parse_constant=pytest.fail)
    assert [network["status"] for network in content["networks"]] == ["diverged"] * 3
    assert [network["accuracy"] for network in content["networks"]] == [None] * 3
