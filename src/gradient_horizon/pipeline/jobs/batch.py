"""A batch: runs that one process trains and measures."""

from pathlib import Path

from gradient_horizon.errors import StoreError
from gradient_horizon.pipeline.batch_work import complete, record_failure, say
from gradient_horizon.pipeline.batches import networks_of, read_batch
from gradient_horizon.pipeline.environment import require_as_planned
from gradient_horizon.pipeline.interruption import finish_when_interrupted
from gradient_horizon.pipeline.places import failures_of
from gradient_horizon.pipeline.progress_files import ProgressWriter
from gradient_horizon.storage import remove, write_json
from gradient_horizon.store.keys import keys_of
from gradient_horizon.store.store import Store
from gradient_horizon.study.run_spec import RunSpec


def run_batch(*, runs: Path, store: Path, results: Path, manifest: Path) -> None:
    """Completes the runs listed in a file, and writes which of them are there and which failed.

    A run that raises something does not stop the others: its log stands in the folder `logs/failed` of the results.
    The first SIGINT stops nothing. Raises StoreError where the store cannot be written, and ClusterError, before any
    work, where this machine computes with other versions than the one that planned the batch.
    """
    finish_when_interrupted()
    content, room = read_batch(runs), Store(store)
    require_as_planned(content["planned"])
    room.prepare()
    specs = [RunSpec.from_json(run["spec"]) for run in content["runs"]]
    progress = ProgressWriter(
        results / "progress" / f"{manifest.stem}.json",
        batch=manifest.stem,
        experiments=content["experiments"],
        runs=len(specs),
        networks=sum(map(networks_of, specs)),
        work=sum(run["training"] + run["measuring"] for run in content["runs"]),
    )
    found: dict[str, list[str]] = {"complete": [], "failed": []}
    for spec, run in zip(specs, content["runs"], strict=True):
        seconds = run["training"] + run["measuring"]
        log = failures_of(results) / f"{spec.id}.log"
        progress.start_run(spec.id, spec.experiment, networks_of(spec), seconds)
        try:
            stored = room.run(keys_of(spec, run["further"]))
            complete(spec, stored, progress, training=run["training"] / seconds if seconds else 0.5)
        except StoreError:
            raise
        except Exception:
            record_failure(log, spec.id)
            found["failed"].append(spec.id)
            progress.end_run(str(log))
        else:
            remove(log)
            found["complete"].append(spec.id)
            progress.end_run(None)
    write_json(manifest, found)
    progress.finish()
    say(f"{len(found['complete'])} runs are in the store, {len(found['failed'])} failed")
