"""CSV files that tests write, and the task on them."""

from pathlib import Path

import numpy as np

from gradient_horizon.training.assembly import build_task

ROWS = 60


def columns(rows=ROWS, seed=0):
    """A smooth column, one of noise that what follows depends on, and their steps."""
    draw = np.random.default_rng(seed)
    noise = draw.standard_normal(rows)
    wave = np.sin(np.arange(rows) / 3) + 0.5 * np.roll(noise, 1) + 0.1 * draw.standard_normal(rows)
    return {"step": np.arange(rows), "wave": wave.round(4), "noise": noise.round(4)}


def write(folder, table, name="series.csv", delimiter=","):
    """Writes columns as a CSV file with a line of names; the file's path."""
    lines = [delimiter.join(table), *(delimiter.join(map(str, row)) for row in zip(*table.values(), strict=True))]
    file = Path(folder) / name
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def series(file, length=None, **parameters):
    """The task on a file: by default, the next value of `wave` from `wave` and `noise`."""
    given = {"csv": str(file), "input": ["wave", "noise"], "target": "wave", **parameters}
    return build_task("csv", given, length)


def labelled(series_of_id=12, rows=8, seed=0):
    """Series of numbers whose mean depends on a label, one a series."""
    draw = np.random.default_rng(seed)
    ids = np.repeat(np.arange(series_of_id), rows)
    label = ids % 2
    return {"who": ids, "x": (draw.standard_normal(len(ids)) + label).round(3), "label": np.where(label, "b", "a")}
