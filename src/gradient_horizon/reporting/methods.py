"""What a study did, as a paragraph in LaTeX with citations, and the entries of BibTeX for just these."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from gradient_horizon import registries
from gradient_horizon.claims.registered import REGISTERED, Claims
from gradient_horizon.language.display_names import DisplayNames
from gradient_horizon.language.numbers import Numbers
from gradient_horizon.language.words import Words, read_words
from gradient_horizon.reporting.latex import cite, to_latex
from gradient_horizon.reporting.statistics_used import statistics_used
from gradient_horizon.statistics.intervals import CONFIDENCE
from gradient_horizon.statistics.means import RESAMPLED_FROM
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.training.optimisers import Momentum, Nesterov, RMSprop
from gradient_horizon.training.outcome import DIVERGENCE_RATIO

BIBLIOGRAPHIES = ("references.bib", "methods.bib")
"""Entries that the report cites, and those that only this paragraph may; one a line."""

OF_OPTIMISERS: Mapping[str, Mapping[str, float]] = {
    "momentum": {"momentum": Momentum.momentum},
    "nesterov": {"momentum": Nesterov.momentum},
    "rmsprop": {"decay": RMSprop.decay},
}
"""Numbers of an optimiser that no configuration changes."""


class Done(NamedTuple):
    """What a study did: its runs, the tests of its claims, and the versions of what ran them.

    `further` are the measures that some of its experiments ask for, `claims` those that it can ask.
    """

    runs: Sequence[RunSpec]
    tests: pd.DataFrame
    versions: Mapping[str, Sequence[str]]
    further: Collection[str] = ()
    claims: Claims = REGISTERED


class Methods:
    """The paragraph in one language; raises ReportError where a word or a citation is missing in `prose`."""

    def __init__(self, prose: Path, language: str):
        self._words = read_words(prose / language / "methods.json")
        self._range = read_words(prose / language / "words.json")["range"]
        self._citations = read_words(prose / "citations.json")
        self._numbers = Numbers(language)
        self._names = DisplayNames.read(prose, language)

    def paragraph(self, done: Done) -> str:
        """The paragraph, as LaTeX."""
        trained = [run for run in done.runs if run.updates]
        untrained = [run for run in done.runs if not run.updates]
        sentences = [
            *self._networks(done.runs),
            *(self._training(trained) if trained else ()),
            *self._untrained(untrained),
            *self._seeds(done.runs),
            self._words["measures"],
            *(self._words["further"][name] for name in sorted(done.further)),
            *self._claims(done.tests, done.claims),
            self._software(done.versions),
        ]
        return to_latex(" ".join(sentences)) + "\n"

    def _networks(self, runs: Sequence[RunSpec]) -> Iterator[str]:
        yield self._words["networks"].format(
            cells=self._named("cells", "cells", registries.CELLS, (run.cell for run in runs)),
            tasks=self._tasks(runs),
            widths=self._either(run.hidden_size for run in runs),
            lengths=self._between(run.length for run in runs),
        )
        values: dict[str, dict[str, list[Any]]] = {}
        for name, parameters in (change for run in runs for change in run.changes):
            own = values.setdefault(name, {})
            for parameter, value in parameters.items():
                own.setdefault(parameter, []).append(value)
        if not values:
            yield str(self._words["no_changes"])
            return
        said = [
            self._name("changes_by_name", "changes", registries.CHANGES, name).format(
                **{parameter: self._either(own) for parameter, own in of_change.items()}
            )
            for name, of_change in values.items()
        ]
        yield self._words["changes"].format(changes=self._listed(said, "and", "; "))

    def _training(self, runs: Sequence[RunSpec]) -> Iterator[str]:
        optimisers = dict.fromkeys(run.optimiser for run in runs)
        yield self._words["training"].format(
            optimisers=self._listed([self._optimiser(name) for name in optimisers], "or"),
            batches=self._either(run.batch_size for run in runs),
            rates=self._either(rate for run in runs for rate in run.learning_rates),
            precisions=self._listed(
                [self._words["precisions"][each] for each in sorted({r.precision for r in runs})], "or"
            ),
            updates=self._either(run.updates for run in runs),
            evaluations=self._either(run.evaluation_sequences for run in runs),
            every=self._either(run.evaluate_every for run in runs),
            growth=self._numbers.number(DIVERGENCE_RATIO),
        )

    def _untrained(self, runs: Sequence[RunSpec]) -> Iterator[str]:
        if runs:
            yield self._words["untrained"].format(lengths=self._either(run.length for run in runs))

    def _seeds(self, runs: Sequence[RunSpec]) -> Iterator[str]:
        of_arms: dict[tuple[str, ...], int] = {}
        for run in runs:
            arm = (run.experiment, run.cell, run.remedy, str(run.length))
            of_arms[arm] = of_arms.get(arm, 0) + len(run.seeds)
        networks = sum((len(run.seeds) + len(run.pilot_seeds)) * len(run.learning_rates) for run in runs)
        yield self._words["seeds"].format(
            seeds=self._either(of_arms.values()),
            networks=self._numbers.integer(networks),
            runs=self._numbers.integer(len(runs)),
        )
        pilots = {len(run.pilot_seeds) for run in runs} - {0}
        if pilots:
            yield self._words["pilots"].format(pilots=self._either(pilots))

    def _claims(self, tests: pd.DataFrame, claims: Claims) -> Iterator[str]:
        asked = tests[tests["n"].gt(0) & tests["kind"].ne("pooled")]
        if asked.empty:
            return
        yield self._words["claims"].format(
            claims=self._numbers.integer(asked["claim"].nunique()),
            tests=self._numbers.integer(len(asked)),
            confidence=self._numbers.share(CONFIDENCE),
        )
        for name in statistics_used(tests, claims.test):
            keys = self._citations["statistics"][name]
            fewest = self._numbers.integer(RESAMPLED_FROM)
            yield self._words["statistics"][name].format(cite=cite(keys), fewest=fewest)

    def _software(self, versions: Mapping[str, Sequence[str]]) -> str:
        used = {name: ", ".join(versions.get(name, ())) for name in ("gradient-horizon", "numpy", "torch")}
        of = self._citations["software"]
        return str(
            self._words["software"].format(
                version=used["gradient-horizon"],
                numpy=used["numpy"],
                torch=used["torch"],
                snakemake=cite(of["snakemake"]),
                cite_numpy=cite(of["numpy"]),
                cite_torch=cite(of["torch"]),
            )
        )

    def _optimiser(self, name: str) -> str:
        numbers = {key: self._numbers.number(value) for key, value in OF_OPTIMISERS.get(name, {}).items()}
        said = str(self._words["optimisers"].get(name, name)).format(**numbers)
        return said + cite(self._citations["optimisers"].get(name, ()))

    def _tasks(self, runs: Iterable[RunSpec]) -> str:
        different = {run.named_task: run for run in runs}.values()
        return self._listed([self._task(run) for run in different], "and")

    def _task(self, run: RunSpec) -> str:
        said = self._name("tasks", "tasks", registries.TASKS, run.task)
        return _with_parameters(run, said, self._words, self._names)

    def _named(self, words: str, citations: str, registry: Mapping[str, str], names: Iterable[str]) -> str:
        return self._listed([self._name(words, citations, registry, name) for name in dict.fromkeys(names)], "and")

    def _name(self, words: str, citations: str, registry: Mapping[str, str], name: str) -> str:
        """What something is called, with its citations; its name, where there are no words for it."""
        if name not in registry:
            return str(self._words["own"].format(name=name.partition(":")[2]))
        return str(self._words[words].get(name, name)) + cite(self._citations[citations].get(name, ()))

    def _either(self, values: Iterable[Any]) -> str:
        """The different values in order, as alternatives; what is not set comes last."""
        shown = [self._shown(value) for value in sorted(set(values), key=lambda value: (value is None, value))]
        return self._listed(shown, "or", str(self._words["between_numbers"]))

    def _shown(self, value: Any) -> str:
        if value is None:
            return str(self._words["not_set"])
        return self._numbers.number(value) if isinstance(value, int | float) else str(value)

    def _between(self, values: Iterable[int]) -> str:
        given = sorted(set(values))
        ends = [self._numbers.integer(given[0]), self._numbers.integer(given[-1])]
        return ends[0] if len(given) == 1 else str(self._range.format(low=ends[0], high=ends[1]))

    def _listed(self, parts: Sequence[str], last: str, between: str = ", ") -> str:
        return str(self._words[last]).join(filter(None, (between.join(parts[:-1]), parts[-1])))


def _with_parameters(run: RunSpec, said: str, words: Words, names: DisplayNames) -> str:
    """A task by what is said of it, with its parameters; one on a file by what is predicted there."""
    given = run.task_parameters
    if run.task in registries.FILE_TASKS:
        predicted = words["files"][given.get("predict", "next")]
        file, shown = Path(given[run.task]).name, ", ".join(given["input"])
        return str(predicted.format(target=given["target"], input=shown, file=file))
    return str(words["with_parameters"].format(task=said, parameters=names.parameters(given))) if given else said


def bibliography(prose: Path, paragraph: str) -> str:
    """The entries of BibTeX that a paragraph cites, by key; raises ReportError for one that there is none of."""
    lines = [line for name in BIBLIOGRAPHIES for line in (prose / name).read_text(encoding="utf-8").splitlines()]
    entries = Words({found[1]: line for line in lines if (found := re.match(r"@\w+\{(\w+),", line))})
    return "".join(f"{entries[key]}\n" for key in cited(paragraph))


def cited(paragraph: str) -> list[str]:
    """The keys that a paragraph cites, in alphabetical order."""
    return sorted({key for keys in re.findall(r"\\cite\{([^}]*)\}", paragraph) for key in keys.split(",")})
