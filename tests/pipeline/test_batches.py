"""How what the store lacks is cut into batches."""

import json
from dataclasses import replace

import pytest

from gradient_horizon.pipeline.batches import Work, cut, lacking, planned, read_batch
from gradient_horizon.pipeline.costing import Costs
from gradient_horizon.pipeline.study_batches import StudyBatches
from gradient_horizon.storage import write, write_json
from gradient_horizon.store.keys import keys_of
from gradient_horizon.store.store import Store
from gradient_horizon.study.costs import Cost, Speed
from gradient_horizon.study.run_spec import RunSpec


def work(small_run, seconds, *, experiments=("test",), seed=0, is_trained=False):
    cost = Cost(training=seconds * 0.75, measuring=seconds * 0.25, memory=int(1e9), disk=1000)
    return Work(small_run(seeds=(seed,)), experiments, cost, is_trained)


def sizes(batches):
    return [sum(run.seconds for run in batch.runs) for batch in batches]


def test_batches_take_about_the_same_time_and_at_most_about_the_time_asked_for(small_run, tmp_path):
    runs = [work(small_run, 7.0, seed=seed) for seed in range(40)]
    batches = cut(runs, seconds=60.0, cores=None, manifests=tmp_path)
    assert [run for batch in batches for run in batch.runs] == runs
    assert len(batches) == 5
    assert all(49 <= size <= 63 for size in sizes(batches))


def test_a_run_that_takes_longer_is_a_batch_of_its_own(small_run, tmp_path):
    runs = [work(small_run, seconds, seed=seed) for seed, seconds in enumerate((200.0, 1.0, 1.0, 300.0))]
    assert sizes(cut(runs, seconds=60.0, cores=1, manifests=tmp_path)) == [200.0, 2.0, 300.0]


@pytest.mark.parametrize(("cores", "count"), [(1, 2), (2, 4), (4, 8), (100, 16), (None, 2)])
def test_cores_that_would_wait_get_shorter_batches_but_none_below_five_seconds(small_run, tmp_path, cores, count):
    runs = [work(small_run, 1.0, seed=seed) for seed in range(80)]
    assert len(cut(runs, seconds=60.0, cores=cores, manifests=tmp_path)) == count


def test_a_batch_is_asked_for_by_the_same_experiments(small_run, tmp_path):
    shared = work(small_run, 1.0, experiments=("one", "two"), seed=1)
    runs = [work(small_run, 1.0, experiments=("one",)), shared, work(small_run, 1.0, experiments=("two",), seed=2)]
    batches = cut(runs, seconds=60.0, cores=1, manifests=tmp_path)
    assert [batch.experiments for batch in batches] == [("one",), ("one", "two"), ("two",)]
    assert [batch.name.rpartition("-")[0] for batch in batches] == ["one", "one", "two"]


def test_a_run_that_is_trained_costs_its_measuring_only(small_run):
    assert work(small_run, 8.0).seconds == 8.0
    assert work(small_run, 8.0, is_trained=True).seconds == 2.0


def test_a_batch_whose_manifest_is_there_gets_another_name(small_run, tmp_path):
    runs, seen = [work(small_run, 1.0)], []
    for _ in range(3):
        (batch,) = cut(runs, seconds=60.0, cores=1, manifests=tmp_path)
        write(tmp_path / f"{batch.name}.json", "{}")
        seen.append(batch.name)
    assert len(set(seen)) == 3


def test_what_a_job_reads_is_what_was_cut(small_run, tmp_path):
    (batch,) = cut(
        [work(small_run, 2.0), work(small_run, 4.0, seed=1, is_trained=True)], seconds=60.0, cores=1, manifests=tmp_path
    )
    write(tmp_path / "batch.json", batch.to_json())
    content = read_batch(tmp_path / "batch.json")
    assert [RunSpec.from_json(run["spec"]) for run in content["runs"]] == [run.spec for run in batch.runs]
    assert [(run["training"], run["measuring"]) for run in content["runs"]] == [(1.5, 0.5), (0.0, 1.0)]
    assert (content["seconds"], content["memory"]) == (3.0, 1_000_000_000)


def test_a_run_that_two_experiments_ask_for_is_lacking_once(small_run, tmp_path):
    one = small_run(updates=2, evaluate_every=1)
    again = replace(one, experiment="again", remedy="named-otherwise")
    found = lacking(planned([one, again], Store(tmp_path)).values(), Costs(Speed.REFERENCE))
    assert [run.experiments for run in found] == [("test", "again")]


def test_a_process_of_one_job_finds_its_batch_in_its_file_and_cuts_nothing(small_run, tmp_path):
    specs = [small_run(seeds=(seed,)) for seed in range(3)]
    first, later = (StudyBatches(specs, Store(tmp_path / "store"), tmp_path, is_main=main) for main in (True, False))
    for batches in (first, later):
        batches.cut(Costs(Speed.REFERENCE), seconds=60.0, cores=1)
    first.begin()
    assert later.batches == {}
    assert later.before_tables(["test"]) == []
    for name in first.batches:
        assert (first.megabytes(name), first.minutes(name)) == (later.megabytes(name), later.minutes(name))
        assert json.loads(later.file(name).read_text())["experiments"] == ["test"]


def test_tables_without_a_run_that_another_study_has_added_are_made_again(small_run, tmp_path):
    def rounds():
        batches = StudyBatches([spec], Store(tmp_path / "store"), tmp_path, is_main=True)
        batches.cut(Costs(Speed.REFERENCE), seconds=60.0, cores=1)
        found = batches.rounds(["test"])
        batches.begin()
        return found

    spec = small_run()
    stored = Store(tmp_path / "store").run(keys_of(spec))
    assert rounds() == "test:1"
    write_json(tmp_path / "made_of.json", {"missing": [spec.id], "facts": {}})
    for file in (stored.outcome, stored.history, stored.networks, stored.provenance, stored.measures):
        write(file, "as another study left it")
    assert rounds() == "test:2"
    write_json(tmp_path / "made_of.json", {"missing": [], "facts": {}})
    assert rounds() == "test:2"


def test_networks_of_runs_that_two_experiments_share_count_once(small_run, tmp_path):
    one = small_run(seeds=(0, 1))
    batches = StudyBatches([one, replace(one, experiment="again")], Store(tmp_path), tmp_path, is_main=True)
    batches.cut(Costs(Speed.REFERENCE), seconds=60.0, cores=1)
    assert (batches.networks, batches.networks_present) == (2, 0)
    assert sum(batch.networks for batch in batches.for_watchers.values()) == 2


def test_rounds_count_the_starts_at_which_runs_were_lacking(small_run, tmp_path):
    def start(specs):
        batches = StudyBatches(specs, Store(tmp_path / "store"), tmp_path, is_main=True)
        batches.cut(Costs(Speed.REFERENCE), seconds=60.0, cores=1)
        seen = batches.rounds(["test"])
        batches.begin()
        return seen

    assert start([]) == ""
    assert [start([small_run()]) for _ in range(2)] == ["test:1", "test:2"]
    assert start([]) == "test:2"


def test_a_run_that_one_of_two_experiments_asks_a_further_measure_of_is_one_run_that_has_it(small_run, tmp_path):
    one = small_run(updates=2, evaluate_every=1)
    again = replace(one, experiment="again")
    measures = {"test": (), "again": ("extrapolation",)}
    for order in ([one, again], [again, one]):
        (found,) = lacking(planned(order, Store(tmp_path), measures).values(), Costs(Speed.REFERENCE))
        assert set(found.experiments) == {"test", "again"}
        assert found.further == ("extrapolation",)
    batches = StudyBatches([one, again], Store(tmp_path), tmp_path, is_main=True, measures=measures)
    batches.cut(Costs(Speed.REFERENCE), seconds=60.0, cores=1)
    assert (batches.networks, batches.networks_present) == (1, 0)
    assert not batches.has_lost_runs()
    (batch,) = batches.batches.values()
    assert json.loads(batch.to_json())["runs"][0]["further"] == ["extrapolation"]


def test_a_further_measure_of_a_run_that_is_there_costs_itself_alone(small_run, tmp_path):
    spec = small_run()
    stored = Store(tmp_path).run(keys_of(spec))
    for file in (stored.outcome, stored.history, stored.networks, stored.provenance, stored.measures):
        write(file, "as another study left it")
    assert lacking(planned([spec], Store(tmp_path)).values(), Costs(Speed.REFERENCE)) == []
    asked = planned([spec], Store(tmp_path), {"test": ("extrapolation",)})
    (found,) = lacking(asked.values(), Costs(Speed.REFERENCE))
    assert (found.is_trained, found.is_measured) == (True, True)
    for order in ([spec, replace(spec, experiment="again")], [replace(spec, experiment="again"), spec]):
        both = StudyBatches(order, Store(tmp_path), tmp_path, is_main=True, measures={"test": ("extrapolation",)})
        assert (both.networks, both.networks_present) == (1, 0)
    assert 0 < found.seconds == found.cost.further
