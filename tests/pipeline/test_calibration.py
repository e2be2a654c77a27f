import json
import subprocess
import sys

import pytest

from gradient_horizon.pipeline import calibration
from gradient_horizon.pipeline.calibration import load_speed, record_speed
from gradient_horizon.storage import write, write_json
from gradient_horizon.study.costs import Seconds, Speed

SPEED = Speed(compiled=0.7, interpreted=1.25, measured=2.5)


def test_a_recorded_speed_is_read_again(tmp_path):
    record_speed(tmp_path / "speed.json", SPEED)
    assert load_speed(tmp_path / "speed.json") == SPEED


def test_without_a_record_the_core_is_an_ordinary_one(tmp_path):
    assert load_speed(tmp_path / "speed.json") == Speed.REFERENCE


def test_a_speed_of_another_processor_is_not_used(tmp_path, monkeypatch):
    record_speed(tmp_path / "speed.json", SPEED)
    monkeypatch.setattr(calibration, "processor", lambda: ("another", "+avx2"))
    assert load_speed(tmp_path / "speed.json") == Speed.REFERENCE


@pytest.mark.parametrize("package", ["numpy", "llvmlite", "torch"])
def test_a_speed_with_other_libraries_is_not_used(tmp_path, monkeypatch, package):
    record_speed(tmp_path / "speed.json", SPEED)
    versions = {name: calibration.version(name) for name in calibration.PACKAGES} | {package: "0.1"}
    monkeypatch.setattr(calibration, "version", versions.__getitem__)
    assert load_speed(tmp_path / "speed.json") == Speed.REFERENCE


def test_a_speed_of_another_model_is_not_used(tmp_path, monkeypatch):
    record_speed(tmp_path / "speed.json", SPEED)
    monkeypatch.setattr(calibration, "MODEL", calibration.MODEL + 1)
    assert load_speed(tmp_path / "speed.json") == Speed.REFERENCE


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"speed": 1}', '{"speed": {"compiled": 1}}'])
def test_another_content_is_not_used(tmp_path, content):
    write(tmp_path / "speed.json", content)
    assert load_speed(tmp_path / "speed.json") == Speed.REFERENCE


@pytest.mark.parametrize("value", [0, -1, 1e9, None, "fast"])
def test_an_impossible_speed_is_not_used(tmp_path, value):
    file = tmp_path / "speed.json"
    record_speed(file, SPEED)
    record = json.loads(file.read_text())
    write_json(file, record | {"speed": record["speed"] | {"compiled": value}})
    assert load_speed(file) == Speed.REFERENCE


def test_a_damaged_record_is_not_used(tmp_path):
    file = tmp_path / "speed.json"
    record_speed(file, SPEED)
    file.write_text(file.read_text().replace("0.7", "0.8"))
    assert load_speed(file) == Speed.REFERENCE


def test_two_timings_give_both_factors():
    timings = [(Seconds(3.0, 1.0), 3 * 0.7 + 1.25), (Seconds(0.1, 2.0), 0.1 * 0.7 + 2 * 1.25)]
    assert calibration._solved(timings) == pytest.approx((0.7, 1.25))


def test_timings_that_contradict_each_other_give_no_negative_factor():
    compiled, interpreted = calibration._solved([(Seconds(3.0, 1.0), 0.1), (Seconds(0.1, 2.0), 5.0)])
    assert compiled > 0
    assert interpreted > 0


SCRIPT = """
import json, time
from dataclasses import replace
from gradient_horizon.pipeline.calibration import COMPILED, calibrate
from gradient_horizon.pipeline.costing import Costs
from gradient_horizon.study.costs import measuring, training
from gradient_horizon.measuring.measure import measure
from gradient_horizon.training.loop import train

calibrate()  # compiles what is not yet compiled
before = time.perf_counter()
speed = calibrate()
found = {"seconds": time.perf_counter() - before, "ratios": []}
for cell, length in (("tanh", 10), ("lstm", 50)):
    spec = replace(
        COMPILED, cell=cell, length=length, hidden_size=32, updates=200, evaluate_every=100, evaluation_sequences=64
    )
    first = train(replace(spec, updates=1, evaluate_every=1))
    measure(spec, first.chosen_learning_rates, first.networks)
    began = time.process_time()
    result = train(spec)
    trained = time.process_time()
    measure(spec, result.chosen_learning_rates, result.networks)
    measured = time.process_time()
    assert all(outcome.update == spec.updates for outcome in result.outcomes)
    sizes = Costs(speed).sizes(spec)
    found["ratios"].append(training(*sizes).on(speed) / (trained - began))
    found["ratios"].append(measuring(*sizes) * speed.measured / (measured - trained))
print(json.dumps(found))
"""


@pytest.mark.slow
def test_calibrating_takes_seconds_and_predicts_runs_within_a_factor_of_two():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert found["seconds"] < 4
    assert all(0.5 < ratio < 2 for ratio in found["ratios"]), found["ratios"]
