"""How fast the engine is: against its peers, how its cost grows, its share of what the processor can do, its memory.

    make bench

One pinned thread. All that is compared runs interleaved, round by round, and a ratio is taken within each round;
given are medians, and the 10th and 90th percentile of the ratios. Writes results/*.csv and engine.svg beside this
file, and the table in README.md; with `--results FOLDER` there instead, and no table.
"""

import os

FLAGS = "--xla_cpu_multi_thread_eigen=false --xla_cpu_prefer_vector_width=512"
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "XLA_FLAGS": FLAGS, "JAX_PLATFORMS": "cpu"}
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import jax_peers
import numpy as np
import torch
from drawing import draw
from first_engine import NAME as FIRST_ENGINE
from first_engine import FirstEngine
from memory import SIZES, peak_megabytes
from peak import peak
from peers import Peer, ours, torch_cells, torch_nn
from problem import Size, floating_point_operations, make_problem, with_cell
from products import products_alone
from readme import write_table
from saving import save
from steps import our_passes, our_step, torch_step
from timing import interleaved, ratios, say

HERE = Path(__file__).parent
CELLS = ("tanh", "gru", "lstm")
HIDDEN = (32, 64, 128)
ROUNDS, GROWTH_ROUNDS = 31, 15
PRODUCTS, OWN = "products alone", "own_lstm:OwnLSTM"
GROWTH = {
    "length": (100, 200, 500, 1000),
    "seeds": (1, 5, 10, 20),
    "hidden": (16, 32, 64, 128, 256),
    "batch": (8, 32, 128),
}

Row = dict[str, object]


@dataclass
class Compared:
    """The rows of three tables: times of all peers, which form of JAX and which kernels were the fastest."""

    engine: list[Row] = field(default_factory=list)
    jax_forms: list[Row] = field(default_factory=list)
    products: list[Row] = field(default_factory=list)


def against_peers(rounds: int) -> Compared:
    """Forward and backward pass of every peer, after a check that all find the same gradient; and products alone."""
    compared = Compared()
    with FirstEngine() as first:
        for size in sizes():
            say(f"peers: {size.cell}, {size.hidden} units")
            problem = make_problem(size)
            peers = {"ours": ours(problem), "torch.nn": torch_nn(problem)}
            for name in jax_peers.PEERS:
                form, peers[name] = jax_peers.best_form(name, problem)
                compared.jax_forms.append({"peer": name, **_named(size), **form._asdict()})
            peers |= {"torch cells + retain_grad": torch_cells(problem), FIRST_ENGINE: first.peer(problem)}
            require_same_gradients(peers)
            names, products = products_alone(problem)
            compared.products += [{**_named(size), "product": name, "fastest": way} for name, way in names.items()]
            compared.engine += _rows(size, interleaved({**peers, PRODUCTS: products}, rounds), "ours")
    return compared


def require_same_gradients(peers: Mapping[str, Peer]) -> None:
    """Raises AssertionError for a peer whose gradients have other norms than ours."""
    expected = peers["ours"]()
    for name, peer in peers.items():
        np.testing.assert_allclose(peer(), expected, rtol=1e-3, err_msg=name)


def training_steps(rounds: int) -> Iterator[Row]:
    """A whole update on recall (data, forward, backward, clipping, Adam) against its passes alone, and torch.nn's."""
    for size in sizes(inputs=10):
        say(f"whole updates: {size.cell}, {size.hidden} units")
        calls = {
            "ours (passes only)": our_passes(size),
            "ours (whole update)": our_step(size),
            "torch.nn (whole update)": torch_step(size),
        }
        yield from _rows(size, interleaved(calls, rounds), "ours (whole update)")


def growth(rounds: int) -> Iterator[Row]:
    """How the cost of our passes grows with each size; ratios to 64 hidden units and the sizes that peers are compared at."""
    for cell in CELLS:
        base = Size(cell, 64)
        for varied, values in GROWTH.items():
            say(f"growth: {cell} with {varied}")
            calls = {value: ours(make_problem(replace(base, **{varied: value}))) for value in values}
            seconds = interleaved(calls, rounds)
            for value, own in seconds.items():
                milliseconds = 1e3 * float(np.median(own))
                compared = ratios(own / seconds[getattr(base, varied)])
                yield {"cell": cell, "varied": varied, "value": value, "milliseconds": milliseconds, **compared}


def own_cell(rounds: int) -> Iterator[Row]:
    """The time of an LSTM that has only its equations, in a user's file, over that of ours."""
    say("a user's own cell")
    size = Size("lstm", 32)
    problem = make_problem(size)
    calls = {"ours": ours(problem), "own": ours(with_cell(problem, OWN))}
    require_same_gradients(calls)
    seconds = interleaved(calls, 4 * rounds)
    found = ratios(seconds["own"] / seconds["ours"])
    yield {**_named(size), **found, "low": found["ratio_low"], "high": found["ratio_high"]}


def shares(rows: list[Row], peak: float) -> Iterator[Row]:
    """GFLOP/s of our passes and of the products alone; and the share of the processor's peak that our passes reach."""
    times = {(row["peer"], row["cell"], row["hidden_size"]): float(str(row["milliseconds"])) for row in rows}
    for size in sizes():
        speeds = {
            peer: 1e-6 * floating_point_operations(size) / times[peer, size.cell, size.hidden]
            for peer in ("ours", PRODUCTS)
        }
        yield {
            **_named(size),
            "gigaflop_per_second": speeds["ours"],
            "products_gigaflop_per_second": speeds[PRODUCTS],
            "peak": peak,
            "share": speeds["ours"] / peak,
        }


def memory() -> Iterator[Row]:
    """The largest resident memory of our passes over long sequences, each in a process of its own."""
    for size in SIZES:
        say(f"memory: {size.cell}, {size.hidden} units, {size.length} steps")
        yield {**_described(size), "megabytes": peak_megabytes(size)}


def sizes(inputs: int = 2) -> Iterator[Size]:
    """The sizes that peers are compared at."""
    return (Size(cell, hidden, inputs=inputs) for cell in CELLS for hidden in HIDDEN)


def _named(size: Size) -> Row:
    return {"cell": size.cell, "hidden_size": size.hidden}


def _described(size: Size) -> Row:
    return {**_named(size), "seeds": size.seeds, "length": size.length, "batch": size.batch}


def _rows(size: Size, seconds: Mapping[str, np.ndarray], base: str) -> Iterator[Row]:
    for name, values in seconds.items():
        milliseconds = 1e3 * float(np.median(values))
        yield {"peer": name, **_described(size), "milliseconds": milliseconds, **ratios(values / seconds[base])}


def main() -> None:
    """Runs everything; some minutes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds that peers are compared in")
    parser.add_argument("--results", type=Path, default=HERE / "results")
    given = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    given.results.mkdir(exist_ok=True)
    save(given.results, "memory", memory())
    say("peak of the processor")
    best = peak()
    compared = against_peers(given.rounds)
    save(given.results, "jax_forms", compared.jax_forms)
    save(given.results, "products", compared.products)
    save(given.results, "share", shares(compared.engine, best))
    save(given.results, "own_cell", own_cell(given.rounds))
    save(given.results, "growth", growth(min(given.rounds, GROWTH_ROUNDS)))
    draw(
        compared.engine, [*dict.fromkeys(str(row["peer"]) for row in compared.engine)][1:], given.results / "engine.svg"
    )
    save(given.results, "engine", [*compared.engine, *training_steps(given.rounds)])
    if given.results == HERE / "results":
        write_table(HERE.parent / "README.md", given.results)
    say("done")


if __name__ == "__main__":
    main()
