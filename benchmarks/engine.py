"""How fast the engine is: against its peers, how its cost grows, and its share of what the machine can do.

    make bench

One pinned thread. All that is compared runs interleaved, round by round, and a ratio is taken within each round;
given are medians, and the 10th and 90th percentile of the ratios. Writes results/*.csv and engine.svg beside this
file, and the table in README.md.
"""

import os

os.environ |= {"OMP_NUM_THREADS": "1", "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false", "JAX_PLATFORMS": "cpu"}
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import csv
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from peers import PEERS, Size, make_problem, ours
from readme import write_table
from steps import our_passes, our_step, torch_step

from gradient_horizon.figures.style import cell_colour, house_style, new_figure

HERE = Path(__file__).parent
CELLS = ("tanh", "gru", "lstm")
HIDDEN = (32, 64, 128)
ROUNDS = 15
PEER_COLUMNS = (
    "peer",
    "cell",
    "hidden_size",
    "seeds",
    "length",
    "batch",
    "milliseconds",
    "ratio_median",
    "ratio_low",
    "ratio_high",
)
GROWTH_COLUMNS = ("cell", "varied", "value", "milliseconds", "ratio_median", "ratio_low", "ratio_high")
SHARE_COLUMNS = ("cell", "hidden_size", "gigaflop_per_second", "sgemm_peak", "share")
GROWTH = {"length": (100, 200, 500, 1000), "seeds": (1, 5, 10, 20), "hidden": (16, 32, 64, 128), "batch": (8, 32, 128)}


def interleaved(calls: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, np.ndarray]:
    """Seconds of every call, round by round; the first round warms up and does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds + 1):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            seconds[name].append(time.perf_counter() - start)
    return {name: np.array(values[1:]) for name, values in seconds.items()}


def ratios(values: np.ndarray) -> dict[str, float]:
    """Median and spread of ratios taken round by round."""
    low, median, high = np.percentile(values, [10, 50, 90])
    return {"ratio_median": median, "ratio_low": low, "ratio_high": high}


def against_peers() -> Iterable[dict[str, object]]:
    """Forward and backward of every peer, after a check that all find the same gradient."""
    for cell in CELLS:
        for hidden in HIDDEN:
            size = Size(cell, hidden)
            calls = {name: make(make_problem(size)) for name, make in PEERS.items()}
            found = {name: call() for name, call in calls.items()}
            for norms in found.values():
                np.testing.assert_allclose(norms, found["ours"], rtol=1e-3)
            yield from _rows(size, interleaved(calls), "ours")


def training_steps() -> Iterable[dict[str, object]]:
    """A whole update on recall (data, forward, backward, clipping, Adam) against its passes alone, and torch.nn's."""
    for cell in CELLS:
        for hidden in HIDDEN:
            size = Size(cell, hidden, inputs=10)
            calls = {
                "ours (passes only)": our_passes(size),
                "ours (whole update)": our_step(size),
                "torch.nn (whole update)": torch_step(size),
            }
            yield from _rows(size, interleaved(calls), "ours (whole update)")


def _rows(size: Size, seconds: Mapping[str, np.ndarray], base: str) -> Iterable[dict[str, object]]:
    for name, values in seconds.items():
        yield {
            "peer": name,
            "cell": size.cell,
            "hidden_size": size.hidden,
            "seeds": size.seeds,
            "length": size.length,
            "batch": size.batch,
            "milliseconds": 1e3 * np.median(values),
            **ratios(values / seconds[base]),
        }


def growth() -> Iterable[dict[str, object]]:
    """How the cost of our passes grows with each size; ratios to the size that the peers are compared at."""
    for cell in CELLS:
        base = Size(cell, 64)
        for varied, values in GROWTH.items():
            calls = {value: ours(make_problem(replace(base, **{varied: value}))) for value in values}
            seconds = interleaved(calls, rounds=9)
            for value in values:
                yield {
                    "cell": cell,
                    "varied": varied,
                    "value": value,
                    "milliseconds": 1e3 * np.median(seconds[value]),
                    **ratios(seconds[value] / seconds[getattr(base, varied)]),
                }


def sgemm_peak() -> float:
    """The best of many square float32 products, in GFLOP/s."""
    size = 768
    a, b, out = (torch.randn(size, size) for _ in range(3))
    best = min(interleaved({"sgemm": lambda: torch.mm(a, b, out=out)}, rounds=60)["sgemm"])
    return float(2e-9 * size**3 / best)


def floating_point_operations(size: Size) -> float:
    """Those of the three products of a step (pre-activations, their way back, the weight's gradient), over all steps."""
    rows, inputs = {"tanh": 1, "gru": 3, "lstm": 4}[size.cell] * size.hidden, size.inputs + 1
    products = rows * (2 * (size.hidden + inputs) + size.hidden)
    if size.cell == "gru":
        products += size.hidden * 2 * inputs
    return 2.0 * size.length * size.seeds * size.batch * products


def shares(rows: Iterable[Mapping[str, object]]) -> Iterable[dict[str, object]]:
    """Our share of the machine's sgemm peak."""
    peak = sgemm_peak()
    for row in rows:
        if row["peer"] == "ours":
            size = Size(str(row["cell"]), int(str(row["hidden_size"])))
            speed = 1e-6 * floating_point_operations(size) / float(str(row["milliseconds"]))
            yield {
                "cell": size.cell,
                "hidden_size": size.hidden,
                "gigaflop_per_second": speed,
                "sgemm_peak": peak,
                "share": speed / peak,
            }


def save(name: str, columns: Iterable[str], rows: Iterable[Mapping[str, object]]) -> None:
    """A table with three significant digits."""
    with (HERE / "results" / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow(
                [f"{value:.3g}" if isinstance(value, float) else value for value in (row[c] for c in columns)]
            )


def draw(rows: list[dict[str, object]]) -> None:
    """Ratios to ours, by peer, cell and hidden size."""
    peers = [name for name in PEERS if name != "ours"]
    with house_style():
        figure, axes = new_figure(
            "How many times longer the others take for the same forward and backward pass",
            "5 networks, 100 steps, batch 32, one thread; medians of interleaved rounds, bars from the 10th to the 90th "
            "percentile. Only ours and the cells with retain_grad also give the norm of dL/dh at every step.",
            columns=len(peers),
            height=2.4,
            share=False,
        )
        for panel, peer in zip(axes[0], peers, strict=True):
            for offset, cell in zip((-0.08, 0, 0.08), CELLS, strict=True):
                own = [row for row in rows if row["peer"] == peer and row["cell"] == cell]
                middle = np.array([row["ratio_median"] for row in own])
                spread = [middle - [row["ratio_low"] for row in own], [row["ratio_high"] for row in own] - middle]
                place = np.arange(len(HIDDEN)) + offset
                panel.errorbar(place, middle, np.abs(spread), fmt="o", color=cell_colour(cell), label=cell)
            panel.axhline(1, color="black", linewidth=0.8)
            panel.set_ylim(bottom=0)
            panel.set_xticks(range(len(HIDDEN)), [str(hidden) for hidden in HIDDEN])
            panel.set_title(peer)
            panel.set_xlabel("hidden units")
        axes[0, 0].set_ylabel("their time / ours")
        axes[0, 0].legend()
        figure.savefig(HERE / "results" / "engine.svg", metadata={"Date": None})


def main() -> None:
    """Runs everything; some minutes."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    (HERE / "results").mkdir(exist_ok=True)
    rows = list(against_peers())
    save("engine", PEER_COLUMNS, [*rows, *training_steps()])
    save("share", SHARE_COLUMNS, shares(rows))
    save("growth", GROWTH_COLUMNS, growth())
    draw(rows)
    write_table(HERE.parent / "README.md", HERE / "results")


if __name__ == "__main__":
    main()
