"""Two processors compared: bytes of what is trained, numbers of what is measured, on results made by hand."""

import shutil
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hand_made_tables import frame
from judged import judged

from gradient_horizon import registries
from gradient_horizon.claims.schemas import TESTS, VERDICTS
from gradient_horizon.pipeline.comparing_processors import (
    EXEMPTIONS,
    ROUNDED,
    TRAINING,
    compare_processors,
    tables_of_training,
)
from gradient_horizon.pipeline.jobs.list_runs import as_csv
from gradient_horizon.storage import read_arrays, write, write_arrays, write_json
from gradient_horizon.store.keys import identity, keys_of
from gradient_horizon.store.store import Store
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.plan import expand
from gradient_horizon.tables.catalogue import TABLES
from gradient_horizon.training.loop import train

CLAIMS = [registries.load(registries.CLAIMS, "claim", name) for name in registries.CLAIMS]
NETWORK = {"experiment": "memory", "task": "recall", "cell": "tanh", "remedy": "none", "length": 5, "seed": 0}
TINY = {"updates": 2, "evaluate_every": 1, "hidden_size": 4, "batch_size": 4, "evaluation_sequences": 4}
ONE = {"lengths": [5], "seeds": 1, "learning_rates": [0.001], **TINY}
RAW = read_yaml(Path(__file__).parents[2] / "config.yaml")
STUDY = validated_study(
    RAW | {"defaults": RAW["defaults"] | ONE, "experiments": [{"name": "memory", "task": "recall", "cells": ["tanh"]}]}
)
GRADIENT = {"kept": 0.5, "weight_gradient": 3.0}


def save_table(results, name, *rows):
    TABLES[name].save(frame(name, rows), results / "tables")


def save_judged(results, *, verdict="inconclusive", largest=2e-6, random=0.5):
    verdicts, tests = judged(CLAIMS, {name: schema.frame([]) for name, schema in TABLES.items()})
    verdicts.loc[verdicts["claim"].eq("eigen-power"), "verdict"] = verdict
    tests.loc[tests["test"].eq("torch-float32"), "effect"] = largest
    tests.loc[tests["test"].eq("random"), "effect"] = random
    VERDICTS.save(verdicts, results / "claims")
    TESTS.save(tests, results / "claims")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """One run that was trained and never measured, and tables with a row where a test changes one."""
    folder = tmp_path_factory.mktemp("made")
    results = folder / "results" / STUDY.name
    (spec,) = expand(STUDY)
    found, run = train(spec), Store(folder / "store").run(keys_of(spec))
    write_arrays(run.networks, found.networks)
    write_arrays(run.history, found.history)
    outcome = {"identity": identity(spec), "parameters": found.parameters}
    outcome |= {name: getattr(found, name) for name in ("chosen_learning_rates", "pilot_learning_rates")}
    outcome |= {"recurrent_weights": found.recurrent_weights, "networks": [asdict(each) for each in found.outcomes]}
    write_json(run.outcome, outcome)
    write_json(run.provenance, {"processor": "znver5"})
    write(results / "plan" / "study.json", STUDY.model_dump_json())
    write(results / "plan" / "runs.csv", as_csv([(spec, keys_of(spec))]))
    for name in TABLES:
        save_table(results, name)
    save_table(results, "gradients", NETWORK | {"moment": "final"} | GRADIENT)
    save_table(results, "profile_means", NETWORK | {"moment": "final", "lag": 1, "n": 3})
    save_table(results, "evaluations", NETWORK | {"update": 1, "loss": 2.0})
    save_table(results, "horizons", NETWORK | {"policy": "chosen", "memory_horizon": 20.0})
    save_table(results, "powers", {"kind": "defective", "matrix": 0, "radius": 1.0, "error": 0.5})
    save_judged(results)
    return folder


@pytest.fixture
def pair(made, tmp_path):
    """Results, and those of another processor, which are the same so far."""
    other = tmp_path / "other"
    shutil.copytree(made, other)
    write_json(run_of(other).provenance, {"processor": "haswell"})
    return made, other


def run_of(folder):
    return Store(folder / "store").run(keys_of(expand(STUDY)[0]))


def results_in(folder):
    return folder / "results" / STUDY.name


def found(pair):
    differences = compare_processors(*reversed(pair), STUDY.name)
    return [f"{difference.where}: {difference.what}" for difference in differences]


def test_the_same_results_of_another_processor_have_no_differences(pair):
    assert found(pair) == []


def test_tables_of_training_are_those_that_no_measure_enters(made):
    retold = {"runs", "networks", "evaluations", "trajectories"}
    assert tables_of_training(made, STUDY.name) == retold | {"baselines", "hidden_gradients", "success", "horizons"}
    assert tables_of_training(made, STUDY.name) - ROUNDED.keys() == retold


@pytest.mark.parametrize("name", TRAINING)
def test_one_byte_of_training_is_a_difference(pair, name):
    file = getattr(run_of(pair[1]), name)
    content = bytearray(file.read_bytes())
    content[-3] ^= 1
    file.write_bytes(content)
    assert found(pair) == [f"{file.parent.name}/{file.name}: differs in its bytes"]


def test_the_last_bit_of_a_loss_in_training_is_a_difference(pair):
    file = run_of(pair[1]).history
    history = read_arrays(file)
    history["loss"][1, 0] = np.nextafter(history["loss"][1, 0], np.float32(9))
    write_arrays(file, history)
    assert found(pair) == [f"{file.parent.name}/{file.name}: differs in its bytes"]


def test_a_run_of_one_processor_alone_is_a_difference(pair):
    run = run_of(pair[1])
    shutil.rmtree(run.folder)
    files = [getattr(run, part) for part in TRAINING]
    assert found(pair) == [f"{run.folder.name}/{file.name}: file in one of both only" for file in files]


def test_a_table_that_retells_training_has_the_same_bytes(pair):
    save_table(results_in(pair[1]), "evaluations", NETWORK | {"update": 1, "loss": np.nextafter(2.0, 3.0)})
    assert found(pair) == ["tables/evaluations.parquet: differs in its bytes"]


@pytest.mark.parametrize(("factor", "differs"), [(1 + 2e-6, True), (1 - 2e-6, True), (1 + 5e-7, False)])
@pytest.mark.parametrize("column", GRADIENT)
def test_measures_may_differ_by_a_millionth(pair, column, factor, differs):
    values = GRADIENT | {column: GRADIENT[column] * factor}
    save_table(results_in(pair[1]), "gradients", NETWORK | {"moment": "final"} | values)
    told = f"tables.gradients.{column}: differs in 1 of 1 rows, by up to 2e-06 of its size"
    assert found(pair) == ([told] if differs else [])


@pytest.mark.parametrize(("horizon", "differs"), [(20.0 * (1 + 1e-15), False), (20.0 * (1 + 2e-6), True)])
def test_tables_of_training_that_are_rounded_are_held_to_a_millionth(pair, horizon, differs):
    save_table(results_in(pair[1]), "horizons", NETWORK | {"policy": "chosen", "memory_horizon": horizon})
    assert bool(found(pair)) == differs


def test_integers_are_the_same(pair):
    save_table(results_in(pair[1]), "profile_means", NETWORK | {"moment": "final", "lag": 1, "n": 4})
    assert found(pair) == ["tables.profile_means.n: differs in 1 of 1 rows"]


def test_verdicts_are_the_same(pair):
    save_judged(results_in(pair[1]), verdict="refuted")
    assert found(pair) == ["claims.eigen-power: verdict 'refuted', in the reference 'inconclusive'"]


@pytest.mark.parametrize(("error", "differs"), [(0.5 + 9e-5, False), (0.5 + 1.1e-4, True)])
def test_a_rounding_error_that_is_a_measure_has_its_own_bound(pair, error, differs):
    save_table(results_in(pair[1]), "powers", {"kind": "defective", "matrix": 0, "radius": 1.0, "error": error})
    assert [line.partition(":")[0] for line in found(pair)] == ["tables.powers.error"] * differs


@pytest.mark.parametrize(
    ("changed", "differs"),
    [
        ({"largest": 2.9e-6}, False),
        ({"largest": 3.1e-6}, True),
        ({"random": 0.5 + 4e-7}, False),
        ({"random": 0.5 + 9e-7}, True),
    ],
)
def test_an_exemption_of_some_rows_leaves_the_others_held(pair, changed, differs):
    save_judged(results_in(pair[1]), **changed)
    assert [line.partition(":")[0] for line in found(pair)] == ["claims.tests.effect"] * differs


@pytest.mark.parametrize("exemption", EXEMPTIONS, ids=lambda exemption: exemption.columns[0])
def test_exemptions_are_of_columns_of_numbers(exemption):
    for name in exemption.columns:
        table, _, column = name.partition(".")
        kinds = {each.name: each.kind for each in (TESTS if table == "tests" else TABLES[table]).columns}
        assert kinds[column] == "number"
        assert exemption.rows.keys() <= kinds.keys()
    tests = [(claim.id, test.id) for claim in CLAIMS for test in claim.tests]
    assert "claim" not in exemption.rows or tuple(exemption.rows.values()) in tests
