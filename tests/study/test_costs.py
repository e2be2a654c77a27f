import json
import subprocess
import sys
from dataclasses import asdict, replace

import pytest

from gradient_horizon.study import costs
from gradient_horizon.study.costs import Speed, disk, expected, expected_share, footprint, measuring, training
from gradient_horizon.study.limits import LARGEST, CellSizes, Sizes

SIZES = Sizes(
    length=80,
    hidden_size=32,
    batch_size=32,
    networks=18,
    seeds=6,
    judged_seeds=5,
    updates=1500,
    evaluate_every=100,
    evaluation_sequences=256,
    hidden_gradients_every=10,
    inputs=10,
    outputs=8,
    itemsize=4,
)
TANH = CellSizes(recurrent=1, blocks=1, states=1, saved=0, operations=1, functions=1)
LSTM = CellSizes(recurrent=4, blocks=4, states=2, saved=5, operations=9, functions=5)
FAST = Speed(compiled=1.0, interpreted=1.0, measured=1.0)


def seconds(sizes, cell=TANH):
    return training(sizes, cell).on(FAST)


def test_it_is_imported_without_heavy_libraries():
    code = (
        "import sys, gradient_horizon.study.costs; print(*{'numpy', 'torch', 'pandas', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    ("key", "factor", "low", "high"),
    [
        ("length", 10, 7, 10),
        ("hidden_size", 10, 25, 100),
        ("batch_size", 8, 3, 8),
        ("updates", 10, 9.9, 10),
        ("networks", 10, 8.5, 10),
        ("itemsize", 2, 1.5, 2),
        ("inputs", 10, 1.5, 10),
        ("evaluation_sequences", 10, 1.2, 4),
    ],
)
@pytest.mark.parametrize("cell", [TANH, LSTM])
def test_training_takes_longer_with_every_size(key, factor, low, high, cell):
    large = replace(SIZES, **{key: factor * getattr(SIZES, key)})
    assert low <= seconds(large, cell) / seconds(SIZES, cell) <= high


@pytest.mark.parametrize(
    ("key", "factor", "low", "high"),
    [("length", 5, 2, 5), ("hidden_size", 4, 5, 64), ("judged_seeds", 10, 6, 10), ("updates", 10, 1, 1)],
)
@pytest.mark.parametrize("cell", [TANH, LSTM])
def test_measuring_takes_longer_with_every_size_but_the_budget(key, factor, low, high, cell):
    large = replace(SIZES, **{key: factor * getattr(SIZES, key)})
    assert low <= measuring(large, cell) / measuring(SIZES, cell) <= high


def test_untrained_networks_are_measured_once_instead_of_three_times():
    assert 0.3 < measuring(replace(SIZES, updates=0), LSTM) / measuring(SIZES, LSTM) < 0.6


def test_a_batch_takes_whole_groups_of_lanes():
    times = {batch: costs.update(replace(SIZES, batch_size=batch), TANH).compiled for batch in (8, 16, 17, 32, 33, 40)}
    assert times[8] < times[16] < times[17] == times[32] < times[33] == times[40]
    assert times[40] - times[32] == pytest.approx(times[8])


@pytest.mark.parametrize(
    ("change", "low", "high"),
    [
        ({"has_hook": True}, 1.2, 2),
        ({"is_parametrised": True}, 1.1, 2),
        ({"window": 5}, 0.4, 0.8),
        ({"answers": 80}, 1.05, 2),
    ],
)
def test_what_a_run_does_beside_is_counted(change, low, high):
    assert low < seconds(replace(SIZES, **change)) / seconds(SIZES) < high


def test_cells_cost_what_they_compute():
    normalised = replace(TANH, normalised=True)
    assert 1.2 < seconds(SIZES, normalised) / seconds(SIZES) < 2
    assert 2 < seconds(SIZES, LSTM) / seconds(SIZES) < 4
    assert 20 < seconds(SIZES, replace(LSTM, mixes_units=True)) / seconds(SIZES, LSTM) < 200
    assert seconds(SIZES, LSTM) < seconds(SIZES, LARGEST)
    assert measuring(SIZES, TANH) < measuring(SIZES, LSTM) < measuring(SIZES, LARGEST)


def test_the_share_of_a_budget_is_that_of_networks_that_last_and_of_the_first_updates_of_the_others():
    assert expected_share(25, 1500) == 0.5 + 0.5 * 150 / 1500
    assert expected_share(5, 100) == expected_share(80, 0) == 1
    shares = [expected_share(length, 1500) for length in (5, 10, 20, 40, 80, 500)]
    assert shares == sorted(shares)
    assert 0.2 < shares[0] < 0.3
    assert shares[-1] > 0.95


def test_the_expected_time_lies_below_the_upper_one():
    cost = expected(SIZES, LARGEST, Speed.REFERENCE)
    share = expected_share(SIZES.length, SIZES.updates)
    upper = footprint(SIZES).seconds - cost.measuring
    assert cost.training / upper == pytest.approx(share, rel=0.01)
    assert cost.memory == footprint(SIZES).memory + costs.PROCESS_BYTES


def test_a_speed_scales_its_own_kind_of_work():
    base = expected(SIZES, LSTM, FAST)
    work = training(SIZES, LSTM, share=expected_share(SIZES.length, SIZES.updates))
    for kind, training_seconds, measuring_seconds in (
        ("compiled", base.training + work.compiled, base.measuring),
        ("interpreted", base.training + work.interpreted, base.measuring),
        ("measured", base.training, 2 * base.measuring),
    ):
        cost = expected(SIZES, LSTM, replace(FAST, **{kind: 2.0}))
        assert (cost.training, cost.measuring) == pytest.approx((training_seconds, measuring_seconds))


def test_an_ordinary_core_is_slower_than_that_of_the_constants_and_can_be_written_as_json():
    assert all(1 < value < 5 for value in asdict(Speed.REFERENCE).values())
    assert Speed(**json.loads(json.dumps(asdict(Speed.REFERENCE)))) == Speed.REFERENCE


def test_disk_is_counted_to_the_byte_of_the_arrays():
    networks = 3 * 18 * (32 * 43 + 8 * 33) * 4
    history = 18 * (4 * 1500 + 2 * 15 + 80 * 150) * 4
    assert networks + history < disk(SIZES, TANH) < networks + history + 120_000
