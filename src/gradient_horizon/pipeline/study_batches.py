"""The runs of a study as the workflow sees them: what the store has, and the batches of what it lacks."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gradient_horizon.errors import ConfigError
from gradient_horizon.pipeline import progress_files
from gradient_horizon.pipeline.batches import Batch, PlannedRun, Work, cut, lacking, networks_of, planned, read_batch
from gradient_horizon.pipeline.beside_study import BATCH_MINUTES
from gradient_horizon.pipeline.costing import Costs
from gradient_horizon.pipeline.progress_files import PlannedBatch
from gradient_horizon.storage import is_whole, remove, write, write_json
from gradient_horizon.store.keys import Keys
from gradient_horizon.store.store import Store
from gradient_horizon.study.run_spec import RunSpec

MEGABYTE = 1e6
MARGIN = 3
"""A job is given this many times the minutes that it should take, on a cluster that ends those that take longer."""

SHORTEST_LIMIT = 10
"""Minutes that it is given at least."""

MINUTES_HERE, MINUTES_ELSEWHERE = 1, 30
"""What a batch should take, unless something else is wished, on this machine and on a cluster, where jobs wait."""


def checked_minutes(given: Any) -> float:
    """What a batch should take, where that is a number of minutes; raises ConfigError where it is not."""
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given < float("inf"):
        raise ConfigError([f"{BATCH_MINUTES}: must be a number of minutes above 0, such as 1, got {given!r}"])
    return float(given)


def minutes_allowed(seconds: float) -> int:
    """Minutes that the job of a batch is given which should take so many seconds."""
    return max(SHORTEST_LIMIT, 1 + int(MARGIN * seconds / 60))


class StudyBatches:
    """Batches of what the store lacks of a study, cut once, when the workflow starts.

    `parts` names sets of runs other than experiments, which can be asked for alone: functions that choose them.

    A process that Snakemake starts for one job, on a cluster, knows its batch by the file that the first one wrote. It
    plans the runs only if its job asks for them, which that of a batch does not: of 50,000 runs, that takes seconds.
    """

    def __init__(
        self,
        specs: Iterable[RunSpec],
        store: Store,
        results: Path,
        *,
        is_main: bool,
        measures: Mapping[str, Sequence[str]] = MappingProxyType({}),
        parts: Mapping[str, Callable[[Iterable[RunSpec]], Iterable[RunSpec]]] = MappingProxyType({}),
    ):
        self.results, self.is_main = results, is_main
        self._specs, self._store, self._measures, self._chosen = specs, store, measures, parts
        self.batches: dict[str, Batch] = {}

    @cached_property
    def runs(self) -> dict[str, PlannedRun]:
        """All runs by id; raises ConfigError where a class of the user's own does not let them be planned."""
        return planned(self._specs, self._store, self._measures)

    @cached_property
    def _parts(self) -> dict[str, set[Keys]]:
        specs = [run.spec for run in self.runs.values()]
        return {
            name: {self.runs[spec.id].keys.of_every_run for spec in choose(specs)}
            for name, choose in self._chosen.items()
        }

    def cut(self, costs: Costs, *, seconds: float, cores: int | None) -> None:
        """Cuts what the store lacks into batches of about so many seconds; cores: None on a cluster.

        Raises ConfigError as `runs` does.
        """
        if self.is_main:
            work = lacking(self.runs.values(), costs)
            made = cut(work, seconds=seconds, cores=cores, manifests=self.results / "batches", apart=self._parts_of)
            self.batches = {batch.name: batch for batch in made}

    def _parts_of(self, run: Work | PlannedRun) -> tuple[str, ...]:
        """The parts other than experiments that a run belongs to."""
        keys = self.runs[run.spec.id].keys.of_every_run
        return tuple(name for name, own in self._parts.items() if keys in own)

    def _asking(self, batch: Batch) -> set[str]:
        """The experiments and the other parts that ask for the runs of a batch, which are the same for all of them."""
        return {*batch.experiments, *self._parts_of(batch.runs[0])}

    def has_lost_runs(self) -> bool:
        """Whether the store lacks more than when the batches were cut."""
        asked = {run.spec.id for batch in self.batches.values() for run in batch.runs}
        known = {self.runs[run].keys.of_every_run for run in asked}
        return any(run.keys.of_every_run not in known and not run.stored.is_complete for run in self.runs.values())

    def begin(self) -> None:
        """Writes what the jobs of the batches read, once no other process works on this study, and counts a round."""
        write_json(self._file_of_rounds, self._rounds)
        self._forget_others()
        for batch in self.batches.values():
            write(self.file(batch.name), batch.to_json())

    def _forget_others(self) -> None:
        """Removes what jobs of earlier batches read and left."""
        folders = (self.results / "plan" / "batches", self.results / "batches", self.results / progress_files.FOLDER)
        for folder in folders:
            for file in folder.glob("*-*.json"):
                if file.stem not in self.batches:
                    remove(file)

    def file(self, name: str) -> Path:
        """What the job of a batch reads."""
        return self.results / "plan" / "batches" / f"{name}.json"

    def before_tables(self, parts: Iterable[str]) -> list[Path]:
        """What tables of these experiments, or other parts, wait for."""
        asked = set(parts)
        names = [name for name, batch in self.batches.items() if asked & self._asking(batch)]
        return [self.results / "batches" / f"{name}.json" for name in names]

    def rounds(self, parts: Iterable[str]) -> str:
        """How often runs of these parts were found lacking, and so were added: tables are as new as that."""
        return " ".join(f"{name}:{self._rounds[name]}" for name in parts if name in self._rounds)

    @cached_property
    def _rounds(self) -> Mapping[str, int]:
        file = self._file_of_rounds
        before: dict[str, int] = json.loads(file.read_text(encoding="utf-8")) if is_whole(file) else {}
        more = {name for batch in self.batches.values() for name in self._asking(batch)} | self._found_meanwhile()
        return {name: before.get(name, 0) + (name in more) for name in sorted({*before, *more})}

    def _found_meanwhile(self) -> set[str]:
        """The parts with runs that tables were made without, and that the store has: another study added them."""
        missing: set[str] = set()
        for file in self.results.glob("**/made_of.json"):
            missing |= {*json.loads(file.read_text(encoding="utf-8"))["missing"]} if is_whole(file) else set()
        found = (self.runs[run] for run in missing & self.runs.keys())
        return {name for run in found if run.stored.is_complete for name in (run.spec.experiment, *self._parts_of(run))}

    @property
    def _file_of_rounds(self) -> Path:
        return self.results / "plan" / "rounds.json"

    def megabytes(self, name: str) -> int:
        """Memory that a batch may take."""
        return 1 + int(self._cost(name)["memory"] / MEGABYTE)

    def minutes(self, name: str) -> int:
        """Time that the job of a batch is given, where jobs that take longer are ended."""
        return minutes_allowed(self._cost(name)["seconds"])

    def _cost(self, name: str) -> Mapping[str, Any]:
        if name in self.batches:
            return {"memory": self.batches[name].memory, "seconds": self.batches[name].seconds}
        return read_batch(self.file(name))

    @property
    def networks(self) -> int:
        """Networks of all runs; of a run that several experiments ask for, once."""
        return sum(networks_of(same[0].spec) for same in self._different)

    @property
    def networks_present(self) -> int:
        """Networks of the runs that the store has, whole and measured."""
        there = (same[0] for same in self._different if all(run.stored.is_complete for run in same))
        return sum(networks_of(run.spec) for run in there)

    @property
    def _different(self) -> Iterable[list[PlannedRun]]:
        """The runs, those together that differ in names and in further measures only."""
        found: dict[Keys, list[PlannedRun]] = {}
        for run in self.runs.values():
            found.setdefault(run.keys.of_every_run, []).append(run)
        return found.values()

    @property
    def for_watchers(self) -> dict[str, PlannedBatch]:
        """What the batches hold, for those who watch."""
        return {
            name: PlannedBatch(batch.experiments, len(batch.runs), batch.networks, batch.seconds)
            for name, batch in self.batches.items()
        }
