"""The box before the first figure: the recall task drawn, and what words of the figures mean, with their numbers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gradient_horizon.claims.settings import RECALL_32
from gradient_horizon.language.numbers import Numbers
from gradient_horizon.language.words import read_words
from gradient_horizon.reporting.wording import Wording
from gradient_horizon.seeding import generator
from gradient_horizon.study.model import Experiment, Study
from gradient_horizon.tasks.recall import NOISE, SYMBOLS, Recall

DRAWN = 12
"""Steps of the sequence that is drawn."""


def box(prose: Path, wording: Wording, study: Study) -> dict[str, Any]:
    """A sequence of the recall task and the sentences beside it, from the plan of a study.

    The setting that is described is `recall-32`, or the first of the study that is trained; a study without any is
    described by no setting. Raises ReportError where a word is missing.
    """
    words = read_words(prose / wording.language / "box.json")
    numbers = wording.numbers
    trained = [each for each in study.experiments if each.updates]
    shown = next((each for each in trained if each.name == RECALL_32), trained[0] if trained else None)
    values = {"symbols": numbers.integer(SYMBOLS), "criterion": numbers.share(least_accuracy())}
    if shown is not None:
        values |= _values(wording, shown)
    known = [each for each in words["terms"] if shown is not None or each["kind"] != "setting"]
    return {
        "title": words["title"],
        "sequence": _sequence(),
        "labels": {name: label.format(**values) for name, label in words["labels"].items()},
        "alt": words["alt"].format(**values),
        "terms": [{"term": each["term"], "text": each["text"].format(**values)} for each in known],
    }


def least_accuracy() -> float:
    """The least accuracy, in whole per cent, at which recall counts as solved; loss alone solves nothing."""
    task = Recall()
    return next(per_cent / 100 for per_cent in range(101) if task.is_solved(0.0, per_cent / 100))


def _values(wording: Wording, experiment: Experiment) -> dict[str, str]:
    numbers = wording.numbers
    return {
        "setting": wording.texts.setting(experiment.name),
        "shortest": numbers.integer(min(experiment.all_lengths)),
        "longest": numbers.integer(max(experiment.all_lengths)),
        "units": numbers.integer(experiment.hidden_size),
        "batch": numbers.integer(experiment.batch_size),
        "updates": numbers.integer(experiment.updates),
        "rates": _listed(numbers, experiment.learning_rates),
        "seeds": numbers.integer(experiment.seeds),
    }


def _listed(numbers: Numbers, values: Sequence[float]) -> str:
    """Numbers one after the other, with a semicolon where the comma is the decimal sign."""
    shown = [numbers.number(value) for value in values]
    return ("; " if any("," in each for each in shown) else ", ").join(shown)


def _sequence() -> dict[str, Any]:
    """A real sequence of the task: the symbol, as a letter, and the noise of the steps between, from -1 to 1."""
    drawn = Recall().sample(DRAWN, 1, generator=generator(0, "drawn sequence"))
    noise = drawn.inputs[1:-1, NOISE, 0]
    return {
        "symbol": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[int(drawn.target[0])],
        "noise": [round(float(value), 3) for value in noise / abs(noise).max()],
    }
