"""Whether disk and memory have room for what a plan needs, before the first job."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from snakemake.exceptions import WorkflowError

from gradient_horizon.pipeline.batches import Batch
from gradient_horizon.pipeline.machine import GIGABYTE, SPARE_DISK, available_memory, free_disk


def look_for_room(batches: Sequence[Batch], store: Path, cores: int | None) -> None:
    """Says where jobs may not fit beside each other; raises WorkflowError where one, or the disk, has no room.

    `cores`: those of this machine; None: jobs run elsewhere, and nothing is known of the memory there.
    """
    problems = [*disk_problems(batches, store), *(memory_problems(batches) if cores is not None else ())]
    if problems:
        raise WorkflowError("\n".join(problems))
    if cores is not None:
        sys.stderr.writelines(f"{remark}\n" for remark in room_remarks(batches, cores))


def disk_problems(batches: Sequence[Batch], store: Path) -> Iterator[str]:
    """A sentence where the disk has no room for the runs."""
    needed = sum(run.cost.disk for batch in batches for run in batch.runs) / GIGABYTE + SPARE_DISK
    if batches and needed > (free := free_disk(store)):
        yield (
            f"{store}: the disk must have room for {needed:.2g} GB, got {free:.2g} GB: remove what no study uses "
            "(`python -m gradient_horizon store`), or make the study smaller"
        )


def memory_problems(batches: Sequence[Batch]) -> Iterator[str]:
    """A sentence where the memory has no room for the largest job alone."""
    largest, memory = max(batches, key=lambda batch: batch.memory, default=None), available_memory()
    if largest is not None and memory is not None and largest.memory / GIGABYTE > memory:
        yield (
            f"experiment {largest.experiments[0]}: a job must have {largest.memory / GIGABYTE:.2g} GB of memory, got "
            f"{memory:.2g} GB: lower its hidden_size, batch_size, lengths or seeds_per_job"
        )


def room_remarks(batches: Iterable[Batch], cores: int) -> Iterator[str]:
    """A sentence where each job has room, and as many at once as there are cores have not."""
    memory, needed = available_memory(), sorted((batch.memory / GIGABYTE for batch in batches), reverse=True)
    together = sum(needed[:cores])
    if memory is not None and needed and together > memory >= needed[0]:
        yield (
            f"{cores} jobs at once may take {together:.2g} GB of memory, and {memory:.2g} GB can be had: with "
            f"--resources mem_mb={int(memory * 1000)} no more run than fit"
        )
