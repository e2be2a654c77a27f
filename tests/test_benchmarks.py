import csv
import sys
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
CELLS, HIDDEN = ("tanh", "gru", "lstm"), (32, 64, 128)
PEERS = ("ours", "torch.nn", "JAX", "torch cells + retain_grad")
STEPS = ("ours (passes only)", "ours (whole update)", "torch.nn (whole update)")


@pytest.fixture
def benchmarks(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    yield
    for name in ("load", "peers", "readme"):
        sys.modules.pop(name, None)


def rows(name):
    with (RESULTS / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_in_the_readme_is_the_one_of_the_committed_results(benchmarks):
    from readme import BEGIN, END, make_table

    text = (ROOT / "README.md").read_text().split(BEGIN)[1].split(END)[0]
    assert text.strip() == make_table(RESULTS)


def test_every_peer_was_timed_on_every_cell_and_size():
    found = [(row["peer"], row["cell"], int(row["hidden_size"])) for row in rows("engine")]
    assert sorted(found) == sorted((p, c, h) for p in (*PEERS, *STEPS) for c in CELLS for h in HIDDEN)
    columns = ["peer", "cell", "hidden_size", "seeds", "length", "batch", "milliseconds"]
    assert list(rows("engine")[0]) == [*columns, "ratio_median", "ratio_low", "ratio_high"]


MEASURED = pytest.mark.skipif(not (RESULTS / "pipeline.csv").exists(), reason="make bench-pipeline has not been run")


@MEASURED
def test_the_table_of_the_load_is_the_one_of_the_committed_results(benchmarks):
    from load import BEGIN, END, make_table

    text = (ROOT / "docs" / "load.md").read_text().split(BEGIN)[1].split(END)[0]
    assert text.strip() == make_table(RESULTS)


@MEASURED
def test_the_load_was_measured_in_full_and_is_within_its_bounds(benchmarks):
    from load import beside_training, read

    found = read(RESULTS)
    counts = {what: row["count"] for what, row in found.items() if not what.startswith("a process")}
    assert counts == {
        "runs": 300,
        "training alone": 300,
        "runs planned": 50_000,
        "jobs planned": 100_000,
        "rows": 10_000_000,
    }
    assert 0 < found["a process: PyTorch"]["cpu"] < found["a process: all that training imports"]["cpu"]
    assert 0 < beside_training(found) <= 3
    assert 0 < found["rows"]["memory"] < 4


def test_ratios_lie_in_their_spread_and_ours_is_one():
    for row in [*rows("engine"), *rows("growth")]:
        low, middle, high = (float(row[f"ratio_{name}"]) for name in ("low", "median", "high"))
        assert 0 < low <= middle <= high
        if row.get("peer") == "ours":
            assert (low, middle, high) == (1, 1, 1)


def test_no_share_of_the_peak_is_above_one():
    assert all(0 < float(row["share"]) <= 1 for row in rows("share"))


@pytest.mark.parametrize("cell", CELLS)
def test_peers_of_torch_find_our_gradient(benchmarks, cell):
    from peers import Size, make_problem, ours, torch_cells, torch_nn

    problem = make_problem(Size(cell, 8, seeds=2, length=5, batch=4))
    for peer in (torch_nn, torch_cells):
        np.testing.assert_allclose(peer(problem)(), ours(problem)(), rtol=1e-4)
