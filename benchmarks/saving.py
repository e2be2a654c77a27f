"""The files of results."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

RATIOS = ("ratio_median", "ratio_low", "ratio_high")
COLUMNS = {
    "engine": ("peer", "cell", "hidden_size", "seeds", "length", "batch", "milliseconds", *RATIOS),
    "jax_forms": ("peer", "cell", "hidden_size", "unroll", "one_product"),
    "products": ("cell", "hidden_size", "product", "fastest"),
    "share": ("cell", "hidden_size", "gigaflop_per_second", "products_gigaflop_per_second", "peak", "share"),
    "growth": ("cell", "varied", "value", "milliseconds", *RATIOS),
    "own_cell": ("cell", "hidden_size", "ratio_median", "low", "high"),
    "memory": ("cell", "hidden_size", "length", "seeds", "batch", "megabytes"),
}


def save(results: Path, name: str, rows: Iterable[Mapping[str, object]]) -> None:
    """A table, with three significant digits."""
    with (results / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS[name])
        for row in rows:
            values = (row[column] for column in COLUMNS[name])
            writer.writerow([f"{value:.3g}" if isinstance(value, float) else value for value in values])
