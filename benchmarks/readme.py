"""The table of the engine's benchmark in README.md, made from benchmarks/results."""

import csv
from pathlib import Path

BEGIN, END = "<!-- engine: begin -->", "<!-- engine: end -->"
PEERS = ("torch.nn", "JAX", "torch cells + retain_grad")


def make_table(results: Path) -> str:
    """A row per cell and hidden size: our milliseconds, and how many times longer each peer takes."""
    engine, share = (_read(results / name) for name in ("engine.csv", "share.csv"))
    shares = {(row["cell"], row["hidden_size"]): float(row["share"]) for row in share}
    times = {(row["peer"], row["cell"], row["hidden_size"]): row for row in engine}
    lines = [
        "| cell | hidden units | ours | " + " | ".join(PEERS) + " | share of sgemm peak |",
        "|---|---|---|" + "---|" * len(PEERS) + "---|",
    ]
    for (cell, hidden), part in shares.items():
        ratios = (times[peer, cell, hidden] for peer in PEERS)
        cells = [f"{r['ratio_median']} ({r['ratio_low']}–{r['ratio_high']})" for r in ratios]
        ours = times["ours", cell, hidden]["milliseconds"]
        lines.append(f"| {cell} | {hidden} | {ours} ms | {' | '.join(cells)} | {part:.0%} |")
    return "\n".join(lines)


def write_table(readme: Path, results: Path) -> None:
    """Puts the table between its marks."""
    before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    readme.write_text(f"{before}{BEGIN}\n{make_table(results)}\n{END}{after}", encoding="utf-8")


def _read(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))
