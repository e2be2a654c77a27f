"""The store: a folder per run, named by the digest of all that decides its networks."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gradient_horizon.errors import StoreError
from gradient_horizon.storage import write_json
from gradient_horizon.store.keys import Keys
from gradient_horizon.store.locks import held
from gradient_horizon.store.renaming import fault_of_renaming

FORMAT = 1
"""Of the folders of a store; one of another format is refused, and nothing in it is changed."""

MARKER = "format.json"
RUNS = "runs"


@dataclass(frozen=True)
class StoredRun:
    """Where the parts of one run are, or will be.

    `history` and all measures carry their digests in their names, so that several can stand beside the same networks.
    """

    folder: Path
    history_key: str
    measures_key: str
    further_keys: tuple[str, ...] = ()

    @property
    def networks(self) -> Path:
        """Saved weights (see `Record`)."""
        return self.folder / "networks.safetensors"

    @property
    def outcome(self) -> Path:
        """What became of each network, and the identity of the run; written last of what training leaves."""
        return self.folder / "outcome.json"

    @property
    def provenance(self) -> Path:
        """Versions, machine and processor of training."""
        return self.folder / "provenance.json"

    @property
    def history(self) -> Path:
        """The record of training (see `Record`)."""
        return self.folder / f"history-{self.history_key}.safetensors"

    @property
    def measures(self) -> Path:
        """What was measured on the saved networks (see `measure`)."""
        return self.folder / f"measures-{self.measures_key}.safetensors"

    @property
    def further(self) -> dict[str, Path]:
        """The files of the measures that were asked for beyond those of every run, by name."""
        return {key.rpartition("-")[0]: self.folder / f"{key}.safetensors" for key in self.further_keys}

    @property
    def checkpoint(self) -> Path:
        """The state of a training under way."""
        return self.folder / "checkpoint.safetensors"

    @property
    def durations(self) -> Path:
        """How long training and measuring took, in seconds."""
        return self.folder / "durations.json"

    @property
    def is_trained(self) -> bool:
        """Whether training has left all its parts."""
        return all(file.is_file() for file in (self.outcome, self.history, self.networks, self.provenance))

    @property
    def is_complete(self) -> bool:
        """Whether the run is trained, and all measures are there that were asked for."""
        return all(file.is_file() for file in (self.measures, *self.further.values())) and self.is_trained

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Waits until no other process works on the run, as far as locks reach; not at all where there are none.

        Two processes that train the same run would write the same bytes, so that this only saves time.
        """
        while True:
            self.folder.mkdir(parents=True, exist_ok=True)
            with held(self.folder, wait=True) as is_held:
                if is_held:
                    yield
                    return


class Store:
    """A folder of runs; raises StoreError where another version of this package made it in another form."""

    def __init__(self, folder: Path):
        self.folder = folder
        marker = folder / MARKER
        try:
            found = json.loads(marker.read_text(encoding="utf-8"))["format"] if marker.exists() else FORMAT
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"{marker} must say which form the store has, got {type(error).__name__}: {error}. If this folder is a "
                f'store, write {{"format": {FORMAT}}} there; if not, move it away. Nothing in it was changed.'
            ) from None
        if found != FORMAT:
            raise StoreError(
                f"{folder} must be a store of format {FORMAT}, got format {found}: another version of "
                "gradient-horizon made it. Use that version, or move the folder away, so that a new store is made. "
                "Nothing in it was changed."
            )

    def run(self, keys: Keys) -> StoredRun:
        """The place of a run."""
        folder = self.folder_of(keys.networks)
        return StoredRun(folder, keys.history, keys.measures, tuple(filter(None, keys.further.split(";"))))

    def folder_of(self, networks: str) -> Path:
        """The folder of a run, by the digest of its networks."""
        return self.folder / RUNS / networks[:2] / networks

    def folders(self) -> Iterator[Path]:
        """The folders of all runs, whatever their state."""
        yield from sorted(path for path in (self.folder / RUNS).glob("*/*") if path.is_dir())

    def prepare(self) -> None:
        """Makes the folder, and raises StoreError where nothing can be written there."""
        probe = self.folder / RUNS / f".probe-{secrets.token_hex(8)}"
        try:
            if not (self.folder / MARKER).exists():
                write_json(self.folder / MARKER, {"format": FORMAT})
            probe.parent.mkdir(parents=True, exist_ok=True)
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise StoreError(
                f"{self.folder} must be a folder that can be written to, got {error.strerror}: runs are kept there. "
                "Free the disk, give yourself the right to write, or make it a link to a folder elsewhere; nothing was "
                "lost."
            ) from None

    def require_renaming(self) -> None:
        """Raises StoreError where a file that replaces another one does not do so in one step; `prepare` comes first.

        What a job finds in the store, and what it leaves there when it is killed, would be pieces.
        """
        if fault := fault_of_renaming(self.folder / RUNS):
            raise StoreError(
                f"{self.folder} must be on a file system where a file is replaced in one step, got one where "
                f"a file was replaced again and again, and {fault}: jobs would meet half a run. Make {self.folder} a "
                "link to a folder on another file system, or move the study to one; no run was touched."
            )
