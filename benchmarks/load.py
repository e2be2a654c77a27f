"""The table of docs/load.md, made from benchmarks/results/pipeline.csv."""

import csv
from pathlib import Path

BEGIN, END = "<!-- pipeline: begin -->", "<!-- pipeline: end -->"
NAMES = {
    "runs": "a study of {count} tiny runs, from nothing to its report, on 2 cores",
    "training alone": "of it, training itself",
    "measuring alone": "of it, measuring itself",
    "a process: Python": "Python starts",
    "a process: all that a batch imports": "Python starts and imports all that a batch needs, PyTorch above all",
    "nothing to do": "the same study called again, with nothing to do",
    "nothing to do: the default study": "the default study called again, with nothing to do",
    "runs planned": "{count} runs planned: configuration read, checked and expanded",
    "batches planned": "their batches planned by Snakemake (a dry run)",
    "rows": "a table of {count} rows gathered, sorted, checked, written and read again",
}


def read(results: Path) -> dict[str, dict[str, float]]:
    """What was measured, by name: count, wall and cpu (seconds), memory (GB); 0 where it was not."""
    with (results / "pipeline.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {row.pop("what"): {key: float(value or 0) for key, value in row.items()} for row in rows}


def make_table(results: Path) -> str:
    """A row per measurement, and a sentence on what a run costs beside its training."""
    found = read(results)
    lines = ["| what | wall | CPU | largest process |", "|---|---|---|---|"]
    for what, row in found.items():
        name = NAMES[what].format(count=f"{row['count']:,.0f}")
        wall, memory = (
            f"{row['wall']:.0f} s" if row["wall"] else "",
            f"{row['memory']:.2f} GB" if row["memory"] else "",
        )
        cpu = f"{row['cpu']:.2f} s" if what.startswith("a process") else f"{row['cpu']:.1f} s"
        lines.append(f"| {name} | {wall} | {cpu} | {memory} |")
    return "\n".join([*lines, "", f"A run costs {beside_training(found):.2f} s of CPU beside its training."])


def beside_training(found: dict[str, dict[str, float]]) -> float:
    """Seconds of CPU that a run costs beside its training: processes, measures, tables, figures, report."""
    return (found["runs"]["cpu"] - found["training alone"]["cpu"]) / found["runs"]["count"]


def write_table(document: Path, results: Path) -> None:
    """Puts the table between its marks."""
    before, rest = document.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    document.write_text(f"{before}{BEGIN}\n{make_table(results)}\n{END}{after}", encoding="utf-8")
