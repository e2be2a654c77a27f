"""Wishes given on the command line beside the files: `snakemake --config seeds=4 lengths='[5, 10]' cells='[gru]'`."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from gradient_horizon.study.files import short_name, study_name
from gradient_horizon.study.model import FREE, Settings, Study

CELLS = "cells"
"""The one key of experiments that may be given for all of them: for those that list cells."""

NAMING = ("name", "title")
"""Keys that change no run, and none of the results."""


def with_wishes(
    config: Mapping[str, Any], given: Mapping[str, Any], files: Sequence[Path] = ()
) -> tuple[dict[str, Any], list[str]]:
    """The configuration with each wish where it belongs, and a sentence for each that does not hold everywhere.

    `config` is merged from files and command line, as Snakemake merges them; `given` is what the command line gives. A
    setting goes into `defaults`, `cells` into every experiment that lists cells. What an experiment says itself wins.
    With wishes and without a name among them, the study is another than that of its `files`, and has their name with a
    digest of the wishes: the results of neither take the place of the other's.
    """
    wishes = {key: value for key, value in given.items() if _is_wish(key)}
    placed = {key: value for key, value in config.items() if key not in wishes}
    settings = {key: value for key, value in wishes.items() if key != CELLS}
    if settings and isinstance(placed.get("defaults", {}), Mapping):
        placed["defaults"] = {**placed.get("defaults", {}), **settings}
    if CELLS in wishes and isinstance(placed.get("experiments"), list):
        placed["experiments"] = [_with_cells(each, wishes[CELLS]) for each in placed["experiments"]]
    remarks = list(_remarks(config, wishes))
    changing = {key: given[key] for key in given if key in config and key not in NAMING and not key.startswith(FREE)}
    if changing and "name" not in given and isinstance(name := study_name(config, files), str):
        placed["name"] = short_name(f"{name}-{_digest(changing)}")
        remarks.append(
            f"--config without a name: the results of this study are in results/{placed['name']}; "
            "`--config name=NAME` gives it another name"
        )
    return placed, remarks


def _digest(wishes: Mapping[str, Any]) -> str:
    """Six letters; the same for a number and for its text, which are the same wish."""
    return hashlib.sha256(json.dumps(_as_texts(wishes), sort_keys=True).encode()).hexdigest()[:6]


def _as_texts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _as_texts(inner) for key, inner in value.items()}
    return [_as_texts(each) for each in value] if isinstance(value, list | tuple) else str(value)


def _is_wish(key: str) -> bool:
    return key == CELLS or (key in Settings.model_fields and key not in Study.model_fields)


def _with_cells(experiment: Any, cells: Any) -> Any:
    """An experiment with these cells, where it lists cells; with the widths of those that are among them."""
    if not isinstance(experiment, Mapping) or not isinstance(experiment.get(CELLS), list):
        return experiment
    changed = {**experiment, CELLS: cells}
    if isinstance(widths := changed.pop("hidden_sizes", None), Mapping) and isinstance(cells, list):
        changed |= {"hidden_sizes": kept} if (kept := {key: widths[key] for key in widths if key in cells}) else {}
    return changed


def _remarks(config: Mapping[str, Any], wishes: Mapping[str, Any]) -> Iterator[str]:
    experiments = [each for each in config.get("experiments") or () if isinstance(each, Mapping)]
    for key in wishes:
        own = [each for each in experiments if (isinstance(each.get(key), Mapping) if key == CELLS else key in each)]
        if own:
            names = ", ".join(str(each.get("name", "one without a name")) for each in own)
            reason = "which give each of their cells remedies" if key == CELLS else f"which state {key} themselves"
            held = f"{len(experiments) - len(own)} of {len(experiments)} experiments"
            yield f"--config {key}: holds for {held}; not for {names}, {reason}"
