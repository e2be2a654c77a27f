"""The tables of docs/load.md, made from pipeline.csv, cluster.csv and fan_in.csv in benchmarks/results."""

import csv
from pathlib import Path

BEGIN, END = "<!-- pipeline: begin -->", "<!-- pipeline: end -->"
CLUSTER_BEGIN, CLUSTER_END = "<!-- cluster: begin -->", "<!-- cluster: end -->"
RUNS = 50_000
CLUSTER_NAMES = {
    "plan": "`gradient_horizon plan` says what it costs",
    "dry run, 30-minute batches": "a dry run, batches of 30 minutes",
    "dry run, 1-minute batches": "a dry run, batches of a minute",
    "a cluster of 200 cores": "the controller of 200 cores, whose time runs 100 times as fast",
    "a cluster of 1,000 cores": "the controller of 1,000 cores, whose time runs 20 times as fast",
    "as fast as it can": "the controller as fast as it can",
    "a process for one job": "Snakemake, as it is started on a node for a job",
}
FILE_NAMES = {
    "a tiny run": "a tiny run in the store",
    "a run of the default study": "a run of the default study in the store",
    "a batch in the results": "a batch of 30 minutes in the results",
    "Snakemake's metadata": "a batch of 30 minutes in Snakemake's metadata",
}
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


def read(results: Path, name: str = "pipeline") -> dict[str, dict[str, float]]:
    """What was measured, by name: count, wall and cpu (seconds), memory (GB), and others; 0 where it was not."""
    with (results / f"{name}.csv").open(newline="", encoding="utf-8") as file:
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


def make_cluster_table(results: Path) -> str:
    """What 50,000 runs cost on a cluster: time and memory, then files."""
    found = read(results, "cluster")
    lines = ["| what | jobs | wall | CPU | largest process | cores busy |", "|---|---|---|---|---|---|"]
    for what, row in found.items():
        if what in CLUSTER_NAMES:
            share = f"{100 * row['share']:.1f} %" if row["share"] else ""
            lines.append(f"| {CLUSTER_NAMES[what]} | {row['count']:,.0f} | {_times_and_memory(row)} | {share} |")
    if (results / "fan_in.csv").exists():
        for what, row in read(results, "fan_in").items():
            runs = what.removeprefix("tables of ")
            lines.append(f"| the tables of {row['count']:,.0f} {runs} | 1 | {_times_and_memory(row)} | |")
    lines += ["", "| what is left | of one | of 50,000 runs |", "|---|---|---|"]
    for what, name in FILE_NAMES.items():
        row = found[what]
        all_of_them = RUNS if "run" in what else found["a cluster of 200 cores"]["count"]
        amounts = (_files(row, times / row["count"]) for times in (1, all_of_them))
        lines.append(f"| {name} | {' | '.join(amounts)} |")
    most = found["as fast as it can"]
    rate, alone = most["count"] / most["wall"], most["count"] / most["cpu"]
    return "\n".join(
        [
            *lines,
            "",
            f"The controller submits {rate:.0f} jobs a second at most, which is what a submission of a tenth of a second "
            f"lets it, and could handle {alone:.0f} on a core of its own; 200 cores at 30-minute batches need "
            f"{200 / 1800:.2f}.",
        ]
    )


def _times_and_memory(row: dict[str, float]) -> str:
    return f"{_seconds(row['wall'])} | {_seconds(row['cpu'])} | {row['memory']:.2f} GB"


def _seconds(value: float) -> str:
    return f"{value:.0f} s" if value < 180 else f"{value / 60:.0f} min"


def _files(row: dict[str, float], times: float) -> str:
    return f"{times * row['files']:,.0f} files and folders, {_bytes(times * row['bytes'])}"


def _bytes(value: float) -> str:
    power = max(unit for unit in range(4) if value >= 1000**unit or unit == 0)
    return f"{value / 1000**power:.3g} {('B', 'kB', 'MB', 'GB')[power]}"


def write_table(document: Path, results: Path) -> None:
    """Puts the tables between their marks."""
    text = _put(document.read_text(encoding="utf-8"), BEGIN, END, make_table(results))
    if (results / "cluster.csv").exists():
        text = _put(text, CLUSTER_BEGIN, CLUSTER_END, make_cluster_table(results))
    document.write_text(text, encoding="utf-8")


def _put(text: str, begin: str, end: str, content: str) -> str:
    before, rest = text.split(begin)
    return f"{before}{begin}\n{content}\n{end}{rest.split(end)[1]}"
