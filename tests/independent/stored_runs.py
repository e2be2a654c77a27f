"""The runs that a claim rests on, read from the store by the form of its files: JSON, and arrays in safetensors."""

import csv
import json
import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import chosen_rates
import numpy as np

TYPES = {"F64": "<f8", "F32": "<f4", "I64": "<i8", "I32": "<i4", "U8": "u1", "BOOL": "?"}
STAGES = ("initial", "half", "final")


def read_arrays(file):
    """The arrays of a file: eight bytes with the length of a header of JSON, the header, then the numbers."""
    content = file.read_bytes()
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    arrays = {}
    for name, about in header.items():
        if name != "__metadata__":
            first, last = about["data_offsets"]
            values = np.frombuffer(content[8 + size + first : 8 + size + last], dtype=TYPES[about["dtype"]])
            arrays[name] = values.reshape(about["shape"])
    return arrays


def number(value):
    """A number of a file of JSON, where null stands for one that is not finite."""
    return math.nan if value is None else float(value)


@dataclass(frozen=True)
class Network:
    """A trained network: a seed at a learning rate. `place` is its place in the arrays of the history."""

    run: "Run"
    place: int
    seed: int
    learning_rate: float
    judged: bool
    chosen: bool
    status: str
    loss: float
    accuracy: float

    def largest(self, name):
        """The largest finite value of a curve of its training."""
        return float(self._curve(name).max(initial=-math.inf))

    def middle(self, name):
        """The median of the finite values of a curve of its training; NaN where there are none."""
        values = self._curve(name)
        return float(np.median(values)) if values.size else math.nan

    def _curve(self, name):
        values = self.run.history[name][:, self.place].astype(float)
        return values[np.isfinite(values)]


@dataclass(frozen=True)
class Run:
    """A run: which arm of which experiment it belongs to, and its files."""

    experiment: str
    task: str
    cell: str
    remedy: str
    length: int
    folder: Path
    history_file: Path
    measures_file: Path
    extrapolation_file: Path | None

    @cached_property
    def outcome(self):
        return json.loads((self.folder / "outcome.json").read_text(encoding="utf-8"))

    @cached_property
    def history(self):
        return read_arrays(self.history_file)

    @cached_property
    def measures(self):
        return read_arrays(self.measures_file)

    @cached_property
    def extrapolation(self):
        """Losses and accuracies on longer sequences [factor seed], and the factors; None: nobody asked."""
        return None if self.extrapolation_file is None else read_arrays(self.extrapolation_file)

    @property
    def seeds(self):
        """The judged seeds, in the order in which arrays of measures have them."""
        return list(dict.fromkeys(each["seed"] for each in self.outcome["networks"] if each["judged"]))

    @cached_property
    def networks(self):
        """All its networks; which learning rate is chosen for a seed is found out here, from those of the others."""
        entries, budget = self.outcome["networks"], self.outcome["identity"]["settings"]["updates"]
        rates = {}
        for judged in (True, False):
            rates |= chosen_rates.choose([each for each in entries if each["judged"] is judged], budget)
        return [
            Network(
                self,
                place,
                each["seed"],
                each["learning_rate"],
                each["judged"],
                each["learning_rate"] == rates[each["seed"]],
                each["status"],
                number(each["loss"]),
                number(each["accuracy"]),
            )
            for place, each in enumerate(entries)
        ]


class Runs:
    """The runs that a claim's folder lists and the store has."""

    def __init__(self, listed, store):
        with listed.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self._runs = [run for run in (_run(row, store) for row in rows) if run.measures_file.is_file()]

    def of(self, setting, arm):
        """The runs of an arm, in its own setting if it names one."""
        wanted = (arm["setting"] or setting, arm["cell"], arm["remedy"])
        return [run for run in self._runs if (run.experiment, run.cell, run.remedy) == wanted]

    def networks(self, setting, arm, *, judged=True):
        """The judged networks of an arm, or its pilots."""
        return [each for run in self.of(setting, arm) for each in run.networks if each.judged is judged]

    def __len__(self):
        return len(self._runs)


def _run(row, store):
    folder = store / "runs" / row["networks"][:2] / row["networks"]
    further = [name for name in row["further"].split(";") if name.startswith("extrapolation-")]
    return Run(
        row["experiment"],
        row["task"],
        row["cell"],
        row["remedy"],
        int(row["length"]),
        folder,
        folder / f"history-{row['history']}.safetensors",
        folder / f"measures-{row['measures']}.safetensors",
        folder / f"{further[0]}.safetensors" if further else None,
    )
