"""Stores with files in place of runs, for what joins stores and reads none of them."""

import hashlib
import json

from gradient_horizon.storage import write, write_json
from gradient_horizon.store.store import Store

TRAINED = ("networks.safetensors", "history-a.safetensors", "outcome.json", "provenance.json")
WHOLE = (*TRAINED, "measures-b.safetensors", "durations.json")
PROCESSOR = {"versions": {"numpy": "2.4.6"}, "machine": {"system": "Linux"}, "processor": "haswell"}


def digest_of(run):
    return hashlib.sha256(f"run {run}".encode()).hexdigest()[:32]


def fill(folder, runs, names=WHOLE, **contents):
    """A store with these files of runs, which have the same content everywhere, but for `contents` by kind."""
    store = Store(folder)
    store.prepare()
    for run in runs:
        for name in names:
            kind = name.partition(".")[0].partition("-")[0]
            if kind == "provenance":
                write_json(run_folder(folder, run) / name, contents.get(kind, PROCESSOR))
            else:
                write(run_folder(folder, run) / name, contents.get(kind, f"{name} of {run}\n"))
    return folder


def run_folder(folder, run):
    return Store(folder).folder_of(digest_of(run))


def files_of(folder):
    """The content of every file of a store, by its path in it; of provenance without the origin."""
    return {str(path.relative_to(folder)): _content(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def _content(path):
    if path.parent.name == ".sha256" and path.name == "provenance.json":
        return b""
    if path.name != "provenance.json":
        return path.read_bytes()
    return {key: value for key, value in json.loads(path.read_text()).items() if key != "origin"}


def origin_of(folder, run):
    return json.loads((run_folder(folder, run) / "provenance.json").read_text()).get("origin")
