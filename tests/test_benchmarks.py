import csv
import importlib.util
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
CELLS, HIDDEN = ("tanh", "gru", "lstm"), (32, 64, 128)
PEERS = (
    "ours",
    "torch.nn",
    "JAX vmap",
    "JAX one by one",
    "torch cells + retain_grad",
    "products alone",
    "first engine",
)
STEPS = ("ours (passes only)", "ours (whole update)", "torch.nn (whole update)")
BY_CELL = pytest.mark.parametrize("cell", CELLS)


@pytest.fixture
def benchmarks(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    yield
    for name in {path.stem for path in (ROOT / "benchmarks").glob("*.py")}:
        sys.modules.pop(name, None)


def rows(name):
    with (RESULTS / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def small(cell, **sizes):
    from problem import Size, make_problem

    return make_problem(Size(cell, 8, **{"seeds": 2, "length": 5, "batch": 4} | sizes))


class Lasting:
    """Claims to take one number of seconds after the other."""

    def __init__(self, *seconds):
        self.left = list(seconds)

    def __call__(self):
        raise AssertionError("it is timed elsewhere")

    def seconds(self):
        return self.left.pop(0)


def test_the_table_in_the_readme_is_the_one_of_the_committed_results(benchmarks):
    from readme import BEGIN, END, make_table

    text = (ROOT / "README.md").read_text().split(BEGIN)[1].split(END)[0]
    assert text.strip() == make_table(RESULTS)


def test_every_peer_was_timed_on_every_cell_and_size():
    found = [(row["peer"], row["cell"], int(row["hidden_size"])) for row in rows("engine")]
    assert sorted(found) == sorted((p, c, h) for p in (*PEERS, *STEPS) for c in CELLS for h in HIDDEN)
    columns = ["peer", "cell", "hidden_size", "seeds", "length", "batch", "milliseconds"]
    assert list(rows("engine")[0]) == [*columns, "ratio_median", "ratio_low", "ratio_high"]


def test_ratios_lie_in_their_spread_and_ours_is_one():
    for row in [*rows("engine"), *rows("growth")]:
        low, middle, high = (float(row[f"ratio_{name}"]) for name in ("low", "median", "high"))
        assert 0 < low <= middle <= high
        if row.get("peer") == "ours":
            assert (low, middle, high) == (1, 1, 1)


def test_no_share_of_the_peak_is_above_one_nor_are_products_slower_than_whole_passes():
    for row in rows("share"):
        ours, products, peak = (
            float(row[name]) for name in ("gigaflop_per_second", "products_gigaflop_per_second", "peak")
        )
        assert 0 < ours < products < peak
        assert float(row["share"]) == pytest.approx(ours / peak, rel=1e-2)


def test_interleaved_rounds_leave_out_the_first_and_are_timed_where_a_call_runs(benchmarks):
    from timing import interleaved, ratios

    found = interleaved({"a": Lasting(9, 1, 2, 4), "b": Lasting(9, 2, 6, 8)}, rounds=3)
    np.testing.assert_array_equal(found["b"] / found["a"], [2, 3, 2])
    assert ratios(found["b"] / found["a"]) == pytest.approx({"ratio_median": 2, "ratio_low": 2, "ratio_high": 2.8})


def test_the_fastest_call_is_the_one_with_the_shortest_time_after_the_first(benchmarks):
    from timing import fastest

    assert fastest({"a": Lasting(1, 5, 4), "b": Lasting(9, 7, 3), "c": Lasting(9, 6, 6)}, rounds=2) == "b"


def test_the_table_has_the_better_form_of_jax_and_says_which(benchmarks, tmp_path):
    from readme import make_table
    from saving import save

    times = {peer: 2.0 for peer in PEERS} | {"ours": 1.0}
    ratio = lambda value: {"ratio_median": value, "ratio_low": value - 0.5, "ratio_high": value + 0.5}  # noqa: E731
    engine, shares = [], []
    for hidden, vmap in ((32, 3.0), (64, 5.0)):
        size = {"cell": "tanh", "hidden_size": hidden, "seeds": 5, "length": 100, "batch": 32}
        for peer, time in (times | {"JAX vmap": vmap, "JAX one by one": 4.0}).items():
            engine.append({"peer": peer, **size, "milliseconds": time, **ratio(time)})
        shares.append({**size, "gigaflop_per_second": 1, "products_gigaflop_per_second": 2, "peak": 4, "share": 0.25})
    save(tmp_path, "engine", engine)
    save(tmp_path, "share", shares)
    table = make_table(tmp_path)
    assert table.splitlines()[0] == "| | tanh 32 | tanh 64 |"
    assert "| ours, ms | 1 | 1 |" in table
    assert "| JAX | 3 (2.5–3.5) | 4 (3.5–4.5) |" in table
    assert "| products alone | 2 (1.5–2.5) | 2 (1.5–2.5) |" in table
    assert "| ours, share of peak | 25% | 25% |" in table
    assert table.endswith("one call with vmap at tanh 32; a call for every network at tanh 64.")


@BY_CELL
def test_peers_of_torch_find_our_gradient(benchmarks, cell):
    from peers import ours, torch_cells, torch_nn

    problem = small(cell)
    for peer in (torch_nn, torch_cells):
        np.testing.assert_allclose(peer(problem)(), ours(problem)(), rtol=1e-4)


@BY_CELL
@pytest.mark.parametrize("peer", ["JAX vmap", "JAX one by one"])
@pytest.mark.parametrize("one_product", [False, True])
def test_every_form_of_jax_finds_our_gradient(benchmarks, cell, peer, one_product):
    pytest.importorskip("jax", reason="make bench has not been run")
    from jax_peers import PEERS, Form
    from peers import ours

    problem = small(cell)
    np.testing.assert_allclose(PEERS[peer](problem, Form(2, one_product))(), ours(problem)(), rtol=1e-4)


def test_the_first_engine_finds_our_gradient_and_times_itself(benchmarks):
    from first_engine import COMMIT, FirstEngine
    from peers import ours
    from timing import seconds_of

    known = subprocess.run(["git", "cat-file", "-e", COMMIT], cwd=ROOT, capture_output=True).returncode == 0
    if not known or importlib.util.find_spec("numba") is None:
        pytest.skip("the first engine's commit or Numba is not here")
    with FirstEngine() as engine:
        for cell in CELLS:
            peer = engine.peer(small(cell))
            np.testing.assert_allclose(peer(), ours(small(cell))(), rtol=1e-4)
            assert 0 < seconds_of(peer) < 60
    assert engine.process.returncode == 0


def test_an_own_lstm_is_the_shipped_one(benchmarks):
    from peers import ours
    from problem import with_cell

    problem = small("lstm")
    own = with_cell(problem, "own_lstm:OwnLSTM")
    i, f, o, g = np.split(problem.weight, 4, axis=1)
    np.testing.assert_array_equal(own.weight, np.concatenate([i, f, g, o], axis=1))
    np.testing.assert_allclose(ours(own)(), ours(problem)(), rtol=1e-6)


@BY_CELL
def test_every_way_of_products_alone_multiplies_as_numpy_does(benchmarks, cell):
    from products import CHUNK, PRODUCTS, factors, ways

    steps = 2 * CHUNK
    found = factors(small(cell, batch=32))
    assert tuple(found) == PRODUCTS
    for product, pairs in found.items():
        for name, call in ways(product, pairs, steps).items():
            for values, (left, right) in zip(call(), pairs, strict=True):
                left, right = left.astype(float), right.astype(float)
                if product == "weight's gradient":
                    expected = 2 * np.einsum("tnrb,tncb->nrc", left, right)
                else:
                    expected = left @ right[-1]
                values = values.reshape(expected.shape)
                np.testing.assert_allclose(values, expected, rtol=1e-4, atol=1e-4, err_msg=f"{product}: {name}")


@pytest.mark.parametrize(("cell", "blocks", "entering"), [("tanh", 1, 0), ("gru", 3, 1), ("lstm", 4, 0)])
def test_products_have_the_sizes_of_a_pass(benchmarks, cell, blocks, entering):
    from products import factors

    found = {name: [(a.shape, b.shape) for a, b in pairs] for name, pairs in factors(small(cell)).items()}
    states, inputs, seen = (4, 2, 11, 4), (4, 2, 3, 4), 8 * blocks
    assert found["pre-activations"] == [((2, seen, 11), states), ((2, 8, 3), inputs)][: 1 + entering]
    assert found["way back"] == [((2, 8, seen), (4, 2, seen, 4))]
    assert found["weight's gradient"] == [((4, 2, seen, 4), states), ((4, 2, 8, 4), inputs)][: 1 + entering]


def test_multiply_adds_in_registers_are_as_many_as_are_counted(benchmarks):
    from kernels import ACCUMULATORS, REGISTER
    from peak import run

    for count in ACCUMULATORS:
        sums = np.arange(count * REGISTER, dtype=np.float32).reshape(count, REGISTER)
        before = sums.copy()
        run(sums, 0.5, 3, times=7)
        np.testing.assert_allclose(sums, 6 + (before - 6) / 2**7, rtol=1e-6)


@pytest.mark.parametrize(("cell", "operations"), [("tanh", 8 * 11 * 2 + 64), ("gru", 0), ("lstm", 32 * 11 * 2 + 256)])
def test_operations_are_those_of_the_trained_numbers(benchmarks, cell, operations):
    from problem import floating_point_operations

    if cell == "gru":  # r and z see [h; x; 1], the recurrent part [h; 1], the entering part [x; 1]
        operations = 2 * (16 * 11 + 8 * 9 + 8 * 3) + 24 * 8
    assert floating_point_operations(small(cell).size) == 2 * 5 * 2 * 4 * operations


def test_memory_of_passes_grows_by_their_tape(benchmarks):
    from memory import peak_megabytes
    from problem import Size

    size = Size("tanh", 64, seeds=1, length=1, batch=16)
    short, long = peak_megabytes(size), peak_megabytes(replace(size, length=10_000))
    tape = 10_000 * 16 * (64 + 3) * 4 / 1e6
    assert tape < long - short < 1.5 * tape
    assert 10 < short < 200


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
        "measuring alone": 300,
        "nothing to do: the default study": 1,
        "runs planned": 50_000,
        "batches planned": 50_000,
        "rows": 10_000_000,
    }
    assert 0 < found["a process: Python"]["cpu"] < found["a process: all that a batch imports"]["cpu"]
    assert found["runs"]["wall"] <= 60
    assert 0 < beside_training(found) <= 0.4
    assert found["batches planned"]["wall"] <= 60
    assert found["batches planned"]["memory"] <= 1
    assert found["nothing to do: the default study"]["wall"] <= 5
    assert 0 < found["rows"]["memory"] < 4


SIMULATED = pytest.mark.skipif(not (RESULTS / "cluster.csv").exists(), reason="make bench-pipeline has not been run")


def test_the_tables_of_a_cluster_say_what_is_left_of_all_runs_and_take_in_what_the_tables_cost(benchmarks, tmp_path):
    from load import CLUSTER_NAMES, FILE_NAMES, make_cluster_table

    columns = "what,count,wall,cpu,memory,share,files,bytes"
    timed = [f'"{what}",4000,300,40,0.4,0.987,,' for what in CLUSTER_NAMES]
    left = [f'"{what}",5,,,,,70,60000' for what in FILE_NAMES]
    (tmp_path / "cluster.csv").write_text("\n".join([columns, *timed, *left]))
    (tmp_path / "fan_in.csv").write_text("what,count,wall,cpu,memory\ntables of tiny runs,50,90,80,1.5\n")
    table = make_cluster_table(tmp_path)
    row = "| the controller of 200 cores, whose time runs 100 times as fast | 4,000 | 5 min | 40 s | 0.40 GB | 98.7 % |"
    assert row in table
    assert "| the tables of 50 tiny runs | 1 | 90 s | 80 s | 1.50 GB | |" in table
    files = "14 files and folders, 12 kB | 700,000 files and folders, 600 MB"
    assert f"| a run of the default study in the store | {files} |" in table
    assert "submits 13 jobs a second at most" in table
    assert "could handle 100 on a core" in table


@SIMULATED
def test_the_tables_of_a_cluster_are_those_of_the_committed_results_which_keep_its_cores_busy(benchmarks):
    from load import CLUSTER_BEGIN, CLUSTER_END, make_cluster_table, read

    text = (ROOT / "docs" / "load.md").read_text().split(CLUSTER_BEGIN)[1].split(CLUSTER_END)[0]
    assert text.strip() == make_cluster_table(RESULTS)
    found = read(RESULTS, "cluster")
    assert found["a cluster of 200 cores"]["share"] >= 0.95
    assert found["a cluster of 200 cores"]["memory"] <= 1
    assert found["a process for one job"]["cpu"] <= 10
