"""The table of the engine's benchmark in README.md, made from benchmarks/results."""

import csv
from collections.abc import Iterator
from pathlib import Path

BEGIN, END = "<!-- engine: begin -->", "<!-- engine: end -->"
JAX = {"JAX vmap": "one call with vmap", "JAX one by one": "a call for every network"}
PEERS = ("torch.nn", "JAX", "torch cells + retain_grad", "first engine", "products alone")

Rows = dict[tuple[str, str, str], dict[str, str]]


def make_table(results: Path) -> str:
    """A row per peer, a column per cell and hidden size; and a sentence on which form of JAX is shown."""
    times: Rows = {(row["peer"], row["cell"], row["hidden_size"]): row for row in _read(results / "engine.csv")}
    shares = {(row["cell"], row["hidden_size"]): float(row["share"]) for row in _read(results / "share.csv")}
    lines = [
        "| | " + " | ".join(f"{cell} {hidden}" for cell, hidden in shares) + " |",
        "|---|" + "---|" * len(shares),
        "| ours, ms | " + " | ".join(times["ours", *size]["milliseconds"] for size in shares) + " |",
    ]
    for peer in PEERS:
        rows = (better_jax(times, *size) if peer == "JAX" else times[peer, *size] for size in shares)
        cells = (f"{row['ratio_median']} ({row['ratio_low']}–{row['ratio_high']})" for row in rows)
        lines.append(f"| {peer} | {' | '.join(cells)} |")
    lines.append("| ours, share of peak | " + " | ".join(f"{share:.0%}" for share in shares.values()) + " |")
    chosen = "; ".join(_chosen(times, list(shares)))
    return "\n".join([*lines, "", f"Of two ways to call JAX the table has the faster: {chosen}."])


def better_jax(times: Rows, cell: str, hidden: str) -> dict[str, str]:
    """The row of that form of JAX which takes less time."""
    return min((times[peer, cell, hidden] for peer in JAX), key=lambda row: float(row["ratio_median"]))


def write_table(readme: Path, results: Path) -> None:
    """Puts the table between its marks."""
    before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    readme.write_text(f"{before}{BEGIN}\n{make_table(results)}\n{END}{after}", encoding="utf-8")


def _chosen(times: Rows, sizes: list[tuple[str, str]]) -> Iterator[str]:
    """Each form, with the sizes that it is shown at."""
    for peer, name in JAX.items():
        own = [f"{cell} {hidden}" for cell, hidden in sizes if better_jax(times, cell, hidden)["peer"] == peer]
        if len(own) == len(sizes):
            yield f"{name}, at every size"
        elif own:
            yield f"{name} at {', '.join(own)}"


def _read(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))
